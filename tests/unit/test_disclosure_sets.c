/* SPDX-License-Identifier: EUPL-1.2 */
/* Disclosure control where sets lie within sets, follow one another in time, or say something together only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disclosure_made.h"

/* ---- Sets within sets */

static void test_a_set_minus_one_within_it_is_zero_or_r(void **state)
{
	size_t around = open_cell(20);
	size_t within = open_cell(20);
	size_t other = open_cell(19);

	(void)state;
	made.cells[around].priority = 1;
	RELATE(OEO_DISCLOSURE_COVER, around, within, other);
	for (uint64_t difference = 0; difference <= REST + 1; difference++) {
		made.cells[within].value[R] = 20 - difference;
		set_residents(within, 8);
		made.cells[other].value[R] = 10;
		set_residents(other, 5);
		decide();
		assert_true(is_shown(around));
		assert_int_equal(is_shown(within), difference == 0 || difference >= REST);
	}
}

static void test_differences_reach_through_several_steps(void **state)
{
	size_t quarter = open_cell(30);
	size_t theme = unopened_cell();
	size_t month = open_cell(28);

	(void)state;
	made.cells[quarter].priority = 1;
	RELATE(OEO_DISCLOSURE_WITHIN, quarter, theme);
	RELATE(OEO_DISCLOSURE_WITHIN, theme, month);
	decide();
	assert_true(is_shown(quarter));
	assert_false(is_shown(month));
}

static void test_a_hidden_set_between_two_equal_ones_is_not_left(void **state)
{
	size_t year = open_cell(20);
	size_t quarter = open_cell(20);
	size_t month = open_cell(20);

	(void)state;
	made.cells[year].priority = 2;
	made.cells[quarter].rules.members = 3;
	RELATE(OEO_DISCLOSURE_WITHIN, year, quarter);
	RELATE(OEO_DISCLOSURE_WITHIN, quarter, month);
	decide();
	assert_false(is_shown(quarter));
	assert_false(is_shown(year) && is_shown(month));
}

/* A theme that everybody asked about: its wards are the wards themselves. */
static void test_equal_sets_have_equal_parts(void **state)
{
	size_t total = open_cell(30);
	size_t ward_a = open_cell(18);
	size_t ward_b = open_cell(12);
	size_t theme = open_cell(30);
	size_t theme_a = open_cell(18);
	size_t theme_b = open_cell(12);

	(void)state;
	made.cells[total].priority = 3;
	made.cells[theme].priority = 2;
	made.cells[ward_b].rules.members = 3;
	made.cells[ward_a].rules.members = 3;
	RELATE(OEO_DISCLOSURE_EQUAL, total, ward_a, ward_b);
	RELATE(OEO_DISCLOSURE_EQUAL, theme, theme_a, theme_b);
	RELATE(OEO_DISCLOSURE_WITHIN, total, theme);
	RELATE(OEO_DISCLOSURE_WITHIN, ward_a, theme_a);
	RELATE(OEO_DISCLOSURE_WITHIN, ward_b, theme_b);
	decide();
	assert_false(is_shown(ward_a) || is_shown(ward_b));
	assert_false((is_shown(theme_a) || is_shown(theme_b)) && is_shown(total) && is_shown(theme));
}

/* ---- Over time */

static void test_what_is_out_stays_and_what_comes_later_gives_way(void **state)
{
	size_t quarter = open_cell(30);
	size_t month = open_cell(28);

	(void)state;
	made.cells[month].role = OEO_DISCLOSURE_SHOWN;
	RELATE(OEO_DISCLOSURE_WITHIN, quarter, month);
	decide();
	assert_true(is_shown(month));
	assert_false(is_shown(quarter));
}

static void test_a_month_that_was_hidden_does_not_come_out_with_the_quarter(void **state)
{
	size_t quarter = open_cell(40);
	size_t months[3] = {open_cell(14), open_cell(16), unopened_cell()};

	(void)state;
	add_questions(quarter, 60);
	for (size_t i = 0; i < 3; i++) {
		add_questions(months[i], i == 2 ? 0 : 20);
		made.cells[months[i]].role = i == 2 ? OEO_DISCLOSURE_HIDDEN : OEO_DISCLOSURE_SHOWN;
	}
	RELATE_QUESTIONS(OEO_DISCLOSURE_EQUAL, quarter, months[0], months[1], months[2]);
	made.relations[0].is_exact = false;
	decide();
	assert_true(is_shown(quarter));
	assert_false(is_whole(quarter));
}

static void test_what_was_withdrawn_is_hidden_unless_it_is_many(void **state)
{
	(void)state;
	for (uint64_t gone = 0; gone <= K + 1; gone++) {
		size_t quarter;
		size_t first;
		size_t second;

		(void)begin_three(NULL);
		quarter = open_cell(40);
		first = open_cell(30);
		second = open_cell(30);
		add_questions(quarter, 100 - gone);
		add_questions(first, 50);
		add_questions(second, 50);
		made.parts[quarter][0].questions = 50;
		made.parts[quarter][1].questions = 50 - gone;
		made.cells[first].role = OEO_DISCLOSURE_SHOWN;
		made.cells[second].role = OEO_DISCLOSURE_SHOWN;
		RELATE_QUESTIONS(OEO_DISCLOSURE_EQUAL, quarter, first, second);
		made.relations[0].is_exact = false;
		decide();
		assert_int_equal(is_whole(quarter), gone == 0 || gone >= K);
		assert_true(is_shown(quarter));
	}
}

static void test_two_versions_differ_by_nothing_or_by_what_may_be_shown(void **state)
{
	(void)state;
	for (uint64_t change = 0; change <= K + 1; change++) {
		for (uint64_t own = 0; own <= change; own++) {
			uint64_t others = change - own;
			size_t earlier;
			size_t later;

			(void)begin_three(NULL);
			earlier = open_cell(20);
			later = open_cell(20 + change);
			set_residents(later, 10 + own);
			made.cells[earlier].role = OEO_DISCLOSURE_SHOWN;
			RELATE(OEO_DISCLOSURE_VERSION, later, earlier);
			decide();
			assert_int_equal(is_shown(later),
			    change == 0 || (change >= K && (own == 0 || others == 0 || others >= REST) &&
					       (others == 0 || own == 0 || own >= REST)));
		}
	}
}

/* What was unsafe before anything is decided is not held against what has nothing to do with it. */
static void test_what_is_given_away_already_does_not_hide_the_rest(void **state)
{
	size_t total = open_cell(30);
	size_t shown = open_cell(28);
	size_t hidden = open_cell(2);
	size_t later = open_cell(60);

	(void)state;
	made.cells[total].role = OEO_DISCLOSURE_SHOWN;
	made.cells[shown].role = OEO_DISCLOSURE_SHOWN;
	made.cells[hidden].role = OEO_DISCLOSURE_HIDDEN;
	RELATE(OEO_DISCLOSURE_EQUAL, total, shown, hidden);
	RELATE(OEO_DISCLOSURE_WITHIN, later, total);
	decide();
	assert_true(is_shown(later));
}

/* ---- Elimination: no relation alone gives anything away */

static void test_numbers_that_follow_from_several_relations_together_are_protected(void **state)
{
	/* Rows a b | c d | e f, columns over three; a, b, c, d hidden in a ring, and e f open with f hidden too. */
	size_t total = open_cell(180);
	size_t rows[3];
	size_t columns[2];
	size_t inner[3][2];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		rows[i] = open_cell(60);
	for (size_t j = 0; j < 2; j++)
		columns[j] = open_cell(90);
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 2; j++)
			inner[i][j] = open_cell(30);
	made.cells[total].priority = 9;
	for (size_t i = 0; i < 3; i++)
		made.cells[rows[i]].priority = 5;
	for (size_t j = 0; j < 2; j++)
		made.cells[columns[j]].priority = 5;
	made.cells[inner[0][0]].rules.members = 3;
	RELATE(OEO_DISCLOSURE_EQUAL, total, rows[0], rows[1], rows[2]);
	RELATE(OEO_DISCLOSURE_EQUAL, total, columns[0], columns[1]);
	for (size_t i = 0; i < 3; i++)
		RELATE(OEO_DISCLOSURE_EQUAL, rows[i], inner[i][0], inner[i][1]);
	for (size_t j = 0; j < 2; j++)
		RELATE(OEO_DISCLOSURE_EQUAL, columns[j], inner[0][j], inner[1][j], inner[2][j]);
	decide();
	assert_false(is_shown(inner[0][0]));
	assert_int_equal(count.hidden, 4); /* a ring of four is the least */
	assert_true(is_shown(total) && is_shown(rows[0]) && is_shown(columns[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_set_minus_one_within_it_is_zero_or_r),
	    TEST(test_differences_reach_through_several_steps),
	    TEST(test_a_hidden_set_between_two_equal_ones_is_not_left),
	    TEST(test_equal_sets_have_equal_parts),
	    TEST(test_what_is_out_stays_and_what_comes_later_gives_way),
	    TEST(test_a_month_that_was_hidden_does_not_come_out_with_the_quarter),
	    TEST(test_what_was_withdrawn_is_hidden_unless_it_is_many),
	    TEST(test_two_versions_differ_by_nothing_or_by_what_may_be_shown),
	    TEST(test_what_is_given_away_already_does_not_hide_the_rest),
	    TEST(test_numbers_that_follow_from_several_relations_together_are_protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
