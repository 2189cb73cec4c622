/* SPDX-License-Identifier: EUPL-1.2 */
/* Disclosure control out of memory: at every allocation it says so, leaks nothing, and changes no decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "disclosure_world.h"
#include "failing_alloc.h"

static struct world world;
static struct town town;
static struct oeo_disclosure_decision decisions[MOST_CELLS];
static struct oeo_disclosure_decision wanted[MOST_CELLS];

static void make_problem(void)
{
	struct random random = {7};

	make_town(&town, &random, 60, 3);
	memset(&world, 0, sizeof(world));
	for (unsigned by = 0; by < 4; by++)
		add_table(&world, &town, by, QUARTER, by < 2, OEO_DISCLOSURE_DECIDE);
	close_world(&world, &town);
}

static void test_decide_says_when_memory_runs_out(void **state)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	long n = 0;

	(void)state;
	make_problem();
	assert_int_equal(oeo_disclosure_decide(&world.problem, wanted, NULL), OEO_DISCLOSURE_OK);
	for (; err == OEO_DISCLOSURE_NOMEM; n++) {
		memset(decisions, 0x55, sizeof(decisions));
		alloc_fail_after(n);
		err = oeo_disclosure_decide(&world.problem, decisions, NULL);
		alloc_fail_never();
		if (err == OEO_DISCLOSURE_NOMEM)
			assert_int_equal(*(const unsigned char *)&decisions[0], 0x55);
	}
	assert_int_equal(err, OEO_DISCLOSURE_OK);
	assert_true(n > 30);
	for (size_t i = 0; i < world.problem.n_cells; i++)
		assert_int_equal(decisions[i].is_shown, wanted[i].is_shown);
}

/* Above all it never says that all is well when it could not look. */
static void test_verify_says_when_memory_runs_out(void **state)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	long n = 0;

	(void)state;
	make_problem();
	assert_int_equal(oeo_disclosure_decide(&world.problem, decisions, NULL), OEO_DISCLOSURE_OK);
	for (; err == OEO_DISCLOSURE_NOMEM; n++) {
		alloc_fail_after(n);
		err = oeo_disclosure_verify(&world.problem, decisions, NULL);
		alloc_fail_never();
	}
	assert_int_equal(err, OEO_DISCLOSURE_OK);
	assert_true(n > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decide_says_when_memory_runs_out),
	    cmocka_unit_test(test_verify_says_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
