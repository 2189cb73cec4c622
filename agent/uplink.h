/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The conversation with the collector: the plan, the heartbeat, and a submission's messages, each acknowledged
 * when it is durable there. After some silence the connection is made anew and what was not answered is sent
 * again, as the same bytes: the collector stores a message once, however often it comes. A connection that cannot be
 * made anew ends the conversation's step with its error; the old one stays.
 */
#ifndef OEO_AGENT_UPLINK_H
#define OEO_AGENT_UPLINK_H

#include "agent/ledger.h"
#include "agent/patience.h"
#include "agent/reasons.h"
#include "proto/link.h"
#include "proto/plan_sign.h"
#include "proto/wire.h"

struct oeo_uplink {
	struct oeo_card card;
	struct oeo_client *client;
	const struct oeo_self *self;
	struct oeo_patience patience;
	uint64_t next_request;
	bool was_heard; /* since opened */
	bool is_silent; /* it did not answer in time */
};

/* Connect to the collector. self is borrowed until close. */
enum oeo_err oeo_uplink_open(struct oeo_uplink *uplink, const struct oeo_card *collector,
    const struct oeo_self *self, struct oeo_patience patience, struct oeo_note *why);
void oeo_uplink_close(struct oeo_uplink *uplink);

/*
 * Fetch the newest plan in force, or the one with this digest (NULL: the newest). Its signatures are not checked
 * yet. Free with oeo_signed_plan_fini. OEO_ERR_AWAY, OEO_ERR_REFUSED (refusal is filled), OEO_ERR_FORMAT; why says
 * what to do.
 */
enum oeo_err oeo_uplink_fetch_plan(struct oeo_uplink *uplink, const uint8_t *digest,
    struct oeo_signed_plan *signed_plan, struct oeo_refusal *refusal, struct oeo_note *why);

/* What the collector told in a heartbeat reply. */
struct oeo_told {
	bool has_plan;
	uint8_t newest_plan[OEO_DIGEST_BYTES];
	struct oeo_period_state *periods; /* owned */
	size_t n;
};

/* Say that this agent is alive and which periods' caches are deleted here, and hear how its periods stand. Reveals
 * the version of this program and of ICU. Errors as above. Free with oeo_told_fini. */
enum oeo_err oeo_uplink_heartbeat(struct oeo_uplink *uplink, const struct oeo_period *deleted,
    size_t n_deleted, struct oeo_told *told, struct oeo_refusal *refusal, struct oeo_note *why);
void oeo_told_fini(struct oeo_told *told);

/* The state of a period, NULL where the collector told none. Borrowed. */
const struct oeo_period_state *oeo_told_find(const struct oeo_told *told, const struct oeo_period *period);

/*
 * Send the messages first .. n_parts - 1 of a period as they stand in the ledger, several in flight, until the last
 * is acknowledged. The first one goes alone, so that the collector can contradict it before others follow.
 * OEO_ERR_REFUSED: one was rejected (refusal is filled); those before it are stored there.
 */
enum oeo_err oeo_uplink_send_parts(struct oeo_uplink *uplink, struct oeo_ledger *ledger,
    const struct oeo_period *period, uint32_t first, uint32_t n_parts, struct oeo_refusal *refusal,
    struct oeo_note *why);

#endif
