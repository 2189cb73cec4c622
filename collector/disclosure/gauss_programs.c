/* SPDX-License-Identifier: EUPL-1.2 */
/* The programs of gauss_bounds.c: what they are made of, and what pushes numbers. */
#include "collector/disclosure/gauss_bounds.h"

#include <string.h>

#define REACH 100.0
#define NEAR 1e-6
#define FAR 10000.0 /* of sums of them */
#define PUSHES 8
#define MOST 1000.0 /* times as important as what is pushed along */
#define MOST_ALONG 2000000 /* columns of programs in which others are pushed along with one */

/* How far a column may fall: what is a sum of others falls as they do. */
static double low_of(const struct gauss_bounds *bounds, uint32_t group)
{
	double excess = (double)bounds->excess[group];

	if (!bounds->system->groups[group].is_inner)
		return -FAR;
	return excess > REACH ? -REACH : -excess;
}

static double high_of(const struct gauss_bounds *bounds, uint32_t group)
{
	return bounds->system->groups[group].is_inner ? REACH : FAR;
}

/* What always holds between columns; what is shown stays as it is, and is none. */
static void add_plain_rows(struct gauss_bounds *bounds, struct oeo_solver_model *model)
{
	const struct gauss_moves *moves = bounds->moves;
	size_t end = moves->row_starts[bounds->component + 1], at = 0;

	for (size_t i = moves->row_starts[bounds->component]; i < end; i++) {
		size_t row = moves->rows_of[i];

		for (size_t t = moves->rows.first[row]; t < moves->rows.first[row + 1]; t++) {
			uint32_t group = moves->rows.groups[t];

			if (!bounds->system->groups[group].is_hidden)
				continue;
			bounds->columns[at] = bounds->place[group];
			bounds->coefficients[at++] = moves->rows.factors[t];
		}
		bounds->row_first[++model->n_rows] = at;
	}
}

static void add_row(struct gauss_bounds *bounds, struct oeo_solver_model *model, uint32_t column)
{
	const struct gauss_row *row = gauss_bounds_row(bounds, bounds->members[column]);
	const double *values = gauss_bounds_values(bounds, bounds->members[column]);
	size_t at = bounds->row_first[model->n_rows];

	for (size_t t = 0; t < row->n; t++) {
		bounds->columns[at] = gauss_bounds_place(bounds, &row->terms[t]);
		bounds->coefficients[at++] = values[t];
	}
	bounds->columns[at] = column;
	bounds->coefficients[at++] = -1;
	bounds->row_first[++model->n_rows] = at;
}

/* Columns are the moves of inner numbers; those that are not left are what their rows say. Without a matrix: of all. */
bool oeo_gauss_bounds_open(struct gauss_bounds *bounds)
{
	struct oeo_solver_model model = {.n_columns = bounds->n_inner,
	    .column_low = bounds->low,
	    .column_high = bounds->high,
	    .row_low = bounds->zeros,
	    .row_high = bounds->zeros,
	    .row_first = bounds->row_first,
	    .columns = bounds->columns,
	    .coefficients = bounds->coefficients};

	for (uint32_t i = 0; i < bounds->n_inner; i++) {
		uint32_t group = bounds->members[i];

		bounds->low[i] = low_of(bounds, group);
		bounds->high[i] = high_of(bounds, group);
		if (!gauss_bounds_is_plain(bounds) && !oeo_gauss_moves_is_free(bounds->moves, group))
			add_row(bounds, &model, i);
	}
	if (gauss_bounds_is_plain(bounds))
		add_plain_rows(bounds, &model);
	bounds->handle = bounds->system->attackers->solver->open(&model);
	return bounds->handle != NULL;
}

static void add_objective(struct gauss_bounds *bounds, uint32_t group, double factor)
{
	const struct gauss_row *row;
	const double *values;

	if (gauss_bounds_is_column(bounds, group)) {
		bounds->objective[bounds->place[group]] += factor;
		return;
	}
	row = gauss_bounds_row(bounds, group);
	values = gauss_bounds_values(bounds, group);
	for (size_t t = 0; t < row->n; t++)
		bounds->objective[gauss_bounds_place(bounds, &row->terms[t])] += factor * values[t];
}

double oeo_gauss_bounds_move_in(const struct gauss_bounds *bounds, uint32_t group, const double *point)
{
	const struct gauss_row *row;
	const double *values;
	double move = 0;

	if (gauss_bounds_is_column(bounds, group))
		return point[bounds->place[group]];
	row = gauss_bounds_row(bounds, group);
	values = gauss_bounds_values(bounds, group);
	for (size_t t = 0; t < row->n; t++)
		move += values[t] * point[gauss_bounds_place(bounds, &row->terms[t])];
	return move;
}

static void see_point(struct gauss_bounds *bounds, const double *point)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];
		double move = bounds->is_wanted[group] ? oeo_gauss_bounds_move_in(bounds, group, point) : 0;

		if (move >= 1 - NEAR || move <= NEAR - 1)
			gauss_bounds_settle(bounds, group);
	}
}

/* Minimise the objective; settles: what is seen to move needs no further look. */
static enum oeo_disclosure_err solve(struct gauss_bounds *bounds, bool settles)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;

	for (size_t i = 0; i < bounds->n_inner; i++)
		solver->set_objective(bounds->handle, i, bounds->objective[i]);
	if (solver->solve(bounds->handle, false) != OEO_SOLVER_OPTIMAL)
		return OEO_DISCLOSURE_UNSAFE;
	if (settles)
		see_point(bounds, solver->point(bounds->handle));
	return OEO_DISCLOSURE_OK;
}

void oeo_gauss_bounds_set_low(struct gauss_bounds *bounds, size_t column, double slip)
{
	uint32_t group = bounds->members[column];

	bounds->system->attackers->solver->set_bounds(
	    bounds->handle, column, low_of(bounds, group) - slip, high_of(bounds, group));
}

enum oeo_disclosure_err oeo_gauss_bounds_raise_floors(struct gauss_bounds *bounds)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	size_t before = bounds->n_wanted + 1;

	for (size_t i = 0; i < bounds->n_inner; i++)
		if (gauss_bounds_at_floor(bounds, i))
			solver->set_bounds(bounds->handle, i, 0, 1);
	while (err == OEO_DISCLOSURE_OK && bounds->n_wanted > 0 && bounds->n_wanted < before) {
		before = bounds->n_wanted;
		for (size_t i = 0; i < bounds->n_inner; i++)
			bounds->objective[i] = gauss_bounds_at_floor(bounds, i) ? -1 : 0;
		err = solve(bounds, true);
	}
	for (size_t i = 0; i < bounds->n_inner; i++)
		oeo_gauss_bounds_set_low(bounds, i, 0);
	return err;
}

enum oeo_disclosure_err oeo_gauss_bounds_push_many(struct gauss_bounds *bounds)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	for (unsigned push = 0; push < PUSHES && bounds->n_wanted > 0 && err == OEO_DISCLOSURE_OK; push++) {
		memset(bounds->objective, 0, bounds->n_inner * sizeof(*bounds->objective));
		for (size_t i = 0; i < bounds->n_members; i++) {
			uint64_t sign = ((i + 1) * UINT64_C(0x9e3779b97f4a7c15)) >> (40 + push / 2);

			if (bounds->is_wanted[bounds->members[i]])
				add_objective(bounds, bounds->members[i], (sign & 1) == (push & 1) ? 1 : -1);
		}
		err = solve(bounds, true);
	}
	return err;
}

enum oeo_disclosure_err oeo_gauss_bounds_push_one(
    struct gauss_bounds *bounds, uint32_t group, double direction, bool settles)
{
	memset(bounds->objective, 0, bounds->n_inner * sizeof(*bounds->objective));
	add_objective(bounds, group, -direction);
	return solve(bounds, settles);
}

enum oeo_disclosure_err oeo_gauss_bounds_push_each(struct gauss_bounds *bounds)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	for (size_t i = 0; i < bounds->n_members && bounds->n_wanted > 0 && err == OEO_DISCLOSURE_OK; i++) {
		uint32_t group = bounds->members[i];

		if (bounds->is_wanted[group])
			err = oeo_gauss_bounds_push_one(bounds, group, 1, true);
		if (bounds->is_wanted[group] && err == OEO_DISCLOSURE_OK)
			err = oeo_gauss_bounds_push_one(bounds, group, -1, true);
	}
	return err;
}

static enum oeo_disclosure_err push_along(struct gauss_bounds *bounds, uint32_t group, double direction)
{
	memset(bounds->objective, 0, bounds->n_inner * sizeof(*bounds->objective));
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t other = bounds->members[i];
		uint64_t sign = ((i + 1) * UINT64_C(0x9e3779b97f4a7c15)) >> 40;
		bool is_up = bounds->excess[other] == 0 || (sign & 1) != 0;

		if (bounds->is_wanted[other])
			add_objective(bounds, other, is_up ? -1 : 1);
	}
	add_objective(bounds, group, -direction * MOST);
	return solve(bounds, true);
}

enum oeo_disclosure_err oeo_gauss_bounds_push_along(struct gauss_bounds *bounds)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	size_t work = 0;

	for (size_t i = 0; i < bounds->n_members && bounds->n_wanted > 0 && err == OEO_DISCLOSURE_OK; i++) {
		uint32_t group = bounds->members[i];

		if (!bounds->is_wanted[group])
			continue;
		if (work > MOST_ALONG)
			break;
		work += bounds->n_inner;
		err = push_along(bounds, group, 1);
		if (bounds->is_wanted[group] && bounds->excess[group] > 0 && err == OEO_DISCLOSURE_OK)
			err = push_along(bounds, group, -1);
	}
	return err;
}
