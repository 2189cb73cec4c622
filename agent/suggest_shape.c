/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/suggest_shape.h"

#include <errno.h>
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/date_format.h"
#include "proto/buf.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define HEAD_BYTES ((size_t)1024 * 1024)
#define MOST_LINES 400 /* that are looked at */
#define MOST_PREAMBLE 50
#define CHUNK_BYTES ((size_t)65536)

/* The beginning of the file, by lines. */
struct head {
	struct oeo_buf bytes;
	const char *lines[MOST_LINES];
	size_t lens[MOST_LINES];
	size_t n;
};

/* ---- Encoding */

/* Bytes that may begin a character whose end comes later; at most 3. */
static size_t cut_character(const uint8_t *bytes, size_t len)
{
	for (size_t back = 1; back <= 3 && back <= len; back++) {
		if (bytes[len - back] >= 0xC0)
			return back;
		if (bytes[len - back] < 0x80)
			return 0;
	}
	return 0;
}

/* Whether the whole file is UTF-8, and whether it has any character that tells. */
static enum oeo_err read_encoding(FILE *file, bool *is_utf8, bool *is_ascii)
{
	uint8_t bytes[CHUNK_BYTES];
	size_t kept = 0;

	*is_utf8 = true;
	*is_ascii = true;
	while (*is_utf8) {
		size_t got = fread(bytes + kept, 1, sizeof(bytes) - kept, file);
		size_t len = kept + got;
		size_t open = got > 0 ? cut_character(bytes, len) : 0;

		for (size_t i = kept; i < len; i++)
			*is_ascii = *is_ascii && bytes[i] < 0x80;
		*is_utf8 = oeo_text_is_utf8((const char *)bytes, len - open);
		memmove(bytes, bytes + len - open, open);
		kept = open;
		if (got == 0)
			break;
	}
	sodium_memzero(bytes, sizeof(bytes));
	return ferror(file) != 0 ? OEO_ERR_IO : OEO_OK;
}

static enum oeo_err find_encoding(struct oeo_shape *shape, FILE *file)
{
	bool is_utf8 = false;
	bool is_ascii = false;
	enum oeo_err err = read_encoding(file, &is_utf8, &is_ascii);

	/* Windows-1252 has all that ISO-8859-1 has, and what Windows programs write besides. */
	(void)snprintf(
	    shape->format.encoding, sizeof(shape->format.encoding), "%s", is_utf8 ? "utf-8" : "windows-1252");
	shape->is_encoding_sure = is_utf8;
	return err;
}

/* ---- Lines and delimiter */

static void split_lines(struct head *head)
{
	const char *at = (const char *)head->bytes.data;
	const char *end = at + head->bytes.len;
	char line_end = memchr(at, '\n', head->bytes.len) != NULL ? '\n' : '\r';

	if (head->bytes.len >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0)
		at += 3;
	while (at < end && head->n < MOST_LINES) {
		const char *stop = memchr(at, line_end, (size_t)(end - at));
		size_t len = (size_t)((stop != NULL ? stop : end) - at);

		/* The last line may have been cut. */
		if (stop == NULL && head->bytes.len == HEAD_BYTES)
			break;
		head->lines[head->n] = at;
		head->lens[head->n++] = len > 0 && at[len - 1] == '\r' ? len - 1 : len;
		at = stop != NULL ? stop + 1 : end;
	}
}

static size_t count_columns(const char *line, size_t len, char delimiter)
{
	size_t n = 1;
	bool is_quoted = false;

	for (size_t i = 0; i < len; i++) {
		if (line[i] == '"')
			is_quoted = !is_quoted;
		else if (line[i] == delimiter && !is_quoted)
			n++;
	}
	return n;
}

static bool is_blank(const struct head *head, size_t i)
{
	for (size_t at = 0; at < head->lens[i]; at++) {
		if (head->lines[i][at] != ' ' && head->lines[i][at] != '\t')
			return false;
	}
	return true;
}

/* The number of columns that most lines have, and how many of the lines that are not blank do; free text over several
 * lines makes odd ones. */
static size_t find_columns(const struct head *head, char delimiter, unsigned *regular)
{
	size_t counts[MOST_LINES];
	size_t best = 1;
	size_t most = 0;
	size_t n = 0;

	for (size_t i = 0; i < head->n; i++) {
		if (!is_blank(head, i))
			counts[n++] = count_columns(head->lines[i], head->lens[i], delimiter);
	}
	for (size_t i = 0; i < n; i++) {
		size_t alike = 0;

		for (size_t j = 0; j < n; j++)
			alike += counts[j] == counts[i];
		if (counts[i] > 1 && (alike > most || (alike == most && counts[i] > best))) {
			most = alike;
			best = counts[i];
		}
	}
	*regular = n > 0 ? (unsigned)(100 * most / n) : 0;
	return best;
}

static bool find_delimiter(struct oeo_shape *shape, const struct head *head)
{
	static const char delimiters[] = {';', '\t', ',', '|'};
	unsigned best = 0;

	for (size_t i = 0; i < sizeof(delimiters); i++) {
		unsigned regular = 0;
		size_t n = find_columns(head, delimiters[i], &regular);

		/* Decimal commas make a comma look regular: of two that are, the first one counts. */
		if (n > 1 && regular > best + (best > 0 ? 10 : 0)) {
			best = regular;
			shape->format.delimiter = delimiters[i];
			shape->n_columns = n;
			shape->regular = regular;
		}
	}
	return best > 0;
}

/* ---- Header */

static unsigned count_preamble(const struct oeo_shape *shape, const struct head *head)
{
	unsigned i = 0;

	while (i < head->n && i < MOST_PREAMBLE &&
	       count_columns(head->lines[i], head->lens[i], shape->format.delimiter) != shape->n_columns)
		i++;
	return i < head->n && i < MOST_PREAMBLE ? i : 0;
}

static bool is_number_or_date(const char *text, size_t len)
{
	static const char *const formats[] = {"d-m-yyyy", "yyyy-m-d", "d/m/yyyy", "yyyy/m/d", "m/d/yyyy"};
	char copy[16];
	int64_t day;

	if (strpbrk(text, "0123456789") != NULL && strspn(text, "0123456789.,-/: ") >= len)
		return true;
	if (len == 0 || len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (oeo_date_read(&day, formats[i], copy) == OEO_OK)
			return true;
	}
	return false;
}

/* Names of columns: filled in, and none a number or a date. */
static bool is_header(const struct oeo_csv_row *row)
{
	size_t n_empty = 0;

	for (size_t i = 0; i < row->n_columns && i < OEO_CSV_MAX_COLUMNS; i++) {
		n_empty += row->fields[i].len == 0;
		if (is_number_or_date(row->fields[i].text, row->fields[i].len))
			return false;
	}
	return 2 * n_empty < row->n_columns;
}

static enum oeo_err find_header(struct oeo_shape *shape, const struct head *head, struct oeo_note *why)
{
	struct oeo_csv_memory memory = {head->bytes.data, head->bytes.len, 0};
	struct oeo_csv_format format = shape->format;
	struct oeo_csv_row row = {0};
	struct oeo_csv *csv = NULL;
	bool is_end = false;
	enum oeo_err err;

	format.has_header = false;
	err = oeo_csv_open(&csv, &format, oeo_csv_read_memory, &memory, why);
	if (err == OEO_OK)
		err = oeo_csv_next(csv, &row, &is_end);
	if (err == OEO_OK)
		shape->format.has_header = is_end || row.fault != OEO_CSV_FINE || is_header(&row);
	oeo_csv_close(csv);
	return err;
}

/* ---- The whole */

static enum oeo_err read_head(struct head *head, FILE *file, struct oeo_note *why)
{
	enum oeo_err err = oeo_buf_reserve(&head->bytes, HEAD_BYTES);

	if (err != OEO_OK)
		return err;
	head->bytes.len = fread(head->bytes.data, 1, HEAD_BYTES, file);
	if (ferror(file) != 0)
		return OEO_ERR_IO;
	if (head->bytes.len == 0)
		return oeo_note_set(why, OEO_ERR_FORMAT, _("The file is empty."));
	split_lines(head);
	return OEO_OK;
}

/* A spreadsheet or UTF-16, by its first bytes: the reader says so. */
static bool has_mark(const struct head *head)
{
	static const char *const marks[] = {"PK\x03\x04", "\xD0\xCF\x11\xE0", "\xFF\xFE", "\xFE\xFF"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		size_t len = strlen(marks[i]);

		if (head->bytes.len >= len && memcmp(head->bytes.data, marks[i], len) == 0)
			return true;
	}
	return false;
}

/* What the reader itself says of files that are none: spreadsheets, UTF-16, no lines at all. */
static enum oeo_err check_kind(const struct head *head, struct oeo_note *why)
{
	static const struct oeo_csv_format any = {';', '"', 0, false, "utf-8"};
	struct oeo_csv_memory memory = {head->bytes.data, head->bytes.len, 0};
	struct oeo_note own = {""};
	struct oeo_csv *csv = NULL;
	enum oeo_err err = oeo_csv_open(&csv, &any, oeo_csv_read_memory, &memory, &own);

	oeo_csv_close(csv);
	if (err == OEO_ERR_FORMAT && !has_mark(head) && memchr(head->bytes.data, 0, head->bytes.len) != NULL)
		return oeo_note_set(why, err,
		    _("This file holds zero bytes: it is no text, or it is damaged. Export it again as CSV "
		      "(UTF-8)."));
	/* A first line that cannot be read may be a preamble. */
	if (err == OEO_ERR_FORMAT && (head->n == 0 || has_mark(head)))
		return oeo_note_set(why, err, "%s", own.text);
	return err == OEO_ERR_FORMAT ? OEO_OK : err;
}

enum oeo_err oeo_shape_find(struct oeo_shape *shape, const char *path, struct oeo_note *why)
{
	struct head *head = calloc(1, sizeof(*head));
	FILE *file = fopen(path, "rbe");
	enum oeo_err err = OEO_ERR_NOMEM;

	memset(shape, 0, sizeof(*shape));
	shape->format.quote = '"';
	if (file == NULL)
		err = oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
		    errno == ENOENT ? _("There is no file %s.") : _("Cannot read %s. May you read it?"),
		    path);
	if (head == NULL || file == NULL)
		goto cleanup;
	(void)setvbuf(file, NULL, _IONBF, 0);
	err = read_head(head, file, why);
	if (err == OEO_ERR_IO)
		(void)oeo_note_set(why, err,
		    errno == EISDIR ? _("%s is not a file.") : _("Cannot read %s. May you read it?"), path);
	if (err == OEO_OK)
		err = check_kind(head, why);
	if (err == OEO_OK && fseek(file, 0, SEEK_SET) != 0)
		err = OEO_ERR_IO;
	if (err == OEO_OK)
		err = find_encoding(shape, file);
	if (err == OEO_OK && !find_delimiter(shape, head))
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("No table is found in %s: no ; , | or tab parts its lines into columns. Export it as "
		      "CSV "
		      "(UTF-8)."),
		    path);
	if (err == OEO_OK) {
		shape->format.skip_lines = count_preamble(shape, head);
		err = find_header(shape, head, why);
	}
cleanup:
	if (file != NULL)
		(void)fclose(file);
	if (head != NULL) {
		oeo_buf_wipe(&head->bytes);
		oeo_buf_fini(&head->bytes);
	}
	free(head);
	return err;
}
