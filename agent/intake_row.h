/* SPDX-License-Identifier: EUPL-1.2 */
/* One row of an intake file to one question, or to the reason why not. */
#ifndef OEO_AGENT_INTAKE_ROW_H
#define OEO_AGENT_INTAKE_ROW_H

#include "agent/intake.h"

/* What reading rows needs; one per file. */
struct oeo_row_reader {
	const struct oeo_plan *plan; /* borrowed */
	const struct oeo_mapping *mapping; /* borrowed, bound */
	const struct oeo_ledger
	    *ledger; /* borrowed; NULL: record numbers are hashed under a key of this reader */
	struct oeo_normaliser *normaliser;
	int64_t today;
	uint8_t key[16]; /* random; readers of one file share the first one's */
	struct oeo_buf joined; /* scratch; hold parts of an identity */
	struct oeo_buf folded;
};

/* A row that was read. */
struct oeo_read_row {
	uint8_t record[OEO_RECORD_HASH_BYTES]; /* also of a row that is refused, where it has a number */
	bool has_record;
	struct oeo_question question; /* base is left to the ledger; free with oeo_question_fini */
	bool has_placeholder; /* a field of the identity held one of the plan's, which counts as missing */
	size_t codes[OEO_MAX_DIMENSIONS]; /* indexes in the plan's dimensions */
	bool is_unmapped[OEO_MAX_DIMENSIONS];
	char unmapped[OEO_MAX_DIMENSIONS]
		     [OEO_ID_BYTES]; /* the code that is not on the list, in capitals; "": no code */
	size_t lines[OEO_MAX_DIMENSIONS]; /* of the row that said so */
};

/* OEO_ERR_NOMEM, OEO_ERR_INTERNAL (ICU). All but the normaliser are borrowed until fini. */
enum oeo_err oeo_row_reader_init(struct oeo_row_reader *reader, const struct oeo_intake_job *job,
    const struct oeo_plan *plan, const struct oeo_mapping *mapping);
void oeo_row_reader_fini(struct oeo_row_reader *reader);

/* The day of a row's question; false where it cannot be read, which oeo_row_read then tells. */
bool oeo_row_find_day(struct oeo_row_reader *reader, const struct oeo_csv_row *row, int64_t *day);

/*
 * Read the fields of a fine row. refusal->reason is 0 where it is taken: then *read is filled and owned by the caller.
 * Else refusal says why (its line is the caller's) and *read holds nothing but the record. OEO_ERR_NOMEM and faults of the program.
 */
enum oeo_err oeo_row_read(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_read_row *read, struct oeo_row_refusal *refusal);

#endif
