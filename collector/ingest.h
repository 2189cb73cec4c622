/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Taking submissions in: every rule of PROTOCOL.md (A submission; Messages) is checked on a part before it is
 * stored with its digest, in the transaction that the caller has open. What a part may refer to (the
 * submission's buckets, the period's keys) is remembered between parts, and read from the store again
 * after oeo_ingest_refresh.
 *
 * Reveals nothing: reports stay sealed. One thread.
 */
#ifndef OEO_COLLECTOR_INGEST_H
#define OEO_COLLECTOR_INGEST_H

#include "collector/plans.h"
#include "collector/store.h"
#include "proto/clock.h"
#include "proto/wire.h"

struct oeo_ingest;

/* Borrows store, home and clock until free. Reads plans and keyholders' cards. */
enum oeo_err oeo_ingest_new(struct oeo_ingest **ingest, struct oeo_store *store, const struct oeo_home *home,
    const struct oeo_clock *clock, struct oeo_note *why);
void oeo_ingest_free(struct oeo_ingest *ingest);

/* Forget what is remembered and read plans and cards anew: when another process has written, and after a
 * transaction was rolled back. On failure the old plans stay. */
enum oeo_err oeo_ingest_refresh(struct oeo_ingest *ingest, struct oeo_note *why);

/* The plans as last read. Borrowed until the next refresh. */
const struct oeo_plans *oeo_ingest_plans(const struct oeo_ingest *ingest);

/*
 * Check one part of the authenticated member and store it. Call inside oeo_store_begin; acknowledge only after
 * oeo_store_commit.
 *
 * digest: oeo_ingest_digest of the message as it came. *reason: 0 where it is stored, or was stored before
 * with the same digest; else why it is refused, and nothing has changed - but for
 * OEO_REASON_EQUIVOCATION, with which the period is stopped. Other results than OEO_OK: the store failed; roll
 * back and refresh.
 */
enum oeo_err oeo_ingest_part(struct oeo_ingest *ingest, const char *member,
    const struct oeo_submission_part *part, const uint8_t digest[OEO_DIGEST_BYTES], unsigned *reason);

/* BLAKE2b-256 of a message without its request number, which differs when a part is sent again. */
void oeo_ingest_digest(uint8_t digest[OEO_DIGEST_BYTES], const uint8_t *message, size_t len);

/*
 * How many reports of one member and period are taken: OEO_REPORTS_PER_QUOTA times what a keyholder allows that member
 * (itself twice the plan's forecast), but always OEO_REPORTS_ALWAYS_TAKEN. No honest member comes near it; one that is
 * not honest fills no more of the disk than that (52 bytes each), nor of an opening's memory. Beyond it a part is
 * refused with OEO_REASON_TOO_MANY_REPORTS. Never overflows.
 */
#define OEO_REPORTS_PER_QUOTA 16
#define OEO_REPORTS_ALWAYS_TAKEN 1048576
uint64_t oeo_ingest_most_reports(const struct oeo_plan *plan, enum oeo_cadence cadence);

/* True where every report refers to one of n_buckets buckets and holds a canonical share: x not zero, y below
 * the group order; or the tag alone, where that bucket's table publishes questions. table_of[bucket] is an
 * index into has_questions. *reason tells why not. */
bool oeo_ingest_reports_are_good(const uint8_t *records, size_t n, const uint8_t *table_of,
    uint64_t n_buckets, const bool *has_questions, unsigned *reason);

#endif
