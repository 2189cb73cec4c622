/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Making the model */

struct loading {
	double *column_low;
	double *column_high;
	double *row_low;
	double *row_high;
	size_t *row_first;
	size_t *columns;
	double *coefficients;
	size_t n_rows;
	size_t n_terms;
};

static void free_loading(struct loading *loading)
{
	free(loading->column_low);
	free(loading->column_high);
	free(loading->row_low);
	free(loading->row_high);
	free(loading->row_first);
	free(loading->columns);
	free(loading->coefficients);
}

static double limit_of(int64_t bound)
{
	if (bound == AUDIT_NO_LIMIT)
		return OEO_SOLVER_INFINITY;
	return bound == -AUDIT_NO_LIMIT ? -OEO_SOLVER_INFINITY : (double)bound;
}

static bool alloc_loading(struct loading *loading, size_t n_columns, size_t n_rows, size_t n_terms)
{
	loading->column_low = oeo_audit_alloc(n_columns, sizeof(double));
	loading->column_high = oeo_audit_alloc(n_columns, sizeof(double));
	loading->row_low = oeo_audit_alloc(n_rows, sizeof(double));
	loading->row_high = oeo_audit_alloc(n_rows, sizeof(double));
	loading->row_first = oeo_audit_alloc(n_rows + 1, sizeof(size_t));
	loading->columns = oeo_audit_alloc(n_terms, sizeof(size_t));
	loading->coefficients = oeo_audit_alloc(n_terms, sizeof(double));
	return loading->column_low != NULL && loading->column_high != NULL && loading->row_low != NULL &&
	       loading->row_high != NULL && loading->row_first != NULL && loading->columns != NULL &&
	       loading->coefficients != NULL;
}

/* Rows of one term are in the ranges already. */
static bool is_loaded(const struct audit_row *row)
{
	return row->n > 1 && !row->is_off;
}

static void load_row(
    struct loading *loading, const struct audit_program *program, const struct audit_row *row)
{
	loading->row_low[loading->n_rows] = limit_of(row->low);
	loading->row_high[loading->n_rows] = limit_of(row->high);
	for (size_t i = 0; i < row->n; i++) {
		const struct audit_term *term = &program->system->terms[row->first + i];

		loading->columns[loading->n_terms] = program->place_of[term->unknown];
		loading->coefficients[loading->n_terms++] = term->factor;
	}
	loading->row_first[++loading->n_rows] = loading->n_terms;
}

static bool load_model(struct audit_program *program)
{
	const struct audit_system *system = program->system;
	const size_t *rows = system->joins.items + system->joins.first[program->component];
	size_t n_rows = system->joins.first[program->component + 1] - system->joins.first[program->component];
	struct loading loading = {0};
	size_t n_terms = 0;

	for (size_t i = 0; i < n_rows; i++)
		n_terms += system->rows[rows[i]].n;
	if (alloc_loading(&loading, program->n, n_rows, n_terms)) {
		for (size_t i = 0; i < program->n; i++) {
			loading.column_low[i] = limit_of(program->ranges[i].low);
			loading.column_high[i] = limit_of(program->ranges[i].high);
		}
		for (size_t i = 0; i < n_rows; i++)
			if (is_loaded(&system->rows[rows[i]]))
				load_row(&loading, program, &system->rows[rows[i]]);
		program->handle = system->options->solver->open(&(struct oeo_solver_model){program->n,
		    loading.n_rows, loading.column_low, loading.column_high, loading.row_low,
		    loading.row_high, loading.row_first, loading.columns, loading.coefficients});
	}
	free_loading(&loading);
	return program->handle != NULL;
}

static void close_model(struct audit_program *program)
{
	if (program->handle != NULL)
		program->system->options->solver->close(program->handle);
	program->handle = NULL;
}

/* ---- Points */

static double margin_of(double value)
{
	double relative = fabs(value) * 1e-9;

	return relative > AUDIT_MARGIN ? relative : AUDIT_MARGIN;
}

int64_t oeo_audit_lowest_whole(double value)
{
	return (int64_t)ceil(value - margin_of(value));
}

int64_t oeo_audit_highest_whole(double value)
{
	return (int64_t)floor(value + margin_of(value));
}

static void see_point(struct audit_program *program, const double *point)
{
	for (size_t i = 0; i < program->n; i++) {
		struct audit_bound *bound = &program->bounds[i];
		const struct audit_range *range = &program->ranges[i];

		if (point[i] < bound->low)
			bound->low = point[i];
		if (point[i] > bound->high)
			bound->high = point[i];
		if (bound->low <= (double)range->low + AUDIT_MARGIN)
			bound->has_low = true;
		if (range->high != AUDIT_NO_LIMIT && bound->high >= (double)range->high - AUDIT_MARGIN)
			bound->has_high = true;
	}
}

enum oeo_solver_result oeo_audit_program_solve(struct audit_program *program, bool is_maximum)
{
	enum oeo_solver_result result = program->system->options->solver->solve(program->handle, is_maximum);

	program->system->n_programs++;
	if (result == OEO_SOLVER_OPTIMAL) {
		const double *point = program->system->options->solver->point(program->handle);

		see_point(program, point);
		oeo_audit_points_keep(&program->points, point);
	}
	return result;
}

static bool fits_view(const struct audit_program *program, const double *point)
{
	for (size_t i = 0; i < program->n; i++)
		if (point[i] < (double)program->ranges[i].low - AUDIT_MARGIN ||
		    (program->ranges[i].high != AUDIT_NO_LIMIT &&
			point[i] > (double)program->ranges[i].high + AUDIT_MARGIN))
			return false;
	return true;
}

static void forget_bounds(struct audit_program *program)
{
	for (size_t i = 0; i < program->n; i++) {
		const struct audit_range *range = &program->ranges[i];
		bool is_target = program->bounds[i].is_target;

		program->bounds[i] =
		    (struct audit_bound){.low = HUGE_VAL, .high = -HUGE_VAL, .is_target = is_target};
		if (range->low == range->high)
			program->bounds[i] = (struct audit_bound){
			    (double)range->low, (double)range->high, true, true, false, is_target};
	}
}

static void see_pool(struct audit_program *program)
{
	forget_bounds(program);
	for (size_t i = 0; i < program->points.n_points; i++) {
		const double *point = oeo_audit_points_get(&program->points, i);

		if (fits_view(program, point))
			see_point(program, point);
	}
}

/* ---- Start and end */

/* Without a row between two unknowns, the ranges say all there is. */
static bool needs_solver(const struct audit_program *program)
{
	const struct audit_system *system = program->system;

	for (size_t i = system->joins.first[program->component];
	     i < system->joins.first[program->component + 1]; i++)
		if (is_loaded(&system->rows[system->joins.items[i]]))
			return true;
	return false;
}

/* Do without the relations over time: they may not fit what was withdrawn or came late. False: there are none. */
static bool turn_time_off(struct audit_program *program)
{
	struct audit_system *system = program->system;
	bool has_turned = false;
	size_t culprit;

	for (size_t i = system->joins.first[program->component];
	     i < system->joins.first[program->component + 1]; i++) {
		struct audit_row *row = &system->rows[system->joins.items[i]];

		has_turned = has_turned || !(row->is_exact || row->is_off);
		row->is_off = row->is_off || !row->is_exact;
	}
	for (size_t i = 0; i < program->n; i++)
		program->ranges[i] = system->unknowns[program->members[i]].start;
	if (!has_turned ||
	    !oeo_audit_conclude(system, program->component, program->ranges, program->place_of, &culprit))
		return false;
	for (size_t i = 0; i < program->n; i++)
		system->unknowns[program->members[i]].range = program->ranges[i];
	forget_bounds(program);
	return true;
}

static enum oeo_audit_err start(struct audit_program *program)
{
	enum oeo_solver_result result;

	if (!needs_solver(program))
		return OEO_AUDIT_OK;
	if (!load_model(program))
		return OEO_AUDIT_NOMEM;
	result = oeo_audit_program_solve(program, false);
	if (result == OEO_SOLVER_OPTIMAL)
		return OEO_AUDIT_OK;
	if (result != OEO_SOLVER_INFEASIBLE)
		return OEO_AUDIT_SOLVER;
	close_model(program);
	if (!turn_time_off(program))
		return OEO_AUDIT_INVALID;
	return start(program);
}

enum oeo_audit_err oeo_audit_program_init(
    struct audit_program *program, struct audit_system *system, size_t component, const size_t *place_of)
{
	memset(program, 0, sizeof(*program));
	program->system = system;
	program->component = component;
	program->members = system->members.items + system->members.first[component];
	program->n = system->members.first[component + 1] - system->members.first[component];
	program->place_of = place_of;
	program->random = component;
	program->ranges = oeo_audit_alloc(program->n, sizeof(*program->ranges));
	program->bounds = oeo_audit_alloc(program->n, sizeof(*program->bounds));
	program->is_wanted = oeo_audit_alloc(program->n, sizeof(bool));
	if (program->ranges == NULL || program->bounds == NULL || program->is_wanted == NULL ||
	    !oeo_audit_points_init(&program->points, program->n))
		return OEO_AUDIT_NOMEM;
	for (size_t i = 0; i < program->n; i++) {
		program->ranges[i] = system->unknowns[program->members[i]].range;
		program->bounds[i].is_target = true;
	}
	forget_bounds(program);
	return start(program);
}

void oeo_audit_program_fini(struct audit_program *program)
{
	if (program->system != NULL)
		close_model(program);
	free(program->ranges);
	free(program->bounds);
	oeo_audit_points_fini(&program->points);
	free(program->is_wanted);
	memset(program, 0, sizeof(*program));
}

/* ---- Views */

void oeo_audit_program_reset_bounds(struct audit_program *program, size_t place)
{
	if (program->handle == NULL)
		return;
	program->system->options->solver->set_bounds(program->handle, place,
	    limit_of(program->ranges[place].low), limit_of(program->ranges[place].high));
}

void oeo_audit_program_leave(struct audit_program *program)
{
	for (size_t i = 0; i < program->n; i++) {
		program->ranges[i] = program->system->unknowns[program->members[i]].range;
		oeo_audit_program_reset_bounds(program, i);
	}
}

bool oeo_audit_program_enter(struct audit_program *program, const int64_t *lows, bool *is_possible)
{
	size_t culprit;
	enum oeo_solver_result result;

	*is_possible = true;
	for (size_t i = 0; i < program->n && *is_possible; i++) {
		if (lows[i] > program->ranges[i].low)
			program->ranges[i].low = lows[i];
		*is_possible = program->ranges[i].low <= program->ranges[i].high;
	}
	if (*is_possible)
		*is_possible = oeo_audit_conclude(
		    program->system, program->component, program->ranges, program->place_of, &culprit);
	if (!*is_possible) {
		oeo_audit_program_leave(program);
		return true;
	}
	for (size_t i = 0; i < program->n; i++)
		oeo_audit_program_reset_bounds(program, i);
	see_pool(program);
	if (program->handle == NULL)
		return true;
	result = oeo_audit_program_solve(program, false);
	if (result == OEO_SOLVER_INFEASIBLE) {
		*is_possible = false;
		oeo_audit_program_leave(program);
		return true;
	}
	return result == OEO_SOLVER_OPTIMAL;
}

/* ---- What is known of one unknown */

bool oeo_audit_program_is_exact(const struct audit_program *program, size_t place)
{
	struct oeo_audit_interval interval = oeo_audit_program_interval(program, place);

	return interval.is_whole && interval.low == interval.high;
}

struct oeo_audit_interval oeo_audit_program_interval(const struct audit_program *program, size_t place)
{
	const struct audit_bound *bound = &program->bounds[place];
	const struct audit_range *range = &program->ranges[place];
	struct oeo_audit_interval interval = {range->low, range->high, bound->has_low && bound->has_high};

	if (bound->low <= bound->high) {
		int64_t low = oeo_audit_lowest_whole(bound->low);
		int64_t high = oeo_audit_highest_whole(bound->high);

		interval.low = low > range->low ? low : range->low;
		interval.high = high < range->high ? high : range->high;
	}
	if (bound->is_open)
		interval.high = AUDIT_NO_LIMIT;
	return interval;
}
