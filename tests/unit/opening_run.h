/* SPDX-License-Identifier: EUPL-1.2 */
/* Residents whom members of a world report, and what opens. */
#ifndef OEO_TESTS_UNIT_OPENING_RUN_H
#define OEO_TESTS_UNIT_OPENING_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define K 5

static inline const char *resident(size_t number)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "resident%zu", number);
	return name;
}

static const char *const wo[] = {"WO"};
static const char *const ge[] = {"GE"};
static const char *const wo_tel[] = {"WO", "TEL"};

/* n residents from number `first` on, each `visits` times: one share and the rest as tags alone. */
static inline void add_residents(
    struct draft *draft, const struct world_cell *cell, size_t first, size_t n, size_t visits)
{
	for (size_t i = first; i < first + n; i++) {
		draft_add(draft, cell, resident(i));
		for (size_t v = 1; v < visits; v++)
			draft_add_alone(draft, cell);
	}
}

/* A member with residents first .. first + n - 1 in one cell, submitted. */
static inline void submit(
    struct world *world, const char *member, const struct world_cell *cell, size_t first, size_t n)
{
	struct draft draft;

	draft_begin(&draft, world, member, PERIOD);
	add_residents(&draft, cell, first, n, 1);
	draft_submit(&draft);
}

static inline const struct oeo_opening_member *report_of(
    const struct oeo_opening_report *report, const char *member)
{
	for (size_t i = 0; i < report->n_members; i++) {
		if (strcmp(report->members[i].member, member) == 0)
			return &report->members[i];
	}
	fail_msg("no such member in the report");
	return NULL;
}

/* Open and compare one cell's residents; 0: it must not be open. */
static inline void expect_residents(
    struct world *world, const char *table, const char *const *codes, size_t n, size_t residents)
{
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *cell;

	world_run_opening(world, PERIOD, NULL, &opened, &report);
	cell = world_opened_cell(world, &opened, table, codes, n);
	if (residents == 0) {
		assert_null(cell);
	} else {
		assert_non_null(cell);
		assert_int_equal(cell->state, OEO_CELL_OPEN);
		assert_int_equal(cell->residents, residents);
	}
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static inline void random_share(uint8_t x[OEO_X_BYTES], uint8_t y[OEO_SCALAR_BYTES])
{
	randombytes_buf(x, OEO_X_BYTES);
	crypto_core_ristretto255_scalar_random(y);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

#endif
