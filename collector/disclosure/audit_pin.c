/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_pin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two values this near are taken for the same. */
#define SAME 1e-9
/* With how many points above the value every point below it is joined. */
#define PARTNERS 4

bool oeo_audit_pin_init(struct audit_pin *pin, struct audit_program *program)
{
	memset(pin, 0, sizeof(*pin));
	pin->program = program;
	pin->places = oeo_audit_alloc(program->n, sizeof(size_t));
	pin->low = oeo_audit_alloc(program->n, sizeof(double));
	pin->high = oeo_audit_alloc(program->n, sizeof(double));
	pin->above = oeo_audit_alloc(AUDIT_POOL, sizeof(size_t));
	return pin->places != NULL && pin->low != NULL && pin->high != NULL && pin->above != NULL;
}

void oeo_audit_pin_fini(struct audit_pin *pin)
{
	free(pin->places);
	free(pin->low);
	free(pin->high);
	free(pin->above);
	memset(pin, 0, sizeof(*pin));
}

static const struct oeo_solver *solver_of(const struct audit_pin *pin)
{
	return pin->program->system->options->solver;
}

void oeo_audit_pin_set(struct audit_pin *pin, size_t fixed, double value)
{
	pin->fixed = fixed;
	pin->value = value;
	pin->n = 0;
	if (pin->program->handle != NULL)
		solver_of(pin)->set_bounds(pin->program->handle, fixed, value, value);
}

static double solver_limit(int64_t bound)
{
	return bound == AUDIT_NO_LIMIT ? OEO_SOLVER_INFINITY : (double)bound;
}

void oeo_audit_pin_release(struct audit_pin *pin)
{
	const struct audit_range *range = &pin->program->ranges[pin->fixed];

	if (pin->program->handle != NULL)
		solver_of(pin)->set_bounds(
		    pin->program->handle, pin->fixed, solver_limit(range->low), solver_limit(range->high));
}

void oeo_audit_pin_add(struct audit_pin *pin, size_t place)
{
	pin->places[pin->n++] = place;
	pin->low[place] = HUGE_VAL;
	pin->high[place] = -HUGE_VAL;
}

/* ---- What was seen */

static bool is_free(const struct audit_pin *pin, size_t place)
{
	return pin->low[place] <= pin->high[place] &&
	       oeo_audit_highest_whole(pin->high[place]) > oeo_audit_lowest_whole(pin->low[place]);
}

/* See the point that is this share of the way from a to b, and take off the list what it frees. */
static void see(struct audit_pin *pin, const double *a, const double *b, double share)
{
	size_t n_left = 0;

	for (size_t i = 0; i < pin->n; i++) {
		size_t place = pin->places[i];
		double value = a[place] + share * (b[place] - a[place]);

		if (value < pin->low[place])
			pin->low[place] = value;
		if (value > pin->high[place])
			pin->high[place] = value;
		pin->places[n_left] = place;
		n_left += !is_free(pin, place);
	}
	pin->n = n_left;
}

static void find_above(struct audit_pin *pin)
{
	pin->n_above = 0;
	for (size_t i = 0; i < pin->program->n_points; i++)
		if (oeo_audit_program_point(pin->program, i)[pin->fixed] > pin->value + SAME)
			pin->above[pin->n_above++] = i;
}

/* Points are a convex set: between one below and one above lies one at the value. */
void oeo_audit_pin_sweep(struct audit_pin *pin)
{
	find_above(pin);
	for (size_t i = 0; i < pin->program->n_points && pin->n > 0; i++) {
		const double *a = oeo_audit_program_point(pin->program, i);
		double lack = pin->value - a[pin->fixed];

		if (fabs(lack) <= SAME)
			see(pin, a, a, 0);
		for (size_t j = 0; lack > SAME && j < PARTNERS && j < pin->n_above && pin->n > 0; j++) {
			const double *b =
			    oeo_audit_program_point(pin->program, pin->above[(i + j) % pin->n_above]);

			see(pin, a, b, lack / (b[pin->fixed] - a[pin->fixed]));
		}
	}
}

/* ---- Programs */

static enum oeo_solver_result solve(struct audit_pin *pin, bool is_maximum)
{
	enum oeo_solver_result result = solver_of(pin)->solve(pin->program->handle, is_maximum);

	pin->program->system->n_programs++;
	if (result == OEO_SOLVER_OPTIMAL) {
		const double *point = solver_of(pin)->point(pin->program->handle);

		see(pin, point, point, 0);
		oeo_audit_program_add_point(pin->program, point);
	}
	return result;
}

static double weight_of(struct audit_pin *pin)
{
	struct audit_program *program = pin->program;

	program->random = program->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return 0.5 + (double)(program->random >> 40) / (double)(UINT64_C(1) << 24);
}

static bool has_limit(const struct audit_pin *pin, size_t place)
{
	return pin->program->ranges[place].high != AUDIT_NO_LIMIT;
}

/* One program for the weighted sum of all that is listed. Others are left at 0 even after some were freed. */
static enum oeo_solver_result pull(struct audit_pin *pin, bool is_maximum, const size_t *places, size_t n)
{
	const struct oeo_solver *solver = solver_of(pin);
	enum oeo_solver_result result;

	for (size_t i = 0; i < n; i++)
		solver->set_objective(
		    pin->program->handle, places[i], has_limit(pin, places[i]) ? weight_of(pin) : 0.0);
	result = solve(pin, is_maximum);
	for (size_t i = 0; i < pin->program->n; i++)
		solver->set_objective(pin->program->handle, i, 0.0);
	return result;
}

enum oeo_audit_err oeo_audit_pin_pull(struct audit_pin *pin, bool *is_possible)
{
	size_t before = SIZE_MAX;

	*is_possible = true;
	while (pin->program->handle != NULL && pin->n > 2 && pin->n < before) {
		before = pin->n;
		for (unsigned side = 0; side < 2; side++) {
			enum oeo_solver_result result = pull(pin, side == 0, pin->places, pin->n);

			*is_possible = result != OEO_SOLVER_INFEASIBLE;
			if (!*is_possible)
				return OEO_AUDIT_OK;
			if (result != OEO_SOLVER_OPTIMAL)
				return OEO_AUDIT_SOLVER;
		}
		if (!oeo_audit_go_on(pin->program->system, 0))
			return OEO_AUDIT_INTERRUPTED;
	}
	return OEO_AUDIT_OK;
}

/* *is_open: there is no end on this side, or the value is impossible. */
static enum oeo_audit_err widen(struct audit_pin *pin, size_t place, bool is_maximum, bool *is_open)
{
	const struct oeo_solver *solver = solver_of(pin);
	enum oeo_solver_result result;

	solver->set_objective(pin->program->handle, place, 1.0);
	result = solve(pin, is_maximum);
	solver->set_objective(pin->program->handle, place, 0.0);
	*is_open = result == OEO_SOLVER_UNBOUNDED || result == OEO_SOLVER_INFEASIBLE;
	if (result == OEO_SOLVER_FAILED)
		return OEO_AUDIT_SOLVER;
	return oeo_audit_go_on(pin->program->system, 0) ? OEO_AUDIT_OK : OEO_AUDIT_INTERRUPTED;
}

enum oeo_audit_err oeo_audit_pin_ask(struct audit_pin *pin, size_t place, bool *is_pinned, int64_t *number)
{
	bool is_open = pin->program->handle == NULL;
	enum oeo_audit_err err = OEO_AUDIT_OK;

	*is_pinned = false;
	for (unsigned side = 0; err == OEO_AUDIT_OK && !is_open && side < 2 && !is_free(pin, place); side++)
		err = widen(pin, place, side == 0, &is_open);
	if (err != OEO_AUDIT_OK || is_open || is_free(pin, place))
		return err;
	*is_pinned = true;
	*number = oeo_audit_lowest_whole(pin->low[place]);
	return OEO_AUDIT_OK;
}
