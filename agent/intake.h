/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From an intake export to questions: every row is mapped to the plan's codes and a normalised identity and, unless this
 * is a preview, put into the ledger, one file in one transaction. A row that is wrong is refused with its line and the
 * reason; it never stops the file. The report of it holds counts, lines, names of columns and codes, never the content of
 * a cell, but for values that are written like a code and are not on the list.
 *
 * A row is read under the plan of its day, and refused where the mapping does not fit that one.
 *
 * Several rows can be of one question: an export with a row for each supporter. Rows with the same record number, day and
 * resident are one question, wherever they stand in the file. It has what its first row says; what that leaves unknown, or
 * without a resident, the next one fills in. Rows that say something else are told by their lines and columns.
 *
 * A row is refused for: what csv_reader.h finds wrong with it; no record number, or that of an earlier row that was taken
 * and is of another day or resident (the first one counts); a date that is not written as the mapping says, does not exist, lies in the future or before
 * the plan begins; an identity field that is filled in and is no such date or postcode, or cannot be a resident's (identity.h),
 * a name above 256 bytes. A value that is not on its list makes the code `onbekend` (or the mapping's `otherwise`) and is
 * counted; it refuses nothing. A field that says "not known" (identity.h, the plan's placeholders, the mapping's `missing`) is
 * missing. Without all of its identity fields a question is kept without any of them.
 */
#ifndef OEO_AGENT_INTAKE_H
#define OEO_AGENT_INTAKE_H

#include "agent/corrections.h"
#include "agent/forecast.h"
#include "agent/ledger.h"
#include "agent/mapping.h"
#include "agent/plans.h"

#define OEO_INTAKE_MAX_REFUSALS 1000 /* kept with line and reason; all are counted */
#define OEO_INTAKE_MAX_UNMAPPED 100 /* different codes kept per dimension */
#define OEO_INTAKE_MAX_LINES 5 /* lines kept per unmapped code */
#define OEO_INTAKE_MAX_DIFFERENCES 1000 /* kept with lines and columns; all are counted */

enum oeo_refusal_reason {
	OEO_REFUSAL_EMPTY = 1,
	OEO_REFUSAL_NUL,
	OEO_REFUSAL_ENCODING,
	OEO_REFUSAL_TOO_FEW,
	OEO_REFUSAL_TOO_MANY,
	OEO_REFUSAL_QUOTE,
	OEO_REFUSAL_TOO_LONG,
	OEO_REFUSAL_NO_RECORD,
	OEO_REFUSAL_REPEATED,
	OEO_REFUSAL_NO_DATE, /* not written as the mapping says */
	OEO_REFUSAL_NO_SUCH_DAY, /* written so, but does not exist */
	OEO_REFUSAL_FUTURE,
	OEO_REFUSAL_BEFORE_PLAN,
	OEO_REFUSAL_AFTER_QUESTION, /* a birth date */
	OEO_REFUSAL_NO_POSTCODE,
	OEO_REFUSAL_NAME_TOO_LONG,
	OEO_REFUSAL_PART_OF_POSTCODE, /* these two: identity.h */
	OEO_REFUSAL_BORN_LONG_AGO,
	OEO_REFUSAL_OTHER_PLAN /* the mapping does not fit the plan that holds on this day */
};

struct oeo_row_refusal {
	size_t line;
	enum oeo_refusal_reason reason;
	const struct oeo_mapping *mapping; /* that the row was read with, borrowed */
	const struct oeo_columns *columns; /* the mapping's, borrowed; NULL where the whole row is meant */
	size_t column; /* which of them */
	size_t number; /* columns found; of a repeated record number the earlier line */
};

/* A row that says something else than an earlier one of the same question, which holds. */
struct oeo_row_difference {
	size_t line;
	size_t first_line; /* of the question */
	const struct oeo_mapping *mapping; /* that both were read with, borrowed */
	bool in_dimension[OEO_MAX_DIMENSIONS]; /* in which of the plan's */
};

/* A value that is not on its dimension's list; code "": all values that are not written like a code together. */
struct oeo_unmapped {
	char code[OEO_ID_BYTES];
	size_t count;
	size_t lines[OEO_INTAKE_MAX_LINES]; /* the first ones; min(count, OEO_INTAKE_MAX_LINES) */
};

struct oeo_intake_dimension {
	size_t *counts; /* by the dimension's codes (last level used) */
	struct oeo_unmapped *unmapped; /* [0] is the one without a code */
	size_t n_unmapped;
};

struct oeo_intake_report {
	const struct oeo_plan *plan; /* borrowed */
	const struct oeo_mapping *mapping; /* borrowed, bound to the file */
	size_t n_rows; /* without the header */
	size_t n_taken; /* added + known + changed + frozen + restored + withdrawn */
	size_t n_same; /* further rows of questions that are taken: they count once */
	size_t n_refused; /* the rest */
	size_t n_added, n_known, n_changed, n_frozen;
	size_t n_restored; /* new here, of periods that were sent in before an older ledger was put back */
	size_t n_withdrawn; /* of residents who objected: left out */
	size_t n_late; /* of those added or changed */
	struct oeo_corrections corrections; /* what earlier files had and this one has not */
	size_t n_without_identity; /* of those taken */
	size_t
	    n_placeholders; /* of these: with one of the plan's placeholders for "not known" in the identity */
	size_t n_unmapped; /* rows with a value that is not on its list */
	struct oeo_row_refusal *refusals; /* the first OEO_INTAKE_MAX_REFUSALS */
	size_t n_refusals;
	size_t n_filled; /* of n_same: rows that said what an earlier one left unknown */
	size_t n_differing; /* of n_same: rows that say something else than an earlier one */
	struct oeo_row_difference *differences; /* the first OEO_INTAKE_MAX_DIFFERENCES; NULL: none */
	size_t n_differences;
	struct oeo_intake_dimension dimensions[OEO_MAX_DIMENSIONS];
	struct oeo_forecast forecast; /* of this file by itself; filled by a preview only */
	char **not_read; /* names of the file's columns that are not read, owned */
	size_t n_not_read;
	struct oeo_intake_report
	    *others; /* owned; rows under the job's other plans: how many were taken, dimensions and
					   * forecast. All other counts are in this report. */
	size_t n_others;
};

/* Another accepted plan, and the mapping as it reads under that one. */
struct oeo_intake_part {
	const struct oeo_plan *plan;
	struct oeo_mapping *mapping; /* NULL: it does not fit this plan, so that its rows are refused */
};

struct oeo_intake_job {
	const struct oeo_plan *plan;
	struct oeo_mapping *mapping; /* is bound to the file's header */
	const struct oeo_plans *plans; /* a row goes under the plan of its day; NULL: all go under plan */
	const struct oeo_intake_part *others; /* the other ones of plans */
	size_t n_others;
	const char *path;
	struct oeo_ledger *ledger; /* may be NULL for a preview: then nothing counts as known */
	bool is_preview;
	int64_t today; /* days since 1970-01-01 */
	void (*progress)(void *context, unsigned long done, unsigned long total); /* bytes; may be NULL */
	void *progress_context;
};

/*
 * Read the file. OEO_OK: *report is filled (free with oeo_intake_report_fini) and, where it is no preview, its questions
 * are durable in the ledger. On failure nothing of the file is, and *report is empty. OEO_ERR_FORMAT: not such a file at
 * all, or its header does not fit the mapping (findings says so, else why); OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM,
 * OEO_ERR_STATE (another process is writing).
 */
enum oeo_err oeo_intake_read(struct oeo_intake_report *report, const struct oeo_intake_job *job,
    struct oeo_findings *findings, struct oeo_note *why);

/* report may be zero-initialised. */
void oeo_intake_report_fini(struct oeo_intake_report *report);

/*
 * True where the file's header has all columns of the mapping (which stays bound to it). Else *misfit (zero-initialised; fini
 * it in any case) says how near it comes; or, where the file cannot be read as the mapping's source, it stays as it was and
 * why (may be NULL) says so. For choosing among mappings.
 */
bool oeo_intake_fits(
    struct oeo_mapping *mapping, const char *path, struct oeo_misfit *misfit, struct oeo_note *why);

#endif
