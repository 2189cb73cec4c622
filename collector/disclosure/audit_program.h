/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One component as linear programs: bounds of single unknowns under a view of it, with the points that
 * programs ended in kept as witnesses.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_PROGRAM_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_PROGRAM_H

#include "collector/disclosure/audit_internal.h"

/* What is known of one unknown under the present view. */
struct audit_bound {
	double low; /* seen in some point */
	double high;
	bool has_low; /* there is no lower one */
	bool has_high;
	bool is_open; /* no upper bound */
	bool is_target;
};

/* One number taken as known. */
#define AUDIT_PIN_POINTS 4
struct audit_pin {
	size_t fixed; /* its place */
	double value;
	size_t above[AUDIT_PIN_POINTS]; /* points in which it is larger */
	size_t n_above;
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
	double *points; /* n_points of n; feasible without any view */
	size_t n_points;
	size_t next_point;
	bool *is_wanted; /* scratch: what the next program is about */
	struct audit_pin pin;
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

/* Work out the bounds of all targets, as far as wanted. */
enum oeo_audit_err oeo_audit_program_run(struct audit_program *program);

/* The interval of the unknown at this place. */
struct oeo_audit_interval oeo_audit_program_interval(const struct audit_program *program, size_t place);

/* The points that programs ended in, the last one first: i < n_points. Borrowed until the next program. */
const double *oeo_audit_program_point(const struct audit_program *program, size_t i);

/* Gather points that show what stays free where one number is taken as known. is_low (n): the numbers that will be; in
 * the end those of which no point above 1 was found. */
enum oeo_audit_err oeo_audit_program_prepare_pins(struct audit_program *program, bool *is_low);

/*
 * Fix the number at one place, until it is let go. is_loose: points that were met show another number to be free
 * to differ by 1 even so. pull: look for such points for some places at once (*is_possible: false where the fixed
 * value contradicts the shown numbers). is_pinned: find out whether one other number can only be *number.
 */
void oeo_audit_program_pin(struct audit_program *program, size_t fixed, double value);
void oeo_audit_program_unpin(struct audit_program *program);
bool oeo_audit_program_is_loose(const struct audit_program *program, size_t place);
enum oeo_audit_err oeo_audit_program_pull(
    struct audit_program *program, const size_t *places, size_t n, bool *is_possible);
enum oeo_audit_err oeo_audit_program_is_pinned(
    struct audit_program *program, size_t place, bool *is_pinned, int64_t *number);

/* S, over a component. */
enum oeo_audit_err oeo_audit_singles(struct audit_program *program);

#endif
