/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * G, T, and O as far as it adds up: what known numbers leave to groups of unknown ones, and differences between known
 * sets. "Known" is shown, or pinned by P.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

struct adding {
	struct audit_system *system;
	bool *is_good; /* per cell: meets every rule by itself, or is latent and holds such a cell */
	size_t *first; /* relations by parent: ranked[first[c]] .. */
	size_t *ranked;
	size_t *above_first; /* relations about sets of residents by child */
	size_t *above;
};

/* What is left, and to whom. */
struct left {
	size_t measure;
	int64_t total;
	size_t n_unknown;
	size_t accused; /* number of one of them that is hidden */
	uint64_t residents;
	uint64_t rest;
	bool has_good;
	bool is_shown; /* all that was taken off was shown, so parts are known */
};

static bool is_few(int64_t value, uint64_t threshold)
{
	uint64_t size = value < 0 ? (uint64_t)-value : (uint64_t)value;

	return size > 0 && size < threshold;
}

static size_t number_of(const struct adding *adding, size_t measure, size_t cell)
{
	return measure * adding->system->problem->n_cells + cell;
}

static bool is_known(const struct adding *adding, size_t measure, size_t cell, int64_t *value)
{
	const struct audit_system *system = adding->system;
	size_t number = number_of(adding, measure, cell);
	const struct oeo_audit_interval *interval = &system->intervals[OEO_AUDIT_VIEW_P][number];

	if (system->unknown_of[number] == AUDIT_NONE) {
		*value = audit_value(&system->problem->cells[cell], measure);
		return system->is_shown[number] && system->problem->cells[cell].has_measure[measure];
	}
	*value = interval->low;
	return interval->is_whole && interval->low == interval->high;
}

static void accuse(struct adding *adding, size_t number, unsigned attacker)
{
	adding->system->recovered[number] |= attacker & adding->system->options->attackers;
}

static int64_t own_part(const struct oeo_disclosure_cell *cell, size_t member, size_t measure)
{
	return audit_own_part(cell, member, measure);
}

/* ---- Cells that meet every rule */

static bool meets_rules(const struct oeo_disclosure_cell *cell)
{
	uint64_t n_members = 0;

	if (cell->state != OEO_DISCLOSURE_OPEN)
		return false;
	for (size_t i = 0; i < cell->n_parts; i++)
		n_members += cell->parts[i].residents > 0;
	for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
		if (!cell->has_measure[m])
			continue;
		if (cell->value[m] < cell->rules.residents)
			return false;
		for (size_t i = 0; i < cell->n_parts; i++) {
			int64_t own = own_part(cell, cell->parts[i].member, m);

			if (own > 0 && is_few((int64_t)cell->value[m] - own, cell->rules.rest))
				return false;
		}
	}
	return n_members >= cell->rules.members || cell->n_parts == 0;
}

/* A latent cell that holds a good one is good; relations may be in any order. */
static void find_good(struct adding *adding)
{
	const struct oeo_disclosure_problem *problem = adding->system->problem;
	bool has_changed = true;

	for (size_t i = 0; i < problem->n_cells; i++)
		adding->is_good[i] = meets_rules(&problem->cells[i]);
	while (has_changed) {
		has_changed = false;
		for (size_t i = 0; i < problem->n_relations; i++) {
			const struct oeo_disclosure_relation *relation = &problem->relations[i];

			if (relation->kind == OEO_DISCLOSURE_VERSION || adding->is_good[relation->parent] ||
			    problem->cells[relation->parent].role != OEO_DISCLOSURE_LATENT)
				continue;
			for (size_t j = 0; j < relation->n_children && !adding->is_good[relation->parent];
			     j++)
				adding->is_good[relation->parent] = adding->is_good[relation->children[j]];
			has_changed = has_changed || adding->is_good[relation->parent];
		}
	}
}

/* ---- What is left to a group */

static void leave_unknown(const struct adding *adding, struct left *left, size_t cell)
{
	const struct oeo_disclosure_cell *at = &adding->system->problem->cells[cell];
	size_t number = number_of(adding, left->measure, cell);

	left->n_unknown++;
	if (left->accused == AUDIT_NONE || at->role != OEO_DISCLOSURE_LATENT)
		left->accused = number;
	if (at->rules.residents > left->residents)
		left->residents = at->rules.residents;
	if (at->rules.rest > left->rest)
		left->rest = at->rules.rest;
	left->has_good = left->has_good || adding->is_good[cell] || at->state == OEO_DISCLOSURE_UNBOUNDED;
}

/* Take off what is known of the children, and list the others; all but one cell. */
static void leave_children(const struct adding *adding, struct left *left,
    const struct oeo_disclosure_relation *relation, size_t except)
{
	for (size_t i = 0; i < relation->n_children; i++) {
		size_t child = relation->children[i];
		int64_t value;

		if (child == except)
			continue;
		if (is_known(adding, left->measure, child, &value)) {
			left->total -= value;
			left->is_shown = left->is_shown &&
					 (audit_shows(adding->system, left->measure, child) || value == 0);
		} else {
			leave_unknown(adding, left, child);
		}
	}
}

/* What a member's own parts leave in the same way. */
static int64_t own_left(const struct adding *adding, size_t measure, size_t member,
    const struct oeo_disclosure_relation *relation, const struct oeo_disclosure_relation *within)
{
	const struct audit_system *system = adding->system;
	int64_t own = own_part(&system->problem->cells[relation->parent], member, measure);

	for (size_t i = 0; i < relation->n_children; i++)
		if (audit_shows(system, measure, relation->children[i]))
			own -= own_part(&system->problem->cells[relation->children[i]], member, measure);
	for (size_t i = 0; within != NULL && i < within->n_children; i++)
		if (audit_shows(system, measure, within->children[i]))
			own -= own_part(&system->problem->cells[within->children[i]], member, measure);
	return own;
}

/* within: the relation that takes the place of one unknown child; NULL: none does. */
static void judge(struct adding *adding, struct left *left, const struct oeo_disclosure_relation *relation,
    const struct oeo_disclosure_relation *within)
{
	const struct audit_system *system = adding->system;
	unsigned attacker = left->n_unknown == 0 ? OEO_AUDIT_T : OEO_AUDIT_G;
	bool needs_good = left->measure == OEO_DISCLOSURE_QUESTIONS && left->n_unknown > 0 &&
			  !system->options->has_blind_states &&
			  system->problem->cells[relation->parent].has_measure[OEO_DISCLOSURE_RESIDENTS];

	if (left->n_unknown == 0) {
		const struct oeo_disclosure_cell *parent = &system->problem->cells[relation->parent];

		left->residents = parent->rules.residents;
		left->rest = parent->rules.rest;
		left->accused = number_of(adding, left->measure, relation->parent);
	}
	if (left->total == 0)
		return;
	if (is_few(left->total, left->residents) || (needs_good && !left->has_good))
		accuse(adding, left->accused, attacker);
	if (!left->is_shown || !audit_shows(system, left->measure, relation->parent))
		return;
	for (size_t member = 0; member < system->problem->n_members; member++) {
		int64_t own = own_left(adding, left->measure, member, relation, within);

		if (own != 0 && is_few(left->total - own, left->rest))
			accuse(adding, left->accused, left->n_unknown == 0 ? OEO_AUDIT_T : OEO_AUDIT_O);
	}
}

static bool begin_left(
    const struct adding *adding, struct left *left, const struct oeo_disclosure_relation *relation)
{
	*left = (struct left){.measure = (size_t)relation->measure, .accused = AUDIT_NONE, .is_shown = true};
	return is_known(adding, left->measure, relation->parent, &left->total);
}

/* Replace one unknown child by its own parts. */
static void add_within(struct adding *adding, const struct oeo_disclosure_relation *relation, size_t child)
{
	const struct oeo_disclosure_relation *relations = adding->system->problem->relations;

	for (size_t i = adding->first[child]; i < adding->first[child + 1]; i++) {
		const struct oeo_disclosure_relation *within = &relations[adding->ranked[i]];
		struct left left;
		int64_t before;

		if (within->kind != OEO_DISCLOSURE_EQUAL || within->measure != relation->measure ||
		    !begin_left(adding, &left, relation))
			continue;
		leave_children(adding, &left, relation, child);
		before = left.total;
		leave_children(adding, &left, within, AUDIT_NONE);
		if (left.total != before)
			judge(adding, &left, relation, within);
	}
}

static void add_up(struct adding *adding, const struct oeo_disclosure_relation *relation)
{
	struct left left;
	int64_t value;

	if (relation->kind != OEO_DISCLOSURE_EQUAL || !begin_left(adding, &left, relation))
		return;
	leave_children(adding, &left, relation, AUDIT_NONE);
	judge(adding, &left, relation, NULL);
	for (size_t i = 0; i < relation->n_children; i++)
		if (!is_known(adding, left.measure, relation->children[i], &value))
			add_within(adding, relation, relation->children[i]);
}

/* ---- Sets within sets */

static void judge_pair(struct adding *adding, size_t inner, size_t outer, bool is_exact)
{
	const struct oeo_disclosure_cell *cells = adding->system->problem->cells;
	int64_t small;
	int64_t large;
	uint64_t rest = cells[inner].rules.rest;

	if (cells[outer].rules.rest > rest)
		rest = cells[outer].rules.rest;
	if (is_known(adding, OEO_DISCLOSURE_RESIDENTS, inner, &small) &&
	    is_known(adding, OEO_DISCLOSURE_RESIDENTS, outer, &large) && is_few(large - small, rest))
		accuse(adding, number_of(adding, OEO_DISCLOSURE_RESIDENTS, inner),
		    is_exact ? OEO_AUDIT_G : OEO_AUDIT_T);
}

struct climbing {
	size_t *stack;
	bool *is_inexact; /* of the path to a cell on the stack */
	size_t *visited; /* inner cell + 1 for which a cell was last met */
};

/* All sets around one. */
static void climb(struct adding *adding, struct climbing *climbing, size_t inner)
{
	const struct oeo_disclosure_relation *relations = adding->system->problem->relations;
	size_t depth = 0;

	climbing->stack[depth++] = inner;
	climbing->is_inexact[inner] = false;
	while (depth > 0) {
		size_t cell = climbing->stack[--depth];

		for (size_t i = adding->above_first[cell]; i < adding->above_first[cell + 1]; i++) {
			const struct oeo_disclosure_relation *relation = &relations[adding->above[i]];

			if (climbing->visited[relation->parent] == inner + 1)
				continue;
			climbing->visited[relation->parent] = inner + 1;
			climbing->is_inexact[relation->parent] =
			    climbing->is_inexact[cell] || !relation->is_exact;
			climbing->stack[depth++] = relation->parent;
			judge_pair(adding, inner, relation->parent, !climbing->is_inexact[relation->parent]);
		}
	}
}

static bool climb_all(struct adding *adding)
{
	size_t n = adding->system->problem->n_cells;
	struct climbing climbing = {oeo_audit_alloc(n, sizeof(size_t)), oeo_audit_alloc(n, sizeof(bool)),
	    oeo_audit_alloc(n, sizeof(size_t))};
	bool is_made = climbing.stack != NULL && climbing.is_inexact != NULL && climbing.visited != NULL;
	int64_t value;

	for (size_t i = 0; is_made && i < n; i++)
		if (is_known(adding, OEO_DISCLOSURE_RESIDENTS, i, &value) && value > 0)
			climb(adding, &climbing, i);
	free(climbing.stack);
	free(climbing.is_inexact);
	free(climbing.visited);
	return is_made;
}

/* ---- Two versions of a cell, and a cell by itself */

static void compare_versions(struct adding *adding, const struct oeo_disclosure_relation *relation)
{
	const struct audit_system *system = adding->system;
	const struct oeo_disclosure_cell *later = &system->problem->cells[relation->parent];
	const struct oeo_disclosure_cell *earlier = &system->problem->cells[relation->children[0]];

	for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
		int64_t change;
		int64_t before;

		if (!is_known(adding, m, relation->parent, &change) ||
		    !is_known(adding, m, relation->children[0], &before))
			continue;
		change -= before;
		if (is_few(change, later->rules.residents))
			accuse(adding, number_of(adding, m, relation->parent), OEO_AUDIT_T);
		for (size_t j = 0; j < system->problem->n_members; j++) {
			int64_t own = own_part(later, j, m) - own_part(earlier, j, m);

			if (own != 0 && is_few(change - own, later->rules.rest))
				accuse(adding, number_of(adding, m, relation->parent), OEO_AUDIT_T);
		}
	}
}

static void judge_shown(struct adding *adding, size_t cell)
{
	const struct oeo_disclosure_cell *at = &adding->system->problem->cells[cell];

	for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++) {
		int64_t value = audit_value(at, m);

		if (!at->has_measure[m] || !audit_shows(adding->system, m, cell) ||
		    audit_slack(adding->system, cell) > 0)
			continue;
		if (is_few(value, at->rules.residents))
			accuse(adding, number_of(adding, m, cell), OEO_AUDIT_G);
		for (size_t i = 0; i < at->n_parts; i++) {
			int64_t own = own_part(at, at->parts[i].member, m);

			if (own > 0 && is_few(value - own, at->rules.rest))
				accuse(adding, number_of(adding, m, cell), OEO_AUDIT_O);
		}
	}
}

/* ---- All of it */

static bool is_about_sets(const struct oeo_disclosure_relation *relation)
{
	return relation->kind != OEO_DISCLOSURE_VERSION && relation->measure == OEO_DISCLOSURE_RESIDENTS;
}

/* Relations by parent, and those about sets by child. */
static bool index_relations(struct adding *adding)
{
	const struct oeo_disclosure_problem *problem = adding->system->problem;
	size_t n_links = 0;

	for (size_t i = 0; i < problem->n_relations; i++)
		n_links += problem->relations[i].n_children;
	adding->first = oeo_audit_alloc(problem->n_cells + 2, sizeof(size_t));
	adding->ranked = oeo_audit_alloc(problem->n_relations, sizeof(size_t));
	adding->above_first = oeo_audit_alloc(problem->n_cells + 2, sizeof(size_t));
	adding->above = oeo_audit_alloc(n_links, sizeof(size_t));
	if (adding->first == NULL || adding->ranked == NULL || adding->above_first == NULL ||
	    adding->above == NULL)
		return false;
	for (size_t i = 0; i < problem->n_relations; i++) {
		adding->first[problem->relations[i].parent + 2]++;
		for (size_t j = 0;
		     is_about_sets(&problem->relations[i]) && j < problem->relations[i].n_children; j++)
			adding->above_first[problem->relations[i].children[j] + 2]++;
	}
	for (size_t i = 1; i < problem->n_cells + 2; i++) {
		adding->first[i] += adding->first[i - 1];
		adding->above_first[i] += adding->above_first[i - 1];
	}
	for (size_t i = 0; i < problem->n_relations; i++) {
		adding->ranked[adding->first[problem->relations[i].parent + 1]++] = i;
		for (size_t j = 0;
		     is_about_sets(&problem->relations[i]) && j < problem->relations[i].n_children; j++)
			adding->above[adding->above_first[problem->relations[i].children[j] + 1]++] = i;
	}
	return true;
}

enum oeo_audit_err oeo_audit_sums(struct audit_system *system)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	struct adding adding = {.system = system};
	enum oeo_audit_err err = OEO_AUDIT_NOMEM;

	adding.is_good = oeo_audit_alloc(problem->n_cells, sizeof(bool));
	if (adding.is_good == NULL || !index_relations(&adding))
		goto cleanup;
	find_good(&adding);
	for (size_t i = 0; i < problem->n_relations; i++) {
		if (problem->relations[i].kind == OEO_DISCLOSURE_VERSION)
			compare_versions(&adding, &problem->relations[i]);
		else
			add_up(&adding, &problem->relations[i]);
	}
	for (size_t i = 0; i < problem->n_cells; i++)
		judge_shown(&adding, i);
	if (climb_all(&adding))
		err = OEO_AUDIT_OK;
cleanup:
	free(adding.is_good);
	free(adding.first);
	free(adding.ranked);
	free(adding.above_first);
	free(adding.above);
	return err;
}
