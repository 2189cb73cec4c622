/* SPDX-License-Identifier: EUPL-1.2 */
/* What the collector tells an agent whose ledger is older than what was sent. */
#include "told_world.h"

static void test_final_told_of_an_unknown_period_counts_as_submitted(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_true(record_of(world, "2025-01").is_told);
	assert_true(is_closed(world, "2025-01"));
	assert_string_equal(base_of_question(world), "2025-01");
}

static enum oeo_put_result import(struct world *world, const char *record, const char *day)
{
	struct oeo_question made = {.n_fields = 0};
	enum oeo_put_result result = OEO_PUT_KNOWN;

	oeo_ledger_record_hash(world->fixture.ledger, made.record, "test", record);
	assert_int_equal(oeo_day_parse(&made.day, day), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put_question(world->fixture.ledger, world->fixture.plan, &made, &result), OEO_OK);
	oeo_question_fini(&made);
	return result;
}

static bool is_import_wanted(struct world *world)
{
	bool is_wanted = false;

	assert_int_equal(oeo_ledger_is_import_wanted(world->fixture.ledger, &is_wanted), OEO_OK);
	return is_wanted;
}

static void test_questions_of_a_period_that_another_ledger_sent_are_not_late_in_the_next(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_true(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
	assert_string_equal(base_of_question(world), "2025-01");
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_KNOWN);
	assert_int_equal(import(world, "1", "2025-01-11"), OEO_PUT_FROZEN);
	assert_int_equal(import(world, "2", "2025-02-10"), OEO_PUT_ADDED);
	/* When it is released the same holds. */
	world->states[0].is_released = true;
	apply(world);
	assert_int_equal(import(world, "3", "2025-01-12"), OEO_PUT_RESTORED);
}

static void test_a_question_that_came_late_into_what_another_ledger_sent_is_not_counted_again(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true); /* from this ledger */
	tell(world, "2025-01")->is_final = true;
	tell(world, "2025-02")->is_final = true;
	apply(world);
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
	assert_string_equal(base_of_question(world), "2025-02");
}

static void test_a_release_that_another_ledger_took_part_in_counts_its_questions(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_released = true;
	world->states[0].is_final = true;
	apply(world);
	assert_true(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_RESTORED);
}

static void test_what_was_submitted_from_here_or_before_joining_makes_late_questions(void **state)
{
	struct world *world = *state;

	tell(world, "2025-01")->is_released = true; /* before this member joined: it sent nothing */
	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	tell(world, "2025-02")->is_final = true;
	keep(world, "2025-03", OEO_STAGE_READY, true); /* its last acknowledgement did not come */
	tell(world, "2025-03")->is_final = true;
	apply(world);
	assert_false(is_import_wanted(world));
	assert_int_equal(import(world, "1", "2025-01-10"), OEO_PUT_ADDED);
	assert_string_equal(base_of_question(world), "2025-04");
}

/* What was left out of a release after the next period had gone was not in that one. */
static void test_missed_questions_move_past_a_period_that_another_ledger_sent(void **state)
{
	struct world *world = *state;

	(void)put_question(&world->fixture, "1", "2025-01-10", "jansen", "7601AA", "W1", NULL);
	tell(world, "2025-02")->is_final = true;
	apply(world);
	tell(world, "2025-01")->is_released = true;
	world->states[1].is_without_member = true;
	apply(world);
	assert_string_equal(base_of_question(world), "2025-03");
}

static void test_final_told_of_a_period_that_was_being_sent_keeps_its_messages(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_false(record_of(world, "2025-01").is_told);
	assert_int_equal(record_of(world, "2025-01").n_parts, 2);
}

static void test_final_told_of_a_period_that_never_left_here_drops_what_was_made_of_it(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, false);
	tell(world, "2025-01")->is_final = true;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_true(record_of(world, "2025-01").is_told);
	assert_int_equal(count_kept(world), 0);
}

static void test_messages_at_the_collector_that_are_not_from_here_strand_the_period(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_FROZEN, false);
	tell(world, "2025-01")->next_index = 1;
	tell(world, "2025-02")->next_index = 3;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_STRANDED);
	assert_int_equal(record_of(world, "2025-02").stage, OEO_STAGE_STRANDED);
	assert_true(is_closed(world, "2025-02"));
	assert_int_equal(count_kept(world), 0);
}

static void test_messages_at_the_collector_that_are_from_here_change_nothing(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_READY, true);
	tell(world, "2025-01")->next_index = 1;
	apply(world);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_READY);
	assert_int_equal(count_kept(world), 5);
}

static void test_a_submission_that_is_gone_there_is_told_and_kept_here(void **state)
{
	struct world *world = *state;

	keep(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	keep(world, "2025-02", OEO_STAGE_SUBMITTED, true);
	(void)tell(world, "2025-01"); /* not final; 2025-02 is not mentioned at all */
	apply(world);
	assert_true(record_of(world, "2025-01").is_gone);
	assert_true(record_of(world, "2025-02").is_gone);
	assert_int_equal(record_of(world, "2025-01").stage, OEO_STAGE_SUBMITTED);
	assert_int_equal(count_kept(world), 10);
	world->states[0].is_final = true;
	tell(world, "2025-02")->is_final = true;
	apply(world);
	assert_false(record_of(world, "2025-01").is_gone);
	assert_false(record_of(world, "2025-02").is_gone);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_WORLD(test_final_told_of_an_unknown_period_counts_as_submitted),
	    WITH_WORLD(test_questions_of_a_period_that_another_ledger_sent_are_not_late_in_the_next),
	    WITH_WORLD(test_a_question_that_came_late_into_what_another_ledger_sent_is_not_counted_again),
	    WITH_WORLD(test_a_release_that_another_ledger_took_part_in_counts_its_questions),
	    WITH_WORLD(test_what_was_submitted_from_here_or_before_joining_makes_late_questions),
	    WITH_WORLD(test_missed_questions_move_past_a_period_that_another_ledger_sent),
	    WITH_WORLD(test_final_told_of_a_period_that_was_being_sent_keeps_its_messages),
	    WITH_WORLD(test_final_told_of_a_period_that_never_left_here_drops_what_was_made_of_it),
	    WITH_WORLD(test_messages_at_the_collector_that_are_not_from_here_strand_the_period),
	    WITH_WORLD(test_messages_at_the_collector_that_are_from_here_change_nothing),
	    WITH_WORLD(test_a_submission_that_is_gone_there_is_told_and_kept_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
