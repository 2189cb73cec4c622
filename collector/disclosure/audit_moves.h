/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A cheap way to see that a number stays free though another one is known: in a point amid those that programs
 * ended in, it is moved by itself, or against one other number of its only equation, as far as the other rows allow. What
 * is found free is free; what is not found has to be asked of a program.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_MOVES_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_MOVES_H

#include "collector/disclosure/audit_program.h"

struct audit_entry {
	size_t row; /* of the component, by its place there */
	int factor;
};

struct audit_moves {
	const struct audit_program *program; /* borrowed */
	size_t n_rows;
	size_t n_points;
	double *points; /* n_points that were met */
	double *point_sums; /* what the rows add up to in them */
	size_t pinned;
	double *values; /* a point amid them in which the number at place `pinned` has its value */
	double *sums;
	size_t *first; /* rows by place: entries[first[i]] .. */
	struct audit_entry *entries;
};

/* Take the points that were met so far. False: out of memory; free with oeo_audit_moves_fini in any case. */
bool oeo_audit_moves_init(struct audit_moves *moves, const struct audit_program *program);
void oeo_audit_moves_fini(struct audit_moves *moves);

/* Take one number as known. False: the points do not tell anything of that. */
bool oeo_audit_moves_pin(struct audit_moves *moves, size_t pinned, double value);

/* True: even so, the number at `place` can still be two whole numbers. */
bool oeo_audit_moves_are_free(const struct audit_moves *moves, size_t place);

#endif
