/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <stdlib.h>

#include "failing_alloc.h"

static void test_buffer_starts_empty_and_grows(void **state)
{
	struct oeo_buf buf;

	(void)state;
	oeo_buf_init(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	for (unsigned i = 0; i < 100000; i++) {
		uint8_t byte = (uint8_t)(i % 251);

		assert_ok(oeo_buf_append(&buf, &byte, 1));
	}
	assert_int_equal(buf.len, 100000);
	assert_true(buf.capacity >= buf.len);
	for (unsigned i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], i % 251);
	oeo_buf_fini(&buf);
	assert_null(buf.data);
	assert_int_equal(buf.capacity, 0);
	oeo_buf_fini(&buf);
	oeo_buf_fini(NULL);
}

static void test_appending_nothing_allocates_nothing(void **state)
{
	struct oeo_buf buf = {NULL, 0, 0};

	(void)state;
	assert_ok(oeo_buf_append(&buf, NULL, 0));
	assert_null(buf.data);
	oeo_buf_fini(&buf);
}

static void test_text_and_formatted_text_are_appended_without_an_end(void **state)
{
	struct oeo_buf buf = {NULL, 0, 0};
	char long_text[1001];

	(void)state;
	memset(long_text, 'x', sizeof(long_text) - 1);
	long_text[sizeof(long_text) - 1] = '\0';
	assert_ok(oeo_buf_append_text(&buf, "a="));
	assert_ok(oeo_buf_printf(&buf, "%u;%s", 7u, long_text));
	assert_int_equal(buf.len, 2 + 2 + 1000);
	assert_ok(oeo_buf_terminate(&buf));
	assert_int_equal(buf.len, 2 + 2 + 1000);
	assert_memory_equal(buf.data, "a=7;xx", 6);
	assert_int_equal(strlen((const char *)buf.data), buf.len);
	oeo_buf_fini(&buf);
}

static void test_terminate_works_on_an_empty_and_on_a_full_buffer(void **state)
{
	struct oeo_buf buf = {NULL, 0, 0};

	(void)state;
	assert_ok(oeo_buf_terminate(&buf));
	assert_string_equal((const char *)buf.data, "");
	while (buf.len < buf.capacity)
		assert_ok(oeo_buf_append(&buf, "y", 1));
	assert_ok(oeo_buf_terminate(&buf));
	assert_int_equal(strlen((const char *)buf.data), buf.len);
	oeo_buf_fini(&buf);
}

static void test_absurd_sizes_are_refused_and_change_nothing(void **state)
{
	struct oeo_buf buf = {NULL, 0, 0};
	uint8_t *data;

	(void)state;
	assert_ok(oeo_buf_append_text(&buf, "kept"));
	data = buf.data;
	assert_int_equal(oeo_buf_reserve(&buf, SIZE_MAX), OEO_ERR_NOMEM);
	assert_int_equal(oeo_buf_reserve(&buf, SIZE_MAX / 2), OEO_ERR_NOMEM);
	assert_int_equal(oeo_buf_reserve(&buf, SIZE_MAX - buf.len + 1), OEO_ERR_NOMEM);
	assert_ptr_equal(buf.data, data);
	assert_int_equal(buf.len, 4);
	oeo_buf_fini(&buf);
}

static void test_out_of_memory_leaves_the_buffer_unchanged(void **state)
{
	struct oeo_buf buf = {NULL, 0, 0};
	size_t capacity;

	(void)state;
	assert_ok(oeo_buf_append_text(&buf, "kept"));
	while (buf.len < buf.capacity)
		assert_ok(oeo_buf_append(&buf, "z", 1));
	capacity = buf.capacity;
	alloc_fail_after(0);
	assert_int_equal(oeo_buf_append(&buf, "more", 4), OEO_ERR_NOMEM);
	assert_int_equal(oeo_buf_append_text(&buf, "more"), OEO_ERR_NOMEM);
	assert_int_equal(oeo_buf_printf(&buf, "%d", 5), OEO_ERR_NOMEM);
	assert_int_equal(oeo_buf_terminate(&buf), OEO_ERR_NOMEM);
	alloc_fail_never();
	assert_int_equal(buf.len, capacity);
	assert_int_equal(buf.capacity, capacity);
	assert_memory_equal(buf.data, "kept", 4);
	oeo_buf_fini(&buf);
}

static void test_products_are_checked(void **state)
{
	size_t product = 77;

	(void)state;
	assert_true(oeo_size_mul(0, SIZE_MAX, &product));
	assert_int_equal(product, 0);
	assert_true(oeo_size_mul(SIZE_MAX, 1, &product));
	assert_true(product == SIZE_MAX);
	assert_true(oeo_size_mul(SIZE_MAX / 8, 8, &product));
	assert_false(oeo_size_mul(SIZE_MAX / 8 + 1, 8, &product));
	assert_false(oeo_size_mul(SIZE_MAX, SIZE_MAX, &product));
}

static void test_arrays_are_zeroed_and_overflow_gives_null(void **state)
{
	uint8_t *array = oeo_alloc_array(33, 7);

	(void)state;
	assert_non_null(array);
	for (size_t i = 0; i < 33 * 7; i++)
		assert_int_equal(array[i], 0);
	free(array);
	array = oeo_alloc_array(0, 8);
	assert_non_null(array);
	free(array);
	assert_null(oeo_alloc_array(SIZE_MAX / 2, 3));
	alloc_fail_after(0);
	assert_null(oeo_alloc_array(1, 1));
	alloc_fail_never();
}

static void test_hex_goes_there_and_back(void **state)
{
	const uint8_t bytes[] = {0x00, 0x01, 0x7f, 0x80, 0xab, 0xff};
	uint8_t back[sizeof(bytes)];
	char hex[2 * sizeof(bytes) + 1];

	(void)state;
	oeo_hex_encode(hex, bytes, sizeof(bytes));
	assert_string_equal(hex, "00017f80abff");
	assert_ok(oeo_hex_decode(back, sizeof(back), hex));
	assert_memory_equal(back, bytes, sizeof(bytes));
	assert_ok(oeo_hex_decode(back, sizeof(back), "00017F80ABFF"));
	assert_memory_equal(back, bytes, sizeof(bytes));
}

static void test_hex_of_another_length_or_with_other_characters_is_refused(void **state)
{
	static const char *const bad[] = {"", "0", "00017f80abf", "00017f80abff0", "00017f80abff00",
	    "00017f80abfg", "00 17f80abff", "0x017f80abff", "00017f80abf ", " 0017f80abff", "00:17f80abff"};
	uint8_t bytes[6];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(oeo_hex_decode(bytes, sizeof(bytes), bad[i]), OEO_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_buffer_starts_empty_and_grows),
	    cmocka_unit_test(test_appending_nothing_allocates_nothing),
	    cmocka_unit_test(test_text_and_formatted_text_are_appended_without_an_end),
	    cmocka_unit_test(test_terminate_works_on_an_empty_and_on_a_full_buffer),
	    cmocka_unit_test(test_absurd_sizes_are_refused_and_change_nothing),
	    cmocka_unit_test(test_out_of_memory_leaves_the_buffer_unchanged),
	    cmocka_unit_test(test_products_are_checked),
	    cmocka_unit_test(test_arrays_are_zeroed_and_overflow_gives_null),
	    cmocka_unit_test(test_hex_goes_there_and_back),
	    cmocka_unit_test(test_hex_of_another_length_or_with_other_characters_is_refused),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
