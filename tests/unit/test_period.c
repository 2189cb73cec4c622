/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <stdio.h>
#include <time.h>

#include "proto/period.h"

static struct oeo_period period(const char *text)
{
	struct oeo_period parsed;

	assert_ok(oeo_period_parse(&parsed, text));
	return parsed;
}

static int64_t day(const char *text)
{
	int64_t parsed;

	assert_ok(oeo_day_parse(&parsed, text));
	return parsed;
}

static void assert_day_is(int64_t number, const char *text)
{
	char written[OEO_DATE_BYTES];

	oeo_day_format(written, number);
	assert_string_equal(written, text);
}

static void test_periods_are_read_and_written_alike(void **state)
{
	static const char *const texts[] = {
	    "1900", "2026", "9999", "2026-Q1", "2026-Q4", "2026-01", "2026-10", "2026-12"};
	char written[OEO_PERIOD_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct oeo_period parsed = period(texts[i]);

		oeo_period_format(written, &parsed);
		assert_string_equal(written, texts[i]);
	}
}

static void test_anything_else_is_no_period(void **state)
{
	static const char *const bad[] = {"", "2", "202", "20266", "1899", "0000", "2026-", "2026-Q",
	    "2026-Q0", "2026-Q5", "2026-q1", "2026-Q11", "2026-Q1 ", " 2026", "2026 ", "2026-00", "2026-13",
	    "2026-1", "2026-001", "2026/01", "2026-W1", "2026-W45", "2026Q4", "+026", "2026-+1", "20 6",
	    "2026-11-21", "２０２６"};
	struct oeo_period untouched = {OEO_QUARTER, 1999, 3};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(oeo_period_parse(&untouched, bad[i]), OEO_ERR_FORMAT);
	assert_int_equal(untouched.year, 1999);
	assert_int_equal(untouched.number, 3);
}

static void assert_span(const char *text, const char *first, const char *last)
{
	struct oeo_period p = period(text);

	assert_day_is(oeo_period_first_day(&p), first);
	assert_day_is(oeo_period_last_day(&p), last);
}

static void test_periods_begin_and_end_where_the_calendar_says(void **state)
{
	(void)state;
	assert_span("2026", "2026-01-01", "2026-12-31");
	assert_span("2026-Q1", "2026-01-01", "2026-03-31");
	assert_span("2026-Q2", "2026-04-01", "2026-06-30");
	assert_span("2026-Q3", "2026-07-01", "2026-09-30");
	assert_span("2026-Q4", "2026-10-01", "2026-12-31");
	assert_span("2026-02", "2026-02-01", "2026-02-28");
	assert_span("2024-02", "2024-02-01", "2024-02-29");
	assert_span("2000-02", "2000-02-01", "2000-02-29");
	assert_span("2100-02", "2100-02-01", "2100-02-28");
	assert_span("1900-02", "1900-02-01", "1900-02-28");
	assert_span("2026-11", "2026-11-01", "2026-11-30");
}

static void test_a_day_lies_in_the_period_of_its_date(void **state)
{
	static const struct {
		const char *day;
		const char *month;
		const char *quarter;
		const char *year;
	} rows[] = {{"2025-12-31", "2025-12", "2025-Q4", "2025"},
	    {"2026-01-01", "2026-01", "2026-Q1", "2026"}, {"2024-02-29", "2024-02", "2024-Q1", "2024"},
	    {"2026-03-31", "2026-03", "2026-Q1", "2026"}, {"2026-04-01", "2026-04", "2026-Q2", "2026"},
	    {"1969-12-31", "1969-12", "1969-Q4", "1969"}, {"1900-01-01", "1900-01", "1900-Q1", "1900"},
	    {"9999-12-31", "9999-12", "9999-Q4", "9999"}};
	char written[OEO_PERIOD_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct oeo_period p = oeo_period_of_day(OEO_MONTH, day(rows[i].day));

		oeo_period_format(written, &p);
		assert_string_equal(written, rows[i].month);
		p = oeo_period_of_day(OEO_QUARTER, day(rows[i].day));
		oeo_period_format(written, &p);
		assert_string_equal(written, rows[i].quarter);
		p = oeo_period_of_day(OEO_YEAR, day(rows[i].day));
		oeo_period_format(written, &p);
		assert_string_equal(written, rows[i].year);
	}
}

static void test_periods_follow_one_another_without_a_gap(void **state)
{
	(void)state;
	for (int cadence = OEO_MONTH; cadence <= OEO_YEAR; cadence++) {
		struct oeo_period p = oeo_period_of_day((enum oeo_cadence)cadence, day("1999-01-01"));

		while (p.year < 2105) {
			struct oeo_period next = oeo_period_next(&p);

			assert_int_equal(next.cadence, p.cadence);
			assert_int_equal(oeo_period_first_day(&next), oeo_period_last_day(&p) + 1);
			assert_true(oeo_period_compare(&p, &next) < 0);
			p = next;
		}
	}
}

static void test_quarters_and_years_are_unions_of_months(void **state)
{
	(void)state;
	for (struct oeo_period month = period("2023-01"); month.year < 2029;
	     month = oeo_period_next(&month)) {
		unsigned quarters = 0;
		unsigned years = 0;
		struct oeo_period whole;

		for (whole = period("2022-Q1"); whole.year < 2030; whole = oeo_period_next(&whole))
			quarters += oeo_period_contains(&whole, &month);
		for (whole = period("2022"); whole.year < 2030; whole = oeo_period_next(&whole))
			years += oeo_period_contains(&whole, &month);
		assert_int_equal(quarters, 1);
		assert_int_equal(years, 1);
	}
}

static void test_containment(void **state)
{
	static const struct {
		const char *whole;
		const char *part;
		bool contains;
	} rows[] = {{"2026", "2026", true}, {"2026", "2026-Q1", true}, {"2026", "2026-12", true},
	    {"2026-Q4", "2026-10", true}, {"2026-Q4", "2026-12", true}, {"2026-Q4", "2026-Q4", true},
	    {"2026-Q4", "2026-09", false}, {"2026-Q4", "2027-01", false}, {"2026-Q4", "2026", false},
	    {"2026-10", "2026-Q4", false}, {"2026", "2025-12", false}, {"2026", "2027-Q1", false},
	    {"2026-10", "2026-11", false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct oeo_period whole = period(rows[i].whole);
		struct oeo_period part = period(rows[i].part);

		assert_int_equal(oeo_period_contains(&whole, &part), rows[i].contains);
	}
}

static void test_order_is_by_end_and_then_shortest_first(void **state)
{
	static const char *const ordered[] = {"2025-11", "2025-12", "2025-Q4", "2025", "2026-01", "2026-02",
	    "2026-03", "2026-Q1", "2026-04", "2026-05", "2026-06", "2026-Q2", "2026-11", "2026-12", "2026-Q4",
	    "2026", "2027-01"};
	const size_t n = sizeof(ordered) / sizeof(ordered[0]);

	(void)state;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < n; j++) {
			struct oeo_period a = period(ordered[i]);
			struct oeo_period b = period(ordered[j]);
			int order = oeo_period_compare(&a, &b);

			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_int_equal(oeo_period_equal(&a, &b), i == j);
		}
}

static void test_cadences_have_names(void **state)
{
	enum oeo_cadence cadence = OEO_YEAR;

	(void)state;
	assert_string_equal(oeo_cadence_name(OEO_MONTH), "month");
	assert_string_equal(oeo_cadence_name(OEO_QUARTER), "quarter");
	assert_string_equal(oeo_cadence_name(OEO_YEAR), "year");
	assert_null(oeo_cadence_name((enum oeo_cadence)0));
	assert_null(oeo_cadence_name((enum oeo_cadence)4));
	assert_ok(oeo_cadence_parse(&cadence, "quarter"));
	assert_int_equal(cadence, OEO_QUARTER);
	assert_int_equal(oeo_cadence_parse(&cadence, "Quarter"), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cadence_parse(&cadence, ""), OEO_ERR_FORMAT);
	assert_int_equal(oeo_cadence_parse(&cadence, "week"), OEO_ERR_FORMAT);
	assert_int_equal(cadence, OEO_QUARTER);
}

static void test_only_dates_that_exist_are_days(void **state)
{
	static const struct {
		unsigned year;
		unsigned month;
		unsigned day;
		bool exists;
	} rows[] = {{2026, 2, 28, true}, {2026, 2, 29, false}, {2024, 2, 29, true}, {2024, 2, 30, false},
	    {2000, 2, 29, true}, {1900, 2, 29, false}, {2100, 2, 29, false}, {2400, 2, 29, true},
	    {2026, 4, 30, true}, {2026, 4, 31, false}, {2026, 12, 31, true}, {2026, 12, 32, false},
	    {2026, 0, 1, false}, {2026, 13, 1, false}, {2026, 1, 0, false}, {1900, 1, 1, true},
	    {1899, 12, 31, false}, {9999, 12, 31, true}, {10000, 1, 1, false}, {2026, 4294967295u, 1, false},
	    {2026, 1, 4294967295u, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t number = 4711;
		enum oeo_err err = oeo_day_from_date(&number, rows[i].year, rows[i].month, rows[i].day);

		assert_int_equal(err, rows[i].exists ? OEO_OK : OEO_ERR_RANGE);
		assert_int_equal(number == 4711, !rows[i].exists);
	}
}

static void test_dates_are_read_strictly(void **state)
{
	static const char *const malformed[] = {"", "2026-11-2", "2026-11-021", "2026-1-21", "26-11-2021",
	    "2026/11/21", "2026-11-21 ", " 026-11-21", "2026-11-2x", "21-11-2026", "2026-11-21T00:00:00",
	    "2026-1a-21", "20261121xx"};
	static const char *const absent[] = {
	    "2026-02-29", "2026-13-01", "2026-00-10", "2026-11-31", "1899-12-31", "0000-01-01"};
	int64_t number;

	(void)state;
	for (size_t i = 0; i < sizeof(malformed) / sizeof(malformed[0]); i++)
		assert_int_equal(oeo_day_parse(&number, malformed[i]), OEO_ERR_FORMAT);
	for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
		assert_int_equal(oeo_day_parse(&number, absent[i]), OEO_ERR_RANGE);
	assert_int_equal(day("1970-01-01"), 0);
	assert_int_equal(day("1969-12-31"), -1);
	assert_int_equal(day("1970-01-02"), 1);
	assert_int_equal(day("2000-03-01"), 11017);
}

static void test_weeks_around_the_new_year(void **state)
{
	/* From the standard's own table: a week belongs to the year of its Thursday. */
	static const char *const rows[][2] = {{"2026-11-07", "2026-W45"}, {"2004-12-31", "2004-W53"},
	    {"2005-01-01", "2004-W53"}, {"2005-01-02", "2004-W53"}, {"2005-01-03", "2005-W01"},
	    {"2005-12-31", "2005-W52"}, {"2006-01-01", "2005-W52"}, {"2006-01-02", "2006-W01"},
	    {"2007-12-31", "2008-W01"}, {"2008-12-28", "2008-W52"}, {"2008-12-29", "2009-W01"},
	    {"2009-12-31", "2009-W53"}, {"2010-01-03", "2009-W53"}, {"2010-01-04", "2010-W01"},
	    {"2020-12-31", "2020-W53"}, {"2021-01-03", "2020-W53"}, {"2024-12-30", "2025-W01"},
	    {"2026-12-31", "2026-W53"}, {"2027-01-03", "2026-W53"}, {"2027-01-04", "2027-W01"},
	    {"1970-01-01", "1970-W01"}, {"1969-12-28", "1969-W52"}};
	char week[OEO_WEEK_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		oeo_day_format_week(week, day(rows[i][0]));
		assert_string_equal(week, rows[i][1]);
	}
}

static void test_five_centuries_agree_with_the_c_library(void **state)
{
	(void)state;
	for (int64_t number = day("1900-01-01"); number <= day("2400-12-31"); number++) {
		time_t seconds = (time_t)number * 86400;
		char expected[32];
		char written[OEO_DATE_BYTES];
		char week[OEO_WEEK_BYTES];
		struct tm broken;

		assert_non_null(gmtime_r(&seconds, &broken));
		assert_int_equal(strftime(expected, sizeof(expected), "%Y-%m-%d", &broken), 10);
		oeo_day_format(written, number);
		assert_string_equal(written, expected);
		assert_int_equal(day(written), number);
		assert_int_equal(strftime(expected, sizeof(expected), "%G-W%V", &broken), 8);
		oeo_day_format_week(week, number);
		assert_string_equal(week, expected);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_periods_are_read_and_written_alike),
	    cmocka_unit_test(test_anything_else_is_no_period),
	    cmocka_unit_test(test_periods_begin_and_end_where_the_calendar_says),
	    cmocka_unit_test(test_a_day_lies_in_the_period_of_its_date),
	    cmocka_unit_test(test_periods_follow_one_another_without_a_gap),
	    cmocka_unit_test(test_quarters_and_years_are_unions_of_months),
	    cmocka_unit_test(test_containment),
	    cmocka_unit_test(test_order_is_by_end_and_then_shortest_first),
	    cmocka_unit_test(test_cadences_have_names),
	    cmocka_unit_test(test_only_dates_that_exist_are_days),
	    cmocka_unit_test(test_dates_are_read_strictly),
	    cmocka_unit_test(test_weeks_around_the_new_year),
	    cmocka_unit_test(test_five_centuries_agree_with_the_c_library),
	};

	return cmocka_run_group_tests_name("period", tests, NULL, NULL);
}
