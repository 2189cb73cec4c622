/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the register knows of a period: its public keys once they were used, and its end. The private keys lie in
 * period_keys.h's files; a period that stands here never gets new ones.
 */
#ifndef OEO_KEYHOLDER_PERIODS_H
#define OEO_KEYHOLDER_PERIODS_H

#include "keyholder/register.h"
#include "proto/plan_sign.h"
#include "proto/voprf.h"

struct oeo_period_record {
	char plan[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	bool has_keys; /* keys were made */
	int64_t made_s;
	uint8_t resident_pk[OEO_ELEMENT_BYTES];
	uint8_t cell_pk[OEO_ELEMENT_BYTES];
	bool is_destroyed;
	int64_t destroyed_s;
	uint8_t statement[OEO_SIGNATURE_BYTES];
};

/* OEO_ERR_NOT_FOUND: the register does not know the period. */
enum oeo_err oeo_periods_get(
    struct oeo_register *reg, const char *plan, const char *period, struct oeo_period_record *record);

/* Keep the public keys of a new period. OEO_ERR_EXISTS: it is known already. */
enum oeo_err oeo_periods_add(struct oeo_register *reg, const struct oeo_period_record *record);

/* Keep that the period's keys are gone for good, with the signed statement; known before or not. */
enum oeo_err oeo_periods_end(struct oeo_register *reg, const struct oeo_period_record *record);

/* All periods, sorted by plan and period. *records returns owned (free). */
enum oeo_err oeo_periods_list(struct oeo_register *reg, struct oeo_period_record **records, size_t *n);

#endif
