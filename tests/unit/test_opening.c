/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening cells: what k residents open and k - 1 never do. */
#include "opening_run.h"

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
	    WITH_WORLD(test_opening_gives_the_same_in_small_pieces),
	    WITH_WORLD(test_opening_refuses_a_purged_period),
	    WITH_WORLD(test_opened_cells_survive_packing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
