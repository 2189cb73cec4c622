/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_moves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How many of the points that were met last are looked at. */
#define POINTS 40

static const struct audit_row *row_at(const struct audit_moves *moves, size_t index)
{
	const struct audit_system *system = moves->program->system;

	return &system->rows[system->joins.items[system->joins.first[moves->program->component] + index]];
}

static size_t place_at(const struct audit_moves *moves, const struct audit_row *row, size_t term)
{
	return moves->program->place_of[moves->program->system->terms[row->first + term].unknown];
}

static void sum_rows(const struct audit_moves *moves, const double *point, double *sums)
{
	for (size_t i = 0; i < moves->n_rows; i++) {
		const struct audit_row *row = row_at(moves, i);

		sums[i] = 0;
		for (size_t j = 0; j < row->n; j++)
			sums[i] += moves->program->system->terms[row->first + j].factor *
				   point[place_at(moves, row, j)];
	}
}

/* The component's rows by the unknowns in them. */
static bool index_rows(struct audit_moves *moves)
{
	size_t n = moves->program->n;
	size_t n_terms = 0;

	for (size_t i = 0; i < moves->n_rows; i++)
		n_terms += row_at(moves, i)->n;
	moves->first = oeo_audit_alloc(n + 2, sizeof(size_t));
	moves->entries = oeo_audit_alloc(n_terms, sizeof(*moves->entries));
	if (moves->first == NULL || moves->entries == NULL)
		return false;
	for (size_t i = 0; i < moves->n_rows; i++)
		for (size_t j = 0; j < row_at(moves, i)->n; j++)
			moves->first[place_at(moves, row_at(moves, i), j) + 2]++;
	for (size_t i = 1; i < n + 2; i++)
		moves->first[i] += moves->first[i - 1];
	for (size_t i = 0; i < moves->n_rows; i++) {
		const struct audit_row *row = row_at(moves, i);

		for (size_t j = 0; j < row->n; j++)
			moves->entries[moves->first[place_at(moves, row, j) + 1]++] =
			    (struct audit_entry){i, moves->program->system->terms[row->first + j].factor};
	}
	return true;
}

bool oeo_audit_moves_init(struct audit_moves *moves, const struct audit_program *program)
{
	const struct audit_groups *joins = &program->system->joins;

	memset(moves, 0, sizeof(*moves));
	moves->program = program;
	moves->n_rows = joins->first[program->component + 1] - joins->first[program->component];
	moves->n_points = program->points.n_points < POINTS ? program->points.n_points : POINTS;
	moves->points = oeo_audit_alloc(program->n * (moves->n_points + 1), sizeof(double));
	moves->point_sums = oeo_audit_alloc(moves->n_rows * (moves->n_points + 1), sizeof(double));
	moves->values = oeo_audit_alloc(program->n, sizeof(double));
	moves->sums = oeo_audit_alloc(moves->n_rows, sizeof(double));
	if (!index_rows(moves) || moves->points == NULL || moves->point_sums == NULL ||
	    moves->values == NULL || moves->sums == NULL)
		return false;
	for (size_t i = 0; i < moves->n_points; i++) {
		const double *point = oeo_audit_points_get(&program->points, i);

		memcpy(moves->points + i * program->n, point, program->n * sizeof(double));
		sum_rows(moves, point, moves->point_sums + i * moves->n_rows);
	}
	return true;
}

void oeo_audit_moves_fini(struct audit_moves *moves)
{
	free(moves->points);
	free(moves->point_sums);
	free(moves->values);
	free(moves->sums);
	free(moves->first);
	free(moves->entries);
	memset(moves, 0, sizeof(*moves));
}

static void add_point(double *to, const double *from, double share, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += share * from[i];
}

struct side {
	double sum;
	size_t n;
};

/* The shares of points below and above with which their sum has the value. False: all are on one side. */
static bool find_shares(
    const struct audit_moves *moves, size_t pinned, double value, double *below, double *above)
{
	struct side low = {0, 0};
	struct side high = {0, 0};
	double lift;

	for (size_t i = 0; i < moves->n_points; i++) {
		double at = moves->points[i * moves->program->n + pinned];
		struct side *side = at < value ? &low : &high;

		side->sum += at;
		side->n++;
	}
	if (low.n == 0 || high.n == 0)
		return false;
	lift = (value - low.sum / (double)low.n) / (high.sum / (double)high.n - low.sum / (double)low.n);
	*below = (1 - lift) / (double)low.n;
	*above = lift / (double)high.n;
	return true;
}

bool oeo_audit_moves_pin(struct audit_moves *moves, size_t pinned, double value)
{
	size_t n = moves->program->n;
	double below;
	double above;

	moves->pinned = pinned;
	if (!find_shares(moves, pinned, value, &below, &above))
		return false;
	memset(moves->values, 0, n * sizeof(double));
	memset(moves->sums, 0, moves->n_rows * sizeof(double));
	for (size_t i = 0; i < moves->n_points; i++) {
		double share = moves->points[i * n + pinned] < value ? below : above;

		add_point(moves->values, moves->points + i * n, share, n);
		add_point(moves->sums, moves->point_sums + i * moves->n_rows, share, moves->n_rows);
	}
	return true;
}

/* How far a number can move up (sign 1) or down, all others but for those in equation `spared` staying where they are. */
static double room(const struct audit_moves *moves, size_t place, int sign, size_t spared)
{
	const struct audit_range *range = &moves->program->ranges[place];
	double value = moves->values[place];
	double least = sign < 0 ? value - (double)range->low
				: (range->high == AUDIT_NO_LIMIT ? HUGE_VAL : (double)range->high - value);

	for (size_t i = moves->first[place]; i < moves->first[place + 1] && least > 0; i++) {
		const struct audit_entry *entry = &moves->entries[i];
		const struct audit_row *row = row_at(moves, entry->row);
		bool is_upward = entry->factor * sign > 0;
		double slack;

		if (row->is_off || entry->row == spared)
			continue;
		if (is_upward ? row->high == AUDIT_NO_LIMIT : row->low == -AUDIT_NO_LIMIT)
			continue;
		slack = is_upward ? (double)row->high - moves->sums[entry->row]
				  : moves->sums[entry->row] - (double)row->low;
		if (slack < least)
			least = slack;
	}
	return least > 0 ? least : 0;
}

/* The one equation that the number is in; AUDIT_NONE: in none. False: in more. */
static bool find_equation(const struct audit_moves *moves, size_t place, size_t *equation)
{
	*equation = AUDIT_NONE;
	for (size_t i = moves->first[place]; i < moves->first[place + 1]; i++) {
		const struct audit_row *row = row_at(moves, moves->entries[i].row);

		if (row->is_off || row->low != row->high)
			continue;
		if (*equation != AUDIT_NONE)
			return false;
		*equation = moves->entries[i].row;
	}
	return true;
}

/* Then both may take from the same slack. */
static bool have_row_in_common(const struct audit_moves *moves, size_t a, size_t b, size_t spared)
{
	for (size_t i = moves->first[a]; i < moves->first[a + 1]; i++)
		for (size_t j = moves->first[b]; j < moves->first[b + 1]; j++)
			if (moves->entries[i].row == moves->entries[j].row && moves->entries[i].row != spared)
				return true;
	return false;
}

/* How far the number can move with one other of its equation moving against it. */
static double room_with_partner(const struct audit_moves *moves, size_t place, int sign, size_t equation)
{
	const struct audit_row *row = row_at(moves, equation);
	double own = room(moves, place, sign, equation);
	double best = 0;
	int factor = 0;

	for (size_t i = 0; i < row->n; i++)
		if (place_at(moves, row, i) == place)
			factor = moves->program->system->terms[row->first + i].factor;
	for (size_t i = 0; i < row->n && best < own; i++) {
		size_t partner = place_at(moves, row, i);
		int against = -sign * factor * moves->program->system->terms[row->first + i].factor;
		size_t other;
		double with;

		if (partner == place || partner == moves->pinned || !find_equation(moves, partner, &other))
			continue;
		with = room(moves, partner, against, equation);
		with = with < own ? with : own;
		if (have_row_in_common(moves, place, partner, equation))
			with /= 2;
		if (with > best)
			best = with;
	}
	return best;
}

bool oeo_audit_moves_are_free(const struct audit_moves *moves, size_t place)
{
	double value = moves->values[place];
	size_t equation;
	double up;
	double down;

	if (!find_equation(moves, place, &equation))
		return false;
	up = equation == AUDIT_NONE ? room(moves, place, 1, AUDIT_NONE)
				    : room_with_partner(moves, place, 1, equation);
	down = equation == AUDIT_NONE ? room(moves, place, -1, AUDIT_NONE)
				      : room_with_partner(moves, place, -1, equation);
	if (up == HUGE_VAL)
		return true;
	return floor(value + up + AUDIT_MARGIN) > ceil(value - down - AUDIT_MARGIN);
}
