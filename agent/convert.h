/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is no CSV file and is read all the same: spreadsheets (XLSX, ODS, XLS), JSON Lines, and standard input. It becomes
 * CSV - commas, double quotes, UTF-8, a header - in a file that exists in memory only, so that the readers find what they
 * always read, and no copy of it lies on a disk.
 *
 * Spreadsheets are converted by ssconvert (gnumeric) or, where that is not installed, by LibreOffice: a process without a
 * shell, with an empty home and little else in its environment, cut off from the network where the system allows, within
 * limits of time and size, and without macros. Its files stand in a folder of mode 0700, in memory where /dev/shm is there,
 * and are removed. Dates come as yyyy/mm/dd from ssconvert and as yyyy-mm-dd from LibreOffice.
 *
 * JSON Lines: one object a line; the names of its fields are the columns. Texts, numbers, true, false and null (empty); a
 * field that holds fields or a list is refused with its line.
 */
#ifndef OEO_AGENT_CONVERT_H
#define OEO_AGENT_CONVERT_H

#include <stdbool.h>

#include "proto/err.h"

#define OEO_CONVERT_SECONDS 120
#define OEO_SOURCE_PATH_BYTES 40

/* A file as the user names it, and the path under which it is read. */
struct oeo_source {
	const char *name; /* borrowed */
	const char *path; /* name itself, or the one below */
	int fd; /* in memory; -1: it is read as it is */
	char memory_path[OEO_SOURCE_PATH_BYTES];
};

/*
 * Open what name stands for: "-" is standard input. format: "csv", "jsonl", or NULL: by what the file is. sheet: of a
 * spreadsheet; NULL: the first. OEO_OK also for a file that is not there or cannot be read: the reader then says so.
 * OEO_ERR_NOT_FOUND: no program that reads spreadsheets; OEO_ERR_FORMAT: it cannot be converted; OEO_ERR_AWAY: it took too
 * long; OEO_ERR_IO, OEO_ERR_NOMEM; why says what to do. Blocks. Close in any case.
 */
enum oeo_err oeo_source_open(
    struct oeo_source *source, const char *name, const char *format, const char *sheet, struct oeo_note *why);
void oeo_source_close(struct oeo_source *source);

/* The name for people: "-" in words, any other as it is. Borrowed. */
const char *oeo_source_shown(const char *name);

/* Put the name of the file, as shown, in the place of the path it is read under, where these differ. A source that was never opened (all
 * NULL) changes nothing. */
void oeo_source_name_in(const struct oeo_source *source, struct oeo_note *note);

#endif
