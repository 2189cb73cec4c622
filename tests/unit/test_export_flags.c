/* SPDX-License-Identifier: EUPL-1.2 */
/* What deserves a look: few, ranked, beyond chance even though hundreds of cells are tested, never from what is hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/flags.h"
#include "export_sample.h"

static struct oeo_flag flags[OEO_MAX_FLAGS];

static size_t make(struct sample_report *report)
{
	size_t n = 99;

	assert_int_equal(
	    oeo_flags_make(flags, &n, &report->view, oeo_view_latest(&report->view, OEO_QUARTER)), OEO_OK);
	return n;
}

static void add_months(struct sample_report *report, const unsigned *housing, size_t n)
{
	struct oeo_period month;
	char id[OEO_PERIOD_BYTES];

	assert_int_equal(oeo_period_parse(&month, "2025-11"), OEO_OK);
	for (size_t i = 0; i < n; i++) {
		oeo_period_format(id, &month);
		sample_report_add_cells(report, id, 0, "month-theme", "WO", housing[i], NULL);
		month = oeo_period_next(&month);
	}
}

static void test_a_clear_change_is_flagged_with_its_name_and_sentence(void **state)
{
	struct sample_report *report = *state;
	char text[OEO_FLAG_TEXT_BYTES];

	sample_report_add_cells(report, "2026-Q2", 1000, "theme", "WO", 40u, "GE", 100u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1000, "theme", "WO", 90u, "GE", 104u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 1);
	assert_int_equal(flags[0].kind, OEO_FLAG_MORE);
	assert_int_equal(flags[0].size, 50);
	assert_int_equal(flags[0].sureness, OEO_SURENESS_CERTAIN);
	assert_string_equal(oeo_flag_id(&flags[0]).text, "2026-Q3-theme-WO");
	oeo_flag_write(text, &flags[0]);
	assert_string_equal(text,
	    "Wonen, huur en \"koop\": 90 inwoners in het 3e kwartaal van 2026, 50 meer dan het "
	    "kwartaal ervoor.");
}

static void test_flags_are_ranked_by_sureness_then_size_two_of_a_table(void **state)
{
	struct sample_report *report = *state;

	sample_report_add_cells(report, "2026-Q2", 1000, "theme", "WO", 100u, "GE", 1000u, "ZO", 40u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1400, "theme", "WO", 200u, "GE", 800u, "ZO", 80u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 3);
	assert_string_equal(oeo_flag_id(&flags[0]).text, "2026-Q3-total");
	assert_string_equal(oeo_flag_id(&flags[1]).text, "2026-Q3-theme-GE");
	assert_int_equal(flags[1].kind, OEO_FLAG_LESS);
	assert_string_equal(
	    oeo_flag_id(&flags[2]).text, "2026-Q3-theme-WO"); /* ZO would be the third of its table */
}

static void test_there_are_never_more_than_seven(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;

	sample_begin(&release, &report->sample, "2026-Q2");
	sample_fill(&release);
	sample_report_add(report, &release);
	sample_begin(&release, &report->sample, "2026-Q3");
	sample_fill(&release);
	for (size_t t = 0; t < release.n_tables; t++)
		for (size_t i = 0; i < release.tables[t].n_cells; i++)
			release.tables[t].cells[i].residents *= 3;
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(make(report), OEO_MAX_FLAGS);
	for (size_t i = 1; i < OEO_MAX_FLAGS; i++)
		assert_true(flags[i].sureness <= flags[i - 1].sureness);
}

/* One cell clear at 1 in 100 among many that are not: that is what chance gives. */
static void test_one_of_many_that_is_just_clear_is_no_flag(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;

	sample_report_add_cells(report, "2026-Q1", 0, "theme", "WO", 100u, NULL);
	sample_report_add_cells(report, "2026-Q2", 0, "theme", "WO", 144u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 1);
	oeo_view_fini(&report->view);
	oeo_sources_fini(&report->sources);
	report->n = 0;
	for (size_t q = 1; q <= 2; q++) {
		sample_begin(&release, &report->sample, q == 1 ? "2026-Q1" : "2026-Q2");
		release.period.number = 1;
		sample_fill(&release);
		sample_show(&release, "theme", q == 1 ? 100 : 142, 200, "WO", NULL);
		release.period.number = (unsigned)q;
		sample_report_add(report, &release);
	}
	sample_report_open(report);
	assert_int_equal(make(report), 0);
}

static void test_hidden_cells_are_never_flagged(void **state)
{
	struct sample_report *report = *state;

	sample_report_add_cells(report, "2026-Q2", 1000, "theme", "WO", 400u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1000, "theme", "WO", 0u, "GE", 300u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 0);
}

static void test_a_month_far_above_the_seven_before_is_flagged(void **state)
{
	static const unsigned housing[] = {20, 22, 19, 21, 20, 23, 20, 21, 22, 60};
	struct sample_report *report = *state;
	char text[OEO_FLAG_TEXT_BYTES];

	add_months(report, housing, 10);
	sample_report_add_cells(report, "2026-Q3", 0, "theme", "WO", 100u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 1);
	assert_int_equal(flags[0].kind, OEO_FLAG_OUTBREAK);
	assert_string_equal(oeo_flag_id(&flags[0]).text, "2026-08-month-theme-WO");
	oeo_flag_write(text, &flags[0]);
	assert_string_equal(text,
	    "Wonen, huur en \"koop\": 60 inwoners in augustus 2026; de maanden ervoor waren dat er "
	    "ongeveer 21 per maand.");
}

static void test_a_gap_in_the_months_silences_ears(void **state)
{
	static const unsigned housing[] = {20, 22, 19, 21, 0, 23, 20, 21, 22, 60};
	struct sample_report *report = *state;

	add_months(report, housing, 10);
	sample_report_add_cells(report, "2026-Q3", 0, "theme", "WO", 100u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 0);
}

static void test_a_rise_that_lasts_is_flagged_against_all_that_was_shown_before(void **state)
{
	struct sample_report *report = *state;
	char text[OEO_FLAG_TEXT_BYTES];

	sample_report_add_cells(report, "2025-Q4", 1000, "theme", "WO", 17u, NULL);
	sample_report_add_cells(report, "2026-Q1", 1000, "theme", "WO", 0u, NULL);
	sample_report_add_cells(report, "2026-Q2", 1000, "theme", "WO", 75u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1000, "theme", "WO", 72u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 1);
	assert_int_equal(flags[0].kind, OEO_FLAG_ROSE);
	oeo_flag_write(text, &flags[0]);
	assert_string_equal(text,
	    "Wonen, huur en \"koop\": 72 inwoners in het 3e kwartaal van 2026; tot en met het 1e "
	    "kwartaal van 2026 waren er hooguit 17 te zien.");
}

/* Out of the dark says nothing of a rise: it may have been as many before. */
static void test_what_only_came_into_sight_is_no_flag(void **state)
{
	struct sample_report *report = *state;

	sample_report_add_cells(report, "2026-Q1", 1000, "theme", "WO", 0u, NULL);
	sample_report_add_cells(report, "2026-Q2", 1000, "theme", "WO", 75u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1000, "theme", "WO", 72u, NULL);
	sample_report_open(report);
	assert_int_equal(make(report), 0);
}

#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPORT(test_a_clear_change_is_flagged_with_its_name_and_sentence),
	    WITH_REPORT(test_flags_are_ranked_by_sureness_then_size_two_of_a_table),
	    WITH_REPORT(test_there_are_never_more_than_seven),
	    WITH_REPORT(test_one_of_many_that_is_just_clear_is_no_flag),
	    WITH_REPORT(test_a_rise_that_lasts_is_flagged_against_all_that_was_shown_before),
	    WITH_REPORT(test_what_only_came_into_sight_is_no_flag),
	    WITH_REPORT(test_hidden_cells_are_never_flagged),
	    WITH_REPORT(test_a_month_far_above_the_seven_before_is_flagged),
	    WITH_REPORT(test_a_gap_in_the_months_silences_ears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
