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
#define MOST_BESIDE 12 /* columns of a table with its charts beside it; below a wider one */
#define LEAST_LABEL 18 /* characters of a column of labels */
#define MOST_LABEL 60
#define LEAST_NUMBER 11 /* and of a column of numbers, for its head */
#define MOST_NUMBER 24
#define GREY 0xD9D9D9

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
	size_t rows; /* of the table below its head */
	size_t label_widths[OEO_MAX_BY]; /* characters that the first columns hold */
	size_t n_charts;
	size_t block; /* first column of the numbers behind the charts, right of them */
};

static void collect_periods(struct plate *plate)
{
	const struct oeo_view_period *at = plate->period;

	for (size_t n = 0; at != NULL && n < MOST_PERIODS; n++, at = at->earlier)
		plate->n_periods = n + 1;
	at = plate->period;
	for (size_t i = plate->n_periods; i > 0 && at != NULL; i--, at = at->earlier)
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
static void finish_block(struct plate *plate)
{
	for (size_t rank = plate->rows; rank < plate->n_top && rank < MOST_BARS; rank++)
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

static bool is_beside(const struct plate *plate)
{
	return plate->width <= MOST_BESIDE;
}

/* Where the charts begin: below the head, which paper repeats on every page. */
static size_t chart_row(const struct plate *plate)
{
	return is_beside(plate) ? HEAD_ROW + 1 : HEAD_ROW + plate->rows + 2;
}

static void place_chart(struct plate *plate, lxw_chart *chart, const char *title)
{
	lxw_chart_options options = {.x_scale = 1.25, .y_scale = 1.5};
	lxw_chart_font font = {.size = 12, .bold = LXW_TRUE};
	size_t row = chart_row(plate) + plate->n_charts * CHART_ROWS;

	chart_title_set_name(chart, oeo_xlsx_allow(plate->xlsx, title, &plate->xlsx->allowed));
	chart_title_set_name_font(chart, &font);
	plate->n_charts++;
	if (plate->xlsx->error == LXW_NO_ERROR)
		plate->xlsx->error = worksheet_insert_chart_opt(plate->made.sheet, (lxw_row_t)row,
		    (lxw_col_t)(is_beside(plate) ? plate->width + 1 : 0), chart, &options);
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
	/* Each bar says its number: no axis is needed. */
	chart_series_set_labels(series);
	chart_axis_off(chart->x_axis);
	chart_axis_major_gridlines_set_visible(chart->x_axis, LXW_FALSE);
	chart_axis_set_reverse(chart->y_axis);
	chart_set_series_gap(chart, 50);
	chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
	(void)snprintf(title, sizeof(title), "%s, %s (%s)", plate->table->title.text,
	    plate->period->name.text, oeo_notation_unit(plate->table->unit));
	place_chart(plate, chart, title);
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
	lxw_chart_line thin = {.color = GREY, .width = 0.75F};
	char title[320];

	if (chart == NULL) {
		plate->xlsx->error = LXW_ERROR_MEMORY_MALLOC_FAILED;
		return;
	}
	for (size_t rank = 0; rank < plate->n_top && rank < MOST_LINES; rank++)
		add_line(plate, chart, rank);
	chart_show_blanks_as(chart, LXW_CHART_BLANKS_AS_GAP);
	/* From zero: a part of the axis makes every difference look large. */
	chart_axis_set_min(chart->y_axis, 0);
	chart_axis_major_gridlines_set_line(chart->y_axis, &thin);
	(void)snprintf(
	    title, sizeof(title), "%s (%s)", plate->table->title.text, oeo_notation_unit(plate->table->unit));
	place_chart(plate, chart, title);
}

/* ---- three ways to lay a table out ---- */

static void write_head(struct plate *plate, size_t column, const char *text)
{
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, HEAD_ROW, column, text, plate->xlsx->head);
}

static void write_number_head(struct plate *plate, size_t column, const char *text)
{
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, HEAD_ROW, column, text, plate->xlsx->number_head);
}

/* The head of column number i of a matrix. */
static const char *column_name(const struct plate *plate, size_t i)
{
	const struct oeo_view_axis *axis = &plate->table->axes[1];

	return i < axis->n_codes ? axis->codes[i].label : _("Total");
}

static size_t column_width(const char *name)
{
	size_t width = oeo_xlsx_longest_word(name) + 2;

	if (width < LEAST_NUMBER)
		return LEAST_NUMBER;
	return width < MOST_NUMBER ? width : MOST_NUMBER;
}

/* The first cell of a row that has one label. */
static void write_label(struct plate *plate, size_t row, const char *text, lxw_format *format)
{
	oeo_xlsx_row(plate->xlsx, plate->made.sheet, row, oeo_xlsx_lines(text, plate->label_widths[0]));
	oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, 0, text, format);
}

/* A table with one level, or none: periods side by side. */
static size_t write_periods(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	char name[512];

	write_head(plate, 0,
	    table->n_axes == 0 ? _("What is counted") : oeo_notation_capital(table->axes[0].name).text);
	for (size_t i = 0; i < plate->n_periods; i++)
		write_number_head(plate, 1 + i, plate->periods[i]->id);
	write_block_head(plate);
	for (size_t cell = 0; cell < table->n_cells; cell++) {
		size_t row = HEAD_ROW + 1 + cell;

		oeo_view_cell_name(name, sizeof(name), table, cell);
		write_label(plate, row, name, plate->xlsx->wrapped);
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
	for (size_t i = 0; i < columns + (table->margins[1] != NULL ? 1 : 0); i++)
		write_number_head(plate, 1 + i, column_name(plate, i));
	write_block_head(plate);
	for (size_t i = 0; i <= rows; i++) {
		size_t row = HEAD_ROW + 1 + i;

		codes[0] = i < rows ? i : OEO_VIEW_TOTAL;
		if (i == rows && table->margins[2] == NULL)
			return rows;
		write_label(plate, row, i < rows ? table->axes[0].codes[i].label : _("Total"),
		    i < rows ? plate->xlsx->wrapped : plate->xlsx->total);
		for (size_t j = 0; j <= columns; j++) {
			codes[1] = j < columns ? j : OEO_VIEW_TOTAL;
			oeo_xlsx_cell(
			    plate->xlsx, plate->made.sheet, row, 1 + j, oeo_view_margin_cell(table, codes));
		}
		write_block_row(plate, i, row);
	}
	return rows + 1;
}

/* Of a row of labels. */
static size_t lines_of(const struct plate *plate, const size_t codes[OEO_MAX_BY])
{
	size_t most = 1;

	for (size_t i = 0; i < plate->table->n_axes; i++) {
		size_t lines =
		    oeo_xlsx_lines(plate->table->axes[i].codes[codes[i]].label, plate->label_widths[i]);

		most = lines > most ? lines : most;
	}
	return most;
}

/* Any other table: the cells that are shown, the largest first. */
static size_t write_list(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	size_t codes[OEO_MAX_BY];

	for (size_t i = 0; i < table->n_axes; i++)
		write_head(plate, i, oeo_notation_capital(table->axes[i].name).text);
	write_number_head(plate, table->n_axes, oeo_notation_capital(oeo_notation_unit(table->unit)).text);
	write_block_head(plate);
	for (size_t rank = 0; rank < plate->n_top; rank++) {
		size_t row = HEAD_ROW + 1 + rank;

		oeo_view_cell_codes(table, plate->top[rank], codes);
		oeo_xlsx_row(plate->xlsx, plate->made.sheet, row, lines_of(plate, codes));
		for (size_t i = 0; i < table->n_axes; i++)
			oeo_xlsx_text(plate->xlsx, plate->made.sheet, row, i,
			    table->axes[i].codes[codes[i]].label, plate->xlsx->wrapped);
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

/* Columns of labels, all of them as wide as their longest label up to a bound. Returns how many. */
static size_t set_label_widths(struct plate *plate)
{
	const struct oeo_view_table *table = plate->table;
	size_t n = table->n_axes <= 1 || is_matrix(table) ? 1 : table->n_axes;

	for (size_t i = 0; i < n; i++) {
		size_t most = LEAST_LABEL;

		for (size_t code = 0; table->n_axes > 0 && code < table->axes[i].n_codes; code++) {
			size_t width = oeo_xlsx_characters(table->axes[i].codes[code].label);

			most = width > most ? width : most;
		}
		plate->label_widths[i] = most < MOST_LABEL ? most : MOST_LABEL;
		(void)worksheet_set_column(plate->made.sheet, (lxw_col_t)i, (lxw_col_t)i,
		    (double)plate->label_widths[i] * 1.1 + 2, NULL);
	}
	return n;
}

/* Columns of numbers, and as many lines of their heads as the longest needs. */
static void set_number_widths(struct plate *plate, size_t n_labels)
{
	size_t lines = 1, first = is_matrix(plate->table) ? plate->width : n_labels;

	/* Also those that the charts stand over. Spans must not overlap. */
	(void)worksheet_set_column(
	    plate->made.sheet, (lxw_col_t)first, (lxw_col_t)(plate->block - 1), LEAST_NUMBER, NULL);
	for (size_t i = 0; is_matrix(plate->table) && i + n_labels < plate->width; i++) {
		const char *name = column_name(plate, i);
		size_t width = column_width(name);
		size_t needed = oeo_xlsx_lines(name, width - 1);

		lines = needed > lines ? needed : lines;
		(void)worksheet_set_column(plate->made.sheet, (lxw_col_t)(n_labels + i),
		    (lxw_col_t)(n_labels + i), (double)width, NULL);
	}
	oeo_xlsx_row(plate->xlsx, plate->made.sheet, HEAD_ROW, lines);
}

static void begin_sheet(struct plate *plate)
{
	lxw_worksheet *sheet = plate->made.sheet;
	size_t n_labels;
	char title[320];

	plate->width = width_of(plate);
	plate->block = plate->width + 1 + (is_beside(plate) ? CHART_COLUMNS : 0);
	(void)snprintf(title, sizeof(title), "%s, %s (%s)", plate->table->title.text,
	    plate->period->name.text, oeo_notation_unit(plate->table->unit));
	oeo_xlsx_text(plate->xlsx, sheet, 0, 0, title, plate->xlsx->title);
	n_labels = set_label_widths(plate);
	set_number_widths(plate, n_labels);
	(void)worksheet_set_column(sheet, (lxw_col_t)plate->block, (lxw_col_t)plate->block, 40, NULL);
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, (lxw_col_t)n_labels);
	(void)worksheet_repeat_rows(sheet, HEAD_ROW, HEAD_ROW);
}

/* On paper: the table and the charts, not the block. */
static void end_sheet(struct plate *plate)
{
	size_t last = HEAD_ROW + plate->rows;

	if (last < chart_row(plate) + plate->n_charts * CHART_ROWS && plate->n_charts > 0)
		last = chart_row(plate) + plate->n_charts * CHART_ROWS;
	(void)worksheet_print_area(plate->made.sheet, 0, 0, (lxw_row_t)last, (lxw_col_t)(plate->block - 1));
}

static void add_charts(struct plate *plate)
{
	if (plate->n_top == 0)
		return;
	/* A single bar says nothing. */
	if (plate->table->n_axes > 0)
		add_bars(plate);
	if (plate->n_periods > 1)
		add_lines(plate);
}

/* Tables of another cadence than the report's say so. */
static struct oeo_text sheet_name(
    const struct oeo_xlsx *xlsx, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	struct oeo_text name = table->title;

	if (period->period.cadence != xlsx->view->main)
		(void)snprintf(name.text, sizeof(name.text), "%.100s, %s", table->title.text,
		    oeo_xlsx_cadence(period->period.cadence));
	return name;
}

enum oeo_err oeo_xlsx_table(
    struct oeo_xlsx *xlsx, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	struct plate plate = {.xlsx = xlsx, .period = period, .table = table, .n_periods = 1};
	enum oeo_err err = OEO_OK;

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
		plate.rows = write_periods(&plate);
	else
		plate.rows = is_matrix(table) ? write_matrix(&plate) : write_list(&plate);
	finish_block(&plate);
	add_charts(&plate);
	end_sheet(&plate);
cleanup:
	free(plate.top);
	return err;
}
