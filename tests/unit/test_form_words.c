/* SPDX-License-Identifier: EUPL-1.2 */
/* The words that come with the program: a resident's own, without any option, in each plan that has their codes. */
#include "tests/unit/form_words.h"

#include "agent/form/examples.h"
#include "proto/i18n.h"

#define PLANS OEO_TEST_DIR "/../proto/plans/"

static void open_plan(struct world *world, const char *plan)
{
	struct oeo_findings findings = {0};
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), PLANS "%s/plan.yaml", plan);
	assert_int_equal(oeo_plan_file_read(&world->fixture.plan, path, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	open_search(world);
}

static void close_plan(struct world *world)
{
	oeo_search_free(world->search);
	world->search = NULL;
	oeo_plan_free(world->fixture.plan);
	world->fixture.plan = NULL;
}

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fixture_open(&world->fixture);
	(void)oeo_i18n_switch(OEO_LANG_NL);
	*state = world;
	return 0;
}

static size_t find(struct world *world, const char *words, struct oeo_found found[OEO_SEARCH_MOST])
{
	size_t n = 0;

	assert_int_equal(oeo_search_find(world->search, words, NULL, found, &n), OEO_OK);
	return n;
}

/* Among the first `most` that the words find. */
static bool is_found(struct world *world, const char *words, const char *code, size_t most)
{
	return place_of(world, words, code, NULL) < most;
}

static const char *const asked[][2] = {
    {"scootmobiel", "VM03"},
    {"scoot mobiel", "VM03"},
    {"scootmobil", "VM03"},
    {"schulden", "GS01"},
    {"schuldenn", "GS01"},
    {"te weinig geld", "GS05"},
    {"geen geld", "GS05"},
    {"ik kan de huur niet betalen", "WO02"},
    {"huur", "WO02"},
    {"huurtoeslagg", "UT04"},
    {"eenzaam", "SN01"},
    {"alleen", "SN01"},
    {"iemand om mee te praten", "SN03"},
    {"stroom", "GS07"},
    {"eten", "GS06"},
    {"schoonmaken", "ZO01"},
    {"hulp in de huishouding", "ZO01"},
    {"rollater", "ZO03"},
    {"invalidekaart", "VM02"},
    {"trap lift", "WO04"},
    {"schimel", "WO03"},
    {"ruzie met de buren", "WO07"},
    {"herrie", "WO07"},
    {"op straat", "WO05"},
    {"brieven", "RF01"},
    {"belastingdienst", "GS08"},
    {"digi d", "RF03"},
    {"gescheiden", "RV01"},
    {"verslaafd", "PV04"},
    {"verdrietig", "PV01"},
    {"mijn vrouw is overleden", "PV05"},
    {"mijn uitkering is afgewezen", "RF04"},
    {"financi\u00eble problemen", "GS05"},
    {"zorg voor mijn man", "MZ01"},
    {"vreemdeling", "RF06"},
    {"asiel", "RF06"},
    {"hond", "WO07"},
    {"asbest", "WO03"},
    {"mn zoon luistert niet", "JO01"},
    {"blijf van m'n lijf", "RV02"},
    {"blijf van mijn lijf huis", "RV02"},
    {"kleren", "GS06"},
    {"nederlandse les", "OT05"},
    {"suikerziekte", "LG01"},
    {"pinpas", "GS90"},
};

/* Not only among the first: a word of the list itself leaves what only looks like it behind. */
static const char *const firsts[][2] = {
    {"brieven van de gemeente snap ik niet", "RF01"},
    {"blijf van mijn lijf", "RV02"},
    {"verblijf", "RF06"},
    {"mijn man slaat mij", "RV02"},
    {"rouw", "PV05"},
};

static void test_a_residents_own_words_find_it_in_every_plan_with_these_codes(void **state)
{
	static const char *const plans[] = {"almelo", "almere", "amersfoort"};
	struct world *world = *state;

	for (size_t p = 0; p < sizeof(plans) / sizeof(*plans); p++) {
		open_plan(world, plans[p]);
		for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
			if (!is_found(world, asked[i][0], asked[i][1], 2))
				fail_msg("%s: '%s' does not find %s", plans[p], asked[i][0], asked[i][1]);
		}
		for (size_t i = 0; i < sizeof(firsts) / sizeof(*firsts); i++) {
			if (!is_found(world, firsts[i][0], firsts[i][1], 1))
				fail_msg(
				    "%s: '%s' does not find %s first", plans[p], firsts[i][0], firsts[i][1]);
		}
		close_plan(world);
	}
}

static void test_words_that_say_nothing_bring_nothing_along(void **state)
{
	struct world *world = *state;
	struct oeo_found found[OEO_SEARCH_MOST], alone[OEO_SEARCH_MOST];
	size_t n;

	open_plan(world, "almelo");
	n = find(world, "hallo ik wil niet meer zonder een rolstoel en ook niet op het", found);
	assert_int_equal(n, find(world, "rolstoel", alone));
	for (size_t i = 0; i < n; i++)
		assert_int_equal(found[i].code, alone[i].code);
	assert_false(is_found(world, "overleden", "RF05", OEO_SEARCH_MOST)); /* "Klacht over gemeente" */
	/* by themselves they are the beginning of something */
	assert_true(is_found(world, "op", "WO05", OEO_SEARCH_MOST));
}

static void test_a_part_of_a_word_counts_only_where_no_word_is_the_same(void **state)
{
	struct world *world = *state;

	open_plan(world, "almelo");
	assert_false(is_found(world, "blijf van mijn lijf", "RF06", OEO_SEARCH_MOST)); /* "Verblijf" */
	assert_false(is_found(world, "verblijf", "JO05", OEO_SEARCH_MOST)); /* "kinderdagverblijf" */
	assert_true(is_found(world, "dagverblijf", "JO05", 1));
	assert_false(is_found(world, "rouw", "WO07", OEO_SEARCH_MOST)); /* "buurvrouw" */
	assert_false(is_found(world, "rouw", "MZ01", OEO_SEARCH_MOST)); /* "vrouw" */
	assert_true(is_found(world, "uurvrouw", "WO07", 1));
}

/* Every line of both files is of use in the plan that they were written for. */
static void test_every_word_that_comes_with_the_program_finds_its_code(void **state)
{
	struct world *world = *state;
	const char *synonym;
	size_t at = 0, code = 0, n = 0;

	open_plan(world, "almelo");
	while ((synonym = oeo_search_synonym(world->search, &at, &code)) != NULL) {
		n++;
		if (!is_found(world, synonym, world->dimension->codes[code].code, OEO_SEARCH_MOST))
			fail_msg("'%s' does not find %s", synonym, world->dimension->codes[code].code);
	}
	assert_true(n > 313 + 200);
}

static void test_the_members_own_list_replaces_those_that_come_along(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];
	static const char list[] = "term,code\nzoekwoordje,GS01\n";

	assert_int_equal(oeo_home_path(path, &world->fixture.home, "synonyms.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, list, strlen(list), 0600, NULL), OEO_OK);
	open_plan(world, "almelo");
	assert_true(is_found(world, "zoekwoordje", "GS01", 1));
	assert_false(is_found(world, "invalidekaart", "VM02", OEO_SEARCH_MOST));
	assert_false(is_found(world, "scoot", "WD02", OEO_SEARCH_MOST));
}

/* ---- A plan with lists of its own */

static struct oeo_code codes[] = {
    {.code = "GS01",
	.label_nl = (char[]){"Groente en fruit"},
	.label_en = (char[]){"Vegetables"},
	.parent = SIZE_MAX},
    {.code = "GS02", .label_nl = (char[]){"Bier"}, .parent = SIZE_MAX},
    {.code = "GS03", .label_nl = (char[]){"ICT-vragen"}, .parent = SIZE_MAX},
    {.code = OEO_UNKNOWN, .parent = SIZE_MAX},
};
static struct oeo_level level = {.id = "what", .first = 0, .count = 4};
static const struct oeo_dimension other = {
    .id = "what", .levels = &level, .n_levels = 1, .codes = codes, .n_codes = 4};

static void test_a_plan_that_uses_some_codes_for_something_else_is_not_searched_by_them(void **state)
{
	struct world *world = *state;
	struct oeo_found found[OEO_SEARCH_MOST];

	world->dimension = &other;
	assert_int_equal(oeo_search_new(&world->search, &other), OEO_OK);
	assert_int_equal(oeo_search_add_words(world->search, &world->fixture.home), OEO_OK);
	assert_int_equal(find(world, "schulden", found), 0);
	assert_int_equal(find(world, "groente", found), 1);
}

/* ---- The examples of the hint */

static size_t check_examples(struct world *world, char examples[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES])
{
	size_t n = oeo_examples_choose(world->search, world->dimension, examples);
	struct oeo_found found[OEO_SEARCH_MOST];

	for (size_t i = 0; i < n; i++) {
		if (find(world, examples[i], found) == 0)
			fail_msg("the example '%s' finds nothing", examples[i]);
	}
	return n;
}

static void test_every_example_finds_something_in_both_languages(void **state)
{
	static const char *const plans[] = {"almelo", "almere", "amersfoort"};
	char dutch[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES], english[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES];
	struct world *world = *state;

	for (size_t p = 0; p < sizeof(plans) / sizeof(*plans); p++) {
		open_plan(world, plans[p]);
		assert_int_equal(check_examples(world, dutch), OEO_EXAMPLES_MOST);
		assert_string_equal(dutch[0], "schuld");
		assert_true(oeo_i18n_switch(OEO_LANG_EN));
		assert_int_equal(check_examples(world, english), OEO_EXAMPLES_MOST);
		assert_string_equal(english[0], "debts");
		assert_true(oeo_i18n_switch(OEO_LANG_NL));
		close_plan(world);
	}
}

static void test_without_words_of_its_own_the_examples_are_of_the_labels(void **state)
{
	char examples[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES];
	struct world *world = *state;

	world->dimension = &other;
	assert_int_equal(oeo_search_new(&world->search, &other), OEO_OK);
	assert_int_equal(check_examples(world, examples), 3);
	assert_string_equal(examples[0], "groente");
	assert_string_equal(examples[1], "bier");
	assert_string_equal(examples[2], "ICT-vragen");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_residents_own_words_find_it_in_every_plan_with_these_codes),
	    TEST(test_words_that_say_nothing_bring_nothing_along),
	    TEST(test_a_part_of_a_word_counts_only_where_no_word_is_the_same),
	    TEST(test_every_word_that_comes_with_the_program_finds_its_code),
	    TEST(test_the_members_own_list_replaces_those_that_come_along),
	    TEST(test_a_plan_that_uses_some_codes_for_something_else_is_not_searched_by_them),
	    TEST(test_every_example_finds_something_in_both_languages),
	    TEST(test_without_words_of_its_own_the_examples_are_of_the_labels),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
