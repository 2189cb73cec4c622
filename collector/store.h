/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the collector keeps: members, plans, periods, submissions with their sealed reports, and the opened
 * cells of periods that a later one still contains. An interface without a database in it: SQLite is behind
 * it now (store_sqlite*.c), a PostgreSQL store fits behind it too, because the opening reads reports through
 * oeo_store_scan only, which lets a store hand them over grouped by tag, shard by shard.
 *
 * Every function that writes is a transaction of its own, or part of the one that oeo_store_begin opened.
 * When oeo_store_commit (or a single write) returns OEO_OK, it is durable on disk. After a failed write inside
 * a transaction the caller rolls back: nothing of the transaction is kept. Several processes may use the same
 * home at once, each with its own store. A store belongs to one thread.
 *
 * Sealed at rest: opened cells (under <home>/store.key), and buckets and reports (under a key of their period,
 * <home>/periods/<period>.key, made with the first part; overwritten and removed with the commit after which none is
 * left, so that no copy of the database tells anything more - as long as nobody copied that folder too).
 * No time is kept with a report, only the day on which a submission became final.
 *
 * Errors that any function may give: OEO_ERR_NOMEM, OEO_ERR_IO (disk full, locked too long, damaged);
 * oeo_store_message then tells the operator why.
 */
#ifndef OEO_COLLECTOR_STORE_H
#define OEO_COLLECTOR_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/card.h"
#include "proto/home.h"
#include "proto/plan_sign.h"
#include "proto/wire.h"

struct oeo_store;

/* Make the database and its key in a home that has none. OEO_ERR_EXISTS: it has one. */
enum oeo_err oeo_store_create(const struct oeo_home *home, struct oeo_note *why);

/* Open it. OEO_ERR_NOT_FOUND says to run init; OEO_ERR_FORMAT: made by a newer version. *store is owned
 * (oeo_store_close). */
enum oeo_err oeo_store_open(struct oeo_store **store, const struct oeo_home *home, struct oeo_note *why);

/* Roll back what is open and close; store may be NULL. */
void oeo_store_close(struct oeo_store *store);

/* Why the last call failed, English, for logs and notes. Borrowed until the next call. */
const char *oeo_store_message(const struct oeo_store *store);

/*
 * Open a write transaction; waits for another process' to end (at most 20 s). *is_changed (may be NULL) tells
 * whether another process has written since this store's last transaction, so that what the caller
 * remembers is stale.
 */
enum oeo_err oeo_store_begin(struct oeo_store *store, bool *is_changed);

/* Make the transaction durable. On failure it is rolled back. */
enum oeo_err oeo_store_commit(struct oeo_store *store);

/* Undo the transaction; nothing happens where none is open. */
void oeo_store_rollback(struct oeo_store *store);

/* ---- Members */

struct oeo_store_member {
	struct oeo_card card;
	bool is_revoked;
	int64_t admitted_s;
	int64_t heartbeat_s; /* -1: never */
	char version[OEO_ID_BYTES]; /* of the agent's last heartbeat */
	unsigned icu;
};

/*
 * Admit an agent's card. OEO_ERR_EXISTS: this very card is admitted already; OEO_ERR_CONFLICT: another card has
 * this id (is_replaced replaces it) or this key. A revoked member's own card is admitted again.
 */
enum oeo_err oeo_store_admit(
    struct oeo_store *store, const struct oeo_card *card, bool is_replaced, int64_t now_s);

/* Revoke a member and drop its submissions of all periods that are not released; *n_dropped of them (may be
 * NULL). OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_store_revoke(struct oeo_store *store, const char *member, size_t *n_dropped);

/* All members, revoked ones included, by id. *members is owned (free). */
enum oeo_err oeo_store_load_members(struct oeo_store *store, struct oeo_store_member **members, size_t *n);

/* The id of the admitted, not revoked member with this key. OEO_ERR_NOT_FOUND. Quick: asked at every message. */
enum oeo_err oeo_store_find_member(
    struct oeo_store *store, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES]);

/* Keep a heartbeat and those periods, of the ones that the store knows, that it says are deleted at the member. */
enum oeo_err oeo_store_put_heartbeat(
    struct oeo_store *store, const char *member, const struct oeo_heartbeat *heartbeat, int64_t now_s);

/* True in *is_deleted where the member has said that nothing of the period is left with it. */
enum oeo_err oeo_store_is_deleted(
    struct oeo_store *store, const char *member, const char *period, bool *is_deleted);

/* ---- Plans, packed as SignedPlan */

struct oeo_store_plan {
	uint8_t digest[OEO_DIGEST_BYTES];
	bool is_in_force;
	struct oeo_buf packed; /* owned */
};

/* Insert or replace the plan with this digest. */
enum oeo_err oeo_store_put_plan(struct oeo_store *store, const uint8_t digest[OEO_DIGEST_BYTES],
    bool is_in_force, const void *packed, size_t len);

/* Remove a plan (one that never was in force). OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_store_remove_plan(struct oeo_store *store, const uint8_t digest[OEO_DIGEST_BYTES]);

/* All plans in the order they were first put. *plans is owned (oeo_store_plans_free). */
enum oeo_err oeo_store_load_plans(struct oeo_store *store, struct oeo_store_plan **plans, size_t *n);
void oeo_store_plans_free(struct oeo_store_plan *plans, size_t n);

/* ---- Periods */

struct oeo_store_period {
	char period[OEO_PERIOD_BYTES];
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	bool has_keys; /* a part 0 with validly signed keys has come in */
	uint8_t key_digest[OEO_DIGEST_BYTES];
	struct oeo_period_keys keys[OEO_MAX_KEYHOLDERS];
	size_t n_keys;
	char equivocator
	    [OEO_ID_BYTES]; /* keyholder that signed two sets of keys; "" where none: the period stops */
	bool is_released;
	int64_t released_s; /* of the newest version, as are the digests */
	uint8_t release_digest[OEO_DIGEST_BYTES];
	uint8_t release_key_digest[OEO_DIGEST_BYTES];
	bool is_purged;
	struct oeo_destroyed destroyed[OEO_MAX_KEYHOLDERS];
	size_t n_destroyed;
	unsigned n_superseded; /* releases that a later one has corrected */
	unsigned n_reopened; /* members that may submit anew for a correction */
};

/* One period of which the store knows anything. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_store_find_period(
    struct oeo_store *store, const char *period, struct oeo_store_period *found);

/* All of them, in the order of oeo_period_compare. *periods is owned (free). The releases are those with
 * is_released. */
enum oeo_err oeo_store_load_periods(struct oeo_store *store, struct oeo_store_period **periods, size_t *n);

/* Keep the keys of the first part 0 of a period. OEO_ERR_EXISTS: it has keys. */
enum oeo_err oeo_store_put_keys(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const uint8_t key_digest[OEO_DIGEST_BYTES],
    const struct oeo_period_keys *keys, size_t n_keys);

/* Stop a period because a keyholder signed two sets of keys; both are kept as the proof. */
enum oeo_err oeo_store_stop_period(struct oeo_store *store, const char *period,
    const struct oeo_period_keys *first, const struct oeo_period_keys *second);

/* Keep a keyholder's (verified) statement that its keys of the period are gone; a second one of the same
 * keyholder changes nothing. plan_digest: of the period's plan. */
enum oeo_err oeo_store_put_destroyed(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const struct oeo_destroyed *destroyed);

/*
 * Mark a period released: its digest and the key digest printed in it, and the members it went without (ids);
 * submissions of the period that have no final part are dropped. OEO_ERR_EXISTS: released already.
 */
enum oeo_err oeo_store_mark_released(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const uint8_t release_digest[OEO_DIGEST_BYTES],
    const uint8_t release_key_digest[OEO_DIGEST_BYTES], const char (*without)[OEO_ID_BYTES], size_t n_without,
    int64_t now_s);

/* ---- Corrections of a release */

/*
 * Let a member submit anew a period that is out, for a correction: what it had submitted is dropped. A second time
 * drops what came in since. It ends with the correction or the purge.
 */
enum oeo_err oeo_store_reopen_released(struct oeo_store *store, const char *member, const char *period);

/* The members that may submit the period anew, by id. *members is owned (free). */
enum oeo_err oeo_store_load_reopened(
    struct oeo_store *store, const char *period, char (**members)[OEO_ID_BYTES], size_t *n);

/* True in *is_reopened where the member may submit the period anew. */
enum oeo_err oeo_store_is_reopened(
    struct oeo_store *store, const char *member, const char *period, bool *is_reopened);

/* The digests of the releases that later ones have corrected, the first release first. *digests is owned (free). */
enum oeo_err oeo_store_load_superseded(
    struct oeo_store *store, const char *period, uint8_t (**digests)[OEO_DIGEST_BYTES], size_t *n);

/*
 * Mark a released period corrected: the new digest takes the place of the old one, which is kept as superseded;
 * the members it goes without are as given, and nobody may submit anew any more. OEO_ERR_STATE: it is not
 * released, or another release than `corrects` is its newest.
 */
enum oeo_err oeo_store_mark_corrected(struct oeo_store *store, const char *period,
    const uint8_t corrects[OEO_DIGEST_BYTES], const uint8_t release_digest[OEO_DIGEST_BYTES],
    const char (*without)[OEO_ID_BYTES], size_t n_without, int64_t now_s);

/* True in *is_without where the period was released without the member. */
enum oeo_err oeo_store_is_without(
    struct oeo_store *store, const char *member, const char *period, bool *is_without);

/* Delete all reports and buckets of the period (overwritten on disk) and how many there were, and mark it purged; what
 * heartbeats tell stays. Call oeo_store_compact after the commit. */
enum oeo_err oeo_store_purge_period(struct oeo_store *store, const char *period);

/* Give the space of deleted reports back and leave no copy of them in the database's journal. Not inside a
 * transaction; may take a while; OEO_ERR_IO where another process is in the way: try again. Keys of periods without
 * any part that a crash or a full disk left are removed too. Holds what remains in memory meanwhile (about 60 bytes per
 * report): a temporary file would be a copy outside of the home. */
enum oeo_err oeo_store_compact(struct oeo_store *store);

/* ---- Submissions */

struct oeo_store_submission {
	char member[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	uint8_t key_digest[OEO_DIGEST_BYTES];
	uint32_t next_index;
	bool is_final;
	int64_t final_day; /* day of the final part; -1 */
	struct oeo_closing closing; /* where is_final: coverage and quality */
	uint64_t n_buckets; /* 0 after a purge */
	uint64_t n_reports;
};

enum oeo_err oeo_store_find_submission(
    struct oeo_store *store, const char *member, const char *period, struct oeo_store_submission *found);

/* The submissions of a period (NULL: of all periods), by member. *submissions is owned (free). */
enum oeo_err oeo_store_load_submissions(
    struct oeo_store *store, const char *period, struct oeo_store_submission **submissions, size_t *n);

/* The digest of a part that is stored. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_store_find_part(struct oeo_store *store, const char *member, const char *period,
    uint32_t index, uint8_t digest[OEO_DIGEST_BYTES]);

/*
 * Keep a checked part under its index, which must be the submission's next (part 0 makes the submission);
 * OEO_ERR_CONFLICT otherwise. digest: BLAKE2b-256 of the message. today: kept where the part is final.
 */
enum oeo_err oeo_store_put_part(struct oeo_store *store, const char *member,
    const struct oeo_submission_part *part, const uint8_t digest[OEO_DIGEST_BYTES], int64_t today);

/* Drop a submission whole. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_store_drop_submission(struct oeo_store *store, const char *member, const char *period);

/*
 * Hand over what is stored of a period: for every submission on_submission, then its buckets, then its
 * reports; a store that keeps rows by tag may call the three once per tag instead. Buckets are numbered within the
 * submission (first = number of the first of these) and records refer to those numbers. What is handed over
 * is borrowed for the call. A callback's error ends the scan and is returned. on_reports may be NULL: then
 * reports are not read.
 */
struct oeo_store_scan {
	enum oeo_err (*on_submission)(void *context, const struct oeo_store_submission *submission);
	enum oeo_err (*on_buckets)(void *context, uint64_t first, const struct oeo_bucket *buckets, size_t n);
	enum oeo_err (*on_reports)(void *context, const uint8_t *records, size_t n);
	void *context;
};

/* member NULL: all members; only submissions with their final part where is_final_only. OEO_ERR_CRYPTO: what came in
 * cannot be read, because the period's key is gone or another one (a restored backup), or a row was changed. */
enum oeo_err oeo_store_scan(struct oeo_store *store, const char *period, const char *member,
    bool is_final_only, const struct oeo_store_scan *scan);

/* ---- Opened cells: bytes of oeo_opened_pack, sealed by the store */

enum oeo_err oeo_store_put_opened(
    struct oeo_store *store, const char *period, const uint8_t *bytes, size_t len);

/* Append the bytes. OEO_ERR_NOT_FOUND; OEO_ERR_CRYPTO: damaged, or store.key is another one. */
enum oeo_err oeo_store_load_opened(struct oeo_store *store, const char *period, struct oeo_buf *bytes);

/* Remove them, overwritten; nothing happens where there are none. For when the last period that contains this
 * one is out. */
enum oeo_err oeo_store_remove_opened(struct oeo_store *store, const char *period);

/* ---- Refusals, counted for `status` */

struct oeo_store_refusal {
	char member[OEO_ID_BYTES]; /* "" for peers that are no members */
	char name[32]; /* oeo_reason_name, or what the link counts */
	uint64_t count;
	int64_t last_s;
};

/* Add to a count. */
enum oeo_err oeo_store_count_refusal(
    struct oeo_store *store, const char *member, const char *name, uint64_t count, int64_t now_s);

/* All counts, by member and name. *refusals is owned (free). */
enum oeo_err oeo_store_load_refusals(struct oeo_store *store, struct oeo_store_refusal **refusals, size_t *n);

#endif
