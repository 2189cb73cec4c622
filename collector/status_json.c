/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/status_json.h"

#include <jansson.h>
#include <string.h>

static json_t *time_json(int64_t seconds)
{
	char text[OEO_TIME_TEXT_BYTES];

	if (seconds < 0)
		return json_null();
	oeo_clock_format(text, seconds);
	return json_string(text);
}

static json_t *day_json(int64_t day)
{
	char text[OEO_DATE_BYTES];

	if (day < 0)
		return json_null();
	oeo_day_format(text, day);
	return json_string(text);
}

static json_t *hex_json(const uint8_t *digest)
{
	char text[2 * OEO_DIGEST_BYTES + 1];

	oeo_hex_encode(text, digest, OEO_DIGEST_BYTES);
	return json_string(text);
}

/* n strings that lie stride bytes apart. */
static json_t *list_json(const void *first, size_t n, size_t stride)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < n; i++) {
		if (json_array_append_new(list, json_string((const char *)first + i * stride)) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *waits_json(const struct oeo_signed_plan *signed_plan)
{
	const struct oeo_plan *plan = signed_plan->plan;
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < plan->n_keyholders; i++) {
		bool has_approved = false;

		for (size_t a = 0; a < signed_plan->n_approvals; a++)
			has_approved = has_approved ||
				       strcmp(signed_plan->approvals[a].keyholder, plan->keyholders[i]) == 0;
		if (!has_approved && json_array_append_new(list, json_string(plan->keyholders[i])) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *plan_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_published *item = &status->plans.items[i];
	const struct oeo_plan *plan = item->signed_plan.plan;
	char from[OEO_PERIOD_BYTES];

	oeo_period_format(from, &plan->from);
	return json_pack("{s:s, s:s, s:o, s:b, s:o}", "plan", plan->id, "from", from, "digest",
	    hex_json(plan->digest), "in_force", (int)item->is_in_force, "waits_for",
	    waits_json(&item->signed_plan));
}

static json_t *member_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_status_member *member = &status->members[i];

	return json_pack("{s:s, s:s, s:o, s:s, s:b, s:o, s:o, s:o}", "id", member->member.card.id, "name",
	    member->member.card.name, "heartbeat", time_json(member->member.heartbeat_s), "version",
	    member->member.version, "silent", (int)member->is_silent, "last_period",
	    member->last_day < 0 ? json_null() : json_string(member->last_period), "last_day",
	    day_json(member->last_day), "overdue",
	    list_json(member->overdue, member->n_overdue, OEO_PERIOD_BYTES));
}

static json_t *due_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_due *due = &status->due[i];
	struct oeo_note why = {""};
	bool is_releasable = oeo_due_may_release(due, &why);
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &due->period);
	return json_pack("{s:s, s:o, s:o, s:b, s:b, s:s}", "period", period, "in",
	    list_json(due->in, due->n_in, OEO_ID_BYTES), "missing",
	    list_json(due->missing, due->n_missing, OEO_ID_BYTES), "past_deadline",
	    (int)due->is_past_deadline, "releasable", (int)is_releasable, "why", why.text);
}

static json_t *released_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_store_period *period = &status->periods[i];

	if (!period->is_released)
		return json_null();
	return json_pack("{s:s, s:o, s:i, s:b, s:b, s:o}", "period", period->period, "digest",
	    hex_json(period->release_digest), "version", (int)period->n_superseded + 1, "reopened",
	    (int)(period->n_reopened > 0), "purged", (int)period->is_purged, "destroyed",
	    list_json(period->destroyed, period->n_destroyed, sizeof(period->destroyed[0])));
}

static json_t *stopped_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_store_period *period = &status->periods[i];

	if (period->equivocator[0] == '\0')
		return json_null();
	return json_pack("{s:s, s:s}", "period", period->period, "keyholder", period->equivocator);
}

static json_t *refusal_json(const struct oeo_status *status, size_t i)
{
	const struct oeo_store_refusal *refusal = &status->refusals[i];

	return json_pack("{s:s, s:s, s:I, s:o}", "member", refusal->member, "reason", refusal->name, "count",
	    (json_int_t)refusal->count, "last", time_json(refusal->last_s));
}

/* Append what make gives for 0 .. n - 1, without nulls. */
static json_t *all_json(
    const struct oeo_status *status, size_t n, json_t *(*make)(const struct oeo_status *status, size_t i))
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < n; i++) {
		json_t *one = make(status, i);

		if (json_is_null(one))
			continue;
		if (json_array_append_new(list, one) != 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

enum oeo_err oeo_status_print_json(FILE *out, const struct oeo_status *status)
{
	json_t *root = json_pack("{s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "calm",
	    (int)oeo_status_is_calm(status), "plans", all_json(status, status->plans.n, plan_json), "members",
	    all_json(status, status->n_members, member_json), "due",
	    all_json(status, status->n_due, due_json), "released",
	    all_json(status, status->n_periods, released_json), "stopped",
	    all_json(status, status->n_periods, stopped_json), "refusals",
	    all_json(status, status->n_refusals, refusal_json));
	enum oeo_err err = OEO_OK;

	if (root == NULL)
		return OEO_ERR_NOMEM;
	if (json_dumpf(root, out, JSON_INDENT(2)) != 0 || fputc('\n', out) == EOF || fflush(out) != 0)
		err = OEO_ERR_IO;
	json_decref(root);
	return err;
}
