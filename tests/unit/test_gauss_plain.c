/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Suppression where the matrix says nothing of use on how numbers move, as in large random tables of four dimensions: it is
 * compiled here (gauss.cmake) so that no coefficient counts as a fraction.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "gauss_memory.h"
#include "gauss_run.h"

#define TABLES 10

static void test_nothing_is_found_without_fractions(void **state)
{
	size_t n_hiding = 0;
	uint64_t sum = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= TABLES; seed++) {
		struct gauss_table table;
		struct oeo_disclosure_decision decisions[GAUSS_CELLS];

		gauss_table_make(&table, seed, NULL);
		gauss_run(&table, oeo_solver_clp(), decisions);
		gauss_run_assert_safe(&table, decisions);
		sum += gauss_run_hidden_sum(&table, decisions);
		n_hiding += gauss_run_hidden_sum(&table, decisions) > 0;
	}
	print_message("%zu of %d tables hide something, %" PRIu64 " in sum\n", n_hiding, TABLES, sum);
	assert_true(n_hiding > TABLES / 2);
}

static void test_memory_that_runs_out_is_told(void **state)
{
	const struct oeo_disclosure_attackers attackers = {GAUSS_LPQ, NULL, oeo_solver_clp()};
	struct gauss_table table;

	(void)state;
	gauss_table_make(&table, 3, NULL);
	gauss_run_out_of_memory(&table, &attackers, 0, 1999);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_nothing_is_found_without_fractions),
	    cmocka_unit_test(test_memory_that_runs_out_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
