/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing: when a period is due. */
#include <sodium.h>
#include <stdlib.h>

#include "agent/bytes.h"
#include "agent/publish_internal.h"
#include "proto/i18n.h"

#define MOMENT_COLLECTION "moment" /* key: the last day, value: seconds after the submission day begins (8) */
#define DAY_S 86400

enum oeo_err oeo_publish_moment(int64_t *moment_s, struct oeo_ledger *ledger, const struct oeo_plan *plan,
    const struct oeo_period *period)
{
	int64_t begin_s = oeo_plan_submission_day(plan, period) * DAY_S;
	char key[OEO_DATE_BYTES];
	struct oeo_buf value = {0};
	struct oeo_reader reader;
	uint64_t offset_s;
	enum oeo_err err;

	oeo_day_format(key, oeo_period_last_day(period));
	err = oeo_ledger_get(ledger, MOMENT_COLLECTION, key, &value);
	if (err == OEO_ERR_NOT_FOUND) {
		offset_s = plan->window_days > 0 ? randombytes_uniform(plan->window_days * DAY_S) : 0;
		err = oeo_bytes_put(&value, offset_s, 8);
		if (err == OEO_OK)
			err = oeo_ledger_put(ledger, MOMENT_COLLECTION, key, value.data, value.len);
	}
	if (err == OEO_OK) {
		reader = (struct oeo_reader){value.data, value.len, false};
		*moment_s = begin_s + (int64_t)oeo_bytes_take(&reader, 8);
		err = oeo_bytes_is_done(&reader) ? OEO_OK : OEO_ERR_FORMAT;
	}
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_publishing_is_due(
    const struct oeo_publishing *p, const struct oeo_period *period, bool *due, struct oeo_note *why)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&p->agent->plans, period);
	int64_t today = oeo_clock_today(&p->agent->clock);
	int64_t moment_s = 0;
	char text[OEO_PERIOD_BYTES];
	char date[OEO_DATE_BYTES];
	enum oeo_err err;

	*due = today >= oeo_plan_submission_day(plan, period);
	if (!*due && p->wish->has_period) {
		oeo_period_format(text, period);
		oeo_day_format(date, oeo_plan_submission_day(plan, period));
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s can be sent from %s on: until then late registrations still count."), text, date);
	}
	if (!*due || !p->wish->is_timer || today >= oeo_plan_deadline_day(plan, period))
		return OEO_OK;
	err = oeo_publish_moment(&moment_s, p->agent->ledger, plan, period);
	if (err == OEO_OK)
		*due = oeo_clock_now_s(&p->agent->clock) >= moment_s;
	return err;
}

/* ---- What comes next */

struct next {
	const struct oeo_agent *agent;
	bool is_timer;
	bool is_found;
	struct oeo_period period;
	int64_t from_s;
};

static enum oeo_err consider(struct next *next, const struct oeo_period *period)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&next->agent->plans, period);
	struct oeo_period_record record;
	int64_t from_s;
	enum oeo_err err;

	if (plan == NULL)
		return OEO_OK;
	from_s = oeo_plan_submission_day(plan, period) * DAY_S;
	err = oeo_period_record_load(&record, next->agent->ledger, period);
	if (err != OEO_OK || record.stage != OEO_STAGE_NONE)
		return err;
	if (next->is_timer)
		err = oeo_publish_moment(&from_s, next->agent->ledger, plan, period);
	if (err == OEO_OK && (!next->is_found || from_s < next->from_s)) {
		next->is_found = true;
		next->period = *period;
		next->from_s = from_s;
	}
	return err;
}

/* The base period of this day and, where a plan begins later only, the first one of that. */
static enum oeo_err consider_running(struct next *next, int64_t today)
{
	const struct oeo_plans *plans = &next->agent->plans;
	const struct oeo_plan *plan = oeo_plans_of_day(plans, today);
	int64_t day = today;
	struct oeo_period period;

	if (plan == NULL && plans->n > 0) {
		plan = plans->items[0].plan;
		day = oeo_period_first_day(&plan->from);
	}
	if (plan == NULL)
		return OEO_OK;
	period = oeo_period_of_day(oeo_plan_base(plan), day);
	return consider(next, &period);
}

static enum oeo_err find_next(struct next *next, const struct oeo_agent *agent)
{
	int64_t today = oeo_clock_today(&agent->clock);
	struct oeo_period *ended = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_plans_list_ended(&agent->plans, today, &ended, &n);

	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = consider(next, &ended[i]);
	free(ended);
	if (err == OEO_OK)
		err = consider_running(next, today);
	if (err == OEO_OK && !next->is_found)
		err = OEO_ERR_NOT_FOUND;
	return err;
}

enum oeo_err oeo_publish_find_next(
    struct oeo_period *next_period, int64_t *from_day, const struct oeo_agent *agent, bool is_timer)
{
	struct next next = {.agent = agent, .is_timer = is_timer};
	enum oeo_err err = find_next(&next, agent);

	if (err != OEO_OK)
		return err;
	*next_period = next.period;
	*from_day = next.from_s / DAY_S;
	return OEO_OK;
}

enum oeo_err oeo_publish_find_moment(int64_t *moment_s, const struct oeo_agent *agent)
{
	struct next next = {.agent = agent, .is_timer = true};
	enum oeo_err err = find_next(&next, agent);

	if (err == OEO_OK)
		*moment_s = next.from_s;
	return err;
}
