/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A keyholder in a folder of its own with the plan of Almelo approved and members admitted, and the questions that a
 * member's agent asks it, for the tests of keyholder/. Every function fails the running test where something is not
 * as it should be.
 */
#ifndef OEO_TESTS_KEYHOLDER_WORLD_H
#define OEO_TESTS_KEYHOLDER_WORLD_H

#include "scratch.h"
#include "vectors.h"

#include "keyholder/access_log.h"
#include "keyholder/members.h"
#include "keyholder/period_keys.h"
#include "keyholder/plans.h"
#include "keyholder/quota.h"
#include "keyholder/service.h"
#include "proto/plan_file.h"

#define WORLD_MEMBERS 3
#define WORLD_NOW "2026-11-21"

struct keyholder_world {
	struct scratch scratch;
	struct oeo_home home;
	struct oeo_self self; /* the keyholder steunpunt */
	struct oeo_self collector;
	struct oeo_self members[WORLD_MEMBERS]; /* lid-0, lid-1, ... */
	struct oeo_clock clock;
	struct oeo_register *reg; /* a connection of the test's own, beside the service's */
	struct oeo_service *service; /* NULL until world_open_service */
};

/* For cmocka_unit_test_setup_teardown. Members 0 and 1 are admitted, 2 is not. */
int world_open(void **state);
int world_close(void **state);

/* Open (or open again) the service; hooks may be NULL. */
void world_open_service(struct keyholder_world *world, const struct oeo_service_hooks *hooks);
void world_close_service(struct keyholder_world *world);

/* Make keys and card of a party in a folder of its own. */
void world_make_self(
    struct oeo_self *self, const struct keyholder_world *world, enum oeo_role role, const char *id);

/* The plan of Almelo, signed by the world's collector; from NULL: as it is. Free with oeo_signed_plan_fini. */
void world_make_plan(struct oeo_signed_plan *plan, const struct keyholder_world *world, const char *from);

/* What an agent asks: an Evaluate of 64 blinded elements, or the period's keys. */
struct question {
	struct oeo_message message;
	uint8_t blinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
};
void question_evaluate(struct question *question, const char *period, enum oeo_purpose purpose);
void question_keys(struct question *question, const char *period);

/* Put a question of a member into the service's batch; or bytes as they are. */
void world_take(struct keyholder_world *world, size_t member, const struct question *question);
void world_take_bytes(struct keyholder_world *world, size_t member, const uint8_t *bytes, size_t len);

/* Read answer number i of the finished batch. Free with oeo_message_fini before the next batch. */
void world_answer(struct keyholder_world *world, size_t i, struct oeo_message *answer);

/* One question in a batch of its own. Free the answer with oeo_message_fini. */
void world_ask(struct keyholder_world *world, size_t member, const struct question *question,
    struct oeo_message *answer);

/* Ask, and expect this refusal; 0: expect an answer. */
void world_expect(
    struct keyholder_world *world, size_t member, const struct question *question, enum oeo_reason reason);

/* Elements that the register says were used. */
uint64_t world_used(
    struct keyholder_world *world, size_t member, const char *period, enum oeo_purpose purpose);

struct oeo_period world_period(const char *text);

#endif
