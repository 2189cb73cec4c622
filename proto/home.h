/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The folder that holds all a program keeps (--home): keys, its own card, databases. Mode 0700, made by
 * `init`. Files that change are replaced whole (written beside, synced, renamed), so that a crash leaves
 * the old or the new one.
 */
#ifndef OEO_PROTO_HOME_H
#define OEO_PROTO_HOME_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"
#include "proto/err.h"

#define OEO_PATH_BYTES 4096

struct oeo_home {
	char path[OEO_PATH_BYTES - 256];
	int lock_fd; /* -1 where not locked */
};

/* Make the folder (mode 0700) and its parents where missing. OEO_ERR_IO with the reason in why. */
enum oeo_err oeo_home_create(struct oeo_home *home, const char *path, struct oeo_note *why);

/* Open a folder that exists; OEO_ERR_NOT_FOUND says to run `init` first. */
enum oeo_err oeo_home_open(struct oeo_home *home, const char *path, struct oeo_note *why);

/* Take the exclusive lock that a running daemon or a writing command holds under name ("run", "ledger").
 * OEO_ERR_STATE: another process has it. Released by oeo_home_close or the end of the process. */
enum oeo_err oeo_home_lock(struct oeo_home *home, const char *name, struct oeo_note *why);

/* Release the lock; home may be NULL. */
void oeo_home_close(struct oeo_home *home);

/* Write "<home>/<name>" to path (OEO_PATH_BYTES). OEO_ERR_RANGE where it does not fit. */
enum oeo_err oeo_home_path(char path[OEO_PATH_BYTES], const struct oeo_home *home, const char *name);

/* Read a whole file of at most limit bytes into buf (appended, then terminated as by oeo_buf_terminate).
 * OEO_ERR_NOT_FOUND, OEO_ERR_RANGE (larger), OEO_ERR_IO. */
enum oeo_err oeo_file_read(struct oeo_buf *buf, const char *path, size_t limit, struct oeo_note *why);

/* Replace (or make) the file at path with these bytes, mode as given; synced with its folder. On failure
 * the old file is untouched and nothing is left beside it, except where the folder itself cannot be synced:
 * then the new file is in place, but perhaps not durably, and OEO_ERR_IO says so. */
enum oeo_err oeo_file_write(
    const char *path, const void *bytes, size_t len, unsigned mode, struct oeo_note *why);

/* As oeo_file_write, but OEO_ERR_EXISTS where a file is there. */
enum oeo_err oeo_file_write_new(
    const char *path, const void *bytes, size_t len, unsigned mode, struct oeo_note *why);

bool oeo_file_exists(const char *path);

/* Make what was added, renamed or removed in this folder durable. OEO_ERR_IO. Blocks on the disk. */
enum oeo_err oeo_folder_sync(const char *path);

#endif
