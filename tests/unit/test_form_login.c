/* SPDX-License-Identifier: EUPL-1.2 */
/* Logging in at the form: what a session is worth, when it ends, and what was typed meanwhile. */
#include "tests/unit/form_desk.h"

#include "agent/form/visit.h"

#define ENTRY "visit=" VISIT_1 "&nameless=1&do=save&d.question=GS01&q=%22huur%22+%26+zo"

static void set_password(struct desk_world *world, const char *password)
{
	assert_int_equal(oeo_form_set_password(world->agent.ledger, OEO_FORM_COORDINATOR, password), OEO_OK);
}

static bool is_coordinator(struct desk_world *world)
{
	assert_int_equal(ask(world, "/entered"), 200);
	return says(world, "aan alle balies");
}

/* Whoever planted the cookie that the browser had before logging in has nothing by it. */
static void test_cookie_and_token_of_before_the_login_open_nothing(void **state)
{
	struct desk_world *world = *state;
	char before[sizeof(world->cookie)], token[OEO_FORM_TOKEN_BYTES], body[256];
	char session[sizeof(world->cookie)];

	set_password(world, "coordinator 1");
	(void)snprintf(before, sizeof(before), "%s", world->cookie);
	(void)snprintf(token, sizeof(token), "%s", world->token);
	log_in(world, "password=coordinator+1");
	assert_true(is_coordinator(world));
	assert_string_not_equal(world->token, token);
	/* with the old cookie one is nobody; with the old token nothing is done in the session */
	assert_int_equal(ask_oddly(world, "GET", "/entered", "", &(struct oddity){.cookie = before}), 200);
	assert_false(says(world, "aan alle balies"));
	(void)snprintf(body, sizeof(body), "token=%s&%s", token, ENTRY);
	assert_int_equal(ask_oddly(world, "POST", "/", body, &(struct oddity){.host = NULL}), 403);
	assert_int_equal(count_questions(world), 0);
	/* logging in once more gives other ones, and ends the first */
	(void)snprintf(session, sizeof(session), "%s", world->cookie);
	log_in(world, "password=coordinator+1");
	assert_string_not_equal(world->cookie, session);
	assert_int_equal(ask_oddly(world, "GET", "/entered", "", &(struct oddity){.cookie = session}), 200);
	assert_false(says(world, "aan alle balies"));
	assert_true(is_coordinator(world));
}

static void test_the_sessions_cookie_is_kept_by_no_script_and_no_longer_than_the_browser(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 303);
	assert_int_equal(strncmp(world->answer.cookies[0], "oeo_session=", 12), 0);
	assert_non_null(strstr(world->answer.cookies[0], "; HttpOnly; SameSite=Strict"));
	assert_null(strstr(world->answer.cookies[0], "Max-Age"));
	assert_int_equal(post(world, "/logout", ""), 303);
	assert_int_equal(strncmp(world->answer.cookies[0], "oeo_session=; ", 14), 0);
	assert_non_null(strstr(world->answer.cookies[0], "Max-Age=0"));
}

static void test_another_password_ends_the_session_at_once(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	log_in(world, "password=coordinator+1");
	assert_true(is_coordinator(world));
	set_password(world, "coordinator 2");
	assert_false(is_coordinator(world));
	/* what is typed on its page is saved, as any desk may */
	assert_int_equal(post(world, "/", ENTRY), 303);
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	log_in(world, "password=coordinator+2");
	assert_true(is_coordinator(world));
}

/* A question half typed in one window while somebody logs in in another. */
static void test_what_was_typed_before_somebody_logged_in_waits_for_a_button(void **state)
{
	struct desk_world *world = *state;
	char token[OEO_FORM_TOKEN_BYTES], body[256];
	const struct oddity ours = {.origin = "http://" HOST};

	set_password(world, "coordinator 1");
	(void)snprintf(token, sizeof(token), "%s", world->token);
	log_in(world, "password=coordinator+1");
	(void)snprintf(body, sizeof(body), "token=%s&%s", token, ENTRY);
	assert_int_equal(ask_oddly(world, "POST", "/", body, &ours), 403);
	assert_int_equal(count_questions(world), 0);
	assert_true(says(world, "Nog niet gedaan"));
	assert_true(says(world, "name=\"visit\" value=\"" VISIT_1 "\""));
	assert_true(says(world, "name=\"q\" value=\"&quot;huur&quot; &amp; zo\""));
	value_of(world, "token", token, sizeof(token));
	assert_string_equal(token, world->token);
	assert_int_equal(post(world, "/", ENTRY), 303);
	assert_int_equal(count_questions(world), 1);
}

static void test_nothing_of_another_sites_page_waits_for_a_button(void **state)
{
	static const char *const elsewhere[] = {
	    "//evil.example/", "/nowhere", "/language", "/\\evil.example"};
	struct desk_world *world = *state;
	const struct oddity ours = {.origin = "http://" HOST};
	const struct oddity other = {.origin = "http://127.0.0.1:9999"};
	const struct oddity fresh = {.origin = "http://" HOST, .cookie = ""};

	assert_int_equal(ask_oddly(world, "POST", "/", "token=0&" ENTRY, &other), 403);
	assert_false(says(world, VISIT_1));
	assert_int_equal(ask_oddly(world, "POST", "/", "token=0&" ENTRY, &fresh), 403);
	assert_false(says(world, VISIT_1));
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++) {
		assert_int_equal(ask_oddly(world, "POST", elsewhere[i], "token=0&" ENTRY, &ours), 403);
		assert_false(says(world, VISIT_1));
	}
	/* a password is never shown again: it is typed once more */
	assert_int_equal(ask_oddly(world, "POST", "/login", "token=0&password=geheim", &ours), 303);
	assert_string_equal(world->answer.location, "/login");
}

static void test_one_desks_wrong_passwords_keep_nobody_else_out(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(post(world, "/login", "password=geraden"), 422);
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	assert_true(says(world, "Te veel verkeerde wachtwoorden"));
	sit_down(world); /* the desk beside it */
	log_in(world, "password=coordinator+1");
	assert_true(is_coordinator(world));
}

/* As if wrong ones had come from as many browsers at which the desk's password was given, without the hashing. */
static void guess_elsewhere(struct desk_world *world, unsigned n)
{
	struct oeo_form_tries *tries = &world->desk->sessions.tries;

	assert_int_equal(oeo_form_tries_follow(tries, world->agent.ledger), OEO_OK);
	for (unsigned i = 0; i < n; i++) {
		const uint8_t number[OEO_DESK_ID_BYTES] = {(uint8_t)i};
		const struct oeo_form_trier by = {number, OEO_FORM_DESK};

		oeo_form_tries_note_wrong(tries, &by, true, oeo_clock_now_s(&world->agent.clock));
	}
}

/* At a new browser, at which the desk's password was given: that makes it known. */
static unsigned guess_at_a_new_desk(struct desk_world *world)
{
	sit_down(world);
	log_in(world, "password=van+de+balie");
	return post(world, "/login", "password=geraden+woord");
}

static void test_whoever_knows_the_desks_password_cannot_guess_on_from_ever_new_desks(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	assert_int_equal(oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	guess_elsewhere(world, 9);
	assert_int_equal(guess_at_a_new_desk(world), 422);
	assert_true(says(world, "Dit is niet het wachtwoord."));
	assert_int_equal(guess_at_a_new_desk(world), 422);
	assert_true(says(world, "te vaak verkeerd geraden"));
	assert_true(says(world, "over 60 seconden opnieuw"));
	/* the right one is not tried either */
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	set_now(world, "2026-11-21T10:01:00");
	assert_int_equal(post(world, "/login", "password=geraden+woord"), 422);
	assert_true(says(world, "Dit is niet het wachtwoord."));
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	assert_true(says(world, "over 2 minuten opnieuw"));
}

static void test_at_other_computers_it_is_said_that_only_the_coordinator_waits(void **state)
{
	struct desk_world *world = *state;

	oeo_desk_close(world->desk);
	world->place.is_remote = true;
	open_desk(world);
	sit_down(world);
	set_password(world, "coordinator 1");
	assert_int_equal(oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	guess_elsewhere(world, 12);
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	assert_true(says(world, "niet het wachtwoord van de balie"));
	assert_true(says(world, "over 4 minuten opnieuw"));
	assert_true(says(world, "oeo-agent form password --for coordinator"));
	log_in(world, "password=van+de+balie");
	assert_int_equal(ask(world, "/"), 200);
}

static void test_a_coordinator_who_is_kept_out_sets_the_password_anew_and_comes_in(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	guess_elsewhere(world, 10);
	assert_int_equal(post(world, "/login", "password=coordinator+1"), 422);
	assert_true(says(world, "Het wachtwoord is te vaak verkeerd geraden."));
	assert_true(says(world, "oeo-agent form password"));
	set_password(world, "coordinator 1"); /* as oeo-agent form password does */
	log_in(world, "password=coordinator+1");
	assert_true(is_coordinator(world));
}

/* Also after entering questions as a desk does in between. */
static void test_the_coordinators_own_browser_does_not_wait_for_other_browsers(void **state)
{
	struct desk_world *world = *state;

	set_password(world, "coordinator 1");
	assert_int_equal(oeo_form_set_password(world->agent.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	log_in(world, "password=coordinator+1");
	log_in(world, "password=van+de+balie");
	assert_false(is_coordinator(world));
	guess_elsewhere(world, 10);
	log_in(world, "password=coordinator+1");
	assert_true(is_coordinator(world));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_cookie_and_token_of_before_the_login_open_nothing),
	    TEST(test_the_sessions_cookie_is_kept_by_no_script_and_no_longer_than_the_browser),
	    TEST(test_another_password_ends_the_session_at_once),
	    TEST(test_what_was_typed_before_somebody_logged_in_waits_for_a_button),
	    TEST(test_nothing_of_another_sites_page_waits_for_a_button),
	    TEST(test_one_desks_wrong_passwords_keep_nobody_else_out),
	    TEST(test_whoever_knows_the_desks_password_cannot_guess_on_from_ever_new_desks),
	    TEST(test_at_other_computers_it_is_said_that_only_the_coordinator_waits),
	    TEST(test_a_coordinator_who_is_kept_out_sets_the_password_anew_and_comes_in),
	    TEST(test_the_coordinators_own_browser_does_not_wait_for_other_browsers),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
