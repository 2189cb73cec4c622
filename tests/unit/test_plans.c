/* SPDX-License-Identifier: EUPL-1.2 */
/* Accepted plans: which one a period belongs to, which periods have ended, what is refused. */
#include "uplink_fixture.h"

#include "agent/plans.h"

struct world {
	struct fixture fixture;
	struct oeo_self collector;
	struct oeo_self keyholders[2];
	char paths[3][64];
	struct oeo_plans plans;
};

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	make_self(&world->collector, world->paths[0], OEO_ROLE_COLLECTOR, "col", "tcp://127.0.0.1:7998");
	make_self(&world->keyholders[0], world->paths[1], OEO_ROLE_KEYHOLDER, "kone", "tcp://127.0.0.1:7997");
	make_self(&world->keyholders[1], world->paths[2], OEO_ROLE_KEYHOLDER, "ktwo", "tcp://127.0.0.1:7996");
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	oeo_plans_fini(&world->plans);
	drop_self(&world->collector, world->paths[0]);
	drop_self(&world->keyholders[0], world->paths[1]);
	drop_self(&world->keyholders[1], world->paths[2]);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

/* The test plan from this month on, under this id ("test" or another four letters), signed by everybody. */
static void make_signed(struct oeo_signed_plan *made, struct world *world, const char *from, const char *id)
{
	char *yaml = strdup(plan_yaml);

	assert_non_null(yaml);
	memcpy(strstr(yaml, "from: ") + strlen("from: "), from, strlen(from));
	memcpy(strstr(yaml, "plan: ") + strlen("plan: "), id, strlen(id));
	assert_int_equal(
	    oeo_signed_plan_make(made, load_test_plan(yaml), &world->collector.identity_sk), OEO_OK);
	for (size_t i = 0; i < 2; i++) {
		struct oeo_approval approval;

		memset(&approval, 0, sizeof(approval));
		strcpy(approval.plan, made->plan->id);
		memcpy(approval.digest, made->plan->digest, OEO_DIGEST_BYTES);
		strcpy(approval.keyholder, world->keyholders[i].card.id);
		assert_int_equal(
		    oeo_plan_sign(approval.signature, approval.digest, &world->keyholders[i].identity_sk),
		    OEO_OK);
		assert_int_equal(
		    oeo_signed_plan_attach(made, &approval, &world->keyholders[i].card, NULL), OEO_OK);
	}
	free(yaml);
}

static void accept_plan(struct world *world, const char *from)
{
	struct oeo_signed_plan made;
	struct oeo_note why = {""};

	make_signed(&made, world, from, "test");
	assert_int_equal(oeo_plans_accept(&world->plans, world->fixture.ledger, &made, &why), OEO_OK);
	oeo_signed_plan_fini(&made);
	oeo_plans_fini(&world->plans);
	assert_int_equal(oeo_plans_load(&world->plans, world->fixture.ledger, &why), OEO_OK);
}

static const struct oeo_plan *of_period(struct world *world, const char *text)
{
	struct oeo_period period = a_period(text);

	return oeo_plans_of_period(&world->plans, &period);
}

static void test_without_a_plan_nothing_is_found(void **state)
{
	struct world *world = *state;
	struct oeo_period *periods = NULL;
	size_t n = 7;

	assert_int_equal(oeo_plans_load(&world->plans, world->fixture.ledger, NULL), OEO_OK);
	assert_null(oeo_plans_newest(&world->plans));
	assert_null(of_period(world, "2025-01"));
	assert_int_equal(oeo_plans_list_ended(&world->plans, 30000, &periods, &n), OEO_OK);
	assert_int_equal(n, 0);
	free(periods);
}

static void test_a_period_belongs_to_the_latest_plan_that_began_before_it(void **state)
{
	struct world *world = *state;
	const struct oeo_plan *first;
	const struct oeo_plan *second;

	accept_plan(world, "2026-01"); /* accepted in another order than they begin */
	accept_plan(world, "2025-01");
	first = world->plans.items[0].plan;
	second = world->plans.items[1].plan;
	assert_int_equal(first->from.year, 2025);
	assert_ptr_equal(oeo_plans_newest(&world->plans), second);
	assert_null(of_period(world, "2024-12"));
	assert_ptr_equal(of_period(world, "2025-12"), first);
	assert_ptr_equal(of_period(world, "2025"), first);
	assert_ptr_equal(of_period(world, "2026-01"), second);
	assert_ptr_equal(oeo_plans_of_digest(&world->plans, first->digest), first);
}

static void test_among_plans_that_begin_together_the_last_accepted_counts(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan made;
	uint8_t digest[OEO_DIGEST_BYTES];

	accept_plan(world, "2025-01");
	memcpy(digest, oeo_plans_newest(&world->plans)->digest, OEO_DIGEST_BYTES);
	make_signed(&made, world, "2025-01", "test");
	made.plan->grace_days++;
	assert_int_equal(oeo_plan_seal(made.plan, NULL), OEO_OK);
	assert_int_equal(oeo_plans_accept(&world->plans, world->fixture.ledger, &made, NULL), OEO_OK);
	oeo_plans_fini(&world->plans);
	assert_int_equal(oeo_plans_load(&world->plans, world->fixture.ledger, NULL), OEO_OK);
	assert_memory_equal(of_period(world, "2025-01")->digest, made.plan->digest, OEO_DIGEST_BYTES);
	assert_memory_not_equal(of_period(world, "2025-01")->digest, digest, OEO_DIGEST_BYTES);
	oeo_signed_plan_fini(&made);
}

/* The periods that have ended before this day, as text. */
static const char *ended(struct world *world, const char *today)
{
	static char text[512];
	struct oeo_period *periods = NULL;
	int64_t day = 0;
	size_t n = 0;

	assert_int_equal(oeo_day_parse(&day, today), OEO_OK);
	assert_int_equal(oeo_plans_list_ended(&world->plans, day, &periods, &n), OEO_OK);
	text[0] = '\0';
	for (size_t i = 0; i < n; i++) {
		char name[OEO_PERIOD_BYTES];

		oeo_period_format(name, &periods[i]);
		strcat(text, name);
		strcat(text, " ");
	}
	free(periods);
	return text;
}

static void test_ended_periods_come_in_the_order_in_which_they_are_sent(void **state)
{
	struct world *world = *state;

	accept_plan(world, "2025-10");
	assert_string_equal(ended(world, "2025-10-31"), "");
	assert_string_equal(ended(world, "2025-11-01"), "2025-10 ");
	assert_string_equal(ended(world, "2026-01-01"), "2025-10 2025-11 2025-12 2025-Q4 ");
	accept_plan(world, "2026-01");
	assert_string_equal(ended(world, "2026-02-01"), "2025-10 2025-11 2025-12 2025-Q4 2026-01 ");
}

static void test_a_plan_is_checked_before_it_is_shown(void **state)
{
	struct world *world = *state;
	struct oeo_card cards[3] = {
	    world->collector.card, world->keyholders[0].card, world->keyholders[1].card};
	struct oeo_signed_plan made;
	struct oeo_note why = {""};

	make_signed(&made, world, "2025-01", "test");
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_OK);
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 2, &why), OEO_ERR_NOT_FOUND);
	made.approvals[0].signature[0] ^= 1;
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_ERR_CRYPTO);
	made.approvals[0].signature[0] ^= 1;
	made.n_approvals = 1;
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_ERR_STATE);
	made.n_approvals = 2;
	/* However it came about: figures of four people are not accepted, of five they are. */
	made.plan->tables[0].rules.residents = 4;
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_ERR_REFUSED);
	made.plan->tables[0].rules.residents = 5;
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_OK);
	oeo_signed_plan_fini(&made);
}

static void test_the_plan_of_another_partnership_is_refused(void **state)
{
	struct world *world = *state;
	struct oeo_card cards[3] = {
	    world->collector.card, world->keyholders[0].card, world->keyholders[1].card};
	struct oeo_signed_plan made;
	struct oeo_note why = {""};

	accept_plan(world, "2025-01");
	make_signed(&made, world, "2026-01", "else");
	assert_int_equal(oeo_plans_check(&world->plans, &made, cards, 3, &why), OEO_ERR_CONFLICT);
	assert_non_null(strstr(why.text, "else"));
	oeo_signed_plan_fini(&made);
}

static void test_what_was_shown_is_what_is_accepted(void **state)
{
	struct world *world = *state;
	struct oeo_signed_plan made;
	struct oeo_signed_plan offered;

	assert_int_equal(oeo_plans_load_offered(&offered, world->fixture.ledger, NULL), OEO_ERR_NOT_FOUND);
	make_signed(&made, world, "2025-01", "test");
	assert_int_equal(oeo_plans_keep_offered(world->fixture.ledger, &made), OEO_OK);
	assert_int_equal(oeo_plans_load_offered(&offered, world->fixture.ledger, NULL), OEO_OK);
	assert_memory_equal(offered.plan->digest, made.plan->digest, OEO_DIGEST_BYTES);
	assert_int_equal(offered.n_approvals, 2);
	assert_int_equal(oeo_plans_accept(&world->plans, world->fixture.ledger, &offered, NULL), OEO_OK);
	oeo_signed_plan_fini(&offered);
	assert_int_equal(oeo_plans_load_offered(&offered, world->fixture.ledger, NULL), OEO_ERR_NOT_FOUND);
	oeo_signed_plan_fini(&made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_without_a_plan_nothing_is_found, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_a_period_belongs_to_the_latest_plan_that_began_before_it, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_among_plans_that_begin_together_the_last_accepted_counts, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_ended_periods_come_in_the_order_in_which_they_are_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_a_plan_is_checked_before_it_is_shown, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_plan_of_another_partnership_is_refused, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_what_was_shown_is_what_is_accepted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
