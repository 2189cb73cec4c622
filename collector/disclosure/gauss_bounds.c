/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Bounds by linear programming, component by component of hidden groups that share relations. The true numbers are one
 * feasible point. Programs that push many numbers at once give more points; a number seen at two values that differ
 * by one is not stuck. Only what is left gets programs of its own. Every number is kept within REACH of its
 * true value, which makes programs bounded and can only make more numbers seem stuck.
 */
#include "collector/disclosure/gauss_attack.h"
#include "collector/disclosure/gauss_certificate.h"

#include <stdlib.h>
#include <string.h>

#define REACH 100.0
#define WIDTH (1.0 - 1e-6)
#define PUSHES 8
#define MOST_EXCESS 4.0

struct bounds {
	struct gauss_system *system;
	const struct gauss_view *view;
	size_t n_found; /* virtual cells added */
	uint32_t *component; /* of every group: by union, the first of it; GAUSS_NONE where shown */
	uint32_t *column; /* of every group, within its component */
	uint32_t *members; /* groups of the component under way */
	size_t n_members;
	double *truth, *least, *most; /* of every group */
	bool *is_wanted; /* not yet seen at two values */
	/* One model. */
	double *column_low, *column_high, *row_value;
	size_t *row_first, *columns;
	double *coefficients;
	size_t n_rows;
};

/* Why numbers are stuck, for one component. */
struct tracer {
	void *handle; /* opened when first needed */
	double *excess; /* see gauss_certificate.h */
	unsigned *factors;
	bool *is_covered; /* in a sum that was found */
};

static uint32_t find_root(uint32_t *component, uint32_t group)
{
	while (component[group] != group) {
		component[group] = component[component[group]];
		group = component[group];
	}
	return group;
}

static uint32_t group_in(
    const struct gauss_system *system, const struct oeo_disclosure_relation *relation, size_t i)
{
	return system->groups_of[i == 0 ? relation->parent : relation->children[i - 1]];
}

static uint64_t own_part(const struct gauss_system *system, size_t number, size_t member)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[number];

	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member == member)
			return system->measure == OEO_DISCLOSURE_RESIDENTS ? cell->parts[i].residents
									   : cell->parts[i].questions;
	return 0;
}

/* What the attacker does not know of the group. */
static void set_truth(struct bounds *bounds)
{
	const struct gauss_system *system = bounds->system;

	for (uint32_t i = 0; i < system->n_groups; i++) {
		const struct gauss_group *group = &system->groups[i];
		uint64_t value = group->value;

		if (bounds->view->member != SIZE_MAX)
			value -= own_part(system, group->cell, bounds->view->member);
		bounds->truth[i] = (double)value;
		bounds->least[i] = bounds->truth[i];
		bounds->most[i] = bounds->truth[i];
		bounds->is_wanted[i] = group->is_hidden && !group->is_latent;
		if (bounds->view->member != SIZE_MAX)
			bounds->is_wanted[i] = bounds->is_wanted[i] && value > 0 &&
					       value < system->problem->cells[group->cell].rules.rest;
	}
}

static void join_components(struct bounds *bounds)
{
	const struct gauss_system *system = bounds->system;

	for (uint32_t i = 0; i < system->n_groups; i++)
		bounds->component[i] = system->groups[i].is_hidden ? i : GAUSS_NONE;
	for (size_t r = 0; r < system->problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &system->problem->relations[r];
		uint32_t first = GAUSS_NONE;

		for (size_t i = 0; i <= relation->n_children; i++) {
			uint32_t group = group_in(system, relation, i);

			if (bounds->component[group] == GAUSS_NONE)
				continue;
			if (first == GAUSS_NONE)
				first = find_root(bounds->component, group);
			else
				bounds->component[find_root(bounds->component, group)] = first;
		}
	}
}

/* A row for every relation with something hidden in it, but not for those that say that a group is itself. */
static void add_row(struct bounds *bounds, const struct oeo_disclosure_relation *relation)
{
	const struct gauss_system *system = bounds->system;
	size_t start = bounds->row_first[bounds->n_rows], end = start;
	uint32_t parent = group_in(system, relation, 0);
	double value = 0;

	for (size_t i = 0; i <= relation->n_children; i++) {
		uint32_t group = group_in(system, relation, i);

		if (bounds->component[group] == GAUSS_NONE || (i > 0 && group == parent))
			continue;
		bounds->columns[end] = bounds->column[group];
		bounds->coefficients[end] = i == 0 ? -1 : 1;
		value += bounds->coefficients[end] * bounds->truth[group];
		end++;
	}
	if (end - start < 2)
		return;
	bounds->row_value[bounds->n_rows++] = value;
	bounds->row_first[bounds->n_rows] = end;
}

static void see_point(struct bounds *bounds, const double *point, size_t *n_wanted)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];

		if (point[i] < bounds->least[group])
			bounds->least[group] = point[i];
		if (point[i] > bounds->most[group])
			bounds->most[group] = point[i];
		if (bounds->is_wanted[group] && bounds->most[group] - bounds->least[group] >= WIDTH) {
			bounds->is_wanted[group] = false;
			--*n_wanted;
		}
	}
}

static enum oeo_disclosure_err solve(struct bounds *bounds, void *handle, bool is_maximum, size_t *n_wanted)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;

	if (solver->solve(handle, is_maximum) != OEO_SOLVER_OPTIMAL)
		return OEO_DISCLOSURE_UNSAFE;
	see_point(bounds, solver->point(handle), n_wanted);
	return OEO_DISCLOSURE_OK;
}

/* All numbers that are wanted, up or down as their places say. */
static enum oeo_disclosure_err push_many(struct bounds *bounds, void *handle, size_t *n_wanted)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	for (unsigned push = 0; push<PUSHES && * n_wanted> 0 && err == OEO_DISCLOSURE_OK; push++) {
		for (size_t i = 0; i < bounds->n_members; i++) {
			uint64_t sign = ((i + 1) * UINT64_C(0x9e3779b97f4a7c15)) >> (40 + push / 2);

			solver->set_objective(handle, i,
			    !bounds->is_wanted[bounds->members[i]] ? 0
			    : (sign & 1) != 0                      ? 1
								   : -1);
		}
		err = solve(bounds, handle, push % 2 == 0, n_wanted);
	}
	return err;
}

static void set_columns(struct bounds *bounds)
{
	for (size_t i = 0; i < bounds->n_members; i++) {
		uint32_t group = bounds->members[i];
		double floor = bounds->system->groups[group].is_inner ? (double)bounds->view->floor : 0;
		double low = bounds->truth[group] - REACH;

		if (floor > bounds->truth[group])
			floor = bounds->truth[group];
		bounds->column_low[i] = low > floor ? low : floor;
		bounds->column_high[i] = bounds->truth[group] + REACH;
	}
}

/* A virtual cell of the sum that keeps a number where it is; its numbers need no other one in this round. */
static bool add_certificate(struct bounds *bounds, const struct tracer *tracer)
{
	size_t *cells = calloc(bounds->n_members + 1, sizeof(*cells));
	unsigned *times = calloc(bounds->n_members + 1, sizeof(*times));
	bool is_new = false, is_ok = cells != NULL && times != NULL;
	size_t n = 0;

	for (size_t i = 0; i < bounds->n_members && is_ok; i++) {
		if (tracer->factors[i] == 0)
			continue;
		tracer->is_covered[i] = true;
		cells[n] = bounds->system->groups[bounds->members[i]].cell;
		times[n++] = tracer->factors[i];
	}
	is_ok = is_ok && oeo_gauss_system_add_virtual(bounds->system, cells, times, n, &is_new);
	bounds->n_found += is_new;
	free(cells);
	free(times);
	return is_ok;
}

/* How far an inner number is above its floor; -1: it is no inner number, or far. */
static double find_excess(const struct bounds *bounds, uint32_t group)
{
	double excess = bounds->truth[group] - (double)bounds->view->floor;

	return !bounds->system->groups[group].is_inner || excess > MOST_EXCESS ? -1 : excess;
}

static bool init_tracer(struct tracer *tracer, const struct bounds *bounds)
{
	memset(tracer, 0, sizeof(*tracer));
	tracer->excess = calloc(bounds->n_members + 1, sizeof(*tracer->excess));
	tracer->is_covered = calloc(bounds->n_members + 1, sizeof(*tracer->is_covered));
	tracer->factors = calloc(bounds->n_members + 1, sizeof(*tracer->factors));
	if (tracer->excess == NULL || tracer->is_covered == NULL || tracer->factors == NULL)
		return false;
	for (size_t i = 0; i < bounds->n_members; i++)
		tracer->excess[i] = find_excess(bounds, bounds->members[i]);
	return true;
}

static void fini_tracer(struct tracer *tracer, const struct bounds *bounds)
{
	if (tracer->handle != NULL)
		bounds->system->attackers->solver->close(tracer->handle);
	free(tracer->excess);
	free(tracer->is_covered);
	free(tracer->factors);
}

/* A number that is stuck at its floor: say why. */
static enum oeo_disclosure_err certify(struct bounds *bounds, struct tracer *tracer, size_t member)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	struct gauss_rows rows = {bounds->n_members, bounds->n_rows, bounds->row_first, bounds->columns,
	    bounds->coefficients, tracer->excess};

	if (tracer->handle == NULL)
		tracer->handle = oeo_gauss_certificate_open(solver, &rows);
	if (tracer->handle == NULL)
		return OEO_DISCLOSURE_NOMEM;
	if (!oeo_gauss_certificate_find(solver, tracer->handle, &rows, member, tracer->factors))
		return OEO_DISCLOSURE_OK;
	return add_certificate(bounds, tracer) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;
}

static enum oeo_disclosure_err push_one(
    struct bounds *bounds, void *handle, struct tracer *tracer, size_t member, size_t *n_wanted)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	bool has_floor = tracer->excess[member] == 0 && bounds->view->member == SIZE_MAX;
	uint32_t group = bounds->members[member];
	enum oeo_disclosure_err err;

	solver->set_objective(handle, member, 1);
	err = solve(bounds, handle, true, n_wanted);
	if (err == OEO_DISCLOSURE_OK && bounds->is_wanted[group] && !has_floor)
		err = solve(bounds, handle, false, n_wanted);
	solver->set_objective(handle, member, 0);
	if (err == OEO_DISCLOSURE_OK && bounds->is_wanted[group] && has_floor)
		err = certify(bounds, tracer, member);
	return err;
}

/*
 * One by one, those at their floor first: where one of them is stuck, others are stuck because of it, and the
 * next pass will see.
 */
static enum oeo_disclosure_err push_each(struct bounds *bounds, void *handle, size_t *n_wanted)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	size_t found_before = bounds->n_found;
	struct tracer tracer;
	enum oeo_disclosure_err err = init_tracer(&tracer, bounds) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;

	for (size_t i = 0; i<bounds->n_members && * n_wanted> 0; i++)
		solver->set_objective(handle, i, 0);
	for (int has_excess = 0; has_excess < 2; has_excess++) {
		if (has_excess == 1 && bounds->n_found > found_before)
			break;
		for (size_t i = 0; i<bounds->n_members && * n_wanted> 0 && err == OEO_DISCLOSURE_OK; i++)
			if (bounds->is_wanted[bounds->members[i]] && !tracer.is_covered[i] &&
			    (tracer.excess[i] != 0) == (has_excess == 1))
				err = push_one(bounds, handle, &tracer, i, n_wanted);
	}
	fini_tracer(&tracer, bounds);
	return err;
}

/* members and rows are those of one component. */
static enum oeo_disclosure_err solve_component(struct bounds *bounds)
{
	const struct oeo_solver *solver = bounds->system->attackers->solver;
	struct oeo_solver_model model = {.n_columns = bounds->n_members, .n_rows = bounds->n_rows};
	size_t n_wanted = 0;
	enum oeo_disclosure_err err;
	void *handle;

	for (size_t i = 0; i < bounds->n_members; i++)
		n_wanted += bounds->is_wanted[bounds->members[i]];
	if (n_wanted == 0)
		return OEO_DISCLOSURE_OK;
	set_columns(bounds);
	model.column_low = bounds->column_low;
	model.column_high = bounds->column_high;
	model.row_low = bounds->row_value;
	model.row_high = bounds->row_value;
	model.row_first = bounds->row_first;
	model.columns = bounds->columns;
	model.coefficients = bounds->coefficients;
	handle = solver->open(&model);
	if (handle == NULL)
		return OEO_DISCLOSURE_NOMEM;
	err = push_many(bounds, handle, &n_wanted);
	if (err == OEO_DISCLOSURE_OK)
		err = push_each(bounds, handle, &n_wanted);
	solver->close(handle);
	return err;
}

/* Sorted by component: groups, or relations. */
struct placed {
	uint32_t root;
	uint32_t number;
};

static int compare_placed(const void *a, const void *b)
{
	const struct placed *left = a, *right = b;

	if (left->root != right->root)
		return left->root < right->root ? -1 : 1;
	return (left->number > right->number) - (left->number < right->number);
}

static uint32_t root_of_relation(struct bounds *bounds, const struct oeo_disclosure_relation *relation)
{
	for (size_t i = 0; i <= relation->n_children; i++) {
		uint32_t group = group_in(bounds->system, relation, i);

		if (bounds->component[group] != GAUSS_NONE)
			return find_root(bounds->component, group);
	}
	return GAUSS_NONE;
}

static enum oeo_disclosure_err solve_all(
    struct bounds *bounds, struct placed *groups, struct placed *relations)
{
	const struct gauss_system *system = bounds->system;
	size_t n_groups = 0, n_relations = 0, r = 0;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	for (uint32_t i = 0; i < system->n_groups; i++)
		if (bounds->component[i] != GAUSS_NONE)
			groups[n_groups++] = (struct placed){find_root(bounds->component, i), i};
	for (uint32_t i = 0; i < system->problem->n_relations; i++) {
		uint32_t root = root_of_relation(bounds, &system->problem->relations[i]);

		if (root != GAUSS_NONE)
			relations[n_relations++] = (struct placed){root, i};
	}
	qsort(groups, n_groups, sizeof(*groups), compare_placed);
	qsort(relations, n_relations, sizeof(*relations), compare_placed);
	for (size_t i = 0; i < n_groups && err == OEO_DISCLOSURE_OK;) {
		uint32_t root = groups[i].root;

		bounds->n_members = 0;
		for (; i < n_groups && groups[i].root == root; i++) {
			bounds->column[groups[i].number] = (uint32_t)bounds->n_members;
			bounds->members[bounds->n_members++] = groups[i].number;
		}
		bounds->n_rows = 0;
		bounds->row_first[0] = 0;
		for (; r < n_relations && relations[r].root == root; r++)
			add_row(bounds, &system->problem->relations[relations[r].number]);
		err = solve_component(bounds);
	}
	return err;
}

static bool allocate(struct bounds *bounds, size_t n_terms)
{
	size_t n = bounds->system->n_groups + 1, n_rows = bounds->system->problem->n_relations + 1;

	bounds->component = calloc(n, sizeof(*bounds->component));
	bounds->column = calloc(n, sizeof(*bounds->column));
	bounds->members = calloc(n, sizeof(*bounds->members));
	bounds->truth = calloc(n, sizeof(*bounds->truth));
	bounds->least = calloc(n, sizeof(*bounds->least));
	bounds->most = calloc(n, sizeof(*bounds->most));
	bounds->is_wanted = calloc(n, sizeof(*bounds->is_wanted));
	bounds->column_low = calloc(n, sizeof(*bounds->column_low));
	bounds->column_high = calloc(n, sizeof(*bounds->column_high));
	bounds->row_value = calloc(n_rows, sizeof(*bounds->row_value));
	bounds->row_first = calloc(n_rows + 1, sizeof(*bounds->row_first));
	bounds->columns = calloc(n_terms + 1, sizeof(*bounds->columns));
	bounds->coefficients = calloc(n_terms + 1, sizeof(*bounds->coefficients));
	return bounds->component != NULL && bounds->column != NULL && bounds->members != NULL &&
	       bounds->truth != NULL && bounds->least != NULL && bounds->most != NULL &&
	       bounds->is_wanted != NULL && bounds->column_low != NULL && bounds->column_high != NULL &&
	       bounds->row_value != NULL && bounds->row_first != NULL && bounds->columns != NULL &&
	       bounds->coefficients != NULL;
}

static void release(struct bounds *bounds)
{
	free(bounds->component);
	free(bounds->column);
	free(bounds->members);
	free(bounds->truth);
	free(bounds->least);
	free(bounds->most);
	free(bounds->is_wanted);
	free(bounds->column_low);
	free(bounds->column_high);
	free(bounds->row_value);
	free(bounds->row_first);
	free(bounds->columns);
	free(bounds->coefficients);
}

enum oeo_disclosure_err oeo_gauss_bounds_find(struct gauss_system *system, const struct gauss_view *view,
    bool *is_stuck, size_t *n_stuck, size_t *n_found)
{
	struct bounds bounds = {.system = system, .view = view};
	struct placed *groups = calloc(system->n_groups + 1, sizeof(*groups));
	struct placed *relations = calloc(system->problem->n_relations + 1, sizeof(*relations));
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	size_t n_terms = 0;

	for (size_t r = 0; r < system->problem->n_relations; r++)
		n_terms += system->problem->relations[r].n_children + 1;
	if (groups != NULL && relations != NULL && allocate(&bounds, n_terms)) {
		set_truth(&bounds);
		join_components(&bounds);
		err = solve_all(&bounds, groups, relations);
	}
	for (size_t i = 0; i < system->n_groups && err == OEO_DISCLOSURE_OK; i++) {
		is_stuck[i] = bounds.is_wanted[i];
		*n_stuck += bounds.is_wanted[i];
	}
	*n_found += bounds.n_found;
	free(groups);
	free(relations);
	release(&bounds);
	return err;
}
