/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_ways.h"

#include <stdlib.h>
#include <string.h>

#define REACH 100.0 /* of inner numbers */
#define FAR 10000.0 /* of sums of them */
#define NEAR 1e-6
#define STILL 1e-7
#define PUSHES 12
#define MOST 1000.0 /* times as important as the others that are pushed with it */

static const struct gauss_row *row_of(const struct gauss_ways *ways, size_t member)
{
	return &ways->moves->matrix->rows[ways->members[member]];
}

static const double *values_of(const struct gauss_ways *ways, size_t member)
{
	return ways->moves->values + ways->moves->first[ways->members[member]];
}

static uint32_t member_of(const struct gauss_ways *ways, const struct gauss_term *term)
{
	return ways->place[gauss_group_of_column(ways->moves->system, term->column)];
}

static double move_of(const struct gauss_way *way, uint32_t member)
{
	size_t low = 0, high = way->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (way->steps[middle].member < member)
			low = middle + 1;
		else
			high = middle;
	}
	return low < way->n && way->steps[low].member == member ? way->steps[low].move : 0;
}

static bool is_whole(double move)
{
	return move >= 1 - NEAR || move <= NEAR - 1;
}

static bool is_better(const struct gauss_ways *ways, uint32_t way, uint32_t other)
{
	return other == GAUSS_NONE || ways->ways[other].n_stopped > 0 ||
	       ways->ways[way].cost < ways->ways[other].cost;
}

/* Takes the steps. */
static bool append_way(struct gauss_ways *ways, struct gauss_step *steps, size_t n)
{
	const struct gauss_system *system = ways->moves->system;
	struct gauss_way *way;

	if (ways->n_ways == ways->capacity) {
		size_t capacity = 2 * ways->capacity + 64;
		struct gauss_way *larger = realloc(ways->ways, capacity * sizeof(*larger));

		if (larger == NULL) {
			free(steps);
			return false;
		}
		ways->ways = larger;
		ways->capacity = capacity;
	}
	way = &ways->ways[ways->n_ways++];
	*way = (struct gauss_way){.steps = steps, .n = n};
	for (size_t i = 0; i < n; i++) {
		const struct gauss_group *group = &system->groups[ways->members[steps[i].member]];

		way->cost += group->is_primary ? 0 : (double)group->value;
	}
	return true;
}

/* Moves of one free column by one, the others staying where they are. */

struct turns {
	size_t *first; /* of every inner member: its steps are steps[first ..] */
	struct gauss_step *steps;
	bool *can_rise, *can_fall;
};

static void count_turns(const struct gauss_ways *ways, struct turns *turns)
{
	for (size_t i = 0; i < ways->n_members; i++) {
		const struct gauss_row *row = row_of(ways, i);

		for (size_t t = 0; t < row->n; t++)
			turns->first[member_of(ways, &row->terms[t]) + 1]++;
	}
	for (size_t i = 0; i < ways->n_inner; i++) {
		turns->first[i + 1] += turns->first[i];
		turns->can_rise[i] = true;
		turns->can_fall[i] = true;
	}
}

/* Steps in the order of members; first becomes the end of each. */
static void fill_turns(const struct gauss_ways *ways, struct turns *turns)
{
	for (uint32_t i = 0; i < ways->n_members; i++) {
		const struct gauss_row *row = row_of(ways, i);
		const double *values = values_of(ways, i);

		for (size_t t = 0; t < row->n; t++) {
			uint32_t at = member_of(ways, &row->terms[t]);

			turns->steps[turns->first[at]++] = (struct gauss_step){i, values[t]};
			turns->can_rise[at] = turns->can_rise[at] && values[t] >= ways->low[i];
			turns->can_fall[at] = turns->can_fall[at] && -values[t] >= ways->low[i];
		}
	}
}

static void offer_way(struct gauss_ways *ways, uint32_t number)
{
	const struct gauss_way *way = &ways->ways[number];

	for (size_t i = 0; i < way->n; i++) {
		uint32_t *chosen = &ways->way_of[way->steps[i].member];

		if (is_whole(way->steps[i].move) && is_better(ways, number, *chosen))
			*chosen = number;
	}
}

static bool add_turn(struct gauss_ways *ways, const struct turns *turns, size_t number)
{
	size_t first = number == 0 ? 0 : turns->first[number - 1], n = turns->first[number] - first;
	struct gauss_step *steps;

	if (n == 0 || (!turns->can_rise[number] && !turns->can_fall[number]))
		return true;
	steps = calloc(n, sizeof(*steps));
	if (steps == NULL)
		return false;
	for (size_t i = 0; i < n; i++) {
		steps[i] = turns->steps[first + i];
		steps[i].move *= turns->can_rise[number] ? 1 : -1;
	}
	if (!append_way(ways, steps, n))
		return false;
	offer_way(ways, (uint32_t)ways->n_ways - 1);
	return true;
}

static bool add_turns(struct gauss_ways *ways)
{
	size_t n = ways->n_inner + 2, n_terms = 1;
	struct turns turns = {.first = calloc(n, sizeof(*turns.first)),
	    .can_rise = calloc(n, sizeof(*turns.can_rise)),
	    .can_fall = calloc(n, sizeof(*turns.can_fall))};
	bool is_ok;

	for (size_t i = 0; i < ways->n_members; i++)
		n_terms += row_of(ways, i)->n;
	turns.steps = calloc(n_terms, sizeof(*turns.steps));
	is_ok =
	    turns.first != NULL && turns.can_rise != NULL && turns.can_fall != NULL && turns.steps != NULL;
	if (is_ok) {
		count_turns(ways, &turns);
		fill_turns(ways, &turns);
	}
	for (size_t i = 0; i < ways->n_inner && is_ok; i++)
		is_ok = add_turn(ways, &turns, i);
	free(turns.first);
	free(turns.steps);
	free(turns.can_rise);
	free(turns.can_fall);
	return is_ok;
}

/* Programs */

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
		const struct gauss_row *row = row_of(ways, i);
		const double *values = values_of(ways, i);
		uint32_t column = ways->column_of[i];

		if (column == GAUSS_NONE)
			continue;
		rows->low[column] = ways->low[i];
		rows->high[column] = ways->high[i];
		if (oeo_gauss_moves_is_free(ways->moves, ways->members[i]))
			continue;
		for (size_t t = 0; t < row->n; t++) {
			rows->columns[at] = ways->column_of[member_of(ways, &row->terms[t])];
			rows->coefficients[at++] = values[t];
		}
		rows->columns[at] = column;
		rows->coefficients[at++] = -1;
		rows->first[++rows->n] = at;
	}
}

static bool open_program(struct gauss_ways *ways)
{
	size_t n = ways->n_members + 2, n_terms = n;
	struct rows rows = {.first = calloc(n, sizeof(*rows.first)),
	    .zeros = calloc(n, sizeof(*rows.zeros)),
	    .low = calloc(n, sizeof(*rows.low)),
	    .high = calloc(n, sizeof(*rows.high))};

	for (size_t i = 0; i < ways->n_members; i++)
		n_terms += row_of(ways, i)->n;
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

static bool add_point(struct gauss_ways *ways)
{
	const double *point = ways->point;
	size_t n = 0, at = 0;
	struct gauss_step *steps;

	for (size_t i = 0; i < ways->n_members; i++)
		n += point[i] > STILL || point[i] < -STILL;
	steps = calloc(n + 1, sizeof(*steps));
	if (steps == NULL)
		return false;
	for (uint32_t i = 0; i < ways->n_members; i++)
		if (point[i] > STILL || point[i] < -STILL)
			steps[at++] = (struct gauss_step){i, point[i]};
	return append_way(ways, steps, n);
}

/* Give those that move by one in a point this way, and put them behind the others. */
static bool settle(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	const double *point = ways->point;
	size_t kept = 0, before = *n;
	uint32_t number = (uint32_t)ways->n_ways;

	for (size_t i = 0; i < before; i++) {
		uint32_t member = wanted[i];

		if (is_whole(point[member])) {
			ways->way_of[member] = number;
		} else {
			wanted[i] = wanted[kept];
			wanted[kept++] = member;
		}
	}
	*n = kept;
	return kept == before || add_point(ways);
}

static void read_point(struct gauss_ways *ways, const double *columns)
{
	for (size_t i = 0; i < ways->n_members; i++) {
		const struct gauss_row *row = row_of(ways, i);
		const double *values = values_of(ways, i);

		if (ways->column_of[i] != GAUSS_NONE) {
			ways->point[i] = columns[ways->column_of[i]];
			continue;
		}
		ways->point[i] = 0;
		for (size_t t = 0; t < row->n; t++)
			ways->point[i] +=
			    values[t] * columns[ways->column_of[member_of(ways, &row->terms[t])]];
	}
}

static void add_objective(struct gauss_ways *ways, uint32_t member, double factor)
{
	const struct gauss_row *row = row_of(ways, member);
	const double *values = values_of(ways, member);

	if (ways->column_of[member] != GAUSS_NONE) {
		ways->objective[ways->column_of[member]] += factor;
		return;
	}
	for (size_t t = 0; t < row->n; t++)
		ways->objective[ways->column_of[member_of(ways, &row->terms[t])]] += factor * values[t];
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
	return settle(ways, wanted, n);
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

	for (unsigned round = 0; round<PUSHES && * n> 1 && *n < before && is_ok; round++) {
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

static bool find_known_way(struct gauss_ways *ways, uint32_t member)
{
	uint32_t best = GAUSS_NONE;

	for (uint32_t i = 0; i < ways->n_ways; i++)
		if (ways->ways[i].n_stopped == 0 && is_better(ways, i, best) &&
		    is_whole(move_of(&ways->ways[i], member)))
			best = i;
	if (best != GAUSS_NONE)
		ways->way_of[member] = best;
	return best != GAUSS_NONE;
}

/* The one stopped member of a way; GAUSS_NONE where there are more. */
static uint32_t stopped_of(const struct gauss_ways *ways, const struct gauss_way *way)
{
	for (size_t i = 0; i < way->n && way->n_stopped == 1; i++)
		if (ways->is_stopped[way->steps[i].member])
			return way->steps[i].member;
	return GAUSS_NONE;
}

/* Does the way in the point stay within limits when this is added? */
static bool can_add(const struct gauss_ways *ways, const struct gauss_way *way, double factor)
{
	for (size_t i = 0; i < way->n; i++) {
		uint32_t member = way->steps[i].member;
		double move = ways->point[member] + factor * way->steps[i].move;

		if (move < ways->low[member] || move > ways->high[member])
			return false;
	}
	return true;
}

static void add_to_point(struct gauss_ways *ways, const struct gauss_way *way, double factor)
{
	for (size_t i = 0; i < way->n; i++) {
		double *move = &ways->point[way->steps[i].member];

		*move += factor * way->steps[i].move;
		if (*move<STILL && * move> - STILL)
			*move = 0;
	}
}

/* Add to a broken way (all of it, or half) another that is broken at the same place, so that this place stays as it is. */
static bool mend_way(struct gauss_ways *ways, uint32_t number, uint32_t *wanted, size_t *n)
{
	uint32_t stopped = stopped_of(ways, &ways->ways[number]);
	size_t n_ways = ways->n_ways, before = *n;
	bool is_ok = true;

	for (double part = 1; stopped != GAUSS_NONE && part > 0.4 && *n == before && is_ok; part /= 2) {
		double move = part * move_of(&ways->ways[number], stopped);

		memset(ways->point, 0, ways->n_members * sizeof(*ways->point));
		add_to_point(ways, &ways->ways[number], part);
		for (uint32_t i = 0; i < n_ways && *n == before && is_ok; i++) {
			double other = ways->ways[i].n_stopped == 1 ? move_of(&ways->ways[i], stopped) : 0;

			if (i == number || other == 0 || !can_add(ways, &ways->ways[i], -move / other))
				continue;
			add_to_point(ways, &ways->ways[i], -move / other);
			is_ok = settle(ways, wanted, n);
			add_to_point(ways, &ways->ways[i], move / other);
		}
	}
	return is_ok;
}

static bool mend_ways(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	size_t i = 0;

	while (i < *n) {
		uint32_t member = wanted[i], number = ways->way_of[member];

		if (number != GAUSS_NONE && !mend_way(ways, number, wanted, n))
			return false;
		if (i < *n && wanted[i] == member)
			i++;
	}
	return true;
}

bool oeo_gauss_ways_find(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		uint32_t member = wanted[i];

		if (find_known_way(ways, member))
			continue;
		wanted[i] = wanted[kept];
		wanted[kept++] = member;
	}
	return mend_ways(ways, wanted, &kept) && raise_floors(ways, wanted, &kept) &&
	       push_many(ways, wanted, &kept) && push_each(ways, wanted, kept, n_left);
}

bool oeo_gauss_ways_is_broken(const struct gauss_ways *ways, uint32_t member)
{
	return !ways->is_stopped[member] && ways->way_of[member] != GAUSS_NONE &&
	       ways->ways[ways->way_of[member]].n_stopped > 0;
}

void oeo_gauss_ways_stop(struct gauss_ways *ways, uint32_t member, bool is_stopped)
{
	const struct oeo_solver *solver = ways->moves->system->attackers->solver;

	ways->is_stopped[member] = is_stopped;
	solver->set_bounds(ways->handle, ways->column_of[member], is_stopped ? 0 : ways->low[member],
	    is_stopped ? 0 : ways->high[member]);
	for (size_t i = 0; i < ways->n_ways; i++)
		if (move_of(&ways->ways[i], member) != 0)
			ways->ways[i].n_stopped += is_stopped ? 1 : (unsigned)-1;
}

/* Begin */

static void set_limits(struct gauss_ways *ways)
{
	const struct gauss_system *system = ways->moves->system;

	for (size_t i = 0; i < ways->n_members; i++) {
		uint64_t value = oeo_gauss_value_for(system, ways->view, ways->members[i]);
		double excess = value > ways->view->floor ? (double)(value - ways->view->floor) : 0;
		bool is_inner = i < ways->n_inner;

		ways->low[i] = !is_inner ? -FAR : excess > REACH ? -REACH : -excess;
		ways->high[i] = is_inner ? REACH : FAR;
		ways->way_of[i] = GAUSS_NONE;
	}
}

static enum oeo_disclosure_err find_first(struct gauss_ways *ways)
{
	const struct gauss_system *system = ways->moves->system;
	uint32_t *wanted = calloc(ways->n_members + 1, sizeof(*wanted));
	size_t n = 0, n_left = 0;
	bool is_ok = wanted != NULL && add_turns(ways);

	for (uint32_t i = 0; i < ways->n_members && is_ok; i++)
		if (ways->way_of[i] == GAUSS_NONE && !system->groups[ways->members[i]].is_latent)
			wanted[n++] = i;
	is_ok = is_ok && oeo_gauss_ways_find(ways, wanted, n, &n_left);
	free(wanted);
	return !is_ok ? OEO_DISCLOSURE_NOMEM : n_left > 0 ? OEO_DISCLOSURE_UNSAFE : OEO_DISCLOSURE_OK;
}

enum oeo_disclosure_err oeo_gauss_ways_init(struct gauss_ways *ways, const struct gauss_moves *moves,
    const struct gauss_view *view, size_t component, const bool *may_stop, uint32_t *place)
{
	size_t n = moves->starts[component + 1] - moves->starts[component];

	memset(ways, 0, sizeof(*ways));
	ways->moves = moves;
	ways->view = view;
	ways->members = moves->members + moves->starts[component];
	ways->n_members = n;
	ways->place = place;
	ways->may_stop = may_stop;
	ways->column_of = calloc(n + 1, sizeof(*ways->column_of));
	ways->point = calloc(n + 1, sizeof(*ways->point));
	ways->low = calloc(n + 1, sizeof(*ways->low));
	ways->high = calloc(n + 1, sizeof(*ways->high));
	ways->is_stopped = calloc(n + 1, sizeof(*ways->is_stopped));
	ways->way_of = calloc(n + 1, sizeof(*ways->way_of));
	ways->objective = calloc(n + 1, sizeof(*ways->objective));
	if (ways->low == NULL || ways->high == NULL || ways->is_stopped == NULL || ways->way_of == NULL ||
	    ways->objective == NULL || ways->column_of == NULL || ways->point == NULL)
		return OEO_DISCLOSURE_NOMEM;
	for (uint32_t i = 0; i < n; i++) {
		ways->place[ways->members[i]] = i;
		ways->n_inner += moves->system->groups[ways->members[i]].is_inner;
	}
	set_limits(ways);
	return open_program(ways) ? find_first(ways) : OEO_DISCLOSURE_NOMEM;
}

void oeo_gauss_ways_fini(struct gauss_ways *ways)
{
	if (ways->handle != NULL)
		ways->moves->system->attackers->solver->close(ways->handle);
	for (size_t i = 0; i < ways->n_ways; i++)
		free(ways->ways[i].steps);
	free(ways->ways);
	free(ways->low);
	free(ways->high);
	free(ways->is_stopped);
	free(ways->way_of);
	free(ways->objective);
	free(ways->column_of);
	free(ways->point);
	memset(ways, 0, sizeof(*ways));
}
