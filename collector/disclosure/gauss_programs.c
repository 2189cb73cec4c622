/* SPDX-License-Identifier: EUPL-1.2 */
/* The programs of gauss_bounds.c: what they are made of, and what pushes numbers. */
#include "collector/disclosure/gauss_bounds.h"

#include <string.h>

#define REACH 100.0
#define NEAR 1e-6
#define PUSHES 8

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

/* Columns are the moves of inner numbers; those that are not left are what their rows say. */
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
		double excess = (double)bounds->excess[bounds->members[i]];

		bounds->low[i] = excess > REACH ? -REACH : -excess;
		bounds->high[i] = REACH;
		if (!oeo_gauss_moves_is_free(bounds->moves, bounds->members[i]))
			add_row(bounds, &model, i);
	}
	bounds->handle = bounds->system->attackers->solver->open(&model);
	return bounds->handle != NULL;
}

static void add_objective(struct gauss_bounds *bounds, uint32_t group, double factor)
{
	const struct gauss_row *row = gauss_bounds_row(bounds, group);
	const double *values = gauss_bounds_values(bounds, group);

	if (bounds->system->groups[group].is_inner) {
		bounds->objective[bounds->place[group]] += factor;
		return;
	}
	for (size_t t = 0; t < row->n; t++)
		bounds->objective[gauss_bounds_place(bounds, &row->terms[t])] += factor * values[t];
}

double oeo_gauss_bounds_move_in(const struct gauss_bounds *bounds, uint32_t group, const double *point)
{
	const struct gauss_row *row = gauss_bounds_row(bounds, group);
	const double *values = gauss_bounds_values(bounds, group);
	double move = 0;

	if (bounds->system->groups[group].is_inner)
		return point[bounds->place[group]];
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
	double excess = (double)bounds->excess[bounds->members[column]];
	double low = excess > REACH ? -REACH : -excess;

	bounds->system->attackers->solver->set_bounds(bounds->handle, column, low - slip, REACH);
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
