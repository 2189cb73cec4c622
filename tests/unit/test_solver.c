/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The solver, asked again and again with other bounds and objectives, as the audit does. Small random programs of which one
 * point is known, with columns that have no limit: each answer is held against that of a new program in which they have one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/disclosure/solver_clp.h"
#include "tests/unit/counted.h"

#define COLUMNS 10
#define ROWS 6
#define PROGRAMS 400
#define QUESTIONS 12
/* Far beyond what the known point and the rows allow to any column that has an end. */
#define LIMIT 1000.0

struct program {
	double low[COLUMNS];
	double high[COLUMNS];
	double point[COLUMNS];
	double row_low[ROWS];
	double row_high[ROWS];
	size_t first[ROWS + 1];
	size_t columns[ROWS * COLUMNS];
	double coefficients[ROWS * COLUMNS];
};

static void make_row(struct program *program, size_t row, uint64_t *state)
{
	double sum = 0;
	size_t n = program->first[row];

	for (size_t i = 0; i < COLUMNS; i++) {
		int coefficient = (int)(counted_random(state) % 5) - 2;

		if (coefficient != 1 && coefficient != -1)
			continue;
		program->columns[n] = i;
		program->coefficients[n++] = coefficient;
		sum += coefficient * program->point[i];
	}
	program->first[row + 1] = n;
	program->row_low[row] = sum;
	program->row_high[row] = counted_random(state) % 3 == 0 ? sum + 2 : sum;
}

static void make_program(struct program *program, uint64_t *state)
{
	for (size_t i = 0; i < COLUMNS; i++) {
		program->point[i] = (double)(counted_random(state) % 7);
		program->low[i] = 0;
		program->high[i] = counted_random(state) % 2 == 0 ? OEO_SOLVER_INFINITY : 9;
	}
	program->first[0] = 0;
	for (size_t i = 0; i < ROWS; i++)
		make_row(program, i, state);
}

static void *open_program(const struct program *program, const double *low, const double *high)
{
	void *handle = oeo_solver_clp()->open(&(struct oeo_solver_model){COLUMNS, ROWS, low, high,
	    program->row_low, program->row_high, program->first, program->columns, program->coefficients});

	assert_non_null(handle);
	return handle;
}

/* What a new program says in which nothing is without limit. */
static double ask_anew(
    const struct program *program, const double *low, const double *high, size_t column, bool is_maximum)
{
	const struct oeo_solver *solver = oeo_solver_clp();
	double capped[COLUMNS];
	double found;
	void *handle;

	for (size_t i = 0; i < COLUMNS; i++)
		capped[i] = high[i] < LIMIT ? high[i] : LIMIT;
	handle = open_program(program, low, capped);
	solver->set_objective(handle, column, 1.0);
	assert_int_equal(solver->solve(handle, is_maximum), OEO_SOLVER_OPTIMAL);
	found = solver->point(handle)[column];
	solver->close(handle);
	return found;
}

/* Take one number of the point as known, and ask how far another one goes. */
static void ask(const struct program *program, void *handle, uint64_t *state, size_t *n_endless)
{
	const struct oeo_solver *solver = oeo_solver_clp();
	size_t fixed = (size_t)(counted_random(state) % COLUMNS);
	size_t column = (size_t)(counted_random(state) % COLUMNS);
	bool is_maximum = counted_random(state) % 2 == 0;
	double low[COLUMNS];
	double high[COLUMNS];
	double expected;
	enum oeo_solver_result result;

	for (size_t i = 0; i < COLUMNS; i++) {
		low[i] = i == fixed ? program->point[i] : program->low[i];
		high[i] = i == fixed ? program->point[i] : program->high[i];
	}
	expected = ask_anew(program, low, high, column, is_maximum);
	solver->set_bounds(handle, fixed, low[fixed], high[fixed]);
	solver->set_objective(handle, column, 1.0);
	result = solver->solve(handle, is_maximum);
	if (expected > LIMIT / 4) {
		assert_int_equal(result, OEO_SOLVER_UNBOUNDED);
		++*n_endless;
	} else {
		assert_int_equal(result, OEO_SOLVER_OPTIMAL);
		assert_true(solver->point(handle)[column] < expected + 1e-6);
		assert_true(solver->point(handle)[column] > expected - 1e-6);
	}
	solver->set_objective(handle, column, 0.0);
	solver->set_bounds(handle, fixed, program->low[fixed], program->high[fixed]);
}

static void test_other_bounds_and_objectives_are_answered_as_by_a_new_program(void **unused)
{
	uint64_t state = 20261122;
	size_t n_endless = 0;

	(void)unused;
	for (size_t i = 0; i < PROGRAMS; i++) {
		struct program program;
		void *handle;

		make_program(&program, &state);
		handle = open_program(&program, program.low, program.high);
		for (size_t j = 0; j < QUESTIONS; j++)
			ask(&program, handle, &state, &n_endless);
		oeo_solver_clp()->close(handle);
	}
	print_message("%zu of %d answers: there is no end\n", n_endless, PROGRAMS * QUESTIONS);
	assert_true(n_endless > PROGRAMS / 4 && n_endless < PROGRAMS * QUESTIONS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_other_bounds_and_objectives_are_answered_as_by_a_new_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
