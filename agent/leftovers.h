/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files that residents still stand in outside the ledger: exports that wait in the drop folder, were read (done/) or were
 * refused. They are the member's own: what takes names out of the ledger (retention.h, withdraw.h) does not reach them. This
 * program counts them, so that it can be said which they are, and deletes what was read only where the coordinator chose for
 * how long that is kept.
 */
#ifndef OEO_AGENT_LEFTOVERS_H
#define OEO_AGENT_LEFTOVERS_H

#include <jansson.h>

#include "agent/agent.h"

#define OEO_KEEP_FILES_MOST 3650 /* days */

enum oeo_leftover_place {
	OEO_LEFTOVER_WAITING, /* or being read */
	OEO_LEFTOVER_DONE,
	OEO_LEFTOVER_REFUSED,
	OEO_N_LEFTOVERS
};

struct oeo_leftover {
	char path[OEO_PATH_BYTES]; /* the folder, as it can be shown: UTF-8 without control characters */
	bool is_closed; /* it is there, and this user may not look into it, or into a folder in it */
	size_t n; /* files in it, without their reports; where 0 the days are too */
	int64_t first_day; /* when the oldest and the newest were written */
	int64_t last_day;
	size_t n_over; /* of these, written when the ledger keeps no names any more */
	size_t n_deep; /* folders in its folders, which are not looked into */
};

struct oeo_leftovers {
	struct oeo_leftover places[OEO_N_LEFTOVERS];
	size_t n; /* in all */
	int64_t over_day; /* the last day of which the ledger has erased the names; INT64_MIN: none */
};

/* Count them, in the folder that the daemon watched last, else in the one of the home. A folder that is not there has none.
 * OEO_ERR_NOMEM, OEO_ERR_RANGE; OEO_ERR_IO, OEO_ERR_FORMAT: the ledger. */
enum oeo_err oeo_leftovers_find(struct oeo_leftovers *found, const struct oeo_agent *agent);

/* The English name of a place for --json: "waiting", "done", "refused". */
const char *oeo_leftover_name(enum oeo_leftover_place place);

/* Append a line for each place that has any, is closed or has folders in folders: which, how many, of which days; in the chosen
 * language.
 * OEO_ERR_NOMEM. */
enum oeo_err oeo_leftovers_print(struct oeo_buf *text, const struct oeo_leftovers *found);

/* The same as a list of objects; from and to are null where there are no files. Owned by the caller; NULL: out of memory. */
json_t *oeo_leftovers_to_json(const struct oeo_leftovers *found);

/* For how many days after it was read a file is kept in done/; 0: until somebody deletes it, which is so where nothing is
 * set. OEO_ERR_FORMAT: the ledger is damaged. oeo_keep_files_save: in the open transaction. */
enum oeo_err oeo_keep_files_load(unsigned *days, struct oeo_ledger *ledger);
enum oeo_err oeo_keep_files_save(struct oeo_ledger *ledger, unsigned days);

/*
 * Delete from done/ of the inbox what was read at least so many days (1 or more) before now_s, each with its report; what has
 * no report, or lies in a folder in done/, was not put there by this program and stays. is_done false: only count. *n: how many files; one that cannot be
 * deleted stays and is not counted. OEO_ERR_IO: the folder cannot be read; OEO_ERR_NOMEM.
 */
enum oeo_err oeo_leftovers_delete_read(
    size_t *n, const char *inbox, unsigned days, int64_t now_s, bool is_done);

/* Write the folder that the daemon watched last, else the one of the home. OEO_ERR_RANGE. */
enum oeo_err oeo_leftovers_inbox(char path[OEO_PATH_BYTES], const struct oeo_home *home);

#endif
