/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/intake_file.h"
#include "agent/intake_report.h"
#include "agent/intake_same.h"
#include "proto/i18n.h"

/* What reads the rows under one plan. */
struct part {
	const struct oeo_plan *plan;
	struct oeo_mapping *mapping; /* NULL: rows of this plan are refused */
	struct oeo_intake_report *report;
	struct oeo_row_reader rows;
	bool has_rows;
};

/* One file on its way. */
struct work {
	const struct oeo_intake_job *job;
	struct oeo_intake_report *report;
	struct oeo_intake_file file;
	struct oeo_csv *csv;
	struct part *parts; /* the job's plan first, then its others */
	size_t n_parts;
	struct oeo_hash_set records; /* of the rows taken, with their lines */
	struct oeo_same same; /* questions of several rows; known from the first reading on */
	bool is_second; /* it is read a second time */
};

/* ---- Rows */

static enum oeo_refusal_reason reason_of(enum oeo_csv_fault fault)
{
	static const enum oeo_refusal_reason reasons[] = {
	    [OEO_CSV_EMPTY] = OEO_REFUSAL_EMPTY,
	    [OEO_CSV_NUL] = OEO_REFUSAL_NUL,
	    [OEO_CSV_ENCODING] = OEO_REFUSAL_ENCODING,
	    [OEO_CSV_TOO_FEW] = OEO_REFUSAL_TOO_FEW,
	    [OEO_CSV_TOO_MANY] = OEO_REFUSAL_TOO_MANY,
	    [OEO_CSV_QUOTE] = OEO_REFUSAL_QUOTE,
	    [OEO_CSV_TOO_LONG] = OEO_REFUSAL_TOO_LONG,
	};

	return reasons[fault];
}

static enum oeo_err store_row(
    struct work *work, const struct part *part, struct oeo_read_row *read, enum oeo_put_result *result)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = OEO_OK;

	*result = OEO_PUT_ADDED;
	if (!job->is_preview)
		return oeo_ledger_put_question(job->ledger, part->plan, &read->question, result);
	if (job->ledger != NULL)
		err = oeo_ledger_try_question(job->ledger, part->plan, &read->question, result);
	if (err == OEO_OK)
		err = oeo_forecast_add(&part->report->forecast, &read->question, read->codes);
	return err;
}

static enum oeo_err take_row(struct work *work, const struct part *part, struct oeo_read_row *read)
{
	enum oeo_put_result result = OEO_PUT_ADDED;
	enum oeo_err err = store_row(work, part, read, &result);

	if (err != OEO_OK)
		return err;
	oeo_intake_report_row(work->report, read, result);
	oeo_intake_report_codes(part->report, read);
	if (part->report != work->report)
		part->report->n_taken++;
	return OEO_OK;
}

/* ---- Questions of several rows */

static enum oeo_err finish_question(struct work *work, struct oeo_held_question *held)
{
	enum oeo_err err = take_row(work, &work->parts[held->part], &held->read);

	oeo_question_fini(&held->read.question);
	oeo_same_release(&work->same, held);
	return err;
}

/* All rows were there but for a file that changed meanwhile. */
static enum oeo_err finish_questions(struct work *work)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < work->same.n_held && err == OEO_OK; i++) {
		if (work->same.held[i].is_used)
			err = finish_question(work, &work->same.held[i]);
	}
	return err;
}

static void refuse_repeated(const struct work *work, size_t earlier, struct oeo_row_refusal *refusal)
{
	refusal->reason = OEO_REFUSAL_REPEATED;
	refusal->columns = &work->job->mapping->record;
	refusal->column = 0;
	refusal->number = earlier;
}

/* The row on this line is not the first one with its number; the first is on the line `earlier`. */
static enum oeo_err add_row(struct work *work, const struct part *part, struct oeo_read_row *read,
    size_t line, size_t earlier, struct oeo_row_refusal *refusal)
{
	struct oeo_held_question *held = oeo_same_find(&work->same, read->record);
	struct oeo_row_difference difference = {
	    .line = line, .first_line = earlier, .mapping = part->mapping};
	size_t last_line = 0;
	bool has_filled = false;
	enum oeo_err err = OEO_OK;

	if (held != NULL && oeo_same_is_one(held, read)) {
		oeo_same_merge(held, read, part->plan, &difference, &has_filled);
		err = oeo_intake_report_same(work->report, &difference, has_filled);
	} else {
		refuse_repeated(work, earlier, refusal);
	}
	if (err == OEO_OK && held != NULL && oeo_same_has(&work->same, read->record, &last_line) &&
	    last_line == line)
		err = finish_question(work, held);
	return err;
}

/* A row that was read: of a question of its own, or of one that an earlier row began. *is_held: read was taken over. */
static enum oeo_err place_row(struct work *work, struct part *part, struct oeo_read_row *read, size_t line,
    bool *is_held, struct oeo_row_refusal *refusal)
{
	bool found = false;
	size_t earlier = 0;
	size_t last_line = 0;
	enum oeo_err err = oeo_hash_set_add(&work->records, read->record, line, &found, &earlier);

	if (err != OEO_OK)
		return err;
	if (found)
		return work->is_second ? add_row(work, part, read, line, earlier, refusal)
				       : oeo_same_note(&work->same, read->record, line);
	if (!work->is_second && oeo_same_is_any(&work->same))
		return OEO_OK; /* what is taken now is taken again in the second reading */
	if (!work->is_second || !oeo_same_has(&work->same, read->record, &last_line))
		return take_row(work, part, read);
	err = oeo_same_hold(&work->same, read, line, (size_t)(part - work->parts));
	*is_held = err == OEO_OK;
	return err;
}

/* ---- Each row */

/* What reads a row of this day; the job's own where no plan holds then, or no day can be read: it says so. */
static struct part *find_part(struct work *work, const struct oeo_csv_row *row)
{
	const struct oeo_plan *plan = NULL;
	int64_t day = 0;

	if (work->job->plans != NULL && oeo_row_find_day(&work->parts[0].rows, row, &day))
		plan = oeo_plans_of_day(work->job->plans, day);
	for (size_t i = 1; plan != NULL && i < work->n_parts; i++) {
		if (work->parts[i].plan == plan)
			return &work->parts[i];
	}
	return &work->parts[0];
}

static enum oeo_err read_row(struct work *work, const struct oeo_csv_row *row, struct oeo_read_row *read,
    struct oeo_row_refusal *refusal)
{
	struct part *part = find_part(work, row);
	bool is_held = false;
	enum oeo_err err;

	if (part->mapping == NULL) {
		refusal->reason = OEO_REFUSAL_OTHER_PLAN;
		refusal->columns = &work->job->mapping->date.columns;
		return OEO_OK;
	}
	refusal->mapping = part->mapping;
	err = oeo_row_read(&part->rows, row, read, refusal);
	if (err != OEO_OK || refusal->reason != 0)
		return err;
	err = place_row(work, part, read, row->line, &is_held, refusal);
	if (!is_held)
		oeo_question_fini(&read->question);
	return err;
}

/* A row that is in the file, though it is not taken, is not missing from it. */
static enum oeo_err refuse_row(
    struct work *work, const struct oeo_row_refusal *refusal, const struct oeo_read_row *read)
{
	const uint8_t *record = read != NULL && read->has_record ? read->record : NULL;

	oeo_intake_report_refuse(work->report, refusal);
	if (refusal->reason == OEO_REFUSAL_EMPTY)
		return OEO_OK;
	return oeo_corrections_note_refused(&work->report->corrections, record);
}

static enum oeo_err do_row(struct work *work, const struct oeo_csv_row *row)
{
	struct oeo_row_refusal refusal = {
	    .line = row->line, .number = row->n_columns, .mapping = work->job->mapping};
	struct oeo_read_row read;
	enum oeo_err err;

	read.has_record = false;
	if (row->fault != OEO_CSV_FINE) {
		refusal.reason = reason_of(row->fault);
		if (row->fault == OEO_CSV_ENCODING)
			refusal.columns =
			    oeo_mapping_find_column(work->job->mapping, row->bad_column, &refusal.column);
		return refuse_row(work, &refusal, NULL);
	}
	err = read_row(work, row, &read, &refusal);
	if (err == OEO_OK && refusal.reason != 0)
		err = refuse_row(work, &refusal, &read);
	return err;
}

static enum oeo_err do_rows(struct work *work)
{
	const struct oeo_intake_job *job = work->job;
	struct oeo_csv_row row = {0};
	bool is_end = false;
	enum oeo_err err;

	for (;;) {
		err = oeo_csv_next(work->csv, &row, &is_end);
		if (err != OEO_OK || is_end)
			return err;
		work->report->n_rows++;
		err = do_row(work, &row);
		if (err != OEO_OK)
			return err;
		if (job->progress != NULL && work->report->n_rows % 256 == 0)
			job->progress(
			    job->progress_context, (unsigned long)oeo_csv_bytes(work->csv), work->file.bytes);
	}
}

/* ---- The file */

static enum oeo_err list_not_read(
    struct oeo_intake_report *report, const char *const *header, const bool *wanted, size_t n)
{
	report->not_read = oeo_alloc_array(n, sizeof(*report->not_read));
	if (report->not_read == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		if (wanted[i])
			continue;
		report->not_read[report->n_not_read] = strdup(header[i]);
		if (report->not_read[report->n_not_read] == NULL)
			return OEO_ERR_NOMEM;
		report->n_not_read++;
	}
	return OEO_OK;
}

static enum oeo_err bind(struct work *work, struct oeo_findings *findings)
{
	bool wanted[OEO_CSV_MAX_COLUMNS];
	size_t n = 0;
	const char *const *header = oeo_csv_header(work->csv, &n);

	memset(wanted, 0, sizeof(wanted));
	for (size_t p = 0; p < work->n_parts; p++) {
		struct oeo_mapping *mapping = work->parts[p].mapping;
		bool its[OEO_CSV_MAX_COLUMNS];
		enum oeo_err err = mapping != NULL ? oeo_mapping_bind(mapping, header, n, findings) : OEO_OK;

		if (err != OEO_OK)
			return err;
		if (mapping != NULL)
			oeo_mapping_wanted(mapping, its, n);
		for (size_t i = 0; i < n && mapping != NULL; i++)
			wanted[i] = wanted[i] || its[i];
	}
	oeo_csv_want(work->csv, wanted, n);
	return list_not_read(work->report, header, wanted, n);
}

static enum oeo_err make_parts(struct work *work)
{
	const struct oeo_intake_job *job = work->job;

	work->parts = oeo_alloc_array(job->n_others + 1, sizeof(*work->parts));
	if (work->parts == NULL)
		return OEO_ERR_NOMEM;
	work->n_parts = job->n_others + 1;
	work->parts[0] = (struct part){.plan = job->plan, .mapping = job->mapping, .report = work->report};
	for (size_t i = 0; i < job->n_others; i++)
		work->parts[i + 1] = (struct part){.plan = job->others[i].plan,
		    .mapping = job->others[i].mapping,
		    .report = &work->report->others[i]};
	return OEO_OK;
}

static enum oeo_err init_readers(struct work *work)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < work->n_parts && err == OEO_OK; i++) {
		struct part *part = &work->parts[i];

		if (part->mapping == NULL)
			continue;
		err = oeo_row_reader_init(&part->rows, work->job, part->plan, part->mapping);
		part->has_rows = err == OEO_OK;
		if (i > 0) /* so that a record number is the same one under all plans */
			memcpy(part->rows.key, work->parts[0].rows.key, sizeof(part->rows.key));
	}
	return err;
}

static enum oeo_err begin(struct work *work, struct oeo_findings *findings, struct oeo_note *why)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = oeo_intake_report_init(work->report, job);

	if (err == OEO_OK)
		err = make_parts(work);
	if (err == OEO_OK)
		err = oeo_intake_file_open(&work->file, job->path, why);
	if (err == OEO_OK)
		err = oeo_csv_open(
		    &work->csv, &job->mapping->format, oeo_csv_read_file, work->file.stream, why);
	if (err == OEO_OK)
		err = bind(work, findings);
	if (err == OEO_OK)
		err = init_readers(work);
	return err;
}

/* How many rows of the file stand in the ledger now. */
static size_t count_present(const struct oeo_intake_report *report, bool is_preview)
{
	size_t n = report->n_known + report->n_changed + report->n_frozen;

	return is_preview ? n : n + report->n_added + report->n_restored;
}

static void end(struct work *work)
{
	for (size_t i = 0; i < work->n_parts; i++) {
		if (work->parts[i].has_rows)
			oeo_row_reader_fini(&work->parts[i].rows);
	}
	free(work->parts);
	oeo_csv_close(work->csv);
	oeo_hash_set_fini(&work->records);
	oeo_same_fini(&work->same);
	oeo_intake_file_close(&work->file);
}

/* From the beginning, with an empty report and the same readers. What a reading stored is taken back. */
static enum oeo_err start_again(struct work *work, struct oeo_note *why)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = OEO_OK;

	if (!job->is_preview) {
		oeo_ledger_rollback(job->ledger);
		err = oeo_ledger_begin(job->ledger, why);
	}
	oeo_csv_close(work->csv);
	work->csv = NULL;
	oeo_hash_set_fini(&work->records);
	oeo_intake_report_fini(work->report);
	if (err == OEO_OK)
		err = oeo_intake_report_init(work->report, job);
	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < job->n_others; i++)
		work->parts[i + 1].report = &work->report->others[i];
	work->is_second = true;
	if (fseek(work->file.stream, 0, SEEK_SET) != 0)
		return oeo_note_set(why, OEO_ERR_IO,
		    _("%s has several rows of one question, and cannot be read twice. Save it as a file "
		      "first."),
		    job->path);
	err = oeo_csv_open(&work->csv, &job->mapping->format, oeo_csv_read_file, work->file.stream, why);
	return err == OEO_OK ? bind(work, NULL) : err;
}

static enum oeo_err read_rows(struct work *work, struct oeo_note *why)
{
	enum oeo_err err = do_rows(work);

	if (err == OEO_OK && oeo_same_is_any(&work->same)) {
		err = start_again(work, why);
		if (err == OEO_OK)
			err = do_rows(work);
		if (err == OEO_OK)
			err = finish_questions(work);
	}
	if (err == OEO_ERR_IO && ferror(work->file.stream) != 0)
		(void)oeo_note_set(why, err,
		    _("Cannot read on in %s. Is the disk or the network share still there?"),
		    work->job->path);
	return err;
}

enum oeo_err oeo_intake_read(struct oeo_intake_report *report, const struct oeo_intake_job *job,
    struct oeo_findings *findings, struct oeo_note *why)
{
	struct work work = {.job = job, .report = report};
	enum oeo_err err = begin(&work, findings, why);
	bool has_begun = false;

	if (err == OEO_OK && !job->is_preview) {
		err = oeo_ledger_begin(job->ledger, why);
		has_begun = err == OEO_OK;
	}
	if (err == OEO_OK)
		err = read_rows(&work, why);
	if (err == OEO_OK && has_begun)
		err = oeo_intake_file_check(&work.file, job->path, why);
	if (err == OEO_OK && job->ledger != NULL)
		err = oeo_corrections_find_missing(&report->corrections, job->ledger, job->mapping->id,
		    &work.records, count_present(report, job->is_preview));
	if (err == OEO_OK && has_begun && report->n_taken > 0)
		err = oeo_ledger_want_import(job->ledger, false);
	if (err == OEO_OK && has_begun)
		err = oeo_ledger_commit(job->ledger, why);
	else if (has_begun)
		oeo_ledger_rollback(job->ledger);
	if (err == OEO_OK && job->progress != NULL)
		job->progress(job->progress_context, work.file.bytes, work.file.bytes);
	end(&work);
	if (err != OEO_OK)
		oeo_intake_report_fini(report);
	return err;
}
