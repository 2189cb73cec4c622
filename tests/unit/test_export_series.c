/* SPDX-License-Identifier: EUPL-1.2 */
/* What the view says through its periods: series with gaps, members, rates per 1,000 inhabitants. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "export_sample.h"

#define HOUSING 1 /* the cell of WO in the table theme */

static const struct oeo_view_period *last_of(const struct sample_report *report)
{
	return &report->view.periods[report->view.n_periods - 1];
}

static void read_series(struct oeo_series *series, struct sample_report *report, enum oeo_measure measure)
{
	const struct oeo_view_period *last = last_of(report);

	oeo_view_series(series, last, oeo_view_table(last, "theme"), HOUSING, measure);
}

/* What was added, and two quarters with fifty and sixty residents for housing. */
static void open_two_quarters(struct sample_report *report)
{
	sample_report_add_cells(report, "2026-Q2", 900, "theme", "WO", 50u, NULL);
	sample_report_add_cells(report, "2026-Q3", 900, "theme", "WO", 60u, NULL);
	sample_report_open(report);
}

static void test_series_has_a_gap_where_hidden_and_where_no_release_is(void **state)
{
	static const enum oeo_point_state states[] = {OEO_POINT_SHOWN, OEO_POINT_HIDDEN, OEO_POINT_ABSENT,
	    OEO_POINT_ABSENT, OEO_POINT_SHOWN, OEO_POINT_SHOWN};
	static const uint64_t values[] = {40, 0, 0, 0, 50, 60};
	struct sample_report *report = *state;
	struct oeo_series series;
	char period[OEO_PERIOD_BYTES];

	sample_report_add_cells(report, "2025-Q2", 900, "theme", "WO", 40u, NULL);
	sample_report_add_cells(report, "2025-Q3", 900, "theme", "WO", 0u, NULL);
	open_two_quarters(report);
	read_series(&series, report, OEO_MEASURE_RESIDENTS);
	assert_int_equal(series.n, 6);
	for (size_t i = 0; i < 6; i++) {
		assert_int_equal(series.points[i].state, states[i]);
		assert_int_equal(series.points[i].value, values[i]);
	}
	oeo_period_format(period, &series.points[0].period);
	assert_string_equal(period, "2025-Q2");
	oeo_period_format(period, &series.points[3].period);
	assert_string_equal(period, "2026-Q1");
}

static void test_series_ends_with_the_period_that_is_asked_for(void **state)
{
	struct sample_report *report = *state;
	struct oeo_series series;

	open_two_quarters(report);
	oeo_view_series(&series, &report->view.periods[0], sample_report_table(report, 0, "theme"), HOUSING,
	    OEO_MEASURE_RESIDENTS);
	assert_int_equal(series.n, 1);
	assert_int_equal(series.points[0].value, 50);
}

static void test_series_of_questions_has_gaps_of_its_own(void **state)
{
	struct sample_report *report = *state;
	struct oeo_series series;

	open_two_quarters(report);
	sample_report_table(report, 1, "theme")->cells[HOUSING].is_questions_shown = false;
	read_series(&series, report, OEO_MEASURE_QUESTIONS);
	assert_int_equal(series.points[0].value, 55);
	assert_int_equal(series.points[1].state, OEO_POINT_HIDDEN);
	assert_int_equal(series.points[1].value, 0);
	read_series(&series, report, OEO_MEASURE_RESIDENTS);
	assert_int_equal(series.points[1].value, 60);
}

static void test_series_keeps_the_last_points_where_there_are_too_many(void **state)
{
	struct sample_report *report = *state;
	struct oeo_series series;
	char period[OEO_PERIOD_BYTES];

	sample_report_add_cells(report, "2025-01", 900, "month-theme", "WO", 50u, NULL);
	sample_report_add_cells(report, "2040-12", 900, "month-theme", "WO", 60u, NULL);
	sample_report_open(report);
	oeo_view_series(&series, last_of(report), sample_report_table(report, 1, "month-theme"), HOUSING,
	    OEO_MEASURE_RESIDENTS);
	assert_int_equal(series.n, 1);
	assert_int_equal(series.points[0].value, 60);
	oeo_period_format(period, &series.points[0].period);
	assert_string_equal(period, "2040-12");
}

static void test_members_have_their_part_in_every_period(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	const struct oeo_view_member *first, *second;

	sample_begin(&release, &report->sample, "2026-Q2");
	release.n_members = 1;
	(void)snprintf(release.members[0].name, OEO_CARD_NAME_BYTES, "Old name");
	sample_report_add(report, &release);
	sample_begin(&release, &report->sample, "2026-Q3");
	release.members[1].coverage = OEO_COVERAGE_NO;
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(report->view.n_members, 2);
	first = &report->view.members[0];
	second = &report->view.members[1];
	assert_string_equal(first->name, "First organisation");
	assert_int_equal(first->parts[0], OEO_PART_YES);
	assert_int_equal(first->parts[1], OEO_PART_YES);
	assert_int_equal(second->parts[0], OEO_PART_ABSENT);
	assert_int_equal(second->parts[1], OEO_PART_NO);
}

/* ---- inhabitants ---- */

static void write_wards(const struct sample_report *report, const char *text, char folder[SAMPLE_PATH_BYTES])
{
	char path[SAMPLE_PATH_BYTES + 32];

	(void)snprintf(folder, SAMPLE_PATH_BYTES, "%s/wards", report->sample.folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	(void)snprintf(path, sizeof(path), "%s/wards.csv", folder);
	sample_write(path, text, strlen(text));
}

static void test_rates_come_from_published_numbers_and_inhabitants(void **state)
{
	struct sample_report *report = *state;
	struct oeo_view_table *wards, *themes;
	char folder[SAMPLE_PATH_BYTES];
	uint64_t rate = 7;

	write_wards(report, "code,label,inhabitants\nW2,Zuid,3000\nW1,Noord,7255\n", folder);
	assert_int_equal(oeo_wards_read(&report->wards, folder, NULL), OEO_OK);
	sample_report_add_cells(report, "2026-Q3", 900, "ward", "W1", 90u, "onbekend", 20u, NULL);
	sample_report_open(report);
	wards = sample_report_table(report, 0, "ward");
	assert_true(oeo_view_rate(&rate, wards, 0));
	assert_int_equal(rate, 124); /* 90 / 7255 = 12.405 per 1,000 */
	assert_int_equal(oeo_view_inhabitants(wards, 0), 7255);
	assert_false(oeo_view_rate(&rate, wards, 1)); /* hidden */
	assert_false(oeo_view_rate(&rate, wards, 2)); /* nobody lives in onbekend */
	assert_int_equal(rate, 124);
	themes = sample_report_table(report, 0, "theme");
	assert_int_equal(oeo_view_inhabitants(themes, HOUSING), 0);
	assert_int_equal(oeo_view_inhabitants(sample_report_table(report, 0, "theme-ward"), 0), 7255);
}

static void test_bad_lists_of_wards_are_refused_with_their_line(void **state)
{
	static const char *const lists[] = {"code,label,inhabitants\nW1,Noord,-5\n",
	    "code,label,inhabitants\nW1,Noord,010\n", "code,label,inhabitants\nW 1,Noord,10\n",
	    "code,label,inhabitants\nW1,Noord,99999999999999999999\n", "code,label,inhabitants\nW1,Noord\n",
	    "code,inhabitants\nW1,10\n", "code,label,inhabitants\nW1,Noord,10\nW1,Noord,10\n"};
	struct sample_report *report = *state;
	char folder[SAMPLE_PATH_BYTES], path[SAMPLE_PATH_BYTES + 32];
	struct oeo_note why;

	write_wards(report, "", folder);
	(void)snprintf(path, sizeof(path), "%s/wards.csv", folder);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		sample_write(path, lists[i], strlen(lists[i]));
		assert_int_equal(oeo_wards_read(&report->wards, folder, &why), OEO_ERR_FORMAT);
		assert_non_null(strstr(why.text, "wards.csv"));
	}
	assert_int_equal(oeo_wards_read(&report->wards, "/nonexistent", &why), OEO_ERR_NOT_FOUND);
	assert_int_equal(report->wards.count, 0);
}

#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPORT(test_series_has_a_gap_where_hidden_and_where_no_release_is),
	    WITH_REPORT(test_series_ends_with_the_period_that_is_asked_for),
	    WITH_REPORT(test_series_of_questions_has_gaps_of_its_own),
	    WITH_REPORT(test_series_keeps_the_last_points_where_there_are_too_many),
	    WITH_REPORT(test_members_have_their_part_in_every_period),
	    WITH_REPORT(test_rates_come_from_published_numbers_and_inhabitants),
	    WITH_REPORT(test_bad_lists_of_wards_are_refused_with_their_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
