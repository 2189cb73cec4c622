/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/register.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keyholder/register_internal.h"
#include "proto/i18n.h"

#define BUSY_MS 10000
#define SCHEMA_VERSION 1

static const char settings[] = "PRAGMA journal_mode = WAL;"
			       "PRAGMA synchronous = FULL;"
			       "PRAGMA foreign_keys = ON;"
			       "PRAGMA secure_delete = ON;"
			       "PRAGMA temp_store = MEMORY;"
			       "PRAGMA trusted_schema = OFF;";

static const char schema[] =
    "BEGIN IMMEDIATE;"
    "CREATE TABLE IF NOT EXISTS facts(name TEXT PRIMARY KEY, value) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS members(id TEXT PRIMARY KEY, name TEXT NOT NULL, quota INTEGER) WITHOUT "
    "ROWID;"
    "CREATE TABLE IF NOT EXISTS member_keys("
    "  curve BLOB PRIMARY KEY, member TEXT NOT NULL REFERENCES members(id), fingerprint TEXT NOT NULL,"
    "  admitted_s INTEGER NOT NULL, revoked_s INTEGER) WITHOUT ROWID;"
    "CREATE UNIQUE INDEX IF NOT EXISTS one_key ON member_keys(member) WHERE revoked_s IS NULL;"
    "CREATE TABLE IF NOT EXISTS plans("
    "  digest BLOB PRIMARY KEY, id TEXT NOT NULL, from_day INTEGER NOT NULL, approved_s INTEGER NOT NULL,"
    "  signed_plan BLOB NOT NULL, collector TEXT NOT NULL, UNIQUE(id, from_day)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS periods("
    "  plan TEXT NOT NULL, period TEXT NOT NULL, made_s INTEGER, resident_pk BLOB, cell_pk BLOB,"
    "  destroyed_s INTEGER, statement BLOB, PRIMARY KEY(plan, period)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS evaluations("
    "  seq INTEGER PRIMARY KEY, member TEXT NOT NULL REFERENCES members(id), plan TEXT NOT NULL,"
    "  period TEXT NOT NULL, purpose INTEGER NOT NULL, count INTEGER NOT NULL, at_s INTEGER NOT NULL);"
    "CREATE TABLE IF NOT EXISTS usage("
    "  member TEXT NOT NULL, plan TEXT NOT NULL, period TEXT NOT NULL, purpose INTEGER NOT NULL,"
    "  count INTEGER NOT NULL, first_s INTEGER NOT NULL, last_s INTEGER NOT NULL,"
    "  PRIMARY KEY(member, plan, period, purpose)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS grants("
    "  member TEXT NOT NULL REFERENCES members(id), plan TEXT NOT NULL, period TEXT NOT NULL,"
    "  added INTEGER NOT NULL, PRIMARY KEY(member, plan, period)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS refusals("
    "  member TEXT NOT NULL, reason INTEGER NOT NULL, plan TEXT NOT NULL, period TEXT NOT NULL,"
    "  count INTEGER NOT NULL, last_s INTEGER NOT NULL,"
    "  PRIMARY KEY(member, reason, plan, period)) WITHOUT ROWID;"
    "PRAGMA user_version = 1;"
    "COMMIT;";

enum oeo_err oeo_sql_err(int result)
{
	switch (result & 0xFF) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return OEO_OK;
	case SQLITE_NOMEM:
		return OEO_ERR_NOMEM;
	case SQLITE_CONSTRAINT:
		return OEO_ERR_EXISTS;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return OEO_ERR_STATE;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return OEO_ERR_FORMAT;
	default:
		return OEO_ERR_IO;
	}
}

/* NOLINTBEGIN(clang-analyzer-valist.Uninitialized): the analyser does not follow a va_list through a pointer. */
static int bind_one(sqlite3_stmt *stmt, int index, char type, va_list *arguments)
{
	const void *bytes;

	switch (type) {
	case 't':
		return sqlite3_bind_text(stmt, index, va_arg(*arguments, const char *), -1, SQLITE_TRANSIENT);
	case 'i':
		return sqlite3_bind_int64(stmt, index, va_arg(*arguments, int64_t));
	case 'b':
		bytes = va_arg(*arguments, const void *);
		return sqlite3_bind_blob64(stmt, index, bytes, va_arg(*arguments, size_t), SQLITE_TRANSIENT);
	default:
		return sqlite3_bind_null(stmt, index);
	}
}
/* NOLINTEND(clang-analyzer-valist.Uninitialized) */

static enum oeo_err query(struct oeo_register *reg, enum oeo_sql_slot slot, const char *sql,
    sqlite3_stmt **stmt, const char *types, va_list *arguments)
{
	int result = SQLITE_OK;

	if (reg->cached[slot] == NULL)
		result =
		    sqlite3_prepare_v3(reg->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &reg->cached[slot], NULL);
	if (result != SQLITE_OK)
		return oeo_sql_err(result);
	(void)sqlite3_reset(reg->cached[slot]);
	for (int i = 0; types[i] != '\0' && result == SQLITE_OK; i++)
		result = bind_one(reg->cached[slot], i + 1, types[i], arguments);
	*stmt = reg->cached[slot];
	return oeo_sql_err(result);
}

enum oeo_err oeo_sql_query(struct oeo_register *reg, enum oeo_sql_slot slot, const char *sql,
    sqlite3_stmt **stmt, const char *types, ...)
{
	va_list arguments;
	enum oeo_err err;

	va_start(arguments, types);
	err = query(reg, slot, sql, stmt, types, &arguments);
	va_end(arguments);
	return err;
}

enum oeo_err oeo_sql_run(
    struct oeo_register *reg, enum oeo_sql_slot slot, const char *sql, const char *types, ...)
{
	sqlite3_stmt *stmt = NULL;
	va_list arguments;
	enum oeo_err err;

	va_start(arguments, types);
	err = query(reg, slot, sql, &stmt, types, &arguments);
	va_end(arguments);
	if (err != OEO_OK)
		return err;
	do {
		err = oeo_sql_step(stmt);
	} while (err == OEO_OK);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_sql_step(sqlite3_stmt *stmt)
{
	int result = sqlite3_step(stmt);

	if (result == SQLITE_ROW)
		return OEO_OK;
	(void)sqlite3_reset(stmt);
	return result == SQLITE_DONE ? OEO_ERR_NOT_FOUND : oeo_sql_err(result);
}

bool oeo_sql_text(sqlite3_stmt *stmt, int column, char *text, size_t size)
{
	const unsigned char *value = sqlite3_column_text(stmt, column);
	size_t len = (size_t)sqlite3_column_bytes(stmt, column);

	if (value == NULL || len >= size)
		return false;
	memcpy(text, value, len + 1);
	return true;
}

bool oeo_sql_blob(sqlite3_stmt *stmt, int column, void *bytes, size_t len)
{
	const void *value = sqlite3_column_blob(stmt, column);

	if (value == NULL || (size_t)sqlite3_column_bytes(stmt, column) != len)
		return false;
	memcpy(bytes, value, len);
	return true;
}

/* Make room for one more item behind n; capacity is 8, 16, 32, ..., so only a full array is moved. */
static void *grow(void *items, size_t n, size_t size)
{
	size_t capacity = n == 0 ? 8 : n * 2;
	size_t bytes;

	if (n != 0 && (n < 8 || (n & (n - 1)) != 0))
		return items;
	return oeo_size_mul(capacity, size, &bytes) ? realloc(items, bytes) : NULL;
}

void *oeo_sql_collect(sqlite3_stmt *stmt, size_t size, oeo_sql_read_fn *read, void (*release)(void *item),
    size_t *n, enum oeo_err *err)
{
	uint8_t *items = NULL;
	uint8_t *more;
	size_t count = 0;

	while ((*err = oeo_sql_step(stmt)) == OEO_OK) {
		more = grow(items, count, size);
		if (more == NULL) {
			*err = OEO_ERR_NOMEM;
			break;
		}
		items = more;
		memset(items + count * size, 0, size);
		if (!read(stmt, items + count * size)) {
			*err = OEO_ERR_FORMAT;
			break;
		}
		count++;
	}
	(void)sqlite3_reset(stmt);
	if (*err == OEO_ERR_NOT_FOUND) {
		*err = OEO_OK;
		*n = count;
		return items;
	}
	for (size_t i = 0; release != NULL && i < count; i++)
		release(items + i * size);
	free(items);
	*n = 0;
	return NULL;
}

static enum oeo_err open_db(struct oeo_register *reg, const char *path, int flags, struct oeo_note *why)
{
	int result = sqlite3_open_v2(path, &reg->db, flags | SQLITE_OPEN_EXRESCODE, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_busy_timeout(reg->db, BUSY_MS);
	if (result == SQLITE_OK)
		result = sqlite3_exec(reg->db, settings, NULL, NULL, NULL);
	if (result != SQLITE_OK)
		return oeo_note_set(
		    why, oeo_sql_err(result), _("%s: cannot open it: %s"), path, sqlite3_errstr(result));
	return OEO_OK;
}

static enum oeo_err read_version(struct oeo_register *reg, int *version)
{
	sqlite3_stmt *stmt = NULL;
	int result = sqlite3_prepare_v2(reg->db, "PRAGMA user_version", -1, &stmt, NULL);

	if (result == SQLITE_OK) {
		result = sqlite3_step(stmt);
		*version = sqlite3_column_int(stmt, 0);
	}
	(void)sqlite3_finalize(stmt);
	return oeo_sql_err(result);
}

enum oeo_err oeo_register_create(const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_register reg = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, OEO_REGISTER_FILE);
	mode_t old_mask;
	int result;

	if (err != OEO_OK)
		return err;
	old_mask = umask(0077);
	err = open_db(&reg, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, why);
	if (err == OEO_OK) {
		result = sqlite3_exec(reg.db, schema, NULL, NULL, NULL);
		err = oeo_sql_err(result);
		if (err != OEO_OK)
			(void)oeo_note_set(
			    why, err, _("%s: cannot make it: %s"), path, sqlite3_errstr(result));
	}
	(void)umask(old_mask);
	(void)sqlite3_close(reg.db);
	return err;
}

enum oeo_err oeo_register_open(struct oeo_register **reg, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_register *made = NULL;
	char path[OEO_PATH_BYTES];
	int version = 0;
	enum oeo_err err = oeo_home_path(path, home, OEO_REGISTER_FILE);

	if (err != OEO_OK)
		return err;
	if (!oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("%s: no keyholder lives here yet. Run `oeo-keyholder init` first, or point --home at "
		      "the "
		      "right folder."),
		    home->path);
	made = calloc(1, sizeof(*made));
	if (made == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, "%s", oeo_err_text(OEO_ERR_NOMEM));
	err = open_db(made, path, SQLITE_OPEN_READWRITE, why);
	if (err == OEO_OK)
		err = read_version(made, &version);
	if (err == OEO_OK && version != SCHEMA_VERSION)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: damaged, or written by another version of this program. Install that version, or "
		      "put "
		      "back a backup."),
		    path);
	if (err != OEO_OK) {
		oeo_register_close(made);
		return err;
	}
	*reg = made;
	return OEO_OK;
}

void oeo_register_close(struct oeo_register *reg)
{
	if (reg == NULL)
		return;
	for (size_t i = 0; i < OEO_SQL_SLOTS; i++)
		(void)sqlite3_finalize(reg->cached[i]);
	(void)sqlite3_close(reg->db);
	free(reg);
}

enum oeo_err oeo_register_begin(struct oeo_register *reg)
{
	return oeo_sql_run(reg, OEO_SQL_BEGIN, "BEGIN IMMEDIATE", "");
}

enum oeo_err oeo_register_commit(struct oeo_register *reg)
{
	return oeo_sql_run(reg, OEO_SQL_COMMIT, "COMMIT", "");
}

void oeo_register_rollback(struct oeo_register *reg)
{
	/* SQLite rolls back by itself on some failures; then there is nothing left to do. */
	if (sqlite3_get_autocommit(reg->db) == 0)
		(void)oeo_sql_run(reg, OEO_SQL_ROLLBACK, "ROLLBACK", "");
}

static const char set_fact[] = "INSERT INTO facts(name, value) VALUES(?1, ?2)"
			       " ON CONFLICT(name) DO UPDATE SET value = excluded.value";
static const char get_fact[] = "SELECT value FROM facts WHERE name = ?1";

enum oeo_err oeo_register_set_number(struct oeo_register *reg, const char *name, int64_t value)
{
	return oeo_sql_run(reg, OEO_SQL_SET_FACT, set_fact, "ti", name, value);
}

enum oeo_err oeo_register_set_text(struct oeo_register *reg, const char *name, const char *value)
{
	return oeo_sql_run(reg, OEO_SQL_SET_FACT, set_fact, "tt", name, value);
}

enum oeo_err oeo_register_get_number(struct oeo_register *reg, const char *name, int64_t *value)
{
	sqlite3_stmt *stmt;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_GET_FACT, get_fact, &stmt, "t", name);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err == OEO_ERR_NOT_FOUND) {
		*value = 0;
		return OEO_OK;
	}
	if (err != OEO_OK)
		return err;
	*value = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return OEO_OK;
}

enum oeo_err oeo_register_get_text(struct oeo_register *reg, const char *name, char *value, size_t size)
{
	sqlite3_stmt *stmt;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_GET_FACT, get_fact, &stmt, "t", name);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err == OEO_ERR_NOT_FOUND) {
		value[0] = '\0';
		return OEO_OK;
	}
	if (err != OEO_OK)
		return err;
	err = oeo_sql_text(stmt, 0, value, size) ? OEO_OK : OEO_ERR_FORMAT;
	(void)sqlite3_reset(stmt);
	return err;
}
