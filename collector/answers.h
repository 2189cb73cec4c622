/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the collector answers to a member's plan request and heartbeat. Inside the caller's transaction.
 */
#ifndef OEO_COLLECTOR_ANSWERS_H
#define OEO_COLLECTOR_ANSWERS_H

#include "collector/plans.h"
#include "collector/store.h"
#include "proto/wire.h"

/* Append the answer to a plan request: the plan in force with this digest (NULL: the newest), or a refusal (no-plan).
 * *reason: 0, or that of the refusal. */
enum oeo_err oeo_answer_plan(struct oeo_buf *out, const struct oeo_plans *plans, const uint8_t *digest,
    uint64_t request, unsigned *reason);

/* Keep a heartbeat and append its reply: for every period that the store knows, how far this member's submission
 * is, whether it is released, and which keyholders have destroyed their keys; the newest
 * OEO_MAX_PERIOD_STATES of them. */
enum oeo_err oeo_answer_heartbeat(struct oeo_buf *out, struct oeo_store *store, const struct oeo_plans *plans,
    const char *member, const struct oeo_heartbeat *heartbeat, uint64_t request, int64_t now_s);

#endif
