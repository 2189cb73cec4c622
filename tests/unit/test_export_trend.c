/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a series says, against R: changes.csv and rates.csv (poisson.test and glm with quasipoisson of R 4.2.2; trend.R) and
 * ears.csv (earsC of surveillance 1.20.3 on weekly counts; baseline 7, minSigma 0.5, alpha 0.001).
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "export_series.h"

static enum oeo_difference difference_of(const struct oeo_series *series)
{
	struct oeo_change change;

	oeo_trend_test(&change, series);
	return change.difference;
}

static void check_change(const struct oeo_series *series, char *const fields[6], const char *line)
{
	struct oeo_change change;

	oeo_trend_change(&change, series);
	if (strcmp(fields[0], "NA") != 0)
		assert_close(change.dispersion, strtod(fields[0], NULL), line);
	assert_int_equal(change.is_overdispersed, strtol(fields[2], NULL, 10));
	assert_close(change.p, strtod(fields[3], NULL), line);
	assert_close(change.ratio.low, strtod(fields[4], NULL), line);
	assert_close(change.ratio.high, strtod(fields[5], NULL), line);
	assert_int_equal(change.difference == OEO_DIFFERENCE_UNCLEAR, change.p > OEO_TREND_ALPHA);
	assert_int_equal(change.difference, difference_of(series));
}

/* The series, and what R says. */
static void check_change_line(const char *line)
{
	char copy[LINE_BYTES], *fields[MOST_FIELDS];
	struct oeo_series series;

	split(copy, fields, line, 7);
	read_series(&series, fields[0]);
	check_change(&series, &fields[1], line);
}

/* The first period before that. */
static void check_rate_line(const char *line)
{
	char copy[LINE_BYTES], *fields[MOST_FIELDS];
	struct oeo_series series;

	split(copy, fields, line, 8);
	read_series_from(&series, fields[0], fields[1]);
	check_change(&series, &fields[2], line);
}

static void test_changes_are_those_of_r(void **state)
{
	(void)state;
	check_file(OEO_TEST_DIR "/data/export/changes.csv", check_change_line, 18);
}

static void test_changes_between_months_are_those_of_r_by_the_day(void **state)
{
	(void)state;
	check_file(OEO_TEST_DIR "/data/export/rates.csv", check_rate_line, 16);
}

/* The same spread about the same number, in seven shown points and in eight. */
static void test_a_dispersion_counts_from_the_eighth_shown_point(void **state)
{
	struct oeo_series series;
	struct oeo_change change;

	(void)state;
	read_series(&series, "100 118 . 92 109 84 100 141");
	oeo_trend_change(&change, &series);
	assert_true(change.dispersion > 1.5);
	assert_false(change.is_overdispersed);
	assert_int_equal(change.difference, OEO_DIFFERENCE_MORE);
	read_series(&series, "100 118 . 92 109 84 82 100 141");
	oeo_trend_change(&change, &series);
	assert_true(change.is_overdispersed);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNCLEAR);
}

/* ---- the length of a period ---- */

static void test_equal_numbers_a_day_are_no_difference(void **state)
{
	struct oeo_series series;
	struct oeo_change change;

	(void)state;
	read_series_from(&series, "2025-02", "28000 31000");
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNCLEAR);
	assert_true(change.is_per_day && change.p > 0.99);
	assert_true(change.ratio.low < 1 && change.ratio.high > 1);
	/* which they would be between months that are equally long */
	read_series_from(&series, "2025-07", "28000 31000");
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_MORE);
	assert_false(change.is_per_day);
	/* a leap year has a longer February */
	read_series_from(&series, "2024-02", "29000 31000");
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
}

static void test_more_in_all_but_fewer_a_day_is_not_clear(void **state)
{
	struct oeo_series series;
	struct oeo_change change;

	(void)state;
	read_series_from(&series, "2025-02", "28000 29000");
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNCLEAR);
	assert_true(change.ratio.high < 1);
	read_series_from(&series, "2025-01", "31000 30000");
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
	read_series_from(&series, "2025-02", "28000 28000");
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
}

static void test_rounding_and_length_together_make_no_difference(void **state)
{
	struct oeo_series series;

	(void)state;
	read_series_from(&series, "2025-01", "100000 100010");
	series.round = 10;
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
}

static void test_a_month_that_is_only_longer_is_no_outbreak(void **state)
{
	struct oeo_series series;
	struct oeo_ears ears;

	(void)state;
	/* seven months as short as February, then one of 31 days with as many a day */
	read_series(&series, "2800 2800 2800 2800 2800 2800 2800 3100");
	for (size_t i = 0; i < 7; i++)
		series.points[i].period.number = 2;
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_true(ears.is_alarm);
	assert_false(ears.is_sure);
	series.points[7].period.number = 2;
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_true(ears.is_sure);
}

/* ---- EARS ---- */

struct ears_line {
	char name[32];
	uint64_t value;
	double bound[2]; /* C1, C2; NAN where R gives none */
	bool is_alarm[2];
};

static void read_ears(struct ears_line *read, char *line)
{
	char *rest = line;

	(void)snprintf(read->name, sizeof(read->name), "%s", strsep(&rest, ","));
	(void)strsep(&rest, ",");
	read->value = strtoull(strsep(&rest, ","), NULL, 10);
	for (size_t i = 0; i < 2; i++) {
		const char *bound = strsep(&rest, ",");

		read->bound[i] = bound[0] != '\0' ? strtod(bound, NULL) : NAN;
		read->is_alarm[i] = strcmp(strsep(&rest, ","), "1") == 0;
	}
}

static void check_ears(const struct oeo_series *series, const struct ears_line *line)
{
	static const enum oeo_ears_kind kinds[] = {OEO_EARS_C1, OEO_EARS_C2};
	struct oeo_ears ears;

	for (size_t i = 0; i < 2; i++) {
		bool is_said = oeo_trend_ears(&ears, series, series->n - 1, kinds[i]);

		assert_int_equal(is_said, !isnan(line->bound[i]));
		if (!is_said)
			continue;
		assert_true(fabs(ears.bound - line->bound[i]) < 1e-5);
		assert_int_equal(ears.is_alarm, line->is_alarm[i]);
	}
}

static void test_ears_is_that_of_surveillance(void **state)
{
	char line[LINE_BYTES];
	struct ears_line read;
	struct oeo_series series = {.n = 0};
	char name[32] = "";
	FILE *file = fopen(OEO_TEST_DIR "/data/export/ears.csv", "r");
	size_t n = 0, alarms = 0;

	(void)state;
	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	for (; fgets(line, sizeof(line), file) != NULL; n++) {
		read_ears(&read, line);
		if (strcmp(read.name, name) != 0)
			series.n = 0;
		(void)snprintf(name, sizeof(name), "%s", read.name);
		add_point(&series, read.value);
		check_ears(&series, &read);
		alarms += read.is_alarm[0] || read.is_alarm[1];
	}
	assert_int_equal(fclose(file), 0);
	assert_int_equal(n, 210);
	assert_true(alarms > 10);
}

static void test_ears_says_nothing_across_a_gap(void **state)
{
	struct oeo_series series;
	struct oeo_ears ears;

	(void)state;
	read_series(&series, "10 11 12 10 11 12 10 40 40 40");
	assert_false(oeo_trend_ears(&ears, &series, 6, OEO_EARS_C1));
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_false(oeo_trend_ears(&ears, &series, 8, OEO_EARS_C2));
	assert_true(oeo_trend_ears(&ears, &series, 9, OEO_EARS_C2));
	assert_false(oeo_trend_ears(&ears, &series, 10, OEO_EARS_C1));
	series.points[3].state = OEO_POINT_HIDDEN;
	assert_false(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	series.points[3].state = OEO_POINT_SHOWN;
	series.points[9].state = OEO_POINT_HIDDEN;
	assert_false(oeo_trend_ears(&ears, &series, 9, OEO_EARS_C2));
}

static void test_low_counts_give_an_alarm_but_no_certainty(void **state)
{
	struct oeo_series series;
	struct oeo_ears ears;

	(void)state;
	read_series(&series, "0 0 0 0 0 0 0 2");
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_true(ears.is_alarm);
	assert_false(ears.is_sure);
	read_series(&series, "10 10 10 10 10 10 10 14");
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_true(ears.is_alarm);
	assert_false(ears.is_sure);
	read_series(&series, "10 10 10 10 10 10 10 24");
	assert_true(oeo_trend_ears(&ears, &series, 7, OEO_EARS_C1));
	assert_true(ears.is_alarm && ears.is_sure);
}

/* ---- gaps, rounding ---- */

static void test_nothing_is_compared_with_what_is_hidden(void **state)
{
	struct oeo_series series = {.n = 0};
	struct oeo_change change;

	(void)state;
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNKNOWN);
	add_point(&series, 100);
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNKNOWN);
	add_point(&series, GAP);
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNKNOWN);
	add_point(&series, 300);
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_UNKNOWN);
	assert_int_equal(change.now, 0);
	add_point(&series, 100);
	oeo_trend_change(&change, &series);
	assert_int_equal(change.difference, OEO_DIFFERENCE_LESS);
	assert_int_equal(change.sureness, OEO_SURENESS_CERTAIN);
}

/* What stands at a gap must not matter, whatever it is. */
static void test_the_value_behind_a_gap_plays_no_part(void **state)
{
	struct oeo_series series;
	struct oeo_change one, other;

	(void)state;
	read_series(&series, "60 140 75 130 99 100 160");
	series.points[4].state = OEO_POINT_HIDDEN;
	oeo_trend_change(&one, &series);
	series.points[4].value = 100000;
	oeo_trend_change(&other, &series);
	assert_true(one.p == other.p && one.ratio.low == other.ratio.low);
	assert_true(one.dispersion == other.dispersion);
}

static void test_rounding_never_makes_a_difference_clear(void **state)
{
	struct oeo_series series;

	(void)state;
	read_series(&series, "100 145");
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_MORE);
	series.round = 5; /* at least 102 and 143: not clear */
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
	read_series(&series, "100 160");
	series.round = 5;
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_MORE);
	read_series(&series, "10 0");
	series.round = 10;
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_UNCLEAR);
	read_series(&series, "160 100");
	series.round = 5;
	assert_int_equal(difference_of(&series), OEO_DIFFERENCE_LESS);
}

static void test_sureness_has_three_steps(void **state)
{
	(void)state;
	assert_int_equal(oeo_trend_sureness(0.0101), OEO_SURENESS_NONE);
	assert_int_equal(oeo_trend_sureness(0.0099), OEO_SURENESS_CLEAR);
	assert_int_equal(oeo_trend_sureness(0.00099), OEO_SURENESS_STRONG);
	assert_int_equal(oeo_trend_sureness(0.000099), OEO_SURENESS_CERTAIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_changes_are_those_of_r),
	    cmocka_unit_test(test_changes_between_months_are_those_of_r_by_the_day),
	    cmocka_unit_test(test_a_dispersion_counts_from_the_eighth_shown_point),
	    cmocka_unit_test(test_equal_numbers_a_day_are_no_difference),
	    cmocka_unit_test(test_more_in_all_but_fewer_a_day_is_not_clear),
	    cmocka_unit_test(test_rounding_and_length_together_make_no_difference),
	    cmocka_unit_test(test_a_month_that_is_only_longer_is_no_outbreak),
	    cmocka_unit_test(test_ears_is_that_of_surveillance),
	    cmocka_unit_test(test_ears_says_nothing_across_a_gap),
	    cmocka_unit_test(test_low_counts_give_an_alarm_but_no_certainty),
	    cmocka_unit_test(test_nothing_is_compared_with_what_is_hidden),
	    cmocka_unit_test(test_the_value_behind_a_gap_plays_no_part),
	    cmocka_unit_test(test_rounding_never_makes_a_difference_clear),
	    cmocka_unit_test(test_sureness_has_three_steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
