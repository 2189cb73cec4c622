/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/i18n.h"
#include "proto/secret.h"

#define KEY_FILE "ledger.key"
#define DATABASE_FILE "ledger.db"
#define SCHEMA_VERSION 1
#define BUSY_TIMEOUT_MS 30000
#define KDF_CONTEXT "oeoledgr"
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define OVERHEAD_BYTES (NONCE_BYTES + TAG_BYTES)
#define PLACE_BYTES (OEO_COLLECTION_BYTES + OEO_ITEM_KEY_BYTES)
#define CHECK_COLLECTION "ledger"
#define CHECK_KEY "check"
#define CHECK_VALUE "oeo ledger 1"

enum statement { GET, PUT, REMOVE, REMOVE_RANGE, COUNT_RANGE, N_STATEMENTS };

struct oeo_ledger {
	sqlite3 *db;
	sqlite3_stmt *statements[N_STATEMENTS];
	struct oeo_secret value_key; /* encrypts the values */
	struct oeo_secret record_key; /* hashes record numbers */
};

/* Keys hold no character above 'z', so that every key with a prefix lies below prefix || 0x7f. */
#define IN_RANGE "collection = ?1 AND key >= ?2 AND key < ?2 || char(127)"

static const char *const statement_text[N_STATEMENTS] = {
    [GET] = "SELECT value FROM item WHERE collection = ?1 AND key = ?2",
    [PUT] = "INSERT INTO item (collection, key, value) VALUES (?1, ?2, ?3) "
	    "ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value",
    [REMOVE] = "DELETE FROM item WHERE collection = ?1 AND key = ?2",
    [REMOVE_RANGE] = "DELETE FROM item WHERE " IN_RANGE,
    [COUNT_RANGE] = "SELECT count(*) FROM item WHERE " IN_RANGE,
};

static const char each_text[] = "SELECT key, value FROM item WHERE " IN_RANGE " ORDER BY key";

static enum oeo_err from_sqlite(int rc)
{
	switch (rc & 0xff) {
	case SQLITE_OK:
	case SQLITE_ROW:
	case SQLITE_DONE:
		return OEO_OK;
	case SQLITE_NOMEM:
		return OEO_ERR_NOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return OEO_ERR_STATE;
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return OEO_ERR_FORMAT;
	case SQLITE_MISUSE:
		return OEO_ERR_INTERNAL;
	default:
		return OEO_ERR_IO;
	}
}

enum oeo_err oeo_ledger_explain(struct oeo_note *why, enum oeo_err err)
{
	switch (err) {
	case OEO_OK:
		return err;
	case OEO_ERR_STATE:
		return oeo_note_set(why, err,
		    _("Another oeo-agent command is writing to the ledger. Try again in a moment."));
	case OEO_ERR_FORMAT:
		return oeo_note_set(
		    why, err, _("%s is damaged. Put back a backup of the whole folder."), DATABASE_FILE);
	case OEO_ERR_CRYPTO:
		return oeo_note_set(why, err,
		    _("%s does not fit %s, or the ledger was changed from outside. Put back a backup "
		      "of the whole folder."),
		    KEY_FILE, DATABASE_FILE);
	case OEO_ERR_NOMEM:
		return oeo_note_set(why, err, _("There is not enough memory."));
	default:
		return oeo_note_set(why, err,
		    _("Cannot read or write %s. Is the disk full, or not yours to write?"), DATABASE_FILE);
	}
}

static enum oeo_err execute(struct oeo_ledger *ledger, const char *sql)
{
	return from_sqlite(sqlite3_exec(ledger->db, sql, NULL, NULL, NULL));
}

/* ---- Opening */

static enum oeo_err derive_key(struct oeo_secret *key, uint64_t id, const struct oeo_secret *master)
{
	enum oeo_err err = oeo_secret_init(key, crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

	if (err != OEO_OK)
		return err;
	if (crypto_kdf_derive_from_key(key->bytes, key->len, id, KDF_CONTEXT, master->bytes) != 0)
		return OEO_ERR_INTERNAL;
	return OEO_OK;
}

static enum oeo_err load_keys(struct oeo_ledger *ledger, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_secret master = {NULL, 0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, KEY_FILE);

	if (err == OEO_OK)
		err = oeo_secret_load(&master, path, crypto_kdf_KEYBYTES, why);
	if (err == OEO_OK)
		err = derive_key(&ledger->value_key, 1, &master);
	if (err == OEO_OK)
		err = derive_key(&ledger->record_key, 2, &master);
	oeo_secret_fini(&master);
	return err;
}

static enum oeo_err set_pragmas(struct oeo_ledger *ledger)
{
	int rc = sqlite3_busy_timeout(ledger->db, BUSY_TIMEOUT_MS);

	if (rc != SQLITE_OK)
		return from_sqlite(rc);
	return execute(ledger,
	    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; "
	    "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF; "
	    /* KiB: the keys are random, so that the index of a large import goes to disk again and again without it */
	    "PRAGMA cache_size = -8192");
}

static enum oeo_err read_schema_version(struct oeo_ledger *ledger, int *version)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(ledger->db, "PRAGMA user_version", -1, &statement, NULL);

	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*version = sqlite3_column_int(statement, 0);
	(void)sqlite3_finalize(statement);
	return rc == SQLITE_ROW ? OEO_OK : from_sqlite(rc);
}

static enum oeo_err prepare_statements(struct oeo_ledger *ledger)
{
	for (size_t i = 0; i < N_STATEMENTS; i++) {
		int rc = sqlite3_prepare_v3(ledger->db, statement_text[i], -1, SQLITE_PREPARE_PERSISTENT,
		    &ledger->statements[i], NULL);

		if (rc != SQLITE_OK)
			return from_sqlite(rc);
	}
	return OEO_OK;
}

/* Version 0 is a file that was made but not filled: a new one, or a creation that was cut short. */
static enum oeo_err make_schema(struct oeo_ledger *ledger)
{
	int version = -1;
	enum oeo_err err = execute(ledger, "BEGIN IMMEDIATE");

	if (err != OEO_OK)
		return err;
	err = read_schema_version(ledger, &version);
	if (err == OEO_OK && version == 0) {
		err = execute(ledger,
		    "CREATE TABLE item (collection TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL, "
		    "PRIMARY KEY (collection, key)); PRAGMA user_version = 1");
		if (err == OEO_OK)
			err = prepare_statements(ledger);
		if (err == OEO_OK)
			err = oeo_ledger_put(
			    ledger, CHECK_COLLECTION, CHECK_KEY, CHECK_VALUE, sizeof(CHECK_VALUE));
	} else if (err == OEO_OK) {
		err = prepare_statements(ledger);
	}
	if (err == OEO_OK)
		err = execute(ledger, "COMMIT");
	if (err != OEO_OK)
		oeo_ledger_rollback(ledger);
	return err;
}

static enum oeo_err check_schema(struct oeo_ledger *ledger, struct oeo_note *why)
{
	int version = 0;
	enum oeo_err err = read_schema_version(ledger, &version);

	if (err == OEO_OK && version > SCHEMA_VERSION)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s was made by a newer oeo-agent. Install that version, or put back a backup."),
		    DATABASE_FILE);
	if (err == OEO_OK && version == 0)
		err = make_schema(ledger);
	else if (err == OEO_OK)
		err = prepare_statements(ledger);
	return oeo_ledger_explain(why, err);
}

static enum oeo_err check_key(struct oeo_ledger *ledger)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, CHECK_COLLECTION, CHECK_KEY, &value);

	if (err == OEO_ERR_NOT_FOUND)
		err = OEO_ERR_CRYPTO;
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_ledger_open(struct oeo_ledger **ledger, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_ledger *opened = calloc(1, sizeof(*opened));
	char path[OEO_PATH_BYTES];
	enum oeo_err err = OEO_ERR_NOMEM;
	int rc;

	if (opened == NULL)
		return oeo_ledger_explain(why, err);
	err = oeo_home_path(path, home, DATABASE_FILE);
	if (err != OEO_OK)
		goto cleanup;
	if (!oeo_file_exists(path)) {
		err = oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("There is no ledger here yet. Run: oeo-agent init"));
		goto cleanup;
	}
	err = load_keys(opened, home, why);
	if (err != OEO_OK)
		goto cleanup;
	rc = sqlite3_open_v2(path, &opened->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW, NULL);
	err = oeo_ledger_explain(why, from_sqlite(rc));
	if (err == OEO_OK)
		err = oeo_ledger_explain(why, set_pragmas(opened));
	if (err == OEO_OK)
		err = check_schema(opened, why);
	if (err == OEO_OK)
		err = oeo_ledger_explain(why, check_key(opened));
	if (err != OEO_OK)
		goto cleanup;
	*ledger = opened;
	opened = NULL;
cleanup:
	oeo_ledger_close(opened);
	return err;
}

void oeo_ledger_close(struct oeo_ledger *ledger)
{
	if (ledger == NULL)
		return;
	for (size_t i = 0; i < N_STATEMENTS; i++)
		(void)sqlite3_finalize(ledger->statements[i]);
	(void)sqlite3_close_v2(ledger->db);
	oeo_secret_fini(&ledger->value_key);
	oeo_secret_fini(&ledger->record_key);
	free(ledger);
}

enum oeo_err oeo_ledger_set_patience(struct oeo_ledger *ledger, int patience_ms)
{
	return from_sqlite(sqlite3_busy_timeout(ledger->db, patience_ms));
}

/* A key that is there without a database is what an interrupted creation leaves: it is taken. */
static enum oeo_err make_key(const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_secret key = {NULL, 0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, KEY_FILE);

	if (err != OEO_OK || oeo_file_exists(path))
		return err;
	err = oeo_secret_init_random(&key, crypto_kdf_KEYBYTES);
	if (err == OEO_OK)
		err = oeo_secret_save(&key, path, why);
	oeo_secret_fini(&key);
	return err;
}

/* SQLite takes over the mode of the file, also for its -wal and -shm. */
static enum oeo_err make_database_file(const char *path, struct oeo_note *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);

	if (fd < 0)
		return oeo_ledger_explain(why, errno == EEXIST ? OEO_ERR_CONFLICT : OEO_ERR_IO);
	return close(fd) == 0 ? OEO_OK : oeo_ledger_explain(why, OEO_ERR_IO);
}

enum oeo_err oeo_ledger_create(const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_ledger *ledger = NULL;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, DATABASE_FILE);

	if (err != OEO_OK)
		return err;
	if (oeo_file_exists(path))
		return oeo_note_set(
		    why, OEO_ERR_EXISTS, _("There is a ledger here already; it is left as it is."));
	err = make_key(home, why);
	if (err == OEO_OK)
		err = make_database_file(path, why);
	if (err == OEO_OK)
		err = oeo_ledger_open(&ledger, home, why);
	oeo_ledger_close(ledger);
	return err;
}

/* ---- Transactions */

enum oeo_err oeo_ledger_begin(struct oeo_ledger *ledger, struct oeo_note *why)
{
	if (sqlite3_get_autocommit(ledger->db) == 0)
		return oeo_note_set(why, OEO_ERR_INTERNAL, "a ledger transaction is open already");
	return oeo_ledger_explain(why, execute(ledger, "BEGIN IMMEDIATE"));
}

enum oeo_err oeo_ledger_commit(struct oeo_ledger *ledger, struct oeo_note *why)
{
	enum oeo_err err = execute(ledger, "COMMIT");

	if (err != OEO_OK)
		oeo_ledger_rollback(ledger);
	return oeo_ledger_explain(why, err);
}

void oeo_ledger_rollback(struct oeo_ledger *ledger)
{
	if (sqlite3_get_autocommit(ledger->db) == 0)
		(void)sqlite3_exec(ledger->db, "ROLLBACK", NULL, NULL, NULL);
}

bool oeo_ledger_is_in_transaction(const struct oeo_ledger *ledger)
{
	return sqlite3_get_autocommit(ledger->db) == 0;
}

enum oeo_err oeo_ledger_compact(struct oeo_ledger *ledger, struct oeo_note *why)
{
	enum oeo_err err = execute(ledger, "VACUUM");

	if (err == OEO_OK)
		err = execute(ledger, "PRAGMA wal_checkpoint(TRUNCATE)");
	return oeo_ledger_explain(why, err);
}

/* ---- Sealing a value to its place */

/* By hand: this is asked many times for every row of an import. */
static bool is_key_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
	       c == '_' || c == '/' || c == '-';
}

static bool is_key_text(const char *text, size_t limit)
{
	size_t len = 0;

	while (is_key_character(text[len]))
		len++;
	return text[len] == '\0' && len < limit;
}

static bool is_place(const char *collection, const char *key)
{
	return collection[0] != '\0' && key[0] != '\0' && is_key_text(collection, OEO_COLLECTION_BYTES) &&
	       is_key_text(key, OEO_ITEM_KEY_BYTES);
}

/* collection || 0 || key: what the value is bound to. */
static size_t write_place(uint8_t place[PLACE_BYTES], const char *collection, const char *key)
{
	size_t collection_len = strlen(collection) + 1;
	size_t key_len = strlen(key);

	memcpy(place, collection, collection_len);
	/* The key ends the place: no zero byte is wanted behind it. */
	memcpy(place + collection_len, key, key_len); /* NOLINT(bugprone-not-null-terminated-result) */
	return collection_len + key_len;
}

static enum oeo_err seal(const struct oeo_ledger *ledger, struct oeo_buf *sealed, const char *collection,
    const char *key, const void *value, size_t len)
{
	uint8_t place[PLACE_BYTES];
	size_t place_len = write_place(place, collection, key);
	unsigned long long written = 0;
	enum oeo_err err;

	if (len > INT_MAX - OVERHEAD_BYTES)
		return OEO_ERR_RANGE;
	err = oeo_buf_reserve(sealed, len + OVERHEAD_BYTES);
	if (err != OEO_OK)
		return err;
	randombytes_buf(sealed->data, NONCE_BYTES);
	if (crypto_aead_xchacha20poly1305_ietf_encrypt(sealed->data + NONCE_BYTES, &written, value, len,
		place, place_len, NULL, sealed->data, ledger->value_key.bytes) != 0)
		return OEO_ERR_INTERNAL;
	sealed->len = NONCE_BYTES + (size_t)written;
	return OEO_OK;
}

/* Appends the value; on failure its length is as it was. */
static enum oeo_err unseal(const struct oeo_ledger *ledger, struct oeo_buf *value, const char *collection,
    const char *key, const uint8_t *sealed, size_t len)
{
	uint8_t place[PLACE_BYTES];
	size_t place_len;
	unsigned long long written = 0;
	enum oeo_err err;

	if (len < OVERHEAD_BYTES || !is_place(collection, key))
		return OEO_ERR_CRYPTO;
	place_len = write_place(place, collection, key);
	err = oeo_buf_reserve(value, len - OVERHEAD_BYTES + 1);
	if (err != OEO_OK)
		return err;
	if (crypto_aead_xchacha20poly1305_ietf_decrypt(value->data + value->len, &written, NULL,
		sealed + NONCE_BYTES, len - NONCE_BYTES, place, place_len, sealed,
		ledger->value_key.bytes) != 0)
		return OEO_ERR_CRYPTO;
	value->len += (size_t)written;
	return OEO_OK;
}

/* ---- Items */

static enum oeo_err bind_place(sqlite3_stmt *statement, const char *collection, const char *key)
{
	int rc = sqlite3_bind_text(statement, 1, collection, -1, SQLITE_STATIC);

	if (rc == SQLITE_OK)
		rc = sqlite3_bind_text(statement, 2, key, -1, SQLITE_STATIC);
	return from_sqlite(rc);
}

static void release(sqlite3_stmt *statement)
{
	(void)sqlite3_reset(statement);
	(void)sqlite3_clear_bindings(statement);
}

static enum oeo_err run(sqlite3_stmt *statement, const char *collection, const char *key)
{
	enum oeo_err err = bind_place(statement, collection, key);

	if (err == OEO_OK)
		err = from_sqlite(sqlite3_step(statement));
	release(statement);
	return err;
}

enum oeo_err oeo_ledger_put(
    struct oeo_ledger *ledger, const char *collection, const char *key, const void *value, size_t len)
{
	sqlite3_stmt *statement = ledger->statements[PUT];
	struct oeo_buf sealed = {0};
	enum oeo_err err;

	if (!is_place(collection, key))
		return OEO_ERR_RANGE;
	err = seal(ledger, &sealed, collection, key, value, len);
	if (err == OEO_OK)
		err =
		    from_sqlite(sqlite3_bind_blob(statement, 3, sealed.data, (int)sealed.len, SQLITE_STATIC));
	if (err == OEO_OK)
		err = run(statement, collection, key);
	oeo_buf_fini(&sealed);
	return err;
}

enum oeo_err oeo_ledger_get(
    struct oeo_ledger *ledger, const char *collection, const char *key, struct oeo_buf *value)
{
	sqlite3_stmt *statement = ledger->statements[GET];
	enum oeo_err err;
	int rc;

	if (!is_place(collection, key))
		return OEO_ERR_RANGE;
	err = bind_place(statement, collection, key);
	if (err == OEO_OK) {
		rc = sqlite3_step(statement);
		if (rc == SQLITE_ROW)
			err = unseal(ledger, value, collection, key, sqlite3_column_blob(statement, 0),
			    (size_t)sqlite3_column_bytes(statement, 0));
		else
			err = rc == SQLITE_DONE ? OEO_ERR_NOT_FOUND : from_sqlite(rc);
	}
	release(statement);
	return err;
}

enum oeo_err oeo_ledger_remove(struct oeo_ledger *ledger, const char *collection, const char *key)
{
	if (!is_place(collection, key))
		return OEO_ERR_RANGE;
	return run(ledger->statements[REMOVE], collection, key);
}

enum oeo_err oeo_ledger_remove_prefix(struct oeo_ledger *ledger, const char *collection, const char *prefix)
{
	if (!is_key_text(collection, OEO_COLLECTION_BYTES) || !is_key_text(prefix, OEO_ITEM_KEY_BYTES))
		return OEO_ERR_RANGE;
	return run(ledger->statements[REMOVE_RANGE], collection, prefix);
}

enum oeo_err oeo_ledger_count(
    struct oeo_ledger *ledger, const char *collection, const char *prefix, size_t *count)
{
	sqlite3_stmt *statement = ledger->statements[COUNT_RANGE];
	enum oeo_err err;
	int rc;

	if (!is_key_text(collection, OEO_COLLECTION_BYTES) || !is_key_text(prefix, OEO_ITEM_KEY_BYTES))
		return OEO_ERR_RANGE;
	err = bind_place(statement, collection, prefix);
	if (err == OEO_OK) {
		rc = sqlite3_step(statement);
		if (rc == SQLITE_ROW)
			*count = (size_t)sqlite3_column_int64(statement, 0);
		else
			err = from_sqlite(rc);
	}
	release(statement);
	return err;
}

static enum oeo_err hand_over(struct oeo_ledger *ledger, sqlite3_stmt *row, const char *collection,
    struct oeo_buf *value, oeo_ledger_each_fn *each, void *context)
{
	const char *key = (const char *)sqlite3_column_text(row, 0);
	enum oeo_err err;

	if (key == NULL)
		return OEO_ERR_NOMEM;
	err = unseal(ledger, value, collection, key, sqlite3_column_blob(row, 1),
	    (size_t)sqlite3_column_bytes(row, 1));
	if (err == OEO_OK)
		err = each(context, key, value->data, value->len);
	oeo_buf_wipe(value);
	return err;
}

/* A statement of its own, so that each may walk and read too. */
enum oeo_err oeo_ledger_each(struct oeo_ledger *ledger, const char *collection, const char *prefix,
    oeo_ledger_each_fn *each, void *context)
{
	sqlite3_stmt *statement = NULL;
	struct oeo_buf value = {0};
	enum oeo_err err;
	int rc = SQLITE_DONE;

	if (!is_key_text(collection, OEO_COLLECTION_BYTES) || !is_key_text(prefix, OEO_ITEM_KEY_BYTES))
		return OEO_ERR_RANGE;
	err = from_sqlite(sqlite3_prepare_v2(ledger->db, each_text, -1, &statement, NULL));
	if (err == OEO_OK)
		err = bind_place(statement, collection, prefix);
	while (err == OEO_OK && (rc = sqlite3_step(statement)) == SQLITE_ROW)
		err = hand_over(ledger, statement, collection, &value, each, context);
	if (err == OEO_OK)
		err = from_sqlite(rc);
	(void)sqlite3_finalize(statement);
	oeo_buf_fini(&value);
	return err;
}

/* ---- Record numbers */

void oeo_ledger_record_hash(const struct oeo_ledger *ledger, uint8_t record[OEO_RECORD_HASH_BYTES],
    const char *mapping, const char *record_number)
{
	crypto_generichash_state state;

	/* These fail only for lengths outside the library's range, which the constants are not. */
	(void)crypto_generichash_init(
	    &state, ledger->record_key.bytes, ledger->record_key.len, OEO_RECORD_HASH_BYTES);
	(void)crypto_generichash_update(&state, (const unsigned char *)mapping, strlen(mapping) + 1);
	(void)crypto_generichash_update(&state, (const unsigned char *)record_number, strlen(record_number));
	(void)crypto_generichash_final(&state, record, OEO_RECORD_HASH_BYTES);
	sodium_memzero(&state, sizeof(state));
}
