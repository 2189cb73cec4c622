/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/period.h"

#include <stddef.h>
#include <string.h>

#define FIRST_YEAR 1900u
#define LAST_YEAR 9999u
#define DAYS_IN_ERA 146097 /* 400 Gregorian years */

struct date {
	unsigned year;
	unsigned month;
	unsigned day;
};

/* Quotient and remainder that round down, so that days before 1970 work. */
static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0 ? 1 : 0);
}

static int64_t floor_mod(int64_t a, int64_t b)
{
	return a - b * floor_div(a, b);
}

/* Years are counted from March here, so that the leap day is the last of a year. */
static int64_t day_of_date(unsigned year, unsigned month, unsigned day)
{
	int64_t y = (int64_t)year - (month <= 2 ? 1 : 0);
	int64_t era = floor_div(y, 400);
	int64_t year_of_era = y - era * 400;
	int64_t month_from_march = month > 2 ? (int64_t)month - 3 : (int64_t)month + 9;
	int64_t day_of_year = (153 * month_from_march + 2) / 5 + (int64_t)day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_IN_ERA + day_of_era - 719468;
}

static struct date date_of_day(int64_t day)
{
	int64_t shifted = day + 719468;
	int64_t era = floor_div(shifted, DAYS_IN_ERA);
	int64_t day_of_era = shifted - era * DAYS_IN_ERA;
	int64_t year_of_era =
	    (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / (DAYS_IN_ERA - 1)) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month_from_march = (5 * day_of_year + 2) / 153;
	struct date date;

	date.day = (unsigned)(day_of_year - (153 * month_from_march + 2) / 5 + 1);
	date.month = (unsigned)(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
	date.year = (unsigned)(year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
	return date;
}

static bool is_leap(unsigned year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static unsigned days_in_month(unsigned year, unsigned month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Read exactly n decimal digits. */
static bool read_digits(unsigned *value, const char *text, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		sum = sum * 10 + (unsigned)(text[i] - '0');
	}
	*value = sum;
	return true;
}

/* Write the last n decimal digits of value. */
static void write_digits(char *text, unsigned value, size_t n)
{
	while (n > 0) {
		text[--n] = (char)('0' + value % 10);
		value /= 10;
	}
}

static bool is_in_years(unsigned year)
{
	return year >= FIRST_YEAR && year <= LAST_YEAR;
}

static unsigned months_in(enum oeo_cadence cadence)
{
	return cadence == OEO_MONTH ? 1 : cadence == OEO_QUARTER ? 3 : 12;
}

/* The period's first month, 1..12. */
static unsigned first_month(const struct oeo_period *period)
{
	return period->cadence == OEO_YEAR ? 1 : (period->number - 1) * months_in(period->cadence) + 1;
}

enum oeo_err oeo_period_parse(struct oeo_period *period, const char *text)
{
	size_t len = strlen(text);
	struct oeo_period read = {OEO_YEAR, 0, 0};

	if (len < 4 || !read_digits(&read.year, text, 4) || !is_in_years(read.year))
		return OEO_ERR_FORMAT;
	if (len == 7 && text[4] == '-' && text[5] == 'Q') {
		read.cadence = OEO_QUARTER;
		if (!read_digits(&read.number, text + 6, 1) || read.number < 1 || read.number > 4)
			return OEO_ERR_FORMAT;
	} else if (len == 7 && text[4] == '-') {
		read.cadence = OEO_MONTH;
		if (!read_digits(&read.number, text + 5, 2) || read.number < 1 || read.number > 12)
			return OEO_ERR_FORMAT;
	} else if (len != 4) {
		return OEO_ERR_FORMAT;
	}
	*period = read;
	return OEO_OK;
}

void oeo_period_format(char text[OEO_PERIOD_BYTES], const struct oeo_period *period)
{
	memset(text, 0, OEO_PERIOD_BYTES);
	write_digits(text, period->year, 4);
	if (period->cadence == OEO_QUARTER) {
		text[4] = '-';
		text[5] = 'Q';
		write_digits(text + 6, period->number, 1);
	} else if (period->cadence == OEO_MONTH) {
		text[4] = '-';
		write_digits(text + 5, period->number, 2);
	}
}

bool oeo_period_equal(const struct oeo_period *a, const struct oeo_period *b)
{
	return a->cadence == b->cadence && a->year == b->year && a->number == b->number;
}

int oeo_period_compare(const struct oeo_period *a, const struct oeo_period *b)
{
	int64_t a_last = oeo_period_last_day(a);
	int64_t b_last = oeo_period_last_day(b);

	if (a_last != b_last)
		return a_last < b_last ? -1 : 1;
	return (a->cadence > b->cadence) - (a->cadence < b->cadence);
}

int64_t oeo_period_first_day(const struct oeo_period *period)
{
	return day_of_date(period->year, first_month(period), 1);
}

int64_t oeo_period_last_day(const struct oeo_period *period)
{
	unsigned month = first_month(period) + months_in(period->cadence) - 1;

	return day_of_date(period->year, month, days_in_month(period->year, month));
}

struct oeo_period oeo_period_of_day(enum oeo_cadence cadence, int64_t day)
{
	struct date date = date_of_day(day);
	struct oeo_period period = {cadence, date.year, 0};

	if (cadence != OEO_YEAR)
		period.number = (date.month - 1) / months_in(cadence) + 1;
	return period;
}

struct oeo_period oeo_period_next(const struct oeo_period *period)
{
	return oeo_period_of_day(period->cadence, oeo_period_last_day(period) + 1);
}

bool oeo_period_contains(const struct oeo_period *whole, const struct oeo_period *part)
{
	return oeo_period_first_day(whole) <= oeo_period_first_day(part) &&
	       oeo_period_last_day(part) <= oeo_period_last_day(whole);
}

static const struct {
	enum oeo_cadence cadence;
	const char *name;
} cadences[] = {{OEO_MONTH, "month"}, {OEO_QUARTER, "quarter"}, {OEO_YEAR, "year"}};

const char *oeo_cadence_name(enum oeo_cadence cadence)
{
	for (size_t i = 0; i < sizeof(cadences) / sizeof(cadences[0]); i++)
		if (cadences[i].cadence == cadence)
			return cadences[i].name;
	return NULL;
}

enum oeo_err oeo_cadence_parse(enum oeo_cadence *cadence, const char *text)
{
	for (size_t i = 0; i < sizeof(cadences) / sizeof(cadences[0]); i++)
		if (strcmp(cadences[i].name, text) == 0) {
			*cadence = cadences[i].cadence;
			return OEO_OK;
		}
	return OEO_ERR_FORMAT;
}

enum oeo_err oeo_day_from_date(int64_t *day, unsigned year, unsigned month, unsigned day_of_month)
{
	if (!is_in_years(year) || month < 1 || month > 12)
		return OEO_ERR_RANGE;
	if (day_of_month < 1 || day_of_month > days_in_month(year, month))
		return OEO_ERR_RANGE;
	*day = day_of_date(year, month, day_of_month);
	return OEO_OK;
}

enum oeo_err oeo_day_parse(int64_t *day, const char *text)
{
	struct date date;

	if (strlen(text) != OEO_DATE_BYTES - 1 || text[4] != '-' || text[7] != '-')
		return OEO_ERR_FORMAT;
	if (!read_digits(&date.year, text, 4) || !read_digits(&date.month, text + 5, 2) ||
	    !read_digits(&date.day, text + 8, 2))
		return OEO_ERR_FORMAT;
	return oeo_day_from_date(day, date.year, date.month, date.day);
}

void oeo_day_format(char text[OEO_DATE_BYTES], int64_t day)
{
	struct date date = date_of_day(day);

	memset(text, 0, OEO_DATE_BYTES);
	write_digits(text, date.year, 4);
	text[4] = '-';
	write_digits(text + 5, date.month, 2);
	text[7] = '-';
	write_digits(text + 8, date.day, 2);
}

void oeo_day_format_week(char text[OEO_WEEK_BYTES], int64_t day)
{
	/* Day 0 was a Thursday; a week belongs to the year that holds its Thursday. */
	int64_t thursday = day - floor_mod(day + 3, 7) + 3;
	unsigned year = date_of_day(thursday).year;
	unsigned week = (unsigned)((thursday - day_of_date(year, 1, 1)) / 7 + 1);

	memset(text, 0, OEO_WEEK_BYTES);
	write_digits(text, year, 4);
	text[4] = '-';
	text[5] = 'W';
	write_digits(text + 6, week, 2);
}
