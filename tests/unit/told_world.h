/* SPDX-License-Identifier: EUPL-1.2 */
/* An agent with a ledger, and what the collector tells it in a heartbeat. */
#ifndef OEO_TESTS_UNIT_TOLD_WORLD_H
#define OEO_TESTS_UNIT_TOLD_WORLD_H

#include "uplink_fixture.h"

#include "agent/agent.h"
#include "agent/periods.h"
#include "agent/plans.h"
#include "agent/submission.h"
#include "agent/told.h"

struct world {
	struct fixture fixture; /* its ledger and plan are the agent's too */
	struct oeo_agent agent;
	struct oeo_signed_plan items[1];
	struct oeo_card cards[2];
	struct oeo_self keyholder;
	char keyholder_path[64];
	struct oeo_period_state states[4];
	struct oeo_told told;
	struct oeo_buf news;
	bool has_deleted;
};

static inline int setup(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	make_self(
	    &world->keyholder, world->keyholder_path, OEO_ROLE_KEYHOLDER, "kone", "tcp://127.0.0.1:7999");
	world->cards[0] = world->keyholder.card;
	world->items[0].plan = world->fixture.plan;
	world->agent.ledger = world->fixture.ledger;
	world->agent.plans = (struct oeo_plans){world->items, 1};
	world->agent.cards = world->cards;
	world->agent.n_cards = 1;
	world->agent.clock.fixed_s = 1800000000;
	strcpy(world->agent.self.card.id, "bga");
	world->told.periods = world->states;
	*state = world;
	return 0;
}

static inline int teardown(void **state)
{
	struct world *world = *state;

	oeo_buf_fini(&world->news);
	drop_self(&world->keyholder, world->keyholder_path);
	fixture_close(&world->fixture);
	free(world);
	return 0;
}

static inline struct oeo_period_state *tell(struct world *world, const char *period)
{
	struct oeo_period_state *added = &world->states[world->told.n++];

	memset(added, 0, sizeof(*added));
	strcpy(added->period, period);
	return added;
}

static inline void apply(struct world *world)
{
	struct oeo_note why = {""};

	world->news.len = 0;
	world->has_deleted = false;
	assert_int_equal(
	    oeo_told_apply(&world->told, &world->agent, &world->news, &world->has_deleted, &why), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&world->news), OEO_OK);
}

static inline struct oeo_period_record record_of(struct world *world, const char *text)
{
	struct oeo_period_record record;
	struct oeo_period period = a_period(text);

	assert_int_equal(oeo_period_record_load(&record, world->fixture.ledger, &period), OEO_OK);
	return record;
}

/* A period of which messages, a snapshot and sealed names are kept. */
static inline void keep(struct world *world, const char *text, enum oeo_stage stage, bool is_sent)
{
	struct oeo_period_record record = {
	    .period = a_period(text), .stage = stage, .is_sent = is_sent, .n_parts = 2};
	char key[OEO_ITEM_KEY_BYTES];

	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION, text, "s", 1), OEO_OK);
	for (unsigned i = 0; i < 2; i++) {
		(void)snprintf(key, sizeof(key), "%s/%08u", text, i);
		assert_int_equal(
		    oeo_ledger_put(world->fixture.ledger, OEO_PART_COLLECTION, key, "p", 1), OEO_OK);
		(void)snprintf(key, sizeof(key), "%s/0/%08u", text, i);
		assert_int_equal(
		    oeo_ledger_put(world->fixture.ledger, OEO_SEALED_COLLECTION, key, "n", 1), OEO_OK);
	}
	if (record.period.cadence == OEO_MONTH)
		assert_int_equal(oeo_ledger_close_base(world->fixture.ledger, &record.period), OEO_OK);
}

static inline size_t count_kept(struct world *world)
{
	return count_items(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION) +
	       count_items(world->fixture.ledger, OEO_PART_COLLECTION) +
	       count_items(world->fixture.ledger, OEO_SEALED_COLLECTION);
}

static inline bool is_closed(struct world *world, const char *text)
{
	struct oeo_period base = a_period(text);
	bool closed = false;

	assert_int_equal(oeo_ledger_is_closed(world->fixture.ledger, &base, &closed), OEO_OK);
	return closed;
}

static inline enum oeo_err find_base(void *context, const struct oeo_question *question)
{
	oeo_period_format(context, &question->base);
	return OEO_OK;
}

/* The base period of the only question in the ledger. */
static inline const char *base_of_question(struct world *world)
{
	static char text[OEO_PERIOD_BYTES];

	text[0] = '\0';
	assert_int_equal(oeo_ledger_each_question(world->fixture.ledger, find_base, text), OEO_OK);
	return text;
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

#endif
