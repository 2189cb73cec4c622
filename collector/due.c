/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/due.h"

#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

static bool is_final_in(const struct oeo_store_submission *submissions, size_t n, const char *member)
{
	for (size_t i = 0; i < n; i++) {
		if (submissions[i].is_final && strcmp(submissions[i].member, member) == 0)
			return true;
	}
	return false;
}

/* Share the admitted members out over `in` and `missing`. */
static enum oeo_err sort_members(struct oeo_due *due, const struct oeo_store_member *members,
    size_t n_members, const struct oeo_store_submission *submissions, size_t n)
{
	due->in = oeo_alloc_array(n_members, sizeof(*due->in));
	due->missing = oeo_alloc_array(n_members, sizeof(*due->missing));
	if (due->in == NULL || due->missing == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n_members; i++) {
		const char *id = members[i].card.id;
		bool is_out = due->has_record && due->record.is_released;

		if (members[i].is_revoked && !is_out)
			continue;
		if (is_final_in(submissions, n, id))
			memcpy(due->in[due->n_in++], id, OEO_ID_BYTES);
		else if (!members[i].is_revoked)
			memcpy(due->missing[due->n_missing++], id, OEO_ID_BYTES);
	}
	due->is_complete = due->n_missing == 0 && due->n_in > 0;
	return OEO_OK;
}

static enum oeo_err fill_members(struct oeo_due *due, struct oeo_store *store, const char *period)
{
	struct oeo_store_member *members = NULL;
	struct oeo_store_submission *submissions = NULL;
	size_t n_members = 0;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n_members);

	if (err == OEO_OK)
		err = oeo_store_load_submissions(store, period, &submissions, &n);
	if (err == OEO_OK)
		err = sort_members(due, members, n_members, submissions, n);
	free(members);
	free(submissions);
	return err;
}

/* Who may submit anew and has not: those that may, without those that are in. */
static enum oeo_err fill_awaited(struct oeo_due *due, struct oeo_store *store, const char *period)
{
	size_t n = 0;
	enum oeo_err err = OEO_OK;

	if (due->has_record && due->record.n_reopened > 0)
		err = oeo_store_load_reopened(store, period, &due->awaited, &n);
	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		bool is_in = false;

		for (size_t j = 0; j < due->n_in; j++)
			is_in = is_in || strcmp(due->in[j], due->awaited[i]) == 0;
		if (!is_in)
			memmove(due->awaited[due->n_awaited++], due->awaited[i], OEO_ID_BYTES);
	}
	return err;
}

enum oeo_err oeo_due_check(struct oeo_due *due, struct oeo_store *store, const struct oeo_plan *plan,
    const struct oeo_period *period, const struct oeo_clock *clock)
{
	struct oeo_due made;
	char text[OEO_PERIOD_BYTES];
	int64_t today = oeo_clock_today(clock);
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	oeo_period_format(text, period);
	made.period = *period;
	made.is_ended = today > oeo_period_last_day(period);
	made.most_members = oeo_plan_has_walk_ins(plan, period->cadence) ? plan->walk_in_members : 0;
	made.is_past_deadline = today >= oeo_plan_deadline_day(plan, period);
	err = oeo_store_find_period(store, text, &made.record);
	made.has_record = err == OEO_OK;
	if (err == OEO_OK || err == OEO_ERR_NOT_FOUND)
		err = fill_members(&made, store, text);
	if (err == OEO_OK)
		err = fill_awaited(&made, store, text);
	if (err != OEO_OK) {
		oeo_due_fini(&made);
		return err;
	}
	*due = made;
	return OEO_OK;
}

void oeo_due_fini(struct oeo_due *due)
{
	if (due == NULL)
		return;
	free(due->in);
	free(due->missing);
	free(due->awaited);
	due->in = NULL;
	due->missing = NULL;
	due->awaited = NULL;
	due->n_awaited = 0;
	due->n_in = 0;
	due->n_missing = 0;
}

/* "a, b, c" of these members. */
static void list_members(char *text, size_t size, const char (*members)[OEO_ID_BYTES], size_t n)
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = 0; i < n && len + OEO_ID_BYTES + 4 < size; i++) {
		memcpy(text + len, ", ", i > 0 ? 2 : 0);
		len += i > 0 ? 2 : 0;
		memcpy(text + len, members[i], strlen(members[i]) + 1);
		len += strlen(members[i]);
	}
}

static enum oeo_err refuse_stopped(const struct oeo_due *due, const char *period, struct oeo_note *why)
{
	if (!due->has_record)
		return OEO_OK;
	if (due->record.is_released)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s has been released already. Where a member submits it anew, it can be corrected: "
		      "oeo-collector reopen MEMBER %s, then oeo-collector release --period %s --correct"),
		    period, period, period);
	if (due->record.equivocator[0] != '\0')
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s is stopped: keyholder %s has signed two different sets of keys for it. Talk to the "
		      "keyholder; "
		      "the keys have to be destroyed and the period is not released."),
		    period, due->record.equivocator);
	if (due->record.n_destroyed > 0)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s cannot be released: keyholder %s has destroyed its keys. Its questions still count "
		      "in the longer "
		      "periods that contain it."),
		    period, due->record.destroyed[0].keyholder);
	if (due->record.is_purged)
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("%s cannot be released: its reports have been purged."), period);
	return OEO_OK;
}

/* Each member can make one contact per week and cell out of nothing: with more of them than the threshold reckons with,
 * a cell would open that fewer than k residents back. */
static enum oeo_err refuse_walk_ins(const struct oeo_due *due, const char *period, struct oeo_note *why)
{
	if (due->most_members == 0 || due->n_in <= due->most_members)
		return OEO_OK;
	return oeo_note_set(why, OEO_ERR_STATE,
	    _("%s cannot be released: %zu members are in, and its tables that count walk-ins per week reckon "
	      "with at most %u (walk_in_members). Drop a submission (oeo-collector reopen MEMBER %s) and "
	      "release it after the deadline without that member, or give the period up. Publish a plan with "
	      "more walk_in_members for the time to come."),
	    period, due->n_in, due->most_members, period);
}

bool oeo_due_may_release(const struct oeo_due *due, struct oeo_note *why)
{
	char period[OEO_PERIOD_BYTES];
	char missing[512];

	oeo_period_format(period, &due->period);
	if (!due->is_ended) {
		(void)oeo_note_set(why, OEO_ERR_STATE, _("%s has not ended yet."), period);
		return false;
	}
	if (refuse_stopped(due, period, why) != OEO_OK)
		return false;
	if (due->n_in == 0) {
		(void)oeo_note_set(why, OEO_ERR_STATE,
		    _("No member has submitted %s yet. Ask the members to look at `oeo-agent status`."),
		    period);
		return false;
	}
	if (!due->is_complete && !due->is_past_deadline) {
		list_members(
		    missing, sizeof(missing), (const char(*)[OEO_ID_BYTES])due->missing, due->n_missing);
		(void)oeo_note_set(why, OEO_ERR_STATE,
		    _("%s is not complete and its deadline has not passed. Not in yet: %s. Call them, or "
		      "wait for the "
		      "deadline."),
		    period, missing);
		return false;
	}
	return refuse_walk_ins(due, period, why) == OEO_OK;
}

/* ---- Corrections */

static enum oeo_err refuse_correction(const struct oeo_due *due, const char *period, struct oeo_note *why)
{
	char awaited[512];

	if (!due->has_record || !due->record.is_released)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s is not released yet, so there is nothing to correct. Release it: oeo-collector "
		      "release --period %s"),
		    period, period);
	if (due->record.is_purged)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s cannot be corrected any more: its reports have been purged. The release stays as "
		      "it "
		      "is; what came too late counts in a later period."),
		    period);
	if (due->record.n_destroyed > 0)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s cannot be corrected any more: keyholder %s has destroyed its keys. The release "
		      "stays as it is; what came too late counts in a later period."),
		    period, due->record.destroyed[0].keyholder);
	if (due->record.n_reopened == 0)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("No member may submit %s anew, so there is nothing to correct it with. First: "
		      "oeo-collector reopen MEMBER %s"),
		    period, period);
	if (due->n_awaited > 0) {
		list_members(
		    awaited, sizeof(awaited), (const char(*)[OEO_ID_BYTES])due->awaited, due->n_awaited);
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("%s cannot be corrected yet. Not in yet: %s. Their coordinators run: oeo-agent publish "
		      "--period %s --again"),
		    period, awaited, period);
	}
	return OEO_OK;
}

bool oeo_due_may_correct(const struct oeo_due *due, struct oeo_note *why)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &due->period);
	return refuse_correction(due, period, why) == OEO_OK && refuse_walk_ins(due, period, why) == OEO_OK;
}

/* ---- What is due */

struct due_list {
	struct oeo_period *periods;
	size_t n;
	size_t capacity;
};

static int compare_periods(const void *a, const void *b)
{
	return oeo_period_compare(a, b);
}

static enum oeo_err add_period(struct due_list *list, const struct oeo_period *period)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity > 0 ? 2 * list->capacity : 32;
		struct oeo_period *more = realloc(list->periods, capacity * sizeof(*more));

		if (more == NULL)
			return OEO_ERR_NOMEM;
		list->periods = more;
		list->capacity = capacity;
	}
	list->periods[list->n++] = *period;
	return OEO_OK;
}

static bool is_released(const struct oeo_store_period *known, size_t n, const struct oeo_period *period)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(known[i].period, text) == 0)
			return known[i].is_released;
	}
	return false;
}

/* The ended periods of one cadence that belong to this plan, from its start on. */
static enum oeo_err add_cadence(struct due_list *list, const struct oeo_plans *plans,
    const struct oeo_published *item, enum oeo_cadence cadence, int64_t today)
{
	const struct oeo_plan *plan = item->signed_plan.plan;
	struct oeo_period period = oeo_period_of_day(cadence, oeo_period_first_day(&plan->from));
	enum oeo_err err = OEO_OK;

	for (; err == OEO_OK && oeo_period_last_day(&period) < today; period = oeo_period_next(&period)) {
		if (oeo_plans_of_period(plans, &period) == item)
			err = add_period(list, &period);
	}
	return err;
}

static void drop_released(
    struct due_list *list, const struct oeo_store_period *known, size_t n_known, size_t limit)
{
	size_t kept = 0;

	for (size_t i = 0; i < list->n && kept < limit; i++) {
		if (!is_released(known, n_known, &list->periods[i]))
			list->periods[kept++] = list->periods[i];
	}
	list->n = kept;
}

enum oeo_err oeo_due_list(struct oeo_period **periods, size_t *n, struct oeo_store *store,
    const struct oeo_plans *plans, const struct oeo_clock *clock, size_t limit)
{
	struct oeo_store_period *known = NULL;
	struct due_list list = {NULL, 0, 0};
	size_t n_known = 0;
	enum oeo_err err = oeo_store_load_periods(store, &known, &n_known);

	for (size_t i = 0; err == OEO_OK && i < plans->n; i++) {
		const struct oeo_published *item = &plans->items[i];

		for (int c = OEO_MONTH; err == OEO_OK && item->is_in_force && c <= OEO_YEAR; c++) {
			if (oeo_plan_has_cadence(item->signed_plan.plan, (enum oeo_cadence)c))
				err = add_cadence(
				    &list, plans, item, (enum oeo_cadence)c, oeo_clock_today(clock));
		}
	}
	if (err != OEO_OK) {
		free(list.periods);
		free(known);
		return err;
	}
	if (list.n > 1)
		qsort(list.periods, list.n, sizeof(*list.periods), compare_periods);
	drop_released(&list, known, n_known, limit);
	free(known);
	*periods = list.periods;
	*n = list.n;
	return OEO_OK;
}
