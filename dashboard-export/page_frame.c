/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "dashboard-export/feed.h"
#include "proto/home.h"
#include "proto/i18n.h"

static void write_style(const struct oeo_page *page, const char *path)
{
	oeo_html_open(page->html, "link", "rel", "stylesheet", NULL);
	oeo_html_attribute(page->html, "href", "%s%s", page->root, path);
	oeo_html_close_void(page->html);
}

static void write_head(const struct oeo_page *page, const char *title, const char *description)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "head", NULL);
	oeo_html_void(html, "meta", "charset", "utf-8", NULL);
	oeo_html_void(
	    html, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
	oeo_html_void(html, "meta", "name", "color-scheme", "content", "light dark", NULL);
	oeo_html_void(html, "meta", "name", "generator", "content", "oeo-export " OEO_VERSION, NULL);
	oeo_html_void(html, "meta", "name", "description", "content", description, NULL);
	oeo_html_open(html, "title", NULL);
	if (page->view->is_concept)
		oeo_html_textf(html, "%s \u2013 ", _("CONCEPT"));
	if (title[0] != '\0')
		oeo_html_textf(html, "%s \u2013 ", title);
	oeo_html_text(html, page->view->title);
	oeo_html_close(html);
	oeo_html_open(html, "link", "rel", "alternate", "type", "application/atom+xml", "title",
	    page->view->title, NULL);
	oeo_html_attribute(html, "href", "%s%s", page->root, OEO_FEED_PATH);
	oeo_html_close_void(html);
	write_style(page, OEO_STYLE_PATH);
	if (page->view->tokens != NULL)
		write_style(page, OEO_TOKENS_PATH);
	oeo_html_open(html, "script", "defer", "defer", NULL);
	oeo_html_attribute(html, "src", "%s%s", page->root, OEO_SCRIPT_PATH);
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_neighbour(const struct oeo_page *page, const struct oeo_view_period *period,
    const char *relation, const char *before, const char *after)
{
	char text[192];

	if (period == NULL)
		return;
	(void)snprintf(text, sizeof(text), "%s%s%s", before, period->name.text, after);
	oeo_html_open(page->html, "li", "class", relation, NULL);
	oeo_page_link(page, NULL, text, "%s/index.html", period->id);
	oeo_html_close(page->html);
}

static bool is_here(const struct oeo_page *page, const struct oeo_site_page *other)
{
	return strcmp(page->path, other->path) == 0;
}

/* A theme's page belongs to the themes. */
static bool is_under(const struct oeo_page *page, const struct oeo_site_page *other)
{
	return other->kind == OEO_SITE_THEMES && strncmp(page->path, "themes/", strlen("themes/")) == 0;
}

/* The bar of all pages. */
static void write_bar(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "nav", "class", "bar utrecht-nav-bar", "aria-label", _("Pages"), NULL);
	oeo_html_open(html, "ul", "class", "wrap utrecht-nav-list", NULL);
	for (size_t i = 0; i < page->map.n_pages; i++) {
		const struct oeo_site_page *other = &page->map.pages[i];

		oeo_html_open(html, "li", NULL);
		oeo_html_open(html, "a", "class", "utrecht-nav-list__link", NULL);
		oeo_html_attribute(html, "href", "%s%s", page->root, other->path);
		if (is_here(page, other))
			oeo_html_attribute(html, "aria-current", "page");
		else if (is_under(page, other))
			oeo_html_attribute(html, "aria-current", "true");
		oeo_html_text(html, other->title.text);
		oeo_html_close(html);
		oeo_html_close(html);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_site_header(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "header", "class", "site utrecht-page-header", NULL);
	oeo_html_open(html, "div", "class", "wrap", NULL);
	if (page->view->is_concept)
		oeo_page_paragraph(page, "concept-note",
		    _("Concept: for the council to discuss. Not agreed upon, not to be cited."));
	if (page->path != NULL && strcmp(page->path, "index.html") == 0)
		oeo_html_element(html, "span", "brand", page->view->title);
	else
		oeo_page_link(page, "brand", page->view->title, "index.html");
	if (page->period != NULL && strncmp(page->path, page->period->id, strlen(page->period->id)) == 0) {
		oeo_html_open(html, "nav", "aria-label", _("Periods"), NULL);
		oeo_html_open(html, "ul", NULL);
		write_neighbour(page, page->period->before, "previous", "\u2190 ", "");
		oeo_html_open(html, "li", NULL);
		oeo_page_link(page, NULL, _("All periods"), "index.html#periods");
		oeo_html_close(html);
		write_neighbour(page, page->period->after, "next", "", " \u2192");
		oeo_html_close(html);
		oeo_html_close(html);
	}
	oeo_html_close(html);
	if (page->map.n_pages > 0)
		write_bar(page);
	oeo_html_close(html);
}

void oeo_page_begin(const struct oeo_page *page, const char *title, const char *description)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "html", "lang", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl", NULL);
	write_head(page, title, description);
	oeo_html_open(html, "body", "class", page->view->is_concept ? "concept" : NULL, NULL);
	if (page->view->is_concept)
		oeo_html_attribute(html, "data-concept", "%s", _("CONCEPT"));
	oeo_html_open(html, "a", "class", "skip utrecht-skip-link", "href", "#main", NULL);
	oeo_html_text(html, _("Go to the content"));
	oeo_html_close(html);
	write_site_header(page);
	oeo_html_open(html, "main", "id", "main", "tabindex", "-1", NULL);
}

void oeo_page_end(const struct oeo_page *page)
{
	struct oeo_html *html = page->html;

	oeo_html_close(html);
	oeo_html_open(html, "footer", "class", "site utrecht-page-footer", NULL);
	oeo_html_open(html, "div", "class", "wrap", NULL);
	oeo_html_open(html, "p", NULL);
	oeo_html_textf(html,
	    _("Published by %s. Counted without names, shown from a set number of residents."),
	    page->view->publisher);
	oeo_html_close(html);
	if (!page->view->is_key_given) {
		oeo_html_open(html, "p", "class", "unchecked", NULL);
		oeo_page_link(page, NULL,
		    _("The key of the signature has not been compared with the publisher's yet."),
		    OEO_ACCOUNT_PATH "#verify");
		oeo_html_close(html);
	}
	oeo_html_open(html, "p", NULL);
	oeo_html_textf(html,
	    _("Made from signed releases by oeo-export %s. This page works without scripts and asks "
	      "nothing from other sites."),
	    OEO_VERSION);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_close(html);
}

void oeo_page_open_content(
    const struct oeo_page *page, const char *eyebrow, const char *heading, const char *lead)
{
	struct oeo_html *html = page->html;

	oeo_page_begin(page, heading, lead != NULL ? lead : heading);
	oeo_html_open(html, "div", "class", "opening", NULL);
	if (eyebrow != NULL)
		oeo_page_paragraph(page, "eyebrow", eyebrow);
	oeo_html_element(html, "h1", "utrecht-heading-1", heading);
	if (lead != NULL)
		oeo_page_paragraph(page, "lead", lead);
	oeo_html_close(html);
	oeo_html_open(html, "div", "class", "content", NULL);
}

enum oeo_err oeo_page_start(struct oeo_page *page, const struct oeo_view *view, const char *path)
{
	enum oeo_err err;

	*page = (struct oeo_page){.view = view, .path = path, .root = strchr(path, '/') != NULL ? "../" : ""};
	err = oeo_site_map_make(&page->map, view);
	if (err == OEO_OK)
		err = oeo_html_new(&page->html);
	if (err != OEO_OK)
		oeo_site_map_fini(&page->map);
	return err;
}

enum oeo_err oeo_page_finish(struct oeo_page *page, struct oeo_buf *out)
{
	enum oeo_err err;

	oeo_page_end(page);
	err = oeo_html_finish(page->html, out);
	oeo_html_free(page->html);
	oeo_site_map_fini(&page->map);
	return err;
}

void oeo_page_open_section(const struct oeo_page *page, const char *id, const char *heading)
{
	oeo_html_open(page->html, "section", NULL);
	oeo_html_attribute(page->html, "aria-labelledby", "%s", id);
	oeo_html_open(page->html, "h2", "id", id, NULL);
	oeo_html_text(page->html, heading);
	oeo_html_close(page->html);
}

void oeo_page_paragraph(const struct oeo_page *page, const char *class, const char *text)
{
	oeo_html_element(page->html, "p", class, text);
}

void oeo_page_open_table(const struct oeo_page *page, const char *class, const char *caption_id)
{
	oeo_html_open(page->html, "section", "class", "scroll", "tabindex", "0", NULL);
	oeo_html_attribute(page->html, "aria-labelledby", "%s-caption", caption_id);
	oeo_html_open(page->html, "table", NULL);
	oeo_html_attribute(page->html, "class", "%s utrecht-table", class);
}

void oeo_page_close_table(const struct oeo_page *page)
{
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

void oeo_page_caption(const struct oeo_page *page, const char *id, const char *text)
{
	oeo_html_open(page->html, "caption", NULL);
	oeo_html_attribute(page->html, "id", "%s-caption", id);
	oeo_html_text(page->html, text);
	oeo_html_close(page->html);
}

void oeo_page_head_cell(const struct oeo_page *page, const char *scope, const char *class, const char *text)
{
	oeo_html_open(page->html, "th", "scope", scope, "class", class, NULL);
	oeo_html_text(page->html, text);
	oeo_html_close(page->html);
}

void oeo_page_hidden_mark(const struct oeo_page *page)
{
	oeo_html_open(page->html, "abbr", "title", _("not shown"), NULL);
	oeo_html_text(page->html, ".");
	oeo_html_close(page->html);
}

void oeo_page_number_cell(const struct oeo_page *page, const struct oeo_view_cell *cell)
{
	if (cell == NULL) {
		oeo_html_element(page->html, "td", "number absent", "\u2013");
		return;
	}
	oeo_html_open(page->html, "td", "class", cell->is_shown ? "number" : "number hidden", NULL);
	if (cell->is_shown)
		oeo_html_text(page->html, oeo_notation_number(cell->residents).text);
	else
		oeo_page_hidden_mark(page);
	oeo_html_close(page->html);
}

void oeo_page_link(const struct oeo_page *page, const char *class, const char *text, const char *href, ...)
{
	char path[OEO_PATH_BYTES];
	va_list arguments;

	if (page->is_paper) {
		oeo_html_element(page->html, "span", class, text);
		return;
	}
	va_start(arguments, href);
	if (vsnprintf(path, sizeof(path), href, arguments) < 0)
		path[0] = '\0';
	va_end(arguments);
	oeo_html_open(page->html, "a", "class", class, NULL);
	oeo_html_attribute(page->html, "href", "%s%s", page->root, path);
	oeo_html_text(page->html, text);
	oeo_html_close(page->html);
}

void oeo_page_see(const struct oeo_page *page, const char *id, const char *text)
{
	oeo_html_open(page->html, "a", "class", "see", NULL);
	oeo_html_attribute(page->html, "href", "#%s", id);
	oeo_html_text(page->html, text);
	oeo_html_close(page->html);
}

void oeo_page_table_link(
    const struct oeo_page *page, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	char id[OEO_ID_BYTES + 16];

	(void)snprintf(id, sizeof(id), "table-%s", table->id);
	if (page->is_paper && period == page->period && table->n_axes > 0)
		oeo_page_see(page, id, table->title.text);
	else if (table->n_axes == 0)
		oeo_page_link(page, NULL, table->title.text, "%s/index.html#summary", period->id);
	else
		oeo_page_link(page, NULL, table->title.text, "%s/index.html#table-%s", period->id, table->id);
}

void oeo_page_contents_item(const struct oeo_page *page, const char *id, const char *text)
{
	oeo_html_open(page->html, "li", NULL);
	oeo_html_open(page->html, "a", NULL);
	oeo_html_attribute(page->html, "href", "#%s", id);
	oeo_html_text(page->html, text);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}
