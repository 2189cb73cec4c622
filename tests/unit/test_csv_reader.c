/* SPDX-License-Identifier: EUPL-1.2 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv_reader.h"
#include "failing_alloc.h"
#include "proto/buf.h"

static const struct oeo_csv_format semicolons = {';', '"', 0, true, "utf-8"};

/* Gives the bytes in two pieces, or in pieces of one size. */
struct pieces {
	const uint8_t *bytes;
	size_t len;
	size_t at;
	size_t split; /* where the first piece ends; 0: no such place */
	size_t piece; /* size of a piece otherwise */
};

static enum oeo_err read_pieces(void *context, void *bytes, size_t capacity, size_t *len)
{
	struct pieces *pieces = context;
	size_t n = pieces->len - pieces->at;

	if (pieces->at < pieces->split && n > pieces->split - pieces->at)
		n = pieces->split - pieces->at;
	if (pieces->piece > 0 && n > pieces->piece)
		n = pieces->piece;
	if (n > capacity)
		n = capacity;
	memcpy(bytes, pieces->bytes + pieces->at, n);
	pieces->at += n;
	*len = n;
	return OEO_OK;
}

static const char *fault_name(enum oeo_csv_fault fault)
{
	static const char *const names[] = {
	    "", "empty", "nul", "encoding", "too-few", "too-many", "quote", "too-long"};

	return names[fault];
}

static void describe(struct oeo_buf *out, const struct oeo_csv_row *row)
{
	assert_int_equal(oeo_buf_printf(out, "%zu:%s", row->line, fault_name(row->fault)), OEO_OK);
	if (row->fault == OEO_CSV_ENCODING)
		assert_int_equal(oeo_buf_printf(out, "@%zu", row->bad_column), OEO_OK);
	for (size_t i = 0; row->fault == OEO_CSV_FINE && i < row->n_columns; i++)
		assert_int_equal(oeo_buf_printf(out, "%s%s", i > 0 ? "|" : "", row->fields[i].text), OEO_OK);
	assert_int_equal(oeo_buf_append_text(out, "\n"), OEO_OK);
}

/* Everything the reader says of these bytes, as text. */
static enum oeo_err read_all(struct oeo_buf *out, const struct oeo_csv_format *format, struct pieces *pieces)
{
	struct oeo_csv *csv = NULL;
	struct oeo_csv_row row;
	bool is_end = false;
	enum oeo_err err = oeo_csv_open(&csv, format, read_pieces, pieces, NULL);

	if (err != OEO_OK)
		return err;
	for (;;) {
		err = oeo_csv_next(csv, &row, &is_end);
		if (err != OEO_OK || is_end)
			break;
		describe(out, &row);
	}
	oeo_csv_close(csv);
	return err;
}

static void assert_rows_of(
    const struct oeo_csv_format *format, const void *bytes, size_t len, const char *wanted)
{
	struct pieces pieces = {bytes, len, 0, 0, 0};
	struct oeo_buf out = {0};

	assert_int_equal(read_all(&out, format, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_string_equal((char *)out.data, wanted);
	oeo_buf_fini(&out);
}

static void assert_rows(const char *text, const char *wanted)
{
	assert_rows_of(&semicolons, text, strlen(text), wanted);
}

static enum oeo_err open_error(const char *encoding, const char *bytes, size_t len, struct oeo_note *why)
{
	struct oeo_csv_format format = semicolons;
	struct pieces pieces = {(const uint8_t *)bytes, len, 0, 0, 0};
	struct oeo_csv *csv = NULL;
	enum oeo_err err;

	strcpy(format.encoding, encoding);
	err = oeo_csv_open(&csv, &format, read_pieces, &pieces, why);
	assert_true((err == OEO_OK) == (csv != NULL));
	oeo_csv_close(csv);
	return err;
}

/* ---- Fields and lines */

static void test_fields_are_split_and_trimmed(void **state)
{
	(void)state;
	assert_rows("a;b;c\n1;2;3\n", "2:1|2|3\n");
	assert_rows("a;b;c\n 1 ;\t2\t;3 \n", "2:1|2|3\n");
	assert_rows("a;b;c\n;;3\n", "2:||3\n");
	assert_rows("a;b;c\n1;2;\n", "2:1|2|\n");
}

static void test_last_line_needs_no_end(void **state)
{
	(void)state;
	assert_rows("a;b\n1;2", "2:1|2\n");
	assert_rows("a;b\n1;\"2\"", "2:1|2\n");
	assert_rows("a;b\n", "");
	assert_rows("a;b", "");
}

static void test_lines_end_with_lf_or_crlf(void **state)
{
	(void)state;
	assert_rows("a;b\r\n1;2\r\n3;4\n5;6\r\n", "2:1|2\n3:3|4\n4:5|6\n");
	/* A carriage return by itself is a character. */
	assert_rows("a;b\n1\r1;2\n", "2:1\r1|2\n");
}

/* Whoever looks a line up does so in an editor, which begins a new line at CR alone too. */
static void test_lines_have_the_numbers_that_an_editor_shows(void **state)
{
	struct oeo_csv_format format = semicolons;

	(void)state;
	assert_rows("a;b\n1\r1;2\n3;\"4\r4\r\n4\"\n5;6\n", "2:1\r1|2\n4:3|4\r4\n4\n7:5|6\n");
	assert_rows("a;b\r\n1;2\r\r\n3;4\r\n5;6\r", "2:1|2\n4:3|4\n5:5|6\n");
	format.skip_lines = 2;
	assert_rows_of(&format, "x\ry\n\na;b\n1;2\n", 13, "5:1|2\n");
	/* The end of a file without a line end is one too. */
	format.skip_lines = 3;
	assert_rows_of(&format, "x\r\n\ry\r\n\na;b\n1;2", 15, "6:1|2\n");
}

static void test_lines_may_end_with_cr_where_the_file_does_so(void **state)
{
	char *text = calloc(1, 3 * OEO_CSV_MAX_BYTES);
	struct oeo_note why = {""};

	(void)state;
	assert_rows("a;b\r1;2\r3;4", "2:1|2\n3:3|4\n");
	assert_rows("a;b\r1;2\r\r3;4\r", "2:1|2\n3:empty\n4:3|4\n");
	assert_rows("a;b\r1;\"2\rx\"\r3;4\r", "2:1|2\nx\n4:3|4\n");
	/* No end at all within reach. */
	assert_non_null(text);
	assert_int_equal(open_error("utf-8", text, 3 * OEO_CSV_MAX_BYTES, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "64 KiB"));
	free(text);
}

static void test_delimiter_may_be_a_tab_and_quotes_may_be_off(void **state)
{
	struct oeo_csv_format format = semicolons;

	(void)state;
	format.delimiter = '\t';
	assert_rows_of(&format, "a\tb\tc\n1\t\t3\n", 11, "2:1||3\n");
	format.quote = 0;
	assert_rows_of(&format, "a\tb\n\"1\t2\"\n", 10, "2:\"1|2\"\n");
	format.quote = '\'';
	assert_rows_of(&format, "a\tb\n'1\t1'\t2\n", 12, "2:1\t1|2\n");
}

static void test_lines_above_the_header_are_skipped(void **state)
{
	struct oeo_csv_format format = semicolons;
	const char text[] = "Overzicht \"Loket\n\na;b\n1;2\n";

	(void)state;
	format.skip_lines = 2;
	assert_rows_of(&format, text, strlen(text), "4:1|2\n");
}

static void test_without_a_header_columns_are_numbers(void **state)
{
	struct oeo_csv_format format = semicolons;
	struct pieces pieces = {(const uint8_t *)"1;2\n3;4;5\n6;7\n", 14, 0, 0, 0};
	struct oeo_csv *csv = NULL;
	const char *const *header;
	size_t n = 0;

	(void)state;
	format.has_header = false;
	assert_rows_of(&format, pieces.bytes, pieces.len, "1:1|2\n2:too-many\n3:6|7\n");
	assert_int_equal(oeo_csv_open(&csv, &format, read_pieces, &pieces, NULL), OEO_OK);
	header = oeo_csv_header(csv, &n);
	assert_int_equal(n, 2);
	assert_string_equal(header[1], "2");
	oeo_csv_close(csv);
}

/* ---- Quotes */

static void test_quoted_fields_may_hold_delimiters_quotes_and_lines(void **state)
{
	(void)state;
	assert_rows("a;b;c\n\"1;1\";\"2\"\"2\";3\n", "2:1;1|2\"2|3\n");
	assert_rows("a;b;c\n1;\"2\r\n2\n\n2\";3\n4;5;6\n", "2:1|2\n2\n\n2|3\n6:4|5|6\n");
	assert_rows("a;b;c\n1;\"2\" ;3\n", "2:1|2|3\n");
	assert_rows("a;b;c\n1;\"\";3\n", "2:1||3\n");
}

static void test_stray_quotes_are_kept(void **state)
{
	(void)state;
	assert_rows("a;b\n1\"1;2\n", "2:1\"1|2\n");
	assert_rows("a;b\nzei \"nee\";\"zei \"nee\" tegen\"\n", "2:zei \"nee\"|zei \"nee\" tegen\n");
}

static void test_unclosed_quote_costs_its_own_line(void **state)
{
	(void)state;
	/* Never closed. */
	assert_rows("a;b\n1;\"2\n3;4\n5;6\n", "2:quote\n3:3|4\n4:5|6\n");
	assert_rows("a;b\n1;\"2", "2:quote\n");
	/* Closed by a later row's quote, with another number of columns. */
	assert_rows("a;b;c\n1;2;\"3\n4;\"5\";6\n7;8;9\n", "2:quote\n3:4|5|6\n4:7|8|9\n");
	/* Closed with the right number of columns, but rows inside. */
	assert_rows("a;b;c;d\n1;2;3;\"4\n5;6;7;8\n9;10;11;12\"\n", "2:quote\n3:5|6|7|8\n4:9|10|11|12\"\n");
}

static void test_reading_goes_on_behind_the_line_where_the_quote_opened(void **state)
{
	(void)state;
	/* The row begins on line 2, the quote that is never closed opens on line 3. */
	assert_rows("a;b;c\n\"1\n1\";\"2\n3;4;5\n", "2:quote\n4:3|4|5\n");
}

static void append_lines(struct oeo_buf *text, const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(oeo_buf_append_text(text, line), OEO_OK);
}

/* A row over `lines` lines in all, and one behind it. */
static void assert_row_over_lines(size_t lines, bool is_taken)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};
	struct pieces pieces = {0};
	char last[32];

	append_lines(&text, "a;b\n1;\"x\n", 1);
	append_lines(&text, "x\n", lines - 2);
	append_lines(&text, "x\"\nlast;row\n", 1);
	pieces.bytes = text.data;
	pieces.len = text.len;
	assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_int_equal(strncmp((char *)out.data, is_taken ? "2:1|x\n" : "2:quote\n3:too-few\n", 6), 0);
	(void)snprintf(last, sizeof(last), "%zu:last|row\n", lines + 2);
	assert_string_equal((char *)out.data + out.len - strlen(last), last);
	oeo_buf_fini(&text);
	oeo_buf_fini(&out);
}

static void test_row_may_take_two_hundred_lines(void **state)
{
	(void)state;
	assert_row_over_lines(OEO_CSV_MAX_LINES - 1, true);
	assert_row_over_lines(OEO_CSV_MAX_LINES, true);
	assert_row_over_lines(OEO_CSV_MAX_LINES + 1, false);
}

/* ---- Sizes */

/* A row of this many bytes, its line end included, and one behind it; over two lines where asked. */
static void assert_row_of_bytes(size_t bytes, bool has_two_lines, const char *wanted)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};
	struct pieces pieces = {0};

	append_lines(&text, has_two_lines ? "a;b\n1;\"\n" : "a;b\n1;\"x", 1);
	append_lines(&text, "x", bytes - 6);
	append_lines(&text, "\"\n2;3\n", 1);
	pieces.bytes = text.data;
	pieces.len = text.len;
	assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	if (wanted == NULL)
		assert_int_equal(strncmp((char *)out.data, "2:1|x", 5), 0);
	else
		assert_string_equal((char *)out.data, wanted);
	oeo_buf_fini(&text);
	oeo_buf_fini(&out);
}

static void test_row_may_take_64_kib(void **state)
{
	(void)state;
	assert_row_of_bytes(OEO_CSV_MAX_BYTES - 1, false, NULL);
	assert_row_of_bytes(OEO_CSV_MAX_BYTES, false, NULL);
	assert_row_of_bytes(OEO_CSV_MAX_BYTES + 1, false, "2:too-long\n3:2|3\n");
	assert_row_of_bytes(10 * OEO_CSV_MAX_BYTES, false, "2:too-long\n3:2|3\n");
	assert_row_of_bytes(OEO_CSV_MAX_BYTES, true, NULL);
	assert_row_of_bytes(OEO_CSV_MAX_BYTES + 1, true, "2:quote\n3:too-few\n4:2|3\n");
	assert_row_of_bytes(2 * OEO_CSV_MAX_BYTES, true, "2:quote\n3:too-long\n4:2|3\n");
}

/* A too long line is passed over in parts: a CR LF that is cut in two is one line end all the same. */
static void test_too_long_lines_are_counted_as_an_editor_does(void **state)
{
	(void)state;
	for (size_t bytes = OEO_CSV_MAX_BYTES - 2; bytes <= OEO_CSV_MAX_BYTES + 2; bytes++) {
		struct oeo_buf text = {0};
		struct oeo_buf out = {0};
		struct pieces pieces = {0};

		append_lines(&text, "a;b\n\rx\r", 1);
		append_lines(&text, "x", bytes - 3);
		append_lines(&text, "\r\n3;4\n", 1);
		pieces = (struct pieces){text.data, text.len, 0, 0, 1};
		assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_OK);
		assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
		assert_string_equal((char *)out.data,
		    bytes + 2 > OEO_CSV_MAX_BYTES ? "2:too-long\n5:3|4\n" : "2:too-few\n5:3|4\n");
		oeo_buf_fini(&text);
		oeo_buf_fini(&out);
	}
}

/* A file that begins with CR at its line ends, and was joined with another. */
static void test_files_with_cr_are_counted_as_an_editor_does(void **state)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};
	struct pieces pieces = {0};
	const size_t rows = OEO_CSV_MAX_BYTES / 2; /* no LF in the first window */
	char last[64];

	(void)state;
	append_lines(&text, "a;b\r", 1);
	append_lines(&text, "1;2\r", rows);
	append_lines(&text, "3;4\r\n5;6\n\r7;8\r", 1);
	pieces = (struct pieces){text.data, text.len, 0, 0, 0};
	assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	(void)snprintf(last, sizeof(last), "%zu:3|4\n%zu:5|6\n%zu:7|8\n", rows + 2, rows + 3, rows + 5);
	assert_non_null(strstr((char *)out.data, last));
	oeo_buf_fini(&text);
	oeo_buf_fini(&out);
}

static void test_too_long_last_line_without_end(void **state)
{
	struct oeo_buf text = {0};

	(void)state;
	append_lines(&text, "a;b\n1;2\n", 1);
	append_lines(&text, "x", 3 * OEO_CSV_MAX_BYTES);
	assert_rows_of(&semicolons, text.data, text.len, "2:1|2\n3:too-long\n");
	oeo_buf_fini(&text);
}

static void test_rows_of_other_widths_are_refused(void **state)
{
	struct oeo_buf text = {0};

	(void)state;
	append_lines(&text, "a;b;c\n1;2\n1;2;3;4\n", 1);
	append_lines(&text, "x;", 299);
	append_lines(&text, "x\n", 1);
	append_lines(&text, "y;", OEO_CSV_MAX_COLUMNS + 10);
	append_lines(&text, "y\n1;2;3\n", 1);
	assert_rows_of(
	    &semicolons, text.data, text.len, "2:too-few\n3:too-many\n4:too-many\n5:too-many\n6:1|2|3\n");
	oeo_buf_fini(&text);
}

static void test_header_may_have_as_many_columns_as_are_kept(void **state)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};
	struct pieces pieces = {0};

	(void)state;
	append_lines(&text, "x;", OEO_CSV_MAX_COLUMNS - 1);
	append_lines(&text, "x\n", 1);
	pieces.bytes = text.data;
	pieces.len = text.len;
	assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_OK);
	append_lines(&text, "y;", OEO_CSV_MAX_COLUMNS);
	pieces = (struct pieces){text.data + pieces.len, text.len - pieces.len, 0, 0, 0};
	assert_int_equal(read_all(&out, &semicolons, &pieces), OEO_ERR_FORMAT);
	oeo_buf_fini(&text);
	oeo_buf_fini(&out);
}

static void test_empty_rows_are_said(void **state)
{
	(void)state;
	assert_rows("a;b\n\n1;2\n   \n;\n\"\";\" \"\n\t;\n3;4\n\n",
	    "2:empty\n3:1|2\n4:empty\n5:empty\n6:empty\n7:empty\n8:3|4\n9:empty\n");
}

static void test_zero_bytes_refuse_their_row_only(void **state)
{
	const char text[] = "a;b\n1;2\0\n3;4\n\0;\n\"5\n\0\";6\n7;8\n";

	(void)state;
	assert_rows_of(&semicolons, text, sizeof(text) - 1, "2:nul\n3:3|4\n4:nul\n5:nul\n7:7|8\n");
}

/* ---- Encodings */

static void assert_rows_in(const char *encoding, const char *text, const char *wanted)
{
	struct oeo_csv_format format = semicolons;

	assert_true(strlen(encoding) < sizeof(format.encoding));
	strcpy(format.encoding, encoding);
	assert_rows_of(&format, text, strlen(text), wanted);
}

static void test_encodings_are_read(void **state)
{
	(void)state;
	assert_rows_in("utf-8", "a;b\nM\xc3\xbcller;2\n", "2:M\xc3\xbcller|2\n");
	assert_rows_in("UTF8", "a;b\nM\xc3\xbcller;2\n", "2:M\xc3\xbcller|2\n");
	assert_rows_in("windows-1252", "a;b\nM\xfcller \x80;2\n", "2:M\xc3\xbcller \xe2\x82\xac|2\n");
	assert_rows_in("iso-8859-1", "a;b\nM\xfcller;2\n", "2:M\xc3\xbcller|2\n");
	assert_rows_in("iso-8859-9",
	    "a;b\n\xde"
	    "ahin;2\n",
	    "2:\xc5\x9e"
	    "ahin|2\n");
	assert_rows_in("ibm850", "a;b\nM\x81ller;2\n", "2:M\xc3\xbcller|2\n");
}

static void test_bytes_that_do_not_fit_refuse_their_row_only(void **state)
{
	(void)state;
	assert_rows_in("utf-8", "a;b\nM\xfcller;2\n3;4\n5;\xc0\xaf\n", "2:encoding@0\n3:3|4\n4:encoding@1\n");
	/* UTF-8 in a file that is said to be of one byte a character. */
	assert_rows_in("windows-1252", "a;b\nM\xc3\xbcller;2\n3;4\n", "2:encoding@0\n3:3|4\n");
	/* No characters of Windows-1252; control characters of ISO-8859-1, which nobody types. */
	assert_rows_in("windows-1252", "a;b\n\x81;2\n3;4\n", "2:encoding@0\n3:3|4\n");
	assert_rows_in("iso-8859-1", "a;b\n\x80;2\n3;4\n", "2:encoding@0\n3:3|4\n");
}

static void test_byte_order_marks_are_passed_over(void **state)
{
	(void)state;
	assert_rows("\xef\xbb\xbf"
		    "a;b\n1;2\n",
	    "2:1|2\n");
	/* Where two files were joined, also before a quote. */
	assert_rows("a;b\n1;2\n\xef\xbb\xbf\"3\";4\n\xef\xbb\xbf\n", "2:1|2\n3:3|4\n4:empty\n");
	/* Not inside quotes. */
	assert_rows("a;b\n1;\"2\n\xef\xbb\xbf"
		    "3\"\n",
	    "2:1|2\n\xef\xbb\xbf"
	    "3\n");
}

static void test_files_that_are_no_csv_are_named(void **state)
{
	struct oeo_note why;

	(void)state;
	assert_int_equal(open_error("utf-8", "", 0, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "empty"));
	assert_int_equal(open_error("utf-8", "PK\x03\x04xxxx", 8, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "spreadsheet"));
	assert_int_equal(open_error("utf-8",
			     "\xff\xfe"
			     "a\0;\0",
			     6, &why),
	    OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "UTF-16"));
	assert_int_equal(open_error("windows-1252",
			     "\xef\xbb\xbf"
			     "a;b\n",
			     7, &why),
	    OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "windows-1252"));
	assert_int_equal(open_error("utf-8", "\n1;2\n", 5, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "Line 1"));
	assert_int_equal(open_error("utf-8", "\"a;b\n1;2\n", 9, &why), OEO_ERR_FORMAT);
	assert_int_equal(open_error("no-such-set", "a;b\n", 4, &why), OEO_ERR_NOT_FOUND);
	assert_int_equal(open_error("utf-16", "a;b\n", 4, &why), OEO_ERR_RANGE);
	assert_int_equal(open_error("ebcdic-xml-us", "a;b\n", 4, &why), OEO_ERR_RANGE);
}

/* ---- Columns that are not wanted */

static void test_columns_that_are_not_wanted_are_not_given_out(void **state)
{
	const char text[] = "a;b;c\n1;CANARY \xff;3\n4;\"CANARY\nx\";6\n";
	struct oeo_csv_memory memory = {text, strlen(text), 0};
	const bool wanted[] = {true, false, true};
	struct oeo_buf out = {0};
	struct oeo_csv *csv = NULL;
	struct oeo_csv_row row;
	bool is_end = false;

	(void)state;
	assert_int_equal(oeo_csv_open(&csv, &semicolons, oeo_csv_read_memory, &memory, NULL), OEO_OK);
	oeo_csv_want(csv, wanted, 3);
	while (oeo_csv_next(csv, &row, &is_end) == OEO_OK && !is_end)
		describe(&out, &row);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_string_equal((char *)out.data, "2:1||3\n3:4||6\n");
	oeo_csv_close(csv);
	oeo_buf_fini(&out);
}

/* ---- Chunks */

static const char tricky[] = "\xef\xbb\xbf"
			     "a;b;c;d\r\n"
			     "1;\"2;\"\"2\r\n2\";3;M\xc3\xbcller\r\n"
			     "\r\n"
			     "\xef\xbb\xbf\"x\" ;y\"y;;z\n"
			     "1;2\0;3;4\r\n"
			     "1;2;3\r\n"
			     "1;2;3;4;5\r\n"
			     "1;2;3;\"open\r\n"
			     "5;6;7;\xe2\x82\r\n"
			     "5;6;7;8\"\r\n"
			     "9;\"10\n11\";\"12\n"
			     "13;14;15;16\r"
			     "17;18";

static void test_every_split_point_gives_the_same_rows(void **state)
{
	const size_t len = sizeof(tricky) - 1;
	struct oeo_buf whole = {0};
	struct pieces pieces = {(const uint8_t *)tricky, len, 0, 0, 0};

	(void)state;
	assert_int_equal(read_all(&whole, &semicolons, &pieces), OEO_OK);
	assert_true(whole.len > 60);
	for (size_t i = 1; i <= len; i++) {
		struct oeo_buf parts = {0};
		struct pieces two = {(const uint8_t *)tricky, len, 0, i, 0};
		struct pieces many = {(const uint8_t *)tricky, len, 0, 0, i};

		assert_int_equal(read_all(&parts, &semicolons, &two), OEO_OK);
		assert_int_equal(parts.len, whole.len);
		assert_memory_equal(parts.data, whole.data, whole.len);
		parts.len = 0;
		assert_int_equal(read_all(&parts, &semicolons, &many), OEO_OK);
		assert_int_equal(parts.len, whole.len);
		assert_memory_equal(parts.data, whole.data, whole.len);
		oeo_buf_fini(&parts);
	}
	oeo_buf_fini(&whole);
}

/* Many windows long, so that rows lie across the places where the window moves. */
static void test_long_files_read_the_same_in_any_pieces(void **state)
{
	static const size_t sizes[] = {1, 7, 4096, 65535, 65536, 65537, 131072, 1000000};
	struct oeo_buf text = {0};
	struct oeo_buf whole = {0};
	struct pieces pieces = {0};

	(void)state;
	append_lines(&text, "a;b;c;d\n", 1);
	for (size_t i = 0; i < 4000; i++)
		assert_int_equal(oeo_buf_append(&text, tricky + 12, sizeof(tricky) - 1 - 12), OEO_OK);
	pieces.bytes = text.data;
	pieces.len = text.len;
	assert_int_equal(read_all(&whole, &semicolons, &pieces), OEO_OK);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct oeo_buf parts = {0};
		struct pieces many = {text.data, text.len, 0, 0, sizes[i]};

		assert_int_equal(read_all(&parts, &semicolons, &many), OEO_OK);
		assert_int_equal(parts.len, whole.len);
		assert_memory_equal(parts.data, whole.data, whole.len);
		oeo_buf_fini(&parts);
	}
	oeo_buf_fini(&text);
	oeo_buf_fini(&whole);
}

/* ---- Failures */

static enum oeo_err fail_at_second_read(void *context, void *bytes, size_t capacity, size_t *len)
{
	unsigned *calls = context;

	(void)capacity;
	if ((*calls)++ > 0)
		return OEO_ERR_IO;
	memcpy(bytes, "a;b\n1;2\n", 8);
	*len = 8;
	return OEO_OK;
}

static void test_read_that_fails_is_an_error_not_an_end(void **state)
{
	struct oeo_csv *csv = NULL;
	struct oeo_csv_row row;
	unsigned calls = 0;
	bool is_end = false;

	(void)state;
	assert_int_equal(oeo_csv_open(&csv, &semicolons, fail_at_second_read, &calls, NULL), OEO_OK);
	assert_int_equal(oeo_csv_next(csv, &row, &is_end), OEO_OK);
	assert_false(is_end);
	assert_int_equal(oeo_csv_next(csv, &row, &is_end), OEO_ERR_IO);
	oeo_csv_close(csv);
}

static void test_every_failing_allocation_is_an_error(void **state)
{
	struct oeo_buf out = {0};
	enum oeo_err err = OEO_ERR_NOMEM;
	long n = 0;

	(void)state;
	assert_int_equal(oeo_buf_reserve(&out, 65536), OEO_OK);
	for (; err != OEO_OK && n < 500; n++) {
		struct pieces pieces = {(const uint8_t *)tricky, sizeof(tricky) - 1, 0, 0, 0};

		out.len = 0;
		alloc_fail_after(n);
		err = read_all(&out, &semicolons, &pieces);
		alloc_fail_never();
		assert_true(err == OEO_OK || err == OEO_ERR_NOMEM);
	}
	assert_int_equal(err, OEO_OK);
	assert_true(n > 5);
	oeo_buf_fini(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fields_are_split_and_trimmed),
	    cmocka_unit_test(test_last_line_needs_no_end),
	    cmocka_unit_test(test_lines_end_with_lf_or_crlf),
	    cmocka_unit_test(test_lines_have_the_numbers_that_an_editor_shows),
	    cmocka_unit_test(test_lines_may_end_with_cr_where_the_file_does_so),
	    cmocka_unit_test(test_delimiter_may_be_a_tab_and_quotes_may_be_off),
	    cmocka_unit_test(test_lines_above_the_header_are_skipped),
	    cmocka_unit_test(test_without_a_header_columns_are_numbers),
	    cmocka_unit_test(test_quoted_fields_may_hold_delimiters_quotes_and_lines),
	    cmocka_unit_test(test_stray_quotes_are_kept),
	    cmocka_unit_test(test_unclosed_quote_costs_its_own_line),
	    cmocka_unit_test(test_reading_goes_on_behind_the_line_where_the_quote_opened),
	    cmocka_unit_test(test_row_may_take_two_hundred_lines),
	    cmocka_unit_test(test_row_may_take_64_kib),
	    cmocka_unit_test(test_too_long_lines_are_counted_as_an_editor_does),
	    cmocka_unit_test(test_files_with_cr_are_counted_as_an_editor_does),
	    cmocka_unit_test(test_too_long_last_line_without_end),
	    cmocka_unit_test(test_rows_of_other_widths_are_refused),
	    cmocka_unit_test(test_header_may_have_as_many_columns_as_are_kept),
	    cmocka_unit_test(test_empty_rows_are_said),
	    cmocka_unit_test(test_zero_bytes_refuse_their_row_only),
	    cmocka_unit_test(test_encodings_are_read),
	    cmocka_unit_test(test_bytes_that_do_not_fit_refuse_their_row_only),
	    cmocka_unit_test(test_byte_order_marks_are_passed_over),
	    cmocka_unit_test(test_files_that_are_no_csv_are_named),
	    cmocka_unit_test(test_columns_that_are_not_wanted_are_not_given_out),
	    cmocka_unit_test(test_every_split_point_gives_the_same_rows),
	    cmocka_unit_test(test_long_files_read_the_same_in_any_pieces),
	    cmocka_unit_test(test_read_that_fails_is_an_error_not_an_end),
	    cmocka_unit_test(test_every_failing_allocation_is_an_error),
	};

	return cmocka_run_group_tests_name("csv_reader", tests, NULL, NULL);
}
