/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_rows.h"

#include <stdlib.h>
#include <string.h>

#define MOST_FACTOR 1000

/* best: of every group, the relation with the fewest parts that says what it
 * is; SIZE_MAX: none. Returns how many terms there will be. */
static size_t choose_relations(const struct gauss_system *system, size_t *best)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	size_t n_terms = 0;

	for (size_t i = 0; i < system->n_groups; i++)
		best[i] = SIZE_MAX;
	for (size_t r = 0; r < problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[r];
		uint32_t parent = system->groups_of[relation->parent];
		bool is_itself = system->groups[parent].is_inner;

		for (size_t i = 0; i < relation->n_children && !is_itself; i++)
			is_itself = system->groups_of[relation->children[i]] == parent;
		if (!is_itself && (best[parent] == SIZE_MAX ||
				      relation->n_children < problem->relations[best[parent]].n_children))
			best[parent] = r;
	}
	for (size_t i = 0; i < system->n_groups; i++)
		if (best[i] != SIZE_MAX)
			n_terms += problem->relations[best[i]].n_children + 1;
	for (size_t i = 0; i < system->n_zeros; i++)
		n_terms += system->zeros[i].n;
	return n_terms;
}

/* To the row under way, whose end is first[n + 1]. */
static void add_term(struct gauss_rows *rows, uint32_t group, double factor)
{
	size_t at = rows->first[rows->n + 1]++;

	rows->groups[at] = group;
	rows->factors[at] = factor;
}

static void end_row(struct gauss_rows *rows)
{
	rows->n++;
	rows->first[rows->n + 1] = rows->first[rows->n];
}

static void add_relation(
    struct gauss_rows *rows, const struct gauss_system *system, uint32_t group, size_t number)
{
	const struct oeo_disclosure_relation *relation = &system->problem->relations[number];

	for (size_t c = 0; c < relation->n_children; c++)
		add_term(rows, system->groups_of[relation->children[c]], 1);
	add_term(rows, group, -1);
	end_row(rows);
}

static void add_zero(struct gauss_rows *rows, const struct gauss_system *system, const struct gauss_sum *zero)
{
	for (size_t t = 0; t < zero->n; t++) {
		uint64_t factor = zero->terms[t].factor;

		add_term(rows, gauss_group_of_column(system, zero->terms[t].column),
		    factor < MOST_FACTOR ? (double)factor : -(double)(GAUSS_PRIME - factor));
	}
	end_row(rows);
}

bool oeo_gauss_rows_init(struct gauss_rows *rows, const struct gauss_system *system)
{
	size_t *best = calloc(system->n_groups + 1, sizeof(*best));
	size_t n_rows = system->n_groups + system->n_zeros, n_terms;

	memset(rows, 0, sizeof(*rows));
	if (best == NULL)
		return false;
	n_terms = choose_relations(system, best);
	rows->first = calloc(n_rows + 2, sizeof(*rows->first));
	rows->groups = calloc(n_terms + 1, sizeof(*rows->groups));
	rows->factors = calloc(n_terms + 1, sizeof(*rows->factors));
	if (rows->first == NULL || rows->groups == NULL || rows->factors == NULL) {
		free(best);
		return false;
	}
	for (uint32_t i = 0; i < system->n_groups; i++)
		if (best[i] != SIZE_MAX)
			add_relation(rows, system, i, best[i]);
	for (size_t z = 0; z < system->n_zeros; z++)
		add_zero(rows, system, &system->zeros[z]);
	free(best);
	return true;
}

void oeo_gauss_rows_fini(struct gauss_rows *rows)
{
	free(rows->first);
	free(rows->groups);
	free(rows->factors);
	memset(rows, 0, sizeof(*rows));
}
