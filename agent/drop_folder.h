/* SPDX-License-Identifier: EUPL-1.2 */
/* What lies in a folder of the drop folder, and names and paths in it. For drop.c. */
#ifndef OEO_AGENT_DROP_FOLDER_H
#define OEO_AGENT_DROP_FOLDER_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/home.h"
#include "proto/names.h"

/* A file; a sub-folder (then name is ""); or a folder in a sub-folder, which is not looked into. */
struct oeo_drop_entry {
	char folder[NAME_MAX + 1]; /* the sub-folder; "": the folder itself */
	char name[NAME_MAX + 1];
	bool is_folder;
	bool is_deep; /* a folder in a sub-folder */
	bool is_closed; /* a sub-folder that cannot be read */
	bool is_plain; /* a plain file: no link, pipe or device */
	dev_t device;
	ino_t inode;
	off_t bytes;
	int64_t written_ns; /* when what stands in it was written: a rename leaves it as it is */
	int64_t changed_ns; /* the later of its two times */
};

/* Write "path/folder/name", parts that are "" left out; false where it does not fit. */
bool oeo_drop_join(char full[OEO_PATH_BYTES], const char *path, const char *folder, const char *name);

/*
 * List the files of a folder and of its sub-folders, sorted by oeo_drop_compare_place; busy, done and refused, and hidden
 * or half-copied files, are left out; so are folders in sub-folders where nothing is in them. *entries returns owned (free).
 * OEO_ERR_IO: there is no such folder or it cannot be read.
 */
enum oeo_err oeo_drop_list(struct oeo_drop_entry **entries, size_t *n, const char *path);

/* Fill all but folder and name of an entry with what is known of the file; false, all 0, where there is none. */
bool oeo_drop_describe(struct oeo_drop_entry *entry, const char *path);

/* By sub-folder and name; by when it was written, the oldest first. Moving a file, away and back too, does not change its
 * place among the others: an older export never comes after a newer one. */
int oeo_drop_compare_place(const struct oeo_drop_entry *a, const struct oeo_drop_entry *b);
int oeo_drop_compare_age(const struct oeo_drop_entry *a, const struct oeo_drop_entry *b);

/* True where nothing has changed in the file between two looks. */
bool oeo_drop_is_same(const struct oeo_drop_entry *before, const struct oeo_drop_entry *now);

/* The entry of this folder and name in a list, NULL where there is none; borrowed. Takes the logarithm of its length. */
const struct oeo_drop_entry *oeo_drop_find(
    const struct oeo_drop_entry *entries, size_t n, const char *folder, const char *name);

/* The report beside a file of the list, NULL where there is none; borrowed. */
const struct oeo_drop_entry *oeo_drop_find_report(
    const struct oeo_drop_entry *entries, size_t n, const struct oeo_drop_entry *file);

/* True where entry i of a list is the report of another one in it. */
bool oeo_drop_is_report(const struct oeo_drop_entry *entries, size_t n, size_t i);

/* Find a name like `name` ("x.csv", else "x-2.csv", ...) of which neither the file nor its report is in the folder. False
 * where a path does not fit. */
bool oeo_drop_find_free(
    char path[OEO_PATH_BYTES], char report[OEO_PATH_BYTES], const char *folder, const char *name);

#endif
