/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit: planted leaks, each found by the attacker meant, at the boundaries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit_made.h"

static void test_linear_finds_what_one_sum_leaves(void **state)
{
	size_t total = shown(20);
	size_t a = shown(16);
	size_t b = hidden(4);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	audit(OEO_AUDIT_ALL);
	assert_int_equal(n_by(OEO_AUDIT_L), 1);
	assert_int_equal(made.report.verdicts[0].first_cell, b);
	assert_interval(b, OEO_AUDIT_VIEW_P, 4, 4);
	assert_false(oeo_audit_is_safe(&made.report));
}

/* Two rows and two columns with a corner in common: no sum by itself gives it away. */
static void test_linear_adds_and_subtracts_whole_relations(void **state)
{
	size_t row1 = shown(30);
	size_t row2 = shown(31);
	size_t column1 = shown(28);
	size_t column2 = shown(39);
	size_t a = hidden(10);
	size_t b = hidden(20);
	size_t c = hidden(12);
	size_t d = hidden(19);
	size_t e = hidden(6);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, row1, a, b);
	RELATE(OEO_DISCLOSURE_EQUAL, row2, c, d);
	RELATE(OEO_DISCLOSURE_EQUAL, column1, a, c, e);
	RELATE(OEO_DISCLOSURE_EQUAL, column2, b, d);
	audit(OEO_AUDIT_L);
	assert_int_equal(n_by(OEO_AUDIT_L), 1);
	assert_int_equal(made.report.verdicts[0].first_cell, e);
}

/* The union of two sets is as large as the one that is shown, and no larger than what holds it. */
static void test_bounds_find_what_linear_does_not(void **state)
{
	size_t whole = shown(12);
	size_t part = hidden(12);
	size_t inner = shown(12);

	(void)state;
	RELATE(OEO_DISCLOSURE_WITHIN, whole, part);
	RELATE(OEO_DISCLOSURE_WITHIN, part, inner);
	audit(OEO_AUDIT_L | OEO_AUDIT_P);
	assert_int_equal(n_by(OEO_AUDIT_L), 0);
	assert_int_equal(n_by(OEO_AUDIT_P), 1);
}

static void test_published_zeros_let_ones_be_found(void **state)
{
	size_t total = shown(12);
	size_t a = shown(10);
	size_t b = hidden(1);
	size_t c = hidden(1);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
	audit(OEO_AUDIT_P | OEO_AUDIT_Q);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_int_equal(n_by(OEO_AUDIT_Q), 2);
	assert_interval(b, OEO_AUDIT_VIEW_P, 0, 2);
	assert_interval(b, OEO_AUDIT_VIEW_Q, 1, 1);
}

static void test_zero_attacker_does_not_apply_where_a_hidden_cell_may_be_zero(void **state)
{
	size_t total = shown(12);
	size_t a = shown(10);
	size_t b = hidden(1);
	size_t c = hidden(0);

	(void)state;
	made.cells[c].state = OEO_DISCLOSURE_UNOPENED;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
	audit(OEO_AUDIT_Q);
	assert_false(made.report.verdicts[2].is_tried);
	assert_int_equal(n_by(OEO_AUDIT_Q), 0);
}

static void test_single_contributor_finds_the_other_cell(void **state)
{
	size_t total = shown(20);
	size_t a = shown(13);
	size_t single = hidden(1);
	size_t other = hidden(6);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, single, other);
	audit(OEO_AUDIT_P | OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_int_equal(n_by(OEO_AUDIT_S), 1);
	assert_int_equal(made.report.verdicts[3].first_cell, other);
	assert_int_equal(made.report.verdicts[3].n_primary, 0);
	made.decisions[other].reason = OEO_DISCLOSURE_PRIMARY;
	audit(OEO_AUDIT_S);
	assert_int_equal(made.report.verdicts[3].n_primary, 1);
}

/* The margin around a single is its own number, and tells nothing of others. */
static void test_margin_that_holds_the_single_alone_is_its_own(void **state)
{
	size_t total = shown(20);
	size_t row = hidden(1);
	size_t other = hidden(19);
	size_t single = hidden(1);
	size_t zero = shown(0);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, row, other);
	RELATE(OEO_DISCLOSURE_EQUAL, row, single, zero);
	audit(OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_S), 1);
	assert_int_equal(made.report.verdicts[3].first_cell, other);
}

/* With itself in one set of the union, what the other set needs follows from bounds, not from sums. */
static void test_single_contributor_uses_bounds_too(void **state)
{
	size_t whole = shown(7);
	size_t single = hidden(1);
	size_t other = hidden(6);
	size_t around = shown(6);

	(void)state;
	RELATE(OEO_DISCLOSURE_COVER, whole, single, other);
	RELATE(OEO_DISCLOSURE_WITHIN, around, other);
	audit(OEO_AUDIT_L | OEO_AUDIT_P | OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_L), 0);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_int_equal(n_by(OEO_AUDIT_S), 1);
	assert_int_equal(made.report.verdicts[3].first_cell, other);
}

static void test_single_is_one_and_not_two(void **state)
{
	size_t total = shown(20);
	size_t a = shown(12);
	size_t two = hidden(2);
	size_t other = hidden(6);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, two, other);
	audit(OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_S), 0);
}

static void test_cell_of_one_contributor_is_a_single_whatever_its_number(void **state)
{
	size_t total = shown(20);
	size_t a = shown(10);
	size_t b = hidden(4);
	size_t c = hidden(6);
	bool is_single[4] = {false, false, true, false};

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
	assert_int_equal(
	    audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_S, .is_single = is_single}),
	    OEO_AUDIT_OK);
	assert_int_equal(n_by(OEO_AUDIT_S), 1);
	assert_int_equal(made.report.verdicts[3].first_cell, c);
}

static void test_unopened_cell_is_a_possible_single_if_asked(void **state)
{
	size_t total = shown(20);
	size_t a = shown(13);
	size_t b = hidden(0);
	size_t c = hidden(6);

	(void)state;
	made.cells[b].state = OEO_DISCLOSURE_UNOPENED;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
	audit(OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_S), 0);
	assert_int_equal(
	    audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_S, .has_unknown_singles = true}),
	    OEO_AUDIT_OK);
	assert_int_equal(n_by(OEO_AUDIT_S), 1);
}

/* Member 0 has all of b and c: what is left of the second sum is 0, and so a is known. */
static void test_member_takes_out_its_own(void **state)
{
	size_t first = shown(10);
	size_t second = shown(5);
	size_t a = hidden(8);
	size_t b = hidden(2);
	size_t c = hidden(3);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, first, a, b);
	RELATE(OEO_DISCLOSURE_EQUAL, second, b, c);
	set_own(first, 6);
	set_own(second, 5);
	set_own(a, 4);
	set_own(b, 2);
	set_own(c, 3);
	audit(OEO_AUDIT_P | OEO_AUDIT_O);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_int_equal(n_by(OEO_AUDIT_O), 1);
	assert_int_equal(made.report.verdicts[4].first_cell, a);
	assert_interval(a, OEO_AUDIT_VIEW_P, 5, 10);
}

static void test_member_sees_few_others_at_rest_minus_one(void **state)
{
	(void)state;
	for (uint64_t others = 0; others <= REST; others++) {
		(void)begin(NULL);
		set_own(shown(20), 20 - others);
		audit(OEO_AUDIT_O);
		assert_int_equal(n_by(OEO_AUDIT_O), others > 0 && others < REST);
	}
}

static void test_group_sum_is_small_below_k(void **state)
{
	(void)state;
	for (uint64_t left = K - 1; left <= K + 1; left++) {
		size_t total;
		size_t a;
		size_t b;
		size_t c;

		(void)begin(NULL);
		total = shown(20 + left);
		a = shown(20);
		b = hidden(1);
		c = hidden(left - 1);
		RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
		audit(OEO_AUDIT_G);
		assert_int_equal(n_by(OEO_AUDIT_G) > 0, left < K);
	}
}

/* A hidden cell in the sum has a part that is shown: what is left of both is too little. */
static void test_group_sum_reaches_through_a_hidden_cell(void **state)
{
	size_t total = shown(40);
	size_t a = shown(20);
	size_t b = hidden(18);
	size_t c = hidden(2);
	size_t part = shown(17);
	size_t rest = hidden(1);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b, c);
	RELATE(OEO_DISCLOSURE_EQUAL, b, part, rest);
	audit(OEO_AUDIT_P | OEO_AUDIT_G);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_true(n_by(OEO_AUDIT_G) > 0);
}

static void test_set_within_a_set_leaves_few(void **state)
{
	(void)state;
	for (uint64_t left = 0; left <= REST; left++) {
		size_t outer;
		size_t inner;

		(void)begin(NULL);
		outer = shown(30 + left);
		inner = shown(30);
		RELATE(OEO_DISCLOSURE_WITHIN, outer, inner);
		audit(OEO_AUDIT_G | OEO_AUDIT_T);
		assert_int_equal(n_by(OEO_AUDIT_G), left > 0 && left < REST);
		made.relations[0].is_exact = false;
		audit(OEO_AUDIT_G | OEO_AUDIT_T);
		assert_int_equal(n_by(OEO_AUDIT_G), 0);
		assert_int_equal(n_by(OEO_AUDIT_T), left > 0 && left < REST);
	}
}

static void test_two_versions_differ_by_too_little(void **state)
{
	(void)state;
	for (uint64_t change = 0; change <= K; change++) {
		size_t later;
		size_t earlier;

		(void)begin(NULL);
		later = shown(30 + change);
		earlier = shown(30);
		RELATE(OEO_DISCLOSURE_VERSION, later, earlier);
		audit(OEO_AUDIT_T);
		assert_int_equal(n_by(OEO_AUDIT_T), change > 0 && change < K);
	}
}

static void test_upper_bound_has_to_reach(void **state)
{
	(void)state;
	for (uint64_t most = K - 1; most <= K; most++) {
		size_t whole;
		size_t part;

		(void)begin(NULL);
		whole = shown(most);
		part = hidden(2);
		made.cells[part].rules.reach = K;
		RELATE(OEO_DISCLOSURE_WITHIN, whole, part);
		audit(OEO_AUDIT_P);
		assert_int_equal(n_by(OEO_AUDIT_P), most < K);
		assert_interval(part, OEO_AUDIT_VIEW_P, 0, (int64_t)most);
	}
}

static void test_hidden_zero_is_no_secret_unless_asked(void **state)
{
	size_t total = shown(20);
	size_t a = shown(20);
	size_t b = hidden(0);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	audit(OEO_AUDIT_L | OEO_AUDIT_P);
	assert_true(oeo_audit_is_safe(&made.report));
	assert_int_equal(
	    audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_L, .has_secret_zeros = true}),
	    OEO_AUDIT_OK);
	assert_int_equal(n_by(OEO_AUDIT_L), 1);
}

static void test_rounded_numbers_leave_room(void **state)
{
	size_t total = shown(20);
	size_t a = shown(15);
	size_t b = hidden(5);
	uint64_t slack[3] = {2, 2, 0};

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	assert_int_equal(
	    audit_with((struct oeo_audit_options){
		.attackers = OEO_AUDIT_L | OEO_AUDIT_P, .wants_intervals = true, .slack = slack}),
	    OEO_AUDIT_OK);
	assert_true(oeo_audit_is_safe(&made.report));
	assert_interval(b, OEO_AUDIT_VIEW_P, 1, 9);
}

static void test_number_without_limit_has_none(void **state)
{
	size_t whole = hidden(9);
	size_t part = shown(8);

	(void)state;
	RELATE(OEO_DISCLOSURE_WITHIN, whole, part);
	audit(OEO_AUDIT_P);
	assert_interval(whole, OEO_AUDIT_VIEW_P, 8, OEO_AUDIT_NO_LIMIT);
}

/* A late report makes the quarter more than its months: the audit leaves the sum out and says so. */
static void test_sum_over_time_that_does_not_fit_is_left_out(void **state)
{
	size_t quarter = shown(20);
	size_t months[3] = {shown(10), shown(15), hidden(5)};

	(void)state;
	relate(OEO_DISCLOSURE_EQUAL, quarter, 3, months);
	made.relations[0].is_exact = false;
	audit(OEO_AUDIT_P);
	assert_int_equal(made.report.n_contradictions, 1);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	made.relations[0].is_exact = true;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_P}), OEO_AUDIT_INVALID);
}

/* What two cells that are out give away is not held against a third. */
static void test_earlier_leak_is_excused_if_asked(void **state)
{
	size_t total = shown(20);
	size_t a = shown(16);
	size_t b = hidden(4);
	size_t other = shown(30);
	size_t part = shown(27);
	size_t rest = hidden(3);

	(void)state;
	made.cells[total].role = OEO_DISCLOSURE_SHOWN;
	made.cells[a].role = OEO_DISCLOSURE_SHOWN;
	made.cells[b].role = OEO_DISCLOSURE_HIDDEN;
	made.cells[other].role = OEO_DISCLOSURE_SHOWN;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	RELATE(OEO_DISCLOSURE_EQUAL, other, part, rest);
	audit(OEO_AUDIT_L);
	assert_int_equal(n_by(OEO_AUDIT_L), 2);
	assert_int_equal(
	    audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_L, .excuses_earlier = true}),
	    OEO_AUDIT_OK);
	assert_int_equal(n_by(OEO_AUDIT_L), 1);
	assert_int_equal(made.report.verdicts[0].first_cell, rest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_linear_finds_what_one_sum_leaves, begin),
	    cmocka_unit_test_setup(test_linear_adds_and_subtracts_whole_relations, begin),
	    cmocka_unit_test_setup(test_bounds_find_what_linear_does_not, begin),
	    cmocka_unit_test_setup(test_published_zeros_let_ones_be_found, begin),
	    cmocka_unit_test_setup(test_zero_attacker_does_not_apply_where_a_hidden_cell_may_be_zero, begin),
	    cmocka_unit_test_setup(test_single_contributor_finds_the_other_cell, begin),
	    cmocka_unit_test_setup(test_margin_that_holds_the_single_alone_is_its_own, begin),
	    cmocka_unit_test_setup(test_single_contributor_uses_bounds_too, begin),
	    cmocka_unit_test_setup(test_single_is_one_and_not_two, begin),
	    cmocka_unit_test_setup(test_cell_of_one_contributor_is_a_single_whatever_its_number, begin),
	    cmocka_unit_test_setup(test_unopened_cell_is_a_possible_single_if_asked, begin),
	    cmocka_unit_test_setup(test_member_takes_out_its_own, begin),
	    cmocka_unit_test_setup(test_member_sees_few_others_at_rest_minus_one, begin),
	    cmocka_unit_test_setup(test_group_sum_is_small_below_k, begin),
	    cmocka_unit_test_setup(test_group_sum_reaches_through_a_hidden_cell, begin),
	    cmocka_unit_test_setup(test_set_within_a_set_leaves_few, begin),
	    cmocka_unit_test_setup(test_two_versions_differ_by_too_little, begin),
	    cmocka_unit_test_setup(test_upper_bound_has_to_reach, begin),
	    cmocka_unit_test_setup(test_hidden_zero_is_no_secret_unless_asked, begin),
	    cmocka_unit_test_setup(test_rounded_numbers_leave_room, begin),
	    cmocka_unit_test_setup(test_number_without_limit_has_none, begin),
	    cmocka_unit_test_setup(test_sum_over_time_that_does_not_fit_is_left_out, begin),
	    cmocka_unit_test_setup(test_earlier_leak_is_excused_if_asked, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
