/* SPDX-License-Identifier: EUPL-1.2 */
/* The page of all themes, and the page of each: how many, through the periods, and by every other level of the plan. */
#include <stdio.h>
#include <string.h>

#include "dashboard-export/chart.h"
#include "dashboard-export/page_parts.h"
#include "dashboard-export/sure.h"
#include "dashboard-export/view_slice.h"
#include "proto/i18n.h"

/* ---- all themes ---- */

static void write_theme_links(const struct oeo_page *page)
{
	const struct oeo_view_axis *axis = &page->map.themes->axes[0];

	oeo_html_open(page->html, "nav", "aria-label", oeo_notation_capital(axis->names).text, NULL);
	oeo_html_open(page->html, "ul", "class", "chips", NULL);
	for (size_t i = 0; i < axis->n_codes; i++) {
		struct oeo_site_path path = oeo_site_theme_path(axis->codes[i].code);

		oeo_html_open(page->html, "li", NULL);
		if (page->path != NULL && strcmp(path.text, page->path) == 0) {
			oeo_html_open(page->html, "a", "class", "chip main", "aria-current", "page", NULL);
			oeo_html_attribute(page->html, "href", "%s%s", page->root, path.text);
			oeo_html_text(page->html, axis->codes[i].label);
			oeo_html_close(page->html);
		} else {
			oeo_page_link(page, "chip", axis->codes[i].label, "%s", path.text);
		}
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_themes(struct oeo_buf *out, const struct oeo_view *view)
{
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, OEO_THEMES_PATH);

	if (err != OEO_OK)
		return err;
	page.period = page.map.newest;
	oeo_page_open_content(&page, oeo_notation_capital(page.period->name.text).text,
	    oeo_notation_capital(page.map.themes->axes[0].names).text,
	    _("What residents ask about most. Choose one to see more of it."));
	oeo_page_counted(&page);
	write_theme_links(&page);
	for (size_t n_axes = 1; n_axes <= 2; n_axes++)
		for (size_t i = 0; i < page.map.n_tables; i++) {
			const struct oeo_site_table *from = &page.map.tables[i];
			size_t axis = oeo_site_axis(
			    from, oeo_site_dimension(
				      &(struct oeo_site_table){page.map.newest, page.map.themes}, 0));

			if (from->table->n_axes != n_axes || axis != 0)
				continue;
			page.period = from->period;
			oeo_page_table(&page, from->table);
		}
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}

/* ---- one theme ---- */

static void write_change(const struct oeo_page *page, const struct oeo_change *change)
{
	struct oeo_sure sure = oeo_sure_change(change);

	if (change->difference == OEO_DIFFERENCE_UNKNOWN)
		return;
	oeo_html_open(page->html, "p", NULL);
	oeo_html_open(page->html, "strong", "class", oeo_chart_class(change->difference), NULL);
	oeo_html_textf(page->html, "%s %s: %s", oeo_chart_sign(change->difference),
	    oeo_notation_change(change->before, change->now).text, oeo_sure_words(change->difference));
	oeo_html_close(page->html);
	oeo_html_textf(page->html, _(" compared with %s"), oeo_notation_before(page->period->period.cadence));
	oeo_html_close(page->html);
	if (sure.text[0] != '\0')
		oeo_page_paragraph(page, "sure", sure.text);
}

/* The number of the newest period, or that it is not shown. */
static void write_number(const struct oeo_page *page, const struct oeo_view_cell *cell)
{
	const struct oeo_view_table *themes = page->map.themes;

	oeo_html_open(page->html, "p", "class", "number-line", NULL);
	if (cell->is_shown) {
		oeo_html_element(page->html, "strong", "big", oeo_notation_number(cell->residents).text);
		oeo_html_textf(page->html, " %s", oeo_notation_unit(themes->unit));
		if (cell->is_questions_shown)
			oeo_html_textf(page->html, _(" with %s %s"),
			    oeo_notation_number(cell->questions).text, oeo_notation_questions());
	} else {
		oeo_html_text(page->html, _("The figure of this period is not shown. "));
		oeo_page_link(page, NULL, _("Why is there a dot?"), OEO_ACCOUNT_PATH "#hidden");
	}
	oeo_html_close(page->html);
}

/* The newest period, then a line for every cadence that counts themes. */
static void write_trends(const struct oeo_page *page, size_t theme)
{
	static const enum oeo_cadence order[] = {OEO_QUARTER, OEO_YEAR, OEO_MONTH};
	const struct oeo_view_axis *axis = &page->map.themes->axes[0];
	struct oeo_series series;
	struct oeo_change change;
	char id[48];

	oeo_page_open_section(page, "trend", oeo_notation_capital(page->period->name.text).text);
	oeo_view_series(&series, page->period, page->map.themes, theme, OEO_MEASURE_RESIDENTS);
	oeo_trend_change(&change, &series);
	write_number(page, &page->map.themes->cells[theme]);
	write_change(page, &change);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct oeo_page at = *page;
		const struct oeo_view_table *table;
		size_t cell;

		at.period = oeo_view_latest(page->view, order[i]);
		table = at.period != NULL ? oeo_view_first_table(at.period, 1) : NULL;
		if (table == NULL || at.period->earlier == NULL || strcmp(table->axes[0].id, axis->id) != 0)
			continue;
		cell = oeo_view_code_of(&table->axes[0], axis->codes[theme].code);
		(void)snprintf(id, sizeof(id), "through-%s", table->id);
		if (cell < table->axes[0].n_codes)
			oeo_page_line(&at, table, cell, id, axis->codes[theme].label);
	}
	oeo_html_close(page->html);
}

/* The part of one table that is about the theme; nothing where it is about something else. */
static void write_part(const struct oeo_page *page, const struct oeo_site_table *from, size_t theme)
{
	const struct oeo_view_axis *themes = &page->map.themes->axes[0];
	const char *code = themes->codes[theme].code;
	const struct oeo_view_table *table = from->table;
	struct oeo_page at = *page;
	struct oeo_view_table slice = {0};
	char id[OEO_ID_BYTES + 16], heading[384];
	size_t axis = oeo_view_axis_of(table, themes->id);
	enum oeo_err err = OEO_OK;

	if (table->n_axes == 2 && axis < 2 &&
	    oeo_view_code_of(&table->axes[axis], code) < table->axes[axis].n_codes)
		err = oeo_view_slice_code(&slice, table, axis, oeo_view_code_of(&table->axes[axis], code));
	else if (table->n_axes == 1 && axis == 1)
		err = oeo_view_slice_children(&slice, table, code);
	if (err != OEO_OK)
		oeo_html_fail(page->html);
	at.period = from->period;
	(void)snprintf(id, sizeof(id), "part-%s", table->id);
	(void)snprintf(heading, sizeof(heading), "%s (%s)", slice.title.text, from->period->name.text);
	if (err == OEO_OK && slice.n_cells > 0)
		oeo_page_slice(&at, &slice, id, heading);
	oeo_view_slice_fini(&slice);
}

enum oeo_err oeo_page_write_theme(struct oeo_buf *out, const struct oeo_view *view, size_t theme)
{
	struct oeo_page page;
	const struct oeo_view_code *code =
	    &oeo_view_first_table(oeo_view_latest(view, view->main), 1)->axes[0].codes[theme];
	struct oeo_site_path path = oeo_site_theme_path(code->code);
	char lead[512];
	enum oeo_err err = oeo_page_start(&page, view, path.text);

	if (err != OEO_OK)
		return err;
	page.period = page.map.newest;
	(void)snprintf(lead, sizeof(lead), _("%s: what residents asked, from %s."), code->label,
	    oeo_notation_span(&page.period->period).text);
	oeo_page_open_content(
	    &page, oeo_notation_capital(page.map.themes->axes[0].name).text, code->label, lead);
	oeo_page_counted(&page);
	write_trends(&page, theme);
	if (view->duiding != NULL)
		oeo_page_duiding(&page, oeo_duiding_find(view->duiding, false, code->code), 2);
	for (size_t n_axes = 1; n_axes <= 2; n_axes++)
		for (size_t i = 0; i < page.map.n_tables; i++)
			if (page.map.tables[i].table->n_axes == n_axes)
				write_part(&page, &page.map.tables[i], theme);
	oeo_page_open_section(&page, "others", oeo_notation_capital(page.map.themes->axes[0].names).text);
	write_theme_links(&page);
	oeo_html_close(page.html);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}
