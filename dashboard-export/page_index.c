/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>

#include "dashboard-export/feed.h"
#include "proto/i18n.h"

/* The newest period in short is what the page is for: it fits one screen, and one sheet of paper. */
static void write_latest(const struct oeo_page *page, const struct oeo_view_period *latest)
{
	struct oeo_html *html = page->html;
	char heading[192], link[192];

	(void)snprintf(heading, sizeof(heading), _("In short: %s"), latest->name.text);
	oeo_html_open(html, "div", "class", "latest", NULL);
	oeo_html_open(html, "h1", "id", "latest", NULL);
	oeo_html_text(html, heading);
	oeo_html_close(html);
	oeo_page_paragraph(page, "lead",
	    _("What residents run into. Counted without names, and shown only where enough residents say the "
	      "same."));
	oeo_page_summary(page, latest);
	oeo_html_open(html, "p", NULL);
	(void)snprintf(
	    link, sizeof(link), _("All figures of %s"), oeo_notation_period_in_text(&latest->period).text);
	oeo_page_link(page, "button", link, "%s/index.html", latest->id);
	oeo_html_close(html);
	oeo_html_close(html);
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

/* What a page of the site answers. */
static const char *page_words(enum oeo_site_kind kind)
{
	switch (kind) {
	case OEO_SITE_THEMES:
		return _("What do residents ask about?");
	case OEO_SITE_AREA:
		return _("Where do they ask?");
	case OEO_SITE_TRENDS:
		return _("Is it becoming more or less?");
	case OEO_SITE_SIGNALS:
		return _("What stands out?");
	case OEO_SITE_FEEDBACK:
		return _("What was done with signals?");
	case OEO_SITE_ACCOUNT:
		return _("How do these figures come about, and what is not shown?");
	case OEO_SITE_DOWNLOADS:
		return _("All figures as files, for a spreadsheet or a program.");
	case OEO_SITE_DIMENSION:
		return _("Counted for every theme.");
	case OEO_SITE_SHORT:
		break;
	}
	return "";
}

static void write_pages(const struct oeo_page *page)
{
	oeo_page_open_section(page, "pages", _("Read on"));
	oeo_html_open(page->html, "ul", "class", "cards", NULL);
	for (size_t i = 0; i < page->map.n_pages; i++) {
		const struct oeo_site_page *other = &page->map.pages[i];

		if (other->kind == OEO_SITE_SHORT)
			continue;
		oeo_html_open(page->html, "li", NULL);
		oeo_page_link(page, "utrecht-link", other->title.text, "%s", other->path);
		oeo_html_element(page->html, "span", NULL, page_words(other->kind));
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
	oeo_html_open(page->html, "p", NULL);
	oeo_page_link(page, NULL, _("Hear of new figures (Atom feed)"), OEO_FEED_PATH);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_index(struct oeo_buf *out, const struct oeo_view *view)
{
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, "index.html");

	if (err != OEO_OK)
		return err;
	oeo_page_begin(&page, "", _("What residents run into, period by period."));
	oeo_html_open(page.html, "div", "class", "content", NULL);
	write_latest(&page, latest);
	write_pages(&page);
	write_periods(&page);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}
