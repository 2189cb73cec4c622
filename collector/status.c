/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/status.h"

#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define DAY_S 86400

/* ---- Members */

static enum oeo_err note_last(
    struct oeo_status_member *member, const struct oeo_store_submission *submissions, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct oeo_store_submission *one = &submissions[i];

		if (!one->is_final || strcmp(one->member, member->member.card.id) != 0 ||
		    one->final_day < member->last_day)
			continue;
		if (one->final_day == member->last_day && strcmp(one->period, member->last_period) < 0)
			continue;
		member->last_day = one->final_day;
		memcpy(member->last_period, one->period, sizeof(member->last_period));
	}
	return OEO_OK;
}

static bool is_missing(const struct oeo_due *due, const char *member)
{
	for (size_t i = 0; i < due->n_missing; i++) {
		if (strcmp(due->missing[i], member) == 0)
			return true;
	}
	return false;
}

static enum oeo_err note_overdue(struct oeo_status_member *member, const struct oeo_due *due, size_t n)
{
	member->overdue = oeo_alloc_array(n, sizeof(*member->overdue));
	if (member->overdue == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		if (due[i].is_past_deadline && is_missing(&due[i], member->member.card.id))
			oeo_period_format(member->overdue[member->n_overdue++], &due[i].period);
	}
	return OEO_OK;
}

static enum oeo_err collect_members(struct oeo_status *status, struct oeo_store *store, int64_t now_s)
{
	struct oeo_store_member *members = NULL;
	struct oeo_store_submission *submissions = NULL;
	size_t n_members = 0;
	size_t n = 0;
	enum oeo_err err = oeo_store_load_members(store, &members, &n_members);

	if (err == OEO_OK)
		err = oeo_store_load_submissions(store, NULL, &submissions, &n);
	if (err == OEO_OK) {
		status->members = oeo_alloc_array(n_members, sizeof(*status->members));
		err = status->members == NULL ? OEO_ERR_NOMEM : OEO_OK;
	}
	for (size_t i = 0; err == OEO_OK && i < n_members; i++) {
		struct oeo_status_member *member = &status->members[status->n_members];

		if (members[i].is_revoked)
			continue;
		member->member = members[i];
		member->is_silent = members[i].heartbeat_s < 0 ||
				    now_s - members[i].heartbeat_s > (int64_t)OEO_SILENT_DAYS * DAY_S;
		member->last_day = -1;
		status->n_members++;
		err = note_last(member, submissions, n);
		if (err == OEO_OK)
			err = note_overdue(member, status->due, status->n_due);
	}
	free(members);
	free(submissions);
	return err;
}

/* ---- Periods */

static enum oeo_err collect_due(
    struct oeo_status *status, struct oeo_store *store, const struct oeo_clock *clock)
{
	struct oeo_period *periods = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_due_list(&periods, &n, store, &status->plans, clock, OEO_STATUS_DUE);

	if (err != OEO_OK)
		return err;
	status->due = oeo_alloc_array(n, sizeof(*status->due));
	if (status->due == NULL)
		err = OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		const struct oeo_published *item = oeo_plans_of_period(&status->plans, &periods[i]);

		if (item == NULL)
			continue;
		err = oeo_due_check(
		    &status->due[status->n_due], store, item->signed_plan.plan, &periods[i], clock);
		if (err == OEO_OK)
			status->n_due++;
	}
	free(periods);
	return err;
}

static enum oeo_err collect_corrections(
    struct oeo_status *status, struct oeo_store *store, const struct oeo_clock *clock)
{
	enum oeo_err err = OEO_OK;

	status->corrections = oeo_alloc_array(status->n_periods, sizeof(*status->corrections));
	if (status->corrections == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; err == OEO_OK && i < status->n_periods; i++) {
		const struct oeo_published *item;
		struct oeo_period period;

		if (!status->periods[i].is_released || status->periods[i].n_reopened == 0 ||
		    oeo_period_parse(&period, status->periods[i].period) != OEO_OK)
			continue;
		item = oeo_plans_of_period(&status->plans, &period);
		if (item == NULL)
			continue;
		err = oeo_due_check(&status->corrections[status->n_corrections], store,
		    item->signed_plan.plan, &period, clock);
		if (err == OEO_OK)
			status->n_corrections++;
	}
	return err;
}

enum oeo_err oeo_status_collect(
    struct oeo_status *status, struct oeo_store *store, const struct oeo_clock *clock, struct oeo_note *why)
{
	struct oeo_status made;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	err = oeo_plans_load(&made.plans, store, why);
	if (err != OEO_OK)
		return err;
	err = collect_due(&made, store, clock);
	if (err == OEO_OK)
		err = collect_members(&made, store, oeo_clock_now_s(clock));
	if (err == OEO_OK)
		err = oeo_store_load_periods(store, &made.periods, &made.n_periods);
	if (err == OEO_OK)
		err = collect_corrections(&made, store, clock);
	if (err == OEO_OK)
		err = oeo_store_load_refusals(store, &made.refusals, &made.n_refusals);
	if (err != OEO_OK) {
		(void)oeo_note_set(
		    why, err, _("The database failed: %s. Try again."), oeo_store_message(store));
		oeo_status_fini(&made);
		return err;
	}
	*status = made;
	return OEO_OK;
}

void oeo_status_fini(struct oeo_status *status)
{
	if (status == NULL)
		return;
	for (size_t i = 0; i < status->n_members; i++)
		free(status->members[i].overdue);
	for (size_t i = 0; i < status->n_due; i++)
		oeo_due_fini(&status->due[i]);
	for (size_t i = 0; i < status->n_corrections; i++)
		oeo_due_fini(&status->corrections[i]);
	free(status->corrections);
	free(status->members);
	free(status->due);
	free(status->periods);
	free(status->refusals);
	oeo_plans_fini(&status->plans);
	memset(status, 0, sizeof(*status));
}

bool oeo_status_is_calm(const struct oeo_status *status)
{
	if (oeo_plans_newest(&status->plans) == NULL)
		return false;
	for (size_t i = 0; i < status->n_members; i++) {
		if (status->members[i].is_silent || status->members[i].n_overdue > 0)
			return false;
	}
	for (size_t i = 0; i < status->n_periods; i++) {
		if (status->periods[i].equivocator[0] != '\0' && status->periods[i].n_destroyed == 0)
			return false;
	}
	return true;
}
