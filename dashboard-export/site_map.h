/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which pages a site has, from the plan of its newest release: nothing here knows a plan by name. The themes are the
 * first level of the first table with one level; the area is a dimension that the plan computes from an identity field, or
 * whose codes are wards; every other dimension that is counted gets a page of its own (barriers, results, ...).
 */
#ifndef OEO_DASHBOARD_EXPORT_SITE_MAP_H
#define OEO_DASHBOARD_EXPORT_SITE_MAP_H

#include "dashboard-export/view.h"

#define OEO_SITE_PATH_BYTES 96

enum oeo_site_kind {
	OEO_SITE_SHORT = 1, /* the front page: in short */
	OEO_SITE_THEMES,
	OEO_SITE_AREA,
	OEO_SITE_TRENDS,
	OEO_SITE_DIMENSION,
	OEO_SITE_SIGNALS,
	OEO_SITE_FEEDBACK, /* only where there is anything to feed back */
	OEO_SITE_ACCOUNT,
	OEO_SITE_DOWNLOADS
};

struct oeo_site_page {
	enum oeo_site_kind kind;
	char path[OEO_SITE_PATH_BYTES]; /* "themes/index.html" */
	struct oeo_text title; /* in the bar of pages */
	const char *dimension; /* id; of an area or another dimension */
};

/* A table of one of the newest periods. */
struct oeo_site_table {
	const struct oeo_view_period *period;
	const struct oeo_view_table *table;
};

struct oeo_site_map {
	struct oeo_site_page *pages; /* in the order of the bar */
	size_t n_pages;
	/* Every combination of levels once, from the newest period that counts it: quarters, then years, then months. */
	struct oeo_site_table *tables;
	size_t n_tables;
	const struct oeo_view_table *themes; /* NULL where nothing is counted by one level */
	const struct oeo_view_period *newest; /* of the main cadence */
};

/* Make the map of view, which must outlive it. OEO_ERR_NOMEM. Free with oeo_site_map_fini. */
enum oeo_err oeo_site_map_make(struct oeo_site_map *map, const struct oeo_view *view);

/* map may be NULL or zeroed. */
void oeo_site_map_fini(struct oeo_site_map *map);

/* The id of the dimension of an axis of a table of the map. */
const char *oeo_site_dimension(const struct oeo_site_table *from, size_t axis);

/* The axis of the table that belongs to this dimension; n_axes where it has none. */
size_t oeo_site_axis(const struct oeo_site_table *from, const char *dimension);

/* The page of a theme: "themes/WO.html". */
struct oeo_site_path {
	char text[OEO_SITE_PATH_BYTES];
};
struct oeo_site_path oeo_site_theme_path(const char *code);

#endif
