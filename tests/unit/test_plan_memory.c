/* SPDX-License-Identifier: EUPL-1.2 */
/* Out of memory at every allocation: an ordinary error, nothing lost, and the next try works. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium.h>

#include "failing_alloc.h"
#include "proto/i18n.h"
#include "proto/plan_file.h"
#include "proto/plan_sign.h"

#define GOOD OEO_TEST_DIR "/data/plans/good.yaml"
#define MOST_ALLOCATIONS 5000

static void test_reading_a_plan_file(void **state)
{
	struct oeo_plan *plan = NULL;
	long n;

	(void)state;
	for (n = 0; n < MOST_ALLOCATIONS && plan == NULL; n++) {
		struct oeo_findings findings = {0};
		enum oeo_err err;

		alloc_fail_after(n);
		err = oeo_plan_file_read(&plan, GOOD, &findings);
		alloc_fail_never();
		assert_true((err == OEO_OK) == (plan != NULL));
		oeo_findings_fini(&findings);
	}
	assert_true(n > 50);
	assert_non_null(plan);
	oeo_plan_free(plan);
}

static void test_reading_plan_bytes_and_describing_them(void **state)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;
	struct oeo_plan *again = NULL;
	struct oeo_buf text = {0};
	enum oeo_err err = OEO_ERR_NOMEM;

	(void)state;
	assert_int_equal(oeo_plan_file_read(&plan, GOOD, &findings), OEO_OK);
	for (long n = 0; n < MOST_ALLOCATIONS && again == NULL; n++) {
		alloc_fail_after(n);
		err = oeo_plan_parse(&again, plan->bytes.data, plan->bytes.len, NULL);
		alloc_fail_never();
		assert_true((err == OEO_OK) == (again != NULL));
	}
	assert_non_null(again);
	err = OEO_ERR_NOMEM;
	for (long n = 0; n < MOST_ALLOCATIONS && err != OEO_OK; n++) {
		text.len = 0;
		alloc_fail_after(n);
		err = oeo_plan_describe(&text, plan);
		alloc_fail_never();
		assert_true(err == OEO_OK || err == OEO_ERR_NOMEM);
	}
	assert_int_equal(err, OEO_OK);
	oeo_buf_fini(&text);
	oeo_plan_free(plan);
	oeo_plan_free(again);
	oeo_findings_fini(&findings);
}

static void test_a_fault_that_cannot_be_kept_still_counts(void **state)
{
	struct oeo_findings findings = {0};

	(void)state;
	alloc_fail_after(0);
	oeo_findings_add(&findings, OEO_FINDING_FAULT, "x", 1, "%s", "fault");
	alloc_fail_never();
	assert_int_equal(findings.count, 0);
	assert_int_equal(findings.faults, 1);
	assert_int_equal(findings.dropped, 1);
	oeo_findings_fini(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reading_a_plan_file),
	    cmocka_unit_test(test_reading_plan_bytes_and_describing_them),
	    cmocka_unit_test(test_a_fault_that_cannot_be_kept_still_counts),
	};

	if (sodium_init() < 0 || !oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
