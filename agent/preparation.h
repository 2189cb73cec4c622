/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Making periods ready to be sent: freezing (the snapshot of all periods that end on the same day, in one
 * transaction) and sealing (the keyholders' answers, then the messages). Every step ends in one commit; a power cut
 * between two steps, or inside one, leaves the state before it, and the next run goes on from there.
 */
#ifndef OEO_AGENT_PREPARATION_H
#define OEO_AGENT_PREPARATION_H

#include "agent/agent.h"
#include "agent/keyholders.h"
#include "agent/periods.h"
#include "proto/wire.h"

struct oeo_preparation {
	const struct oeo_agent *agent;
	struct oeo_patience patience;
	enum oeo_coverage coverage; /* of what is frozen now; OEO_COVERAGE_BY_DATES: by itself */
	struct oeo_keyholders keyholders; /* of the plan that was worked with last */
	const struct oeo_plan *plan;
	struct oeo_refusal refusal; /* of the last OEO_ERR_REFUSED */
};

/* agent is borrowed until close. Connects when it is first needed. */
void oeo_preparation_open(struct oeo_preparation *preparation, const struct oeo_agent *agent,
    struct oeo_patience patience, enum oeo_coverage coverage);

/* Close the connections and note in the ledger which keyholders were reached. */
void oeo_preparation_close(struct oeo_preparation *preparation);

/*
 * Take the snapshot of these periods, which end on one day and have none yet: first every keyholder shows its keys
 * of each (so that nothing is frozen while one is away), then one transaction stores snapshots, keys and records
 * and closes the base period. OEO_ERR_STATE: an earlier base period is not closed yet; OEO_ERR_AWAY,
 * OEO_ERR_REFUSED, OEO_ERR_CRYPTO, OEO_ERR_CONFLICT (a keyholder shows other keys than before): nothing is frozen,
 * why says what to do. A period whose keys a keyholder signed destroyed becomes OEO_STAGE_LOST.
 */
enum oeo_err oeo_preparation_freeze(
    struct oeo_preparation *preparation, const struct oeo_period *periods, size_t n, struct oeo_note *why);

/*
 * Seal a frozen period and store its messages: its record becomes OEO_STAGE_READY, on disk and in record. The
 * snapshot and the sealed names are deleted in the same transaction. On OEO_ERR_AWAY, OEO_ERR_CRYPTO and
 * OEO_ERR_REFUSED what was answered is kept; a refusal's reason is stored in the record (or OEO_STAGE_LOST).
 */
enum oeo_err oeo_preparation_seal(
    struct oeo_preparation *preparation, struct oeo_period_record *record, struct oeo_note *why);

#endif
