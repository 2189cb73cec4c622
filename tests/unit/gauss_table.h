/* SPDX-License-Identifier: EUPL-1.2 */
/* Small random tables with margins, without zeros, for the tests of oeo_disclosure_suppress. */
#ifndef OEO_TESTS_UNIT_GAUSS_TABLE_H
#define OEO_TESTS_UNIT_GAUSS_TABLE_H

#include <string.h>

#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"

#define GAUSS_SIDE 7
#define GAUSS_CELLS (GAUSS_SIDE * GAUSS_SIDE)
#define GAUSS_LPQ (OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q)

struct gauss_table {
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell cells[GAUSS_CELLS];
	struct oeo_disclosure_relation relations[2 * GAUSS_SIDE];
	size_t children[2 * GAUSS_SIDE][GAUSS_SIDE];
	size_t place[GAUSS_CELLS]; /* of row * GAUSS_SIDE + column; SIZE_MAX where the number is zero */
};

static inline uint64_t gauss_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Row 0 and column 0 are the margins. */
static inline void gauss_table_fill(
    uint64_t *state, size_t n_rows, size_t n_columns, uint64_t values[GAUSS_SIDE][GAUSS_SIDE])
{
	memset(values, 0, sizeof(uint64_t) * GAUSS_CELLS);
	for (size_t r = 1; r < n_rows; r++) {
		for (size_t c = 1; c < n_columns; c++) {
			uint64_t kind = gauss_random(state) % 10;
			uint64_t value = kind < 1   ? 0
					 : kind < 4 ? 1 + gauss_random(state) % 4
						    : 5 + gauss_random(state) % 40;

			values[r][c] = value;
			values[0][c] += value;
			values[r][0] += value;
			values[0][0] += value;
		}
	}
}

static inline void gauss_table_relate(struct gauss_table *table, size_t step, size_t parent, size_t n)
{
	struct oeo_disclosure_relation *relation = &table->relations[table->problem.n_relations];
	size_t *children = table->children[table->problem.n_relations];
	size_t n_children = 0;

	if (table->place[parent] == SIZE_MAX)
		return;
	for (size_t i = 1; i < n; i++)
		if (table->place[parent + i * step] != SIZE_MAX)
			children[n_children++] = table->place[parent + i * step];
	*relation = (struct oeo_disclosure_relation){
	    OEO_DISCLOSURE_EQUAL, OEO_DISCLOSURE_RESIDENTS, table->place[parent], children, n_children, true};
	table->problem.n_relations++;
}

/* Cells in the order of order (GAUSS_CELLS places, each once); keys are places whatever the order. */
static inline void gauss_table_make(struct gauss_table *table, uint64_t seed, const size_t order[GAUSS_CELLS])
{
	uint64_t values[GAUSS_SIDE][GAUSS_SIDE], state = seed;
	size_t n_rows = 4 + gauss_random(&state) % 4, n_columns = 4 + gauss_random(&state) % 4;

	memset(table, 0, sizeof(*table));
	gauss_table_fill(&state, n_rows, n_columns, values);
	for (size_t i = 0; i < GAUSS_CELLS; i++) {
		size_t place = order == NULL ? i : order[i];
		uint64_t value = values[place / GAUSS_SIDE][place % GAUSS_SIDE];

		table->place[place] = value == 0 ? SIZE_MAX : table->problem.n_cells;
		if (value == 0)
			continue;
		table->cells[table->problem.n_cells++] = (struct oeo_disclosure_cell){.key = place,
		    .role = OEO_DISCLOSURE_DECIDE,
		    .state = OEO_DISCLOSURE_OPEN,
		    .has_measure = {true, false},
		    .value = {value, 0},
		    .rules = {.residents = 5}};
	}
	for (size_t r = 0; r < n_rows; r++)
		gauss_table_relate(table, 1, (order == NULL ? r : n_rows - 1 - r) * GAUSS_SIDE, n_columns);
	for (size_t c = 0; c < n_columns; c++)
		gauss_table_relate(table, GAUSS_SIDE, order == NULL ? c : n_columns - 1 - c, n_rows);
	table->problem.cells = table->cells;
	table->problem.relations = table->relations;
	table->problem.n_tables = 1;
}

#endif
