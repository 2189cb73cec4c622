/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/xlsx_book.h"
#include "proto/i18n.h"

#define MOST_BARS 15
#define MOST_LINES 6
#define MOST_PERIODS 40 /* side by side; older ones stand in the tidy sheet */
#define MOST_COLUMNS 250 /* of a matrix; a wider table becomes a list */
#define HEAD_ROW 2 /* title, empty row, heads */
#define CHART_ROWS 24
#define CHART_COLUMNS 9 /* between the table and the block */

/* The sheet of one table while it is written. */
struct plate {
	struct oeo_xlsx *xlsx;
	struct oeo_xlsx_sheet made;
	const struct oeo_view_period *period;
	const struct oeo_view_table *table;
	const struct oeo_view_period *periods[MOST_PERIODS]; /* oldest first, the last is `period` */
	size_t n_periods; /* 1 where the periods do not stand side by side */
	size_t *top; /* cells shown in `period`, the largest first */
	size_t n_top;
	size_t width; /* columns of the table */
	size_t block; /* first column of the numbers behind the charts, right of them */
};

static void collect_periods(struct plate *plate)
{
	const struct oeo_view_period *at = plate->period;

	for (size_t n = 0; at != NULL && n < MOST_PERIODS; n++, at = at->earlier)
		plate->n_periods = n + 1;
	at = plate->period;
	for (size_t i = plate->n_periods; i > 0; i--, at = at->earlier)
		plate->periods[i - 1] = at;
}

static const struct oeo_view_cell *cell_in(const struct plate *plate, size_t period, size_t cell)
{
	const struct oeo_view_period *at = plate->periods[period];

	return oeo_view_same_cell(oeo_view_table(at, plate->table->id), plate->table, cell);
}

/* ---- the numbers behind the charts ---- */

/* One row of the block: the name of a cell, then its numbers, nothing where hidden. */
static void write_block_row(struct plate *plate, size_t rank, size_t row)
{
	char name[512];

	if (rank >= plate->n_top || rank >= MOST_BARS)
		return;
	oeo_view_cell_name(name, sizeof(name), plate->table, plate->top[rank]);
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, plate->block, name, plate->xlsx->text);
	for (size_t i = 0; i < plate->n_periods; i++) {
		const struct oeo_view_cell *cell = cell_in(plate, i, plate->top[rank]);

		if (cell != NULL && cell->is_shown)
			oeo_xlsx_number(plate->xlsx, plate->made.sheet, row, plate->block + 1 + i,
			    (double)cell->residents, plate->xlsx->number);
	}
}

static void write_block_head(struct plate *plate)
{
	if (plate->n_top == 0)
		return;
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, HEAD_ROW, plate->block, _("Behind the charts"),
	    plate->xlsx->head);
	for (size_t i = 0; i < plate->n_periods; i++)
		oeo_xlsx_text(plate->xlsx, plate->made.sheet, HEAD_ROW, plate->block + 1 + i,
		    plate->periods[i]->id, plate->xlsx->head);
}

/* What is left of the block below the table. */
static void finish_block(struct plate *plate, size_t rows)
{
	for (size_t rank = rows; rank < plate->n_top && rank < MOST_BARS; rank++)
		write_block_row(plate, rank, HEAD_ROW + 1 + rank);
}

/* ---- charts ---- */

static lxw_chart_series *add_series(struct plate *plate, lxw_chart *chart)
{
	lxw_chart_series *series = chart_add_series(chart, NULL, NULL);

	if (series == NULL)
		plate->xlsx->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
	return series;
}

static void place_chart(struct plate *plate, lxw_chart *chart, const char *title, size_t number)
{
	lxw_chart_options options = {.x_scale = 1.25, .y_scale = 1.5};

	chart_title_set_name(chart, oeo_xlsx_allow(plate->xlsx, title, &plate->xlsx->allowed));
	if (plate->xlsx->error == LXW_NO_ERROR)
		plate->xlsx->error =
		    worksheet_insert_chart_opt(plate->made.sheet, (lxw_row_t)(HEAD_ROW + number * CHART_ROWS),
			(lxw_col_t)(plate->width + 1), chart, &options);
}

static void add_bars(struct plate *plate)
{
	size_t n = plate->n_top < MOST_BARS ? plate->n_top : MOST_BARS;
	lxw_chart *chart = workbook_add_chart(plate->xlsx->book, LXW_CHART_BAR);
	lxw_chart_series *series = chart != NULL ? add_series(plate, chart) : NULL;
	lxw_row_t last = (lxw_row_t)(HEAD_ROW + n);
	lxw_col_t values = (lxw_col_t)(plate->block + plate->n_periods);
	char title[320];

	if (series == NULL) {
		plate->xlsx->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return;
	}
	chart_series_set_categories(
	    series, plate->made.name, HEAD_ROW + 1, (lxw_col_t)plate->block, last, (lxw_col_t)plate->block);
	chart_series_set_values(series, plate->made.name, HEAD_ROW + 1, values, last, values);
	chart_series_set_labels(series);
	chart_axis_set_reverse(chart->y_axis);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	(void)snprintf(title, sizeof(title), "%s, %s (%s)", plate->table->title.text,
	    plate->period->name.text, oeo_notation_unit(plate->table->unit));
	place_chart(plate, chart, title, 0);
}

static void add_line(struct plate *plate, lxw_chart *chart, size_t rank)
{
	lxw_chart_series *series = add_series(plate, chart);
	lxw_row_t row = (lxw_row_t)(HEAD_ROW + 1 + rank);
	lxw_col_t first = (lxw_col_t)(plate->block + 1), last = (lxw_col_t)(plate->block + plate->n_periods);

	if (series == NULL)
		return;
	chart_series_set_categories(series, plate->made.name, HEAD_ROW, first, HEAD_ROW, last);
	chart_series_set_values(series, plate->made.name, row, first, row, last);
	chart_series_set_name_range(series, plate->made.name, row, (lxw_col_t)plate->block);
	chart_series_set_marker_type(series, (uint8_t)(LXW_CHART_MARKER_SQUARE + rank));
}

static void add_lines(struct plate *plate)
{
	lxw_chart *chart = workbook_add_chart(plate->xlsx->book, LXW_CHART_LINE);
	char title[320];

	if (chart == NULL) {
		plate->xlsx->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return;
	}
	for (size_t rank = 0; rank < plate->n_top && rank < MOST_LINES; rank++)
		add_line(plate, chart, rank);
	chart_show_blanks_as(chart, LXW_CHART_BLANKS_AS_GAP);
	(void)snprintf(
	    title, sizeof(title), "%s (%s)", plate->table->title.text, oeo_notation_unit(plate->table->unit));
	place_chart(plate, chart, title, 1);
}

/* ---- three ways to lay a table out ---- */

static void write_head(struct plate *plate, size_t column, const char *text)
{
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, HEAD_ROW, column, text, plate->xlsx->head);
}

/* A table with one level, or none: periods side by side. */
static size_t write_periods(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	char name[512];

	write_head(plate, 0,
	    table->n_axes == 0 ? _("What is counted") : oeo_notation_capital(table->axes[0].name).text);
	for (size_t i = 0; i < plate->n_periods; i++)
		write_head(plate, 1 + i, plate->periods[i]->id);
	write_block_head(plate);
	for (size_t cell = 0; cell < table->n_cells; cell++) {
		size_t row = HEAD_ROW + 1 + cell;

		oeo_view_cell_name(name, sizeof(name), table, cell);
		oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, 0, name, plate->xlsx->text);
		for (size_t i = 0; i < plate->n_periods; i++)
			oeo_xlsx_cell(plate->xlsx, plate->made.sheet, row, 1 + i, cell_in(plate, i, cell));
		write_block_row(plate, cell, row);
	}
	return table->n_cells;
}

/* A table with two levels: a matrix of the period, with the totals that the plan has. */
static size_t write_matrix(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	size_t rows = table->axes[0].n_codes, columns = table->axes[1].n_codes;
	size_t codes[OEO_MAX_BY] = {0};

	write_head(plate, 0, oeo_notation_capital(table->axes[0].name).text);
	for (size_t i = 0; i < columns; i++)
		write_head(plate, 1 + i, table->axes[1].codes[i].label);
	if (table->margins[1] != NULL)
		write_head(plate, 1 + columns, _("Total"));
	write_block_head(plate);
	for (size_t i = 0; i <= rows; i++) {
		size_t row = HEAD_ROW + 1 + i;

		codes[0] = i < rows ? i : OEO_VIEW_TOTAL;
		if (i == rows && table->margins[2] == NULL)
			return rows;
		oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, 0,
		    i < rows ? table->axes[0].codes[i].label : _("Total"),
		    i < rows ? plate->xlsx->text : plate->xlsx->total);
		for (size_t j = 0; j <= columns; j++) {
			codes[1] = j < columns ? j : OEO_VIEW_TOTAL;
			oeo_xlsx_cell(
			    plate->xlsx, plate->made.sheet, row, 1 + j, oeo_view_margin_cell(table, codes));
		}
		write_block_row(plate, i, row);
	}
	return rows + 1;
}

/* Any other table: the cells that are shown, the largest first. */
static size_t write_list(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	size_t codes[OEO_MAX_BY];

	for (size_t i = 0; i < table->n_axes; i++)
		write_head(plate, i, oeo_notation_capital(table->axes[i].name).text);
	write_head(plate, table->n_axes, oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	write_block_head(plate);
	for (size_t rank = 0; rank < plate->n_top; rank++) {
		size_t row = HEAD_ROW + 1 + rank;

		oeo_view_cell_codes(table, plate->top[rank], codes);
		for (size_t i = 0; i < table->n_axes; i++)
			oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, i,
			    table->axes[i].codes[codes[i]].label, plate->xlsx->text);
		oeo_xlsx_cell(
		    plate->xlsx, plate->made.sheet, row, table->n_axes, &table->cells[plate->top[rank]]);
		write_block_row(plate, rank, row);
	}
	return plate->n_top;
}

/* ---- the sheet ---- */

static enum oeo_err sort_cells(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;

	plate->top = oeo_alloc_array(table->n_cells, sizeof(*plate->top));
	if (plate->top == NULL)
		return OEO_ERR_NOMEM;
	oeo_view_sort_cells(table, plate->top);
	plate->n_top = oeo_view_shown(table);
	return OEO_OK;
}

static bool is_matrix(const struct oeo_view_table *table)
{
	return table->n_axes == 2 && table->axes[1].n_codes <= MOST_COLUMNS;
}

static size_t width_of(const struct plate *plate)
{
	if (plate->table->n_axes <= 1)
		return plate->n_periods + 1;
	return is_matrix(plate->table) ? plate->table->axes[1].n_codes + 2 : plate->table->n_axes + 1;
}

static void begin_sheet(struct plate *plate)
{
	lxw_worksheet *sheet = plate->made.sheet;
	size_t fixed = plate->table->n_axes <= 1 || is_matrix(plate->table) ? 1 : plate->table->n_axes;
	char title[320];

	plate->width = width_of(plate);
	plate->block = plate->width + 1 + CHART_COLUMNS;
	(void)worksheet_set_column(sheet, 0, (lxw_col_t)(fixed - 1), 34, NULL);
	(void)worksheet_set_column(sheet, (lxw_col_t)fixed, (lxw_col_t)(plate->block - 1), 12, NULL);
	(void)worksheet_set_column(sheet, (lxw_col_t)plate->block, (lxw_col_t)plate->block, 40, NULL);
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, (lxw_col_t)fixed);
	(void)snprintf(title, sizeof(title), "%s, %s (%s)", plate->table->title.text,
	    plate->period->name.text, oeo_notation_unit(plate->table->unit));
	oeo_xlsx_text(plate->xlsx, sheet, 0, 0, title, plate->xlsx->title);
}

/* On paper: the table and the charts, not the block. */
static void end_sheet(struct plate *plate, size_t rows)
{
	size_t charts = plate->n_top == 0 ? 0 : (plate->n_periods > 1 ? 2 : 1);
	size_t last = HEAD_ROW + rows;

	if (last < HEAD_ROW + charts * CHART_ROWS)
		last = HEAD_ROW + charts * CHART_ROWS;
	(void)worksheet_print_area(plate->made.sheet, 0, 0, (lxw_row_t)last, (lxw_col_t)(plate->block - 1));
}

/* Tables of another cadence than the report's say so. */
static struct oeo_text sheet_name(
    const struct oeo_xlsx *xlsx, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	struct oeo_text name = table->title;
	const char *cadence = period->period.cadence == OEO_MONTH
				  ? _("month")
				  : (period->period.cadence == OEO_QUARTER ? _("quarter") : _("year"));

	if (period->period.cadence != xlsx->view->main)
		(void)snprintf(name.text, sizeof(name.text), "%.100s, %s", table->title.text, cadence);
	return name;
}

enum oeo_err oeo_xlsx_table(
    struct oeo_xlsx *xlsx, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	struct plate plate = {.xlsx = xlsx, .period = period, .table = table, .n_periods = 1};
	enum oeo_err err = OEO_OK;
	size_t rows;

	plate.periods[0] = period;
	if (table->n_axes <= 1)
		collect_periods(&plate);
	err = sort_cells(&plate);
	if (err == OEO_OK)
		plate.made = oeo_xlsx_add_sheet(xlsx, sheet_name(xlsx, period, table).text);
	if (plate.made.sheet == NULL)
		goto cleanup;
	begin_sheet(&plate);
	if (table->n_axes <= 1)
		rows = write_periods(&plate);
	else
		rows = is_matrix(table) ? write_matrix(&plate) : write_list(&plate);
	finish_block(&plate, rows);
	if (plate.n_top > 0)
		add_bars(&plate);
	if (plate.n_top > 0 && plate.n_periods > 1)
		add_lines(&plate);
	end_sheet(&plate, rows);
cleanup:
	free(plate.top);
	return err;
}
