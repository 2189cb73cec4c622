/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bounds by linear programming, component by component, of how hidden numbers can move (gauss_moves.h). The true numbers are
 * one point; a number that is one more or one less at another point is not recovered. Moves of one column, and
 * programs that push many numbers at once, settle most; what is left gets programs of its own. Every number is
 * kept within REACH of its true value, which makes programs bounded and can only make more numbers seem stuck.
 */
#include "collector/disclosure/gauss_attack.h"
#include "collector/disclosure/gauss_certificate.h"

#include <stdlib.h>
#include <string.h>

#define REACH 100.0
#define NEAR 1e-6
#define SLIP 1e-4 /* room added below every number, so that reasons with few numbers come first */
#define NEARLY 0.99
#define PUSHES 8
/* Reasons are looked for until so many columns were in programs, each number counting for some others. */
#define MOST_WORK 3000000
#define WORK_EACH 4

struct bounds {
	struct gauss_system *system;
	const struct gauss_moves *moves;
	const struct gauss_view *view;
	bool *is_wanted; /* of every group: not seen to move by one, and asked for */
	uint64_t *excess; /* of every inner group: how far it is above its floor */
	size_t n_found; /* virtual cells added */
	/* The component under way. */
	const uint32_t *members;
	size_t n_members;
	size_t n_inner; /* the first of members; they are the program's columns */
	size_t n_wanted;
	uint32_t *place; /* of every inner group: its column */
	void *handle;
	bool *is_skipped; /* of every group: no reason is looked for in this round */
	/* Scratch, by column. */
	double *low, *high, *objective;
	bool *can_rise, *can_fall;
	struct gauss_certificate certificate;
	size_t *cells;
	unsigned *times;
	/* The program's rows. */
	double *zeros, *coefficients;
	size_t *row_first, *columns;
};

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
static void look(struct bounds *bounds)
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

static const struct gauss_row *row_of(const struct bounds *bounds, uint32_t group)
{
	return &bounds->moves->matrix->rows[group];
}

static const double *values_of(const struct bounds *bounds, uint32_t group)
{
	return bounds->moves->values + bounds->moves->first[group];
}

/* The program's column of a term. */
static uint32_t place_of(const struct bounds *bounds, const struct gauss_term *term)
{
	return bounds->place[gauss_group_of_column(bounds->system, term->column)];
}

static void settle(struct bounds *bounds, uint32_t group)
{
	bounds->n_wanted -= bounds->is_wanted[group];
	bounds->is_wanted[group] = false;
}

/* Moves of one column by one, the others that are left staying where they are. */

static void find_turns(struct bounds *bounds)
{
	for (size_t i = 0; i < bounds->n_inner; i++) {
		bounds->can_rise[i] = true;
		bounds->can_fall[i] = true;
	}
	for (size_t i = 0; i < bounds->n_inner; i++) {
		const struct gauss_row *row = row_of(bounds, bounds->members[i]);
		const double *values = values_of(bounds, bounds->members[i]);
		double excess = (double)bounds->excess[bounds->members[i]];

		for (size_t t = 0; t < row->n; t++) {
			uint32_t place = place_of(bounds, &row->terms[t]);

			bounds->can_rise[place] = bounds->can_rise[place] && -values[t] <= excess;
			bounds->can_fall[place] = bounds->can_fall[place] && values[t] <= excess;
		}
	}
}

static void see_turns(struct bounds *bounds)
{
	find_turns(bounds);
	for (size_t i = 0; i < bounds->n_members; i++) {
		const struct gauss_row *row = row_of(bounds, bounds->members[i]);
		const double *values = values_of(bounds, bounds->members[i]);

		for (size_t t = 0; t < row->n; t++) {
			uint32_t place = place_of(bounds, &row->terms[t]);

			if ((values[t] >= 1 || values[t] <= -1) &&
			    (bounds->can_rise[place] || bounds->can_fall[place]))
				settle(bounds, bounds->members[i]);
		}
	}
}

/* Programs */

static void add_row(struct bounds *bounds, struct oeo_solver_model *model, uint32_t column)
{
	const struct gauss_row *row = row_of(bounds, bounds->members[column]);
	const double *values = values_of(bounds, bounds->members[column]);
	size_t at = bounds->row_first[model->n_rows];

	for (size_t t = 0; t < row->n; t++) {
		bounds->columns[at] = place_of(bounds, &row->terms[t]);
		bounds->coefficients[at++] = values[t];
	}
	bounds->columns[at] = column;
	bounds->coefficients[at++] = -1;
	bounds->row_first[++model->n_rows] = at;
}

/* Columns are the moves of inner numbers; those that are not left are what their rows say. */
static bool open_program(struct bounds *bounds)
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

static void add_objective(struct bounds *bounds, uint32_t group, double factor)
{
	const struct gauss_row *row = row_of(bounds, group);
	const double *values = values_of(bounds, group);

	if (bounds->system->groups[group].is_inner) {
		bounds->objective[bounds->place[group]] += factor;
		return;
	}
	for (size_t t = 0; t < row->n; t++)
		bounds->objective[place_of(bounds, &row->terms[t])] += factor * values[t];
}

static double move_in(const struct bounds *bounds, uint32_t group, const double *point)
{
	const struct gauss_row *row = row_of(bounds, group);
	const double *values = values_of(bounds, group);
	double move = 0;

	if (bounds->system->groups[group].is_inner)
		return point[bounds->place[group]];
	for (size_t t = 0; t < row->n; t++)
		move += values[t] * point[place_of(bounds, &row->terms[t])];
	return move;
}

static void see_point(struct bounds *bounds, const double *point)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];
		double move = bounds->is_wanted[group] ? move_in(bounds, group, point) : 0;

		if (move >= 1 - NEAR || move <= NEAR - 1)
			settle(bounds, group);
	}
}

/* Minimise the objective; settles: what is seen to move needs no further look. */
static enum oeo_disclosure_err solve(struct bounds *bounds, bool settles)
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

static bool is_at_floor(const struct bounds *bounds, size_t column)
{
	uint32_t group = bounds->members[column];

	return bounds->is_wanted[group] && bounds->excess[group] == 0;
}

static void set_low(struct bounds *bounds, size_t column, double slip)
{
	double excess = (double)bounds->excess[bounds->members[column]];
	double low = excess > REACH ? -REACH : -excess;

	bounds->system->attackers->solver->set_bounds(bounds->handle, column, low - slip, REACH);
}

/* Numbers at their floor can only rise: all together, and again those that did not, as long as some do. */
static enum oeo_disclosure_err raise_floors(struct bounds *bounds)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	size_t before = bounds->n_wanted + 1;

	for (size_t i = 0; i < bounds->n_inner; i++)
		if (is_at_floor(bounds, i))
			solver->set_bounds(bounds->handle, i, 0, 1);
	while (err == OEO_DISCLOSURE_OK && bounds->n_wanted > 0 && bounds->n_wanted < before) {
		before = bounds->n_wanted;
		for (size_t i = 0; i < bounds->n_inner; i++)
			bounds->objective[i] = is_at_floor(bounds, i) ? -1 : 0;
		err = solve(bounds, true);
	}
	for (size_t i = 0; i < bounds->n_inner; i++)
		set_low(bounds, i, 0);
	return err;
}

/* All numbers that are wanted, up or down as their places say. */
static enum oeo_disclosure_err push_many(struct bounds *bounds)
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

static enum oeo_disclosure_err push_one(struct bounds *bounds, uint32_t group, double direction, bool settles)
{
	memset(bounds->objective, 0, bounds->n_inner * sizeof(*bounds->objective));
	add_objective(bounds, group, -direction);
	return solve(bounds, settles);
}

static enum oeo_disclosure_err push_each(struct bounds *bounds)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	for (size_t i = 0; i < bounds->n_members && bounds->n_wanted > 0 && err == OEO_DISCLOSURE_OK; i++) {
		uint32_t group = bounds->members[i];

		if (bounds->is_wanted[group])
			err = push_one(bounds, group, 1, true);
		if (bounds->is_wanted[group] && err == OEO_DISCLOSURE_OK)
			err = push_one(bounds, group, -1, true);
	}
	return err;
}

/* Reasons */

static bool add_sum(struct bounds *bounds, uint32_t group, bool *is_new)
{
	const struct gauss_certificate *certificate = &bounds->certificate;
	size_t n = 0;

	bounds->cells[n] = bounds->system->groups[group].cell;
	bounds->times[n++] = certificate->factor;
	for (size_t i = 0; i < bounds->n_inner; i++) {
		if (certificate->factors[i] == 0)
			continue;
		bounds->cells[n] = bounds->system->groups[bounds->members[i]].cell;
		bounds->times[n++] = certificate->factors[i];
	}
	return oeo_gauss_system_add_virtual(bounds->system, bounds->cells, bounds->times, n, is_new);
}

/* After the group was pushed up: if it cannot rise by one, make the sum that keeps it a virtual cell. */
static enum oeo_disclosure_err find_reason(struct bounds *bounds, uint32_t group, bool *is_new)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	struct gauss_dual dual = {.moves = bounds->moves,
	    .columns = bounds->members,
	    .n_columns = bounds->n_inner,
	    .rooms = bounds->excess,
	    .costs = solver->reduced_costs(bounds->handle),
	    .group = group};

	*is_new = false;
	if (!oeo_gauss_certificate_find(&dual, &bounds->certificate))
		return OEO_DISCLOSURE_OK;
	return add_sum(bounds, group, is_new) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;
}

/* Numbers that rise by one in this point, which is not quite one that can be, need no look in this round. */
static void skip_risen(struct bounds *bounds, const double *point)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];

		if (bounds->is_wanted[group] && !bounds->is_skipped[group])
			bounds->is_skipped[group] = move_in(bounds, group, point) >= NEARLY;
	}
}

/*
 * Find reasons why numbers that are wanted are stuck. Numbers in a reason that was found wait for the
 * next pass.
 */
static enum oeo_disclosure_err find_reasons(struct bounds *bounds, bool only_floors)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	if (solver->reduced_costs == NULL)
		return OEO_DISCLOSURE_OK;
	for (size_t i = 0; i < bounds->n_inner; i++)
		set_low(bounds, i, SLIP);
	for (size_t i = 0; i < bounds->n_members && err == OEO_DISCLOSURE_OK; i++) {
		uint32_t group = bounds->members[i];
		bool is_new = false;

		if (!bounds->is_wanted[group] || bounds->is_skipped[group] ||
		    (only_floors && (i >= bounds->n_inner || bounds->excess[group] > 0)))
			continue;
		err = push_one(bounds, group, 1, false);
		bounds->system->work += bounds->n_inner;
		if (err == OEO_DISCLOSURE_OK)
			skip_risen(bounds, solver->point(bounds->handle));
		if (err == OEO_DISCLOSURE_OK && !bounds->is_skipped[group])
			err = find_reason(bounds, group, &is_new);
		bounds->n_found += is_new;
		for (size_t j = 0; is_new && j < bounds->n_inner; j++)
			if (bounds->certificate.factors[j] > 0)
				bounds->is_skipped[bounds->members[j]] = true;
	}
	for (size_t i = 0; i < bounds->n_inner; i++)
		set_low(bounds, i, 0);
	return err;
}

static size_t count_floors(const struct bounds *bounds)
{
	size_t n = 0;

	for (size_t i = 0; i < bounds->n_inner; i++)
		n += is_at_floor(bounds, i);
	return n;
}

/*
 * What is at its floor first: others are stuck because of it, and the next pass, or the repair where reasons are too many
 * to be found one by one, will see.
 */
static enum oeo_disclosure_err solve_program(struct bounds *bounds)
{
	struct gauss_system *system = bounds->system;
	size_t before = bounds->n_found, n_floors;
	enum oeo_disclosure_err err = raise_floors(bounds);

	n_floors = count_floors(bounds);
	if (err == OEO_DISCLOSURE_OK && n_floors > 0 && !system->is_frozen) {
		if (system->work + WORK_EACH * n_floors * bounds->n_inner > MOST_WORK)
			return OEO_DISCLOSURE_OK;
		err = find_reasons(bounds, true);
	}
	if (err != OEO_DISCLOSURE_OK || bounds->n_found > before)
		return err;
	err = push_many(bounds);
	if (err == OEO_DISCLOSURE_OK)
		err = push_each(bounds);
	if (err == OEO_DISCLOSURE_OK && bounds->n_wanted > 0 && !system->is_frozen)
		err = find_reasons(bounds, false);
	return err;
}

static enum oeo_disclosure_err solve_component(struct bounds *bounds, size_t component)
{
	const struct gauss_moves *moves = bounds->moves;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	bounds->members = moves->members + moves->starts[component];
	bounds->n_members = moves->starts[component + 1] - moves->starts[component];
	bounds->n_inner = 0;
	bounds->n_wanted = 0;
	for (uint32_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];

		bounds->n_wanted += bounds->is_wanted[group];
		bounds->n_inner += bounds->system->groups[group].is_inner;
		bounds->place[group] = i;
	}
	if (bounds->n_wanted > 0)
		see_turns(bounds);
	if (bounds->n_wanted == 0)
		return OEO_DISCLOSURE_OK;
	if (open_program(bounds)) {
		err = solve_program(bounds);
		bounds->system->attackers->solver->close(bounds->handle);
	}
	return err;
}

static bool allocate(struct bounds *bounds)
{
	size_t n = bounds->system->n_groups + 1, n_terms = bounds->moves->first[bounds->system->n_groups] + n;

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
	bounds->zeros = calloc(n, sizeof(*bounds->zeros));
	bounds->row_first = calloc(n + 1, sizeof(*bounds->row_first));
	bounds->columns = calloc(n_terms, sizeof(*bounds->columns));
	bounds->coefficients = calloc(n_terms, sizeof(*bounds->coefficients));
	return bounds->excess != NULL && bounds->is_skipped != NULL && bounds->place != NULL &&
	       bounds->low != NULL && bounds->high != NULL && bounds->objective != NULL &&
	       bounds->can_rise != NULL && bounds->can_fall != NULL && bounds->certificate.factors != NULL &&
	       bounds->certificate.sums != NULL && bounds->cells != NULL && bounds->times != NULL &&
	       bounds->zeros != NULL && bounds->row_first != NULL && bounds->columns != NULL &&
	       bounds->coefficients != NULL;
}

static void release(struct bounds *bounds)
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
	struct bounds bounds = {.system = system, .moves = moves, .view = view, .is_wanted = is_stuck};
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
