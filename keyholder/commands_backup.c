/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * backup and restore. A backup is one SQLite file: a copy of the register with one more table, `files`, that holds the
 * card and the two keys of this keyholder. It holds no period keys: a period's end must not wait for a backup's.
 */
#include <errno.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keyholder/commands.h"
#include "keyholder/period_keys.h"
#include "proto/i18n.h"

#define BACKUP_FILE_LIMIT 65536
#define UNFINISHED_FOLDER "restoring"

static const struct {
	const char *name;
	unsigned mode;
} kept_files[] = {{"self.oeocard", 0644}, {"curve.key", 0600}, {"identity.key", 0600}};

#define N_KEPT (sizeof(kept_files) / sizeof(kept_files[0]))

static enum oeo_err fail_database(struct oeo_note *why, const char *path, sqlite3 *db)
{
	return oeo_note_set(
	    why, OEO_ERR_IO, "%s: %s", path, db != NULL ? sqlite3_errmsg(db) : oeo_err_str(OEO_ERR_NOMEM));
}

static enum oeo_err put_file(sqlite3 *db, const char *name, const struct oeo_secret *bytes)
{
	sqlite3_stmt *stmt = NULL;
	int result = sqlite3_prepare_v2(db, "INSERT INTO files(name, bytes) VALUES(?1, ?2)", -1, &stmt, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_bind_blob64(stmt, 2, bytes->bytes, bytes->len, SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_step(stmt);
	(void)sqlite3_finalize(stmt);
	return result == SQLITE_DONE ? OEO_OK : OEO_ERR_IO;
}

/* Read a small file into guarded memory: two of the three are secret. */
static enum oeo_err read_file(struct oeo_secret *bytes, const char *path, struct oeo_note *why)
{
	struct stat status;
	FILE *file;
	enum oeo_err err;

	file = fopen(path, "rbe");
	if (file == NULL || fstat(fileno(file), &status) != 0 || status.st_size <= 0 ||
	    status.st_size > BACKUP_FILE_LIMIT) {
		if (file != NULL)
			(void)fclose(file);
		return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot be read"), path);
	}
	(void)setvbuf(file, NULL, _IONBF, 0);
	err = oeo_secret_init(bytes, (size_t)status.st_size);
	if (err == OEO_OK && fread(bytes->bytes, 1, bytes->len, file) != bytes->len)
		err = oeo_note_set(why, OEO_ERR_IO, _("%s: cannot be read"), path);
	(void)fclose(file);
	return err;
}

static enum oeo_err add_files(const char *backup, const struct oeo_home *home, struct oeo_note *why)
{
	sqlite3 *db = NULL;
	struct oeo_secret bytes = {NULL, 0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = OEO_OK;

	if (sqlite3_open_v2(backup, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK ||
	    sqlite3_exec(db, "BEGIN; CREATE TABLE files(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)", NULL,
		NULL, NULL) != SQLITE_OK)
		err = fail_database(why, backup, db);
	for (size_t i = 0; err == OEO_OK && i < N_KEPT; i++) {
		err = oeo_home_path(path, home, kept_files[i].name);
		if (err == OEO_OK)
			err = read_file(&bytes, path, why);
		if (err == OEO_OK && put_file(db, kept_files[i].name, &bytes) != OEO_OK)
			err = fail_database(why, backup, db);
		oeo_secret_fini(&bytes);
	}
	if (err == OEO_OK && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		err = fail_database(why, backup, db);
	(void)sqlite3_close(db);
	return err;
}

enum oeo_exit oeo_command_backup(struct oeo_cli *cli)
{
	const char *path = cli->arguments[0];
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_note why = {""};
	bool is_made = false;
	enum oeo_err err = oeo_commands_open(cli, &home, &reg, &why);

	if (err == OEO_OK)
		err = oeo_register_copy(reg, path, &why);
	is_made = err == OEO_OK;
	if (err == OEO_OK)
		err = add_files(path, &home, &why);
	oeo_register_close(reg);
	if (err != OEO_OK) {
		if (is_made)
			(void)unlink(path);
		return oeo_cli_error(cli, err, &why);
	}
	(void)fprintf(stderr,
	    _("Backup written to %s. Whoever has it can pose as this keyholder: keep it as you keep a key.\n"
	      "The keys of the periods are not in it, on purpose. If they are lost, those periods are not "
	      "released; their\n"
	      "questions still count in later quarters and years.\n"),
	    path);
	return OEO_EXIT_OK;
}

/* ---- Restore */

/* A restore that was cut short has left this file already. */
static bool is_same_file(const char *path, const void *bytes, size_t len)
{
	struct oeo_secret there = {NULL, 0};
	bool is_same = read_file(&there, path, NULL) == OEO_OK && there.len == len &&
		       sodium_memcmp(there.bytes, bytes, len) == 0;

	oeo_secret_fini(&there);
	return is_same;
}

static enum oeo_err get_file(sqlite3 *db, size_t i, const struct oeo_home *home, struct oeo_note *why)
{
	sqlite3_stmt *stmt = NULL;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, kept_files[i].name);
	int result = sqlite3_prepare_v2(db, "SELECT bytes FROM files WHERE name = ?1", -1, &stmt, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_bind_text(stmt, 1, kept_files[i].name, -1, SQLITE_STATIC);
	if (err == OEO_OK && (result != SQLITE_OK || sqlite3_step(stmt) != SQLITE_ROW))
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("this is not a backup of a keyholder"));
	if (err == OEO_OK)
		err = oeo_file_write_new(path, sqlite3_column_blob(stmt, 0),
		    (size_t)sqlite3_column_bytes(stmt, 0), kept_files[i].mode, why);
	if (err == OEO_ERR_EXISTS &&
	    is_same_file(path, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0)))
		err = OEO_OK;
	(void)sqlite3_finalize(stmt);
	return err;
}

/* Copy the register out of the backup, without the files, into the unfinished home. */
static enum oeo_err get_register(sqlite3 *db, const struct oeo_home *home, struct oeo_note *why)
{
	sqlite3 *out = NULL;
	sqlite3_backup *copy = NULL;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, OEO_REGISTER_FILE);
	mode_t old_mask = umask(0077);
	int result = SQLITE_ERROR;

	if (err == OEO_OK)
		result = sqlite3_open_v2(path, &out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	(void)umask(old_mask);
	if (result == SQLITE_OK)
		copy = sqlite3_backup_init(out, "main", db, "main");
	result = copy != NULL ? sqlite3_backup_step(copy, -1) : SQLITE_ERROR;
	(void)sqlite3_backup_finish(copy);
	if (result != SQLITE_DONE || sqlite3_exec(out,
					 "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; "
					 "PRAGMA journal_mode = DELETE;"
					 "DROP TABLE files; VACUUM;",
					 NULL, NULL, NULL) != SQLITE_OK)
		err = fail_database(why, path, out);
	(void)sqlite3_close(out);
	return err;
}

/* What ended before today may have had keys that the backup does not know of; none are made anew. */
static enum oeo_err mark_restored(
    const struct oeo_cli *cli, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_register *reg = NULL;
	enum oeo_err err = oeo_register_open(&reg, home, why);

	if (err == OEO_OK && oeo_cli_value(cli, "complete") == NULL)
		err = oeo_register_set_number(reg, OEO_FACT_RESTORED_DAY, oeo_clock_today(&cli->clock));
	oeo_register_close(reg);
	return err;
}

/* What a restore that was cut short left in the unfinished home, or what is left of it when all is done. */
static enum oeo_err clear_unfinished(const struct oeo_home *unfinished, struct oeo_note *why)
{
	static const char *const names[] = {OEO_REGISTER_FILE, OEO_REGISTER_FILE "-journal",
	    OEO_REGISTER_FILE "-wal", OEO_REGISTER_FILE "-shm"};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < sizeof(names) / sizeof(names[0]); i++) {
		err = oeo_home_path(path, unfinished, names[i]);
		if (err == OEO_OK && unlink(path) != 0 && errno != ENOENT)
			err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
	}
	return err;
}

/* Give the register its own name: only from here on a keyholder lives here. */
static enum oeo_err move_register(
    const struct oeo_home *home, const struct oeo_home *unfinished, struct oeo_note *why)
{
	char from[OEO_PATH_BYTES];
	char to[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(from, unfinished, OEO_REGISTER_FILE);

	if (err == OEO_OK)
		err = oeo_home_path(to, home, OEO_REGISTER_FILE);
	if (err == OEO_OK && (rename(from, to) != 0 || oeo_folder_sync(home->path) != OEO_OK))
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", to, strerror(errno));
	return err;
}

/*
 * The register is made in a folder beside and takes its place when the day of the restore stands in it: cut short at
 * any moment, no keyholder lives here that would make keys anew for periods that had them.
 */
static enum oeo_err restore_register(
    const struct oeo_cli *cli, sqlite3 *db, const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_home unfinished;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, UNFINISHED_FOLDER);

	if (err == OEO_OK)
		err = oeo_home_create(&unfinished, path, why);
	if (err != OEO_OK)
		return err;
	err = clear_unfinished(&unfinished, why);
	if (err == OEO_OK)
		err = get_register(db, &unfinished, why);
	if (err == OEO_OK)
		err = mark_restored(cli, &unfinished, why);
	if (err == OEO_OK)
		err = move_register(home, &unfinished, why);
	(void)clear_unfinished(&unfinished, NULL);
	(void)rmdir(path);
	return err;
}

static enum oeo_err check_empty(const struct oeo_home *home, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, OEO_REGISTER_FILE);

	if (err == OEO_OK && oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_EXISTS,
		    _("%s: a keyholder lives here already. Restore into an empty folder with --home."),
		    home->path);
	return err;
}

enum oeo_exit oeo_command_restore(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_note why = {""};
	sqlite3 *db = NULL;
	enum oeo_err err = oeo_home_create(&home, cli->home, &why);

	if (err == OEO_OK)
		err = check_empty(&home, &why);
	if (err == OEO_OK && sqlite3_open_v2(cli->arguments[0], &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		err = fail_database(&why, cli->arguments[0], db);
	for (size_t i = 0; err == OEO_OK && i < N_KEPT; i++)
		err = get_file(db, i, &home, &why);
	if (err == OEO_OK)
		err = restore_register(cli, db, &home, &why);
	(void)sqlite3_close(db);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, "%s\n",
	    oeo_cli_value(cli, "complete") != NULL
		? _("Restored. Put the folder `periods` of the old machine back too, before you run it.")
		: _("Restored. Periods that ended before today and whose keys are not here count as lost: no "
		    "new keys are "
		    "made for them. Run `oeo-keyholder destroy` for each, and tell the collector's "
		    "operator."));
	return OEO_EXIT_OK;
}
