/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <stdlib.h>

#include "failing_alloc.h"
#include "proto/names.h"

static int open_normaliser(void **state)
{
	struct oeo_normaliser *normaliser = NULL;

	if (oeo_normaliser_new(&normaliser) != OEO_OK)
		return -1;
	*state = normaliser;
	return 0;
}

static int close_normaliser(void **state)
{
	oeo_normaliser_free(*state);
	oeo_normaliser_free(NULL);
	return 0;
}

static void assert_bytes(const struct oeo_buf *buf, const char *expected, size_t len)
{
	assert_int_equal(buf->len, len);
	if (len > 0)
		assert_memory_equal(buf->data, expected, len);
}

#define assert_name(buf, literal) assert_bytes((buf), (literal), sizeof(literal) - 1)

static void assert_normalised(struct oeo_normaliser *normaliser, const char *text, const char *expected)
{
	struct oeo_buf out = {NULL, 0, 0};

	assert_ok(oeo_normalise_name(&out, normaliser, text, strlen(text)));
	assert_bytes(&out, expected, strlen(expected));
	oeo_buf_fini(&out);
}

static void test_name_vectors_hold(void **state)
{
	FILE *file = fopen(OEO_TEST_DIR "/vectors/names.tsv", "r");
	char line[512];
	unsigned checked = 0;

	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file)); /* the heading */
	while (fgets(line, sizeof(line), file) != NULL) {
		char *tab = strchr(line, '\t');

		assert_non_null(tab);
		*tab = '\0';
		tab[1 + strcspn(tab + 1, "\n")] = '\0';
		assert_normalised(*state, line, tab + 1);
		checked++;
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(checked, 27);
}

static void test_composed_and_decomposed_letters_are_one(void **state)
{
	assert_normalised(*state, "Ren\xc3\xa9", "rene");
	assert_normalised(*state, "Rene\xcc\x81", "rene");
	assert_normalised(*state,
	    "VAN\xc2\xa0"
	    "DIJK",
	    "vandijk");
	assert_normalised(*state, "IJsbrand", "ijsbrand");
	assert_normalised(*state, "\xc4\xb2sbrand", "ijsbrand");
	assert_normalised(*state, "2026/0042-b", "20260042b");
}

static void test_what_holds_no_letter_or_digit_is_missing(void **state)
{
	assert_normalised(*state, "", "");
	assert_normalised(*state, "   ", "");
	assert_normalised(*state, "?!.-", "");
	assert_normalised(*state, "\t\r\n", "");
}

static void test_names_are_appended_behind_what_is_there(void **state)
{
	struct oeo_buf out = {NULL, 0, 0};

	assert_ok(oeo_buf_append_text(&out, "kept"));
	assert_ok(oeo_normalise_name(&out, *state, "De Wit", 6));
	assert_name(&out, "keptdewit");
	oeo_buf_fini(&out);
}

static void test_text_that_is_not_utf8_is_refused(void **state)
{
	static const char *const bad[] = {
	    "M\xfcller", "\xc3", "\xc3(", "\xe2\x82", "\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"};
	struct oeo_buf out = {NULL, 0, 0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(oeo_normalise_name(&out, *state, bad[i], strlen(bad[i])), OEO_ERR_FORMAT);
	assert_int_equal(out.len, 0);
	oeo_buf_fini(&out);
}

static void test_length_is_bounded_on_both_sides(void **state)
{
	struct oeo_buf out = {NULL, 0, 0};
	char text[258];

	memset(text, 'A', sizeof(text));
	assert_ok(oeo_normalise_name(&out, *state, text, 255));
	assert_int_equal(out.len, 255);
	assert_ok(oeo_normalise_name(&out, *state, text, 256));
	assert_int_equal(out.len, 511);
	assert_int_equal(oeo_normalise_name(&out, *state, text, 257), OEO_ERR_RANGE);
	/* U+BF08, a Hangul syllable of three bytes, is "ppyeo": 85 of them give more than 256 letters. */
	for (size_t i = 0; i < 85; i++)
		memcpy(text + 3 * i, "\xeb\xbc\x88", 3);
	assert_int_equal(oeo_normalise_name(&out, *state, text, 255), OEO_ERR_RANGE);
	assert_int_equal(out.len, 511);
	oeo_buf_fini(&out);
}

static void test_the_icu_version_is_the_one_of_the_vectors(void **state)
{
	(void)state;
	assert_int_equal(oeo_icu_major(), 72);
}

static void test_ids_are_one_to_thirty_two_safe_characters(void **state)
{
	static const char *const good[] = {"a", "Z", "0", ".", "_", "-", "almelo-2026", "2026-Q4", "onbekend",
	    "abcdefghijklmnopqrstuvwxyz012345"};
	static const char *const bad[] = {"", " ", "a b", "a\037b", "a=b", "a/b", "caf\xc3\xa9", "a\n",
	    "a\xff", "a:b", "abcdefghijklmnopqrstuvwxyz0123456"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(oeo_id_is_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(oeo_id_is_valid(bad[i]));
}

static void test_postcodes_are_upper_case_without_spaces(void **state)
{
	static const char *const rows[][2] = {{"7607AA", "7607AA"}, {"7607 aa", "7607AA"},
	    {" 76 07 a a ", "7607AA"}, {"7607", "7607"}, {"", ""}, {"   ", ""}, {"AB12 3CDE", "AB123CDE"},
	    {"12345678", "12345678"}};
	char postcode[OEO_POSTCODE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_ok(oeo_normalise_postcode(postcode, rows[i][0], strlen(rows[i][0])));
		assert_string_equal(postcode, rows[i][1]);
	}
}

static void test_other_postcodes_are_refused(void **state)
{
	static const char *const bad[] = {
	    "760", "7", "123456789", "7607-AA", "7607A\xc3\x84", "onbekend?", "7607\037AA"};
	char postcode[OEO_POSTCODE_BYTES] = "kept";

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(oeo_normalise_postcode(postcode, bad[i], strlen(bad[i])), OEO_ERR_FORMAT);
	assert_string_equal(postcode, "kept");
}

static void test_resident_names_are_byte_exact(void **state)
{
	const struct oeo_name_field fields[] = {
	    {"birthdate", "1940-03-01"}, {"postcode", "7607AA"}, {"surname", "jansen"}};
	struct oeo_buf name = {NULL, 0, 0};

	(void)state;
	assert_ok(oeo_resident_name(&name, fields, 3));
	assert_name(&name, "oeo1\037resident\037birthdate=1940-03-01\037postcode=7607AA\037surname=jansen");
	name.len = 0;
	assert_ok(oeo_resident_name(&name, fields, 1));
	assert_name(&name, "oeo1\037resident\037birthdate=1940-03-01");
	name.len = 0;
	assert_ok(oeo_member_name(&name, "lid-2", "20260042b"));
	assert_name(&name, "oeo1\037member\037lid-2\03720260042b");
	oeo_buf_fini(&name);
}

static void test_cell_names_are_byte_exact(void **state)
{
	const char *const codes[] = {"wonen", "W01"};
	struct oeo_buf name = {NULL, 0, 0};

	(void)state;
	assert_ok(oeo_cell_name(&name, "almelo-2026", 10, "theme-ward", "2026-Q4", codes, 2));
	assert_name(&name, "oeo1\037almelo-2026\03710\037theme-ward\0372026-Q4\037wonen\037W01");
	name.len = 0;
	assert_ok(oeo_cell_name(&name, "p", 5, "total", "2026", NULL, 0));
	assert_name(&name, "oeo1\037p\0375\037total\0372026");
	oeo_buf_fini(&name);
}

static void test_nothing_but_checked_ids_and_values_reaches_a_name(void **state)
{
	static const char *const bad_values[] = {"", "a\037b", "a\nb", "\x01", "a\x7f"};
	const char *const good[] = {"wonen"};
	const char *const bad[] = {"wonen", "w\037x"};
	struct oeo_buf name = {NULL, 0, 0};
	struct oeo_name_field field = {"surname", "jansen"};

	(void)state;
	assert_int_equal(oeo_resident_name(&name, &field, 0), OEO_ERR_FORMAT);
	for (size_t i = 0; i < sizeof(bad_values) / sizeof(bad_values[0]); i++) {
		field.value = bad_values[i];
		assert_int_equal(oeo_resident_name(&name, &field, 1), OEO_ERR_FORMAT);
		assert_int_equal(oeo_member_name(&name, "m", bad_values[i]), OEO_ERR_FORMAT);
	}
	field = (struct oeo_name_field){"sur=name", "jansen"};
	assert_int_equal(oeo_resident_name(&name, &field, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_member_name(&name, "m m", "1"), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cell_name(&name, "", 10, "t", "2026", good, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cell_name(&name, "p", 10, "t t", "2026", good, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cell_name(&name, "p", 10, "t", "2026 Q4", good, 1), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cell_name(&name, "p", 10, "t", "2026", bad, 2), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cell_name(&name, "p", 0, "t", "2026", good, 1), OEO_ERR_RANGE);
	assert_int_equal(name.len, 0);
	oeo_buf_fini(&name);
}

static void test_share_inputs_carry_the_length_of_the_resident_name(void **state)
{
	struct oeo_buf input = {NULL, 0, 0};
	char *long_name = calloc(1, 65536);

	(void)state;
	assert_non_null(long_name);
	assert_ok(oeo_share_input(&input, "ab", 2, "cell", 4));
	assert_name(&input, "\x00\x02"
			    "abcell");
	input.len = 0;
	assert_ok(oeo_share_input(&input, long_name, 258, "c", 1));
	assert_int_equal(input.len, 2 + 258 + 1);
	assert_memory_equal(input.data, "\x01\x02", 2);
	input.len = 0;
	assert_ok(oeo_share_input(&input, long_name, 65535, "c", 1));
	assert_memory_equal(input.data, "\xff\xff", 2);
	input.len = 0;
	assert_int_equal(oeo_share_input(&input, long_name, 65536, "c", 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_share_input(&input, "ab", 2, long_name, 65536), OEO_ERR_RANGE);
	assert_int_equal(input.len, 0);
	free(long_name);
	oeo_buf_fini(&input);
}

static void test_out_of_memory_leaves_no_half_a_name(void **state)
{
	const char *const codes[] = {"wonen", "W01"};
	const struct oeo_name_field fields[] = {{"birthdate", "1940-03-01"}, {"surname", "jansen"}};
	struct oeo_normaliser *normaliser = NULL;
	struct oeo_buf name = {NULL, 0, 0};

	(void)state;
	/* From five bytes of room down to none, so that each name fails after other parts. */
	assert_ok(oeo_buf_append_text(&name, "kept"));
	while (name.len + 5 < name.capacity)
		assert_ok(oeo_buf_append(&name, "x", 1));
	for (size_t before = name.len; name.len == before; before++) {
		alloc_fail_after(0);
		assert_int_equal(oeo_resident_name(&name, fields, 2), OEO_ERR_NOMEM);
		assert_int_equal(oeo_member_name(&name, "m", "1234567"), OEO_ERR_NOMEM);
		assert_int_equal(oeo_cell_name(&name, "p", 10, "t", "2026", codes, 2), OEO_ERR_NOMEM);
		assert_int_equal(oeo_share_input(&name, "resident", 8, "cell", 4), OEO_ERR_NOMEM);
		alloc_fail_never();
		assert_int_equal(name.len, before);
		if (name.len < name.capacity)
			assert_ok(oeo_buf_append(&name, "y", 1));
	}
	alloc_fail_after(0);
	assert_int_equal(oeo_normaliser_new(&normaliser), OEO_ERR_NOMEM);
	alloc_fail_never();
	assert_null(normaliser);
	oeo_buf_fini(&name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_name_vectors_hold),
	    cmocka_unit_test(test_composed_and_decomposed_letters_are_one),
	    cmocka_unit_test(test_what_holds_no_letter_or_digit_is_missing),
	    cmocka_unit_test(test_names_are_appended_behind_what_is_there),
	    cmocka_unit_test(test_text_that_is_not_utf8_is_refused),
	    cmocka_unit_test(test_length_is_bounded_on_both_sides),
	    cmocka_unit_test(test_the_icu_version_is_the_one_of_the_vectors),
	    cmocka_unit_test(test_ids_are_one_to_thirty_two_safe_characters),
	    cmocka_unit_test(test_postcodes_are_upper_case_without_spaces),
	    cmocka_unit_test(test_other_postcodes_are_refused),
	    cmocka_unit_test(test_resident_names_are_byte_exact),
	    cmocka_unit_test(test_cell_names_are_byte_exact),
	    cmocka_unit_test(test_nothing_but_checked_ids_and_values_reaches_a_name),
	    cmocka_unit_test(test_share_inputs_carry_the_length_of_the_resident_name),
	    cmocka_unit_test(test_out_of_memory_leaves_no_half_a_name),
	};

	return cmocka_run_group_tests_name("names", tests, open_normaliser, close_normaliser);
}
