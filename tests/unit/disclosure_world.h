/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Little made-up towns for the tests of disclosure control: residents with a ward, a set of members they went to
 * and questions with a theme and a channel, in three months; and the tables counted from them, as problems for
 * the library. Deterministic: everything follows from a seed.
 */
#ifndef OEO_TESTS_UNIT_DISCLOSURE_WORLD_H
#define OEO_TESTS_UNIT_DISCLOSURE_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/disclosure.h"

#define THEME 0
#define WARD 1 /* exclusive: every resident has one */
#define CHANNEL 2
#define DIMENSIONS 3
#define ALL 8 /* the code that stands for a margin */
#define MOST_CODES 6
#define MOST_RESIDENTS 400
#define MOST_QUESTIONS 1200
#define MOST_MEMBERS 4
#define MOST_CELLS 1500
#define MOST_RELATIONS 3000
#define PERIODS 4 /* three months, and the quarter */
#define QUARTER 3

struct random {
	uint64_t state;
};

static inline uint64_t next_random(struct random *random)
{
	uint64_t z = random->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static inline size_t below(struct random *random, size_t end)
{
	return (size_t)(next_random(random) % end);
}

struct question {
	size_t resident; /* SIZE_MAX: asked without a name */
	size_t member;
	size_t month;
	size_t codes[DIMENSIONS];
};

struct town {
	size_t n_codes[DIMENSIONS];
	size_t n_members;
	size_t n_questions;
	struct question questions[MOST_QUESTIONS];
	struct oeo_disclosure_rules rules;
};

/* Small numbers are likely for high codes, so that there is something to hide. */
static inline size_t skewed(struct random *random, size_t end)
{
	size_t a = below(random, end);
	size_t b = below(random, end);

	return a < b ? a : b;
}

static inline void make_town(struct town *town, struct random *random, size_t residents, size_t codes)
{
	memset(town, 0, sizeof(*town));
	town->n_members = 1 + below(random, MOST_MEMBERS);
	for (size_t d = 0; d < DIMENSIONS; d++)
		town->n_codes[d] = 2 + below(random, codes - 1);
	town->rules = (struct oeo_disclosure_rules){
	    2 + below(random, 4), 1 + below(random, 2), 1 + below(random, 4), 0};
	town->rules.reach = town->rules.residents;
	for (size_t r = 0; r < residents; r++) {
		size_t ward = skewed(random, town->n_codes[WARD]);
		size_t n = 1 + skewed(random, 4);
		bool is_named = below(random, 20) != 0;

		for (size_t q = 0; q < n && town->n_questions < MOST_QUESTIONS; q++) {
			struct question *question = &town->questions[town->n_questions++];

			question->resident = is_named ? r : SIZE_MAX;
			question->member = skewed(random, town->n_members);
			question->month = below(random, 3);
			question->codes[THEME] = skewed(random, town->n_codes[THEME]);
			question->codes[WARD] = is_named ? ward : town->n_codes[WARD] - 1;
			question->codes[CHANNEL] = skewed(random, town->n_codes[CHANNEL]);
		}
	}
}

struct place {
	unsigned by; /* bit d: by dimension d */
	size_t period;
	size_t codes[DIMENSIONS]; /* ALL where not by it */
};

/* A problem with room for what it points to. */
struct world {
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell cells[MOST_CELLS];
	struct place places[MOST_CELLS];
	struct oeo_disclosure_part parts[MOST_CELLS * MOST_MEMBERS];
	struct oeo_disclosure_relation relations[MOST_RELATIONS];
	size_t children[MOST_RELATIONS * 16];
	size_t n_children;
	uint64_t truth[2][MOST_CELLS]; /* also of cells that are not open */
};

static inline bool is_in(const struct question *question, const struct place *place)
{
	if (place->period != QUARTER && question->month != place->period)
		return false;
	for (size_t d = 0; d < DIMENSIONS; d++)
		if (place->codes[d] != ALL && place->codes[d] != question->codes[d])
			return false;
	return true;
}

/* Distinct residents of the place, of one member or (SIZE_MAX) of all; and questions. */
static inline void count_place(
    const struct town *town, const struct place *place, size_t member, uint64_t count[2])
{
	bool seen[MOST_RESIDENTS] = {false};

	count[0] = 0;
	count[1] = 0;
	for (size_t i = 0; i < town->n_questions; i++) {
		const struct question *question = &town->questions[i];

		if (!is_in(question, place) || (member != SIZE_MAX && question->member != member))
			continue;
		count[1]++;
		if (question->resident == SIZE_MAX || seen[question->resident])
			continue;
		seen[question->resident] = true;
		count[0]++;
	}
}

static inline void fill_cell(struct world *world, const struct town *town, size_t index, bool has_questions,
    enum oeo_disclosure_role role)
{
	struct oeo_disclosure_cell *cell = &world->cells[index];
	const struct place *place = &world->places[index];
	uint64_t count[2];

	memset(cell, 0, sizeof(*cell));
	count_place(town, place, SIZE_MAX, count);
	world->truth[0][index] = count[0];
	world->truth[1][index] = count[1];
	cell->key = ((((place->period * 8 + place->by) * 9 + place->codes[0]) * 9 + place->codes[1]) * 9 +
		     place->codes[2]);
	cell->table = place->by;
	cell->role = role;
	cell->has_measure[0] = true;
	cell->has_measure[1] = has_questions;
	cell->rules = town->rules;
	cell->priority = 3u - (unsigned)__builtin_popcount(place->by);
	cell->parts = world->parts + index * MOST_MEMBERS;
	if (count[0] < town->rules.residents || role == OEO_DISCLOSURE_LATENT) {
		/* A latent cell is counted by nobody: it may hold any number. */
		cell->state =
		    role == OEO_DISCLOSURE_LATENT ? OEO_DISCLOSURE_UNBOUNDED : OEO_DISCLOSURE_UNOPENED;
		cell->rules.reach = role == OEO_DISCLOSURE_LATENT ? 0 : cell->rules.reach;
		return;
	}
	cell->state = OEO_DISCLOSURE_OPEN;
	cell->value[0] = count[0];
	cell->value[1] = has_questions ? count[1] : 0;
	for (size_t m = 0; m < town->n_members; m++) {
		uint64_t own[2];

		count_place(town, place, m, own);
		if (own[1] > 0)
			world->parts[index * MOST_MEMBERS + cell->n_parts++] =
			    (struct oeo_disclosure_part){m, own[0], has_questions ? own[1] : 0};
	}
}

static inline void add_table(struct world *world, const struct town *town, unsigned by, size_t period,
    bool has_questions, enum oeo_disclosure_role role)
{
	size_t n[DIMENSIONS];

	for (size_t d = 0; d < DIMENSIONS; d++)
		n[d] = (by >> d & 1) != 0 ? town->n_codes[d] : 1;
	for (size_t i = 0; i < n[0] * n[1] * n[2]; i++) {
		size_t index = world->problem.n_cells++;
		struct place *place = &world->places[index];
		size_t at[DIMENSIONS] = {i / (n[1] * n[2]), i / n[2] % n[1], i % n[2]};

		if (index >= MOST_CELLS)
			abort();
		place->by = by;
		place->period = period;
		for (size_t d = 0; d < DIMENSIONS; d++)
			place->codes[d] = (by >> d & 1) != 0 ? at[d] : ALL;
		fill_cell(world, town, index, has_questions, role);
	}
}

/* Is child one of the cells that parent falls into when dimension d is added? */
static inline bool is_part(const struct place *parent, const struct place *child, size_t d)
{
	if (parent->period != child->period || parent->codes[d] != ALL || child->codes[d] == ALL)
		return false;
	for (size_t e = 0; e < DIMENSIONS; e++)
		if (e != d && parent->codes[e] != child->codes[e])
			return false;
	return true;
}

static inline bool is_month_of(const struct place *parent, const struct place *child)
{
	return parent->period == QUARTER && child->period != QUARTER &&
	       memcmp(parent->codes, child->codes, sizeof(parent->codes)) == 0;
}

static inline void add_relation(struct world *world, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure, size_t parent, size_t first, bool is_exact)
{
	size_t n = world->n_children - first;

	if (n == 0)
		return;
	if (world->problem.n_relations >= MOST_RELATIONS)
		abort();
	world->relations[world->problem.n_relations++] =
	    (struct oeo_disclosure_relation){kind, measure, parent, world->children + first, n, is_exact};
}

/* The relations of one parent over one dimension (DIMENSIONS: over the months). */
static inline void relate(struct world *world, size_t parent, size_t d)
{
	for (unsigned measure = 0; measure < 2; measure++) {
		size_t first = world->n_children;
		bool is_time = d == DIMENSIONS;
		enum oeo_disclosure_kind kind = OEO_DISCLOSURE_EQUAL;

		for (size_t i = 0; i < world->problem.n_cells; i++) {
			bool is_child = is_time ? is_month_of(&world->places[parent], &world->places[i])
						: is_part(&world->places[parent], &world->places[i], d);

			if (!is_child || !world->cells[i].has_measure[measure] ||
			    !world->cells[parent].has_measure[measure])
				continue;
			if (world->n_children >= sizeof(world->children) / sizeof(world->children[0]))
				abort();
			world->children[world->n_children++] = i;
		}
		if (measure == 0 && is_time && world->n_children - first < 3)
			kind = OEO_DISCLOSURE_WITHIN;
		else if (measure == 0 && d != WARD)
			kind = OEO_DISCLOSURE_COVER;
		else if (measure == 1 && is_time && world->n_children - first < 3)
			world->n_children = first; /* a month is missing: the sum says nothing */
		add_relation(world, kind, (enum oeo_disclosure_measure)measure, parent, first, !is_time);
	}
}

static inline void close_world(struct world *world, const struct town *town)
{
	for (size_t i = 0; i < world->problem.n_cells; i++)
		for (size_t d = 0; d <= DIMENSIONS; d++)
			relate(world, i, d);
	world->problem.cells = world->cells;
	world->problem.relations = world->relations;
	world->problem.n_members = town->n_members;
	world->problem.n_tables = 8;
}

static inline bool shows(const struct oeo_disclosure_decision *decisions, size_t cell, size_t measure)
{
	return oeo_disclosure_shows(&decisions[cell], (enum oeo_disclosure_measure)measure);
}

/* Show what is hidden only to protect others. */
static inline void give_back(const struct world *world, struct oeo_disclosure_decision *decisions)
{
	for (size_t i = 0; i < world->problem.n_cells; i++) {
		if (decisions[i].reason != OEO_DISCLOSURE_SECONDARY)
			continue;
		decisions[i].is_shown = true;
		decisions[i].hides_questions = false;
	}
}

/* Cells of an earlier period keep what was decided then. */
static inline void keep_decisions(
    struct world *later, const struct world *earlier, const struct oeo_disclosure_decision *decisions)
{
	for (size_t i = 0; i < later->problem.n_cells; i++) {
		for (size_t j = 0; j < earlier->problem.n_cells; j++) {
			if (later->cells[i].key != earlier->cells[j].key ||
			    earlier->cells[j].role == OEO_DISCLOSURE_LATENT)
				continue;
			later->cells[i].role =
			    decisions[j].is_shown ? OEO_DISCLOSURE_SHOWN : OEO_DISCLOSURE_HIDDEN;
			later->cells[i].hides_questions = decisions[j].hides_questions;
		}
	}
}

#endif
