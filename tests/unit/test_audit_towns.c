/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit on made-up towns, whose true numbers are known here: what it says can be derived has to be true. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/solver_clp.h"

#include "disclosure_world.h"

static struct world the_world;
static struct town the_town;
static struct oeo_disclosure_decision decisions[MOST_CELLS];
static struct oeo_audit_cell found[MOST_CELLS];
static struct oeo_audit_report report;

/* All tables of a quarter, some with questions, some latent. */
static void make_quarter(uint64_t seed)
{
	struct random random = {seed};

	make_town(&the_town, &random, 20 + below(&random, 180), 4);
	memset(&the_world, 0, sizeof(the_world));
	for (unsigned by = 0; by < 8; by++) {
		unsigned dice = (unsigned)below(&random, 6);

		if (__builtin_popcount(by) == 3 && dice > 3)
			continue;
		add_table(&the_world, &the_town, by, QUARTER, by == 0 || dice < 2,
		    by != 0 && dice == 5 ? OEO_DISCLOSURE_LATENT : OEO_DISCLOSURE_DECIDE);
	}
	close_world(&the_world, &the_town);
	assert_int_equal(oeo_disclosure_decide(&the_world.problem, decisions, NULL), OEO_DISCLOSURE_OK);
}

static void show_secondary(void)
{
	for (size_t i = 0; i < the_world.problem.n_cells; i++)
		decisions[i].is_shown =
		    decisions[i].is_shown || decisions[i].reason == OEO_DISCLOSURE_SECONDARY;
}

static void audit(unsigned attackers, bool wants_intervals)
{
	struct oeo_audit_options options = {
	    .attackers = attackers, .solver = oeo_solver_clp(), .wants_intervals = wants_intervals};

	assert_int_equal(
	    oeo_audit_problem(&the_world.problem, decisions, &options, &report, found), OEO_AUDIT_OK);
}

/* The true number lies in every interval, also in that of every member. */
static void test_intervals_hold_the_truth(void **state)
{
	size_t n_intervals = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		make_quarter(seed);
		if (seed % 2 == 0)
			show_secondary();
		audit(OEO_AUDIT_ALL, true);
		for (size_t i = 0; i < the_world.problem.n_cells; i++) {
			for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
				int64_t truth = (int64_t)the_world.truth[m][i];

				if (decisions[i].is_shown || !the_world.cells[i].has_measure[m])
					continue;
				for (size_t view = 0; view < OEO_AUDIT_VIEWS; view++) {
					assert_true(found[i].intervals[view][m].low <= truth);
					assert_true(found[i].intervals[view][m].high >= truth);
				}
				n_intervals++;
			}
		}
	}
	assert_true(n_intervals > 2000);
}

/* Members' intervals lie within those of readers. */
static void test_members_know_at_least_what_readers_know(void **state)
{
	size_t n_narrower = 0;

	(void)state;
	for (uint64_t seed = 200; seed < 260; seed++) {
		make_quarter(seed);
		audit(OEO_AUDIT_P | OEO_AUDIT_O, true);
		for (size_t i = 0; i < the_world.problem.n_cells; i++) {
			const struct oeo_audit_interval *reader = &found[i].intervals[OEO_AUDIT_VIEW_P][0];
			const struct oeo_audit_interval *member = &found[i].intervals[OEO_AUDIT_VIEW_O][0];

			/* A component in which no member has a part of its own is not tried again. */
			if (decisions[i].is_shown || (member->low == 0 && member->high == OEO_AUDIT_NO_LIMIT))
				continue;
			assert_true(member->low >= reader->low && member->high <= reader->high);
			n_narrower += member->low > reader->low || member->high < reader->high;
		}
	}
	assert_true(n_narrower > 50);
}

static void test_bare_threshold_is_unsafe(void **state)
{
	size_t n_leaking = 0;
	size_t n_found = 0;

	(void)state;
	for (uint64_t seed = 300; seed < 400; seed++) {
		bool is_leaking = false;

		make_quarter(seed);
		for (size_t i = 0; i < the_world.problem.n_cells; i++)
			is_leaking = is_leaking || decisions[i].reason == OEO_DISCLOSURE_SECONDARY;
		show_secondary();
		audit(OEO_AUDIT_ALL, false);
		n_leaking += is_leaking;
		n_found += is_leaking && !oeo_audit_is_safe(&report);
	}
	print_message("bare threshold: unsafe %zu of %zu\n", n_found, n_leaking);
	assert_true(n_leaking > 50);
	assert_int_equal(n_found, n_leaking);
}

/* What the verification that goes with the decisions refuses, the audit refuses too. */
static void test_audit_refuses_what_verification_refuses(void **state)
{
	size_t n_refused = 0;

	(void)state;
	for (uint64_t seed = 400; seed < 500; seed++) {
		size_t given_back = SIZE_MAX;

		make_quarter(seed);
		for (size_t i = 0; i < the_world.problem.n_cells && given_back == SIZE_MAX; i++)
			if (decisions[i].reason == OEO_DISCLOSURE_SECONDARY)
				given_back = i;
		if (given_back == SIZE_MAX)
			continue;
		decisions[given_back].is_shown = true;
		if (oeo_disclosure_verify(&the_world.problem, decisions, NULL) == OEO_DISCLOSURE_OK)
			continue;
		audit(OEO_AUDIT_ALL, false);
		n_refused++;
		if (oeo_audit_is_safe(&report))
			print_error("seed %llu\n", (unsigned long long)seed);
		assert_false(oeo_audit_is_safe(&report));
	}
	assert_true(n_refused > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_intervals_hold_the_truth),
	    cmocka_unit_test(test_members_know_at_least_what_readers_know),
	    cmocka_unit_test(test_bare_threshold_is_unsafe),
	    cmocka_unit_test(test_audit_refuses_what_verification_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
