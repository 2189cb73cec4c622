/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The parts that pages are made of; used by page_*.c only. Each writes a whole, closed part of the page into
 * html and cannot fail by itself (html.h: errors stick).
 */
#ifndef OEO_DASHBOARD_EXPORT_PAGE_PARTS_H
#define OEO_DASHBOARD_EXPORT_PAGE_PARTS_H

#include "dashboard-export/page.h"

struct oeo_page {
	struct oeo_html *html;
	const struct oeo_view *view;
	const struct oeo_view_period *period; /* NULL on the front page */
	const char *root; /* "" on the front page, "../" on the others */
	bool is_paper; /* links to other pages are plain words */
	const char *path; /* of the page itself, relative to the site's root; NULL on paper */
	struct oeo_site_map map; /* empty on paper */
};

/* ---- page_frame.c ---- */

/* Make a page of the site at path (borrowed): its map and an empty document. oeo_page_finish ends it, appends it to out
 * and frees all; it must not follow a failure. OEO_ERR_NOMEM; finish also OEO_ERR_INTERNAL. */
enum oeo_err oeo_page_start(struct oeo_page *page, const struct oeo_view *view, const char *path);
enum oeo_err oeo_page_finish(struct oeo_page *page, struct oeo_buf *out);

/* The head of most pages: oeo_page_begin, the heading with an eyebrow and a lead (either may be NULL), and the opening of
 * the content, a div. */
void oeo_page_open_content(
    const struct oeo_page *page, const char *eyebrow, const char *heading, const char *lead);

/* Everything up to and with the opening of <main>, and from its end on. title stands before the plan's title. */
void oeo_page_begin(const struct oeo_page *page, const char *title, const char *description);
void oeo_page_end(const struct oeo_page *page);

/* Open <section id=...> with an h2; closed by oeo_html_close. */
void oeo_page_open_section(const struct oeo_page *page, const char *id, const char *heading);

/* One paragraph; class may be NULL. */
void oeo_page_paragraph(const struct oeo_page *page, const char *class, const char *text);

/* Open a region that can scroll sideways, named by the element with this id, then its table. Closed by
 * oeo_page_close_table. */
void oeo_page_open_table(const struct oeo_page *page, const char *class, const char *caption_id);
void oeo_page_close_table(const struct oeo_page *page);

/* The caption of the open table; its id is "<id>-caption". */
void oeo_page_caption(const struct oeo_page *page, const char *id, const char *text);

/* <th scope=...>; class may be NULL. */
void oeo_page_head_cell(const struct oeo_page *page, const char *scope, const char *class, const char *text);

/* <td> with a published number, or the mark of a hidden cell. cell NULL: the plan has no such number. */
void oeo_page_number_cell(const struct oeo_page *page, const struct oeo_view_cell *cell);
void oeo_page_hidden_mark(const struct oeo_page *page);

/* A link; href is relative to the site's root. */
void oeo_page_link(const struct oeo_page *page, const char *class, const char *text, const char *href, ...)
    __attribute__((format(printf, 4, 5)));

/* A link to the element with this id on the same page; on paper its page number follows. */
void oeo_page_see(const struct oeo_page *page, const char *id, const char *text);

/* A link to a table's section, with its title; the total has no section but stands in the summary. */
void oeo_page_table_link(
    const struct oeo_page *page, const struct oeo_view_period *period, const struct oeo_view_table *table);

/* An item of a list of contents: a link to the element with this id on the same page. */
void oeo_page_contents_item(const struct oeo_page *page, const char *id, const char *text);

/* ---- page_words.c ---- */

/* In a few sentences what the numbers of the site count, who counts twice, and where the words are explained. */
void oeo_page_counted(const struct oeo_page *page);

/* The section with the meaning of all words. */
void oeo_page_words(const struct oeo_page *page);

/* ---- page_summary.c ---- */

/* Key figures and findings of a period. */
void oeo_page_summary(const struct oeo_page *page, const struct oeo_view_period *period);

/* ---- page_table.c ---- */

/* The section of one table: bars with their table, a heat table, or a list. */
void oeo_page_table(const struct oeo_page *page, const struct oeo_view_table *table);

/* A section of a part of a table (view_slice.h): a map where it is one, bars, and the table. */
void oeo_page_slice(
    const struct oeo_page *page, const struct oeo_view_table *slice, const char *id, const char *heading);

/* ---- page_map.c ---- */

/* True where the codes of this table with one axis have shapes. */
bool oeo_page_has_map(const struct oeo_page *page, const struct oeo_view_table *table);

/* One shade of a legend: "21-40" on its colour, or "21" where it stands for one number. */
void oeo_page_shade_key(const struct oeo_page *page, unsigned shade, const char *first, const char *last);

/* A figure with the map of a table that has one, with its legend. */
void oeo_page_map(const struct oeo_page *page, const struct oeo_view_table *table, const char *id);

/* ---- page_series.c ---- */

/* A line through all periods up to page->period of one cell of table, and its table. label: what it counts ("Wonen"). */
void oeo_page_line(const struct oeo_page *page, const struct oeo_view_table *table, size_t cell,
    const char *id, const char *label);

/* A table of one kind through n periods (oldest first), rows as in the last one. id is unique on the page. */
void oeo_page_series_table(const struct oeo_page *page, const char *id, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n);

/* Small multiples of the same, one for each code that is published at least once. */
void oeo_page_series_charts(const struct oeo_page *page, const char *id, const struct oeo_view_table *last,
    const struct oeo_view_period *const *periods, size_t n);

/* ---- page_signals.c ---- */

/* The sections of a period's signals: those in the figures, and those that people saw themselves. */
void oeo_page_signals(const struct oeo_page *page, const struct oeo_view_period *period);

/* What the council makes of it, marked as somebody's words, with a heading of this level; nothing where item is NULL or
 * has no text. */
void oeo_page_duiding(const struct oeo_page *page, const struct oeo_duiding_item *item, unsigned level);

/* The same for all codes of a table, where it is the themes' table of page->period. */
void oeo_page_duiding_of_codes(
    const struct oeo_page *page, const struct oeo_view_table *table, unsigned level);

/* ---- page_account.c: what is not shown and why, method, coverage, quality, keys, verifying, citing, downloads ---- */

struct oeo_page_section {
	const char *id;
	const char *heading; /* N_ */
	void (*write)(const struct oeo_page *page);
};

/* The sections in their order; the last has id NULL. */
const struct oeo_page_section *oeo_page_account_sections(void);

#endif
