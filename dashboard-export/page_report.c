/* SPDX-License-Identifier: EUPL-1.2 */
/* The whole report of the latest period as one page, for paper (pdf.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/page_parts.h"
#include "dashboard-export/pdf.h"
#include "dashboard-export/style.h"
#include "proto/i18n.h"

#define MOST_TOGETHER 16 /* codes of a list that stays on one page */

static void write_head(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "head", NULL);
	oeo_html_void(html, "meta", "charset", "utf-8", NULL);
	oeo_html_void(html, "meta", "name", "author", "content", page->view->publisher, NULL);
	oeo_html_void(html, "meta", "name", "generator", "content", "oeo-export " OEO_VERSION, NULL);
	oeo_html_open(html, "title", NULL);
	oeo_html_textf(html, "%s, %s", page->view->title, page->period->name.text);
	oeo_html_close(html);
	oeo_html_open(html, "style", NULL);
	oeo_html_textf(html, "%.*s", (int)oeo_report_style_bytes, (const char *)oeo_report_style);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_cover(const struct oeo_page *page)
{
	const struct oeo_release *release = &page->period->source->release;
	struct oeo_html *html = page->html;

	oeo_html_open(html, "header", "class", "cover", NULL);
	oeo_html_open(html, "h1", NULL);
	oeo_html_textf(html, "%s, %s", page->view->title, page->period->name.text);
	oeo_html_close(html);
	oeo_html_open(html, "p", NULL);
	oeo_html_textf(
	    html, _("What residents ran into, from %s."), oeo_notation_span(&page->period->period).text);
	oeo_html_close(html);
	oeo_html_open(html, "p", NULL);
	oeo_html_textf(
	    html, _("Published on %s by %s."), oeo_notation_date(release->created).text, release->publisher);
	oeo_html_close(html);
	if (!page->view->is_key_given)
		oeo_page_paragraph(page, "unchecked",
		    _("The key of the signature has not been compared with the publisher's yet."));
	if (release->is_correction)
		oeo_page_paragraph(
		    page, "correction", _("These figures correct an earlier release of this period."));
	oeo_html_close(html);
}

/* ---- contents ---- */

/* Lists first, then what lies on its side: paper is turned once. */
static bool is_wide(const struct oeo_view_table *table)
{
	return table->n_axes == 2;
}

static void write_table_items(const struct oeo_page *page, bool wide)
{
	const struct oeo_view_period *period = page->period;
	char id[OEO_ID_BYTES + 16];

	for (size_t i = 0; i < period->n_tables; i++) {
		if (period->tables[i].n_axes == 0 || is_wide(&period->tables[i]) != wide)
			continue;
		(void)snprintf(id, sizeof(id), "table-%s", period->tables[i].id);
		oeo_page_contents_item(page, id, period->tables[i].title.text);
	}
}

/* Paper has no files to take along: they are on the site. */
static bool is_on_paper(const struct oeo_page_section *section)
{
	return strcmp(section->id, "downloads") != 0;
}

static void write_contents(const struct oeo_page *page)
{
	oeo_html_open(page->html, "nav", "class", "toc", NULL);
	oeo_html_element(page->html, "h2", NULL, _("Contents"));
	oeo_html_open(page->html, "ul", NULL);
	oeo_page_contents_item(page, "summary", _("In short"));
	oeo_page_contents_item(page, "flags", _("What stands out in the figures"));
	write_table_items(page, false);
	write_table_items(page, true);
	if (page->period->earlier != NULL)
		oeo_page_contents_item(page, "trends", _("Through the periods"));
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++)
		if (is_on_paper(s))
			oeo_page_contents_item(page, s->id, _(s->heading));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

/* ---- parts ---- */

/* True where a list and its bars fit on one page: they stay together. */
static bool is_short(const struct oeo_view_table *table)
{
	return table->n_axes == 1 && table->n_cells <= MOST_TOGETHER;
}

/* Tables follow each other: none begins a page of its own, so that no page is left nearly empty. */
static void write_tables(const struct oeo_page *page, bool wide)
{
	bool is_open = false;

	for (size_t i = 0; i < page->period->n_tables; i++) {
		const struct oeo_view_table *table = &page->period->tables[i];

		if (table->n_axes == 0 || is_wide(table) != wide)
			continue;
		if (!is_open)
			oeo_html_open(page->html, "div", "class", wide ? "wide" : "tables", NULL);
		is_open = true;
		oeo_html_open(page->html, "div", "class", is_short(table) ? "together" : NULL, NULL);
		oeo_page_table(page, table);
		oeo_html_close(page->html);
	}
	if (is_open)
		oeo_html_close(page->html);
}

/* The total and the themes through all periods of the cadence. */
static void write_trends(const struct oeo_page *page)
{
	const struct oeo_view_period **periods;
	size_t n = 0;

	if (page->period->earlier == NULL)
		return;
	/* NOLINTNEXTLINE(bugprone-sizeof-expression): an array of pointers */
	periods = oeo_alloc_array(page->view->n_periods, sizeof(*periods));
	if (periods == NULL) {
		oeo_html_fail(page->html);
		return;
	}
	for (size_t i = 0; i < page->view->n_periods; i++)
		if (page->view->periods[i].period.cadence == page->period->period.cadence)
			periods[n++] = &page->view->periods[i];
	oeo_html_open(page->html, "div", "class", "part", NULL);
	oeo_page_open_section(page, "trends", _("Through the periods"));
	for (size_t axes = 0; axes <= 1; axes++) {
		const struct oeo_view_table *table = oeo_view_first_table(page->period, axes);

		if (table == NULL)
			continue;
		oeo_html_element(page->html, "h3", NULL, table->title.text);
		oeo_page_series_charts(page, axes == 0 ? "trend-total" : "trend-themes", table, periods, n);
		oeo_page_series_table(page, axes == 0 ? "trend-total" : "trend-themes", table, periods, n);
	}
	oeo_html_close(page->html);
	oeo_html_close(page->html);
	free(periods);
}

static void write_account(const struct oeo_page *page)
{
	/* After what lies on its side a page begins anew; the trends have done that already. */
	oeo_html_open(page->html, "div", "class", page->period->earlier == NULL ? "part" : NULL, NULL);
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++) {
		if (!is_on_paper(s))
			continue;
		oeo_page_open_section(page, s->id, _(s->heading));
		s->write(page);
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
}

static void write_body(const struct oeo_page *page)
{
	write_cover(page);
	write_contents(page);
	oeo_html_open(page->html, "main", NULL);
	oeo_html_open(page->html, "div", "class", "part", NULL);
	oeo_page_open_section(page, "summary", _("In short"));
	oeo_page_summary(page, page->period);
	oeo_html_close(page->html);
	oeo_page_signals(page, page->period);
	oeo_html_close(page->html);
	write_tables(page, false);
	write_tables(page, true);
	write_trends(page);
	write_account(page);
	oeo_html_close(page->html);
}

enum oeo_err oeo_pdf_write_page(struct oeo_buf *out, const struct oeo_view *view)
{
	struct oeo_page page = {
	    .view = view, .period = oeo_view_latest(view, view->main), .root = "", .is_paper = true};
	enum oeo_err err = oeo_html_new(&page.html);

	if (err != OEO_OK)
		return err;
	oeo_html_open(page.html, "html", "lang", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl", NULL);
	write_head(&page);
	oeo_html_open(page.html, "body", NULL);
	write_body(&page);
	oeo_html_close(page.html);
	oeo_html_close(page.html);
	err = oeo_html_finish(page.html, out);
	oeo_html_free(page.html);
	return err;
}
