/* SPDX-License-Identifier: EUPL-1.2 */
/* How long names are kept. */
#include "rights_fixture.h"

#include "agent/retention.h"

static size_t enforce(struct rights_world *world, bool is_forced)
{
	size_t n_erased = 99;

	assert_int_equal(
	    oeo_retention_enforce(world->fixture.ledger, &world->agent.plans, is_forced, &n_erased, NULL),
	    OEO_OK);
	return n_erased;
}

static struct oeo_retention_counts count(struct rights_world *world)
{
	struct oeo_retention_counts counts;

	assert_int_equal(oeo_retention_count(&counts, world->fixture.ledger), OEO_OK);
	return counts;
}

static void choose(struct rights_world *world, enum oeo_cadence keep)
{
	assert_int_equal(oeo_retention_save(world->fixture.ledger, keep), OEO_OK);
}

static void fill(struct rights_world *world)
{
	put_question(&world->fixture, "1", "2025-01-10", "zandstra", "7601AA", "W1", NULL);
	put_question(&world->fixture, "2", "2025-04-11", "bakker", "7602BB", "Z1", NULL);
	put_question(&world->fixture, "3", "2025-04-12", "", "", "Z1", "4711");
	put_question(&world->fixture, "4", "2025-04-13", "", "", "Z2", NULL);
	put_question(&world->fixture, "5", "2026-01-05", "visser", "7601AA", "Z2", NULL);
}

static void test_the_year_is_waited_for(void **state)
{
	struct rights_world *world = *state;
	enum oeo_cadence keep = OEO_MONTH;

	fill(world);
	assert_int_equal(oeo_retention_load(&keep, world->fixture.ledger), OEO_OK);
	assert_int_equal(keep, OEO_YEAR);
	assert_int_equal(enforce(world, false), 0);
	freeze_period(world, "2025-01", OEO_STAGE_RELEASED, true);
	freeze_period(world, "2025-Q1", OEO_STAGE_RELEASED, true);
	freeze_period(world, "2025", OEO_STAGE_READY, true); /* on its way: it may have to be made anew */
	assert_int_equal(enforce(world, false), 0);
	freeze_period(world, "2025", OEO_STAGE_SUBMITTED, true);
	assert_int_equal(enforce(world, false), 3); /* not the walk-in, not the next year */
	assert_int_equal(count(world).n_with_identity, 1);
	assert_int_equal(count(world).n_erased, 3);
	assert_int_equal(count(world).n_questions, 5);
	assert_false(folder_holds(world->fixture.home.path, "zandstra"));
}

static void test_less_is_waited_for_where_the_coordinator_chose_so(void **state)
{
	struct rights_world *world = *state;

	fill(world);
	choose(world, OEO_QUARTER);
	freeze_period(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	freeze_period(world, "2025-04", OEO_STAGE_SUBMITTED, true);
	freeze_period(world, "2025-Q2", OEO_STAGE_SUBMITTED, true);
	assert_int_equal(enforce(world, false), 2);
	choose(world, OEO_MONTH);
	assert_int_equal(enforce(world, false), 1); /* the setting changed: looked at again */
	choose(world, OEO_YEAR);
	assert_int_equal(enforce(world, false), 0);
	assert_int_equal(count(world).n_erased, 3); /* nothing comes back */
}

static void test_a_submission_that_is_gone_is_not_done(void **state)
{
	struct rights_world *world = *state;
	struct oeo_period_record record = {
	    .period = a_period("2025"), .stage = OEO_STAGE_SUBMITTED, .is_sent = true, .is_gone = true};

	fill(world);
	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(enforce(world, true), 0);
	record.stage = OEO_STAGE_STRANDED;
	record.is_gone = false;
	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(enforce(world, true), 0);
	record.stage = OEO_STAGE_MISSED; /* nothing of it will ever be sent */
	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(enforce(world, true), 3);
}

static void test_what_came_later_into_a_closed_year_is_erased_when_asked(void **state)
{
	struct rights_world *world = *state;
	struct oeo_period january = a_period("2025-01");
	struct oeo_question made = {.n_fields = 3, .n_dimensions = 0};
	enum oeo_put_result result = OEO_PUT_KNOWN;

	fill(world);
	freeze_period(world, "2025", OEO_STAGE_SUBMITTED, true);
	assert_int_equal(oeo_ledger_close_told(world->fixture.ledger, &january), OEO_OK);
	assert_int_equal(enforce(world, false), 3);
	oeo_ledger_record_hash(world->fixture.ledger, made.record, "test", "again");
	assert_int_equal(oeo_day_parse(&made.day, "2025-01-20"), OEO_OK);
	made.identity[0] = strdup("1960-06-05");
	made.identity[1] = strdup("7601AA");
	made.identity[2] = strdup("dejong");
	assert_int_equal(
	    oeo_ledger_put_question(world->fixture.ledger, world->fixture.plan, &made, &result), OEO_OK);
	assert_int_equal(result, OEO_PUT_RESTORED);
	oeo_question_fini(&made);
	assert_int_equal(enforce(world, false), 0); /* no period has changed: not looked at */
	assert_int_equal(enforce(world, true), 1);
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_the_year_is_waited_for),
	    RIGHTS_TEST(test_less_is_waited_for_where_the_coordinator_chose_so),
	    RIGHTS_TEST(test_a_submission_that_is_gone_is_not_done),
	    RIGHTS_TEST(test_what_came_later_into_a_closed_year_is_erased_when_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
