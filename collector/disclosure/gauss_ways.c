/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_pushes.h"

#include <stdlib.h>
#include <string.h>

#define REACH 100.0 /* of inner numbers */
#define FAR 10000.0 /* of sums of them */
#define STILL 1e-7

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
		const struct gauss_row *row = gauss_row_of(ways, i);

		for (size_t t = 0; t < row->n; t++)
			turns->first[gauss_member_of(ways, &row->terms[t]) + 1]++;
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
		const struct gauss_row *row = gauss_row_of(ways, i);
		const double *values = gauss_values_of(ways, i);

		for (size_t t = 0; t < row->n; t++) {
			uint32_t at = gauss_member_of(ways, &row->terms[t]);

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

		if (gauss_is_whole(way->steps[i].move) && is_better(ways, number, *chosen))
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
		n_terms += gauss_row_of(ways, i)->n;
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

bool oeo_gauss_ways_settle(struct gauss_ways *ways, uint32_t *wanted, size_t *n)
{
	const double *point = ways->point;
	size_t kept = 0, before = *n;
	uint32_t number = (uint32_t)ways->n_ways;

	for (size_t i = 0; i < before; i++) {
		uint32_t member = wanted[i];

		if (gauss_is_whole(point[member])) {
			ways->way_of[member] = number;
		} else {
			wanted[i] = wanted[kept];
			wanted[kept++] = member;
		}
	}
	*n = kept;
	return kept == before || add_point(ways);
}

static bool find_known_way(struct gauss_ways *ways, uint32_t member)
{
	uint32_t best = GAUSS_NONE;

	for (uint32_t i = 0; i < ways->n_ways; i++)
		if (ways->ways[i].n_stopped == 0 && is_better(ways, i, best) &&
		    gauss_is_whole(move_of(&ways->ways[i], member)))
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
			is_ok = oeo_gauss_ways_settle(ways, wanted, n);
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
	return mend_ways(ways, wanted, &kept) && oeo_gauss_push_all(ways, wanted, kept, n_left);
}

bool oeo_gauss_ways_is_broken(const struct gauss_ways *ways, uint32_t member)
{
	uint32_t way = ways->way_of[member];

	if (ways->is_stopped[member] || ways->moves->system->groups[ways->members[member]].is_latent)
		return false;
	return way == GAUSS_NONE || ways->ways[way].n_stopped > 0;
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
	return oeo_gauss_pushes_open(ways) && add_turns(ways) ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_NOMEM;
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
