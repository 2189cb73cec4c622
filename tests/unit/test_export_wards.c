/* SPDX-License-Identifier: EUPL-1.2 */
/* Borders of wards that are not as they should be: refused, with what is wrong and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/wards_shapes.h"
#include "proto/i18n.h"

#define SQUARE "[140000,480000],[141000,480000],[141000,481000],[140000,481000],[140000,480000]"
#define FEATURE(code, type, coordinates)                                                                     \
	"{\"properties\":{\"wijkcode\":\"" code "\"},\"geometry\":{\"type\":\"" type                         \
	"\",\"coordinates\":" coordinates "}}"
#define FEATURES(list) "{\"features\":[" list "]}"
#define GOOD FEATURE("W1", "Polygon", "[[" SQUARE "]]")

static enum oeo_err parse(struct oeo_wards *wards, const char *text, size_t len, struct oeo_note *why)
{
	struct oeo_buf bytes = {0};
	enum oeo_err err;

	memset(wards, 0, sizeof(*wards));
	(void)snprintf(wards->folder, sizeof(wards->folder), "here");
	why->text[0] = '\0';
	assert_int_equal(oeo_buf_append(&bytes, (const uint8_t *)text, len), OEO_OK);
	err = oeo_wards_parse_shapes(wards, &bytes, why);
	oeo_buf_fini(&bytes);
	return err;
}

static int setup(void **state)
{
	(void)state;
	return oeo_i18n_init("en") ? 0 : -1;
}

static void test_polygons_are_read_in_the_order_of_their_codes(void **state)
{
	static const char *const text =
	    FEATURES(FEATURE("W2", "MultiPolygon", "[[[" SQUARE "],[" SQUARE "]],[[" SQUARE "]]]") "," GOOD);
	struct oeo_wards wards;
	struct oeo_note why;

	(void)state;
	assert_int_equal(parse(&wards, text, strlen(text), &why), OEO_OK);
	assert_int_equal(wards.n_shapes, 2);
	assert_string_equal(wards.shapes[0].code, "W1");
	assert_int_equal(oeo_wards_shape(&wards, "W2")->n, 3);
	assert_int_equal(oeo_wards_shape(&wards, "W2")->rings[2].places[1].x, 141000);
	assert_null(oeo_wards_shape(&wards, "W3"));
	oeo_wards_free_shapes(&wards);
}

static void test_every_fault_is_named_with_its_place(void **state)
{
	static const char *const faults[][2] = {
	    {"", "here/wards.geojson:"},
	    {"{\"features\": [\n\n{]}", "here/wards.geojson:3: this is not JSON"},
	    {"{\"features\": [], \"features\": []}", "this is not JSON"},
	    {"[]", "holds no wards"},
	    {"{\"features\": 3}", "holds no wards"},
	    {FEATURES(""), "holds no wards"},
	    {FEATURES("null"), "feature 1: it has no property wijkcode"},
	    {FEATURES(GOOD ",7"), "feature 2: it has no property wijkcode"},
	    {FEATURES(FEATURE("W 1", "Polygon", "[[" SQUARE "]]")), "feature 1: it has no property wijkcode"},
	    {FEATURES(FEATURE("W1", "Point", "[1,2]")), "no Polygon or MultiPolygon"},
	    {FEATURES(FEATURE("W1", "Polygon", "[]")), "no Polygon or MultiPolygon"},
	    {FEATURES(FEATURE("W1", "Polygon", "7")), "no Polygon or MultiPolygon"},
	    {FEATURES(FEATURE("W1", "MultiPolygon", "[1,\"x\",null]")), "no Polygon or MultiPolygon"},
	    {FEATURES(FEATURE("W1", "Polygon", "[[[140000,480000],[141000,480000],[140000,480000]]]")),
		"a ring has four places or more"},
	    {FEATURES(FEATURE(
		 "W1", "Polygon", "[[[140000,480000],[141000,480000],[141000,481000],[140000,481000]]]")),
		"the last is the first again"},
	    {FEATURES(FEATURE("W1", "Polygon", "[[[140000,480000],[141000,\"x\"],[1,1],[140000,480000]]]")),
		"a place is two numbers"},
	    {FEATURES(FEATURE("W1", "Polygon", "[[[140000],[141000,480000],[1,1],[140000,480000]]]")),
		"a place is two numbers"},
	    {FEATURES(FEATURE("W1", "Polygon", "[[[6.6,52.3],[6.7,52.3],[6.7,52.4],[6.6,52.3]]]")),
		"not degrees"},
	    {FEATURES(FEATURE("W1", "Polygon", "[[[140000,480000],[1e300,480000],[1,1],[140000,480000]]]")),
		"outside the country"},
	    {FEATURES(GOOD "," GOOD), "ward W1 stands in it twice"},
	};
	struct oeo_wards wards;
	struct oeo_note why;

	(void)state;
	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		assert_int_equal(parse(&wards, faults[i][0], strlen(faults[i][0]), &why), OEO_ERR_FORMAT);
		if (strstr(why.text, faults[i][1]) == NULL || strstr(why.text, "here/wards.geojson") == NULL)
			fail_msg("%s: %s", faults[i][0], why.text);
		oeo_wards_free_shapes(&wards);
	}
}

/* Wherever the file is cut off, and whatever byte of it is another one. */
static void test_a_spoiled_file_does_no_harm(void **state)
{
	static const char *const text = FEATURES(GOOD "," FEATURE("W2", "MultiPolygon", "[[[" SQUARE "]]]"));
	struct oeo_wards wards;
	struct oeo_note why;
	char spoiled[1024];

	(void)state;
	for (size_t len = 0; len < strlen(text); len++) {
		assert_int_equal(parse(&wards, text, len, &why), OEO_ERR_FORMAT);
		oeo_wards_free_shapes(&wards);
		(void)snprintf(spoiled, sizeof(spoiled), "%s", text);
		spoiled[len] = '9';
		if (parse(&wards, spoiled, strlen(spoiled), &why) != OEO_OK)
			assert_true(why.text[0] != '\0');
		oeo_wards_free_shapes(&wards);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_polygons_are_read_in_the_order_of_their_codes),
	    cmocka_unit_test(test_every_fault_is_named_with_its_place),
	    cmocka_unit_test(test_a_spoiled_file_does_no_harm),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
