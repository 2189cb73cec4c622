/* SPDX-License-Identifier: EUPL-1.2 */
/* What the keyholder answers, refuses and writes down. No sockets here. */
#include "keyholder_world.h"

#include <signal.h>
#include <sodium.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "proto/tally.h"

static struct oeo_note why;

static int open_with_service(void **state)
{
	int result = world_open(state);

	world_open_service(*state, NULL);
	return result;
}

static void set_quota(struct keyholder_world *world, size_t member, uint64_t quota)
{
	assert_ok(oeo_members_admit(world->reg, &world->members[member].card, &quota, 1000, &why));
}

static void test_elements_are_evaluated_under_the_published_keys(void **state)
{
	struct keyholder_world *world = *state;
	static const enum oeo_purpose purposes[] = {OEO_PURPOSE_RESIDENT, OEO_PURPOSE_CELL};
	struct question keys_question;
	struct question question;
	struct oeo_message keys;
	struct oeo_message answer;

	question_keys(&keys_question, "2026-Q3");
	world_ask(world, 0, &keys_question, &keys);
	assert_int_equal(keys.kind, OEO_MESSAGE_KEYS);
	for (size_t i = 0; i < 2; i++) {
		const uint8_t *pk = i == 0 ? keys.as.keys.resident_pk : keys.as.keys.cell_pk;
		const uint8_t *other = i == 0 ? keys.as.keys.cell_pk : keys.as.keys.resident_pk;

		question_evaluate(&question, "2026-Q3", purposes[i]);
		world_take(world, 0, &question);
		oeo_service_finish(world->service);
		world_answer(world, 0, &answer);
		assert_int_equal(answer.kind, OEO_MESSAGE_EVALUATED);
		assert_ok(oeo_voprf_verify(pk, question.blinded, answer.as.evaluated.elements, OEO_GROUP_SIZE,
		    answer.as.evaluated.proof));
		assert_int_equal(oeo_voprf_verify(other, question.blinded, answer.as.evaluated.elements,
				     OEO_GROUP_SIZE, answer.as.evaluated.proof),
		    OEO_ERR_CRYPTO);
		oeo_message_fini(&answer);
		oeo_service_forget(world->service);
		assert_int_equal(world_used(world, 0, "2026-Q3", purposes[i]), OEO_GROUP_SIZE);
	}
	oeo_message_fini(&keys);
}

static void test_a_restart_gives_the_same_keys(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;
	struct oeo_message before;
	struct oeo_message after;

	question_keys(&question, "2026-09");
	world_ask(world, 0, &question, &before);
	world_open_service(world, NULL);
	world_ask(world, 1, &question, &after);
	assert_memory_equal(&before.as.keys, &after.as.keys, sizeof(after.as.keys));
	oeo_message_fini(&before);
	oeo_message_fini(&after);
}

/* ---- Refusals by name */

static void test_periods_are_refused_by_name(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_period_record record;
	struct oeo_period ended = world_period("2025-Q1");
	struct question question;
	struct oeo_message answer;

	question_evaluate(&question, "2024-12", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, OEO_REASON_PERIOD_OUTSIDE);
	question_evaluate(&question, "2026-11", OEO_PURPOSE_CELL); /* it is 21 November */
	world_expect(world, 0, &question, OEO_REASON_PERIOD_NOT_ENDED);
	question_keys(&question, "2026-Q4");
	world_expect(world, 0, &question, OEO_REASON_PERIOD_NOT_ENDED);
	question_evaluate(&question, "2026-10", OEO_PURPOSE_CELL);
	(void)snprintf(question.message.as.evaluate.plan, OEO_ID_BYTES, "almere");
	world_expect(world, 0, &question, OEO_REASON_NO_PLAN);
	assert_ok(oeo_period_keys_destroy(
	    &record, world->reg, &world->home, &world->self, "almelo", &ended, 1000, &why));
	question_evaluate(&question, "2025-Q1", OEO_PURPOSE_CELL);
	world_ask(world, 0, &question, &answer);
	assert_int_equal(answer.as.refusal.reason, OEO_REASON_PERIOD_DESTROYED);
	assert_string_equal(answer.as.refusal.period, "2025-Q1");
	assert_true(answer.as.refusal.has_destroyed);
	assert_string_equal(answer.as.refusal.destroyed.keyholder, "steunpunt");
	assert_memory_equal(answer.as.refusal.destroyed.signature, record.statement, OEO_SIGNATURE_BYTES);
	oeo_message_fini(&answer);
	assert_int_equal(world_used(world, 0, "2025-Q1", OEO_PURPOSE_CELL), 0);
	assert_false(oeo_period_keys_has_file(&world->home, "almelo", "2026-11"));
}

static void test_a_period_ends_with_its_last_day(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;

	question_keys(&question, "2026-10");
	assert_ok(oeo_clock_parse(&world->clock, "2026-10-31T23:59:59"));
	world_open_service(world, NULL);
	world_expect(world, 0, &question, OEO_REASON_PERIOD_NOT_ENDED);
	assert_ok(oeo_clock_parse(&world->clock, "2026-11-01T00:00:00"));
	world_open_service(world, NULL);
	world_expect(world, 0, &question, 0);
}

static void test_lost_keys_are_refused_by_name(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;
	char path[OEO_PATH_BYTES];

	question_keys(&question, "2026-Q3");
	world_expect(world, 0, &question, 0);
	assert_ok(oeo_home_path(path, &world->home, "periods/almelo/2026-Q3.key"));
	assert_int_equal(unlink(path), 0);
	world_expect(world, 0, &question, OEO_REASON_KEYS_LOST);
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_RESIDENT);
	world_expect(world, 0, &question, OEO_REASON_KEYS_LOST);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_RESIDENT), 0);
}

static void test_a_malformed_element_refuses_the_group_and_costs_nothing(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;

	for (unsigned i = 0; i < 3; i++) {
		uint8_t *last;

		question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
		last = question.blinded + 63 * OEO_ELEMENT_BYTES;
		if (i == 0)
			memset(last, 0, OEO_ELEMENT_BYTES); /* the identity */
		else if (i == 1)
			memset(last, 0xFF, OEO_ELEMENT_BYTES); /* not canonical */
		else
			last[0] ^= 1; /* negative: no element has an odd encoding */
		world_expect(world, 0, &question, OEO_REASON_NOT_CANONICAL);
	}
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
}

static void test_what_cannot_be_read_is_refused_with_its_number(void **state)
{
	struct keyholder_world *world = *state;
	static const uint8_t nonsense[] = {0x08, 0x2a, 0x52, 0x03, 1, 2, 3};
	struct oeo_message answer;

	world_take_bytes(world, 0, nonsense, sizeof(nonsense));
	oeo_service_finish(world->service);
	world_answer(world, 0, &answer);
	assert_int_equal(answer.as.refusal.reason, OEO_REASON_MALFORMED);
	assert_int_equal(answer.request, 42);
	oeo_message_fini(&answer);
	oeo_service_forget(world->service);
}

static void test_members_that_are_revoked_or_unknown_are_refused(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;
	struct oeo_refusal *refusals = NULL;
	size_t n = 0;

	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_expect(world, 1, &question, 0);
	assert_ok(oeo_members_revoke(world->reg, "lid-1", 1000, &why));
	world_expect(world, 1, &question, OEO_REASON_UNKNOWN_MEMBER);
	world_expect(world, 2, &question, OEO_REASON_UNKNOWN_MEMBER);
	assert_int_equal(world_used(world, 1, "2026-Q3", OEO_PURPOSE_CELL), OEO_GROUP_SIZE);
	assert_ok(oeo_access_log_refusals(world->reg, &refusals, &n));
	assert_int_equal(n, 2);
	assert_string_equal(refusals[0].member, "");
	assert_string_equal(refusals[1].member, "lid-1");
	free(refusals);
}

static void test_refusals_do_not_fill_the_register_with_made_up_names(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_refusal *refusals = NULL;
	struct question question;
	size_t n = 0;
	char period[OEO_PERIOD_BYTES];

	for (unsigned year = 2027; year < 2047; year++) {
		(void)snprintf(period, sizeof(period), "%u", year);
		question_keys(&question, period);
		world_expect(world, 0, &question, OEO_REASON_PERIOD_NOT_ENDED);
		question_keys(&question, "2025");
		(void)snprintf(question.message.as.keys_request.plan, OEO_ID_BYTES, "plan-%u", year);
		world_expect(world, 0, &question, OEO_REASON_NO_PLAN);
	}
	assert_ok(oeo_access_log_refusals(world->reg, &refusals, &n));
	assert_int_equal(n, 2);
	assert_int_equal(refusals[0].count, 20);
	assert_int_equal(refusals[1].count, 20);
	free(refusals);
}

/* ---- Quota */

static void test_the_quota_is_spent_in_whole_groups(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;
	static const struct {
		uint64_t quota;
		unsigned groups;
	} cases[] = {{128 - 1, 1}, {128, 2}, {128 + 1, 2}, {192, 3}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char period[OEO_PERIOD_BYTES];

		(void)snprintf(period, sizeof(period), "2026-0%zu", i + 1);
		set_quota(world, 0, cases[i].quota);
		for (unsigned n = 0; n < cases[i].groups; n++) {
			question_evaluate(&question, period, OEO_PURPOSE_CELL);
			world_expect(world, 0, &question, 0);
		}
		question_evaluate(&question, period, OEO_PURPOSE_CELL);
		world_expect(world, 0, &question, OEO_REASON_QUOTA);
		assert_int_equal(
		    world_used(world, 0, period, OEO_PURPOSE_CELL), cases[i].groups * OEO_GROUP_SIZE);
		/* The other purpose and the other member have quotas of their own. */
		question_evaluate(&question, period, OEO_PURPOSE_RESIDENT);
		world_expect(world, 0, &question, 0);
		world_expect(world, 1, &question, 0);
	}
}

static void test_the_operator_can_add_to_a_quota(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;

	set_quota(world, 0, 64);
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, 0);
	world_expect(world, 0, &question, OEO_REASON_QUOTA);
	assert_ok(oeo_access_log_grant(world->reg, "lid-0", "almelo", "2026-Q3", 63));
	world_expect(world, 0, &question, OEO_REASON_QUOTA);
	assert_ok(oeo_access_log_grant(world->reg, "lid-0", "almelo", "2026-Q3", 1));
	world_expect(world, 0, &question, 0);
	world_expect(world, 0, &question, OEO_REASON_QUOTA);
	/* For this period only. */
	question_evaluate(&question, "2026-Q2", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, 0);
	world_expect(world, 0, &question, OEO_REASON_QUOTA);
}

static void test_without_a_number_of_its_own_the_plan_gives_the_quota(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_access access = {"lid-0", "almelo", "2026-Q3", OEO_PURPOSE_CELL};
	struct oeo_plan_set set = {NULL, 0};
	struct oeo_quota quota;
	uint64_t forecast;

	assert_ok(oeo_plan_set_load(&set, world->reg, &why));
	forecast = oeo_plan_quota(set.items[0].plan, OEO_QUARTER);
	assert_true(forecast >= OEO_GROUP_SIZE);
	assert_int_equal(forecast % OEO_GROUP_SIZE, 0);
	assert_ok(oeo_quota_get(&quota, world->reg, set.items[0].plan, &access));
	assert_int_equal(oeo_quota_total(&quota), forecast);
	access.period = "2026-09";
	assert_ok(oeo_quota_get(&quota, world->reg, set.items[0].plan, &access));
	assert_int_equal(oeo_quota_total(&quota), oeo_plan_quota(set.items[0].plan, OEO_MONTH));
	oeo_plan_set_fini(&set);
}

static void test_a_quota_is_nearly_spent_from_80_percent_on(void **state)
{
	static const struct {
		struct oeo_quota quota;
		bool is_nearly_spent;
	} cases[] = {{{1000, 0, 799}, false}, {{1000, 0, 800}, true}, {{500, 500, 800}, true},
	    {{500, 500, 799}, false}, {{64, 0, 0}, false}, {{64, 0, 64}, true},
	    {{UINT64_MAX, UINT64_MAX, 5}, false}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(oeo_quota_is_nearly_spent(&cases[i].quota), cases[i].is_nearly_spent);
	assert_true(oeo_quota_allows(&cases[0].quota, 201));
	assert_false(oeo_quota_allows(&cases[0].quota, 202));
	assert_false(oeo_quota_allows(&(struct oeo_quota){64, 0, 128}, 0));
	assert_false(oeo_quota_allows(&cases[0].quota, UINT64_MAX));
}

/* ---- Batches, and what is durable when */

static void test_a_batch_answers_each_in_its_own_way(void **state)
{
	struct keyholder_world *world = *state;
	struct question good;
	struct question bad;
	struct oeo_message answer;
	const struct oeo_request *request;
	const uint8_t *bytes;
	size_t len;

	set_quota(world, 0, 3 * OEO_GROUP_SIZE);
	question_evaluate(&good, "2026-Q3", OEO_PURPOSE_CELL);
	question_evaluate(&bad, "2026-12", OEO_PURPOSE_CELL);
	for (unsigned i = 0; i < OEO_SERVICE_BATCH; i++)
		world_take(world, i % 3 == 1 ? 1 : 0, i == 5 ? &bad : &good);
	world_take(world, 0, &good); /* one too many is not taken */
	oeo_service_finish(world->service);
	assert_int_equal(oeo_service_answers(world->service), OEO_SERVICE_BATCH);
	for (unsigned i = 0; i < OEO_SERVICE_BATCH; i++) {
		/* Member 0 asks at 0, 2, 3 and then 5 (bad) and 6: its fourth good one is above its quota. */
		unsigned refused = i == 5 ? OEO_REASON_PERIOD_NOT_ENDED : i == 6 ? OEO_REASON_QUOTA : 0;

		oeo_service_answer(world->service, i, &request, &bytes, &len);
		assert_int_equal(request->route[0], i % 3 == 1 ? 1 : 0);
		world_answer(world, i, &answer);
		assert_int_equal(answer.kind, refused == 0 ? OEO_MESSAGE_EVALUATED : OEO_MESSAGE_REFUSAL);
		if (refused != 0)
			assert_int_equal(answer.as.refusal.reason, refused);
		oeo_message_fini(&answer);
	}
	oeo_service_forget(world->service);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 3 * OEO_GROUP_SIZE);
	assert_int_equal(world_used(world, 1, "2026-Q3", OEO_PURPOSE_CELL), 3 * OEO_GROUP_SIZE);
	/* An empty batch is nothing. */
	oeo_service_finish(world->service);
	assert_int_equal(oeo_service_answers(world->service), 0);
}

static void die(void *context)
{
	(void)context;
	(void)kill(getpid(), SIGKILL);
}

/* In a process of its own: ask, and be killed right after the commit, before any answer can leave. */
static void ask_and_be_killed(struct keyholder_world *world)
{
	const struct oeo_service_hooks hooks = {die, NULL};
	struct question question;
	int status = 0;
	pid_t child;

	/* SQLite's connections do not cross a fork. */
	world_close_service(world);
	oeo_register_close(world->reg);
	world->reg = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		world_open_service(world, &hooks);
		question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
		world_take(world, 0, &question);
		oeo_service_finish(world->service);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_ok(oeo_register_open(&world->reg, &world->home, &why));
}

static void test_log_and_keys_are_on_disk_before_an_answer_leaves(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_period_record record;
	struct question question;
	struct oeo_message answer;

	ask_and_be_killed(world);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), OEO_GROUP_SIZE);
	assert_true(oeo_period_keys_has_file(&world->home, "almelo", "2026-Q3"));
	assert_ok(oeo_periods_get(world->reg, "almelo", "2026-Q3", &record));
	/* After the kill the same keys answer. */
	world_open_service(world, NULL);
	question_keys(&question, "2026-Q3");
	world_ask(world, 0, &question, &answer);
	assert_memory_equal(answer.as.keys.cell_pk, record.cell_pk, OEO_ELEMENT_BYTES);
	oeo_message_fini(&answer);
}

/* Make writing fail from outside: a trigger that refuses every new line of the log. */
static void run_sql(const struct keyholder_world *world, const char *sql)
{
	char path[OEO_PATH_BYTES];
	sqlite3 *db = NULL;

	assert_ok(oeo_home_path(path, &world->home, OEO_REGISTER_FILE));
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_busy_timeout(db, 5000), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void test_without_its_log_line_nothing_is_answered(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;

	run_sql(
	    world, "CREATE TRIGGER full BEFORE INSERT ON evaluations BEGIN SELECT RAISE(ABORT, 'no'); END");
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, OEO_REASON_INTERNAL);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
	run_sql(world, "DROP TRIGGER full");
	world_expect(world, 0, &question, 0);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), OEO_GROUP_SIZE);
}

static void test_a_commit_that_fails_takes_every_answer_with_it(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;
	struct oeo_message answer;

	/* A foreign key that is checked at the commit only, and then does not hold. */
	run_sql(world,
	    "CREATE TABLE late(member TEXT REFERENCES members(id) DEFERRABLE INITIALLY DEFERRED);"
	    "CREATE TRIGGER fails AFTER INSERT ON evaluations BEGIN INSERT INTO late VALUES('nobody'); END");
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_take(world, 0, &question);
	question_keys(&question, "2026-Q2");
	world_take(world, 1, &question);
	oeo_service_finish(world->service);
	for (size_t i = 0; i < 2; i++) {
		world_answer(world, i, &answer);
		assert_int_equal(answer.kind, OEO_MESSAGE_REFUSAL);
		assert_int_equal(answer.as.refusal.reason, OEO_REASON_INTERNAL);
		assert_int_equal(answer.request, i == 0 ? 77 : 78);
		oeo_message_fini(&answer);
	}
	oeo_service_forget(world->service);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
	run_sql(world, "DROP TRIGGER fails");
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, 0);
}

static void test_a_transaction_that_sqlite_ends_by_itself_is_refused_as_internal(void **state)
{
	struct keyholder_world *world = *state;
	struct question question;

	/* As a full disk does. */
	run_sql(world, "CREATE TRIGGER full BEFORE INSERT ON usage BEGIN SELECT RAISE(ROLLBACK, 'no'); END");
	question_evaluate(&question, "2026-Q3", OEO_PURPOSE_CELL);
	world_expect(world, 0, &question, OEO_REASON_INTERNAL);
	assert_int_equal(world_used(world, 0, "2026-Q3", OEO_PURPOSE_CELL), 0);
}

static void test_commands_act_on_a_running_service(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_signed_plan later;
	struct oeo_period_record record;
	struct oeo_period ended = world_period("2026-Q3");
	struct question question;

	question_keys(&question, "2026-Q3");
	world_expect(world, 2, &question, OEO_REASON_UNKNOWN_MEMBER);
	assert_ok(oeo_members_admit(world->reg, &world->members[2].card, NULL, 1000, &why));
	world_expect(world, 2, &question, 0);
	assert_ok(oeo_period_keys_destroy(
	    &record, world->reg, &world->home, &world->self, "almelo", &ended, 1000, &why));
	world_expect(world, 2, &question, OEO_REASON_PERIOD_DESTROYED);
	/* A plan approved while it runs. */
	question_keys(&question, "2026-Q2");
	(void)snprintf(question.message.as.keys_request.plan, OEO_ID_BYTES, "almelo-2");
	world_expect(world, 0, &question, OEO_REASON_NO_PLAN);
	world_make_plan(&later, world, NULL);
	(void)snprintf(later.plan->id, sizeof(later.plan->id), "almelo-2");
	later.plan->bytes.len = 0;
	assert_ok(oeo_plan_seal(later.plan, &why));
	assert_ok(oeo_plans_keep(world->reg, &later, &world->collector.card, 1000, &why));
	world_expect(world, 0, &question, 0);
	assert_true(oeo_period_keys_has_file(&world->home, "almelo-2", "2026-Q2"));
	oeo_signed_plan_fini(&later);
}

static void test_a_folder_without_a_keyholder_is_refused(void **state)
{
	struct keyholder_world *world = *state;
	struct oeo_service *service = NULL;
	struct oeo_home other;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/lid-0", world->scratch.path);
	assert_ok(oeo_home_open(&other, path, &why));
	assert_int_equal(oeo_service_open(&service, &other, &world->clock, NULL, &why), OEO_ERR_CONFLICT);
	(void)snprintf(path, sizeof(path), "%s/leeg", world->scratch.path);
	assert_ok(oeo_home_create(&other, path, &why));
	assert_int_equal(oeo_service_open(&service, &other, &world->clock, NULL, &why), OEO_ERR_NOT_FOUND);
	assert_null(service);
	oeo_service_close(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_with_service, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_elements_are_evaluated_under_the_published_keys),
	    TEST(test_a_restart_gives_the_same_keys),
	    TEST(test_periods_are_refused_by_name),
	    TEST(test_a_period_ends_with_its_last_day),
	    TEST(test_lost_keys_are_refused_by_name),
	    TEST(test_a_malformed_element_refuses_the_group_and_costs_nothing),
	    TEST(test_what_cannot_be_read_is_refused_with_its_number),
	    TEST(test_members_that_are_revoked_or_unknown_are_refused),
	    TEST(test_refusals_do_not_fill_the_register_with_made_up_names),
	    TEST(test_the_quota_is_spent_in_whole_groups),
	    TEST(test_the_operator_can_add_to_a_quota),
	    TEST(test_without_a_number_of_its_own_the_plan_gives_the_quota),
	    cmocka_unit_test(test_a_quota_is_nearly_spent_from_80_percent_on),
	    TEST(test_a_batch_answers_each_in_its_own_way),
	    TEST(test_log_and_keys_are_on_disk_before_an_answer_leaves),
	    TEST(test_without_its_log_line_nothing_is_answered),
	    TEST(test_a_commit_that_fails_takes_every_answer_with_it),
	    TEST(test_a_transaction_that_sqlite_ends_by_itself_is_refused_as_internal),
	    TEST(test_commands_act_on_a_running_service),
	    TEST(test_a_folder_without_a_keyholder_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
