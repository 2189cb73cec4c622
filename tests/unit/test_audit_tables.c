/* SPDX-License-Identifier: EUPL-1.2 */
/* What a bare threshold gives away on real tables. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/solver_clp.h"
#include "sdc_table.h"

static size_t recovered_by(const struct sdc_table *table, unsigned attackers, struct oeo_audit_report *report)
{
	struct oeo_audit_options options = {.attackers = attackers, .solver = oeo_solver_clp()};

	assert_int_equal(
	    oeo_audit_problem(&table->problem, table->decisions, &options, report, NULL), OEO_AUDIT_OK);
	return report->verdicts[0].n_recovered;
}

static void check_threshold(
    struct sdc_table *table, uint64_t k, size_t n_cells, size_t n_primary, size_t by_linear)
{
	struct oeo_audit_report report;

	sdc_load(table, k);
	assert_int_equal(table->problem.n_cells, n_cells);
	assert_int_equal(recovered_by(table, OEO_AUDIT_L, &report), by_linear);
	assert_int_equal(report.n_hidden, n_primary);
	(void)recovered_by(table, OEO_AUDIT_L | OEO_AUDIT_P, &report);
	assert_true(report.verdicts[1].n_recovered >= by_linear);
	sdc_free(table);
}

static void test_threshold_alone_hides_nothing_of_ssb_d1(void **state)
{
	static struct sdc_table table = {.file = "ssb_d1",
	    .n_dims = 2,
	    .dims = {{.name = "region"}, {.name = "main_income", .hier = {"hier_income"}}}};

	(void)state;
	check_threshold(&table, 5, 54, 4, 4);
}

static void test_threshold_alone_hides_nothing_of_ssb_d2(void **state)
{
	static struct sdc_table table = {.file = "ssb_d2",
	    .n_dims = 2,
	    .dims = {{.name = "region", .hier = {"hier_d2_region_county"}},
		{.name = "main_income", .hier = {"hier_income"}}}};

	(void)state;
	check_threshold(&table, 5, 108, 10, 10);
}

static void test_threshold_alone_hides_nothing_of_ssb_example1(void **state)
{
	static struct sdc_table table = {.file = "ssb_example1",
	    .n_dims = 3,
	    .dims = {{.name = "age"}, {.name = "geo", .hier = {"hier_example1_geo_eu"}}, {.name = "year"}}};

	(void)state;
	check_threshold(&table, 3, 72, 6, 6);
}

static void test_threshold_alone_loses_most_of_ssb_d3(void **state)
{
	static struct sdc_table table = {.file = "ssb_d3",
	    .n_dims = 3,
	    .dims = {{.name = "region", .hier = {"hier_d3_region_county"}}, {.name = "main_income"},
		{.name = "months", .hier = {"hier_d3_months"}}}};
	struct oeo_audit_report report;
	size_t found;

	(void)state;
	sdc_load(&table, 5);
	assert_int_equal(table.problem.n_cells, 1200);
	found = recovered_by(&table, OEO_AUDIT_L, &report);
	assert_int_equal(report.n_hidden, 396);
	print_message("ssb_d3: %zu of %zu by linear algebra\n", found, report.n_hidden);
	assert_int_equal(found, 220); /* 56 % */
	sdc_free(&table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_threshold_alone_hides_nothing_of_ssb_d1),
	    cmocka_unit_test(test_threshold_alone_hides_nothing_of_ssb_d2),
	    cmocka_unit_test(test_threshold_alone_hides_nothing_of_ssb_example1),
	    cmocka_unit_test(test_threshold_alone_loses_most_of_ssb_d3),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
