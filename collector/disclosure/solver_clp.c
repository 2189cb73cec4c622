/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/solver_clp.h"

#include <stdlib.h>
#include <string.h>

#include <coin/Clp_C_Interface.h>

struct handle {
	Clp_Simplex *model;
	double *objective; /* put aside */
	size_t n_columns;
	bool is_feasible; /* the last solution was, and no bounds have changed since */
};

/* The matrix column by column, as Clp takes it. */
struct columns {
	CoinBigIndex *first;
	int *rows;
	double *values;
};

static void free_columns(struct columns *columns)
{
	free(columns->first);
	free(columns->rows);
	free(columns->values);
}

static bool transpose(struct columns *columns, const struct oeo_solver_model *model)
{
	size_t n_terms = model->row_first[model->n_rows];

	columns->first = calloc(model->n_columns + 2, sizeof(*columns->first));
	columns->rows = calloc(n_terms + 1, sizeof(*columns->rows));
	columns->values = calloc(n_terms + 1, sizeof(*columns->values));
	if (columns->first == NULL || columns->rows == NULL || columns->values == NULL)
		return false;
	/* Counted two places on, so that filling in leaves the starts where they belong. */
	for (size_t t = 0; t < n_terms; t++)
		columns->first[model->columns[t] + 2]++;
	for (size_t c = 1; c < model->n_columns + 2; c++)
		columns->first[c] += columns->first[c - 1];
	for (size_t row = 0; row < model->n_rows; row++) {
		for (size_t t = model->row_first[row]; t < model->row_first[row + 1]; t++) {
			CoinBigIndex place = columns->first[model->columns[t] + 1]++;

			columns->rows[place] = (int)row;
			columns->values[place] = model->coefficients[t];
		}
	}
	return true;
}

static void close_model(void *opened)
{
	struct handle *handle = opened;

	if (handle == NULL)
		return;
	if (handle->model != NULL)
		Clp_deleteModel(handle->model);
	free(handle->objective);
	free(handle);
}

static void *open_model(const struct oeo_solver_model *model)
{
	struct columns columns = {0};
	struct handle *handle = calloc(1, sizeof(*handle));
	bool is_made = handle != NULL && transpose(&columns, model);

	if (is_made) {
		handle->model = Clp_newModel();
		handle->objective = calloc(model->n_columns + 1, sizeof(double));
		handle->n_columns = model->n_columns;
	}
	is_made = is_made && handle->model != NULL && handle->objective != NULL;
	if (is_made) {
		Clp_setLogLevel(handle->model, 0);
		Clp_scaling(handle->model, 0);
		Clp_loadProblem(handle->model, (int)model->n_columns, (int)model->n_rows, columns.first,
		    columns.rows, columns.values, model->column_low, model->column_high, NULL, model->row_low,
		    model->row_high);
	}
	free_columns(&columns);
	if (is_made)
		return handle;
	close_model(handle);
	return NULL;
}

static void set_bounds(void *opened, size_t column, double low, double high)
{
	struct handle *handle = opened;

	Clp_columnLower(handle->model)[column] = low;
	Clp_columnUpper(handle->model)[column] = high;
	handle->is_feasible = false;
}

static void set_objective(void *opened, size_t column, double coefficient)
{
	struct handle *handle = opened;

	Clp_objective(handle->model)[column] = coefficient;
}

static enum oeo_solver_result result_of(const struct handle *handle)
{
	switch (Clp_status(handle->model)) {
	case 0:
		return OEO_SOLVER_OPTIMAL;
	case 1:
		return OEO_SOLVER_INFEASIBLE;
	case 2:
		return OEO_SOLVER_UNBOUNDED;
	default:
		return OEO_SOLVER_FAILED;
	}
}

/* A point within all bounds, for no objective at all: the dual simplex is made for that, as any basis is dual feasible then. The
 * primal simplex goes on from there. */
static bool make_feasible(struct handle *handle)
{
	double *objective = Clp_objective(handle->model);
	size_t size = handle->n_columns * sizeof(*objective);

	memcpy(handle->objective, objective, size);
	memset(objective, 0, size);
	(void)Clp_dual(handle->model, 0);
	memcpy(Clp_objective(handle->model), handle->objective, size);
	return Clp_status(handle->model) == 0;
}

/* Then any basis is dual feasible with the objective too: what is in it can be put at the better of its two bounds. */
static bool has_bounded_objective(const struct handle *handle)
{
	const double *objective = Clp_objective(handle->model);
	const double *low = Clp_columnLower(handle->model);
	const double *high = Clp_columnUpper(handle->model);

	for (size_t i = 0; i < handle->n_columns; i++)
		if (objective[i] != 0 && (low[i] <= -OEO_SOLVER_INFINITY || high[i] >= OEO_SOLVER_INFINITY))
			return false;
	return true;
}

static enum oeo_solver_result solve(void *opened, bool is_maximum)
{
	struct handle *handle = opened;
	bool is_direct = !handle->is_feasible && has_bounded_objective(handle);

	if (!handle->is_feasible && !is_direct && !make_feasible(handle))
		return result_of(handle);
	Clp_setOptimizationDirection(handle->model, is_maximum ? -1.0 : 1.0);
	if (is_direct)
		(void)Clp_dual(handle->model, 0);
	else
		(void)Clp_primal(handle->model, 0);
	handle->is_feasible = result_of(handle) == OEO_SOLVER_OPTIMAL;
	return result_of(handle);
}

static const double *point(void *opened)
{
	struct handle *handle = opened;

	return Clp_getColSolution(handle->model);
}

static const double *reduced_costs(void *opened)
{
	struct handle *handle = opened;

	return Clp_getReducedCost(handle->model);
}

const struct oeo_solver *oeo_solver_clp(void)
{
	static const struct oeo_solver clp = {
	    .open = open_model,
	    .close = close_model,
	    .set_bounds = set_bounds,
	    .set_objective = set_objective,
	    .solve = solve,
	    .point = point,
	    .reduced_costs = reduced_costs,
	};

	return &clp;
}
