/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sums that are too small: attacker G; and sums that are as small as they can be, being hidden inner cells of at least
 * 1 each: what attacker Q sees at once. A shown number minus what is shown of its parts leaves the sum of the hidden parts; a
 * hidden part may be left out for its own hidden parts, under any of its relations. The least that can be left so of every
 * cell is found from below; where a reader can have it of a shown cell, and it is too small, it becomes a virtual cell.
 */
#include "collector/disclosure/gauss_attack.h"

#include <stdlib.h>
#include <string.h>

#define NO_RELATION SIZE_MAX

struct remains {
	struct gauss_system *system;
	bool is_excess; /* of inner cells, count what they have above 1 */
	bool takes_zeros; /* hidden parts that are nothing together also stand for a cell */
	uint64_t *least; /* of every cell: what is left of it */
	size_t *relation; /* by which relation; NO_RELATION: the cell itself */
	size_t *list; /* cells of one remainder */
	size_t n_list;
	uint64_t *own; /* of every member: its part of it */
};

static bool is_hidden(const struct gauss_system *system, size_t cell)
{
	return system->groups[system->groups_of[cell]].is_hidden;
}

static bool has_hidden_part(const struct gauss_system *system, const struct oeo_disclosure_relation *relation)
{
	for (size_t i = 0; i < relation->n_children; i++)
		if (is_hidden(system, relation->children[i]))
			return true;
	return false;
}

static uint64_t left_under(const struct remains *remains, const struct oeo_disclosure_relation *relation)
{
	uint64_t left = 0;

	for (size_t i = 0; i < relation->n_children; i++)
		left += is_hidden(remains->system, relation->children[i])
			    ? remains->least[relation->children[i]]
			    : 0;
	return left;
}

/*
 * Where values are counted, a hidden cell without hidden parts is known; that is for L to prevent, and no way to a
 * smaller remainder. Where its hidden parts are zeros it leaves nothing, but what is beside it may then be too small: looked
 * at apart (takes_zeros), since nothing at all is no remainder. Where excess is counted, what a margin has is what its parts have.
 */
static void find_least_of(struct remains *remains, size_t cell)
{
	const struct gauss_system *system = remains->system;
	bool is_inner = system->column_of[cell] != GAUSS_NONE;
	uint64_t value = system->problem->cells[cell].value[system->measure];

	remains->relation[cell] = NO_RELATION;
	remains->least[cell] = !remains->is_excess ? value
			       : !is_inner         ? UINT64_MAX
			       : value > 0         ? value - 1
						   : 0;
	for (size_t item = system->parent_first[cell]; item < system->parent_first[cell + 1]; item++) {
		size_t number = system->parent_items[item];
		const struct oeo_disclosure_relation *relation = &system->problem->relations[number];
		uint64_t left = left_under(remains, relation);
		bool may_stand = left > 0 || remains->is_excess ||
				 (remains->takes_zeros && has_hidden_part(system, relation));

		if (may_stand && left < remains->least[cell]) {
			remains->least[cell] = left;
			remains->relation[cell] = number;
		}
	}
}

/* List the hidden cells that make up what is left under a relation. */
static void list_parts(struct remains *remains, const struct oeo_disclosure_relation *relation)
{
	for (size_t i = 0; i < relation->n_children; i++) {
		size_t child = relation->children[i];

		if (!is_hidden(remains->system, child))
			continue;
		if (remains->relation[child] != NO_RELATION)
			list_parts(remains, &remains->system->problem->relations[remains->relation[child]]);
		else
			remains->list[remains->n_list++] = child;
	}
}

/* Is what is left too small without one member's own? */
static bool is_small_for_member(struct remains *remains, uint64_t left, uint64_t rest)
{
	const struct gauss_system *system = remains->system;

	memset(remains->own, 0, system->problem->n_members * sizeof(*remains->own));
	for (size_t i = 0; i < remains->n_list; i++) {
		const struct oeo_disclosure_cell *cell = &system->problem->cells[remains->list[i]];

		for (size_t j = 0; j < cell->n_parts; j++)
			remains->own[cell->parts[j].member] += system->measure == OEO_DISCLOSURE_RESIDENTS
								   ? cell->parts[j].residents
								   : cell->parts[j].questions;
	}
	for (size_t i = 0; i < system->problem->n_members; i++)
		if (remains->own[i] > 0 && remains->own[i] < left && left - remains->own[i] < rest)
			return true;
	return false;
}

/* Does what is left, listed in remains, tell too much? */
static bool is_too_small(struct remains *remains, const struct oeo_disclosure_rules *rules, uint64_t left)
{
	if (remains->n_list == 0)
		return false;
	if (remains->is_excess)
		return left == 0;
	return left > 0 && (left < rules->residents || is_small_for_member(remains, left, rules->rest));
}

static bool attack_relation(
    struct remains *remains, const struct oeo_disclosure_relation *relation, size_t *n_found, bool *is_broken)
{
	struct gauss_system *system = remains->system;
	const struct oeo_disclosure_rules *rules = &system->problem->cells[relation->parent].rules;
	const struct gauss_group *parent = &system->groups[system->groups_of[relation->parent]];
	uint64_t left = left_under(remains, relation);
	bool is_new;

	if (parent->is_hidden || parent->is_latent)
		return true;
	remains->n_list = 0;
	list_parts(remains, relation);
	if (!is_too_small(remains, rules, left))
		return true;
	if (!oeo_gauss_system_add_virtual(system, remains->list, NULL, remains->n_list, &is_new))
		return false;
	*n_found += is_new;
	*is_broken = *is_broken || !is_new;
	return true;
}

static bool attack_relations(struct remains *remains, size_t *n_found, bool *is_broken)
{
	const struct oeo_disclosure_problem *problem = remains->system->problem;
	bool is_ok = true;

	for (size_t i = 0; i < problem->n_cells; i++)
		find_least_of(remains, remains->system->upward[i]);
	for (size_t i = 0; i < problem->n_relations && is_ok; i++)
		is_ok = attack_relation(remains, &problem->relations[i], n_found, is_broken);
	return is_ok;
}

static bool has_hidden_zero(const struct gauss_system *system)
{
	for (size_t i = 0; i < system->problem->n_cells; i++)
		if (system->problem->cells[i].value[system->measure] == 0 && is_hidden(system, i))
			return true;
	return false;
}

bool oeo_gauss_attack_groups(struct gauss_system *system, bool is_excess, size_t *n_found, bool *is_broken)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	struct remains remains = {.system = system, .is_excess = is_excess};
	bool is_ok;

	remains.least = calloc(problem->n_cells + 1, sizeof(*remains.least));
	remains.relation = calloc(problem->n_cells + 1, sizeof(*remains.relation));
	remains.list = calloc(problem->n_cells + 1, sizeof(*remains.list));
	remains.own = calloc(problem->n_members + 1, sizeof(*remains.own));
	is_ok =
	    remains.least != NULL && remains.relation != NULL && remains.list != NULL && remains.own != NULL;
	is_ok = is_ok && attack_relations(&remains, n_found, is_broken);
	remains.takes_zeros = true;
	if (is_ok && !is_excess && has_hidden_zero(system))
		is_ok = attack_relations(&remains, n_found, is_broken);
	free(remains.least);
	free(remains.relation);
	free(remains.list);
	free(remains.own);
	return is_ok;
}
