/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How many elements a member may have evaluated for one period and purpose: the plan's forecast, or the member's own
 * quota where the operator gave one, and what the operator added for that period. There is always a quota.
 */
#ifndef OEO_KEYHOLDER_QUOTA_H
#define OEO_KEYHOLDER_QUOTA_H

#include "keyholder/access_log.h"
#include "proto/plan.h"

#define OEO_QUOTA_MOST UINT64_C(1000000000) /* of a number that an operator gives */

struct oeo_quota {
	uint64_t base; /* the plan's forecast or the member's own */
	uint64_t granted; /* added by the operator */
	uint64_t used;
};

/* Read it from plan and register. The period of access is one of the plan's. */
enum oeo_err oeo_quota_get(struct oeo_quota *quota, struct oeo_register *reg, const struct oeo_plan *plan,
    const struct oeo_access *access);

/* base + granted. */
uint64_t oeo_quota_total(const struct oeo_quota *quota);

/* True where `more` elements fit. */
bool oeo_quota_allows(const struct oeo_quota *quota, uint64_t more);

/* True from 80 % on. */
bool oeo_quota_is_nearly_spent(const struct oeo_quota *quota);

#endif
