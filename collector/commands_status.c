/* SPDX-License-Identifier: EUPL-1.2 */
/* `status`, for people: what is well, what is not, and what to do about it. */
#include <stdio.h>
#include <string.h>

#include "collector/commands.h"
#include "collector/status.h"
#include "collector/status_json.h"
#include "proto/i18n.h"

#define SHOWN_OVERDUE 6

static void print_approvals(const struct oeo_plan *plan, const struct oeo_signed_plan *signed_plan)
{
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		bool has_approved = false;

		for (size_t a = 0; a < signed_plan->n_approvals; a++)
			has_approved = has_approved ||
				       strcmp(signed_plan->approvals[a].keyholder, plan->keyholders[i]) == 0;
		if (!has_approved)
			(void)printf(
			    _("    ! waits for the approval of keyholder %s (oeo-collector plan attach)\n"),
			    plan->keyholders[i]);
	}
}

static void print_plans(const struct oeo_status *status)
{
	(void)printf("%s\n", _("Plans"));
	if (status->plans.n == 0)
		(void)printf(
		    _("  ! None yet. Sign one: oeo-collector plan publish plan.yaml --out FILE.oeoplan\n"));
	for (size_t i = 0; i < status->plans.n; i++) {
		const struct oeo_published *item = &status->plans.items[i];
		const struct oeo_plan *plan = item->signed_plan.plan;
		char from[OEO_PERIOD_BYTES];

		oeo_period_format(from, &plan->from);
		(void)printf(
		    item->is_in_force ? _("  %s from %s: in force\n") : _("  %s from %s: not in force yet\n"),
		    plan->id, from);
		print_approvals(plan, &item->signed_plan);
	}
}

static void print_day(const char *label, int64_t day)
{
	char text[OEO_DATE_BYTES];

	if (day < 0) {
		(void)printf("%s %s\n", label, _("never"));
		return;
	}
	oeo_day_format(text, day);
	(void)printf("%s %s\n", label, text);
}

/* A few of the periods, and how many more there are. */
static void print_overdue(const struct oeo_status_member *member)
{
	size_t shown = member->n_overdue < SHOWN_OVERDUE ? member->n_overdue : SHOWN_OVERDUE;

	(void)printf("%s", _("    ! not in after the deadline:"));
	for (size_t i = 0; i < shown; i++)
		(void)printf(" %s", member->overdue[i]);
	if (member->n_overdue > shown)
		(void)printf(_(" and %zu more"), member->n_overdue - shown);
	(void)printf("\n%s\n", _("      ask them for `oeo-agent publish`, or release without them"));
}

static void print_member(const struct oeo_status_member *member)
{
	(void)printf("  %s (%s)\n", member->member.card.id, member->member.card.name);
	print_day(_("    last sign of life:"),
	    member->member.heartbeat_s < 0 ? -1 : member->member.heartbeat_s / 86400);
	print_day(_("    last submission:  "), member->last_day);
	if (member->is_silent)
		(void)printf(_("    ! silent for more than %d days: call them; on their machine `oeo-agent "
			       "status` tells what is "
			       "wrong\n"),
		    OEO_SILENT_DAYS);
	if (member->n_overdue > 0)
		print_overdue(member);
}

static void print_members(const struct oeo_status *status)
{
	(void)printf("%s\n", _("Members"));
	if (status->n_members == 0)
		(void)printf(_("  None yet. Admit their cards: oeo-collector admit CARD\n"));
	for (size_t i = 0; i < status->n_members; i++)
		print_member(&status->members[i]);
}

static void print_one_due(const struct oeo_due *due)
{
	struct oeo_note why = {""};
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &due->period);
	(void)printf(_("  %s: %zu of %zu members are in"), period, due->n_in, due->n_in + due->n_missing);
	if (oeo_due_may_release(due, &why))
		(void)printf(_("; it can be released: oeo-collector release --period %s\n"), period);
	else
		(void)printf("\n    %s%s\n", due->record.equivocator[0] != '\0' ? "! " : "", why.text);
}

static void print_correction(const struct oeo_due *due)
{
	struct oeo_note why = {""};
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &due->period);
	if (oeo_due_may_correct(due, &why))
		(void)printf(
		    _("  %s is submitted anew; it can be corrected: oeo-collector release --period %s "
		      "--correct\n"),
		    period, period);
	else
		(void)printf("  %s\n", why.text);
}

static void print_released(const struct oeo_store_period *period)
{
	if (period->n_superseded > 0)
		(void)printf(_("  %s: corrected %u times; the newest release counts\n"), period->period,
		    period->n_superseded);
	if (!period->is_purged && period->n_reopened == 0)
		(void)printf(
		    _("  %s is released and its reports are still here: let the keyholders destroy "
		      "their keys "
		      "(oeo-keyholder destroy --period %s), then: oeo-collector purge --period %s\n"),
		    period->period, period->period, period->period);
}

static void print_periods(const struct oeo_status *status)
{
	size_t n_released = 0;

	(void)printf("%s\n", _("Periods"));
	for (size_t i = 0; i < status->n_due; i++)
		print_one_due(&status->due[i]);
	for (size_t i = 0; i < status->n_periods; i++) {
		const struct oeo_store_period *period = &status->periods[i];

		n_released += period->is_released ? 1 : 0;
		if (period->is_released)
			print_released(period);
	}
	for (size_t i = 0; i < status->n_corrections; i++)
		print_correction(&status->corrections[i]);
	(void)printf(_("  Released: %zu. Numbers of residents and questions are not shown here: they leave "
		       "through a release "
		       "only.\n"),
	    n_released);
}

static void print_refusals(const struct oeo_status *status)
{
	if (status->n_refusals == 0)
		return;
	(void)printf("%s\n", _("Refused messages"));
	for (size_t i = 0; i < status->n_refusals; i++) {
		const struct oeo_store_refusal *refusal = &status->refusals[i];
		char day[OEO_DATE_BYTES];

		oeo_day_format(day, refusal->last_s / 86400);
		(void)printf(_("  %s: %s, %llu times, last on %s\n"),
		    refusal->member[0] != '\0' ? refusal->member : _("others than members"), refusal->name,
		    (unsigned long long)refusal->count, day);
	}
}

static enum oeo_err print_status(const struct oeo_status *status)
{
	print_plans(status);
	print_members(status);
	print_periods(status);
	print_refusals(status);
	(void)printf(
	    "%s\n", oeo_status_is_calm(status) ? _("All is well.") : _("The lines with ! need you."));
	return fflush(stdout) == 0 ? OEO_OK : OEO_ERR_IO;
}

enum oeo_exit oeo_status_command(struct oeo_cli *cli)
{
	struct oeo_collector collector;
	struct oeo_note why = {""};
	struct oeo_status status;
	enum oeo_err err;

	memset(&status, 0, sizeof(status));
	err = oeo_collector_open(&collector, cli, &why);
	if (err == OEO_OK)
		err = oeo_status_collect(&status, collector.store, &cli->clock, &why);
	if (err == OEO_OK)
		err = cli->is_json ? oeo_status_print_json(stdout, &status) : print_status(&status);
	oeo_status_fini(&status);
	oeo_collector_close(&collector);
	return oeo_cli_error(cli, err, &why);
}
