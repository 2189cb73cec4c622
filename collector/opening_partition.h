/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A partition in memory, for opening_partition.c (loading, secrets), opening_again.c (the second round),
 * opening_verify.c (every share against its polynomial) and no other.
 */
#ifndef OEO_COLLECTOR_OPENING_PARTITION_H
#define OEO_COLLECTOR_OPENING_PARTITION_H

#include <string.h>

#include "collector/opening_internal.h"

struct oeo_partition {
	struct oeo_opening *opening;
	size_t number;
	struct oeo_opening_share_out *out;
	uint8_t *bucket_bytes;
	struct oeo_opening_bucket *buckets;
	size_t n_buckets;
	uint32_t *order; /* bucket numbers by table, tag, member */
	struct oeo_opening_group *groups;
	size_t n_groups;
	size_t n_failed;
	uint8_t *records; /* all of them; NULL where they are too many to be held at once */
	uint8_t *pool; /* candidates and coefficients; wiped when the partition is done */
	size_t pool_bytes;
	struct oeo_buf name;
	struct oeo_opening_member *tallies; /* by member; this partition's share in the report */
	unsigned *blocked; /* by table */
	uint64_t n_bad_shares;
	uint64_t n_blocked;
};

typedef enum oeo_err oeo_partition_pass(struct oeo_partition *p, const uint8_t *records, size_t n);

/* Run a pass over all reports, block by block. */
enum oeo_err oeo_partition_each(struct oeo_partition *p, oeo_partition_pass *pass);

/* The bucket of a report; NULL where it has none (a damaged database). */
static inline struct oeo_opening_bucket *oeo_partition_bucket(struct oeo_partition *p, const uint8_t *record)
{
	uint32_t number;

	memcpy(&number, record, sizeof(number));
	return number < p->n_buckets ? &p->buckets[number] : NULL;
}

/* True for a report with a share. Ingest has seen to it that x is zero in a report with the tag alone and nowhere
 * else. */
static inline bool oeo_partition_has_share(const uint8_t *record)
{
	uint64_t x[2];

	memcpy(x, oeo_report_x(record), sizeof(x));
	return (x[0] | x[1]) != 0;
}

/* A secret has been found: derive the polynomial and open a label. */
enum oeo_err oeo_partition_name(struct oeo_partition *p, struct oeo_opening_group *group, const uint8_t *a0);

/* Search secrets of the groups that the first round left; what stays blocked is counted. */
enum oeo_err oeo_partition_second_round(struct oeo_partition *p);

/* Check every share of the named groups and count residents, by bucket and by group. */
enum oeo_err oeo_partition_verify(struct oeo_partition *p);

/* Count a tag as blocked, with its members. */
void oeo_partition_block(struct oeo_partition *p, const struct oeo_opening_group *group);

/* Give finds and tallies to the opening, under its lock. */
enum oeo_err oeo_partition_hand_over(struct oeo_partition *p);

#endif
