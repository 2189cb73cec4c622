/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>

#include "proto/i18n.h"

/* The periods of a shorter cadence that lie in this one, oldest first; at most `room` of them. */
static size_t parts_of(
    const struct oeo_page *page, enum oeo_cadence cadence, const struct oeo_view_period **parts, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < page->view->n_periods && n < room; i++) {
		const struct oeo_view_period *part = &page->view->periods[i];

		if (part->period.cadence == cadence && cadence < page->period->period.cadence &&
		    oeo_period_contains(&page->period->period, &part->period))
			parts[n++] = part;
	}
	return n;
}

static const char *summary_heading(enum oeo_cadence cadence)
{
	switch (cadence) {
	case OEO_MONTH:
		return _("The month in short");
	case OEO_QUARTER:
		return _("The quarter in short");
	case OEO_YEAR:
		break;
	}
	return _("The year in short");
}

static const char *parts_heading(enum oeo_cadence cadence, enum oeo_cadence whole)
{
	if (cadence == OEO_MONTH)
		return whole == OEO_YEAR ? _("The months of this year") : _("The months of this quarter");
	return _("The quarters of this year");
}

static const char *parts_id(enum oeo_cadence cadence)
{
	return cadence == OEO_MONTH ? "months" : "quarters";
}

/* The list of sections beside (or above) the content. */
static void write_contents(const struct oeo_page *page)
{
	const struct oeo_view_period *period = page->period;
	const struct oeo_view_period *part;
	char id[OEO_ID_BYTES + 16];

	oeo_html_open(page->html, "nav", "class", "contents", "aria-labelledby", "contents", NULL);
	oeo_html_open(page->html, "h2", "id", "contents", NULL);
	oeo_html_text(page->html, _("On this page"));
	oeo_html_close(page->html);
	oeo_html_open(page->html, "ul", NULL);
	oeo_page_contents_item(page, "summary", summary_heading(period->period.cadence));
	for (size_t i = 0; i < period->n_tables; i++) {
		if (period->tables[i].n_axes == 0)
			continue;
		(void)snprintf(id, sizeof(id), "table-%s", period->tables[i].id);
		oeo_page_contents_item(page, id, period->tables[i].title.text);
	}
	for (enum oeo_cadence cadence = OEO_YEAR; cadence >= OEO_MONTH; cadence--)
		if (parts_of(page, cadence, &part, 1) > 0)
			oeo_page_contents_item(
			    page, parts_id(cadence), parts_heading(cadence, period->period.cadence));
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++)
		oeo_page_contents_item(page, s->id, _(s->heading));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static void write_opening(const struct oeo_page *page)
{
	const struct oeo_release *release = &page->period->source->release;
	struct oeo_html *html = page->html;

	oeo_html_open(html, "div", "class", "opening", NULL);
	oeo_page_paragraph(page, "eyebrow", page->view->title);
	oeo_html_element(html, "h1", NULL, oeo_notation_capital(page->period->name.text).text);
	oeo_html_open(html, "p", "class", "lead", NULL);
	oeo_html_textf(
	    html, _("What residents ran into, from %s."), oeo_notation_span(&page->period->period).text);
	oeo_html_close(html);
	oeo_html_open(html, "p", "class", "note", NULL);
	oeo_html_textf(
	    html, _("Published on %s by %s."), oeo_notation_date(release->created).text, release->publisher);
	oeo_html_close(html);
	if (release->is_correction)
		oeo_page_paragraph(page, "correction",
		    page->period->source->is_replacing
			? _("These figures correct an earlier release of this period, which was given too "
			    "and is left out here.")
			: _("These figures correct an earlier release of this period."));
	oeo_html_close(html);
}

static void write_summary(const struct oeo_page *page)
{
	oeo_page_open_section(page, "summary", summary_heading(page->period->period.cadence));
	oeo_page_summary(page, page->period);
	oeo_html_close(page->html);
}

/* The shorter periods inside this one: a table for each of their tables that has at most one level. */
static void write_parts(const struct oeo_page *page, enum oeo_cadence cadence)
{
	const struct oeo_view_period *parts[12];
	size_t n = parts_of(page, cadence, parts, sizeof(parts) / sizeof(parts[0]));
	char id[OEO_ID_BYTES + 24];

	if (n == 0)
		return;
	oeo_page_open_section(page, parts_id(cadence), parts_heading(cadence, page->period->period.cadence));
	oeo_page_paragraph(page, "note",
	    _("A resident who came in several of these periods counts once in each. So they do not add up to "
	      "the whole."));
	for (size_t i = 0; i < parts[n - 1]->n_tables; i++) {
		const struct oeo_view_table *table = &parts[n - 1]->tables[i];

		(void)snprintf(id, sizeof(id), "%s-%s", parts_id(cadence), table->id);
		oeo_page_series_table(page, id, table, parts, n);
	}
	oeo_html_close(page->html);
}

static void write_content(const struct oeo_page *page)
{
	write_summary(page);
	for (size_t i = 0; i < page->period->n_tables; i++)
		if (page->period->tables[i].n_axes > 0)
			oeo_page_table(page, &page->period->tables[i]);
	for (enum oeo_cadence cadence = OEO_YEAR; cadence >= OEO_MONTH; cadence--)
		write_parts(page, cadence);
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++) {
		oeo_page_open_section(page, s->id, _(s->heading));
		s->write(page);
		oeo_html_close(page->html);
	}
}

enum oeo_err oeo_page_write_period(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_view_period *period)
{
	struct oeo_page page;
	char description[320], path[OEO_SITE_PATH_BYTES];
	enum oeo_err err;

	(void)snprintf(path, sizeof(path), "%s/index.html", period->id);
	err = oeo_page_start(&page, view, path);
	if (err != OEO_OK)
		return err;
	page.period = period;
	(void)snprintf(description, sizeof(description), _("What residents ran into, from %s."),
	    oeo_notation_span(&period->period).text);
	oeo_page_begin(&page, oeo_notation_capital(period->name.text).text, description);
	write_opening(&page);
	oeo_html_open(page.html, "div", "class", "columns-page", NULL);
	write_contents(&page);
	oeo_html_open(page.html, "div", "class", "content", NULL);
	write_content(&page);
	oeo_html_close(page.html);
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}
