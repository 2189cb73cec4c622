/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Backups of a home: one SQLite file, which is a copy of the program's database with one more table, `files`, that holds the
 * keys, cards and other small files. It is as secret as the home, so it is put under a passphrase (lockbox.h) unless the
 * caller says that what it is written to is encrypted already. What must end when a period ends (the keys of periods) is
 * never in it.
 *
 * A restore makes everything in <home>/restoring and moves it to its place when it is complete, the database last: cut short
 * at any moment, nobody lives in the home yet, and the restore can be given again. Outside the home nothing is ever written
 * in the clear: a backup under a passphrase is made in <home>/backing-up first, and is gone from there when it is done.
 */
#ifndef OEO_PROTO_BACKUP_H
#define OEO_PROTO_BACKUP_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/err.h"
#include "proto/home.h"
#include "proto/lockbox.h"

/* A file of the home, or all plain files of a folder of it where name ends with "/". */
struct oeo_backup_file {
	const char *name;
	unsigned mode;
	bool is_needed; /* without it there is no backup, and no restore of one; not for folders */
};

/* What a program's home consists of. */
struct oeo_backup_content {
	const char *program; /* "oeo-agent" */
	const char *database; /* its name in the home */
	const struct oeo_backup_file *files;
	size_t n_files;
};

/* What a backup is put under. */
struct oeo_backup_lock {
	const struct oeo_secret *passphrase; /* borrowed */
	struct oeo_lockbox_cost cost;
};

/*
 * Write a backup to a new file at path, mode 0600; also while the program runs. lock NULL: without a passphrase.
 * OEO_ERR_EXISTS: a file is there and is left as it is; OEO_ERR_STATE: another backup of this home is being made;
 * OEO_ERR_NOMEM: not enough memory for the passphrase; OEO_ERR_IO: nothing is left at path. Blocks on the disk.
 */
enum oeo_err oeo_backup_write(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, const struct oeo_backup_lock *lock, struct oeo_note *why);

/* Delete what a backup that was cut off left in a home with a database (nothing while one is being made), and what a restore
 * that was cut off left there: into such a home nothing is restored. To be called when a daemon starts, and when something was
 * taken out of the database for good. */
void oeo_backup_sweep(const struct oeo_home *home);

/* Whether the backup at path is under a passphrase. OEO_ERR_NOT_FOUND, OEO_ERR_IO. */
enum oeo_err oeo_backup_is_locked(bool *is_locked, const char *path, struct oeo_note *why);

/* What there is to do in a home that is complete but not in its place yet. */
typedef enum oeo_err oeo_backup_finish_fn(
    void *context, const struct oeo_home *unfinished, struct oeo_note *why);

/*
 * Put the backup at path back into a home without a database. passphrase is not looked at where the backup has none; NULL
 * where there is none. finish (may be NULL) is called before anything is moved. OEO_ERR_EXISTS: somebody lives there, or
 * another file is in the way; OEO_ERR_CRYPTO: another passphrase; OEO_ERR_FORMAT: no backup of this program, damaged or cut
 * off; OEO_ERR_NOT_FOUND; OEO_ERR_NOMEM; OEO_ERR_IO; or what finish returned: the home is as it was. Blocks on the disk.
 */
enum oeo_err oeo_backup_restore(const struct oeo_backup_content *content, const struct oeo_home *home,
    const char *path, const struct oeo_secret *passphrase, oeo_backup_finish_fn *finish, void *context,
    struct oeo_note *why);

#endif
