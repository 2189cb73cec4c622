/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the files that read and write the register share: cached statements, and binding by a string of types.
 * SQLite's types go no further than these files.
 */
#ifndef OEO_KEYHOLDER_REGISTER_INTERNAL_H
#define OEO_KEYHOLDER_REGISTER_INTERNAL_H

#include <sqlite3.h>
#include <stddef.h>

#include "keyholder/register.h"

/* One prepared statement per use, kept for the life of the register. */
enum oeo_sql_slot {
	OEO_SQL_BEGIN,
	OEO_SQL_COMMIT,
	OEO_SQL_ROLLBACK,
	OEO_SQL_SET_FACT,
	OEO_SQL_GET_FACT,
	OEO_SQL_MEMBER_PUT,
	OEO_SQL_MEMBER_QUOTA_PUT,
	OEO_SQL_MEMBER_RETIRE,
	OEO_SQL_MEMBER_KEY_PUT,
	OEO_SQL_MEMBER_KEY_OWNER,
	OEO_SQL_MEMBER_REVOKE,
	OEO_SQL_MEMBER_BY_KEY,
	OEO_SQL_MEMBER_QUOTA,
	OEO_SQL_MEMBER_LIST,
	OEO_SQL_PLAN_PUT,
	OEO_SQL_PLAN_COUNT,
	OEO_SQL_PLAN_LIST,
	OEO_SQL_PERIOD_GET,
	OEO_SQL_PERIOD_PUT,
	OEO_SQL_PERIOD_DESTROY,
	OEO_SQL_PERIOD_LIST,
	OEO_SQL_LOG_BEGIN,
	OEO_SQL_LOG_END,
	OEO_SQL_LOG_UNDO,
	OEO_SQL_LOG_PUT,
	OEO_SQL_USAGE_PUT,
	OEO_SQL_USAGE_GET,
	OEO_SQL_USAGE_LIST,
	OEO_SQL_GRANT_PUT,
	OEO_SQL_GRANT_GET,
	OEO_SQL_GRANT_LIST,
	OEO_SQL_REFUSAL_PUT,
	OEO_SQL_REFUSAL_LIST,
	OEO_SQL_SLOTS
};

struct oeo_register {
	sqlite3 *db;
	sqlite3_stmt *cached[OEO_SQL_SLOTS];
};

/* What an SQLite result means to a caller. */
enum oeo_err oeo_sql_err(int result);

/*
 * Prepare (or take from the cache) and bind by types, one character a parameter: 't' const char *, 'i' int64_t,
 * 'b' const void * and size_t, 'n' nothing (NULL). The statement is borrowed, and valid until its slot is used again.
 */
enum oeo_err oeo_sql_query(struct oeo_register *reg, enum oeo_sql_slot slot, const char *sql,
    sqlite3_stmt **stmt, const char *types, ...);

/* As oeo_sql_query, and run it; rows are not wanted. OEO_ERR_EXISTS: a constraint does not hold. */
enum oeo_err oeo_sql_run(
    struct oeo_register *reg, enum oeo_sql_slot slot, const char *sql, const char *types, ...);

/* Step: OEO_OK a row, OEO_ERR_NOT_FOUND the end (the statement is reset), else a failure (reset too). */
enum oeo_err oeo_sql_step(sqlite3_stmt *stmt);

/* Copy a text or blob column; false where it does not fit (a blob: has another length). */
bool oeo_sql_text(sqlite3_stmt *stmt, int column, char *text, size_t size);
bool oeo_sql_blob(sqlite3_stmt *stmt, int column, void *bytes, size_t len);

/*
 * Read all rows of a query into an array of items of size bytes: read fills one zeroed item and says whether the row
 * is whole (else it has left nothing to free), release (NULL: not needed) frees what an item owns. Returns owned
 * (free), NULL where there is none; *n and *err always set (OEO_ERR_FORMAT: a row is not whole).
 */
typedef bool oeo_sql_read_fn(sqlite3_stmt *stmt, void *item);
void *oeo_sql_collect(sqlite3_stmt *stmt, size_t size, oeo_sql_read_fn *read, void (*release)(void *item),
    size_t *n, enum oeo_err *err);

#endif
