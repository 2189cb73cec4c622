/* SPDX-License-Identifier: EUPL-1.2 */
/* An agent with everything joined and accepted, keyholders and a collector in threads, over real sockets; and publishing. */
#ifndef OEO_TESTS_PUBLISH_WORLD_H
#define OEO_TESTS_PUBLISH_WORLD_H

#include "fake_collector.h"

#include "agent/agent.h"
#include "agent/periods.h"
#include "agent/publish.h"

#define LATER "2025-05-01" /* January to March and the quarter are due */

struct world {
	struct fixture fixture; /* only its plan and home are used while an agent is open */
	struct fake_keyholder keyholders[2];
	struct fake_collector collector;
	struct oeo_self self;
	struct oeo_agent agent;
	bool is_open;
};

static const struct oeo_patience patience = {1000, 2500, 4000};

/* ---- A home with everything joined and accepted */

static inline void sign_plan(struct world *world, struct oeo_signed_plan *signed_plan, struct oeo_plan *plan)
{
	assert_int_equal(oeo_signed_plan_make(signed_plan, plan, &world->collector.self.identity_sk), OEO_OK);
	for (size_t i = 0; i < 2; i++) {
		struct oeo_approval approval;

		memset(&approval, 0, sizeof(approval));
		strcpy(approval.plan, plan->id);
		memcpy(approval.digest, plan->digest, OEO_DIGEST_BYTES);
		strcpy(approval.keyholder, world->keyholders[i].self.card.id);
		assert_int_equal(
		    oeo_plan_sign(approval.signature, plan->digest, &world->keyholders[i].self.identity_sk),
		    OEO_OK);
		assert_int_equal(
		    oeo_signed_plan_attach(signed_plan, &approval, &world->keyholders[i].self.card, NULL),
		    OEO_OK);
	}
}

static inline void offer_plan(struct world *world, const struct oeo_signed_plan *signed_plan)
{
	collector_pause(&world->collector);
	world->collector.plan.len = 0;
	assert_int_equal(oeo_signed_plan_pack(&world->collector.plan, signed_plan), OEO_OK);
	memcpy(world->collector.plan_digest, signed_plan->plan->digest, OEO_DIGEST_BYTES);
	world->collector.has_plan = true;
	collector_go_on(&world->collector);
}

static inline void open_agent(struct world *world, const char *now)
{
	struct oeo_clock clock = OEO_CLOCK_SYSTEM;
	struct oeo_note why = {""};

	assert_int_equal(oeo_clock_parse(&clock, now), OEO_OK);
	if (oeo_agent_open(&world->agent, world->fixture.home.path, clock, &why) != OEO_OK)
		fail_msg("%s", why.text);
	world->is_open = true;
}

static inline void close_agent(struct world *world)
{
	if (world->is_open)
		oeo_agent_close(&world->agent);
	world->is_open = false;
}

static inline int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct oeo_signed_plan signed_plan;
	struct oeo_plans none = {NULL, 0};

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	assert_int_equal(
	    oeo_self_create(&world->fixture.home, OEO_ROLE_AGENT, "bga", "Bga", NULL, NULL), OEO_OK);
	start_keyholder(&world->keyholders[0], "kone");
	start_keyholder(&world->keyholders[1], "ktwo");
	start_collector(&world->collector);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->keyholders[0].self.card, false, NULL),
	    OEO_OK);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->keyholders[1].self.card, false, NULL),
	    OEO_OK);
	assert_int_equal(
	    oeo_cards_add(&world->fixture.home, "cards", &world->collector.self.card, false, NULL), OEO_OK);
	sign_plan(world, &signed_plan, load_test_plan(plan_yaml));
	assert_int_equal(oeo_plans_accept(&none, world->fixture.ledger, &signed_plan, NULL), OEO_OK);
	offer_plan(world, &signed_plan);
	oeo_signed_plan_fini(&signed_plan);
	for (unsigned i = 0; i < 30; i++) {
		static const char *const days[] = {"2025-01-10", "2025-02-10", "2025-03-10"};
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%u", i);
		(void)put_question(&world->fixture, name, days[i % 3], i % 10 == 0 ? "" : name, "7601AA",
		    i % 2 == 0 ? "W1" : "Z1", NULL);
	}
	oeo_ledger_close(world->fixture.ledger);
	world->fixture.ledger = NULL;
	*state = world;
	return 0;
}

static inline int teardown(void **state)
{
	struct world *world = *state;

	close_agent(world);
	stop_keyholder(&world->keyholders[0]);
	stop_keyholder(&world->keyholders[1]);
	stop_collector(&world->collector);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

/* ---- Publishing and what came of it */

/* What the commands say goes to the test's own log; that is not looked at here. */
static inline enum oeo_err publish(struct world *world, const char *now, const char *period, bool is_again)
{
	struct oeo_publish_wish wish = {.is_again = is_again, .patience = patience};
	enum oeo_err err;

	if (period != NULL) {
		wish.has_period = true;
		wish.period = a_period(period);
	}
	close_agent(world);
	open_agent(world, now);
	err = oeo_publish(&world->agent, &wish);
	return err;
}

static inline size_t count_reports(const struct fake_period *period, size_t *n_buckets)
{
	size_t n = 0;

	*n_buckets = 0;
	for (uint32_t i = 0; i < period->next_index; i++) {
		struct oeo_message message;

		assert_int_equal(oeo_message_unpack(
				     &message, OEO_TO_COLLECTOR, period->parts[i].data, period->parts[i].len),
		    OEO_OK);
		n += message.as.submission.n_reports;
		*n_buckets += message.as.submission.n_buckets;
		oeo_message_fini(&message);
	}
	return n;
}

/* All four periods in, complete, and as often as the questions say: ten a month, of which one without a name. */
static inline void check_complete(struct world *world)
{
	static const struct {
		const char *period;
		size_t reports;
		size_t buckets;
	} expected[] = {{"2025-01", 9 + 10, 3}, {"2025-02", 9 + 10, 3}, {"2025-03", 9 + 10, 3},
	    /* q-theme 30, q-category 27, q-ward 30, q-week and -only 27 and walk-ins (three, in different weeks), q-refuse 27,
	     * q-number 30 */
	    {"2025-Q1", 30 + 27 + 30 + 30 + 30 + 27 + 30, 2 + 2 + 2 + 2 + 2 + 2 + 2}};

	collector_pause(&world->collector);
	assert_int_equal(world->collector.n_conflicts, 0);
	for (size_t i = 0; i < 4; i++) {
		const struct fake_period *period = collector_find(&world->collector, expected[i].period);
		size_t buckets = 0;

		assert_true(period->is_final);
		assert_int_equal(count_reports(period, &buckets), expected[i].reports);
		assert_int_equal(buckets, expected[i].buckets);
	}
	collector_go_on(&world->collector);
}

static inline struct oeo_period_record record_of(struct world *world, const char *text)
{
	struct oeo_period_record record;
	struct oeo_period period = a_period(text);

	assert_int_equal(oeo_period_record_load(&record, world->agent.ledger, &period), OEO_OK);
	return record;
}

#endif
