/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_settle.h"

#define POOLED_ROUNDS 24
/* At most so many, one for every few numbers. */
#define MIXED_ROUNDS 24
#define MIXED_EACH 24
/* What lies less than this above a whole number is below the next one, with all margins. */
#define NEARLY_ONE 0.9

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
	result = oeo_audit_program_solve(program, aim != AIM_LEAST);
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

/* How far up a number has to be seen that was seen as low as `low`, so that nothing above that matters to a verdict. */
static double cap_of(const struct audit_program *program, size_t place, double low)
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
		    cap_of(program, i, program->bounds[i].low));
	}
	result = oeo_audit_program_solve(program, true);
	*rise = 0;
	for (size_t i = 0; i < program->n; i++) {
		if (!program->is_wanted[i])
			continue;
		if (result == OEO_SOLVER_OPTIMAL)
			*rise += solver->point(program->handle)[i] - (double)program->ranges[i].low;
		solver->set_objective(program->handle, i, 0.0);
		oeo_audit_program_reset_bounds(program, i);
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
	result = oeo_audit_program_solve(program, is_maximum);
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

enum oeo_audit_err oeo_audit_settle_bounds(struct audit_program *program)
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

		for (size_t j = 0; is_low[i] && j < program->points.n_points; j++)
			is_low[i] = oeo_audit_points_get(&program->points, j)[i] <= own + AUDIT_MARGIN;
		program->is_wanted[i] = is_low[i] && program->ranges[i].high != AUDIT_NO_LIMIT;
		n += program->is_wanted[i];
	}
	return n;
}

enum oeo_audit_err oeo_audit_settle_pins(struct audit_program *program, bool *is_low)
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
