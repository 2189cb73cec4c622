/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The messages of one period's submission, made of a snapshot whose names are all sealed: the buckets (tag, table,
 * label; sorted by tag), then all reports of the period in one uniformly permuted list, cut into messages. Part 0
 * carries the keyholders' signed keys, the final part the closing figures. Every message is packed once and kept
 * encrypted in the ledger until the release is out; it is always sent as these very bytes.
 */
#ifndef OEO_AGENT_SUBMISSION_H
#define OEO_AGENT_SUBMISSION_H

#include "agent/keyholders.h"
#include "agent/sealing.h"
#include "agent/snapshot.h"

struct oeo_submission {
	struct oeo_buf *parts; /* packed messages, owned */
	size_t n_parts;
};

/* Make all messages. The sealing must be complete. OEO_ERR_INTERNAL: two cells gave one tag (does not happen).
 * Free with oeo_submission_fini. */
enum oeo_err oeo_submission_make(struct oeo_submission *submission, const struct oeo_plan *plan,
    const struct oeo_snapshot *snapshot, const struct oeo_sealing *sealing, const struct oeo_key_set *keys,
    struct oeo_note *why);
void oeo_submission_fini(struct oeo_submission *submission);

/* Put n records of OEO_REPORT_BYTES in an order that is uniformly random among all orders. */
void oeo_submission_permute(uint8_t *records, size_t n);

/* Keep the messages in the ledger (in the open transaction); append one of them to message. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_submission_save(
    struct oeo_ledger *ledger, const struct oeo_period *period, const struct oeo_submission *submission);
enum oeo_err oeo_submission_load_part(
    struct oeo_buf *message, struct oeo_ledger *ledger, const struct oeo_period *period, uint32_t index);

#endif
