/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The snapshot of a period: which reports each table of the period's cadence gets from the questions as they
 * stand at one moment (PROTOCOL.md, A submission). All periods that end on the same day are taken together, in
 * one transaction, which also closes their base period.
 *
 * Per (cell, resident) there is one report with a share. Only in tables that publish questions there is also
 * one report with the tag alone for each further question of that resident in that cell, and for each question
 * of a resident who is not known by name. A resident is known by the plan's identity fields, all of them; or,
 * where the table accepts it, by the member's own client number. What a question without either counts as is
 * the table's own rule: `questions-only` (the tag alone), `per-week` (one share per cell and ISO week of this
 * member, further ones the tag alone; a late one takes the week of its base period's first day) or `refuse`.
 *
 * A snapshot holds names of residents: it is kept encrypted in the ledger (collection "snapshot") until the
 * messages are made of it, and wiped from memory when freed.
 */
#ifndef OEO_AGENT_SNAPSHOT_H
#define OEO_AGENT_SNAPSHOT_H

#include "agent/ledger.h"
#include "agent/subjects.h"
#include "proto/plan.h"
#include "proto/wire.h"

#define OEO_TAG_ALONE UINT32_MAX

/* A cell that gets reports; its entries are entries[first .. first + count - 1]. */
struct oeo_snapshot_cell {
	uint32_t table; /* index in the plan's tables */
	uint32_t cell; /* number of the cell in the table */
	size_t first;
	size_t count;
};

struct oeo_snapshot {
	struct oeo_period period;
	uint8_t plan_digest[OEO_DIGEST_BYTES];
	uint8_t walk_in_key[OEO_WALK_IN_KEY_BYTES]; /* random, of this period */
	struct oeo_subjects subjects;
	struct oeo_snapshot_cell *cells; /* by table and cell */
	size_t n_cells;
	uint32_t *
	    entries; /* per report: number of its subject, or OEO_TAG_ALONE (behind the shares of its cell) */
	size_t n_entries;
	struct oeo_closing closing;
};

/* What the coordinator says about the coverage, or OEO_COVERAGE_BY_DATES: `yes` where all base periods of the
 * period lie between those of the first and the last question in the ledger, `no` where none does, else `partly`. */
#define OEO_COVERAGE_BY_DATES ((enum oeo_coverage)0)

/* One period of a snapshot: its plan (borrowed) and where the result goes. */
struct oeo_snapshot_wish {
	struct oeo_period period;
	const struct oeo_plan *plan;
	struct oeo_snapshot *snapshot; /* filled on success; free with oeo_snapshot_fini */
};

/*
 * Make the snapshots of n periods in one walk over the ledger's questions. Writes nothing: the caller holds the
 * transaction, saves them and closes the base period. member is this member's id, for client numbers.
 * Figures of the closing part are rounded to 10; a dimension counts as fed where any question in the ledger has
 * a code of it. OEO_ERR_RANGE: more cells or reports than a submission can number.
 */
enum oeo_err oeo_snapshot_make(const struct oeo_snapshot_wish *wishes, size_t n, struct oeo_ledger *ledger,
    const char *member, enum oeo_coverage coverage, struct oeo_note *why);
void oeo_snapshot_fini(struct oeo_snapshot *snapshot);

/* Number of reports with a share of a resident, which each cost an evaluation at every keyholder. */
size_t oeo_snapshot_count_pairs(const struct oeo_snapshot *snapshot);

/* Append the cell name of one of the snapshot's cells. */
enum oeo_err oeo_snapshot_cell_name(struct oeo_buf *name, const struct oeo_plan *plan,
    const struct oeo_snapshot *snapshot, const struct oeo_snapshot_cell *cell);

/* Keep it in the ledger (in the open transaction), and load it. OEO_ERR_NOT_FOUND; OEO_ERR_FORMAT: it was
 * written by another version. */
enum oeo_err oeo_snapshot_save(struct oeo_ledger *ledger, const struct oeo_snapshot *snapshot);
enum oeo_err oeo_snapshot_load(
    struct oeo_snapshot *snapshot, struct oeo_ledger *ledger, const struct oeo_period *period);

#endif
