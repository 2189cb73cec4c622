/* SPDX-License-Identifier: EUPL-1.2 */
/* What the collector tells in a heartbeat, worked into the agent's records. */
#include "uplink_fixture.h"

#include "agent/agent.h"
#include "agent/periods.h"
#include "agent/plans.h"
#include "agent/submission.h"
#include "agent/told.h"

struct world {
	struct fixture fixture; /* its ledger and plan are the agent's too */
	struct oeo_agent agent;
	struct oeo_signed_plan items[1];
	struct oeo_card cards[2];
	struct oeo_self keyholder;
	char keyholder_path[64];
	struct oeo_period_state states[4];
	struct oeo_told told;
	struct oeo_buf news;
	bool has_deleted;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	make_self(
	    &world->keyholder, world->keyholder_path, OEO_ROLE_KEYHOLDER, "kone", "tcp://127.0.0.1:7999");
	world->cards[0] = world->keyholder.card;
	world->items[0].plan = world->fixture.plan;
	world->agent.ledger = world->fixture.ledger;
	world->agent.plans = (struct oeo_plans){world->items, 1};
	world->agent.cards = world->cards;
	world->agent.n_cards = 1;
	world->agent.clock.fixed_s = 1800000000;
	strcpy(world->agent.self.card.id, "bga");
	world->told.periods = world->states;
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_buf_fini(&world->news);
	drop_self(&world->keyholder, world->keyholder_path);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

static struct oeo_period_state *tell(struct world *world, const char *period)
{
	struct oeo_period_state *added = &world->states[world->told.n++];

	memset(added, 0, sizeof(*added));
	strcpy(added->period, period);
	return added;
}

static void apply(struct world *world)
{
	struct oeo_note why = {""};

	world->news.len = 0;
	world->has_deleted = false;
	assert_int_equal(
	    oeo_told_apply(&world->told, &world->agent, &world->news, &world->has_deleted, &why), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&world->news), OEO_OK);
}

static struct oeo_period_record record_of(struct world *world, const char *text)
{
	struct oeo_period_record record;
	struct oeo_period period = a_period(text);

	assert_int_equal(oeo_period_record_load(&record, world->fixture.ledger, &period), OEO_OK);
	return record;
}

/* A period of which messages, a snapshot and sealed names are kept. */
static void keep(struct world *world, const char *text, enum oeo_stage stage, bool is_sent)
{
	struct oeo_period_record record = {
	    .period = a_period(text), .stage = stage, .is_sent = is_sent, .n_parts = 2};
	char key[OEO_ITEM_KEY_BYTES];

	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION, text, "s", 1), OEO_OK);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(key, sizeof(key), "%s/%08u", text, i);
		assert_int_equal(
		    oeo_ledger_put(world->fixture.ledger, OEO_PART_COLLECTION, key, "p", 1), OEO_OK);
		(void)snprintf(key, sizeof(key), "%s/0/%08u", text, i);
		assert_int_equal(
		    oeo_ledger_put(world->fixture.ledger, OEO_SEALED_COLLECTION, key, "n", 1), OEO_OK);
	}
	if (record.period.cadence == OEO_MONTH)
		assert_int_equal(oeo_ledger_close_base(world->fixture.ledger, &record.period), OEO_OK);
}

static size_t count_kept(struct world *world)
{
	return count_items(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION) +
	       count_items(world->fixture.ledger, OEO_PART_COLLECTION) +
	       count_items(world->fixture.ledger, OEO_SEALED_COLLECTION);
}

static bool is_closed(struct world *world, const char *text)
{
	struct oeo_period base = a_period(text);
	bool closed = false;

	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &base, &closed), OEO_OK);
	return closed;
}

static enum oeo_err find_base(void *context, const struct oeo_question *question)
{
	oeo_period_format(context, &question->base);
	return OEO_OK;
}

/* The base period of the only question in the ledger. */
static const char *base_of_question(struct world *world)
{
	static char text[OEO_PERIOD_BYTES];

	text[0] = '\0';
	assert_int_equal(oeo_ledger_each_question(world->fixture.ledger, find_base, text), OEO_OK);
	return text;
}

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

/* ---- An older ledger was put back */

static void test_final_told_of_an_unknown_period_counts_as_submitted(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_true(record_of(world, "2025-01").is_told);
	assert_true(is_closed(world, "2025-01"));
	assert_string_equal(base_of_question(world), "2025-01");
}

static enum oeo_put_result import(struct world *world, const char *record, const char *day)
{
	struct oeo_question made = {.n_fields = 0};
	enum oeo_put_result result = OEO_PUT_KNOWN;

	oeo_ledger_record_hash(world->fixture.ledger, made.record, "test", record);
	assert_int_equal(oeo_day_parse(&made.day, day), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put_question(world->fixture.ledger, world->fixture.plan, &made, &result), OEO_OK);
	oeo_question_fini(&made);
	return result;
}

static bool is_import_wanted(struct world *world)
{
	bool is_wanted = false;

	assert_int_equal(oeo_ledger_is_import_wanted(world->fixture.ledger, &is_wanted), OEO_OK);
	return is_wanted;
}

static void test_questions_of_a_period_that_another_ledger_sent_are_not_late_in_the_next(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_true(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
	assert_string_equal(base_of_question(world), "2025-01");
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_KNOWN);
	assert_int_equal(import(world, "1", "2025-01-11"), OEO_PUT_FROZEN);
	assert_int_equal(import(world, "2", "2025-02-10"), OEO_PUT_ADDED);
	/* When it is released the same holds. */
	world->states[0].is_released = true;
	apply(world);
	assert_int_equal(import(world, "3", "2025-01-12"), OEO_PUT_RESTORED);
}

static void test_a_question_that_came_late_into_what_another_ledger_sent_is_not_counted_again(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true); /* from this ledger */
	tell(world, "2025-01")->is_final = true;
	tell(world, "2025-02")->is_final = true;
	apply(world);
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
	assert_string_equal(base_of_question(world), "2025-02");
}

static void test_a_release_that_another_ledger_took_part_in_counts_its_questions(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_released = true;
	world->states[0].is_final = true;
	apply(world);
	assert_true(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
}

static void test_what_was_submitted_from_here_or_before_joining_makes_late_questions(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_released = true; /* before this member joined: it sent nothing */
	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	tell(world, "2025-02")->is_final = true;
	keep(world, "2025-03", OEO_STAGE_READY, true); /* its last acknowledgement did not come */
	tell(world, "2025-03")->is_final = true;
	apply(world);
	assert_false(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_ADDED);
	assert_string_equal(base_of_question(world), "2025-04");
}

/* What was left out of a release after the next period had gone was not in that one. */
static void test_missed_questions_move_past_a_period_that_another_ledger_sent(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-02")->is_final = true;
	apply(world);
	tell(world, "2025-01")->is_released = true;
	world->states[1].is_without_member = true;
	apply(world);
	assert_string_equal(base_of_question(world), "2025-03");
}

static void test_final_told_of_a_period_that_was_being_sent_keeps_its_messages(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_false(record_of(world, "2025-01").is_told);
	assert_int_equal(record_of(world, "2025-01").n_parts, 2);
}

static void test_final_told_of_a_period_that_never_left_here_drops_what_was_made_of_it(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, false);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_true(record_of(world, "2025-01").is_told);
	assert_int_equal(count_kept(world), 0);
}

static void test_messages_at_the_collector_that_are_not_from_here_strand_the_period(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_FROZEN, false);
	tell(world, "2025-01")->next_index = 1;
	tell(world, "2025-02")->next_index = 3;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_STRANDED);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_STRANDED);
	assert_true(is_closed(world, "2025-02"));
	assert_int_equal(count_kept(world), 0);
}

static void test_messages_at_the_collector_that_are_from_here_change_nothing(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	tell(world, "2025-01")->next_index = 1;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_READY);
	assert_int_equal(count_kept(world), 5);
}

static void test_a_submission_that_is_gone_there_is_told_and_kept_here(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	(void)tell(world, "2025-01"); /* not final; 2025-02 is not mentioned at all */
	apply(world);
	assert_true(record_of(world, "2025-01").is_gone);
	assert_true(record_of(world, "2025-02").is_gone);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_int_equal(count_kept(world), 10);
	world->states[0].is_final = true;
	tell(world, "2025-02")->is_final = true;
	apply(world);
	assert_false(record_of(world, "2025-01").is_gone);
	assert_false(record_of(world, "2025-02").is_gone);
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
	    cmocka_unit_test_setup_teardown(
		test_a_release_deletes_the_caches_of_its_period_only, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_released_period_that_is_open_again_waits_for_the_coordinator, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_release_with_other_keys_is_an_alarm_that_stays, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_released_period_that_is_open_again_waits_for_the_coordinator, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_member_that_was_kept_out_compares_the_keys_too, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_release_that_this_agent_knows_nothing_of_closes_the_base_period, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_questions_of_a_missed_month_move_on_and_are_late, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_questions_move_past_all_months_that_were_missed, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_questions_of_a_missed_month_stay_where_the_quarter_has_left_with_them, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_quarter_that_has_not_left_is_made_anew_without_the_moved_questions, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_missed_quarter_moves_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_questions_of_a_period_that_another_ledger_sent_are_not_late_in_the_next, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_question_that_came_late_into_what_another_ledger_sent_is_not_counted_again, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_release_that_another_ledger_took_part_in_counts_its_questions, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_what_was_submitted_from_here_or_before_joining_makes_late_questions, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_missed_questions_move_past_a_period_that_another_ledger_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_final_told_of_an_unknown_period_counts_as_submitted, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_final_told_of_a_period_that_was_being_sent_keeps_its_messages, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_final_told_of_a_period_that_never_left_here_drops_what_was_made_of_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_messages_at_the_collector_that_are_not_from_here_strand_the_period, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_messages_at_the_collector_that_are_from_here_change_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_submission_that_is_gone_there_is_told_and_kept_here, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_keys_destroyed_before_a_release_end_the_period_and_keep_its_questions, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_statement_with_a_wrong_signature_ends_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_snapshot_is_thrown_away_only_until_it_has_left, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_base_period_stays_closed_while_a_longer_snapshot_holds_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_record_is_read_as_it_was_written, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
