/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A map as SVG inside a page (chart.h): every area with its shade, its number and its name; an area whose number is not
 * shown is hatched. An area may be several wards together: the borders between them are not drawn.
 */
#ifndef OEO_DASHBOARD_EXPORT_CHART_MAP_H
#define OEO_DASHBOARD_EXPORT_CHART_MAP_H

#include "dashboard-export/html.h"
#include "dashboard-export/notation.h"
#include "dashboard-export/wards.h"

struct oeo_map_area {
	const struct oeo_shape **shapes; /* borrowed */
	size_t n_shapes;
	const char *code;
	const char *label;
	bool is_shown;
	struct oeo_text text; /* the number, as it is written; "" where not shown */
	unsigned shade; /* 0..OEO_SHADES */
};

/* Draw n areas; nothing where none has a shape. id is unique on the page; desc says what the map shows. On failure the
 * page fails. */
void oeo_chart_map(struct oeo_html *html, const char *id, const char *title, const char *desc,
    const struct oeo_map_area *areas, size_t n);

/* True where there are so many areas to draw that each gets its number only: the caller lists them, in this order. */
bool oeo_chart_map_has_many(const struct oeo_map_area *areas, size_t n);

#endif
