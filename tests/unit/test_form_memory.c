/* SPDX-License-Identifier: EUPL-1.2 */
/* From the n-th allocation on all fail while the form answers: there is an answer or there is none, never half an entry. */
#include "tests/unit/form_desk.h"

#include "tests/unit/failing_alloc.h"

#define MOST 4000 /* allocations of one answer; reached means that the loop below does not end */

/* What a browser sends, as ask_oddly makes it, but out of memory is an answer too. */
static enum oeo_err try_request(
    struct desk_world *world, const char *method, const char *path, const char *body, long fail_after)
{
	struct oeo_request request = {
	    .method = method,
	    .path = path,
	    .host = HOST,
	    .cookie = world->cookie,
	    .content_type = "application/x-www-form-urlencoded",
	    .body = body,
	    .body_len = strlen(body),
	};
	enum oeo_err err;

	oeo_answer_fini(&world->answer);
	alloc_fail_after(fail_after);
	err = oeo_desk_answer(world->desk, &request, &world->answer);
	alloc_fail_never();
	return err;
}

/* From the n-th allocation on all fail, for every n until the answer is the wanted one. */
static void fail_each(
    struct desk_world *world, const char *method, const char *path, const char *body, unsigned wanted)
{
	long n = 0;

	for (; n < MOST; n++) {
		enum oeo_err err = try_request(world, method, path, body, n);

		assert_true(err == OEO_OK || err == OEO_ERR_NOMEM);
		if (err == OEO_OK && world->answer.status == wanted)
			break;
	}
	assert_true(n > 2 && n < MOST); /* some did fail */
}

static void test_a_page_survives_every_failure(void **state)
{
	struct desk_world *world = *state;

	enter(world, VISIT_2, "d.question=GS01&d.channel=KA01", NULL);
	fail_each(world, "GET", "/", "", 200);
	fail_each(world, "GET", "/entered", "", 200);
	fail_each(world, "GET", "/tally", "", 200);
}

static void test_an_entry_is_saved_whole_or_not_at_all(void **state)
{
	struct desk_world *world = *state;
	char body[512];
	size_t items = 0;

	for (long n = 0; n < MOST; n++) {
		char visit[33];
		size_t before = count_questions(world);
		enum oeo_err err;

		(void)snprintf(visit, sizeof(visit), "%032lx", (unsigned long)n + 16);
		(void)snprintf(body, sizeof(body),
		    "token=%s&visit=%s&do=save&d.question=GS01&f.birthdate=3-4-1951&f.postcode=7601AB&f."
		    "surname=Berg",
		    world->token, visit);
		err = try_request(world, "POST", "/", body, n);
		assert_int_equal(
		    count_questions(world) - before, err == OEO_OK && world->answer.status == 303 ? 1 : 0);
		if (err == OEO_OK && world->answer.status == 303) {
			assert_true(n > 2); /* some did fail */
			break;
		}
		assert_true(n + 1 < MOST);
	}
	/* and each question has its line in the journal */
	assert_int_equal(oeo_ledger_count(world->agent.ledger, "form-journal", "", &items), OEO_OK);
	assert_int_equal(items, count_questions(world));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, desk_setup, desk_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_page_survives_every_failure),
	    TEST(test_an_entry_is_saved_whole_or_not_at_all),
	};

	(void)oeo_i18n_init("nl");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
