/* SPDX-License-Identifier: EUPL-1.2 */
/* The verification by itself, and problems that nothing is decided of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disclosure_made.h"

/* ---- The verification by itself */

static enum oeo_disclosure_attack attack_found(void)
{
	struct oeo_disclosure_finding finding = {0};

	assert_int_equal(
	    oeo_disclosure_verify(&made.problem, made.decisions, &finding), OEO_DISCLOSURE_UNSAFE);
	return finding.attack;
}

static void show(size_t i)
{
	made.decisions[i].is_shown = true;
}

static void test_verification_names_the_attack(void **state)
{
	size_t total = open_cell(30);
	size_t first = open_cell(16);
	size_t second = open_cell(14);
	size_t small;

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, second);
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_LINEAR);

	(void)begin_three(NULL);
	memset(made.decisions, 0, sizeof(made.decisions));
	small = open_cell(K - 1);
	show(small);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);

	(void)begin_three(NULL);
	small = unopened_cell();
	show(small);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_ZERO);

	(void)begin_three(NULL);
	total = open_cell(20);
	first = open_cell(19);
	RELATE(OEO_DISCLOSURE_WITHIN, total, first);
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_DIFFERENCE);

	(void)begin_three(NULL);
	total = open_cell(20);
	first = unopened_cell();
	second = open_cell(20);
	RELATE(OEO_DISCLOSURE_WITHIN, total, first);
	RELATE(OEO_DISCLOSURE_WITHIN, first, second);
	show(total);
	show(second);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_BOUNDS);

	(void)begin_three(NULL);
	total = open_cell(24);
	first = open_cell(20);
	RELATE(OEO_DISCLOSURE_EQUAL, total, first, unopened_cell(), unopened_cell());
	made.cells[2].rules.reach = 0;
	made.cells[3].rules.reach = 0;
	show(total);
	show(first);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_GROUP);

	(void)begin_three(NULL);
	first = open_cell(20);
	second = open_cell(21);
	made.cells[first].role = OEO_DISCLOSURE_SHOWN;
	RELATE(OEO_DISCLOSURE_VERSION, second, first);
	show(first);
	show(second);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_TIME);
}

static void test_verification_holds_to_what_is_out(void **state)
{
	size_t cell = open_cell(20);

	(void)state;
	made.cells[cell].role = OEO_DISCLOSURE_SHOWN;
	made.decisions[cell].is_shown = false; /* it is out: nobody can hide it now */
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);
	made.cells[cell].role = OEO_DISCLOSURE_LATENT;
	show(cell);
	assert_int_equal(attack_found(), OEO_DISCLOSURE_RULE);
}

/* ---- Malformed problems */

static void expect_invalid(void)
{
	struct oeo_disclosure_decision before = {true, OEO_DISCLOSURE_SECONDARY, false};

	made.decisions[0] = before;
	assert_int_equal(oeo_disclosure_decide(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_INVALID);
	assert_memory_equal(&made.decisions[0], &before, sizeof(before));
	(void)begin_three(NULL);
}

static void test_malformed_problems_are_refused(void **state)
{
	(void)state;
	(void)open_cell(9);
	made.cells[open_cell(9)].key = 0;
	expect_invalid();
	made.cells[open_cell(9)].table = 1;
	expect_invalid();
	made.parts[open_cell(9)][0].member = 3;
	expect_invalid();
	made.parts[open_cell(9)][1].member = 0;
	expect_invalid();
	made.parts[open_cell(9)][0].residents = 10;
	expect_invalid();
	made.cells[unopened_cell()].value[0] = 1;
	expect_invalid();
	made.cells[open_cell(9)].value[0] = OEO_DISCLOSURE_VALUE_LIMIT + 1;
	expect_invalid();
	(void)open_cell(9);
	RELATE(OEO_DISCLOSURE_EQUAL, 0, 1);
	expect_invalid();
	(void)open_cell(9);
	RELATE(OEO_DISCLOSURE_EQUAL, 0, 0);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	RELATE(OEO_DISCLOSURE_EQUAL, 0, 1, 1);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	RELATE_QUESTIONS(OEO_DISCLOSURE_EQUAL, 0, 1);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	RELATE(OEO_DISCLOSURE_WITHIN, 0, 1);
	RELATE(OEO_DISCLOSURE_WITHIN, 1, 0);
	expect_invalid();
	(void)open_cell(9);
	(void)open_cell(9);
	relate(OEO_DISCLOSURE_EQUAL, 0, 0, made.children[0]);
	expect_invalid();
}

static void test_nothing_to_decide_is_fine(void **state)
{
	(void)state;
	made.problem.n_members = 0;
	assert_int_equal(oeo_disclosure_decide(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
	assert_int_equal(oeo_disclosure_verify(&made.problem, made.decisions, NULL), OEO_DISCLOSURE_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_verification_names_the_attack),
	    TEST(test_verification_holds_to_what_is_out),
	    TEST(test_malformed_problems_are_refused),
	    TEST(test_nothing_to_decide_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
