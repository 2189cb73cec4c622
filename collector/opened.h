/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What opening a period's cells brought to light, per table: the input of disclosure control and nothing
 * else's. Numbers here have not passed the gate: they never reach a log, a status line or a person, the
 * operator included. At rest they are encrypted (oeo_opened_pack's bytes go through the store's seal).
 */
#ifndef OEO_COLLECTOR_OPENED_H
#define OEO_COLLECTOR_OPENED_H

#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/plan.h"

/* One member's part in an open cell. */
struct oeo_contribution {
	size_t member; /* index in oeo_opened.members */
	uint64_t residents; /* distinct residents that it reported there */
	uint64_t questions; /* its reports there: shares and tags alone */
};

enum oeo_cell_state {
	OEO_CELL_OPEN = 1, /* at least k distinct residents, label checked, shares verified */
	OEO_CELL_WITHHELD = 2 /* several tags open to this name and none is backed by most members */
};

struct oeo_opened_cell {
	size_t cell; /* index by oeo_table_cell_index */
	enum oeo_cell_state state;
	uint64_t residents; /* distinct over all members; 0 where withheld */
	uint64_t questions;
	struct oeo_contribution *contributions; /* owned; members with at least one report, by member */
	size_t n_contributions;
};

struct oeo_opened_table {
	size_t table; /* index in the plan's tables */
	struct oeo_opened_cell *cells; /* owned; by cell; cells that are not listed are unopened */
	size_t n_cells;
	unsigned
	    n_blocked; /* tags that k shares back but that do not open: their cells have no upper bound and no name */
};

struct oeo_opened {
	struct oeo_period period;
	char (*members)[OEO_ID_BYTES]; /* members whose submission counts, sorted by id; owned */
	size_t n_members;
	struct oeo_opened_table *tables; /* all tables of the period's cadence, in the plan's order; owned */
	size_t n_tables;
	uint8_t key_digest[OEO_DIGEST_BYTES];
};

void oeo_opened_fini(struct oeo_opened *opened);

/* Serialise and read back (for the store). OEO_ERR_FORMAT: bytes that do not fit the plan. */
enum oeo_err oeo_opened_pack(
    struct oeo_buf *out, const struct oeo_opened *opened, const struct oeo_plan *plan);
enum oeo_err oeo_opened_unpack(
    struct oeo_opened *opened, const struct oeo_plan *plan, const uint8_t *bytes, size_t len);

#endif
