/* SPDX-License-Identifier: EUPL-1.2 */
/* The form as a desk meets it: who may ask, what is saved, what is lost (nothing). */
#include "tests/unit/form_desk.h"

#define BODY_1 "visit=" VISIT_1 "&nameless=1&do=save&d.question=GS01"

/* ---- Who may ask */

static void test_only_its_own_names_are_answered(void **state)
{
	static const char *const others[] = {
	    "evil.example", "127.0.0.1", "127.0.0.1:7321", "127.0.0.1:7320.evil.example", ""};
	struct desk_world *world = *state;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		assert_int_equal(ask_oddly(world, "GET", "/", "", &(struct oddity){.host = others[i]}), 421);
		assert_int_equal(world->answer.n_cookies, 0);
		assert_false(says(world, "token"));
	}
	assert_int_equal(
	    ask_oddly(world, "GET", "/form.css", "", &(struct oddity){.host = "evil.example"}), 421);
	assert_int_equal(ask(world, "/"), 200);
}

static void test_without_the_desks_own_token_nothing_is_saved(void **state)
{
	struct desk_world *world = *state;
	char other[512];

	assert_int_equal(ask_oddly(world, "POST", "/", BODY_1, &(struct oddity){.host = NULL}), 403);
	assert_int_equal(
	    ask_oddly(world, "POST", "/", "token=&" BODY_1, &(struct oddity){.host = NULL}), 403);
	(void)snprintf(other, sizeof(other), "token=%s&" BODY_1, world->token);
	sit_down(world); /* another browser, with the first one's token */
	assert_int_equal(ask_oddly(world, "POST", "/", other, &(struct oddity){.host = NULL}), 403);
	assert_int_equal(ask_oddly(world, "POST", "/", other, &(struct oddity){.cookie = ""}), 403);
	assert_int_equal(count_questions(world), 0);
}

static void test_another_sites_form_is_refused(void **state)
{
	static const char *const origins[] = {
	    "https://evil.example", "null", "https://" HOST, "http://" HOST ".evil.example", "http://"};
	struct desk_world *world = *state;
	char body[512];

	(void)snprintf(body, sizeof(body), "token=%s&" BODY_1, world->token);
	for (size_t i = 0; i < sizeof(origins) / sizeof(*origins); i++)
		assert_int_equal(
		    ask_oddly(world, "POST", "/", body, &(struct oddity){.origin = origins[i]}), 403);
	assert_int_equal(count_questions(world), 0);
	assert_int_equal(
	    ask_oddly(world, "POST", "/", body, &(struct oddity){.origin = "http://" HOST}), 303);
}

static void test_other_methods_types_and_paths_are_refused(void **state)
{
	static const char *const methods[] = {"PUT", "DELETE", "OPTIONS", "TRACE", "get", "POSTS"};
	static const char *const paths[] = {"/../etc/passwd", "//", "/entered/../login", "/form.css/",
	    "/entered/zz", "/%2e%2e", ("/entered/" VISIT_1), "", "*", "/form.js%00"};
	struct desk_world *world = *state;
	char body[512];

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		assert_int_equal(ask_oddly(world, methods[i], "/", "", &(struct oddity){.host = NULL}), 405);
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_int_equal(ask(world, paths[i]), 404);
	assert_int_equal(ask(world, "/search"), 405);
	assert_int_equal(ask(world, "/removed/" VISIT_1), 405);
	assert_int_equal(post(world, "/sheet", ""), 405);
	(void)snprintf(body, sizeof(body), "token=%s&" BODY_1, world->token);
	assert_int_equal(
	    ask_oddly(world, "POST", "/", body, &(struct oddity){.type = "multipart/form-data"}), 415);
	assert_int_equal(ask_oddly(world, "POST", "/", body,
			     &(struct oddity){.type = "application/x-www-form-urlencodedX"}),
	    415);
	assert_int_equal(post(world, "/", "a=%00"), 400);
	assert_int_equal(ask(world, "/?a=%ff"), 400);
	assert_int_equal(count_questions(world), 0);
}

static void test_a_body_is_bounded(void **state)
{
	struct desk_world *world = *state;
	char *body = malloc(OEO_FORM_BODY_BYTES + 2);

	assert_non_null(body);
	memset(body, '&', OEO_FORM_BODY_BYTES + 1);
	body[OEO_FORM_BODY_BYTES + 1] = '\0';
	assert_int_equal(ask_oddly(world, "POST", "/", body, &(struct oddity){.host = NULL}), 413);
	body[OEO_FORM_BODY_BYTES] = '\0';
	assert_int_equal(ask_oddly(world, "POST", "/", body, &(struct oddity){.host = NULL}), 403);
	free(body);
}

/* ---- Saving */

static void test_an_entry_is_saved_once_however_often_it_is_sent(void **state)
{
	struct desk_world *world = *state;
	char first[33], again[33];

	enter(world, VISIT_1, "d.question=GS01&d.channel=KA01", first);
	assert_int_equal(count_questions(world), 1);
	enter(world, VISIT_1, "d.question=GS01&d.channel=KA01", again);
	assert_string_equal(first, again);
	assert_int_equal(count_questions(world), 1);
	enter(world, VISIT_2, "d.question=GS01&d.channel=KA01", again);
	assert_int_equal(count_questions(world), 2);
}

static void test_another_question_from_a_page_that_was_saved_replaces_nothing(void **state)
{
	struct desk_world *world = *state;
	char visit[33], body[256];

	enter(world, VISIT_1, "d.question=GS01", NULL);
	assert_int_equal(post(world, "/", "visit=" VISIT_1 "&nameless=1&do=save&d.question=WO01"), 409);
	assert_int_equal(count_questions(world), 1);
	value_of(world, "visit", visit, sizeof(visit));
	assert_string_not_equal(visit, VISIT_1);
	(void)snprintf(body, sizeof(body), "visit=%s&nameless=1&do=save&d.question=WO01", visit);
	assert_int_equal(post(world, "/", body), 303);
	assert_int_equal(count_questions(world), 2);
}

static void test_nothing_typed_is_lost_by_a_fault(void **state)
{
	struct desk_world *world = *state;

	assert_int_equal(
	    post(world, "/",
		"visit=" VISIT_1
		"&do=save&q=huur+en+zo&d.channel=KA03&f.surname=%22De+Vries%22+%3C3&f.birthdate=31-2-1950"),
	    422);
	assert_true(says(world, "id=\"faults\""));
	assert_true(says(world, "href=\"#f-birthdate\""));
	assert_true(says(world, "href=\"#d-question\""));
	assert_true(says(world, "value=\"huur en zo\""));
	assert_true(says(world, "value=\"&quot;De Vries&quot; &lt;3\""));
	assert_true(says(world, "value=\"31-2-1950\""));
	assert_true(says(world, "value=\"KA03\" checked=\"checked\""));
	assert_true(says(world, "value=\"" VISIT_1 "\""));
	assert_int_equal(count_questions(world), 0);
}

static void test_searching_keeps_what_was_typed_and_saves_nothing(void **state)
{
	struct desk_world *world = *state;

	assert_int_equal(
	    post(world, "/", "visit=" VISIT_1 "&do=search&q=deurwaarder&f.surname=Berg&d.channel=KA01"), 200);
	assert_true(says(world, "value=\"GS04\""));
	assert_true(says(world, "value=\"Berg\""));
	assert_false(says(world, "id=\"faults\""));
	/* Enter in the search field; the same words once more mean: save */
	assert_int_equal(post(world, "/", "visit=" VISIT_1 "&do=enter&q=huur&searched=&nameless=1"), 200);
	assert_int_equal(post(world, "/", "visit=" VISIT_1 "&do=enter&q=huur&searched=huur&nameless=1"), 422);
	assert_int_equal(
	    post(world, "/", "visit=" VISIT_1 "&do=enter&q=huur&searched=huur&nameless=1&d.question=WO02"),
	    303);
	assert_int_equal(count_questions(world), 1);
	assert_int_equal(post(world, "/search", "q=deurwaarder"), 200);
	assert_true(says(world, "value=\"GS04\""));
	assert_false(says(world, "<body"));
}

static void test_one_more_question_keeps_the_visitor_out_of_the_address(void **state)
{
	struct desk_world *world = *state;
	char location[OEO_FORM_LOCATION_BYTES];

	assert_int_equal(
	    post(world, "/",
		"visit=" VISIT_1
		"&do=more&d.question=GS01&f.surname=Van+den+Berg&f.postcode=7601AB&f.birthdate=3-4-1951"),
	    303);
	(void)snprintf(location, sizeof(location), "%s", world->answer.location);
	assert_null(strstr(location, "erg"));
	assert_int_equal(ask(world, location), 200);
	assert_true(says(world, "value=\"vandenberg\""));
	assert_true(says(world, "value=\"03-04-1951\""));
	assert_false(says(world, "value=\"GS01\" checked"));
	sit_down(world); /* another desk learns nothing from the same address */
	assert_int_equal(ask(world, location), 200);
	assert_false(says(world, "vandenberg"));
}

static void test_what_was_saved_is_there_after_a_restart(void **state)
{
	struct desk_world *world = *state;
	char hex[33], path[64];

	enter(world, VISIT_1, "d.question=GS01", hex);
	oeo_desk_close(world->desk);
	open_desk(world);
	(void)snprintf(path, sizeof(path), "/entered/%s", hex);
	assert_int_equal(ask(world, path), 200);
	assert_true(says(world, "value=\"GS01\" checked"));
	assert_int_equal(post(world, "/", "visit=" VISIT_2 "&nameless=1&do=save&d.question=GS02"), 303);
}

/* Whether these choices have the places 0, 1, ... of their group, which is what their digits choose. */
static bool stand_in_order(
    const struct desk_world *world, const char *group, const char *const *codes, size_t n)
{
	char tile[128];

	for (size_t i = 0; i < n; i++) {
		(void)snprintf(tile, sizeof(tile), "id=\"d-%s-%zu\" name=\"d.%s\" value=\"%s\"", group, i,
		    group, codes[i]);
		if (!says(world, tile))
			return false;
	}
	return true;
}

static void test_usual_topics_stand_first_and_every_other_choice_keeps_its_digit(void **state)
{
	static const char *const barriers[] = {
	    "KN00", "KN01", "KN02", "KN03", "KN04", "KN05", "KN06", "KN07", "KN08", "onbekend", "KN09"};
	struct desk_world *world = *state;

	enter(world, VISIT_1, "d.question=WO05&d.barrier=KN19", NULL);
	enter(world, VISIT_2, "d.question=WO05&d.barrier=KN03", NULL);
	assert_int_equal(ask(world, "/"), 200);
	assert_true(strstr(world->text, "value=\"WO05\"") < strstr(world->text, "value=\"GS01\""));
	assert_true(stand_in_order(world, "barrier", barriers, sizeof(barriers) / sizeof(*barriers)));
}

/* ---- Language, plan */

static void test_each_answer_speaks_the_desks_language(void **state)
{
	struct desk_world *world = *state;
	char english[sizeof(world->cookie) + 32];

	assert_int_equal(ask(world, "/language?to=en"), 303);
	assert_int_equal(strncmp(world->answer.cookies[0], "oeo_language=en;", 16), 0);
	(void)snprintf(english, sizeof(english), "%s; oeo_language=en", world->cookie);
	assert_int_equal(ask_oddly(world, "GET", "/", "", &(struct oddity){.cookie = english}), 200);
	assert_true(says(world, "lang=\"en\""));
	assert_true(says(world, "<legend>Barrier</legend>"));
	assert_true(says(world, "Debts and arrears"));
	assert_int_equal(ask(world, "/"), 200);
	assert_true(says(world, "<html lang=\"nl\""));
	assert_true(says(world, "<legend>Knelpunt</legend>"));
	assert_int_equal(oeo_i18n_lang(), OEO_LANG_NL);
}

static void test_without_a_plan_it_says_what_to_do(void **state)
{
	struct desk_world *world = *state;

	assert_int_equal(oeo_ledger_remove_prefix(world->agent.ledger, "plan", ""), OEO_OK);
	assert_int_equal(ask(world, "/"), 503);
	assert_true(says(world, "oeo-agent plan accept"));
	assert_int_equal(post(world, "/", BODY_1), 503);
	assert_int_equal(count_questions(world), 0);
}

static void test_another_process_that_writes_loses_nothing(void **state)
{
	struct desk_world *world = *state;

	/* the ledger's own transaction stands for that of another process: a second one cannot begin */
	assert_int_equal(oeo_ledger_begin(world->agent.ledger, NULL), OEO_OK);
	assert_int_not_equal(
	    post(world, "/",
		"visit=" VISIT_1
		"&do=save&d.question=GS01&f.surname=Berg&f.postcode=7601AB&f.birthdate=3-4-1951"),
	    303);
	oeo_ledger_rollback(world->agent.ledger);
	assert_int_equal(count_questions(world), 0);
	assert_int_equal(post(world, "/", BODY_1), 303);
}

static enum oeo_err write_hooked(void *context, struct oeo_html *html)
{
	oeo_html_element(html, "p", NULL, context);
	return context != NULL ? OEO_OK : OEO_ERR_IO;
}

static void test_a_page_of_another_part_stands_in_the_menu_and_the_frame(void **state)
{
	static char text[] = "dit <gaat> weg";
	struct oeo_form_page pages[] = {{"/leaves", "Tally", write_hooked, text}};
	struct desk_world *world = *state;

	oeo_desk_close(world->desk);
	world->place.pages = pages;
	world->place.n_pages = 1;
	open_desk(world);
	assert_int_equal(ask(world, "/leaves"), 200);
	assert_true(says(world, "dit &lt;gaat&gt; weg"));
	assert_true(says(world, "href=\"/leaves\" aria-current=\"page\""));
	assert_int_equal(post(world, "/leaves", ""), 405);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_only_its_own_names_are_answered),
	    TEST(test_without_the_desks_own_token_nothing_is_saved),
	    TEST(test_another_sites_form_is_refused),
	    TEST(test_other_methods_types_and_paths_are_refused),
	    TEST(test_a_body_is_bounded),
	    TEST(test_an_entry_is_saved_once_however_often_it_is_sent),
	    TEST(test_another_question_from_a_page_that_was_saved_replaces_nothing),
	    TEST(test_nothing_typed_is_lost_by_a_fault),
	    TEST(test_searching_keeps_what_was_typed_and_saves_nothing),
	    TEST(test_one_more_question_keeps_the_visitor_out_of_the_address),
	    TEST(test_what_was_saved_is_there_after_a_restart),
	    TEST(test_usual_topics_stand_first_and_every_other_choice_keeps_its_digit),
	    TEST(test_each_answer_speaks_the_desks_language),
	    TEST(test_without_a_plan_it_says_what_to_do),
	    TEST(test_another_process_that_writes_loses_nothing),
	    TEST(test_a_page_of_another_part_stands_in_the_menu_and_the_frame),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
