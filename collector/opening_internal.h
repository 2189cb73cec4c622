/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the opening share (opening*.c). Three steps:
 *
 *   opening_scan.c       the store's submissions are shared out over partitions by a keyed hash of the tag:
 *                        per partition a stream of buckets and one of reports that refer to them by number
 *   opening_partition.c  a partition's buckets are grouped by (table, tag); the groups' shares are counted, first
 *                        candidates collected, secrets interpolated, labels opened and all shares verified
 *   opening_merge.c      what was found is put together by cell; rivals are judged
 *
 * A tag that at least k distinct x back and whose first k shares do not open it is left for a second round,
 * when all members with proven bad shares are known (opening_search.c).
 */
#ifndef OEO_COLLECTOR_OPENING_INTERNAL_H
#define OEO_COLLECTOR_OPENING_INTERNAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/opening.h"
#include "collector/spill.h"

#define OEO_OPENING_PARTITIONS 256 /* at most */
#define OEO_SHARE_BYTES (OEO_X_BYTES + OEO_SCALAR_BYTES)

/* A bucket as a partition holds it. */
struct oeo_opening_bucket {
	uint8_t tag[OEO_TAG_BYTES];
	uint32_t table;
	uint32_t member;
	uint32_t label_len;
	uint32_t group;
	const uint8_t *label;
	uint64_t n_shares; /* reports with a share, as they came */
	uint64_t n_alone; /* reports with the tag alone */
	uint64_t residents; /* distinct shares that verify */
	uint8_t *kept; /* second round: up to k of its shares with distinct x; in the partition's pool */
	uint32_t n_kept;
};

enum oeo_group_state {
	OEO_GROUP_UNOPENED = 0, /* fewer than k distinct x, or not this round's business */
	OEO_GROUP_CANDIDATE, /* enough reports for k; candidates are collected */
	OEO_GROUP_FAILED, /* k distinct x, and no secret found */
	OEO_GROUP_NAMELESS, /* a secret, but no label that passes */
	OEO_GROUP_NAMED /* secret and cell are known; shares are to be verified */
};

/* All buckets of one (table, tag). */
struct oeo_opening_group {
	enum oeo_group_state state;
	uint32_t table;
	uint32_t first; /* in oeo_opening_partition.order */
	uint32_t n_buckets;
	uint64_t n_shares;
	uint32_t n_candidates;
	uint8_t *
	    memory; /* k candidates (x || y), then the polynomial's k coefficients; in the partition's pool */
	size_t cell;
	uint64_t residents;
};

/* An opened tag: what a partition hands over. */
struct oeo_opening_find {
	uint32_t table;
	size_t cell;
	uint8_t tag[OEO_TAG_BYTES];
	uint64_t residents;
	uint64_t questions;
	size_t n_backers; /* members with a share that verifies */
	struct oeo_contribution *contributions; /* owned */
	size_t n_contributions;
};

/* What one partition is, between the rounds. */
struct oeo_opening_share_out {
	uint64_t n_reports;
	uint32_t n_buckets;
	uint32_t *failed; /* groups that the second round is for; owned */
	size_t n_failed;
};

struct oeo_opening {
	const struct oeo_plan *plan;
	struct oeo_period period;
	char period_text[OEO_PERIOD_BYTES];
	struct oeo_spill *spill; /* streams 2p (buckets) and 2p + 1 (reports) */
	struct oeo_opening_share_out *partitions;
	size_t n_partitions;
	size_t partition_reports;
	uint8_t hash_key[16];
	char (*members)[OEO_ID_BYTES];
	size_t n_members;
	uint64_t n_reports;
	const struct oeo_opening_options *options; /* may be NULL */

	/* From here on shared by the threads, under the lock. */
	pthread_mutex_t lock;
	size_t *queue; /* partitions, the largest first */
	size_t n_queue;
	size_t next;
	uint64_t n_done; /* reports of partitions that are finished */
	bool is_second_round;
	uint64_t *proven; /* bad shares by member, as the first round left them */
	enum oeo_err err;
	struct oeo_opening_find *finds;
	size_t n_finds;
	size_t finds_capacity;
	unsigned *blocked; /* by table */
	struct oeo_opening_report report;
};

/* Share the period's final submissions out. */
enum oeo_err oeo_opening_scan(struct oeo_opening *opening, struct oeo_store *store);

/* Work one partition off; takes the lock to hand over what it found. */
enum oeo_err oeo_opening_partition(struct oeo_opening *opening, size_t number);

/* Interpolate k shares: *is_found where that gives the secret of this tag, which is then in a0. */
enum oeo_err oeo_opening_try(uint8_t a0[OEO_SCALAR_BYTES], bool *is_found, const uint8_t *xs,
    const uint8_t *ys, unsigned k, const uint8_t tag[OEO_TAG_BYTES]);

/*
 * Look for a secret under a tag with bad shares among its first k: from the members' kept shares, leaving out none, one,
 * two or three members, those with proven bad shares first. buckets: the group's, n of them.
 */
enum oeo_err oeo_opening_search(uint8_t a0[OEO_SCALAR_BYTES], bool *is_found,
    const struct oeo_opening *opening, const struct oeo_opening_bucket *const *buckets, size_t n, unsigned k);

/* The cell that a name means in this table, SIZE_MAX where plan, k, table or period are not the row's or a code is
 * unknown. */
size_t oeo_opening_cell(const struct oeo_opening *opening, uint32_t table, const uint8_t *name, size_t len);

/* Put the finds together; takes them over. */
enum oeo_err oeo_opening_merge(struct oeo_opened *opened, struct oeo_opening *opening);

#endif
