/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_attack.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/gauss_repair.h"

#define PLAIN_ROUNDS 8

struct helpers {
	struct gauss_system *system;
	const bool *is_stuck;
	uint32_t *best; /* of every stuck group: the shown group that would help it at least cost */
	bool *is_treated; /* of every group: one that shares a relation with it was helped */
};

static bool is_helper(const struct gauss_group *group)
{
	return !group->is_hidden && !group->is_shown && !group->is_latent;
}

static bool is_cheaper(const struct gauss_system *system, uint32_t a, uint32_t b)
{
	const struct gauss_group *left = &system->groups[a], *right = &system->groups[b];

	if (left->value != right->value)
		return left->value < right->value;
	return system->problem->cells[left->cell].key < system->problem->cells[right->cell].key;
}

/* The cell number i of a relation: the parent, then its children. */
static uint32_t group_in(
    const struct gauss_system *system, const struct oeo_disclosure_relation *relation, size_t i)
{
	return system->groups_of[i == 0 ? relation->parent : relation->children[i - 1]];
}

static void offer_help(struct helpers *helpers, const struct oeo_disclosure_relation *relation)
{
	const struct gauss_system *system = helpers->system;
	uint32_t best = GAUSS_NONE;

	for (size_t i = 0; i <= relation->n_children; i++) {
		uint32_t group = group_in(system, relation, i);

		if (is_helper(&system->groups[group]) &&
		    (best == GAUSS_NONE || is_cheaper(system, group, best)))
			best = group;
	}
	for (size_t i = 0; i <= relation->n_children && best != GAUSS_NONE; i++) {
		uint32_t group = group_in(system, relation, i);

		if (helpers->is_stuck[group] &&
		    (helpers->best[group] == GAUSS_NONE || is_cheaper(system, best, helpers->best[group])))
			helpers->best[group] = best;
	}
}

static void mark_treated(struct helpers *helpers, uint32_t helped)
{
	const struct oeo_disclosure_problem *problem = helpers->system->problem;

	for (size_t r = 0; r < problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[r];
		bool is_near = false;

		for (size_t i = 0; i <= relation->n_children && !is_near; i++)
			is_near = group_in(helpers->system, relation, i) == helped;
		for (size_t i = 0; i <= relation->n_children && is_near; i++)
			helpers->is_treated[group_in(helpers->system, relation, i)] = true;
	}
}

/* Hide the cheapest cell beside every stuck one, but not twice in one neighbourhood: one may do. */
static void hide_helpers(struct helpers *helpers, size_t *n_found, bool *is_broken)
{
	struct gauss_system *system = helpers->system;

	for (size_t i = system->n_groups; i-- > 0;) {
		uint32_t group = system->order[i];

		if (!helpers->is_stuck[group] || helpers->is_treated[group])
			continue;
		if (helpers->best[group] == GAUSS_NONE) {
			*is_broken = true;
			continue;
		}
		system->groups[helpers->best[group]].is_target = true;
		++*n_found;
		mark_treated(helpers, group);
	}
}

static enum oeo_disclosure_err help_stuck(
    struct gauss_system *system, const bool *is_stuck, size_t *n_found, bool *is_broken)
{
	struct helpers helpers = {.system = system, .is_stuck = is_stuck};
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	helpers.best = calloc(system->n_groups + 1, sizeof(*helpers.best));
	helpers.is_treated = calloc(system->n_groups + 1, sizeof(*helpers.is_treated));
	if (helpers.best != NULL && helpers.is_treated != NULL) {
		memset(helpers.best, 0xff, system->n_groups * sizeof(*helpers.best));
		for (size_t r = 0; r < system->problem->n_relations; r++)
			offer_help(&helpers, &system->problem->relations[r]);
		hide_helpers(&helpers, n_found, is_broken);
		err = OEO_DISCLOSURE_OK;
	}
	free(helpers.best);
	free(helpers.is_treated);
	return err;
}

static enum oeo_disclosure_err attack_bounds(struct gauss_system *system, const struct gauss_moves *moves,
    const struct gauss_view *view, size_t *n_found, bool *is_broken)
{
	bool *is_stuck = calloc(system->n_groups + 1, sizeof(*is_stuck));
	size_t n_stuck = 0;
	enum oeo_disclosure_err err;

	if (is_stuck == NULL)
		return OEO_DISCLOSURE_NOMEM;
	err = oeo_gauss_bounds_find(system, moves, view, is_stuck, &n_stuck, n_found);
	if (err == OEO_DISCLOSURE_OK && n_stuck > 0 && *n_found == 0 && view->member == SIZE_MAX)
		err = oeo_gauss_repair(system, view, is_stuck, n_found);
	if (err == OEO_DISCLOSURE_OK && n_stuck > 0 && *n_found == 0)
		err = help_stuck(system, is_stuck, n_found, is_broken);
	free(is_stuck);
	return err;
}

static enum oeo_disclosure_err attack_moves(
    struct gauss_system *system, const struct gauss_moves *moves, size_t *n_found, bool *is_broken)
{
	const unsigned mask = system->attackers->mask;
	const unsigned bounds = OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q;
	struct gauss_view view = {(mask & OEO_DISCLOSURE_ATTACK_Q) != 0 ? 1 : 0, SIZE_MAX};
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	if ((mask & bounds) != 0)
		err = attack_bounds(system, moves, &view, n_found, is_broken);
	for (size_t i = 0; i < system->problem->n_members && err == OEO_DISCLOSURE_OK; i++) {
		struct gauss_view member = {0, i};

		if (*n_found == 0 && (mask & OEO_DISCLOSURE_ATTACK_O) != 0)
			err = attack_bounds(system, moves, &member, n_found, is_broken);
	}
	return err;
}

/* Hide what must be hidden in any case, and what repairs add to that until all of it can move. */
static enum oeo_disclosure_err repair_plainly(
    struct gauss_system *system, const struct gauss_view *view, bool *is_stuck, size_t *n_stuck)
{
	struct gauss_moves moves;
	size_t n_found = 0;
	enum oeo_disclosure_err err = oeo_gauss_moves_init_plain(&moves, system);

	*n_stuck = 0;
	memset(is_stuck, 0, system->n_groups * sizeof(*is_stuck));
	if (err == OEO_DISCLOSURE_OK)
		err = oeo_gauss_bounds_find(system, &moves, view, is_stuck, n_stuck, &n_found);
	oeo_gauss_moves_fini(&moves);
	if (err == OEO_DISCLOSURE_OK && *n_stuck > 0)
		err = oeo_gauss_repair(system, view, is_stuck, &n_found);
	if (n_found == 0)
		*n_stuck = 0;
	return err;
}

/*
 * The matrix is of no use to say how numbers move: large tables of many dimensions end with few ways for all to move at
 * once, each number by a fraction of its own. That is too little to repair: begin again with what must be hidden in any case,
 * and have the next pass keep what repairs, which need no matrix, hide for it. Only more is hidden after that.
 */
static enum oeo_disclosure_err begin_plainly(struct gauss_system *system, size_t *n_found)
{
	struct gauss_view view = {(system->attackers->mask & OEO_DISCLOSURE_ATTACK_Q) != 0 ? 1 : 0, SIZE_MAX};
	bool *is_stuck = calloc(system->n_groups + 1, sizeof(*is_stuck));
	enum oeo_disclosure_err err = is_stuck == NULL ? OEO_DISCLOSURE_NOMEM : OEO_DISCLOSURE_OK;
	size_t n_stuck = 1;

	system->is_plain = true;
	system->is_frozen = false;
	system->n_repairs = 0;
	for (size_t i = 0; i < system->n_groups; i++) {
		struct gauss_group *group = &system->groups[i];

		group->is_loose = false;
		group->is_hidden =
		    !group->is_shown && (group->is_target || group->is_extra || group->is_latent);
	}
	for (int round = 0; round < PLAIN_ROUNDS && n_stuck > 0 && err == OEO_DISCLOSURE_OK; round++)
		err = repair_plainly(system, &view, is_stuck, &n_stuck);
	system->is_frozen = true;
	++*n_found;
	free(is_stuck);
	return err;
}

enum oeo_disclosure_err oeo_gauss_attack(
    struct gauss_system *system, const struct gauss_matrix *matrix, size_t *n_found)
{
	const unsigned mask = system->attackers->mask;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	struct gauss_moves moves;
	bool is_broken = false;

	*n_found = 0;
	if ((mask & OEO_DISCLOSURE_ATTACK_G) != 0 &&
	    !oeo_gauss_attack_groups(system, false, n_found, &is_broken))
		return OEO_DISCLOSURE_NOMEM;
	if ((mask & OEO_DISCLOSURE_ATTACK_Q) != 0 &&
	    !oeo_gauss_attack_groups(system, true, n_found, &is_broken))
		return OEO_DISCLOSURE_NOMEM;
	if (*n_found > 0) {
		system->is_frozen = false;
		system->n_repairs = 0;
	}
	if (*n_found == 0 && (mask & GAUSS_MOVERS) != 0) {
		err = system->is_plain ? oeo_gauss_moves_init_plain(&moves, system)
				       : oeo_gauss_moves_init(&moves, system, matrix);
		if (err == OEO_DISCLOSURE_UNSAFE && !system->is_plain)
			err = begin_plainly(system, n_found);
		else if (err == OEO_DISCLOSURE_OK)
			err = attack_moves(system, &moves, n_found, &is_broken);
		oeo_gauss_moves_fini(&moves);
	}
	if (err == OEO_DISCLOSURE_OK && *n_found == 0 && is_broken)
		err = OEO_DISCLOSURE_UNSAFE;
	return err;
}
