/* SPDX-License-Identifier: EUPL-1.2 */
/* Finding a topic by a resident's own words, in the lists of Almelo. */
#include "tests/unit/form_words.h"

#include "agent/words.h"

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fixture_open(&world->fixture);
	fixture_load_plan(&world->fixture);
	assert_int_equal(
	    oeo_words_keep(&world->fixture.home, OEO_ALMELO "/codes/synonyms.csv", NULL), OEO_OK);
	open_search(world);
	*state = world;
	return 0;
}

static void test_a_word_finds_its_topic_first(void **state)
{
	static const char *const asked[][2] = {
	    {"schulden", "GS01"},
	    {"SCHULDEN", "GS01"},
	    {"  schulden ", "GS01"},
	    {"deurwaarder", "GS04"},
	    {"voedselbank", "GS06"},
	    {"bijstand", "UT01"},
	    {"huurtoeslag", "UT04"},
	    {"rolstoel", "ZO03"},
	    {"eenzaamheid", "SN01"},
	    {"debts", "GS01"},
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		if (place_of(*state, asked[i][0], asked[i][1], NULL) != 0)
			fail_msg("%s does not find %s first", asked[i][0], asked[i][1]);
	}
}

static void test_half_typed_misspelt_and_accented_words_find_it(void **state)
{
	static const char *const asked[][2] = {
	    {"schul", "GS01"}, {"deurw", "GS04"}, {"deurwaader", "GS04"}, /* a letter left out */
	    {"deurwaardder", "GS04"}, /* one added */
	    {"deurwarader", "GS04"}, /* two exchanged */
	    {"voedzelbank", "GS06"}, /* one changed */
	    {"sch\u00falden", "GS01"},
	    {"\xef\xbd\x93"
	     "chulden",
		"GS01"}, /* a full-width s */
	};

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		if (place_of(*state, asked[i][0], asked[i][1], NULL) > 2)
			fail_msg("%s does not find %s", asked[i][0], asked[i][1]);
	}
}

static void test_a_sentence_finds_what_it_is_about(void **state)
{
	assert_true(place_of(*state, "ik kan mijn schulden niet meer betalen", "GS01", NULL) <= 2);
	assert_true(place_of(*state, "er stond een deurwaarder voor de deur", "GS04", NULL) <= 2);
	assert_true(
	    place_of(*state, "mijn uitkering is geweigerd, wat nu met de huurtoeslag", "UT04", NULL) <= 2);
}

static void test_a_theme_finds_its_topics(void **state)
{
	assert_true(place_of(*state, "mantelzorg", "MZ01", NULL) != SIZE_MAX);
	assert_true(place_of(*state, "vervoer", "VM01", NULL) != SIZE_MAX);
}

static void test_a_synonym_is_told(void **state)
{
	struct world *world = *state;
	struct oeo_found found[OEO_SEARCH_MOST];
	size_t n = 0;

	assert_int_equal(oeo_search_find(world->search, "huurtoeslag", NULL, found, &n), OEO_OK);
	assert_true(n > 0);
	assert_non_null(found[0].because);
	assert_string_equal(found[0].because, "huurtoeslag");
}

static void test_what_says_nothing_finds_nothing(void **state)
{
	static const char *const asked[] = {"", "   ", "xqzwv", "!!!", "\u4e2d"};
	struct oeo_found found[OEO_SEARCH_MOST];

	for (size_t i = 0; i < sizeof(asked) / sizeof(*asked); i++) {
		size_t n = 99;

		assert_int_equal(
		    oeo_search_find(((struct world *)*state)->search, asked[i], NULL, found, &n), OEO_OK);
		assert_int_equal(n, 0);
	}
}

static void test_long_and_broken_words_do_no_harm(void **state)
{
	struct oeo_found found[OEO_SEARCH_MOST];
	static char words[4096];
	size_t n = 0;

	memset(words, 's', sizeof(words) - 1);
	assert_int_equal(oeo_search_find(((struct world *)*state)->search, words, NULL, found, &n), OEO_OK);
	assert_int_equal(
	    oeo_search_find(((struct world *)*state)->search, "\xc3schulden\xff", NULL, found, &n), OEO_OK);
}

static void test_among_equals_the_usual_one_comes_first(void **state)
{
	struct world *world = *state;
	struct oeo_question question = {.n_dimensions = 1};
	struct oeo_usage usage = {0};
	struct oeo_found before[OEO_SEARCH_MOST];
	size_t n = 0;

	assert_int_equal(oeo_search_find(world->search, "huur", NULL, before, &n), OEO_OK);
	assert_true(n >= 2);
	strcpy(question.dimensions[0], world->dimension->id);
	strcpy(question.codes[0], world->dimension->codes[before[1].code].code);
	assert_int_equal(oeo_usage_count(&usage, world->dimension, &question), OEO_OK);
	assert_int_equal(place_of(world, "huur", question.codes[0], &usage), 0);
	oeo_usage_fini(&usage);
}

/* ---- What is usual */

static void choose(struct world *world, struct oeo_usage *usage, const char *code, unsigned times)
{
	struct oeo_question question = {.n_dimensions = 2};

	strcpy(question.dimensions[0], "barrier");
	strcpy(question.codes[0], "KN03");
	strcpy(question.dimensions[1], "question");
	strcpy(question.codes[1], code);
	for (unsigned i = 0; i < times; i++)
		assert_int_equal(oeo_usage_count(usage, world->dimension, &question), OEO_OK);
}

static void test_what_is_chosen_often_stands_first_and_fades(void **state)
{
	struct world *world = *state;
	const struct oeo_level *level = &world->dimension->levels[1];
	size_t *order = calloc(level->count, sizeof(*order));
	struct oeo_usage usage = {0}, loaded = {0};

	assert_non_null(order);
	choose(world, &usage, "GS02", 1);
	choose(world, &usage, "WO01", 3);
	choose(world, &usage, OEO_UNKNOWN, 9);
	assert_int_equal(oeo_usage_order(&usage, world->dimension, order), 2);
	assert_string_equal(world->dimension->codes[order[0]].code, "WO01");
	assert_string_equal(world->dimension->codes[order[1]].code, "GS02");
	assert_string_equal(world->dimension->codes[order[2]].code, "GS01");
	assert_int_equal(oeo_usage_weight(&usage, "barrier", "KN03"), 0); /* only topics are counted */
	assert_int_equal(oeo_usage_store(&usage, world->fixture.ledger), OEO_OK);
	assert_int_equal(oeo_usage_load(&loaded, world->fixture.ledger), OEO_OK);
	assert_int_equal(
	    oeo_usage_weight(&loaded, "question", "WO01"), oeo_usage_weight(&usage, "question", "WO01"));
	choose(world, &loaded, "GS03", 300);
	assert_int_equal(oeo_usage_weight(&loaded, "question", "WO01"), 0);
	oeo_usage_fini(&usage);
	oeo_usage_fini(&loaded);
	free(order);
}

static void test_a_file_that_is_no_list_of_words_is_refused(void **state)
{
	struct world *world = *state;
	struct oeo_note why = {""};

	assert_int_equal(
	    oeo_words_keep(&world->fixture.home, OEO_ALMELO "/codes/area.csv", &why), OEO_ERR_FORMAT);
	assert_true(why.text[0] != '\0');
	assert_int_equal(oeo_words_keep(&world->fixture.home, "/nowhere/at/all", &why), OEO_ERR_NOT_FOUND);
	assert_int_equal(place_of(world, "huurtoeslag", "UT04", NULL), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_word_finds_its_topic_first),
	    TEST(test_half_typed_misspelt_and_accented_words_find_it),
	    TEST(test_a_sentence_finds_what_it_is_about),
	    TEST(test_a_theme_finds_its_topics),
	    TEST(test_a_synonym_is_told),
	    TEST(test_what_says_nothing_finds_nothing),
	    TEST(test_long_and_broken_words_do_no_harm),
	    TEST(test_among_equals_the_usual_one_comes_first),
	    TEST(test_what_is_chosen_often_stands_first_and_fades),
	    TEST(test_a_file_that_is_no_list_of_words_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
