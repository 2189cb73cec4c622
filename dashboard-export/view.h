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

#include "dashboard-export/duiding.h"
#include "dashboard-export/notation.h"
#include "dashboard-export/publisher.h"
#include "dashboard-export/sources.h"
#include "dashboard-export/trend.h"
#include "dashboard-export/wards.h"

enum oeo_measure { OEO_MEASURE_RESIDENTS, OEO_MEASURE_QUESTIONS };

/* Each measure is shown or hidden by itself: a cell may show its residents and hide its questions. */
struct oeo_view_cell {
	bool is_shown; /* residents */
	bool is_questions_shown; /* false too where the table does not publish questions */
	uint64_t residents; /* 0 where hidden */
	uint64_t questions; /* 0 where hidden */
	enum oeo_difference difference; /* of residents with the period before */
	uint64_t before; /* residents of the period before; 0 where the difference is unknown */
	double p; /* how often chance gives a difference this large; 1 where unknown */
};

struct oeo_view_code {
	const char *code;
	const char *
	    label; /* in the chosen language; label_nl and label_en as the plan has them, "" where it has none */
	const char *label_nl;
	const char *label_en;
	const char *parent; /* the code above it; NULL at the first level */
	const char *group; /* and its label */
	uint64_t
	    inhabitants; /* of the ward (wards.h); of a code above wards, the sum of all of them; 0: unknown */
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
	const struct oeo_view_period *earlier; /* the last one of the cadence before this, adjacent or not */
};

/* Part of a member in one period. ABSENT: it was not on the list then. */
enum oeo_view_part { OEO_PART_ABSENT, OEO_PART_YES, OEO_PART_PARTLY, OEO_PART_NO };

/* A member of any of the periods. */
struct oeo_view_member {
	const char *id;
	const char *name; /* as in the newest release that has it */
	enum oeo_view_part *parts; /* one for each period of the view */
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
	struct oeo_view_member *members; /* sorted by id */
	size_t n_members;
	const struct oeo_wards *wards; /* borrowed; NULL where none were given */
	/* Set by the caller after oeo_view_make; borrowed. */
	const struct oeo_duiding *duiding; /* NULL where none was given */
	bool is_concept; /* marked as not yet agreed upon, on every page */
	const struct oeo_buf
	    *tokens; /* a municipality's own design tokens, CSS; NULL where none were given */
	const char
	    *contact; /* whom readers can ask: one line of safe text (text.h); NULL where none was given */
};

/* Make the view of sources (at least one) and wards (may be NULL), which must outlive it. OEO_ERR_NOMEM. Free with
 * oeo_view_fini. */
enum oeo_err oeo_view_make(
    struct oeo_view *view, const struct oeo_sources *sources, const struct oeo_wards *wards);

/* view may be NULL or empty. */
void oeo_view_fini(struct oeo_view *view);

/*
 * The series of cell number `cell` of table, a table of period, up to and with that period: every period of the cadence
 * from the first release on, with gaps where there is no release, no such cell, or nothing shown.
 */
void oeo_view_series(struct oeo_series *series, const struct oeo_view_period *period,
    const struct oeo_view_table *table, size_t cell, enum oeo_measure measure);

/* True, with the residents per 10,000 inhabitants (so: tenths per 1,000), where the cell is shown and exactly one of
 * its codes has inhabitants. From the published number, so after rounding. */
bool oeo_view_rate(uint64_t *per_10000, const struct oeo_view_table *table, size_t cell);

/* The inhabitants behind that; 0 where there are none. */
uint64_t oeo_view_inhabitants(const struct oeo_view_table *table, size_t cell);

/* True where a table of any period counts in this unit; where one publishes questions. */
bool oeo_view_has_unit(const struct oeo_view *view, enum oeo_unit unit);
bool oeo_view_has_questions(const struct oeo_view *view);

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

/* What a cell is about: "Wonen, Schelfhorst"; the table's title where it is the total. */
void oeo_view_cell_name(char *text, size_t size, const struct oeo_view_table *table, size_t cell);

/* Number of shown cells of the table. */
size_t oeo_view_shown(const struct oeo_view_table *table);

/* Indexes of the cells of a table with one axis, largest published number first, then the hidden ones; ties and
 * hidden ones in code order. order holds n_cells. */
void oeo_view_sort_cells(const struct oeo_view_table *table, size_t *order);

#endif
