/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The collector's plans, read from its store: which are in force and which one a period belongs to. A period
 * belongs to the plan in force with the latest `from` that is not after the period's first day.
 */
#ifndef OEO_COLLECTOR_PLANS_H
#define OEO_COLLECTOR_PLANS_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/store.h"
#include "proto/plan_sign.h"

struct oeo_published {
	struct oeo_signed_plan signed_plan;
	struct oeo_buf packed; /* as it travels */
	bool is_in_force; /* every keyholder has approved it */
};

struct oeo_plans {
	struct oeo_published *items; /* by `from` */
	size_t n;
};

/* Load and unpack all plans. Free with oeo_plans_fini. */
enum oeo_err oeo_plans_load(struct oeo_plans *plans, struct oeo_store *store, struct oeo_note *why);
void oeo_plans_fini(struct oeo_plans *plans);

/* Borrowed; NULL where there is none. Of a period: in force and covering it. Newest: in force, latest `from`. */
const struct oeo_published *oeo_plans_of_period(
    const struct oeo_plans *plans, const struct oeo_period *period);
const struct oeo_published *oeo_plans_newest(const struct oeo_plans *plans);
const struct oeo_published *oeo_plans_find(
    const struct oeo_plans *plans, const uint8_t digest[OEO_DIGEST_BYTES]);

/* How many members may count in the plans in force today and to come: the least walk_in_members of those that have
 * tables with walk-ins per week; 0 where none has. */
unsigned oeo_plans_most_members(const struct oeo_plans *plans, int64_t today);

/* Cards of the keyholders that `plan attach` has remembered (<home>/keyholders). *cards is owned (free). */
enum oeo_err oeo_keyholders_load(
    struct oeo_card **cards, size_t *n, const struct oeo_home *home, struct oeo_note *why);

/* Remember a keyholder's card there. OEO_ERR_CONFLICT: another card with its id is known and is_replaced is not
 * given. */
enum oeo_err oeo_keyholders_add(
    const struct oeo_home *home, const struct oeo_card *card, bool is_replaced, struct oeo_note *why);

/* The card with this id; NULL where there is none. Borrowed. */
const struct oeo_card *oeo_keyholders_find(const struct oeo_card *cards, size_t n, const char *id);

#endif
