/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing: when a period is due. */
#include <sodium.h>

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
