/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing from end to end in one process: what is due and when, the release, a new plan, and the status. */
#include "publish_world.h"

#include "agent/status.h"

#define NOW "2025-04-20T12:00:00"

static void test_everything_that_is_due_goes_out_shortest_first_and_once(void **state)
{
	struct world *world = *state;
	size_t sent;

	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
	collector_pause(&world->collector);
	assert_string_equal(world->collector.periods[2].period, "2025-03");
	assert_string_equal(world->collector.periods[3].period, "2025-Q1");
	assert_int_equal(world->collector.n_periods, 4);
	sent = world->collector.n_submissions;
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_int_equal(world->collector.n_submissions, sent);
	assert_int_equal(record_of(world, "2025-Q1").stage, OEO_STAGE_SUBMITTED);
	/* What was sealed is kept in the messages only. */
	assert_int_equal(count_items(world->agent.ledger, OEO_SEALED_COLLECTION), 0);
	assert_int_equal(count_items(world->agent.ledger, OEO_SNAPSHOT_COLLECTION), 0);
}

static void test_nothing_goes_out_before_the_grace_days_are_over(void **state)
{
	struct world *world = *state;

	assert_int_equal(publish(world, "2025-02-14", "2025-01", false), OEO_ERR_STATE);
	assert_int_equal(world->collector.n_submissions, 0);
	assert_int_equal(atomic_load(&world->keyholders[0].n_groups), 0);
	assert_int_equal(publish(world, "2025-02-15", "2025-01", false), OEO_OK);
	assert_int_equal(world->collector.periods[0].is_final, true);
}

static void check_next(struct world *world, bool is_timer, const char *period, const char *day)
{
	struct oeo_period found = {OEO_MONTH, 0, 0};
	struct oeo_period wanted = a_period(period);
	char text[OEO_DATE_BYTES];
	int64_t from_day = 0;

	assert_int_equal(oeo_publish_find_next(&found, &from_day, &world->agent, is_timer), OEO_OK);
	assert_true(oeo_period_equal(&found, &wanted));
	oeo_day_format(text, from_day);
	assert_string_equal(text, day);
}

static void test_where_nothing_is_due_it_says_what_comes_next_and_when(void **state)
{
	struct world *world = *state;
	struct oeo_period january = a_period("2025-01");
	char path[] = "/tmp/oeo-test-said-XXXXXX";
	struct oeo_buf said = {0};
	int64_t moment_s = 0;
	int file = mkstemp(path);
	int screen = dup(STDOUT_FILENO);
	char date[OEO_DATE_BYTES];

	assert_true(file >= 0 && screen >= 0);
	(void)fflush(stdout);
	assert_int_equal(dup2(file, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(publish(world, "2025-02-14", NULL, false), OEO_OK);
	(void)fflush(stdout);
	assert_int_equal(dup2(screen, STDOUT_FILENO), STDOUT_FILENO);
	assert_int_equal(oeo_file_read(&said, path, 4096, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&said), OEO_OK);
	assert_string_equal(
	    (const char *)said.data, "Nothing is due now; 2025-01 can be sent from 2025-02-15 on.\n");
	oeo_buf_fini(&said);
	(void)close(file);
	(void)close(screen);
	(void)unlink(path);
	/* The timer waits for its moment. */
	assert_int_equal(
	    oeo_publish_moment(&moment_s, world->agent.ledger, world->fixture.plan, &january), OEO_OK);
	oeo_day_format(date, moment_s / 86400);
	check_next(world, true, "2025-01", date);
	/* Before the plan begins its first month is next; when all that has ended is in, the month that runs. */
	close_agent(world);
	open_agent(world, "2024-11-30");
	check_next(world, false, "2025-01", "2025-02-15");
	assert_int_equal(publish(world, "2025-02-20", NULL, false), OEO_OK);
	check_next(world, false, "2025-02", "2025-03-15");
}

static void test_a_part_of_a_quarter_goes_first(void **state)
{
	struct world *world = *state;

	assert_int_equal(publish(world, LATER, "2025-Q1", false), OEO_ERR_STATE);
	assert_int_equal(record_of(world, "2025-03").stage, OEO_STAGE_NONE);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_OK);
	assert_int_equal(publish(world, LATER, "2025-02", false), OEO_OK);
	assert_int_equal(publish(world, LATER, "2025-Q1", false), OEO_OK);
	check_complete(world);
}

static void test_the_moment_lies_in_the_window_and_stays(void **state)
{
	struct world *world = *state;
	struct oeo_period period = a_period("2025-01");
	int64_t first = 0;
	int64_t again = 0;
	int64_t begin_s;

	open_agent(world, NOW);
	begin_s = oeo_plan_submission_day(world->fixture.plan, &period) * 86400;
	assert_int_equal(
	    oeo_publish_moment(&first, world->agent.ledger, world->fixture.plan, &period), OEO_OK);
	assert_in_range(first - begin_s, 0, 7 * 86400 - 1);
	assert_int_equal(
	    oeo_publish_moment(&again, world->agent.ledger, world->fixture.plan, &period), OEO_OK);
	assert_int_equal(again, first);
}

static enum oeo_err publish_by_timer(struct world *world, int64_t now_s)
{
	const struct oeo_publish_wish wish = {.is_timer = true, .patience = patience};

	close_agent(world);
	open_agent(world, NOW);
	world->agent.clock.fixed_s = now_s;
	return oeo_publish(&world->agent, &wish);
}

static void test_the_timer_sends_at_the_moment_and_not_before(void **state)
{
	struct world *world = *state;
	struct oeo_period period = a_period("2025-01");
	int64_t moment_s = 0;

	open_agent(world, NOW);
	assert_int_equal(
	    oeo_publish_moment(&moment_s, world->agent.ledger, world->fixture.plan, &period), OEO_OK);
	assert_int_equal(publish_by_timer(world, moment_s - 1), OEO_OK);
	assert_int_equal(world->collector.n_submissions, 0);
	assert_int_equal(publish_by_timer(world, moment_s), OEO_OK);
	assert_int_equal(world->collector.n_periods, 1);
	assert_true(world->collector.periods[0].is_final);
}

/* ---- Released */

static void test_a_release_is_answered_with_deletion_and_told(void **state)
{
	struct world *world = *state;

	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_true(count_items(world->agent.ledger, OEO_PART_COLLECTION) > 0);
	collector_pause(&world->collector);
	for (size_t i = 0; i < 4; i++)
		world->collector.periods[i].is_released = true;
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_int_equal(count_items(world->agent.ledger, OEO_PART_COLLECTION), 0);
	assert_int_equal(record_of(world, "2025-Q1").stage, OEO_STAGE_RELEASED);
	assert_false(record_of(world, "2025-Q1").has_other_keys);
	/* By the second heartbeat of the same command. */
	assert_int_equal(world->collector.n_deleted, 4);
}

/* ---- A new plan */

static void test_periods_of_a_new_plan_wait_until_it_is_accepted(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan offered;
	char *yaml = strdup(plan_yaml);

	assert_non_null(yaml);
	memcpy(strstr(yaml, "from: 2025-01"), "from: 2025-03", strlen("from: 2025-03"));
	sign_plan(world, &offered, load_test_plan(yaml));
	offer_plan(world, &offered);
	free(yaml);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_STATE);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_SUBMITTED);
	assert_int_equal(record_of(world, "2025-03").stage, OEO_STAGE_NONE);
	assert_int_equal(oeo_plans_accept(&world->agent.plans, world->agent.ledger, &offered, NULL), OEO_OK);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_int_equal(record_of(world, "2025-03").stage, OEO_STAGE_SUBMITTED);
	assert_memory_equal(record_of(world, "2025-03").plan_digest, offered.plan->digest, OEO_DIGEST_BYTES);
	oeo_signed_plan_fini(&offered);
}

/* ---- Status */

static void test_status_tells_what_waits_and_what_to_do(void **state)
{
	struct world *world = *state;
	struct oeo_status status;
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	json_t *json;

	world->collector.reason = OEO_REASON_OTHER_KEYS;
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	assert_int_equal(oeo_status_gather(&status, &world->agent, &why), OEO_OK);
	assert_int_equal(status.n_parties, 3);
	assert_int_equal(
	    status.n_periods, 8); /* and April, which has just ended, May, its quarter and its year */
	assert_int_equal(status.periods[0].record.stage, OEO_STAGE_READY);
	assert_non_null(status.periods[0].advice);
	assert_int_equal(status.periods[1].n_questions, 10);
	assert_int_equal(status.n_todo, 2);
	assert_int_equal(oeo_status_print(&text, &status), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(strstr((const char *)text.data, "2025-02"));
	json = oeo_status_to_json(&status);
	assert_int_equal(json_array_size(json_object_get(json, "periods")), 8);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(json_object_get(json, "periods"), 0), "stage")),
	    "sending");
	json_decref(json);
	oeo_buf_fini(&text);
	oeo_status_fini(&status);
}

/* Also of the quarter and the year: nobody has to reckon when these go. */
static void test_status_tells_when_what_is_going_on_goes_out(void **state)
{
	struct world *world = *state;
	struct oeo_status status;
	struct oeo_buf text = {0};
	json_t *quarter;
	json_t *json;

	open_agent(world, "2025-05-31");
	assert_int_equal(oeo_status_gather(&status, &world->agent, NULL), OEO_OK);
	assert_int_equal(oeo_status_print(&text, &status), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(
	    strstr((const char *)text.data, "2025-05  open: questions still count; 0 questions so far; goes "
					    "out from 2025-06-15 on, 2025-06-21 at the latest\n"));
	assert_non_null(strstr((const char *)text.data,
	    "2025-Q2  open: questions still count; goes out from 2025-07-15 on, 2025-07-21 at the latest\n"));
	assert_non_null(strstr((const char *)text.data,
	    "2025     open: questions still count; goes out from 2026-01-15 on, 2026-01-21 at the latest\n"));
	json = oeo_status_to_json(&status);
	quarter = json_array_get(json_object_get(json, "periods"), status.n_periods - 2);
	assert_string_equal(json_string_value(json_object_get(quarter, "period")), "2025-Q2");
	assert_true(json_is_false(json_object_get(quarter, "ended")));
	assert_string_equal(json_string_value(json_object_get(quarter, "sends_from")), "2025-07-15");
	assert_string_equal(json_string_value(json_object_get(quarter, "deadline")), "2025-07-22");
	json_decref(json);
	oeo_buf_fini(&text);
	oeo_status_fini(&status);
}

static void test_status_shows_the_digest_of_the_keys_to_compare_with_the_release(void **state)
{
	struct world *world = *state;
	struct oeo_status status;
	struct oeo_buf text = {0};
	char digest[2 * OEO_DIGEST_BYTES + 1];
	json_t *json;

	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	collector_pause(&world->collector);
	world->collector.periods[0].is_released = true;
	oeo_hex_encode(digest, world->collector.periods[0].key_digest, OEO_DIGEST_BYTES);
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_int_equal(oeo_status_gather(&status, &world->agent, NULL), OEO_OK);
	json = oeo_status_to_json(&status);
	assert_string_equal(json_string_value(json_object_get(
				json_array_get(json_object_get(json, "periods"), 0), "key_digest")),
	    digest);
	/* April has ended and nobody was asked yet. */
	assert_true(
	    json_is_null(json_object_get(json_array_get(json_object_get(json, "periods"), 4), "key_digest")));
	assert_int_equal(oeo_status_print(&text, &status), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	digest[16] = '\0';
	assert_non_null(strstr((const char *)text.data, digest));
	/* Once: the plan's digest and those of periods that are not out are not among them. */
	assert_null(strstr(strstr((const char *)text.data, "digest begins. ") + 1, "2025-02 "));
	json_decref(json);
	oeo_buf_fini(&text);
	oeo_status_fini(&status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_everything_that_is_due_goes_out_shortest_first_and_once),
	    WITH_WORLD(test_nothing_goes_out_before_the_grace_days_are_over),
	    WITH_WORLD(test_where_nothing_is_due_it_says_what_comes_next_and_when),
	    WITH_WORLD(test_a_part_of_a_quarter_goes_first),
	    WITH_WORLD(test_the_moment_lies_in_the_window_and_stays),
	    WITH_WORLD(test_the_timer_sends_at_the_moment_and_not_before),
	    WITH_WORLD(test_a_release_is_answered_with_deletion_and_told),
	    WITH_WORLD(test_periods_of_a_new_plan_wait_until_it_is_accepted),
	    WITH_WORLD(test_status_tells_what_waits_and_what_to_do),
	    WITH_WORLD(test_status_tells_when_what_is_going_on_goes_out),
	    WITH_WORLD(test_status_shows_the_digest_of_the_keys_to_compare_with_the_release),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
