/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "collector/disclosure/verify.h"

static void count_members(struct index *index, const struct oeo_disclosure_problem *problem, bool has_parents)
{
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (has_parents)
			index->first[relation->parent + 2]++;
		for (size_t j = 0; j < relation->n_children; j++)
			index->first[relation->children[j] + 2]++;
	}
	for (size_t i = 2; i < problem->n_cells + 2; i++)
		index->first[i] += index->first[i - 1];
}

/* first is one place ahead until all is filled in. */
static void fill_members(struct index *index, const struct oeo_disclosure_problem *problem, bool has_parents)
{
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (has_parents)
			index->relations[index->first[relation->parent + 1]++] = i;
		for (size_t j = 0; j < relation->n_children; j++)
			index->relations[index->first[relation->children[j] + 1]++] = i;
	}
}

bool oeo_disclosure_index_init(
    struct index *index, const struct oeo_disclosure_problem *problem, bool has_parents)
{
	index->relations = NULL;
	index->first = calloc(problem->n_cells + 2, sizeof(*index->first));
	if (index->first == NULL)
		return false;
	count_members(index, problem, has_parents);
	index->relations = calloc(index->first[problem->n_cells + 1] + 1, sizeof(*index->relations));
	if (index->relations == NULL)
		return false;
	fill_members(index, problem, has_parents);
	return true;
}

void oeo_disclosure_index_fini(struct index *index)
{
	free(index->first);
	free(index->relations);
}
