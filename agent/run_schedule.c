/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run_schedule.h"

#include <sodium.h>

#include "agent/agent.h"
#include "agent/publish.h"

#define DAY_MS ((int64_t)86400 * 1000)
#define LEAST_DAY_MS (DAY_MS - (int64_t)4 * 3600 * 1000) /* a day at most, so that three days never pass */
#define MINUTE_MS 60000
#define LONGEST_WAIT_MS 3600000
#define MOST_DOUBLINGS 6

/* least .. most - 1 */
static int64_t draw(int64_t least, int64_t most)
{
	return least + (int64_t)randombytes_uniform((uint32_t)(most - least));
}

void oeo_schedule_init(struct oeo_schedule *schedule, int64_t now_ms)
{
	*schedule = (struct oeo_schedule){now_ms, INT64_MAX, 0};
}

/* While something keeps failing, a moment that has come adds no tries. */
bool oeo_schedule_is_due(const struct oeo_schedule *schedule, int64_t now_ms, int64_t now_s)
{
	return now_ms >= schedule->beat_ms || (schedule->n_failures == 0 && now_s >= schedule->moment_s);
}

void oeo_schedule_note_success(struct oeo_schedule *schedule, int64_t now_ms)
{
	schedule->n_failures = 0;
	schedule->beat_ms = now_ms + draw(LEAST_DAY_MS, DAY_MS);
}

void oeo_schedule_note_failure(struct oeo_schedule *schedule, int64_t now_ms)
{
	unsigned doublings = schedule->n_failures < MOST_DOUBLINGS ? schedule->n_failures : MOST_DOUBLINGS;
	int64_t wait_ms = (int64_t)MINUTE_MS << doublings;

	if (wait_ms > LONGEST_WAIT_MS)
		wait_ms = LONGEST_WAIT_MS;
	schedule->n_failures++;
	schedule->beat_ms = now_ms + draw(wait_ms * 3 / 4, wait_ms);
}

void oeo_schedule_postpone(struct oeo_schedule *schedule, int64_t now_ms)
{
	schedule->beat_ms = now_ms + MINUTE_MS;
	schedule->moment_s = INT64_MAX;
}

int64_t oeo_schedule_next_s(const struct oeo_schedule *schedule, int64_t now_ms, int64_t now_s)
{
	int64_t beat_s = now_s + (schedule->beat_ms > now_ms ? (schedule->beat_ms - now_ms) / 1000 : 0);

	return schedule->n_failures == 0 && schedule->moment_s < beat_s ? schedule->moment_s : beat_s;
}

enum oeo_err oeo_schedule_look(
    struct oeo_schedule *schedule, bool *is_ready, const char *home, struct oeo_clock clock)
{
	int64_t moment_s = INT64_MAX;
	struct oeo_agent agent;
	enum oeo_err err = oeo_agent_open(&agent, home, clock, NULL);

	*is_ready = false;
	if (err != OEO_OK)
		return err;
	*is_ready = agent.plans.n > 0 && oeo_agent_collector(&agent) != NULL;
	if (*is_ready)
		err = oeo_publish_find_moment(&moment_s, &agent);
	oeo_agent_close(&agent);
	if (err == OEO_ERR_NOT_FOUND)
		err = OEO_OK;
	/* What is past belongs to a period that this run could not send: the next try takes it along. */
	schedule->moment_s = err == OEO_OK && moment_s > oeo_clock_now_s(&clock) ? moment_s : INT64_MAX;
	return err;
}
