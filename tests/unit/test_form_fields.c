/* SPDX-License-Identifier: EUPL-1.2 */
/* What a form sends: read, bounded, refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/form/fields.h"

static enum oeo_err parse(struct oeo_form_fields *fields, const char *text)
{
	memset(fields, 0, sizeof(*fields));
	return oeo_form_fields_parse(fields, text, strlen(text));
}

static void test_names_and_values_are_read(void **state)
{
	struct oeo_form_fields fields;

	(void)state;
	assert_int_equal(parse(&fields, "a=1&&b=een+twee&c=%c3%A9%26%3D&d&e="), OEO_OK);
	assert_int_equal(fields.n, 5);
	assert_string_equal(oeo_form_field(&fields, "a"), "1");
	assert_string_equal(oeo_form_field(&fields, "b"), "een twee");
	assert_string_equal(oeo_form_field(&fields, "c"), "\u00e9&=");
	assert_string_equal(oeo_form_field(&fields, "d"), "");
	assert_string_equal(oeo_form_field(&fields, "not there"), "");
	oeo_form_fields_fini(&fields);
}

static void test_the_first_of_a_name_counts(void **state)
{
	struct oeo_form_fields fields;

	(void)state;
	assert_int_equal(parse(&fields, "token=1&token=2"), OEO_OK);
	assert_string_equal(oeo_form_field(&fields, "token"), "1");
	assert_int_equal(oeo_form_fields_set(&fields, "token", "3"), OEO_OK);
	assert_string_equal(oeo_form_field(&fields, "token"), "3");
	assert_int_equal(oeo_form_fields_set(&fields, "new", "4"), OEO_OK);
	assert_string_equal(oeo_form_field_of(&fields, "n", "ew"), "4");
	oeo_form_fields_fini(&fields);
}

static void test_what_cannot_be_text_is_refused(void **state)
{
	static const char *const bad[] = {"a=%", "a=%4", "a=%zz", "a=%00", "a=%0a", "%0d=1", "a=%ff", "a=%c3",
	    "a=%ed%a0%80", "a=%7f", "=1"};
	struct oeo_form_fields fields;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_not_equal(parse(&fields, bad[i]), OEO_OK);
		oeo_form_fields_fini(&fields);
	}
	memset(&fields, 0, sizeof(fields));
	assert_int_equal(oeo_form_fields_parse(&fields, "a=\0b", 4), OEO_ERR_FORMAT);
	oeo_form_fields_fini(&fields);
}

/* A body "a=xxx..." whose name (or value) has this many bytes. */
static enum oeo_err parse_long(size_t name, size_t value)
{
	struct oeo_form_fields fields = {0};
	char text[2048];
	enum oeo_err err;

	memset(text, 'n', name);
	text[name] = '=';
	memset(text + name + 1, 'v', value);
	err = oeo_form_fields_parse(&fields, text, name + 1 + value);
	oeo_form_fields_fini(&fields);
	return err;
}

static void test_lengths_are_bounded(void **state)
{
	(void)state;
	assert_int_equal(parse_long(OEO_FORM_NAME_BYTES - 1, OEO_FORM_VALUE_BYTES), OEO_OK);
	assert_int_equal(parse_long(OEO_FORM_NAME_BYTES, 1), OEO_ERR_RANGE);
	assert_int_equal(parse_long(1, OEO_FORM_VALUE_BYTES + 1), OEO_ERR_RANGE);
}

static void test_the_number_of_fields_is_bounded(void **state)
{
	static char text[4 * OEO_FORM_MAX_FIELDS + 8];
	struct oeo_form_fields fields;

	(void)state;
	for (size_t i = 0; i < OEO_FORM_MAX_FIELDS; i++)
		memcpy(text + 4 * i, "a=1&", 5);
	assert_int_equal(parse(&fields, text), OEO_OK);
	assert_int_equal(fields.n, OEO_FORM_MAX_FIELDS);
	oeo_form_fields_fini(&fields);
	memcpy(text + sizeof(text) - 8, "a=1", 4);
	assert_int_equal(parse(&fields, text), OEO_ERR_RANGE);
	oeo_form_fields_fini(&fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names_and_values_are_read),
	    cmocka_unit_test(test_the_first_of_a_name_counts),
	    cmocka_unit_test(test_what_cannot_be_text_is_refused),
	    cmocka_unit_test(test_lengths_are_bounded),
	    cmocka_unit_test(test_the_number_of_fields_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
