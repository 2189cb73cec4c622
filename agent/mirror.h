/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The mirror: what this member registered in a period next to what was published, and what in its own registration deserves
 * a look. For the member alone: it is made on its own machine from its own ledger and a release, and goes nowhere.
 *
 * Names do not come into it. Where two ways of writing one name are suspected, days and subjects point at the records.
 */
#ifndef OEO_AGENT_MIRROR_H
#define OEO_AGENT_MIRROR_H

#include <jansson.h>

#include "agent/agent.h"
#include "proto/html.h"
#include "proto/release.h"

#define OEO_MIRROR_MAX_SUSPECTS 200 /* shown; all are counted */

/* A cell in which this member has something. */
struct oeo_mirror_cell {
	size_t cell; /* number in the table */
	size_t own_residents;
	size_t own_questions; /* 0 where the table does not publish questions */
};

struct oeo_mirror_table {
	const struct oeo_table *table; /* the mirror's plan's */
	const struct oeo_release_table *released; /* borrowed; NULL: no release is given */
	struct oeo_mirror_cell *cells; /* owned, in cell order */
	size_t n_cells;
};

/* How often what is asked was answered with "other". */
struct oeo_mirror_other {
	const struct oeo_dimension *dimension;
	size_t n_known; /* questions with a code that is not unknown */
	size_t n_other;
};

/* Two ways of writing a name with one date of birth and one postcode. */
struct oeo_mirror_suspect {
	char *one; /* owned; day and subject of a question under the one name */
	char *other;
};

struct oeo_mirror {
	const struct oeo_plan *plan; /* borrowed */
	const struct oeo_release *release; /* borrowed; may be NULL */
	struct oeo_period period;
	const char *member_name; /* borrowed */
	size_t n_questions;
	size_t n_without_identity;
	size_t n_unmapped;
	size_t n_late;
	size_t n_erased; /* whose residents cannot be counted any more */
	struct oeo_mirror_table *tables; /* owned; those of the period's cadence */
	size_t n_tables;
	struct oeo_mirror_other others[OEO_MAX_DIMENSIONS];
	size_t n_others;
	struct oeo_mirror_suspect *suspects; /* owned */
	size_t n_suspects; /* that are kept */
	size_t n_suspected; /* in all */
};

/* Look through the ledger. release (may be NULL) is of the same period, and then its plan counts; both are borrowed until
 * oeo_mirror_fini. OEO_ERR_RANGE: the plan has no table of this cadence. Writes nothing. */
enum oeo_err oeo_mirror_make(struct oeo_mirror *mirror, const struct oeo_agent *agent,
    const struct oeo_plan *plan, const struct oeo_release *release, const struct oeo_period *period,
    struct oeo_note *why);

/* The same without the suspects, which take the longest. */
enum oeo_err oeo_mirror_count(struct oeo_mirror *mirror, const struct oeo_agent *agent,
    const struct oeo_plan *plan, const struct oeo_release *release, const struct oeo_period *period,
    struct oeo_note *why);
void oeo_mirror_fini(struct oeo_mirror *mirror);

/* Fill suspects; part of oeo_mirror_make. */
enum oeo_err oeo_mirror_find_suspects(struct oeo_mirror *mirror, struct oeo_ledger *ledger);

/* The labels of a cell, with commas ("all questions" for a total), in the chosen language. Appends. */
enum oeo_err oeo_mirror_describe_cell(
    struct oeo_buf *text, const struct oeo_plan *plan, const struct oeo_table *table, size_t cell);

/* Append its title, "Mirror of BGA, quarter 3 of 2026"; a number as people write it, 1,273 (1.273 in Dutch). */
enum oeo_err oeo_mirror_write_title(struct oeo_buf *text, const struct oeo_mirror *mirror);
#define OEO_MIRROR_NUMBER_BYTES 32
const char *oeo_mirror_format_number(char text[OEO_MIRROR_NUMBER_BYTES], uint64_t number);

/* Append the whole as an HTML page, as CSV (UTF-8, header, one row a cell), as text; and as JSON (owned, NULL: out of memory). */
enum oeo_err oeo_mirror_write_html(struct oeo_buf *out, const struct oeo_mirror *mirror);
enum oeo_err oeo_mirror_write_csv(struct oeo_buf *out, const struct oeo_mirror *mirror);
enum oeo_err oeo_mirror_write_text(struct oeo_buf *out, const struct oeo_mirror *mirror);

/*
 * Append a line table,period,code,...,residents,questions for every cell in which this member has something, of the tables
 * that the release has (of all without a release): what `oeo-collector audit --mine` reads below OEO_MIRROR_OWN_HEADING.
 * Questions are left empty where the table does not publish them. Only right where no identity was erased (n_erased).
 */
#define OEO_MIRROR_OWN_HEADING "table,period,codes,residents,questions\n"
enum oeo_err oeo_mirror_write_own(struct oeo_buf *out, const struct oeo_mirror *mirror);
json_t *oeo_mirror_to_json(const struct oeo_mirror *mirror);

#endif
