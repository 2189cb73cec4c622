/* SPDX-License-Identifier: EUPL-1.2 */
/* The collector's daemon loop over a real CURVE connection: what is acknowledged and when, what heartbeats tell, whom it
 * refuses. Client and daemon take turns in this one process. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/service.h"
#include "collector_world.h"
#include "failing_vfs.h"
#include "proto/link.h"

#define PERIOD "2026-Q3"
#define MEMBER 1 /* m1 */

struct line {
	struct world world;
	struct oeo_service *service;
	struct oeo_client *client;
	struct draft draft;
};

static const char *const wo[] = {"WO"};

static void open_client(struct line *line, const struct oeo_self *self)
{
	struct oeo_card server = line->world.self.card;

	(void)snprintf(server.endpoint, sizeof(server.endpoint), "%s", oeo_service_endpoint(line->service));
	assert_int_equal(oeo_client_open(&line->client, &server, self, NULL), OEO_OK);
}

static int open_line(void **state)
{
	static struct line line;
	char name[16];

	memset(&line, 0, sizeof(line));
	failing_vfs_fail_at(0);
	world_open(&line.world, NULL);
	assert_int_equal(oeo_service_open(&line.service, "tcp://127.0.0.1:*", &line.world.self,
			     line.world.store, &line.world.home, &line.world.clock, NULL),
	    OEO_OK);
	open_client(&line, &line.world.members[MEMBER]);
	draft_begin(&line.draft, &line.world, "m1", PERIOD);
	for (size_t i = 0; i < 10; i++) {
		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&line.draft, world_cell(&line.world, PERIOD, "theme", wo, 1), name);
	}
	draft_cut(&line.draft, 1);
	*state = &line;
	return 0;
}

static int close_line(void **state)
{
	struct line *line = *state;

	failing_vfs_fail_at(0);
	oeo_client_close(line->client);
	oeo_service_close(line->service);
	draft_free(&line->draft);
	world_close(&line->world);
	return 0;
}

static void send_message(struct line *line, const struct oeo_message *message)
{
	struct oeo_buf bytes = {NULL, 0, 0};

	assert_int_equal(oeo_message_pack(&bytes, message), OEO_OK);
	assert_int_equal(oeo_client_send(line->client, bytes.data, bytes.len), OEO_OK);
	oeo_buf_fini(&bytes);
}

static void send_part(struct line *line, size_t number)
{
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_SUBMISSION;
	message.request = 100 + number;
	message.as.submission = line->draft.parts[number];
	send_message(line, &message);
}

/* Let the daemon work until the client has an answer; bytes holds what the message borrows. */
static void receive(struct line *line, struct oeo_message *message, struct oeo_buf *bytes)
{
	struct oeo_client *const clients[1] = {line->client};
	size_t index;
	enum oeo_err err = OEO_ERR_AWAY;

	for (int i = 0; i < 200 && err == OEO_ERR_AWAY; i++) {
		(void)oeo_service_turn(line->service, 20, -1);
		bytes->len = 0;
		err = oeo_client_receive(clients, 1, &index, bytes, 20);
	}
	assert_int_equal(err, OEO_OK);
	assert_int_equal(oeo_message_unpack(message, OEO_FROM_COLLECTOR, bytes->data, bytes->len), OEO_OK);
}

static void expect_ack(struct line *line, size_t number)
{
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};

	receive(line, &message, &bytes);
	assert_int_equal(message.kind, OEO_MESSAGE_ACK);
	assert_int_equal(message.request, 100 + number);
	assert_int_equal(message.as.ack.index, number);
	assert_string_equal(message.as.ack.period, PERIOD);
	oeo_message_fini(&message);
	oeo_buf_fini(&bytes);
}

static void expect_reject(struct line *line, size_t number, unsigned reason)
{
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};

	receive(line, &message, &bytes);
	assert_int_equal(message.kind, OEO_MESSAGE_REJECT);
	assert_int_equal(message.request, 100 + number);
	assert_int_equal(message.as.reject.index, number);
	assert_string_equal(oeo_reason_name(message.as.reject.reason), oeo_reason_name(reason));
	oeo_message_fini(&message);
	oeo_buf_fini(&bytes);
}

static void expect_refusal(struct line *line, uint64_t number, unsigned reason)
{
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};

	receive(line, &message, &bytes);
	assert_int_equal(message.kind, OEO_MESSAGE_REFUSAL);
	assert_int_equal(message.request, number);
	assert_string_equal(oeo_reason_name(message.as.refusal.reason), oeo_reason_name(reason));
	oeo_message_fini(&message);
	oeo_buf_fini(&bytes);
}

static uint64_t refusals(struct line *line, const char *member, const char *name)
{
	struct oeo_store_refusal *all = NULL;
	uint64_t count = 0;
	size_t n = 0;

	assert_int_equal(oeo_store_load_refusals(line->world.store, &all, &n), OEO_OK);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].member, member) == 0 && strcmp(all[i].name, name) == 0)
			count = all[i].count;
	}
	free(all);
	return count;
}

static void test_service_acknowledges_every_part(void **state)
{
	struct line *line = *state;
	struct oeo_store_submission found;

	for (size_t i = 0; i < line->draft.n_parts; i++) {
		send_part(line, i);
		expect_ack(line, i);
	}
	assert_int_equal(oeo_store_find_submission(line->world.store, "m1", PERIOD, &found), OEO_OK);
	assert_true(found.is_final);
}

static void test_service_commits_waiting_parts_together(void **state)
{
	struct line *line = *state;
	unsigned long one_by_one;
	unsigned long together;

	send_part(line, 0);
	expect_ack(line, 0);
	failing_vfs_fail_at(0);
	for (size_t i = 1; i < 6; i++) {
		send_part(line, i);
		expect_ack(line, i);
	}
	one_by_one = failing_count;
	for (size_t i = 6; i < 11; i++)
		send_part(line, i);
	/* Let them all arrive before the daemon takes its turn. */
	(void)poll(NULL, 0, 200);
	failing_vfs_fail_at(0);
	for (size_t i = 6; i < 11; i++)
		expect_ack(line, i);
	together = failing_count;
	assert_true(together > 0);
	assert_true(2 * together < one_by_one);
}

static void test_service_tells_all_senders_to_try_again_when_the_commit_fails(void **state)
{
	struct line *line = *state;
	struct oeo_store_submission found;

	for (size_t i = 0; i < 3; i++)
		send_part(line, i);
	(void)poll(NULL, 0, 200);
	failing_vfs_fail_at(1);
	for (size_t i = 0; i < 3; i++)
		expect_reject(line, i, OEO_REASON_INTERNAL);
	failing_vfs_fail_at(0);
	assert_int_equal(
	    oeo_store_find_submission(line->world.store, "m1", PERIOD, &found), OEO_ERR_NOT_FOUND);
	for (size_t i = 0; i < line->draft.n_parts; i++) {
		send_part(line, i);
		expect_ack(line, i);
	}
}

static void test_service_rejects_and_counts_by_reason(void **state)
{
	struct line *line = *state;

	send_part(line, 3);
	expect_reject(line, 3, OEO_REASON_GAP);
	send_part(line, 5);
	expect_reject(line, 5, OEO_REASON_GAP);
	assert_int_equal(refusals(line, "m1", "submission-gap"), 2);
	send_part(line, 0);
	expect_ack(line, 0);
}

static void test_service_refuses_a_malformed_message(void **state)
{
	struct line *line = *state;

	assert_int_equal(oeo_client_send(line->client, "\xFF\xFF\xFF", 3), OEO_OK);
	expect_refusal(line, 0, OEO_REASON_MALFORMED);
	assert_int_equal(refusals(line, "m1", "malformed"), 1);
	send_part(line, 0);
	expect_ack(line, 0);
}

static void test_service_refuses_a_revoked_member_on_its_open_connection(void **state)
{
	struct line *line = *state;
	struct oeo_store *other = NULL;

	send_part(line, 0);
	expect_ack(line, 0);
	/* By another process, as the operator's command does it. */
	assert_int_equal(oeo_store_open(&other, &line->world.home, NULL), OEO_OK);
	assert_int_equal(oeo_store_revoke(other, "m1", NULL), OEO_OK);
	send_part(line, 1);
	expect_refusal(line, 101, OEO_REASON_UNKNOWN_MEMBER);
	assert_int_equal(refusals(line, "", "unknown-member"), 1);
	/* Admitted again, it starts anew: what it had sent was dropped. */
	assert_int_equal(oeo_store_admit(other, &line->world.members[MEMBER].card, false, 1), OEO_OK);
	oeo_store_close(other);
	send_part(line, 1);
	expect_reject(line, 1, OEO_REASON_GAP);
	send_part(line, 0);
	expect_ack(line, 0);
}

static void test_service_refuses_an_unknown_key_at_the_handshake(void **state)
{
	struct line *line = *state;
	size_t index;
	struct oeo_buf bytes = {NULL, 0, 0};

	oeo_client_close(line->client);
	open_client(line, &line->world.keyholders[0]); /* a good key that no member has */
	send_part(line, 0);
	for (int i = 0; i < 20; i++) {
		struct oeo_client *const one[1] = {line->client};

		(void)oeo_service_turn(line->service, 10, -1);
		assert_int_equal(oeo_client_receive(one, 1, &index, &bytes, 10), OEO_ERR_AWAY);
	}
	assert_int_equal(oeo_service_save_counts(line->service), OEO_OK);
	assert_true(refusals(line, "", "refused-handshake") >= 1);
	oeo_buf_fini(&bytes);
}

static void test_service_hands_out_the_plan(void **state)
{
	struct line *line = *state;
	const struct oeo_published *item = &line->world.plans.items[0];
	struct oeo_message message;
	struct oeo_buf bytes = {NULL, 0, 0};

	for (int with_digest = 0; with_digest < 2; with_digest++) {
		memset(&message, 0, sizeof(message));
		message.kind = OEO_MESSAGE_PLAN_REQUEST;
		message.as.plan_request.has_digest = with_digest == 1;
		memcpy(message.as.plan_request.digest, line->world.plan->digest, OEO_DIGEST_BYTES);
		send_message(line, &message);
		receive(line, &message, &bytes);
		assert_int_equal(message.kind, OEO_MESSAGE_PLAN);
		assert_int_equal(message.as.plan.len, item->packed.len);
		assert_memory_equal(message.as.plan.bytes, item->packed.data, item->packed.len);
		oeo_message_fini(&message);
	}
	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_PLAN_REQUEST;
	message.as.plan_request.has_digest = true;
	send_message(line, &message);
	expect_refusal(line, 0, OEO_REASON_OTHER_PLAN);
	oeo_buf_fini(&bytes);
}

static void heartbeat(struct line *line, struct oeo_message *reply, struct oeo_buf *bytes)
{
	static char deleted[2][OEO_PERIOD_BYTES] = {"2026-Q2", "2020-Q1"};
	struct oeo_message message;

	memset(&message, 0, sizeof(message));
	message.kind = OEO_MESSAGE_HEARTBEAT;
	(void)snprintf(message.as.heartbeat.version, OEO_ID_BYTES, "0.1.0");
	message.as.heartbeat.icu = 72;
	message.as.heartbeat.deleted = deleted;
	message.as.heartbeat.n_deleted = 2;
	send_message(line, &message);
	receive(line, reply, bytes);
	assert_int_equal(reply->kind, OEO_MESSAGE_HEARTBEAT_REPLY);
}

static void test_service_keeps_heartbeats_and_tells_how_far_each_period_is(void **state)
{
	struct line *line = *state;
	const char without[3][OEO_ID_BYTES] = {"m0", "m2", "m3"};
	const char all[4][OEO_ID_BYTES] = {"m0", "m1", "m2", "m3"};
	const uint8_t digest[OEO_DIGEST_BYTES] = {9};
	const uint8_t keys[OEO_DIGEST_BYTES] = {8};
	struct oeo_destroyed destroyed = {"kh1", {7}};
	struct oeo_store_member *members = NULL;
	struct oeo_message reply;
	struct oeo_buf bytes = {NULL, 0, 0};
	struct oeo_period_state *periods;
	bool is_deleted = false;
	size_t n = 0;

	send_part(line, 0);
	expect_ack(line, 0);
	heartbeat(line, &reply, &bytes);
	assert_true(reply.as.heartbeat_reply.has_plan);
	assert_memory_equal(reply.as.heartbeat_reply.newest_plan, line->world.plan->digest, OEO_DIGEST_BYTES);
	assert_int_equal(reply.as.heartbeat_reply.n_periods, 1);
	assert_int_equal(reply.as.heartbeat_reply.periods[0].next_index, 1);
	assert_false(reply.as.heartbeat_reply.periods[0].is_final);
	assert_false(reply.as.heartbeat_reply.periods[0].is_released);
	oeo_message_fini(&reply);
	for (size_t i = 1; i < line->draft.n_parts; i++) {
		send_part(line, i);
		expect_ack(line, i);
	}
	assert_int_equal(oeo_store_mark_released(
			     line->world.store, "2026-Q2", line->world.plan->digest, digest, keys, all, 4, 5),
	    OEO_OK);
	assert_int_equal(oeo_store_mark_released(line->world.store, PERIOD, line->world.plan->digest, digest,
			     keys, without, 3, 5),
	    OEO_OK);
	assert_int_equal(
	    oeo_store_put_destroyed(line->world.store, PERIOD, line->world.plan->digest, &destroyed), OEO_OK);
	heartbeat(line, &reply, &bytes);
	assert_int_equal(reply.as.heartbeat_reply.n_periods, 2);
	periods = reply.as.heartbeat_reply.periods;
	assert_string_equal(periods[0].period, "2026-Q2");
	assert_true(periods[0].is_released);
	assert_true(periods[0].is_without_member);
	assert_false(periods[0].is_final);
	assert_string_equal(periods[1].period, PERIOD);
	assert_true(periods[1].is_final);
	assert_true(periods[1].is_released);
	assert_false(periods[1].is_without_member);
	assert_memory_equal(periods[1].release_digest, digest, sizeof(digest));
	assert_memory_equal(periods[1].release_key_digest, keys, sizeof(keys));
	assert_int_equal(periods[1].n_destroyed, 1);
	assert_string_equal(periods[1].destroyed[0].keyholder, "kh1");
	oeo_message_fini(&reply);
	assert_int_equal(oeo_store_load_members(line->world.store, &members, &n), OEO_OK);
	assert_int_equal(members[MEMBER].heartbeat_s, oeo_clock_now_s(&line->world.clock));
	assert_string_equal(members[MEMBER].version, "0.1.0");
	assert_int_equal(members[0].heartbeat_s, -1);
	assert_int_equal(oeo_store_is_deleted(line->world.store, "m1", "2026-Q2", &is_deleted), OEO_OK);
	assert_true(is_deleted);
	/* A period that the collector knows nothing of is not kept. */
	assert_int_equal(oeo_store_is_deleted(line->world.store, "m1", "2020-Q1", &is_deleted), OEO_OK);
	assert_false(is_deleted);
	free(members);
	oeo_buf_fini(&bytes);
}

#define WITH_LINE(test) cmocka_unit_test_setup_teardown(test, open_line, close_line)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_LINE(test_service_acknowledges_every_part),
	    WITH_LINE(test_service_commits_waiting_parts_together),
	    WITH_LINE(test_service_tells_all_senders_to_try_again_when_the_commit_fails),
	    WITH_LINE(test_service_rejects_and_counts_by_reason),
	    WITH_LINE(test_service_refuses_a_malformed_message),
	    WITH_LINE(test_service_refuses_a_revoked_member_on_its_open_connection),
	    WITH_LINE(test_service_refuses_an_unknown_key_at_the_handshake),
	    WITH_LINE(test_service_hands_out_the_plan),
	    WITH_LINE(test_service_keeps_heartbeats_and_tells_how_far_each_period_is),
	};

	failing_vfs_install();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
