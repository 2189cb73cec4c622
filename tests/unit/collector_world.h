/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A partnership in a temporary folder for the tests of the collector: a plan in force, two keyholders with real
 * keys, members with cards, and submissions made with the real VOPRF. Faults of the world itself abort.
 */
#ifndef OEO_TESTS_COLLECTOR_WORLD_H
#define OEO_TESTS_COLLECTOR_WORLD_H

#include "collector/ingest.h"
#include "collector/opening.h"
#include "collector/plans.h"
#include "collector/store.h"
#include "proto/plan_file.h"
#include "proto/tally.h"

#define WORLD_KEYHOLDERS 2
#define WORLD_MEMBERS 4
#define WORLD_PERIODS 16

/* The tables of the plan: total (questions too), theme (questions too), pair (theme x channel), month-total. k = 5. */
extern const char world_plan_yaml[];

struct world_keys {
	char period[OEO_PERIOD_BYTES];
	uint8_t resident_sk[WORLD_KEYHOLDERS][OEO_SCALAR_BYTES];
	uint8_t cell_sk[WORLD_KEYHOLDERS][OEO_SCALAR_BYTES];
	struct oeo_period_keys signed_keys[WORLD_KEYHOLDERS];
	uint8_t digest[OEO_DIGEST_BYTES];
};

struct world_cell {
	uint32_t table;
	struct oeo_buf name;
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	uint8_t *coefficients;
	struct oeo_buf label;
};

struct world {
	char folder[64];
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_self keyholders[WORLD_KEYHOLDERS];
	struct oeo_self members[WORLD_MEMBERS];
	struct oeo_store *store;
	struct oeo_clock clock;
	struct oeo_plans plans;
	const struct oeo_plan *plan;
	struct world_keys keys[WORLD_PERIODS];
	size_t n_keys;
	struct world_cell **cells;
	size_t n_cells;
};

/* Abort where the world itself fails at this. */
void world_insist(bool is_good, const char *what);

/* Members are called m0, m1, ...; today is 2026-11-21. yaml NULL: world_plan_yaml. */
void world_open(struct world *world, const char *yaml);
void world_close(struct world *world);

/* A cmocka setup and teardown of such a world under world_plan_yaml; *state a struct world. */
int world_setup(void **state);
int world_teardown(void **state);

/* True where the bytes stand in this file of the home; _home_: in its database. */
bool world_file_holds(const struct world *world, const char *name, const uint8_t *bytes, size_t len);
bool world_home_holds(const struct world *world, const uint8_t *bytes, size_t len);

/* Close and open the store, as a daemon that starts again. */
void world_restart(struct world *world);

/* The keyholders' keys of a period; made at first use. */
const struct world_keys *world_keys_of(struct world *world, const char *period);

/* Another, validly signed set of keys of keyholder number `which`. */
void world_other_keys(struct world *world, const char *period, size_t which, struct oeo_period_keys *keys,
    uint8_t digest[OEO_DIGEST_BYTES]);

/* A cell by table id and codes (n of them), as honest agents make it. Borrowed. */
const struct world_cell *world_cell(
    struct world *world, const char *period, const char *table, const char *const *codes, size_t n);

/* A cell of that name under made-up N: what a dishonest member can make. *cell is owned by the world. */
const struct world_cell *world_forged_cell(
    struct world *world, const char *period, const char *table, const char *const *codes, size_t n);

/* The share of a resident in a cell. */
void world_share(struct world *world, const char *period, const struct world_cell *cell, const char *resident,
    uint8_t x[OEO_X_BYTES], uint8_t y[OEO_SCALAR_BYTES]);

/* ---- Drafts (collector_draft.c) */

/* A submission being made. */
struct draft_report {
	uint8_t tag[OEO_TAG_BYTES];
	bool is_alone;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
};

struct draft {
	struct world *world;
	char member[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	struct oeo_bucket *buckets; /* labels borrowed from the world's cells */
	size_t n_buckets;
	struct draft_report *reports;
	size_t n_reports;
	struct oeo_submission_part *parts; /* after draft_cut */
	size_t n_parts;
	struct oeo_buf records; /* what the parts' reports borrow */
};

void draft_begin(struct draft *draft, struct world *world, const char *member, const char *period);
void draft_free(struct draft *draft);

/* A resident's report, the tag alone, or any share in a cell. */
void draft_add(struct draft *draft, const struct world_cell *cell, const char *resident);
void draft_add_alone(struct draft *draft, const struct world_cell *cell);
void draft_add_share(struct draft *draft, const struct world_cell *cell, const uint8_t x[OEO_X_BYTES],
    const uint8_t y[OEO_SCALAR_BYTES]);

/* The bucket without any report. */
void draft_add_bucket(struct draft *draft, const struct world_cell *cell);

/* Sort the buckets and cut into parts of at most `most` buckets or reports. */
void draft_cut(struct draft *draft, size_t most);

/* Pack, unpack and ingest a part in a transaction of its own; the reason, 0 where it is stored. */
unsigned world_send(struct world *world, struct oeo_ingest *ingest, const char *member,
    const struct oeo_submission_part *part);

/* Cut, send all parts with a new ingest, and insist that each is taken. Frees the draft. */
void draft_submit(struct draft *draft);

/* ---- The world again */

/* Open a period's cells and insist on success. */
void world_run_opening(struct world *world, const char *period, const struct oeo_opening_options *options,
    struct oeo_opened *opened, struct oeo_opening_report *report);

/* The opened cell of these codes; NULL where it is not open (or withheld: see its state). */
const struct oeo_opened_cell *world_opened_cell(const struct world *world, const struct oeo_opened *opened,
    const char *table, const char *const *codes, size_t n);

#endif
