/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The access log: who had how many blinded elements evaluated, for which period and purpose, against which quota, and
 * what was refused. It never knows what was asked: elements are blinded.
 */
#ifndef OEO_KEYHOLDER_ACCESS_LOG_H
#define OEO_KEYHOLDER_ACCESS_LOG_H

#include "keyholder/register.h"
#include "proto/names.h"
#include "proto/period.h"
#include "proto/wire.h"

/* What a line of the log is about. */
struct oeo_access {
	const char *member;
	const char *plan;
	const char *period;
	enum oeo_purpose purpose;
};

/* Add a line: count elements at this time. Part of the caller's transaction; durable when that is committed, which is
 * before the answer leaves. Where it fails neither the line nor the sum has changed. */
enum oeo_err oeo_access_log_add(
    struct oeo_register *reg, const struct oeo_access *access, uint64_t count, int64_t at_s);

/* Elements used so far for this member, period and purpose. */
enum oeo_err oeo_access_log_used(struct oeo_register *reg, const struct oeo_access *access, uint64_t *used);

/* What the operator added to the quota of this member and period (for either purpose); and add to it. Durable. */
enum oeo_err oeo_access_log_granted(
    struct oeo_register *reg, const char *member, const char *plan, const char *period, uint64_t *added);
enum oeo_err oeo_access_log_grant(
    struct oeo_register *reg, const char *member, const char *plan, const char *period, uint64_t more);

/* Count a refusal. member "" where the key is nobody's, plan and period "" where they are not known to be real. */
enum oeo_err oeo_access_log_refuse(struct oeo_register *reg, const char *member, enum oeo_reason reason,
    const char *plan, const char *period, int64_t at_s);

struct oeo_usage {
	char member[OEO_ID_BYTES];
	char plan[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	enum oeo_purpose purpose;
	uint64_t count;
	uint64_t granted;
	int64_t first_s;
	int64_t last_s;
};

struct oeo_refusal {
	char member[OEO_ID_BYTES];
	char plan[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	enum oeo_reason reason;
	uint64_t count;
	int64_t last_s;
};

/* Everything, in no particular order. Arrays return owned (free). */
enum oeo_err oeo_access_log_usage(struct oeo_register *reg, struct oeo_usage **usage, size_t *n);
enum oeo_err oeo_access_log_refusals(struct oeo_register *reg, struct oeo_refusal **refusals, size_t *n);

#endif
