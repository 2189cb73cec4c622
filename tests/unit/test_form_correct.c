/* SPDX-License-Identifier: EUPL-1.2 */
/* What was entered: by whom and how long it can be seen and corrected; the tally and its paper sheet. */
#include "tests/unit/form_desk.h"

#include "agent/periods.h"

static char hex[33];
static char path[64];

static const char *path_to(const char *what)
{
	(void)snprintf(path, sizeof(path), "/%s/%s", what, hex);
	return path;
}

static void close_month(struct desk_world *world, const char *month)
{
	struct oeo_period period;

	assert_int_equal(oeo_period_parse(&period, month), OEO_OK);
	assert_int_equal(oeo_ledger_close_base(world->agent.ledger, &period), OEO_OK);
}

static void submit_month(struct desk_world *world, const char *month)
{
	struct oeo_period_record record = {.stage = OEO_STAGE_SUBMITTED, .is_sent = true};

	assert_int_equal(oeo_period_parse(&record.period, month), OEO_OK);
	assert_int_equal(oeo_period_record_save(world->agent.ledger, &record), OEO_OK);
}

/* Why it stays as it is, and when the sealed pieces go. */
static void assert_says_until_when(const struct desk_world *world)
{
	assert_true(says(world, "2026-11 is ingezonden"));
	assert_true(says(world, "wist het bureau de verzegelde stukjes"));
}

static void log_in_as_coordinator(struct desk_world *world)
{
	assert_int_equal(
	    oeo_form_set_password(world->agent.ledger, OEO_FORM_COORDINATOR, "coordinator 1"), OEO_OK);
	log_in(world, "password=coordinator+1");
}

static void test_a_desk_corrects_and_removes_for_a_day(void **state)
{
	struct desk_world *world = *state;

	enter(world, VISIT_1, "d.question=GS01", hex);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_true(says(world, path_to("entered")));
	assert_int_equal(
	    post(world, path_to("entered"), "visit=" VISIT_2 "&do=save&nameless=1&d.question=WO02"), 303);
	assert_int_equal(ask(world, path_to("entered")), 200);
	assert_true(says(world, "value=\"WO02\" checked"));
	assert_int_equal(count_questions(world), 1);
	set_now(world, "2026-11-22T09:59:59");
	assert_int_equal(ask(world, path_to("entered")), 200);
	set_now(world, "2026-11-22T10:00:00");
	assert_int_equal(ask(world, path_to("entered")), 404);
	assert_int_equal(
	    post(world, path_to("entered"), "visit=" VISIT_2 "&do=save&nameless=1&d.question=GS02"), 404);
	assert_int_equal(post(world, path_to("removed"), ""), 404);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_false(says(world, path_to("entered")));
	set_now(world, "2026-11-21T11:00:00");
	assert_int_equal(post(world, path_to("removed"), ""), 303);
	assert_int_equal(count_questions(world), 0);
	assert_int_equal(ask(world, path_to("entered")), 404);
}

#define BORN_1900 "f.birthdate=1-1-1900&f.postcode=7601AB&f.surname=Berg&d.question=GS01"
#define NOT_KNOWN "betekent 'niet bekend'"

static void test_a_date_that_stands_for_not_known_is_told_to_count_without_a_name(void **state)
{
	struct desk_world *world = *state;
	char location[OEO_FORM_LOCATION_BYTES];

	assert_int_equal(post(world, "/", "visit=" VISIT_1 "&do=save&" BORN_1900), 303);
	(void)snprintf(location, sizeof(location), "%s", world->answer.location);
	assert_int_equal(ask(world, location), 200);
	assert_true(says(world, NOT_KNOWN));
	assert_true(says(world, "zonder naam"));
	assert_int_equal(sscanf(location, "/?saved=%32[0-9a-f]", hex), 1);
	/* so too in a correction */
	assert_int_equal(post(world, path_to("entered"), "visit=" VISIT_2 "&do=save&" BORN_1900), 303);
	(void)snprintf(location, sizeof(location), "%s", world->answer.location);
	assert_int_equal(ask(world, location), 200);
	assert_true(says(world, "Verbeterd en bewaard."));
	assert_true(says(world, NOT_KNOWN));
	assert_int_equal(count_questions(world), 1);
	/* who says so by the button, or gives a name, is told nothing */
	enter(world, VISIT_2, "d.question=GS01", NULL);
	(void)snprintf(location, sizeof(location), "%s", world->answer.location);
	assert_int_equal(ask(world, location), 200);
	assert_false(says(world, NOT_KNOWN));
	assert_int_equal(
	    post(world, path_to("entered"),
		"visit=" VISIT_2 "&do=save&f.birthdate=1-1-1950&f.postcode=7601AB&f.surname=Berg&"
		"d.question=GS01"),
	    303);
	assert_string_equal(world->answer.location, "/entered?done=corrected");
}

static void test_a_wrong_correction_changes_nothing(void **state)
{
	struct desk_world *world = *state;

	enter(world, VISIT_1, "d.question=GS01", hex);
	assert_int_equal(
	    post(world, path_to("entered"), "visit=" VISIT_2 "&do=save&d.question=WO02&f.surname=Berg"), 422);
	assert_true(says(world, "value=\"Berg\""));
	assert_int_equal(
	    post(world, path_to("entered"), "visit=" VISIT_2 "&do=search&q=huur&nameless=1"), 200);
	assert_int_equal(ask(world, path_to("entered")), 200);
	assert_true(says(world, "value=\"GS01\" checked"));
}

static void test_another_desk_sees_nothing_of_it(void **state)
{
	struct desk_world *world = *state;

	enter(world, VISIT_1, "d.question=GS01", hex);
	sit_down(world);
	assert_int_equal(ask(world, path_to("entered")), 404);
	assert_int_equal(post(world, path_to("removed"), ""), 404);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_false(says(world, hex));
	assert_int_equal(count_questions(world), 1);
}

static void test_the_coordinator_corrects_until_the_period_is_sent(void **state)
{
	struct desk_world *world = *state;

	enter(world, VISIT_1, "d.question=GS01", hex);
	sit_down(world);
	set_now(world, "2026-12-03T10:00:00");
	log_in_as_coordinator(world);
	assert_int_equal(ask(world, path_to("entered")), 200);
	assert_int_equal(post(world, path_to("entered"),
			     "visit=" VISIT_2 "&do=save&nameless=1&d.question=WO02&day=2026-11-21"),
	    303);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_true(says(world, hex));
	close_month(world, "2026-11");
	assert_int_equal(ask(world, "/entered"), 200);
	assert_false(says(world, hex));
	assert_int_equal(ask(world, path_to("entered")), 409);
	assert_true(says(world, "wordt nu verstuurd"));
	submit_month(world, "2026-11");
	assert_int_equal(ask(world, path_to("entered")), 409);
	assert_says_until_when(world);
	assert_int_equal(
	    post(world, path_to("entered"), "visit=" VISIT_2 "&do=save&nameless=1&d.question=GS02"), 409);
	assert_says_until_when(world);
	assert_int_equal(post(world, path_to("removed"), ""), 409);
	assert_says_until_when(world);
	assert_int_equal(count_questions(world), 1);
	assert_int_equal(post(world, "/logout", ""), 303);
	assert_int_equal(ask(world, path_to("entered")), 404);
}

static void test_a_late_question_says_where_it_counts(void **state)
{
	struct desk_world *world = *state;

	close_month(world, "2026-10");
	enter(world, VISIT_1, "d.question=GS01&day=2026-10-30", hex);
	assert_int_equal(ask(world, world->answer.location), 200);
	assert_true(says(world, "november 2026"));
}

static void test_what_was_withdrawn_elsewhere_is_gone_here_too(void **state)
{
	struct desk_world *world = *state;
	uint8_t record[OEO_RECORD_HASH_BYTES];

	enter(world, VISIT_1, "d.question=GS01", hex);
	assert_int_equal(oeo_hex_decode(record, sizeof(record), hex), OEO_OK);
	assert_int_equal(oeo_ledger_withdraw_question(world->agent.ledger, record), OEO_OK);
	assert_int_equal(ask(world, "/entered"), 200);
	assert_false(says(world, hex));
	assert_int_equal(ask(world, path_to("entered")), 404);
}

/* ---- Other computers */

static void test_other_computers_need_the_password_for_everything(void **state)
{
	static const char *const paths[] = {
	    "/", "/tally", "/paper", "/sheet", "/entered", ("/entered/" VISIT_1), "/nowhere"};
	struct desk_world *world = *state;

	oeo_desk_close(world->desk);
	world->place.is_remote = true;
	open_desk(world);
	sit_down(world);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		assert_int_equal(ask(world, paths[i]), 303);
		assert_string_equal(world->answer.location, "/login");
	}
	assert_int_equal(post(world, "/", "visit=" VISIT_1 "&nameless=1&do=save&d.question=GS01"), 403);
	assert_int_equal(post(world, "/search", "q=huur"), 403);
	assert_int_equal(count_questions(world), 0);
	assert_int_equal(oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(post(world, "/login", "password=van+de+bali"), 422);
	assert_int_equal(ask(world, "/"), 303);
	log_in(world, "password=van+de+balie");
	assert_int_equal(ask(world, "/"), 200);
	sit_down(world);
	assert_non_null(strstr(world->answer.cookies[0], "; Secure"));
	assert_non_null(strstr(world->answer.cookies[0], "; HttpOnly"));
	assert_non_null(strstr(world->answer.cookies[0], "; SameSite=Strict"));
}

/* ---- The tally */

static void test_a_press_is_a_question_and_can_be_taken_back(void **state)
{
	struct desk_world *world = *state;
	char body[128];

	assert_int_equal(
	    post(world, "/tally", "visit=" VISIT_1 "&add=GS01&d.channel=KA02&d.result=onbekend"), 303);
	assert_string_equal(world->answer.location, "/tally?just=GS01&d.channel=KA02");
	assert_int_equal(
	    post(world, "/tally", "visit=" VISIT_1 "&add=GS01&d.channel=KA02"), 303); /* sent twice */
	assert_int_equal(count_questions(world), 1);
	assert_int_equal(post(world, "/tally", "visit=" VISIT_2 "&add=WO02&d.channel=KA02"), 303);
	assert_int_equal(count_questions(world), 2);
	assert_int_equal(ask(world, world->answer.location), 200);
	assert_true(says(world, "value=\"KA02\" selected=\"selected\""));
	value_of(world, "undo", hex, sizeof(hex));
	(void)snprintf(body, sizeof(body), "visit=" VISIT_2 "&undo=%s", hex);
	assert_int_equal(post(world, "/tally", body), 303);
	assert_int_equal(count_questions(world), 1);
	assert_int_equal(post(world, "/tally", "visit=" VISIT_2 "&add=ZZ"), 422);
	assert_int_equal(post(world, "/tally", "visit=" VISIT_2), 422);
	assert_int_equal(count_questions(world), 1);
}

static void test_the_usual_buttons_keep_their_places(void **state)
{
	struct desk_world *world = *state;

	assert_int_equal(post(world, "/tally", "visit=" VISIT_1 "&add=GS01"), 303);
	assert_int_equal(post(world, "/tally", "visit=" VISIT_2 "&add=WO02"), 303);
	assert_int_equal(post(world, "/tally", "visit=00000000000000000000000000000003&add=WO02"), 303);
	assert_int_equal(ask(world, "/tally"), 200);
	assert_true(strstr(world->text, "value=\"GS01\"") < strstr(world->text, "value=\"WO02\""));
	assert_true(strstr(world->text, "value=\"WO02\"") < strstr(world->text, "value=\"GS02\""));
}

static void test_a_paper_sheet_is_typed_over_once(void **state)
{
	struct desk_world *world = *state;

	assert_int_equal(ask(world, "/sheet"), 200);
	assert_true(says(world, "Schulden en betalingsachterstanden"));
	assert_true(says(world, "Klientenraad"));
	assert_int_equal(post(world, "/paper",
			     "visit=" VISIT_1 "&n.GS01=3&n.WO02=200&n.UT01=&d.channel=KA02&day=2026-11-20"),
	    303);
	assert_int_equal(count_questions(world), 203);
	assert_int_equal(
	    post(world, "/paper", "visit=" VISIT_1 "&n.GS01=3&n.WO02=200&d.channel=KA02&day=2026-11-20"),
	    303);
	assert_int_equal(count_questions(world), 203);
}

static void test_a_sheet_with_a_fault_is_not_saved_at_all(void **state)
{
	static const char *const bad[] = {"n.GS01=201", "n.GS01=-1", "n.GS01=drie", "n.GS01=1&n.WO02=2x", "",
	    "n.GS01=0", "n.GS01=2&day=2026-11-22",
	    "n.GS01=200&n.GS02=200&n.GS03=200&n.GS04=200&n.GS05=200&n.GS06=1"};
	struct desk_world *world = *state;
	char body[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		(void)snprintf(body, sizeof(body), "visit=" VISIT_1 "&%s", bad[i]);
		assert_int_equal(post(world, "/paper", body), 422);
	}
	assert_int_equal(post(world, "/paper", "visit=" VISIT_1 "&n.GS01=7&n.WO02=veel"), 422);
	assert_true(says(world, "name=\"n.GS01\" value=\"7\""));
	assert_int_equal(count_questions(world), 0);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_desk_corrects_and_removes_for_a_day),
	    TEST(test_a_date_that_stands_for_not_known_is_told_to_count_without_a_name),
	    TEST(test_a_wrong_correction_changes_nothing),
	    TEST(test_another_desk_sees_nothing_of_it),
	    TEST(test_the_coordinator_corrects_until_the_period_is_sent),
	    TEST(test_a_late_question_says_where_it_counts),
	    TEST(test_what_was_withdrawn_elsewhere_is_gone_here_too),
	    TEST(test_other_computers_need_the_password_for_everything),
	    TEST(test_a_press_is_a_question_and_can_be_taken_back),
	    TEST(test_the_usual_buttons_keep_their_places),
	    TEST(test_a_paper_sheet_is_typed_over_once),
	    TEST(test_a_sheet_with_a_fault_is_not_saved_at_all),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
