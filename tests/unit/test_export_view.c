/* SPDX-License-Identifier: EUPL-1.2 */
/* The view model: published numbers only, compared with the period before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "export_sample.h"
#include "proto/i18n.h"

/* A quarter with these residents for the theme WO (0: hidden) and a total. */
static void add_quarter(struct sample_report *fixture, const char *period, uint64_t housing)
{
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, period);
	sample_show(&release, "total", 1234, 2000, NULL);
	if (housing > 0)
		sample_show(&release, "theme", housing, housing + 5, "WO", NULL);
	sample_report_add(fixture, &release);
}

static const struct oeo_view_table *table_of(struct sample_report *fixture, size_t period, const char *id)
{
	return sample_report_table(fixture, period, id);
}

static void test_view_holds_what_was_published_and_nothing_else(void **state)
{
	struct sample_report *fixture = *state;
	const struct oeo_view_table *theme;

	add_quarter(fixture, "2026-Q3", 40);
	sample_report_open(fixture);
	theme = table_of(fixture, 0, "theme");
	assert_string_equal(theme->title.text, "Thema's");
	assert_string_equal(theme->axes[0].name, "thema");
	assert_int_equal(theme->n_cells, 4);
	assert_int_equal(theme->not_shown, 3);
	assert_int_equal(oeo_view_shown(theme), 1);
	assert_int_equal(theme->most, 40);
	assert_true(theme->cells[1].is_shown);
	assert_int_equal(theme->cells[1].residents, 40);
	assert_int_equal(theme->cells[1].questions, 45);
	assert_false(theme->cells[0].is_shown);
	assert_int_equal(theme->cells[0].residents, 0);
	assert_int_equal(theme->cells[0].questions, 0);
	assert_string_equal(theme->axes[0].codes[3].code, "onbekend");
}

static void test_view_names_codes_and_the_codes_above_them(void **state)
{
	struct sample_report *fixture = *state;
	const struct oeo_view_table *category;

	add_quarter(fixture, "2026-Q3", 40);
	sample_report_open(fixture);
	category = table_of(fixture, 0, "category");
	assert_string_equal(category->axes[0].codes[0].label, "Schulden");
	assert_string_equal(category->axes[0].codes[0].group, "Geld");
	assert_string_equal(category->axes[0].codes[0].parent, "GE");
	assert_null(table_of(fixture, 0, "theme")->axes[0].codes[0].group);
	/* A level without a label that nobody knows keeps its id. */
	assert_string_equal(table_of(fixture, 0, "theme-desk")->title.text, "Thema per desk");
}

static void test_view_says_the_higher_threshold_only_where_a_code_asks_for_it(void **state)
{
	struct sample_report *fixture = *state;

	add_quarter(fixture, "2026-Q3", 40);
	sample_report_open(fixture);
	assert_int_equal(oeo_view_sensitive(table_of(fixture, 0, "category")), 15);
	assert_int_equal(oeo_view_sensitive(table_of(fixture, 0, "ward")), 0);
	assert_int_equal(oeo_view_sensitive(table_of(fixture, 0, "total")), 0);
}

static void test_view_compares_with_the_quarter_before(void **state)
{
	struct sample_report *fixture = *state;
	const struct oeo_view_table *theme;

	add_quarter(fixture, "2026-Q3", 90);
	add_quarter(fixture, "2026-Q2", 40);
	sample_report_open(fixture);
	assert_ptr_equal(fixture->view.periods[1].before, &fixture->view.periods[0]);
	assert_ptr_equal(fixture->view.periods[0].after, &fixture->view.periods[1]);
	theme = table_of(fixture, 1, "theme");
	assert_int_equal(theme->cells[1].difference, OEO_DIFFERENCE_MORE);
	assert_int_equal(theme->cells[1].before, 40);
	assert_int_equal(table_of(fixture, 0, "theme")->cells[1].difference, OEO_DIFFERENCE_UNKNOWN);
}

static void test_view_does_not_compare_with_a_hidden_cell(void **state)
{
	struct sample_report *fixture = *state;

	add_quarter(fixture, "2026-Q2", 0);
	add_quarter(fixture, "2026-Q3", 90);
	sample_report_open(fixture);
	assert_int_equal(table_of(fixture, 1, "theme")->cells[1].difference, OEO_DIFFERENCE_UNKNOWN);
	assert_int_equal(table_of(fixture, 1, "theme")->cells[1].before, 0);
}

static void test_view_does_not_compare_a_hidden_cell_with_what_was_shown(void **state)
{
	struct sample_report *fixture = *state;

	add_quarter(fixture, "2026-Q2", 90);
	add_quarter(fixture, "2026-Q3", 0);
	sample_report_open(fixture);
	assert_int_equal(table_of(fixture, 1, "theme")->cells[1].difference, OEO_DIFFERENCE_UNKNOWN);
	assert_int_equal(table_of(fixture, 1, "theme")->cells[1].before, 0);
}

static void test_view_leaves_a_gap_where_a_quarter_is_missing(void **state)
{
	struct sample_report *fixture = *state;

	add_quarter(fixture, "2026-Q1", 40);
	add_quarter(fixture, "2026-Q3", 90);
	sample_report_open(fixture);
	assert_null(fixture->view.periods[1].before);
	assert_int_equal(table_of(fixture, 1, "theme")->cells[1].difference, OEO_DIFFERENCE_UNKNOWN);
}

static void test_view_does_not_join_periods_of_different_length(void **state)
{
	struct sample_report *fixture = *state;
	struct oeo_release month;

	sample_begin(&month, &fixture->sample, "2026-09");
	sample_report_add(fixture, &month);
	add_quarter(fixture, "2026-Q3", 40);
	add_quarter(fixture, "2026-Q4", 40);
	sample_report_open(fixture);
	assert_string_equal(fixture->view.periods[0].id, "2026-09");
	assert_null(fixture->view.periods[0].after);
	assert_int_equal(fixture->view.main, OEO_QUARTER);
	assert_string_equal(oeo_view_latest(&fixture->view, OEO_QUARTER)->id, "2026-Q4");
	assert_null(oeo_view_latest(&fixture->view, OEO_YEAR));
}

static void test_margins_are_the_tables_that_the_plan_has(void **state)
{
	struct sample_report *fixture = *state;
	const struct oeo_view_table *cross, *desk;
	const size_t row_total[OEO_MAX_BY] = {1, OEO_VIEW_TOTAL};
	const size_t column_total[OEO_MAX_BY] = {OEO_VIEW_TOTAL, 0};
	const size_t all[OEO_MAX_BY] = {OEO_VIEW_TOTAL, OEO_VIEW_TOTAL};

	add_quarter(fixture, "2026-Q3", 40);
	sample_report_open(fixture);
	cross = table_of(fixture, 0, "theme-ward");
	assert_ptr_equal(oeo_view_margin_cell(cross, row_total), &table_of(fixture, 0, "theme")->cells[1]);
	assert_ptr_equal(oeo_view_margin_cell(cross, column_total), &table_of(fixture, 0, "ward")->cells[0]);
	assert_ptr_equal(oeo_view_margin_cell(cross, all), &table_of(fixture, 0, "total")->cells[0]);
	/* There is no table by desk alone. */
	desk = table_of(fixture, 0, "theme-desk");
	assert_non_null(oeo_view_margin_cell(desk, row_total));
	assert_null(oeo_view_margin_cell(desk, column_total));
}

static void test_cells_are_sorted_by_published_value_then_by_code(void **state)
{
	struct sample_report *fixture = *state;
	struct oeo_release release;
	size_t order[4];

	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_show(&release, "theme", 20, 20, "WO", NULL);
	sample_show(&release, "theme", 30, 30, "ZO", NULL);
	sample_report_add(fixture, &release);
	sample_report_open(fixture);
	oeo_view_sort_cells(table_of(fixture, 0, "theme"), order);
	assert_int_equal(order[0], 2);
	assert_int_equal(order[1], 1);
	assert_int_equal(order[2], 0);
	assert_int_equal(order[3], 3);
}

static void test_numbers_and_periods_are_written_in_dutch(void **state)
{
	struct oeo_period quarter;

	(void)state;
	assert_int_equal(oeo_period_parse(&quarter, "2026-Q3"), OEO_OK);
	assert_string_equal(oeo_notation_number(1234567).text, "1.234.567");
	assert_string_equal(oeo_notation_number(999).text, "999");
	assert_string_equal(oeo_notation_number(0).text, "0");
	assert_string_equal(oeo_notation_number(UINT64_MAX).text, "18.446.744.073.709.551.615");
	assert_string_equal(oeo_notation_change(1200, 200).text, "\u22121.000");
	assert_string_equal(oeo_notation_count(OEO_UNIT_RESIDENTS, 1).text, "1 inwoner");
	assert_string_equal(oeo_notation_count(OEO_UNIT_CLIENTS, 2000).text, "2.000 cliënten");
	assert_string_equal(oeo_notation_period(&quarter).text, "3e kwartaal 2026");
	assert_string_equal(oeo_notation_span(&quarter).text, "1 juli tot en met 30 september 2026");
	assert_string_equal(oeo_notation_date(SAMPLE_CREATED).text, "21 november 2026");
	assert_string_equal(oeo_notation_share(1, 8).text, "13%");
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_view_holds_what_was_published_and_nothing_else),
	    WITH_FIXTURE(test_view_names_codes_and_the_codes_above_them),
	    WITH_FIXTURE(test_view_says_the_higher_threshold_only_where_a_code_asks_for_it),
	    WITH_FIXTURE(test_view_compares_with_the_quarter_before),
	    WITH_FIXTURE(test_view_does_not_compare_with_a_hidden_cell),
	    WITH_FIXTURE(test_view_does_not_compare_a_hidden_cell_with_what_was_shown),
	    WITH_FIXTURE(test_view_leaves_a_gap_where_a_quarter_is_missing),
	    WITH_FIXTURE(test_view_does_not_join_periods_of_different_length),
	    WITH_FIXTURE(test_margins_are_the_tables_that_the_plan_has),
	    WITH_FIXTURE(test_cells_are_sorted_by_published_value_then_by_code),
	    WITH_FIXTURE(test_numbers_and_periods_are_written_in_dutch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
