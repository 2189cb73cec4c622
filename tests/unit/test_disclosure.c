/* SPDX-License-Identifier: EUPL-1.2 */
/* Disclosure control rule by rule, at its boundaries: primary rules, remainders and zeros. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disclosure_made.h"

static bool is_alone_shown(void)
{
	decide();
	return is_shown(0);
}

/* ---- Primary rules */

static void test_fewer_than_k_residents_are_hidden(void **state)
{
	size_t cell = open_cell(K - 1);

	(void)state;
	assert_false(is_alone_shown());
	assert_int_equal(made.decisions[cell].reason, OEO_DISCLOSURE_PRIMARY);
	for (uint64_t residents = K; residents <= K + 1; residents++) {
		made.cells[cell].value[R] = residents;
		made.parts[cell][0].residents = residents;
		made.cells[cell].n_parts = 1;
		assert_true(is_alone_shown());
		assert_int_equal(made.decisions[cell].reason, OEO_DISCLOSURE_NOT_HIDDEN);
	}
}

static void test_a_sensitive_cell_has_its_own_k(void **state)
{
	size_t cell = open_cell(14);

	(void)state;
	made.cells[cell].rules.residents = 15;
	assert_false(is_alone_shown());
	made.cells[cell].rules.residents = 14;
	assert_true(is_alone_shown());
}

static void test_fewer_than_m_members_hide_a_cell(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	made.cells[cell].rules.members = 3;
	assert_false(is_alone_shown());
	made.cells[cell].rules.members = 2;
	assert_true(is_alone_shown());
	/* A member that reported questions without residents is none of them. */
	set_residents(cell, 20);
	assert_false(is_alone_shown());
}

static void test_rest_holds_for_every_contributor(void **state)
{
	struct oeo_disclosure_part parts[] = {{0, 1, 0}, {1, 2, 0}, {2, 18, 0}};
	size_t cell = open_cell(20);

	(void)state;
	for (uint64_t others = 0; others <= REST + 1; others++) {
		set_residents(cell, 20 - others);
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
		set_residents(cell, others);
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
	}
	/* Not by who sent most: the third of three is the one who could see the others' two. */
	made.cells[cell].n_parts = 3;
	made.cells[cell].parts = parts;
	assert_false(is_alone_shown());
	parts[2].residents = 17;
	assert_true(is_alone_shown());
}

static void test_rest_holds_for_questions_too(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	add_questions(cell, 40);
	for (uint64_t others = 0; others <= REST; others++) {
		made.parts[cell][0].questions = 40 - others;
		made.parts[cell][1].questions = others;
		assert_int_equal(is_alone_shown(), others == 0 || others >= REST);
	}
}

static void test_counts_are_of_cells_to_be_decided(void **state)
{
	(void)state;
	(void)open_cell(20);
	(void)open_cell(2);
	(void)unopened_cell();
	made.cells[open_cell(9)].role = OEO_DISCLOSURE_SHOWN;
	decide();
	assert_int_equal(count.shown, 1);
	assert_int_equal(count.hidden, 2);
}

/* ---- Remainders */

static void test_one_hidden_part_of_a_shown_sum_takes_another_with_it(void **state)
{
	size_t total = open_cell(40);
	size_t large = open_cell(20);
	size_t small = open_cell(12);
	size_t hidden = unopened_cell();
	size_t other = unopened_cell();

	(void)state;
	made.cells[total].value[R] = 36;
	made.cells[total].priority = 1;
	RELATE(OEO_DISCLOSURE_EQUAL, total, large, small, hidden, other);
	decide();
	assert_true(is_shown(total));
	assert_true(is_shown(large));
	assert_false(is_shown(small)); /* the smallest loss */
	assert_int_equal(made.decisions[small].reason, OEO_DISCLOSURE_SECONDARY);
}

/* Three unopened parts (with two, one person in one of them would know the other): is what is left for them safe by itself? */
static bool is_remainder_safe(uint64_t remainder, uint64_t own_of_it)
{
	size_t total;
	size_t part;
	size_t first;
	size_t second;
	size_t third;

	(void)begin_three(NULL);
	total = open_cell(20 + remainder);
	part = open_cell(20);
	first = unopened_cell();
	second = unopened_cell();
	third = unopened_cell();
	made.cells[total].priority = 1;
	set_residents(part, 10);
	set_residents(total, 10 + own_of_it);
	RELATE(OEO_DISCLOSURE_EQUAL, total, part, first, second, third);
	decide();
	return is_shown(part) && is_shown(total);
}

static void test_one_person_in_an_unopened_part_learns_no_other(void **state)
{
	size_t total = open_cell(60);
	size_t parts[] = {open_cell(30), open_cell(18), open_cell(12)};
	size_t hidden = unopened_cell();

	(void)state;
	made.cells[total].priority = 1;
	made.cells[total].value[R] = 61;
	RELATE(OEO_DISCLOSURE_EQUAL, total, parts[0], parts[1], parts[2], hidden);
	decide();
	assert_true(is_shown(total));
	assert_int_equal(is_shown(parts[0]) + is_shown(parts[1]) + is_shown(parts[2]), 1);
	assert_false(is_shown(parts[2]));
	made.decisions[parts[0]].is_shown = true;
	made.decisions[parts[1]].is_shown = true;
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_UNSAFE);
}

static void test_a_remainder_of_one_to_k_minus_one_is_never_left(void **state)
{
	(void)state;
	for (uint64_t remainder = 1; remainder <= K - 1; remainder++)
		assert_false(is_remainder_safe(remainder, 0));
	assert_true(is_remainder_safe(0, 0));
	assert_true(is_remainder_safe(K, 0));
	assert_true(is_remainder_safe(K + 1, 0));
}

static void test_a_remainder_stands_without_any_one_member(void **state)
{
	(void)state;
	for (uint64_t others = 1; others < REST; others++) {
		assert_false(is_remainder_safe(10, 10 - others));
		assert_false(is_remainder_safe(10, others));
	}
	assert_true(is_remainder_safe(10, 10 - REST));
	assert_true(is_remainder_safe(10, REST));
	assert_true(is_remainder_safe(10, 10));
}

static void test_a_remainder_of_questions_needs_a_cell_that_meets_every_rule(void **state)
{
	size_t total = open_cell(60);
	size_t part = open_cell(20);
	size_t other = open_cell(30);
	size_t first = unopened_cell();
	size_t second = unopened_cell();

	(void)state;
	made.cells[total].priority = 1;
	add_questions(total, 150);
	add_questions(part, 50);
	add_questions(other, 60);
	add_questions(first, 0);
	add_questions(second, 0);
	RELATE_QUESTIONS(OEO_DISCLOSURE_EQUAL, total, part, other, first, second);
	decide();
	/* Forty questions over two unopened cells could be those of one person. */
	assert_true(is_whole(total));
	assert_true(is_whole(other));
	/* That takes its questions alone: residents over themes do not add up. */
	assert_true(is_shown(part));
	assert_false(is_whole(part));
	assert_int_equal(made.decisions[part].reason, OEO_DISCLOSURE_SECONDARY);
	assert_int_equal(count.shown, 2);
	assert_int_equal(count.hidden, 3);
}

static void test_a_hidden_sum_of_shown_parts_takes_a_part_with_it(void **state)
{
	size_t total = open_cell(22);
	size_t first = open_cell(10);
	size_t second = open_cell(12);

	(void)state;
	set_residents(total, 21); /* the others' one */
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, second);
	decide();
	assert_false(is_shown(total));
	assert_int_equal(made.decisions[total].reason, OEO_DISCLOSURE_PRIMARY);
	assert_false(is_shown(first) && is_shown(second));
}

/* ---- Zeros */

static void test_an_unopened_cell_is_zero_only_where_nothing_is_left_for_it(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, second, empty);
	decide();
	assert_true(is_shown(empty));
	made.cells[empty].is_rounded = true;
	decide();
	assert_false(is_shown(empty));
	made.cells[empty].is_rounded = false;
	made.cells[empty].state = OEO_DISCLOSURE_UNBOUNDED;
	decide();
	assert_false(is_shown(empty));
	made.cells[empty].state = OEO_DISCLOSURE_UNOPENED;
	made.cells[first].is_rounded = true;
	decide();
	assert_false(is_shown(empty));
}

static void test_a_zero_takes_every_measure(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();

	(void)state;
	add_questions(total, 100);
	add_questions(first, 50);
	add_questions(second, 50);
	add_questions(empty, 0);
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, second, empty);
	decide();
	assert_false(is_shown(empty)); /* no residents, but questions without a name perhaps */
	RELATE_QUESTIONS(OEO_DISCLOSURE_EQUAL, total, first, second, empty);
	decide();
	assert_true(is_shown(empty));
}

static void test_what_may_have_been_withdrawn_proves_no_zero(void **state)
{
	size_t total = open_cell(32);
	size_t first = open_cell(20);
	size_t second = open_cell(12);
	size_t empty = unopened_cell();

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, second, empty);
	made.relations[0].is_exact = false;
	decide();
	assert_false(is_shown(empty));
	assert_true(is_shown(first) && is_shown(second));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_fewer_than_k_residents_are_hidden),
	    TEST(test_a_sensitive_cell_has_its_own_k),
	    TEST(test_fewer_than_m_members_hide_a_cell),
	    TEST(test_rest_holds_for_every_contributor),
	    TEST(test_rest_holds_for_questions_too),
	    TEST(test_counts_are_of_cells_to_be_decided),
	    TEST(test_one_hidden_part_of_a_shown_sum_takes_another_with_it),
	    TEST(test_one_person_in_an_unopened_part_learns_no_other),
	    TEST(test_a_remainder_of_one_to_k_minus_one_is_never_left),
	    TEST(test_a_remainder_stands_without_any_one_member),
	    TEST(test_a_remainder_of_questions_needs_a_cell_that_meets_every_rule),
	    TEST(test_a_hidden_sum_of_shown_parts_takes_a_part_with_it),
	    TEST(test_an_unopened_cell_is_zero_only_where_nothing_is_left_for_it),
	    TEST(test_a_zero_takes_every_measure),
	    TEST(test_what_may_have_been_withdrawn_proves_no_zero),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
