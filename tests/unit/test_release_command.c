/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector release` on a partnership with real keys: when it may, once, and through a crash. */
#include "release_world.h"

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "collector/release_build.h"
#include "plan_head.h"
#include "proto/minisig.h"

/* As if the period had been taken in under another plan. */
static void set_plan_of(const char *period, const uint8_t digest[OEO_DIGEST_BYTES])
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;
	sqlite3_stmt *statement = NULL;

	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world.folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(db, "UPDATE periods SET plan = ? WHERE period = ?", -1, &statement, NULL),
	    SQLITE_OK);
	(void)sqlite3_bind_blob(statement, 1, digest, OEO_DIGEST_BYTES, SQLITE_STATIC);
	(void)sqlite3_bind_text(statement, 2, period, -1, SQLITE_STATIC);
	assert_int_equal(sqlite3_step(statement), SQLITE_DONE);
	(void)sqlite3_finalize(statement);
	(void)sqlite3_close(db);
}

/* True where the member is told that the release was made without what it sent. */
static bool is_without(const char *member)
{
	bool found[2] = {false, true};

	for (size_t i = 0; i < 2; i++)
		assert_int_equal(oeo_store_is_without(world.store, member, "2026-Q3", &found[i]), OEO_OK);
	assert_int_equal(found[0], found[1]);
	return found[0];
}

/* ---- When it may be released */

static void test_a_complete_period_is_released_with_a_signature_that_minisign_verifies(void **state)
{
	struct oeo_release release = {0};
	struct oeo_store_period record;
	struct oeo_buf key = {0};
	char path[OEO_PATH_BYTES];
	char file[OEO_PATH_BYTES + 16];
	char command[3 * OEO_PATH_BYTES];

	(void)state;
	submit_all();
	(void)snprintf(path, sizeof(path), "%s/backing-up", world.folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_int_equal(release_on("2026-Q3", "2026-10-20"), OEO_EXIT_OK);
	assert_false(oeo_file_exists(path)); /* of a backup that was cut off */
	read_release(&release, "2026-Q3");
	assert_int_equal(release.n_tables, 3);
	assert_int_equal(release.tables[0].cells[0].residents, 30);
	assert_int_equal(release.tables[0].cells[0].questions, 30);
	assert_int_equal(oeo_store_find_period(world.store, "2026-Q3", &record), OEO_OK);
	assert_true(record.is_released);
	assert_memory_equal(record.release_digest, release.digest, OEO_DIGEST_BYTES);
	assert_memory_equal(record.release_key_digest, release.key_digest, OEO_DIGEST_BYTES);
	assert_memory_equal(release.key_digest, world_keys_of(&world, "2026-Q3")->digest, OEO_DIGEST_BYTES);
	for (size_t i = 0; i < release.n_members; i++)
		assert_int_not_equal(release.members[i].coverage, OEO_COVERAGE_NO);
	oeo_release_fini(&release);

	path_of(path, "2026-Q3");
	(void)snprintf(file, sizeof(file), "%s.pub", path);
	assert_int_equal(oeo_minisig_public_key(&key, world.self.card.identity_pk), OEO_OK);
	assert_int_equal(oeo_file_write(file, key.data, key.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&key);
	(void)snprintf(command, sizeof(command), "minisign -Vqm %s -p %s", path, file);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c): a test of that very program */
}

static void test_it_is_not_released_before_it_may(void **state)
{
	(void)state;
	submit_quarter("m0", wo, 0, 12);
	submit_quarter("m1", wo, 12, 12);
	assert_int_equal(release_on("2026-Q3", "2026-09-30"), OEO_EXIT_FAILED); /* not ended */
	assert_int_equal(
	    release_on("2026-Q3", "2026-10-05"), OEO_EXIT_FAILED); /* two are missing, deadline to come */
	assert_int_equal(release_on("2026-Q4", "2027-03-01"), OEO_EXIT_FAILED); /* nobody is in */
	assert_int_equal(release_on("2025-Q4", "2026-10-20"), OEO_EXIT_FAILED); /* before the plan */
	assert_int_equal(release_on("2026-Q5", "2026-10-20"), OEO_EXIT_USAGE);
	assert_int_equal(release_on(NULL, "2026-10-20"), OEO_EXIT_USAGE);
	assert_false(is_marked("2026-Q3"));
}

static void test_past_the_deadline_it_goes_without_those_that_are_missing(void **state)
{
	struct oeo_release release = {0};

	(void)state;
	submit_quarter("m0", wo, 0, 12);
	submit_quarter("m2", wo, 12, 12);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	read_release(&release, "2026-Q3");
	assert_int_equal(release.n_members, WORLD_MEMBERS);
	assert_int_not_equal(release.members[0].coverage, OEO_COVERAGE_NO);
	assert_int_equal(release.members[1].coverage, OEO_COVERAGE_NO);
	oeo_release_fini(&release);
	assert_true(is_without("m1"));
	assert_false(is_without("m0"));
}

static void test_a_release_is_made_once(void **state)
{
	struct oeo_buf first;
	struct oeo_buf second;

	(void)state;
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-10-20"), OEO_EXIT_OK);
	read_bytes(&first, "2026-Q3");
	assert_int_equal(release_on("2026-Q3", "2026-10-21"), OEO_EXIT_FAILED);
	read_bytes(&second, "2026-Q3");
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	oeo_buf_fini(&first);
	oeo_buf_fini(&second);
}

/* ---- A crash on the way */

/* All that the command does up to the mark in the store. */
static void write_without_mark(void)
{
	struct oeo_opened opened;
	struct oeo_opening_report report;
	struct oeo_release release;
	struct oeo_store_member *members = NULL;
	struct oeo_store_submission *submissions = NULL;
	struct oeo_card *keyholders = NULL;
	struct oeo_release_facts facts = {.plan = &world.plans.items[0].signed_plan,
	    .opened = &opened,
	    .self = &world.self.card,
	    .now_s = 1792000000};

	world_run_opening(&world, "2026-Q3", NULL, &opened, &report);
	assert_int_equal(oeo_store_load_members(world.store, &members, &facts.n_members), OEO_OK);
	assert_int_equal(
	    oeo_store_load_submissions(world.store, "2026-Q3", &submissions, &facts.n_submissions), OEO_OK);
	assert_int_equal(oeo_keyholders_load(&keyholders, &facts.n_keyholders, &world.home, NULL), OEO_OK);
	facts.members = members;
	facts.submissions = submissions;
	facts.keyholders = keyholders;
	assert_int_equal(oeo_release_build(&release, &facts, NULL), OEO_OK);
	assert_int_equal(
	    oeo_release_write(&release, 1, world.store, &world.home, &opened, &world.self, NULL), OEO_OK);
	/* A second one is never written over it. */
	assert_int_equal(oeo_release_write(&release, 1, world.store, &world.home, &opened, &world.self, NULL),
	    OEO_ERR_EXISTS);
	oeo_release_fini(&release);
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
	free(members);
	free(submissions);
	free(keyholders);
}

static void submit_two_and_write(void)
{
	submit_quarter("m0", wo, 0, 12);
	submit_quarter("m1", wo, 12, 12);
	write_without_mark();
}

static void test_a_release_that_was_written_but_not_marked_is_taken_up(void **state)
{
	struct oeo_buf first;
	struct oeo_buf second;

	(void)state;
	submit_two_and_write();
	assert_false(is_marked("2026-Q3"));
	read_bytes(&first, "2026-Q3");
	/* Another submission that came in meanwhile does not change it; the member is told that it is not in. */
	submit_quarter("m2", ge, 40, 12);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	read_bytes(&second, "2026-Q3");
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	assert_true(is_marked("2026-Q3"));
	assert_true(is_without("m2"));
	assert_false(is_without("m1"));
	oeo_buf_fini(&first);
	oeo_buf_fini(&second);
}

/* A member goes and comes back between the file and the mark: what it sent is dropped, and is in the release. */
static void test_a_member_revoked_and_admitted_again_does_not_keep_it_from_being_taken_up(void **state)
{
	struct oeo_store_submission found;

	(void)state;
	submit_two_and_write();
	assert_int_equal(oeo_store_revoke(world.store, "m1", NULL), OEO_OK);
	assert_int_equal(oeo_store_admit(world.store, &world.members[1].card, false, 1), OEO_OK);
	assert_int_equal(oeo_store_find_submission(world.store, "m1", "2026-Q3", &found), OEO_ERR_NOT_FOUND);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	assert_true(is_marked("2026-Q3"));
	assert_false(is_without("m1"));
}

/* Sent anew meanwhile, it is in: that changes nothing in what is signed. */
static void test_a_member_that_sent_anew_meanwhile_does_not_either(void **state)
{
	(void)state;
	submit_two_and_write();
	assert_int_equal(oeo_store_revoke(world.store, "m1", NULL), OEO_OK);
	assert_int_equal(oeo_store_admit(world.store, &world.members[1].card, false, 1), OEO_OK);
	submit_quarter("m1", ge, 40, 9);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	assert_true(is_marked("2026-Q3"));
}

static void test_a_signature_without_release_gives_way(void **state)
{
	struct oeo_release release = {0};
	char path[OEO_PATH_BYTES];
	char name[OEO_PATH_BYTES + 16];

	(void)state;
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-10-20"), OEO_EXIT_OK);
	path_of(path, "2026-08");
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(name, "half", 4, 0600, NULL), OEO_OK);
	submit_month("m0", "2026-08", 0, 12);
	assert_int_equal(release_on("2026-08", "2026-11-21"), OEO_EXIT_OK);
	read_release(&release, "2026-08");
	oeo_release_fini(&release);
}

/* ---- Together with what is out */

static void test_an_earlier_release_that_is_gone_has_to_come_back_first(void **state)
{
	struct oeo_buf month;
	char path[OEO_PATH_BYTES];

	(void)state;
	submit_month("m0", "2026-07", 0, 12);
	assert_int_equal(release_on("2026-07", "2026-11-21"), OEO_EXIT_OK);
	submit_all();
	read_bytes(&month, "2026-07");
	path_of(path, "2026-07");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_FAILED);
	assert_false(is_marked("2026-Q3"));
	assert_int_equal(oeo_file_write(path, month.data, month.len, 0600, NULL), OEO_OK);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	oeo_buf_fini(&month);
}

/* A month of 28 and a quarter of 30 residents: the difference would tell of two. */
static void test_a_quarter_that_is_little_more_than_a_month_is_hidden(void **state)
{
	struct oeo_release release = {0};

	(void)state;
	submit_month("m0", "2026-07", 0, 28);
	assert_int_equal(release_on("2026-07", "2026-11-21"), OEO_EXIT_OK);
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	read_release(&release, "2026-07");
	assert_int_equal(release.tables[0].cells[0].residents, 28);
	oeo_release_fini(&release);
	read_release(&release, "2026-Q3");
	assert_true(release.tables[0].cells[0].is_hidden);
	oeo_release_fini(&release);
}

static void test_opened_cells_are_kept_as_long_as_a_period_around_is_to_come(void **state)
{
	struct oeo_buf bytes = {0};

	(void)state;
	submit_month("m0", "2026-07", 0, 12);
	assert_int_equal(release_on("2026-07", "2026-11-21"), OEO_EXIT_OK);
	assert_int_equal(oeo_store_load_opened(world.store, "2026-07", &bytes), OEO_OK);
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	/* As long as there are reports, either may be corrected. */
	assert_int_equal(oeo_store_purge_period(world.store, "2026-Q3"), OEO_OK);
	assert_int_equal(oeo_release_forget_opened(world.store, &world.plans), OEO_OK);
	assert_int_equal(oeo_store_load_opened(world.store, "2026-07", &bytes), OEO_OK);
	assert_int_equal(oeo_store_purge_period(world.store, "2026-07"), OEO_OK);
	assert_int_equal(oeo_release_forget_opened(world.store, &world.plans), OEO_OK);
	assert_int_equal(oeo_store_load_opened(world.store, "2026-07", &bytes), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_store_load_opened(world.store, "2026-Q3", &bytes), OEO_ERR_NOT_FOUND);
	oeo_buf_fini(&bytes);
}

/* Cells and thresholds of two plans cannot be weighed together, so nothing is published rather than too much. */
static void test_a_related_release_of_another_plan_stops_the_release(void **state)
{
	const char without[3][OEO_ID_BYTES] = {"m1", "m2", "m3"};
	const uint8_t other_plan[OEO_DIGEST_BYTES] = {9};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};
	char path[OEO_PATH_BYTES];

	(void)state;
	submit_month("m0", "2026-07", 0, 12);
	assert_int_equal(
	    oeo_store_mark_released(world.store, "2026-07", other_plan, digest, digest, without, 3, 7),
	    OEO_OK);
	set_plan_of("2026-07", other_plan);
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_FAILED);
	assert_false(is_marked("2026-Q3"));
	path_of(path, "2026-Q3");
	assert_false(oeo_file_exists(path));
	/* A period that shares nothing with it goes on. */
	submit_month("m0", "2026-06", 0, 12);
	assert_int_equal(release_on("2026-06", "2026-11-21"), OEO_EXIT_OK);
}

static void test_what_was_submitted_under_another_plan_is_not_released(void **state)
{
	const uint8_t other_plan[OEO_DIGEST_BYTES] = {9};

	(void)state;
	submit_all();
	set_plan_of("2026-Q3", other_plan);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_FAILED);
	assert_false(is_marked("2026-Q3"));
	set_plan_of("2026-Q3", world.plan->digest);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
}

/* Two members may count there: k of 5, and 14 weeks for each of the two. */
static const char walk_in_yaml[] = PLAN_HEAD("2026-01") "  walk_in_members: 2\n" PLAN_THRESHOLDS("5")
    PLAN_THEMES "tables:\n"
		"  - {id: total, walk_in: per-week, residents: 33, sensitive: 33, by: [], cadence: quarter, "
		"publish: [residents]}\n"
		"  - {id: theme, by: [theme], cadence: quarter, publish: [residents]}\n"
		"  - {id: month-total, by: [], cadence: month, publish: [residents]}\n";

static int open_walk_in_world(void **state)
{
	(void)state;
	return open_world_of(walk_in_yaml);
}

static void test_no_more_members_count_than_walk_ins_per_week_reckon_with(void **state)
{
	(void)state;
	submit_quarter("m0", wo, 0, 12);
	submit_quarter("m1", wo, 12, 12);
	submit_quarter("m2", wo, 24, 12);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_FAILED);
	assert_false(is_marked("2026-Q3"));
	assert_int_equal(oeo_store_drop_submission(world.store, "m2", "2026-Q3"), OEO_OK);
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	/* No table of a month counts them. */
	submit_month("m0", "2026-08", 0, 12);
	submit_month("m1", "2026-08", 12, 12);
	submit_month("m2", "2026-08", 24, 12);
	assert_int_equal(release_on("2026-08", "2026-11-21"), OEO_EXIT_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_complete_period_is_released_with_a_signature_that_minisign_verifies),
	    TEST(test_it_is_not_released_before_it_may),
	    TEST(test_past_the_deadline_it_goes_without_those_that_are_missing),
	    TEST(test_a_release_is_made_once),
	    TEST(test_a_release_that_was_written_but_not_marked_is_taken_up),
	    TEST(test_a_member_revoked_and_admitted_again_does_not_keep_it_from_being_taken_up),
	    TEST(test_a_member_that_sent_anew_meanwhile_does_not_either),
	    TEST(test_a_signature_without_release_gives_way),
	    TEST(test_an_earlier_release_that_is_gone_has_to_come_back_first),
	    TEST(test_a_quarter_that_is_little_more_than_a_month_is_hidden),
	    TEST(test_opened_cells_are_kept_as_long_as_a_period_around_is_to_come),
	    TEST(test_a_related_release_of_another_plan_stops_the_release),
	    TEST(test_what_was_submitted_under_another_plan_is_not_released),
	    cmocka_unit_test_setup_teardown(test_no_more_members_count_than_walk_ins_per_week_reckon_with,
		open_walk_in_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
