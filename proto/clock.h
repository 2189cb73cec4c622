/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The time of day as the program sees it, so that tests and the demonstration can set it. Randomness
 * always comes from libsodium (randombytes_set_implementation is the seam for tests).
 */
#ifndef OEO_PROTO_CLOCK_H
#define OEO_PROTO_CLOCK_H

#include <stdint.h>

#include "proto/err.h"

/* fixed_s >= 0: always this many seconds since the epoch (UTC); -1: the machine's clock. */
struct oeo_clock {
	int64_t fixed_s;
};

#define OEO_CLOCK_SYSTEM                                                                                     \
	{                                                                                                    \
		-1                                                                                           \
	}

/* Read "2026-11-21" or "2026-11-21T10:00:00" as UTC. OEO_ERR_FORMAT: it is no such date; OEO_ERR_RANGE: before
 * 2000 or after 2099, which is a slip of the hand. */
enum oeo_err oeo_clock_parse(struct oeo_clock *clock, const char *text);

/* Seconds since 1970-01-01T00:00:00Z. */
int64_t oeo_clock_now_s(const struct oeo_clock *clock);

/* Days since 1970-01-01 of the present date (UTC); see period.h for what to do with them. */
int64_t oeo_clock_today(const struct oeo_clock *clock);

#define OEO_TIME_TEXT_BYTES 21

/* Write "2026-11-21T10:00:00Z". */
void oeo_clock_format(char text[OEO_TIME_TEXT_BYTES], int64_t seconds);

#endif
