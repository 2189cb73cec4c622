/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/store_sqlite.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"

#define DATABASE_FILE "collector.sqlite"
#define KEY_FILE "store.key"
#define KEY_BYTES 32
#define SCHEMA_VERSION 3
#define BUSY_MS 20000

/* Pages of 32 KiB: a part of 4,096 reports is one row of 213 kB. A journal of 64 MiB before it is moved into
 * the database. */
#define PAGES "PRAGMA page_size = 32768;"
#define SETTINGS                                                                                             \
	"PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"                    \
	"PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 2048; PRAGMA journal_size_limit = "         \
	"67108864;"                                                                                          \
	"PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"

/* Since version 3: what a period's correction needs. */
#define CORRECTION_TABLES                                                                                    \
	"CREATE TABLE IF NOT EXISTS superseded(period TEXT NOT NULL REFERENCES periods(period),"             \
	" version INTEGER NOT NULL, release_digest BLOB NOT NULL, released_s INTEGER NOT NULL,"              \
	" PRIMARY KEY(period, version)) STRICT, WITHOUT ROWID;"                                              \
	"CREATE TABLE IF NOT EXISTS reopened(period TEXT NOT NULL REFERENCES periods(period),"               \
	" member TEXT NOT NULL REFERENCES members(id), PRIMARY KEY(period, member)) STRICT, WITHOUT ROWID;"  \
	"PRAGMA user_version = 3;"

static const char schema[] =
    "CREATE TABLE members(id TEXT PRIMARY KEY, card TEXT NOT NULL, curve BLOB NOT NULL UNIQUE,"
    " admitted_s INTEGER NOT NULL, is_revoked INTEGER NOT NULL DEFAULT 0, heartbeat_s INTEGER NOT NULL "
    "DEFAULT -1,"
    " version TEXT NOT NULL DEFAULT '', icu INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE deleted(member TEXT NOT NULL REFERENCES members(id), period TEXT NOT NULL,"
    " PRIMARY KEY(member, period)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE plans(place INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, is_in_force INTEGER NOT NULL,"
    " packed BLOB NOT NULL) STRICT;"
    "CREATE TABLE periods(period TEXT PRIMARY KEY, plan BLOB NOT NULL, key_digest BLOB, keys BLOB,"
    " equivocator TEXT NOT NULL DEFAULT '', first_keys BLOB, second_keys BLOB, released_s INTEGER,"
    " release_digest BLOB, release_key_digest BLOB, is_purged INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE destroyed(period TEXT NOT NULL REFERENCES periods(period), keyholder TEXT NOT NULL,"
    " signature BLOB NOT NULL, PRIMARY KEY(period, keyholder)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE without_member(period TEXT NOT NULL REFERENCES periods(period), member TEXT NOT NULL,"
    " PRIMARY KEY(period, member)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE submissions(id INTEGER PRIMARY KEY, member TEXT NOT NULL REFERENCES members(id),"
    " period TEXT NOT NULL REFERENCES periods(period), plan BLOB NOT NULL, key_digest BLOB NOT NULL,"
    " next_index INTEGER NOT NULL, n_buckets INTEGER NOT NULL DEFAULT 0, n_reports INTEGER NOT NULL DEFAULT "
    "0,"
    " is_final INTEGER NOT NULL DEFAULT 0, final_day INTEGER NOT NULL DEFAULT -1,"
    " coverage INTEGER NOT NULL DEFAULT 0, fed TEXT NOT NULL DEFAULT '', questions INTEGER NOT NULL DEFAULT "
    "0,"
    " without_identity INTEGER NOT NULL DEFAULT 0, unmapped INTEGER NOT NULL DEFAULT 0,"
    " late INTEGER NOT NULL DEFAULT 0, UNIQUE(member, period)) STRICT;"
    /* id = submission << 32 | index; kind 0 nothing, 1 buckets, 2 reports */
    "CREATE TABLE parts(id INTEGER PRIMARY KEY, digest BLOB NOT NULL, kind INTEGER NOT NULL, count INTEGER "
    "NOT NULL,"
    " content BLOB NOT NULL) STRICT;" /* sealed: store_sqlite_seal.c */
    "CREATE TABLE opened(period TEXT PRIMARY KEY, sealed BLOB NOT NULL) STRICT;"
    "CREATE TABLE refusals(member TEXT NOT NULL, name TEXT NOT NULL, count INTEGER NOT NULL, last_s INTEGER "
    "NOT NULL,"
    " PRIMARY KEY(member, name)) STRICT, WITHOUT ROWID;" CORRECTION_TABLES;

static const char from_version_2[] = "BEGIN IMMEDIATE;" CORRECTION_TABLES "COMMIT;";

enum oeo_err oeo_sql_refuse(struct oeo_store *store, enum oeo_err err, const char *message)
{
	(void)snprintf(store->message, sizeof(store->message), "%s", message);
	return err;
}

enum oeo_err oeo_sql_failed(struct oeo_store *store, int code)
{
	(void)oeo_sql_refuse(
	    store, OEO_OK, store->db != NULL ? sqlite3_errmsg(store->db) : sqlite3_errstr(code));
	switch (code & 0xFF) {
	case SQLITE_NOMEM:
		return OEO_ERR_NOMEM;
	case SQLITE_CONSTRAINT:
		return OEO_ERR_CONFLICT;
	default:
		return OEO_ERR_IO;
	}
}

const char *oeo_store_message(const struct oeo_store *store)
{
	return store->message;
}

static enum oeo_err run_script(struct oeo_store *store, const char *script)
{
	int code = sqlite3_exec(store->db, script, NULL, NULL, NULL);

	return code == SQLITE_OK ? OEO_OK : oeo_sql_failed(store, code);
}

static enum oeo_err prepare(struct oeo_store *store, sqlite3_stmt **statement, const char *sql)
{
	int code;

	for (size_t i = 0; i < store->n_prepared; i++) {
		if (store->prepared[i].sql == sql) {
			*statement = store->prepared[i].statement;
			return OEO_OK;
		}
	}
	if (store->n_prepared == OEO_STORE_STATEMENTS)
		return oeo_sql_refuse(store, OEO_ERR_INTERNAL, "too many statements");
	code = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, statement, NULL);
	if (code != SQLITE_OK)
		return oeo_sql_failed(store, code);
	store->prepared[store->n_prepared].sql = sql;
	store->prepared[store->n_prepared].statement = *statement;
	store->n_prepared++;
	return OEO_OK;
}

static int bind_one(sqlite3_stmt *statement, int place, char type, va_list *values)
{
	const void *bytes;

	switch (type) {
	case 't':
		return sqlite3_bind_text(statement, place, va_arg(*values, const char *), -1, SQLITE_STATIC);
	case 'b':
		bytes = va_arg(*values, const void *);
		return sqlite3_bind_blob64(
		    statement, place, bytes != NULL ? bytes : "", va_arg(*values, size_t), SQLITE_STATIC);
	case 'i':
		return sqlite3_bind_int64(statement, place, va_arg(*values, int64_t));
	default:
		return SQLITE_MISUSE;
	}
}

static enum oeo_err query(
    struct oeo_store *store, sqlite3_stmt **statement, const char *sql, const char *types, va_list *values)
{
	int code = SQLITE_OK;
	enum oeo_err err = prepare(store, statement, sql);

	for (int i = 0; err == OEO_OK && types[i] != '\0' && code == SQLITE_OK; i++)
		code = bind_one(*statement, i + 1, types[i], values);
	if (code != SQLITE_OK) {
		oeo_sql_done(*statement);
		return oeo_sql_failed(store, code);
	}
	return err;
}

enum oeo_err oeo_sql_query(
    struct oeo_store *store, sqlite3_stmt **statement, const char *sql, const char *types, ...)
{
	va_list values;
	enum oeo_err err;

	va_start(values, types);
	err = query(store, statement, sql, types, &values);
	va_end(values);
	return err;
}

enum oeo_err oeo_sql_step(struct oeo_store *store, sqlite3_stmt *statement, bool *has_row)
{
	int code = sqlite3_step(statement);

	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return oeo_sql_failed(store, code);
	*has_row = code == SQLITE_ROW;
	return OEO_OK;
}

void oeo_sql_done(sqlite3_stmt *statement)
{
	if (statement == NULL)
		return;
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

enum oeo_err oeo_sql_run(struct oeo_store *store, const char *sql, const char *types, ...)
{
	sqlite3_stmt *statement = NULL;
	va_list values;
	enum oeo_err err;
	bool has_row;

	va_start(values, types);
	err = query(store, &statement, sql, types, &values);
	va_end(values);
	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	oeo_sql_done(statement);
	return err;
}

size_t oeo_sql_changed(const struct oeo_store *store)
{
	return (size_t)sqlite3_changes64(store->db);
}

enum oeo_err oeo_sql_text(
    struct oeo_store *store, sqlite3_stmt *statement, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(statement, column);
	size_t len = (size_t)sqlite3_column_bytes(statement, column);

	if (value == NULL || len >= size || strlen((const char *)value) != len)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	memcpy(text, value, len + 1);
	return OEO_OK;
}

enum oeo_err oeo_sql_blob(
    struct oeo_store *store, sqlite3_stmt *statement, int column, void *bytes, size_t len)
{
	const void *value = sqlite3_column_blob(statement, column);

	if (value == NULL || (size_t)sqlite3_column_bytes(statement, column) != len)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	memcpy(bytes, value, len);
	return OEO_OK;
}

void *oeo_sql_grow(void **rows, size_t *n, size_t size)
{
	size_t bytes;
	uint8_t *more;

	if (!oeo_size_mul(*n + 1, size, &bytes))
		return NULL;
	more = realloc(*rows, bytes);
	if (more == NULL)
		return NULL;
	*rows = more;
	memset(more + *n * size, 0, size);
	(*n)++;
	return more + (*n - 1) * size;
}

/* ---- Transactions */

static enum oeo_err read_data_version(struct oeo_store *store, int64_t *version)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement, "PRAGMA data_version", "");

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK)
		*version = has_row ? sqlite3_column_int64(statement, 0) : 0;
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_begin(struct oeo_store *store, bool *is_changed)
{
	int64_t version = 0;
	enum oeo_err err;

	if (store->is_in_transaction)
		return oeo_sql_refuse(store, OEO_ERR_STATE, "a transaction is open already");
	err = oeo_sql_run(store, "BEGIN IMMEDIATE", "");
	if (err != OEO_OK)
		return err;
	store->is_in_transaction = true;
	store->has_removed_parts = false;
	err = read_data_version(store, &version);
	if (err != OEO_OK) {
		oeo_store_rollback(store);
		return err;
	}
	if (is_changed != NULL)
		*is_changed = version != store->data_version;
	store->data_version = version;
	return OEO_OK;
}

enum oeo_err oeo_store_commit(struct oeo_store *store)
{
	enum oeo_err err;

	if (!store->is_in_transaction)
		return oeo_sql_refuse(store, OEO_ERR_STATE, "no transaction is open");
	err = oeo_sql_run(store, "COMMIT", "");
	if (err != OEO_OK) {
		oeo_store_rollback(store);
		return err;
	}
	store->is_in_transaction = false;
	oeo_part_key_forget(store);
	/* What is committed stays committed: a key that cannot be removed now goes at the next compaction. */
	if (store->has_removed_parts)
		(void)oeo_part_keys_sweep(store);
	return OEO_OK;
}

void oeo_store_rollback(struct oeo_store *store)
{
	char message[OEO_STORE_MESSAGE_BYTES];

	if (!store->is_in_transaction)
		return;
	/* The message of what failed is worth more than one about the rollback. */
	memcpy(message, store->message, sizeof(message));
	/* SQLite has rolled back by itself after some errors. */
	if (sqlite3_get_autocommit(store->db) == 0)
		(void)oeo_sql_run(store, "ROLLBACK", "");
	memcpy(store->message, message, sizeof(message));
	store->is_in_transaction = false;
	oeo_part_key_forget(store);
}

enum oeo_err oeo_sql_enter(struct oeo_store *store, bool *is_own)
{
	*is_own = !store->is_in_transaction;
	return *is_own ? oeo_store_begin(store, NULL) : OEO_OK;
}

enum oeo_err oeo_sql_leave(struct oeo_store *store, bool is_own, enum oeo_err err)
{
	if (!is_own)
		return err;
	if (err == OEO_OK)
		return oeo_store_commit(store);
	oeo_store_rollback(store);
	return err;
}

/* ---- Opening and closing */

/* Called by SQLite for every row that is written: whoever removes parts, it is noticed. */
static void on_update(void *context, int what, const char *database, const char *table, sqlite3_int64 id)
{
	struct oeo_store *store = context;

	(void)database;
	(void)id;
	if (what == SQLITE_DELETE && strcmp(table, "parts") == 0)
		store->has_removed_parts = true;
}

static enum oeo_err connect_database(struct oeo_store *store, const char *path, int flags)
{
	int code =
	    sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);

	if (code != SQLITE_OK)
		return oeo_sql_failed(store, code);
	(void)sqlite3_busy_timeout(store->db, BUSY_MS);
	(void)sqlite3_update_hook(store->db, on_update, store);
	return OEO_OK;
}

static enum oeo_err make_database(struct oeo_store *store, const char *path)
{
	enum oeo_err err = connect_database(store, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);

	/* The journal takes the database's mode. */
	if (err == OEO_OK && chmod(path, 0600) != 0)
		err = oeo_sql_refuse(store, OEO_ERR_IO, "cannot make the file the owner's alone");
	if (err == OEO_OK)
		err = run_script(store, PAGES "PRAGMA journal_mode = WAL;" SETTINGS "BEGIN EXCLUSIVE;");
	if (err == OEO_OK)
		err = run_script(store, schema);
	if (err == OEO_OK)
		err = run_script(store, "COMMIT");
	return err;
}

static enum oeo_err describe(
    struct oeo_note *why, enum oeo_err err, const char *path, const struct oeo_store *store)
{
	return oeo_note_set(why, err, _("%s: the database cannot be used: %s."), path, store->message);
}

enum oeo_err oeo_store_create(const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_store store;
	struct oeo_secret key = {0};
	char path[OEO_PATH_BYTES];
	char key_path[OEO_PATH_BYTES];
	enum oeo_err err;

	memset(&store, 0, sizeof(store));
	err = oeo_home_path(path, home, DATABASE_FILE);
	if (err == OEO_OK)
		err = oeo_home_path(key_path, home, KEY_FILE);
	if (err != OEO_OK)
		return err;
	if (oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_EXISTS, _("%s: there is a database here already."), path);
	if (!oeo_file_exists(key_path)) {
		err = oeo_secret_init_random(&key, KEY_BYTES);
		if (err == OEO_OK)
			err = oeo_secret_save(&key, key_path, why);
		oeo_secret_fini(&key);
	}
	if (err != OEO_OK)
		return err;
	err = make_database(&store, path);
	if (err != OEO_OK)
		(void)describe(why, err, path, &store);
	(void)sqlite3_close_v2(store.db);
	/* Half a database would be taken for one of another version. */
	if (err != OEO_OK)
		(void)unlink(path);
	return err;
}

static enum oeo_err read_schema_version(struct oeo_store *store, int64_t *version)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement, "PRAGMA user_version", "");

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK)
		*version = has_row ? sqlite3_column_int64(statement, 0) : 0;
	oeo_sql_done(statement);
	return err;
}

static enum oeo_err check_schema(struct oeo_store *store)
{
	int64_t version = 0;
	enum oeo_err err = read_schema_version(store, &version);

	if (err == OEO_OK && version == 2) {
		err = run_script(store, from_version_2);
		version = SCHEMA_VERSION;
	}
	if (err == OEO_OK && version != SCHEMA_VERSION)
		err = oeo_sql_refuse(store, OEO_ERR_FORMAT, "made by another version of this program");
	return err;
}

enum oeo_err oeo_store_open(struct oeo_store **store, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_store *made = calloc(1, sizeof(*made));
	char path[OEO_PATH_BYTES];
	char key_path[OEO_PATH_BYTES];
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->home = *home;
	made->home.lock_fd = -1;
	err = oeo_home_path(path, home, DATABASE_FILE);
	if (err == OEO_OK)
		err = oeo_home_path(key_path, home, KEY_FILE);
	if (err == OEO_OK && !oeo_file_exists(path))
		err = oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("%s: there is no database here yet. Run init first."), home->path);
	if (err == OEO_OK)
		err = oeo_secret_load(&made->key, key_path, KEY_BYTES, why);
	if (err == OEO_OK) {
		err = connect_database(made, path, SQLITE_OPEN_READWRITE);
		if (err == OEO_OK)
			err = run_script(made, SETTINGS);
		if (err == OEO_OK)
			err = check_schema(made);
		if (err == OEO_OK)
			err = read_data_version(made, &made->data_version);
		if (err != OEO_OK)
			(void)describe(why, err, path, made);
	}
	if (err == OEO_OK)
		*store = made;
	else
		oeo_store_close(made);
	return err;
}

void oeo_store_close(struct oeo_store *store)
{
	if (store == NULL)
		return;
	oeo_store_rollback(store);
	for (size_t i = 0; i < store->n_prepared; i++)
		(void)sqlite3_finalize(store->prepared[i].statement);
	(void)sqlite3_close_v2(store->db);
	oeo_secret_fini(&store->key);
	oeo_secret_fini(&store->part_key);
	oeo_buf_fini(&store->sealed);
	free(store);
}

/* The pragma does not fail where a reader keeps the journal from being emptied: it says so in its row. */
static enum oeo_err empty_journal(struct oeo_store *store)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement, "PRAGMA wal_checkpoint(TRUNCATE)", "");

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK && (!has_row || sqlite3_column_int64(statement, 0) != 0))
		err = oeo_sql_refuse(store, OEO_ERR_IO, "another process is reading the database");
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_compact(struct oeo_store *store)
{
	enum oeo_err err;

	if (store->is_in_transaction)
		return oeo_sql_refuse(store, OEO_ERR_STATE, "a transaction is open");
	err = oeo_part_keys_sweep(store);
	if (err == OEO_OK)
		err = run_script(store, "VACUUM");
	return err == OEO_OK ? empty_journal(store) : err;
}
