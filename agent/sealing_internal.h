/* SPDX-License-Identifier: EUPL-1.2 */
/* What sealing.c (the work: which names, what is done, what is stored) and sealing_run.c (the conversation with the
 * keyholders) share. Not for other modules. */
#ifndef OEO_AGENT_SEALING_INTERNAL_H
#define OEO_AGENT_SEALING_INTERNAL_H

#include "agent/sealing.h"

#define OEO_GROUP_BYTES ((size_t)OEO_GROUP_SIZE * OEO_ELEMENT_BYTES)
#define OEO_SEALING_IN_FLIGHT 3 /* groups per keyholder: one at work, one on its way, one waiting */
#define OEO_SEALING_STORE                                                                                    \
	4 /* answered groups to a commit: few commits, little asked twice after a power cut */
#define OEO_SEALING_WAITING                                                                                  \
	(OEO_SEALING_STORE + 1 + OEO_MAX_KEYHOLDERS) /* one turn may bring one answer more of each */

/* A pair: an entry with a resident, and the cell that it stands in. */
struct oeo_sealing_pair {
	uint32_t cell;
	uint32_t subject;
};

/* A group that was hashed to the group, padded. */
struct oeo_sealing_hashed {
	size_t task;
	bool is_filled;
	uint8_t elements[OEO_GROUP_BYTES];
};

/* A group that was asked and is not answered. */
struct oeo_sealing_flight {
	bool is_used;
	uint64_t request;
	size_t task;
	uint8_t blinds[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	uint8_t blinded[OEO_GROUP_BYTES];
};

/* One keyholder's side of the work. */
struct oeo_sealing_lane {
	struct oeo_sealing_flight flights[OEO_SEALING_IN_FLIGHT];
	uint8_t *elements; /* OEO_GROUP_BYTES per task, owned */
	uint8_t *is_done; /* per task, owned */
	size_t n_done;
	size_t next; /* first task that may not have been asked yet */
	int64_t asked_ms; /* last sign of life, or when it was asked after having been idle */
	int64_t silent_ms; /* when the silence began */
};

struct oeo_sealing_answered {
	size_t lane;
	size_t task;
};

struct oeo_sealing {
	const struct oeo_plan *plan;
	const struct oeo_snapshot *snapshot;
	struct oeo_sealing_pair *pairs;
	size_t n_pairs;
	size_t n_cell_groups;
	size_t n_tasks; /* cell groups, then resident groups */
	size_t in_flight; /* at most, per keyholder */
	size_t store_every; /* at most OEO_SEALING_STORE */
	struct oeo_sealing_lane lanes[OEO_MAX_KEYHOLDERS];
	size_t n_lanes;
	struct oeo_sealing_hashed *hashed;
	struct oeo_sealing_answered waiting[OEO_SEALING_WAITING]; /* answered, not stored yet */
	size_t n_waiting;
};

/* True for a group of cells, false for one of residents. */
bool oeo_sealing_is_cell_task(const struct oeo_sealing *sealing, size_t task);

/* The group's names hashed to the group, filled up with random elements; hashed once for all keyholders, as long as
 * they keep pace. Borrowed until the next call. */
enum oeo_err oeo_sealing_find_hashed(struct oeo_sealing *sealing, size_t task, const uint8_t **elements);

/* Where a keyholder's unblinded elements of a group belong. */
uint8_t *oeo_sealing_group(struct oeo_sealing *sealing, size_t lane, size_t task);

/* Note that a group is done and its elements stand in their place; and store those that are not stored yet. */
void oeo_sealing_take_group(struct oeo_sealing *sealing, size_t lane, size_t task);
enum oeo_err oeo_sealing_store_waiting(
    struct oeo_sealing *sealing, struct oeo_ledger *ledger, struct oeo_note *why);

#endif
