/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A member that fills one cell with copies of a share, or with shares on one x, does not make the opening hold them all.
 * realloc is wrapped (collector.cmake) and remembers the largest block that was asked for.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define MEMBER "m1"
#define K 5
#define FULL_PARTS 50
#define AT_ONCE 32768

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);

static size_t largest;

void *__wrap_realloc(void *block, size_t size)
{
	largest = size > largest ? size : largest;
	return __real_realloc(block, size);
}

static void send(struct world *world, struct oeo_ingest *ingest, const struct oeo_submission_part *part)
{
	assert_int_equal(world_send(world, ingest, MEMBER, part), 0);
}

/* K residents and 50 full parts: copies of one share, or as many y on one x. */
static void submit_flood(struct world *world, bool is_copied)
{
	const struct world_cell *cell = world_cell(world, PERIOD, "total", NULL, 0);
	uint8_t *records = oeo_alloc_array(OEO_MAX_REPORTS, OEO_REPORT_BYTES);
	struct oeo_submission_part flood;
	struct oeo_ingest *ingest = NULL;
	struct draft draft;
	char name[16];

	assert_non_null(records);
	draft_begin(&draft, world, MEMBER, PERIOD);
	for (size_t i = 0; i < K; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&draft, cell, name);
	}
	draft_cut(&draft, OEO_MAX_REPORTS);
	assert_int_equal(draft.n_parts, 2);
	assert_int_equal(oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL), OEO_OK);
	draft.parts[1].is_final = false;
	send(world, ingest, &draft.parts[0]);
	send(world, ingest, &draft.parts[1]);
	flood = draft.parts[1];
	flood.reports = records;
	flood.n_reports = OEO_MAX_REPORTS;
	for (uint32_t part = 2; part < 2 + FULL_PARTS; part++) {
		for (size_t i = 0; i < OEO_MAX_REPORTS; i++) {
			uint8_t y[OEO_SCALAR_BYTES];

			crypto_core_ristretto255_scalar_random(y);
			oeo_report_write(records + i * OEO_REPORT_BYTES, 0, draft.reports[0].x,
			    is_copied ? draft.reports[0].y : y);
		}
		flood.index = part;
		send(world, ingest, &flood);
	}
	flood.n_reports = 0;
	flood.index = 2 + FULL_PARTS;
	flood.is_final = true;
	send(world, ingest, &flood);
	oeo_ingest_free(ingest);
	draft_free(&draft);
	free(records);
}

/* The opening's report is owned by the caller. */
static void open_flood(struct world *world, struct oeo_opening_report *report)
{
	const struct oeo_opening_options options = {.n_threads = 1, .partition_reports = AT_ONCE};
	const struct oeo_opened_cell *cell;
	struct oeo_opened opened;

	largest = 1;
	world_run_opening(world, PERIOD, &options, &opened, report);
	/* Room for some more than may be held at once, not for all 204,800. */
	assert_in_range(largest, 2, (size_t)2 * AT_ONCE * OEO_REPORT_BYTES);
	cell = world_opened_cell(world, &opened, "total", NULL, 0);
	assert_non_null(cell);
	assert_int_equal(cell->residents, K);
	assert_int_equal(cell->questions, K);
	oeo_opened_fini(&opened);
}

static void test_copies_of_a_share_are_counted_and_not_kept(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;

	submit_flood(world, true);
	open_flood(world, &report);
	assert_int_equal(report.n_bad_shares, 0);
	oeo_opening_report_fini(&report);
}

static void test_shares_on_one_x_are_spread_over_the_slices(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;

	submit_flood(world, false);
	open_flood(world, &report);
	assert_int_equal(report.n_bad_shares, FULL_PARTS * OEO_MAX_REPORTS);
	oeo_opening_report_fini(&report);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_copies_of_a_share_are_counted_and_not_kept),
	    WITH_WORLD(test_shares_on_one_x_are_spread_over_the_slices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
