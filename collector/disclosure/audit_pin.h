/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One number of a component taken as known: which others can then only be one whole number?
 *
 * Numbers that are asked about are listed by their places. A point in which the known number has its value is a witness
 * for all of them at once; one that is seen with two whole numbers is free and leaves the list. Such points lie
 * between those that programs ended in before, on both sides; so most numbers take no program of their own.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_PIN_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_PIN_H

#include "collector/disclosure/audit_program.h"

/* A point, as two numbers in it. */
struct audit_seen {
	double at; /* the known number */
	double value; /* another one */
	size_t point;
};

struct audit_pin {
	struct audit_program *program; /* borrowed */
	size_t fixed; /* the place of the number that is known */
	double value;
	size_t *places; /* what is asked about and not seen to be free */
	size_t n;
	double *low; /* by place: the least and the most that was seen */
	double *high;
	size_t *above; /* scratch: points in which the known number is larger than its value */
	size_t n_above;
	struct audit_seen *seen; /* points by what the known number is in them; sorted where has_order */
	struct audit_seen *hull; /* scratch */
	bool has_order;
};

/* False: out of memory. Free with oeo_audit_pin_fini, after failure too. */
bool oeo_audit_pin_init(struct audit_pin *pin, struct audit_program *program);
void oeo_audit_pin_fini(struct audit_pin *pin);

/* Take a number as known, until it is let go. The list is empty then. */
void oeo_audit_pin_set(struct audit_pin *pin, size_t fixed, double value);
void oeo_audit_pin_release(struct audit_pin *pin);

/* Ask about another number, which is not in the list. */
void oeo_audit_pin_add(struct audit_pin *pin, size_t place);

/* Take off the list what points that were met before show to be free: quickly, what pairs of the last ones show for all
 * that is listed; closely, all that any of them show together. */
void oeo_audit_pin_sweep(struct audit_pin *pin);
void oeo_audit_pin_sweep_closely(struct audit_pin *pin);

/* Take off the list what programs about all of it together show to be free, as long as that helps. *is_possible: false
 * where the value contradicts the shown numbers. */
enum oeo_audit_err oeo_audit_pin_pull(struct audit_pin *pin, bool *is_possible);

/* Find out whether the number at one place can only be *number. What is seen of others is kept. */
enum oeo_audit_err oeo_audit_pin_ask(struct audit_pin *pin, size_t place, bool *is_pinned, int64_t *number);

#endif
