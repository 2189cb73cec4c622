/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_matrix.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "dashboard-export/shade.h"
#include "proto/i18n.h"

#define LARGE 600 /* cells: above it rows and columns without any published number are left out */

/* How a matrix lies: which axis goes down, and which codes have a place. */
struct layout {
	const struct oeo_view_table *table;
	size_t down, across; /* axes */
	bool *has_row, *has_column;
	size_t rows_left_out, columns_left_out;
	struct oeo_shades shades; /* of residents */
	bool has_shade[OEO_SHADES + 1]; /* a cell that is drawn has it */
};

static const struct oeo_view_cell *cell_of(const struct layout *layout, size_t row, size_t column)
{
	size_t codes[OEO_MAX_BY];

	codes[layout->down] = row;
	codes[layout->across] = column;
	return oeo_view_margin_cell(layout->table, codes);
}

static size_t count_left_out(const bool *has, size_t n)
{
	size_t left_out = 0;

	for (size_t i = 0; i < n; i++)
		left_out += has[i] ? 0 : 1;
	return left_out;
}

static void settle_shades(struct layout *layout)
{
	const struct oeo_view_table *table = layout->table;
	const struct oeo_rules *rules = &table->plan->rules;

	layout->shades = oeo_shade_make(oeo_shade_least(rules->residents, rules->round), table->most);
	for (size_t i = 0; i < table->n_cells; i++)
		if (table->cells[i].is_shown)
			layout->has_shade[oeo_shade_of(&layout->shades, table->cells[i].residents)] = true;
}

static bool make_layout(struct layout *layout, const struct oeo_view_table *table)
{
	size_t rows, columns;

	layout->table = table;
	layout->down = table->axes[1].n_codes > table->axes[0].n_codes ? 1 : 0;
	layout->across = 1 - layout->down;
	settle_shades(layout);
	rows = table->axes[layout->down].n_codes;
	columns = table->axes[layout->across].n_codes;
	layout->has_row = oeo_alloc_array(rows, sizeof(bool));
	layout->has_column = oeo_alloc_array(columns, sizeof(bool));
	if (layout->has_row == NULL || layout->has_column == NULL)
		return false;
	for (size_t row = 0; row < rows; row++)
		for (size_t column = 0; column < columns; column++)
			if (table->n_cells <= LARGE || cell_of(layout, row, column)->is_shown)
				layout->has_row[row] = layout->has_column[column] = true;
	layout->rows_left_out = count_left_out(layout->has_row, rows);
	layout->columns_left_out = count_left_out(layout->has_column, columns);
	return true;
}

static void write_legend(const struct oeo_page *page, const struct layout *layout)
{
	struct oeo_html *html = page->html;

	if (layout->table->most == 0)
		return;
	oeo_html_open(html, "p", "class", "legend", NULL);
	oeo_html_textf(html, "%s: ", oeo_notation_capital(oeo_notation_unit(layout->table->unit)).text);
	for (unsigned shade = 1; shade <= OEO_SHADES; shade++)
		if (layout->has_shade[shade])
			oeo_page_shade_key(page, shade,
			    oeo_notation_number(oeo_shade_first(&layout->shades, shade)).text,
			    oeo_notation_number(oeo_shade_last(&layout->shades, shade)).text);
	oeo_html_open(html, "span", "class", "key hidden", NULL);
	oeo_html_textf(html, ". %s", _("not shown"));
	oeo_html_close(html);
	oeo_html_close(html);
}

static void write_left_out(const struct oeo_page *page, const struct layout *layout)
{
	if (layout->rows_left_out == 0 && layout->columns_left_out == 0)
		return;
	oeo_html_open(page->html, "p", "class", "note", NULL);
	oeo_html_textf(page->html,
	    _("Rows without any shown figure left out: %s. Columns: %s. The CSV file has them all."),
	    oeo_notation_number(layout->rows_left_out).text,
	    oeo_notation_number(layout->columns_left_out).text);
	oeo_html_close(page->html);
}

static bool has_margin(const struct layout *layout, size_t kept_axis)
{
	return layout->table->margins[1u << kept_axis] != NULL;
}

static void write_column_heads(const struct oeo_page *page, const struct layout *layout)
{
	const struct oeo_view_axis *across = &layout->table->axes[layout->across];

	oeo_html_open(page->html, "thead", NULL);
	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(
	    page, "col", "corner", oeo_notation_capital(layout->table->axes[layout->down].name).text);
	for (size_t i = 0; i < across->n_codes; i++) {
		if (!layout->has_column[i])
			continue;
		oeo_html_open(page->html, "th", "scope", "col", "class", "turned", NULL);
		oeo_html_element(page->html, "span", NULL, across->codes[i].label);
		oeo_html_close(page->html);
	}
	if (has_margin(layout, layout->down))
		oeo_page_head_cell(page, "col", "total", _("Total"));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static void write_cell(
    const struct oeo_page *page, const struct layout *layout, const struct oeo_view_cell *cell)
{
	oeo_html_open(page->html, "td", NULL);
	if (cell->is_shown) {
		oeo_html_attribute(
		    page->html, "class", "h%u", oeo_shade_of(&layout->shades, cell->residents));
		oeo_html_text(page->html, oeo_notation_number(cell->residents).text);
	} else {
		oeo_html_attribute(page->html, "class", "hidden");
		oeo_page_hidden_mark(page);
	}
	oeo_html_close(page->html);
}

static void write_row(const struct oeo_page *page, const struct layout *layout, size_t row)
{
	const struct oeo_view_table *table = layout->table;

	oeo_html_open(page->html, "tr", NULL);
	oeo_page_head_cell(page, "row", NULL, table->axes[layout->down].codes[row].label);
	for (size_t column = 0; column < table->axes[layout->across].n_codes; column++)
		if (layout->has_column[column])
			write_cell(page, layout, cell_of(layout, row, column));
	if (has_margin(layout, layout->down))
		oeo_page_number_cell(page, cell_of(layout, row, OEO_VIEW_TOTAL));
	oeo_html_close(page->html);
}

static void write_total_row(const struct oeo_page *page, const struct layout *layout)
{
	if (!has_margin(layout, layout->across))
		return;
	oeo_html_open(page->html, "tfoot", NULL);
	oeo_html_open(page->html, "tr", "class", "total", NULL);
	oeo_page_head_cell(page, "row", NULL, _("Total"));
	for (size_t column = 0; column < layout->table->axes[layout->across].n_codes; column++)
		if (layout->has_column[column])
			oeo_page_number_cell(page, cell_of(layout, OEO_VIEW_TOTAL, column));
	if (has_margin(layout, layout->down))
		oeo_page_number_cell(page, cell_of(layout, OEO_VIEW_TOTAL, OEO_VIEW_TOTAL));
	oeo_html_close(page->html);
	oeo_html_close(page->html);
}

static void write_rows(const struct oeo_page *page, const struct layout *layout)
{
	oeo_html_open(page->html, "tbody", NULL);
	for (size_t row = 0; row < layout->table->axes[layout->down].n_codes; row++)
		if (layout->has_row[row])
			write_row(page, layout, row);
	oeo_html_close(page->html);
	write_total_row(page, layout);
}

void oeo_page_matrix(const struct oeo_page *page, const struct oeo_view_table *table, const char *id)
{
	struct layout layout = {0};
	char caption[320];

	if (!make_layout(&layout, table)) {
		oeo_html_fail(page->html);
		goto cleanup;
	}
	write_legend(page, &layout);
	write_left_out(page, &layout);
	if (oeo_view_shown(table) == 0 && table->n_cells > LARGE)
		goto cleanup;
	oeo_page_open_table(page, "heat", id);
	(void)snprintf(caption, sizeof(caption), "%s, %s", table->title.text, page->period->name.text);
	oeo_page_caption(page, id, caption);
	write_column_heads(page, &layout);
	write_rows(page, &layout);
	oeo_page_close_table(page);
cleanup:
	free(layout.has_row);
	free(layout.has_column);
}

void oeo_page_cells(const struct oeo_page *page, const struct oeo_view_table *table, const char *id)
{
	struct oeo_html *html = page->html;
	size_t codes[OEO_MAX_BY];

	oeo_page_open_table(page, "list", id);
	oeo_page_caption(page, id, _("Shown figures. The CSV file has all rows."));
	oeo_html_open(html, "thead", NULL);
	oeo_html_open(html, "tr", NULL);
	for (size_t i = 0; i < table->n_axes; i++)
		oeo_page_head_cell(page, "col", NULL, oeo_notation_capital(table->axes[i].name).text);
	oeo_page_head_cell(page, "col", "number", oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_open(html, "tbody", NULL);
	for (size_t cell = 0; cell < table->n_cells; cell++) {
		if (!table->cells[cell].is_shown)
			continue;
		oeo_view_cell_codes(table, cell, codes);
		oeo_html_open(html, "tr", NULL);
		oeo_page_head_cell(page, "row", NULL, table->axes[0].codes[codes[0]].label);
		for (size_t i = 1; i < table->n_axes; i++)
			oeo_html_element(html, "td", NULL, table->axes[i].codes[codes[i]].label);
		oeo_page_number_cell(page, &table->cells[cell]);
		oeo_html_close(html);
	}
	oeo_html_close(html);
	oeo_page_close_table(page);
}
