/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing where something is in the way: lost answers, parties that are away or refuse, other keys; and, in test builds,
 * publishing that dies at every named moment. */
#include "publish_world.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "agent/uplink.h"
#include "failing_client.h"

static void test_submission_resends_after_lost_ack(void **state)
{
	struct world *world = *state;

	world->collector.silent_acks = 1;
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
	assert_true(world->collector.n_repeats > 0);
}

static void test_nothing_is_frozen_while_a_keyholder_is_away(void **state)
{
	struct world *world = *state;

	stop_keyholder(&world->keyholders[1]);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_AWAY);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_NONE);
	assert_int_equal(world->collector.n_submissions, 0);
	assert_int_equal(atomic_load(&world->keyholders[0].n_groups), 0);
	start_keyholder(&world->keyholders[1], "ktwo");
}

static void test_a_refusal_keeps_everything_and_is_tried_again(void **state)
{
	struct world *world = *state;

	world->collector.reason = OEO_REASON_INTERNAL;
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_REFUSED);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_READY);
	assert_int_equal(record_of(world, "2025-01").reason, OEO_REASON_INTERNAL);
	world->collector.reason = 0;
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
	assert_int_equal(record_of(world, "2025-01").reason, 0);
}

static void test_a_quota_that_is_spent_waits_and_goes_on_when_it_is_raised(void **state)
{
	struct world *world = *state;
	size_t asked;

	atomic_store(&world->keyholders[0].after, 5);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_QUOTA);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_REFUSED);
	asked = atomic_load(&world->keyholders[1].n_groups);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_GOOD);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
	assert_true(atomic_load(&world->keyholders[1].n_groups) >= asked);
}

static void test_other_keys_than_were_seen_stop_the_period(void **state)
{
	struct world *world = *state;

	atomic_store(&world->keyholders[0].after, 1);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_QUOTA);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_FROZEN);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_GOOD);
	assert_int_equal(
	    oeo_voprf_keypair(world->keyholders[0].resident_sk, world->keyholders[0].resident_pk), OEO_OK);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_CONFLICT);
	assert_int_equal(record_of(world, "2025-01").reason, OEO_REASON_EQUIVOCATION);
	assert_string_equal(record_of(world, "2025-01").refused_by, "kone");
	assert_int_equal(world->collector.n_submissions, 0);
}

static void test_a_connection_that_cannot_be_made_anew_leaves_the_old_one(void **state)
{
	struct world *world = *state;
	struct oeo_uplink uplink;
	struct oeo_told told = {.n = 0};
	struct oeo_refusal refusal;
	struct oeo_note why = {""};

	open_agent(world, LATER);
	assert_int_equal(oeo_uplink_open(&uplink, oeo_agent_collector(&world->agent), &world->agent.self,
			     (struct oeo_patience){100, 20000, 20000}, &why),
	    OEO_OK);
	collector_pause(&world->collector);
	atomic_store(&client_open_fails, true);
	assert_int_equal(oeo_uplink_heartbeat(&uplink, NULL, 0, &told, &refusal, &why), OEO_ERR_IO);
	assert_non_null(uplink.client);
	atomic_store(&client_open_fails, false);
	collector_go_on(&world->collector);
	assert_int_equal(oeo_uplink_heartbeat(&uplink, NULL, 0, &told, &refusal, &why), OEO_OK);
	oeo_told_fini(&told);
	oeo_uplink_close(&uplink);
}

static void test_keys_are_kept_before_anything_is_sealed_with_them(void **state)
{
	struct world *world = *state;
	struct oeo_key_set set;
	struct oeo_period period = a_period("2025-01");

	/* Frozen while a keyholder could not read its keys; then it can, and is away after a group. */
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_KEYS_LOST);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_FROZEN);
	assert_int_equal(oeo_key_set_load(&set, world->agent.ledger, "test", &period), OEO_ERR_NOT_FOUND);
	atomic_store(&world->keyholders[0].after, 1);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_QUOTA);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	assert_int_equal(oeo_key_set_load(&set, world->agent.ledger, "test", &period), OEO_OK);
	assert_memory_equal(set.items[0].cell_pk, world->keyholders[0].cell_pk, OEO_ELEMENT_BYTES);
	atomic_store(&world->keyholders[0].mode, KEYHOLDER_GOOD);
	assert_int_equal(
	    oeo_voprf_keypair(world->keyholders[0].cell_sk, world->keyholders[0].cell_pk), OEO_OK);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_CONFLICT);
	assert_int_equal(record_of(world, "2025-01").reason, OEO_REASON_EQUIVOCATION);
	assert_int_equal(world->collector.n_submissions, 0);
}

/* ---- Power cuts */

#if OEO_TEST_HOOKS
/* Publish in a process of its own that dies at the named moment; true where it did. */
static bool publish_and_die(struct world *world, const char *moment)
{
	int status = 0;
	pid_t pid;

	close_agent(world);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		(void)dup2(null, STDOUT_FILENO);
		(void)dup2(null, STDERR_FILENO);
		(void)setenv("OEO_CRASH_AT", moment, 1);
		_exit(publish(world, LATER, NULL, false) == OEO_OK ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void test_a_power_cut_at_any_moment_ends_in_exact_counts(void **state)
{
	static const char *const moments[] = {"keys-seen", "snapshot-unsaved", "snapshot-saved",
	    "group-answered", "group-answered:3", "group-stored", "group-stored:4", "submission-unsaved",
	    "submission-saved", "submission-saved:4", "sending-marked", "part-sent", "part-sent:2",
	    "part-acknowledged", "part-acknowledged:2", "final-acknowledged", "final-acknowledged:4"};
	struct world *world = *state;

	(void)world;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		void *fresh = NULL;

		assert_int_equal(setup(&fresh), 0);
		if (!publish_and_die(fresh, moments[i]))
			fail_msg("it did not die at %s", moments[i]);
		assert_int_equal(publish(fresh, LATER, NULL, false), OEO_OK);
		check_complete(fresh);
		assert_int_equal(teardown(&fresh), 0);
	}
}

static void test_a_power_cut_around_a_release_still_deletes_and_tells(void **state)
{
	static const char *const moments[] = {"release-seen", "release-done"};
	struct world *world = *state;

	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	for (size_t i = 0; i < 2; i++) {
		collector_pause(&world->collector);
		world->collector.periods[i].is_released = true;
		collector_go_on(&world->collector);
		assert_true(publish_and_die(world, moments[i]));
		assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
		assert_int_equal(world->collector.n_deleted, i + 1);
		assert_int_equal(
		    record_of(world, world->collector.periods[i].period).stage, OEO_STAGE_RELEASED);
	}
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(test_submission_resends_after_lost_ack),
		WITH_WORLD(test_nothing_is_frozen_while_a_keyholder_is_away),
		WITH_WORLD(test_a_refusal_keeps_everything_and_is_tried_again),
		WITH_WORLD(test_a_quota_that_is_spent_waits_and_goes_on_when_it_is_raised),
		WITH_WORLD(test_other_keys_than_were_seen_stop_the_period),
		WITH_WORLD(test_a_connection_that_cannot_be_made_anew_leaves_the_old_one),
		WITH_WORLD(test_keys_are_kept_before_anything_is_sealed_with_them),
#if OEO_TEST_HOOKS
		cmocka_unit_test(test_a_power_cut_at_any_moment_ends_in_exact_counts),
		WITH_WORLD(test_a_power_cut_around_a_release_still_deletes_and_tells),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
