/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sealing: having the names of a snapshot - of its cells, and of its residents per cell - evaluated by all
 * keyholders. A name is hashed to the group once, blinded freshly for each keyholder, and asked in groups of
 * exactly OEO_GROUP_SIZE elements; the last group of each purpose is filled up with random elements. Several
 * groups are in flight at each keyholder, so that keyholders and agent work at the same time.
 *
 * Of an answer nothing is used before its proof holds. What has been answered is stored encrypted in the ledger,
 * group by group, so that an interrupted preparation asks for the missing groups only.
 *
 * What a keyholder learns: this member, the plan, the period, the purpose, and the number of groups. Nothing else.
 */
#ifndef OEO_AGENT_SEALING_H
#define OEO_AGENT_SEALING_H

#include "agent/keyholders.h"
#include "agent/snapshot.h"
#include "proto/voprf.h"

struct oeo_sealing;

/* Prepare the work of a snapshot. plan and snapshot are borrowed until free. */
enum oeo_err oeo_sealing_new(
    struct oeo_sealing **sealing, const struct oeo_plan *plan, const struct oeo_snapshot *snapshot);
void oeo_sealing_free(struct oeo_sealing *sealing);

/* Take over what an earlier run stored in the ledger. OEO_ERR_FORMAT: it does not fit the snapshot. */
enum oeo_err oeo_sealing_resume(struct oeo_sealing *sealing, struct oeo_ledger *ledger);

/* Groups that are done and all groups, over all keyholders. */
void oeo_sealing_count_groups(const struct oeo_sealing *sealing, size_t *done, size_t *all);

/*
 * Ask for what is missing until nothing is, verifying with the period's keys. Blocks; shows progress on a
 * terminal. Results are stored a few groups to a commit; when everything is answered the last few are not
 * stored any more: the caller makes the messages of them and stores those.
 * OEO_ERR_AWAY, OEO_ERR_REFUSED (refusal is filled) and OEO_ERR_CRYPTO (a proof does not hold; the keyholder is
 * named) leave what was answered stored, and why says what to do.
 */
enum oeo_err oeo_sealing_run(struct oeo_sealing *sealing, struct oeo_keyholders *keyholders,
    const struct oeo_key_set *keys, struct oeo_ledger *ledger, struct oeo_refusal *refusal,
    struct oeo_note *why);

/* The unblinded element (N in PROTOCOL.md) of a keyholder for cell number i or pair number i of the snapshot
 * (pairs: entries with a resident, in order). Borrowed; valid when everything is done. */
const uint8_t *oeo_sealing_cell_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i);
const uint8_t *oeo_sealing_pair_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i);

/* Append what is hashed for pair number i: the input of the resident purpose. Personal data. */
enum oeo_err oeo_sealing_pair_input(struct oeo_buf *input, const struct oeo_sealing *sealing, size_t i);

#endif
