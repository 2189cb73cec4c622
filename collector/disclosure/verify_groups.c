/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Combinations of relations. An EQUAL says that its parent minus its children is zero; such rows may be added and
 * subtracted. Where the unknown cells of a combination all have the same sign, it tells their sum.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/verify.h"

struct combination {
	const struct view *now;
	const struct view *before;
	const bool *is_sound;
	int *factors; /* of every cell */
	bool *is_listed;
	bool *is_whole[N_MEASURES]; /* a relation says what the cell is made up of */
	size_t *involved; /* the cells that are listed */
	size_t n_involved;
	int64_t *vector; /* what is left: the total and every member's */
	struct oeo_disclosure_finding *finding; /* borrowed */
};

static void add_factor(struct combination *sum, size_t cell, int factor)
{
	if (!sum->is_listed[cell])
		sum->involved[sum->n_involved++] = cell;
	sum->is_listed[cell] = true;
	sum->factors[cell] += factor;
}

static void add_relation(struct combination *sum, const struct oeo_disclosure_relation *relation, int sign)
{
	add_factor(sum, relation->parent, sign);
	for (size_t i = 0; i < relation->n_children; i++)
		add_factor(sum, relation->children[i], -sign);
}

static void clear(struct combination *sum)
{
	for (size_t i = 0; i < sum->n_involved; i++) {
		sum->factors[sum->involved[i]] = 0;
		sum->is_listed[sum->involved[i]] = false;
	}
	sum->n_involved = 0;
}

/* The sign that all unknown cells of the combination have, each once; 0 where they differ or there are none. */
static int sign_of(const struct combination *sum, const struct view *view, size_t measure, size_t *n_unknown)
{
	int sign = 0;

	*n_unknown = 0;
	for (size_t i = 0; i < sum->n_involved; i++) {
		int factor = sum->factors[sum->involved[i]];

		if (factor == 0 || is_plain(view, measure, sum->involved[i]))
			continue;
		if ((factor != 1 && factor != -1) || (sign != 0 && factor != sign))
			return 0;
		sign = factor;
		(*n_unknown)++;
	}
	return sign;
}

/* What the shown cells leave to the unknown ones. */
static void leave_vector(struct combination *sum, size_t measure, int sign)
{
	memset(sum->vector, 0, (sum->now->problem->n_members + 1) * sizeof(*sum->vector));
	for (size_t i = 0; i < sum->n_involved; i++) {
		const struct oeo_disclosure_cell *cell = &sum->now->problem->cells[sum->involved[i]];
		int64_t factor = -sign * sum->factors[sum->involved[i]];

		if (!sum->now->is_shown[measure][sum->involved[i]] || !cell->has_measure[measure])
			continue;
		sum->vector[0] += factor * shown_value(cell, measure);
		for (size_t j = 0; j < cell->n_parts; j++)
			sum->vector[1 + cell->parts[j].member] +=
			    factor * part_value(&cell->parts[j], measure);
	}
}

/* Of a latent cell that was never opened it may be known that it has residents enough. */
static bool is_seen_large(const struct view *view, size_t cell)
{
	const struct oeo_disclosure_cell *at = &view->problem->cells[cell];

	return at->role == OEO_DISCLOSURE_LATENT && at->has_measure[OEO_DISCLOSURE_RESIDENTS] &&
	       view->least[OEO_DISCLOSURE_RESIDENTS][cell] >= (int64_t)at->rules.residents;
}

static bool is_safe_vector(const struct combination *sum, size_t measure, bool needs_sound)
{
	uint64_t residents = 0;
	uint64_t rest = 0;
	bool has_sound = false;

	for (size_t i = 0; i < sum->n_involved; i++) {
		size_t cell = sum->involved[i];
		const struct oeo_disclosure_rules *rules = &sum->now->problem->cells[cell].rules;

		if (sum->factors[cell] == 0 || is_plain(sum->now, measure, cell))
			continue;
		residents = rules->residents > residents ? rules->residents : residents;
		rest = rules->rest > rest ? rules->rest : rest;
		has_sound = has_sound || sum->is_sound[cell] || is_seen_large(sum->now, cell);
	}
	if (sum->vector[0] == 0)
		return true;
	if (is_below(size_of(sum->vector[0]), residents) || (needs_sound && !has_sound))
		return false;
	for (size_t j = 1; j <= sum->now->problem->n_members; j++)
		if (sum->vector[j] != 0 && is_below(size_of(sum->vector[0] - sum->vector[j]), rest))
			return false;
	return true;
}

static void found(struct combination *sum, size_t measure, size_t cell)
{
	oeo_disclosure_found(sum->now->problem, sum->finding,
	    (struct oeo_disclosure_finding){
		OEO_DISCLOSURE_GROUP, cell, (enum oeo_disclosure_measure)measure});
}

/* needs_sound: what is left of questions must hold a cell that meets every rule. */
static void check(struct combination *sum, size_t measure, bool needs_sound, size_t cell)
{
	size_t n_before;
	size_t n_now;
	int sign = sign_of(sum, sum->now, measure, &n_now);

	if (sign == 0)
		return;
	/* What is known now holds what was known before: with as many unknown, they are the same. */
	if (sign_of(sum, sum->before, measure, &n_before) == sign && n_before == n_now)
		return;
	leave_vector(sum, measure, sign);
	if (!is_safe_vector(sum, measure, needs_sound && measure == OEO_DISCLOSURE_QUESTIONS))
		found(sum, measure, cell);
}

struct unknowns {
	size_t n;
	size_t n_hidden; /* not latent: numbers that must stay unknown */
	bool has_single; /* one of them is an unopened inner cell, in which one person may be alone */
};

static void count_unknown(const struct combination *sum, const struct view *view, size_t measure, size_t cell,
    struct unknowns *unknowns)
{
	const struct oeo_disclosure_cell *at = &view->problem->cells[cell];

	if (is_plain(view, measure, cell))
		return;
	unknowns->n++;
	unknowns->n_hidden += at->role != OEO_DISCLOSURE_LATENT;
	if (at->state == OEO_DISCLOSURE_UNOPENED && at->role != OEO_DISCLOSURE_LATENT &&
	    !sum->is_whole[measure][cell])
		unknowns->has_single = true;
}

/* Two hidden numbers, and whoever is alone in one of them knows the other. */
static bool tells_single(
    const struct combination *sum, const struct view *view, const struct oeo_disclosure_relation *relation)
{
	struct unknowns unknowns = {0, 0, false};
	bool is_own = !is_plain(view, relation->measure, relation->parent);

	count_unknown(sum, view, relation->measure, relation->parent, &unknowns);
	for (size_t i = 0; i < relation->n_children; i++) {
		size_t child = relation->children[i];

		count_unknown(sum, view, relation->measure, child, &unknowns);
		/* A sum that holds nobody but the one is no news to him. */
		is_own = is_own && (!view->is_shown[relation->measure][child] ||
				       shown_value(&view->problem->cells[child], relation->measure) == 0);
	}
	return unknowns.n == 2 && unknowns.n_hidden == 2 && unknowns.has_single && !is_own;
}

static void check_alone(struct combination *sum, const struct oeo_disclosure_relation *relation)
{
	if (tells_single(sum, sum->now, relation) && !tells_single(sum, sum->before, relation))
		found(sum, relation->measure, relation->parent);
}

static bool mark_whole(struct combination *sum)
{
	const struct oeo_disclosure_problem *problem = sum->now->problem;

	for (size_t m = 0; m < N_MEASURES; m++) {
		sum->is_whole[m] = calloc(problem->n_cells + 1, sizeof(bool));
		if (sum->is_whole[m] == NULL)
			return false;
	}
	for (size_t i = 0; i < problem->n_relations; i++)
		if (problem->relations[i].kind != OEO_DISCLOSURE_VERSION)
			sum->is_whole[problem->relations[i].measure][problem->relations[i].parent] = true;
	return true;
}

static void check_single(struct combination *sum)
{
	const struct oeo_disclosure_problem *problem = sum->now->problem;

	for (size_t i = 0; i < problem->n_relations; i++) {
		if (problem->relations[i].kind != OEO_DISCLOSURE_EQUAL)
			continue;
		add_relation(sum, &problem->relations[i], 1);
		check(sum, problem->relations[i].measure, true, problem->relations[i].parent);
		check_alone(sum, &problem->relations[i]);
		clear(sum);
	}
}

static bool has_shown_part(const struct combination *sum, const struct oeo_disclosure_relation *relation)
{
	for (size_t i = 0; i < relation->n_children; i++)
		if (sum->now->is_shown[relation->measure][relation->children[i]] &&
		    shown_value(&sum->now->problem->cells[relation->children[i]], relation->measure) > 0)
			return true;
	return false;
}

/* A hidden cell is replaced by its own parts; a latent one also where two relations tell it from two sides. */
static void check_two(struct combination *sum, const struct oeo_disclosure_relation *a,
    const struct oeo_disclosure_relation *b, size_t cell)
{
	bool is_same_side = (a->parent == cell) == (b->parent == cell);

	if (is_same_side && sum->now->problem->cells[cell].role != OEO_DISCLOSURE_LATENT)
		return;
	add_relation(sum, a, 1);
	add_relation(sum, b, is_same_side ? -1 : 1);
	check(sum, a->measure, !is_same_side && has_shown_part(sum, a->parent == cell ? a : b), cell);
	clear(sum);
}

static void check_shared(struct combination *sum, const struct index *index, size_t cell)
{
	const struct oeo_disclosure_relation *relations = sum->now->problem->relations;

	for (size_t i = index->first[cell]; i < index->first[cell + 1]; i++) {
		const struct oeo_disclosure_relation *a = &relations[index->relations[i]];

		if (a->kind != OEO_DISCLOSURE_EQUAL || is_plain(sum->now, a->measure, cell))
			continue;
		for (size_t j = i + 1; j < index->first[cell + 1]; j++) {
			const struct oeo_disclosure_relation *b = &relations[index->relations[j]];

			if (b->kind == OEO_DISCLOSURE_EQUAL && b->measure == a->measure)
				check_two(sum, a, b, cell);
		}
	}
}

bool oeo_disclosure_check_groups(const struct view *now, const struct view *before, const bool *is_sound,
    struct oeo_disclosure_finding *finding)
{
	size_t n = now->problem->n_cells;
	struct combination sum = {.now = now, .before = before, .is_sound = is_sound, .finding = finding};
	struct index index = {0};
	bool is_made;

	sum.factors = calloc(n + 1, sizeof(*sum.factors));
	sum.is_listed = calloc(n + 1, sizeof(*sum.is_listed));
	sum.involved = calloc(n + 1, sizeof(*sum.involved));
	sum.vector = calloc(now->problem->n_members + 1, sizeof(*sum.vector));
	is_made = oeo_disclosure_index_init(&index, now->problem, true) && sum.factors != NULL &&
		  sum.is_listed != NULL && sum.involved != NULL && sum.vector != NULL && mark_whole(&sum);
	if (is_made)
		check_single(&sum);
	for (size_t i = 0; is_made && i < n; i++)
		check_shared(&sum, &index, i);
	oeo_disclosure_index_fini(&index);
	free(sum.factors);
	free(sum.is_listed);
	free(sum.involved);
	free(sum.vector);
	for (size_t m = 0; m < N_MEASURES; m++)
		free(sum.is_whole[m]);
	return is_made;
}
