/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading intake files: lines and their numbers, fields, quotes, encodings. */
#include "csv_read.h"

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

/* ---- Rows that hold nothing to read */

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
	    cmocka_unit_test(test_empty_rows_are_said),
	    cmocka_unit_test(test_zero_bytes_refuse_their_row_only),
	    cmocka_unit_test(test_encodings_are_read),
	    cmocka_unit_test(test_bytes_that_do_not_fit_refuse_their_row_only),
	    cmocka_unit_test(test_byte_order_marks_are_passed_over),
	    cmocka_unit_test(test_files_that_are_no_csv_are_named),
	    cmocka_unit_test(test_columns_that_are_not_wanted_are_not_given_out),
	};

	return cmocka_run_group_tests_name("csv_reader", tests, NULL, NULL);
}
