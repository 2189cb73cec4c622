/* SPDX-License-Identifier: EUPL-1.2 */
/* Real sockets on 127.0.0.1. Everything runs in one thread: libzmq's own threads carry the bytes. */
#include "scratch.h"
#include "vectors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <zmq.h>

#include "proto/link.h"

#define PATIENCE_MS 5000
#define QUIET_MS 400

/* A server that admits the keys of its list. */
struct world {
	struct scratch scratch;
	struct oeo_self server_self;
	struct oeo_self member_self;
	struct oeo_self stranger_self;
	struct oeo_server *server;
	struct oeo_card card; /* the server's, with the port that was bound */
	bool is_member_admitted;
};

static bool admit(void *context, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	const struct world *world = context;

	if (!world->is_member_admitted ||
	    memcmp(curve_pk, world->member_self.card.curve_pk, OEO_CURVE_BYTES) != 0)
		return false;
	memcpy(member, "bga", 4);
	return true;
}

static void make_self(struct oeo_self *self, const struct world *world, enum oeo_role role, const char *id)
{
	char path[128];
	struct oeo_home home;
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/%s", world->scratch.path, id);
	assert_ok(oeo_home_create(&home, path, &why));
	assert_ok(oeo_self_create(
	    &home, role, id, "Name", role == OEO_ROLE_AGENT ? NULL : "tcp://127.0.0.1:7302", &why));
	assert_ok(oeo_self_load(self, &home, role, &why));
}

static int open_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct oeo_note why = {""};

	assert_non_null(world);
	assert_int_equal(scratch_make(&world->scratch), 0);
	make_self(&world->server_self, world, OEO_ROLE_KEYHOLDER, "steunpunt");
	make_self(&world->member_self, world, OEO_ROLE_AGENT, "bga");
	make_self(&world->stranger_self, world, OEO_ROLE_AGENT, "vreemd");
	world->is_member_admitted = true;
	assert_ok(
	    oeo_server_open(&world->server, "tcp://127.0.0.1:*", &world->server_self, admit, world, &why));
	world->card = world->server_self.card;
	(void)snprintf(
	    world->card.endpoint, sizeof(world->card.endpoint), "%s", oeo_server_endpoint(world->server));
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	oeo_server_close(world->server);
	oeo_self_fini(&world->server_self);
	oeo_self_fini(&world->member_self);
	oeo_self_fini(&world->stranger_self);
	scratch_remove(&world->scratch);
	free(world);
	return 0;
}

static struct oeo_client *connect_as(const struct world *world, const struct oeo_self *self)
{
	struct oeo_client *client = NULL;
	struct oeo_note why = {""};

	assert_ok(oeo_client_open(&client, &world->card, self, &why));
	return client;
}

static void receive_text(struct oeo_client *client, const char *text)
{
	struct oeo_buf message = {0};
	size_t index = 99;

	assert_ok(oeo_client_receive(&client, 1, &index, &message, PATIENCE_MS));
	assert_int_equal(index, 0);
	assert_int_equal(message.len, strlen(text));
	assert_memory_equal(message.data, text, message.len);
	oeo_buf_fini(&message);
}

/* The member asks, the server answers: the link works, and the server lives. */
static void assert_serves(struct world *world, struct oeo_client *client)
{
	struct oeo_request request;

	assert_ok(oeo_client_send(client, "question", 8));
	assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
	assert_string_equal(request.member, "bga");
	assert_memory_equal(request.curve_pk, world->member_self.card.curve_pk, OEO_CURVE_BYTES);
	assert_int_equal(request.len, 8);
	assert_memory_equal(request.bytes, "question", 8);
	assert_ok(oeo_server_reply(world->server, &request, "answer", 6));
	receive_text(client, "answer");
}

/* Nothing reaches the caller while the server is at work for a while. */
static void assert_nothing_arrives(struct world *world, int ms)
{
	struct oeo_request request;

	assert_int_equal(oeo_server_receive(world->server, &request, ms, -1), OEO_ERR_AWAY);
}

static struct oeo_server_counts counts_of(const struct world *world)
{
	struct oeo_server_counts counts;

	oeo_server_get_counts(world->server, &counts);
	return counts;
}

static void test_an_admitted_member_is_served(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);

	assert_serves(world, client);
	assert_int_equal(oeo_client_get_state(client), OEO_CLIENT_READY);
	assert_int_equal(counts_of(world).refused_handshakes, 0);
	oeo_client_close(client);
}

static void test_an_unknown_key_is_refused_at_the_handshake_and_told(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->stranger_self);

	assert_ok(oeo_client_send(client, "question", 8));
	assert_nothing_arrives(world, QUIET_MS);
	assert_true(counts_of(world).refused_handshakes >= 1);
	assert_int_equal(oeo_client_get_state(client), OEO_CLIENT_REFUSED);
	oeo_client_close(client);
}

static void test_a_revoked_peer_is_refused_at_its_next_message(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	struct oeo_request request;

	assert_serves(world, client);
	world->is_member_admitted = false;
	assert_ok(oeo_client_send(client, "question", 8));
	assert_int_equal(oeo_server_receive(world->server, &request, PATIENCE_MS, -1), OEO_ERR_REFUSED);
	assert_string_equal(request.member, "");
	assert_int_equal(counts_of(world).revoked_messages, 1);
	/* It can still be told. */
	assert_ok(oeo_server_reply(world->server, &request, "refused", 7));
	receive_text(client, "refused");
	/* And is served again once it is admitted again, on the same connection. */
	world->is_member_admitted = true;
	assert_serves(world, client);
	oeo_client_close(client);
}

/* ---- Peers that do not speak as they should */

static void *raw_dealer(void *context)
{
	void *dealer = zmq_socket(context, ZMQ_DEALER);
	int linger = 0;

	assert_non_null(dealer);
	assert_int_equal(zmq_setsockopt(dealer, ZMQ_LINGER, &linger, sizeof(linger)), 0);
	return dealer;
}

static void *raw_member(void *context, const struct world *world)
{
	void *dealer = raw_dealer(context);

	assert_int_equal(
	    zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, world->server_self.card.curve_pk, OEO_CURVE_BYTES),
	    0);
	assert_int_equal(
	    zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, world->member_self.card.curve_pk, OEO_CURVE_BYTES),
	    0);
	assert_int_equal(
	    zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, world->member_self.curve_sk.bytes, OEO_CURVE_BYTES),
	    0);
	assert_int_equal(zmq_connect(dealer, world->card.endpoint), 0);
	return dealer;
}

static void test_a_peer_without_curve_gets_nothing(void **state)
{
	struct world *world = *state;
	void *context = zmq_ctx_new();
	void *null = raw_dealer(context);
	void *plain = raw_dealer(context);
	char byte;

	assert_int_equal(zmq_setsockopt(plain, ZMQ_PLAIN_USERNAME, "bga", 3), 0);
	assert_int_equal(zmq_setsockopt(plain, ZMQ_PLAIN_PASSWORD, "x", 1), 0);
	assert_int_equal(zmq_connect(null, world->card.endpoint), 0);
	assert_int_equal(zmq_connect(plain, world->card.endpoint), 0);
	assert_int_equal(zmq_send(null, "question", 8, 0), 8);
	assert_int_equal(zmq_send(plain, "question", 8, 0), 8);
	assert_nothing_arrives(world, QUIET_MS);
	assert_int_equal(zmq_recv(null, &byte, 1, ZMQ_DONTWAIT), -1);
	assert_int_equal(zmq_recv(plain, &byte, 1, ZMQ_DONTWAIT), -1);
	assert_true(counts_of(world).failed_handshakes >= 2);
	(void)zmq_close(null);
	(void)zmq_close(plain);
	(void)zmq_ctx_term(context);
}

static void test_a_card_with_another_server_key_does_not_connect(void **state)
{
	struct world *world = *state;
	struct oeo_client *client;

	memcpy(world->card.curve_pk, world->stranger_self.card.curve_pk, OEO_CURVE_BYTES);
	client = connect_as(world, &world->member_self);
	assert_ok(oeo_client_send(client, "question", 8));
	assert_nothing_arrives(world, QUIET_MS);
	assert_int_not_equal(oeo_client_get_state(client), OEO_CLIENT_READY);
	oeo_client_close(client);
}

static void test_somebody_elses_public_key_does_not_help(void **state)
{
	struct world *world = *state;
	struct oeo_self forged = world->stranger_self;
	struct oeo_client *client;

	/* The member's public key with the stranger's secret: the handshake does not hold. */
	memcpy(forged.card.curve_pk, world->member_self.card.curve_pk, OEO_CURVE_BYTES);
	client = connect_as(world, &forged);
	assert_ok(oeo_client_send(client, "question", 8));
	assert_nothing_arrives(world, QUIET_MS);
	oeo_client_close(client);
}

static void test_several_frames_or_none_are_dropped_and_counted(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	void *context = zmq_ctx_new();
	void *dealer = raw_member(context, world);

	for (int i = 0; i < 40; i++)
		assert_int_equal(zmq_send(dealer, "frame", 5, ZMQ_SNDMORE), 5);
	assert_int_equal(zmq_send(dealer, "last", 4, 0), 4);
	assert_int_equal(zmq_send(dealer, "", 0, ZMQ_SNDMORE), 0);
	assert_int_equal(zmq_send(dealer, "question", 8, 0), 8);
	assert_int_equal(zmq_send(dealer, "", 0, 0), 0);
	assert_nothing_arrives(world, QUIET_MS);
	assert_int_equal(counts_of(world).malformed_frames, 3);
	assert_serves(world, client);
	(void)zmq_close(dealer);
	(void)zmq_ctx_term(context);
	oeo_client_close(client);
}

static void test_a_message_above_the_limit_costs_the_connection_not_the_server(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	void *context = zmq_ctx_new();
	void *dealer = raw_member(context, world);
	uint8_t *big = calloc(1, OEO_MESSAGE_LIMIT + 4096);
	uint64_t ended;

	assert_non_null(big);
	assert_serves(world, client);
	ended = counts_of(world).ended_connections;
	assert_int_equal(zmq_send(dealer, big, OEO_MESSAGE_LIMIT + 4096, 0), OEO_MESSAGE_LIMIT + 4096);
	assert_nothing_arrives(world, QUIET_MS);
	assert_true(counts_of(world).ended_connections > ended);
	assert_serves(world, client);
	assert_int_equal(oeo_client_send(client, big, OEO_MESSAGE_LIMIT + 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_client_send(client, big, 0), OEO_ERR_RANGE);
	free(big);
	(void)zmq_close(dealer);
	(void)zmq_ctx_term(context);
	oeo_client_close(client);
}

static void test_one_byte_above_the_limit_does_not_reach_the_caller(void **state)
{
	struct world *world = *state;
	void *context = zmq_ctx_new();
	void *dealer = raw_member(context, world);
	uint8_t *big = calloc(1, OEO_MESSAGE_LIMIT + 1);
	struct oeo_request request;

	assert_non_null(big);
	assert_int_equal(zmq_send(dealer, big, OEO_MESSAGE_LIMIT + 1, 0), OEO_MESSAGE_LIMIT + 1);
	assert_nothing_arrives(world, QUIET_MS);
	assert_int_equal(counts_of(world).malformed_frames, 1);
	assert_int_equal(zmq_send(dealer, big, OEO_MESSAGE_LIMIT, 0), OEO_MESSAGE_LIMIT);
	assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
	assert_int_equal(request.len, OEO_MESSAGE_LIMIT);
	assert_int_equal(
	    oeo_server_reply(world->server, &request, big, OEO_MESSAGE_LIMIT + 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_server_reply(world->server, &request, big, 0), OEO_ERR_RANGE);
	free(big);
	(void)zmq_close(dealer);
	(void)zmq_ctx_term(context);
}

static void test_a_member_cannot_take_over_anothers_route(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	struct oeo_request first;
	struct oeo_request request;
	void *context = zmq_ctx_new();
	void *dealer;
	char byte;

	assert_ok(oeo_client_send(client, "question", 8));
	assert_ok(oeo_server_receive(world->server, &first, PATIENCE_MS, -1));
	/* Another connection says that it is the first one. */
	dealer = raw_member(context, world);
	assert_int_equal(zmq_setsockopt(dealer, ZMQ_ROUTING_ID, first.route, first.route_len), 0);
	assert_int_equal(zmq_disconnect(dealer, world->card.endpoint), 0);
	assert_int_equal(zmq_connect(dealer, world->card.endpoint), 0);
	assert_int_equal(zmq_send(dealer, "mine", 4, 0), 4);
	while (oeo_server_receive(world->server, &request, QUIET_MS, -1) == OEO_OK)
		assert_memory_not_equal(request.route, first.route, first.route_len);
	assert_ok(oeo_server_reply(world->server, &first, "answer", 6));
	receive_text(client, "answer");
	assert_int_equal(zmq_recv(dealer, &byte, 1, ZMQ_DONTWAIT), -1);
	(void)zmq_close(dealer);
	(void)zmq_ctx_term(context);
	oeo_client_close(client);
}

/* ---- Replies */

static void test_replies_are_not_lost_while_many_are_in_flight(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	struct oeo_buf message = {0};
	struct oeo_request request;
	static const uint8_t filling[2048];
	uint32_t number;
	size_t index;

	for (number = 0; number < OEO_REPLY_WINDOW; number++)
		assert_ok(oeo_client_send(client, &number, sizeof(number)));
	/* All are answered before the client takes the first answer. */
	for (unsigned n = 0; n < OEO_REPLY_WINDOW; n++) {
		uint8_t reply[sizeof(number) + sizeof(filling)];

		assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
		assert_int_equal(request.len, sizeof(number));
		memcpy(reply, request.bytes, sizeof(number));
		memcpy(reply + sizeof(number), filling, sizeof(filling));
		assert_ok(oeo_server_reply(world->server, &request, reply, sizeof(reply)));
	}
	for (unsigned n = 0; n < OEO_REPLY_WINDOW; n++) {
		assert_ok(oeo_client_receive(&client, 1, &index, &message, PATIENCE_MS));
		memcpy(&number, message.data, sizeof(number));
		assert_int_equal(number, n);
	}
	assert_int_equal(counts_of(world).undelivered_replies, 0);
	oeo_buf_fini(&message);
	oeo_client_close(client);
}

#define LEAST_HELD 16u /* messages at a server that is busy */

/*
 * Large messages to a server that is busy: how many leave the peer before it has to wait. Below what the server takes in any
 * case a machine may be slow.
 */
static unsigned send_until_it_waits(void *dealer, const uint8_t *big, size_t len)
{
	unsigned sent = 0;
	unsigned waits = 0;

	while (sent < 200 && waits < (sent < LEAST_HELD ? PATIENCE_MS / 10 : 50)) {
		if (zmq_send(dealer, big, len, ZMQ_DONTWAIT) == (int)len) {
			sent++;
			waits = 0;
			continue;
		}
		assert_int_equal(errno, EAGAIN);
		waits++;
		(void)usleep(10000);
	}
	return sent;
}

static void test_a_busy_server_holds_few_messages_of_a_peer(void **state)
{
	struct world *world = *state;
	void *context = zmq_ctx_new();
	void *dealer = raw_member(context, world);
	struct oeo_request request;
	size_t len = (size_t)1024 * 1024;
	uint8_t *big = calloc(1, len);
	int one = 1;
	unsigned sent;

	assert_non_null(big);
	assert_int_equal(zmq_disconnect(dealer, world->card.endpoint), 0);
	assert_int_equal(zmq_setsockopt(dealer, ZMQ_SNDHWM, &one, sizeof(one)), 0);
	assert_int_equal(zmq_connect(dealer, world->card.endpoint), 0);
	assert_int_equal(zmq_send(dealer, "question", 8, 0), 8);
	assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
	sent = send_until_it_waits(dealer, big, len);
	/* The rest is in TCP and at the peer. */
	assert_in_range(sent, LEAST_HELD, 48);
	for (unsigned i = 0; i < sent; i++) {
		assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
		assert_int_equal(request.len, len);
	}
	free(big);
	(void)zmq_close(dealer);
	(void)zmq_ctx_term(context);
}

static void test_a_reply_to_a_peer_that_is_gone_is_counted(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	struct oeo_request request;

	assert_ok(oeo_client_send(client, "question", 8));
	assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
	oeo_client_close(client);
	/* What is replied before the server has noticed is on its way to nobody, and not counted. */
	for (int waited = 0; waited < PATIENCE_MS && counts_of(world).undelivered_replies == 0;
	     waited += 20) {
		assert_nothing_arrives(world, 20);
		assert_ok(oeo_server_reply(world->server, &request, "answer", 6));
	}
	assert_int_equal(counts_of(world).undelivered_replies, 1);
}

static void test_a_peer_that_takes_no_answers_does_not_stop_the_server(void **state)
{
	struct world *world = *state;
	struct oeo_client *client = connect_as(world, &world->member_self);
	struct oeo_client *greedy = connect_as(world, &world->member_self);
	struct oeo_request request;
	uint8_t *big = calloc(1, 65536);

	assert_non_null(big);
	assert_ok(oeo_client_send(greedy, "question", 8));
	assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
	/* Far more than queues and TCP hold: what finds no room is counted, and nothing waits. */
	for (int i = 0; i < 6000 && counts_of(world).undelivered_replies == 0; i++)
		assert_ok(oeo_server_reply(world->server, &request, big, 65536));
	assert_true(counts_of(world).undelivered_replies > 0);
	assert_serves(world, client);
	free(big);
	oeo_client_close(greedy);
	oeo_client_close(client);
}

/* ---- Waiting */

static void test_receiving_ends_when_it_is_woken(void **state)
{
	struct world *world = *state;
	struct oeo_request request;
	int fd = eventfd(1, EFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(oeo_server_receive(world->server, &request, -1, fd), OEO_ERR_AWAY);
	(void)close(fd);
	assert_int_equal(oeo_server_receive(world->server, &request, 0, -1), OEO_ERR_AWAY);
}

static void test_a_server_that_is_away_is_no_error_until_it_comes(void **state)
{
	struct world *world = *state;
	struct oeo_client *client;
	struct oeo_client *clients[3] = {NULL, NULL, NULL};
	struct oeo_buf message = {0};
	struct oeo_note why = {""};
	size_t index = 0;
	char endpoint[OEO_ENDPOINT_BYTES];

	(void)snprintf(endpoint, sizeof(endpoint), "%s", world->card.endpoint);
	oeo_server_close(world->server);
	world->server = NULL;
	client = connect_as(world, &world->member_self);
	clients[2] = client;
	assert_ok(oeo_client_send(client, "question", 8));
	assert_int_equal(oeo_client_receive(clients, 3, &index, &message, QUIET_MS), OEO_ERR_AWAY);
	assert_int_equal(oeo_client_get_state(client), OEO_CLIENT_AWAY);
	assert_ok(oeo_server_open(&world->server, endpoint, &world->server_self, admit, world, &why));
	/* What was queued arrives now. */
	{
		struct oeo_request request;

		assert_ok(oeo_server_receive(world->server, &request, PATIENCE_MS, -1));
		assert_ok(oeo_server_reply(world->server, &request, "answer", 6));
	}
	assert_ok(oeo_client_receive(clients, 3, &index, &message, PATIENCE_MS));
	assert_int_equal(index, 2);
	assert_int_equal(oeo_client_receive(clients, 0, &index, &message, 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_client_receive(clients, 2, &index, &message, 0), OEO_ERR_RANGE);
	oeo_buf_fini(&message);
	oeo_client_close(client);
}

static void test_a_full_queue_says_that_the_peer_is_away(void **state)
{
	struct world *world = *state;
	struct oeo_client *client;
	enum oeo_err err = OEO_OK;
	unsigned sent;

	oeo_server_close(world->server);
	world->server = NULL;
	client = connect_as(world, &world->member_self);
	for (sent = 0; err == OEO_OK && sent < 100000; sent++)
		err = oeo_client_send(client, "question", 8);
	assert_int_equal(err, OEO_ERR_AWAY);
	assert_true(sent >= OEO_REPLY_WINDOW);
	oeo_client_close(client);
}

static void test_a_taken_address_is_told(void **state)
{
	struct world *world = *state;
	struct oeo_server *second = NULL;
	struct oeo_note why = {""};

	assert_int_equal(
	    oeo_server_open(&second, world->card.endpoint, &world->server_self, admit, world, &why),
	    OEO_ERR_IO);
	assert_null(second);
	assert_non_null(strstr(why.text, world->card.endpoint));
	assert_int_equal(
	    oeo_server_open(&second, "tcp://nonsense", &world->server_self, admit, world, &why), OEO_ERR_IO);
	oeo_server_close(NULL);
	oeo_client_close(NULL);
}

#if OEO_TEST_HOOKS
static void test_recorded_frames_are_the_decrypted_ones(void **state)
{
	struct world *world = *state;
	struct oeo_client *client;
	struct oeo_buf recorded = {0};
	struct oeo_note why = {""};
	char path[128];
	char endpoint[OEO_ENDPOINT_BYTES];
	static const char expected[] = "\0\0\0\x08question\0\0\0\x06"
				       "answer";

	(void)snprintf(path, sizeof(path), "%s/frames", world->scratch.path);
	(void)snprintf(endpoint, sizeof(endpoint), "%s", world->card.endpoint);
	oeo_server_close(world->server);
	assert_int_equal(setenv("OEO_RECORD_FRAMES", path, 1), 0);
	assert_ok(oeo_server_open(&world->server, endpoint, &world->server_self, admit, world, &why));
	assert_int_equal(unsetenv("OEO_RECORD_FRAMES"), 0);
	client = connect_as(world, &world->member_self);
	assert_serves(world, client);
	assert_ok(oeo_file_read(&recorded, path, 4096, &why));
	assert_int_equal(recorded.len, sizeof(expected) - 1);
	assert_memory_equal(recorded.data, expected, recorded.len);
	oeo_buf_fini(&recorded);
	oeo_client_close(client);
}
#endif

#define LINK_TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LINK_TEST(test_an_admitted_member_is_served),
		LINK_TEST(test_an_unknown_key_is_refused_at_the_handshake_and_told),
		LINK_TEST(test_a_revoked_peer_is_refused_at_its_next_message),
		LINK_TEST(test_a_peer_without_curve_gets_nothing),
		LINK_TEST(test_a_card_with_another_server_key_does_not_connect),
		LINK_TEST(test_somebody_elses_public_key_does_not_help),
		LINK_TEST(test_several_frames_or_none_are_dropped_and_counted),
		LINK_TEST(test_a_message_above_the_limit_costs_the_connection_not_the_server),
		LINK_TEST(test_one_byte_above_the_limit_does_not_reach_the_caller),
		LINK_TEST(test_a_member_cannot_take_over_anothers_route),
		LINK_TEST(test_replies_are_not_lost_while_many_are_in_flight),
		LINK_TEST(test_a_busy_server_holds_few_messages_of_a_peer),
		LINK_TEST(test_a_reply_to_a_peer_that_is_gone_is_counted),
		LINK_TEST(test_a_peer_that_takes_no_answers_does_not_stop_the_server),
		LINK_TEST(test_receiving_ends_when_it_is_woken),
		LINK_TEST(test_a_server_that_is_away_is_no_error_until_it_comes),
		LINK_TEST(test_a_full_queue_says_that_the_peer_is_away),
		LINK_TEST(test_a_taken_address_is_told),
#if OEO_TEST_HOOKS
		LINK_TEST(test_recorded_frames_are_the_decrypted_ones),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
