/* SPDX-License-Identifier: EUPL-1.2 */
/* The store: a purge leaves no share behind, and opened cells are sealed. */
#include "store_run.h"

/* ---- Purge */

#define SEALED_BYTES 64

/* What stands on disk of the reports: the end of a sealed part. */
static void read_sealed(const struct world *world, uint8_t sealed[SEALED_BYTES])
{
	char path[OEO_PATH_BYTES];
	sqlite3_stmt *row = NULL;
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_prepare_v2(
		db, "SELECT substr(content, -64) FROM parts WHERE kind = 2 ORDER BY id", -1, &row, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_int_equal(sqlite3_column_bytes(row, 0), SEALED_BYTES);
	memcpy(sealed, sqlite3_column_blob(row, 0), SEALED_BYTES);
	(void)sqlite3_finalize(row);
	(void)sqlite3_close(db);
}

/* Make a submission and send all of it. */
static void submit_draft(struct draft *draft, struct world *world)
{
	struct oeo_ingest *ingest = new_ingest(world);

	make_draft(draft, world);
	for (size_t i = 0; i < draft->n_parts; i++)
		assert_int_equal(world_send(world, ingest, MEMBER, &draft->parts[i]), 0);
	oeo_ingest_free(ingest);
}

static void test_store_purge_leaves_no_share_on_disk(void **state)
{
	struct world *world = *state;
	uint8_t sealed[SEALED_BYTES];
	struct oeo_store_submission submission;
	struct oeo_store_period record;
	struct draft draft;

	submit_draft(&draft, world);
	assert_int_equal(oeo_store_find_submission(world->store, MEMBER, PERIOD, &submission), OEO_OK);
	assert_int_equal(submission.n_reports, draft.n_reports);
	read_sealed(world, sealed);
	assert_true(world_home_holds(world, sealed, sizeof(sealed)));
	assert_int_equal(oeo_store_purge_period(world->store, PERIOD), OEO_OK);
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	assert_false(world_home_holds(world, sealed, sizeof(sealed)));
	/* What heartbeats tell stays. */
	assert_int_equal(stored_parts(world), draft.n_parts);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_true(record.is_purged);
	/* How much the member sent goes with it. */
	assert_int_equal(oeo_store_find_submission(world->store, MEMBER, PERIOD, &submission), OEO_OK);
	assert_true(submission.is_final);
	assert_int_equal(submission.n_reports, 0);
	assert_int_equal(submission.n_buckets, 0);
	draft_free(&draft);
}

/* Without a compaction: what is freed in the database is overwritten at once. */
static void test_store_overwrites_a_dropped_submission(void **state)
{
	struct world *world = *state;
	uint8_t sealed[SEALED_BYTES];
	struct draft draft;

	submit_draft(&draft, world);
	world_restart(world); /* the journal goes into the database */
	read_sealed(world, sealed);
	assert_true(world_file_holds(world, "collector.sqlite", sealed, sizeof(sealed)));
	assert_int_equal(oeo_store_drop_submission(world->store, MEMBER, PERIOD), OEO_OK);
	world_restart(world);
	assert_false(world_home_holds(world, sealed, sizeof(sealed)));
	draft_free(&draft);
}

/* A compaction copies the database by way of another one: that lies in memory, not in /var/tmp. */
static void test_store_leaves_nothing_among_temporary_files(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	/* More than SQLite keeps in memory of itself. */
	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
			     "CREATE TABLE ballast AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL"
			     " SELECT i + 1 FROM n WHERE i < 140) SELECT zeroblob(1000000) AS bytes FROM n",
			     NULL, NULL, NULL),
	    SQLITE_OK);
	(void)sqlite3_close(db);
	failing_nameless = 0;
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	assert_int_equal(failing_nameless, 0);
}

/* Made on a failing disk, a store is there whole or not at all; made again, it works. */
static void test_store_is_made_whole_or_not_at_all(void **state)
{
	struct world *world = *state;
	struct oeo_store *store = NULL;
	struct oeo_home home;
	char path[128];
	enum oeo_err err = OEO_ERR_IO;
	unsigned long n = 0;

	(void)snprintf(path, sizeof(path), "%s/fresh", world->folder);
	assert_int_equal(oeo_home_create(&home, path, NULL), OEO_OK);
	while (err != OEO_OK) {
		n++;
		assert_true(n < 200);
		failing_vfs_fail_at(n);
		err = oeo_store_create(&home, NULL);
		failing_vfs_fail_at(0);
	}
	assert_true(n > 3);
	assert_int_equal(oeo_store_open(&store, &home, NULL), OEO_OK);
	oeo_store_close(store);
}

static void test_store_purge_leaves_other_periods_alone(void **state)
{
	struct world *world = *state;
	struct oeo_opening_report report;
	struct oeo_opened opened;
	struct draft draft;
	char name[16];

	draft_begin(&draft, world, MEMBER, "2026-Q2");
	draft_add(&draft, world_cell(world, "2026-Q2", "theme", wo, 1), "resident0");
	draft_submit(&draft);
	draft_begin(&draft, world, MEMBER, PERIOD);
	for (size_t i = 0; i < K; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&draft, world_cell(world, PERIOD, "theme", wo, 1), name);
	}
	draft_submit(&draft);
	assert_int_equal(oeo_store_purge_period(world->store, "2026-Q2"), OEO_OK);
	assert_int_equal(oeo_store_compact(world->store), OEO_OK);
	world_run_opening(world, PERIOD, NULL, &opened, &report);
	assert_non_null(world_opened_cell(world, &opened, "theme", wo, 1));
	oeo_opened_fini(&opened);
	oeo_opening_report_fini(&report);
}

/* ---- Opened cells */

static void test_store_seals_opened_cells(void **state)
{
	struct world *world = *state;
	static const uint8_t secret[] = "eleven residents in theme WO";
	struct oeo_buf bytes = {NULL, 0, 0};

	assert_int_equal(oeo_store_put_opened(world->store, PERIOD, secret, sizeof(secret)), OEO_OK);
	assert_false(world_home_holds(world, secret, 10));
	world_restart(world);
	assert_int_equal(oeo_store_load_opened(world->store, PERIOD, &bytes), OEO_OK);
	assert_int_equal(bytes.len, sizeof(secret));
	assert_memory_equal(bytes.data, secret, sizeof(secret));
	assert_int_equal(oeo_store_load_opened(world->store, "2026-Q2", &bytes), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_store_remove_opened(world->store, PERIOD), OEO_OK);
	assert_int_equal(oeo_store_load_opened(world->store, PERIOD, &bytes), OEO_ERR_NOT_FOUND);
	oeo_buf_fini(&bytes);
}

static void test_store_does_not_open_one_periods_cells_as_anothers(void **state)
{
	struct world *world = *state;
	struct oeo_buf bytes = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	assert_int_equal(oeo_store_put_opened(world->store, PERIOD, (const uint8_t *)"abc", 3), OEO_OK);
	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "UPDATE opened SET period = '2026-Q2'", NULL, NULL, NULL), SQLITE_OK);
	(void)sqlite3_close(db);
	assert_int_equal(oeo_store_load_opened(world->store, "2026-Q2", &bytes), OEO_ERR_CRYPTO);
	assert_int_equal(bytes.len, 0);
	oeo_buf_fini(&bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_store_purge_leaves_no_share_on_disk),
	    WITH_WORLD(test_store_overwrites_a_dropped_submission),
	    WITH_WORLD(test_store_leaves_nothing_among_temporary_files),
	    WITH_WORLD(test_store_is_made_whole_or_not_at_all),
	    WITH_WORLD(test_store_purge_leaves_other_periods_alone),
	    WITH_WORLD(test_store_seals_opened_cells),
	    WITH_WORLD(test_store_does_not_open_one_periods_cells_as_anothers),
	};

	failing_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
