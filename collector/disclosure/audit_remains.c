/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * G and O over what is left of a known number when hidden parts of it are replaced by their own hidden parts, each to any
 * depth and under any of its relations.
 *
 * Every such remainder is the known number minus known descendants. A hidden cell is left as it is, or one of its
 * sums is put in its place and the known parts of that are taken off. The most that can be taken off below a cell is found
 * from below, once for all cells; the remainders of known numbers that are least but not zero follow. So it is
 * complete for all ways to replace, in time that grows with the relations. For a member the same is done with what the
 * others have.
 */
#include <stdlib.h>

#include "collector/disclosure/audit_internal.h"
#include "collector/disclosure/audit_links.h"

#define IMPOSSIBLE INT64_MIN

/* What the cells that are left hold: bits. */
enum holds {
	HOLDS_OTHERS = 1, /* someone else than the member, or may do */
	HOLDS_OWN = 2, /* some of the member */
	HOLDS = 4 /* how many combinations there are */
};

/* By what is left to hold: the most that can be taken off. */
struct choice {
	int64_t most[HOLDS];
};

struct remains {
	struct audit_system *system;
	struct audit_links links;
	size_t *upward; /* all cells, children before parents */
	struct choice *choices; /* of every cell that is unknown */
	size_t measure;
	size_t member; /* AUDIT_NONE: for all readers */
};

static bool is_known(const struct remains *remains, size_t cell, int64_t *value)
{
	const struct audit_system *system = remains->system;
	size_t number = remains->measure * system->problem->n_cells + cell;
	const struct oeo_audit_interval *interval = &system->intervals[OEO_AUDIT_VIEW_P][number];

	if (system->unknown_of[number] == AUDIT_NONE) {
		*value = audit_value(&system->problem->cells[cell], remains->measure);
		return true;
	}
	*value = interval->low;
	return interval->is_whole && interval->low == interval->high;
}

static int64_t own_of(const struct remains *remains, size_t cell)
{
	return remains->member == AUDIT_NONE ? 0
					     : audit_own_part(&remains->system->problem->cells[cell],
						   remains->member, remains->measure);
}

static bool is_sum(const struct remains *remains, const struct oeo_disclosure_relation *relation)
{
	return relation->kind == OEO_DISCLOSURE_EQUAL && (size_t)relation->measure == remains->measure;
}

/* ---- Children before parents */

/* Cells in a circle, which no sound problem has, are left out: nothing is put in their place then. */
static bool order_cells(struct remains *remains)
{
	const struct oeo_disclosure_problem *problem = remains->system->problem;
	const struct audit_links *links = &remains->links;
	size_t *waiting = oeo_audit_alloc(problem->n_cells, sizeof(*waiting));
	size_t n = 0;

	remains->upward = oeo_audit_alloc(problem->n_cells, sizeof(size_t));
	if (waiting == NULL || remains->upward == NULL) {
		free(waiting);
		return false;
	}
	for (size_t i = 0; i < problem->n_relations; i++)
		if (problem->relations[i].kind != OEO_DISCLOSURE_VERSION)
			waiting[problem->relations[i].parent] += problem->relations[i].n_children;
	for (size_t i = 0; i < problem->n_cells; i++)
		if (waiting[i] == 0)
			remains->upward[n++] = i;
	for (size_t done = 0; done < n; done++) {
		size_t cell = remains->upward[done];

		for (size_t i = links->above_first[cell]; i < links->above_first[cell + 1]; i++) {
			size_t parent = problem->relations[links->above[i]].parent;

			if (--waiting[parent] == 0)
				remains->upward[n++] = parent;
		}
	}
	for (size_t i = 0; n < problem->n_cells && i < problem->n_cells; i++)
		if (waiting[i] > 0)
			remains->upward[n++] = i;
	free(waiting);
	return true;
}

/* ---- The most that can be taken off */

static void forget(struct choice *choice)
{
	for (unsigned held = 0; held < HOLDS; held++)
		choice->most[held] = IMPOSSIBLE;
}

static void offer(struct choice *choice, unsigned held, int64_t most)
{
	if (most > choice->most[held])
		choice->most[held] = most;
}

/* Both are left. */
static void join(struct choice *choice, const struct choice *child)
{
	struct choice both;

	forget(&both);
	for (unsigned a = 0; a < HOLDS; a++)
		for (unsigned b = 0; b < HOLDS; b++)
			if (choice->most[a] != IMPOSSIBLE && child->most[b] != IMPOSSIBLE)
				offer(&both, a | b, choice->most[a] + child->most[b]);
	*choice = both;
}

/* What can be taken off the sum of a relation; false: nothing of it is unknown, or a member cannot tell. */
static bool choose_under(
    const struct remains *remains, const struct oeo_disclosure_relation *relation, struct choice *choice)
{
	int64_t known = 0;
	size_t n_unknown = 0;

	for (size_t i = 0; i < relation->n_children; i++) {
		size_t child = relation->children[i];
		int64_t value;

		if (!is_known(remains, child, &value)) {
			n_unknown++;
			continue;
		}
		/* What a member has of a cell that was never opened is not in the problem. */
		if (remains->member != AUDIT_NONE && value != 0 &&
		    remains->system->problem->cells[child].state != OEO_DISCLOSURE_OPEN)
			return false;
		known += value - own_of(remains, child);
	}
	forget(choice);
	choice->most[0] = known;
	for (size_t i = 0; n_unknown > 0 && i < relation->n_children; i++) {
		int64_t value;

		if (!is_known(remains, relation->children[i], &value))
			join(choice, &remains->choices[relation->children[i]]);
	}
	return n_unknown > 0;
}

static unsigned held_in(const struct remains *remains, size_t cell)
{
	const struct oeo_disclosure_cell *at = &remains->system->problem->cells[cell];
	int64_t own = own_of(remains, cell);
	bool has_others = at->state != OEO_DISCLOSURE_OPEN || audit_value(at, remains->measure) > own;

	return (has_others ? HOLDS_OTHERS : 0u) | (own > 0 ? HOLDS_OWN : 0u);
}

static void choose(struct remains *remains, size_t cell)
{
	const struct oeo_disclosure_problem *problem = remains->system->problem;
	const struct audit_links *links = &remains->links;
	struct choice *choice = &remains->choices[cell];

	forget(choice);
	offer(choice, held_in(remains, cell), 0);
	for (size_t i = links->below_first[cell]; i < links->below_first[cell + 1]; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[links->below[i]];
		struct choice under;

		if (!is_sum(remains, relation) || !choose_under(remains, relation, &under))
			continue;
		for (unsigned held = 0; held < HOLDS; held++)
			offer(choice, held, under.most[held]);
	}
}

/* ---- What is left of known numbers */

/* The thresholds of what is left, and one hidden number in it. */
struct accused {
	size_t number;
	uint64_t residents;
	uint64_t rest;
};

static struct accused accuse(const struct remains *remains, const struct oeo_disclosure_relation *relation)
{
	const struct oeo_disclosure_problem *problem = remains->system->problem;
	struct accused accused = {AUDIT_NONE, 0, 0};
	int64_t value;

	for (size_t i = 0; i < relation->n_children; i++) {
		const struct oeo_disclosure_cell *cell = &problem->cells[relation->children[i]];

		if (is_known(remains, relation->children[i], &value))
			continue;
		if (accused.number == AUDIT_NONE || cell->role != OEO_DISCLOSURE_LATENT)
			accused.number = remains->measure * problem->n_cells + relation->children[i];
		if (cell->rules.residents > accused.residents)
			accused.residents = cell->rules.residents;
		if (cell->rules.rest > accused.rest)
			accused.rest = cell->rules.rest;
	}
	return accused;
}

static void judge(struct remains *remains, const struct oeo_disclosure_relation *relation, int64_t value)
{
	bool is_reader = remains->member == AUDIT_NONE;
	unsigned held = HOLDS_OTHERS | (is_reader ? 0u : HOLDS_OWN);
	struct accused accused;
	struct choice choice;
	int64_t left;

	if (!choose_under(remains, relation, &choice) || choice.most[held] == IMPOSSIBLE)
		return;
	accused = accuse(remains, relation);
	left = value - own_of(remains, relation->parent) - choice.most[held];
	if (left > 0 && (uint64_t)left < (is_reader ? accused.residents : accused.rest))
		remains->system->recovered[accused.number] |=
		    (is_reader ? OEO_AUDIT_G : OEO_AUDIT_O) & remains->system->options->attackers;
}

/* May what the member has of a known number be taken off it? */
static bool is_open_to(const struct remains *remains, size_t cell)
{
	return remains->member == AUDIT_NONE || own_of(remains, cell) > 0;
}

static void attack(struct remains *remains)
{
	const struct oeo_disclosure_problem *problem = remains->system->problem;
	int64_t value;

	for (size_t i = 0; i < problem->n_cells; i++) {
		size_t cell = remains->upward[i];

		if (!is_known(remains, cell, &value))
			choose(remains, cell);
	}
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (is_sum(remains, relation) && is_known(remains, relation->parent, &value) &&
		    is_open_to(remains, relation->parent))
			judge(remains, relation, value);
	}
}

enum oeo_audit_err oeo_audit_remains(struct audit_system *system)
{
	struct remains remains = {.system = system};
	enum oeo_audit_err err = OEO_AUDIT_NOMEM;

	remains.choices = oeo_audit_alloc(system->problem->n_cells, sizeof(*remains.choices));
	if (remains.choices == NULL || !oeo_audit_links_init(&remains.links, system->problem) ||
	    !order_cells(&remains))
		goto cleanup;
	for (remains.measure = 0; remains.measure < OEO_DISCLOSURE_MEASURES; remains.measure++) {
		remains.member = AUDIT_NONE;
		attack(&remains);
		for (remains.member = 0; remains.member < system->problem->n_members; remains.member++)
			attack(&remains);
	}
	err = OEO_AUDIT_OK;
cleanup:
	oeo_audit_links_fini(&remains.links);
	free(remains.upward);
	free(remains.choices);
	return err;
}
