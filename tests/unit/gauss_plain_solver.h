/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Clp without reduced costs: no reason is found why a number is stuck, so that suppression repairs by programs over the whole
 * table, which it otherwise does for large tables only. Counts those programs.
 */
#ifndef OEO_TESTS_UNIT_GAUSS_PLAIN_SOLVER_H
#define OEO_TESTS_UNIT_GAUSS_PLAIN_SOLVER_H

#include "collector/disclosure/solver_clp.h"

struct gauss_plain {
	struct oeo_solver solver;
	size_t n_cells; /* of the table under way: only a repair has more columns */
	size_t n_repairs;
};

static struct gauss_plain gauss_plain;

static inline void *gauss_plain_open(const struct oeo_solver_model *model)
{
	gauss_plain.n_repairs += model->n_columns > gauss_plain.n_cells;
	return oeo_solver_clp()->open(model);
}

static inline const struct oeo_solver *gauss_plain_solver(size_t n_cells)
{
	gauss_plain.solver = *oeo_solver_clp();
	gauss_plain.solver.open = gauss_plain_open;
	gauss_plain.solver.reduced_costs = NULL;
	gauss_plain.n_cells = n_cells;
	gauss_plain.n_repairs = 0;
	return &gauss_plain.solver;
}

#endif
