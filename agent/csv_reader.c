/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/csv_reader.h"

#include <csv.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/charset.h"
#include "agent/lines.h"
#include "proto/buf.h"
#include "proto/i18n.h"

#define BOM "\xEF\xBB\xBF"
#define BOM_BYTES 3
/* Below this many columns a line of free text may well have as many delimiters as a row. */
#define LEAST_COLUMNS_OF_SWALLOWED_ROW 4

struct oeo_csv {
	struct oeo_csv_format format;
	struct oeo_lines lines;
	struct csv_parser parser;
	bool has_parser;
	struct oeo_charset *charset;
	char **header;
	size_t n_expected; /* columns; 0 while the header is not known */
	bool wanted[OEO_CSV_MAX_COLUMNS];

	/* The row being read. */
	enum oeo_err err; /* of the callbacks */
	struct oeo_buf text; /* zero-terminated fields one after the other */
	size_t offsets[OEO_CSV_MAX_COLUMNS];
	struct oeo_csv_field fields[OEO_CSV_MAX_COLUMNS];
	size_t n_columns;
	size_t bad_column; /* SIZE_MAX: none */
	bool is_row_done;
	bool has_content;
	bool has_nul;
	bool has_swallowed; /* a line inside quotes that looks like a row */
	struct oeo_line_mark after_first; /* the line after the row's first */
	struct oeo_line_mark after_quote; /* the line after the one where the open quote opened */
};

/* ---- Where bytes come from */

enum oeo_err oeo_csv_read_file(void *context, void *bytes, size_t capacity, size_t *len)
{
	FILE *file = context;

	*len = fread(bytes, 1, capacity, file);
	return ferror(file) != 0 ? OEO_ERR_IO : OEO_OK;
}

enum oeo_err oeo_csv_read_memory(void *context, void *bytes, size_t capacity, size_t *len)
{
	struct oeo_csv_memory *memory = context;
	size_t left = memory->len - memory->at;

	*len = left < capacity ? left : capacity;
	if (*len > 0)
		memcpy(bytes, (const uint8_t *)memory->bytes + memory->at, *len);
	memory->at += *len;
	return OEO_OK;
}

/* ---- libcsv */

/* Called by libcsv: only these two count, so that a tab can be a delimiter and a lone CR is a character. */
static int is_space(unsigned char c)
{
	return c == CSV_SPACE;
}

static int is_line_end(unsigned char c)
{
	return c == CSV_LF;
}

static enum oeo_err start_parser(struct oeo_csv *csv)
{
	if (csv_init(&csv->parser, 0) != 0)
		return OEO_ERR_INTERNAL;
	csv->has_parser = true;
	csv_set_delim(&csv->parser, (unsigned char)csv->format.delimiter);
	/* A row with a zero byte is refused: as a quote it never counts. */
	csv_set_quote(&csv->parser, (unsigned char)csv->format.quote);
	csv_set_space_func(&csv->parser, is_space);
	csv_set_term_func(&csv->parser, is_line_end);
	return OEO_OK;
}

static void stop_parser(struct oeo_csv *csv)
{
	if (!csv->has_parser)
		return;
	if (csv->parser.entry_buf != NULL)
		sodium_memzero(csv->parser.entry_buf, csv->parser.entry_size);
	csv_free(&csv->parser);
	csv->has_parser = false;
}

/* ---- One field */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **text, size_t *len)
{
	while (*len > 0 && is_blank((*text)[*len - 1]))
		(*len)--;
	while (*len > 0 && is_blank(**text)) {
		(*text)++;
		(*len)--;
	}
}

/* True where a line of the field, its first one apart, has as many delimiters as a whole row. */
static bool has_swallowed_row(const struct oeo_csv *csv, const char *text, size_t len)
{
	size_t delimiters = 0;
	bool is_first = true;

	if (csv->n_expected < LEAST_COLUMNS_OF_SWALLOWED_ROW)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '\n') {
			is_first = false;
			delimiters = 0;
		} else if (!is_first && text[i] == csv->format.delimiter &&
			   ++delimiters >= csv->n_expected - 1) {
			return true;
		}
	}
	return false;
}

static void keep_field(struct oeo_csv *csv, size_t column, const char *text, size_t len)
{
	enum oeo_err err;

	csv->offsets[column] = csv->text.len;
	err = oeo_charset_decode(csv->charset, &csv->text, text, len);
	if (err == OEO_ERR_FORMAT) {
		if (csv->bad_column == SIZE_MAX)
			csv->bad_column = column;
		err = OEO_OK;
	}
	if (err == OEO_OK)
		err = oeo_buf_append(&csv->text, "", 1);
	csv->err = err;
}

static void on_field(void *field, size_t len, void *context)
{
	struct oeo_csv *csv = context;
	const char *text = field;
	size_t column = csv->n_columns++;

	if (csv->err != OEO_OK)
		return;
	if (len > 0 && has_swallowed_row(csv, text, len))
		csv->has_swallowed = true;
	trim(&text, &len);
	if (len > 0)
		csv->has_content = true;
	if (column < OEO_CSV_MAX_COLUMNS)
		keep_field(csv, column, text, csv->wanted[column] ? len : 0);
}

static void on_row(int end, void *context)
{
	struct oeo_csv *csv = context;

	(void)end;
	csv->is_row_done = true;
}

/* ---- One row */

static void begin_row(struct oeo_csv *csv)
{
	csv->err = OEO_OK;
	csv->text.len = 0;
	csv->n_columns = 0;
	csv->bad_column = SIZE_MAX;
	csv->is_row_done = false;
	csv->has_content = false;
	csv->has_nul = false;
	csv->has_swallowed = false;
}

static enum oeo_err feed(struct oeo_csv *csv, const uint8_t *bytes, size_t len)
{
	if (memchr(bytes, 0, len) != NULL)
		csv->has_nul = true;
	if (csv_parse(&csv->parser, bytes, len, on_field, on_row, csv) != len ||
	    csv_parse(&csv->parser, "\n", 1, on_field, on_row, csv) != 1)
		return OEO_ERR_NOMEM;
	return csv->err;
}

/* Files that were joined have a byte order mark before a later line too. */
static void skip_bom(const struct oeo_csv *csv, const uint8_t **bytes, size_t *len)
{
	if (oeo_charset_is_utf8(csv->charset) && *len >= BOM_BYTES && memcmp(*bytes, BOM, BOM_BYTES) == 0) {
		*bytes += BOM_BYTES;
		*len -= BOM_BYTES;
	}
}

/* libcsv passes over a line without a character: say that there was one. */
static bool is_blank_line(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] != ' ')
			return false;
	}
	return true;
}

static enum oeo_csv_fault judge(const struct oeo_csv *csv)
{
	if (csv->has_swallowed)
		return OEO_CSV_QUOTE;
	if (csv->has_nul)
		return OEO_CSV_NUL;
	if (!csv->has_content)
		return OEO_CSV_EMPTY;
	if (csv->n_expected > 0 && csv->n_columns < csv->n_expected)
		return OEO_CSV_TOO_FEW;
	if (csv->n_expected > 0 ? csv->n_columns > csv->n_expected : csv->n_columns > OEO_CSV_MAX_COLUMNS)
		return OEO_CSV_TOO_MANY;
	return csv->bad_column != SIZE_MAX ? OEO_CSV_ENCODING : OEO_CSV_FINE;
}

static void finish_row(struct oeo_csv *csv, struct oeo_csv_row *row, size_t n_lines)
{
	size_t kept = csv->n_columns < OEO_CSV_MAX_COLUMNS ? csv->n_columns : OEO_CSV_MAX_COLUMNS;

	row->fault = judge(csv);
	row->n_columns = csv->n_columns;
	row->bad_column = csv->bad_column;
	if (n_lines > 1 && (row->fault == OEO_CSV_QUOTE || row->fault == OEO_CSV_TOO_FEW ||
			       row->fault == OEO_CSV_TOO_MANY)) {
		row->fault = OEO_CSV_QUOTE;
		oeo_lines_rewind(&csv->lines, &csv->after_first);
	}
	if (row->fault != OEO_CSV_FINE)
		return;
	for (size_t i = 0; i < kept; i++) {
		size_t end = i + 1 < kept ? csv->offsets[i + 1] : csv->text.len;

		csv->fields[i].text = (const char *)csv->text.data + csv->offsets[i];
		csv->fields[i].len = end - csv->offsets[i] - 1;
	}
	row->fields = csv->fields;
}

/* The quote that is open is not closed within the limits, or not before the end. */
static enum oeo_err give_up(struct oeo_csv *csv, struct oeo_csv_row *row)
{
	row->fault = OEO_CSV_QUOTE;
	row->n_columns = csv->n_columns;
	oeo_lines_rewind(&csv->lines, &csv->after_quote);
	stop_parser(csv);
	return start_parser(csv);
}

static enum oeo_err read_first_line(struct oeo_csv *csv, struct oeo_csv_row *row, bool *is_end)
{
	enum oeo_line_found found = OEO_LINE_NONE;
	const uint8_t *bytes = NULL;
	size_t len = 0;
	enum oeo_err err = oeo_lines_take(&csv->lines, &bytes, &len, &found);

	if (err != OEO_OK)
		return err;
	*is_end = found == OEO_LINE_NONE;
	if (found == OEO_LINE_FULL) {
		row->fault = OEO_CSV_TOO_LONG;
		return oeo_lines_skip(&csv->lines);
	}
	if (*is_end)
		return OEO_OK;
	csv->after_first = oeo_lines_mark(&csv->lines);
	csv->after_quote = csv->after_first;
	skip_bom(csv, &bytes, &len);
	if (is_blank_line(bytes, len)) {
		row->fault = OEO_CSV_EMPTY;
		return OEO_OK;
	}
	return feed(csv, bytes, len);
}

/* The row has an open quote at the end of its first line: read on until it is done or costs too much. */
static enum oeo_err read_more_lines(struct oeo_csv *csv, struct oeo_csv_row *row)
{
	enum oeo_line_found found = OEO_LINE_FOUND;
	const uint8_t *bytes = NULL;
	size_t len = 0;
	size_t n_lines = 1;

	while (!csv->is_row_done) {
		size_t n_columns = csv->n_columns;
		enum oeo_err err = OEO_OK;

		if (n_lines < OEO_CSV_MAX_LINES)
			err = oeo_lines_take(&csv->lines, &bytes, &len, &found);
		if (err != OEO_OK)
			return err;
		if (n_lines == OEO_CSV_MAX_LINES || found != OEO_LINE_FOUND)
			return give_up(csv, row);
		err = feed(csv, bytes, len);
		if (err != OEO_OK)
			return err;
		n_lines++;
		/* A field ended on this line: what is open now opened on it. */
		if (csv->n_columns != n_columns)
			csv->after_quote = oeo_lines_mark(&csv->lines);
	}
	finish_row(csv, row, n_lines);
	return OEO_OK;
}

enum oeo_err oeo_csv_next(struct oeo_csv *csv, struct oeo_csv_row *row, bool *is_end)
{
	struct oeo_csv_row found = {.fault = OEO_CSV_FINE};
	enum oeo_err err;

	begin_row(csv);
	oeo_lines_hold(&csv->lines);
	found.line = oeo_lines_mark(&csv->lines).line;
	err = read_first_line(csv, &found, is_end);
	if (err != OEO_OK || *is_end)
		return err;
	if (found.fault == OEO_CSV_FINE)
		err = read_more_lines(csv, &found);
	if (err == OEO_OK)
		*row = found;
	return err;
}

/* ---- The file */

/* What people take for a CSV file. */
static enum oeo_err check_start(struct oeo_csv *csv, struct oeo_note *why)
{
	const uint8_t *bytes = NULL;
	size_t len = 0;
	bool has_end = true;
	enum oeo_err err = oeo_lines_find_end(&csv->lines, &has_end);

	if (err == OEO_OK)
		err = oeo_lines_peek(&csv->lines, 4, &bytes, &len);
	if (err != OEO_OK)
		return err;
	if (len == 0)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("The file is empty."));
	if (len >= 4 && (memcmp(bytes, "PK\x03\x04", 4) == 0 || memcmp(bytes, "\xD0\xCF\x11\xE0", 4) == 0))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("This is a spreadsheet or document, not a CSV file. Open it and save it as CSV "
		      "(UTF-8)."));
	if (len >= 2 && (memcmp(bytes, "\xFF\xFE", 2) == 0 || memcmp(bytes, "\xFE\xFF", 2) == 0))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("This file is in UTF-16, which is not read. Save it as CSV (UTF-8)."));
	if (len >= BOM_BYTES && memcmp(bytes, BOM, BOM_BYTES) == 0 && !oeo_charset_is_utf8(csv->charset))
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("This file is in UTF-8, but the mapping says %s. Change `encoding` in the mapping."),
		    csv->format.encoding);
	if (!has_end)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("The first line has no end within 64 KiB: this is no CSV file, or it is damaged. "
		      "Export it "
		      "again as CSV (UTF-8)."));
	return OEO_OK;
}

static enum oeo_err keep_header(struct oeo_csv *csv, const struct oeo_csv_row *row)
{
	csv->header = oeo_alloc_array(row->n_columns, sizeof(*csv->header));
	if (csv->header == NULL)
		return OEO_ERR_NOMEM;
	csv->n_expected = row->n_columns;
	for (size_t i = 0; i < row->n_columns; i++) {
		char number[24];

		(void)snprintf(number, sizeof(number), "%zu", i + 1);
		csv->header[i] = strdup(csv->format.has_header ? row->fields[i].text : number);
		if (csv->header[i] == NULL)
			return OEO_ERR_NOMEM;
	}
	return OEO_OK;
}

static enum oeo_err read_header(struct oeo_csv *csv, struct oeo_note *why)
{
	struct oeo_csv_row row = {.fault = OEO_CSV_EMPTY};
	struct oeo_line_mark start = oeo_lines_mark(&csv->lines);
	bool is_end = false;
	enum oeo_err err = oeo_csv_next(csv, &row, &is_end);

	if (err != OEO_OK)
		return err;
	if (is_end || row.fault != OEO_CSV_FINE)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("Line %zu should hold the names of the columns and cannot be read. Look at "
		      "`skip_lines`, `encoding` "
		      "and `quote` in the mapping."),
		    start.line);
	err = keep_header(csv, &row);
	if (err == OEO_OK && !csv->format.has_header)
		oeo_lines_rewind(&csv->lines, &start);
	return err;
}

static enum oeo_err open_charset(struct oeo_csv *csv, struct oeo_note *why)
{
	enum oeo_err err = oeo_charset_open(&csv->charset, csv->format.encoding);

	if (err == OEO_ERR_NOT_FOUND)
		return oeo_note_set(why, err, _("The encoding %s is not known."), csv->format.encoding);
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(why, err, _("The encoding %s is not read. Save the file as CSV (UTF-8)."),
		    csv->format.encoding);
	return err;
}

enum oeo_err oeo_csv_open(struct oeo_csv **csv, const struct oeo_csv_format *format, oeo_csv_read_fn *read,
    void *context, struct oeo_note *why)
{
	struct oeo_csv *opened = calloc(1, sizeof(*opened));
	enum oeo_err err;

	if (opened == NULL)
		return OEO_ERR_NOMEM;
	opened->format = *format;
	memset(opened->wanted, true, sizeof(opened->wanted));
	err = oeo_lines_init(&opened->lines, read, context);
	if (err == OEO_OK)
		err = start_parser(opened);
	if (err == OEO_OK)
		err = open_charset(opened, why);
	if (err == OEO_OK)
		err = check_start(opened, why);
	for (unsigned i = 0; i < format->skip_lines && err == OEO_OK; i++)
		err = oeo_lines_skip(&opened->lines);
	if (err == OEO_OK)
		err = read_header(opened, why);
	if (err == OEO_OK)
		*csv = opened;
	else
		oeo_csv_close(opened);
	return err;
}

void oeo_csv_close(struct oeo_csv *csv)
{
	if (csv == NULL)
		return;
	stop_parser(csv);
	oeo_charset_close(csv->charset);
	oeo_lines_fini(&csv->lines);
	for (size_t i = 0; csv->header != NULL && i < csv->n_expected; i++)
		free(csv->header[i]);
	free(csv->header);
	oeo_buf_wipe(&csv->text);
	oeo_buf_fini(&csv->text);
	free(csv);
}

const char *const *oeo_csv_header(const struct oeo_csv *csv, size_t *n_columns)
{
	*n_columns = csv->n_expected;
	return (const char *const *)csv->header;
}

void oeo_csv_want(struct oeo_csv *csv, const bool *wanted, size_t n)
{
	memset(csv->wanted, false, sizeof(csv->wanted));
	for (size_t i = 0; i < n && i < OEO_CSV_MAX_COLUMNS; i++)
		csv->wanted[i] = wanted[i];
}

uint64_t oeo_csv_bytes(const struct oeo_csv *csv)
{
	return csv->lines.dropped + csv->lines.next;
}
