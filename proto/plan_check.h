/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of a plan, in one place: plan_file.c tells every fault with its line, plan.c refuses plan bytes
 * at the first one. Inside proto/ only.
 */
#ifndef OEO_PROTO_PLAN_CHECK_H
#define OEO_PROTO_PLAN_CHECK_H

#include "proto/plan.h"

enum oeo_plan_part {
	OEO_PART_WHOLE,
	OEO_PART_FIELD,
	OEO_PART_DIMENSION,
	OEO_PART_CODE,
	OEO_PART_LOOKUP,
	OEO_PART_TABLE
};

/* Where in a plan: i is the index of the field, dimension or table; j that of the dimension's code or lookup. */
struct oeo_plan_place {
	enum oeo_plan_part part;
	size_t i;
	size_t j;
	const char *key; /* the word in plan.yaml that is about it; NULL: the part as a whole */
};

typedef void oeo_plan_fault_fn(void *context, const struct oeo_plan_place *place, const char *sentence);

/*
 * Call fault for every rule that the plan breaks, in the chosen language; true where there is none. Every
 * member but bytes and digest is looked at, and none is trusted: indexes, ranges and texts are checked.
 */
bool oeo_plan_check(const struct oeo_plan *plan, oeo_plan_fault_fn *fault, void *context);

/* Its parts (plan_check_*.c). */
struct oeo_plan_checker {
	const struct oeo_plan *plan;
	oeo_plan_fault_fn *fault;
	void *context;
	size_t faults;
};

void oeo_plan_check_fault(struct oeo_plan_checker *checker, enum oeo_plan_part part, size_t i, size_t j,
    const char *key, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* A k outside what is allowed, said alike for the plan and for each table. */
void oeo_plan_check_k(struct oeo_plan_checker *checker, enum oeo_plan_part part, size_t i, unsigned k);
void oeo_plan_check_dimension(struct oeo_plan_checker *checker, size_t i);
void oeo_plan_check_table(struct oeo_plan_checker *checker, size_t i);

#endif
