/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_points.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

/* Points are kept in as many numbers as these; at least and at most so many. */
#define KEPT_NUMBERS ((size_t)1 << 20)
#define LEAST_POINTS 128
#define MOST_POINTS 1024

/* A few for every number: more are of no use to small components, and too large for the largest. */
static size_t most_points(size_t n_numbers)
{
	size_t most = KEPT_NUMBERS / n_numbers < 4 * n_numbers ? KEPT_NUMBERS / n_numbers : 4 * n_numbers;

	if (most < LEAST_POINTS)
		return LEAST_POINTS;
	return most < MOST_POINTS ? most : MOST_POINTS;
}

bool oeo_audit_points_init(struct audit_points *points, size_t n_numbers)
{
	*points = (struct audit_points){.n_numbers = n_numbers, .most = most_points(n_numbers)};
	points->values = oeo_audit_alloc(n_numbers * points->most, sizeof(double));
	return points->values != NULL;
}

void oeo_audit_points_fini(struct audit_points *points)
{
	free(points->values);
	*points = (struct audit_points){0};
}

static void put(struct audit_points *points, size_t at, const double *point)
{
	memcpy(points->values + at * points->n_numbers, point, points->n_numbers * sizeof(double));
}

void oeo_audit_points_keep(struct audit_points *points, const double *point)
{
	put(points, points->next, point);
	points->next = (points->next + 1) % points->most;
	if (points->n_points < points->most)
		points->n_points++;
}

void oeo_audit_points_add(struct audit_points *points, const double *point)
{
	if (points->n_points < points->most) {
		oeo_audit_points_keep(points, point);
		return;
	}
	put(points, (points->next + points->next_spare) % points->most, point);
	points->next_spare = (points->next_spare + 1) % (points->most / 2);
}

const double *oeo_audit_points_get(const struct audit_points *points, size_t i)
{
	return points->values + (points->next + points->most - 1 - i) % points->most * points->n_numbers;
}
