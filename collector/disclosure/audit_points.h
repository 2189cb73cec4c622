/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Feasible points of one component that programs ended in: each shows at no cost that its numbers are possible together.
 * A ring: new ones take the place of the oldest.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_POINTS_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_POINTS_H

#include <stdbool.h>
#include <stddef.h>

struct audit_points {
	double *values; /* n_points of n_numbers */
	size_t n_numbers;
	size_t n_points;
	size_t most; /* that are kept */
	size_t next; /* where the next one comes */
	size_t next_spare; /* the same for those that only add to the others */
};

/* Room for points of n_numbers > 0 numbers each. False without memory; free with oeo_audit_points_fini in any case. */
bool oeo_audit_points_init(struct audit_points *points, size_t n_numbers);
void oeo_audit_points_fini(struct audit_points *points);

/* Keep a point that a program ended in. */
void oeo_audit_points_keep(struct audit_points *points, const double *point);

/* Keep another feasible point: while there is room, then in the place of one of the older half. */
void oeo_audit_points_add(struct audit_points *points, const double *point);

/* The i-th of n_points, the last one first. Borrowed until the next is kept. */
const double *oeo_audit_points_get(const struct audit_points *points, size_t i);

#endif
