/* SPDX-License-Identifier: EUPL-1.2 */
/* Members, plans, the log and the register that holds them. */
#include "keyholder_world.h"

#include <sqlite3.h>

static struct oeo_note why;

static enum oeo_err find(struct keyholder_world *world, size_t member, char id[OEO_ID_BYTES])
{
	return oeo_members_find_key(world->reg, world->members[member].card.curve_pk, id);
}

/* ---- Members */

static void test_a_member_is_found_by_its_key_until_it_is_revoked(void **state)
{
	struct keyholder_world *world = *state;
	char id[OEO_ID_BYTES] = "";

	assert_ok(find(world, 0, id));
	assert_string_equal(id, "lid-0");
	assert_int_equal(find(world, 2, id), OEO_ERR_NOT_FOUND);
	assert_ok(oeo_members_revoke(world->reg, "lid-0", 1000, &why));
	assert_int_equal(find(world, 0, id), OEO_ERR_REFUSED);
	assert_string_equal(id, "lid-0");
	assert_ok(find(world, 1, id));
	assert_int_equal(oeo_members_revoke(world->reg, "lid-0", 1001, &why), OEO_ERR_NOT_FOUND);
	assert_int_equal(oeo_members_revoke(world->reg, "nobody", 1001, &why), OEO_ERR_NOT_FOUND);
	assert_ok(oeo_members_admit(world->reg, &world->members[0].card, NULL, 1002, &why));
	assert_ok(find(world, 0, id));
}

static void test_a_member_gets_another_key_only_after_a_revoke(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_card moved = world->members[2].card;
	char id[OEO_ID_BYTES];

	(void)snprintf(moved.id, sizeof(moved.id), "lid-0");
	assert_int_equal(oeo_members_admit(world->reg, &moved, NULL, 1000, &why), OEO_ERR_CONFLICT);
	assert_non_null(strstr(why.text, "revoke lid-0"));
	assert_ok(oeo_members_revoke(world->reg, "lid-0", 1000, &why));
	assert_ok(oeo_members_admit(world->reg, &moved, NULL, 1001, &why));
	assert_ok(find(world, 2, id));
	assert_string_equal(id, "lid-0");
	/* The old key stays revoked, and cannot come back beside the new one. */
	assert_int_equal(find(world, 0, id), OEO_ERR_REFUSED);
	assert_int_equal(
	    oeo_members_admit(world->reg, &world->members[0].card, NULL, 1002, &why), OEO_ERR_CONFLICT);
	assert_int_equal(find(world, 0, id), OEO_ERR_REFUSED);
}

static void test_a_key_belongs_to_one_member(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_card twin = world->members[0].card;
	char id[OEO_ID_BYTES];

	(void)snprintf(twin.id, sizeof(twin.id), "tweeling");
	assert_int_equal(oeo_members_admit(world->reg, &twin, NULL, 1000, &why), OEO_ERR_CONFLICT);
	assert_ok(find(world, 0, id));
	assert_string_equal(id, "lid-0");
}

static void test_only_agents_are_members(void **state)
{
	struct keyholder_world *world = *state;

	assert_int_equal(
	    oeo_members_admit(world->reg, &world->collector.card, NULL, 1000, &why), OEO_ERR_RANGE);
	assert_int_equal(oeo_members_admit(world->reg, &world->self.card, NULL, 1000, &why), OEO_ERR_RANGE);
}

static void test_a_quota_of_its_own_stays_until_another_is_given(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_member *members = NULL;
	uint64_t quota = 640;
	size_t n = 0;

	assert_int_equal(oeo_members_get_quota(world->reg, "lid-0", &quota), OEO_ERR_NOT_FOUND);
	assert_ok(oeo_members_admit(world->reg, &world->members[0].card, &quota, 1000, &why));
	assert_ok(oeo_members_admit(world->reg, &world->members[0].card, NULL, 1001, &why));
	quota = 0;
	assert_ok(oeo_members_get_quota(world->reg, "lid-0", &quota));
	assert_int_equal(quota, 640);
	assert_ok(oeo_members_revoke(world->reg, "lid-1", 1002, &why));
	assert_ok(oeo_members_list(world->reg, &members, &n));
	assert_int_equal(n, 2);
	assert_string_equal(members[0].id, "lid-0");
	assert_true(members[0].has_quota);
	assert_int_equal(members[0].revoked_s, 0);
	assert_string_equal(members[1].fingerprint, world->members[1].card.fingerprint);
	assert_int_equal(members[1].revoked_s, 1002);
	assert_false(members[1].has_quota);
	free(members);
}

/* ---- Plans */

static void test_a_changed_plan_takes_its_own_periods_only(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_signed_plan later;
	struct oeo_plan_set set = {NULL, 0};
	const struct oeo_plan *plan = NULL;
	struct oeo_period period;
	size_t n = 0;

	world_make_plan(&later, world, "2027-01");
	assert_ok(oeo_plans_check(
	    world->reg, later.plan, &world->collector.card, oeo_clock_today(&world->clock), &why));
	assert_ok(oeo_plans_keep(world->reg, &later, &world->collector.card, 1000, &why));
	assert_ok(
	    oeo_plans_keep(world->reg, &later, &world->collector.card, 1001, &why)); /* again: no harm */
	assert_ok(oeo_plans_count(world->reg, &n));
	assert_int_equal(n, 2);
	assert_ok(oeo_plan_set_load(&set, world->reg, &why));
	period = world_period("2026-Q4");
	assert_ok(oeo_plan_set_find(&set, "almelo", &period, &plan));
	assert_memory_not_equal(plan->digest, later.plan->digest, OEO_DIGEST_BYTES);
	period = world_period("2027");
	assert_ok(oeo_plan_set_find(&set, "almelo", &period, &plan));
	assert_memory_equal(plan->digest, later.plan->digest, OEO_DIGEST_BYTES);
	period = world_period("2024-12");
	assert_int_equal(oeo_plan_set_find(&set, "almelo", &period, &plan), OEO_ERR_RANGE);
	assert_int_equal(oeo_plan_set_find(&set, "almere", &period, &plan), OEO_ERR_NOT_FOUND);
	oeo_plan_set_fini(&set);
	oeo_signed_plan_fini(&later);
}

static void expect_change_refused(struct keyholder_world *world, const char *from)
{
	struct oeo_signed_plan changed;

	world_make_plan(&changed, world, from);
	assert_int_equal(oeo_plans_check(world->reg, changed.plan, &world->collector.card,
			     oeo_clock_today(&world->clock), &why),
	    OEO_ERR_CONFLICT);
	oeo_signed_plan_fini(&changed);
}

static void test_a_plan_cannot_be_changed_for_what_has_begun(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_signed_plan same;

	expect_change_refused(world, "2024-01"); /* before the one that is there */
	expect_change_refused(world, "2026-01"); /* begun */
	expect_change_refused(world, "2027-02"); /* in the middle of a year */
	world_make_plan(&same, world, NULL);
	assert_ok(oeo_plans_check(
	    world->reg, same.plan, &world->collector.card, oeo_clock_today(&world->clock), &why));
	oeo_signed_plan_fini(&same);
}

/* The plan that is there has years, the changed one months alone. */
static void test_a_changed_plan_keeps_whole_the_longest_period_of_the_one_before_it(void **state)
{
	struct keyholder_world *world = *state;
	static const char *const from[] = {"2027-02", "2027-01"};
	static const enum oeo_err expected[] = {OEO_ERR_CONFLICT, OEO_OK};

	for (size_t i = 0; i < 2; i++) {
		struct oeo_signed_plan changed;

		world_make_plan(&changed, world, from[i]);
		for (size_t t = 0; t < changed.plan->n_tables; t++)
			changed.plan->tables[t].cadence = OEO_MONTH;
		assert_int_equal(oeo_plans_check(world->reg, changed.plan, &world->collector.card,
				     oeo_clock_today(&world->clock), &why),
		    expected[i]);
		oeo_signed_plan_fini(&changed);
	}
}

static void test_another_collector_cannot_change_the_plan(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_signed_plan later;
	struct oeo_self other;

	world_make_self(&other, world, OEO_ROLE_COLLECTOR, "ander");
	world_make_plan(&later, world, "2027-01");
	assert_int_equal(
	    oeo_plans_check(world->reg, later.plan, &other.card, oeo_clock_today(&world->clock), &why),
	    OEO_ERR_CONFLICT);
	oeo_signed_plan_fini(&later);
	oeo_self_fini(&other);
}

/* ---- The log */

static void run_sql(const struct keyholder_world *world, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	assert_ok(oeo_home_path(path, &world->home, OEO_REGISTER_FILE));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_the_log_adds_up_per_member_period_and_purpose(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_access access = {"lid-0", "almelo", "2026-Q3", OEO_PURPOSE_CELL};
	struct oeo_access other = {"lid-1", "almelo", "2026-Q3", OEO_PURPOSE_CELL};
	struct oeo_usage *usage = NULL;
	uint64_t granted = 99;
	size_t n = 0;

	assert_ok(oeo_access_log_add(world->reg, &access, 64, 1000));
	assert_ok(oeo_access_log_add(world->reg, &access, 64, 2000));
	assert_ok(oeo_access_log_add(world->reg, &other, 64, 3000));
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 128);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_RESIDENT), 0);
	assert_int_equal(world_used(world, 0, "2026-Q2", OEO_PURPOSE_CELL), 0);
	assert_ok(oeo_access_log_granted(world->reg, "lid-0", "almelo", "2026-Q3", &granted));
	assert_int_equal(granted, 0);
	assert_ok(oeo_access_log_grant(world->reg, "lid-0", "almelo", "2026-Q3", 64));
	assert_ok(oeo_access_log_grant(world->reg, "lid-0", "almelo", "2026-Q3", 128));
	assert_ok(oeo_access_log_usage(world->reg, &usage, &n));
	assert_int_equal(n, 2);
	assert_string_equal(usage[0].member, "lid-0");
	assert_int_equal(usage[0].count, 128);
	assert_int_equal(usage[0].granted, 192);
	assert_int_equal(usage[0].first_s, 1000);
	assert_int_equal(usage[0].last_s, 2000);
	assert_int_equal(usage[1].granted, 0);
	free(usage);
	/* Somebody who was never admitted cannot be in the log. */
	access.member = "nobody";
	assert_int_equal(oeo_access_log_add(world->reg, &access, 64, 1000), OEO_ERR_EXISTS);
}

static int64_t number_of(const struct keyholder_world *world, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3_stmt *row = NULL;
	sqlite3 *db = NULL;
	int64_t number;

	assert_ok(oeo_home_path(path, &world->home, OEO_REGISTER_FILE));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &row, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	number = sqlite3_column_int64(row, 0);
	(void)sqlite3_finalize(row);
	(void)sqlite3_close(db);
	return number;
}

/* The sum of one member cannot be written: its line goes too, and what else is in the batch stays. */
static void test_a_line_and_its_sum_count_together_or_not_at_all(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_access access = {"lid-0", "almelo", "2026-Q3", OEO_PURPOSE_CELL};
	struct oeo_access other = {"lid-1", "almelo", "2026-Q3", OEO_PURPOSE_CELL};

	run_sql(world, "CREATE TRIGGER broken BEFORE INSERT ON usage WHEN new.member = 'lid-0'"
		       " BEGIN SELECT RAISE(ABORT, 'broken'); END");
	assert_ok(oeo_register_begin(world->reg));
	assert_ok(oeo_access_log_add(world->reg, &other, 64, 1000));
	assert_int_not_equal(oeo_access_log_add(world->reg, &access, 64, 1000), OEO_OK);
	assert_ok(oeo_access_log_add(world->reg, &other, 64, 1000));
	assert_ok(oeo_register_commit(world->reg));
	assert_int_equal(number_of(world, "SELECT count(*) FROM evaluations WHERE member = 'lid-0'"), 0);
	assert_int_equal(number_of(world, "SELECT count(*) FROM evaluations WHERE member = 'lid-1'"), 2);
	assert_int_equal(world_used(world, 1, "2026-Q3", OEO_PURPOSE_CELL), 128);
	/* Outside a batch too. */
	assert_int_not_equal(oeo_access_log_add(world->reg, &access, 64, 1000), OEO_OK);
	assert_int_equal(number_of(world, "SELECT count(*) FROM evaluations WHERE member = 'lid-0'"), 0);
	assert_ok(oeo_register_begin(world->reg));
	oeo_register_rollback(world->reg);
}

static void test_refusals_are_counted_by_name(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_refusal *refusals = NULL;
	size_t n = 0;

	assert_ok(oeo_access_log_refuse(world->reg, "lid-0", OEO_REASON_QUOTA, "almelo", "2026-Q3", 1000));
	assert_ok(oeo_access_log_refuse(world->reg, "lid-0", OEO_REASON_QUOTA, "almelo", "2026-Q3", 1500));
	assert_ok(oeo_access_log_refuse(world->reg, "", OEO_REASON_UNKNOWN_MEMBER, "", "", 1200));
	assert_ok(oeo_access_log_refusals(world->reg, &refusals, &n));
	assert_int_equal(n, 2);
	assert_string_equal(refusals[0].member, "");
	assert_int_equal(refusals[1].reason, OEO_REASON_QUOTA);
	assert_int_equal(refusals[1].count, 2);
	assert_int_equal(refusals[1].last_s, 1500);
	free(refusals);
}

static void test_what_is_rolled_back_has_not_happened(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_access access = {"lid-0", "almelo", "2026-Q3", OEO_PURPOSE_CELL};
	struct oeo_register *beside = NULL;
	uint64_t used = 99;

	assert_ok(oeo_register_open(&beside, &world->home, &why));
	assert_ok(oeo_register_begin(world->reg));
	assert_ok(oeo_access_log_add(world->reg, &access, 64, 1000));
	/* Another process does not see it yet. */
	assert_ok(oeo_access_log_used(beside, &access, &used));
	assert_int_equal(used, 0);
	oeo_register_rollback(world->reg);
	oeo_register_rollback(world->reg);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
	assert_ok(oeo_register_begin(world->reg));
	assert_ok(oeo_access_log_add(world->reg, &access, 64, 1000));
	assert_ok(oeo_register_commit(world->reg));
	assert_ok(oeo_access_log_used(beside, &access, &used));
	assert_int_equal(used, 64);
	oeo_register_close(beside);
}

/* ---- The register */

static void test_facts_are_kept_as_text_and_number(void **state)
{
	struct keyholder_world *world = *state;
	int64_t number = 7;
	char text[16] = "x";
	char small[4];

	assert_ok(oeo_register_get_number(world->reg, "absent", &number));
	assert_int_equal(number, 0);
	assert_ok(oeo_register_get_text(world->reg, "absent", text, sizeof(text)));
	assert_string_equal(text, "");
	assert_ok(oeo_register_set_number(world->reg, "n", -5));
	assert_ok(oeo_register_set_number(world->reg, "n", 12));
	assert_ok(oeo_register_get_number(world->reg, "n", &number));
	assert_int_equal(number, 12);
	assert_ok(oeo_register_set_text(world->reg, "t", "text"));
	assert_ok(oeo_register_get_text(world->reg, "t", text, sizeof(text)));
	assert_string_equal(text, "text");
	assert_int_equal(oeo_register_get_text(world->reg, "t", small, sizeof(small)), OEO_ERR_FORMAT);
}

static void test_a_register_of_another_version_or_place_is_refused(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_register *reg = NULL;
	struct oeo_home empty;
	char path[OEO_PATH_BYTES];

	run_sql(world, "PRAGMA user_version = 2");
	assert_int_equal(oeo_register_open(&reg, &world->home, &why), OEO_ERR_FORMAT);
	(void)snprintf(path, sizeof(path), "%s/leeg", world->scratch.path);
	assert_ok(oeo_home_create(&empty, path, &why));
	assert_int_equal(oeo_register_open(&reg, &empty, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "init"));
	assert_ok(oeo_home_path(path, &empty, OEO_REGISTER_FILE));
	assert_ok(oeo_file_write(
	    path, "this is no database, but long enough to be looked at as one", 59, 0600, &why));
	assert_int_equal(oeo_register_open(&reg, &empty, &why), OEO_ERR_FORMAT);
	assert_null(reg);
	oeo_register_close(NULL);
}

static void test_a_row_that_was_tampered_with_is_an_error_not_a_crash(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_plan_set set = {NULL, 0};
	struct oeo_period_record record;
	struct oeo_period_record *records = NULL;
	struct oeo_member *members = NULL;
	size_t n;

	run_sql(world, "INSERT INTO periods(plan, period, made_s, resident_pk, cell_pk) VALUES('almelo', "
		       "'2026', 1, x'00', x'00');"
		       "UPDATE members SET name = printf('%.500c', 'x') WHERE id = 'lid-1';"
		       "UPDATE plans SET signed_plan = x'0a0100'");
	assert_int_equal(oeo_periods_get(world->reg, "almelo", "2026", &record), OEO_ERR_FORMAT);
	assert_int_equal(oeo_periods_list(world->reg, &records, &n), OEO_ERR_FORMAT);
	assert_int_equal(oeo_members_list(world->reg, &members, &n), OEO_ERR_FORMAT);
	assert_int_equal(oeo_plan_set_load(&set, world->reg, &why), OEO_ERR_FORMAT);
	assert_null(records);
	assert_null(members);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_member_is_found_by_its_key_until_it_is_revoked),
	    TEST(test_a_member_gets_another_key_only_after_a_revoke),
	    TEST(test_a_key_belongs_to_one_member),
	    TEST(test_only_agents_are_members),
	    TEST(test_a_quota_of_its_own_stays_until_another_is_given),
	    TEST(test_a_changed_plan_takes_its_own_periods_only),
	    TEST(test_a_plan_cannot_be_changed_for_what_has_begun),
	    TEST(test_a_changed_plan_keeps_whole_the_longest_period_of_the_one_before_it),
	    TEST(test_another_collector_cannot_change_the_plan),
	    TEST(test_the_log_adds_up_per_member_period_and_purpose),
	    TEST(test_a_line_and_its_sum_count_together_or_not_at_all),
	    TEST(test_refusals_are_counted_by_name),
	    TEST(test_what_is_rolled_back_has_not_happened),
	    TEST(test_facts_are_kept_as_text_and_number),
	    TEST(test_a_register_of_another_version_or_place_is_refused),
	    TEST(test_a_row_that_was_tampered_with_is_an_error_not_a_crash),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
