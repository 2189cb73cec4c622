/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/xlsx.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "dashboard-export/sure.h"
#include "dashboard-export/xlsx_book.h"
#include "proto/clock.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define NAME_CHARACTERS 31
#define ROWS_OF_PROGRESS 5000
#define PAPER_A4 9
#define MOST_LINES_OF_ROW 20
#define ROWS_OF_SHEET 1048576u
#define DAYS_FROM_1900_TO_1970 25569 /* as Excel counts them */
#define MOST_SHEETS_OF_NAME 1000

static void check(struct oeo_xlsx *xlsx, lxw_error error)
{
	if (xlsx->error == LXW_NO_ERROR)
		xlsx->error = error;
}

const char *oeo_xlsx_allow(struct oeo_xlsx *xlsx, const char *text, struct oeo_buf *room)
{
	const char *allowed = oeo_text_for_xml(text, room);

	if (allowed == NULL)
		check(xlsx, LXW_ERROR_MEMORY_MALLOC_FAILED);
	return allowed != NULL ? allowed : "";
}

void oeo_xlsx_text(struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, const char *text,
    lxw_format *format)
{
	const char *allowed = oeo_xlsx_allow(xlsx, text, &xlsx->allowed);

	if (xlsx->error == LXW_NO_ERROR)
		check(
		    xlsx, worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, allowed, format));
}

void oeo_xlsx_number(
    struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, double number, lxw_format *format)
{
	if (xlsx->error == LXW_NO_ERROR)
		check(xlsx, worksheet_write_number(sheet, (lxw_row_t)row, (lxw_col_t)column, number, format));
}

void oeo_xlsx_cell(
    struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t column, const struct oeo_view_cell *cell)
{
	if (cell == NULL)
		return;
	if (cell->is_shown)
		oeo_xlsx_number(xlsx, sheet, row, column, (double)cell->residents, xlsx->number);
	else
		oeo_xlsx_text(xlsx, sheet, row, column, ".", xlsx->hidden);
}

/* ---- room ---- */

size_t oeo_xlsx_characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xC0) != 0x80 ? 1 : 0;
	return n;
}

/* The characters of the word that text begins with; *text moves behind it and the space that ends it. */
static size_t next_word(const char **text)
{
	size_t n = 0;

	for (; **text != '\0' && **text != ' '; ++*text)
		n += ((unsigned char)**text & 0xC0) != 0x80 ? 1 : 0;
	if (**text == ' ')
		++*text;
	return n;
}

size_t oeo_xlsx_longest_word(const char *text)
{
	size_t longest = 0;

	while (*text != '\0') {
		size_t n = next_word(&text);

		longest = n > longest ? n : longest;
	}
	return longest;
}

size_t oeo_xlsx_lines(const char *text, size_t width)
{
	size_t lines = 1, used = 0;

	while (*text != '\0') {
		size_t n = next_word(&text);

		if (used > 0 && used + 1 + n > width) {
			lines++;
			used = 0;
		}
		used += n + (used > 0 ? 1 : 0);
		for (; used > width; used -= width)
			lines++;
	}
	return lines;
}

void oeo_xlsx_row(struct oeo_xlsx *xlsx, lxw_worksheet *sheet, size_t row, size_t lines)
{
	size_t most = lines < MOST_LINES_OF_ROW ? lines : MOST_LINES_OF_ROW;

	if (lines > 1 && xlsx->error == LXW_NO_ERROR)
		check(
		    xlsx, worksheet_set_row(sheet, (lxw_row_t)row, (double)most * LXW_DEF_ROW_HEIGHT, NULL));
}

/* ---- sheets ---- */

/* At most this many characters of UTF-8, without []:*?/\ ; an apostrophe becomes a curly one, which needs no quoting. */
static void clean_name(char name[OEO_XLSX_NAME_BYTES], const char *text, size_t most)
{
	size_t at = 0, characters = 0;

	for (; *text != '\0' && at + 1 < OEO_XLSX_NAME_BYTES; text++) {
		bool is_first = ((unsigned char)*text & 0xC0) != 0x80;

		if (is_first && characters == most)
			break;
		characters += is_first ? 1 : 0;
		if (*text == '\'')
			at += (size_t)snprintf(name + at, OEO_XLSX_NAME_BYTES - at, "\u2019");
		else
			name[at++] = strchr("[]:*?/\\", *text) != NULL ? ' ' : *text;
	}
	name[at < OEO_XLSX_NAME_BYTES ? at : OEO_XLSX_NAME_BYTES - 1] = '\0';
}

struct oeo_xlsx_sheet oeo_xlsx_add_sheet(struct oeo_xlsx *xlsx, const char *name)
{
	struct oeo_xlsx_sheet made = {NULL, ""};
	char tail[16];

	name = oeo_xlsx_allow(xlsx, name, &xlsx->allowed);
	clean_name(made.name, name, NAME_CHARACTERS);
	for (unsigned i = 2; i < MOST_SHEETS_OF_NAME; i++) {
		if (made.name[0] != '\0' && workbook_get_worksheet_by_name(xlsx->book, made.name) == NULL &&
		    workbook_validate_sheet_name(xlsx->book, made.name) == LXW_NO_ERROR)
			break;
		(void)snprintf(tail, sizeof(tail), " (%u)", i);
		clean_name(made.name, name, NAME_CHARACTERS - strlen(tail));
		(void)strncat(made.name, tail, sizeof(made.name) - strlen(made.name) - 1);
	}
	made.sheet = workbook_add_worksheet(xlsx->book, made.name);
	if (made.sheet == NULL) {
		check(xlsx, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return made;
	}
	worksheet_set_landscape(made.sheet);
	worksheet_set_paper(made.sheet, PAPER_A4);
	worksheet_fit_to_pages(made.sheet, 1, 0);
	check(xlsx, worksheet_set_footer(made.sheet, "&L&A&R&P / &N"));
	return made;
}

static lxw_format *add_format(struct oeo_xlsx *xlsx)
{
	lxw_format *format = workbook_add_format(xlsx->book);

	if (format == NULL)
		check(xlsx, LXW_ERROR_MEMORY_MALLOC_FAILED);
	else
		format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
	return format;
}

static void make_head(lxw_format *format)
{
	format_set_bold(format);
	format_set_text_wrap(format);
	format_set_align(format, LXW_ALIGN_VERTICAL_BOTTOM);
	format_set_bottom(format, LXW_BORDER_THIN);
}

static void make_formats(struct oeo_xlsx *xlsx)
{
	lxw_format **all[] = {&xlsx->title, &xlsx->text, &xlsx->wrapped, &xlsx->head, &xlsx->number_head,
	    &xlsx->number, &xlsx->rate, &xlsx->date, &xlsx->hidden, &xlsx->total};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		*all[i] = add_format(xlsx);
	if (xlsx->error != LXW_NO_ERROR)
		return;
	format_set_bold(xlsx->title);
	format_set_font_size(xlsx->title, 14);
	format_set_text_wrap(xlsx->wrapped);
	make_head(xlsx->head);
	make_head(xlsx->number_head);
	format_set_align(xlsx->number_head, LXW_ALIGN_RIGHT);
	format_set_num_format(xlsx->number, "#,##0");
	format_set_num_format(xlsx->rate, "#,##0.0");
	format_set_num_format(xlsx->date, "yyyy-mm-dd");
	format_set_align(xlsx->date, LXW_ALIGN_LEFT);
	format_set_align(xlsx->hidden, LXW_ALIGN_RIGHT);
	format_set_bold(xlsx->total);
	format_set_text_wrap(xlsx->total);
}

/* ---- all figures ---- */

/* A tidy sheet while it is filled, and the one after it where it is full. */
struct tidy {
	struct oeo_xlsx *xlsx;
	lxw_worksheet *sheet;
	size_t row;
	size_t n_axes; /* the most that a table has */
	size_t done, total; /* rows of all sheets */
};

enum {
	PERIOD_COLUMN,
	CADENCE_COLUMN,
	BEGIN_COLUMN,
	TABLE_COLUMN,
	TITLE_COLUMN,
	UNIT_COLUMN,
	FIRST_LEVEL_COLUMN
};
#define COLUMNS_OF_LEVEL 3
#define COLUMNS_OF_FIGURES 4

static size_t figure_column(const struct tidy *tidy)
{
	return FIRST_LEVEL_COLUMN + tidy->n_axes * COLUMNS_OF_LEVEL;
}

static void write_heads(struct tidy *tidy)
{
	struct oeo_xlsx *xlsx = tidy->xlsx;
	const char *const first[] = {_("Period"), _("Kind of period"), _("Begins on"), _("Table (code)"),
	    _("Table"), _("What is counted")};
	const char *const level[] = {_("Level"), _("Code"), _("Label")};
	const char *const last[] = {
	    _("Number"), _("Questions"), _("Per 1,000 inhabitants"), _("Compared with the period before")};
	size_t column = 0;

	oeo_xlsx_row(xlsx, tidy->sheet, 0, 2);
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++)
		oeo_xlsx_text(xlsx, tidy->sheet, 0, column++, first[i], xlsx->head);
	for (size_t axis = 0; axis < tidy->n_axes; axis++)
		for (size_t i = 0; i < COLUMNS_OF_LEVEL; i++) {
			char text[96];

			(void)snprintf(text, sizeof(text), "%s %zu", level[i], axis + 1);
			oeo_xlsx_text(xlsx, tidy->sheet, 0, column++, text, xlsx->head);
		}
	for (size_t i = 0; i < COLUMNS_OF_FIGURES; i++)
		oeo_xlsx_text(xlsx, tidy->sheet, 0, column++, last[i],
		    i + 1 < COLUMNS_OF_FIGURES ? xlsx->number_head : xlsx->head);
}

static void set_widths(struct tidy *tidy)
{
	static const double first[] = {11, 11, 12, 18, 28, 12};
	static const double level[] = {14, 14, 34};
	static const double last[] = {10, 10, 14, 26};
	lxw_col_t column = 0;

	for (size_t i = 0; i < FIRST_LEVEL_COLUMN; i++, column++)
		check(tidy->xlsx, worksheet_set_column(tidy->sheet, column, column, first[i], NULL));
	for (size_t i = 0; i < tidy->n_axes * COLUMNS_OF_LEVEL; i++, column++)
		check(tidy->xlsx,
		    worksheet_set_column(tidy->sheet, column, column, level[i % COLUMNS_OF_LEVEL], NULL));
	for (size_t i = 0; i < COLUMNS_OF_FIGURES; i++, column++)
		check(tidy->xlsx, worksheet_set_column(tidy->sheet, column, column, last[i], NULL));
}

static void begin_tidy(struct tidy *tidy)
{
	tidy->sheet = oeo_xlsx_add_sheet(tidy->xlsx, _("All figures")).sheet;
	tidy->row = 1;
	if (tidy->sheet == NULL)
		return;
	worksheet_freeze_panes(tidy->sheet, 1, 0);
	check(tidy->xlsx, worksheet_repeat_rows(tidy->sheet, 0, 0));
	set_widths(tidy);
	write_heads(tidy);
}

/* The filter spans what was written. */
static void end_tidy(struct tidy *tidy)
{
	if (tidy->sheet != NULL && tidy->row > 1)
		check(tidy->xlsx, worksheet_autofilter(tidy->sheet, 0, 0, (lxw_row_t)(tidy->row - 1),
				      (lxw_col_t)(figure_column(tidy) + COLUMNS_OF_FIGURES - 1)));
}

/* Its name, and what a pivot table sorts and picks by. */
static void write_period(struct tidy *tidy, const struct oeo_view_period *period)
{
	struct oeo_xlsx *xlsx = tidy->xlsx;
	double days = (double)(oeo_period_first_day(&period->period) + DAYS_FROM_1900_TO_1970);

	oeo_xlsx_text(xlsx, tidy->sheet, tidy->row, PERIOD_COLUMN, period->id, NULL);
	oeo_xlsx_text(
	    xlsx, tidy->sheet, tidy->row, CADENCE_COLUMN, oeo_xlsx_cadence(period->period.cadence), NULL);
	oeo_xlsx_number(xlsx, tidy->sheet, tidy->row, BEGIN_COLUMN, days, xlsx->date);
}

static void write_codes(struct tidy *tidy, const struct oeo_view_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];
	size_t column = FIRST_LEVEL_COLUMN;

	oeo_view_cell_codes(table, cell, codes);
	for (size_t i = 0; i < table->n_axes; i++) {
		const struct oeo_view_code *code = &table->axes[i].codes[codes[i]];

		oeo_xlsx_text(tidy->xlsx, tidy->sheet, tidy->row, column++, table->axes[i].name, NULL);
		oeo_xlsx_text(tidy->xlsx, tidy->sheet, tidy->row, column++, code->code, NULL);
		oeo_xlsx_text(tidy->xlsx, tidy->sheet, tidy->row, column++, code->label, NULL);
	}
}

static void write_figures(struct tidy *tidy, const struct oeo_view_table *table, size_t cell)
{
	const struct oeo_view_cell *at = &table->cells[cell];
	struct oeo_xlsx *xlsx = tidy->xlsx;
	size_t column = figure_column(tidy);
	uint64_t rate;

	oeo_xlsx_cell(xlsx, tidy->sheet, tidy->row, column, at);
	if (at->is_questions_shown)
		oeo_xlsx_number(
		    xlsx, tidy->sheet, tidy->row, column + 1, (double)at->questions, xlsx->number);
	else if (table->plan->publishes_questions)
		oeo_xlsx_text(xlsx, tidy->sheet, tidy->row, column + 1, ".", xlsx->hidden);
	if (oeo_view_rate(&rate, table, cell))
		oeo_xlsx_number(xlsx, tidy->sheet, tidy->row, column + 2, (double)rate / 10, xlsx->rate);
	if (at->difference != OEO_DIFFERENCE_UNKNOWN)
		oeo_xlsx_text(xlsx, tidy->sheet, tidy->row, column + 3, oeo_sure_words(at->difference), NULL);
}

static void tell_progress(struct tidy *tidy)
{
	tidy->done++;
	if (tidy->xlsx->progress != NULL && (tidy->done % ROWS_OF_PROGRESS == 0 || tidy->done == tidy->total))
		tidy->xlsx->progress(_("Workbook"), tidy->done, tidy->total);
}

static void write_tidy_table(
    struct tidy *tidy, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	for (size_t cell = 0; cell < table->n_cells && tidy->xlsx->error == LXW_NO_ERROR; cell++) {
		if (tidy->row == ROWS_OF_SHEET) {
			end_tidy(tidy);
			begin_tidy(tidy);
		}
		if (tidy->sheet == NULL)
			return;
		write_period(tidy, period);
		oeo_xlsx_text(tidy->xlsx, tidy->sheet, tidy->row, TABLE_COLUMN, table->id, NULL);
		oeo_xlsx_text(tidy->xlsx, tidy->sheet, tidy->row, TITLE_COLUMN, table->title.text, NULL);
		oeo_xlsx_text(
		    tidy->xlsx, tidy->sheet, tidy->row, UNIT_COLUMN, oeo_notation_unit(table->unit), NULL);
		write_codes(tidy, table, cell);
		write_figures(tidy, table, cell);
		tidy->row++;
		tell_progress(tidy);
	}
}

static void write_tidy(struct oeo_xlsx *xlsx)
{
	const struct oeo_view *view = xlsx->view;
	struct tidy tidy = {.xlsx = xlsx};

	for (size_t p = 0; p < view->n_periods; p++)
		for (size_t t = 0; t < view->periods[p].n_tables; t++) {
			tidy.total += view->periods[p].tables[t].n_cells;
			if (view->periods[p].tables[t].n_axes > tidy.n_axes)
				tidy.n_axes = view->periods[p].tables[t].n_axes;
		}
	begin_tidy(&tidy);
	for (size_t p = 0; p < view->n_periods; p++)
		for (size_t t = 0; t < view->periods[p].n_tables; t++)
			write_tidy_table(&tidy, &view->periods[p], &view->periods[p].tables[t]);
	end_tidy(&tidy);
}

/* ---- the workbook ---- */

const char *oeo_xlsx_cadence(enum oeo_cadence cadence)
{
	return cadence == OEO_MONTH ? _("month") : (cadence == OEO_QUARTER ? _("quarter") : _("year"));
}

/* The tables of the latest period of each cadence, the main one first. */
static enum oeo_err write_tables(struct oeo_xlsx *xlsx)
{
	const enum oeo_cadence order[] = {xlsx->view->main, OEO_QUARTER, OEO_YEAR, OEO_MONTH};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		const struct oeo_view_period *latest = oeo_view_latest(xlsx->view, order[i]);

		if (latest == NULL || (i > 0 && order[i] == xlsx->view->main))
			continue;
		for (size_t t = 0; err == OEO_OK && t < latest->n_tables; t++)
			err = oeo_xlsx_table(xlsx, latest, &latest->tables[t]);
	}
	return err;
}

/* When the last release was made; the workbook says nothing of when or where itself was made. */
static time_t time_of(const struct oeo_view *view)
{
	const char *created = view->periods[view->n_periods - 1].source->release.created;
	char bare[OEO_TIME_TEXT_BYTES];
	struct oeo_clock clock;

	(void)snprintf(bare, sizeof(bare), "%.19s", created);
	return oeo_clock_parse(&clock, bare) == OEO_OK ? (time_t)clock.fixed_s : 1;
}

static void set_properties(struct oeo_xlsx *xlsx)
{
	struct oeo_buf title = {0}, author = {0};
	/* The library has no const; it copies. */
	lxw_doc_properties properties = {
	    .title = (char *)(uintptr_t)oeo_xlsx_allow(xlsx, xlsx->view->title, &title),
	    .author = (char *)(uintptr_t)oeo_xlsx_allow(xlsx, xlsx->view->publisher, &author),
	    .created = time_of(xlsx->view)};

	check(xlsx, workbook_set_properties(xlsx->book, &properties));
	oeo_buf_fini(&title);
	oeo_buf_fini(&author);
}

static enum oeo_err error_of(lxw_error error, struct oeo_note *why)
{
	if (error == LXW_NO_ERROR)
		return OEO_OK;
	if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
		return OEO_ERR_NOMEM;
	return oeo_note_set(why, OEO_ERR_IO, _("the workbook could not be written: %s"), lxw_strerror(error));
}

enum oeo_err oeo_xlsx_write(const char *path, const char *folder, const struct oeo_view *view,
    void (*progress)(const char *what, unsigned long done, unsigned long total), struct oeo_note *why)
{
	lxw_workbook_options options = {
	    .constant_memory = LXW_TRUE, .tmpdir = (char *)(uintptr_t)folder, .use_zip64 = LXW_FALSE};
	struct oeo_xlsx xlsx = {.view = view, .error = LXW_NO_ERROR, .progress = progress};
	enum oeo_err err = OEO_OK;
	lxw_error closed;

	xlsx.book = workbook_new_opt(path, &options);
	if (xlsx.book == NULL)
		return OEO_ERR_NOMEM;
	set_properties(&xlsx);
	make_formats(&xlsx);
	if (xlsx.error == LXW_NO_ERROR)
		oeo_xlsx_readme(&xlsx);
	if (xlsx.error == LXW_NO_ERROR)
		write_tidy(&xlsx);
	if (xlsx.error == LXW_NO_ERROR)
		err = write_tables(&xlsx);
	closed = workbook_close(xlsx.book);
	oeo_buf_fini(&xlsx.allowed);
	if (err == OEO_OK)
		err = error_of(xlsx.error != LXW_NO_ERROR ? xlsx.error : closed, why);
	return err;
}
