/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Plans that this keyholder's operator has approved. Several of one id may be in force: a period belongs to the one
 * with the latest `from` that is not after the period's first day. A plan is never removed.
 */
#ifndef OEO_KEYHOLDER_PLANS_H
#define OEO_KEYHOLDER_PLANS_H

#include "keyholder/register.h"
#include "proto/plan_sign.h"

struct oeo_approved_plan {
	struct oeo_plan *plan; /* owned */
	int64_t approved_s;
	char collector[OEO_CARD_NAME_BYTES]; /* name on the card of the collector that signed it */
};

struct oeo_plan_set {
	struct oeo_approved_plan *items; /* sorted by id, then by first period */
	size_t n;
};

/*
 * Tell whether a plan may be approved beside those that are there: the first of its id always; a later one must
 * begin with a period of its longest cadence, after every earlier one, in the future, and be signed by the same
 * collector. OEO_ERR_CONFLICT with what is wrong in why. The same plan again is no error.
 */
enum oeo_err oeo_plans_check(struct oeo_register *reg, const struct oeo_plan *plan,
    const struct oeo_card *collector, int64_t today, struct oeo_note *why);

/* Keep an approved plan. OEO_OK also where it is kept already. Durable. */
enum oeo_err oeo_plans_keep(struct oeo_register *reg, const struct oeo_signed_plan *signed_plan,
    const struct oeo_card *collector, int64_t now_s, struct oeo_note *why);

/* How many plans there are: what is loaded is up to date while this does not change. */
enum oeo_err oeo_plans_count(struct oeo_register *reg, size_t *n);

/* Load all. Free with oeo_plan_set_fini, which takes an empty set too. */
enum oeo_err oeo_plan_set_load(struct oeo_plan_set *set, struct oeo_register *reg, struct oeo_note *why);
void oeo_plan_set_fini(struct oeo_plan_set *set);

/*
 * Find the plan of this id that a period belongs to; *plan is borrowed from the set. OEO_ERR_NOT_FOUND: no plan of
 * this id; OEO_ERR_RANGE: the period is outside of it.
 */
enum oeo_err oeo_plan_set_find(const struct oeo_plan_set *set, const char *id,
    const struct oeo_period *period, const struct oeo_plan **plan);

#endif
