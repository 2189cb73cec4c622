/* SPDX-License-Identifier: EUPL-1.2 */
/* Shared by way_seal.c (the bytes), way.c (the words) and way_example.c. Not for other modules. */
#ifndef OEO_AGENT_WAY_INTERNAL_H
#define OEO_AGENT_WAY_INTERNAL_H

#include "agent/way.h"
#include "proto/tally.h"

/* One question in one table, sealed with keys that are thrown away. */
struct oeo_way_sealed {
	const struct oeo_table *table; /* the plan's */
	struct oeo_period period;
	bool has_share; /* with a resident, or a walk-in that counts by the week */
	bool is_walk_in;
	struct oeo_buf resident_name;
	struct oeo_buf cell_name;
	uint8_t blinded_resident[OEO_MAX_KEYHOLDERS][OEO_ELEMENT_BYTES];
	uint8_t blinded_cell[OEO_MAX_KEYHOLDERS][OEO_ELEMENT_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct oeo_buf label;
};

/* OEO_ERR_RANGE: the plan has no table. Free with oeo_way_sealed_fini, on failure too. */
enum oeo_err oeo_way_seal(
    struct oeo_way_sealed *sealed, const struct oeo_plan *plan, const struct oeo_question *question);
void oeo_way_sealed_fini(struct oeo_way_sealed *sealed);

#endif
