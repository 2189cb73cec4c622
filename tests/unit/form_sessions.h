/* SPDX-License-Identifier: EUPL-1.2 */
/* The form's desks, sessions and tries on a temporary ledger, without HTTP. */
#ifndef OEO_TESTS_FORM_SESSIONS_H
#define OEO_TESTS_FORM_SESSIONS_H

#include "tests/unit/intake_fixture.h"

#include "agent/form/session.h"

struct world {
	struct fixture fixture;
	struct oeo_form_sessions sessions;
	struct oeo_form_tries *tries; /* of sessions */
	struct oeo_form_opened opened; /* by the last log_in_by */
};

static const uint8_t desk[OEO_DESK_ID_BYTES] = {1, 2, 3};
static const uint8_t other_desk[OEO_DESK_ID_BYTES] = {4, 5, 6};

static inline int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	assert_non_null(world);
	fixture_open(&world->fixture);
	assert_int_equal(oeo_form_sessions_init(&world->sessions, world->fixture.ledger), OEO_OK);
	world->tries = &world->sessions.tries;
	*state = world;
	return 0;
}

static inline int teardown(void **state)
{
	struct world *world = *state;

	oeo_form_sessions_fini(&world->sessions);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

static inline enum oeo_err log_in_by(
    struct world *world, const struct oeo_form_trier *by, const char *password, int64_t now_s)
{
	const struct oeo_form_login login = {*by, password};

	world->opened = (struct oeo_form_opened){.role = OEO_FORM_NOBODY};
	return oeo_form_log_in(&world->sessions, world->fixture.ledger, &login, now_s, &world->opened);
}

#endif
