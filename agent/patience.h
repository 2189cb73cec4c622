/* SPDX-License-Identifier: EUPL-1.2 */
/* How long to wait for a party that does not answer. Monotonic time: a clock that is set does not matter. */
#ifndef OEO_AGENT_PATIENCE_H
#define OEO_AGENT_PATIENCE_H

#include <stdint.h>
#include <time.h>

struct oeo_patience {
	unsigned retry_ms; /* ask again, over a new connection, after this silence */
	unsigned away_ms;  /* and call the party away after this one */
};

#define OEO_PATIENCE_USUAL {4000, 12000}

static inline int64_t oeo_monotonic_ms(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

#endif
