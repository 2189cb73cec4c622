/* SPDX-License-Identifier: EUPL-1.2 */
/* Putting a backup back. */
#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/backup.h"
#include "proto/backup_internal.h"
#include "proto/i18n.h"

/* One restore on its way. */
struct restoring {
	const struct oeo_backup_content *content;
	const struct oeo_home *home;
	struct oeo_home unfinished;
	sqlite3 *db; /* the backup */
	const char *path; /* of the backup */
};

/* ---- What stands in the backup */

/* Of a file right in its folder; what is hidden was not taken. */
static bool is_plain_name(const char *name)
{
	return name[0] != '\0' && name[0] != '.' && strchr(name, '/') == NULL;
}

/* The content's entry for a name; NULL: this program keeps no such file, and it is not restored. */
static const struct oeo_backup_file *find_entry(const struct oeo_backup_content *content, const char *name)
{
	for (size_t i = 0; i < content->n_files; i++) {
		const struct oeo_backup_file *file = &content->files[i];
		size_t len = strlen(file->name);
		bool is_folder = file->name[len - 1] == '/';

		if (!is_folder && strcmp(file->name, name) == 0)
			return file;
		if (is_folder && strncmp(file->name, name, len) == 0 && is_plain_name(name + len))
			return file;
	}
	return NULL;
}

static bool holds_file(struct restoring *r, const char *name)
{
	sqlite3_stmt *stmt = NULL;
	bool found =
	    sqlite3_prepare_v2(r->db, "SELECT 1 FROM files WHERE name = ?1", -1, &stmt, NULL) == SQLITE_OK &&
	    sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC) == SQLITE_OK &&
	    sqlite3_step(stmt) == SQLITE_ROW;

	(void)sqlite3_finalize(stmt);
	return found;
}

/* A backup that names no program is of an older version. */
static bool is_of_program(struct restoring *r)
{
	static const char text[] = "SELECT bytes FROM files WHERE name = '" OEO_BACKUP_PROGRAM "'";
	const char *program = r->content->program;
	sqlite3_stmt *stmt = NULL;
	bool is_right = false;

	if (sqlite3_prepare_v2(r->db, text, -1, &stmt, NULL) == SQLITE_OK) {
		is_right = sqlite3_step(stmt) == SQLITE_DONE ||
			   ((size_t)sqlite3_column_bytes(stmt, 0) == strlen(program) &&
			       memcmp(sqlite3_column_blob(stmt, 0), program, strlen(program)) == 0);
	}
	(void)sqlite3_finalize(stmt);
	return is_right;
}

static enum oeo_err check_backup(struct restoring *r, struct oeo_note *why)
{
	bool is_right = is_of_program(r);

	for (size_t i = 0; i < r->content->n_files && is_right; i++) {
		if (r->content->files[i].is_needed)
			is_right = holds_file(r, r->content->files[i].name);
	}
	if (is_right)
		return OEO_OK;
	return oeo_note_set(
	    why, OEO_ERR_FORMAT, _("%s: this is not a backup of %s"), r->path, r->content->program);
}

/* ---- Making the unfinished home */

static enum oeo_err make_folder_of(
    const struct oeo_home *home, const struct oeo_backup_file *entry, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	if (entry->name[strlen(entry->name) - 1] != '/')
		return OEO_OK;
	err = oeo_home_path(path, home, entry->name);
	if (err == OEO_OK && mkdir(path, 0700) != 0 && errno != EEXIST)
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
	return err;
}

static bool is_same_file(const char *path, const void *bytes, size_t len)
{
	struct oeo_secret there = {NULL, 0};
	bool is_same = oeo_backup_read_file(&there, path, NULL) == OEO_OK && there.len == len &&
		       (len == 0 || sodium_memcmp(there.bytes, bytes, len) == 0);

	oeo_secret_fini(&there);
	return is_same;
}

/* Into the unfinished home; what is in its way in the home itself may only be what an earlier try moved there. */
static enum oeo_err get_file(struct restoring *r, const char *name, const void *bytes, size_t len,
    const struct oeo_backup_file *entry, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, r->home, name);

	if (err == OEO_OK && oeo_file_exists(path) && !is_same_file(path, bytes, len))
		err = oeo_note_set(why, OEO_ERR_EXISTS, _("%s: exists already and is left as it is"), path);
	if (err == OEO_OK)
		err = make_folder_of(&r->unfinished, entry, why);
	if (err == OEO_OK)
		err = oeo_home_path(path, &r->unfinished, name);
	return err == OEO_OK ? oeo_file_write(path, bytes, len, entry->mode, why) : err;
}

/* Call one of two things for every file that the backup holds and the program keeps. */
typedef enum oeo_err file_fn(struct restoring *r, const char *name, const void *bytes, size_t len,
    const struct oeo_backup_file *entry, struct oeo_note *why);

static enum oeo_err each_file(struct restoring *r, file_fn *each, struct oeo_note *why)
{
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = OEO_OK;
	int result = sqlite3_prepare_v2(r->db, "SELECT name, bytes FROM files", -1, &stmt, NULL);

	if (result != SQLITE_OK)
		err = oeo_backup_fail(why, r->path, r->db);
	while (err == OEO_OK && (result = sqlite3_step(stmt)) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 0);
		const struct oeo_backup_file *entry = name != NULL ? find_entry(r->content, name) : NULL;

		if (entry != NULL)
			err = each(r, name, sqlite3_column_blob(stmt, 1),
			    (size_t)sqlite3_column_bytes(stmt, 1), entry, why);
	}
	if (err == OEO_OK && result != SQLITE_DONE)
		err = oeo_backup_fail(why, r->path, r->db);
	(void)sqlite3_finalize(stmt);
	return err;
}

/* Copy the database out of the backup, without the files. */
static enum oeo_err get_database(struct restoring *r, struct oeo_note *why)
{
	sqlite3 *out = NULL;
	sqlite3_backup *copy = NULL;
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, &r->unfinished, r->content->database);
	mode_t old_mask = umask(0077);
	int result = SQLITE_ERROR;

	if (err == OEO_OK)
		result = sqlite3_open_v2(path, &out, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	(void)umask(old_mask);
	if (result == SQLITE_OK)
		copy = sqlite3_backup_init(out, "main", r->db, "main");
	result = copy != NULL ? sqlite3_backup_step(copy, -1) : SQLITE_ERROR;
	(void)sqlite3_backup_finish(copy);
	if (err == OEO_OK &&
	    (result != SQLITE_DONE || sqlite3_exec(out,
					  "PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; "
					  "PRAGMA journal_mode = DELETE;"
					  "DROP TABLE files; VACUUM;",
					  NULL, NULL, NULL) != SQLITE_OK))
		err = oeo_backup_fail(why, path, out);
	(void)sqlite3_close(out);
	return err;
}

/* ---- Moving it to its place */

static enum oeo_err move(const struct restoring *r, const char *name, struct oeo_note *why)
{
	char from[OEO_PATH_BYTES];
	char to[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(from, &r->unfinished, name);

	if (err == OEO_OK)
		err = oeo_home_path(to, r->home, name);
	if (err == OEO_OK && rename(from, to) != 0)
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", to, strerror(errno));
	return err;
}

static enum oeo_err move_file(struct restoring *r, const char *name, const void *bytes, size_t len,
    const struct oeo_backup_file *entry, struct oeo_note *why)
{
	char folder[OEO_PATH_BYTES];
	enum oeo_err err = make_folder_of(r->home, entry, why);

	(void)bytes;
	(void)len;
	if (err == OEO_OK)
		err = move(r, name, why);
	if (err == OEO_OK && entry->name[strlen(entry->name) - 1] == '/') {
		err = oeo_home_path(folder, r->home, entry->name);
		if (err == OEO_OK)
			err = oeo_folder_sync(folder);
	}
	return err;
}

/* Only when the database has its own name, somebody lives here. */
static enum oeo_err move_all(struct restoring *r, struct oeo_note *why)
{
	enum oeo_err err = each_file(r, move_file, why);

	if (err == OEO_OK)
		err = oeo_folder_sync(r->home->path);
	if (err == OEO_OK)
		err = move(r, r->content->database, why);
	return err == OEO_OK ? oeo_folder_sync(r->home->path) : err;
}

/* What a restore that was cut short left is thrown away. */
static enum oeo_err open_unfinished(struct restoring *r, char path[OEO_PATH_BYTES], struct oeo_note *why)
{
	enum oeo_err err = oeo_home_path(path, r->home, OEO_BACKUP_RESTORING);

	if (err != OEO_OK)
		return err;
	oeo_backup_clear_folder(path);
	return oeo_home_create(&r->unfinished, path, why);
}

/* ---- The whole */

static enum oeo_err check_empty(const struct restoring *r, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, r->home, r->content->database);

	if (err == OEO_OK && oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_EXISTS,
		    _("%s: %s is in use here already. Restore into an empty folder with --home."),
		    r->home->path, r->content->program);
	return err;
}

enum oeo_err oeo_backup_is_locked(bool *is_locked, const char *path, struct oeo_note *why)
{
	return oeo_lockbox_recognise(is_locked, path, why);
}

/* The file that SQLite opens: the backup itself, or what came out of it, which has no name any more then. */
static enum oeo_err open_backup(
    struct restoring *r, const struct oeo_secret *passphrase, struct oeo_note *why)
{
	char opened[OEO_PATH_BYTES] = "";
	const char *path = r->path;
	bool is_locked = false;
	enum oeo_err err = oeo_backup_is_locked(&is_locked, r->path, why);

	if (err == OEO_OK && is_locked && (passphrase == NULL || passphrase->len == 0))
		return oeo_note_set(
		    why, OEO_ERR_CRYPTO, _("%s: this backup has a passphrase, and none was given."), r->path);
	if (err == OEO_OK && is_locked) {
		path = opened;
		err = oeo_home_path(opened, &r->unfinished, "backup");
		if (err == OEO_OK)
			err = oeo_lockbox_read(opened, r->path, passphrase, why);
	}
	if (err == OEO_OK && sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		err = oeo_backup_fail(why, r->path, r->db);
	if (is_locked)
		(void)unlink(path);
	return err;
}

static enum oeo_err restore(
    struct restoring *r, oeo_backup_finish_fn *finish, void *context, struct oeo_note *why)
{
	enum oeo_err err = check_backup(r, why);

	if (err == OEO_OK)
		err = each_file(r, get_file, why);
	if (err == OEO_OK)
		err = get_database(r, why);
	if (err == OEO_OK && finish != NULL)
		err = finish(context, &r->unfinished, why);
	if (err == OEO_OK)
		err = move_all(r, why);
	return err;
}

enum oeo_err oeo_backup_restore(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, const struct oeo_secret *passphrase, oeo_backup_finish_fn *finish, void *context,
    struct oeo_note *why)
{
	struct restoring r = {.content = content, .home = home, .path = path};
	char unfinished[OEO_PATH_BYTES];
	enum oeo_err err = check_empty(&r, why);

	if (err == OEO_OK)
		err = open_unfinished(&r, unfinished, why);
	if (err != OEO_OK)
		return err;
	err = open_backup(&r, passphrase, why);
	if (err == OEO_OK)
		err = restore(&r, finish, context, why);
	(void)sqlite3_close(r.db);
	oeo_backup_clear_folder(unfinished);
	return err;
}
