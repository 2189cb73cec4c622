/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A frequency table from CSV: its inner cells, summed, and what each member put in. Memory grows with the inner
 * cells (and their members), not with the rows.
 */
#ifndef OEO_COLLECTOR_PROTECT_TABLE_H
#define OEO_COLLECTOR_PROTECT_TABLE_H

#include "collector/protect_codes.h"

#define OEO_PROTECT_DIMENSIONS 16

/* What one member put in one inner cell. */
struct oeo_protect_part {
	uint32_t inner;
	uint32_t member;
	uint64_t count;
};

struct oeo_protect_table {
	struct oeo_protect_dimension dimensions[OEO_PROTECT_DIMENSIONS];
	size_t n_dimensions;
	const char *frequency; /* names of columns, borrowed; the last two may be NULL */
	const char *contributors;
	const char *member;
	/* Inner cells, in the order in which they came. */
	uint32_t *codes; /* n_inner * n_dimensions */
	uint64_t *counts;
	uint64_t *singles; /* contributors of every inner cell; NULL without such a column */
	size_t n_inner;
	size_t n_rows;
	struct oeo_protect_names members;
	struct oeo_protect_part *parts;
	size_t n_parts;
};

/*
 * Read the file into table, which has its dimensions (with hierarchies, open) and column names, and no cells yet.
 * OEO_ERR_FORMAT, OEO_ERR_RANGE, OEO_ERR_NOT_FOUND, OEO_ERR_IO with file:line in why, OEO_ERR_NOMEM. Closes the dimensions.
 */
enum oeo_err oeo_protect_table_read(struct oeo_protect_table *table, const char *file, struct oeo_note *why);

void oeo_protect_table_fini(struct oeo_protect_table *table);

/* Read a count: digits only, at most OEO_DISCLOSURE_VALUE_LIMIT. OEO_ERR_FORMAT, OEO_ERR_RANGE with the reason in why. */
enum oeo_err oeo_protect_count_read(
    const char *column, const char *text, uint64_t *count, struct oeo_note *why);

/* The place of a column in a header. OEO_ERR_FORMAT with the reason in why: missing, or there twice. */
enum oeo_err oeo_protect_column_find(
    const char *name, char *const *fields, size_t n_fields, size_t *column, struct oeo_note *why);

#endif
