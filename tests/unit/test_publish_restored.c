/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing with an older ledger that was put back, and submissions that are opened again. */
#include "publish_world.h"

#include "agent/status.h"

static void copy_file(const char *from_folder, const char *to_folder, const char *name)
{
	char from[OEO_PATH_BYTES];
	char to[OEO_PATH_BYTES];
	struct oeo_buf bytes = {0};

	assert_true((size_t)snprintf(from, sizeof(from), "%s/%s", from_folder, name) < sizeof(from));
	assert_true((size_t)snprintf(to, sizeof(to), "%s/%s", to_folder, name) < sizeof(to));
	assert_int_equal(oeo_file_read(&bytes, from, (size_t)64 << 20, NULL), OEO_OK);
	assert_int_equal(oeo_file_write(to, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&bytes);
}

/* Closed by its last user, the database is one file. */
static void back_up(struct world *world, char folder[32])
{
	close_agent(world);
	strcpy(folder, "/tmp/oeo-test-backup-XXXXXX");
	assert_non_null(mkdtemp(folder));
	copy_file(world->fixture.home.path, folder, "ledger.db");
}

static void put_back(struct world *world, const char *folder)
{
	close_agent(world);
	copy_file(folder, world->fixture.home.path, "ledger.db");
	remove_tree(folder);
}

static void test_an_older_ledger_that_is_put_back_counts_what_was_submitted(void **state)
{
	struct world *world = *state;
	char folder[32];
	size_t sent;

	back_up(world, folder);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	sent = world->collector.n_submissions;
	put_back(world, folder);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	assert_int_equal(world->collector.n_submissions, sent);
	check_complete(world);
	assert_true(record_of(world, "2025-Q1").is_told);
}

static void test_an_older_ledger_freezes_nothing_new_before_its_files_are_imported(void **state)
{
	struct world *world = *state;
	struct oeo_status status;
	char folder[32];
	size_t sent;

	back_up(world, folder);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_OK);
	sent = world->collector.n_submissions;
	put_back(world, folder);
	/* The warning is new: even the period that was named waits for it to be read. */
	assert_int_equal(publish(world, LATER, "2025-02", false), OEO_ERR_STATE);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_STATE);
	assert_int_equal(world->collector.n_submissions, sent);
	assert_int_equal(oeo_status_gather(&status, &world->agent, NULL), OEO_OK);
	assert_true(status.is_import_wanted);
	assert_int_equal(status.n_todo, 1);
	assert_non_null(strstr(status.todo[0], "oeo-agent import"));
	oeo_status_fini(&status);
	/* There may be nothing to import. */
	assert_int_equal(publish(world, LATER, "2025-02", false), OEO_OK);
	assert_int_equal(oeo_ledger_want_import(world->agent.ledger, false), OEO_OK); /* as an import does */
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
}

static void test_a_submission_that_was_begun_before_is_stranded_until_it_is_reopened(void **state)
{
	struct world *world = *state;
	char folder[32];

	back_up(world, folder);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_OK);
	collector_pause(&world->collector);
	world->collector.periods[0].is_final = false; /* as if the last message had not come */
	world->collector.periods[0].next_index = 1;
	collector_go_on(&world->collector);
	put_back(world, folder);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_STATE);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_STRANDED);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_SUBMITTED); /* it keeps nobody up */
	assert_int_equal(publish(world, LATER, "2025-01", true), OEO_ERR_STATE);
	collector_pause(&world->collector);
	collector_drop(&world->collector.periods[0]);
	collector_go_on(&world->collector);
	assert_int_equal(
	    publish(world, LATER, NULL, false), OEO_ERR_STATE); /* only at the coordinator's command */
	assert_int_equal(publish(world, LATER, "2025-01", true), OEO_OK);
	check_complete(world);
}

static void test_what_the_collector_lost_is_sent_again_as_the_same_bytes_at_command(void **state)
{
	struct world *world = *state;
	struct oeo_buf first = {0};
	size_t sent;

	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	collector_pause(&world->collector);
	assert_int_equal(oeo_buf_append(&first, world->collector.periods[0].parts[1].data,
			     world->collector.periods[0].parts[1].len),
	    OEO_OK);
	collector_drop(&world->collector.periods[0]);
	sent = world->collector.n_submissions;
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_ERR_STATE);
	assert_true(record_of(world, "2025-01").is_gone);
	assert_int_equal(world->collector.n_submissions, sent);
	assert_int_equal(publish(world, LATER, "2025-01", true), OEO_OK);
	check_complete(world);
	assert_int_equal(world->collector.periods[0].parts[1].len, first.len);
	assert_memory_equal(world->collector.periods[0].parts[1].data, first.data, first.len);
	assert_int_equal(publish(world, LATER, "2025-01", true), OEO_ERR_STATE); /* it is there, whole */
	oeo_buf_fini(&first);
}

static void test_another_submission_at_the_collector_is_a_conflict_that_waits_for_reopen(void **state)
{
	struct world *world = *state;

	world->collector.reason = OEO_REASON_INTERNAL;
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	world->collector.reason = 0;
	collector_pause(&world->collector);
	/* What an agent sent that was lost since: another first message. */
	assert_int_equal(
	    oeo_buf_append_text(&collector_find(&world->collector, "2025-01")->parts[0], "another"), OEO_OK);
	world->collector.periods[0].next_index = 1;
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_REFUSED);
	assert_int_equal(world->collector.n_conflicts, 1);
	assert_int_equal(record_of(world, "2025-01").reason, OEO_REASON_CONFLICT);
	assert_int_equal(publish(world, LATER, "2025-01", false), OEO_ERR_STATE);
	assert_int_equal(world->collector.n_conflicts, 1);
	collector_pause(&world->collector);
	collector_drop(&world->collector.periods[0]);
	world->collector.n_conflicts = 0;
	collector_go_on(&world->collector);
	assert_int_equal(publish(world, LATER, "2025-01", true), OEO_OK);
	assert_int_equal(publish(world, LATER, NULL, false), OEO_OK);
	check_complete(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_an_older_ledger_that_is_put_back_counts_what_was_submitted),
	    WITH_WORLD(test_an_older_ledger_freezes_nothing_new_before_its_files_are_imported),
	    WITH_WORLD(test_a_submission_that_was_begun_before_is_stranded_until_it_is_reopened),
	    WITH_WORLD(test_what_the_collector_lost_is_sent_again_as_the_same_bytes_at_command),
	    WITH_WORLD(test_another_submission_at_the_collector_is_a_conflict_that_waits_for_reopen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
