/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Messages over ZeroMQ with CURVE: a server (ROUTER with its ZAP handler) and clients (DEALER). One message
 * is one frame; what it holds is wire.h's business. Nothing here is called from two threads.
 *
 * The traps of libzmq 4.3.4 that this module closes: the ZAP handler is bound before any endpoint; a peer
 * whose key is not admitted is refused at the handshake and its User-Id is looked up again at *every* message
 * (a revoked peer keeps its connection); a message without User-Id, with more than one frame or empty is dropped
 * and counted; above the limit libzmq drops the peer; a server holds at most 16 messages of a connection that it has
 * not looked at (17 MiB), and 64 replies; ROUTER_MANDATORY is set, so that a reply that finds no room
 * is counted instead of lost in silence, and OEO_REPLY_WINDOW replies find room for every peer.
 *
 * What stays: libzmq collects all frames of a message before it hands over the first, so that an admitted peer
 * can make a server hold a message of endless frames. Run daemons under a memory limit (docs/OPERATE.md).
 */
#ifndef OEO_PROTO_LINK_H
#define OEO_PROTO_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/card.h"

#define OEO_MESSAGE_LIMIT (1024u * 1024 + 64 * 1024)
#define OEO_REPLY_WINDOW 32 /* messages that one client may have unanswered; ours keep to 8 or fewer */

/*
 * Tell whether the CURVE key is admitted now and, if so, the member's id. Called at the handshake and at
 * every message; must be quick.
 */
typedef bool oeo_admit_fn(void *context, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES]);

struct oeo_server;

struct oeo_server_counts {
	uint64_t refused_handshakes; /* keys that are not admitted */
	uint64_t revoked_messages; /* messages of peers that were admitted at their handshake only */
	uint64_t malformed_frames; /* several frames, empty, or without User-Id */
	uint64_t undelivered_replies;
	uint64_t failed_handshakes; /* no CURVE, another server key, or no valid handshake at all */
	uint64_t ended_connections; /* closed by the peer, or dropped for a frame above the limit */
};

struct oeo_request {
	char member[OEO_ID_BYTES]; /* the authenticated one */
	uint8_t curve_pk[OEO_CURVE_BYTES];
	uint8_t route[256]; /* ZeroMQ's routing id, opaque */
	size_t route_len;
	const uint8_t *bytes; /* borrowed until the next oeo_server_receive */
	size_t len;
};

/*
 * Bind endpoint ("tcp://127.0.0.1:*" takes a free port). OEO_ERR_IO with why (address in use, malformed).
 * self is borrowed until close. On success free with oeo_server_close.
 */
enum oeo_err oeo_server_open(struct oeo_server **server, const char *endpoint, const struct oeo_self *self,
    oeo_admit_fn *admit, void *context, struct oeo_note *why);
void oeo_server_close(struct oeo_server *server);

/* The endpoint with the port that was bound. Borrowed. */
const char *oeo_server_endpoint(const struct oeo_server *server);

/*
 * Wait at most timeout_ms (0: do not wait; -1: for ever) for a request; ZAP questions are answered on the
 * way. wake_fd (-1: none): return OEO_ERR_AWAY early when it is readable (signalfd, timerfd).
 * OEO_OK: request is filled. OEO_ERR_AWAY: nothing came. OEO_ERR_REFUSED: a message of a peer that is not
 * (any more) admitted: request has its route and bytes (member is ""), so that a refusal can carry its request
 * number; nothing else may be done with them.
 */
enum oeo_err oeo_server_receive(
    struct oeo_server *server, struct oeo_request *request, int timeout_ms, int wake_fd);

/* Send a reply to the request's route. A peer that is gone is counted, not an error. OEO_ERR_RANGE: above the limit. */
enum oeo_err oeo_server_reply(
    struct oeo_server *server, const struct oeo_request *request, const void *bytes, size_t len);

void oeo_server_get_counts(const struct oeo_server *server, struct oeo_server_counts *counts);

struct oeo_client;

/* Connect (in the background; a peer that is away is no error here). server is the peer's card. */
enum oeo_err oeo_client_open(struct oeo_client **client, const struct oeo_card *server,
    const struct oeo_self *self, struct oeo_note *why);
void oeo_client_close(struct oeo_client *client);

/* Queue a message; does not wait. OEO_ERR_AWAY: the queue is full because the peer does not take messages. */
enum oeo_err oeo_client_send(struct oeo_client *client, const void *bytes, size_t len);

/*
 * Wait at most timeout_ms for a message at any of n clients (1..OEO_MAX_KEYHOLDERS + 1): OEO_OK with its
 * client's index and its bytes replacing message's; OEO_ERR_AWAY: nothing came in time. clients[i] may be NULL.
 */
enum oeo_err oeo_client_receive(
    struct oeo_client *const *clients, size_t n, size_t *index, struct oeo_buf *message, int timeout_ms);

enum oeo_client_state {
	OEO_CLIENT_AWAY = 1, /* no connection (yet): the peer is off, or the endpoint is not right */
	OEO_CLIENT_READY = 2, /* connected, and let in */
	/* The peer is there but has not admitted this key, or has another key than its card. */
	OEO_CLIENT_REFUSED = 3
};

/* How the connection stands now, to tell the user what to do while nothing comes. After a refusal what was queued is
 * lost (send again), and the client tries anew every two seconds while it is used. */
enum oeo_client_state oeo_client_get_state(struct oeo_client *client);

#if OEO_TEST_HOOKS
/* Append every decrypted frame that this process receives or sends at its server to the file named in the
 * environment variable OEO_RECORD_FRAMES: 4-byte big-endian length, then the bytes. Test builds only; called
 * by oeo_server_open. */
#endif

#endif
