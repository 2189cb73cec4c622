/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_pushes.h"

#include <stdlib.h>
#include <string.h>

#define PUSHES 12
#define MOST 1000.0 /* times as important as the others that are pushed with it */

/* Inner members are columns, and those that may be stopped. */
static void number_columns(struct gauss_ways *ways)
{
	for (size_t i = 0; i < ways->n_members; i++) {
		bool has_one = i < ways->n_inner || ways->may_stop[ways->members[i]];

		ways->column_of[i] = has_one ? (uint32_t)ways->n_columns++ : GAUSS_NONE;
	}
}

struct rows {
	size_t n;
	size_t *first, *columns;
	double *coefficients, *zeros, *low, *high;
};

/* Columns that are not free are what their rows say. */
static void fill_rows(const struct gauss_ways *ways, struct rows *rows)
{
	size_t at = 0;

	for (size_t i = 0; i < ways->n_members; i++) {
		const struct gauss_row *row = gauss_row_of(ways, i);
		const double *values = gauss_values_of(ways, i);
		uint32_t column = ways->column_of[i];

		if (column == GAUSS_NONE)
			continue;
		rows->low[column] = ways->low[i];
		rows->high[column] = ways->high[i];
		if (oeo_gauss_moves_is_free(ways->moves, ways->members[i]))
			continue;
		for (size_t t = 0; t < row->n; t++) {
			rows->columns[at] = ways->column_of[gauss_member_of(ways, &row->terms[t])];
			rows->coefficients[at++] = values[t];
		}
		rows->columns[at] = column;
		rows->coefficients[at++] = -1;
		rows->first[++rows->n] = at;
	}
}

bool oeo_gauss_pushes_open(struct gauss_ways *ways)
{
	size_t n = ways->n_members + 2, n_terms = n;
	struct rows rows = {.first = calloc(n, sizeof(*rows.first)),
	    .zeros = calloc(n, sizeof(*rows.zeros)),
	    .low = calloc(n, sizeof(*rows.low)),
	    .high = calloc(n, sizeof(*rows.high))};

	for (size_t i = 0; i < ways->n_members; i++)
		n_terms += gauss_row_of(ways, i)->n;
	rows.columns = calloc(n_terms, sizeof(*rows.columns));
	rows.coefficients = calloc(n_terms, sizeof(*rows.coefficients));
	if (rows.first != NULL && rows.columns != NULL && rows.coefficients != NULL && rows.zeros != NULL &&
	    rows.low != NULL && rows.high != NULL) {
		number_columns(ways);
		fill_rows(ways, &rows);
		ways->handle = ways->moves->system->attackers->solver->open(
		    &(struct oeo_solver_model){.n_columns = ways->n_columns,
			.n_rows = rows.n,
			.column_low = rows.low,
			.column_high = rows.high,
			.row_low = rows.zeros,
			.row_high = rows.zeros,
			.row_first = rows.first,
			.columns = rows.columns,
			.coefficients = rows.coefficients});
	}
	free(rows.first);
	free(rows.columns);
	free(rows.coefficients);
	free(rows.zeros);
	free(rows.low);
	free(rows.high);
	return ways->handle != NULL;
}

static void read_point(struct gauss_ways *ways, const double *columns)
{
	for (size_t i = 0; i < ways->n_members; i++) {
		const struct gauss_row *row = gauss_row_of(ways, i);
		const double *values = gauss_values_of(ways, i);

		if (ways->column_of[i] != GAUSS_NONE) {
			ways->point[i] = columns[ways->column_of[i]];
			continue;
		}
		ways->point[i] = 0;
		for (size_t t = 0; t < row->n; t++)
			ways->point[i] +=
			    values[t] * columns[ways->column_of[gauss_member_of(ways, &row->terms[t])]];
	}
}

static void add_objective(struct gauss_ways *ways, uint32_t member, double factor)
{
	const struct gauss_row *row = gauss_row_of(ways, member);
	const double *values = gauss_values_of(ways, member);

	if (ways->column_of[member] != GAUSS_NONE) {
		ways->objective[ways->column_of[member]] += factor;
		return;
	}
	for (size_t t = 0; t < row->n; t++)
		ways->objective[ways->column_of[gauss_member_of(ways, &row->terms[t])]] += factor * values[t];
}

/* Push the wanted members, each in its direction; no solution: nothing is settled. */
static bool push(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	const struct oeo_solver *solver = ways->moves->system->attackers->solver;

	for (size_t i = 0; i < ways->n_columns; i++)
		solver->set_objective(ways->handle, i, ways->objective[i]);
	ways->work += ways->n_columns;
	if (solver->solve(ways->handle, false) != OEO_SOLVER_OPTIMAL)
		return true;
	read_point(ways, solver->point(ways->handle));
	return oeo_gauss_ways_settle(ways, wanted, n);
}

static bool is_at_floor(const struct gauss_ways *ways, uint32_t member)
{
	return ways->low[member] > -1;
}

static void set_high(struct gauss_ways *ways, uint32_t member, double high)
{
	ways->moves->system->attackers->solver->set_bounds(
	    ways->handle, ways->column_of[member], ways->low[member], high);
}

/* Those that can only rise, all by as much as they need, as long as that settles some. */
static bool raise_floors(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	size_t before = *n + 1, first = *n;
	bool is_ok = true;

	for (size_t i = 0; i < first; i++)
		if (is_at_floor(ways, wanted[i]))
			set_high(ways, wanted[i], 1);
	while (*n > 1 && *n < before && is_ok) {
		size_t n_floors = 0;

		before = *n;
		memset(ways->objective, 0, ways->n_columns * sizeof(*ways->objective));
		for (size_t i = 0; i < *n; i++) {
			n_floors += is_at_floor(ways, wanted[i]);
			add_objective(ways, wanted[i], is_at_floor(ways, wanted[i]) ? -1 : 0);
		}
		is_ok = n_floors < 2 || push(ways, wanted, n);
	}
	for (size_t i = 0; i < first; i++)
		if (is_at_floor(ways, wanted[i]))
			set_high(ways, wanted[i], ways->high[wanted[i]]);
	return is_ok;
}

/* An objective that pushes all, in directions that differ from round to round. */
static void set_many(struct gauss_ways *ways, const uint32_t *wanted, size_t n, unsigned round)
{
	memset(ways->objective, 0, ways->n_columns * sizeof(*ways->objective));
	for (size_t i = 0; i < n; i++) {
		uint64_t sign = ((wanted[i] + 1) * UINT64_C(0x9e3779b97f4a7c15)) >> (40 + round);
		bool is_up = is_at_floor(ways, wanted[i]) || (sign & 1) != 0;

		add_objective(ways, wanted[i], is_up ? -1 : 1);
	}
}

static bool push_many(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	size_t before = *n + 1;
	bool is_ok = true;

	for (unsigned round = 0; round < PUSHES && (*n) > 1 && *n < before && is_ok; round++) {
		before = *n;
		set_many(ways, wanted, *n, round);
		is_ok = push(ways, wanted, n);
	}
	return is_ok;
}

/* Push one, in both directions; what moves with it is settled too. It stays in front where it is not. */
static bool push_one(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	uint32_t member = wanted[0];
	bool is_ok = true;

	for (int sign = -1; sign <= 1 && *n > 0 && wanted[0] == member && is_ok; sign += 2) {
		if (sign > 0 && is_at_floor(ways, member))
			break;
		set_many(ways, wanted, *n, sign < 0 ? 0 : 1);
		add_objective(ways, member, sign * MOST);
		is_ok = push(ways, wanted, n);
	}
	return is_ok;
}

/* Those that cannot move are put in front, n_left of them. */
static bool push_each(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left)
{
	*n_left = 0;
	while (*n_left < n) {
		uint32_t member = wanted[*n_left];
		size_t left = n - *n_left;

		if (!push_one(ways, wanted + *n_left, &left))
			return false;
		n = *n_left + left;
		if (left == 0 || wanted[*n_left] != member)
			continue;
		++*n_left;
		if (!ways->may_stop[ways->members[member]]) {
			wanted[*n_left - 1] = wanted[0];
			wanted[0] = member;
			return true;
		}
	}
	return true;
}

bool oeo_gauss_push_all(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left)
{
	return raise_floors(ways, wanted, &n) && push_many(ways, wanted, &n) &&
	       push_each(ways, wanted, n, n_left);
}
