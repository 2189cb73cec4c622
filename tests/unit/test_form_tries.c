/* SPDX-License-Identifier: EUPL-1.2 */
/* Wrong passwords at the form: who waits for whom, how long, and who does not. Mostly without the hashing, which takes long. */
#include "tests/unit/form_sessions.h"

#define HOUR_S 3600

static const struct oeo_form_trier stranger = {desk, OEO_FORM_NOBODY};
static const struct oeo_form_trier known = {desk, OEO_FORM_DESK};
static const struct oeo_form_trier coordinators = {other_desk, OEO_FORM_COORDINATOR};

static void set_password(struct world *world, enum oeo_form_role role, const char *password)
{
	assert_int_equal(oeo_form_set_password(world->fixture.ledger, role, password), OEO_OK);
}

static bool may_try(const struct world *world, const struct oeo_form_trier *by, int64_t now_s)
{
	return oeo_form_tries_wait_s(world->tries, by, now_s) == 0;
}

static void try_wrong(struct world *world, const struct oeo_form_trier *by, unsigned n, int64_t now_s)
{
	for (unsigned i = 0; i < n; i++) {
		assert_true(may_try(world, by, now_s));
		oeo_form_tries_note_wrong(world->tries, by, true, now_s);
	}
}

/* ---- A browser's own tries */

static void test_five_wrong_passwords_close_that_desk_for_a_minute(void **state)
{
	const struct oeo_form_trier beside = {other_desk, OEO_FORM_NOBODY};
	struct world *world = *state;

	set_password(world, OEO_FORM_DESK, "van de balie");
	try_wrong(world, &stranger, 4, 100);
	assert_int_equal(log_in_by(world, &stranger, "verkeerd", 100), OEO_ERR_REFUSED);
	assert_int_equal(world->opened.wait_s, 0);
	assert_int_equal(log_in_by(world, &stranger, "van de balie", 159), OEO_ERR_STATE);
	assert_int_equal(world->opened.wait_s, 1);
	/* the desk beside it notices nothing */
	assert_int_equal(log_in_by(world, &beside, "van de balie", 101), OEO_OK);
	assert_int_equal(log_in_by(world, &stranger, "van de balie", 160), OEO_OK);
	try_wrong(world, &stranger, 5, 300); /* its minute is over: a new count */
	assert_int_equal(oeo_form_tries_wait_s(world->tries, &stranger, 300), 60);
	assert_false(may_try(world, &stranger, 359));
	try_wrong(world, &stranger, 5, 360);
	assert_false(may_try(world, &stranger, 419));
}

/* The desk's password between guesses at the coordinator's does not begin a new count; time does. */
static void test_only_the_coordinators_password_begins_a_new_count(void **state)
{
	struct world *world = *state;

	set_password(world, OEO_FORM_DESK, "van de balie");
	try_wrong(world, &known, 4, 100);
	assert_int_equal(log_in_by(world, &known, "van de balie", 101), OEO_OK);
	try_wrong(world, &known, 1, 102);
	assert_false(may_try(world, &known, 161));
	/* a minute without a wrong one; a second less is too little */
	try_wrong(world, &known, 4, 162);
	try_wrong(world, &known, 1, 222);
	try_wrong(world, &known, 3, 281);
	oeo_form_tries_note_right(world->tries, &known, OEO_FORM_DESK);
	try_wrong(world, &known, 1, 281);
	assert_false(may_try(world, &known, 281));
	try_wrong(world, &known, 4, 400);
	oeo_form_tries_note_right(world->tries, &known, OEO_FORM_COORDINATOR);
	try_wrong(world, &known, 4, 401);
	assert_true(may_try(world, &known, 401));
}

/* A desk number costs nothing, so a guesser takes a new one for every try. */
static void test_desks_that_nobody_knows_share_a_bound_and_known_ones_are_left_alone(void **state)
{
	struct world *world = *state;
	uint8_t number[OEO_DESK_ID_BYTES] = {9};
	const struct oeo_form_trier guesser = {number, OEO_FORM_NOBODY};
	const struct oeo_form_trier beside = {other_desk, OEO_FORM_NOBODY};
	unsigned n = 0;

	for (int64_t now_s = 1000; now_s < 1000 + 600; now_s++) {
		for (unsigned i = 0; i < 30; i++) {
			randombytes_buf(number, sizeof(number));
			if (!may_try(world, &guesser, now_s))
				continue;
			oeo_form_tries_note_wrong(world->tries, &guesser, true, now_s);
			n++;
		}
		assert_true(may_try(world, &known, now_s));
	}
	assert_int_equal(n, 20 + 599 / 6);
	assert_int_equal(oeo_form_tries_wait_s(world->tries, &stranger, 1599), 1);
	assert_true(may_try(world, &stranger, 1600));
	/* a known desk has five tries of its own, which cost the others nothing */
	try_wrong(world, &known, 5, 1600);
	assert_false(may_try(world, &known, 1600));
	assert_true(may_try(world, &beside, 1600));
}

/* ---- The coordinator's password */

/* As whoever knows the desk's password: every try from a new desk that gave that password, as soon as it is tried. */
static unsigned guess_for(struct world *world, int64_t from_s, int64_t seconds)
{
	uint8_t number[OEO_DESK_ID_BYTES];
	const struct oeo_form_trier guesser = {number, OEO_FORM_DESK};
	int64_t now_s = from_s;
	unsigned n = 0;

	while (now_s < from_s + seconds) {
		int64_t wait_s = oeo_form_tries_coordinator_wait_s(world->tries, &guesser, now_s);

		randombytes_buf(number, sizeof(number));
		assert_true(
		    may_try(world, &guesser, now_s)); /* what keeps it from guessing keeps no desk out */
		now_s += wait_s;
		if (wait_s > 0)
			continue;
		oeo_form_tries_note_wrong(world->tries, &guesser, true, now_s);
		n++;
	}
	return n;
}

static void test_ever_new_desks_share_one_count_at_the_coordinators_password(void **state)
{
	struct world *world = *state;

	/* ten, and then one after 1, 2, 4, 8, 16 and 32 minutes, and one an hour */
	assert_int_equal(guess_for(world, 1000, 60), 10);
	assert_int_equal(guess_for(world, 1060, 63 * 60), 6);
	assert_in_range(guess_for(world, 1060 + 63 * 60, 100 * HOUR_S), 99, 102);
}

static void test_the_wait_grows_to_an_hour_and_every_hour_takes_one_wrong_off(void **state)
{
	static const int64_t waits_s[] = {60, 120, 240, 480, 960, 1920, HOUR_S, HOUR_S, HOUR_S};
	struct world *world = *state;
	int64_t now_s = 1000;

	for (unsigned i = 0; i < 9; i++)
		oeo_form_tries_note_wrong(world->tries, &known, true, now_s);
	assert_int_equal(oeo_form_tries_coordinator_wait_s(world->tries, &known, now_s), 0);
	for (size_t i = 0; i < sizeof(waits_s) / sizeof(*waits_s); i++) {
		oeo_form_tries_note_wrong(world->tries, &known, true, now_s);
		assert_int_equal(oeo_form_tries_coordinator_wait_s(world->tries, &known, now_s), waits_s[i]);
	}
	/* seventeen more than one: nothing closed is left of it, and then nine wrong ones close nothing */
	now_s += (int64_t)18 * HOUR_S;
	for (unsigned i = 0; i < 9; i++) {
		oeo_form_tries_note_wrong(world->tries, &known, true, now_s);
		assert_int_equal(oeo_form_tries_coordinator_wait_s(world->tries, &known, now_s), 0);
	}
	oeo_form_tries_note_wrong(world->tries, &known, true, now_s);
	assert_int_equal(oeo_form_tries_coordinator_wait_s(world->tries, &known, now_s), 60);
}

static void test_while_it_waits_a_wrong_password_lengthens_nothing_and_the_desks_opens(void **state)
{
	const struct oeo_form_trier beside = {other_desk, OEO_FORM_DESK};
	struct world *world = *state;

	set_password(world, OEO_FORM_DESK, "van de balie");
	set_password(world, OEO_FORM_COORDINATOR, "van mij alleen");
	assert_int_equal(oeo_form_tries_follow(world->tries, world->fixture.ledger), OEO_OK);
	for (unsigned i = 0; i < 10; i++)
		oeo_form_tries_note_wrong(world->tries, &stranger, true, 1000);
	assert_int_equal(log_in_by(world, &beside, "van mij alleen", 1059), OEO_ERR_REFUSED);
	assert_int_equal(world->opened.wait_s, 1);
	assert_int_equal(log_in_by(world, &beside, "van de balie", 1059), OEO_OK);
	assert_int_equal(world->opened.role, OEO_FORM_DESK);
	assert_int_equal(log_in_by(world, &beside, "van mij alleen", 1060), OEO_OK);
	assert_int_equal(world->opened.role, OEO_FORM_COORDINATOR);
	/* the right one begins a new count for those browsers */
	assert_int_equal(guess_for(world, 1061, 10), 10);
}

static void test_the_coordinators_own_browser_does_not_wait_for_others_but_for_itself(void **state)
{
	struct world *world = *state;

	set_password(world, OEO_FORM_COORDINATOR, "van mij alleen");
	assert_int_equal(oeo_form_tries_follow(world->tries, world->fixture.ledger), OEO_OK);
	assert_int_equal(guess_for(world, 1000, 20), 10);
	assert_int_equal(log_in_by(world, &coordinators, "van mij alleen", 1020), OEO_OK);
	assert_int_equal(world->opened.role, OEO_FORM_COORDINATOR);
	assert_int_equal(guess_for(world, 1020, 20), 0); /* which gives the others no tries */
	for (unsigned i = 0; i < 10; i++)
		oeo_form_tries_note_wrong(world->tries, &coordinators, true, 2000);
	assert_int_equal(oeo_form_tries_coordinator_wait_s(world->tries, &coordinators, 2000), 60);
}

static void test_setting_the_password_at_the_computer_begins_every_count_again(void **state)
{
	struct world *world = *state;

	set_password(world, OEO_FORM_COORDINATOR, "van mij alleen");
	assert_int_equal(oeo_form_tries_follow(world->tries, world->fixture.ledger), OEO_OK);
	for (unsigned i = 0; i < 25; i++)
		oeo_form_tries_note_wrong(world->tries, &stranger, true, 1000);
	assert_int_equal(log_in_by(world, &stranger, "van mij alleen", 1001), OEO_ERR_STATE);
	set_password(world, OEO_FORM_DESK, "van de balie"); /* that of the desks changes nothing */
	assert_int_equal(log_in_by(world, &stranger, "van mij alleen", 1001), OEO_ERR_STATE);
	set_password(world, OEO_FORM_COORDINATOR, "van mij alleen");
	assert_int_equal(log_in_by(world, &stranger, "van mij alleen", 1001), OEO_OK);
	assert_int_equal(world->opened.role, OEO_FORM_COORDINATOR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_five_wrong_passwords_close_that_desk_for_a_minute),
	    TEST(test_only_the_coordinators_password_begins_a_new_count),
	    TEST(test_desks_that_nobody_knows_share_a_bound_and_known_ones_are_left_alone),
	    TEST(test_ever_new_desks_share_one_count_at_the_coordinators_password),
	    TEST(test_the_wait_grows_to_an_hour_and_every_hour_takes_one_wrong_off),
	    TEST(test_while_it_waits_a_wrong_password_lengthens_nothing_and_the_desks_opens),
	    TEST(test_the_coordinators_own_browser_does_not_wait_for_others_but_for_itself),
	    TEST(test_setting_the_password_at_the_computer_begins_every_count_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
