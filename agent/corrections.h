/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Corrections by a later export of the same source. A changed row replaces the earlier one by itself. A row that is gone may
 * have been deleted, or only not been exported: it is shown and taken out when the coordinator says so, never silently.
 *
 * Gone is what came with the same mapping, lies between the first and the last day of the new file, and is not in it. An
 * export of another month, or of the newest weeks only, thus makes nothing disappear.
 */
#ifndef OEO_AGENT_CORRECTIONS_H
#define OEO_AGENT_CORRECTIONS_H

#include "agent/hash_set.h"
#include "agent/plans.h"
#include "proto/cli.h"

#define OEO_MAX_CLOSED_BASES 36

/* A question of the ledger that the new file does not have. */
struct oeo_missing_row {
	uint8_t record[OEO_RECORD_HASH_BYTES];
	int64_t day;
	struct oeo_period base;
	bool has_left; /* its base period has been sent in: it stays */
};

/* What one file has and has not, gathered while it is read. Zero-initialised at the start. */
struct oeo_corrections {
	struct oeo_hash_set refused; /* records of rows that were refused: in the file, though not taken */
	size_t n_unreadable; /* refused rows whose record number is not known */
	bool has_days;
	int64_t first_day; /* of the rows taken */
	int64_t last_day;
	struct oeo_period
	    closed[OEO_MAX_CLOSED_BASES]; /* base periods of rows that came too late to change anything */
	size_t n_closed;
	struct oeo_missing_row *missing; /* owned, by day */
	size_t n_missing;
	size_t n_removable; /* of those that are missing */
};

void oeo_corrections_fini(struct oeo_corrections *corrections);

/* A row was taken, with what came of it. */
void oeo_corrections_note_taken(
    struct oeo_corrections *corrections, const struct oeo_question *question, enum oeo_put_result result);

/* A row was refused; record is NULL where its number is not known. Empty rows are not told. OEO_ERR_NOMEM. */
enum oeo_err oeo_corrections_note_refused(
    struct oeo_corrections *corrections, const uint8_t record[OEO_RECORD_HASH_BYTES]);

/* All rows are read: look for what is missing. taken holds the records of the rows that were taken; n_present of these stand in
 * the ledger, and where it has no more questions than that, nothing is missing. In the transaction that is open, if one is. */
enum oeo_err oeo_corrections_find_missing(struct oeo_corrections *corrections, struct oeo_ledger *ledger,
    const char *source, const struct oeo_hash_set *taken, size_t n_present);

/* Say on stdout that rows are missing, and what the coordinator can do unless that is_being_done already; nothing where none
 * is. */
void oeo_corrections_print_offer(const struct oeo_corrections *corrections, bool is_being_done);

/* Say on stdout why changes of closed periods were not taken over, and when their shares are purged. */
enum oeo_err oeo_corrections_print_closed(
    const struct oeo_corrections *corrections, struct oeo_ledger *ledger, const struct oeo_plans *plans);

/*
 * List the missing rows on stderr, ask (--yes answers), and take out those that have not left, with the snapshots around
 * them that have not left either; durable on return and overwritten on the disk. *n_removed: how many.
 * OEO_ERR_REFUSED: the answer was no, or nobody can be asked; or rows of the file could not be read, so that nobody knows what is
 * missing. Then nothing is taken out. Takes the lock "publish" of home.
 */
enum oeo_err oeo_corrections_remove(const struct oeo_cli *cli, const struct oeo_corrections *corrections,
    struct oeo_home *home, struct oeo_ledger *ledger, const struct oeo_plans *plans, size_t *n_removed,
    struct oeo_note *why);

#endif
