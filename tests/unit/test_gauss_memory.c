/* SPDX-License-Identifier: EUPL-1.2 */
/* Suppression out of memory: at every allocation of its own it says so, leaks nothing, and changes no decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "failing_alloc.h"
#include "gauss_plain_solver.h"
#include "gauss_table.h"

/* Every allocation up to 300 and then every 97th. */
static void run_out(const struct gauss_table *table, const struct oeo_disclosure_attackers *attackers)
{
	struct oeo_disclosure_decision decisions[GAUSS_CELLS], wanted[GAUSS_CELLS];
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	long n = 0;

	assert_int_equal(
	    oeo_disclosure_suppress(&table->problem, attackers, wanted, NULL), OEO_DISCLOSURE_OK);
	for (; err == OEO_DISCLOSURE_NOMEM; n += n < 300 ? 1 : 97) {
		memset(decisions, 0x55, sizeof(decisions));
		alloc_fail_after(n);
		err = oeo_disclosure_suppress(&table->problem, attackers, decisions, NULL);
		alloc_fail_never();
		if (err == OEO_DISCLOSURE_NOMEM)
			assert_int_equal(*(const unsigned char *)&decisions[0], 0x55);
	}
	assert_int_equal(err, OEO_DISCLOSURE_OK);
	assert_true(n > 300);
	for (size_t i = 0; i < table->problem.n_cells; i++)
		assert_int_equal(decisions[i].is_shown, wanted[i].is_shown);
}

static void test_suppress_says_when_memory_runs_out(void **state)
{
	const struct oeo_disclosure_attackers attackers = {
	    GAUSS_LPQ | OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G, NULL, oeo_solver_clp()};
	struct gauss_table table;

	(void)state;
	gauss_table_make(&table, 3, NULL);
	run_out(&table, &attackers);
}

/* The first table of those that are repaired. */
static void test_repair_says_when_memory_runs_out(void **state)
{
	struct gauss_table table;
	struct oeo_disclosure_attackers attackers = {GAUSS_LPQ, NULL, NULL};
	struct oeo_disclosure_decision decisions[GAUSS_CELLS];
	uint64_t seed = 0;

	(void)state;
	do {
		gauss_table_make(&table, ++seed, NULL);
		attackers.solver = gauss_plain_solver(table.problem.n_cells);
		assert_int_equal(
		    oeo_disclosure_suppress(&table.problem, &attackers, decisions, NULL), OEO_DISCLOSURE_OK);
	} while (gauss_plain.n_repairs == 0 && seed < 100);
	assert_true(gauss_plain.n_repairs > 0);
	run_out(&table, &attackers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suppress_says_when_memory_runs_out),
	    cmocka_unit_test(test_repair_says_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
