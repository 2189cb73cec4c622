/* SPDX-License-Identifier: EUPL-1.2 */
/* Sets of residents within one another: every cell's supersets, and the squares. */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/model.h"

/* Walk up from cell over residents, calling for each superset once: count it or write it down. */
static size_t walk_supersets(
    const struct model *model, size_t cell, size_t *seen, size_t *stack, size_t *items)
{
	size_t depth = 0;
	size_t found = 0;

	stack[depth++] = cell;
	while (depth > 0) {
		size_t at = stack[--depth];

		for (size_t i = model->as_child.first[at]; i < model->as_child.first[at + 1]; i++) {
			const struct link *link = &model->links[model->as_child.items[i]];

			if (link->kind == OEO_DISCLOSURE_VERSION || link->measure != R ||
			    seen[link->parent] == cell + 1)
				continue;
			seen[link->parent] = cell + 1;
			if (items != NULL)
				items[found] = link->parent;
			found++;
			stack[depth++] = link->parent;
		}
	}
	return found;
}

static enum oeo_disclosure_err init_supersets(struct model *model)
{
	size_t *seen = oeo_disclosure_alloc(model->n, sizeof(*seen));
	size_t *stack = oeo_disclosure_alloc(model->n + 1, sizeof(*stack));
	size_t total = 0;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	if (seen == NULL || stack == NULL)
		goto cleanup;
	for (size_t i = 0; i < model->n; i++)
		total += walk_supersets(model, i, seen, stack, NULL);
	if (!oeo_disclosure_lists_init(&model->supersets, model->n, total))
		goto cleanup;
	memset(seen, 0, model->n * sizeof(*seen));
	for (size_t i = 0; i < model->n; i++) {
		size_t *items = model->supersets.items + model->supersets.first[i];
		size_t found = walk_supersets(model, i, seen, stack, items);

		qsort(items, found, sizeof(*items), oeo_disclosure_compare_indexes);
		model->supersets.first[i + 1] = model->supersets.first[i] + found;
	}
	err = OEO_DISCLOSURE_OK;
cleanup:
	free(seen);
	free(stack);
	return err;
}

static bool is_set_link(const struct link *link)
{
	return link->kind == OEO_DISCLOSURE_COVER || link->kind == OEO_DISCLOSURE_WITHIN;
}

static bool is_part_of(const struct model *model, size_t part, size_t whole, bool *is_exact)
{
	for (size_t i = model->as_child.first[part]; i < model->as_child.first[part + 1]; i++) {
		const struct link *link = &model->links[model->as_child.items[i]];

		if (link->kind == OEO_DISCLOSURE_EQUAL && link->measure == R && link->parent == whole) {
			*is_exact = *is_exact && link->is_exact;
			return true;
		}
	}
	return false;
}

/* The squares of one part of inner, within outer by the set link `around`: write them down or (NULL) count them. */
static size_t find_squares(
    const struct model *model, const struct link *sum, size_t around, size_t part, struct square *squares)
{
	size_t outer = model->links[around].parent;
	size_t found = 0;

	for (size_t i = model->as_child.first[part]; i < model->as_child.first[part + 1]; i++) {
		const struct link *link = &model->links[model->as_child.items[i]];
		bool is_exact = sum->is_exact && link->is_exact && model->links[around].is_exact;

		if (!is_set_link(link) || !is_part_of(model, link->parent, outer, &is_exact))
			continue;
		if (squares != NULL)
			squares[found] =
			    (struct square){outer, sum->parent, link->parent, part, around, is_exact};
		found++;
	}
	return found;
}

static size_t walk_squares(const struct model *model, struct square *squares)
{
	size_t found = 0;

	for (size_t i = 0; i < model->n_links; i++) {
		const struct link *sum = &model->links[i];
		size_t inner = sum->parent;

		if (sum->kind != OEO_DISCLOSURE_EQUAL || sum->measure != R)
			continue;
		for (size_t j = model->as_child.first[inner]; j < model->as_child.first[inner + 1]; j++) {
			size_t around = model->as_child.items[j];

			for (size_t k = 0; is_set_link(&model->links[around]) && k < sum->n_children; k++)
				found += find_squares(model, sum, around, sum->children[k],
				    squares == NULL ? NULL : squares + found);
		}
	}
	return found;
}

static enum oeo_disclosure_err init_squares(struct model *model)
{
	model->n_squares = walk_squares(model, NULL);
	model->squares = oeo_disclosure_alloc(model->n_squares, sizeof(*model->squares));
	if (model->squares == NULL)
		return OEO_DISCLOSURE_NOMEM;
	(void)walk_squares(model, model->squares);
	return OEO_DISCLOSURE_OK;
}

enum oeo_disclosure_err oeo_disclosure_model_find_sets(struct model *model)
{
	enum oeo_disclosure_err err = init_supersets(model);

	return err == OEO_DISCLOSURE_OK ? init_squares(model) : err;
}
