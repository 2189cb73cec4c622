/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit where several relations have to be followed: small sums that are nested, and singles and cells far from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit_made.h"

/* total = a + b + c, b = b1 + b2, b2 = b21 + b22: what is left of the total over c and b22 is c + b22. */
static void make_nested(uint64_t c, uint64_t b22)
{
	size_t cells[7];

	(void)begin(NULL);
	cells[0] = shown(30);
	cells[1] = hidden(27 + b22);
	cells[2] = hidden(c);
	cells[3] = shown(57 + c + b22);
	RELATE(OEO_DISCLOSURE_EQUAL, cells[3], cells[0], cells[1], cells[2]);
	cells[4] = shown(20);
	cells[5] = hidden(7 + b22);
	RELATE(OEO_DISCLOSURE_EQUAL, cells[1], cells[4], cells[5]);
	cells[6] = shown(7);
	RELATE(OEO_DISCLOSURE_EQUAL, cells[5], cells[6], hidden(b22));
}

static void test_small_sums_are_found_at_any_depth(void **state)
{
	(void)state;
	make_nested(2, 1);
	audit(OEO_AUDIT_P | OEO_AUDIT_G);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_true(n_by(OEO_AUDIT_G) > 0);
}

static void test_nested_sum_is_small_below_k(void **state)
{
	(void)state;
	make_nested(2, K - 3);
	audit(OEO_AUDIT_P | OEO_AUDIT_G);
	assert_true(n_by(OEO_AUDIT_G) > 0);
	make_nested(2, K - 2);
	audit(OEO_AUDIT_P | OEO_AUDIT_G);
	assert_int_equal(n_by(OEO_AUDIT_G), 0);
}

static void test_several_parts_are_replaced_at_once(void **state)
{
	size_t total = shown(60), a = hidden(32), b = hidden(28);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	RELATE(OEO_DISCLOSURE_EQUAL, a, shown(30), hidden(2));
	RELATE(OEO_DISCLOSURE_EQUAL, b, shown(26), hidden(2));
	audit(OEO_AUDIT_P | OEO_AUDIT_G);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_true(n_by(OEO_AUDIT_G) > 0);
}

/* Without its own the member is left with others: 0 in c and `others` in the innermost part. */
static void make_nested_for_member(uint64_t others)
{
	static const uint64_t own[] = {0, 4, 12, 16, 0, 4, 3, 1};

	make_nested(12, 1 + others);
	for (size_t i = 0; i < made.problem.n_cells; i++)
		set_own(i, own[i]);
}

static void test_member_is_left_with_few_others_at_any_depth(void **state)
{
	(void)state;
	make_nested_for_member(REST - 1);
	audit(OEO_AUDIT_P | OEO_AUDIT_G | OEO_AUDIT_O);
	assert_int_equal(n_by(OEO_AUDIT_G), 0);
	assert_true(n_by(OEO_AUDIT_O) > 0);
	make_nested_for_member(REST);
	audit(OEO_AUDIT_P | OEO_AUDIT_G | OEO_AUDIT_O);
	assert_int_equal(n_by(OEO_AUDIT_O), 0);
}

/* The union of the single and another set is n + 1, and the other set lies in one that lies in one of n: the one
 * between shares no relation with the single. */
static void make_chain(uint64_t n)
{
	size_t whole = shown(n + 1), single = hidden(1), other = hidden(n), between = hidden(n),
	       around = shown(n);

	RELATE(OEO_DISCLOSURE_COVER, whole, single, other);
	RELATE(OEO_DISCLOSURE_WITHIN, between, other);
	RELATE(OEO_DISCLOSURE_WITHIN, around, between);
}

static void test_single_follows_bounds_beyond_its_own_relations(void **state)
{
	(void)state;
	make_chain(6);
	audit(OEO_AUDIT_L | OEO_AUDIT_P | OEO_AUDIT_S);
	assert_int_equal(n_by(OEO_AUDIT_L), 0);
	assert_int_equal(n_by(OEO_AUDIT_P), 0);
	assert_int_equal(n_by(OEO_AUDIT_S), 2);
}

/* It holds as many as the single's own cell does, but somebody else. */
static void test_margin_of_one_that_does_not_hold_the_single_is_news(void **state)
{
	(void)state;
	make_chain(1);
	audit(OEO_AUDIT_L | OEO_AUDIT_S);
	assert_true((made.found[3].recovered[R] & OEO_AUDIT_S) != 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_small_sums_are_found_at_any_depth, begin),
	    cmocka_unit_test_setup(test_nested_sum_is_small_below_k, begin),
	    cmocka_unit_test_setup(test_several_parts_are_replaced_at_once, begin),
	    cmocka_unit_test_setup(test_member_is_left_with_few_others_at_any_depth, begin),
	    cmocka_unit_test_setup(test_single_follows_bounds_beyond_its_own_relations, begin),
	    cmocka_unit_test_setup(test_margin_of_one_that_does_not_hold_the_single_is_news, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
