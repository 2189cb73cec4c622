/* SPDX-License-Identifier: EUPL-1.2 */
/* From when on a series lies above all before, and how often chance gives that; rises.csv is R's (trend.R). */
#include "export_series.h"

/* The rise of this series of at least one point, which must have one. */
static struct oeo_rise rise_of(const struct oeo_series *series)
{
	struct oeo_rise rise;

	assert_true(oeo_trend_rise(&rise, series, 1));
	return rise;
}

/* The first period, how many points come after the rise, the series; where the two points are, and what R says. */
static void check_rise_line(const char *line)
{
	char copy[LINE_BYTES], *fields[MOST_FIELDS];
	struct oeo_series series;
	struct oeo_rise rise;

	split(copy, fields, line, 9);
	read_series_from(&series, fields[0], fields[2]);
	rise = rise_of(&series);
	assert_int_equal(rise.first, series.n - strtoul(fields[1], NULL, 10));
	assert_int_equal(rise.highest_at, strtoul(fields[3], NULL, 10));
	assert_int_equal(rise.lowest_at, strtoul(fields[4], NULL, 10));
	if (strcmp(fields[5], "NA") != 0)
		assert_close(rise.dispersion, strtod(fields[5], NULL), line);
	assert_int_equal(rise.is_overdispersed, strtol(fields[7], NULL, 10));
	assert_close(rise.p, strtod(fields[8], NULL), line);
}

static void test_rises_are_those_of_r(void **state)
{
	(void)state;
	check_file(OEO_TEST_DIR "/data/export/rises.csv", check_rise_line, 8);
}

/* Two series with one pair at the rise; the second goes up and down more before it. */
static void test_what_goes_up_and_down_by_itself_has_to_rise_more(void **state)
{
	struct oeo_series series;
	struct oeo_rise rise;

	(void)state;
	read_series_from(&series, "2024-Q1", "44 45 46 44 45 46 90 92");
	rise = rise_of(&series);
	assert_false(rise.is_overdispersed);
	assert_true(rise.p <= OEO_TREND_ALPHA);
	read_series_from(&series, "2024-Q1", "20 46 25 44 18 46 90 92");
	rise = rise_of(&series);
	assert_true(rise.is_overdispersed);
	assert_true(rise.p > OEO_TREND_ALPHA);
	/* which three earlier points would not tell */
	read_series_from(&series, "2024-Q1", "18 46 25 90 92");
	rise = rise_of(&series);
	assert_false(rise.is_overdispersed);
	assert_true(rise.p <= OEO_TREND_ALPHA);
}

/* The months of which the numbers are compared by the day: in all, the highest before and the lowest after. */
static void read_rise(
    struct oeo_series *series, struct oeo_rise *rise, const char *text, uint64_t highest, uint64_t lowest)
{
	read_series_from(series, "2025-01", text);
	*rise = rise_of(series);
	assert_int_equal(rise->first, 2);
	assert_int_equal(rise->highest_before, highest);
	assert_int_equal(rise->lowest_after, lowest);
}

static void test_a_rise_that_is_fewer_a_day_is_not_clear(void **state)
{
	struct oeo_series series;
	struct oeo_rise rise;

	(void)state;
	/* March has 335 a day, February had 354; what is said is still the number itself */
	read_rise(&series, &rise, "10000 9900 10400 10400 10400", 10000, 10400);
	assert_true(rise.p >= 1);
}

static void test_a_rise_is_weighed_between_the_nearest_numbers_a_day(void **state)
{
	struct oeo_series series;
	struct oeo_rise rise;

	(void)state;
	/* February against March, though January has more in all and April fewer */
	read_rise(&series, &rise, "10000 9900 11400 11300 11900", 10000, 11300);
	assert_int_equal(rise.highest_at, 1);
	assert_int_equal(rise.lowest_at, 2);
	assert_true(rise.p <= OEO_TREND_ALPHA);
	assert_close(rise.p, oeo_chance_ratio_p(9900, 11400, 31.0 / 59), "February against March");
}

static void test_rounding_never_makes_a_rise_clear(void **state)
{
	struct oeo_series series;

	(void)state;
	read_series(&series, "100 145");
	assert_true(rise_of(&series).p <= OEO_TREND_ALPHA);
	series.round = 5; /* at least 102 and 143: not clear */
	assert_true(rise_of(&series).p > OEO_TREND_ALPHA);
	read_series(&series, "100 110");
	series.round = 10; /* may be 105 and 105 */
	assert_true(rise_of(&series).p >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rises_are_those_of_r),
	    cmocka_unit_test(test_what_goes_up_and_down_by_itself_has_to_rise_more),
	    cmocka_unit_test(test_a_rise_that_is_fewer_a_day_is_not_clear),
	    cmocka_unit_test(test_a_rise_is_weighed_between_the_nearest_numbers_a_day),
	    cmocka_unit_test(test_rounding_never_makes_a_rise_clear),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
