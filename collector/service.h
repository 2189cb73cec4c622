/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The collector's daemon: one loop that takes messages, and commits what waits together in one transaction
 * before it answers. Ends at SIGTERM or SIGINT with everything that was answered on disk.
 */
#ifndef OEO_COLLECTOR_SERVICE_H
#define OEO_COLLECTOR_SERVICE_H

#include "collector/store.h"
#include "proto/card.h"
#include "proto/clock.h"
#include "proto/home.h"

struct oeo_service;

/* Bind endpoint and get ready. Borrows everything until close. OEO_ERR_IO with why. */
enum oeo_err oeo_service_open(struct oeo_service **service, const char *endpoint, const struct oeo_self *self,
    struct oeo_store *store, const struct oeo_home *home, const struct oeo_clock *clock,
    struct oeo_note *why);
void oeo_service_close(struct oeo_service *service);

/* The endpoint with the port that was bound. Borrowed. */
const char *oeo_service_endpoint(const struct oeo_service *service);

/*
 * Wait at most timeout_ms for messages and work off what waits: one transaction, then all replies. wake_fd as
 * for oeo_server_receive. OEO_OK: at least one message was worked off; OEO_ERR_AWAY: nothing came, or wake_fd
 * is readable; other results: the link failed. A store that fails is no result: the senders are told to try
 * again.
 */
enum oeo_err oeo_service_turn(struct oeo_service *service, int timeout_ms, int wake_fd);

/* Add what the link counted since the last call (refused handshakes and so on) to the store's refusals. */
enum oeo_err oeo_service_save_counts(struct oeo_service *service);

/* Turn until SIGTERM or SIGINT comes (blocked by the caller's signalfd, stop_fd). */
enum oeo_err oeo_service_run(struct oeo_service *service, int stop_fd);

#endif
