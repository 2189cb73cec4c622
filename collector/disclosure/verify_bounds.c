/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Least and largest possible values, all improved at once from those of the round before.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/verify.h"

#define ROUNDS 32

struct range {
	int64_t least;
	int64_t most;
};

struct round {
	const struct view *view;
	struct range *old[N_MEASURES];
	struct range *new[N_MEASURES];
};

static int64_t plus(int64_t a, int64_t b)
{
	return a == UNLIMITED || b == UNLIMITED ? UNLIMITED : a + b;
}

static void at_least(struct round *round, size_t measure, size_t cell, int64_t value)
{
	struct range *range = &round->new[measure][cell];

	if (value > range->least)
		range->least = value < range->most ? value : range->most;
}

static void at_most(struct round *round, size_t measure, size_t cell, int64_t value)
{
	struct range *range = &round->new[measure][cell];

	if (value < range->most)
		range->most = value > range->least ? value : range->least;
}

/* What child number `index` must hold so that the parent is reached although the others hold all they can. */
static int64_t needed(const struct round *round, const struct oeo_disclosure_relation *relation, size_t index)
{
	const struct range *old = round->old[relation->measure];
	int64_t others = 0;

	for (size_t i = 0; i < relation->n_children; i++)
		if (i != index)
			others = plus(others, old[relation->children[i]].most);
	return others == UNLIMITED ? 0 : old[relation->parent].least - others;
}

static void bound_sum(struct round *round, const struct oeo_disclosure_relation *relation)
{
	const struct range *old = round->old[relation->measure];
	struct range sum = {0, 0};
	size_t n_open_ended = 0;

	for (size_t i = 0; i < relation->n_children; i++) {
		sum.least += old[relation->children[i]].least;
		sum.most = plus(sum.most, old[relation->children[i]].most);
		n_open_ended += old[relation->children[i]].most == UNLIMITED;
	}
	at_most(round, relation->measure, relation->parent, sum.most);
	if (relation->kind == OEO_DISCLOSURE_EQUAL)
		at_least(round, relation->measure, relation->parent, sum.least);
	for (size_t i = 0; i < relation->n_children; i++) {
		size_t child = relation->children[i];
		int64_t most = old[relation->parent].most;

		if (relation->kind == OEO_DISCLOSURE_EQUAL && most != UNLIMITED)
			at_most(round, relation->measure, child, most - (sum.least - old[child].least));
		if (n_open_ended <= 1 && (n_open_ended == 0 || old[child].most == UNLIMITED))
			at_least(round, relation->measure, child, needed(round, relation, i));
	}
}

static void bound_sets(struct round *round, const struct oeo_disclosure_relation *relation)
{
	const struct range *old = round->old[OEO_DISCLOSURE_RESIDENTS];

	for (size_t i = 0; i < relation->n_children; i++) {
		at_least(round, OEO_DISCLOSURE_RESIDENTS, relation->parent, old[relation->children[i]].least);
		at_most(round, OEO_DISCLOSURE_RESIDENTS, relation->children[i], old[relation->parent].most);
	}
}

static bool sums_up_to(const struct round *round, size_t part, size_t whole, bool is_proof)
{
	const struct index *above = round->view->above;

	for (size_t i = above->first[part]; i < above->first[part + 1]; i++) {
		const struct oeo_disclosure_relation *relation =
		    &round->view->problem->relations[above->relations[i]];

		if (relation->kind == OEO_DISCLOSURE_EQUAL && is_about_sets(relation) &&
		    relation->parent == whole && (relation->is_exact || !is_proof))
			return true;
	}
	return false;
}

/* outer holds inner, and an exclusive dimension splits both: a part of outer has no more beside the part of
 * inner than outer has beside inner. */
static void bound_parts(
    struct round *round, const struct oeo_disclosure_relation *split, size_t outer, bool is_proof)
{
	const struct index *above = round->view->above;
	const struct range *old = round->old[OEO_DISCLOSURE_RESIDENTS];
	int64_t beside = old[outer].most == UNLIMITED ? -1 : old[outer].most - old[split->parent].least;

	for (size_t i = 0; beside >= 0 && i < split->n_children; i++) {
		size_t inner_part = split->children[i];

		for (size_t j = above->first[inner_part]; j < above->first[inner_part + 1]; j++) {
			const struct oeo_disclosure_relation *relation =
			    &round->view->problem->relations[above->relations[j]];

			if (!is_about_sets(relation) || relation->kind == OEO_DISCLOSURE_EQUAL ||
			    (is_proof && !relation->is_exact) ||
			    !sums_up_to(round, relation->parent, outer, is_proof))
				continue;
			at_most(round, OEO_DISCLOSURE_RESIDENTS, relation->parent,
			    plus(old[inner_part].most, beside));
			at_least(round, OEO_DISCLOSURE_RESIDENTS, inner_part,
			    old[relation->parent].least - beside);
		}
	}
}

static void bound_splits(struct round *round, const struct oeo_disclosure_relation *split, bool is_proof)
{
	const struct index *above = round->view->above;

	for (size_t i = above->first[split->parent]; i < above->first[split->parent + 1]; i++) {
		const struct oeo_disclosure_relation *relation =
		    &round->view->problem->relations[above->relations[i]];

		if (is_about_sets(relation) && relation->kind != OEO_DISCLOSURE_EQUAL &&
		    (relation->is_exact || !is_proof))
			bound_parts(round, split, relation->parent, is_proof);
	}
}

static void bound_once(struct round *round, bool is_proof)
{
	const struct oeo_disclosure_problem *problem = round->view->problem;

	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (relation->kind == OEO_DISCLOSURE_VERSION || (is_proof && !relation->is_exact))
			continue;
		if (relation->kind == OEO_DISCLOSURE_EQUAL || relation->kind == OEO_DISCLOSURE_COVER)
			bound_sum(round, relation);
		if (is_about_sets(relation))
			bound_sets(round, relation);
		if (is_about_sets(relation) && relation->kind == OEO_DISCLOSURE_EQUAL)
			bound_splits(round, relation, is_proof);
	}
	for (size_t i = 0; i < problem->n_cells; i++) {
		if (!problem->cells[i].has_measure[0] || !problem->cells[i].has_measure[1])
			continue;
		at_most(round, OEO_DISCLOSURE_RESIDENTS, i, round->old[OEO_DISCLOSURE_QUESTIONS][i].most);
		at_least(round, OEO_DISCLOSURE_QUESTIONS, i, round->old[OEO_DISCLOSURE_RESIDENTS][i].least);
	}
}

static void start(struct round *round, bool is_proof)
{
	const struct view *view = round->view;

	for (size_t m = 0; m < N_MEASURES; m++) {
		for (size_t i = 0; i < view->problem->n_cells; i++) {
			const struct oeo_disclosure_cell *cell = &view->problem->cells[i];
			bool is_shown = view->is_shown[m][i] && cell->has_measure[m];

			if (is_proof && (cell->is_rounded || (cell->role == OEO_DISCLOSURE_DECIDE &&
								 cell->state != OEO_DISCLOSURE_OPEN)))
				is_shown = false;
			round->new[m][i].least = is_shown ? shown_value(cell, m) : 0;
			round->new[m][i].most = is_shown ? shown_value(cell, m) : UNLIMITED;
		}
	}
}

bool oeo_disclosure_view_bound(struct view *view, bool is_proof)
{
	size_t n = view->problem->n_cells;
	struct round round = {.view = view};
	bool is_made = true;

	for (size_t m = 0; m < N_MEASURES; m++) {
		round.old[m] = calloc(n > 0 ? n : 1, sizeof(struct range));
		round.new[m] = calloc(n > 0 ? n : 1, sizeof(struct range));
		is_made = is_made && round.old[m] != NULL && round.new[m] != NULL;
	}
	if (is_made)
		start(&round, is_proof);
	for (unsigned i = 0; is_made && i < ROUNDS; i++) {
		bool is_same = true;

		for (size_t m = 0; m < N_MEASURES; m++)
			memcpy(round.old[m], round.new[m], n * sizeof(struct range));
		bound_once(&round, is_proof);
		for (size_t m = 0; m < N_MEASURES; m++)
			is_same =
			    is_same && memcmp(round.old[m], round.new[m], n * sizeof(struct range)) == 0;
		if (is_same)
			break;
	}
	for (size_t m = 0; m < N_MEASURES; m++) {
		for (size_t i = 0; is_made && i < n; i++) {
			view->least[m][i] = round.new[m][i].least;
			view->most[m][i] = round.new[m][i].most;
		}
		free(round.old[m]);
		free(round.new[m]);
	}
	return is_made;
}
