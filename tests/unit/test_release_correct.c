/* SPDX-License-Identifier: EUPL-1.2 */
/* Corrections of a release: by whom, when, what stands in the way, and through a crash. */
#include "audit_run.h"

#include <sqlite3.h>

#define TODAY "2026-11-21"
#define QUARTER "2026-Q3"

/* Three members are in; m3 is late. */
static void release_first(void)
{
	submit_quarter("m0", wo, 0, 8);
	submit_quarter("m1", wo, 8, 7);
	submit_quarter("m2", ge, 20, 9);
	assert_int_equal(release_on(QUARTER, TODAY), OEO_EXIT_OK);
}

static void read_version(struct oeo_release *release, unsigned version)
{
	char path[OEO_PATH_BYTES];
	struct oeo_period period;

	assert_int_equal(oeo_period_parse(&period, QUARTER), OEO_OK);
	assert_int_equal(oeo_release_path(path, &world.home, world.plan, &period, version), OEO_OK);
	assert_int_equal(oeo_release_read(release, path, world.self.card.identity_pk, NULL), OEO_OK);
}

static bool has_version(unsigned version)
{
	char path[OEO_PATH_BYTES];
	struct oeo_period period;

	assert_int_equal(oeo_period_parse(&period, QUARTER), OEO_OK);
	assert_int_equal(oeo_release_path(path, &world.home, world.plan, &period, version), OEO_OK);
	return oeo_file_exists(path);
}

static struct oeo_store_period find_record(void)
{
	struct oeo_store_period record;

	assert_int_equal(oeo_store_find_period(world.store, QUARTER, &record), OEO_OK);
	return record;
}

static const struct oeo_release_cell *first_cell(const struct oeo_release *release, const char *table)
{
	return &oeo_release_table(release, table)->cells[0];
}

static enum oeo_exit audit_versions(unsigned n)
{
	char paths[4][OEO_PATH_BYTES];
	char *arguments[4];
	struct oeo_period period;

	assert_int_equal(oeo_period_parse(&period, QUARTER), OEO_OK);
	for (unsigned i = 0; i < n; i++) {
		assert_int_equal(oeo_release_path(paths[i], &world.home, world.plan, &period, i + 1), OEO_OK);
		arguments[i] = paths[i];
	}
	return audit_files(arguments, n, NULL, false);
}

/* ---- What may be */

static void test_a_member_that_came_late_is_in_the_correction(void **state)
{
	struct oeo_release first = {0};
	struct oeo_release second = {0};
	bool is_without = true;

	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 6);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	read_version(&first, 1);
	read_version(&second, 2);
	assert_false(first.is_correction);
	assert_true(second.is_correction);
	assert_memory_equal(second.corrects, first.digest, OEO_DIGEST_BYTES);
	assert_int_equal(first_cell(&first, "total")->residents, 24);
	assert_int_equal(first_cell(&second, "total")->residents, 30);
	assert_memory_equal(find_record().release_digest, second.digest, OEO_DIGEST_BYTES);
	assert_int_equal(find_record().n_superseded, 1);
	assert_int_equal(find_record().n_reopened, 0);
	assert_int_equal(oeo_store_is_without(world.store, "m3", QUARTER, &is_without), OEO_OK);
	assert_false(is_without);
	assert_int_equal(audit_versions(2), OEO_EXIT_OK);
	assert_true(said(".2.oeorel"));
	oeo_release_fini(&first);
	oeo_release_fini(&second);
}

static void test_a_correction_is_corrected_in_turn(void **state)
{
	struct oeo_release second = {0};
	struct oeo_release third = {0};

	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 6);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_OK);
	submit_quarter("m0", wo, 50, 16);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	read_version(&second, 2);
	read_version(&third, 3);
	assert_memory_equal(third.corrects, second.digest, OEO_DIGEST_BYTES);
	assert_int_equal(first_cell(&third, "total")->residents, 38);
	assert_int_equal(find_record().n_superseded, 2);
	assert_int_equal(audit_versions(3), OEO_EXIT_OK);
	oeo_release_fini(&second);
	oeo_release_fini(&third);
}

static const char *const zo[] = {"ZO"};

/* Residents first .. first + n - 1 of one theme, who asked two questions each; to a submission of the quarter. */
static void add_residents(struct draft *draft, const char *const *theme, size_t first, size_t n)
{
	const struct world_cell *cells[] = {
	    world_cell(&world, QUARTER, "total", NULL, 0), world_cell(&world, QUARTER, "theme", theme, 1)};

	for (size_t i = first; i < first + n; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%zu", i);
		for (size_t c = 0; c < 2; c++) {
			draft_add(draft, cells[c], name);
			draft_add_alone(draft, cells[c]);
		}
	}
}

/* So many about housing, money and care; residents of two members are others. */
static void submit_twice(const char *member, size_t n_housing, size_t n_money, size_t n_care)
{
	size_t first = 100 * (size_t)(member[1] - '0');
	struct draft draft;

	draft_begin(&draft, &world, member, QUARTER);
	add_residents(&draft, wo, first, n_housing);
	add_residents(&draft, ge, first + 30, n_money);
	add_residents(&draft, zo, first + 60, n_care);
	draft_submit(&draft);
}

/* One asked each of two late members about care: too few to open. Their questions would be the total less the other themes; those
 * of housing are out and stay, so money loses its questions, and nothing else. */
static void test_a_correction_may_lose_the_questions_of_a_cell_alone(void **state)
{
	struct oeo_release first = {0};
	struct oeo_release second = {0};
	const struct oeo_release_cell *before;
	const struct oeo_release_cell *after;
	size_t money = oeo_dimension_find_code(&world.plan->dimensions[0], 0, "GE");

	(void)state;
	submit_twice("m0", 8, 0, 0);
	submit_twice("m1", 7, 0, 0);
	submit_twice("m2", 0, 9, 0);
	assert_int_equal(release_on(QUARTER, TODAY), OEO_EXIT_OK);
	assert_int_equal(reopen("m2", QUARTER), OEO_EXIT_OK);
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_twice("m2", 0, 15, 1);
	submit_twice("m3", 0, 6, 1);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	read_version(&first, 1);
	read_version(&second, 2);
	before = &oeo_release_table(&first, "theme")->cells[money];
	after = &oeo_release_table(&second, "theme")->cells[money];
	assert_true(!before->is_hidden && !before->hides_questions && before->questions == 18);
	assert_true(!after->is_hidden && after->hides_questions);
	assert_int_equal(after->residents, 21);
	assert_int_equal(first_cell(&second, "total")->questions, 76);
	assert_true(said("the questions alone of cells that it shows: 1\n"));
	/* Cells: all, whole, without questions, not shown; before and after. */
	assert_true(said("The release that is corrected:\n"));
	assert_true(
	    said("  theme                                   4        4              0            0\n"));
	assert_true(said("The correction:\n"));
	assert_true(
	    said("  theme                                   4        1              1            2\n"));
	assert_true(
	    said("  pair                                   12        0              -           12\n"));
	assert_int_equal(audit_versions(2), OEO_EXIT_OK);
	oeo_release_fini(&first);
	oeo_release_fini(&second);
}

/* ---- What stands in the way */

static void expect_refusal(void)
{
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_FAILED);
	assert_false(has_version(2));
	assert_int_equal(find_record().n_superseded, 0);
}

static void test_few_residents_more_make_no_correction_and_the_cells_are_named(void **state)
{
	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 4);
	expect_refusal();
	assert_true(said("  total\n"));
	assert_true(said("  theme: GE\n"));
	assert_false(said("theme: WO"));
}

static void test_k_residents_more_make_one(void **state)
{
	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 5);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	assert_true(has_version(2));
}

static void test_a_single_withdrawal_never_makes_one(void **state)
{
	(void)state;
	release_first();
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_OK);
	submit_quarter("m0", wo, 0, 7);
	expect_refusal();
	assert_true(said("  theme: WO\n"));
}

static void test_nothing_new_makes_none(void **state)
{
	(void)state;
	release_first();
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_OK);
	submit_quarter("m0", wo, 0, 8);
	expect_refusal();
	assert_true(said("no published number would change"));
}

/* Eight move from one theme to the other: both change by enough, the total not at all. */
static void test_what_moves_in_number_is_corrected(void **state)
{
	struct oeo_release second = {0};

	(void)state;
	submit_all();
	assert_int_equal(release_on(QUARTER, TODAY), OEO_EXIT_OK);
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_OK);
	submit_quarter("m0", ge, 0, 8);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_OK);
	read_version(&second, 2);
	assert_int_equal(first_cell(&second, "total")->residents, 30);
	oeo_release_fini(&second);
}

/* ---- When */

static void test_nothing_is_corrected_before_it_is_submitted_anew(void **state)
{
	(void)state;
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_FAILED);
	assert_true(said("not released yet"));
	release_first();
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_FAILED);
	assert_true(said("No member may submit"));
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_OK);
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_FAILED);
	assert_true(said("Not in yet: m0"));
	assert_int_equal(reopen("m9", QUARTER), OEO_EXIT_FAILED);
	assert_false(has_version(2));
}

static void test_only_who_was_let_may_submit_a_released_period(void **state)
{
	struct oeo_ingest *ingest = NULL;
	struct draft draft;

	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	draft_begin(&draft, &world, "m1", QUARTER);
	draft_add(&draft, world_cell(&world, QUARTER, "total", NULL, 0), "resident90");
	draft_cut(&draft, 100);
	assert_int_equal(oeo_ingest_new(&ingest, world.store, &world.home, &world.clock, NULL), OEO_OK);
	assert_int_equal(world_send(&world, ingest, "m1", &draft.parts[0]), OEO_REASON_CONFLICT);
	oeo_ingest_free(ingest);
	draft_free(&draft);
}

static void test_after_the_purge_nothing_is_corrected(void **state)
{
	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 6);
	assert_int_equal(oeo_store_purge_period(world.store, QUARTER), OEO_OK);
	expect_refusal();
	assert_true(said("reports have been purged"));
	assert_int_equal(reopen("m2", QUARTER), OEO_EXIT_FAILED);
}

static void test_destroyed_keys_end_it_too(void **state)
{
	struct oeo_destroyed destroyed = {.keyholder = "kh0"};

	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 6);
	assert_int_equal(
	    oeo_store_put_destroyed(world.store, QUARTER, world.plan->digest, &destroyed), OEO_OK);
	expect_refusal();
	assert_true(said("kh0 has destroyed its keys"));
}

/* ---- A crash on the way */

static void run_sql(const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", world.folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_a_correction_that_was_written_but_not_marked_is_taken_up(void **state)
{
	struct oeo_release written = {0};
	struct oeo_release taken = {0};

	(void)state;
	release_first();
	assert_int_equal(reopen("m3", QUARTER), OEO_EXIT_OK);
	submit_quarter("m3", ge, 29, 6);
	run_sql("CREATE TRIGGER t BEFORE INSERT ON superseded BEGIN SELECT RAISE(ABORT, 'power cut'); END");
	assert_int_equal(release_with(QUARTER, TODAY, true), OEO_EXIT_FAILED);
	run_sql("DROP TRIGGER t");
	assert_true(has_version(2));
	assert_int_equal(find_record().n_superseded, 0);
	/* What is signed can neither change nor be thrown away. */
	assert_int_equal(reopen("m0", QUARTER), OEO_EXIT_FAILED);
	assert_true(said("--correct"));
	read_version(&written, 2);
	assert_int_equal(release_with(QUARTER, "2026-11-22", true), OEO_EXIT_OK);
	read_version(&taken, 2);
	assert_memory_equal(written.digest, taken.digest, OEO_DIGEST_BYTES);
	assert_memory_equal(find_record().release_digest, taken.digest, OEO_DIGEST_BYTES);
	assert_false(has_version(3));
	oeo_release_fini(&written);
	oeo_release_fini(&taken);
}

/* ---- Together with other periods */

/* The month is corrected after its quarter is out; then nothing is forgotten that the next one needs. */
static void test_a_month_is_corrected_beside_its_quarter(void **state)
{
	struct oeo_release quarter = {0};
	struct oeo_store_period record;

	(void)state;
	submit_month("m0", "2026-07", 0, 10);
	assert_int_equal(release_on("2026-07", TODAY), OEO_EXIT_OK);
	submit_all();
	assert_int_equal(release_on(QUARTER, TODAY), OEO_EXIT_OK);
	read_version(&quarter, 1);
	assert_int_equal(first_cell(&quarter, "total")->residents, 30);
	assert_int_equal(reopen("m1", "2026-07"), OEO_EXIT_OK);
	submit_month("m1", "2026-07", 10, 12);
	assert_int_equal(release_with("2026-07", TODAY, true), OEO_EXIT_OK);
	assert_int_equal(oeo_store_find_period(world.store, "2026-07", &record), OEO_OK);
	assert_int_equal(record.n_superseded, 1);
	oeo_release_fini(&quarter);
}

/* With 28 of 30 in the month, the difference would tell of two: against the quarter that is out it is hidden, and a
 * correction that hides the total is none. */
static void test_a_month_that_comes_near_its_quarter_is_not_corrected(void **state)
{
	struct oeo_store_period record;

	(void)state;
	submit_month("m0", "2026-07", 0, 10);
	assert_int_equal(release_on("2026-07", TODAY), OEO_EXIT_OK);
	submit_all();
	assert_int_equal(release_on(QUARTER, TODAY), OEO_EXIT_OK);
	assert_int_equal(reopen("m1", "2026-07"), OEO_EXIT_OK);
	submit_month("m1", "2026-07", 10, 18);
	assert_int_equal(release_with("2026-07", TODAY, true), OEO_EXIT_FAILED);
	assert_int_equal(oeo_store_find_period(world.store, "2026-07", &record), OEO_OK);
	assert_int_equal(record.n_superseded, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_member_that_came_late_is_in_the_correction),
	    TEST(test_a_correction_is_corrected_in_turn),
	    TEST(test_a_correction_may_lose_the_questions_of_a_cell_alone),
	    TEST(test_few_residents_more_make_no_correction_and_the_cells_are_named),
	    TEST(test_k_residents_more_make_one),
	    TEST(test_a_single_withdrawal_never_makes_one),
	    TEST(test_nothing_new_makes_none),
	    TEST(test_what_moves_in_number_is_corrected),
	    TEST(test_nothing_is_corrected_before_it_is_submitted_anew),
	    TEST(test_only_who_was_let_may_submit_a_released_period),
	    TEST(test_after_the_purge_nothing_is_corrected),
	    TEST(test_destroyed_keys_end_it_too),
	    TEST(test_a_correction_that_was_written_but_not_marked_is_taken_up),
	    TEST(test_a_month_is_corrected_beside_its_quarter),
	    TEST(test_a_month_that_comes_near_its_quarter_is_not_corrected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
