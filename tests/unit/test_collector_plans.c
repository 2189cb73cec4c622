/* SPDX-License-Identifier: EUPL-1.2 */
/* The commands of oeo-collector for plans: checked, published, approved, in force; and walk-ins counted per week. */
#include "collector_run.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_plan_check_tells_faults_by_line),
	    WITH_WORLD(test_plan_change_begins_with_a_whole_period_in_the_future),
	    WITH_WORLD(test_plan_is_in_force_when_every_keyholder_has_approved),
	    WITH_WORLD(test_plan_that_is_complete_too_late_is_refused),
	    WITH_WORLD(test_plan_change_keeps_whole_the_longest_period_of_the_plan_before_it),
	    WITH_WORLD(test_plan_with_fewer_walk_in_members_than_members_is_at_fault),
	    WITH_WORLD(test_plan_does_not_come_into_force_with_more_members_than_walk_ins_reckon_with),
	    WITH_WORLD(test_admit_refuses_more_members_than_walk_ins_reckon_with),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
