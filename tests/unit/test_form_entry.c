/* SPDX-License-Identifier: EUPL-1.2 */
/* From what was typed to a question: dates as people write them, what is missing, what is computed. */
#include "tests/unit/intake_fixture.h"

#include "agent/form/day.h"
#include "agent/form/entry.h"

struct world {
	struct fixture fixture;
	struct oeo_entry_reader reader;
	int64_t today;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fixture_open(&world->fixture);
	fixture_load_plan(&world->fixture);
	assert_int_equal(
	    oeo_entry_reader_init(&world->reader, world->fixture.plan, world->fixture.ledger), OEO_OK);
	assert_int_equal(oeo_day_parse(&world->today, "2026-11-21"), OEO_OK);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_entry_reader_fini(&world->reader);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

#define VISIT "visit=0123456789abcdef0123456789abcdef&"
#define NAMED "f.birthdate=3-4-1951&f.postcode=7601+ab&f.surname=Van+den+Berg&"

/* Read an entry; faults that it has go to faults (zeroed here). */
static void read_entry(
    struct world *world, const char *body, struct oeo_question *question, struct oeo_form_faults *faults)
{
	struct oeo_form_fields fields = {0};

	memset(question, 0, sizeof(*question));
	memset(faults, 0, sizeof(*faults));
	assert_int_equal(oeo_form_fields_parse(&fields, body, strlen(body)), OEO_OK);
	assert_int_equal(oeo_entry_read(&world->reader, &fields, world->today, question, faults), OEO_OK);
	oeo_form_fields_fini(&fields);
}

static const char *code_of(const struct oeo_question *question, const char *dimension)
{
	for (size_t i = 0; i < question->n_dimensions; i++) {
		if (strcmp(question->dimensions[i], dimension) == 0)
			return question->codes[i];
	}
	return "";
}

static void test_a_named_entry_is_normalised_and_its_ward_computed(void **state)
{
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(*state, VISIT NAMED "d.question=GS01&d.barrier=KN04", &question, &faults);
	assert_int_equal(faults.n, 0);
	assert_string_equal(question.identity[0], "1951-04-03");
	assert_string_equal(question.identity[1], "7601AB");
	assert_string_equal(question.identity[2], "vandenberg");
	assert_string_equal(code_of(&question, "question"), "GS01");
	assert_string_equal(code_of(&question, "area"), "WK014110");
	assert_string_equal(code_of(&question, "barrier"), "KN04");
	assert_string_equal(code_of(&question, "channel"), OEO_UNKNOWN);
	assert_int_equal(question.day, ((struct world *)*state)->today);
	assert_string_equal(question.source, "form");
	assert_false(question.is_unmapped);
	oeo_question_fini(&question);
}

static void test_without_a_name_nothing_of_one_is_kept(void **state)
{
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(*state, VISIT NAMED "nameless=1&d.question=GS01", &question, &faults);
	assert_int_equal(faults.n, 0);
	assert_false(oeo_question_has_identity(&question));
	for (size_t i = 0; i < question.n_fields; i++)
		assert_string_equal(question.identity[i], "");
	assert_string_equal(code_of(&question, "area"), OEO_UNKNOWN);
	oeo_question_fini(&question);
}

/* The entry has a fault at this field, and no more than `n` in all. */
static void expect_fault(struct world *world, const char *body, const char *field, size_t n)
{
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(world, body, &question, &faults);
	if (oeo_form_fault_of(&faults, field) == NULL)
		fail_msg("no fault at '%s': %s", field, body);
	assert_int_equal(faults.n, n);
}

static void test_each_fault_is_told_at_its_field(void **state)
{
	expect_fault(*state, VISIT "nameless=1", "d.question", 1);
	expect_fault(*state, VISIT "nameless=1&d.question=ZZ99", "d.question", 1);
	expect_fault(*state, VISIT "nameless=1&d.question=GS", "d.question", 1); /* a theme is no topic */
	expect_fault(*state, VISIT "nameless=1&d.question=GS01&d.barrier=%22", "d.barrier", 1);
	expect_fault(*state, VISIT "d.question=GS01", "f.surname", 3);
	expect_fault(*state, VISIT "d.question=GS01&f.birthdate=3-4-1951&f.surname=Berg", "f.postcode", 1);
	expect_fault(*state, VISIT "d.question=GS01&f.birthdate=31-2-1951&f.surname=Berg&f.postcode=7601",
	    "f.birthdate", 1);
	expect_fault(*state, VISIT "d.question=GS01&f.birthdate=vorig+jaar&f.surname=Berg&f.postcode=7601",
	    "f.birthdate", 1);
	expect_fault(*state, VISIT "d.question=GS01&f.birthdate=1-1-2027&f.surname=Berg&f.postcode=7601",
	    "f.birthdate", 1);
	expect_fault(*state, VISIT "d.question=GS01&f.birthdate=3-4-1951&f.surname=Berg&f.postcode=12",
	    "f.postcode", 1);
	expect_fault(*state, VISIT "nameless=1&d.question=GS01&day=2026-11-22", "day", 1);
	expect_fault(*state, VISIT "nameless=1&d.question=GS01&day=2024-12-31", "day", 1);
	expect_fault(*state, "nameless=1&d.question=GS01", "", 1);
	expect_fault(*state, "visit=0123&nameless=1&d.question=GS01", "", 1);
	expect_fault(*state, "visit=0123456789ABCDEF0123456789abcdef&nameless=1&d.question=GS01", "", 1);
}

/* What cannot be one resident's would make strangers one, or one resident two. */
static void test_an_identity_that_is_nobodys_is_refused(void **state)
{
	static const struct {
		const char *field, *value;
	} cases[] = {
	    {"surname", "onbekend"}, {"surname", "nvt"}, {"surname", "N.V.T."}, {"surname", "X"},
	    {"surname", "-"}, {"surname", "?"}, {"postcode", "onbekend"}, {"postcode", "0000"},
	    {"postcode", "9999"}, {"postcode", "99999"}, {"postcode", "7601"}, /* 7601AA elsewhere */
	    {"postcode", "0601AB"}, {"birthdate", "onbekend"}, {"birthdate", "00-00-0000"},
	    {"birthdate", "22-11-2026"}, /* tomorrow */
	    {"birthdate", "1-1-1876"}, {"birthdate", "20-11-1906"}, /* 120 years and a day */
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool is_surname = strcmp(cases[i].field, "surname") == 0;
		bool is_postcode = strcmp(cases[i].field, "postcode") == 0;
		bool is_birth = strcmp(cases[i].field, "birthdate") == 0;
		char body[256], field[32];

		(void)snprintf(body, sizeof(body),
		    VISIT "d.question=GS01&f.surname=%s&f.postcode=%s&f.birthdate=%s",
		    is_surname ? cases[i].value : "Berg", is_postcode ? cases[i].value : "7601AB",
		    is_birth ? cases[i].value : "3-4-1951");
		(void)snprintf(field, sizeof(field), "f.%s", cases[i].field);
		expect_fault(*state, body, field, 1);
	}
}

/* What the form says of this day of birth, or of the question. */
static void expect_said(struct world *world, const char *field, const char *day, const char *said)
{
	char body[256];
	struct oeo_question question;
	struct oeo_form_faults faults;
	const char *fault;

	(void)snprintf(body, sizeof(body),
	    VISIT "d.question=GS01&f.surname=Berg&f.postcode=7601AB&f.birthdate=%s&day=%s",
	    strcmp(field, "day") == 0 ? "3-4-1951" : day, strcmp(field, "day") == 0 ? day : "");
	read_entry(world, body, &question, &faults);
	assert_int_equal(faults.n, 1);
	fault = oeo_form_fault_of(&faults, field);
	assert_non_null(fault);
	if (strstr(fault, said) == NULL)
		fail_msg("%s %s: '%s' does not say '%s'", field, day, fault, said);
}

static void test_a_year_that_cannot_be_is_told_as_a_year(void **state)
{
	static const char *const early[] = {"1-1-1890", "31-12-1899", "01011890", "1890-01-01", "3-4-0951"};

	for (size_t i = 0; i < sizeof(early) / sizeof(*early); i++)
		expect_said(*state, "f.birthdate", early[i], "Look at the year of birth");
	expect_said(*state, "f.birthdate", "2-1-1900", "Look at the year of birth");
	expect_said(*state, "f.birthdate", "31-2-1951", "This day does not exist");
	expect_said(*state, "f.birthdate", "3-4-51", "31-12-1950");
	expect_said(*state, "day", "1890-01-01", "before the plan begins");
	expect_said(*state, "day", "2026-02-30", "This day does not exist");
}

static void test_every_field_that_says_nothing_is_told_at_once(void **state)
{
	expect_fault(*state, VISIT "d.question=GS01&f.surname=nvt&f.postcode=onbekend&f.birthdate=onbekend",
	    "f.birthdate", 3);
}

static void test_faults_are_told_in_the_order_of_the_page(void **state)
{
	static const char *const wanted[] = {
	    "d.question", "f.birthdate", "f.postcode", "f.surname", "d.barrier", "day"};
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(*state, VISIT "f.birthdate=31-2-1951&f.postcode=nvt&d.barrier=zz&day=32-1-2026", &question,
	    &faults);
	assert_int_equal(faults.n, sizeof(wanted) / sizeof(*wanted));
	for (size_t i = 0; i < faults.n; i++)
		assert_string_equal(faults.items[i].field, wanted[i]);
}

static void test_the_last_day_that_may_be_is_today(void **state)
{
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(*state, VISIT "nameless=1&d.question=GS01&day=2026-11-21", &question, &faults);
	assert_int_equal(faults.n, 0);
	oeo_question_fini(&question);
	read_entry(*state, VISIT "nameless=1&d.question=GS01&day=2025-01-01", &question, &faults);
	assert_int_equal(faults.n, 0);
	oeo_question_fini(&question);
}

static void test_a_placeholder_counts_as_no_name(void **state)
{
	struct oeo_question question;
	struct oeo_form_faults faults;

	read_entry(*state, VISIT "d.question=GS01&f.birthdate=01011900&f.surname=Berg&f.postcode=7601AB",
	    &question, &faults);
	assert_int_equal(faults.n, 0);
	assert_false(oeo_question_has_identity(&question));
	oeo_question_fini(&question);
}

static void test_what_is_stored_can_be_shown_and_read_again(void **state)
{
	struct world *world = *state;
	struct oeo_question first, second;
	struct oeo_form_fields fields = {0};
	struct oeo_form_faults faults;

	read_entry(world, VISIT NAMED "d.question=GS01&d.channel=KA01&day=2026-11-01", &first, &faults);
	assert_int_equal(oeo_entry_write(world->fixture.plan, &first, &fields), OEO_OK);
	assert_string_equal(oeo_form_field(&fields, "f.birthdate"), "03-04-1951");
	assert_int_equal(oeo_form_fields_add(&fields, "visit", "0123456789abcdef0123456789abcdef"), OEO_OK);
	memset(&faults, 0, sizeof(faults));
	assert_int_equal(oeo_entry_read(&world->reader, &fields, world->today, &second, &faults), OEO_OK);
	assert_int_equal(faults.n, 0);
	assert_memory_equal(first.record, second.record, sizeof(first.record));
	assert_int_equal(first.day, second.day);
	for (size_t i = 0; i < first.n_fields; i++)
		assert_string_equal(first.identity[i], second.identity[i]);
	for (size_t i = 0; i < first.n_dimensions; i++)
		assert_string_equal(first.codes[i], second.codes[i]);
	oeo_form_fields_fini(&fields);
	oeo_question_fini(&first);
	oeo_question_fini(&second);
}

static void test_dates_are_read_as_people_write_them(void **state)
{
	static const char *const good[] = {"3-4-1951", "03-04-1951", "3/4/1951", "3.4.1951", "3 4 1951",
	    "03041951", "1951-04-03", "1951-4-3", "3, 4, 1951", "3-4-1951 "};
	static const char *const bad[] = {"", "3-4-51", "3-4", "1951", "3-4-1951-2", "3-4-1951x", "x3-4-1951",
	    "03-004-1951", "0304195", "030419511", "31-12-19500", "--"};
	static const char *const impossible[] = {
	    "30-2-2020", "29-2-2021", "0-1-2020", "1-13-2020", "1-1-1899", "00000000"};
	int64_t wanted, day = 0;

	(void)state;
	assert_int_equal(oeo_day_parse(&wanted, "1951-04-03"), OEO_OK);
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		if (oeo_form_read_day(&day, good[i]) != OEO_OK || day != wanted)
			fail_msg("not read: '%s'", good[i]);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (oeo_form_read_day(&day, bad[i]) != OEO_ERR_FORMAT)
			fail_msg("read: '%s'", bad[i]);
	}
	for (size_t i = 0; i < sizeof(impossible) / sizeof(*impossible); i++) {
		if (oeo_form_read_day(&day, impossible[i]) != OEO_ERR_RANGE)
			fail_msg("possible: '%s'", impossible[i]);
	}
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_named_entry_is_normalised_and_its_ward_computed),
	    TEST(test_without_a_name_nothing_of_one_is_kept),
	    TEST(test_each_fault_is_told_at_its_field),
	    TEST(test_an_identity_that_is_nobodys_is_refused),
	    TEST(test_a_year_that_cannot_be_is_told_as_a_year),
	    TEST(test_every_field_that_says_nothing_is_told_at_once),
	    TEST(test_faults_are_told_in_the_order_of_the_page),
	    TEST(test_the_last_day_that_may_be_is_today),
	    TEST(test_a_placeholder_counts_as_no_name),
	    TEST(test_what_is_stored_can_be_shown_and_read_again),
	    cmocka_unit_test(test_dates_are_read_as_people_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
