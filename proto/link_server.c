/* SPDX-License-Identifier: EUPL-1.2 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include <zmq.h>

#include "proto/i18n.h"
#include "proto/link.h"
#include "proto/link_internal.h"

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_DOMAIN "oeo"
#define ZAP_FRAMES 7
#define LINGER_MS 1000
#define WAITING_REQUESTS 16 /* of one connection: more wait at the peer */
#define WATCHED                                                                                              \
	(ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)

struct oeo_server {
	void *context;
	void *zap;
	void *router;
	void *watch;
	oeo_admit_fn *admit;
	void *admit_context;
	char endpoint[OEO_ENDPOINT_BYTES];
	zmq_msg_t frame; /* what request->bytes borrows */
	struct oeo_server_counts counts;
#if OEO_TEST_HOOKS
	int record_fd;
#endif
};

#if OEO_TEST_HOOKS
static void open_record(struct oeo_server *server)
{
	const char *path = getenv("OEO_RECORD_FRAMES");

	server->record_fd = path == NULL ? -1 : open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void close_record(struct oeo_server *server)
{
	if (server->record_fd >= 0)
		(void)close(server->record_fd);
}

static void record_frame(struct oeo_server *server, const void *bytes, size_t len)
{
	uint8_t head[4] = {(uint8_t)(len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len};
	struct iovec parts[2] = {{head, sizeof(head)}, {(void *)bytes, len}};

	if (server->record_fd >= 0 && writev(server->record_fd, parts, 2) != (ssize_t)(sizeof(head) + len))
		abort(); /* a test that counts on the record must not pass without it */
}
#else
static void open_record(struct oeo_server *server)
{
	(void)server;
}

static void close_record(struct oeo_server *server)
{
	(void)server;
}

static void record_frame(struct oeo_server *server, const void *bytes, size_t len)
{
	(void)server;
	(void)bytes;
	(void)len;
}
#endif

/* Read and forget the rest of a message whose last frame read was `frame`. */
static void drain(void *socket, zmq_msg_t *frame)
{
	while (zmq_msg_more(frame)) {
		if (zmq_msg_recv(frame, socket, 0) < 0)
			return;
	}
}

/* ---- ZAP (RFC 27): version, request id, domain, address, routing id, mechanism, credentials */

struct zap_question {
	uint8_t request_id[256];
	size_t request_id_len;
	uint8_t curve_pk[OEO_CURVE_BYTES];
	bool is_curve;
};

static bool is_text(zmq_msg_t *frame, const char *text)
{
	return zmq_msg_size(frame) == strlen(text) && memcmp(zmq_msg_data(frame), text, strlen(text)) == 0;
}

/* Note one frame of the question; false: not as it should be. */
static bool read_zap_frame(struct zap_question *question, unsigned number, zmq_msg_t *frame)
{
	size_t len = zmq_msg_size(frame);

	switch (number) {
	case 0:
		return is_text(frame, "1.0");
	case 1:
		if (len > sizeof(question->request_id))
			return false;
		memcpy(question->request_id, zmq_msg_data(frame), len);
		question->request_id_len = len;
		return true;
	case 2:
		return is_text(frame, ZAP_DOMAIN);
	case 5:
		return is_text(frame, "CURVE");
	case 6:
		if (len != OEO_CURVE_BYTES)
			return false;
		memcpy(question->curve_pk, zmq_msg_data(frame), len);
		return true;
	default:
		return true;
	}
}

static bool read_zap_question(struct oeo_server *server, struct zap_question *question)
{
	zmq_msg_t frame;
	unsigned number = 0;
	bool is_good = true;

	memset(question, 0, sizeof(*question));
	if (zmq_msg_init(&frame) != 0)
		return false;
	do {
		if (zmq_msg_recv(&frame, server->zap, number == 0 ? ZMQ_DONTWAIT : 0) < 0) {
			(void)zmq_msg_close(&frame);
			return false;
		}
		if (is_good)
			is_good = read_zap_frame(question, number, &frame);
		number++;
	} while (zmq_msg_more(&frame));
	(void)zmq_msg_close(&frame);
	question->is_curve = is_good && number == ZAP_FRAMES;
	return true;
}

static void send_zap_answer(struct oeo_server *server, const struct zap_question *question, bool is_admitted)
{
	char user_id[2 * OEO_CURVE_BYTES + 1] = "";
	const char *status = is_admitted ? "200" : "400";
	const char *text = is_admitted ? "admitted" : "not admitted";

	if (is_admitted)
		oeo_hex_encode(user_id, question->curve_pk, OEO_CURVE_BYTES);
	(void)zmq_send(server->zap, "1.0", 3, ZMQ_SNDMORE);
	(void)zmq_send(server->zap, question->request_id, question->request_id_len, ZMQ_SNDMORE);
	(void)zmq_send(server->zap, status, 3, ZMQ_SNDMORE);
	(void)zmq_send(server->zap, text, strlen(text), ZMQ_SNDMORE);
	(void)zmq_send(server->zap, user_id, strlen(user_id), ZMQ_SNDMORE);
	(void)zmq_send(server->zap, "", 0, 0);
}

static void on_zap(struct oeo_server *server)
{
	struct zap_question question;
	char member[OEO_ID_BYTES];
	bool is_admitted;

	if (!read_zap_question(server, &question))
		return;
	is_admitted = question.is_curve && server->admit(server->admit_context, question.curve_pk, member);
	if (!is_admitted)
		server->counts.refused_handshakes++;
	send_zap_answer(server, &question, is_admitted);
}

static void on_event(struct oeo_server *server)
{
	unsigned event;

	while (oeo_link_next_event(server->watch, &event)) {
		if (event == ZMQ_EVENT_DISCONNECTED)
			server->counts.ended_connections++;
		else
			server->counts.failed_handshakes++;
	}
}

/* ---- Requests */

/* The key that the handshake proved, from the User-Id that our own ZAP answer gave the connection. */
static bool get_authenticated_key(zmq_msg_t *frame, uint8_t curve_pk[OEO_CURVE_BYTES])
{
	const char *user_id = zmq_msg_gets(frame, "User-Id");

	return user_id != NULL && oeo_hex_decode(curve_pk, OEO_CURVE_BYTES, user_id) == OEO_OK;
}

/* Take route and payload of the next message; OEO_ERR_FORMAT: dropped. OEO_ERR_AWAY: none is waiting. */
static enum oeo_err take_frames(struct oeo_server *server, struct oeo_request *request)
{
	zmq_msg_t *frame = &server->frame;
	size_t len;

	if (zmq_msg_recv(frame, server->router, ZMQ_DONTWAIT) < 0)
		return errno == EAGAIN || errno == EINTR ? OEO_ERR_AWAY : OEO_ERR_IO;
	request->route_len = zmq_msg_size(frame);
	if (request->route_len > sizeof(request->route) || !zmq_msg_more(frame)) {
		drain(server->router, frame);
		return OEO_ERR_FORMAT;
	}
	memcpy(request->route, zmq_msg_data(frame), request->route_len);
	if (zmq_msg_recv(frame, server->router, 0) < 0)
		return OEO_ERR_IO;
	if (zmq_msg_more(frame)) {
		drain(server->router, frame);
		return OEO_ERR_FORMAT;
	}
	len = zmq_msg_size(frame);
	return len == 0 || len > OEO_MESSAGE_LIMIT ? OEO_ERR_FORMAT : OEO_OK;
}

static enum oeo_err take_request(struct oeo_server *server, struct oeo_request *request)
{
	enum oeo_err err;

	memset(request, 0, sizeof(*request));
	err = take_frames(server, request);
	if (err == OEO_OK && !get_authenticated_key(&server->frame, request->curve_pk))
		err = OEO_ERR_FORMAT;
	if (err == OEO_ERR_FORMAT)
		server->counts.malformed_frames++;
	if (err != OEO_OK)
		return err;
	request->bytes = zmq_msg_data(&server->frame);
	request->len = zmq_msg_size(&server->frame);
	if (!server->admit(server->admit_context, request->curve_pk, request->member)) {
		server->counts.revoked_messages++;
		request->member[0] = '\0';
		return OEO_ERR_REFUSED;
	}
	record_frame(server, request->bytes, request->len);
	return OEO_OK;
}

enum oeo_err oeo_server_receive(
    struct oeo_server *server, struct oeo_request *request, int timeout_ms, int wake_fd)
{
	zmq_pollitem_t items[4] = {
	    {server->zap, 0, ZMQ_POLLIN, 0},
	    {server->watch, 0, ZMQ_POLLIN, 0},
	    {server->router, 0, ZMQ_POLLIN, 0},
	    {NULL, wake_fd, ZMQ_POLLIN, 0},
	};
	int64_t start_ms = oeo_link_clock_ms();
	enum oeo_err err;
	int ready;

	do {
		ready = zmq_poll(items, wake_fd >= 0 ? 4 : 3, oeo_link_left_ms(start_ms, timeout_ms));
		if (ready < 0)
			return errno == EINTR ? OEO_ERR_AWAY : OEO_ERR_IO;
		if ((items[0].revents & ZMQ_POLLIN) != 0)
			on_zap(server);
		if ((items[1].revents & ZMQ_POLLIN) != 0)
			on_event(server);
		if (wake_fd >= 0 && (items[3].revents & ZMQ_POLLIN) != 0)
			return OEO_ERR_AWAY;
		if ((items[2].revents & ZMQ_POLLIN) == 0)
			continue;
		err = take_request(server, request);
		if (err != OEO_ERR_FORMAT && err != OEO_ERR_AWAY)
			return err;
	} while (oeo_link_left_ms(start_ms, timeout_ms) != 0);
	return OEO_ERR_AWAY;
}

enum oeo_err oeo_server_reply(
    struct oeo_server *server, const struct oeo_request *request, const void *bytes, size_t len)
{
	if (len == 0 || len > OEO_MESSAGE_LIMIT)
		return OEO_ERR_RANGE;
	if (zmq_send(server->router, request->route, request->route_len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0 ||
	    zmq_send(server->router, bytes, len, ZMQ_DONTWAIT) < 0) {
		if (errno != EHOSTUNREACH && errno != EAGAIN)
			return OEO_ERR_IO;
		server->counts.undelivered_replies++;
		return OEO_OK;
	}
	record_frame(server, bytes, len);
	return OEO_OK;
}

/* ---- Opening and closing */

static bool make_zap(struct oeo_server *server)
{
	server->zap = zmq_socket(server->context, ZMQ_REP);
	return server->zap != NULL && oeo_link_set_int(server->zap, ZMQ_LINGER, 0) &&
	       zmq_bind(server->zap, ZAP_ENDPOINT) == 0;
}

static bool make_router(struct oeo_server *server, const struct oeo_self *self, const char *endpoint)
{
	server->router = zmq_socket(server->context, ZMQ_ROUTER);
	if (server->router == NULL || !oeo_link_set_common(server->router, self, endpoint))
		return false;
	if (zmq_setsockopt(server->router, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) != 0)
		return false;
	return oeo_link_set_int(server->router, ZMQ_CURVE_SERVER, 1) &&
	       oeo_link_set_int(server->router, ZMQ_ROUTER_MANDATORY, 1) &&
	       oeo_link_set_int(server->router, ZMQ_RCVHWM, WAITING_REQUESTS) &&
	       oeo_link_set_int(server->router, ZMQ_SNDHWM, 2 * OEO_REPLY_WINDOW) &&
	       oeo_link_set_int(server->router, ZMQ_LINGER, LINGER_MS);
}

/* The ZAP handler is bound first: without one libzmq admits anybody. */
static enum oeo_err open_sockets(
    struct oeo_server *server, const char *endpoint, const struct oeo_self *self, struct oeo_note *why)
{
	size_t size = sizeof(server->endpoint);

	server->context = zmq_ctx_new();
	if (server->context == NULL || !make_zap(server) || !make_router(server, self, endpoint))
		return oeo_note_set(why, OEO_ERR_IO, _("cannot make a socket: %s"), zmq_strerror(errno));
	server->watch = oeo_link_watch(server->context, server->router, WATCHED);
	if (server->watch == NULL)
		return oeo_note_set(why, OEO_ERR_IO, _("cannot make a socket: %s"), zmq_strerror(errno));
	if (zmq_bind(server->router, endpoint) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("cannot listen on %s: %s"), endpoint, zmq_strerror(errno));
	if (zmq_getsockopt(server->router, ZMQ_LAST_ENDPOINT, server->endpoint, &size) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("cannot listen on %s: %s"), endpoint, zmq_strerror(errno));
	return OEO_OK;
}

enum oeo_err oeo_server_open(struct oeo_server **server, const char *endpoint, const struct oeo_self *self,
    oeo_admit_fn *admit, void *context, struct oeo_note *why)
{
	struct oeo_server *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return oeo_note_set(why, OEO_ERR_NOMEM, "%s", oeo_err_text(OEO_ERR_NOMEM));
	(void)zmq_msg_init(&made->frame);
	made->admit = admit;
	made->admit_context = context;
	open_record(made);
	err = open_sockets(made, endpoint, self, why);
	if (err != OEO_OK) {
		oeo_server_close(made);
		return err;
	}
	*server = made;
	return OEO_OK;
}

void oeo_server_close(struct oeo_server *server)
{
	if (server == NULL)
		return;
	(void)zmq_msg_close(&server->frame);
	oeo_link_close_sockets(server->router, server->watch);
	if (server->zap != NULL)
		(void)zmq_close(server->zap);
	if (server->context != NULL)
		(void)zmq_ctx_term(server->context);
	close_record(server);
	free(server);
}

const char *oeo_server_endpoint(const struct oeo_server *server)
{
	return server->endpoint;
}

void oeo_server_get_counts(const struct oeo_server *server, struct oeo_server_counts *counts)
{
	*counts = server->counts;
}
