/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_moves.h"

#include <stdlib.h>
#include <string.h>

/* Fractions up to this are unique modulo the prime. A test that would have none at all sets both to 1. */
#ifndef GAUSS_MOST_FRACTION
#define GAUSS_MOST_FRACTION (INT64_C(1) << 24)
#define GAUSS_SMALL_FACTOR 1024
#endif

/* The fraction of small whole numbers that a factor stands for, by Euclid's algorithm cut short. False: none. */
static bool find_fraction(uint64_t factor, double *value)
{
	const int64_t prime = (INT64_C(1) << 61) - 1;
	int64_t before = prime, now = (int64_t)factor, times_before = 0, times = 1;

	if (factor < GAUSS_SMALL_FACTOR || factor > (uint64_t)prime - GAUSS_SMALL_FACTOR) {
		*value = factor < GAUSS_SMALL_FACTOR ? (double)factor : -(double)(prime - (int64_t)factor);
		return true;
	}
	while (now >= GAUSS_MOST_FRACTION) {
		int64_t quotient = before / now, next = before - quotient * now;
		int64_t next_times = times_before - quotient * times;

		before = now;
		now = next;
		times_before = times;
		times = next_times;
		if (times > GAUSS_MOST_FRACTION || times < -GAUSS_MOST_FRACTION)
			return false;
	}
	*value = (double)now / (double)times;
	return true;
}

static bool can_move(const struct gauss_moves *moves, size_t group)
{
	const struct gauss_row *row = &moves->matrix->rows[group];

	return moves->system->groups[group].is_hidden && row->is_live && row->n > 0;
}

static enum oeo_disclosure_err fill_values(struct gauss_moves *moves)
{
	size_t n = 0, n_groups = moves->system->n_groups;

	moves->first = calloc(n_groups + 1, sizeof(*moves->first));
	if (moves->first == NULL)
		return OEO_DISCLOSURE_NOMEM;
	for (size_t i = 0; i < n_groups; i++) {
		moves->first[i] = n;
		n += can_move(moves, i) ? moves->matrix->rows[i].n : 0;
	}
	moves->first[n_groups] = n;
	moves->values = calloc(n + 1, sizeof(*moves->values));
	if (moves->values == NULL)
		return OEO_DISCLOSURE_NOMEM;
	for (size_t i = 0; i < n_groups; i++) {
		const struct gauss_row *row = &moves->matrix->rows[i];

		for (size_t t = 0; can_move(moves, i) && t < row->n; t++)
			if (!find_fraction(row->terms[t].factor, &moves->values[moves->first[i] + t]))
				return OEO_DISCLOSURE_UNSAFE;
	}
	return OEO_DISCLOSURE_OK;
}

static uint32_t find_root(uint32_t *roots, uint32_t column)
{
	while (roots[column] != column) {
		roots[column] = roots[roots[column]];
		column = roots[column];
	}
	return column;
}

static void join_columns(const struct gauss_moves *moves, uint32_t *roots)
{
	for (uint32_t i = 0; i < moves->system->n_columns; i++)
		roots[i] = i;
	for (size_t i = 0; i < moves->system->n_groups; i++) {
		const struct gauss_row *row = &moves->matrix->rows[i];

		for (size_t t = 1; can_move(moves, i) && t < row->n; t++)
			roots[find_root(roots, row->terms[t].column)] =
			    find_root(roots, row->terms[0].column);
	}
}

/* Count places for every component, then put its inner groups in front. sizes becomes where the next of each goes. */
static void place_members(struct gauss_moves *moves, uint32_t *roots, size_t *sizes)
{
	size_t n_groups = moves->system->n_groups, at = 0;

	for (size_t i = 0; i < n_groups; i++)
		if (can_move(moves, i))
			sizes[find_root(roots, moves->matrix->rows[i].terms[0].column)]++;
	for (size_t i = 0; i < moves->system->n_columns; i++) {
		size_t size = sizes[i];

		sizes[i] = at;
		at += size;
		if (size > 0)
			moves->starts[moves->n_components++] = at - size;
	}
	moves->starts[moves->n_components] = at;
	for (int is_inner = 1; is_inner >= 0; is_inner--)
		for (uint32_t i = 0; i < n_groups; i++)
			if (can_move(moves, i) && moves->system->groups[i].is_inner == (is_inner == 1))
				moves->members[sizes[find_root(
				    roots, moves->matrix->rows[i].terms[0].column)]++] = i;
}

enum oeo_disclosure_err oeo_gauss_moves_init(
    struct gauss_moves *moves, const struct gauss_system *system, const struct gauss_matrix *matrix)
{
	uint32_t *roots = calloc(system->n_columns + 1, sizeof(*roots));
	size_t *sizes = calloc(system->n_columns + 1, sizeof(*sizes));
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	memset(moves, 0, sizeof(*moves));
	moves->system = system;
	moves->matrix = matrix;
	moves->members = calloc(system->n_groups + 1, sizeof(*moves->members));
	moves->starts = calloc(system->n_columns + 2, sizeof(*moves->starts));
	if (roots != NULL && sizes != NULL && moves->members != NULL && moves->starts != NULL)
		err = fill_values(moves);
	if (err == OEO_DISCLOSURE_OK) {
		join_columns(moves, roots);
		place_members(moves, roots, sizes);
	}
	free(roots);
	free(sizes);
	return err;
}

void oeo_gauss_moves_fini(struct gauss_moves *moves)
{
	free(moves->first);
	free(moves->values);
	free(moves->members);
	free(moves->starts);
	free(moves->row_starts);
	free(moves->rows_of);
	oeo_gauss_rows_fini(&moves->rows);
	memset(moves, 0, sizeof(*moves));
}

bool oeo_gauss_moves_is_free(const struct gauss_moves *moves, uint32_t group)
{
	const struct gauss_row *row = &moves->matrix->rows[group];

	return row->n == 1 && gauss_group_of_column(moves->system, row->terms[0].column) == group;
}
