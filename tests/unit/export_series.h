/* SPDX-License-Identifier: EUPL-1.2 */
/* Series written as text, and files of what R says of them (tests/data/export/trend.R). */
#ifndef OEO_TESTS_UNIT_EXPORT_SERIES_H
#define OEO_TESTS_UNIT_EXPORT_SERIES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/trend.h"

#define LINE_BYTES 256
#define MOST_FIELDS 9
#define GAP UINT64_MAX

static inline void add_point(struct oeo_series *series, uint64_t value)
{
	struct oeo_point *point = &series->points[series->n++];

	assert_true(series->n <= OEO_MAX_POINTS);
	point->state = value == GAP ? OEO_POINT_HIDDEN : OEO_POINT_SHOWN;
	point->value = value == GAP ? 0 : value;
	point->period = (struct oeo_period){.cadence = OEO_MONTH, .year = 2025, .number = 1};
}

/* "100 141", a dot for what is not shown; all of them over the same stretch of time. */
static inline void read_series(struct oeo_series *series, const char *text)
{
	const char *at = text;

	memset(series, 0, sizeof(*series));
	while (*at != '\0') {
		char *end;
		uint64_t value = strtoull(at, &end, 10);

		if (end == at)
			end = strchr(at, '.') + 1;
		add_point(series, end[-1] == '.' ? GAP : value);
		at = end;
	}
}

/* The same over periods one after another. */
static inline void read_series_from(struct oeo_series *series, const char *first, const char *text)
{
	struct oeo_period period;

	read_series(series, text);
	assert_int_equal(oeo_period_parse(&period, first), OEO_OK);
	for (size_t i = 0; i < series->n; i++, period = oeo_period_next(&period))
		series->points[i].period = period;
}

static inline void assert_close(double got, double expected, const char *line)
{
	if (fabs(got - expected) > 1e-7 * (fabs(expected) + 1e-6))
		fail_msg("%s: %.12g and not %.12g", line, got, expected);
}

/* Split a line into this many fields. */
static inline void split(char copy[LINE_BYTES], char *fields[MOST_FIELDS], const char *line, size_t n)
{
	char *rest = copy;

	(void)snprintf(copy, LINE_BYTES, "%s", line);
	for (size_t i = 0; i < n; i++) {
		fields[i] = strsep(&rest, ",\n");
		assert_non_null(fields[i]);
	}
}

/* Call check for every line of a file of R's below its head. */
static inline void check_file(const char *path, void (*check)(const char *line), size_t expected)
{
	char line[LINE_BYTES];
	FILE *file = fopen(path, "r");
	size_t n = 0;

	assert_non_null(file);
	assert_non_null(fgets(line, sizeof(line), file));
	for (; fgets(line, sizeof(line), file) != NULL; n++)
		check(line);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(n, expected);
}

#endif
