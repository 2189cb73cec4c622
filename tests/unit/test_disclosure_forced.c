/* SPDX-License-Identifier: EUPL-1.2 */
/* Decisions where something is to stay hidden whatever the rules say: questions alone, or a whole cell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "collector/disclosure/disclosure.h"

#define K 5
#define REST 3
#define CELLS 4
#define RESIDENTS OEO_DISCLOSURE_RESIDENTS
#define QUESTIONS OEO_DISCLOSURE_QUESTIONS

/* A total of three themes, each with as many residents and questions from two members; nobody asks about two. */
enum { TOTAL, HOUSING, MONEY, CARE };

static const size_t themes[] = {HOUSING, MONEY, CARE};

static struct {
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell cells[CELLS];
	struct oeo_disclosure_part parts[CELLS][2];
	struct oeo_disclosure_relation relations[2];
	enum oeo_disclosure_force forced[CELLS];
	struct oeo_disclosure_decision decisions[CELLS];
	struct oeo_disclosure_count count;
} made;

static void put(size_t cell, uint64_t residents, uint64_t questions)
{
	made.cells[cell] = (struct oeo_disclosure_cell){.key = cell,
	    .role = OEO_DISCLOSURE_DECIDE,
	    .state = OEO_DISCLOSURE_OPEN,
	    .has_measure = {true, true},
	    .value = {residents, questions},
	    .parts = made.parts[cell],
	    .n_parts = 2,
	    .rules = {K, 1, REST, K},
	    .priority = cell == TOTAL};
	made.parts[cell][0] = (struct oeo_disclosure_part){0, residents / 2, questions / 2};
	made.parts[cell][1] =
	    (struct oeo_disclosure_part){1, residents - residents / 2, questions - questions / 2};
}

static int begin(void **state)
{
	(void)state;
	memset(&made, 0, sizeof(made));
	put(TOTAL, 60, 120);
	put(HOUSING, 30, 60);
	put(MONEY, 20, 40);
	put(CARE, 10, 20);
	made.relations[0] =
	    (struct oeo_disclosure_relation){OEO_DISCLOSURE_COVER, RESIDENTS, TOTAL, themes, 3, true};
	made.relations[1] =
	    (struct oeo_disclosure_relation){OEO_DISCLOSURE_EQUAL, QUESTIONS, TOTAL, themes, 3, true};
	made.problem = (struct oeo_disclosure_problem){made.cells, CELLS, made.relations, 2, 2, 1};
	return 0;
}

static void decide(void)
{
	assert_int_equal(
	    oeo_disclosure_decide_without(&made.problem, made.forced, made.decisions, &made.count),
	    OEO_DISCLOSURE_OK);
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
}

static bool is_whole(size_t cell)
{
	return made.decisions[cell].is_shown && !made.decisions[cell].hides_questions;
}

static bool is_without_questions(size_t cell)
{
	return made.decisions[cell].is_shown && made.decisions[cell].hides_questions;
}

static size_t count_without_questions(void)
{
	size_t n = 0;

	for (size_t i = 0; i < CELLS; i++)
		n += is_without_questions(i);
	return n;
}

/* ---- Tests */

static void test_where_nothing_is_forced_all_is_shown(void **state)
{
	(void)state;
	decide();
	for (size_t i = 0; i < CELLS; i++) {
		assert_true(is_whole(i));
		assert_int_equal(made.decisions[i].reason, OEO_DISCLOSURE_NOT_HIDDEN);
	}
	assert_int_equal(made.count.shown, CELLS);
}

/* The residents are read; the questions do not come back in the clean-up, and take others with them. */
static void test_forced_questions_are_hidden_and_their_residents_are_not(void **state)
{
	(void)state;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	decide();
	assert_true(is_without_questions(HOUSING));
	assert_int_equal(made.decisions[HOUSING].reason, OEO_DISCLOSURE_SECONDARY);
	/* One more number of the sum, and no cell whole. */
	assert_int_equal(count_without_questions(), 2);
	assert_int_equal(made.count.shown, CELLS - 2);
	assert_int_equal(made.count.hidden, 2);
	for (size_t i = 0; i < CELLS; i++)
		assert_true(made.decisions[i].is_shown);
}

/* Without any relation nothing is given away, and the clean-up would give both back. */
static void test_what_is_forced_stays_hidden_where_nothing_else_asks_for_it(void **state)
{
	(void)state;
	made.problem.n_relations = 0;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	made.forced[MONEY] = OEO_DISCLOSURE_FORCE_CELL;
	decide();
	assert_true(is_without_questions(HOUSING));
	assert_false(made.decisions[MONEY].is_shown);
	assert_true(is_whole(TOTAL) && is_whole(CARE));
}

/* With both forced, no third one is needed. */
static void test_what_is_forced_protects_what_is_forced(void **state)
{
	(void)state;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	made.forced[TOTAL] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	decide();
	assert_true(is_without_questions(HOUSING) && is_without_questions(TOTAL));
	assert_true(is_whole(MONEY) && is_whole(CARE));
}

static void test_a_forced_cell_is_hidden_whole(void **state)
{
	(void)state;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_CELL;
	decide();
	assert_false(made.decisions[HOUSING].is_shown);
	assert_false(made.decisions[HOUSING].hides_questions);
	assert_int_equal(made.decisions[HOUSING].reason, OEO_DISCLOSURE_SECONDARY);
	assert_true(made.decisions[TOTAL].is_shown);
}

/* There are no residents to be shown without questions. */
static void test_of_a_cell_with_one_measure_all_is_hidden(void **state)
{
	(void)state;
	for (size_t i = 0; i < CELLS; i++) {
		made.cells[i].has_measure[QUESTIONS] = false;
		made.cells[i].value[QUESTIONS] = 0;
		for (size_t j = 0; j < 2; j++)
			made.parts[i][j].questions = 0;
	}
	made.problem.n_relations = 1;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	decide();
	assert_false(made.decisions[HOUSING].is_shown);
	assert_int_equal(count_without_questions(), 0);
}

/* It says nothing of what is out, or hidden by its own rules. */
static void test_only_what_is_to_be_decided_is_forced(void **state)
{
	(void)state;
	made.cells[HOUSING].role = OEO_DISCLOSURE_SHOWN;
	made.forced[HOUSING] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	put(CARE, K - 1, 20);
	made.forced[CARE] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	put(TOTAL, 50 + K - 1, 120);
	decide();
	assert_true(is_whole(HOUSING));
	assert_false(made.decisions[CARE].is_shown);
	assert_int_equal(made.decisions[CARE].reason, OEO_DISCLOSURE_PRIMARY);
}

#define TEST(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_where_nothing_is_forced_all_is_shown),
	    TEST(test_forced_questions_are_hidden_and_their_residents_are_not),
	    TEST(test_what_is_forced_stays_hidden_where_nothing_else_asks_for_it),
	    TEST(test_what_is_forced_protects_what_is_forced),
	    TEST(test_a_forced_cell_is_hidden_whole),
	    TEST(test_of_a_cell_with_one_measure_all_is_hidden),
	    TEST(test_only_what_is_to_be_decided_is_forced),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
