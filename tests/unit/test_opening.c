/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening cells: what k residents open and k - 1 never do, and what dishonest members can and cannot spoil. */
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

static const char *resident(size_t number)
{
	static char name[32];

	(void)snprintf(name, sizeof(name), "resident%zu", number);
	return name;
}

static const char *const wo[] = {"WO"};
static const char *const ge[] = {"GE"};
static const char *const wo_tel[] = {"WO", "TEL"};

/* n residents from number `first` on, each `visits` times: one share and the rest as tags alone. */
static void add_residents(
    struct draft *draft, const struct world_cell *cell, size_t first, size_t n, size_t visits)
{
	for (size_t i = first; i < first + n; i++) {
		draft_add(draft, cell, resident(i));
		for (size_t v = 1; v < visits; v++)
			draft_add_alone(draft, cell);
	}
}

/* A member with residents first .. first + n - 1 in one cell, submitted. */
static void submit(
    struct world *world, const char *member, const struct world_cell *cell, size_t first, size_t n)
{
	struct draft draft;

	draft_begin(&draft, world, member, PERIOD);
	add_residents(&draft, cell, first, n, 1);
	draft_submit(&draft);
}

static const struct oeo_opening_member *report_of(const struct oeo_opening_report *report, const char *member)
{
	for (size_t i = 0; i < report->n_members; i++) {
		if (strcmp(report->members[i].member, member) == 0)
			return &report->members[i];
	}
	fail_msg("no such member in the report");
	return NULL;
}

/* Open and compare one cell's residents; 0: it must not be open. */
static void expect_residents(
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

static void test_opening_k_minus_1_residents_never_open_a_cell(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct draft draft;

	/* Each at two members and at one of them a hundred times. */
	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, cell, 0, K - 1, 100);
	draft_submit(&draft);
	submit(world, "m1", cell, 0, K - 1);
	expect_residents(world, "theme", wo, 1, 0);
}

static void test_opening_k_residents_open_a_cell(void **state)
{
	struct world *world = *state;

	submit(world, "m0", world_cell(world, PERIOD, "theme", wo, 1), 0, K);
	expect_residents(world, "theme", wo, 1, K);
}

static void test_opening_k_plus_1_residents_open_a_cell(void **state)
{
	struct world *world = *state;

	submit(world, "m0", world_cell(world, PERIOD, "theme", wo, 1), 0, K + 1);
	expect_residents(world, "theme", wo, 1, K + 1);
}

static void test_opening_joins_residents_of_several_members(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "pair", wo_tel, 2);

	/* 0..2 and 2..4: five distinct, the third at both. */
	submit(world, "m0", cell, 0, 3);
	submit(world, "m1", cell, 2, 3);
	expect_residents(world, "pair", wo_tel, 2, 5);
}

static void test_opening_counts_each_member_and_all_questions(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "total", NULL, 0);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;
	struct draft draft;

	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, cell, 0, 4, 3); /* 4 residents, 12 questions */
	draft_submit(&draft);
	draft_begin(&draft, world, "m2", PERIOD);
	add_residents(&draft, cell, 3, 3, 1); /* 3 residents, one of them m0's; 3 questions */
	draft_add_alone(&draft, cell); /* one without a name */
	draft_submit(&draft);
	draft_begin(&draft, world, "m3", PERIOD);
	draft_submit(&draft); /* nothing at all */
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_int_equal(opened.n_members, 3);
	assert_string_equal(opened.members[2], "m3");
	assert_memory_equal(opened.key_digest, world_keys_of(world, PERIOD)->digest, OEO_DIGEST_BYTES);
	found = world_opened_cell(world, &opened, "total", NULL, 0);
	assert_non_null(found);
	assert_int_equal(found->residents, 6);
	assert_int_equal(found->questions, 16);
	assert_int_equal(found->n_contributions, 2);
	assert_int_equal(found->contributions[0].member, 0);
	assert_int_equal(found->contributions[0].residents, 4);
	assert_int_equal(found->contributions[0].questions, 12);
	assert_int_equal(found->contributions[1].member, 1);
	assert_int_equal(found->contributions[1].residents, 3);
	assert_int_equal(found->contributions[1].questions, 4);
	assert_int_equal(report.n_bad_shares, 0);
	assert_int_equal(report.n_tags, 1);
	assert_int_equal(report.n_opened, 1);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void test_opening_lists_all_tables_of_the_cadence(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;
	struct oeo_opened opened;

	submit(world, "m0", world_cell(world, PERIOD, "total", NULL, 0), 0, K);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_int_equal(opened.n_tables, 3);
	assert_int_equal(opened.tables[0].n_cells, 1);
	assert_int_equal(opened.tables[1].n_cells, 0);
	assert_int_equal(opened.tables[2].n_cells, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void test_opening_leaves_out_submissions_without_their_final_part(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_ingest *ingest = NULL;
	struct draft draft;

	submit(world, "m0", cell, 0, K - 1);
	draft_begin(&draft, world, "m1", PERIOD);
	add_residents(&draft, cell, 10, 10, 1);
	draft_cut(&draft, 5);
	assert_int_equal(oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL), OEO_OK);
	for (size_t i = 0; i + 1 < draft.n_parts; i++)
		assert_int_equal(world_send(world, ingest, "m1", &draft.parts[i]), 0);
	oeo_ingest_free(ingest);
	draft_free(&draft);
	expect_residents(world, "theme", wo, 1, 0);
}

/* ---- Bad shares */

static void random_share(uint8_t x[OEO_X_BYTES], uint8_t y[OEO_SCALAR_BYTES])
{
	randombytes_buf(x, OEO_X_BYTES);
	crypto_core_ristretto255_scalar_random(y);
}

static void test_opening_attributes_bad_shares_to_their_member(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct draft draft;

	submit(world, "m0", cell, 0, K);
	draft_begin(&draft, world, "m3", PERIOD);
	for (int i = 0; i < 3; i++) {
		random_share(x, y);
		draft_add_share(&draft, cell, x, y);
	}
	draft_add(&draft, cell, resident(20));
	draft_submit(&draft);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	found = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(found);
	assert_int_equal(found->residents, K + 1);
	assert_int_equal(found->contributions[1].residents, 1);
	assert_int_equal(found->contributions[1].questions, 1);
	assert_int_equal(report.n_bad_shares, 3);
	assert_int_equal(report_of(&report, "m3")->bad_shares, 3);
	assert_int_equal(report_of(&report, "m0")->bad_shares, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* The bad member comes first, so that its shares are among the first k. */
static void test_opening_finds_the_secret_without_the_member_that_spoils_it(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct draft draft;

	draft_begin(&draft, world, "m0", PERIOD);
	for (int i = 0; i < 2 * K; i++) {
		random_share(x, y);
		draft_add_share(&draft, cell, x, y);
	}
	draft_submit(&draft);
	submit(world, "m1", cell, 0, 3);
	submit(world, "m2", cell, 3, 2);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	found = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(found);
	assert_int_equal(found->residents, K);
	assert_int_equal(found->n_contributions, 2);
	assert_int_equal(report_of(&report, "m0")->bad_shares, 2 * K);
	assert_int_equal(report.n_blocked_tags, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void test_opening_leaves_out_three_members_at_most(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	const char *const spoilers[] = {"m0", "m1", "m2"};

	for (size_t i = 0; i < 3; i++) {
		struct draft draft;

		draft_begin(&draft, world, spoilers[i], PERIOD);
		random_share(x, y);
		draft_add_share(&draft, cell, x, y);
		draft_submit(&draft);
	}
	submit(world, "m3", cell, 0, K);
	expect_residents(world, "theme", wo, 1, K);
}

/* k - 1 residents and one invented share are no cell, and block. */
static void test_opening_blocks_a_tag_that_k_shares_back_but_do_not_open(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct draft draft;

	submit(world, "m0", cell, 0, K - 1);
	draft_begin(&draft, world, "m1", PERIOD);
	random_share(x, y);
	draft_add_share(&draft, cell, x, y);
	draft_submit(&draft);
	submit(world, "m2", world_cell(world, PERIOD, "theme", ge, 1), 0, K);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_null(world_opened_cell(world, &opened, "theme", wo, 1));
	assert_non_null(world_opened_cell(world, &opened, "theme", ge, 1));
	assert_int_equal(opened.tables[1].n_blocked, 1);
	assert_int_equal(opened.tables[0].n_blocked, 0);
	assert_int_equal(report.n_blocked_tags, 1);
	assert_int_equal(report_of(&report, "m0")->blocked_tags, 1);
	assert_int_equal(report_of(&report, "m1")->blocked_tags, 1);
	assert_int_equal(report_of(&report, "m2")->blocked_tags, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* Who knows a_0 can make k shares that interpolate to it and lie elsewhere: fewer than k verify, so it stays shut. */
static void test_opening_counts_verified_shares_towards_k(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct draft draft;
	uint8_t other[K * OEO_SCALAR_BYTES];

	memcpy(other, cell->coefficients, OEO_SCALAR_BYTES);
	for (size_t i = 1; i < K; i++)
		crypto_core_ristretto255_scalar_random(other + i * OEO_SCALAR_BYTES);
	draft_begin(&draft, world, "m0", PERIOD);
	for (size_t i = 0; i < K; i++) {
		uint8_t x[OEO_X_BYTES];
		uint8_t y[OEO_SCALAR_BYTES];

		randombytes_buf(x, sizeof(x));
		assert_int_equal(oeo_tally_share_y(y, other, K, x), OEO_OK);
		draft_add_share(&draft, cell, x, y);
	}
	draft_submit(&draft);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_null(world_opened_cell(world, &opened, "theme", wo, 1));
	assert_int_equal(report.n_bad_shares, K);
	assert_int_equal(opened.tables[1].n_blocked, 1);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* ---- Labels */

static void submit_with_label(struct world *world, const char *member, const struct world_cell *cell,
    const struct oeo_buf *label, size_t first, size_t n)
{
	struct draft draft;

	draft_begin(&draft, world, member, PERIOD);
	add_residents(&draft, cell, first, n, 1);
	draft.buckets[0].label = label->data;
	draft.buckets[0].label_len = label->len;
	draft_submit(&draft);
}

static void test_opening_passes_over_a_forged_label(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct oeo_buf forged = {NULL, 0, 0};

	assert_int_equal(oeo_buf_append(&forged, cell->label.data, cell->label.len), OEO_OK);
	forged.data[3] ^= 1;
	submit_with_label(world, "m0", cell, &forged, 0, K);
	submit(world, "m1", cell, 0, 1);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_non_null(world_opened_cell(world, &opened, "theme", wo, 1));
	assert_int_equal(report_of(&report, "m0")->bad_labels, 1);
	assert_int_equal(report_of(&report, "m1")->bad_labels, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
	oeo_buf_fini(&forged);
}

/* A label of another table, sealed under the right secret: the name is not the row's. */
static void test_opening_refuses_a_name_that_is_not_the_rows(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct world_cell moved = *cell;
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct draft draft;

	/* theme and total have labels of one length here, so that ingest cannot tell. */
	moved.table = (uint32_t)oeo_plan_find_table(world->plan, "total");
	assert_int_equal(oeo_table_label_bytes(world->plan, &world->plan->tables[moved.table]),
	    oeo_table_label_bytes(world->plan, &world->plan->tables[cell->table]));
	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, &moved, 0, K, 1);
	draft_submit(&draft);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_null(world_opened_cell(world, &opened, "total", NULL, 0));
	assert_null(world_opened_cell(world, &opened, "theme", wo, 1));
	assert_int_equal(opened.tables[0].n_blocked, 1);
	assert_int_equal(report_of(&report, "m0")->bad_labels, 1);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void test_opening_takes_the_tag_that_most_members_back(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	const struct world_cell *forged = world_forged_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;

	submit(world, "m0", cell, 0, 3);
	submit(world, "m1", cell, 3, 3);
	submit(world, "m2", forged, 100, 50);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	found = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(found);
	assert_int_equal(found->state, OEO_CELL_OPEN);
	assert_int_equal(found->residents, 6);
	assert_int_equal(report_of(&report, "m2")->rival_tags, 1);
	assert_int_equal(report.n_withheld, 0);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

static void test_opening_withholds_a_cell_with_two_tags_that_as_many_members_back(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	const struct world_cell *forged = world_forged_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;

	submit(world, "m0", cell, 0, K);
	submit(world, "m1", forged, 100, K);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	found = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(found);
	assert_int_equal(found->state, OEO_CELL_WITHHELD);
	assert_int_equal(found->residents, 0);
	assert_int_equal(found->n_contributions, 0);
	assert_int_equal(report.n_withheld, 1);
	assert_int_equal(report_of(&report, "m0")->rival_tags, 1);
	assert_int_equal(report_of(&report, "m1")->rival_tags, 1);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* A member's own repeats of one share count once. */
static void test_opening_counts_a_repeated_share_of_one_member_once(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct oeo_opening_report report;
	struct oeo_opened opened;
	const struct oeo_opened_cell *found;
	struct draft draft;

	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, cell, 0, K, 1);
	add_residents(&draft, cell, 0, K, 1);
	draft_submit(&draft);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	found = world_opened_cell(world, &opened, "theme", wo, 1);
	assert_non_null(found);
	assert_int_equal(found->residents, K);
	assert_int_equal(found->questions, K);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* ---- Large and purged */

/* Many partitions, many slices and two threads give what one of each gives. */
static void test_opening_gives_the_same_in_small_pieces(void **state)
{
	struct world *world = *state;
	const struct oeo_opening_options small = {2, 64, NULL, NULL};
	const struct oeo_opening_options whole = {1, 0, NULL, NULL};
	const char *const themes[] = {"WO", "GE", "ZO", "onbekend"};
	struct oeo_opening_report reports[2];
	struct oeo_opened opened[2];
	struct oeo_buf packed[2] = {{NULL, 0, 0}, {NULL, 0, 0}};

	for (size_t m = 0; m < 3; m++) {
		struct draft draft;
		char member[8];

		(void)snprintf(member, sizeof(member), "m%zu", m);
		draft_begin(&draft, world, member, PERIOD);
		add_residents(&draft, world_cell(world, PERIOD, "total", NULL, 0), 20 * m, 60, 2);
		for (size_t t = 0; t < 4; t++)
			add_residents(&draft, world_cell(world, PERIOD, "theme", &themes[t], 1), 20 * m + t,
			    3 * t + 2, 3);
		if (m == 0) {
			uint8_t x[OEO_X_BYTES];
			uint8_t y[OEO_SCALAR_BYTES];

			random_share(x, y);
			draft_add_share(&draft, world_cell(world, PERIOD, "pair", wo_tel, 2), x, y);
		}
		add_residents(&draft, world_cell(world, PERIOD, "pair", wo_tel, 2), 3 * m, 4, 1);
		draft_submit(&draft);
	}
	world_run_opening(world, PERIOD, &small, &opened[0], &reports[0]);
	world_run_opening(world, PERIOD, &whole, &opened[1], &reports[1]);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(oeo_opened_pack(&packed[i], &opened[i], world->plan), OEO_OK);
	assert_int_equal(packed[0].len, packed[1].len);
	assert_memory_equal(packed[0].data, packed[1].data, packed[0].len);
	assert_int_equal(world_opened_cell(world, &opened[0], "total", NULL, 0)->residents, 100);
	assert_int_equal(world_opened_cell(world, &opened[0], "total", NULL, 0)->questions, 360);
	assert_int_equal(reports[0].n_bad_shares, 1);
	assert_int_equal(reports[1].n_bad_shares, 1);
	for (size_t i = 0; i < 2; i++) {
		oeo_buf_fini(&packed[i]);
		oeo_opened_fini(&opened[i]);
		oeo_opening_report_fini(&reports[i]);
	}
}

static void test_opening_refuses_a_purged_period(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct oeo_note why = {""};
	struct oeo_period period;

	submit(world, "m0", world_cell(world, PERIOD, "theme", wo, 1), 0, K);
	assert_int_equal(oeo_store_purge_period(world->store, PERIOD), OEO_OK);
	assert_int_equal(oeo_period_parse(&period, PERIOD), OEO_OK);
	assert_int_equal(
	    oeo_opening_run(&opened, &report, world->store, &world->home, world->plan, &period, NULL, &why),
	    OEO_ERR_STATE);
	assert_true(strlen(why.text) > 0);
}

static void test_opened_cells_survive_packing(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct oeo_opened again;
	struct oeo_buf first = {NULL, 0, 0};
	struct oeo_buf second = {NULL, 0, 0};

	submit(world, "m0", world_cell(world, PERIOD, "theme", wo, 1), 0, K);
	submit(world, "m1", world_cell(world, PERIOD, "theme", ge, 1), 0, K + 2);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_int_equal(oeo_opened_pack(&first, &opened, world->plan), OEO_OK);
	assert_int_equal(oeo_opened_unpack(&again, world->plan, first.data, first.len), OEO_OK);
	assert_int_equal(oeo_opened_pack(&second, &again, world->plan), OEO_OK);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	oeo_opened_fini(&again);
	/* Cut at any place, or changed in its plan, it is refused. */
	for (size_t len = 0; len < first.len; len++)
		assert_int_equal(oeo_opened_unpack(&again, world->plan, first.data, len), OEO_ERR_FORMAT);
	first.data[20] ^= 1;
	assert_int_equal(oeo_opened_unpack(&again, world->plan, first.data, first.len), OEO_ERR_FORMAT);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
	oeo_buf_fini(&first);
	oeo_buf_fini(&second);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_opening_k_minus_1_residents_never_open_a_cell),
	    WITH_WORLD(test_opening_k_residents_open_a_cell),
	    WITH_WORLD(test_opening_k_plus_1_residents_open_a_cell),
	    WITH_WORLD(test_opening_joins_residents_of_several_members),
	    WITH_WORLD(test_opening_counts_each_member_and_all_questions),
	    WITH_WORLD(test_opening_lists_all_tables_of_the_cadence),
	    WITH_WORLD(test_opening_leaves_out_submissions_without_their_final_part),
	    WITH_WORLD(test_opening_attributes_bad_shares_to_their_member),
	    WITH_WORLD(test_opening_finds_the_secret_without_the_member_that_spoils_it),
	    WITH_WORLD(test_opening_leaves_out_three_members_at_most),
	    WITH_WORLD(test_opening_blocks_a_tag_that_k_shares_back_but_do_not_open),
	    WITH_WORLD(test_opening_counts_verified_shares_towards_k),
	    WITH_WORLD(test_opening_passes_over_a_forged_label),
	    WITH_WORLD(test_opening_refuses_a_name_that_is_not_the_rows),
	    WITH_WORLD(test_opening_takes_the_tag_that_most_members_back),
	    WITH_WORLD(test_opening_withholds_a_cell_with_two_tags_that_as_many_members_back),
	    WITH_WORLD(test_opening_counts_a_repeated_share_of_one_member_once),
	    WITH_WORLD(test_opening_gives_the_same_in_small_pieces),
	    WITH_WORLD(test_opening_refuses_a_purged_period),
	    WITH_WORLD(test_opened_cells_survive_packing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
