/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/quota.h"

#include "keyholder/members.h"

enum oeo_err oeo_quota_get(struct oeo_quota *quota, struct oeo_register *reg, const struct oeo_plan *plan,
    const struct oeo_access *access)
{
	struct oeo_quota read = {0, 0, 0};
	struct oeo_period period;
	enum oeo_err err = oeo_period_parse(&period, access->period);

	if (err != OEO_OK)
		return err;
	err = oeo_members_get_quota(reg, access->member, &read.base);
	if (err == OEO_ERR_NOT_FOUND) {
		read.base = oeo_plan_quota(plan, period.cadence);
		err = OEO_OK;
	}
	if (err == OEO_OK)
		err =
		    oeo_access_log_granted(reg, access->member, access->plan, access->period, &read.granted);
	if (err == OEO_OK)
		err = oeo_access_log_used(reg, access, &read.used);
	if (err == OEO_OK)
		*quota = read;
	return err;
}

uint64_t oeo_quota_total(const struct oeo_quota *quota)
{
	uint64_t total;

	return __builtin_add_overflow(quota->base, quota->granted, &total) ? UINT64_MAX : total;
}

bool oeo_quota_allows(const struct oeo_quota *quota, uint64_t more)
{
	uint64_t total = oeo_quota_total(quota);

	return quota->used <= total && more <= total - quota->used;
}

bool oeo_quota_is_nearly_spent(const struct oeo_quota *quota)
{
	uint64_t total = oeo_quota_total(quota);

	return quota->used >= total - total / 5;
}
