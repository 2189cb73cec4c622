/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/chart.h"
#include "proto/i18n.h"

/* The cell of a period that fits cell number `cell` of last; NULL where that period does not have it. */
static const struct oeo_view_cell *series_cell(
    const struct oeo_view_table *last, const struct oeo_view_period *period, size_t cell)
{
	return oeo_view_same_cell(oeo_view_table(period, last->id), last, cell);
}

/* The caption of a table or chart of `name` through the periods. */
static void write_caption(char *text, size_t size, const char *name, const struct oeo_view_table *last,
    const struct oeo_view_period *period)
{
	const char *unit = oeo_notation_unit(last->unit);

	switch (period->period.cadence) {
	case OEO_MONTH:
		(void)snprintf(text, size, _("%s: number of %s for each month"), name, unit);
		return;
	case OEO_QUARTER:
		(void)snprintf(text, size, _("%s: number of %s for each quarter"), name, unit);
		return;
	case OEO_YEAR:
		break;
	}
	(void)snprintf(text, size, _("%s: number of %s for each year"), name, unit);
}

static void write_head(const struct oeo_page *page, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n)
{
	const char *corner = last->n_axes > 0 ? last->axes[0].name : _("what is counted");

	oeo_html_open(page->html, "thead", NULL);
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "col", NULL, oeo_notation_capital(corner).text);
	for (size_t i = 0; i < n; i++) {
		oeo_html_open(page->html, "th", "scope", "col", "class", "number", NULL);
		oeo_page_link(page, NULL, oeo_notation_capital(periods[i]->name.text).text, "%s/index.html",
		    periods[i]->id);
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static void write_row(const struct oeo_page *page, const struct oeo_view_table *last, size_t cell,
    const struct oeo_view_period *const *periods, size_t n)
{
	const char *label =
	    last->n_axes > 0 ? last->axes[0].codes[cell].label : oeo_notation_unit(last->unit);

	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "row", NULL, oeo_notation_capital(label).text);
	for (size_t i = 0; i < n; i++)
		oeo_page_number_cell(page, series_cell(last, periods[i], cell));
	oeo_html_close(page->html);
}

void oeo_page_series_table(const struct oeo_page *page, const char *id, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n)
{
	char caption[320];

	if (n == 0 || last->n_axes > 1)
		return;
	oeo_page_open_table(page, "list series", id);
	write_caption(caption, sizeof(caption), last->title.text, last, periods[n - 1]);
	oeo_page_caption(page, id, caption);
	write_head(page, last, periods, n);
	oeo_html_open(page->html, "tbody", NULL);
	for (size_t cell = 0; cell < last->n_cells; cell++)
		write_row(page, last, cell, periods, n);
	oeo_html_close(page->html);
	oeo_page_close_table(page);
}

/* Fill the points of one series; false where none of them is published. */
static bool fill_points(struct oeo_chart_point *points, const struct oeo_view_table *last, size_t cell,
    const struct oeo_view_period *const *periods, size_t n)
{
	bool is_any_shown = false;

	for (size_t i = 0; i < n; i++) {
		const struct oeo_view_cell *at = series_cell(last, periods[i], cell);

		points[i].period = &periods[i]->period;
		points[i].is_shown = at != NULL && at->is_shown;
		points[i].value = points[i].is_shown ? at->residents : 0;
		is_any_shown |= points[i].is_shown;
	}
	return is_any_shown;
}

static void write_chart(const struct oeo_page *page, const char *id, const struct oeo_view_table *last,
    size_t cell, const struct oeo_view_period *period, const struct oeo_chart_point *points, size_t n)
{
	const char *label = last->n_axes > 0 ? last->axes[0].codes[cell].label : last->title.text;
	char chart_id[96], title[512];

	(void)snprintf(chart_id, sizeof(chart_id), "%s-%zu", id, cell);
	write_caption(title, sizeof(title), label, last, period);
	oeo_html_open(page->html, "figure", NULL);
	oeo_html_open(page->html, "figcaption", NULL);
	if (last->n_axes > 0)
		oeo_html_text(page->html, label);
	else
		oeo_html_text(page->html, oeo_notation_capital(oeo_notation_unit(last->unit)).text);
	oeo_html_close(page->html);
	oeo_chart_columns(
	    page->html, chart_id, title, points, n, last->n_axes > 0 ? OEO_CHART_SMALL : OEO_CHART_LARGE);
	oeo_html_close(page->html);
}

void oeo_page_series_charts(const struct oeo_page *page, const char *id, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n)
{
	struct oeo_chart_point *points;

	if (n == 0 || last->n_axes > 1)
		return;
	points = oeo_alloc_array(n, sizeof(*points));
	if (points == NULL) {
		oeo_html_fail(page->html);
		return;
	}
	oeo_html_open(page->html, "div", "class", last->n_axes > 0 ? "multiples" : "single", NULL);
	for (size_t cell = 0; cell < last->n_cells; cell++)
		if (fill_points(points, last, cell, periods, n))
			write_chart(page, id, last, cell, periods[n - 1], points, n);
	oeo_html_close(page->html);
	free(points);
}

/* ---- one line ---- */

static size_t series_points(struct oeo_chart_point *points, const struct oeo_series *series)
{
	for (size_t i = 0; i < series->n; i++)
		points[i] = (struct oeo_chart_point){.period = &series->points[i].period,
		    .is_shown = series->points[i].state == OEO_POINT_SHOWN,
		    .is_absent = series->points[i].state == OEO_POINT_ABSENT,
		    .value = series->points[i].value};
	return series->n;
}

static void write_line_row(const struct oeo_page *page, const struct oeo_chart_point *point)
{
	const struct oeo_view_cell cell = {.is_shown = point->is_shown, .residents = point->value};

	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(
	    page, "row", NULL, oeo_notation_capital(oeo_notation_period(point->period).text).text);
	oeo_page_number_cell(page, point->is_absent ? NULL : &cell);
	oeo_html_close(page->html);
}

static void write_line_table(const struct oeo_page *page, const struct oeo_view_table *table, const char *id,
    const char *title, const struct oeo_chart_point *points, size_t n)
{
	oeo_html_open(page->html, "details", NULL);
	oeo_html_element(page->html, "summary", NULL, _("Table with the same numbers"));
	oeo_page_open_table(page, "list", id);
	oeo_page_caption(page, id, title);
	oeo_html_open(page->html, "thead", NULL);
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "col", NULL, _("Period"));
	oeo_page_head_cell(page, "col", "number", oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
	oeo_html_open(page->html, "tbody", NULL);
	for (size_t i = 0; i < n; i++)
		write_line_row(page, &points[i]);
	oeo_html_close(page->html);
	oeo_page_close_table(page);
	oeo_html_close(page->html);
}

void oeo_page_line(const struct oeo_page *page, const struct oeo_view_table *table, size_t cell,
    const char *id, const char *label)
{
	struct oeo_series series;
	struct oeo_chart_point points[OEO_MAX_POINTS];
	char chart_id[96], title[512];
	size_t n;

	oeo_view_series(&series, page->period, table, cell, OEO_MEASURE_RESIDENTS);
	n = series_points(points, &series);
	(void)snprintf(chart_id, sizeof(chart_id), "line-%s", id);
	write_caption(title, sizeof(title), label, table, page->period);
	oeo_html_open(page->html, "figure", "class", "line-figure", NULL);
	oeo_html_element(page->html, "figcaption", NULL, title);
	oeo_chart_line(page->html, chart_id, title, points, n);
	oeo_html_close(page->html);
	write_line_table(page, table, id, title, points, n);
}
