/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One component as linear programs: bounds of single unknowns under a view of it, with the points that
 * programs ended in kept as witnesses. With one more number known: audit_pin.h.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_PROGRAM_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_PROGRAM_H

#include "collector/disclosure/audit_internal.h"
#include "collector/disclosure/audit_points.h"

/* What is known of one unknown under the present view. */
struct audit_bound {
	double low; /* seen in some point */
	double high;
	bool has_low; /* there is no lower one */
	bool has_high;
	bool is_open; /* no upper bound */
	bool is_target;
};

struct audit_program {
	struct audit_system *system;
	size_t component;
	const size_t *members; /* the component's unknowns; borrowed */
	size_t n;
	const size_t *place_of; /* of unknowns, in members; borrowed */
	void *handle;
	struct audit_range *ranges; /* under the present view */
	struct audit_bound *bounds;
	struct audit_points points; /* feasible without any view */
	bool *is_wanted; /* scratch: what the next program is about */
	uint64_t random;
};

/* Make the programs of a component; relations over time that do not fit are turned off. Free with
 * oeo_audit_program_fini, after failure too. */
enum oeo_audit_err oeo_audit_program_init(
    struct audit_program *program, struct audit_system *system, size_t component, const size_t *place_of);
void oeo_audit_program_fini(struct audit_program *program);

/*
 * Take a view: lows (n) are least values beyond those that all readers know. *is_possible: false where the view
 * contradicts the shown numbers, and nothing was done. End it with oeo_audit_program_leave.
 */
bool oeo_audit_program_enter(struct audit_program *program, const int64_t *lows, bool *is_possible);
void oeo_audit_program_leave(struct audit_program *program);

/* Solve for the objective that is set. What an optimum shows is noted in the bounds, and the point kept. */
enum oeo_solver_result oeo_audit_program_solve(struct audit_program *program, bool is_maximum);

/* Give the solver the range of an unknown under the present view. */
void oeo_audit_program_reset_bounds(struct audit_program *program, size_t place);

/* The interval of the unknown at this place, and whether it is one number. */
struct oeo_audit_interval oeo_audit_program_interval(const struct audit_program *program, size_t place);
bool oeo_audit_program_is_exact(const struct audit_program *program, size_t place);

/* The least whole number that is not below value, the largest that is not above it, both by more than the margin. */
int64_t oeo_audit_lowest_whole(double value);
int64_t oeo_audit_highest_whole(double value);

/* S, over a component. */
enum oeo_audit_err oeo_audit_singles(struct audit_program *program);

#endif
