/* SPDX-License-Identifier: EUPL-1.2 */
/* The audit interrupted, without its solver, and of malformed problems. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audit_square.h"

static size_t calls_left;

static bool count_down(void *context, size_t done, size_t total)
{
	assert_ptr_equal(context, &calls_left);
	assert_true(done <= total);
	return calls_left-- > 0;
}

static void test_interruption_leaves_no_trace(void **state)
{
	struct oeo_audit_report untouched;
	size_t n_interrupted = 0;
	enum oeo_audit_err err = OEO_AUDIT_INTERRUPTED;

	(void)state;
	random_state = 77;
	make_square();
	memset(&untouched, 0xa5, sizeof(untouched));
	for (size_t n = 0; err == OEO_AUDIT_INTERRUPTED; n++) {
		made.report = untouched;
		calls_left = n;
		err = audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_ALL,
		    .wants_intervals = true,
		    .progress = count_down,
		    .context = &calls_left});
		n_interrupted += err == OEO_AUDIT_INTERRUPTED;
		if (err == OEO_AUDIT_INTERRUPTED)
			assert_memory_equal(&made.report, &untouched, sizeof(untouched));
	}
	assert_int_equal(err, OEO_AUDIT_OK);
	assert_true(n_interrupted > 3);
}

static void *open_nothing(const struct oeo_solver_model *model)
{
	(void)model;
	return NULL;
}

static enum oeo_solver_result give_up(void *handle, bool is_maximum)
{
	(void)handle;
	(void)is_maximum;
	return OEO_SOLVER_FAILED;
}

static void test_solver_that_fails_gives_no_verdict(void **state)
{
	struct oeo_solver solver = *oeo_solver_clp();
	size_t total = shown(20);
	size_t a = hidden(10);
	size_t b = hidden(10);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a, b);
	solver.solve = give_up;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_P, .solver = &solver}),
	    OEO_AUDIT_SOLVER);
	solver.open = open_nothing;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_P, .solver = &solver}),
	    OEO_AUDIT_NOMEM);
}

static void test_malformed_problem_is_refused(void **state)
{
	size_t total = shown(20);
	size_t a = hidden(10);

	(void)state;
	RELATE(OEO_DISCLOSURE_EQUAL, total, a);
	made.children[0][0] = made.problem.n_cells;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_L}), OEO_AUDIT_INVALID);
	made.children[0][0] = total;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_L}), OEO_AUDIT_INVALID);
	made.children[0][0] = a;
	made.cells[a].value[R] = OEO_DISCLOSURE_VALUE_LIMIT + 1;
	assert_int_equal(audit_with((struct oeo_audit_options){.attackers = OEO_AUDIT_L}), OEO_AUDIT_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup(test_interruption_leaves_no_trace, begin),
	    cmocka_unit_test_setup(test_solver_that_fails_gives_no_verdict, begin),
	    cmocka_unit_test_setup(test_malformed_problem_is_refused, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
