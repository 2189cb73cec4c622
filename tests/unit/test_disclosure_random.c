/* SPDX-License-Identifier: EUPL-1.2 */
/* Thousands of made-up towns, attacked by code that is written apart from the library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/disclosure/secure.h"
#include "collector/disclosure/solver_clp.h"

#include "disclosure_world.h"

static struct world world_a;
static struct world world_b;
static struct town the_town;
static struct oeo_disclosure_decision decisions_a[MOST_CELLS];
static struct oeo_disclosure_decision decisions_b[MOST_CELLS];

/* One release of a quarter: every combination of tables, some of them latent, some with questions. */
static void make_quarter(struct world *world, const struct town *town, struct random *random)
{
	memset(world, 0, sizeof(*world));
	for (unsigned by = 0; by < 8; by++) {
		unsigned dice = (unsigned)below(random, 6);
		bool has_questions = by == 0 || dice < 2;

		if (__builtin_popcount(by) == 3 && dice > 3)
			continue;
		add_table(world, town, by, QUARTER, has_questions,
		    by != 0 && dice == 5 ? OEO_DISCLOSURE_LATENT : OEO_DISCLOSURE_DECIDE);
	}
	close_world(world, town);
}

static void decide_and_verify(
    const struct world *world, struct oeo_disclosure_decision *decisions, uint64_t seed)
{
	struct oeo_disclosure_finding finding = {0};
	enum oeo_disclosure_err err = oeo_disclosure_decide(&world->problem, decisions, NULL);

	assert_int_equal(err, OEO_DISCLOSURE_OK);
	err = oeo_disclosure_verify(&world->problem, decisions, &finding);
	if (err != OEO_DISCLOSURE_OK)
		print_error("seed %llu: attack %d on cell %zu\n", (unsigned long long)seed,
		    (int)finding.attack, finding.cell);
	assert_int_equal(err, OEO_DISCLOSURE_OK);
}

static void test_what_is_decided_passes_the_verification(void **state)
{
	size_t n_open = 0;
	size_t n_shown = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 2000; seed++) {
		struct random random = {seed};

		make_town(&the_town, &random, 20 + below(&random, 180), 4);
		make_quarter(&world_a, &the_town, &random);
		decide_and_verify(&world_a, decisions_a, seed);
		for (size_t i = 0; i < world_a.problem.n_cells; i++) {
			n_open += world_a.cells[i].state == OEO_DISCLOSURE_OPEN &&
				  decisions_a[i].reason != OEO_DISCLOSURE_PRIMARY;
			n_shown += world_a.cells[i].state == OEO_DISCLOSURE_OPEN && decisions_a[i].is_shown;
		}
	}
	print_message("shown of the cells that meet their rules: %zu of %zu\n", n_shown, n_open);
}

/* The verification has to see what a bare threshold gives away, or it would be worth nothing. */
static void test_a_bare_threshold_is_refused(void **state)
{
	size_t n_leaking = 0;
	size_t n_refused = 0;

	(void)state;
	for (uint64_t seed = 1; seed <= 500; seed++) {
		struct random random = {seed};
		bool is_leaking = false;

		make_town(&the_town, &random, 20 + below(&random, 180), 4);
		make_quarter(&world_a, &the_town, &random);
		assert_int_equal(
		    oeo_disclosure_decide(&world_a.problem, decisions_a, NULL), OEO_DISCLOSURE_OK);
		for (size_t i = 0; i < world_a.problem.n_cells; i++)
			is_leaking = is_leaking || decisions_a[i].reason == OEO_DISCLOSURE_SECONDARY;
		give_back(&world_a, decisions_a);
		n_leaking += is_leaking;
		n_refused +=
		    oeo_disclosure_verify(&world_a.problem, decisions_a, NULL) == OEO_DISCLOSURE_UNSAFE &&
		    is_leaking;
	}
	print_message("bare threshold: refused %zu of %zu\n", n_refused, n_leaking);
	assert_true(n_leaking > 250);
	assert_int_equal(n_refused, n_leaking);
}

/* ---- The order of what goes in does not matter. */

static size_t new_place[MOST_CELLS];

static void shuffle(size_t *items, size_t n, struct random *random)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = below(random, i);
		size_t kept = items[i - 1];

		items[i - 1] = items[j];
		items[j] = kept;
	}
}

static void permute_world(struct world *to, const struct world *from, struct random *random)
{
	size_t n = from->problem.n_cells;

	memcpy(to, from, sizeof(*to));
	for (size_t i = 0; i < n; i++)
		new_place[i] = i;
	shuffle(new_place, n, random);
	for (size_t i = 0; i < n; i++) {
		struct oeo_disclosure_cell *cell = &to->cells[new_place[i]];

		*cell = from->cells[i];
		for (size_t j = 0; j < cell->n_parts; j++)
			to->parts[i * MOST_MEMBERS + j] =
			    from->parts[i * MOST_MEMBERS + cell->n_parts - 1 - j];
		cell->parts = to->parts + i * MOST_MEMBERS;
	}
	for (size_t i = 0; i < from->problem.n_relations; i++) {
		const struct oeo_disclosure_relation *old =
		    &from->relations[from->problem.n_relations - 1 - i];
		size_t *children = to->children + (old->children - from->children);

		for (size_t j = 0; j < old->n_children; j++)
			children[j] = new_place[old->children[j]];
		shuffle(children, old->n_children, random);
		to->relations[i] = *old;
		to->relations[i].parent = new_place[old->parent];
		to->relations[i].children = children;
	}
	to->problem.cells = to->cells;
	to->problem.relations = to->relations;
}

static void test_order_of_input_does_not_matter(void **state)
{
	(void)state;
	for (uint64_t seed = 5000; seed < 5300; seed++) {
		struct random random = {seed};

		make_town(&the_town, &random, 20 + below(&random, 180), 4);
		make_quarter(&world_a, &the_town, &random);
		permute_world(&world_b, &world_a, &random);
		assert_int_equal(
		    oeo_disclosure_decide(&world_a.problem, decisions_a, NULL), OEO_DISCLOSURE_OK);
		assert_int_equal(
		    oeo_disclosure_decide(&world_b.problem, decisions_b, NULL), OEO_DISCLOSURE_OK);
		for (size_t i = 0; i < world_a.problem.n_cells; i++) {
			assert_int_equal(decisions_a[i].is_shown, decisions_b[new_place[i]].is_shown);
			assert_int_equal(
			    decisions_a[i].hides_questions, decisions_b[new_place[i]].hides_questions);
			assert_int_equal(decisions_a[i].reason, decisions_b[new_place[i]].reason);
		}
	}
}

/* ---- A reader who tries every whole number for every hidden cell of a small release. */

#define MOST_AROUND 16
#define MOST_TRIED 20000 /* then it gives up on that one number */

struct attempt {
	const struct world *world;
	const struct oeo_disclosure_decision *decisions;
	unsigned measure;
	int64_t value[MOST_CELLS]; /* -1: not chosen yet */
	int64_t least[MOST_CELLS]; /* every resident asked something, and they may be shown */
	size_t unknown[MOST_CELLS];
	size_t n_unknown;
	int64_t cap;
	size_t n_tried;
	size_t around[MOST_CELLS][MOST_AROUND]; /* relations of the measure that a cell is in */
	size_t n_around[MOST_CELLS];
};

/* Can the relation still hold with what is chosen so far? */
static bool can_hold(const struct attempt *attempt, const struct oeo_disclosure_relation *relation)
{
	int64_t parent = attempt->value[relation->parent];
	int64_t sum = 0;
	int64_t largest = 0;
	bool is_open = false;

	for (size_t i = 0; i < relation->n_children; i++) {
		int64_t value = attempt->value[relation->children[i]];

		is_open = is_open || value < 0;
		sum += value < 0 ? 0 : value;
		largest = value > largest ? value : largest;
	}
	if (parent < 0)
		return true;
	if (relation->kind == OEO_DISCLOSURE_EQUAL)
		return is_open ? sum <= parent : sum == parent;
	return largest <= parent && (is_open || relation->kind == OEO_DISCLOSURE_WITHIN || sum >= parent);
}

static bool can_all_hold(const struct attempt *attempt, size_t cell)
{
	for (size_t i = 0; i < attempt->n_around[cell]; i++)
		if (!can_hold(attempt, &attempt->world->relations[attempt->around[cell][i]]))
			return false;
	return true;
}

/* Is there any way to fill in the unknown numbers from this one on? */
static bool fill_in(struct attempt *attempt, size_t next)
{
	size_t cell;

	if (next == attempt->n_unknown)
		return true;
	if (attempt->n_tried++ >= MOST_TRIED)
		return true;
	cell = attempt->unknown[next];
	if (attempt->value[cell] >= 0)
		return fill_in(attempt, next + 1);
	for (int64_t value = attempt->least[cell]; value <= attempt->cap; value++) {
		attempt->value[cell] = value;
		if (can_all_hold(attempt, cell) && fill_in(attempt, next + 1)) {
			attempt->value[cell] = -1;
			return true;
		}
	}
	attempt->value[cell] = -1;
	return false;
}

/* Could this hidden number be another one than it is? */
static bool can_differ(struct attempt *attempt, size_t cell)
{
	int64_t truth = (int64_t)attempt->world->truth[attempt->measure][cell];

	for (int64_t value = attempt->cap; value >= attempt->least[cell]; value--) {
		bool is_possible;

		if (value == truth)
			continue;
		attempt->value[cell] = value;
		attempt->n_tried = 0;
		is_possible = can_all_hold(attempt, cell) && fill_in(attempt, 0);
		attempt->value[cell] = -1;
		if (is_possible)
			return true;
	}
	return false;
}

static void note_relation(struct attempt *attempt, size_t cell, size_t relation)
{
	assert_true(attempt->n_around[cell] < MOST_AROUND);
	attempt->around[cell][attempt->n_around[cell]++] = relation;
}

static void start_attempt(struct attempt *attempt, const struct world *world,
    const struct oeo_disclosure_decision *decisions, unsigned measure)
{
	attempt->world = world;
	attempt->decisions = decisions;
	attempt->measure = measure;
	attempt->cap = 0;
	attempt->n_unknown = 0;
	memset(attempt->n_around, 0, sizeof(attempt->n_around));
	for (size_t i = 0; i < world->problem.n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &world->relations[i];

		if ((unsigned)relation->measure != measure)
			continue;
		note_relation(attempt, relation->parent, i);
		for (size_t j = 0; j < relation->n_children; j++)
			note_relation(attempt, relation->children[j], i);
	}
	for (size_t i = 0; i < world->problem.n_cells; i++) {
		attempt->value[i] = shows(decisions, i, measure) ? (int64_t)world->truth[measure][i] : -1;
		attempt->least[i] = measure == OEO_DISCLOSURE_QUESTIONS && decisions[i].is_shown
					? (int64_t)world->truth[OEO_DISCLOSURE_RESIDENTS][i]
					: 0;
		/* Larger numbers than any are tried too; how large they may be does not matter to the attack. */
		if ((int64_t)world->truth[measure][i] + 4 > attempt->cap)
			attempt->cap = (int64_t)world->truth[measure][i] + 4;
		if (attempt->value[i] < 0 && world->cells[i].has_measure[measure])
			attempt->unknown[attempt->n_unknown++] = i;
	}
}

static struct attempt the_attempt;

/* Did the number follow from what was out before anything was decided? */
static bool was_given(const struct world *world, size_t cell, unsigned measure)
{
	static struct oeo_disclosure_decision before[MOST_CELLS];

	for (size_t i = 0; i < world->problem.n_cells; i++)
		before[i] =
		    (struct oeo_disclosure_decision){.is_shown = world->cells[i].role == OEO_DISCLOSURE_SHOWN,
			.hides_questions = world->cells[i].hides_questions};
	start_attempt(&the_attempt, world, before, measure);
	return !can_differ(&the_attempt, cell);
}

static size_t count_recovered(const struct world *world, const struct oeo_disclosure_decision *decisions)
{
	size_t recovered = 0;

	for (unsigned measure = 0; measure < 2; measure++) {
		for (size_t i = 0; i < world->problem.n_cells; i++) {
			const struct oeo_disclosure_cell *cell = &world->cells[i];

			if (shows(decisions, i, measure) || cell->role == OEO_DISCLOSURE_LATENT ||
			    !cell->has_measure[measure] || world->truth[measure][i] == 0)
				continue;
			start_attempt(&the_attempt, world, decisions, measure);
			recovered += !can_differ(&the_attempt, i) && !was_given(world, i, measure);
		}
	}
	return recovered;
}

static void make_small_quarter(struct world *world, const struct town *town, struct random *random)
{
	memset(world, 0, sizeof(*world));
	add_table(world, town, 0, QUARTER, true, OEO_DISCLOSURE_DECIDE);
	add_table(world, town, 1, QUARTER, below(random, 2) == 0, OEO_DISCLOSURE_DECIDE);
	add_table(world, town, 2, QUARTER, below(random, 2) == 0, OEO_DISCLOSURE_DECIDE);
	add_table(world, town, 3, QUARTER, below(random, 3) == 0,
	    below(random, 3) == 0 ? OEO_DISCLOSURE_LATENT : OEO_DISCLOSURE_DECIDE);
	close_world(world, town);
}

/* Numbers that follow from several relations at once are the audit's to find, and are then hidden (secure.h). */
static size_t count_seen(const struct world *world, const struct oeo_disclosure_decision *decisions)
{
	static struct oeo_audit_cell found[MOST_CELLS];
	struct oeo_audit_options options = {.attackers = OEO_AUDIT_P, .solver = oeo_solver_clp()};
	struct oeo_audit_report report;
	size_t n = 0;

	assert_int_equal(
	    oeo_audit_problem(&world->problem, decisions, &options, &report, found), OEO_AUDIT_OK);
	for (size_t i = 0; i < world->problem.n_cells; i++)
		n += (found[i].recovered[0] != 0 ? 1u : 0u) + (found[i].recovered[1] != 0 ? 1u : 0u);
	return n;
}

static void test_no_hidden_number_is_the_only_possible_one(void **state)
{
	size_t n_alone = 0;
	size_t n_seen = 0;
	size_t recovered = 0;
	size_t recovered_bare = 0;

	(void)state;
	for (uint64_t seed = 10000; seed < 12000; seed++) {
		struct random random = {seed};
		size_t by_trying;

		make_town(&the_town, &random, 5 + below(&random, 20), 3);
		make_small_quarter(&world_a, &the_town, &random);
		decide_and_verify(&world_a, decisions_a, seed);
		for (size_t i = 0; i < world_a.problem.n_cells; i++)
			n_alone += decisions_a[i].hides_questions;
		by_trying = count_recovered(&world_a, decisions_a);
		if (by_trying > 0 && count_seen(&world_a, decisions_a) >= by_trying)
			n_seen += by_trying;
		else
			recovered += by_trying;
		give_back(&world_a, decisions_a);
		recovered_bare += count_recovered(&world_a, decisions_a);
	}
	print_message("recovered by trying all numbers: %zu; with the bare threshold: %zu\n", recovered,
	    recovered_bare);
	print_message("questions hidden alone: %zu\n", n_alone);
	assert_true(n_alone > 100);
	assert_true(n_seen < 5);
	assert_true(recovered_bare > 1000);
	assert_int_equal(recovered, 0);
}

/* Whatever the town, the gate comes to an end: with decisions that hold, or saying that there are none. */
static void test_the_gate_decides_on_every_town(void **state)
{
	struct oeo_audit_options options = {
	    .attackers = OEO_AUDIT_ALL, .solver = oeo_solver_clp(), .has_unknown_singles = true};
	struct oeo_audit_report report;
	size_t outcomes[8] = {0};

	(void)state;
	for (uint64_t seed = 10000; seed < 10200; seed++) {
		struct random random = {seed};
		enum oeo_disclosure_err err;

		make_town(&the_town, &random, 5 + below(&random, 20), 3);
		make_small_quarter(&world_a, &the_town, &random);
		err = oeo_disclosure_secure(&world_a.problem, &options, decisions_a, NULL, &report);
		if (err != OEO_DISCLOSURE_OK)
			print_message("seed %d: %d\n", (int)seed, (int)err);
		outcomes[err]++;
	}
	assert_int_equal(outcomes[OEO_DISCLOSURE_OK], 200);
}

/* ---- What is left of a shown sum, counted from the residents themselves */

static uint64_t own_of(const struct town *town, const struct place *place, size_t member, unsigned measure)
{
	uint64_t own[2];

	count_place(town, place, member, own);
	return own[measure];
}

static bool is_few(uint64_t value, uint64_t threshold)
{
	return value > 0 && value < threshold;
}

/* True where the hidden children of a shown parent are few together, or few without one member. */
static bool is_group_exposed(const struct world *world, const struct town *town,
    const struct oeo_disclosure_decision *decisions, const struct oeo_disclosure_relation *relation)
{
	unsigned measure = (unsigned)relation->measure;
	uint64_t hidden = 0;
	bool is_exposed;

	if (relation->kind != OEO_DISCLOSURE_EQUAL || !shows(decisions, relation->parent, measure))
		return false;
	for (size_t i = 0; i < relation->n_children; i++)
		if (!shows(decisions, relation->children[i], measure))
			hidden += world->truth[measure][relation->children[i]];
	is_exposed = is_few(hidden, town->rules.residents);
	for (size_t m = 0; m < town->n_members; m++) {
		uint64_t own = 0;

		for (size_t i = 0; i < relation->n_children; i++)
			if (!shows(decisions, relation->children[i], measure))
				own += own_of(town, &world->places[relation->children[i]], m, measure);
		is_exposed = is_exposed || (own > 0 && is_few(hidden - own, town->rules.rest));
	}
	return is_exposed;
}

static bool is_difference_exposed(const struct world *world, const struct town *town,
    const struct oeo_disclosure_decision *decisions, const struct oeo_disclosure_relation *relation)
{
	if (relation->measure != OEO_DISCLOSURE_RESIDENTS || !decisions[relation->parent].is_shown)
		return false;
	for (size_t i = 0; i < relation->n_children; i++) {
		uint64_t child = world->truth[0][relation->children[i]];

		if (decisions[relation->children[i]].is_shown && child > 0 &&
		    is_few(world->truth[0][relation->parent] - child, town->rules.rest))
			return true;
	}
	return false;
}

static size_t count_exposed(
    const struct world *world, const struct town *town, const struct oeo_disclosure_decision *decisions)
{
	size_t n = 0;

	for (size_t i = 0; i < world->problem.n_relations; i++)
		n += is_group_exposed(world, town, decisions, &world->relations[i]) ||
		     is_difference_exposed(world, town, decisions, &world->relations[i]);
	return n;
}

/* A zero that is shown must be one. */
static size_t count_false_zeros(const struct world *world, const struct oeo_disclosure_decision *decisions)
{
	size_t n = 0;

	for (size_t i = 0; i < world->problem.n_cells; i++)
		n += decisions[i].is_shown && world->cells[i].state == OEO_DISCLOSURE_UNOPENED &&
		     (world->truth[0][i] > 0 || (world->cells[i].has_measure[1] && world->truth[1][i] > 0));
	return n;
}

static void test_no_group_and_no_difference_is_few(void **state)
{
	size_t n_zeros = 0;

	(void)state;
	for (uint64_t seed = 20000; seed < 21000; seed++) {
		struct random random = {seed};

		make_town(&the_town, &random, 20 + below(&random, 180), 5);
		make_quarter(&world_a, &the_town, &random);
		decide_and_verify(&world_a, decisions_a, seed);
		assert_int_equal(count_exposed(&world_a, &the_town, decisions_a), 0);
		assert_int_equal(count_false_zeros(&world_a, decisions_a), 0);
		for (size_t i = 0; i < world_a.problem.n_cells; i++)
			n_zeros +=
			    decisions_a[i].is_shown && world_a.cells[i].state == OEO_DISCLOSURE_UNOPENED;
	}
	print_message("zeros shown: %zu\n", n_zeros);
	assert_true(n_zeros > 100);
}

/* ---- Month after month, then the quarter */

static const unsigned month_tables[] = {0, 1, 2};
static const unsigned quarter_tables[] = {0, 1, 2, 3};

static void add_month(struct world *world, const struct town *town, size_t month, unsigned with_questions)
{
	for (size_t i = 0; i < 3; i++)
		add_table(world, town, month_tables[i], month, (with_questions >> month_tables[i] & 1) != 0,
		    OEO_DISCLOSURE_DECIDE);
}

/* Release the months one by one, then the quarter; world_a and decisions_a are the quarter's. */
static void release_in_turn(const struct town *town, unsigned with_questions, uint64_t seed)
{
	static struct world months[3];
	static struct oeo_disclosure_decision decided[3][MOST_CELLS];

	for (size_t m = 0; m < 3; m++) {
		memset(&months[m], 0, sizeof(months[m]));
		add_month(&months[m], town, m, with_questions);
		close_world(&months[m], town);
		decide_and_verify(&months[m], decided[m], seed);
	}
	memset(&world_a, 0, sizeof(world_a));
	for (size_t m = 0; m < 3; m++)
		add_month(&world_a, town, m, with_questions);
	for (size_t i = 0; i < 4; i++)
		add_table(&world_a, town, quarter_tables[i], QUARTER,
		    (with_questions >> quarter_tables[i] & 1) != 0, OEO_DISCLOSURE_DECIDE);
	close_world(&world_a, town);
	for (size_t m = 0; m < 3; m++)
		keep_decisions(&world_a, &months[m], decided[m]);
	decide_and_verify(&world_a, decisions_a, seed);
}

static void test_months_and_their_quarter_give_nothing_away_together(void **state)
{
	size_t n_shown = 0;
	size_t recovered = 0;

	(void)state;
	for (uint64_t seed = 30000; seed < 30150; seed++) {
		struct random random = {seed};

		make_town(&the_town, &random, 6 + below(&random, seed % 3 == 0 ? 150 : 24), 3);
		release_in_turn(&the_town, (unsigned)below(&random, 8) | 1, seed);
		assert_int_equal(count_exposed(&world_a, &the_town, decisions_a), 0);
		assert_int_equal(count_false_zeros(&world_a, decisions_a), 0);
		if (seed % 3 != 0)
			recovered += count_recovered(&world_a, decisions_a);
		for (size_t i = 0; i < world_a.problem.n_cells; i++)
			n_shown += decisions_a[i].is_shown && world_a.places[i].period == QUARTER;
	}
	print_message(
	    "cells of quarters shown after their months: %zu; recovered: %zu\n", n_shown, recovered);
	assert_true(n_shown > 300);
	assert_int_equal(recovered, 0);
}

/* ---- A member that takes its own figures out */

static size_t count_recovered_by_members(
    const struct world *world, const struct town *town, const struct oeo_disclosure_decision *decisions)
{
	static struct world others;
	size_t recovered = 0;

	for (size_t m = 0; m < town->n_members; m++) {
		memcpy(&others, world, sizeof(others));
		/* Only sums hold for what the others have; sets of residents do not lie within each other then. */
		others.problem.n_relations = 0;
		for (size_t i = 0; i < world->problem.n_relations; i++)
			if (world->relations[i].kind == OEO_DISCLOSURE_EQUAL)
				others.relations[others.problem.n_relations++] = world->relations[i];
		others.problem.relations = others.relations;
		others.problem.cells = others.cells;
		for (size_t i = 0; i < world->problem.n_cells; i++)
			for (unsigned measure = 0; measure < 2; measure++)
				others.truth[measure][i] -= own_of(town, &world->places[i], m, measure);
		for (size_t i = 0; i < world->problem.n_cells; i++) {
			bool is_small = is_few(others.truth[0][i], town->rules.rest);

			if (decisions[i].is_shown || !is_small || own_of(town, &world->places[i], m, 0) == 0)
				continue;
			start_attempt(&the_attempt, &others, decisions, 0);
			recovered += !can_differ(&the_attempt, i);
		}
	}
	return recovered;
}

static void test_no_member_learns_the_few_of_the_others(void **state)
{
	size_t recovered = 0;
	size_t recovered_bare = 0;

	(void)state;
	for (uint64_t seed = 40000; seed < 41000; seed++) {
		struct random random = {seed};

		make_town(&the_town, &random, 5 + below(&random, 25), 3);
		make_small_quarter(&world_a, &the_town, &random);
		decide_and_verify(&world_a, decisions_a, seed);
		recovered += count_recovered_by_members(&world_a, &the_town, decisions_a);
		give_back(&world_a, decisions_a);
		recovered_bare += count_recovered_by_members(&world_a, &the_town, decisions_a);
	}
	print_message(
	    "recovered by a member: %zu; with the bare threshold: %zu\n", recovered, recovered_bare);
	assert_true(recovered_bare > 100);
	assert_int_equal(recovered, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_what_is_decided_passes_the_verification),
	    cmocka_unit_test(test_a_bare_threshold_is_refused),
	    cmocka_unit_test(test_order_of_input_does_not_matter),
	    cmocka_unit_test(test_no_hidden_number_is_the_only_possible_one),
	    cmocka_unit_test(test_the_gate_decides_on_every_town),
	    cmocka_unit_test(test_no_group_and_no_difference_is_few),
	    cmocka_unit_test(test_months_and_their_quarter_give_nothing_away_together),
	    cmocka_unit_test(test_no_member_learns_the_few_of_the_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
