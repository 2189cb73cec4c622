/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder_world.h"

#include <sodium.h>

#define PLAN_FILE OEO_TEST_DIR "/../proto/plans/almelo/plan.yaml"

struct oeo_period world_period(const char *text)
{
	struct oeo_period period;

	assert_ok(oeo_period_parse(&period, text));
	return period;
}

void world_make_self(
    struct oeo_self *self, const struct keyholder_world *world, enum oeo_role role, const char *id)
{
	char path[128];
	struct oeo_home home;
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/%s", world->scratch.path, id);
	assert_ok(oeo_home_create(&home, path, &why));
	assert_ok(oeo_self_create(
	    &home, role, id, "Naam & Co", role == OEO_ROLE_AGENT ? NULL : "tcp://127.0.0.1:7302", &why));
	assert_ok(oeo_self_load(self, &home, role, &why));
}

void world_make_plan(
    struct oeo_signed_plan *signed_plan, const struct keyholder_world *world, const char *from)
{
	struct oeo_findings findings = {0};
	struct oeo_note why = {""};
	struct oeo_plan *plan = NULL;

	assert_ok(oeo_plan_file_read(&plan, PLAN_FILE, &findings));
	oeo_findings_fini(&findings);
	if (from != NULL) {
		plan->from = world_period(from);
		plan->bytes.len = 0;
		assert_ok(oeo_plan_seal(plan, &why));
	}
	assert_ok(oeo_signed_plan_make(signed_plan, plan, &world->collector.identity_sk));
}

static void admit_members(struct keyholder_world *world)
{
	struct oeo_note why = {""};
	char id[OEO_ID_BYTES];

	for (size_t i = 0; i < WORLD_MEMBERS; i++) {
		(void)snprintf(id, sizeof(id), "lid-%zu", i);
		world_make_self(&world->members[i], world, OEO_ROLE_AGENT, id);
	}
	for (size_t i = 0; i < 2; i++)
		assert_ok(oeo_members_admit(
		    world->reg, &world->members[i].card, NULL, oeo_clock_now_s(&world->clock), &why));
}

int world_open(void **state)
{
	struct keyholder_world *world = calloc(1, sizeof(*world));
	struct oeo_signed_plan plan;
	struct oeo_note why = {""};
	char path[128];

	assert_non_null(world);
	assert_int_equal(scratch_make(&world->scratch), 0);
	assert_ok(oeo_clock_parse(&world->clock, WORLD_NOW));
	(void)snprintf(path, sizeof(path), "%s/steunpunt", world->scratch.path);
	world_make_self(&world->self, world, OEO_ROLE_KEYHOLDER, "steunpunt");
	assert_ok(oeo_home_open(&world->home, path, &why));
	world_make_self(&world->collector, world, OEO_ROLE_COLLECTOR, "bureau");
	assert_ok(oeo_register_create(&world->home, &why));
	assert_ok(oeo_register_open(&world->reg, &world->home, &why));
	admit_members(world);
	world_make_plan(&plan, world, NULL);
	assert_ok(
	    oeo_plans_keep(world->reg, &plan, &world->collector.card, oeo_clock_now_s(&world->clock), &why));
	oeo_signed_plan_fini(&plan);
	*state = world;
	return 0;
}

int world_close(void **state)
{
	struct keyholder_world *world = *state;

	world_close_service(world);
	oeo_register_close(world->reg);
	oeo_self_fini(&world->self);
	oeo_self_fini(&world->collector);
	for (size_t i = 0; i < WORLD_MEMBERS; i++)
		oeo_self_fini(&world->members[i]);
	oeo_home_close(&world->home);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

void world_open_service(struct keyholder_world *world, const struct oeo_service_hooks *hooks)
{
	struct oeo_note why = {""};

	world_close_service(world);
	assert_ok(oeo_service_open(&world->service, &world->home, &world->clock, hooks, &why));
}

void world_close_service(struct keyholder_world *world)
{
	oeo_service_close(world->service);
	world->service = NULL;
}

static void fill_elements(uint8_t *elements)
{
	for (size_t i = 0; i < OEO_GROUP_SIZE; i++)
		crypto_core_ristretto255_random(elements + i * OEO_ELEMENT_BYTES);
}

void question_evaluate(struct question *question, const char *period, enum oeo_purpose purpose)
{
	struct oeo_evaluate *evaluate = &question->message.as.evaluate;

	memset(question, 0, sizeof(*question));
	fill_elements(question->blinded);
	question->message.kind = OEO_MESSAGE_EVALUATE;
	question->message.request = 77;
	(void)snprintf(evaluate->plan, sizeof(evaluate->plan), "almelo");
	(void)snprintf(evaluate->period, sizeof(evaluate->period), "%s", period);
	evaluate->purpose = purpose;
	evaluate->blinded = question->blinded;
}

void question_keys(struct question *question, const char *period)
{
	memset(question, 0, sizeof(*question));
	question->message.kind = OEO_MESSAGE_KEYS_REQUEST;
	question->message.request = 78;
	(void)snprintf(question->message.as.keys_request.plan, OEO_ID_BYTES, "almelo");
	(void)snprintf(question->message.as.keys_request.period, OEO_PERIOD_BYTES, "%s", period);
}

void world_take_bytes(struct keyholder_world *world, size_t member, const uint8_t *bytes, size_t len)
{
	struct oeo_request request;

	memset(&request, 0, sizeof(request));
	memcpy(request.curve_pk, world->members[member].card.curve_pk, OEO_CURVE_BYTES);
	/* As the link does: looked up at every message. */
	if (!oeo_service_admits(world->service, request.curve_pk, request.member))
		request.member[0] = '\0';
	request.route_len = 1;
	request.route[0] = (uint8_t)member;
	request.bytes = bytes;
	request.len = len;
	oeo_service_take(world->service, &request);
}

void world_take(struct keyholder_world *world, size_t member, const struct question *question)
{
	struct oeo_buf bytes = {0};

	assert_ok(oeo_message_pack(&bytes, &question->message));
	world_take_bytes(world, member, bytes.data, bytes.len);
	oeo_buf_fini(&bytes);
}

void world_answer(struct keyholder_world *world, size_t i, struct oeo_message *answer)
{
	const struct oeo_request *request;
	const uint8_t *bytes;
	size_t len;

	oeo_service_answer(world->service, i, &request, &bytes, &len);
	assert_true(len > 0);
	assert_ok(oeo_message_unpack(answer, OEO_FROM_KEYHOLDER, bytes, len));
}

void world_ask(
    struct keyholder_world *world, size_t member, const struct question *question, struct oeo_message *answer)
{
	world_take(world, member, question);
	oeo_service_finish(world->service);
	assert_int_equal(oeo_service_answers(world->service), 1);
	world_answer(world, 0, answer);
	assert_true(answer->request == question->message.request);
	oeo_service_forget(world->service);
}

void world_expect(
    struct keyholder_world *world, size_t member, const struct question *question, enum oeo_reason reason)
{
	struct oeo_message answer;

	world_ask(world, member, question, &answer);
	if (reason == 0) {
		assert_int_equal(answer.kind, question->message.kind == OEO_MESSAGE_EVALUATE
						  ? OEO_MESSAGE_EVALUATED
						  : OEO_MESSAGE_KEYS);
	} else {
		assert_int_equal(answer.kind, OEO_MESSAGE_REFUSAL);
		assert_string_equal(oeo_reason_name(answer.as.refusal.reason), oeo_reason_name(reason));
	}
	oeo_message_fini(&answer);
}

uint64_t world_used(
    struct keyholder_world *world, size_t member, const char *period, enum oeo_purpose purpose)
{
	struct oeo_access access = {world->members[member].card.id, "almelo", period, purpose};
	uint64_t used = UINT64_MAX;

	assert_ok(oeo_access_log_used(world->reg, &access, &used));
	return used;
}
