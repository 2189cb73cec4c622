/* SPDX-License-Identifier: EUPL-1.2 */
/* Opening cells: what dishonest members can and cannot spoil. */
#include "opening_run.h"

/* All that came of an opening. */
struct outcome {
	struct oeo_opened opened;
	struct oeo_opening_report report;
};

static void open_all(struct outcome *outcome, struct world *world)
{
	world_run_opening(world, PERIOD, NULL, &outcome->opened, &outcome->report);
}

static void outcome_fini(struct outcome *outcome)
{
	oeo_opened_fini(&outcome->opened);
	oeo_opening_report_fini(&outcome->report);
}

static const struct oeo_opened_cell *find_housing(const struct outcome *outcome, struct world *world)
{
	const struct oeo_opened_cell *found = world_opened_cell(world, &outcome->opened, "theme", wo, 1);

	assert_non_null(found);
	return found;
}

/* ---- Bad shares */

static void test_opening_attributes_bad_shares_to_their_member(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
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
	open_all(&all, world);
	found = find_housing(&all, world);
	assert_int_equal(found->residents, K + 1);
	assert_int_equal(found->contributions[1].residents, 1);
	assert_int_equal(found->contributions[1].questions, 1);
	assert_int_equal(all.report.n_bad_shares, 3);
	assert_int_equal(report_of(&all.report, "m3")->bad_shares, 3);
	assert_int_equal(report_of(&all.report, "m0")->bad_shares, 0);
	outcome_fini(&all);
}

/* The bad member comes first, so that its shares are among the first k. */
static void test_opening_finds_the_secret_without_the_member_that_spoils_it(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
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
	open_all(&all, world);
	found = find_housing(&all, world);
	assert_int_equal(found->residents, K);
	assert_int_equal(found->n_contributions, 2);
	assert_int_equal(report_of(&all.report, "m0")->bad_shares, 2 * K);
	assert_int_equal(all.report.n_blocked_tags, 0);
	outcome_fini(&all);
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
	struct outcome all;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	struct draft draft;

	submit(world, "m0", cell, 0, K - 1);
	draft_begin(&draft, world, "m1", PERIOD);
	random_share(x, y);
	draft_add_share(&draft, cell, x, y);
	draft_submit(&draft);
	submit(world, "m2", world_cell(world, PERIOD, "theme", ge, 1), 0, K);
	open_all(&all, world);
	assert_null(world_opened_cell(world, &all.opened, "theme", wo, 1));
	assert_non_null(world_opened_cell(world, &all.opened, "theme", ge, 1));
	assert_int_equal(all.opened.tables[1].n_blocked, 1);
	assert_int_equal(all.opened.tables[0].n_blocked, 0);
	assert_int_equal(all.report.n_blocked_tags, 1);
	assert_int_equal(report_of(&all.report, "m0")->blocked_tags, 1);
	assert_int_equal(report_of(&all.report, "m1")->blocked_tags, 1);
	assert_int_equal(report_of(&all.report, "m2")->blocked_tags, 0);
	outcome_fini(&all);
}

/* Who knows a_0 can make k shares that interpolate to it and lie elsewhere: fewer than k verify, so it stays shut. */
static void test_opening_counts_verified_shares_towards_k(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
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
	open_all(&all, world);
	assert_null(world_opened_cell(world, &all.opened, "theme", wo, 1));
	assert_int_equal(all.report.n_bad_shares, K);
	assert_int_equal(all.opened.tables[1].n_blocked, 1);
	outcome_fini(&all);
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
	struct outcome all;
	struct oeo_buf forged = {NULL, 0, 0};

	assert_int_equal(oeo_buf_append(&forged, cell->label.data, cell->label.len), OEO_OK);
	forged.data[3] ^= 1;
	submit_with_label(world, "m0", cell, &forged, 0, K);
	submit(world, "m1", cell, 0, 1);
	open_all(&all, world);
	assert_non_null(world_opened_cell(world, &all.opened, "theme", wo, 1));
	assert_int_equal(report_of(&all.report, "m0")->bad_labels, 1);
	assert_int_equal(report_of(&all.report, "m1")->bad_labels, 0);
	outcome_fini(&all);
	oeo_buf_fini(&forged);
}

/* A label of another table, sealed under the right secret: the name is not the row's. */
static void test_opening_refuses_a_name_that_is_not_the_rows(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct world_cell moved = *cell;
	struct outcome all;
	struct draft draft;

	/* theme and total have labels of one length here, so that ingest cannot tell. */
	moved.table = (uint32_t)oeo_plan_find_table(world->plan, "total");
	assert_int_equal(oeo_table_label_bytes(world->plan, &world->plan->tables[moved.table]),
	    oeo_table_label_bytes(world->plan, &world->plan->tables[cell->table]));
	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, &moved, 0, K, 1);
	draft_submit(&draft);
	open_all(&all, world);
	assert_null(world_opened_cell(world, &all.opened, "total", NULL, 0));
	assert_null(world_opened_cell(world, &all.opened, "theme", wo, 1));
	assert_int_equal(all.opened.tables[0].n_blocked, 1);
	assert_int_equal(report_of(&all.report, "m0")->bad_labels, 1);
	outcome_fini(&all);
}

static void test_opening_takes_the_tag_that_most_members_back(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	const struct world_cell *forged = world_forged_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
	const struct oeo_opened_cell *found;

	submit(world, "m0", cell, 0, 3);
	submit(world, "m1", cell, 3, 3);
	submit(world, "m2", forged, 100, 50);
	open_all(&all, world);
	found = find_housing(&all, world);
	assert_int_equal(found->state, OEO_CELL_OPEN);
	assert_int_equal(found->residents, 6);
	assert_int_equal(report_of(&all.report, "m2")->rival_tags, 1);
	assert_int_equal(all.report.n_withheld, 0);
	outcome_fini(&all);
}

static void test_opening_withholds_a_cell_with_two_tags_that_as_many_members_back(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	const struct world_cell *forged = world_forged_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
	const struct oeo_opened_cell *found;

	submit(world, "m0", cell, 0, K);
	submit(world, "m1", forged, 100, K);
	open_all(&all, world);
	found = find_housing(&all, world);
	assert_int_equal(found->state, OEO_CELL_WITHHELD);
	assert_int_equal(found->residents, 0);
	assert_int_equal(found->n_contributions, 0);
	assert_int_equal(all.report.n_withheld, 1);
	assert_int_equal(report_of(&all.report, "m0")->rival_tags, 1);
	assert_int_equal(report_of(&all.report, "m1")->rival_tags, 1);
	outcome_fini(&all);
}

/* A member's own repeats of one share count once. */
static void test_opening_counts_a_repeated_share_of_one_member_once(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	struct outcome all;
	const struct oeo_opened_cell *found;
	struct draft draft;

	draft_begin(&draft, world, "m0", PERIOD);
	add_residents(&draft, cell, 0, K, 1);
	add_residents(&draft, cell, 0, K, 1);
	draft_submit(&draft);
	open_all(&all, world);
	found = find_housing(&all, world);
	assert_int_equal(found->residents, K);
	assert_int_equal(found->questions, K);
	outcome_fini(&all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
