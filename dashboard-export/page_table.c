/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/chart.h"
#include "dashboard-export/page_matrix.h"
#include "proto/i18n.h"

#define MOST_BARS 25 /* with more codes than this ... */
#define FEW_BARS 8 /* always drawn, also where most are not shown */
#define MOST_BARS_PAPER 17 /* what fits on a page of paper */
#define MOST_DOTS_PAPER 3 /* rows that are not shown: more of them become one line */
#define MOST_ROWS 1000 /* of a list on a page: the CSV file has them all */
#define LONGEST_BARS 15 /* ... only the longest bars are drawn; the table has them all */

/* What the table counts and how much of it is shown. */
static void write_intro(const struct oeo_page *page, const struct oeo_view_table *table)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "p", "class", "intro", NULL);
	oeo_html_textf(html, _("Number of %s. "), oeo_notation_unit(table->unit));
	if (table->not_shown == 0)
		oeo_html_text(html, _("All figures are shown. "));
	else
		oeo_html_textf(html, _("Shown: %s of %s figures. "),
		    oeo_notation_number(oeo_view_shown(table)).text,
		    oeo_notation_number(table->n_cells).text);
	if (table->not_shown > 0 && !page->is_paper)
		oeo_page_link(page, NULL, _("Why is there a dot?"), "%s/index.html#hidden", page->period->id);
	oeo_html_close(html);
}

static bool is_exclusive(const struct oeo_page *page, const struct oeo_view_table *table)
{
	const struct oeo_plan *plan = page->period->source->release.plan.plan;

	return plan->dimensions[table->plan->by[0].dimension].computed_from[0] != '\0';
}

static void write_overlap(const struct oeo_page *page, const struct oeo_view_table *table)
{
	if (is_exclusive(page, table) || table->unit == OEO_UNIT_CONTACTS)
		return;
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_text(page->html,
	    _("One person can have several questions. So the numbers do not add up to the total."));
	oeo_html_close(page->html);
}

static void write_bars_legend(const struct oeo_page *page, size_t drawn, bool has_all)
{
	struct oeo_html *html = page->html;

	if (has_all && page->period->before == NULL)
		return;
	oeo_html_open(html, "figcaption", NULL);
	if (!has_all)
		oeo_html_textf(html,
		    drawn == 1 ? _("The largest that is shown. All are in the table below. ")
			       : _("The %s largest that are shown. All are in the table below. "),
		    oeo_notation_number(drawn).text);
	if (page->period->before != NULL)
		oeo_html_textf(html,
		    _("The upright line is %s. \u25B2 clearly more, \u25BC clearly fewer, \u2248 no clear "
		      "difference."),
		    oeo_notation_before(page->period->period.cadence));
	oeo_html_close(html);
}

/* True where the list is short and mostly shown: then every code has its place among the bars. */
static bool has_all_bars(const struct oeo_page *page, const struct oeo_view_table *table)
{
	size_t shown = oeo_view_shown(table);

	return shown > 0 && table->n_cells <= (page->is_paper ? MOST_BARS_PAPER : MOST_BARS) &&
	       (shown * 2 >= table->n_cells || table->n_cells <= FEW_BARS);
}

/* Neither nobody nor what is not known is ever among the largest. */
static bool is_large(const struct oeo_view_table *table, size_t cell)
{
	return table->cells[cell].is_shown && table->cells[cell].residents > 0 &&
	       strcmp(table->axes[0].codes[cell].code, OEO_UNKNOWN) != 0;
}

/* Which of the sorted cells are drawn: all (on paper: all that are shown), else the largest. picked holds n_cells. */
static size_t pick_bars(
    size_t *picked, const struct oeo_page *page, const struct oeo_view_table *table, const size_t *order)
{
	bool has_all = has_all_bars(page, table);
	size_t n = 0;

	for (size_t i = 0; i < table->n_cells && (has_all || n < LONGEST_BARS); i++)
		if (has_all ? table->cells[order[i]].is_shown || !page->is_paper : is_large(table, order[i]))
			picked[n++] = order[i];
	return n;
}

static void write_difference_cell(const struct oeo_page *page, const struct oeo_view_cell *cell)
{
	static const char *const words[] = {
	    N_("no comparison"), N_("no clear difference"), N_("clearly more"), N_("clearly fewer")};

	if (cell->difference == OEO_DIFFERENCE_UNKNOWN) {
		oeo_html_element(page->html, "td", "none", cell->is_shown ? _(words[0]) : "");
		return;
	}
	oeo_html_open(page->html, "td", "class", oeo_chart_class(cell->difference), NULL);
	oeo_html_textf(page->html, "%s %s %s", oeo_chart_sign(cell->difference),
	    oeo_notation_change(cell->before, cell->residents).text, _(words[cell->difference]));
	oeo_html_close(page->html);
}

static void write_questions_cell(const struct oeo_page *page, const struct oeo_view_cell *cell)
{
	struct oeo_view_cell questions = {.is_shown = cell->is_questions_shown, .residents = cell->questions};

	oeo_page_number_cell(page, &questions);
}

static bool has_rates(const struct oeo_view_table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		if (oeo_view_inhabitants(table, i) > 0)
			return true;
	return false;
}

/* Per 1,000 inhabitants; a dot where the number is hidden, a dash where nobody lives (onbekend, total). */
static void write_rate_cell(const struct oeo_page *page, const struct oeo_view_table *table, size_t cell)
{
	uint64_t rate;

	if (cell == OEO_VIEW_TOTAL || oeo_view_inhabitants(table, cell) == 0) {
		oeo_page_number_cell(page, NULL);
		return;
	}
	oeo_html_open(
	    page->html, "td", "class", table->cells[cell].is_shown ? "number" : "number hidden", NULL);
	if (oeo_view_rate(&rate, table, cell))
		oeo_html_text(page->html, oeo_notation_tenths(rate).text);
	else
		oeo_page_hidden_mark(page);
	oeo_html_close(page->html);
}

/* at: the number of the cell in the table; OEO_VIEW_TOTAL for its margin. */
static void write_list_row(const struct oeo_page *page, const struct oeo_view_table *table, const char *label,
    const struct oeo_view_cell *cell, size_t at)
{
	const char *class = at == OEO_VIEW_TOTAL ? "total" : NULL;

	oeo_html_open(page->html, "tr", "class", class, NULL);
	if (at != OEO_VIEW_TOTAL)
		oeo_html_attribute(page->html, "data-code", "%s", table->axes[0].codes[at].code);
	oeo_page_head_cell(page, "row", NULL, label);
	oeo_page_number_cell(page, cell);
	if (table->plan->publishes_questions)
		write_questions_cell(page, cell);
	if (has_rates(table))
		write_rate_cell(page, table, at);
	if (page->period->before != NULL)
		write_difference_cell(page, cell);
	oeo_html_close(page->html);
}

static void write_list_head(const struct oeo_page *page, const struct oeo_view_table *table)
{
	struct oeo_html *html = page->html;
	char text[192];

	oeo_html_open(html, "thead", NULL);
	oeo_html_open(html, "tr", NULL);
	oeo_page_head_cell(page, "col", NULL, oeo_notation_capital(table->axes[0].name).text);
	oeo_page_head_cell(page, "col", "number", oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	if (table->plan->publishes_questions)
		oeo_page_head_cell(
		    page, "col", "number", oeo_notation_capital(oeo_notation_questions()).text);
	if (has_rates(table))
		oeo_page_head_cell(page, "col", "number", _("Per 1,000 inhabitants"));
	if (page->period->before != NULL) {
		(void)snprintf(text, sizeof(text), _("Compared with %s"),
		    oeo_notation_before(page->period->period.cadence));
		oeo_page_head_cell(page, "col", NULL, text);
	}
	oeo_html_close(html);
	oeo_html_close(html);
}

static int count_columns(const struct oeo_page *page, const struct oeo_view_table *table)
{
	return 2 + (table->plan->publishes_questions ? 1 : 0) + (has_rates(table) ? 1 : 0) +
	       (page->period->before != NULL ? 1 : 0);
}

/* A row that names the code above the next ones ("Wonen" above its categories). */
static void write_group_row(
    const struct oeo_page *page, const struct oeo_view_table *table, const char *group)
{
	oeo_html_open(page->html, "tr", "class", "group", NULL);
	oeo_html_open(page->html, "th", "scope", "rowgroup", NULL);
	oeo_html_attribute(page->html, "colspan", "%d", count_columns(page, table));
	oeo_html_text(page->html, group);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

/* Say that the list does not have all rows. */
static void write_cut(const struct oeo_page *page, const struct oeo_view_table *table)
{
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_textf(page->html, _("The first %s of %s rows. The CSV file has them all."),
	    oeo_notation_number(MOST_ROWS).text, oeo_notation_number(table->n_cells).text);
	oeo_html_close(page->html);
}

/* On paper, rows that are not shown become one line where there are many. */
static bool is_folded(const struct oeo_page *page, const struct oeo_view_table *table)
{
	return page->is_paper && table->n_cells - oeo_view_shown(table) > MOST_DOTS_PAPER;
}

static void write_folded(const struct oeo_page *page, const struct oeo_view_table *table)
{
	oeo_html_open(page->html, "tr", "class", "folded", NULL);
	oeo_html_open(page->html, "td", NULL);
	oeo_html_attribute(page->html, "colspan", "%d", count_columns(page, table));
	oeo_html_textf(page->html, _("And %s more %s: not shown."),
	    oeo_notation_number(table->n_cells - oeo_view_shown(table)).text, table->axes[0].names);
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static bool is_same_group(const char *one, const char *other)
{
	return one != NULL && other != NULL && strcmp(one, other) == 0;
}

/* Rows in the plan's order, with a body of their own for each group. */
static void write_list_rows(const struct oeo_page *page, const struct oeo_view_table *table)
{
	const struct oeo_view_axis *axis = &table->axes[0];
	const char *open = NULL; /* the group above the row before */
	bool is_first = true, folds = is_folded(page, table);

	for (size_t i = 0; i < axis->n_codes; i++) {
		const char *group = axis->codes[i].group;

		if (folds && !table->cells[i].is_shown)
			continue;
		if (group != NULL && !is_same_group(open, group)) {
			if (!is_first) {
				oeo_html_close(page->html);
				oeo_html_open(page->html, "tbody", NULL);
			}
			write_group_row(page, table, group);
		}
		open = group;
		is_first = false;
		write_list_row(page, table, axis->codes[i].label, &table->cells[i], i);
	}
}

/* The first rows of a list that is too long for a page: largest published numbers first. */
static void write_first_rows(
    const struct oeo_page *page, const struct oeo_view_table *table, const size_t *order)
{
	bool folds = is_folded(page, table);

	for (size_t i = 0; i < MOST_ROWS; i++)
		if (!folds || table->cells[order[i]].is_shown)
			write_list_row(page, table, table->axes[0].codes[order[i]].label,
			    &table->cells[order[i]], order[i]);
}

static void write_total_row(const struct oeo_page *page, const struct oeo_view_table *table)
{
	const size_t all[OEO_MAX_BY] = {OEO_VIEW_TOTAL};
	const struct oeo_view_cell *total = oeo_view_margin_cell(table, all);

	if (total == NULL)
		return;
	oeo_html_open(page->html, "tfoot", NULL);
	write_list_row(page, table, _("Total"), total, OEO_VIEW_TOTAL);
	oeo_html_close(page->html);
}

/* order: of the cells, as the bars stand. */
static void write_list(
    const struct oeo_page *page, const struct oeo_view_table *table, const size_t *order, const char *id)
{
	char caption[320];

	oeo_html_open(page->html, "details", NULL);
	oeo_html_element(page->html, "summary", NULL, _("Table with the same numbers"));
	if (table->n_cells > MOST_ROWS)
		write_cut(page, table);
	oeo_page_open_table(page, "list", id);
	(void)snprintf(caption, sizeof(caption), "%s, %s", table->title.text, page->period->name.text);
	oeo_page_caption(page, id, caption);
	write_list_head(page, table);
	oeo_html_open(page->html, "tbody", NULL);
	if (table->n_cells > MOST_ROWS)
		write_first_rows(page, table, order);
	else
		write_list_rows(page, table);
	if (is_folded(page, table))
		write_folded(page, table);
	oeo_html_close(page->html);
	write_total_row(page, table);
	oeo_page_close_table(page);
	oeo_html_close(page->html);
}

/* Bars with the same numbers as the table below; for a table with one axis, or a part of one. */
static void write_bars(
    const struct oeo_page *page, const struct oeo_view_table *table, const size_t *order, const char *id)
{
	size_t *picked = oeo_alloc_array(table->n_cells, sizeof(*picked));
	char chart_id[OEO_ID_BYTES + 32];
	size_t drawn;

	if (picked == NULL) {
		oeo_html_fail(page->html);
		return;
	}
	drawn = pick_bars(picked, page, table, order);
	if (drawn > 0) {
		oeo_html_open(page->html, "figure", NULL);
		(void)snprintf(chart_id, sizeof(chart_id), "chart-%s", id);
		oeo_chart_bars(page->html, chart_id, table, picked, drawn, page->is_paper);
		write_bars_legend(page, drawn, has_all_bars(page, table));
		oeo_html_close(page->html);
	}
	free(picked);
}

/* The map where there is one, with the bars beside it, then the table. */
static void write_figures(const struct oeo_page *page, const struct oeo_view_table *table, const char *id)
{
	size_t *order = oeo_alloc_array(table->n_cells, sizeof(*order));
	bool has_map = oeo_view_shown(table) > 0 && oeo_page_has_map(page, table);

	if (order == NULL) {
		oeo_html_fail(page->html);
		return;
	}
	oeo_view_sort_cells(table, order);
	if (has_map) {
		oeo_html_open(page->html, "div", "class", "beside", NULL);
		oeo_page_map(page, table, id);
	}
	write_bars(page, table, order, id);
	if (has_map)
		oeo_html_close(page->html);
	write_list(page, table, order, id);
	free(order);
}

void oeo_page_slice(
    const struct oeo_page *page, const struct oeo_view_table *slice, const char *id, const char *heading)
{
	oeo_page_open_section(page, id, heading);
	write_intro(page, slice);
	write_figures(page, slice, id);
	oeo_html_close(page->html);
}

void oeo_page_table(const struct oeo_page *page, const struct oeo_view_table *table)
{
	char id[OEO_ID_BYTES + 16];

	(void)snprintf(id, sizeof(id), "table-%s", table->id);
	oeo_page_open_section(page, id, table->title.text);
	write_intro(page, table);
	if (table->n_axes == 1) {
		write_overlap(page, table);
		write_figures(page, table, id);
		oeo_page_duiding_of_codes(page, table, 3);
	} else if (page->is_paper && oeo_view_shown(table) == 0) {
		oeo_page_paragraph(page, "note", _("No figure of this table is shown."));
	} else if (table->n_axes == 2) {
		oeo_page_matrix(page, table, id);
	} else {
		oeo_page_cells(page, table, id);
	}
	oeo_html_close(page->html);
}
