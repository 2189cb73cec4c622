/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_repair.h"
#include "collector/disclosure/gauss_rows.h"

#include <stdlib.h>
#include <string.h>

#define FAR 1000.0
#define NEAR 1e-6
#define ROUNDS 6 /* of prices that make few large moves cheaper than many small ones */
#define BLUR 0.01

struct repair {
	struct gauss_system *system;
	const struct gauss_view *view;
	const bool *is_stuck;
	bool *is_priced; /* of every group: shown, and may be hidden */
	double *price; /* of every group */
	double *move; /* of every group, in the last solution */
	struct gauss_rows rows;
	void *handle;
	unsigned scale; /* of the room that numbers have */
	bool only_floors;
	size_t n_found;
	/* The program: a column up for every group, and one down behind them. */
	double *low, *high, *zeros, *coefficients;
	size_t *row_first, *columns;
};

static uint32_t group_of(const struct repair *repair, size_t cell)
{
	return repair->system->groups_of[cell];
}

static void set_prices(struct repair *repair)
{
	const struct gauss_system *system = repair->system;

	for (size_t i = 0; i < system->n_groups; i++) {
		const struct gauss_group *group = &system->groups[i];

		repair->is_priced[i] = !group->is_hidden && !group->is_shown;
	}
	for (size_t i = 0; i < system->problem->n_cells; i++) {
		uint32_t group = group_of(repair, i);

		if (repair->is_priced[group])
			repair->price[group] +=
			    (double)system->groups[group].value * (1.0 + system->groups[group].priority);
	}
}

static void add_term(struct repair *repair, size_t *at, uint32_t group, double factor)
{
	repair->columns[*at] = group;
	repair->coefficients[(*at)++] = factor;
	if (!repair->is_priced[group])
		return;
	repair->columns[*at] = repair->system->n_groups + group;
	repair->coefficients[(*at)++] = -factor;
}

static void add_rows(struct repair *repair)
{
	const struct gauss_rows *rows = &repair->rows;
	size_t at = 0;

	for (size_t i = 0; i < rows->n; i++) {
		for (size_t t = rows->first[i]; t < rows->first[i + 1]; t++)
			add_term(repair, &at, rows->groups[t], rows->factors[t]);
		repair->row_first[i + 1] = at;
	}
}

static double room_of(const struct repair *repair, uint32_t group)
{
	uint64_t value = oeo_gauss_value_for(repair->system, repair->view, group);

	return value > repair->view->floor ? (double)(value - repair->view->floor) : 0;
}

/* Columns down are of what is priced; the others may be negative themselves. */
static void set_bounds(struct repair *repair)
{
	const struct gauss_system *system = repair->system;

	for (uint32_t i = 0; i < system->n_groups; i++) {
		const struct gauss_group *group = &system->groups[i];
		double room = group->is_inner ? room_of(repair, i) : FAR;
		bool may_move = group->is_hidden || repair->is_priced[i];

		room = room * repair->scale > FAR ? FAR : room * repair->scale;
		repair->low[i] = group->is_hidden ? -room : 0;
		repair->high[i] = may_move ? FAR : 0;
		if (repair->is_stuck[i] && (!repair->only_floors || room == 0))
			repair->low[i] = 1;
		repair->high[system->n_groups + i] = repair->is_priced[i] ? room : 0;
	}
}

static bool open_program(struct repair *repair)
{
	struct oeo_solver_model model = {.n_columns = 2 * repair->system->n_groups,
	    .n_rows = repair->rows.n,
	    .column_low = repair->low,
	    .column_high = repair->high,
	    .row_low = repair->zeros,
	    .row_high = repair->zeros,
	    .row_first = repair->row_first,
	    .columns = repair->columns,
	    .coefficients = repair->coefficients};

	add_rows(repair);
	set_bounds(repair);
	repair->handle = repair->system->attackers->solver->open(&model);
	return repair->handle != NULL;
}

/* What the cheapest solution moves, at these prices, dearer where the last one moved little (is_again). */
static enum oeo_solver_result solve(struct repair *repair, bool is_again)
{
	const struct oeo_solver *solver = repair->system->attackers->solver;
	size_t n = repair->system->n_groups;
	enum oeo_solver_result result;
	const double *point;

	for (size_t i = 0; i < n; i++) {
		double price = repair->price[i];

		price /= is_again ? repair->move[i] + BLUR : 1;
		solver->set_objective(repair->handle, i, price);
		solver->set_objective(repair->handle, n + i, price);
	}
	result = solver->solve(repair->handle, false);
	if (result != OEO_SOLVER_OPTIMAL)
		return result;
	point = solver->point(repair->handle);
	for (size_t i = 0; i < n; i++) {
		double move = point[i] - point[n + i];

		repair->move[i] = move < 0 ? -move : move;
	}
	return result;
}

static void hide_movers(struct repair *repair)
{
	struct gauss_system *system = repair->system;

	for (size_t i = 0; i < system->n_groups; i++) {
		if (!repair->is_priced[i] || repair->move[i] < NEAR)
			continue;
		system->groups[i].is_extra = true;
		system->groups[i].is_hidden = true;
		repair->n_found++;
	}
}

/* As often as it takes for the prices to settle. */
static enum oeo_disclosure_err solve_all(struct repair *repair)
{
	for (int round = 0; round < ROUNDS; round++) {
		enum oeo_solver_result result = solve(repair, round > 0);

		if (result == OEO_SOLVER_INFEASIBLE)
			return OEO_DISCLOSURE_OK;
		if (result != OEO_SOLVER_OPTIMAL)
			return OEO_DISCLOSURE_UNSAFE;
	}
	hide_movers(repair);
	return OEO_DISCLOSURE_OK;
}

static bool allocate(struct repair *repair)
{
	size_t n = 2 * repair->system->n_groups + 2, n_rows, n_terms;

	if (!oeo_gauss_rows_init(&repair->rows, repair->system))
		return false;
	n_rows = repair->rows.n;
	n_terms = 2 * repair->rows.first[n_rows] + 2;
	repair->is_priced = calloc(n, sizeof(*repair->is_priced));
	repair->price = calloc(n, sizeof(*repair->price));
	repair->move = calloc(n, sizeof(*repair->move));
	repair->low = calloc(n, sizeof(*repair->low));
	repair->high = calloc(n, sizeof(*repair->high));
	repair->zeros = calloc(n_rows + 1, sizeof(*repair->zeros));
	repair->row_first = calloc(n_rows + 2, sizeof(*repair->row_first));
	repair->columns = calloc(n_terms, sizeof(*repair->columns));
	repair->coefficients = calloc(n_terms, sizeof(*repair->coefficients));
	return repair->is_priced != NULL && repair->price != NULL && repair->move != NULL &&
	       repair->low != NULL && repair->high != NULL && repair->zeros != NULL &&
	       repair->row_first != NULL && repair->columns != NULL && repair->coefficients != NULL;
}

static void release(struct repair *repair)
{
	if (repair->handle != NULL)
		repair->system->attackers->solver->close(repair->handle);
	oeo_gauss_rows_fini(&repair->rows);
	free(repair->is_priced);
	free(repair->price);
	free(repair->move);
	free(repair->low);
	free(repair->high);
	free(repair->zeros);
	free(repair->row_first);
	free(repair->columns);
	free(repair->coefficients);
}

enum oeo_disclosure_err oeo_gauss_repair(
    struct gauss_system *system, const struct gauss_view *view, const bool *is_stuck, size_t *n_found)
{
	static const unsigned scales[] = {16, 4, 1};
	const size_t n_scales = sizeof(scales) / sizeof(scales[0]);
	size_t which = system->n_repairs < n_scales ? system->n_repairs : n_scales - 1;
	struct repair repair = {.system = system,
	    .view = view,
	    .is_stuck = is_stuck,
	    .scale = scales[which],
	    .only_floors = which == 0};
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	if (allocate(&repair)) {
		set_prices(&repair);
		if (open_program(&repair))
			err = solve_all(&repair);
	}
	system->n_repairs++;
	system->is_frozen = true;
	*n_found += repair.n_found;
	release(&repair);
	if (err == OEO_DISCLOSURE_OK && repair.n_found == 0 && which + 1 < n_scales)
		return oeo_gauss_repair(system, view, is_stuck, n_found);
	return err;
}
