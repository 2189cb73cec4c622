/* SPDX-License-Identifier: EUPL-1.2 */
/* Desks, tokens and passwords of the form. */
#include "tests/unit/form_sessions.h"

#include <time.h>

static const uint8_t no_session[OEO_FORM_SESSION_BYTES] = {0};

/* Log in at a desk that nobody ever logged in at. */
static enum oeo_err log_in_at(struct world *world, const uint8_t *at, const char *password, int64_t now_s,
    uint8_t session[OEO_FORM_SESSION_BYTES], enum oeo_form_role *role)
{
	const struct oeo_form_trier by = {at, OEO_FORM_NOBODY};
	enum oeo_err err = log_in_by(world, &by, password, now_s);

	if (err == OEO_OK) {
		memcpy(session, world->opened.session, OEO_FORM_SESSION_BYTES);
		*role = world->opened.role;
	}
	return err;
}

static enum oeo_form_role role_at(
    struct world *world, const uint8_t session[OEO_FORM_SESSION_BYTES], int64_t now_s)
{
	return oeo_form_role_of(&world->sessions, world->fixture.ledger, session, now_s);
}

static void test_a_desk_is_known_by_its_cookie_also_after_a_restart(void **state)
{
	struct world *world = *state;
	char value[OEO_FORM_DESK_VALUE_BYTES];
	uint8_t read[OEO_DESK_ID_BYTES] = {0};

	oeo_form_desk_write(&world->sessions, value, desk);
	oeo_form_sessions_fini(&world->sessions);
	assert_int_equal(oeo_form_sessions_init(&world->sessions, world->fixture.ledger), OEO_OK);
	assert_true(oeo_form_desk_read(&world->sessions, read, value));
	assert_memory_equal(read, desk, sizeof(read));
}

static void test_a_made_up_or_changed_cookie_is_none(void **state)
{
	struct world *world = *state;
	char value[OEO_FORM_DESK_VALUE_BYTES];
	uint8_t read[OEO_DESK_ID_BYTES];

	oeo_form_desk_write(&world->sessions, value, desk);
	for (size_t i = 0; i < sizeof(value) - 1; i++) {
		char kept = value[i];

		value[i] = kept == '0' ? '1' : '0';
		assert_false(oeo_form_desk_read(&world->sessions, read, value));
		value[i] = kept;
	}
	assert_false(oeo_form_desk_read(&world->sessions, read, ""));
	value[sizeof(value) - 2] = '\0';
	assert_false(oeo_form_desk_read(&world->sessions, read, value));
}

static void test_a_token_fits_its_own_desk_and_session_only(void **state)
{
	static const uint8_t session[OEO_FORM_SESSION_BYTES] = {7};
	struct world *world = *state;
	char token[OEO_FORM_TOKEN_BYTES];

	oeo_form_token(&world->sessions, token, desk, NULL);
	assert_true(oeo_form_token_fits(&world->sessions, token, desk, NULL));
	assert_false(oeo_form_token_fits(&world->sessions, token, other_desk, NULL));
	assert_false(oeo_form_token_fits(&world->sessions, token, desk, session));
	assert_false(oeo_form_token_fits(&world->sessions, "", desk, NULL));
	token[0] = token[0] == '0' ? '1' : '0';
	assert_false(oeo_form_token_fits(&world->sessions, token, desk, NULL));
	oeo_form_token(&world->sessions, token, desk, session);
	assert_true(oeo_form_token_fits(&world->sessions, token, desk, session));
	assert_false(oeo_form_token_fits(&world->sessions, token, desk, NULL));
	assert_false(oeo_form_token_fits(&world->sessions, token, desk, no_session));
}

static enum oeo_form_role known_as(struct world *world, const char *value, const uint8_t *at)
{
	return oeo_form_known_as(&world->sessions, world->fixture.ledger, value, at);
}

static void test_the_mark_of_a_known_desk_is_its_own(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	char value[OEO_FORM_TOKEN_BYTES];

	assert_int_equal(oeo_form_known_write(&world->sessions, ledger, value, desk, OEO_FORM_DESK), OEO_OK);
	assert_int_equal(known_as(world, value, desk), OEO_FORM_DESK);
	assert_int_equal(known_as(world, value, other_desk), OEO_FORM_NOBODY);
	assert_int_equal(known_as(world, "", desk), OEO_FORM_NOBODY);
	oeo_form_token(&world->sessions, value, desk, NULL); /* nor is another mark of the desk */
	assert_int_equal(known_as(world, value, desk), OEO_FORM_NOBODY);
}

static void test_the_mark_of_the_coordinators_browser_goes_with_the_password(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	char value[OEO_FORM_TOKEN_BYTES], none[OEO_FORM_TOKEN_BYTES] = "kept";

	assert_int_equal(oeo_form_known_write(&world->sessions, ledger, none, desk, OEO_FORM_COORDINATOR),
	    OEO_ERR_NOT_FOUND);
	assert_string_equal(none, "kept");
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	assert_int_equal(
	    oeo_form_known_write(&world->sessions, ledger, value, desk, OEO_FORM_COORDINATOR), OEO_OK);
	assert_int_equal(known_as(world, value, desk), OEO_FORM_COORDINATOR);
	assert_int_equal(known_as(world, value, other_desk), OEO_FORM_NOBODY);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	assert_int_equal(known_as(world, value, desk), OEO_FORM_NOBODY);
}

static void test_each_password_opens_its_own_role_in_a_new_session(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	enum oeo_form_role role = OEO_FORM_NOBODY;
	uint8_t at_desk[OEO_FORM_SESSION_BYTES], mine[OEO_FORM_SESSION_BYTES];
	bool has_password = true;

	assert_int_equal(oeo_form_has_password(ledger, OEO_FORM_DESK, &has_password), OEO_OK);
	assert_false(has_password);
	assert_int_equal(log_in_at(world, desk, "", 1000, at_desk, &role), OEO_ERR_REFUSED);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(log_in_at(world, desk, "van mij alleen", 1000, mine, &role), OEO_ERR_REFUSED);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	assert_int_equal(oeo_form_has_password(ledger, OEO_FORM_DESK, &has_password), OEO_OK);
	assert_true(has_password);
	assert_int_equal(log_in_at(world, desk, "van de bali", 1000, at_desk, &role), OEO_ERR_REFUSED);
	assert_int_equal(role, OEO_FORM_NOBODY);
	assert_int_equal(log_in_at(world, desk, "van de balie", 1000, at_desk, &role), OEO_OK);
	assert_int_equal(role, OEO_FORM_DESK);
	assert_int_equal(log_in_at(world, desk, "van mij alleen", 1000, mine, &role), OEO_OK);
	assert_int_equal(role, OEO_FORM_COORDINATOR);
	assert_memory_not_equal(at_desk, mine, sizeof(mine));
	assert_memory_not_equal(mine, no_session, sizeof(mine));
	assert_int_equal(role_at(world, mine, 1001), OEO_FORM_COORDINATOR);
	assert_int_equal(role_at(world, at_desk, 1001), OEO_FORM_DESK);
	assert_int_equal(role_at(world, no_session, 1001), OEO_FORM_NOBODY);
}

static void test_a_session_ends_by_logging_out_and_by_silence(void **state)
{
	struct world *world = *state;
	uint8_t session[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role;

	assert_int_equal(oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(log_in_at(world, desk, "van de balie", 0, session, &role), OEO_OK);
	assert_int_equal(role_at(world, session, 1800), OEO_FORM_DESK);
	assert_int_equal(role_at(world, session, 3600), OEO_FORM_DESK);
	assert_int_equal(role_at(world, session, 5401), OEO_FORM_NOBODY);
	assert_int_equal(role_at(world, session, 5402), OEO_FORM_NOBODY);
	assert_int_equal(log_in_at(world, desk, "van de balie", 6000, session, &role), OEO_OK);
	oeo_form_log_out(&world->sessions, session);
	assert_int_equal(role_at(world, session, 6001), OEO_FORM_NOBODY);
}

static void set_passwords(struct world *world)
{
	struct oeo_ledger *ledger = world->fixture.ledger;

	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
}

static void test_a_session_ends_when_its_password_is_changed(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	uint8_t at_desk[OEO_FORM_SESSION_BYTES], mine[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role;

	set_passwords(world);
	assert_int_equal(log_in_at(world, desk, "van de balie", 0, at_desk, &role), OEO_OK);
	assert_int_equal(log_in_at(world, desk, "van mij alleen", 0, mine, &role), OEO_OK);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van een ander nu"), OEO_OK);
	assert_int_equal(role_at(world, mine, 1), OEO_FORM_NOBODY);
	assert_int_equal(role_at(world, at_desk, 1), OEO_FORM_DESK); /* its own password is as it was */
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	assert_int_equal(role_at(world, mine, 2), OEO_FORM_NOBODY);
	assert_int_equal(
	    oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK); /* the same, set anew */
	assert_int_equal(role_at(world, at_desk, 3), OEO_FORM_NOBODY);
}

/* Take all places by the session in the first one, as if they had logged in, without the hashing. */
static void fill_places(struct world *world)
{
	for (size_t i = 1; i < OEO_FORM_MAX_SESSIONS; i++) {
		world->sessions.items[i] = world->sessions.items[0];
		world->sessions.items[i].id[0] ^= (uint8_t)i;
	}
}

static void test_logins_of_desks_do_not_end_the_coordinators_session(void **state)
{
	struct world *world = *state;
	uint8_t mine[OEO_FORM_SESSION_BYTES], last[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role;

	set_passwords(world);
	assert_int_equal(log_in_at(world, desk, "van de balie", 10, last, &role), OEO_OK);
	fill_places(world);
	assert_int_equal(log_in_at(world, desk, "van mij alleen", 0, mine, &role), OEO_OK);
	for (int64_t now_s = 11; now_s < 14; now_s++)
		assert_int_equal(log_in_at(world, desk, "van de balie", now_s, last, &role), OEO_OK);
	assert_int_equal(role_at(world, last, 14), OEO_FORM_DESK);
	assert_int_equal(role_at(world, mine, 14), OEO_FORM_COORDINATOR);
}

static void test_when_all_places_are_taken_the_most_silent_session_goes(void **state)
{
	struct world *world = *state;
	uint8_t sessions[OEO_FORM_MAX_SESSIONS][OEO_FORM_SESSION_BYTES];
	uint8_t last[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role;

	assert_int_equal(oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(log_in_at(world, desk, "van de balie", 0, sessions[0], &role), OEO_OK);
	fill_places(world);
	for (size_t i = 1; i < OEO_FORM_MAX_SESSIONS; i++) {
		memcpy(sessions[i], world->sessions.items[i].id, OEO_FORM_SESSION_BYTES);
		assert_int_equal(role_at(world, sessions[i], i == 9 ? 1 : 2), OEO_FORM_DESK);
	}
	assert_int_equal(role_at(world, sessions[0], 2), OEO_FORM_DESK);
	assert_int_equal(log_in_at(world, desk, "van de balie", 3, last, &role), OEO_OK);
	for (size_t i = 0; i < OEO_FORM_MAX_SESSIONS; i++)
		assert_int_equal(role_at(world, sessions[i], 4), i == 9 ? OEO_FORM_NOBODY : OEO_FORM_DESK);
	assert_int_equal(role_at(world, last, 4), OEO_FORM_DESK);
}

/* The processor time of a try, in milliseconds; the lesser of two. */
static double time_of(struct world *world, const char *password, bool may_be_coordinator)
{
	double least = 1e9;

	for (unsigned i = 0; i < 2; i++) {
		enum oeo_form_role role;
		struct timespec begun, ended;
		double took;

		assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begun), 0);
		(void)oeo_form_try_password(world->fixture.ledger, password, may_be_coordinator, &role);
		assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ended), 0);
		took = (double)(ended.tv_sec - begun.tv_sec) * 1e3 +
		       (double)(ended.tv_nsec - begun.tv_nsec) / 1e6;
		least = took < least ? took : least;
	}
	return least;
}

static void test_a_try_takes_as_long_whatever_it_opens(void **state)
{
	struct world *world = *state;
	double unset = time_of(world, "van mij alleen", true), right, wrong, closed;

	assert_int_equal(
	    oeo_form_set_password(world->fixture.ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	right = time_of(world, "van mij alleen", true);
	wrong = time_of(world, "van een ander", true);
	closed = time_of(world, "van mij alleen", false);
	/* one hash more or less would be a factor of two */
	assert_true(right < 1.5 * wrong && wrong < 1.5 * right);
	assert_true(unset < 1.5 * wrong && wrong < 1.5 * unset);
	assert_true(closed < 1.5 * wrong && wrong < 1.5 * closed);
}

static void test_a_password_has_ten_to_two_hundred_characters(void **state)
{
	struct world *world = *state;
	char password[OEO_FORM_MOST_PASSWORD + 2];

	memset(password, 'p', sizeof(password));
	password[OEO_FORM_MOST_PASSWORD + 1] = '\0';
	assert_int_equal(
	    oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, password), OEO_ERR_RANGE);
	password[OEO_FORM_MOST_PASSWORD] = '\0';
	assert_int_equal(oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, password), OEO_OK);
	assert_int_equal(
	    oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, "123456789"), OEO_ERR_RANGE);
	assert_int_equal(oeo_form_set_password(world->fixture.ledger, OEO_FORM_DESK, "1234567890"), OEO_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_desk_is_known_by_its_cookie_also_after_a_restart),
	    TEST(test_a_made_up_or_changed_cookie_is_none),
	    TEST(test_a_token_fits_its_own_desk_and_session_only),
	    TEST(test_the_mark_of_a_known_desk_is_its_own),
	    TEST(test_the_mark_of_the_coordinators_browser_goes_with_the_password),
	    TEST(test_each_password_opens_its_own_role_in_a_new_session),
	    TEST(test_a_session_ends_by_logging_out_and_by_silence),
	    TEST(test_a_session_ends_when_its_password_is_changed),
	    TEST(test_when_all_places_are_taken_the_most_silent_session_goes),
	    TEST(test_logins_of_desks_do_not_end_the_coordinators_session),
	    TEST(test_a_try_takes_as_long_whatever_it_opens),
	    TEST(test_a_password_has_ten_to_two_hundred_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
