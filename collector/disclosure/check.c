/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/check.h"

#include <stdlib.h>

static int64_t magnitude(int64_t value)
{
	return value < 0 ? -value : value;
}

static bool is_few(int64_t value, uint64_t threshold)
{
	return value > 0 && (uint64_t)value < threshold;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* Is child one of those that the reader cannot tell apart? */
static bool is_hidden_in(
    const struct knowledge *knowledge, const struct link *link, size_t child, size_t also)
{
	return child == also || !knowledge->is_known[link->measure][child];
}

/* What the known children leave of the known parent, in entry j of the vectors. */
static int64_t remainder_of(const struct knowledge *knowledge, const struct link *link, size_t also, size_t j)
{
	int64_t rest = known_vector(knowledge, link->measure, link->parent)[j];

	for (size_t i = 0; i < link->n_children; i++)
		if (!is_hidden_in(knowledge, link, link->children[i], also))
			rest -= known_vector(knowledge, link->measure, link->children[i])[j];
	return rest;
}

struct group {
	uint64_t residents;
	uint64_t rest;
	size_t n_hidden;
	bool is_good;
};

static struct group describe_group(
    const struct model *model, const struct knowledge *knowledge, const struct link *link, size_t also)
{
	struct group group = {0};

	for (size_t i = 0; i < link->n_children; i++) {
		size_t child = link->children[i];
		const struct oeo_disclosure_rules *rules = &model->nodes[child].cell->rules;

		if (!is_hidden_in(knowledge, link, child, also))
			continue;
		group.n_hidden++;
		group.residents = larger(group.residents, rules->residents);
		group.rest = larger(group.rest, rules->rest);
		group.is_good = group.is_good || knowledge->is_good[link->measure][child];
	}
	if (group.n_hidden == 0) {
		/* All is shown: what is left over was withdrawn, or came later. */
		group.residents = model->nodes[link->parent].cell->rules.residents;
		group.rest = model->nodes[link->parent].cell->rules.rest;
		group.is_good = true;
	}
	return group;
}

static int64_t reduction_of(const struct knowledge *knowledge, const struct link *link, size_t also, size_t j)
{
	const int64_t *reductions = knowledge->reductions[link->measure];
	int64_t sum = 0;

	for (size_t i = 0; i < link->n_children; i++)
		if (is_hidden_in(knowledge, link, link->children[i], also))
			sum += reductions[link->children[i] * knowledge->width + j];
	return sum;
}

/* Without what member j knows to be its own. */
static bool is_safe_without(const struct knowledge *knowledge, const struct link *link, size_t also, size_t j,
    const struct group *group)
{
	int64_t own = remainder_of(knowledge, link, also, j);
	int64_t others = remainder_of(knowledge, link, also, 0) - own;
	int64_t reduction = reduction_of(knowledge, link, also, j);

	if (own == 0)
		return true;
	if (is_few(magnitude(others), group->rest))
		return false;
	/* What is taken off until nothing is left was shown, and so j could add it up to the hidden numbers. */
	return others <= 0 || reduction == 0 || others - reduction >= (int64_t)group->rest;
}

/* An unopened cell may be one person, who knows so: with him, one other unknown number of a sum is none. */
static bool is_safe_from_single(
    const struct model *model, const struct knowledge *knowledge, const struct link *link, size_t also)
{
	size_t n_unknown = 0;
	size_t n_hidden = 0;
	bool has_single = false;

	if (!knowledge->is_known[link->measure][link->parent]) {
		n_unknown = 1;
		n_hidden = model->nodes[link->parent].cell->role != OEO_DISCLOSURE_LATENT;
	}
	for (size_t i = 0; i < link->n_children; i++) {
		const struct node *node = &model->nodes[link->children[i]];

		if (!is_hidden_in(knowledge, link, link->children[i], also))
			continue;
		n_unknown++;
		if (node->cell->role == OEO_DISCLOSURE_LATENT)
			continue;
		n_hidden++;
		has_single = has_single ||
			     (node->cell->state == OEO_DISCLOSURE_UNOPENED && node->is_inner[link->measure]);
	}
	if (!has_single || n_unknown != 2 || n_hidden != 2)
		return true;
	/* A sum that holds nobody but him is his own number. */
	return !knowledge->is_known[link->measure][link->parent] &&
	       remainder_of(knowledge, link, also, 0) == 0;
}

bool oeo_disclosure_is_safe_remainder(
    const struct model *model, const struct knowledge *knowledge, const struct link *link, size_t also)
{
	struct group group;
	int64_t rest;
	int64_t reduction;

	if (!is_safe_from_single(model, knowledge, link, also))
		return false;
	if (!knowledge->is_known[link->measure][link->parent])
		return true;
	rest = remainder_of(knowledge, link, also, 0);
	group = describe_group(model, knowledge, link, also);
	if (rest == 0)
		return true;
	reduction = reduction_of(knowledge, link, also, 0);
	if (is_few(magnitude(rest), group.residents) ||
	    (reduction > 0 && rest - reduction < (int64_t)group.residents) ||
	    (link->measure == OEO_DISCLOSURE_QUESTIONS && !group.is_good))
		return false;
	for (size_t j = 1; j < knowledge->width; j++)
		if (!is_safe_without(knowledge, link, also, j, &group))
			return false;
	return true;
}

static bool is_version_safe(
    const struct model *model, const struct knowledge *knowledge, const struct link *link, size_t measure)
{
	const struct oeo_disclosure_rules *rules = &model->nodes[link->parent].cell->rules;
	const int64_t *later = known_vector(knowledge, measure, link->parent);
	const int64_t *earlier = known_vector(knowledge, measure, link->children[0]);
	int64_t change = later[0] - earlier[0];

	if (!shows(&model->nodes[link->parent], measure) ||
	    !shows(&model->nodes[link->children[0]], measure) ||
	    !knowledge->is_known[measure][link->parent] || !knowledge->is_known[measure][link->children[0]])
		return true;
	if (is_few(magnitude(change), rules->residents))
		return false;
	for (size_t j = 1; j < knowledge->width; j++)
		if (later[j] != earlier[j] &&
		    is_few(magnitude(change - (later[j] - earlier[j])), rules->rest))
			return false;
	return true;
}

static bool check_versions(const struct model *model, const struct knowledge *knowledge, size_t index,
    oeo_disclosure_visit *visit, void *context)
{
	const struct link *link = &model->links[index];

	for (size_t m = 0; m < MEASURES; m++) {
		struct breach breach = {
		    OEO_DISCLOSURE_TIME, (enum oeo_disclosure_measure)m, link->parent, NONE, index, false};

		if (!is_version_safe(model, knowledge, link, m) && !visit(context, &breach))
			return false;
	}
	return true;
}

static bool check_links(
    const struct model *model, const struct knowledge *knowledge, oeo_disclosure_visit *visit, void *context)
{
	for (size_t i = 0; i < model->n_links; i++) {
		const struct link *link = &model->links[i];
		struct breach breach = {OEO_DISCLOSURE_GROUP, link->measure, link->parent, NONE, i, false};

		if (link->kind == OEO_DISCLOSURE_VERSION) {
			if (!check_versions(model, knowledge, i, visit, context))
				return false;
		} else if (link->kind == OEO_DISCLOSURE_EQUAL &&
			   !oeo_disclosure_is_safe_remainder(model, knowledge, link, NONE) &&
			   !visit(context, &breach)) {
			return false;
		}
	}
	return true;
}

/* A hidden number whose bounds meet above zero, or whose upper bound tells that it is small. */
static bool check_bounds(
    const struct model *model, const struct knowledge *knowledge, oeo_disclosure_visit *visit, void *context)
{
	for (size_t i = 0; i < model->n; i++) {
		const struct node *node = &model->nodes[i];

		for (size_t m = 0; node->cell->role != OEO_DISCLOSURE_LATENT && m < MEASURES; m++) {
			const struct bounds *bounds = &knowledge->bounds[m][i];
			bool is_low = m == R && bounds->high != NO_BOUND &&
				      is_few(bounds->high, node->cell->rules.reach);
			struct breach breach = {OEO_DISCLOSURE_BOUNDS, (enum oeo_disclosure_measure)m, i,
			    NONE, NONE, !is_pinned(knowledge, m, i)};

			if (node->cell->has_measure[m] && !shows(node, m) && bounds->high > 0 &&
			    (!breach.is_low || is_low) && !visit(context, &breach))
				return false;
		}
	}
	return true;
}

static bool check_differences(
    const struct model *model, const struct knowledge *knowledge, oeo_disclosure_visit *visit, void *context)
{
	for (size_t i = 0; i < model->n; i++) {
		int64_t inner = knowledge->bounds[R][i].low;

		if (!is_pinned(knowledge, R, i) || inner == 0)
			continue;
		for (size_t j = model->supersets.first[i]; j < model->supersets.first[i + 1]; j++) {
			size_t outer = model->supersets.items[j];
			uint64_t rest =
			    larger(model->nodes[i].cell->rules.rest, model->nodes[outer].cell->rules.rest);
			struct breach breach = {
			    OEO_DISCLOSURE_DIFFERENCE, OEO_DISCLOSURE_RESIDENTS, i, outer, NONE, false};

			if (is_pinned(knowledge, R, outer) &&
			    is_few(magnitude(knowledge->bounds[R][outer].low - inner), rest) &&
			    !visit(context, &breach))
				return false;
		}
	}
	return true;
}

bool oeo_disclosure_check(
    const struct model *model, const struct knowledge *knowledge, oeo_disclosure_visit *visit, void *context)
{
	return check_links(model, knowledge, visit, context) &&
	       check_bounds(model, knowledge, visit, context) &&
	       check_differences(model, knowledge, visit, context);
}
