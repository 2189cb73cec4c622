/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_certificate.h"

#include <stdlib.h>

#define MOST 1000.0
#define MOST_SCALE 12
#define NEAR 1e-6
#define FEW 1e-4 /* so that a sum has few numbers where it may */

/* Columns: a factor of every row, then a factor of every number (0 of those that may not be in a sum). */
struct program {
	struct oeo_solver_model model;
	double *low, *high, *zeros, *coefficients;
	size_t *first, *columns;
};

static void set_bounds(struct program *program, const struct gauss_rows *rows)
{
	for (size_t r = 0; r < rows->n_rows; r++) {
		program->low[r] = -MOST;
		program->high[r] = MOST;
	}
	for (size_t c = 0; c < rows->n_columns; c++)
		program->high[rows->n_rows + c] = rows->excess[c] >= 0 ? MOST : 0;
}

/* One row for every number: the rows' factors times their coefficients, minus its own factor, is 0. */
static void transpose(struct program *program, const struct gauss_rows *rows)
{
	size_t n_terms = rows->row_first[rows->n_rows], at = 0;

	for (size_t t = 0; t < n_terms; t++)
		program->first[rows->columns[t] + 1]++;
	for (size_t c = 0; c < rows->n_columns; c++) {
		size_t length = program->first[c + 1] + 1;

		program->columns[at] = rows->n_rows + c;
		program->coefficients[at] = -1;
		program->first[c + 1] =
		    at + 1; /* where the next term of c goes; the end, when all are there */
		at += length;
	}
	for (size_t r = 0; r < rows->n_rows; r++) {
		for (size_t t = rows->row_first[r]; t < rows->row_first[r + 1]; t++) {
			size_t place = program->first[rows->columns[t] + 1]++;

			program->columns[place] = r;
			program->coefficients[place] = rows->coefficients[t];
		}
	}
}

void *oeo_gauss_certificate_open(const struct oeo_solver *solver, const struct gauss_rows *rows)
{
	size_t n = rows->n_rows + rows->n_columns, n_terms = rows->row_first[rows->n_rows] + rows->n_columns;
	struct program program = {.low = calloc(n + 1, sizeof(double)),
	    .high = calloc(n + 1, sizeof(double)),
	    .zeros = calloc(rows->n_columns + 1, sizeof(double)),
	    .coefficients = calloc(n_terms + 1, sizeof(double)),
	    .first = calloc(rows->n_columns + 2, sizeof(size_t)),
	    .columns = calloc(n_terms + 1, sizeof(size_t))};
	void *handle = NULL;

	if (program.low != NULL && program.high != NULL && program.zeros != NULL &&
	    program.coefficients != NULL && program.first != NULL && program.columns != NULL) {
		set_bounds(&program, rows);
		transpose(&program, rows);
		program.model = (struct oeo_solver_model){n, rows->n_columns, program.low, program.high,
		    program.zeros, program.zeros, program.first, program.columns, program.coefficients};
		handle = solver->open(&program.model);
	}
	free(program.low);
	free(program.high);
	free(program.zeros);
	free(program.coefficients);
	free(program.first);
	free(program.columns);
	for (size_t c = 0; c < rows->n_columns && handle != NULL; c++)
		solver->set_objective(
		    handle, rows->n_rows + c, rows->excess[c] >= 0 ? rows->excess[c] + FEW : 0);
	return handle;
}

static bool is_whole(double value, unsigned *whole)
{
	*whole = value <= 0 ? 0 : (unsigned)(value + 0.5);
	return value - (double)*whole < NEAR && (double)*whole - value < NEAR;
}

static bool scale(const double *values, size_t n, unsigned times, unsigned *factors)
{
	for (size_t i = 0; i < n; i++)
		if (!is_whole(values[i] * times, &factors[i]))
			return false;
	return true;
}

/* Does the sum leave so little that the column, with factor 1, cannot rise by one? */
static bool is_tight(const struct gauss_rows *rows, const double *values)
{
	double left = 0;

	for (size_t c = 0; c < rows->n_columns; c++)
		left += rows->excess[c] > 0 ? rows->excess[c] * values[c] : 0;
	return left < 1 - NEAR;
}

bool oeo_gauss_certificate_find(const struct oeo_solver *solver, void *handle, const struct gauss_rows *rows,
    size_t column, unsigned *factors)
{
	bool is_found = false;

	solver->set_bounds(handle, rows->n_rows + column, 1, 1);
	if (solver->solve(handle, false) == OEO_SOLVER_OPTIMAL) {
		const double *values = solver->point(handle) + rows->n_rows;

		for (unsigned times = 1; times <= MOST_SCALE && !is_found && is_tight(rows, values); times++)
			is_found = scale(values, rows->n_columns, times, factors);
	}
	solver->set_bounds(handle, rows->n_rows + column, 0, MOST);
	return is_found;
}
