/* SPDX-License-Identifier: EUPL-1.2 */
/* Shared by the two sides of backup.h. */
#ifndef OEO_PROTO_BACKUP_INTERNAL_H
#define OEO_PROTO_BACKUP_INTERNAL_H

#include <sqlite3.h>

#include "proto/backup.h"
#include "proto/secret.h"

#define OEO_BACKUP_PROGRAM "program" /* the row of `files` that says whose backup it is */
#define OEO_BACKUP_NAME_BYTES 256
#define OEO_BACKUP_RESTORING "restoring" /* in the home: what is restored and not in its place yet */

/* Read a file of at most 16 MiB into guarded memory: most are secret. OEO_ERR_NOT_FOUND, OEO_ERR_IO. */
enum oeo_err oeo_backup_read_file(struct oeo_secret *bytes, const char *path, struct oeo_note *why);

/* Delete a folder and what is in it, as far as that goes. */
void oeo_backup_clear_folder(const char *path);

/* Set why to what SQLite says of the file at path. Returns OEO_ERR_IO. */
enum oeo_err oeo_backup_fail(struct oeo_note *why, const char *path, sqlite3 *db);

#endif
