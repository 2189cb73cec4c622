/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Calendar periods (month, quarter, year), days and ISO weeks. Days are counted from 1970-01-01 in the
 * proleptic Gregorian calendar; years run from 1900 to 9999. Pure functions.
 */
#ifndef OEO_PROTO_PERIOD_H
#define OEO_PROTO_PERIOD_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/err.h"

enum oeo_cadence { OEO_MONTH = 1, OEO_QUARTER = 2, OEO_YEAR = 3 }; /* shortest first */

#define OEO_PERIOD_BYTES 8 /* "2026-11", "2026-Q4", "2026", with the zero byte */
#define OEO_WEEK_BYTES 9 /* "2026-W45" */
#define OEO_DATE_BYTES 11 /* "2026-11-21" */

struct oeo_period {
	enum oeo_cadence cadence;
	unsigned year;
	unsigned number; /* month 1..12, quarter 1..4, 0 for a year */
};

/* Read "2026", "2026-Q4" or "2026-11" and nothing else. OEO_ERR_FORMAT. */
enum oeo_err oeo_period_parse(struct oeo_period *period, const char *text);

void oeo_period_format(char text[OEO_PERIOD_BYTES], const struct oeo_period *period);

bool oeo_period_equal(const struct oeo_period *a, const struct oeo_period *b);

/* < 0, 0, > 0: order by last day, and among those that end together by length, shortest first. This is
 * the order in which periods are submitted and released. */
int oeo_period_compare(const struct oeo_period *a, const struct oeo_period *b);

/* First and last day of the period. */
int64_t oeo_period_first_day(const struct oeo_period *period);
int64_t oeo_period_last_day(const struct oeo_period *period);

/* The period of this cadence that holds the day. */
struct oeo_period oeo_period_of_day(enum oeo_cadence cadence, int64_t day);

/* The period of the same cadence right after this one. */
struct oeo_period oeo_period_next(const struct oeo_period *period);

/* True where part lies wholly within whole (a period contains itself). */
bool oeo_period_contains(const struct oeo_period *whole, const struct oeo_period *part);

/* "month", "quarter", "year"; NULL for another value. And back: OEO_ERR_FORMAT. */
const char *oeo_cadence_name(enum oeo_cadence cadence);
enum oeo_err oeo_cadence_parse(enum oeo_cadence *cadence, const char *text);

/* Day number of a date that exists; OEO_ERR_RANGE for others (30 February, year below 1900 or above 9999). */
enum oeo_err oeo_day_from_date(int64_t *day, unsigned year, unsigned month, unsigned day_of_month);

/* Read "2026-11-21" strictly. OEO_ERR_FORMAT, OEO_ERR_RANGE. */
enum oeo_err oeo_day_parse(int64_t *day, const char *text);

void oeo_day_format(char text[OEO_DATE_BYTES], int64_t day);

/* Write the ISO 8601 week of the day, "2026-W45" (its year may differ from the day's). */
void oeo_day_format_week(char text[OEO_WEEK_BYTES], int64_t day);

#endif
