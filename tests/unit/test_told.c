/* SPDX-License-Identifier: EUPL-1.2 */
/* What the collector tells in a heartbeat, worked into the agent's records: released, with or without it, destroyed. */
#include "told_world.h"

/* ---- Released */

static void save_keys(struct world *world, const char *text, uint8_t digest_byte)
{
	struct oeo_key_set set;
	struct oeo_period period = a_period(text);

	memset(&set, 0, sizeof(set));
	set.n = 2;
	memset(set.digest, digest_byte, OEO_DIGEST_BYTES);
	assert_int_equal(oeo_key_set_save(world->fixture.ledger, &set, "test", &period), OEO_OK);
}

static void test_a_release_deletes_the_caches_of_its_period_only(void **state)
{
	struct world *world = *state;
	struct oeo_period *deleted = NULL;
	size_t n = 0;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	save_keys(world, "2025-01", 7);
	tell(world, "2025-01")->is_released = true;
	world->states[0].is_final = true;
	memset(world->states[0].release_key_digest, 7, OEO_DIGEST_BYTES);
	tell(world, "2025-02")->is_final = true;
	apply(world);
	assert_true(world->has_deleted);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_RELEASED);
	assert_false(record_of(world, "2025-01").has_other_keys);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_SUBMITTED);
	assert_int_equal(count_kept(world), 5);
	assert_int_equal(oeo_told_list_deleted(&deleted, &n, world->fixture.ledger), OEO_OK);
	assert_int_equal(n, 1);
	assert_int_equal(deleted[0].number, 1);
	free(deleted);
	/* Told again, nothing is new. */
	apply(world);
	assert_false(world->has_deleted);
	assert_int_equal(world->news.len, 0);
}

static void test_a_release_with_other_keys_is_an_alarm_that_stays(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	save_keys(world, "2025-01", 7);
	tell(world, "2025-01")->is_released = true;
	memset(world->states[0].release_key_digest, 8, OEO_DIGEST_BYTES);
	apply(world);
	assert_true(record_of(world, "2025-01").has_other_keys);
	assert_non_null(strstr((const char *)world->news.data, "ALARM"));
	apply(world);
	assert_true(record_of(world, "2025-01").has_other_keys);
}

static void test_a_released_period_that_is_open_again_waits_for_the_coordinator(void **state)
{
	struct world *world = *state;
	struct oeo_period february = a_period("2025-02");
	bool is_closed = true;

	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	tell(world, "2025-02")->is_released = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_RELEASED);
	world->states[0].is_released = false;
	apply(world);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_SUBMITTED);
	assert_true(record_of(world, "2025-02").is_gone);
	assert_non_null(strstr((const char *)world->news.data, "--period 2025-02 --again"));
	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &february, &is_closed), OEO_OK);
	assert_false(is_closed);
	/* Nothing came of it: the period is over as before. */
	world->states[0].is_released = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_RELEASED);
	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &february, &is_closed), OEO_OK);
	assert_true(is_closed);
}

/* Whoever gets other keys than the rest is refused by the collector, so that it misses the release. */
static void test_a_member_that_was_kept_out_compares_the_keys_too(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	keep(world, "2025-02", OEO_STAGE_READY, true);
	save_keys(world, "2025-01", 7);
	save_keys(world, "2025-02", 7);
	for (size_t i = 0; i < 2; i++) {
		tell(world, i == 0 ? "2025-01" : "2025-02")->is_released = true;
		world->states[i].is_without_member = true;
		memset(world->states[i].release_key_digest, i == 0 ? 8 : 7, OEO_DIGEST_BYTES);
	}
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_MISSED);
	assert_true(record_of(world, "2025-01").has_other_keys);
	assert_false(record_of(world, "2025-02").has_other_keys);
	assert_non_null(strstr((const char *)world->news.data, "ALARM"));
}

static void test_a_release_that_this_agent_knows_nothing_of_closes_the_base_period(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_released = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_RELEASED);
	assert_true(is_closed(world, "2025-01"));
}

/* ---- Released without this member */

static void test_questions_of_a_missed_month_move_on_and_are_late(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-01")->is_released = true;
	world->states[0].is_without_member = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_MISSED);
	assert_true(is_closed(world, "2025-01"));
	assert_string_equal(base_of_question(world), "2025-02");
}

static void test_questions_move_past_all_months_that_were_missed(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-02")->is_released = true; /* told in another order than they ended */
	world->states[0].is_without_member = true;
	tell(world, "2025-01")->is_released = true;
	world->states[1].is_without_member = true;
	apply(world);
	assert_string_equal(base_of_question(world), "2025-03");
}

static void test_questions_of_a_missed_month_stay_where_the_quarter_has_left_with_them(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-03-10", "jansen", "7601AA", "W1", NULL);
	keep(world, "2025-03", OEO_STAGE_READY, false);
	keep(world, "2025-Q1", OEO_STAGE_SUBMITTED, true);
	tell(world, "2025-03")->is_released = true;
	world->states[0].is_without_member = true;
	tell(world, "2025-Q1")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-03").stage, OEO_STAGE_MISSED);
	assert_string_equal(base_of_question(world), "2025-03");
	assert_true(is_closed(world, "2025-03"));
}

static void test_a_quarter_that_has_not_left_is_made_anew_without_the_moved_questions(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-03-10", "jansen", "7601AA", "W1", NULL);
	keep(world, "2025-03", OEO_STAGE_READY, false);
	keep(world, "2025-Q1", OEO_STAGE_FROZEN, false);
	tell(world, "2025-03")->is_released = true;
	world->states[0].is_without_member = true;
	apply(world);
	assert_string_equal(base_of_question(world), "2025-04");
	assert_int_equal(record_of(world, "2025-Q1").stage, OEO_STAGE_NONE);
	assert_int_equal(count_kept(world), 0);
}

static void test_a_missed_quarter_moves_nothing(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-03-10", "jansen", "7601AA", "W1", NULL);
	keep(world, "2025-Q1", OEO_STAGE_READY, true);
	tell(world, "2025-Q1")->is_released = true;
	world->states[0].is_without_member = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-Q1").stage, OEO_STAGE_MISSED);
	assert_string_equal(base_of_question(world), "2025-03");
	assert_int_equal(count_kept(world), 0);
}

/* ---- Destroyed */

static void sign_destroyed(struct world *world, struct oeo_period_state *state)
{
	struct oeo_buf text = {0};

	state->n_destroyed = 1;
	strcpy(state->destroyed[0].keyholder, "kone");
	assert_int_equal(oeo_destroyed_signature_input(&text, "test", state->period), OEO_OK);
	assert_int_equal(crypto_sign_detached(state->destroyed[0].signature, NULL, text.data, text.len,
			     world->keyholder.identity_sk.bytes),
	    0);
	oeo_buf_fini(&text);
}

static void test_keys_destroyed_before_a_release_end_the_period_and_keep_its_questions(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	keep(world, "2025-01", OEO_STAGE_FROZEN, false);
	sign_destroyed(world, tell(world, "2025-01"));
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_LOST);
	assert_int_equal(record_of(world, "2025-01").n_destroyed, 1);
	assert_true(is_closed(world, "2025-01"));
	assert_string_equal(base_of_question(world), "2025-01");
	assert_int_equal(count_kept(world), 0);
}

static void test_a_statement_with_a_wrong_signature_ends_nothing(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	sign_destroyed(world, tell(world, "2025-01"));
	world->states[0].destroyed[0].signature[3] ^= 1;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_READY);
	assert_int_equal(record_of(world, "2025-01").n_destroyed, 0);
	assert_int_equal(count_kept(world), 5);
}

/* ---- Throwing a snapshot away */

static void test_a_snapshot_is_thrown_away_only_until_it_has_left(void **state)
{
	struct world *world = *state;
	struct oeo_period month = a_period("2025-01");
	struct oeo_note why = {""};

	keep(world, "2025-01", OEO_STAGE_READY, true);
	assert_int_equal(
	    oeo_period_discard(world->fixture.ledger, world->fixture.plan, &month, &why), OEO_ERR_STATE);
	assert_int_equal(count_kept(world), 5);
	keep(world, "2025-01", OEO_STAGE_READY, false);
	assert_int_equal(
	    oeo_period_discard(world->fixture.ledger, world->fixture.plan, &month, &why), OEO_OK);
	assert_int_equal(count_kept(world), 0);
	assert_false(is_closed(world, "2025-01"));
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_NONE);
}

static void test_a_base_period_stays_closed_while_a_longer_snapshot_holds_it(void **state)
{
	struct world *world = *state;
	struct oeo_period month = a_period("2025-03");

	keep(world, "2025-03", OEO_STAGE_READY, false);
	keep(world, "2025-Q1", OEO_STAGE_FROZEN, false);
	assert_int_equal(
	    oeo_period_discard(world->fixture.ledger, world->fixture.plan, &month, NULL), OEO_OK);
	assert_true(is_closed(world, "2025-03"));
}

static void test_a_record_is_read_as_it_was_written(void **state)
{
	struct world *world = *state;
	struct oeo_period_record record = {.period = a_period("2025-Q3"),
	    .stage = OEO_STAGE_READY,
	    .is_sent = true,
	    .is_gone = true,
	    .reason = OEO_REASON_QUOTA,
	    .n_parts = 9,
	    .n_pairs = 1234567,
	    .n_cells = 89,
	    .frozen_s = 1700000000,
	    .final_s = 1700000001,
	    .n_destroyed = 2};
	struct oeo_period_record read;

	strcpy(record.refused_by, "kone");
	memset(record.plan_digest, 5, OEO_DIGEST_BYTES);
	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	read = record_of(world, "2025-Q3");
	assert_int_equal(read.stage, record.stage);
	assert_true(read.is_sent && read.is_gone && !read.is_told && !read.has_other_keys);
	assert_int_equal(read.reason, record.reason);
	assert_string_equal(read.refused_by, "kone");
	assert_int_equal(read.n_parts, 9);
	assert_int_equal(read.n_pairs, 1234567);
	assert_int_equal(read.n_cells, 89);
	assert_int_equal(read.frozen_s, record.frozen_s);
	assert_int_equal(read.final_s, record.final_s);
	assert_int_equal(read.n_destroyed, 2);
	assert_memory_equal(read.plan_digest, record.plan_digest, OEO_DIGEST_BYTES);
	assert_int_equal(oeo_ledger_put(world->fixture.ledger, "period", "2025-Q3", "x", 1), OEO_OK);
	assert_int_equal(
	    oeo_period_record_load(&read, world->fixture.ledger, &record.period), OEO_ERR_FORMAT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_a_release_deletes_the_caches_of_its_period_only),
	    WITH_WORLD(test_a_release_with_other_keys_is_an_alarm_that_stays),
	    WITH_WORLD(test_a_released_period_that_is_open_again_waits_for_the_coordinator),
	    WITH_WORLD(test_a_member_that_was_kept_out_compares_the_keys_too),
	    WITH_WORLD(test_a_release_that_this_agent_knows_nothing_of_closes_the_base_period),
	    WITH_WORLD(test_questions_of_a_missed_month_move_on_and_are_late),
	    WITH_WORLD(test_questions_move_past_all_months_that_were_missed),
	    WITH_WORLD(test_questions_of_a_missed_month_stay_where_the_quarter_has_left_with_them),
	    WITH_WORLD(test_a_quarter_that_has_not_left_is_made_anew_without_the_moved_questions),
	    WITH_WORLD(test_a_missed_quarter_moves_nothing),
	    WITH_WORLD(test_keys_destroyed_before_a_release_end_the_period_and_keep_its_questions),
	    WITH_WORLD(test_a_statement_with_a_wrong_signature_ends_nothing),
	    WITH_WORLD(test_a_snapshot_is_thrown_away_only_until_it_has_left),
	    WITH_WORLD(test_a_base_period_stays_closed_while_a_longer_snapshot_holds_it),
	    WITH_WORLD(test_a_record_is_read_as_it_was_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
