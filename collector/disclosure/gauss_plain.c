/* SPDX-License-Identifier: EUPL-1.2 */
/* How hidden numbers can move together, without a matrix (gauss_moves.h): components by the rows of what always holds. */
#include "collector/disclosure/gauss_moves.h"

#include <stdlib.h>
#include <string.h>

static uint32_t find_root(uint32_t *roots, uint32_t group)
{
	while (roots[group] != group) {
		roots[group] = roots[roots[group]];
		group = roots[group];
	}
	return group;
}

static bool is_moving(const struct gauss_moves *moves, size_t term)
{
	return moves->system->groups[moves->rows.groups[term]].is_hidden;
}

/* The first group of a row that can move; GAUSS_NONE: there is none. */
static uint32_t first_moving(const struct gauss_moves *moves, size_t row)
{
	for (size_t t = moves->rows.first[row]; t < moves->rows.first[row + 1]; t++)
		if (is_moving(moves, t))
			return moves->rows.groups[t];
	return GAUSS_NONE;
}

static void join_groups(const struct gauss_moves *moves, uint32_t *roots)
{
	for (uint32_t i = 0; i < moves->system->n_groups; i++)
		roots[i] = i;
	for (size_t i = 0; i < moves->rows.n; i++) {
		uint32_t first = first_moving(moves, i);

		for (size_t t = moves->rows.first[i]; t < moves->rows.first[i + 1]; t++)
			if (is_moving(moves, t))
				roots[find_root(roots, moves->rows.groups[t])] = find_root(roots, first);
	}
}

/* Every component gets a number, that of its first group first: numbers is of every root. */
static void number_components(struct gauss_moves *moves, uint32_t *roots, size_t *numbers)
{
	size_t n_groups = moves->system->n_groups;

	for (size_t i = 0; i < n_groups; i++)
		numbers[i] = SIZE_MAX;
	for (uint32_t i = 0; i < n_groups; i++) {
		uint32_t root = find_root(roots, i);

		if (!moves->system->groups[i].is_hidden)
			continue;
		if (numbers[root] == SIZE_MAX)
			numbers[root] = moves->n_components++;
		moves->starts[numbers[root] + 1]++;
	}
	for (size_t i = 0; i < moves->n_components; i++)
		moves->starts[i + 1] += moves->starts[i];
}

/* ends: scratch. */
static void place_groups(struct gauss_moves *moves, uint32_t *roots, const size_t *numbers, size_t *ends)
{
	memcpy(ends, moves->starts, moves->n_components * sizeof(*ends));
	for (uint32_t i = 0; i < moves->system->n_groups; i++)
		if (moves->system->groups[i].is_hidden)
			moves->members[ends[numbers[find_root(roots, i)]]++] = i;
}

static void place_rows(struct gauss_moves *moves, uint32_t *roots, const size_t *numbers, size_t *ends)
{
	for (size_t i = 0; i < moves->rows.n; i++) {
		uint32_t first = first_moving(moves, i);

		if (first != GAUSS_NONE)
			moves->row_starts[numbers[find_root(roots, first)] + 1]++;
	}
	for (size_t i = 0; i < moves->n_components; i++)
		moves->row_starts[i + 1] += moves->row_starts[i];
	memcpy(ends, moves->row_starts, moves->n_components * sizeof(*ends));
	for (size_t i = 0; i < moves->rows.n; i++) {
		uint32_t first = first_moving(moves, i);

		if (first != GAUSS_NONE)
			moves->rows_of[ends[numbers[find_root(roots, first)]]++] = i;
	}
}

enum oeo_disclosure_err oeo_gauss_moves_init_plain(
    struct gauss_moves *moves, const struct gauss_system *system)
{
	size_t n = system->n_groups + 1, *numbers = calloc(n, sizeof(*numbers)),
	       *ends = calloc(n, sizeof(*ends));
	uint32_t *roots = calloc(n, sizeof(*roots));
	bool is_ok;

	memset(moves, 0, sizeof(*moves));
	moves->system = system;
	is_ok = oeo_gauss_rows_init(&moves->rows, system);
	moves->members = calloc(n, sizeof(*moves->members));
	moves->starts = calloc(n + 1, sizeof(*moves->starts));
	moves->row_starts = calloc(n + 1, sizeof(*moves->row_starts));
	moves->rows_of = calloc(moves->rows.n + 1, sizeof(*moves->rows_of));
	is_ok = is_ok && numbers != NULL && ends != NULL && roots != NULL && moves->members != NULL &&
		moves->starts != NULL && moves->row_starts != NULL && moves->rows_of != NULL;
	if (is_ok) {
		join_groups(moves, roots);
		number_components(moves, roots, numbers);
		place_groups(moves, roots, numbers, ends);
		place_rows(moves, roots, numbers, ends);
	}
	free(numbers);
	free(ends);
	free(roots);
	return is_ok ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;
}
