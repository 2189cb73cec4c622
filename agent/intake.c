/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/intake_row.h"
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
	FILE *file;
	unsigned long file_bytes;
	struct timespec written; /* when it was changed last, as it was opened */
	struct oeo_csv *csv;
	struct part *parts; /* the job's plan first, then its others */
	size_t n_parts;
	struct oeo_hash_set records; /* of the rows taken, with their lines */
};

/* ---- The report */

static void dimension_fini(struct oeo_intake_dimension *dimension)
{
	free(dimension->counts);
	free(dimension->unmapped);
}

void oeo_intake_report_fini(struct oeo_intake_report *report)
{
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		dimension_fini(&report->dimensions[i]);
	for (size_t i = 0; i < report->n_not_read; i++)
		free(report->not_read[i]);
	free(report->not_read);
	for (size_t i = 0; i < report->n_others; i++)
		oeo_intake_report_fini(&report->others[i]);
	free(report->others);
	free(report->refusals);
	oeo_forecast_fini(&report->forecast);
	oeo_corrections_fini(&report->corrections);
	memset(report, 0, sizeof(*report));
}

static enum oeo_err part_init(
    struct oeo_intake_report *report, const struct oeo_plan *plan, const struct oeo_mapping *mapping)
{
	report->plan = plan;
	report->mapping = mapping;
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		struct oeo_intake_dimension *dimension = &report->dimensions[i];

		dimension->counts = oeo_alloc_array(plan->dimensions[i].n_codes, sizeof(*dimension->counts));
		dimension->unmapped = oeo_alloc_array(OEO_INTAKE_MAX_UNMAPPED, sizeof(*dimension->unmapped));
		if (dimension->counts == NULL || dimension->unmapped == NULL)
			return OEO_ERR_NOMEM;
		dimension->n_unmapped = 1;
	}
	return oeo_forecast_init(&report->forecast, plan);
}

static enum oeo_err report_init(struct oeo_intake_report *report, const struct oeo_intake_job *job)
{
	enum oeo_err err = OEO_OK;

	memset(report, 0, sizeof(*report));
	report->refusals = oeo_alloc_array(OEO_INTAKE_MAX_REFUSALS, sizeof(*report->refusals));
	report->others = oeo_alloc_array(job->n_others, sizeof(*report->others));
	if (report->refusals == NULL || report->others == NULL)
		return OEO_ERR_NOMEM;
	err = part_init(report, job->plan, job->mapping);
	for (size_t i = 0; i < job->n_others && err == OEO_OK; i++) {
		report->n_others++;
		err = part_init(&report->others[i], job->others[i].plan, job->others[i].mapping);
	}
	return err;
}

static void add_refusal(struct oeo_intake_report *report, const struct oeo_row_refusal *refusal)
{
	report->n_refused++;
	if (report->n_refusals < OEO_INTAKE_MAX_REFUSALS)
		report->refusals[report->n_refusals++] = *refusal;
}

/* The entry of this code; the one without a code where there are too many different ones. */
static struct oeo_unmapped *find_unmapped(struct oeo_intake_dimension *dimension, const char *code)
{
	for (size_t i = 0; i < dimension->n_unmapped; i++) {
		if (strcmp(dimension->unmapped[i].code, code) == 0)
			return &dimension->unmapped[i];
	}
	if (dimension->n_unmapped == OEO_INTAKE_MAX_UNMAPPED)
		return &dimension->unmapped[0];
	memcpy(dimension->unmapped[dimension->n_unmapped].code, code, OEO_ID_BYTES);
	return &dimension->unmapped[dimension->n_unmapped++];
}

static void count_codes(struct oeo_intake_report *report, const struct oeo_read_row *read, size_t line)
{
	for (size_t i = 0; i < report->plan->n_dimensions; i++) {
		struct oeo_unmapped *unmapped;

		report->dimensions[i].counts[read->codes[i]]++;
		if (!read->is_unmapped[i])
			continue;
		unmapped = find_unmapped(&report->dimensions[i], read->unmapped[i]);
		if (unmapped->count < OEO_INTAKE_MAX_LINES)
			unmapped->lines[unmapped->count] = line;
		unmapped->count++;
	}
}

static void count_row(
    struct oeo_intake_report *report, const struct oeo_read_row *read, enum oeo_put_result result)
{
	report->n_taken++;
	report->n_added += result == OEO_PUT_ADDED;
	report->n_known += result == OEO_PUT_KNOWN;
	report->n_changed += result == OEO_PUT_CHANGED;
	report->n_frozen += result == OEO_PUT_FROZEN;
	report->n_restored += result == OEO_PUT_RESTORED;
	report->n_withdrawn += result == OEO_PUT_WITHDRAWN;
	oeo_corrections_note_taken(&report->corrections, &read->question, result);
	report->n_late += read->question.is_late && (result == OEO_PUT_ADDED || result == OEO_PUT_CHANGED);
	report->n_without_identity += !oeo_question_has_identity(&read->question);
	report->n_placeholders += read->has_placeholder;
	report->n_unmapped += read->question.is_unmapped;
}

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

/* Whether an earlier row of this file that was taken has the same number. */
static enum oeo_err check_repeated(
    struct work *work, const struct oeo_read_row *read, size_t line, struct oeo_row_refusal *refusal)
{
	bool found = false;
	size_t earlier = 0;
	enum oeo_err err = oeo_hash_set_add(&work->records, read->question.record, line, &found, &earlier);

	if (err == OEO_OK && found) {
		refusal->reason = OEO_REFUSAL_REPEATED;
		refusal->columns = &work->job->mapping->record;
		refusal->column = 0;
		refusal->number = earlier;
	}
	return err;
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

static enum oeo_err take_row(
    struct work *work, const struct part *part, struct oeo_read_row *read, size_t line)
{
	enum oeo_put_result result = OEO_PUT_ADDED;
	enum oeo_err err = store_row(work, part, read, &result);

	if (err != OEO_OK)
		return err;
	count_row(work->report, read, result);
	count_codes(part->report, read, line);
	if (part->report != work->report)
		part->report->n_taken++;
	return OEO_OK;
}

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
	err = check_repeated(work, read, row->line, refusal);
	if (err == OEO_OK && refusal->reason == 0)
		err = take_row(work, part, read, row->line);
	oeo_question_fini(&read->question);
	return err;
}

/* A row that is in the file, though it is not taken, is not missing from it. */
static enum oeo_err refuse_row(
    struct work *work, const struct oeo_row_refusal *refusal, const struct oeo_read_row *read)
{
	const uint8_t *record = read != NULL && read->has_record ? read->record : NULL;

	add_refusal(work->report, refusal);
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
			    job->progress_context, (unsigned long)oeo_csv_bytes(work->csv), work->file_bytes);
	}
}

/* ---- The file */

static enum oeo_err open_file(
    FILE **file, unsigned long *bytes, struct timespec *written, const char *path, struct oeo_note *why)
{
	struct stat info;

	*file = fopen(path, "rbe");
	if (*file == NULL)
		return oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
		    errno == ENOENT ? _("There is no file %s.") : _("Cannot read %s. May you read it?"),
		    path);
	if (fstat(fileno(*file), &info) != 0 || S_ISDIR(info.st_mode))
		return oeo_note_set(why, OEO_ERR_IO, _("%s is not a file."), path);
	/* Read in large pieces into the reader's own window: no copy is left in a buffer that nobody wipes. */
	(void)setvbuf(*file, NULL, _IONBF, 0);
	*bytes = info.st_size > 0 ? (unsigned long)info.st_size : 0;
	*written = info.st_mtim;
	return OEO_OK;
}

/* What somebody writes on while it is read is read anew later, whole. */
static enum oeo_err check_unchanged(const struct work *work, struct oeo_note *why)
{
	struct stat info;

	if (fstat(fileno(work->file), &info) != 0)
		return OEO_ERR_IO;
	if (!S_ISREG(info.st_mode) ||
	    (info.st_size == (off_t)work->file_bytes && info.st_mtim.tv_sec == work->written.tv_sec &&
		info.st_mtim.tv_nsec == work->written.tv_nsec))
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_STATE,
	    _("%s was changed while it was read. Nothing of it is stored; read it again when it is "
	      "complete."),
	    work->job->path);
}

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
	}
	return err;
}

static enum oeo_err begin(struct work *work, struct oeo_findings *findings, struct oeo_note *why)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = report_init(work->report, job);

	if (err == OEO_OK)
		err = make_parts(work);
	if (err == OEO_OK)
		err = open_file(&work->file, &work->file_bytes, &work->written, job->path, why);
	if (err == OEO_OK)
		err = oeo_csv_open(&work->csv, &job->mapping->format, oeo_csv_read_file, work->file, why);
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
	if (work->file != NULL)
		(void)fclose(work->file);
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
		err = do_rows(&work);
	if (err == OEO_ERR_IO && ferror(work.file) != 0)
		(void)oeo_note_set(why, err,
		    _("Cannot read on in %s. Is the disk or the network share still there?"), job->path);
	if (err == OEO_OK && has_begun)
		err = check_unchanged(&work, why);
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
		job->progress(job->progress_context, work.file_bytes, work.file_bytes);
	end(&work);
	if (err != OEO_OK)
		oeo_intake_report_fini(report);
	return err;
}

bool oeo_intake_fits(struct oeo_mapping *mapping, const char *path, struct oeo_note *why)
{
	FILE *file = NULL;
	struct oeo_csv *csv = NULL;
	const char *const *header;
	unsigned long bytes = 0;
	struct timespec written;
	size_t n = 0;
	bool fits = false;

	if (open_file(&file, &bytes, &written, path, why) == OEO_OK &&
	    oeo_csv_open(&csv, &mapping->format, oeo_csv_read_file, file, why) == OEO_OK) {
		header = oeo_csv_header(csv, &n);
		fits = oeo_mapping_bind(mapping, header, n, NULL) == OEO_OK;
	}
	oeo_csv_close(csv);
	if (file != NULL)
		(void)fclose(file);
	return fits;
}
