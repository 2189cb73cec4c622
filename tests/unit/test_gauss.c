/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What suppression of small tables costs beside the least that it could, and that the order of its input is nothing to it.
 * OEO_TABLES=300 in the environment compares more tables with the least; OEO_SEED=n begins elsewhere.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "gauss_optimum.h"
#include "gauss_plain_solver.h"
#include "gauss_run.h"

#define OPTIMA 40
#define SHUFFLES 100
#define REPAIRS 200

static void suppress(const struct gauss_table *table, struct oeo_disclosure_decision decisions[GAUSS_CELLS])
{
	gauss_run(table, oeo_solver_clp(), decisions);
}

static uint64_t from_environment(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoull(text, NULL, 10) : otherwise;
}

static void test_losses_are_near_the_optimum(void **state)
{
	uint64_t first = from_environment("OEO_SEED", 1), n_tables = from_environment("OEO_TABLES", OPTIMA);
	uint64_t ours = 0, least = 0;
	size_t n = 0;

	(void)state;
	for (uint64_t seed = first; seed < first + n_tables; seed++) {
		struct gauss_table table;
		struct oeo_disclosure_decision decisions[GAUSS_CELLS];
		uint64_t optimum = 0;

		gauss_table_make(&table, seed, NULL);
		suppress(&table, decisions);
		gauss_run_assert_safe(&table, decisions);
		if (!gauss_optimum_find(&table.problem, &optimum))
			continue;
		assert_true(gauss_run_hidden_sum(&table, decisions) >= optimum);
		ours += gauss_run_hidden_sum(&table, decisions);
		least += optimum;
		n++;
	}
	print_message("%zu tables: hidden sum %" PRIu64 ", optimum %" PRIu64 "\n", n, ours, least);
	assert_true(n >= n_tables * 9 / 10);
	assert_true(ours * 100 <= least * 105);
}

static void shuffle(size_t order[GAUSS_CELLS], uint64_t seed)
{
	for (size_t i = 0; i < GAUSS_CELLS; i++)
		order[i] = i;
	for (size_t i = GAUSS_CELLS - 1; i > 0; i--) {
		size_t j = gauss_random(&seed) % (i + 1), kept = order[i];

		order[i] = order[j];
		order[j] = kept;
	}
}

static void test_order_of_cells_and_relations_does_not_matter(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SHUFFLES; seed++) {
		struct gauss_table straight, shuffled;
		struct oeo_disclosure_decision one[GAUSS_CELLS], other[GAUSS_CELLS];
		size_t order[GAUSS_CELLS];

		shuffle(order, seed);
		gauss_table_make(&straight, seed, NULL);
		gauss_table_make(&shuffled, seed, order);
		suppress(&straight, one);
		suppress(&shuffled, other);
		for (size_t place = 0; place < GAUSS_CELLS; place++)
			if (straight.place[place] != SIZE_MAX)
				assert_int_equal(one[straight.place[place]].is_shown,
				    other[shuffled.place[place]].is_shown);
	}
}

static void test_repairs_leave_nothing_to_find(void **state)
{
	size_t n_repaired = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= REPAIRS; seed++) {
		struct gauss_table table;
		struct oeo_disclosure_decision decisions[GAUSS_CELLS];

		gauss_table_make(&table, seed, NULL);
		gauss_run(&table, gauss_plain_solver(table.problem.n_cells), decisions);
		gauss_run_assert_safe(&table, decisions);
		n_repaired += gauss_plain.n_repairs > 0;
	}
	print_message("%zu of %d tables were repaired\n", n_repaired, REPAIRS);
	assert_true(n_repaired >= REPAIRS / 20);
}

enum { ALL, PART, SMALL, LARGE, PART_LARGE, PART_ZERO, NESTED };

/*
 * 35 = 12 + 3 + 20, and the 12 = 12 + 0: with the zero and the 3 hidden, and the first 12 for their sake, what is shown must not
 * leave 0 + 3.
 */
static void test_a_hidden_zero_does_not_make_a_small_remainder_pass(void **state)
{
	static const uint64_t values[NESTED] = {35, 12, 3, 20, 12, 0};
	static const size_t parts[] = {PART, SMALL, LARGE}, inner[] = {PART_LARGE, PART_ZERO};
	const struct oeo_disclosure_relation relations[] = {
	    {OEO_DISCLOSURE_EQUAL, OEO_DISCLOSURE_RESIDENTS, ALL, parts, 3, true},
	    {OEO_DISCLOSURE_EQUAL, OEO_DISCLOSURE_RESIDENTS, PART, inner, 2, true}};
	struct oeo_disclosure_cell cells[NESTED];
	struct oeo_disclosure_problem problem = {cells, NESTED, relations, 2, 0, 1};
	struct oeo_disclosure_attackers attackers = {OEO_DISCLOSURE_ATTACK_L, NULL, NULL};
	struct oeo_disclosure_decision decisions[NESTED];

	(void)state;
	for (size_t i = 0; i < NESTED; i++)
		cells[i] = (struct oeo_disclosure_cell){.key = i,
		    .role = OEO_DISCLOSURE_DECIDE,
		    .state = OEO_DISCLOSURE_OPEN,
		    .has_measure = {true, false},
		    .value = {values[i], 0},
		    .rules = {.residents = 5}};
	assert_int_equal(oeo_disclosure_suppress(&problem, &attackers, decisions, NULL), OEO_DISCLOSURE_OK);
	assert_true(decisions[ALL].is_shown && decisions[LARGE].is_shown && decisions[PART_LARGE].is_shown);
	attackers.mask |= OEO_DISCLOSURE_ATTACK_G;
	assert_int_equal(oeo_disclosure_suppress(&problem, &attackers, decisions, NULL), OEO_DISCLOSURE_OK);
	assert_false(decisions[ALL].is_shown && decisions[LARGE].is_shown && decisions[PART_LARGE].is_shown);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_losses_are_near_the_optimum),
	    cmocka_unit_test(test_repairs_leave_nothing_to_find),
	    cmocka_unit_test(test_a_hidden_zero_does_not_make_a_small_remainder_pass),
	    cmocka_unit_test(test_order_of_cells_and_relations_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
