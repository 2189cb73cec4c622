/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/feed.h"
#include "proto/i18n.h"

static void write_opening(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "div", "class", "opening", NULL);
	oeo_page_paragraph(page, "eyebrow", page->view->publisher);
	oeo_html_element(html, "h1", NULL, page->view->title);
	oeo_page_paragraph(page, "lead",
	    _("What residents run into, told by the organisations that help them. Counted without names, and "
	      "shown only "
	      "where enough residents say the same."));
	oeo_html_close(html);
}

static void write_latest(const struct oeo_page *page, const struct oeo_view_period *latest)
{
	char heading[192], link[192];

	(void)snprintf(heading, sizeof(heading), _("In short: %s"), latest->name.text);
	oeo_page_open_section(page, "latest", heading);
	oeo_page_summary(page, latest);
	oeo_html_open(page->html, "p", NULL);
	(void)snprintf(
	    link, sizeof(link), _("All figures of %s"), oeo_notation_period_in_text(&latest->period).text);
	oeo_page_link(page, "button", link, "%s/index.html", latest->id);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

/* The periods of the latest one's cadence up to it, oldest first. *periods returns owned. */
static size_t collect_periods(
    const struct oeo_view *view, enum oeo_cadence cadence, const struct oeo_view_period ***periods)
{
	size_t n = 0;

	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	*periods = oeo_alloc_array(view->n_periods, sizeof(**periods));
	if (*periods == NULL)
		return 0;
	for (size_t i = 0; i < view->n_periods; i++)
		if (view->periods[i].period.cadence == cadence)
			(*periods)[n++] = &view->periods[i];
	return n;
}

static void write_trend(const struct oeo_page *page, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n)
{
	char id[OEO_ID_BYTES + 16];

	(void)snprintf(id, sizeof(id), "trend-%s", last->id);
	oeo_html_element(page->html, "h3", NULL, last->title.text);
	oeo_page_series_charts(page, id, last, periods, n);
	oeo_html_open(page->html, "details", NULL);
	oeo_html_element(page->html, "summary", NULL, _("Table with the same numbers"));
	oeo_page_series_table(page, id, last, periods, n);
	oeo_html_close(page->html);
}

static void write_trends(const struct oeo_page *page, const struct oeo_view_period *latest)
{
	const struct oeo_view_table *total = oeo_view_first_table(latest, 0);
	const struct oeo_view_table *themes = oeo_view_first_table(latest, 1);
	const struct oeo_view_period **periods = NULL;
	size_t n = collect_periods(page->view, latest->period.cadence, &periods);

	if (periods == NULL) {
		oeo_html_fail(page->html);
		return;
	}
	if (n > 1) {
		oeo_page_open_section(page, "trends", _("Through the periods"));
		oeo_page_paragraph(page, "note",
		    _("Each figure has its own scale: compare shapes, not heights. A dot is a figure that is "
		      "not shown."));
		if (total != NULL)
			write_trend(page, total, periods, n);
		if (themes != NULL)
			write_trend(page, themes, periods, n);
		oeo_html_close(page->html);
	}
	free(periods);
}

static void write_period_item(
    const struct oeo_page *page, const struct oeo_view_period *period, const char *class)
{
	oeo_html_open(page->html, "li", NULL);
	oeo_page_link(page, class, oeo_notation_capital(oeo_notation_period_short(&period->period).text).text,
	    "%s/index.html", period->id);
	oeo_html_close(page->html);
}

static const char *cadence_words(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("Months");
	case OEO_QUARTER:
		return _("Quarters");
	case OEO_YEAR:
		break;
	}
	return _("Year");
}

/* The periods of one year and cadence, newest first; nothing where there are none. */
static void write_year_row(const struct oeo_page *page, unsigned year, enum oeo_cadence cadence)
{
	const struct oeo_view *view = page->view;
	bool is_open = false;

	for (size_t i = view->n_periods; i > 0; i--) {
		const struct oeo_view_period *period = &view->periods[i - 1];

		if (period->period.year != year || period->period.cadence != cadence)
			continue;
		if (!is_open) {
			oeo_html_element(page->html, "h4", NULL, cadence_words(cadence));
			oeo_html_open(page->html, "ul", "class", "chips", NULL);
		}
		is_open = true;
		write_period_item(page, period, cadence == view->main ? "chip main" : "chip");
	}
	if (is_open)
		oeo_html_close(page->html);
}

static bool has_year(const struct oeo_view *view, unsigned year)
{
	for (size_t i = 0; i < view->n_periods; i++)
		if (view->periods[i].period.year == year)
			return true;
	return false;
}

static void write_periods(const struct oeo_page *page)
{
	const struct oeo_view *view = page->view;
	unsigned first = view->periods[0].period.year;
	unsigned last = view->periods[view->n_periods - 1].period.year;
	char text[16];

	oeo_page_open_section(page, "periods", _("All periods"));
	for (unsigned year = last; year >= first; year--) {
		if (!has_year(view, year))
			continue;
		(void)snprintf(text, sizeof(text), "%u", year);
		oeo_html_open(page->html, "div", "class", "year", NULL);
		oeo_html_element(page->html, "h3", NULL, text);
		for (enum oeo_cadence cadence = OEO_YEAR; cadence >= OEO_MONTH; cadence--)
			write_year_row(page, year, cadence);
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
}

static void write_about_link(const struct oeo_page *page, const char *text, const char *path)
{
	oeo_html_open(page->html, "li", NULL);
	oeo_page_link(page, NULL, text, "%s", path);
	oeo_html_close(page->html);
}

static void write_about(const struct oeo_page *page, const struct oeo_view_period *latest)
{
	oeo_page_open_section(page, "about", _("About these figures"));
	oeo_page_paragraph(page, NULL,
	    _("Organisations count the questions that residents bring them. The count is sealed: a figure "
	      "opens "
	      "only when enough different residents are in it."));
	oeo_html_open(page->html, "ul", "class", "links", NULL);
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++) {
		oeo_html_open(page->html, "li", NULL);
		oeo_page_link(page, NULL, _(s->heading), "%s/index.html#%s", latest->id, s->id);
		oeo_html_close(page->html);
	}
	oeo_html_open(page->html, "li", NULL);
	oeo_page_link(page, NULL, _("Description of all tables"), "datapackage.json");
	oeo_html_close(page->html);
	write_about_link(page, _("Signals: what stands out"), OEO_SIGNALS_PATH);
	if (oeo_page_has_feedback(page->view))
		write_about_link(page, _("What was done with signals"), OEO_FEEDBACK_PATH);
	write_about_link(page, _("Hear of new figures (Atom feed)"), OEO_FEED_PATH);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_index(struct oeo_buf *out, const struct oeo_view *view)
{
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	struct oeo_page page = {.view = view, .period = NULL, .root = ""};
	enum oeo_err err = oeo_html_new(&page.html);

	if (err != OEO_OK)
		return err;
	oeo_page_begin(&page, "", _("What residents run into, period by period."));
	write_opening(&page);
	oeo_html_open(page.html, "div", "class", "content", NULL);
	write_latest(&page, latest);
	write_trends(&page, latest);
	write_periods(&page);
	write_about(&page, latest);
	oeo_html_close(page.html);
	oeo_page_end(&page);
	err = oeo_html_finish(page.html, out);
	oeo_html_free(page.html);
	return err;
}
