/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * When the daemon is in touch with the collector: once a day as a sign of life, at the random moment of each period, and,
 * where it did not work, soon again and then less and less often, at most an hour apart. All with some randomness, so that
 * a partnership's agents do not come together and the time of sending tells nothing.
 *
 * Two clocks: waits are counted by one that goes on while the machine sleeps and that nobody sets (in ms); the moments of
 * periods are times of day (in s).
 */
#ifndef OEO_AGENT_RUN_SCHEDULE_H
#define OEO_AGENT_RUN_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/clock.h"

struct oeo_schedule {
	int64_t beat_ms; /* the next sign of life, or try */
	int64_t moment_s; /* of the next period; INT64_MAX: none is known */
	unsigned n_failures; /* one after the other */
};

/* Right now, as after a start. */
void oeo_schedule_init(struct oeo_schedule *schedule, int64_t now_ms);

bool oeo_schedule_is_due(const struct oeo_schedule *schedule, int64_t now_ms, int64_t now_s);

/* After a publish that did all there was to do; or that did not. */
void oeo_schedule_note_success(struct oeo_schedule *schedule, int64_t now_ms);
void oeo_schedule_note_failure(struct oeo_schedule *schedule, int64_t now_ms);

/* Nothing can be sent yet (no plan accepted, no card joined): look again in a minute. */
void oeo_schedule_postpone(struct oeo_schedule *schedule, int64_t now_ms);

/* When it will be due, as a time of day, for telling. */
int64_t oeo_schedule_next_s(const struct oeo_schedule *schedule, int64_t now_ms, int64_t now_s);

/* Ask the home at path for the next period's moment, which is drawn where it was not yet. *is_ready: there is a plan and
 * a collector to send to. Opens the ledger and closes it again. */
enum oeo_err oeo_schedule_look(
    struct oeo_schedule *schedule, bool *is_ready, const char *home, struct oeo_clock clock);

#endif
