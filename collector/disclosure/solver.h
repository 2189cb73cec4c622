/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The linear programming solver that the audit calls, as a struct of functions, so that another one can be put
 * in without touching the audit. A model is made once; then only bounds of columns and the objective change, and
 * a solver is expected to start from where the last solution was (a warm start).
 *
 * One model is used by one thread at a time; different models may be used by different threads if the solver
 * allows it. Floating point lives behind this interface only: the audit rounds with a margin.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_SOLVER_H
#define OEO_COLLECTOR_DISCLOSURE_SOLVER_H

#include <stdbool.h>
#include <stddef.h>

/* Bounds beyond this mean "none". */
#define OEO_SOLVER_INFINITY 1e30

/* Rows low <= sum of coefficient * column <= high. All arrays are borrowed for the call of `open` only. */
struct oeo_solver_model {
	size_t n_columns;
	size_t n_rows;
	const double *column_low;
	const double *column_high;
	const double *row_low;
	const double *row_high;
	const size_t *row_first; /* n_rows + 1: terms of row i are row_first[i] .. row_first[i + 1] - 1 */
	const size_t *columns; /* of every term; no column twice in a row */
	const double *coefficients;
};

enum oeo_solver_result {
	OEO_SOLVER_OPTIMAL = 0,
	OEO_SOLVER_INFEASIBLE, /* no point fits all rows and bounds */
	OEO_SOLVER_UNBOUNDED,
	OEO_SOLVER_FAILED /* limits or numbers: nothing may be concluded */
};

struct oeo_solver {
	/* Make a model; NULL: out of memory. Returns owned (close). */
	void *(*open)(const struct oeo_solver_model *model);
	void (*close)(void *handle);
	/* Change the bounds of one column. */
	void (*set_bounds)(void *handle, size_t column, double low, double high);
	/* Set the coefficient of one column in the objective; all are 0 at first. */
	void (*set_objective)(void *handle, size_t column, double coefficient);
	/* Minimise (or maximise) the objective. */
	enum oeo_solver_result (*solve)(void *handle, bool is_maximum);
	/* The columns' values in the last OPTIMAL solution. Borrowed until the next call. */
	const double *(*point)(void *handle);
	/*
	 * How much the objective of the last OPTIMAL solution, which was a minimum, grows for each that a column rises from
	 * where it is, the others making room. Borrowed until the next call. May be NULL: who asks then does without.
	 */
	const double *(*reduced_costs)(void *handle);
};

#endif
