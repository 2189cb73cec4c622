/* SPDX-License-Identifier: EUPL-1.2 */
/* The commands of oeo-collector as an operator gives them: exit codes, what they say, and what they leave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector/statement.h"
#include "collector_world.h"

#define PERIOD "2026-Q3"

/* Run the program on a home; its exit code, and all it said in said. */
static int run_on(const char *home, const char *now, const char *arguments, struct oeo_buf *said)
{
	char command[1024];
	char chunk[512];
	size_t n;
	FILE *pipe;
	int status;

	(void)snprintf(command, sizeof(command), "OEO_LANG=en '%s' %s --home '%s' --now %s 2>&1 </dev/null",
	    OEO_COLLECTOR, arguments, home, now);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	said->len = 0;
	while ((n = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		assert_int_equal(oeo_buf_append(said, chunk, n), OEO_OK);
	assert_int_equal(oeo_buf_terminate(said), OEO_OK);
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* It ends with this code and says this. */
static void expect_on(const char *home, const char *now, int code, const char *text, const char *arguments)
{
	struct oeo_buf said = {NULL, 0, 0};
	int got = run_on(home, now, arguments, &said);

	if (got != code || strstr((const char *)said.data, text) == NULL)
		fail_msg("%s: exit %d, wanted %d and \"%s\"; it said: %s", arguments, got, code, text,
		    (const char *)said.data);
	oeo_buf_fini(&said);
}

static void expect(const struct world *world, int code, const char *text, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void expect(const struct world *world, int code, const char *text, const char *format, ...)
{
	char arguments[512];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(arguments, sizeof(arguments), format, values);
	va_end(values);
	expect_on(world->folder, "2026-11-21", code, text, arguments);
}

static void does_not_say(const struct world *world, const char *text, const char *arguments)
{
	struct oeo_buf said = {NULL, 0, 0};

	(void)run_on(world->folder, "2026-11-21", arguments, &said);
	if (strstr((const char *)said.data, text) != NULL)
		fail_msg("%s said \"%s\": %s", arguments, text, (const char *)said.data);
	oeo_buf_fini(&said);
}

static void write_file(const struct world *world, const char *name, const void *bytes, size_t len)
{
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	assert_int_equal(oeo_file_write(path, bytes, len, 0644, NULL), OEO_OK);
}

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

/* ---- Plans */

static void write_plan(const struct world *world, const char *from)
{
	struct oeo_buf text = {NULL, 0, 0};
	const char *line = strstr(world_plan_yaml, "from: ");
	static const char lists[] =
	    "code,parent,label_nl,label_en,sensitive\nWO,,Wonen,Housing,no\nTEL,,Telefoon,Telephone,no\n";

	assert_int_equal(oeo_buf_append(&text, world_plan_yaml, (size_t)(line - world_plan_yaml)), OEO_OK);
	assert_int_equal(oeo_buf_printf(&text, "from: %s", from), OEO_OK);
	assert_int_equal(oeo_buf_append_text(&text, strchr(line, '\n')), OEO_OK);
	write_file(world, "plan.yaml", text.data, text.len);
	write_file(world, "theme.csv", lists, strlen(lists));
	write_file(world, "channel.csv", lists, strlen(lists));
	oeo_buf_fini(&text);
}

/* The plan has one table that counts walk-ins per week of this many members, with the threshold that needs. */
static void count_walk_ins(const struct world *world, unsigned members)
{
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_buf made = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];
	const char *at;

	(void)snprintf(path, sizeof(path), "%s/plan.yaml", world->folder);
	assert_int_equal(oeo_file_read(&text, path, OEO_PLAN_FILE_LIMIT, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	at = strstr((const char *)text.data, "thresholds:");
	assert_int_equal(oeo_buf_append(&made, text.data, (size_t)(at - (const char *)text.data)), OEO_OK);
	assert_int_equal(oeo_buf_printf(&made, "  walk_in_members: %u\n%s", members, at), OEO_OK);
	assert_int_equal(oeo_buf_printf(&made,
			     "  - {id: weekly, walk_in: per-week, residents: %u, sensitive: %u, by: [], "
			     "cadence: quarter, publish: [residents]}\n",
			     5 + 14 * members, 5 + 14 * members),
	    OEO_OK);
	write_file(world, "plan.yaml", made.data, made.len);
	oeo_buf_fini(&text);
	oeo_buf_fini(&made);
}

/* Only month tables are left of plan.yaml. */
static void keep_month_tables(const struct world *world)
{
	struct oeo_buf text = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/plan.yaml", world->folder);
	assert_int_equal(oeo_file_read(&text, path, OEO_PLAN_FILE_LIMIT, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	text.len = (size_t)(strstr((char *)text.data, "tables:\n") - (char *)text.data);
	assert_int_equal(oeo_buf_append_text(&text,
			     "tables:\n"
			     "  - {id: pair, by: [theme, channel], cadence: month, publish: [residents]}\n"),
	    OEO_OK);
	write_file(world, "plan.yaml", text.data, text.len);
	oeo_buf_fini(&text);
}

/* The approval of keyholder number `which` of the plan in next.oeoplan. */
static void write_approval(const struct world *world, size_t which, bool is_forged)
{
	struct oeo_signed_plan signed_plan;
	struct oeo_approval approval;
	struct oeo_buf bytes = {NULL, 0, 0};
	struct oeo_buf text = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/next.oeoplan", world->folder);
	assert_int_equal(oeo_file_read(&bytes, path, OEO_PLAN_FILE_LIMIT, NULL), OEO_OK);
	assert_int_equal(oeo_signed_plan_unpack(&signed_plan, bytes.data, bytes.len, NULL), OEO_OK);
	memset(&approval, 0, sizeof(approval));
	memcpy(approval.plan, signed_plan.plan->id, OEO_ID_BYTES);
	memcpy(approval.digest, signed_plan.plan->digest, OEO_DIGEST_BYTES);
	memcpy(approval.keyholder, world->keyholders[which].card.id, OEO_ID_BYTES);
	assert_int_equal(oeo_plan_sign(approval.signature, approval.digest,
			     &world->keyholders[is_forged ? 1 - which : which].identity_sk),
	    OEO_OK);
	assert_int_equal(oeo_approval_format(&text, &approval), OEO_OK);
	write_file(world, "next.oeoapproval", text.data, text.len);
	oeo_signed_plan_fini(&signed_plan);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&text);
}

static void test_plan_check_tells_faults_by_line(void **state)
{
	struct world *world = *state;

	write_plan(world, "2026-01");
	expect(world, 0, "", "plan check %s/plan.yaml", world->folder);
	expect(world, 0, "\"ok\": true", "plan check --json %s/plan.yaml", world->folder);
	write_plan(world, "2026-13");
	expect(world, 1, "plan.yaml:4:", "plan check %s/plan.yaml", world->folder);
	expect(world, 1, "\"ok\": false", "plan check --json %s/plan.yaml", world->folder);
	expect(world, 1, "faults", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
}

static void test_plan_change_begins_with_a_whole_period_in_the_future(void **state)
{
	struct world *world = *state;

	write_plan(world, "2026-10");
	expect(world, 1, "future", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_plan(world, "2027-02");
	expect(world, 1, "whole quarter", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_plan(world, "2027-01");
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	expect(world, 0, "2027-01: not in force", "status");
}

static void test_plan_is_in_force_when_every_keyholder_has_approved(void **state)
{
	struct world *world = *state;

	write_plan(world, "2027-01");
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_approval(world, 0, true);
	expect(world, 1, "kh0", "plan attach %s/next.oeoapproval", world->folder);
	write_approval(world, 0, false);
	expect(world, 1, "kh0", "plan attach %s/next.oeoapproval --keyholder %s/kh1/self.oeocard",
	    world->folder, world->folder);
	expect(world, 0, "still to approve",
	    "plan attach %s/next.oeoapproval --keyholder %s/kh0/self.oeocard", world->folder, world->folder);
	expect(world, 0, "keyholder kh1", "status");
	write_approval(world, 1, false);
	expect(world, 0, "in force", "plan attach %s/next.oeoapproval", world->folder);
	expect(world, 0, "2027-01: in force", "status");
	/* The old one still has the periods before it; an approval of a plan that is not here has no place. */
	write_plan(world, "2027-04");
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_approval(world, 1, false);
	write_plan(world, "2027-07");
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/last.oeoplan", world->folder,
	    world->folder);
	expect(world, 1, "another version", "plan attach %s/next.oeoapproval", world->folder);
}

/* Approvals came in when January had been collected, and may be out, under the plan in force. */
static void test_plan_that_is_complete_too_late_is_refused(void **state)
{
	struct world *world = *state;
	char attach[512];

	write_plan(world, "2027-01");
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_approval(world, 0, false);
	(void)snprintf(attach, sizeof(attach), "plan attach %s/next.oeoapproval", world->folder);
	expect_on(world->folder, "2027-02-10", 0, "still to approve", attach);
	write_approval(world, 1, false);
	expect_on(world->folder, "2027-02-10", 1, "later `from`", attach);
	expect_on(world->folder, "2027-01-01", 1, "later `from`", attach);
	expect_on(world->folder, "2027-02-10", 0, "2027-01: not in force", "status");
	/* On the last day it is in time. */
	expect_on(world->folder, "2026-12-31", 0, "in force", attach);
	expect_on(world->folder, "2027-02-10", 0, "2027-01: in force", "status");
	/* An approval that is given once more changes nothing. */
	expect_on(world->folder, "2027-02-10", 0, "in force", attach);
}

/* The plan in force has quarters, the next one months alone: it cannot begin in the middle of a quarter. */
static void test_plan_change_keeps_whole_the_longest_period_of_the_plan_before_it(void **state)
{
	struct world *world = *state;

	write_plan(world, "2027-02");
	keep_month_tables(world);
	expect(world, 1, "whole quarter", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_plan(world, "2027-04");
	keep_month_tables(world);
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
}

/* ---- Walk-ins per week: no more members than the thresholds reckon with */

static void write_member_card(const struct world *world, const char *id)
{
	struct oeo_home home;
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, id);
	assert_int_equal(oeo_home_create(&home, path, NULL), OEO_OK);
	assert_int_equal(oeo_self_create(&home, OEO_ROLE_AGENT, id, id, NULL, NULL), OEO_OK);
}

static void attach_all(const struct world *world, const char *now, int code, const char *text)
{
	char attach[512];

	(void)snprintf(attach, sizeof(attach), "plan attach %s/next.oeoapproval", world->folder);
	write_approval(world, 0, false);
	expect_on(world->folder, now, 0, "still to approve", attach);
	write_approval(world, 1, false);
	expect_on(world->folder, now, code, text, attach);
}

static void test_plan_with_fewer_walk_in_members_than_members_is_at_fault(void **state)
{
	struct world *world = *state;

	write_plan(world, "2027-01");
	count_walk_ins(world, WORLD_MEMBERS - 1);
	expect(world, 0, "", "plan check --members a,b,c %s/plan.yaml", world->folder);
	expect(world, 1, "walk_in_members", "plan check --members a,b,c,d %s/plan.yaml", world->folder);
	expect(world, 1, "walk_in_members", "plan check %s/plan.yaml", world->folder);
	expect(world, 1, "faults", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_plan(world, "2027-01");
	count_walk_ins(world, WORLD_MEMBERS);
	expect(world, 0, "", "plan check %s/plan.yaml", world->folder);
}

static void test_plan_does_not_come_into_force_with_more_members_than_walk_ins_reckon_with(void **state)
{
	struct world *world = *state;

	write_plan(world, "2027-01");
	count_walk_ins(world, WORLD_MEMBERS);
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	write_member_card(world, "m4");
	expect(world, 0, "admitted", "admit %s/m4/self.oeocard", world->folder);
	attach_all(world, "2026-11-21", 1, "walk_in_members");
	expect(world, 0, "not in force", "status");
	expect(world, 0, "revoked", "revoke m4");
	expect(world, 0, "in force", "plan attach %s/next.oeoapproval", world->folder);
}

static void test_admit_refuses_more_members_than_walk_ins_reckon_with(void **state)
{
	struct world *world = *state;
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_card card = world->members[0].card;
	char command[512];

	write_plan(world, "2027-01");
	count_walk_ins(world, WORLD_MEMBERS);
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	attach_all(world, "2026-11-21", 0, "in force");
	write_member_card(world, "m4");
	expect(world, 1, "walk_in_members", "admit %s/m4/self.oeocard", world->folder);
	does_not_say(world, "m4", "members");
	/* Who is in stays in, with another card too; a place that is free can be taken, once. */
	expect(world, 0, "already", "admit %s/m0/self.oeocard", world->folder);
	card.curve_pk[0] ^= 1;
	assert_int_equal(oeo_card_format(&text, &card, NULL), OEO_OK);
	write_file(world, "other.oeocard", text.data, text.len);
	oeo_buf_fini(&text);
	expect(world, 0, "is admitted", "admit --replace %s/other.oeocard", world->folder);
	expect(world, 0, "revoked", "revoke m3");
	expect(world, 0, "is admitted", "admit %s/m4/self.oeocard", world->folder);
	expect(world, 1, "walk_in_members", "admit %s/m3/self.oeocard", world->folder);
	/* A plan with more of them has begun. */
	write_plan(world, "2027-04");
	count_walk_ins(world, WORLD_MEMBERS + 1);
	expect(world, 0, "signed", "plan publish %s/plan.yaml --out %s/next.oeoplan", world->folder,
	    world->folder);
	attach_all(world, "2026-11-21", 0, "in force");
	(void)snprintf(command, sizeof(command), "admit %s/m3/self.oeocard", world->folder);
	expect_on(world->folder, "2027-03-31", 1, "walk_in_members", command);
	expect_on(world->folder, "2027-04-01", 0, "is admitted", command);
}

/* ---- Status */

static void submit_one(struct world *world, const char *member, const char *period)
{
	static const char *const wo[] = {"WO"};
	struct draft draft;

	draft_begin(&draft, world, member, period);
	draft_add(&draft, world_cell(world, period, "theme", wo, 1), "resident0");
	draft_submit(&draft);
}

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

/* ---- purge */

static void write_statement(const struct world *world, const char *period, size_t which, bool is_forged)
{
	struct oeo_buf message = {NULL, 0, 0};
	struct oeo_buf text = {NULL, 0, 0};
	uint8_t signature[OEO_SIGNATURE_BYTES];
	char hex[2 * OEO_SIGNATURE_BYTES + 1];

	assert_int_equal(oeo_destroyed_signature_input(&message, world->plan->id, period), OEO_OK);
	assert_int_equal(crypto_sign_ed25519_detached(signature, NULL, message.data, message.len,
			     world->keyholders[is_forged ? 1 - which : which].identity_sk.bytes),
	    0);
	oeo_hex_encode(hex, signature, sizeof(signature));
	assert_int_equal(
	    oeo_buf_printf(&text, "oeo: 1\nplan: %s\nperiod: %s\nkeyholder: kh%zu\nsignature: %s\n",
		world->plan->id, period, which, hex),
	    OEO_OK);
	write_file(world, which == 0 ? "kh0.oeodestroyed" : "kh1.oeodestroyed", text.data, text.len);
	oeo_buf_fini(&message);
	oeo_buf_fini(&text);
}

static void test_purge_waits_for_the_release_or_a_keyholders_word(void **state)
{
	struct world *world = *state;
	struct oeo_store_period record;

	submit_one(world, "m1", PERIOD);
	expect(world, 2, "--period", "purge");
	expect(world, 1, "not released", "purge --period " PERIOD);
	write_statement(world, PERIOD, 0, true);
	expect(world, 1, "signature", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed",
	    world->folder);
	write_statement(world, "2026-Q2", 0, false);
	expect(
	    world, 1, "2026-Q2", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_false(record.is_purged);
	write_statement(world, PERIOD, 0, false);
	expect(world, 0, "kh1", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_true(record.is_purged);
	assert_int_equal(record.n_destroyed, 1);
}

static void test_purge_takes_every_keyholders_statement(void **state)
{
	struct world *world = *state;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};
	struct oeo_store_period record;

	submit_one(world, "m1", PERIOD);
	assert_int_equal(
	    oeo_store_mark_released(world->store, PERIOD, world->plan->digest, digest, digest, without, 3, 7),
	    OEO_OK);
	expect(world, 0, "purge --period " PERIOD, "status");
	expect(world, 0, "deleted", "purge --period " PERIOD);
	write_statement(world, PERIOD, 0, false);
	write_statement(world, PERIOD, 1, false);
	expect(world, 0, "deleted",
	    "purge --period " PERIOD " --statement %s/kh0.oeodestroyed --statement %s/kh1.oeodestroyed",
	    world->folder, world->folder);
	assert_int_equal(oeo_store_find_period(world->store, PERIOD, &record), OEO_OK);
	assert_int_equal(record.n_destroyed, 2);
}

static void keep_opened(const struct world *world, const char *period)
{
	assert_int_equal(oeo_store_put_opened(world->store, period, (const uint8_t *)"cells", 5), OEO_OK);
}

static bool is_opened_kept(const struct world *world, const char *period)
{
	struct oeo_buf bytes = {NULL, 0, 0};
	enum oeo_err err = oeo_store_load_opened(world->store, period, &bytes);

	assert_true(err == OEO_OK || err == OEO_ERR_NOT_FOUND);
	oeo_buf_fini(&bytes);
	return err == OEO_OK;
}

/* The quarter is the last period around its months: with it their opened cells go. */
static void test_purge_of_a_period_given_up_drops_the_opened_cells_it_contains(void **state)
{
	struct world *world = *state;
	const char without[WORLD_MEMBERS][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {1};

	assert_int_equal(oeo_store_mark_released(world->store, "2026-07", world->plan->digest, digest, digest,
			     without, WORLD_MEMBERS, 7),
	    OEO_OK);
	assert_int_equal(oeo_store_mark_released(world->store, "2026-04", world->plan->digest, digest, digest,
			     without, WORLD_MEMBERS, 7),
	    OEO_OK);
	keep_opened(world, "2026-07");
	keep_opened(world, "2026-04");
	/* Until their own purge, the months could still be corrected. */
	expect(world, 0, "deleted", "purge --period 2026-07");
	expect(world, 0, "deleted", "purge --period 2026-04");
	assert_true(is_opened_kept(world, "2026-07"));
	write_statement(world, PERIOD, 0, false);
	expect(
	    world, 0, "deleted", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_false(is_opened_kept(world, "2026-07"));
	assert_true(is_opened_kept(world, "2026-04"));
}

/* A release was begun, its opened cells were kept, and then the keys were destroyed. */
static void test_purge_of_a_period_given_up_drops_its_own_opened_cells(void **state)
{
	struct world *world = *state;

	submit_one(world, "m1", PERIOD);
	keep_opened(world, PERIOD);
	write_statement(world, PERIOD, 0, false);
	expect(
	    world, 0, "deleted", "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_false(is_opened_kept(world, PERIOD));
}

static void test_purge_waits_for_a_signed_release_to_be_finished(void **state)
{
	struct world *world = *state;
	char path[OEO_PATH_BYTES];

	submit_one(world, "m1", PERIOD);
	keep_opened(world, PERIOD);
	(void)snprintf(path, sizeof(path), "%s/releases", world->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	write_file(world, "releases/proef-" PERIOD ".oeorel", "signed", 6);
	write_statement(world, PERIOD, 0, false);
	expect(world, 1, "oeo-collector release --period " PERIOD,
	    "purge --period " PERIOD " --statement %s/kh0.oeodestroyed", world->folder);
	assert_true(is_opened_kept(world, PERIOD));
}

static void test_statement_is_read_strictly(void **state)
{
	static const char good[] = "oeo: 1\nplan: p\nperiod: 2026-Q3\nkeyholder: kh\nsignature: "
				   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
				   "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\n";
	struct oeo_statement statement;
	char text[sizeof(good) + 8];
	size_t len = sizeof(good) - 1;

	(void)state;
	assert_int_equal(oeo_statement_parse(&statement, good, len, NULL), OEO_OK);
	assert_string_equal(statement.destroyed.keyholder, "kh");
	for (size_t i = 0; i < len; i++)
		assert_int_equal(oeo_statement_parse(&statement, good, i, NULL), OEO_ERR_FORMAT);
	(void)snprintf(text, sizeof(text), "%sx", good);
	assert_int_equal(oeo_statement_parse(&statement, text, len + 1, NULL), OEO_ERR_FORMAT);
	memcpy(text, good, sizeof(good));
	text[5] = '2';
	assert_int_equal(oeo_statement_parse(&statement, text, len, NULL), OEO_ERR_FORMAT);
	memcpy(text, good, sizeof(good));
	*strchr(text, 'Q') = 'X';
	assert_int_equal(oeo_statement_parse(&statement, text, len, NULL), OEO_ERR_FORMAT);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_init_makes_a_home_once),
	    WITH_WORLD(test_admit_takes_agents_cards_only),
	    WITH_WORLD(test_revoke_lets_a_member_go_and_admit_takes_it_back),
	    WITH_WORLD(test_plan_check_tells_faults_by_line),
	    WITH_WORLD(test_plan_change_begins_with_a_whole_period_in_the_future),
	    WITH_WORLD(test_plan_is_in_force_when_every_keyholder_has_approved),
	    WITH_WORLD(test_plan_that_is_complete_too_late_is_refused),
	    WITH_WORLD(test_plan_change_keeps_whole_the_longest_period_of_the_plan_before_it),
	    WITH_WORLD(test_plan_with_fewer_walk_in_members_than_members_is_at_fault),
	    WITH_WORLD(test_plan_does_not_come_into_force_with_more_members_than_walk_ins_reckon_with),
	    WITH_WORLD(test_admit_refuses_more_members_than_walk_ins_reckon_with),
	    WITH_WORLD(test_status_warns_of_silent_and_overdue_members),
	    WITH_WORLD(test_status_is_calm_when_all_report_and_nothing_is_late),
	    WITH_WORLD(test_status_tells_what_can_be_released),
	    WITH_WORLD(test_reopen_asks_first_and_drops_the_whole_submission),
	    WITH_WORLD(test_reopen_of_a_released_period_begins_a_correction),
	    WITH_WORLD(test_reopen_refuses_while_a_signed_release_waits_for_its_mark),
	    WITH_WORLD(test_reopen_refuses_while_a_release_is_being_made),
	    WITH_WORLD(test_purge_waits_for_the_release_or_a_keyholders_word),
	    WITH_WORLD(test_purge_of_a_period_given_up_drops_the_opened_cells_it_contains),
	    WITH_WORLD(test_purge_of_a_period_given_up_drops_its_own_opened_cells),
	    WITH_WORLD(test_purge_waits_for_a_signed_release_to_be_finished),
	    WITH_WORLD(test_purge_takes_every_keyholders_statement),
	    cmocka_unit_test(test_statement_is_read_strictly),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
