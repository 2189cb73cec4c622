/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The drop folder: a file that is laid in it is read by itself.
 *
 *   inbox/FILE            read with the remembered mapping whose columns it has
 *   inbox/MAPPING/FILE    read with the remembered mapping of this id; in a folder of another name it is refused
 *   inbox/busy/           the one that is being read now
 *   inbox/done/           what was read, each with a report beside it: FILE.txt
 *   inbox/refused/        what could not be read, with a report that says why and what to do
 *
 * A file is taken when it has not changed for a while and nobody has it open for writing (a read lease tells; where it
 * cannot be had, on a network share or of another owner, the while is longer). Taking it is moving it to busy/: whoever
 * writes a new file of that name then writes another file. What stood in busy/ when the program ended is put back at the
 * next start, so that nothing is lost; reading it again counts nothing twice (ledger.h). The file that was written first is
 * read first, also when it was put back meanwhile, so that an older export never undoes what a newer one changed.
 *
 * Hidden files and what copying programs name while they copy (*.part, *.tmp, *.crdownload, *~) are left alone. Links,
 * pipes and devices are refused; nothing is ever opened through a link. Folders in folders are not looked into, and counted, so
 * that it can be said.
 */
#ifndef OEO_AGENT_DROP_H
#define OEO_AGENT_DROP_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "proto/home.h"
#include "proto/names.h"

#define OEO_DROP_SETTLE_MS 2000 /* unchanged for so long, and not open for writing */
#define OEO_DROP_BLIND_SETTLE_MS 20000 /* where it cannot be told whether it is open */
#define OEO_DROP_BUSY "busy"
#define OEO_DROP_DONE "done"
#define OEO_DROP_REFUSED "refused"

struct oeo_drop;

/* A file that was taken. */
struct oeo_drop_file {
	char folder[NAME_MAX + 1]; /* the sub-folder it lay in; "": the inbox itself */
	char name[NAME_MAX + 1];
	char path[OEO_PATH_BYTES]; /* where it lies now */
	char report[OEO_PATH_BYTES]; /* where its report is written first */
	bool is_plain; /* false: a link, a pipe, ..., to be refused */
	dev_t device; /* with the inode: this file, wherever it lies */
	ino_t inode;
};

/* Make the folders where they are missing, put back what is in busy/, and watch. why says what is wrong. Free with
 * oeo_drop_close (NULL is fine), which forgets only. */
enum oeo_err oeo_drop_open(struct oeo_drop **drop, const char *path, struct oeo_note *why);
void oeo_drop_close(struct oeo_drop *drop);

/* Readable when something changed in the folder; oeo_drop_take then takes the news in. -1: it cannot be watched, only
 * looked at from time to time. */
int oeo_drop_fd(const struct oeo_drop *drop);

/*
 * Look, and take the oldest file that is ready. *has_file says whether one was; where none was, *again_ms is when (monotonic,
 * as now_ms) to look again, INT64_MAX: when oeo_drop_fd says so. OEO_ERR_IO: the folder cannot be read or files not moved; why says so.
 */
enum oeo_err oeo_drop_take(struct oeo_drop *drop, int64_t now_ms, struct oeo_drop_file *file, bool *has_file,
    int64_t *again_ms, struct oeo_note *why);

/* Move the file and its report to done/ or refused/, under another name where that one is there already ("x-2.csv").
 * OEO_ERR_IO: it stays where it is; so too where there is no report, or nothing stands in it (the disk was full). */
enum oeo_err oeo_drop_finish(
    struct oeo_drop *drop, const struct oeo_drop_file *file, bool is_done, struct oeo_note *why);

/* Take in the news that made oeo_drop_fd readable, without looking. */
void oeo_drop_forget_news(const struct oeo_drop *drop);

/* Put the file back where it was taken from, to be read later, before all that was written after it. */
enum oeo_err oeo_drop_put_back(struct oeo_drop *drop, const struct oeo_drop_file *file, struct oeo_note *why);

/* How many folders in folders were there at the last look, with something in them. */
size_t oeo_drop_count_deep(const struct oeo_drop *drop);

/* The same for the inbox at path, without watching it; *first is the first of them ("folder/name"), owned by the caller (free),
 * NULL where there is none. */
enum oeo_err oeo_drop_find_deep(const char *path, size_t *n, char **first);

/* How many files lie in a folder of the inbox at path: "" those that wait, OEO_DROP_REFUSED, OEO_DROP_DONE without their
 * reports. For telling how things stand; 0 where there is no such folder. */
size_t oeo_drop_count(const char *path, const char *folder);

#endif
