/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit against enumeration: the intervals that all whole numbers leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit_square.h"

struct ranges {
	uint64_t least[MOST];
	uint64_t most[MOST];
};

static bool fits(const uint64_t *values)
{
	for (size_t i = 0; i < made.problem.n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &made.relations[i];
		uint64_t sum = 0;

		for (size_t j = 0; j < relation->n_children; j++) {
			sum += values[relation->children[j]];
			if (relation->kind != OEO_DISCLOSURE_EQUAL &&
			    values[relation->children[j]] > values[relation->parent])
				return false;
		}
		if ((relation->kind == OEO_DISCLOSURE_EQUAL && sum != values[relation->parent]) ||
		    (relation->kind == OEO_DISCLOSURE_COVER && sum < values[relation->parent]))
			return false;
	}
	return true;
}

/* All values 0 .. most of the hidden cells. */
static void enumerate(struct ranges *ranges, uint64_t most)
{
	uint64_t values[MOST];

	for (size_t i = 0; i < made.problem.n_cells; i++) {
		values[i] = made.decisions[i].is_shown ? made.cells[i].value[R] : 0;
		ranges->least[i] = UINT64_MAX;
		ranges->most[i] = 0;
	}
	for (;;) {
		size_t i = 0;

		for (size_t j = 0; fits(values) && j < made.problem.n_cells; j++) {
			ranges->least[j] = values[j] < ranges->least[j] ? values[j] : ranges->least[j];
			ranges->most[j] = values[j] > ranges->most[j] ? values[j] : ranges->most[j];
		}
		while (i < made.problem.n_cells && (made.decisions[i].is_shown || values[i] == most)) {
			values[i] = made.decisions[i].is_shown ? values[i] : 0;
			i++;
		}
		if (i == made.problem.n_cells)
			return;
		values[i]++;
	}
}

static void test_intervals_of_squares_are_those_of_enumeration(void **state)
{
	size_t n_pinned = 0;

	(void)state;
	for (random_state = 1; random_state < 301; random_state++) {
		uint64_t seed = random_state;
		struct ranges ranges;

		(void)begin(NULL);
		make_square();
		enumerate(&ranges, SIDE * (MOST_VALUE - 1));
		audit(OEO_AUDIT_L | OEO_AUDIT_P);
		for (size_t i = 0; i < made.problem.n_cells; i++) {
			bool is_secret = !made.decisions[i].is_shown && made.cells[i].value[R] > 0;

			assert_interval(
			    i, OEO_AUDIT_VIEW_P, (int64_t)ranges.least[i], (int64_t)ranges.most[i]);
			assert_int_equal((made.found[i].recovered[R] & OEO_AUDIT_P) != 0,
			    is_secret && ranges.least[i] == ranges.most[i]);
			n_pinned += is_secret && ranges.least[i] == ranges.most[i];
			/* Whoever adds and subtracts finds nothing that bounds do not. */
			assert_true((made.found[i].recovered[R] & OEO_AUDIT_L) == 0 ||
				    (made.found[i].recovered[R] & OEO_AUDIT_P) != 0);
		}
		random_state = seed;
	}
	assert_true(n_pinned > 50);
}

/* Sets that overlap, some within others: 5 cells under one whole, in two unions. */
static void make_sets(void)
{
	uint64_t values[5];
	uint64_t unions[2] = {0, 0};
	size_t cells[5];
	size_t whole;
	size_t tops[2];

	for (size_t i = 0; i < 5; i++)
		values[i] = below(3);
	for (size_t u = 0; u < 2; u++) {
		uint64_t sum = 0;
		uint64_t most = 0;

		for (size_t i = 2 * u; i < 3 + 2 * u; i++) {
			sum += values[i];
			most = values[i] > most ? values[i] : most;
		}
		unions[u] = most + below(sum - most + 1);
	}
	whole = add_cell(below(2) == 0, (unions[0] > unions[1] ? unions[0] : unions[1]) + below(2));
	for (size_t u = 0; u < 2; u++)
		tops[u] = add_cell(below(2) == 0, unions[u]);
	for (size_t i = 0; i < 5; i++)
		cells[i] = add_cell(below(3) > 0, values[i]);
	relate(OEO_DISCLOSURE_WITHIN, whole, 2, tops);
	relate(OEO_DISCLOSURE_COVER, tops[0], 3, cells);
	relate(OEO_DISCLOSURE_COVER, tops[1], 3, cells + 2);
}

static void test_intervals_of_sets_hold_those_of_enumeration(void **state)
{
	size_t n_bounded = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		const uint64_t most = 7;
		size_t n_hidden = 0;
		struct ranges ranges;

		random_state = seed;
		(void)begin(NULL);
		make_sets();
		for (size_t i = 0; i < made.problem.n_cells; i++)
			n_hidden += !made.decisions[i].is_shown;
		if (n_hidden > 5)
			continue;
		enumerate(&ranges, most);
		audit(OEO_AUDIT_P);
		for (size_t i = 0; i < made.problem.n_cells; i++) {
			const struct oeo_audit_interval *interval =
			    &made.found[i].intervals[OEO_AUDIT_VIEW_P][R];

			assert_true(interval->low <= (int64_t)ranges.least[i]);
			assert_true(interval->high >= (int64_t)ranges.most[i]);
			if (interval->high != OEO_AUDIT_NO_LIMIT && interval->high <= (int64_t)most) {
				assert_int_equal(interval->low, ranges.least[i]);
				assert_int_equal(interval->high, ranges.most[i]);
				n_bounded++;
			}
		}
	}
	print_message("sets: %zu intervals as enumerated\n", n_bounded);
	assert_true(n_bounded > 200);
}

static void test_verdicts_are_the_same_with_and_without_intervals(void **state)
{
	(void)state;
	for (uint64_t seed = 500; seed < 700; seed++) {
		struct oeo_audit_report whole;

		random_state = seed;
		(void)begin(NULL);
		make_square();
		audit(OEO_AUDIT_ALL);
		whole = made.report;
		assert_int_equal(
		    audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_ALL}), OEO_AUDIT_OK);
		for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++) {
			assert_int_equal(whole.verdicts[i].n_recovered, made.report.verdicts[i].n_recovered);
			assert_int_equal(whole.verdicts[i].is_tried, made.report.verdicts[i].is_tried);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_intervals_of_squares_are_those_of_enumeration, begin),
	    cmocka_unit_test_setup(test_intervals_of_sets_hold_those_of_enumeration, begin),
	    cmocka_unit_test_setup(test_verdicts_are_the_same_with_and_without_intervals, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
