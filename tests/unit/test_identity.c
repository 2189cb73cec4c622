/* SPDX-License-Identifier: EUPL-1.2 */
/* What can stand for one resident in an identity: judged alike for the form and for imports. */
#include "tests/unit/intake_fixture.h"

#include "agent/identity.h"

static const struct oeo_identity_field birthdate = {.id = "birthdate", .kind = OEO_FIELD_DATE};
static const struct oeo_identity_field postcode = {.id = "postcode", .kind = OEO_FIELD_POSTCODE};
static const struct oeo_identity_field surname = {.id = "surname", .kind = OEO_FIELD_NAME};
static const struct oeo_identity_field initials = {.id = "initials", .kind = OEO_FIELD_NAME};
static const struct oeo_plan dutch = {.municipality = "GM0141"};
static const struct oeo_plan abroad = {.municipality = "NYC"};

static enum oeo_identity_verdict judge(
    const struct oeo_plan *plan, const struct oeo_identity_field *field, const char *value, const char *asked)
{
	int64_t day = 0;

	assert_int_equal(oeo_day_parse(&day, asked), OEO_OK);
	return oeo_identity_judge(plan, field, value, day);
}

static void test_what_people_write_for_not_known_is_nothing(void **state)
{
	static const char *const nothing[] = {"", " ", "-", "--", "?", "???", ".", "onbekend", "Onbekend",
	    " ONBEKEND ", "(onbekend)", "on-bekend", "niet bekend", "n.b.", "nvt", "N.V.T.", "n v t", "nvt.",
	    "x", "X", "xxx", "X.X.", "0", "0000", "00-00-0000", "000000", "unknown", "Anoniem", "N.N.",
	    "zonder naam", "weet ik niet"};

	(void)state;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++) {
		if (!oeo_identity_is_nothing(&surname, nothing[i]))
			fail_msg("somebody: '%s'", nothing[i]);
	}
}

static void test_names_that_people_have_are_somebody(void **state)
{
	static const char *const somebody[] = {"Jansen", "Van Geen", "Geen", "Na", "Null", "Nul", "Xu", "Ng",
	    "O", "Y", "Bekend", "\u4e2d", "\u0416", "Onbekendmaker", "Nvtx", "7601AA", "0001", "2000-01-01",
	    "een heel lange naam die met niets op de lijst overeenkomt"};

	(void)state;
	for (size_t i = 0; i < sizeof(somebody) / sizeof(*somebody); i++) {
		if (oeo_identity_is_nothing(&surname, somebody[i]))
			fail_msg("nothing: '%s'", somebody[i]);
	}
}

static void test_initials_may_be_any_letters(void **state)
{
	(void)state;
	assert_false(oeo_identity_is_nothing(&initials, "N.B."));
	assert_false(oeo_identity_is_nothing(&initials, "X."));
	assert_true(oeo_identity_is_nothing(&initials, "-"));
	assert_true(oeo_identity_is_nothing(&initials, "0"));
	assert_true(oeo_identity_is_nothing(&initials, "onbekend"));
	assert_true(oeo_identity_is_nothing(NULL, "X"));
	assert_false(oeo_identity_is_nothing(NULL, "X1"));
}

static void test_a_name_is_judged_as_it_is_normalised(void **state)
{
	(void)state;
	assert_int_equal(judge(&dutch, &surname, "vandenberg", "2026-11-21"), OEO_IDENTITY_FINE);
	assert_int_equal(judge(&dutch, &surname, "", "2026-11-21"), OEO_IDENTITY_NOTHING);
	assert_int_equal(judge(&dutch, &surname, "onbekend", "2026-11-21"), OEO_IDENTITY_NOTHING);
}

static void test_a_postcode_can_be_somebodys(void **state)
{
	static const struct {
		const char *value;
		enum oeo_identity_verdict dutch, abroad;
	} cases[] = {
	    {"7601AA", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE},
	    {"1000AA", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE},
	    {"9999XX", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE},
	    {"7601", OEO_IDENTITY_PART_OF_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601A", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601ABC", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601A1", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"0999AB", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"0601", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601SA", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601SB", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE},
	    {"7601SD", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"7601SS", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_FINE},
	    {"48529", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE}, /* beyond the border */
	    {"01067", OEO_IDENTITY_FINE, OEO_IDENTITY_FINE},
	    {"0000", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_NO_POSTCODE},
	    {"9999", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_NO_POSTCODE},
	    {"99999", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_NO_POSTCODE},
	    {"ONBEKEND", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_NO_POSTCODE},
	    {"GEEN", OEO_IDENTITY_NO_POSTCODE, OEO_IDENTITY_NO_POSTCODE},
	    {"", OEO_IDENTITY_NOTHING, OEO_IDENTITY_NOTHING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (judge(&dutch, &postcode, cases[i].value, "2026-11-21") != cases[i].dutch ||
		    judge(&abroad, &postcode, cases[i].value, "2026-11-21") != cases[i].abroad)
			fail_msg("%s", cases[i].value);
	}
}

static void test_a_birth_lies_before_the_question_and_not_too_long(void **state)
{
	static const struct {
		const char *born, *asked;
		enum oeo_identity_verdict verdict;
	} cases[] = {
	    {"2026-11-21", "2026-11-21", OEO_IDENTITY_FINE},
	    {"2026-11-22", "2026-11-21", OEO_IDENTITY_BORN_LATER},
	    {"2027-01-01", "2026-12-31", OEO_IDENTITY_BORN_LATER},
	    {"1906-11-21", "2026-11-21", OEO_IDENTITY_FINE},
	    {"1906-11-20", "2026-11-21", OEO_IDENTITY_BORN_LONG_AGO},
	    {"1907-01-01", "2026-11-21", OEO_IDENTITY_FINE},
	    {"1905-12-31", "2026-11-21", OEO_IDENTITY_BORN_LONG_AGO},
	    {"1908-02-29", "2028-02-29", OEO_IDENTITY_FINE},
	    {"1900-01-02", "2026-11-21", OEO_IDENTITY_BORN_LONG_AGO},
	    {"", "2026-11-21", OEO_IDENTITY_NOTHING},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		if (judge(&dutch, &birthdate, cases[i].born, cases[i].asked) != cases[i].verdict)
			fail_msg("%s on %s", cases[i].born, cases[i].asked);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_people_write_for_not_known_is_nothing),
	    cmocka_unit_test(test_names_that_people_have_are_somebody),
	    cmocka_unit_test(test_initials_may_be_any_letters),
	    cmocka_unit_test(test_a_name_is_judged_as_it_is_normalised),
	    cmocka_unit_test(test_a_postcode_can_be_somebodys),
	    cmocka_unit_test(test_a_birth_lies_before_the_question_and_not_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
