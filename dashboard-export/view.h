/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The view model: what stands in a report, between the releases and every form of output (site, CSV). It holds
 * published numbers only. A hidden cell has no number here at all, so nothing that is drawn, sorted, compared
 * or said can depend on one.
 *
 * Everything is borrowed from the sources and the message catalogue, in the language chosen when it was made.
 * One thread.
 */
#ifndef OEO_DASHBOARD_EXPORT_VIEW_H
#define OEO_DASHBOARD_EXPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dashboard-export/notation.h"
#include "dashboard-export/publisher.h"
#include "dashboard-export/sources.h"

/* Compared with the period before. UNKNOWN: one of the two is not published, or the tables cannot be compared. */
enum oeo_difference {
	OEO_DIFFERENCE_UNKNOWN,
	OEO_DIFFERENCE_UNCLEAR, /* no more than chance often gives */
	OEO_DIFFERENCE_MORE,
	OEO_DIFFERENCE_LESS
};

struct oeo_view_cell {
	bool is_shown;
	uint64_t residents; /* 0 where hidden */
	uint64_t questions; /* 0 where hidden or where the table does not publish them */
	enum oeo_difference difference; /* of residents with the period before */
	uint64_t before; /* residents of the period before; 0 where the difference is unknown */
};

struct oeo_view_code {
	const char *code;
	const char *
	    label; /* in the chosen language; label_nl and label_en as the plan has them, "" where it has none */
	const char *label_nl;
	const char *label_en;
	const char *parent; /* the code above it; NULL at the first level */
	const char *group; /* and its label */
};

/* One level of the plan, with its codes in the plan's order, "onbekend" last. */
struct oeo_view_axis {
	const char *id;
	const char *name; /* "thema" */
	const char *names; /* "thema's" */
	struct oeo_view_code *codes;
	size_t n_codes;
	bool has_sensitive; /* a code of it asks for the higher threshold */
};

struct oeo_view_table {
	const char *id;
	struct oeo_text title; /* "Thema's", "Thema per wijk" */
	const struct oeo_table *plan;
	enum oeo_unit unit;
	struct oeo_view_axis axes[OEO_MAX_BY];
	size_t n_axes;
	struct oeo_view_cell *cells; /* first axis slowest */
	size_t n_cells;
	uint64_t not_shown;
	unsigned withheld;
	uint64_t most; /* largest published number of residents */
	/* The table of the same period by these axes only (bit i: axis i), NULL where the plan has none. */
	const struct oeo_view_table *margins[1u << OEO_MAX_BY];
};

struct oeo_view_period {
	struct oeo_period period;
	char id[OEO_PERIOD_BYTES];
	struct oeo_text name;
	const struct oeo_source *source;
	struct oeo_view_table *tables; /* in the plan's order */
	size_t n_tables;
	const struct oeo_view_period
	    *before; /* same cadence, adjacent; NULL where it is not among the releases */
	const struct oeo_view_period *after;
};

struct oeo_view {
	const char *title;
	const char *plan;
	const char *municipality;
	const char *publisher;
	struct oeo_publisher_key key;
	bool is_key_given;
	struct oeo_view_period *periods; /* in the order of oeo_period_compare */
	size_t n_periods;
	enum oeo_cadence main; /* the cadence that the report is about: quarters where there are any */
};

/* Make the view of sources (at least one), which must outlive it. OEO_ERR_NOMEM. Free with oeo_view_fini. */
enum oeo_err oeo_view_make(struct oeo_view *view, const struct oeo_sources *sources);

/* view may be NULL or empty. */
void oeo_view_fini(struct oeo_view *view);

/*
 * How two counts differ: clearly, where two Poisson counts of one rate would differ this much at most once in a
 * hundred times ((|now - before| - 1)^2 > 6.635 (now + before), the normal form of the exact test).
 */
enum oeo_difference oeo_view_difference(uint64_t before, uint64_t now);

/* The last period of this cadence; NULL where there is none. */
const struct oeo_view_period *oeo_view_latest(const struct oeo_view *view, enum oeo_cadence cadence);

/* The table of this id in the period, NULL where there is none. */
const struct oeo_view_table *oeo_view_table(const struct oeo_view_period *period, const char *id);

/* The first table of the period with this number of axes, NULL where there is none. The first with one axis is
 * what the report calls its themes. */
const struct oeo_view_table *oeo_view_first_table(const struct oeo_view_period *period, size_t n_axes);

/* Indexes into the axes of cell number `cell`. */
void oeo_view_cell_codes(const struct oeo_view_table *table, size_t cell, size_t codes[OEO_MAX_BY]);

/* The cell of other that has the same codes as cell number `cell` of table: NULL where other is NULL, of another
 * kind (id, levels, unit) or does not have those codes. */
const struct oeo_view_cell *oeo_view_same_cell(
    const struct oeo_view_table *other, const struct oeo_view_table *table, size_t cell);

#define OEO_VIEW_TOTAL SIZE_MAX

/* The cell with these codes, of which some are OEO_VIEW_TOTAL: then it is the margin table's. NULL where the plan
 * has no such table. */
const struct oeo_view_cell *oeo_view_margin_cell(
    const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY]);

/* The threshold of the table's cells with a sensitive code; 0 where it has no such code or no higher threshold. */
unsigned oeo_view_sensitive(const struct oeo_view_table *table);

/* Number of shown cells of the table. */
size_t oeo_view_shown(const struct oeo_view_table *table);

/* Indexes of the cells of a table with one axis, largest published number first, then the hidden ones; ties and
 * hidden ones in code order. order holds n_cells. */
void oeo_view_sort_cells(const struct oeo_view_table *table, size_t *order);

#endif
