/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading intake files: how much a row may hold, bytes that come in pieces, and what fails on the way. */
#include "csv_read.h"
#include "failing_alloc.h"

/* ---- Sizes */

/* All rows of the text, as read_all writes them, terminated. */
static void read_text(struct oeo_buf *out, const struct oeo_buf *text)
{
	struct pieces pieces = {text->data, text->len, 0, 0, 0};

	assert_int_equal(read_all(out, &semicolons, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(out), OEO_OK);
}

/* A row over `lines` lines in all, and one behind it. */
static void assert_row_over_lines(size_t lines, bool is_taken)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};
	char last[32];

	append_lines(&text, "a;b\n1;\"x\n", 1);
	append_lines(&text, "x\n", lines - 2);
	append_lines(&text, "x\"\nlast;row\n", 1);
	read_text(&out, &text);
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

/* A row of this many bytes, its line end included, and one behind it; over two lines where asked. */
static void assert_row_of_bytes(size_t bytes, bool has_two_lines, const char *wanted)
{
	struct oeo_buf text = {0};
	struct oeo_buf out = {0};

	append_lines(&text, has_two_lines ? "a;b\n1;\"\n" : "a;b\n1;\"x", 1);
	append_lines(&text, "x", bytes - 6);
	append_lines(&text, "\"\n2;3\n", 1);
	read_text(&out, &text);
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
	const size_t rows = OEO_CSV_MAX_BYTES / 2; /* no LF in the first window */
	char last[64];

	(void)state;
	append_lines(&text, "a;b\r", 1);
	append_lines(&text, "1;2\r", rows);
	append_lines(&text, "3;4\r\n5;6\n\r7;8\r", 1);
	read_text(&out, &text);
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
	    cmocka_unit_test(test_row_may_take_two_hundred_lines),
	    cmocka_unit_test(test_row_may_take_64_kib),
	    cmocka_unit_test(test_too_long_lines_are_counted_as_an_editor_does),
	    cmocka_unit_test(test_files_with_cr_are_counted_as_an_editor_does),
	    cmocka_unit_test(test_too_long_last_line_without_end),
	    cmocka_unit_test(test_rows_of_other_widths_are_refused),
	    cmocka_unit_test(test_header_may_have_as_many_columns_as_are_kept),
	    cmocka_unit_test(test_every_split_point_gives_the_same_rows),
	    cmocka_unit_test(test_long_files_read_the_same_in_any_pieces),
	    cmocka_unit_test(test_read_that_fails_is_an_error_not_an_end),
	    cmocka_unit_test(test_every_failing_allocation_is_an_error),
	};

	return cmocka_run_group_tests_name("csv_sizes", tests, NULL, NULL);
}
