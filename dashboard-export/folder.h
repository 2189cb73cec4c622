/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The folder that an export goes to, whole or not at all: files are written into a temporary folder beside it,
 * which takes its place at the end. A list of the files (.oeo-export) tells an earlier export from anything else,
 * so that nothing of somebody else's is ever deleted:
 *
 *   oeo-export <kind>        "site", "csv", "xlsx", ...
 *   <line> ...               what it was made from: language and releases
 *                            an empty line
 *   <path> ...               every file, relative, one a line
 *
 * A crash of the machine right after an export may leave empty files (they are not synced): make it again.
 */
#ifndef OEO_DASHBOARD_EXPORT_FOLDER_H
#define OEO_DASHBOARD_EXPORT_FOLDER_H

#include <stdbool.h>

#include "proto/buf.h"
#include "proto/home.h"

#define OEO_FOLDER_LIST ".oeo-export"

struct oeo_folder {
	char path[OEO_PATH_BYTES - 64]; /* where it will be */
	char temporary[OEO_PATH_BYTES - 32]; /* "" where there is none */
	char kept[OEO_PATH_BYTES - 32]; /* after a commit with force: where the old folder is; else "" */
	struct oeo_buf list;
	bool is_kept; /* what is there is no earlier export: move it aside */
};

/*
 * Check that out may be replaced and make the temporary folder (and out's parents where missing). from: the lines
 * that say what it is made from. OEO_ERR_EXISTS: out holds other things, and is_forced is false (with it they are
 * moved aside at the end); OEO_ERR_IO. On failure nothing is left behind.
 */
enum oeo_err oeo_folder_begin(struct oeo_folder *folder, const char *out, const char *kind, const char *from,
    bool is_forced, struct oeo_note *why);

/* Write a file; name is relative with at most one folder in it. OEO_ERR_IO, OEO_ERR_RANGE, OEO_ERR_NOMEM. */
enum oeo_err oeo_folder_write(
    struct oeo_folder *folder, const char *name, const void *bytes, size_t len, struct oeo_note *why);

/* Take up a file that the caller writes itself: path gets where, before the folder is put in place. */
enum oeo_err oeo_folder_add(
    struct oeo_folder *folder, const char *name, char path[OEO_PATH_BYTES], struct oeo_note *why);

/* Put the folder in its place. OEO_ERR_IO: what was there is still there. */
enum oeo_err oeo_folder_commit(struct oeo_folder *folder, struct oeo_note *why);

/* Free; without a commit the temporary folder goes too. folder may be NULL or zeroed. */
void oeo_folder_fini(struct oeo_folder *folder);

/* True where out holds a whole export of this kind made from exactly this. */
bool oeo_folder_holds(const char *out, const char *kind, const char *from);

/* The kind of export that out holds: "site", "csv", ... or "" where it holds none (or none that is whole). */
struct oeo_folder_kind {
	char text[16];
};
struct oeo_folder_kind oeo_folder_kind(const char *out);

#endif
