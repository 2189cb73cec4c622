/* SPDX-License-Identifier: EUPL-1.2 */
/* How long to wait for a party that does not answer. Monotonic time: a clock that is set does not matter. */
#ifndef OEO_AGENT_PATIENCE_H
#define OEO_AGENT_PATIENCE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "proto/link.h"

struct oeo_patience {
	unsigned retry_ms; /* ask again, over a new connection, after this silence */
	unsigned gone_ms; /* call the party away after this one where there is no connection at all */
	unsigned away_ms; /* and after this one where there is */
};

#define OEO_PATIENCE_USUAL                                                                                   \
	{                                                                                                    \
		2500, 5000, 12000                                                                            \
	}

static inline int64_t oeo_monotonic_ms(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#define OEO_HANDSHAKE_MS 1000 /* what a new connection may take before it counts as none */

/* True where a silence of so many milliseconds is the end of patience with this peer, that was last asked (over a
 * new connection, if more than once) so long ago. */
static inline bool oeo_patience_is_over(
    const struct oeo_patience *patience, struct oeo_client *client, int64_t silence_ms, int64_t asked_ms)
{
	if (silence_ms >= patience->gone_ms && asked_ms >= OEO_HANDSHAKE_MS &&
	    oeo_client_get_state(client) != OEO_CLIENT_READY)
		return true;
	return silence_ms >= patience->away_ms;
}

#endif
