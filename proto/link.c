/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/link.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "proto/link_internal.h"

#define HANDSHAKE_MS 10000
#define HEARTBEAT_MS 15000
#define HEARTBEAT_TIMEOUT_MS 45000

/* libzmq bounds the encrypted frame: the message, its command name, flags, nonce and MAC. */
#define CURVE_OVERHEAD 64

bool oeo_link_set_int(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

static bool set_limit(void *socket)
{
	int64_t limit = OEO_MESSAGE_LIMIT + CURVE_OVERHEAD;

	return zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof(limit)) == 0;
}

bool oeo_link_set_common(void *socket, const struct oeo_self *self, const char *endpoint)
{
	if (strchr(endpoint, '[') != NULL && !oeo_link_set_int(socket, ZMQ_IPV6, 1))
		return false;
	return set_limit(socket) && oeo_link_set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) &&
	       oeo_link_set_int(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
	       oeo_link_set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) &&
	       zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, self->curve_sk.bytes, self->curve_sk.len) == 0;
}

void *oeo_link_watch(void *context, void *socket, int events)
{
	static const char name[] = "inproc://oeo.events";
	void *watch;

	if (zmq_socket_monitor(socket, name, events) != 0)
		return NULL;
	watch = zmq_socket(context, ZMQ_PAIR);
	if (watch == NULL)
		return NULL;
	/* Without a bound: libzmq's own thread would wait for a reader that is busy. */
	if (!oeo_link_set_int(watch, ZMQ_RCVHWM, 0) || !oeo_link_set_int(watch, ZMQ_LINGER, 0) ||
	    zmq_connect(watch, name) != 0) {
		(void)zmq_close(watch);
		return NULL;
	}
	return watch;
}

bool oeo_link_next_event(void *watch, unsigned *event)
{
	uint8_t head[6];
	char address[OEO_ENDPOINT_BYTES];
	uint16_t number;

	if (zmq_recv(watch, head, sizeof(head), ZMQ_DONTWAIT) != (int)sizeof(head))
		return false;
	(void)zmq_recv(watch, address, sizeof(address), 0);
	memcpy(&number, head, sizeof(number));
	*event = number;
	return true;
}

void oeo_link_close_sockets(void *socket, void *watch)
{
	if (socket != NULL) {
		(void)zmq_socket_monitor(socket, NULL, 0);
		(void)zmq_close(socket);
	}
	if (watch != NULL)
		(void)zmq_close(watch);
}

int64_t oeo_link_clock_ms(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return 0;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

long oeo_link_left_ms(int64_t start_ms, int timeout_ms)
{
	int64_t passed = oeo_link_clock_ms() - start_ms;

	if (timeout_ms < 0)
		return -1;
	return passed >= timeout_ms ? 0 : (long)(timeout_ms - passed);
}
