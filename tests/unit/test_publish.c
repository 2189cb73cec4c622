/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing from end to end in one process: keyholders and a collector in threads, over real sockets; and, in test
 * builds, publishing that dies at every named moment. */
#include "failing_client.h"
#include "fake_collector.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include "agent/agent.h"
#include "agent/periods.h"
#include "agent/publish.h"
#include "agent/status.h"
#include "agent/uplink.h"

#define NOW "2025-04-20T12:00:00"
#define LATER "2025-05-01" /* January to March and the quarter are due */

struct world {
	struct fixture fixture; /* only its plan and home are used while an agent is open */
	struct fake_keyholder keyholders[2];
	struct fake_collector collector;
	struct oeo_self self;
	struct oeo_agent agent;
	bool is_open;
};

static const struct oeo_patience patience = {1000, 2500, 4000};

/* ---- A home with everything joined and accepted */

static void sign_plan(struct world *world, struct oeo_signed_plan *signed_plan, struct oeo_plan *plan)
{
	assert_int_equal(oeo_signed_plan_make(signed_plan, plan, &world->collector.self.identity_sk), OEO_OK);
	for (size_t i = 0; i < 2; i++) {
		struct oeo_approval approval;

		memset(&approval, 0, sizeof(approval));
		strcpy(approval.plan, plan->id);
		memcpy(approval.digest, plan->digest, OEO_DIGEST_BYTES);
		strcpy(approval.keyholder, world->keyholders[i].self.card.id);
		assert_int_equal(
		    oeo_plan_sign(approval.signature, plan->digest, &world->keyholders[i].self.identity_sk),
		    OEO_OK);
		assert_int_equal(
		    oeo_signed_plan_attach(signed_plan, &approval, &world->keyholders[i].self.card, NULL),
		    OEO_OK);
	}
}

static void offer_plan(struct world *world, const struct oeo_signed_plan *signed_plan)
{
	collector_pause(&world->collector);
	world->collector.plan.len = 0;
	assert_int_equal(oeo_signed_plan_pack(&world->collector.plan, signed_plan), OEO_OK);
	memcpy(world->collector.plan_digest, signed_plan->plan->digest, OEO_DIGEST_BYTES);
	world->collector.has_plan = true;
	collector_go_on(&world->collector);
}

static void open_agent(struct world *world, const char *now)
{
	struct oeo_clock clock = OEO_CLOCK_SYSTEM;
	struct oeo_note why = {""};

	assert_int_equal(oeo_clock_parse(&clock, now), OEO_OK);
	if (oeo_agent_open(&world->agent, world->fixture.home.path, clock, &why) != OEO_OK)
		fail_msg("%s", why.text);
	world->is_open = true;
}

static void close_agent(struct world *world)
{
	if (world->is_open)
		oeo_agent_close(&world->agent);
	world->is_open = false;
}

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct oeo_signed_plan signed_plan;
	struct oeo_plans none = {NULL, 0};

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	assert_int_equal(
	    oeo_self_create(&world->fixture.home, OEO_ROLE_AGENT, "bga", "Bga", NULL, NULL), OEO_OK);
	start_keyholder(&world->keyholders[0], "kone");
	start_keyholder(&world->keyholders[1], "ktwo");
	start_collector(&world->collector);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->keyholders[0].self.card, false, NULL),
	    OEO_OK);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->keyholders[1].self.card, false, NULL),
	    OEO_OK);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->collector.self.card, false, NULL), OEO_OK);
	sign_plan(world, &signed_plan, load_test_plan(plan_yaml));
	assert_int_equal(oeo_plans_accept(&none, world->fixture.ledger, &signed_plan, NULL), OEO_OK);
	offer_plan(world, &signed_plan);
	oeo_signed_plan_fini(&signed_plan);
	for (unsigned i = 0; i < 30; i++) {
		static const char *const days[] = {"2025-01-10", "2025-02-10", "2025-03-10"};
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%u", i);
		(void)put_question(&world->fixture, name, days[i % 3], i % 10 == 0 ? "" : name, "7601AA",
		    i % 2 == 0 ? "W1" : "Z1", NULL);
	}
	oeo_ledger_close(world->fixture.ledger);
	world->fixture.ledger = NULL;
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	close_agent(world);
	stop_keyholder(&world->keyholders[0]);
	stop_keyholder(&world->keyholders[1]);
	stop_collector(&world->collector);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

/* ---- Publishing and what came of it */

/* What the commands say goes to the test's own log; that is not looked at here. */
static enum oeo_err publish(struct world *world, const char *now, const char *period, bool is_again)
{
	struct oeo_publish_wish wish = {.is_again = is_again, .patience = patience};
	enum oeo_err err;

	if (period != NULL) {
		wish.has_period = true;
		wish.period = a_period(period);
	}
	close_agent(world);
	open_agent(world, now);
	err = oeo_publish(&world->agent, &wish);
	return err;
}

static size_t count_reports(const struct fake_period *period, size_t *n_buckets)
{
	size_t n = 0;

	*n_buckets = 0;
	for (uint32_t i = 0; i < period->next_index; i++) {
		struct oeo_message message;

		assert_int_equal(oeo_message_unpack(
				     &message, OEO_TO_COLLECTOR, period->parts[i].data, period->parts[i].len),
		    OEO_OK);
		n += message.as.submission.n_reports;
		*n_buckets += message.as.submission.n_buckets;
		oeo_message_fini(&message);
	}
	return n;
}

/* All four periods in, complete, and as often as the questions say: ten a month, of which one without a name. */
static void check_complete(struct world *world)
{
	static const struct {
		const char *period;
		size_t reports;
		size_t buckets;
	} expected[] = {{"2025-01", 9 + 10, 3}, {"2025-02", 9 + 10, 3}, {"2025-03", 9 + 10, 3},
	    /* q-theme 30, q-category 27, q-ward 30, q-week and -only 27 and walk-ins (three, in different weeks), q-refuse 27,
	     * q-number 30 */
	    {"2025-Q1", 30 + 27 + 30 + 30 + 30 + 27 + 30, 2 + 2 + 2 + 2 + 2 + 2 + 2}};

	collector_pause(&world->collector);
	assert_int_equal(world->collector.n_conflicts, 0);
	for (size_t i = 0; i < 4; i++) {
		const struct fake_period *period = collector_find(&world->collector, expected[i].period);
		size_t buckets = 0;

		assert_true(period->is_final);
		assert_int_equal(count_reports(period, &buckets), expected[i].reports);
		assert_int_equal(buckets, expected[i].buckets);
	}
	collector_go_on(&world->collector);
}

static struct oeo_period_record record_of(struct world *world, const char *text)
{
	struct oeo_period_record record;
	struct oeo_period period = a_period(text);

	assert_int_equal(oeo_period_record_load(&record, world->agent.ledger, &period), OEO_OK);
	return record;
}

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

	open_agent(world, NOW);
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

/* ---- Put back, reopened */

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
	assert_int_equal(status.n_periods, 5); /* and April, which has just ended */
	assert_int_equal(status.periods[0].record.stage, OEO_STAGE_READY);
	assert_non_null(status.periods[0].advice);
	assert_int_equal(status.periods[1].n_questions, 10);
	assert_int_equal(status.n_todo, 2);
	assert_int_equal(oeo_status_print(&text, &status), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_non_null(strstr((const char *)text.data, "2025-02"));
	json = oeo_status_to_json(&status);
	assert_int_equal(json_array_size(json_object_get(json, "periods")), 5);
	assert_string_equal(
	    json_string_value(json_object_get(json_array_get(json_object_get(json, "periods"), 0), "stage")),
	    "sending");
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
		cmocka_unit_test_setup_teardown(
		    test_everything_that_is_due_goes_out_shortest_first_and_once, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_goes_out_before_the_grace_days_are_over, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_where_nothing_is_due_it_says_what_comes_next_and_when, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_part_of_a_quarter_goes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_moment_lies_in_the_window_and_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_the_timer_sends_at_the_moment_and_not_before, setup, teardown),
		cmocka_unit_test_setup_teardown(test_submission_resends_after_lost_ack, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_nothing_is_frozen_while_a_keyholder_is_away, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_refusal_keeps_everything_and_is_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_quota_that_is_spent_waits_and_goes_on_when_it_is_raised, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_other_keys_than_were_seen_stop_the_period, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_connection_that_cannot_be_made_anew_leaves_the_old_one, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_keys_are_kept_before_anything_is_sealed_with_them, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_release_is_answered_with_deletion_and_told, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_an_older_ledger_that_is_put_back_counts_what_was_submitted, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_an_older_ledger_freezes_nothing_new_before_its_files_are_imported, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_a_submission_that_was_begun_before_is_stranded_until_it_is_reopened, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_what_the_collector_lost_is_sent_again_as_the_same_bytes_at_command, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_another_submission_at_the_collector_is_a_conflict_that_waits_for_reopen, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(
		    test_periods_of_a_new_plan_wait_until_it_is_accepted, setup, teardown),
		cmocka_unit_test_setup_teardown(test_status_tells_what_waits_and_what_to_do, setup, teardown),
		cmocka_unit_test_setup_teardown(
		    test_status_shows_the_digest_of_the_keys_to_compare_with_the_release, setup, teardown),
#if OEO_TEST_HOOKS
		cmocka_unit_test(test_a_power_cut_at_any_moment_ends_in_exact_counts),
		cmocka_unit_test_setup_teardown(
		    test_a_power_cut_around_a_release_still_deletes_and_tells, setup, teardown),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
