/* SPDX-License-Identifier: EUPL-1.2 */
/* The commands of oeo-collector as an operator gives them: its home, members, what stands where, and reopening. */
#include "collector_run.h"

/* ---- init, card */

static void test_init_makes_a_home_once(void **state)
{
	struct world *world = *state;
	char home[128];
	char path[OEO_PATH_BYTES];

	(void)snprintf(home, sizeof(home), "%s/fresh", world->folder);
	expect_on(home, "2026-11-21", 2, "--id", "init --id bureau");
	expect_on(home, "2026-11-21", 1, "init", "card");
	expect_on(home, "2026-11-21", 0, "is ready",
	    "init --id bureau --name Bureau --endpoint tcp://127.0.0.1:5571");
	expect_on(home, "2026-11-21", 0, "role: collector", "card");
	(void)snprintf(path, sizeof(path), "%s/minisign.pub", home);
	assert_true(oeo_file_exists(path));
	expect_on(home, "2026-11-21", 1, "", "init --id other --name Other --endpoint tcp://127.0.0.1:5571");
	expect_on(home, "2026-11-21", 0, "id: bureau", "card");
	/* A database that is gone is not replaced by an empty one. */
	(void)snprintf(path, sizeof(path), "%s/collector.sqlite", home);
	assert_int_equal(unlink(path), 0);
	expect_on(
	    home, "2026-11-21", 1, "", "init --id bureau --name Bureau --endpoint tcp://127.0.0.1:5571");
	assert_false(oeo_file_exists(path));
	/* An init that was cut short before the card is finished by the next one. */
	expect_on(home, "2026-11-21", 1, "database", "status");
	(void)snprintf(path, sizeof(path), "%s/self.oeocard", home);
	assert_int_equal(unlink(path), 0);
	expect_on(home, "2026-11-21", 0, "is ready",
	    "init --id bureau --name Bureau --endpoint tcp://127.0.0.1:5571");
	expect_on(home, "2026-11-21", 0, "Members", "status");
}

/* ---- Members */

static void test_admit_takes_agents_cards_only(void **state)
{
	struct world *world = *state;
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_card card = world->members[0].card;

	expect(world, 0, "already", "admit %s/m0/self.oeocard", world->folder);
	expect(world, 1, "keyholder", "admit %s/kh0/self.oeocard", world->folder);
	expect(world, 2, "", "admit");
	/* Another key under a known id. */
	card.curve_pk[0] ^= 1;
	assert_int_equal(oeo_card_format(&text, &card, NULL), OEO_OK);
	write_file(world, "other.oeocard", text.data, text.len);
	expect(world, 1, "--replace", "admit %s/other.oeocard", world->folder);
	expect(world, 0, card.fingerprint, "admit --replace %s/other.oeocard", world->folder);
	expect(world, 0, card.fingerprint, "members");
	text.data[text.len - 3] = text.data[text.len - 3] == '0' ? '1' : '0';
	write_file(world, "broken.oeocard", text.data, text.len);
	expect(world, 1, "fingerprint", "admit %s/broken.oeocard", world->folder);
	oeo_buf_fini(&text);
}

static void test_revoke_lets_a_member_go_and_admit_takes_it_back(void **state)
{
	struct world *world = *state;

	expect(world, 0, "revoked", "revoke m2");
	expect(world, 1, "members", "revoke m2");
	expect(world, 1, "members", "revoke nobody");
	expect(world, 0, "\"revoked\": true", "members --json");
	does_not_say(world, "m2", "status");
	expect(world, 0, "admitted", "admit %s/m2/self.oeocard", world->folder);
	expect(world, 0, "m2", "status");
}

/* ---- Status */

static void test_status_warns_of_silent_and_overdue_members(void **state)
{
	struct world *world = *state;
	struct oeo_heartbeat heartbeat;

	memset(&heartbeat, 0, sizeof(heartbeat));
	expect(world, 0, "silent", "status");
	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		assert_int_equal(oeo_store_put_heartbeat(world->store, world->members[i].card.id, &heartbeat,
				     oeo_clock_now_s(&world->clock) - 3 * 86400),
		    OEO_OK);
	does_not_say(world, "silent", "status");
	expect(world, 0, "not in after the deadline", "status");
	assert_int_equal(oeo_store_put_heartbeat(
			     world->store, "m3", &heartbeat, oeo_clock_now_s(&world->clock) - 3 * 86400 - 1),
	    OEO_OK);
	expect(world, 0, "! silent", "status");
	expect(world, 0, "\"silent\": true", "status --json");
	expect(world, 0, "\"calm\": false", "status --json");
}

/* On 10 February January is within its grace days: nobody is late, and all have given a sign of life. */
static void test_status_is_calm_when_all_report_and_nothing_is_late(void **state)
{
	struct world *world = *state;
	struct oeo_heartbeat heartbeat;
	struct oeo_clock clock;

	memset(&heartbeat, 0, sizeof(heartbeat));
	assert_int_equal(oeo_clock_parse(&clock, "2026-02-10"), OEO_OK);
	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		assert_int_equal(oeo_store_put_heartbeat(world->store, world->members[i].card.id, &heartbeat,
				     oeo_clock_now_s(&clock)),
		    OEO_OK);
	expect_on(world->folder, "2026-02-10", 0, "\"calm\": true", "status --json");
	expect_on(world->folder, "2026-02-10", 0, "All is well.", "status");
	/* After the deadline it is not. */
	expect_on(world->folder, "2026-02-22", 0, "\"calm\": false", "status --json");
}

static void test_status_tells_what_can_be_released(void **state)
{
	struct world *world = *state;

	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		submit_one(world, world->members[i].card.id, PERIOD);
	expect(world, 0, "release --period 2026-Q3", "status");
	expect(world, 0, "4 of 4", "status");
	does_not_say(world, "resident0", "status");
}

/* ---- reopen */

static void test_reopen_asks_first_and_drops_the_whole_submission(void **state)
{
	struct world *world = *state;
	struct oeo_store_submission found;

	submit_one(world, "m1", PERIOD);
	expect(world, 1, "--yes", "reopen m1 " PERIOD);
	assert_int_equal(oeo_store_find_submission(world->store, "m1", PERIOD, &found), OEO_OK);
	expect(world, 1, "nothing to reopen", "reopen m0 " PERIOD " --yes");
	expect(world, 0, "dropped", "reopen m1 " PERIOD " --yes");
	assert_int_equal(oeo_store_find_submission(world->store, "m1", PERIOD, &found), OEO_ERR_NOT_FOUND);
}

static void test_reopen_of_a_released_period_begins_a_correction(void **state)
{
	struct world *world = *state;
	bool is_reopened = false;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	submit_one(world, "m1", PERIOD);
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, digest, without, 3, 7),
	    OEO_OK);
	expect(world, 0, "--correct", "reopen m1 " PERIOD " --yes");
	assert_int_equal(oeo_store_is_reopened(world->store, "m1", PERIOD, &is_reopened), OEO_OK);
	assert_true(is_reopened);
	expect(world, 0, "Not in yet: m1", "status");
	assert_int_equal(oeo_store_purge_period(world->store, PERIOD), OEO_OK);
	expect(world, 1, "purged", "reopen m1 " PERIOD " --yes");
	assert_int_equal(oeo_store_is_reopened(world->store, "m1", PERIOD, &is_reopened), OEO_OK);
	assert_false(is_reopened);
}

/* Between the writing of a signed release and the mark in the database (a crash, a full disk). */
static void test_reopen_refuses_while_a_signed_release_waits_for_its_mark(void **state)
{
	struct world *world = *state;
	struct oeo_store_submission found;
	char path[OEO_PATH_BYTES];

	submit_one(world, "m1", PERIOD);
	(void)snprintf(path, sizeof(path), "%s/releases", world->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(world, "releases/proef-" PERIOD ".oeorel", "signed", 6);
	expect(world, 1, "oeo-collector release --period " PERIOD, "reopen m1 " PERIOD " --yes");
	assert_int_equal(oeo_store_find_submission(world->store, "m1", PERIOD, &found), OEO_OK);
	/* Another period has nothing to do with it. */
	submit_one(world, "m1", "2026-Q2");
	expect(world, 0, "dropped", "reopen m1 2026-Q2 --yes");
}

static void test_reopen_refuses_while_a_release_is_being_made(void **state)
{
	struct world *world = *state;
	struct oeo_home home = world->home;

	submit_one(world, "m1", PERIOD);
	home.lock_fd = -1;
	assert_int_equal(oeo_home_lock(&home, "release", NULL), OEO_OK);
	expect(world, 1, "in use", "reopen m1 " PERIOD " --yes");
	oeo_home_close(&home);
	expect(world, 0, "dropped", "reopen m1 " PERIOD " --yes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_init_makes_a_home_once),
	    WITH_WORLD(test_admit_takes_agents_cards_only),
	    WITH_WORLD(test_revoke_lets_a_member_go_and_admit_takes_it_back),
	    WITH_WORLD(test_status_warns_of_silent_and_overdue_members),
	    WITH_WORLD(test_status_is_calm_when_all_report_and_nothing_is_late),
	    WITH_WORLD(test_status_tells_what_can_be_released),
	    WITH_WORLD(test_reopen_asks_first_and_drops_the_whole_submission),
	    WITH_WORLD(test_reopen_of_a_released_period_begins_a_correction),
	    WITH_WORLD(test_reopen_refuses_while_a_signed_release_waits_for_its_mark),
	    WITH_WORLD(test_reopen_refuses_while_a_release_is_being_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
