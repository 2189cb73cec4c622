/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The plans that this member's coordinator accepted, kept with all their signatures in the ledger. A period
 * belongs to the plan with the latest `from` that is not after the period's first day. Nothing is sent under
 * a plan that is not among them.
 */
#ifndef OEO_AGENT_PLANS_H
#define OEO_AGENT_PLANS_H

#include "agent/ledger.h"
#include "proto/plan_sign.h"

struct oeo_plans {
	struct oeo_signed_plan *items; /* owned; by `from`, later accepted last among equals */
	size_t n;
};

/* Load the accepted plans; none is no error. Free with oeo_plans_fini. */
enum oeo_err oeo_plans_load(struct oeo_plans *plans, struct oeo_ledger *ledger, struct oeo_note *why);
void oeo_plans_fini(struct oeo_plans *plans);

/* The accepted plan with the latest `from`; NULL where none is accepted. Borrowed. */
const struct oeo_plan *oeo_plans_newest(const struct oeo_plans *plans);

/* The plan that is in force on this day, or for a period by its first day; NULL: none covers it. Borrowed.
 * Of a period also NULL where that plan has no table of its cadence. */
const struct oeo_plan *oeo_plans_of_day(const struct oeo_plans *plans, int64_t day);
const struct oeo_plan *oeo_plans_of_period(const struct oeo_plans *plans, const struct oeo_period *period);

/* The accepted plan with this digest; NULL where there is none. Borrowed. */
const struct oeo_plan *oeo_plans_of_digest(
    const struct oeo_plans *plans, const uint8_t digest[OEO_DIGEST_BYTES]);

/*
 * All periods that have ended before `today` under the accepted plans, in the order of oeo_period_compare.
 * *periods returns owned (free), NULL where there are none.
 */
enum oeo_err oeo_plans_list_ended(
    const struct oeo_plans *plans, int64_t today, struct oeo_period **periods, size_t *n);

/*
 * Check a plan before it is shown or accepted: all signatures under the joined cards, thresholds not below
 * what an agent accepts (k >= 5), the same partnership as the plans accepted before. OEO_ERR_CRYPTO,
 * OEO_ERR_NOT_FOUND (a card is missing), OEO_ERR_STATE (an approval is missing), OEO_ERR_REFUSED,
 * OEO_ERR_CONFLICT; why says what to do.
 */
enum oeo_err oeo_plans_check(const struct oeo_plans *plans, const struct oeo_signed_plan *offered,
    const struct oeo_card *cards, size_t n_cards, struct oeo_note *why);

/* Keep the plan that was shown last, so that exactly this one can be accepted; and read it back
 * (OEO_ERR_NOT_FOUND). The caller frees signed_plan with oeo_signed_plan_fini. */
enum oeo_err oeo_plans_keep_offered(struct oeo_ledger *ledger, const struct oeo_signed_plan *offered);
enum oeo_err oeo_plans_load_offered(
    struct oeo_signed_plan *offered, struct oeo_ledger *ledger, struct oeo_note *why);

/* Store an offered, checked plan as accepted; durable on return. */
enum oeo_err oeo_plans_accept(const struct oeo_plans *plans, struct oeo_ledger *ledger,
    const struct oeo_signed_plan *offered, struct oeo_note *why);

#endif
