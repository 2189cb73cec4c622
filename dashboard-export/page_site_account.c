/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages of how the figures came about (verantwoording), for the newest period, and of all files. */
#include <stdio.h>
#include <string.h>

#include "dashboard-export/page_provenance.h"
#include "proto/i18n.h"

static void write_contents(const struct oeo_page *page)
{
	oeo_html_open(page->html, "nav", "class", "contents", "aria-labelledby", "contents", NULL);
	oeo_html_open(page->html, "h2", "id", "contents", NULL);
	oeo_html_text(page->html, _("On this page"));
	oeo_html_close(page->html);
	oeo_html_open(page->html, "ul", NULL);
	oeo_page_contents_item(page, "words", _("What the words mean"));
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++)
		if (strcmp(s->id, "downloads") != 0)
			oeo_page_contents_item(page, s->id, _(s->heading));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_account(struct oeo_buf *out, const struct oeo_view *view)
{
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, OEO_ACCOUNT_PATH);

	if (err != OEO_OK)
		return err;
	page.period = page.map.newest;
	oeo_page_open_content(&page, oeo_notation_capital(page.period->name.text).text, _("Account"),
	    _("How these figures come about, what they can tell and what they cannot."));
	write_contents(&page);
	oeo_page_words(&page);
	for (const struct oeo_page_section *s = oeo_page_account_sections(); s->id != NULL; s++) {
		if (strcmp(s->id, "downloads") == 0)
			continue;
		oeo_page_open_section(&page, s->id, _(s->heading));
		s->write(&page);
		oeo_html_close(page.html);
	}
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}

/* ---- downloads ---- */

static void write_file(
    const struct oeo_page *page, const char *text, const char *path, const char *kind, const char *words)
{
	oeo_html_open(page->html, "li", NULL);
	oeo_page_link(page, NULL, text, "%s", path);
	oeo_html_element(page->html, "span", "kind", kind);
	oeo_html_element(page->html, "p", "note", words);
	oeo_html_close(page->html);
}

static void write_whole(const struct oeo_page *page)
{
	char workbook[OEO_SITE_PATH_BYTES];

	(void)snprintf(workbook, sizeof(workbook), "%s.xlsx", page->view->plan);
	oeo_page_open_section(page, "all", _("Everything"));
	oeo_html_open(page->html, "ul", NULL);
	write_file(page, _("Workbook"), workbook, "XLSX",
	    _("Every figure that is shown, of all periods, with charts. For a spreadsheet program."));
	write_file(page, _("Description of all tables"), "datapackage.json", "JSON",
	    _("Names and types of all CSV files, for programs (Frictionless Data Package)."));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

enum oeo_err oeo_page_write_downloads(struct oeo_buf *out, const struct oeo_view *view)
{
	struct oeo_page page;
	enum oeo_err err = oeo_page_start(&page, view, OEO_DOWNLOADS_PATH);

	if (err != OEO_OK)
		return err;
	oeo_page_open_content(&page, view->title, _("Downloads"),
	    _("The same figures as on the pages. What is not shown here, is not in the files either."));
	write_whole(&page);
	for (size_t i = view->n_periods; i > 0; i--) {
		char id[OEO_PERIOD_BYTES + 8];

		page.period = &view->periods[i - 1];
		(void)snprintf(id, sizeof(id), "of-%s", page.period->id);
		oeo_page_open_section(&page, id, oeo_notation_capital(page.period->name.text).text);
		oeo_page_downloads(&page);
		oeo_html_close(page.html);
	}
	page.period = NULL;
	oeo_html_close(page.html);
	return oeo_page_finish(&page, out);
}
