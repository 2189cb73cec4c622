/* SPDX-License-Identifier: EUPL-1.2 */
/* Making a backup. */
#include "proto/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proto/backup_internal.h"
#include "proto/i18n.h"

#define FILE_LIMIT ((off_t)16 * 1024 * 1024)
#define BUSY_TIMEOUT_MS 30000
#define UNFINISHED_FOLDER "backing-up"

enum oeo_err oeo_backup_fail(struct oeo_note *why, const char *path, sqlite3 *db)
{
	return oeo_note_set(
	    why, OEO_ERR_IO, "%s: %s", path, db != NULL ? sqlite3_errmsg(db) : oeo_err_text(OEO_ERR_NOMEM));
}

enum oeo_err oeo_backup_read_file(struct oeo_secret *bytes, const char *path, struct oeo_note *why)
{
	struct oeo_secret read = {NULL, 0};
	struct stat status;
	enum oeo_err err;
	FILE *file = fopen(path, "rbe");

	if (file == NULL && errno == ENOENT)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND, _("%s: is not there"), path);
	if (file == NULL || fstat(fileno(file), &status) != 0 || !S_ISREG(status.st_mode) ||
	    status.st_size > FILE_LIMIT) {
		if (file != NULL)
			(void)fclose(file);
		return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot be read"), path);
	}
	(void)setvbuf(file, NULL, _IONBF, 0);
	err = oeo_secret_init(&read, (size_t)status.st_size);
	if (err == OEO_OK && fread(read.bytes, 1, read.len, file) != read.len)
		err = oeo_note_set(why, OEO_ERR_IO, _("%s: cannot be read"), path);
	(void)fclose(file);
	if (err == OEO_OK)
		*bytes = read;
	else
		oeo_secret_fini(&read);
	return err;
}

/* ---- The copy of the database */

static enum oeo_err copy_database(const char *from, const char *to, struct oeo_note *why)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *stmt = NULL;
	mode_t old_mask = umask(0077);
	enum oeo_err err = OEO_OK;
	int result = sqlite3_open_v2(from, &db, SQLITE_OPEN_READWRITE, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_busy_timeout(db, BUSY_TIMEOUT_MS);
	if (result == SQLITE_OK)
		result = sqlite3_prepare_v2(db, "VACUUM INTO ?1", -1, &stmt, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_bind_text(stmt, 1, to, -1, SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_step(stmt);
	if (result != SQLITE_DONE)
		err = oeo_backup_fail(why, to, db);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	(void)umask(old_mask);
	return err;
}

/* ---- The files beside it */

static enum oeo_err put_bytes(sqlite3 *db, const char *name, const void *bytes, size_t len)
{
	sqlite3_stmt *stmt = NULL;
	int result = sqlite3_prepare_v2(db, "INSERT INTO files(name, bytes) VALUES(?1, ?2)", -1, &stmt, NULL);

	if (result == SQLITE_OK)
		result = sqlite3_bind_text(stmt, 1, name, -1, SQLITE_STATIC);
	/* An empty file is an empty value, not NULL. */
	if (result == SQLITE_OK)
		result = sqlite3_bind_blob64(stmt, 2, len > 0 ? bytes : "", len, SQLITE_STATIC);
	if (result == SQLITE_OK)
		result = sqlite3_step(stmt);
	(void)sqlite3_finalize(stmt);
	return result == SQLITE_DONE ? OEO_OK : OEO_ERR_IO;
}

static enum oeo_err put_file(
    sqlite3 *db, const struct oeo_home *home, const char *name, bool is_needed, struct oeo_note *why)
{
	struct oeo_secret bytes = {NULL, 0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, name);

	if (err == OEO_OK)
		err = oeo_backup_read_file(&bytes, path, why);
	if (err == OEO_ERR_NOT_FOUND && !is_needed)
		return OEO_OK;
	if (err == OEO_OK && put_bytes(db, name, bytes.bytes, bytes.len) != OEO_OK)
		err = oeo_backup_fail(why, path, db);
	oeo_secret_fini(&bytes);
	return err;
}

static bool is_plain_file(const char *path)
{
	struct stat status;

	return lstat(path, &status) == 0 && S_ISREG(status.st_mode);
}

static enum oeo_err put_folder(
    sqlite3 *db, const struct oeo_home *home, const char *folder, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	const struct dirent *entry;
	enum oeo_err err = oeo_home_path(path, home, folder);
	DIR *dir = err == OEO_OK ? opendir(path) : NULL;

	if (err != OEO_OK || (dir == NULL && errno == ENOENT))
		return err;
	if (dir == NULL)
		return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot be read"), path);
	while (err == OEO_OK && (entry = readdir(dir)) != NULL) {
		char name[OEO_BACKUP_NAME_BYTES];
		int len = snprintf(name, sizeof(name), "%s%s", folder, entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		err = len < (int)sizeof(name) ? oeo_home_path(path, home, name) : OEO_ERR_RANGE;
		if (err == OEO_OK && is_plain_file(path))
			err = put_file(db, home, name, true, why);
	}
	(void)closedir(dir);
	return err;
}

static enum oeo_err put_all(sqlite3 *db, const struct oeo_backup_content *content,
    const struct oeo_home *home, const char *path, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	if (sqlite3_exec(db, "BEGIN; CREATE TABLE files(name TEXT PRIMARY KEY, bytes BLOB NOT NULL)", NULL,
		NULL, NULL) != SQLITE_OK ||
	    put_bytes(db, OEO_BACKUP_PROGRAM, content->program, strlen(content->program)) != OEO_OK)
		err = oeo_backup_fail(why, path, db);
	for (size_t i = 0; err == OEO_OK && i < content->n_files; i++) {
		const struct oeo_backup_file *file = &content->files[i];

		if (file->name[strlen(file->name) - 1] == '/')
			err = put_folder(db, home, file->name, why);
		else
			err = put_file(db, home, file->name, file->is_needed, why);
	}
	if (err == OEO_OK && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		err = oeo_backup_fail(why, path, db);
	return err;
}

/* In the clear, at path. */
static enum oeo_err write_plain(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, struct oeo_note *why)
{
	sqlite3 *db = NULL;
	char from[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(from, home, content->database);

	if (err != OEO_OK)
		return err;
	if (oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_EXISTS, _("%s: exists already and is left as it is"), path);
	err = copy_database(from, path, why);
	if (err == OEO_OK && sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		err = oeo_backup_fail(why, path, db);
	if (err == OEO_OK)
		err = put_all(db, content, home, path, why);
	(void)sqlite3_close(db);
	if (err != OEO_OK)
		(void)unlink(path);
	return err;
}

/* ---- Under a passphrase */

void oeo_backup_clear_folder(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	if (dir == NULL)
		return;
	while ((entry = readdir(dir)) != NULL) {
		char inside[OEO_PATH_BYTES];
		struct stat status;
		int len = snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name);

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || len < 0 ||
		    (size_t)len >= sizeof(inside) || lstat(inside, &status) != 0)
			continue;
		if (S_ISDIR(status.st_mode))
			oeo_backup_clear_folder(inside);
		else
			(void)unlink(inside);
	}
	(void)closedir(dir);
	(void)rmdir(path);
}

/* The right to work in <home>/backing-up, which is empty or missing then. lock is the caller's to close. */
static enum oeo_err begin_in_home(
    struct oeo_home *lock, const struct oeo_home *home, char folder[OEO_PATH_BYTES], struct oeo_note *why)
{
	enum oeo_err err = oeo_home_path(folder, home, UNFINISHED_FOLDER);

	*lock = *home;
	lock->lock_fd = -1; /* a lock of its own, beside what the caller holds */
	if (err == OEO_OK)
		err = oeo_home_lock(lock, "backup", why);
	if (err == OEO_OK)
		oeo_backup_clear_folder(folder);
	return err;
}

void oeo_backup_sweep(const struct oeo_home *home)
{
	struct oeo_home lock = {.lock_fd = -1};
	char folder[OEO_PATH_BYTES];

	(void)begin_in_home(&lock, home, folder, NULL);
	if (oeo_home_path(folder, home, OEO_BACKUP_RESTORING) == OEO_OK)
		oeo_backup_clear_folder(folder);
	oeo_home_close(&lock);
}

/* *fd: a file in the clear that has no name any more. */
static enum oeo_err write_nameless(int *fd, const struct oeo_backup_content *content,
    const struct oeo_home *home, const char *folder, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = OEO_OK;

	if (snprintf(path, sizeof(path), "%s/backup", folder) >= (int)sizeof(path))
		return OEO_ERR_RANGE;
	if (mkdir(folder, 0700) != 0)
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", folder, strerror(errno));
	if (err == OEO_OK)
		err = write_plain(content, home, path, why);
	if (err == OEO_OK && (*fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		err = oeo_note_set(why, OEO_ERR_IO, "%s: %s", path, strerror(errno));
	oeo_backup_clear_folder(folder);
	return err;
}

static enum oeo_err write_locked(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, const struct oeo_backup_lock *lock, struct oeo_note *why)
{
	struct oeo_home own = {.lock_fd = -1};
	char folder[OEO_PATH_BYTES];
	int fd = -1;
	enum oeo_err err;

	if (oeo_file_exists(path))
		return oeo_note_set(why, OEO_ERR_EXISTS, _("%s: exists already and is left as it is"), path);
	err = begin_in_home(&own, home, folder, why);
	if (err == OEO_OK)
		err = write_nameless(&fd, content, home, folder, why);
	if (err == OEO_OK)
		err = oeo_lockbox_write(path, fd, lock->passphrase, &lock->cost, why);
	if (fd >= 0)
		(void)close(fd);
	oeo_home_close(&own);
	return err;
}

enum oeo_err oeo_backup_write(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, const struct oeo_backup_lock *lock, struct oeo_note *why)
{
	if (lock == NULL)
		return write_plain(content, home, path, why);
	return write_locked(content, home, path, lock, why);
}
