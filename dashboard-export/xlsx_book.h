/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A workbook while it is written; used by xlsx*.c only. Errors stick: after the first one the writing functions do
 * nothing. Rows of a sheet are written top down, cells of a row in any order (constant memory).
 */
#ifndef OEO_DASHBOARD_EXPORT_XLSX_BOOK_H
#define OEO_DASHBOARD_EXPORT_XLSX_BOOK_H

#include <xlsxwriter.h>

#include "dashboard-export/view.h"

#define OEO_XLSX_NAME_BYTES 128 /* 31 characters */

struct oeo_xlsx_sheet {
	lxw_worksheet *sheet;
	char name[OEO_XLSX_NAME_BYTES];
};

struct oeo_xlsx {
	lxw_workbook *book;
	const struct oeo_view *view;
	lxw_format *title, *text, *wrapped, *head, *number_head, *number, *rate, *date, *hidden, *total;
	struct oeo_buf allowed; /* the last text that XML did not allow as it was */
	lxw_error error; /* the first one */
	void (*progress)(const char *what, unsigned long done, unsigned long total); /* may be NULL */
};

/* Add a sheet with a name made from this text: cut, without characters that Excel refuses, and unlike all others. */
struct oeo_xlsx_sheet oeo_xlsx_add_sheet(struct oeo_xlsx *xlsx, const char *name);

/* The text as a workbook may hold it (oeo_text_for_xml; the library itself lets U+FFFE and what is not UTF-8 pass). Every
 * text of the workbook goes through here. Out of memory sticks, and gives "". */
const char *oeo_xlsx_allow(struct oeo_xlsx *xlsx, const char *text, struct oeo_buf *room);

void oeo_xlsx_text(struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, const char *text,
    lxw_format *format);
void oeo_xlsx_number(struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, double number,
    lxw_format *format);

/* The residents of a cell, "." where hidden; nothing where cell is NULL. */
void oeo_xlsx_cell(
    struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, const struct oeo_view_cell *cell);

/* "month", "quarter", "year" */
const char *oeo_xlsx_cadence(enum oeo_cadence cadence);

/* ---- room ---- */

/* How many characters a text has, and its longest word. */
size_t oeo_xlsx_characters(const char *text);
size_t oeo_xlsx_longest_word(const char *text);

/* How many lines it takes in a column that holds so many characters (at least 1), words kept whole. */
size_t oeo_xlsx_lines(const char *text, size_t width);

/* Make a row high enough for so many lines: not every program that reads workbooks does. Before its first cell. */
void oeo_xlsx_row(struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t lines);

/* ---- xlsx_readme.c ---- */

/* The first sheet: what the workbook is. */
void oeo_xlsx_readme(struct oeo_xlsx *xlsx);

/* ---- xlsx_tables.c ---- */

/* The sheet of one table, as it is in this period and those before. OEO_ERR_NOMEM. */
enum oeo_err oeo_xlsx_table(
    struct oeo_xlsx *xlsx, const struct oeo_view_period *period, const struct oeo_view_table *table);

#endif
