/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The reader of intake files. The first four bytes choose encoding, delimiter, quote, header and the size of the pieces
 * that the rest is read in. Every row must keep what the header promises: lines that only go up, fields that are
 * zero-terminated UTF-8, and no row after the last line that an editor shows.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv_reader.h"
#include "proto/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct pieces {
	const uint8_t *bytes;
	size_t len;
	size_t at;
	size_t piece;
};

static enum oeo_err read_piece(void *context, void *bytes, size_t capacity, size_t *len)
{
	struct pieces *pieces = context;
	size_t n = pieces->len - pieces->at;

	if (n > pieces->piece)
		n = pieces->piece;
	if (n > capacity)
		n = capacity;
	if (n > 0)
		memcpy(bytes, pieces->bytes + pieces->at, n);
	pieces->at += n;
	*len = n;
	return OEO_OK;
}

static void check(bool is_true)
{
	if (!is_true)
		abort();
}

static void check_row(const struct oeo_csv_row *row, size_t n_columns, size_t *line)
{
	check(row->line > *line);
	*line = row->line;
	if (row->fault != OEO_CSV_FINE)
		return;
	check(row->n_columns == n_columns);
	for (size_t i = 0; i < n_columns; i++) {
		check(row->fields[i].text[row->fields[i].len] == '\0');
		check(strlen(row->fields[i].text) == row->fields[i].len);
		check(oeo_text_is_utf8(row->fields[i].text, row->fields[i].len));
	}
}

/* The lines that an editor shows. */
static size_t count_lines(const uint8_t *bytes, size_t len)
{
	size_t n = 1;

	for (size_t i = 0; i < len; i++)
		n += bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == len || bytes[i + 1] != '\n'));
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const encodings[] = {"utf-8", "windows-1252", "iso-8859-15", "shift_jis"};
	static const char delimiters[] = {';', ',', '\t', '|'};
	struct oeo_csv_format format = {';', '"', 0, true, ""};
	struct pieces pieces = {data, size, 0, 65536};
	struct oeo_csv *csv = NULL;
	struct oeo_csv_row row;
	size_t n_columns = 0;
	size_t line = 0;
	bool is_end = false;

	if (size < 4)
		return 0;
	strcpy(format.encoding, encodings[data[0] % 4]);
	format.delimiter = delimiters[data[1] % 4];
	format.quote = (data[1] & 8) != 0 ? '\0' : '"';
	format.has_header = (data[2] & 1) == 0;
	format.skip_lines = data[2] >> 6;
	pieces.piece = data[3] > 0 ? data[3] : 65536;
	pieces.at = 4;
	if (oeo_csv_open(&csv, &format, read_piece, &pieces, NULL) != OEO_OK)
		return 0;
	(void)oeo_csv_header(csv, &n_columns);
	while (oeo_csv_next(csv, &row, &is_end) == OEO_OK && !is_end)
		check_row(&row, n_columns, &line);
	check(line <= count_lines(data + 4, size - 4));
	oeo_csv_close(csv);
	return 0;
}
