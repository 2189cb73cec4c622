/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "proto/i18n.h"
#include "proto/link.h"
#include "proto/link_internal.h"
#include "proto/tally.h"

#define RECONNECT_MS 100
#define RECONNECT_MOST_MS 2000
#define CONNECT_MS 10000
#define RETRY_MS 2000 /* after a refusal */
#define SLICE_MS 500 /* waiting is cut into these, so that events are followed meanwhile */
#define CLIENTS_MOST (OEO_MAX_KEYHOLDERS + 1)
#define WATCHED                                                                                              \
	(ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CLOSED |                         \
	    ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |                          \
	    ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL)

struct oeo_client {
	void *context;
	void *dealer;
	void *watch;
	enum oeo_client_state state;
	char endpoint[OEO_ENDPOINT_BYTES];
	int64_t refused_ms; /* when the peer refused last */
};

/* libzmq gives a connection up for good once its handshake was refused; the peer may admit this key later. */
static void retry_refused(struct oeo_client *client)
{
	int64_t now_ms = oeo_link_clock_ms();

	if (client->state != OEO_CLIENT_REFUSED || now_ms - client->refused_ms < RETRY_MS)
		return;
	client->refused_ms = now_ms;
	(void)zmq_disconnect(client->dealer, client->endpoint);
	(void)zmq_connect(client->dealer, client->endpoint);
}

static void follow_events(struct oeo_client *client)
{
	unsigned event;

	while (oeo_link_next_event(client->watch, &event)) {
		switch (event) {
		case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
			client->state = OEO_CLIENT_READY;
			break;
		case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
		case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
		case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
			client->state = OEO_CLIENT_REFUSED;
			client->refused_ms = oeo_link_clock_ms();
			break;
		case ZMQ_EVENT_DISCONNECTED:
			/* A refused handshake is followed by the end of its connection. */
			if (client->state == OEO_CLIENT_READY)
				client->state = OEO_CLIENT_AWAY;
			break;
		case ZMQ_EVENT_CLOSED:
			/* The connection could not even be made. */
			client->state = OEO_CLIENT_AWAY;
			break;
		default:
			break;
		}
	}
	retry_refused(client);
}

static bool make_dealer(struct oeo_client *client, const struct oeo_card *server, const struct oeo_self *self)
{
	client->dealer = zmq_socket(client->context, ZMQ_DEALER);
	if (client->dealer == NULL || !oeo_link_set_common(client->dealer, self, server->endpoint))
		return false;
	if (zmq_setsockopt(client->dealer, ZMQ_CURVE_SERVERKEY, server->curve_pk, OEO_CURVE_BYTES) != 0 ||
	    zmq_setsockopt(client->dealer, ZMQ_CURVE_PUBLICKEY, self->card.curve_pk, OEO_CURVE_BYTES) != 0)
		return false;
	return oeo_link_set_int(client->dealer, ZMQ_LINGER, 0) &&
	       oeo_link_set_int(client->dealer, ZMQ_SNDHWM, OEO_REPLY_WINDOW) &&
	       oeo_link_set_int(client->dealer, ZMQ_RCVHWM, OEO_REPLY_WINDOW) &&
	       oeo_link_set_int(client->dealer, ZMQ_RECONNECT_IVL, RECONNECT_MS) &&
	       oeo_link_set_int(client->dealer, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MOST_MS) &&
	       oeo_link_set_int(client->dealer, ZMQ_CONNECT_TIMEOUT, CONNECT_MS);
}

enum oeo_err oeo_client_open(struct oeo_client **client, const struct oeo_card *server,
    const struct oeo_self *self, struct oeo_note *why)
{
	struct oeo_client *made = calloc(1, sizeof(*made));
	enum oeo_err err = OEO_ERR_IO;

	if (made == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, "%s", oeo_err_text(OEO_ERR_NOMEM));
	made->state = OEO_CLIENT_AWAY;
	(void)snprintf(made->endpoint, sizeof(made->endpoint), "%s", server->endpoint);
	made->context = zmq_ctx_new();
	if (made->context == NULL || !make_dealer(made, server, self)) {
		(void)oeo_note_set(why, err, _("cannot make a socket: %s"), zmq_strerror(errno));
		goto cleanup;
	}
	made->watch = oeo_link_watch(made->context, made->dealer, WATCHED);
	if (made->watch == NULL) {
		(void)oeo_note_set(why, err, _("cannot make a socket: %s"), zmq_strerror(errno));
		goto cleanup;
	}
	if (zmq_connect(made->dealer, server->endpoint) != 0) {
		(void)oeo_note_set(
		    why, err, _("cannot connect to %s: %s"), server->endpoint, zmq_strerror(errno));
		goto cleanup;
	}
	*client = made;
	made = NULL;
	err = OEO_OK;
cleanup:
	oeo_client_close(made);
	return err;
}

void oeo_client_close(struct oeo_client *client)
{
	if (client == NULL)
		return;
	oeo_link_close_sockets(client->dealer, client->watch);
	if (client->context != NULL)
		(void)zmq_ctx_term(client->context);
	free(client);
}

enum oeo_err oeo_client_send(struct oeo_client *client, const void *bytes, size_t len)
{
	follow_events(client);
	if (len == 0 || len > OEO_MESSAGE_LIMIT)
		return OEO_ERR_RANGE;
	if (zmq_send(client->dealer, bytes, len, ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? OEO_ERR_AWAY : OEO_ERR_IO;
	return OEO_OK;
}

/* Take the next message of one frame; others are dropped. OEO_ERR_AWAY: none is waiting. */
static enum oeo_err take_message(struct oeo_client *client, struct oeo_buf *message)
{
	enum oeo_err err = OEO_ERR_AWAY;
	bool is_single;
	zmq_msg_t frame;

	if (zmq_msg_init(&frame) != 0)
		return OEO_ERR_NOMEM;
	while (err == OEO_ERR_AWAY) {
		if (zmq_msg_recv(&frame, client->dealer, ZMQ_DONTWAIT) < 0)
			break;
		is_single = !zmq_msg_more(&frame);
		while (zmq_msg_more(&frame) && zmq_msg_recv(&frame, client->dealer, 0) >= 0)
			;
		if (!is_single || zmq_msg_size(&frame) == 0 || zmq_msg_size(&frame) > OEO_MESSAGE_LIMIT)
			continue;
		message->len = 0;
		err = oeo_buf_append(message, zmq_msg_data(&frame), zmq_msg_size(&frame));
	}
	(void)zmq_msg_close(&frame);
	return err;
}

static long slice_ms(long left_ms)
{
	return left_ms < 0 || left_ms > SLICE_MS ? SLICE_MS : left_ms;
}

enum oeo_err oeo_client_receive(
    struct oeo_client *const *clients, size_t n, size_t *index, struct oeo_buf *message, int timeout_ms)
{
	zmq_pollitem_t items[CLIENTS_MOST];
	size_t owners[CLIENTS_MOST];
	int n_items = 0;
	int64_t start_ms = oeo_link_clock_ms();
	enum oeo_err err;

	if (n == 0 || n > CLIENTS_MOST)
		return OEO_ERR_RANGE;
	for (size_t i = 0; i < n; i++) {
		if (clients[i] == NULL)
			continue;
		items[n_items] = (zmq_pollitem_t){clients[i]->dealer, 0, ZMQ_POLLIN, 0};
		owners[n_items++] = i;
	}
	if (n_items == 0)
		return OEO_ERR_RANGE;
	do {
		for (int i = 0; i < n_items; i++)
			follow_events(clients[owners[i]]);
		if (zmq_poll(items, n_items, slice_ms(oeo_link_left_ms(start_ms, timeout_ms))) < 0)
			return errno == EINTR ? OEO_ERR_AWAY : OEO_ERR_IO;
		for (int i = 0; i < n_items; i++) {
			if ((items[i].revents & ZMQ_POLLIN) == 0)
				continue;
			err = take_message(clients[owners[i]], message);
			if (err == OEO_OK)
				*index = owners[i];
			if (err != OEO_ERR_AWAY)
				return err;
		}
	} while (oeo_link_left_ms(start_ms, timeout_ms) != 0);
	return OEO_ERR_AWAY;
}

enum oeo_client_state oeo_client_get_state(struct oeo_client *client)
{
	follow_events(client);
	return client->state;
}
