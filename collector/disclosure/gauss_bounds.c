/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bounds by linear programming, component by component, of how hidden numbers can move (gauss_moves.h). The true numbers are
 * one point; a number that is one more or one less at another point is not recovered. Moves of one column, and
 * programs that push many numbers at once, settle most; what is left gets programs of its own. Every number is
 * kept within REACH of its true value, which makes programs bounded and can only make more numbers seem stuck.
 */
#include "collector/disclosure/gauss_bounds.h"

#include <stdlib.h>
#include <string.h>

/* Reasons are looked for until so many columns were in programs, each number counting for some others. */
#define MOST_WORK 3000000
#define WORK_EACH 4
#define FEW 200 /* numbers, of which each may be looked at by itself at once */
#define MOST_REPAIRS 2 /* before each is looked at by itself however many there are */

static uint64_t own_part(const struct gauss_system *system, size_t number, size_t member)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[number];

	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member == member)
			return system->measure == OEO_DISCLOSURE_RESIDENTS ? cell->parts[i].residents
									   : cell->parts[i].questions;
	return 0;
}

uint64_t oeo_gauss_value_for(const struct gauss_system *system, const struct gauss_view *view, uint32_t group)
{
	uint64_t own =
	    view->member != SIZE_MAX ? own_part(system, system->groups[group].cell, view->member) : 0;

	return system->groups[group].value - own;
}

/*
 * What the attacker asks for, and how far numbers are above their floors in its eyes. What moved in a pass before moves still
 * where only more was hidden since.
 */
static void look(struct gauss_bounds *bounds)
{
	const struct gauss_system *system = bounds->system;

	for (uint32_t i = 0; i < system->n_groups; i++) {
		const struct gauss_group *group = &system->groups[i];
		size_t member = bounds->view->member;
		uint64_t value = oeo_gauss_value_for(system, bounds->view, i);
		bool is_known = member == SIZE_MAX && system->is_frozen && group->is_loose;

		bounds->excess[i] = value > bounds->view->floor ? value - bounds->view->floor : 0;
		bounds->is_wanted[i] = group->is_hidden && !group->is_latent && !is_known;
		if (member != SIZE_MAX)
			bounds->is_wanted[i] = bounds->is_wanted[i] && value > 0 &&
					       value < system->problem->cells[group->cell].rules.rest;
	}
}

/* Moves of one column by one, the others that are left staying where they are. */

static void find_turns(struct gauss_bounds *bounds)
{
	for (size_t i = 0; i < bounds->n_inner; i++) {
		bounds->can_rise[i] = true;
		bounds->can_fall[i] = true;
	}
	for (size_t i = 0; i < bounds->n_inner; i++) {
		const struct gauss_row *row = gauss_bounds_row(bounds, bounds->members[i]);
		const double *values = gauss_bounds_values(bounds, bounds->members[i]);
		double excess = (double)bounds->excess[bounds->members[i]];

		for (size_t t = 0; t < row->n; t++) {
			uint32_t place = gauss_bounds_place(bounds, &row->terms[t]);

			bounds->can_rise[place] = bounds->can_rise[place] && -values[t] <= excess;
			bounds->can_fall[place] = bounds->can_fall[place] && values[t] <= excess;
		}
	}
}

static void see_turns(struct gauss_bounds *bounds)
{
	find_turns(bounds);
	for (size_t i = 0; i < bounds->n_members; i++) {
		const struct gauss_row *row = gauss_bounds_row(bounds, bounds->members[i]);
		const double *values = gauss_bounds_values(bounds, bounds->members[i]);

		for (size_t t = 0; t < row->n; t++) {
			uint32_t place = gauss_bounds_place(bounds, &row->terms[t]);

			if ((values[t] >= 1 || values[t] <= -1) &&
			    (bounds->can_rise[place] || bounds->can_fall[place]))
				gauss_bounds_settle(bounds, bounds->members[i]);
		}
	}
}

static size_t count_floors(const struct gauss_bounds *bounds)
{
	size_t n = 0;

	for (size_t i = 0; i < bounds->n_inner; i++)
		n += gauss_bounds_at_floor(bounds, i);
	return n;
}

/*
 * What is at its floor first: others are stuck because of it, and the next pass, or the repair where reasons are too many
 * to be found one by one, will see.
 */
static enum oeo_disclosure_err solve_program(struct gauss_bounds *bounds)
{
	struct gauss_system *system = bounds->system;
	size_t before = bounds->n_found, n_floors;
	enum oeo_disclosure_err err = oeo_gauss_bounds_raise_floors(bounds);

	n_floors = count_floors(bounds);
	if (err == OEO_DISCLOSURE_OK && n_floors > 0 && !system->is_frozen) {
		if (system->work + WORK_EACH * n_floors * bounds->n_inner > MOST_WORK)
			return OEO_DISCLOSURE_OK;
		err = oeo_gauss_bounds_find_reasons(bounds, true);
	}
	if (err != OEO_DISCLOSURE_OK || bounds->n_found > before)
		return err;
	err = oeo_gauss_bounds_push_many(bounds);
	if (err == OEO_DISCLOSURE_OK)
		err = oeo_gauss_bounds_push_each(bounds);
	if (err == OEO_DISCLOSURE_OK && bounds->n_wanted > 0 && !system->is_frozen)
		err = oeo_gauss_bounds_find_reasons(bounds, false);
	return err;
}

/* Without a matrix there are no reasons. Most numbers are stuck at first; none is looked at by itself until most are free. */
static enum oeo_disclosure_err solve_plain(struct gauss_bounds *bounds)
{
	enum oeo_disclosure_err err = oeo_gauss_bounds_raise_floors(bounds);

	if (err == OEO_DISCLOSURE_OK)
		err = oeo_gauss_bounds_push_many(bounds);
	if (err == OEO_DISCLOSURE_OK && (bounds->system->n_repairs > MOST_REPAIRS || bounds->n_wanted <= FEW))
		err = oeo_gauss_bounds_push_along(bounds);
	return err;
}

static enum oeo_disclosure_err solve_component(struct gauss_bounds *bounds, size_t component)
{
	const struct gauss_moves *moves = bounds->moves;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	bounds->members = moves->members + moves->starts[component];
	bounds->n_members = moves->starts[component + 1] - moves->starts[component];
	bounds->component = component;
	bounds->n_inner = 0;
	bounds->n_wanted = 0;
	for (uint32_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];

		bounds->n_wanted += bounds->is_wanted[group];
		bounds->n_inner += gauss_bounds_is_plain(bounds) || bounds->system->groups[group].is_inner;
		bounds->place[group] = i;
	}
	if (bounds->n_wanted > 0 && !gauss_bounds_is_plain(bounds))
		see_turns(bounds);
	if (bounds->n_wanted == 0)
		return OEO_DISCLOSURE_OK;
	if (oeo_gauss_bounds_open(bounds)) {
		err = gauss_bounds_is_plain(bounds) ? solve_plain(bounds) : solve_program(bounds);
		bounds->system->attackers->solver->close(bounds->handle);
	}
	return err;
}

static bool allocate(struct gauss_bounds *bounds)
{
	const struct gauss_moves *moves = bounds->moves;
	size_t n = bounds->system->n_groups + 1, n_terms = n, n_rows = n + moves->rows.n;

	n_terms += gauss_bounds_is_plain(bounds) ? moves->rows.first[moves->rows.n]
						 : moves->first[bounds->system->n_groups];

	bounds->excess = calloc(n, sizeof(*bounds->excess));
	bounds->is_skipped = calloc(n, sizeof(*bounds->is_skipped));
	bounds->place = calloc(n, sizeof(*bounds->place));
	bounds->low = calloc(n, sizeof(*bounds->low));
	bounds->high = calloc(n, sizeof(*bounds->high));
	bounds->objective = calloc(n, sizeof(*bounds->objective));
	bounds->can_rise = calloc(n, sizeof(*bounds->can_rise));
	bounds->can_fall = calloc(n, sizeof(*bounds->can_fall));
	bounds->certificate.factors = calloc(n, sizeof(*bounds->certificate.factors));
	bounds->certificate.sums = calloc(bounds->system->n_columns + 1, sizeof(*bounds->certificate.sums));
	bounds->cells = calloc(n + 1, sizeof(*bounds->cells));
	bounds->times = calloc(n + 1, sizeof(*bounds->times));
	bounds->zeros = calloc(n_rows, sizeof(*bounds->zeros));
	bounds->row_first = calloc(n_rows + 1, sizeof(*bounds->row_first));
	bounds->columns = calloc(n_terms, sizeof(*bounds->columns));
	bounds->coefficients = calloc(n_terms, sizeof(*bounds->coefficients));
	return bounds->excess != NULL && bounds->is_skipped != NULL && bounds->place != NULL &&
	       bounds->low != NULL && bounds->high != NULL && bounds->objective != NULL &&
	       bounds->can_rise != NULL && bounds->can_fall != NULL && bounds->certificate.factors != NULL &&
	       bounds->certificate.sums != NULL && bounds->cells != NULL && bounds->times != NULL &&
	       bounds->zeros != NULL && bounds->row_first != NULL && bounds->columns != NULL &&
	       bounds->coefficients != NULL;
}

static void release(struct gauss_bounds *bounds)
{
	free(bounds->excess);
	free(bounds->is_skipped);
	free(bounds->place);
	free(bounds->low);
	free(bounds->high);
	free(bounds->objective);
	free(bounds->can_rise);
	free(bounds->can_fall);
	free(bounds->certificate.factors);
	free(bounds->certificate.sums);
	free(bounds->cells);
	free(bounds->times);
	free(bounds->zeros);
	free(bounds->row_first);
	free(bounds->columns);
	free(bounds->coefficients);
}

enum oeo_disclosure_err oeo_gauss_bounds_find(struct gauss_system *system, const struct gauss_moves *moves,
    const struct gauss_view *view, bool *is_stuck, size_t *n_stuck, size_t *n_found)
{
	struct gauss_bounds bounds = {.system = system, .moves = moves, .view = view, .is_wanted = is_stuck};
	enum oeo_disclosure_err err = allocate(&bounds) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;

	if (err == OEO_DISCLOSURE_OK)
		look(&bounds);
	for (size_t i = 0; i < moves->n_components && err == OEO_DISCLOSURE_OK; i++)
		err = solve_component(&bounds, i);
	for (size_t i = 0; i < system->n_groups && err == OEO_DISCLOSURE_OK; i++) {
		struct gauss_group *group = &system->groups[i];

		*n_stuck += is_stuck[i];
		if (view->member == SIZE_MAX)
			group->is_loose = group->is_hidden && !group->is_latent && !is_stuck[i];
	}
	*n_found += bounds.n_found;
	release(&bounds);
	return err;
}
