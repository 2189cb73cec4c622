/* SPDX-License-Identifier: EUPL-1.2 */
/* Which identities may be one resident's, written in two ways. */
#include "intake_fixture.h"

#include "agent/near.h"

static void both(const char *a, const char *b, bool expected)
{
	assert_int_equal(oeo_near_names(a, b), expected);
	assert_int_equal(oeo_near_names(b, a), expected);
}

static void test_one_letter_or_two_in_long_names(void **state)
{
	(void)state;
	both("jansen", "janssen", true);
	both("jansen", "jensen", true);
	both("jansen", "janses", true);
	both("smit", "smid", true);
	both("smit", "smits", true);
	both("smit", "bakker", false);
	both("bakr", "baxs", false); /* two letters of four */
	both("hendriks", "hendrixx", true); /* two of eight */
	both("hendriks", "hendraxx", false); /* three */
}

static void test_letters_changed_about_count_once(void **state)
{
	(void)state;
	both("boss", "obss", true);
	both("visser", "vsiesr", true); /* twice, in a long name */
	both("vries", "vreis", true);
	both("vries", "rveis", false); /* twice, in a short one */
}

static void test_part_left_out(void **state)
{
	(void)state;
	both("vandenberg", "berg", true);
	both("jansen", "jansendevries", true);
	both("bos", "vandenbos", false); /* shorter than four letters: too many would be near */
	both("vandenberg", "denb", false); /* neither begins nor ends it */
}

static void test_equal_and_empty_names_are_not_near(void **state)
{
	(void)state;
	both("jansen", "jansen", false);
	both("", "jansen", false);
	both("", "", false);
}

static void test_names_as_long_as_they_come(void **state)
{
	char a[258];
	char b[258];

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	a[256] = '\0';
	b[256] = '\0';
	b[100] = 'b';
	both(a, b, true);
	a[256] = 'a';
	a[257] = '\0';
	b[0] = 'c';
	b[255] = 'd';
	both(a, b, false); /* beyond what a name can have: no answer, no overrun */
}

static void test_dates(void **state)
{
	(void)state;
	assert_true(oeo_near_dates("1960-06-05", "1960-06-15"));
	assert_true(oeo_near_dates("1960-06-05", "1960-05-06"));
	assert_true(oeo_near_dates("1960-06-05", "1906-06-05"));
	assert_false(oeo_near_dates("1960-06-05", "1960-06-05"));
	assert_false(oeo_near_dates("1960-06-05", "1961-06-15"));
	assert_false(oeo_near_dates("1960-06-05", ""));
}

#define A(text) ((char[]){text})

static void test_one_field_may_differ_a_little(void **state)
{
	char *who[] = {A("zandstra"), A("1960-06-05"), A("7601AA")};
	char *spelt[] = {A("zantstra"), A("1960-06-05"), A("7601AA")};
	char *moved[] = {A("zandstra"), A("1960-06-05"), A("1315XY")};
	char *born[] = {A("zandstra"), A("1960-06-06"), A("7601AA")};
	char *two[] = {A("zantstra"), A("1960-06-05"), A("1315XY")};
	char *nobody[] = {A(""), A(""), A("")};
	char *half[] = {A("zandstra"), NULL, A("7601AA")};
	struct oeo_plan plan = {.n_fields = 3};
	struct oeo_identity_field fields[] = {
	    {.kind = OEO_FIELD_NAME}, {.kind = OEO_FIELD_DATE}, {.kind = OEO_FIELD_POSTCODE}};

	(void)state;
	plan.fields = fields;
	assert_int_equal(oeo_near_compare(&plan, who, who), OEO_DIFFERS_NOT);
	assert_int_equal(oeo_near_compare(&plan, who, spelt), OEO_DIFFERS_NAME);
	assert_int_equal(oeo_near_compare(&plan, who, moved), OEO_DIFFERS_POSTCODE);
	assert_int_equal(oeo_near_compare(&plan, who, born), OEO_DIFFERS_DATE);
	assert_int_equal(oeo_near_compare(&plan, who, two), OEO_DIFFERS_MUCH);
	assert_int_equal(oeo_near_compare(&plan, nobody, nobody), OEO_DIFFERS_MUCH);
	assert_int_equal(oeo_near_compare(&plan, who, half), OEO_DIFFERS_MUCH);
	plan.n_fields = 0;
	assert_int_equal(oeo_near_compare(&plan, who, who), OEO_DIFFERS_MUCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_one_letter_or_two_in_long_names),
	    cmocka_unit_test(test_letters_changed_about_count_once),
	    cmocka_unit_test(test_part_left_out),
	    cmocka_unit_test(test_equal_and_empty_names_are_not_near),
	    cmocka_unit_test(test_names_as_long_as_they_come),
	    cmocka_unit_test(test_dates),
	    cmocka_unit_test(test_one_field_may_differ_a_little),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
