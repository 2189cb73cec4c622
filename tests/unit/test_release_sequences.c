/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Random sequences of releases: months, quarters and a year, members that come late, corrections, cells that do not
 * open; and a reader who kept them all.
 */
#include "release_history.h"

/* ---- Sequences */

struct tally {
	struct attack_result all;
	size_t n_releases;
	size_t n_corrections;
	size_t n_refused;
	size_t n_broken;
};

static bool is_broken(const struct attack_result *result)
{
	return result->n_linear + result->n_bounds + result->n_member + result->n_groups + result->n_changes >
	       0;
}

static void add_result(struct tally *tally, const struct history *out, const struct attack_result *result)
{
	tally->all.n_hidden += result->n_hidden;
	tally->all.n_shown += result->n_shown;
	tally->all.n_linear += result->n_linear;
	tally->all.n_bounds += result->n_bounds;
	tally->all.n_member += result->n_member;
	tally->all.n_groups += result->n_groups;
	tally->all.n_changes += result->n_changes;
	tally->all.n_wrong += result->n_wrong;
	tally->n_releases += out->n;
	tally->n_refused += out->n_refused;
	tally->n_broken += is_broken(result);
}

static void tell_tally(const char *what, const struct tally *tally)
{
	print_message(
	    "%s: %zu releases, %zu of them corrections, %zu corrections refused; numbers shown %zu, hidden "
	    "%zu; recovered: linear %zu, bounds %zu, by a member %zu, small sums %zu, small changes %zu\n",
	    what, tally->n_releases, tally->n_corrections, tally->n_refused, tally->all.n_shown,
	    tally->all.n_hidden, tally->all.n_linear, tally->all.n_bounds, tally->all.n_member,
	    tally->all.n_groups, tally->all.n_changes);
}

/* Corrections of one that is out: a member that was not in, or one that had its themes wrong. */
static size_t correct_some(uint64_t *state, unsigned present[N_HALF_YEAR], size_t n_out)
{
	size_t n = 0;

	for (size_t tries = 0; tries < 2; tries++) {
		size_t which = counted_random(state) % n_out;
		size_t member = counted_random(state) % COUNTED_MEMBERS;
		bool is_late = (present[which] >> member & 1) == 0;
		bool is_out;

		is_out = correct_one(
		    &history, half_year[which], present[which] | 1u << member, is_late ? SIZE_MAX : member);
		if (is_out && is_late)
			present[which] |= 1u << member;
		n += is_out;
	}
	return n;
}

static void run_sequence(struct tally *tally, uint64_t seed, bool has_faults, bool has_corrections)
{
	unsigned present[N_HALF_YEAR];
	uint64_t state = seed * 7919;
	struct attack_result result;

	init_history(&history, "plan.yaml", seed, 30 + counted_random(&state) % 300);
	for (size_t i = 0; i < N_HALF_YEAR; i++) {
		bool is_late = has_corrections && counted_random(&state) % 3 == 0;

		present[i] = is_late ? ALL & ~(1u << (counted_random(&state) % COUNTED_MEMBERS)) : ALL;
		release_one(&history, half_year[i], present[i], has_faults && counted_random(&state) % 6 == 0,
		    &state);
		if (has_corrections && i >= 2 && counted_random(&state) % 3 == 0)
			tally->n_corrections += correct_some(&state, present, i + 1);
	}
	result = attack_run(history.town.plan, history.attacked, history.n);
	add_result(tally, &history, &result);
	if (is_broken(&result))
		print_message("seed %llu: linear %zu, bounds %zu, member %zu, groups %zu, changes %zu\n",
		    (unsigned long long)seed, result.n_linear, result.n_bounds, result.n_member,
		    result.n_groups, result.n_changes);
	fini_history(&history);
}

static void test_nobody_works_anything_out_of_a_sequence(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= 400; seed++)
		run_sequence(&tally, seed, false, false);
	tell_tally("in order", &tally);
	assert_int_equal(tally.all.n_wrong, 0);
	assert_int_equal(tally.n_broken, 0);
}

static void test_nor_of_one_with_cells_that_did_not_open(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 1000; seed < 1300; seed++)
		run_sequence(&tally, seed, true, false);
	tell_tally("with faults", &tally);
	assert_int_equal(tally.n_broken, 0);
}

static void test_nor_of_one_with_corrections(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 2000; seed < 2400; seed++)
		run_sequence(&tally, seed, false, true);
	tell_tally("with corrections", &tally);
	assert_true(tally.n_corrections > 5);
	assert_int_equal(tally.n_broken, 0);
}

/* One quarter, corrected again and again with whoever happens to be in: readers have every version. */
static void test_nor_of_one_that_is_corrected_often(void **state)
{
	struct tally tally = {0};

	(void)state;
	for (uint64_t seed = 1; seed <= 150; seed++) {
		uint64_t random = seed * 31337;
		struct attack_result result;

		init_history(&history, "plan.yaml", seed, 40 + counted_random(&random) % 300);
		release_one(
		    &history, "2025-Q1", (unsigned)(1 + counted_random(&random) % ALL), false, &random);
		for (size_t i = 0; i < 8; i++) {
			unsigned present = (unsigned)(1 + counted_random(&random) % ALL);
			size_t repaired = counted_random(&random) % 3 == 0
					      ? counted_random(&random) % COUNTED_MEMBERS
					      : SIZE_MAX;

			tally.n_corrections += correct_one(&history, "2025-Q1", present, repaired);
		}
		result = attack_run(history.town.plan, history.attacked, history.n);
		add_result(&tally, &history, &result);
		fini_history(&history);
	}
	tell_tally("corrected often", &tally);
	assert_true(tally.n_corrections > 20);
	assert_int_equal(tally.n_broken, 0);
}

static size_t count_without_questions(void)
{
	size_t n = 0;

	for (size_t i = 0; i < history.n; i++)
		for (size_t t = 0; t < history.releases[i].n_tables; t++)
			for (size_t c = 0; c < history.releases[i].tables[t].n_cells; c++)
				n += history.releases[i].tables[t].cells[c].hides_questions;
	return n;
}

/* Month, quarter and a year of which half is out yet: what one hides alone, the next may not give. A member that knows
 * its own part of cells that never opened is not covered (docs/PRIVACY.md, C15). */
static void test_nor_of_one_in_which_every_table_has_questions(void **state)
{
	struct tally tally = {0};
	size_t n_alone = 0;

	(void)state;
	for (uint64_t seed = 3000; seed < 3000 + 12; seed++) {
		uint64_t random = seed;
		struct attack_result result;

		init_history(&history, "asked.yaml", seed, 60 + 20 * (seed % 12));
		for (size_t i = 0; i < N_HALF_YEAR; i++)
			release_one(&history, half_year[i], ALL, false, &random);
		n_alone += count_without_questions();
		result = attack_run(history.town.plan, history.attacked, history.n);
		result.n_member = 0;
		add_result(&tally, &history, &result);
		fini_history(&history);
	}
	tell_tally("with questions everywhere", &tally);
	assert_true(n_alone > 12);
	assert_int_equal(tally.all.n_wrong, 0);
	assert_int_equal(tally.n_broken, 0);
}

/* The attack must see what a bare threshold gives away, or it would be worth nothing. */
static void test_the_attack_breaks_a_bare_threshold(void **state)
{
	size_t n_broken = 0;

	(void)state;
	for (uint64_t seed = 300; seed < 320; seed++) {
		uint64_t random = seed;
		struct attack_result result;

		init_history(&history, "plan.yaml", seed, 120);
		for (size_t i = 0; i < 4; i++)
			release_one(&history, half_year[i], ALL, false, &random);
		for (size_t i = 0; i < 4; i++)
			for (size_t t = 0; t < history.releases[i].n_tables; t++)
				for (size_t c = 0; c < history.opened[i].tables[t].n_cells; c++) {
					const struct oeo_opened_cell *from =
					    &history.opened[i].tables[t].cells[c];

					history.releases[i].tables[t].cells[from->cell] =
					    (struct oeo_release_cell){
						false, from->residents, from->questions, false};
				}
		result = attack_run(history.town.plan, history.attacked, history.n);
		n_broken += is_broken(&result);
		fini_history(&history);
	}
	print_message("bare threshold: broken %zu of 20\n", n_broken);
	assert_true(n_broken > 15);
}

/* ---- One resident more */

/* Whatever one resident more changes: the new releases are as safe as the old ones, together with nothing else. */
static void test_one_resident_more_is_no_danger(void **state)
{
	size_t n_changed = 0;

	(void)state;
	for (uint64_t seed = 400; seed < 440; seed++) {
		uint64_t random = seed;
		uint64_t shown[2] = {0, 0};

		for (size_t turn = 0; turn < 2; turn++) {
			struct attack_result result;

			init_history(&history, "plan.yaml", seed, 60 + seed % 90);
			if (turn == 0)
				history.town.n_questions--;
			for (size_t i = 0; i < 4; i++)
				release_one(&history, half_year[i], ALL, false, &random);
			result = attack_run(history.town.plan, history.attacked, history.n);
			assert_false(is_broken(&result));
			assert_int_equal(result.n_wrong, 0);
			shown[turn] = result.n_shown;
			fini_history(&history);
		}
		n_changed += shown[0] != shown[1];
	}
	print_message("one question more changed what is shown in %zu of 40\n", n_changed);
	assert_true(n_changed > 0);
}

int main(void)
{
	const struct CMUnitTest all[] = {
	    cmocka_unit_test(test_nobody_works_anything_out_of_a_sequence),
	    cmocka_unit_test(test_nor_of_one_with_cells_that_did_not_open),
	    cmocka_unit_test(test_nor_of_one_with_corrections),
	    cmocka_unit_test(test_nor_of_one_that_is_corrected_often),
	    cmocka_unit_test(test_nor_of_one_in_which_every_table_has_questions),
	    cmocka_unit_test(test_the_attack_breaks_a_bare_threshold),
	    cmocka_unit_test(test_one_resident_more_is_no_danger),
	};

	return cmocka_run_group_tests(all, open_scratch, close_scratch);
}
