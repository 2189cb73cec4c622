/* SPDX-License-Identifier: EUPL-1.2 */
#include "gauss_optimum.h"

#include <stdlib.h>

#include <coin/Cbc_C_Interface.h>

#define FARTHEST 10.0 /* no move is larger */

struct optimum {
	const struct oeo_disclosure_problem *problem;
	Cbc_Model *model;
	bool *is_inner;
	int *columns;
	double *factors;
	int n_columns;
};

static uint64_t value_of(const struct optimum *optimum, size_t cell)
{
	return optimum->problem->cells[cell].value[OEO_DISCLOSURE_RESIDENTS];
}

static bool is_primary(const struct optimum *optimum, size_t cell)
{
	return value_of(optimum, cell) < optimum->problem->cells[cell].rules.residents;
}

static int add_column(struct optimum *optimum, double low, double high, double price, bool is_whole)
{
	Cbc_addCol(optimum->model, "", low, high, price, (char)is_whole, 0, NULL, NULL);
	return optimum->n_columns++;
}

static void add_row(struct optimum *optimum, int n, char sense, double right)
{
	Cbc_addRow(optimum->model, "", n, optimum->columns, optimum->factors, sense, right);
}

/* factor[0] * column a + factor[1] * column b, compared with right. */
static void add_pair(struct optimum *optimum, int a, double factor, int b, char sense, double right)
{
	optimum->columns[0] = a;
	optimum->factors[0] = 1;
	optimum->columns[1] = b;
	optimum->factors[1] = factor;
	add_row(optimum, 2, sense, right);
}

static void add_relations(struct optimum *optimum, int first)
{
	for (size_t r = 0; r < optimum->problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &optimum->problem->relations[r];
		int n = 0;

		for (size_t i = 0; i < relation->n_children; i++) {
			optimum->columns[n] = first + (int)relation->children[i];
			optimum->factors[n++] = 1;
		}
		optimum->columns[n] = first + (int)relation->parent;
		optimum->factors[n++] = -1;
		add_row(optimum, n, 'E', 0);
	}
}

/* The move of one primary cell. Column c of the first ones is 1 where cell c is hidden. */
static void add_move(struct optimum *optimum, size_t primary)
{
	int first = optimum->n_columns, choice;

	for (size_t c = 0; c < optimum->problem->n_cells; c++) {
		double room = (double)value_of(optimum, c) - (optimum->is_inner[c] ? 1 : 0);

		(void)add_column(optimum, room < FARTHEST ? -room : -FARTHEST, FARTHEST, 0, false);
		if (is_primary(optimum, c))
			continue;
		add_pair(optimum, first + (int)c, -FARTHEST, (int)c, 'L', 0);
		add_pair(optimum, first + (int)c, FARTHEST, (int)c, 'G', 0);
	}
	add_relations(optimum, first);
	/* Up by one (choice 0) or down by one (choice 1). */
	choice = add_column(optimum, 0, 1, 0, true);
	add_pair(optimum, first + (int)primary, 2 * FARTHEST, choice, 'G', 1);
	add_pair(optimum, first + (int)primary, 2 * FARTHEST, choice, 'L', 2 * FARTHEST - 1);
}

static void build(struct optimum *optimum)
{
	for (size_t r = 0; r < optimum->problem->n_relations; r++)
		optimum->is_inner[optimum->problem->relations[r].parent] = false;
	for (size_t c = 0; c < optimum->problem->n_cells; c++)
		(void)add_column(
		    optimum, is_primary(optimum, c) ? 1 : 0, 1, (double)value_of(optimum, c), true);
	for (size_t c = 0; c < optimum->problem->n_cells; c++)
		if (is_primary(optimum, c))
			add_move(optimum, c);
}

bool gauss_optimum_find(const struct oeo_disclosure_problem *problem, uint64_t *sum)
{
	size_t n = problem->n_cells;
	struct optimum optimum = {.problem = problem,
	    .model = Cbc_newModel(),
	    .is_inner = calloc(n + 1, sizeof(bool)),
	    .columns = calloc(n + 2, sizeof(int)),
	    .factors = calloc(n + 2, sizeof(double))};
	bool is_proved = optimum.model != NULL && optimum.is_inner != NULL && optimum.columns != NULL &&
			 optimum.factors != NULL;

	for (size_t c = 0; c < n && is_proved; c++)
		optimum.is_inner[c] = true;
	if (is_proved) {
		build(&optimum);
		Cbc_setLogLevel(optimum.model, 0);
		Cbc_setParameter(optimum.model, "seconds", "60");
		(void)Cbc_solve(optimum.model);
		is_proved = Cbc_isProvenOptimal(optimum.model) == 1;
	}
	if (is_proved)
		*sum = (uint64_t)(Cbc_getObjValue(optimum.model) + 0.5);
	if (optimum.model != NULL)
		Cbc_deleteModel(optimum.model);
	free(optimum.is_inner);
	free(optimum.columns);
	free(optimum.factors);
	return is_proved;
}
