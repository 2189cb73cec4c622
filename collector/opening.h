/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Opening the cells of a period (PROTOCOL.md, Opening a cell): reports are grouped by (table, tag); where at
 * least k distinct residents back a tag, its secret is interpolated, a label opened and every share verified.
 *
 * Reports are streamed from the store into partitions by tag: a temporary file without a name in the home,
 * encrypted under a key that exists in this call only. Partitions are worked off by several threads; memory
 * does not grow with the number of reports.
 *
 * Reveals, to the caller's memory only: the cells with at least k distinct residents, with each member's
 * numbers. The caller has checked that the period may be released (due.h).
 */
#ifndef OEO_COLLECTOR_OPENING_H
#define OEO_COLLECTOR_OPENING_H

#include <stddef.h>
#include <stdint.h>

#include "collector/opened.h"
#include "collector/store.h"

struct oeo_opening_options {
	size_t n_threads; /* 0: as many as there are processors, at most 16 */
	size_t partition_reports; /* reports that are held at once, per thread; 0: the default (1,048,576) */
	void (*progress)(
	    void *context, unsigned long done, unsigned long total); /* NULL: none; from the calling thread */
	void *context;
};

/* What one member's reports had wrong. Counts that name no cell: they may be told to the operator. */
struct oeo_opening_member {
	char member[OEO_ID_BYTES];
	uint64_t bad_shares; /* distinct shares that do not lie on their cell's polynomial */
	uint64_t bad_labels; /* labels that did not pass and were tried */
	uint64_t blocked_tags; /* tags with reports of this member that k shares back but that do not open */
	uint64_t
	    rival_tags; /* tags with reports of this member that open to a name that another tag opens to too */
};

struct oeo_opening_report {
	struct oeo_opening_member
	    *members; /* those whose submission counts, by id (as oeo_opened.members); owned */
	size_t n_members;
	uint64_t n_reports; /* reports read */
	uint64_t n_tags; /* distinct (table, tag) */
	uint64_t n_opened; /* of these */
	uint64_t n_bad_shares;
	uint64_t n_blocked_tags;
	uint64_t n_withheld; /* cells: rival tags and none backed by most members */
};

/*
 * Open the cells of a period under its plan. Only submissions with their final part count.
 *
 * options may be NULL. opened and report are filled on OEO_OK only (oeo_opened_fini,
 * oeo_opening_report_fini). opened->key_digest is the period's. OEO_ERR_STATE: the period was purged;
 * OEO_ERR_IO: temporary file or store; OEO_ERR_NOMEM. Blocks for about a second per million reports and core.
 */
enum oeo_err oeo_opening_run(struct oeo_opened *opened, struct oeo_opening_report *report,
    struct oeo_store *store, const struct oeo_home *home, const struct oeo_plan *plan,
    const struct oeo_period *period, const struct oeo_opening_options *options, struct oeo_note *why);

void oeo_opening_report_fini(struct oeo_opening_report *report);

#endif
