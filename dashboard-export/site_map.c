/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/site_map.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/page.h"
#include "dashboard-export/view_slice.h"
#include "proto/i18n.h"

#define FIXED_PAGES 8

static const struct oeo_plan *plan_of(const struct oeo_view_period *period)
{
	return period->source->release.plan.plan;
}

const char *oeo_site_dimension(const struct oeo_site_table *from, size_t axis)
{
	return plan_of(from->period)->dimensions[from->table->plan->by[axis].dimension].id;
}

size_t oeo_site_axis(const struct oeo_site_table *from, const char *dimension)
{
	size_t axis = 0;

	while (axis < from->table->n_axes && strcmp(oeo_site_dimension(from, axis), dimension) != 0)
		axis++;
	return axis;
}

struct oeo_site_path oeo_site_theme_path(const char *code)
{
	struct oeo_site_path path;

	(void)snprintf(path.text, sizeof(path.text), "themes/%s.html", code);
	return path;
}

/* ---- tables ---- */

static bool has_same_levels(const struct oeo_view_table *one, const struct oeo_view_table *other)
{
	if (one->n_axes != other->n_axes)
		return false;
	for (size_t i = 0; i < one->n_axes; i++)
		if (oeo_view_axis_of(other, one->axes[i].id) == other->n_axes)
			return false;
	return true;
}

static void add_tables(struct oeo_site_map *map, const struct oeo_view_period *period)
{
	for (size_t i = 0; i < period->n_tables; i++) {
		bool is_known = false;

		for (size_t j = 0; !is_known && j < map->n_tables; j++)
			is_known = has_same_levels(map->tables[j].table, &period->tables[i]);
		if (!is_known)
			map->tables[map->n_tables++] =
			    (struct oeo_site_table){.period = period, .table = &period->tables[i]};
	}
}

static enum oeo_err collect_tables(struct oeo_site_map *map, const struct oeo_view *view)
{
	static const enum oeo_cadence order[] = {OEO_QUARTER, OEO_YEAR, OEO_MONTH};
	const struct oeo_view_period *newest[3];
	size_t room = 1;

	for (size_t i = 0; i < 3; i++) {
		newest[i] = oeo_view_latest(view, order[i]);
		room += newest[i] != NULL ? newest[i]->n_tables : 0;
	}
	map->tables = oeo_alloc_array(room, sizeof(*map->tables));
	if (map->tables == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < 3; i++)
		if (newest[i] != NULL)
			add_tables(map, newest[i]);
	return OEO_OK;
}

/* ---- pages ---- */

static struct oeo_site_page *add_page(
    struct oeo_site_map *map, enum oeo_site_kind kind, const char *title, const char *path)
{
	struct oeo_site_page *page = &map->pages[map->n_pages++];

	page->kind = kind;
	page->title = oeo_notation_capital(title);
	(void)snprintf(page->path, sizeof(page->path), "%s", path);
	return page;
}

static bool is_area(const struct oeo_view *view, const struct oeo_dimension *dimension)
{
	if (dimension->computed_from[0] != '\0')
		return true;
	for (size_t i = 0; i < dimension->n_codes; i++)
		if (oeo_wards_inhabitants(view->wards, dimension->codes[i].code) > 0)
			return true;
	return false;
}

/* The first level of the dimension that is counted: it names the page. */
static const struct oeo_view_axis *counted_level(const struct oeo_site_map *map, const char *dimension)
{
	for (size_t n_axes = 1; n_axes <= OEO_MAX_BY; n_axes++)
		for (size_t i = 0; i < map->n_tables; i++) {
			size_t axis = oeo_site_axis(&map->tables[i], dimension);

			if (map->tables[i].table->n_axes == n_axes && axis < n_axes)
				return &map->tables[i].table->axes[axis];
		}
	return NULL;
}

static void add_dimensions(struct oeo_site_map *map, const struct oeo_view *view, bool is_of_area)
{
	const struct oeo_plan *plan = plan_of(map->newest);

	for (size_t d = 0; d < plan->n_dimensions; d++) {
		const struct oeo_dimension *dimension = &plan->dimensions[d];
		const struct oeo_view_axis *level = counted_level(map, dimension->id);
		char path[OEO_SITE_PATH_BYTES];

		if (level == NULL || is_area(view, dimension) != is_of_area ||
		    (map->themes != NULL && map->themes->plan->by[0].dimension == d))
			continue;
		(void)snprintf(path, sizeof(path), "subjects/%s.html", dimension->id);
		add_page(map, is_of_area ? OEO_SITE_AREA : OEO_SITE_DIMENSION, level->names, path)
		    ->dimension = dimension->id;
	}
}

static void add_pages(struct oeo_site_map *map, const struct oeo_view *view)
{
	(void)add_page(map, OEO_SITE_SHORT, _("In short"), "index.html");
	if (map->themes != NULL)
		(void)add_page(map, OEO_SITE_THEMES, map->themes->axes[0].names, OEO_THEMES_PATH);
	add_dimensions(map, view, true);
	(void)add_page(map, OEO_SITE_TRENDS, _("Trends"), OEO_TRENDS_PATH);
	add_dimensions(map, view, false);
	(void)add_page(map, OEO_SITE_SIGNALS, _("Signals"), OEO_SIGNALS_PATH);
	if (oeo_page_has_feedback(view))
		(void)add_page(map, OEO_SITE_FEEDBACK, _("What was done"), OEO_FEEDBACK_PATH);
	(void)add_page(map, OEO_SITE_ACCOUNT, _("Account"), OEO_ACCOUNT_PATH);
	(void)add_page(map, OEO_SITE_DOWNLOADS, _("Downloads"), OEO_DOWNLOADS_PATH);
}

enum oeo_err oeo_site_map_make(struct oeo_site_map *map, const struct oeo_view *view)
{
	enum oeo_err err;

	memset(map, 0, sizeof(*map));
	map->newest = oeo_view_latest(view, view->main);
	map->themes = oeo_view_first_table(map->newest, 1);
	map->pages = oeo_alloc_array(FIXED_PAGES + plan_of(map->newest)->n_dimensions, sizeof(*map->pages));
	err = map->pages != NULL ? collect_tables(map, view) : OEO_ERR_NOMEM;
	if (err == OEO_OK)
		add_pages(map, view);
	else
		oeo_site_map_fini(map);
	return err;
}

void oeo_site_map_fini(struct oeo_site_map *map)
{
	if (map == NULL)
		return;
	free(map->pages);
	free(map->tables);
	memset(map, 0, sizeof(*map));
}
