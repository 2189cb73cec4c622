/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The running keyholder: one thread, one loop over its socket and SIGTERM/SIGINT. It holds the home's lock "run";
 * other commands work beside it through the register.
 */
#ifndef OEO_KEYHOLDER_DAEMON_H
#define OEO_KEYHOLDER_DAEMON_H

#include "keyholder/service.h"

/* Facts that the daemon keeps in the register for `status` and `log`; the counts add up over all runs. */
#define OEO_FACT_STARTED "started-s"
#define OEO_FACT_ENDPOINT "endpoint"
#define OEO_FACT_REFUSED_HANDSHAKES "refused-handshakes"
#define OEO_FACT_FAILED_HANDSHAKES "failed-handshakes"
#define OEO_FACT_REVOKED_MESSAGES "revoked-messages"
#define OEO_FACT_MALFORMED_FRAMES "malformed-frames"
#define OEO_FACT_UNDELIVERED "undelivered-replies"

/*
 * Listen at endpoint (NULL: the one of the own card) and answer until SIGTERM or SIGINT; what has been taken is
 * answered first. Logs "ready: listening on ..." once it listens. Errors: another daemon runs, the address is in
 * use, the register cannot be opened; why says what to do.
 */
enum oeo_err oeo_daemon_run(
    struct oeo_home *home, const struct oeo_clock *clock, const char *endpoint, struct oeo_note *why);

/* Receive, answer and send one batch of what is waiting, after waiting at most timeout_ms for a first request;
 * OEO_ERR_AWAY: nothing came, or wake_fd is readable. For oeo_daemon_run and tests. */
enum oeo_err oeo_daemon_serve_batch(
    struct oeo_service *service, struct oeo_server *server, int timeout_ms, int wake_fd);

#endif
