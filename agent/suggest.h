/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From an unknown export to a mapping that a person completes: how the file is written (suggest_shape.h), what stands in
 * its columns (suggest_column.h), which of them fit the plan (here), and the mapping as YAML with the reasons as comments
 * (suggest_write.c).
 *
 * What the YAML shows of the file: names of columns; and of columns that fit a dimension of the plan those values that
 * stand in at least OEO_SUGGEST_REPEATED rows of a column with few different values, or are written like a code. Nothing
 * of columns with an identity, with free text, or that are not used.
 */
#ifndef OEO_AGENT_SUGGEST_H
#define OEO_AGENT_SUGGEST_H

#include "agent/ledger.h"
#include "agent/match.h"
#include "agent/suggest_column.h"
#include "agent/suggest_shape.h"

#define OEO_SUGGEST_REPEATED 3
#define OEO_SUGGEST_NONE SIZE_MAX

/* A column for a place in the mapping. */
struct oeo_suggested {
	size_t column; /* index in the columns; OEO_SUGGEST_NONE: none fits */
	unsigned certainty; /* percent */
	const char *format; /* of a date, borrowed; NULL: it is none */
	bool is_ambiguous; /* a date that reads both day-month and month-day */
};

struct oeo_suggested_dimension {
	struct oeo_suggested place;
	enum oeo_match_kind kind;
	unsigned on_list; /* percent of the filled cells that have a code so */
	struct oeo_matcher matcher; /* that these cells were found with; owned */
};

struct oeo_suggestion {
	const struct oeo_plan *plan; /* borrowed */
	char id[OEO_ID_BYTES];
	char *file; /* last part of its path; owned */
	struct oeo_shape shape;
	struct oeo_column_list columns; /* owned */
	struct oeo_suggested record;
	bool
	    is_record_repeated; /* its column has the same number in several rows: they count as one question */
	struct oeo_suggested date;
	struct oeo_suggested fields[OEO_MAX_FIELDS];
	size_t prefix; /* the column before the surname; OEO_SUGGEST_NONE */
	struct oeo_suggested member_number;
	bool has_member_numbers; /* the plan has a use for them */
	struct oeo_suggested_dimension dimensions[OEO_MAX_DIMENSIONS];
	bool is_used[OEO_CSV_MAX_COLUMNS];
};

/*
 * Look at the file at path, which the user calls name. terms (n of them, may be NULL) are synonyms: of those whose code a dimension has, the term counts as
 * a label does. today tells dates in the future from others. OEO_ERR_FORMAT: no table can be made of it; why says what to
 * do. OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM. Free with oeo_suggestion_fini.
 */
struct oeo_term {
	char *term;
	char code[OEO_ID_BYTES];
};
enum oeo_err oeo_suggest(struct oeo_suggestion *suggestion, const char *path, const char *name,
    const struct oeo_plan *plan, const struct oeo_term *terms, size_t n_terms, int64_t today,
    struct oeo_note *why);
void oeo_suggestion_fini(struct oeo_suggestion *suggestion);

/* Append the mapping as YAML. OEO_ERR_NOMEM. */
enum oeo_err oeo_suggest_write(struct oeo_buf *text, const struct oeo_suggestion *suggestion);

#endif
