/* SPDX-License-Identifier: EUPL-1.2 */
/* Suppression out of memory: at every allocation of its own it says so, leaks nothing, and changes no decision. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gauss_memory.h"
#include "gauss_plain_solver.h"

static void test_suppress_says_when_memory_runs_out(void **state)
{
	const struct oeo_disclosure_attackers attackers = {
	    GAUSS_LPQ | OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G, NULL, oeo_solver_clp()};
	struct gauss_table table;

	(void)state;
	gauss_table_make(&table, 3, NULL);
	gauss_run_out_of_memory(&table, &attackers, 300, 97);
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
	gauss_run_out_of_memory(&table, &attackers, 300, 97);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_suppress_says_when_memory_runs_out),
	    cmocka_unit_test(test_repair_says_when_memory_runs_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
