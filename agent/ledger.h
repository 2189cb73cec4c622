/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The agent's own database (<home>/ledger.db, SQLite): the member's questions, and whatever else the agent
 * keeps. Every value is encrypted and bound to its place (XChaCha20-Poly1305, key from <home>/ledger.key,
 * additional data = collection and key). Only collections, keys and sizes are readable without the key; so
 * nothing that names a resident or a cell may stand in a key.
 *
 * A key on the same disk protects a stolen database file, not a stolen machine, a person who may read the home, or a file of
 * `oeo-agent backup`, which holds the key too (docs/PRIVACY.md).
 */
#ifndef OEO_AGENT_LEDGER_H
#define OEO_AGENT_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/home.h"
#include "proto/names.h"
#include "proto/period.h"
#include "proto/plan.h"

#define OEO_RECORD_HASH_BYTES 16
#define OEO_COLLECTION_BYTES 24
#define OEO_ITEM_KEY_BYTES 96

struct oeo_ledger;

/* Make ledger.key and an empty ledger.db in the home. OEO_ERR_EXISTS. */
enum oeo_err oeo_ledger_create(const struct oeo_home *home, struct oeo_note *why);

/* Open it (and bring an older schema up to date). OEO_ERR_CRYPTO: the key does not fit the database. */
enum oeo_err oeo_ledger_open(struct oeo_ledger **ledger, const struct oeo_home *home, struct oeo_note *why);
void oeo_ledger_close(struct oeo_ledger *ledger);

/* Wait at most this long where another process is writing; 30 s where nothing was said. Above 0. OEO_ERR_IO. */
enum oeo_err oeo_ledger_set_patience(struct oeo_ledger *ledger, int patience_ms);

/* Say in why (may be NULL) what an error of the ledger means and what to do; returns err. */
enum oeo_err oeo_ledger_explain(struct oeo_note *why, enum oeo_err err);

/* One transaction over everything below; BEGIN IMMEDIATE, so that two processes take turns. Durable after commit. */
enum oeo_err oeo_ledger_begin(struct oeo_ledger *ledger, struct oeo_note *why);
enum oeo_err oeo_ledger_commit(struct oeo_ledger *ledger, struct oeo_note *why);
void oeo_ledger_rollback(struct oeo_ledger *ledger);
bool oeo_ledger_is_in_transaction(const struct oeo_ledger *ledger);

/* Write the database file anew without what was removed, and empty its log: SQLite alone leaves freed pages in the log until
 * they are used again. Outside a transaction. OEO_ERR_STATE: another process is using the ledger; what was removed is then
 * overwritten later. Blocks on the disk for as long as a copy of the file takes. */
enum oeo_err oeo_ledger_compact(struct oeo_ledger *ledger, struct oeo_note *why);

/*
 * Items: encrypted values under (collection, key). A key is 1..95 characters of [A-Za-z0-9._/-].
 * put replaces. get: OEO_ERR_NOT_FOUND; appends to value; OEO_ERR_CRYPTO where it was tampered with or moved.
 * remove: OEO_OK also where there was none.
 */
enum oeo_err oeo_ledger_put(
    struct oeo_ledger *ledger, const char *collection, const char *key, const void *value, size_t len);
enum oeo_err oeo_ledger_get(
    struct oeo_ledger *ledger, const char *collection, const char *key, struct oeo_buf *value);
enum oeo_err oeo_ledger_remove(struct oeo_ledger *ledger, const char *collection, const char *key);

/* Remove all items whose key begins with prefix ("" for the whole collection). */
enum oeo_err oeo_ledger_remove_prefix(struct oeo_ledger *ledger, const char *collection, const char *prefix);

/* Count items whose key begins with prefix. */
enum oeo_err oeo_ledger_count(
    struct oeo_ledger *ledger, const char *collection, const char *prefix, size_t *count);

/* Call each for every item whose key begins with prefix, in key order; value is wiped afterwards. A result other
 * than OEO_OK from each ends the walk and is returned. each must not change the collection. */
typedef enum oeo_err oeo_ledger_each_fn(void *context, const char *key, const uint8_t *value, size_t len);
enum oeo_err oeo_ledger_each(struct oeo_ledger *ledger, const char *collection, const char *prefix,
    oeo_ledger_each_fn *each, void *context);

/* ---- Questions (collection "question", key = record hash in hex) */

#define OEO_MAX_FIELDS 8
#define OEO_MAX_DIMENSIONS 16

/*
 * One question. identity[i] is the normalised value of the plan's field i ("" where missing), codes[d] the code of
 * the plan's dimension d at its last level (OEO_UNKNOWN where unknown). Codes are kept as text, so that a later plan
 * still reads them.
 */
struct oeo_question {
	uint8_t record[OEO_RECORD_HASH_BYTES]; /* keyed hash of mapping id and record number */
	int64_t day;
	struct oeo_period base; /* base period it counts in */
	bool is_late; /* base is later than the day's own */
	bool is_unmapped; /* a value was not on its list */
	bool is_erased; /* identity and client number were there once and are not kept any more */
	char source[OEO_ID_BYTES]; /* id of the mapping it came with; "" where none is known */
	size_t n_fields;
	char *identity[OEO_MAX_FIELDS]; /* owned strings */
	char *member_number; /* normalised, or NULL */
	size_t n_dimensions;
	char dimensions[OEO_MAX_DIMENSIONS][OEO_ID_BYTES]; /* ids */
	char codes[OEO_MAX_DIMENSIONS][OEO_ID_BYTES];
};

/* Wipe and free what the question owns. */
void oeo_question_fini(struct oeo_question *question);

/* The keyed hash of a record number of a source: the same record of the same mapping gives the same hash in this
 * ledger only. */
void oeo_ledger_record_hash(const struct oeo_ledger *ledger, uint8_t record[OEO_RECORD_HASH_BYTES],
    const char *mapping, const char *record_number);

/* True where every identity field has a value (or, where the plan's table accepts it, a member number): the caller
 * asks per table. A placeholder counts as missing and has been emptied at import. */
bool oeo_question_has_identity(const struct oeo_question *question);

enum oeo_put_result {
	OEO_PUT_ADDED = 1,
	OEO_PUT_KNOWN = 2,
	OEO_PUT_CHANGED = 3,
	OEO_PUT_FROZEN = 4,
	OEO_PUT_RESTORED = 5,
	OEO_PUT_WITHDRAWN = 6
};

/*
 * Add a question, or replace the one of this record where its base period is still open (OEO_PUT_CHANGED) and anything
 * differs; OEO_PUT_KNOWN: nothing differs; OEO_PUT_FROZEN: it differs but its base period has been snapshotted, and
 * stays as it was. A new question whose own base period is closed goes to the earliest open one, marked late - but not
 * past a base period that was closed by oeo_ledger_close_told: it goes there and is OEO_PUT_RESTORED, because the ledger
 * that was lost may have sent it in with that one. It still counts in longer periods. OEO_PUT_WITHDRAWN: the record was
 * withdrawn and stays out. A question whose identity was erased is compared without it.
 */
enum oeo_err oeo_ledger_put_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result);

/* What oeo_ledger_put_question would do, without storing anything; question->base and is_late are set as by it. */
enum oeo_err oeo_ledger_try_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result);

/* Load the question of this record; the caller frees it with oeo_question_fini. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_ledger_load_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES], struct oeo_question *question);

/* Remove a question; an import of its record brings it back. OEO_ERR_STATE: its base period is closed; OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_ledger_remove_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES]);

/* Take a question out for good, also where its base period is closed: it counts in no period that is frozen later, and an
 * import of its record does not bring it back. Only the keyed hash of the record number stays. */
enum oeo_err oeo_ledger_withdraw_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES]);

/* Keep the question without identity and client number. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_ledger_erase_identity(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES]);

typedef enum oeo_err oeo_question_fn(void *context, const struct oeo_question *question);

/* Walk all questions in no particular order. */
enum oeo_err oeo_ledger_each_question(struct oeo_ledger *ledger, oeo_question_fn *each, void *context);

/* ---- Base periods that are closed: collection "closed", key = period text. Set when the snapshot that holds the base
 * period is taken (or when the period is released without this member); a snapshot that is thrown away opens it again. */
enum oeo_err oeo_ledger_close_base(struct oeo_ledger *ledger, const struct oeo_period *base);

/* The same for a base period that was submitted, but not from this ledger (an older one was put back). */
enum oeo_err oeo_ledger_close_told(struct oeo_ledger *ledger, const struct oeo_period *base);
enum oeo_err oeo_ledger_reopen_base(struct oeo_ledger *ledger, const struct oeo_period *base);
enum oeo_err oeo_ledger_is_closed(struct oeo_ledger *ledger, const struct oeo_period *base, bool *is_closed);

/* Whether files have to be imported anew before anything is frozen, because an older ledger was put back. */
enum oeo_err oeo_ledger_want_import(struct oeo_ledger *ledger, bool is_wanted);
enum oeo_err oeo_ledger_is_import_wanted(struct oeo_ledger *ledger, bool *is_wanted);

/* Move the questions of a base period that was released without this member to the earliest open base period, marked
 * late, and close it. n_moved may be NULL. */
enum oeo_err oeo_ledger_move_missed(
    struct oeo_ledger *ledger, const struct oeo_plan *plan, const struct oeo_period *missed, size_t *n_moved);

/* The way back, when the bureau lets a released base period be submitted anew: it is open again, and the questions of its
 * days that count late in a period that is still open count in it. In the open transaction. */
enum oeo_err oeo_ledger_take_back(struct oeo_ledger *ledger, const struct oeo_period *base);

#endif
