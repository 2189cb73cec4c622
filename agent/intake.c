/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/intake_row.h"
#include "proto/i18n.h"

/* One file on its way. */
struct work {
	const struct oeo_intake_job *job;
	struct oeo_intake_report *report;
	FILE *file;
	unsigned long file_bytes;
	struct oeo_csv *csv;
	struct oeo_row_reader rows;
	bool has_rows;
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
	free(report->refusals);
	oeo_forecast_fini(&report->forecast);
	memset(report, 0, sizeof(*report));
}

static enum oeo_err report_init(struct oeo_intake_report *report, const struct oeo_intake_job *job)
{
	enum oeo_err err;

	memset(report, 0, sizeof(*report));
	report->plan = job->plan;
	report->mapping = job->mapping;
	report->refusals = oeo_alloc_array(OEO_INTAKE_MAX_REFUSALS, sizeof(*report->refusals));
	if (report->refusals == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < job->plan->n_dimensions; i++) {
		struct oeo_intake_dimension *dimension = &report->dimensions[i];

		dimension->counts =
		    oeo_alloc_array(job->plan->dimensions[i].n_codes, sizeof(*dimension->counts));
		dimension->unmapped = oeo_alloc_array(OEO_INTAKE_MAX_UNMAPPED, sizeof(*dimension->unmapped));
		if (dimension->counts == NULL || dimension->unmapped == NULL)
			return OEO_ERR_NOMEM;
		dimension->n_unmapped = 1;
	}
	err = oeo_forecast_init(&report->forecast, job->plan);
	return err;
}

static void add_refusal(struct oeo_intake_report *report, const struct oeo_refusal *refusal)
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

static void count_row(struct oeo_intake_report *report, const struct oeo_read_row *read, size_t line,
    enum oeo_put_result result)
{
	report->n_taken++;
	report->n_added += result == OEO_PUT_ADDED;
	report->n_known += result == OEO_PUT_KNOWN;
	report->n_changed += result == OEO_PUT_CHANGED;
	report->n_frozen += result == OEO_PUT_FROZEN;
	report->n_restored += result == OEO_PUT_RESTORED;
	report->n_late += read->question.is_late && (result == OEO_PUT_ADDED || result == OEO_PUT_CHANGED);
	report->n_without_identity += !oeo_question_has_identity(&read->question);
	report->n_unmapped += read->question.is_unmapped;
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
    struct work *work, const struct oeo_read_row *read, size_t line, struct oeo_refusal *refusal)
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

static enum oeo_err store_row(struct work *work, struct oeo_read_row *read, enum oeo_put_result *result)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = OEO_OK;

	*result = OEO_PUT_ADDED;
	if (!job->is_preview)
		return oeo_ledger_put_question(job->ledger, job->plan, &read->question, result);
	if (job->ledger != NULL)
		err = oeo_ledger_try_question(job->ledger, job->plan, &read->question, result);
	if (err == OEO_OK)
		err = oeo_forecast_add(&work->report->forecast, &read->question, read->codes);
	return err;
}

static enum oeo_err take_row(struct work *work, struct oeo_read_row *read, size_t line)
{
	enum oeo_put_result result = OEO_PUT_ADDED;
	enum oeo_err err = store_row(work, read, &result);

	if (err == OEO_OK)
		count_row(work->report, read, line, result);
	return err;
}

static enum oeo_err do_row(struct work *work, const struct oeo_csv_row *row)
{
	struct oeo_refusal refusal = {.line = row->line, .number = row->n_columns};
	struct oeo_read_row read;
	enum oeo_err err;

	if (row->fault != OEO_CSV_FINE) {
		refusal.reason = reason_of(row->fault);
		if (row->fault == OEO_CSV_ENCODING)
			refusal.columns =
			    oeo_mapping_find_column(work->job->mapping, row->bad_column, &refusal.column);
		add_refusal(work->report, &refusal);
		return OEO_OK;
	}
	err = oeo_row_read(&work->rows, row, &read, &refusal);
	if (err != OEO_OK)
		return err;
	if (refusal.reason == 0) {
		err = check_repeated(work, &read, row->line, &refusal);
		if (err == OEO_OK && refusal.reason == 0)
			err = take_row(work, &read, row->line);
		oeo_question_fini(&read.question);
	}
	if (err == OEO_OK && refusal.reason != 0)
		add_refusal(work->report, &refusal);
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

static enum oeo_err open_file(FILE **file, unsigned long *bytes, const char *path, struct oeo_note *why)
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
	return OEO_OK;
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
	enum oeo_err err = oeo_mapping_bind(work->job->mapping, header, n, findings);

	if (err != OEO_OK)
		return err;
	oeo_mapping_wanted(work->job->mapping, wanted, n);
	oeo_csv_want(work->csv, wanted, n);
	return list_not_read(work->report, header, wanted, n);
}

static enum oeo_err begin(struct work *work, struct oeo_findings *findings, struct oeo_note *why)
{
	const struct oeo_intake_job *job = work->job;
	enum oeo_err err = report_init(work->report, job);

	if (err == OEO_OK)
		err = open_file(&work->file, &work->file_bytes, job->path, why);
	if (err == OEO_OK)
		err = oeo_csv_open(&work->csv, &job->mapping->format, oeo_csv_read_file, work->file, why);
	if (err == OEO_OK)
		err = bind(work, findings);
	if (err == OEO_OK)
		err = oeo_row_reader_init(&work->rows, job);
	work->has_rows = err == OEO_OK;
	return err;
}

static void end(struct work *work)
{
	if (work->has_rows)
		oeo_row_reader_fini(&work->rows);
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

bool oeo_intake_fits(struct oeo_mapping *mapping, const char *path)
{
	FILE *file = NULL;
	struct oeo_csv *csv = NULL;
	const char *const *header;
	unsigned long bytes = 0;
	size_t n = 0;
	bool fits = false;

	if (open_file(&file, &bytes, path, NULL) == OEO_OK &&
	    oeo_csv_open(&csv, &mapping->format, oeo_csv_read_file, file, NULL) == OEO_OK) {
		header = oeo_csv_header(csv, &n);
		fits = oeo_mapping_bind(mapping, header, n, NULL) == OEO_OK;
	}
	oeo_csv_close(csv);
	if (file != NULL)
		(void)fclose(file);
	return fits;
}
