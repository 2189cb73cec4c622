/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/known.h"

#include <stdlib.h>
#include <string.h>

/* Bounds come closer in whole steps and could do so for long; what takes more rounds than this is left to
 * linear programming. */
#define MOST_ROUNDS 64

bool oeo_disclosure_knowledge_init(struct knowledge *knowledge, const struct model *model)
{
	size_t numbers = model->n * model->width; /* fitted when the model was made */
	bool is_made;

	memset(knowledge, 0, sizeof(*knowledge));
	knowledge->n = model->n;
	knowledge->width = model->width;
	knowledge->scratch = oeo_disclosure_alloc(model->width, sizeof(*knowledge->scratch));
	is_made = knowledge->scratch != NULL;
	for (size_t m = 0; m < MEASURES; m++) {
		knowledge->is_known[m] = oeo_disclosure_alloc(model->n, sizeof(bool));
		knowledge->bounds[m] = oeo_disclosure_alloc(model->n, sizeof(struct bounds));
		knowledge->vectors[m] = oeo_disclosure_alloc(numbers, sizeof(int64_t));
		knowledge->reductions[m] = oeo_disclosure_alloc(numbers, sizeof(int64_t));
		knowledge->is_good[m] = oeo_disclosure_alloc(model->n, sizeof(bool));
		is_made = is_made && knowledge->is_known[m] != NULL && knowledge->bounds[m] != NULL &&
			  knowledge->vectors[m] != NULL && knowledge->reductions[m] != NULL &&
			  knowledge->is_good[m] != NULL;
	}
	return is_made;
}

void oeo_disclosure_knowledge_fini(struct knowledge *knowledge)
{
	for (size_t m = 0; m < MEASURES; m++) {
		free(knowledge->is_known[m]);
		free(knowledge->bounds[m]);
		free(knowledge->vectors[m]);
		free(knowledge->reductions[m]);
		free(knowledge->is_good[m]);
	}
	free(knowledge->scratch);
	memset(knowledge, 0, sizeof(*knowledge));
}

static void begin(struct knowledge *knowledge, const struct model *model, bool is_proof)
{
	for (size_t m = 0; m < MEASURES; m++) {
		for (size_t i = 0; i < model->n; i++) {
			const struct node *node = &model->nodes[i];
			bool is_known = shows(node, m) && node->cell->has_measure[m] &&
					!(is_proof && node->cell->is_rounded);
			int64_t value = model_vector(model, m, i)[0];

			knowledge->is_known[m][i] = is_known;
			knowledge->bounds[m][i] =
			    (struct bounds){is_known ? value : 0, is_known ? value : NO_BOUND, NONE, NONE};
			if (is_known)
				memcpy(known_vector(knowledge, m, i), model_vector(model, m, i),
				    model->width * sizeof(int64_t));
			else
				memset(known_vector(knowledge, m, i), 0, model->width * sizeof(int64_t));
		}
	}
}

/* Raise the low bound of a cell; a shown number stays what it is, and the two never cross. */
static bool raise(struct knowledge *knowledge, size_t measure, size_t cell, int64_t low, size_t link)
{
	struct bounds *bounds = &knowledge->bounds[measure][cell];

	if (low > bounds->high)
		low = bounds->high;
	if (low <= bounds->low)
		return false;
	bounds->low = low;
	bounds->low_link = link;
	return true;
}

static bool lower(struct knowledge *knowledge, size_t measure, size_t cell, int64_t high, size_t link)
{
	struct bounds *bounds = &knowledge->bounds[measure][cell];

	if (high < bounds->low)
		high = bounds->low;
	if (high >= bounds->high)
		return false;
	bounds->high = high;
	bounds->high_link = link;
	return true;
}

struct sums {
	int64_t low;
	int64_t high; /* over the children that have a high bound */
	int64_t largest; /* of the low bounds */
	size_t n_unbounded;
};

static struct sums sum_children(const struct knowledge *knowledge, const struct link *link)
{
	struct sums sums = {0};

	for (size_t i = 0; i < link->n_children; i++) {
		const struct bounds *bounds = &knowledge->bounds[link->measure][link->children[i]];

		sums.low += bounds->low;
		if (bounds->low > sums.largest)
			sums.largest = bounds->low;
		if (bounds->high == NO_BOUND)
			sums.n_unbounded++;
		else
			sums.high += bounds->high;
	}
	return sums;
}

/* The children of an EQUAL or a COVER have to make up for the parent: raise each by what the others cannot. */
static bool raise_children(
    struct knowledge *knowledge, const struct link *link, size_t index, const struct sums *sums)
{
	int64_t low = knowledge->bounds[link->measure][link->parent].low;
	bool has_changed = false;

	if (sums->n_unbounded > 1)
		return false;
	for (size_t i = 0; i < link->n_children; i++) {
		int64_t high = knowledge->bounds[link->measure][link->children[i]].high;

		if (sums->n_unbounded == 1 && high != NO_BOUND)
			continue;
		has_changed |= raise(knowledge, link->measure, link->children[i],
		    low - (high == NO_BOUND ? sums->high : sums->high - high), index);
	}
	return has_changed;
}

static bool lower_children(
    struct knowledge *knowledge, const struct link *link, size_t index, const struct sums *sums)
{
	int64_t high = knowledge->bounds[link->measure][link->parent].high;
	bool has_changed = false;

	if (high == NO_BOUND)
		return false;
	for (size_t i = 0; i < link->n_children; i++) {
		size_t child = link->children[i];
		int64_t others = link->kind == OEO_DISCLOSURE_EQUAL
				     ? sums->low - knowledge->bounds[link->measure][child].low
				     : 0;

		has_changed |= lower(knowledge, link->measure, child, high - others, index);
	}
	return has_changed;
}

static bool tighten(struct knowledge *knowledge, const struct link *link, size_t index)
{
	struct sums sums = sum_children(knowledge, link);
	bool is_equal = link->kind == OEO_DISCLOSURE_EQUAL;
	bool has_changed;

	has_changed =
	    raise(knowledge, link->measure, link->parent, is_equal ? sums.low : sums.largest, index);
	if (link->kind != OEO_DISCLOSURE_WITHIN && sums.n_unbounded == 0)
		has_changed |= lower(knowledge, link->measure, link->parent, sums.high, index);
	/* Every child is treated with the sums of before: its own new bounds do not bind itself. */
	has_changed |= lower_children(knowledge, link, index, &sums);
	if (link->kind != OEO_DISCLOSURE_WITHIN) {
		sums = sum_children(knowledge, link);
		has_changed |= raise_children(knowledge, link, index, &sums);
	}
	return has_changed;
}

/* Every resident asked at least one question. */
static bool couple(struct knowledge *knowledge, const struct model *model, size_t cell)
{
	const struct oeo_disclosure_cell *of = model->nodes[cell].cell;
	bool has_changed;

	if (!of->has_measure[R] || !of->has_measure[Q])
		return false;
	has_changed =
	    lower(knowledge, R, cell, knowledge->bounds[Q][cell].high, knowledge->bounds[Q][cell].high_link);
	has_changed |=
	    raise(knowledge, Q, cell, knowledge->bounds[R][cell].low, knowledge->bounds[R][cell].low_link);
	return has_changed;
}

static bool tighten_square(struct knowledge *knowledge, const struct square *square)
{
	struct bounds *bounds = knowledge->bounds[R];
	int64_t gap;
	bool has_changed = false;

	if (bounds[square->outer].high == NO_BOUND)
		return false;
	gap = bounds[square->outer].high - bounds[square->inner].low;
	if (gap < 0)
		return false;
	if (bounds[square->inner_part].high != NO_BOUND)
		has_changed = lower(
		    knowledge, R, square->outer_part, bounds[square->inner_part].high + gap, square->link);
	has_changed |=
	    raise(knowledge, R, square->inner_part, bounds[square->outer_part].low - gap, square->link);
	return has_changed;
}

/* A cell that can only be zero is known to be. */
static bool settle_zeros(struct knowledge *knowledge)
{
	bool has_changed = false;

	for (size_t m = 0; m < MEASURES; m++) {
		for (size_t i = 0; i < knowledge->n; i++) {
			if (knowledge->is_known[m][i] || knowledge->bounds[m][i].high != 0)
				continue;
			knowledge->is_known[m][i] = true;
			has_changed = true;
		}
	}
	return has_changed;
}

static void add_vector(int64_t *to, const int64_t *from, int64_t factor, size_t width)
{
	for (size_t i = 0; i < width; i++)
		to[i] += factor * from[i];
}

/* Make cell known as what the link leaves for it: the parent as the sum, a child as the difference. */
static void derive(struct knowledge *knowledge, const struct link *link, size_t cell)
{
	int64_t *vector = known_vector(knowledge, link->measure, cell);
	int64_t factor = cell == link->parent ? 1 : -1;

	memset(vector, 0, knowledge->width * sizeof(*vector));
	if (cell != link->parent)
		add_vector(vector, known_vector(knowledge, link->measure, link->parent), 1, knowledge->width);
	for (size_t i = 0; i < link->n_children; i++)
		if (link->children[i] != cell)
			add_vector(vector, known_vector(knowledge, link->measure, link->children[i]), factor,
			    knowledge->width);
	knowledge->is_known[link->measure][cell] = true;
}

/* Where an EQUAL has one unknown cell and that is latent, it becomes known with its vector. */
static bool derive_latent(struct knowledge *knowledge, const struct model *model, const struct link *link)
{
	const bool *is_known = knowledge->is_known[link->measure];
	size_t unknown = is_known[link->parent] ? NONE : link->parent;

	for (size_t i = 0; i < link->n_children; i++) {
		if (is_known[link->children[i]])
			continue;
		if (unknown != NONE)
			return false;
		unknown = link->children[i];
	}
	if (unknown == NONE || model->nodes[unknown].cell->role != OEO_DISCLOSURE_LATENT)
		return false;
	derive(knowledge, link, unknown);
	return true;
}

static void reach_end(struct knowledge *knowledge, const struct model *model, bool is_proof)
{
	bool has_changed = true;

	for (unsigned round = 0; has_changed && round < MOST_ROUNDS; round++) {
		has_changed = false;
		for (size_t i = 0; i < model->n_links; i++) {
			const struct link *link = &model->links[i];

			if (link->kind == OEO_DISCLOSURE_VERSION || (is_proof && !link->is_exact))
				continue;
			has_changed |= tighten(knowledge, link, i);
			if (link->kind == OEO_DISCLOSURE_EQUAL)
				has_changed |= derive_latent(knowledge, model, link);
		}
		for (size_t i = 0; i < model->n_squares; i++)
			if (!is_proof || model->squares[i].is_exact)
				has_changed |= tighten_square(knowledge, &model->squares[i]);
		for (size_t i = 0; i < model->n; i++)
			has_changed |= couple(knowledge, model, i);
		has_changed |= settle_zeros(knowledge);
	}
}

/* What a link's known and unknown children take off its parent, as reductions count it. */
static void reduce_by_link(struct knowledge *knowledge, const struct link *link, int64_t *sum)
{
	for (size_t i = 0; i < link->n_children; i++) {
		size_t child = link->children[i];
		const int64_t *vector = known_vector(knowledge, link->measure, child);
		const int64_t *reduction = knowledge->reductions[link->measure] + child * knowledge->width;

		if (!knowledge->is_known[link->measure][child]) {
			add_vector(sum, reduction, 1, knowledge->width);
			continue;
		}
		sum[0] += vector[0];
		for (size_t j = 1; j < knowledge->width; j++)
			sum[j] += vector[0] - vector[j];
	}
}

static bool has_good_child(const struct knowledge *knowledge, const struct link *link)
{
	for (size_t i = 0; i < link->n_children; i++)
		if (!knowledge->is_known[link->measure][link->children[i]] &&
		    knowledge->is_good[link->measure][link->children[i]])
			return true;
	return false;
}

static void reduce_cell(struct knowledge *knowledge, const struct model *model, size_t cell)
{
	int64_t *sum = knowledge->scratch;

	for (size_t i = model->as_parent.first[cell]; i < model->as_parent.first[cell + 1]; i++) {
		const struct link *link = &model->links[model->as_parent.items[i]];
		int64_t *best = knowledge->reductions[link->measure] + cell * knowledge->width;

		if (link->kind != OEO_DISCLOSURE_EQUAL || knowledge->is_known[link->measure][cell])
			continue;
		memset(sum, 0, knowledge->width * sizeof(*sum));
		reduce_by_link(knowledge, link, sum);
		if (sum[0] > 0 && !has_good_child(knowledge, link))
			knowledge->is_good[link->measure][cell] = false;
		for (size_t j = 0; j < knowledge->width; j++)
			if (sum[j] > best[j])
				best[j] = sum[j];
	}
}

static void reduce(struct knowledge *knowledge, const struct model *model)
{
	for (size_t m = 0; m < MEASURES; m++) {
		memset(knowledge->reductions[m], 0, knowledge->n * knowledge->width * sizeof(int64_t));
		for (size_t i = 0; i < model->n; i++)
			knowledge->is_good[m][i] = model->nodes[i].is_good;
	}
	for (size_t i = 0; i < model->n; i++)
		reduce_cell(knowledge, model, model->upward[i]);
}

void oeo_disclosure_knowledge_update(struct knowledge *knowledge, const struct model *model)
{
	begin(knowledge, model, false);
	reach_end(knowledge, model, false);
	reduce(knowledge, model);
}

void oeo_disclosure_knowledge_prove(struct knowledge *knowledge, const struct model *model)
{
	begin(knowledge, model, true);
	reach_end(knowledge, model, true);
}
