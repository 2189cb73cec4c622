/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What this agent knows of each period: how far its submission is, and why it waits. One small record per
 * period in the ledger (collection "period"); a period without a record has not been touched yet.
 *
 *   (none) -> FROZEN -> READY -> SUBMITTED -> RELEASED
 *
 * FROZEN: the snapshot is taken, names are being sealed. READY: all messages stand in the ledger. SUBMITTED:
 * the collector acknowledged the final one. RELEASED: the release is out and everything of the period but this
 * record and the keys' digest is deleted. Aside: MISSED (released without this member), LOST (a keyholder signed
 * the keys destroyed before a release), STRANDED (the collector holds a part of a submission that is not here).
 */
#ifndef OEO_AGENT_PERIODS_H
#define OEO_AGENT_PERIODS_H

#include "agent/ledger.h"
#include "proto/plan.h"

enum oeo_stage {
	OEO_STAGE_NONE = 0,
	OEO_STAGE_FROZEN = 1,
	OEO_STAGE_READY = 2,
	OEO_STAGE_SUBMITTED = 3,
	OEO_STAGE_RELEASED = 4,
	OEO_STAGE_MISSED = 5,
	OEO_STAGE_LOST = 6,
	OEO_STAGE_STRANDED = 7
};

struct oeo_period_record {
	struct oeo_period period;
	enum oeo_stage stage;
	bool is_sent; /* the first message may have left: the snapshot is never thrown away any more */
	bool is_told; /* SUBMITTED was learnt from the collector only (an older ledger was put back) */
	bool has_other_keys; /* the release was made with other keys than this agent's: an alarm that stays */
	bool is_gone; /* SUBMITTED here, but the collector has it no more (reopened, or put back) */
	unsigned reason; /* enum oeo_reason of the last refusal; 0: none */
	char refused_by[OEO_ID_BYTES]; /* card id of who refused; "" where nobody did */
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	uint32_t n_parts; /* from READY on */
	uint64_t n_pairs; /* (cell, resident) pairs to be sealed */
	uint64_t n_cells;
	int64_t frozen_s; /* when the snapshot was taken; 0: never here */
	int64_t final_s; /* when the final acknowledgement came; 0: not yet */
	uint32_t n_destroyed; /* keyholders whose signed statement of destruction was verified */
};

/* Read the record of a period; where there is none, record is filled with OEO_STAGE_NONE and OEO_OK. */
enum oeo_err oeo_period_record_load(
    struct oeo_period_record *record, struct oeo_ledger *ledger, const struct oeo_period *period);

/* Write it (in the transaction that is open, if one is). */
enum oeo_err oeo_period_record_save(struct oeo_ledger *ledger, const struct oeo_period_record *record);

/* All records, in the order of oeo_period_compare. *records returns owned (free). */
enum oeo_err oeo_period_records_load(
    struct oeo_period_record **records, size_t *n, struct oeo_ledger *ledger);

/* Delete what is kept of a period's submission: snapshot, sealed names, messages. Its record and the digest of
 * its keys stay. In the transaction that is open. */
enum oeo_err oeo_period_delete_caches(struct oeo_ledger *ledger, const struct oeo_period *period);

/*
 * Throw a snapshot away whose first message has not left: its caches and its record. The base period is opened
 * again where this is the base period and no longer period that has left contains it. OEO_ERR_STATE: it has left.
 */
enum oeo_err oeo_period_discard(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_note *why);

/* True in *is_held where a longer period holds the questions of this base period, so that they are frozen and it stays
 * closed. */
enum oeo_err oeo_period_is_held(struct oeo_ledger *ledger, const struct oeo_period *base, bool *is_held);

/* The prefix of a period's item keys: "2026-11/" (OEO_ITEM_KEY_BYTES). */
void oeo_period_prefix(char prefix[OEO_ITEM_KEY_BYTES], const struct oeo_period *period);

#define OEO_SNAPSHOT_COLLECTION "snapshot" /* key: the period */
#define OEO_SEALED_COLLECTION "sealed" /* keys: period/keyholder/purpose/group */
#define OEO_PART_COLLECTION "part" /* keys: period/index */

#endif
