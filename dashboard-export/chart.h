/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Charts as SVG inside a page: no scripts, colours from the style sheet, positions across in per cents so that
 * text keeps its size on a narrow screen, each with a title and a description. The caller puts the table with
 * the same numbers right below. A hidden cell is drawn as "." in the place of its code, and has no width.
 */
#ifndef OEO_DASHBOARD_EXPORT_CHART_H
#define OEO_DASHBOARD_EXPORT_CHART_H

#include "dashboard-export/html.h"
#include "dashboard-export/view.h"

/*
 * Horizontal bars of the cells of a table with one axis: n of them, in this order, with their number, the change
 * from the period before, and a tick where that stood. id is unique on the page. is_paper: of a fixed shape, which the
 * style sheet can make larger or smaller.
 */
void oeo_chart_bars(struct oeo_html *html, const char *id, const struct oeo_view_table *table,
    const size_t *order, size_t n, bool is_paper);

struct oeo_chart_point {
	const struct oeo_period *period;
	bool is_shown;
	bool is_absent; /* not counted then: no dot either */
	uint64_t value;
};

enum oeo_chart_size { OEO_CHART_SMALL, OEO_CHART_LARGE };

/* Columns through the periods, oldest first, each with its number where there is room; a hidden one leaves a gap.
 * title says what they count. */
void oeo_chart_columns(struct oeo_html *html, const char *id, const char *title,
    const struct oeo_chart_point *points, size_t n, enum oeo_chart_size size);

/* A line through the periods, oldest first, broken where a point is not shown. */
void oeo_chart_line(
    struct oeo_html *html, const char *id, const char *title, const struct oeo_chart_point *points, size_t n);

/* The sign that stands with a change: "▲", "▼", "≈", or "" where it is unknown. */
const char *oeo_chart_sign(enum oeo_difference difference);

/* The class of the style sheet for it: "more", "less", "same", "none". */
const char *oeo_chart_class(enum oeo_difference difference);

#endif
