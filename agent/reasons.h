/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a collector or a keyholder may say instead of yes, and what the coordinator should do then. A refusal
 * never loses anything: what was prepared stays in the ledger.
 */
#ifndef OEO_AGENT_REASONS_H
#define OEO_AGENT_REASONS_H

#include "proto/card.h"
#include "proto/link.h"
#include "proto/period.h"
#include "proto/wire.h"

struct oeo_refusal {
	unsigned reason; /* enum oeo_reason; 0: nobody refused */
	struct oeo_card by;
	char member[OEO_ID_BYTES]; /* this member, for the commands that others are asked to give */
	uint64_t wanted; /* elements still to be asked for, where a quota is spent */
	char period[OEO_PERIOD_BYTES]; /* what was asked for; "" where no period */
	bool has_destroyed; /* a keyholder's signed statement, not verified yet */
	struct oeo_destroyed destroyed;
};

/* Write in note, in the chosen language: who refused what, why, and what to do. Returns OEO_ERR_REFUSED. */
enum oeo_err oeo_refusal_explain(struct oeo_note *note, const struct oeo_refusal *refusal);

/* The same for a party that does not answer; client tells whether it is there but does not let this agent in.
 * Returns OEO_ERR_AWAY. */
enum oeo_err oeo_away_explain(struct oeo_note *note, const struct oeo_card *card, struct oeo_client *client);

#endif
