/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_program.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define POOLED_ROUNDS 24
/* At most so many, one for every few numbers. */
#define MIXED_ROUNDS 24
#define MIXED_EACH 24
/* What lies less than this above a whole number is below the next one, with all margins. */
#define NEARLY_ONE 0.9
/* Points are kept in as many numbers as these; at least and at most so many. */
#define KEPT_NUMBERS ((size_t)1 << 20)
#define LEAST_POINTS 128
#define MOST_POINTS 1024

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

static void keep_point(struct audit_program *program, const double *point)
{
	memcpy(program->points + program->next_point * program->n, point, program->n * sizeof(double));
	program->next_point = (program->next_point + 1) % program->most_points;
	if (program->n_points < program->most_points)
		program->n_points++;
}

void oeo_audit_program_add_point(struct audit_program *program, const double *point)
{
	size_t spare = (program->next_point + program->next_spare) % program->most_points;

	if (program->n_points < program->most_points) {
		keep_point(program, point);
		return;
	}
	memcpy(program->points + spare * program->n, point, program->n * sizeof(double));
	program->next_spare = (program->next_spare + 1) % (program->most_points / 2);
}

const double *oeo_audit_program_point(const struct audit_program *program, size_t i)
{
	size_t at = (program->next_point + program->most_points - 1 - i) % program->most_points;

	return program->points + at * program->n;
}

static enum oeo_solver_result solve(struct audit_program *program, bool is_maximum)
{
	enum oeo_solver_result result = program->system->options->solver->solve(program->handle, is_maximum);

	program->system->n_programs++;
	if (result == OEO_SOLVER_OPTIMAL) {
		const double *point = program->system->options->solver->point(program->handle);

		see_point(program, point);
		keep_point(program, point);
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
	for (size_t i = 0; i < program->n_points; i++)
		if (fits_view(program, program->points + i * program->n))
			see_point(program, program->points + i * program->n);
}

/* ---- Start and end */

/* A few for every number: more are of no use to small components, and too large for the largest. */
static size_t most_points(size_t n)
{
	size_t most = KEPT_NUMBERS / n < 4 * n ? KEPT_NUMBERS / n : 4 * n;

	if (most < LEAST_POINTS)
		return LEAST_POINTS;
	return most < MOST_POINTS ? most : MOST_POINTS;
}

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
	result = solve(program, false);
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
	program->most_points = most_points(program->n);
	program->points = oeo_audit_alloc(program->n * program->most_points, sizeof(double));
	program->is_wanted = oeo_audit_alloc(program->n, sizeof(bool));
	if (program->ranges == NULL || program->bounds == NULL || program->points == NULL ||
	    program->is_wanted == NULL)
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
	free(program->points);
	free(program->is_wanted);
	memset(program, 0, sizeof(*program));
}

/* ---- Views */

static void set_bounds(struct audit_program *program, size_t place)
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
		set_bounds(program, i);
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
		set_bounds(program, i);
	see_pool(program);
	if (program->handle == NULL)
		return true;
	result = solve(program, false);
	if (result == OEO_SOLVER_INFEASIBLE) {
		*is_possible = false;
		oeo_audit_program_leave(program);
		return true;
	}
	return result == OEO_SOLVER_OPTIMAL;
}

/* ---- Bounds of all targets */

static uint64_t least_reach(const struct audit_program *program, size_t place)
{
	const struct audit_system *system = program->system;
	size_t unknown = program->members[place];

	if (audit_measure(system, unknown) != OEO_DISCLOSURE_RESIDENTS ||
	    !system->unknowns[unknown].is_hidden)
		return 0;
	return system->problem->cells[audit_cell(system, unknown)].rules.reach;
}

/* Nothing that is still to be found can change the verdict. */
static bool is_settled(const struct audit_program *program, size_t place)
{
	const struct audit_bound *bound = &program->bounds[place];

	if (!bound->is_target || (bound->has_low && bound->has_high))
		return true;
	if (program->system->options->wants_intervals)
		return false;
	if (bound->is_open)
		return true;
	return bound->low <= bound->high &&
	       oeo_audit_highest_whole(bound->high) > oeo_audit_lowest_whole(bound->low) &&
	       bound->high >= (double)least_reach(program, place) - AUDIT_MARGIN;
}

static bool wants_side(const struct audit_program *program, size_t place, bool is_maximum)
{
	const struct audit_bound *bound = &program->bounds[place];

	return !is_settled(program, place) && !(is_maximum ? bound->has_high : bound->has_low);
}

static double weight(struct audit_program *program)
{
	program->random = program->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return 0.5 + (double)(program->random >> 40) / (double)(UINT64_C(1) << 24);
}

enum aim { AIM_LEAST, AIM_MOST, AIM_MIXED /* some up, the others down */ };

/* One program for the weighted sum of all that is wanted. */
static enum oeo_solver_result pull(struct audit_program *program, enum aim aim)
{
	const struct oeo_solver *solver = program->system->options->solver;
	enum oeo_solver_result result;

	for (size_t i = 0; i < program->n; i++) {
		double factor = program->is_wanted[i] ? weight(program) : 0.0;

		solver->set_objective(
		    program->handle, i, aim == AIM_MIXED && weight(program) < 1.0 ? -factor : factor);
	}
	result = solve(program, aim != AIM_LEAST);
	for (size_t i = 0; i < program->n; i++)
		solver->set_objective(program->handle, i, 0.0);
	return result;
}

/* Move all that are unsettled at once; returns how many there were. */
static enum oeo_audit_err pool_once(struct audit_program *program, bool is_maximum, size_t *n_wanted)
{
	enum oeo_solver_result result = OEO_SOLVER_OPTIMAL;

	*n_wanted = 0;
	for (size_t i = 0; i < program->n; i++) {
		program->is_wanted[i] = wants_side(program, i, is_maximum) &&
					!(is_maximum && program->ranges[i].high == AUDIT_NO_LIMIT);
		*n_wanted += program->is_wanted[i];
	}
	if (*n_wanted > 0)
		result = pull(program, is_maximum ? AIM_MOST : AIM_LEAST);
	if (!oeo_audit_go_on(program->system, 0))
		return OEO_AUDIT_INTERRUPTED;
	return result == OEO_SOLVER_OPTIMAL ? OEO_AUDIT_OK : OEO_AUDIT_SOLVER;
}

static enum oeo_audit_err pool_all(struct audit_program *program)
{
	size_t before = SIZE_MAX;

	for (size_t round = 0; round < POOLED_ROUNDS; round++) {
		size_t n_high;
		size_t n_low;
		enum oeo_audit_err err = pool_once(program, true, &n_high);

		if (err == OEO_AUDIT_OK)
			err = pool_once(program, false, &n_low);
		if (err != OEO_AUDIT_OK)
			return err;
		/* Worth another round as long as it settles more than it costs. */
		if (n_high + n_low < 4 || n_high + n_low + 4 > before)
			break;
		before = n_high + n_low;
	}
	return OEO_AUDIT_OK;
}

double oeo_audit_program_cap(const struct audit_program *program, size_t place, double low)
{
	double next = (double)oeo_audit_lowest_whole(low) + 1;
	double reach = (double)least_reach(program, place);

	return next > reach ? next : reach;
}

/* Move up all that are wanted, none further than it takes to settle it: so there is an end to it for numbers without limit
 * too. *rise: how far they are above their least together. */
static enum oeo_solver_result lift(struct audit_program *program, double *rise)
{
	const struct oeo_solver *solver = program->system->options->solver;
	enum oeo_solver_result result;

	for (size_t i = 0; i < program->n; i++) {
		if (!program->is_wanted[i])
			continue;
		solver->set_objective(program->handle, i, 1.0);
		solver->set_bounds(program->handle, i, (double)program->ranges[i].low,
		    oeo_audit_program_cap(program, i, program->bounds[i].low));
	}
	result = solve(program, true);
	*rise = 0;
	for (size_t i = 0; i < program->n; i++) {
		if (!program->is_wanted[i])
			continue;
		if (result == OEO_SOLVER_OPTIMAL)
			*rise += solver->point(program->handle)[i] - (double)program->ranges[i].low;
		solver->set_objective(program->handle, i, 0.0);
		set_bounds(program, i);
	}
	return result;
}

/* Was the number seen at its least, and never as high as the next whole one? */
static bool stays_low(const struct audit_program *program, size_t place)
{
	const struct audit_bound *bound = &program->bounds[place];

	return bound->has_low && bound->high < bound->low + NEARLY_ONE;
}

static size_t list_for_lift(struct audit_program *program, bool is_low_only)
{
	size_t n = 0;

	for (size_t i = 0; i < program->n; i++) {
		program->is_wanted[i] =
		    wants_side(program, i, true) && (!is_low_only || stays_low(program, i));
		n += program->is_wanted[i];
	}
	return n;
}

/* Settle numbers together: those that can move up, and (is_low_only) those that are at their least for good: where they
 * cannot rise by one together, none of them can. */
static enum oeo_audit_err lift_all(struct audit_program *program, bool is_low_only)
{
	size_t n = list_for_lift(program, is_low_only);
	size_t before = SIZE_MAX;
	double rise = 1;

	while (n > 1 && n < before && rise >= NEARLY_ONE) {
		enum oeo_solver_result result = lift(program, &rise);

		/* They were not seen so low all at once. */
		if (result == OEO_SOLVER_INFEASIBLE)
			return OEO_AUDIT_OK;
		if (result != OEO_SOLVER_OPTIMAL)
			return OEO_AUDIT_SOLVER;
		if (!oeo_audit_go_on(program->system, 0))
			return OEO_AUDIT_INTERRUPTED;
		before = n;
		if (rise >= NEARLY_ONE || !is_low_only)
			n = list_for_lift(program, is_low_only);
	}
	for (size_t i = 0; is_low_only && rise < NEARLY_ONE && i < program->n; i++)
		program->bounds[i].has_high = program->bounds[i].has_high || program->is_wanted[i];
	return OEO_AUDIT_OK;
}

static enum oeo_audit_err find_side(struct audit_program *program, size_t place, bool is_maximum)
{
	const struct oeo_solver *solver = program->system->options->solver;
	struct audit_bound *bound = &program->bounds[place];
	enum oeo_solver_result result;

	solver->set_objective(program->handle, place, 1.0);
	result = solve(program, is_maximum);
	solver->set_objective(program->handle, place, 0.0);
	if (result == OEO_SOLVER_UNBOUNDED && is_maximum)
		bound->is_open = true;
	else if (result != OEO_SOLVER_OPTIMAL)
		return OEO_AUDIT_SOLVER;
	if (is_maximum)
		bound->has_high = true;
	else
		bound->has_low = true;
	return oeo_audit_go_on(program->system, 0) ? OEO_AUDIT_OK : OEO_AUDIT_INTERRUPTED;
}

enum oeo_audit_err oeo_audit_program_run(struct audit_program *program)
{
	enum oeo_audit_err err = program->handle != NULL ? pool_all(program) : OEO_AUDIT_OK;

	if (err == OEO_AUDIT_OK && program->handle != NULL)
		err = lift_all(program, false);
	if (err == OEO_AUDIT_OK && program->handle != NULL)
		err = lift_all(program, true);
	for (size_t i = 0; program->handle == NULL && i < program->n; i++) {
		program->bounds[i].has_low = true;
		program->bounds[i].has_high = true;
		program->bounds[i].is_open = program->ranges[i].high == AUDIT_NO_LIMIT;
	}
	for (size_t i = 0; err == OEO_AUDIT_OK && i < program->n; i++) {
		if (wants_side(program, i, true))
			err = find_side(program, i, true);
		if (err == OEO_AUDIT_OK && wants_side(program, i, false))
			err = find_side(program, i, false);
	}
	return err;
}

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

/* ---- With one more number known */

/* Points in which numbers lie high and low in every combination. */
static enum oeo_audit_err mix(struct audit_program *program)
{
	for (size_t i = 0; i < program->n; i++)
		program->is_wanted[i] = program->ranges[i].high != AUDIT_NO_LIMIT;
	for (size_t round = 0; round < MIXED_ROUNDS && round < program->n / MIXED_EACH; round++) {
		if (pull(program, AIM_MIXED) != OEO_SOLVER_OPTIMAL)
			return OEO_AUDIT_SOLVER;
		if (!oeo_audit_go_on(program->system, 0))
			return OEO_AUDIT_INTERRUPTED;
	}
	return OEO_AUDIT_OK;
}

/* How many of the singles no point is known of in which they are above their own; these become wanted. */
static size_t want_low(struct audit_program *program, bool *is_low)
{
	size_t n = 0;

	for (size_t i = 0; i < program->n; i++) {
		double own =
		    is_low[i] ? (double)oeo_audit_single_value(program->system, program->members[i]) : 0;

		for (size_t j = 0; is_low[i] && j < program->n_points; j++)
			is_low[i] = program->points[j * program->n + i] <= own + AUDIT_MARGIN;
		program->is_wanted[i] = is_low[i] && program->ranges[i].high != AUDIT_NO_LIMIT;
		n += program->is_wanted[i];
	}
	return n;
}

enum oeo_audit_err oeo_audit_program_prepare_pins(struct audit_program *program, bool *is_low)
{
	size_t before = SIZE_MAX;
	enum oeo_audit_err err = program->handle != NULL ? mix(program) : OEO_AUDIT_OK;

	while (err == OEO_AUDIT_OK && program->handle != NULL) {
		size_t n = want_low(program, is_low);

		if (n == 0 || n >= before)
			break;
		before = n;
		if (pull(program, AIM_MOST) != OEO_SOLVER_OPTIMAL)
			err = OEO_AUDIT_SOLVER;
		else if (!oeo_audit_go_on(program->system, 0))
			err = OEO_AUDIT_INTERRUPTED;
	}
	return err;
}
