/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/advice.h"
#include "agent/drop.h"
#include "agent/keyholders.h"
#include "proto/i18n.h"
#include "proto/text.h"

/* ---- What there is to do */

static enum oeo_err add_todo(struct oeo_status *status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static enum oeo_err add_todo(struct oeo_status *status, const char *format, ...)
{
	char **more = realloc(status->todo, (status->n_todo + 1) * sizeof(*more));
	char text[OEO_NOTE_BYTES];
	va_list arguments;

	if (more == NULL)
		return OEO_ERR_NOMEM;
	status->todo = more;
	va_start(arguments, format);
	if (vsnprintf(text, sizeof(text), format, arguments) < 0)
		text[0] = '\0';
	va_end(arguments);
	more[status->n_todo] = strdup(text);
	if (more[status->n_todo] == NULL)
		return OEO_ERR_NOMEM;
	status->n_todo++;
	return OEO_OK;
}

static bool has_keyholder(const struct oeo_agent *agent)
{
	for (size_t i = 0; i < agent->n_cards; i++) {
		if (agent->cards[i].role == OEO_ROLE_KEYHOLDER)
			return true;
	}
	return false;
}

static enum oeo_err list_setup(struct oeo_status *status)
{
	const struct oeo_agent *agent = status->agent;
	char from[OEO_PERIOD_BYTES];

	if (oeo_agent_collector(agent) == NULL || !has_keyholder(agent))
		return add_todo(status, "%s",
		    _("Ask the bureau and every keyholder for their cards, then run: oeo-agent join "
		      "CARD..."));
	if (status->has_offered) {
		oeo_period_format(from, &status->offered_from);
		return add_todo(status,
		    _("Look at the new plan, for periods from %s on, and accept it: oeo-agent plan show, "
		      "then "
		      "oeo-agent plan accept"),
		    from);
	}
	if (agent->plans.n == 0)
		return add_todo(status, "%s",
		    _("Look at the plan and accept it: oeo-agent plan show, then oeo-agent plan accept"));
	return OEO_OK;
}

static bool waits_to_be_sent(const struct oeo_status *status, const struct oeo_status_period *period)
{
	const struct oeo_period_record *record = &period->record;

	if (record->stage == OEO_STAGE_FROZEN || record->stage == OEO_STAGE_READY)
		return period->advice == NULL;
	return record->stage == OEO_STAGE_NONE && period->has_ended && !period->is_blocked &&
	       period->from_day <= oeo_clock_today(&status->agent->clock);
}

static enum oeo_err list_waiting(struct oeo_status *status)
{
	char first[OEO_PERIOD_BYTES] = "";
	size_t n = 0;

	for (size_t i = 0; i < status->n_periods; i++) {
		if (!waits_to_be_sent(status, &status->periods[i]))
			continue;
		if (n++ == 0)
			oeo_period_format(first, &status->periods[i].record.period);
	}
	/* The daemon sends by itself, at its own moment. */
	if (n == 0 || status->is_import_wanted || status->run.is_running)
		return OEO_OK;
	return add_todo(status,
	    _("%zu period(s) can be sent now, the first is %s. Import what is still missing, then run: "
	      "oeo-agent publish"),
	    n, first);
}

static enum oeo_err list_silent(struct oeo_status *status)
{
	char since[OEO_TIME_TEXT_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < status->n_parties && err == OEO_OK; i++) {
		const struct oeo_status_party *party = &status->parties[i];

		if (party->contact.silent_s == 0)
			continue;
		oeo_status_format_time(since, party->contact.silent_s);
		err = add_todo(status,
		    _("%s has not answered since %s. Check this computer's internet; then ask them whether "
		      "their "
		      "machine is on. Nothing is lost meanwhile."),
		    party->card.name, since);
	}
	return err;
}

static enum oeo_err list_run(struct oeo_status *status)
{
	const struct oeo_status_run *run = &status->run;
	enum oeo_err err = OEO_OK;

	if (!run->has_run)
		return OEO_OK;
	if (!run->is_running)
		err = add_todo(status, "%s",
		    _("The program that reads files and sends by itself is not running. Ask whoever manages "
		      "this "
		      "computer to start it: systemctl start oeo-agent"));
	if (err == OEO_OK && run->n_refused > 0)
		err = add_todo(status,
		    _("%zu file(s) were refused. Beside each in %s/refused lies a text that says why. Put it "
		      "right, "
		      "lay the file in %s again, and delete the refused one."),
		    run->n_refused, run->state.inbox, run->state.inbox);
	return err;
}

static enum oeo_err list_deep(struct oeo_status *status)
{
	const struct oeo_status_run *run = &status->run;

	if (run->n_deep == 0)
		return OEO_OK;
	return add_todo(status,
	    _("In %s the folder \"%s\" is not looked into, because it lies in another folder (%zu in all). "
	      "Lay "
	      "the files themselves in %s."),
	    run->state.inbox, run->deep, run->n_deep, run->state.inbox);
}

/* The ledger has erased the names of that time; files that still hold them are the member's own to delete. */
static enum oeo_err list_leftovers(struct oeo_status *status)
{
	const struct oeo_leftover *done = &status->leftovers.places[OEO_LEFTOVER_DONE];
	const struct oeo_leftover *refused = &status->leftovers.places[OEO_LEFTOVER_REFUSED];
	char day[OEO_DATE_BYTES];
	enum oeo_err err = OEO_OK;

	if (done->n_over == 0 && refused->n_over == 0)
		return OEO_OK;
	oeo_day_format(day, status->leftovers.over_day);
	if (done->n_over > 0)
		err = add_todo(status,
		    _("%zu file(s) in %s are of %s or earlier. The ledger keeps no names of that time any "
		      "more, "
		      "these files still do: delete them. To have that done by itself from now on: oeo-agent "
		      "settings --keep-files DAYS"),
		    done->n_over, done->path, day);
	if (err == OEO_OK && refused->n_over > 0)
		err = add_todo(status,
		    _("%zu file(s) in %s are of %s or earlier. The ledger keeps no names of that time any "
		      "more, "
		      "these files still do: delete them."),
		    refused->n_over, refused->path, day);
	return err;
}

static enum oeo_err list_todo(struct oeo_status *status)
{
	enum oeo_err err = list_setup(status);

	if (err == OEO_OK && status->is_import_wanted)
		err = add_todo(status, "%s", oeo_advise_import());
	for (size_t i = 0; i < status->n_periods && err == OEO_OK; i++) {
		if (status->periods[i].advice != NULL)
			err = add_todo(status, "%s", status->periods[i].advice);
	}
	if (err == OEO_OK)
		err = list_silent(status);
	if (err == OEO_OK)
		err = list_run(status);
	if (err == OEO_OK)
		err = list_deep(status);
	if (err == OEO_OK)
		err = list_leftovers(status);
	return err == OEO_OK ? list_waiting(status) : err;
}

/* ---- Periods */

static enum oeo_err add_period(struct oeo_status *status, const struct oeo_period *period, bool has_ended)
{
	struct oeo_status_period *more;
	struct oeo_status_period *added;

	for (size_t i = 0; i < status->n_periods; i++) {
		if (oeo_period_equal(&status->periods[i].record.period, period))
			return OEO_OK;
	}
	more = realloc(status->periods, (status->n_periods + 1) * sizeof(*more));
	if (more == NULL)
		return OEO_ERR_NOMEM;
	status->periods = more;
	added = &more[status->n_periods];
	memset(added, 0, sizeof(*added));
	added->has_ended = has_ended;
	status->n_periods++;
	return oeo_period_record_load(&added->record, status->agent->ledger, period);
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct oeo_status *status = context;
	enum oeo_err err = OEO_OK;
	size_t i = 0;

	while (i < status->n_periods && !oeo_period_equal(&status->periods[i].record.period, &question->base))
		i++;
	if (i == status->n_periods)
		err = add_period(status, &question->base, false);
	if (err == OEO_OK)
		status->periods[i].n_questions++;
	return err;
}

static void fill_times(const struct oeo_status *status, struct oeo_status_period *period)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&status->agent->plans, &period->record.period);

	if (plan == NULL)
		return;
	period->is_base = period->record.period.cadence == oeo_plan_base(plan);
	period->from_day = oeo_plan_submission_day(plan, &period->record.period);
	period->until_day = oeo_plan_deadline_day(plan, &period->record.period);
	period->is_blocked = status->has_offered && oeo_period_last_day(&period->record.period) >=
							oeo_period_first_day(&status->offered_from);
}

static enum oeo_err fill_keys(const struct oeo_status *status, struct oeo_status_period *period)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&status->agent->plans, &period->record.period);
	struct oeo_key_set set;
	enum oeo_err err;

	if (plan == NULL)
		return OEO_OK;
	err = oeo_key_set_load(&set, status->agent->ledger, plan->id, &period->record.period);
	if (err != OEO_OK)
		return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
	period->has_keys = true;
	memcpy(period->key_digest, set.digest, OEO_DIGEST_BYTES);
	return OEO_OK;
}

static enum oeo_err fill_period(const struct oeo_status *status, struct oeo_status_period *period)
{
	struct oeo_note advice;
	enum oeo_err err = fill_keys(status, period);

	if (err != OEO_OK)
		return err;
	fill_times(status, period);
	if (!oeo_period_advise(&advice, status->agent, &period->record))
		return OEO_OK;
	period->advice = strdup(advice.text);
	return period->advice != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static int compare_periods(const void *a, const void *b)
{
	return oeo_period_compare(&((const struct oeo_status_period *)a)->record.period,
	    &((const struct oeo_status_period *)b)->record.period);
}

/* What is going on now under a plan: also the quarter and the year, which no question counts in by itself. */
static enum oeo_err add_current(struct oeo_status *status)
{
	int64_t today = oeo_clock_today(&status->agent->clock);
	const struct oeo_plan *plan = oeo_plans_of_day(&status->agent->plans, today);
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; plan != NULL && i < plan->n_tables && err == OEO_OK; i++) {
		struct oeo_period period = oeo_period_of_day(plan->tables[i].cadence, today);

		/* What began under another plan may not be asked for by that. */
		if (oeo_plans_of_period(&status->agent->plans, &period) != NULL)
			err = add_period(status, &period, false);
	}
	return err;
}

static enum oeo_err gather_periods(struct oeo_status *status)
{
	struct oeo_period *ended = NULL;
	size_t n = 0;
	enum oeo_err err =
	    oeo_plans_list_ended(&status->agent->plans, oeo_clock_today(&status->agent->clock), &ended, &n);

	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = add_period(status, &ended[i], true);
	free(ended);
	if (err == OEO_OK)
		err = add_current(status);
	if (err == OEO_OK)
		err = oeo_ledger_each_question(status->agent->ledger, on_question, status);
	for (size_t i = 0; i < status->n_periods && err == OEO_OK; i++)
		err = fill_period(status, &status->periods[i]);
	if (status->n_periods > 1)
		qsort(status->periods, status->n_periods, sizeof(*status->periods), compare_periods);
	return err;
}

/* ---- Plan and parties */

static enum oeo_err gather_offered(struct oeo_status *status, struct oeo_note *why)
{
	struct oeo_signed_plan offered;
	enum oeo_err err = oeo_plans_load_offered(&offered, status->agent->ledger, why);

	if (err == OEO_ERR_NOT_FOUND)
		return OEO_OK;
	if (err != OEO_OK)
		return err;
	status->has_offered = oeo_plans_of_digest(&status->agent->plans, offered.plan->digest) == NULL;
	status->offered_from = offered.plan->from;
	oeo_signed_plan_fini(&offered);
	return OEO_OK;
}

static enum oeo_err gather_parties(struct oeo_status *status)
{
	const struct oeo_agent *agent = status->agent;
	enum oeo_err err = OEO_OK;

	status->parties = oeo_alloc_array(agent->n_cards, sizeof(*status->parties));
	if (status->parties == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < agent->n_cards && err == OEO_OK; i++) {
		status->parties[i].card = agent->cards[i];
		err = oeo_contact_load(&status->parties[i].contact, agent->ledger, &agent->cards[i]);
		status->n_parties++;
	}
	return err;
}

/* A file that cannot be read is as good as none. */
static void gather_run(struct oeo_status *status)
{
	struct oeo_status_run *run = &status->run;

	run->has_run = oeo_run_state_load(&run->state, &run->is_running, &status->agent->home) == OEO_OK;
	if (!run->has_run)
		return;
	run->n_waiting = oeo_drop_count(run->state.inbox, "");
	run->n_refused = oeo_drop_count(run->state.inbox, OEO_DROP_REFUSED);
	run->n_done = oeo_drop_count(run->state.inbox, OEO_DROP_DONE);
	if (oeo_drop_find_deep(run->state.inbox, &run->n_deep, &run->deep) != OEO_OK)
		run->n_deep = 0;
	/* For showing only from here on: a name may hold anything. */
	oeo_text_clean(run->state.inbox);
	if (run->deep != NULL)
		oeo_text_clean(run->deep);
}

enum oeo_err oeo_status_gather(struct oeo_status *status, const struct oeo_agent *agent, struct oeo_note *why)
{
	struct oeo_status made = {.agent = agent};
	enum oeo_err err = gather_offered(&made, why);

	if (err == OEO_OK)
		err = oeo_ledger_is_import_wanted(agent->ledger, &made.is_import_wanted);
	gather_run(&made);
	if (err == OEO_OK)
		err = oeo_leftovers_find(&made.leftovers, agent);
	if (err == OEO_OK)
		err = gather_parties(&made);
	if (err == OEO_OK)
		err = gather_periods(&made);
	if (err == OEO_OK)
		err = list_todo(&made);
	if (err != OEO_OK) {
		oeo_status_fini(&made);
		return oeo_ledger_explain(why, err);
	}
	*status = made;
	return OEO_OK;
}

void oeo_status_fini(struct oeo_status *status)
{
	if (status == NULL)
		return;
	for (size_t i = 0; i < status->n_periods; i++)
		free(status->periods[i].advice);
	for (size_t i = 0; i < status->n_todo; i++)
		free(status->todo[i]);
	free(status->run.deep);
	free(status->periods);
	free(status->parties);
	free(status->todo);
	memset(status, 0, sizeof(*status));
}
