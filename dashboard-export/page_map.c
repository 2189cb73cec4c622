/* SPDX-License-Identifier: EUPL-1.2 */
/* The map of a table whose codes are wards, or lie above wards. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/chart_map.h"
#include "dashboard-export/page_parts.h"
#include "dashboard-export/shade.h"
#include "proto/i18n.h"

/* What the areas of a map are made from. */
struct ground {
	const struct oeo_wards *wards;
	const struct oeo_dimension *dimension;
	size_t level;
	struct oeo_map_area *areas; /* as the table's codes */
	const struct oeo_shape **shapes; /* all of them, area by area */
	size_t n_shapes;
	uint64_t least,
	    most; /* numbers on the map but zero: residents, or tenths per 1,000; 0 where there are none */
	struct oeo_shades shades;
	bool has_shade[OEO_SHADES + 1]; /* an area has it */
	bool is_rate;
};

/* The dimension and level of the table's only axis, also where the table is a part of another. */
static bool find_ground(
    struct ground *ground, const struct oeo_page *page, const struct oeo_view_table *table)
{
	const struct oeo_plan *plan = page->period->source->release.plan.plan;

	*ground = (struct ground){.wards = page->view->wards};
	if (ground->wards == NULL || ground->wards->n_shapes == 0 || table->n_axes != 1)
		return false;
	for (size_t d = 0; d < plan->n_dimensions; d++)
		for (size_t l = 0; l < plan->dimensions[d].n_levels; l++)
			if (plan->dimensions[d].levels[l].id == table->axes[0].id) {
				ground->dimension = &plan->dimensions[d];
				ground->level = l;
				return true;
			}
	return false;
}

/* Add the shapes of a code, or of all wards below it. */
static void add_shapes(struct ground *ground, size_t code)
{
	const struct oeo_dimension *dimension = ground->dimension;
	const struct oeo_shape *shape = oeo_wards_shape(ground->wards, dimension->codes[code].code);

	if (shape != NULL) {
		if (ground->shapes != NULL)
			ground->shapes[ground->n_shapes] = shape;
		ground->n_shapes++;
		return;
	}
	for (size_t i = 0; i < dimension->n_codes; i++)
		if (dimension->codes[i].parent == code)
			add_shapes(ground, i);
}

bool oeo_page_has_map(const struct oeo_page *page, const struct oeo_view_table *table)
{
	struct ground ground;

	if (!find_ground(&ground, page, table))
		return false;
	for (size_t i = 0; i < ground.dimension->levels[ground.level].count; i++)
		add_shapes(&ground, ground.dimension->levels[ground.level].first + i);
	return ground.n_shapes > 0;
}

static uint64_t number_of(const struct ground *ground, const struct oeo_view_table *table, size_t cell)
{
	uint64_t rate = 0;

	if (!ground->is_rate)
		return table->cells[cell].residents;
	(void)oeo_view_rate(&rate, table, cell);
	return rate;
}

static struct oeo_text write_number(const struct ground *ground, uint64_t number)
{
	return ground->is_rate ? oeo_notation_tenths(number) : oeo_notation_number(number);
}

static void settle(struct ground *ground, const struct oeo_view_table *table)
{
	const struct oeo_rules *rules = &table->plan->rules;
	size_t n_shown = 0, n_rates = 0;
	uint64_t rate;

	for (size_t i = 0; i < table->n_cells; i++) {
		if (ground->areas[i].n_shapes == 0 || !table->cells[i].is_shown)
			continue;
		n_shown++;
		n_rates += oeo_view_rate(&rate, table, i) ? 1 : 0;
	}
	ground->is_rate = n_rates > 0 && n_rates == n_shown;
	for (size_t i = 0; i < table->n_cells; i++) {
		uint64_t number = number_of(ground, table, i);

		if (ground->areas[i].n_shapes == 0 || number == 0)
			continue;
		if (number > ground->most)
			ground->most = number;
		if (ground->least == 0 || number < ground->least)
			ground->least = number;
	}
	ground->shades = oeo_shade_make(
	    ground->is_rate ? 1 : oeo_shade_least(rules->residents, rules->round), ground->most);
}

static enum oeo_err make_areas(struct ground *ground, const struct oeo_view_table *table)
{
	size_t first = ground->dimension->levels[ground->level].first;

	ground->areas = oeo_alloc_array(table->n_cells, sizeof(*ground->areas));
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	ground->shapes = oeo_alloc_array(ground->dimension->n_codes + 1, sizeof(*ground->shapes));
	if (ground->areas == NULL || ground->shapes == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < table->n_cells; i++) {
		struct oeo_map_area *area = &ground->areas[i];
		size_t before = ground->n_shapes;

		area->code = table->axes[0].codes[i].code;
		area->label = table->axes[0].codes[i].label;
		add_shapes(ground, first + i);
		area->shapes = ground->shapes + before;
		area->n_shapes = ground->n_shapes - before;
		area->is_shown = table->cells[i].is_shown;
	}
	settle(ground, table);
	for (size_t i = 0; i < table->n_cells; i++) {
		uint64_t number = number_of(ground, table, i);

		if (!ground->areas[i].is_shown)
			continue;
		ground->areas[i].text = write_number(ground, number);
		ground->areas[i].shade = oeo_shade_of(&ground->shades, number);
		if (ground->areas[i].n_shapes > 0)
			ground->has_shade[ground->areas[i].shade] = true;
	}
	return OEO_OK;
}

void oeo_page_shade_key(const struct oeo_page *page, unsigned shade, const char *first, const char *last)
{
	oeo_html_open(page->html, "span", NULL);
	oeo_html_attribute(page->html, "class", "key h%u", shade);
	if (strcmp(first, last) == 0)
		oeo_html_text(page->html, first);
	else
		oeo_html_textf(page->html, "%s\u2013%s", first, last);
	oeo_html_close(page->html);
	oeo_html_text(page->html, " ");
}

/* A shade of the legend. Rates have no threshold of their own: they begin and end with what is on the map. */
static void write_shade(const struct oeo_page *page, const struct ground *ground, unsigned shade)
{
	uint64_t first = oeo_shade_first(&ground->shades, shade);
	uint64_t last = oeo_shade_last(&ground->shades, shade);

	if (ground->is_rate && first < ground->least)
		first = ground->least;
	if (ground->is_rate && last > ground->most)
		last = ground->most;
	oeo_page_shade_key(page, shade, write_number(ground, first).text, write_number(ground, last).text);
}

static void write_legend(
    const struct oeo_page *page, const struct ground *ground, const struct oeo_view_table *table)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "figcaption", "class", "legend", NULL);
	oeo_html_textf(html, "%s: ",
	    ground->is_rate ? _("Per 1,000 inhabitants")
			    : oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	for (unsigned shade = 1; shade <= OEO_SHADES; shade++)
		if (ground->has_shade[shade])
			write_shade(page, ground, shade);
	oeo_html_open(html, "span", "class", "key hidden hatched", NULL);
	oeo_html_textf(html, ". %s", _("not shown"));
	oeo_html_close(html);
	oeo_html_close(html);
}

/* The areas by the numbers that stand on the map, each with its name and figure. It is seen where the map has no room for
 * names: always with many areas, else on a narrow screen. */
static void write_list(const struct oeo_page *page, const struct ground *ground, size_t n)
{
	struct oeo_html *html = page->html;
	bool is_many = oeo_chart_map_has_many(ground->areas, n);

	oeo_html_open(html, "ol", "class", is_many ? "map-list many" : "map-list", NULL);
	for (size_t i = 0; i < n; i++) {
		const struct oeo_map_area *area = &ground->areas[i];

		if (area->n_shapes == 0)
			continue;
		oeo_html_open(html, "li", NULL);
		oeo_html_attribute(html, "data-code", "%s", area->code);
		oeo_html_element(html, "span", NULL, area->label);
		oeo_html_text(html, " ");
		if (area->is_shown)
			oeo_html_element(html, "strong", NULL, area->text.text);
		else
			oeo_page_hidden_mark(page);
		oeo_html_close(html);
	}
	oeo_html_close(html);
}

static void write_desc(char *desc, size_t size, const struct ground *ground, size_t n)
{
	size_t n_areas = 0, n_shown = 0;

	for (size_t i = 0; i < n; i++) {
		n_areas += ground->areas[i].n_shapes > 0 ? 1 : 0;
		n_shown += ground->areas[i].n_shapes > 0 && ground->areas[i].is_shown ? 1 : 0;
	}
	(void)snprintf(desc, size,
	    _("Map. Areas with a figure: %s of %s. The table below has the same numbers."),
	    oeo_notation_number(n_shown).text, oeo_notation_number(n_areas).text);
}

void oeo_page_map(const struct oeo_page *page, const struct oeo_view_table *table, const char *id)
{
	struct ground ground;
	char chart_id[OEO_ID_BYTES + 32], desc[512];

	if (!find_ground(&ground, page, table))
		return;
	if (make_areas(&ground, table) != OEO_OK) {
		oeo_html_fail(page->html);
		goto cleanup;
	}
	(void)snprintf(chart_id, sizeof(chart_id), "map-%s", id);
	write_desc(desc, sizeof(desc), &ground, table->n_cells);
	oeo_html_open(page->html, "figure", "class", "map-figure", NULL);
	oeo_chart_map(page->html, chart_id, table->title.text, desc, ground.areas, table->n_cells);
	write_list(page, &ground, table->n_cells);
	write_legend(page, &ground, table);
	oeo_html_close(page->html);
cleanup:
	free(ground.areas);
	free(ground.shapes);
}
