/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files of the SQLite store share (store_sqlite*.c). No other file includes this.
 *
 * A statement is run with its values named by a string of types: 't' const char *, 'b' const void * and
 * size_t, 'i' int64_t. Values are borrowed until the statement is done.
 */
#ifndef OEO_COLLECTOR_STORE_SQLITE_H
#define OEO_COLLECTOR_STORE_SQLITE_H

#include <sqlite3.h>

#include "collector/store.h"
#include "proto/secret.h"

#define OEO_STORE_STATEMENTS 64
#define OEO_STORE_MESSAGE_BYTES 256

struct oeo_store {
	sqlite3 *db;
	struct oeo_home home; /* the path only */
	struct oeo_secret key; /* seals opened cells */
	struct oeo_secret part_key; /* of part_period; until the transaction or the scan ends */
	char part_period[OEO_PERIOD_BYTES]; /* "": no key is remembered */
	struct oeo_buf sealed; /* the part that is being stored; kept for its room */
	bool is_in_transaction;
	bool has_removed_parts; /* in this transaction */
	int64_t data_version; /* at the end of the last transaction: others' commits change it */
	struct {
		const char *sql; /* by address: all are literals */
		sqlite3_stmt *statement;
	} prepared[OEO_STORE_STATEMENTS];
	size_t n_prepared;
	char message[OEO_STORE_MESSAGE_BYTES];
};

/* Keep SQLite's message of what just failed and return the error that fits. */
enum oeo_err oeo_sql_failed(struct oeo_store *store, int code);

/* Keep a message of our own. */
enum oeo_err oeo_sql_refuse(struct oeo_store *store, enum oeo_err err, const char *message);

/* Prepare (once) and bind. The statement is borrowed; end with oeo_sql_done. */
enum oeo_err oeo_sql_query(
    struct oeo_store *store, sqlite3_stmt **statement, const char *sql, const char *types, ...);

/* The next row: *has_row tells whether there is one. */
enum oeo_err oeo_sql_step(struct oeo_store *store, sqlite3_stmt *statement, bool *has_row);

/* Reset and forget the values; statement may be NULL. */
void oeo_sql_done(sqlite3_stmt *statement);

/* Run a statement without rows. */
enum oeo_err oeo_sql_run(struct oeo_store *store, const char *sql, const char *types, ...);

/* Rows that the last statement changed. */
size_t oeo_sql_changed(const struct oeo_store *store);

/* Copy a column; OEO_ERR_IO where it does not fit (a damaged database). Text is cut by no one. */
enum oeo_err oeo_sql_text(
    struct oeo_store *store, sqlite3_stmt *statement, int column, char *text, size_t size);
enum oeo_err oeo_sql_blob(
    struct oeo_store *store, sqlite3_stmt *statement, int column, void *bytes, size_t len);

/* A transaction around several statements, unless the caller's is open: enter, work, leave with the result. */
enum oeo_err oeo_sql_enter(struct oeo_store *store, bool *is_own);
enum oeo_err oeo_sql_leave(struct oeo_store *store, bool is_own, enum oeo_err err);

/* ---- Parts at rest (store_sqlite_seal.c) */

enum oeo_part_kind { OEO_PART_EMPTY = 0, OEO_PART_BUCKETS = 1, OEO_PART_REPORTS = 2 };

/* What a sealed part is bound to. */
struct oeo_part_place {
	const char *member;
	const char *period;
	uint32_t index;
	uint8_t kind;
	uint64_t count; /* buckets or reports */
};

/* Append the sealed bytes, inside a write transaction: makes the period's key where there is none. Syncs then. */
enum oeo_err oeo_part_seal(struct oeo_store *store, struct oeo_buf *sealed,
    const struct oeo_part_place *place, const uint8_t *bytes, size_t len);

/* Append what was sealed. OEO_ERR_CRYPTO: the key is gone or another one, or the row is not what was stored. */
enum oeo_err oeo_part_unseal(struct oeo_store *store, struct oeo_buf *bytes,
    const struct oeo_part_place *place, const uint8_t *sealed, size_t len);

/* Forget the key that is remembered. */
void oeo_part_key_forget(struct oeo_store *store);

/* Overwrite and remove the keys of periods that have no part any more, and what a crash left beside key files; sync.
 * Not inside a transaction. Again after a failure: it goes on where it was. */
enum oeo_err oeo_part_keys_sweep(struct oeo_store *store);

/* A growing array of rows that a load function returns: room for one more, zeroed. NULL: no memory. */
void *oeo_sql_grow(void **rows, size_t *n, size_t size);

/* The end of marking a release, in the open transaction: note the members it goes without, none of which may have
 * anything final in (OEO_ERR_CONFLICT), and drop what is unfinished. */
enum oeo_err oeo_sql_put_without(
    struct oeo_store *store, const char *period, const char (*without)[OEO_ID_BYTES], size_t n_without);

#endif
