/* SPDX-License-Identifier: EUPL-1.2 */
/* An agent with an accepted plan and hand-made questions, some in periods that have been frozen or sent. */
#ifndef OEO_TESTS_RIGHTS_FIXTURE_H
#define OEO_TESTS_RIGHTS_FIXTURE_H

#include "uplink_fixture.h"

#include "agent/agent.h"
#include "agent/periods.h"

struct rights_world {
	struct fixture fixture; /* its ledger and plan are the agent's too */
	struct oeo_agent agent;
	struct oeo_signed_plan items[1];
};

static inline int rights_setup(void **state)
{
	struct rights_world *world = calloc(1, sizeof(*world));

	if (world == NULL)
		return -1;
	fixture_open(&world->fixture);
	world->fixture.plan = load_test_plan(plan_yaml);
	world->items[0].plan = world->fixture.plan;
	world->agent.home = world->fixture.home;
	world->agent.ledger = world->fixture.ledger;
	world->agent.plans = (struct oeo_plans){world->items, 1};
	world->agent.clock.fixed_s = 1800000000;
	strcpy(world->agent.self.card.id, "bga");
	*state = world;
	return 0;
}

static inline int rights_teardown(void **state)
{
	struct rights_world *world = *state;

	fixture_close(&world->fixture);
	free(world);
	return 0;
}

/* A period that was frozen, with a snapshot of it, and perhaps sent. */
static inline void freeze_period(
    struct rights_world *world, const char *text, enum oeo_stage stage, bool is_sent)
{
	struct oeo_period_record record = {.period = a_period(text), .stage = stage, .is_sent = is_sent};

	memcpy(record.plan_digest, world->fixture.plan->digest, OEO_DIGEST_BYTES);
	assert_int_equal(oeo_period_record_save(world->fixture.ledger, &record), OEO_OK);
	assert_int_equal(
	    oeo_ledger_put(world->fixture.ledger, OEO_SNAPSHOT_COLLECTION, text, "s", 1), OEO_OK);
	if (record.period.cadence == OEO_MONTH)
		assert_int_equal(oeo_ledger_close_base(world->fixture.ledger, &record.period), OEO_OK);
}

static inline enum oeo_stage stage_of(struct rights_world *world, const char *text)
{
	struct oeo_period_record record;
	struct oeo_period period = a_period(text);

	assert_int_equal(oeo_period_record_load(&record, world->fixture.ledger, &period), OEO_OK);
	return record.stage;
}

#endif
