/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What link_server.c and link_client.c share: options that both ends set, events of a socket, and the time
 * that is left. Not for other modules.
 */
#ifndef OEO_PROTO_LINK_INTERNAL_H
#define OEO_PROTO_LINK_INTERNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/link.h"

/* Set an int option; false where libzmq refuses. */
bool oeo_link_set_int(void *socket, int option, int value);

/* Set what both ends have in common: own secret key, limits, heartbeats, IPv6 where the endpoint asks for it. */
bool oeo_link_set_common(void *socket, const struct oeo_self *self, const char *endpoint);

/* Watch these events of socket; returns a PAIR socket to read them from, NULL on failure. */
void *oeo_link_watch(void *context, void *socket, int events);

/* Take one event that is waiting. False: none. */
bool oeo_link_next_event(void *watch, unsigned *event);

/* Stop watching and close both sockets; each may be NULL. */
void oeo_link_close_sockets(void *socket, void *watch);

/* Milliseconds of a clock that is never set back. */
int64_t oeo_link_clock_ms(void);

/* What is left of timeout_ms (-1: for ever) that began at start_ms; never below 0 otherwise. */
long oeo_link_left_ms(int64_t start_ms, int timeout_ms);

#endif
