/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_pin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two values this near are taken for the same. */
#define SAME 1e-9
/* Between numbers that are nearer than this, no two whole ones lie, with all margins. */
#define NARROW 0.9
/* How many of the last points are swept, and with how many above the value each of them below it is joined. */
#define SWEPT 128
#define PARTNERS 32

bool oeo_audit_pin_init(struct audit_pin *pin, struct audit_program *program)
{
	memset(pin, 0, sizeof(*pin));
	pin->program = program;
	pin->places = oeo_audit_alloc(program->n, sizeof(size_t));
	pin->low = oeo_audit_alloc(program->n, sizeof(double));
	pin->high = oeo_audit_alloc(program->n, sizeof(double));
	pin->above = oeo_audit_alloc(PARTNERS, sizeof(size_t));
	pin->seen = oeo_audit_alloc(program->points.most, sizeof(*pin->seen));
	pin->hull = oeo_audit_alloc(program->points.most, sizeof(*pin->hull));
	return pin->places != NULL && pin->low != NULL && pin->high != NULL && pin->above != NULL &&
	       pin->seen != NULL && pin->hull != NULL;
}

void oeo_audit_pin_fini(struct audit_pin *pin)
{
	free(pin->places);
	free(pin->low);
	free(pin->high);
	free(pin->above);
	free(pin->seen);
	free(pin->hull);
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
	pin->has_order = false;
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
	if (pin->high[place] - pin->low[place] < NARROW)
		return false;
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
	for (size_t i = 0; i < pin->program->points.n_points && pin->n_above < PARTNERS; i++)
		if (oeo_audit_points_get(&pin->program->points, i)[pin->fixed] > pin->value + SAME)
			pin->above[pin->n_above++] = i;
}

/* Points are a convex set: between one below and one above lies one at the value. */
void oeo_audit_pin_sweep(struct audit_pin *pin)
{
	find_above(pin);
	for (size_t i = 0; i < pin->program->points.n_points && i < SWEPT && pin->n > 0; i++) {
		const double *a = oeo_audit_points_get(&pin->program->points, i);
		double lack = pin->value - a[pin->fixed];

		if (fabs(lack) <= SAME) {
			see(pin, a, a, 0);
		} else if (lack > 0 && pin->n_above > 0) {
			const double *b =
			    oeo_audit_points_get(&pin->program->points, pin->above[i % pin->n_above]);

			see(pin, a, b, lack / (b[pin->fixed] - a[pin->fixed]));
		}
	}
}

/* ---- All that points show together */

static int compare_seen(const void *a, const void *b)
{
	const struct audit_seen *left = a;
	const struct audit_seen *right = b;

	if (left->at < right->at || left->at > right->at)
		return left->at < right->at ? -1 : 1;
	return (left->point > right->point) - (left->point < right->point);
}

static void order_points(struct audit_pin *pin)
{
	if (pin->has_order)
		return;
	for (size_t i = 0; i < pin->program->points.n_points; i++)
		pin->seen[i] =
		    (struct audit_seen){oeo_audit_points_get(&pin->program->points, i)[pin->fixed], 0, i};
	qsort(pin->seen, pin->program->points.n_points, sizeof(*pin->seen), compare_seen);
	pin->has_order = true;
}

/* Does b lie on or under the line from a to c? */
static bool is_under(const struct audit_seen *a, const struct audit_seen *b, const struct audit_seen *c)
{
	return (b->value - a->value) * (c->at - a->at) <= (c->value - a->value) * (b->at - a->at);
}

/* Put a point behind the upper hull of those before it; returns its number of points. */
static size_t grow_hull(struct audit_seen *hull, size_t n, const struct audit_seen *next)
{
	if (n > 0 && hull[n - 1].at >= next->at) {
		if (hull[n - 1].value >= next->value)
			return n;
		n--;
	}
	while (n > 1 && is_under(&hull[n - 2], &hull[n - 1], next))
		n--;
	hull[n] = *next;
	return n + 1;
}

/* The most that sign times the number at a place is, in any mean of points in which the known number has its value. False:
 * there is no such mean. */
static bool reach(struct audit_pin *pin, size_t place, int sign, double *most)
{
	size_t n = 0;

	for (size_t i = 0; i < pin->program->points.n_points; i++) {
		struct audit_seen *seen = &pin->seen[i];

		seen->value = sign * oeo_audit_points_get(&pin->program->points, seen->point)[place];
		n = grow_hull(pin->hull, n, seen);
	}
	for (size_t i = 1; i < n; i++) {
		const struct audit_seen *a = &pin->hull[i - 1];
		const struct audit_seen *b = &pin->hull[i];

		if (a->at <= pin->value && b->at >= pin->value) {
			*most = a->value + (pin->value - a->at) / (b->at - a->at) * (b->value - a->value);
			return true;
		}
	}
	return false;
}

void oeo_audit_pin_sweep_closely(struct audit_pin *pin)
{
	size_t n_left = 0;

	if (pin->n > 0)
		order_points(pin);
	for (size_t i = 0; i < pin->n; i++) {
		size_t place = pin->places[i];
		double high;
		double low;

		if (reach(pin, place, 1, &high) && reach(pin, place, -1, &low)) {
			pin->high[place] = fmax(pin->high[place], high);
			pin->low[place] = fmin(pin->low[place], -low);
		}
		pin->places[n_left] = place;
		n_left += !is_free(pin, place);
	}
	pin->n = n_left;
}

/* ---- Programs */

static enum oeo_solver_result solve(struct audit_pin *pin, bool is_maximum)
{
	enum oeo_solver_result result = solver_of(pin)->solve(pin->program->handle, is_maximum);

	pin->program->system->n_programs++;
	if (result == OEO_SOLVER_OPTIMAL) {
		const double *point = solver_of(pin)->point(pin->program->handle);

		see(pin, point, point, 0);
		oeo_audit_points_add(&pin->program->points, point);
	}
	return result;
}

static double weight_of(struct audit_pin *pin)
{
	struct audit_program *program = pin->program;

	program->random = program->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return 0.5 + (double)(program->random >> 40) / (double)(UINT64_C(1) << 24);
}

/* Can the number at a place still be seen further out on this side? */
static bool has_room(const struct audit_pin *pin, size_t place, bool is_maximum)
{
	const struct audit_range *range = &pin->program->ranges[place];

	if (!is_maximum)
		return pin->low[place] > (double)range->low + AUDIT_MARGIN;
	return range->high == AUDIT_NO_LIMIT || pin->high[place] < (double)range->high - AUDIT_MARGIN;
}

/* One program for the weighted sum of all that is listed and has room. Numbers without limit go up as far as it matters. */
static enum oeo_solver_result pull(struct audit_pin *pin, bool is_maximum)
{
	struct audit_program *program = pin->program;
	const struct oeo_solver *solver = solver_of(pin);
	enum oeo_solver_result result = OEO_SOLVER_OPTIMAL;
	size_t n = 0;

	for (size_t i = 0; i < pin->n; i++) {
		size_t place = pin->places[i];

		if (!has_room(pin, place, is_maximum))
			continue;
		n++;
		solver->set_objective(program->handle, place, weight_of(pin));
		if (is_maximum && program->ranges[place].high == AUDIT_NO_LIMIT)
			solver->set_bounds(program->handle, place, (double)program->ranges[place].low,
			    (double)oeo_audit_lowest_whole(pin->low[place]) + 1);
	}
	if (n > 0)
		result = solve(pin, is_maximum);
	for (size_t i = 0; i < program->n; i++) {
		solver->set_objective(program->handle, i, 0.0);
		if (is_maximum && program->ranges[i].high == AUDIT_NO_LIMIT && i != pin->fixed)
			solver->set_bounds(
			    program->handle, i, (double)program->ranges[i].low, OEO_SOLVER_INFINITY);
	}
	return result;
}

enum oeo_audit_err oeo_audit_pin_pull(struct audit_pin *pin, bool *is_possible)
{
	size_t before = SIZE_MAX;

	*is_possible = true;
	while (pin->program->handle != NULL && pin->n > 2 && pin->n < before) {
		enum oeo_solver_result result = pull(pin, false);

		before = pin->n;
		*is_possible = result != OEO_SOLVER_INFEASIBLE;
		if (!*is_possible)
			return OEO_AUDIT_OK;
		if (result == OEO_SOLVER_OPTIMAL)
			result = pull(pin, true);
		/* They were not seen so low all at once. */
		if (result == OEO_SOLVER_INFEASIBLE)
			return OEO_AUDIT_OK;
		if (result != OEO_SOLVER_OPTIMAL)
			return OEO_AUDIT_SOLVER;
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
