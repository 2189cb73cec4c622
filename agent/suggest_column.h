/* SPDX-License-Identifier: EUPL-1.2 */
/* What stands in the columns of an unknown file: how many cells are filled, which values, whether they are dates. */
#ifndef OEO_AGENT_SUGGEST_COLUMN_H
#define OEO_AGENT_SUGGEST_COLUMN_H

#include "agent/hash_set.h"
#include "agent/suggest_shape.h"

#define OEO_COLUMN_MAX_VALUES 400 /* kept per column; one with more different values is no list */
#define OEO_COLUMN_MAX_ROWS 50000 /* that are looked at */
#define OEO_COLUMN_LONG_TEXT 60 /* bytes; a value that is longer is free text */
#define OEO_COLUMN_N_FORMATS 30

struct oeo_column_value {
	char *text; /* folded, owned */
	char *written; /* as it stands first, owned */
	size_t count;
};

struct oeo_column {
	char *name; /* owned */
	size_t n_filled;
	size_t n_different; /* exact */
	size_t n_long; /* longer than OEO_COLUMN_LONG_TEXT */
	size_t n_postcodes; /* written as a Dutch one */
	size_t n_numbers; /* whole numbers */
	size_t n_dates[OEO_COLUMN_N_FORMATS]; /* that read by this format */
	size_t n_future[OEO_COLUMN_N_FORMATS]; /* of these, after today */
	struct oeo_column_value *values; /* owned; by how often they occur */
	size_t n_values; /* OEO_COLUMN_MAX_VALUES + 1: there were more; then none is kept */
	struct oeo_hash_set seen; /* while reading */
};

struct oeo_column_list {
	struct oeo_column *items; /* owned */
	size_t n;
	size_t n_rows; /* looked at */
	size_t n_bad_rows; /* that could not be read */
};

/* Read the columns of the file. Errors as oeo_csv_open. Free with oeo_columns_fini, which wipes the values. */
enum oeo_err oeo_columns_read(struct oeo_column_list *columns, const char *path,
    const struct oeo_shape *shape, int64_t today, struct oeo_note *why);
void oeo_columns_fini(struct oeo_column_list *columns);

/* True where all different values are kept. */
bool oeo_column_is_list(const struct oeo_column *column);

/*
 * The format by which (nearly) all filled cells are dates; NULL: none. *is_ambiguous: another order of day and month reads
 * them as well. may_be_future: dates after today count too.
 */
const char *oeo_column_find_date(const struct oeo_column *column, bool *is_ambiguous);

#endif
