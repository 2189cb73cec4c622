/* SPDX-License-Identifier: EUPL-1.2 */
/* The page of an area (wards on a map) or of any other dimension (barriers, results), and the page of all trends. */
#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/page_parts.h"
#include "proto/i18n.h"

#define MOST_MULTIPLES 60 /* codes with a small figure of their own */

/* The periods of a cadence, oldest first. *periods returns owned; the page fails where there is no memory. */
static size_t collect_periods(
    const struct oeo_page *page, enum oeo_cadence cadence, const struct oeo_view_period ***periods)
{
	const struct oeo_view *view = page->view;
	size_t n = 0;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	*periods = oeo_alloc_array(view->n_periods, sizeof(**periods));
	if (*periods == NULL) {
		oeo_html_fail(page->html);
		return 0;
	}
	for (size_t i = 0; i < view->n_periods; i++)
		if (view->periods[i].period.cadence == cadence)
			(*periods)[n++] = &view->periods[i];
	return n;
}

/* One table through the periods: small multiples, and the table. */
static void write_trend(const struct oeo_page *page, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n)
{
	char id[OEO_ID_BYTES + 16];

	(void)snprintf(id, sizeof(id), "trend-%s", last->id);
	oeo_html_element(page->html, "h3", NULL, last->title.text);
	if (last->n_cells <= MOST_MULTIPLES)
		oeo_page_series_charts(page, id, last, periods, n);
	else
		oeo_page_paragraph(
		    page, "note", _("There are too many for a figure each; the table has them all."));
	oeo_html_open(page->html, "details", NULL);
	oeo_html_element(page->html, "summary", NULL, _("Table with the same numbers"));
	oeo_page_series_table(page, id, last, periods, n);
	oeo_html_close(page->html);
}

/* ---- a subject ---- */

static void write_subject_trends(const struct oeo_page *page, const char *dimension)
{
	bool is_open = false;

	for (size_t i = 0; i < page->map.n_tables; i++) {
		const struct oeo_site_table *from = &page->map.tables[i];
		const struct oeo_view_period **periods = NULL;
		size_t n;

		if (from->table->n_axes != 1 || oeo_site_axis(from, dimension) != 0)
			continue;
		n = collect_periods(page, from->period->period.cadence, &periods);
		if (n > 1) {
			if (!is_open)
				oeo_page_open_section(page, "trends", _("Through the periods"));
			is_open = true;
			write_trend(page, from->table, periods, n);
		}
		free(periods);
	}
	if (is_open)
		oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_subject(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_site_page *subject)
{
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, subject->path);

	if (err != OEO_OK)
		return err;
	page.period = page.map.newest;
	oeo_page_open_content(&page, view->title, subject->title.text,
	    subject->kind == OEO_SITE_AREA
		? _("Where residents ask. Large areas have more residents: look at the number for each 1,000 "
		    "inhabitants where it stands.")
		: NULL);
	oeo_page_counted(&page);
	for (size_t n_axes = 1; n_axes <= OEO_MAX_BY; n_axes++)
		for (size_t i = 0; i < page.map.n_tables; i++) {
			const struct oeo_site_table *from = &page.map.tables[i];

			if (from->table->n_axes != n_axes ||
			    oeo_site_axis(from, subject->dimension) == n_axes)
				continue;
			page.period = from->period;
			oeo_page_table(&page, from->table);
		}
	write_subject_trends(&page, subject->dimension);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}

/* ---- all trends ---- */

static const char *cadence_heading(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("Month by month");
	case OEO_QUARTER:
		return _("Quarter by quarter");
	case OEO_YEAR:
		break;
	}
	return _("Year by year");
}

/* Every table with at most one level of a cadence that has two periods or more. */
static bool write_cadence(const struct oeo_page *page, enum oeo_cadence cadence)
{
	static const char *const ids[] = {
	    [OEO_MONTH] = "by-month", [OEO_QUARTER] = "by-quarter", [OEO_YEAR] = "by-year"};
	const struct oeo_view_period **periods = NULL;
	size_t n = collect_periods(page, cadence, &periods);

	if (n > 1) {
		const struct oeo_view_period *last = periods[n - 1];

		oeo_page_open_section(page, ids[cadence], cadence_heading(cadence));
		for (size_t i = 0; i < last->n_tables; i++)
			if (last->tables[i].n_axes <= 1)
				write_trend(page, &last->tables[i], periods, n);
		oeo_html_close(page->html);
	}
	free(periods);
	return n > 1;
}

enum oeo_err oeo_page_write_trends(struct oeo_buf *out, const struct oeo_view *view)
{
	static const enum oeo_cadence order[] = {OEO_QUARTER, OEO_YEAR, OEO_MONTH};
	struct oeo_page page;
	bool is_any = false;
	enum oeo_err err = oeo_page_start(&page, view, OEO_TRENDS_PATH);

	if (err != OEO_OK)
		return err;
	oeo_page_open_content(&page, view->title, _("Trends"),
	    _("Each figure has its own scale: compare shapes, not heights. A dot is a figure that is not "
	      "shown."));
	oeo_page_counted(&page);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		is_any |= write_cadence(&page, order[i]);
	if (!is_any)
		oeo_page_paragraph(&page, NULL,
		    _("There is one period so far. A trend needs two or more: look again after the next "
		      "release."));
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}
