/* SPDX-License-Identifier: EUPL-1.2 */
/* Desks, tokens and passwords of the form. */
#include "tests/unit/intake_fixture.h"

#include "agent/form/session.h"

struct world {
	struct fixture fixture;
	struct oeo_form_sessions sessions;
};

static const uint8_t desk[OEO_DESK_ID_BYTES] = {1, 2, 3};
static const uint8_t other_desk[OEO_DESK_ID_BYTES] = {4, 5, 6};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fixture_open(&world->fixture);
	assert_int_equal(oeo_form_sessions_init(&world->sessions, world->fixture.ledger), OEO_OK);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_form_sessions_fini(&world->sessions);
	fixture_close(&world->fixture);
	free(world);
	return 0;
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

static void test_a_token_fits_its_own_desk_only(void **state)
{
	struct world *world = *state;
	char token[OEO_FORM_TOKEN_BYTES];

	oeo_form_token(&world->sessions, token, desk);
	assert_true(oeo_form_token_fits(&world->sessions, token, desk));
	assert_false(oeo_form_token_fits(&world->sessions, token, other_desk));
	assert_false(oeo_form_token_fits(&world->sessions, "", desk));
	token[0] = token[0] == '0' ? '1' : '0';
	assert_false(oeo_form_token_fits(&world->sessions, token, desk));
}

static void test_each_password_opens_its_own_role(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	enum oeo_form_role role = OEO_FORM_NOBODY;
	bool has_password = true;

	assert_int_equal(oeo_form_has_password(ledger, OEO_FORM_DESK, &has_password), OEO_OK);
	assert_false(has_password);
	assert_int_equal(oeo_form_log_in(&world->sessions, ledger, desk, "", 1000, &role), OEO_ERR_REFUSED);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_COORDINATOR, "van mij alleen"), OEO_OK);
	assert_int_equal(oeo_form_has_password(ledger, OEO_FORM_DESK, &has_password), OEO_OK);
	assert_true(has_password);
	assert_int_equal(
	    oeo_form_log_in(&world->sessions, ledger, desk, "van de bali", 1000, &role), OEO_ERR_REFUSED);
	assert_int_equal(
	    oeo_form_log_in(&world->sessions, ledger, desk, "van de balie", 1000, &role), OEO_OK);
	assert_int_equal(role, OEO_FORM_DESK);
	assert_int_equal(
	    oeo_form_log_in(&world->sessions, ledger, desk, "van mij alleen", 1000, &role), OEO_OK);
	assert_int_equal(role, OEO_FORM_COORDINATOR);
	assert_int_equal(oeo_form_role_of(&world->sessions, desk, 1001), OEO_FORM_COORDINATOR);
	assert_int_equal(oeo_form_role_of(&world->sessions, other_desk, 1001), OEO_FORM_NOBODY);
}

static void test_a_role_ends_by_logging_out_and_by_silence(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	enum oeo_form_role role;

	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	assert_int_equal(oeo_form_log_in(&world->sessions, ledger, desk, "van de balie", 0, &role), OEO_OK);
	assert_int_equal(oeo_form_role_of(&world->sessions, desk, 1800), OEO_FORM_DESK);
	assert_int_equal(oeo_form_role_of(&world->sessions, desk, 3600), OEO_FORM_DESK);
	assert_int_equal(oeo_form_role_of(&world->sessions, desk, 5401), OEO_FORM_NOBODY);
	assert_int_equal(
	    oeo_form_log_in(&world->sessions, ledger, desk, "van de balie", 6000, &role), OEO_OK);
	oeo_form_log_out(&world->sessions, desk);
	assert_int_equal(oeo_form_role_of(&world->sessions, desk, 6001), OEO_FORM_NOBODY);
}

static void test_five_wrong_passwords_close_the_door_for_a_minute(void **state)
{
	struct world *world = *state;
	struct oeo_ledger *ledger = world->fixture.ledger;
	enum oeo_form_role role;

	assert_int_equal(oeo_form_set_password(ledger, OEO_FORM_DESK, "van de balie"), OEO_OK);
	for (unsigned i = 0; i < 5; i++)
		assert_int_equal(
		    oeo_form_log_in(&world->sessions, ledger, desk, "verkeerd", 100, &role), OEO_ERR_REFUSED);
	assert_int_equal(
	    oeo_form_log_in(&world->sessions, ledger, desk, "van de balie", 159, &role), OEO_ERR_STATE);
	assert_int_equal(oeo_form_log_in(&world->sessions, ledger, desk, "van de balie", 160, &role), OEO_OK);
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

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_desk_is_known_by_its_cookie_also_after_a_restart),
	    TEST(test_a_made_up_or_changed_cookie_is_none),
	    TEST(test_a_token_fits_its_own_desk_only),
	    TEST(test_each_password_opens_its_own_role),
	    TEST(test_a_role_ends_by_logging_out_and_by_silence),
	    TEST(test_five_wrong_passwords_close_the_door_for_a_minute),
	    TEST(test_a_password_has_ten_to_two_hundred_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
