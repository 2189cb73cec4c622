/* SPDX-License-Identifier: EUPL-1.2 */
/* Reports at rest: unreadable without the period's key, which ends with the period's last part. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"
#define OTHER_PERIOD "2026-Q2"

static const char *const wo[] = {"WO"};

static void path_of(char path[OEO_PATH_BYTES], const struct world *world, const char *name)
{
	(void)snprintf(path, OEO_PATH_BYTES, "%s/%s", world->folder, name);
}

static bool is_there(const struct world *world, const char *name)
{
	char path[OEO_PATH_BYTES];

	path_of(path, world, name);
	return access(path, F_OK) == 0;
}

/* k residents of a member in one cell, in parts of two. */
static void make_draft(struct draft *draft, struct world *world, const char *member, const char *period)
{
	char name[16];

	draft_begin(draft, world, member, period);
	for (size_t i = 0; i < 5; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(draft, world_cell(world, period, "theme", wo, 1), name);
	}
}

static void submit(struct world *world, const char *member, const char *period)
{
	struct draft draft;

	make_draft(&draft, world, member, period);
	draft_submit(&draft);
}

/* Send all parts but the last. */
static void submit_all_but_the_last(struct world *world, const char *member, const char *period)
{
	struct oeo_ingest *ingest = NULL;
	struct draft draft;

	make_draft(&draft, world, member, period);
	draft_cut(&draft, 2);
	assert_int_equal(oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL), OEO_OK);
	for (size_t i = 0; i + 1 < draft.n_parts; i++)
		assert_int_equal(world_send(world, ingest, member, &draft.parts[i]), 0);
	oeo_ingest_free(ingest);
	draft_free(&draft);
}

static void run_sql(const struct world *world, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	path_of(path, world, "collector.sqlite");
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
}

/* ---- Scanning */

struct seen {
	size_t n_buckets; /* of the submission at hand */
	size_t n_reports;
};

static enum oeo_err on_submission(void *context, const struct oeo_store_submission *submission)
{
	struct seen *seen = context;

	(void)submission;
	seen->n_buckets = 0;
	return OEO_OK;
}

static enum oeo_err on_buckets(void *context, uint64_t first, const struct oeo_bucket *buckets, size_t n)
{
	struct seen *seen = context;

	(void)buckets;
	assert_int_equal(first, seen->n_buckets);
	seen->n_buckets += n;
	return OEO_OK;
}

static enum oeo_err on_reports(void *context, const uint8_t *records, size_t n)
{
	struct seen *seen = context;

	(void)records;
	seen->n_reports += n;
	return OEO_OK;
}

static enum oeo_err scan(struct world *world, const char *period, struct seen *seen)
{
	const struct oeo_store_scan scan = {on_submission, on_buckets, on_reports, seen};

	memset(seen, 0, sizeof(*seen));
	return oeo_store_scan(world->store, period, NULL, false, &scan);
}

static void expect_readable(struct world *world, const char *period, size_t n_reports)
{
	struct seen seen;

	assert_int_equal(scan(world, period, &seen), OEO_OK);
	assert_int_equal(seen.n_reports, n_reports);
}

static void expect_unreadable(struct world *world, const char *period, const char *member)
{
	struct seen seen;

	assert_int_equal(scan(world, period, &seen), OEO_ERR_CRYPTO);
	assert_non_null(strstr(oeo_store_message(world->store), member));
	assert_non_null(strstr(oeo_store_message(world->store), period));
}

/* ---- At rest */

static void test_no_share_and_no_tag_ever_stands_on_disk(void **state)
{
	struct world *world = *state;
	const struct world_cell *cell = world_cell(world, PERIOD, "theme", wo, 1);
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];

	world_share(world, PERIOD, cell, "resident0", x, y);
	submit(world, "m1", PERIOD);
	assert_false(world_home_holds(world, x, sizeof(x)));
	assert_false(world_home_holds(world, y, sizeof(y)));
	assert_false(world_home_holds(world, cell->tag, sizeof(cell->tag)));
	assert_false(world_home_holds(world, cell->label.data, 16));
	world_restart(world); /* the journal goes into the database */
	assert_false(world_home_holds(world, x, sizeof(x)));
	assert_false(world_home_holds(world, cell->tag, sizeof(cell->tag)));
	expect_readable(world, PERIOD, 5);
}

static void test_the_key_is_a_file_of_the_period_for_its_owner_alone(void **state)
{
	struct world *world = *state;
	struct stat info;
	char path[OEO_PATH_BYTES];

	submit(world, "m1", PERIOD);
	path_of(path, world, "periods/" PERIOD ".key");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 07777, 0600);
	assert_int_equal(info.st_size, 32);
	path_of(path, world, "periods");
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0700);
	assert_false(is_there(world, "periods/" OTHER_PERIOD ".key"));
}

static void test_periods_have_keys_of_their_own(void **state)
{
	struct world *world = *state;
	struct oeo_buf keys[2] = {{NULL, 0, 0}, {NULL, 0, 0}};
	char path[OEO_PATH_BYTES];

	submit(world, "m1", PERIOD);
	submit(world, "m1", OTHER_PERIOD);
	path_of(path, world, "periods/" PERIOD ".key");
	assert_int_equal(oeo_file_read(&keys[0], path, 64, NULL), OEO_OK);
	path_of(path, world, "periods/" OTHER_PERIOD ".key");
	assert_int_equal(oeo_file_read(&keys[1], path, 64, NULL), OEO_OK);
	assert_memory_not_equal(keys[0].data, keys[1].data, 32);
	oeo_buf_fini(&keys[0]);
	oeo_buf_fini(&keys[1]);
}

/* A row of another member, period, index, kind or count is not taken for this one. */
static void test_a_row_that_was_moved_is_refused(void **state)
{
	struct world *world = *state;
	static const char *const moves[] = {
	    "UPDATE submissions SET member = CASE member WHEN 'm1' THEN 'm3' ELSE 'm1' END",
	    "UPDATE submissions SET period = '" OTHER_PERIOD "' WHERE member = 'm1'",
	    ("UPDATE parts SET content = (SELECT content FROM parts p WHERE p.id = parts.id + 1)"
	     " WHERE kind = 2 AND id IN (SELECT p.id - 1 FROM parts p WHERE p.kind = 2)"),
	    "UPDATE parts SET kind = 2 WHERE kind = 1",
	    "UPDATE parts SET count = count + 1 WHERE kind = 2",
	    "UPDATE parts SET content = x'00' WHERE kind = 2",
	};

	for (size_t i = 0; i < sizeof(moves) / sizeof(moves[0]); i++) {
		const char *period = i == 1 ? OTHER_PERIOD : PERIOD;
		struct seen seen;

		submit_all_but_the_last(world, "m1", PERIOD);
		submit_all_but_the_last(world, "m2", OTHER_PERIOD);
		assert_int_equal(scan(world, period, &seen), OEO_OK);
		run_sql(world, moves[i]);
		assert_int_equal(scan(world, period, &seen), OEO_ERR_CRYPTO);
		run_sql(world, "DELETE FROM parts; DELETE FROM submissions");
	}
}

/* ---- The end of a key */

static void test_a_purge_ends_the_key_and_with_it_every_copy_of_the_database(void **state)
{
	struct world *world = *state;
	char from[OEO_PATH_BYTES];
	char to[OEO_PATH_BYTES];
	struct oeo_buf copy = {NULL, 0, 0};

	submit(world, "m1", PERIOD);
	submit(world, "m1", OTHER_PERIOD);
	world_restart(world);
	path_of(from, world, "collector.sqlite");
	path_of(to, world, "kept.sqlite");
	assert_int_equal(oeo_file_read(&copy, from, 64u << 20, NULL), OEO_OK);
	assert_int_equal(oeo_file_write(to, copy.data, copy.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&copy);
	assert_int_equal(oeo_store_purge_period(world->store, PERIOD), OEO_OK);
	assert_false(is_there(world, "periods/" PERIOD ".key"));
	assert_true(is_there(world, "periods/" OTHER_PERIOD ".key"));
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	expect_readable(world, OTHER_PERIOD, 5);
	/* Put the copy back. */
	oeo_store_close(world->store);
	world->store = NULL;
	assert_int_equal(rename(to, from), 0);
	assert_int_equal(oeo_store_open(&world->store, &world->home, NULL), OEO_OK);
	expect_unreadable(world, PERIOD, "m1");
	expect_readable(world, OTHER_PERIOD, 5);
}

static void test_a_rolled_back_purge_leaves_the_key(void **state)
{
	struct world *world = *state;

	submit(world, "m1", PERIOD);
	assert_int_equal(oeo_store_begin(world->store, NULL), OEO_OK);
	assert_int_equal(oeo_store_purge_period(world->store, PERIOD), OEO_OK);
	assert_true(is_there(world, "periods/" PERIOD ".key"));
	oeo_store_rollback(world->store);
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	expect_readable(world, PERIOD, 5);
}

static void test_the_key_ends_with_the_last_submission_that_is_dropped(void **state)
{
	struct world *world = *state;

	submit(world, "m1", PERIOD);
	submit(world, "m2", PERIOD);
	assert_int_equal(oeo_store_drop_submission(world->store, "m1", PERIOD), OEO_OK);
	expect_readable(world, PERIOD, 5);
	assert_int_equal(oeo_store_revoke(world->store, "m2", NULL), OEO_OK);
	assert_false(is_there(world, "periods/" PERIOD ".key"));
	/* Sent again, it is sealed under a new one. */
	submit(world, "m1", PERIOD);
	expect_readable(world, PERIOD, 5);
}

static void test_the_key_ends_with_a_release_of_nothing(void **state)
{
	struct world *world = *state;
	const char without[4][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	submit_all_but_the_last(world, "m1", PERIOD);
	assert_true(is_there(world, "periods/" PERIOD ".key"));
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, digest, without, 4, 7),
	    OEO_OK);
	assert_false(is_there(world, "periods/" PERIOD ".key"));
}

/* What a crash between the commit and the removal leaves, and a half-written file, go at the next compaction. */
static void test_a_compaction_removes_what_a_crash_left(void **state)
{
	struct world *world = *state;
	char key[OEO_PATH_BYTES];
	char other_name[OEO_PATH_BYTES];

	submit(world, "m1", PERIOD);
	submit(world, "m1", OTHER_PERIOD);
	path_of(key, world, "periods/" PERIOD ".key");
	path_of(other_name, world, "periods/" PERIOD ".key.Ab12Cd");
	assert_int_equal(link(key, other_name), 0);
	path_of(other_name, world, "periods/" OTHER_PERIOD ".key.Ab12Cd");
	path_of(key, world, "periods/" OTHER_PERIOD ".key");
	assert_int_equal(link(key, other_name), 0);
	run_sql(world,
	    "DELETE FROM parts WHERE id >> 32 IN (SELECT id FROM submissions WHERE period = '" PERIOD "')");
	assert_true(is_there(world, "periods/" PERIOD ".key"));
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	assert_false(is_there(world, "periods/" PERIOD ".key"));
	assert_false(is_there(world, "periods/" PERIOD ".key.Ab12Cd"));
	assert_false(is_there(world, "periods/" OTHER_PERIOD ".key.Ab12Cd"));
	expect_readable(world, OTHER_PERIOD, 5);
}

/* ---- A restored database without the keys */

static void remove_key(const struct world *world)
{
	char path[OEO_PATH_BYTES];

	path_of(path, world, "periods/" PERIOD ".key");
	assert_int_equal(unlink(path), 0);
}

static void test_a_lost_key_is_told_and_mended_by_sending_again(void **state)
{
	struct world *world = *state;

	submit(world, "m1", PERIOD);
	submit(world, "m2", PERIOD);
	remove_key(world);
	expect_unreadable(world, PERIOD, "m1");
	assert_int_equal(oeo_store_drop_submission(world->store, "m1", PERIOD), OEO_OK);
	submit(world, "m1", PERIOD);
	/* Under a new key: what m2 sent stays unreadable until it is sent again too. */
	expect_unreadable(world, PERIOD, "m2");
	assert_int_equal(oeo_store_drop_submission(world->store, "m2", PERIOD), OEO_OK);
	submit(world, "m2", PERIOD);
	expect_readable(world, PERIOD, 10);
}

static void test_a_member_is_told_to_begin_anew_where_the_key_is_lost(void **state)
{
	struct world *world = *state;
	struct oeo_ingest *ingest = NULL;
	struct draft draft;

	submit_all_but_the_last(world, "m1", PERIOD);
	remove_key(world);
	make_draft(&draft, world, "m1", PERIOD);
	draft_cut(&draft, 2);
	assert_int_equal(oeo_ingest_new(&ingest, world->store, &world->home, &world->clock, NULL), OEO_OK);
	for (size_t i = 0; i < draft.n_parts; i++)
		assert_int_equal(world_send(world, ingest, "m1", &draft.parts[i]), OEO_REASON_CONFLICT);
	/* Others are not in its way. */
	submit(world, "m2", PERIOD);
	oeo_ingest_free(ingest);
	draft_free(&draft);
}

static void test_nothing_is_stored_where_no_key_can_be_kept(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];
	struct draft draft;

	path_of(path, world, "periods");
	assert_int_equal(oeo_file_write(path, "x", 1, 0600, NULL), OEO_OK);
	make_draft(&draft, world, "m1", PERIOD);
	draft_cut(&draft, 2);
	assert_int_equal(
	    oeo_store_put_part(world->store, "m1", &draft.parts[0], draft.parts[0].key_digest, 0),
	    OEO_ERR_IO);
	assert_non_null(strstr(oeo_store_message(world->store), "periods"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(
	    oeo_store_put_part(world->store, "m1", &draft.parts[0], draft.parts[0].key_digest, 0), OEO_OK);
	draft_free(&draft);
}

static void test_a_key_that_others_can_read_is_not_used(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];
	struct seen seen;

	submit(world, "m1", PERIOD);
	path_of(path, world, "periods/" PERIOD ".key");
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(scan(world, PERIOD, &seen), OEO_ERR_IO);
	assert_int_equal(chmod(path, 0600), 0);
	expect_readable(world, PERIOD, 5);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_no_share_and_no_tag_ever_stands_on_disk),
	    WITH_WORLD(test_the_key_is_a_file_of_the_period_for_its_owner_alone),
	    WITH_WORLD(test_periods_have_keys_of_their_own),
	    WITH_WORLD(test_a_row_that_was_moved_is_refused),
	    WITH_WORLD(test_a_purge_ends_the_key_and_with_it_every_copy_of_the_database),
	    WITH_WORLD(test_a_rolled_back_purge_leaves_the_key),
	    WITH_WORLD(test_the_key_ends_with_the_last_submission_that_is_dropped),
	    WITH_WORLD(test_the_key_ends_with_a_release_of_nothing),
	    WITH_WORLD(test_a_compaction_removes_what_a_crash_left),
	    WITH_WORLD(test_a_lost_key_is_told_and_mended_by_sending_again),
	    WITH_WORLD(test_a_member_is_told_to_begin_anew_where_the_key_is_lost),
	    WITH_WORLD(test_nothing_is_stored_where_no_key_can_be_kept),
	    WITH_WORLD(test_a_key_that_others_can_read_is_not_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
