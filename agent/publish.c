/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/publish.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/advice.h"
#include "agent/publish_internal.h"
#include "agent/retention.h"
#include "proto/backup.h"
#include "proto/i18n.h"

#define MOST_PERIODS 3 /* month, quarter and year end on one day */
#define PAUSE_MS 1000 /* between two tries with --wait */

/* Something went wrong for a period; others go on. Said once. */
static void complain(struct oeo_publishing *p, enum oeo_err err, const struct oeo_note *why)
{
	p->is_anybody_away = p->is_anybody_away || err == OEO_ERR_AWAY;
	if (p->first_err == OEO_OK)
		p->first_err = err;
	if (strcmp(p->said.text, why->text) == 0)
		return;
	p->said = *why;
	(void)fprintf(stderr, "oeo-agent: %s\n", why->text[0] != '\0' ? why->text : oeo_err_text(err));
}

/* ---- A plan that waits to be accepted */

static enum oeo_err load_or_fetch_offered(
    struct oeo_publishing *p, struct oeo_signed_plan *offered, struct oeo_note *why)
{
	struct oeo_refusal refusal;
	enum oeo_err err = oeo_plans_load_offered(offered, p->agent->ledger, why);

	if (err == OEO_OK && memcmp(offered->plan->digest, p->told.newest_plan, OEO_DIGEST_BYTES) == 0)
		return OEO_OK;
	if (err == OEO_OK)
		oeo_signed_plan_fini(offered);
	else if (err != OEO_ERR_NOT_FOUND)
		return err;
	err = oeo_uplink_fetch_plan(&p->uplink, p->told.newest_plan, offered, &refusal, why);
	if (err != OEO_OK)
		return err;
	err = oeo_plans_keep_offered(p->agent->ledger, offered);
	if (err != OEO_OK)
		oeo_signed_plan_fini(offered);
	return err;
}

static enum oeo_err check_offered(struct oeo_publishing *p, struct oeo_note *why)
{
	struct oeo_signed_plan offered;
	char from[OEO_PERIOD_BYTES];
	enum oeo_err err;

	p->has_blocked_day = false;
	if (!p->told.has_plan || oeo_plans_of_digest(&p->agent->plans, p->told.newest_plan) != NULL)
		return OEO_OK;
	memset(&offered, 0, sizeof(offered));
	err = load_or_fetch_offered(p, &offered, why);
	if (err == OEO_ERR_REFUSED)
		return OEO_OK; /* published, but not approved by all yet: the accepted plan goes on */
	if (err != OEO_OK)
		return err;
	p->has_blocked_day = true;
	p->blocked_day = oeo_period_first_day(&offered.plan->from);
	oeo_period_format(from, &offered.plan->from);
	oeo_publishing_tell(
	    _("There is a new plan, for periods from %s on. Look at it and accept it: oeo-agent plan show, "
	      "oeo-agent plan "
	      "accept\n"),
	    from);
	oeo_signed_plan_fini(&offered);
	return OEO_OK;
}

/* ---- The periods that end on one day */

struct group {
	struct oeo_period periods[MOST_PERIODS];
	size_t n;
};

/* Only at the coordinator's command is a submission sent that the collector contradicted, or lost. */
static bool needs_command(const struct oeo_period_record *record)
{
	return record->stage == OEO_STAGE_STRANDED || record->is_gone ||
	       record->reason == OEO_REASON_CONFLICT || record->reason == OEO_REASON_EQUIVOCATION;
}

static void remind(struct oeo_publishing *p, const struct oeo_period_record *record)
{
	struct oeo_note why;

	if (oeo_period_advise(&why, p->agent, record))
		complain(p, OEO_ERR_STATE, &why);
}

static enum oeo_err finish_period(
    struct oeo_publishing *p, const struct oeo_period *period, struct oeo_note *why)
{
	struct oeo_period_record record;
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_period_record_load(&record, p->agent->ledger, period);

	oeo_period_format(text, period);
	if (err != OEO_OK)
		return err;
	if (needs_command(&record)) {
		remind(p, &record);
		return OEO_OK;
	}
	if (record.stage != OEO_STAGE_FROZEN && record.stage != OEO_STAGE_READY)
		return OEO_OK;
	if (record.stage == OEO_STAGE_FROZEN && p->is_keyholder_away)
		return OEO_OK;
	if (record.stage == OEO_STAGE_FROZEN)
		err = oeo_preparation_seal(&p->preparation, &record, why);
	p->is_keyholder_away =
	    p->is_keyholder_away || (record.stage == OEO_STAGE_FROZEN && err == OEO_ERR_AWAY);
	if (err == OEO_OK && record.stage == OEO_STAGE_READY)
		err = oeo_publishing_send(p, &record, why);
	p->has_submitted = p->has_submitted || (err == OEO_OK && record.stage == OEO_STAGE_SUBMITTED);
	if (err == OEO_OK && record.stage == OEO_STAGE_SUBMITTED)
		oeo_publishing_tell(_("%s: submitted, complete.\n"), text);
	return err;
}

static enum oeo_err list_fresh(const struct oeo_publishing *p, const struct group *group, struct group *fresh)
{
	struct oeo_period_record record;
	enum oeo_err err = OEO_OK;

	fresh->n = 0;
	for (size_t i = 0; i < group->n && err == OEO_OK; i++) {
		err = oeo_period_record_load(&record, p->agent->ledger, &group->periods[i]);
		if (err == OEO_OK && record.stage == OEO_STAGE_NONE)
			fresh->periods[fresh->n++] = group->periods[i];
	}
	return err;
}

/* *may_go_on: false where what was not frozen keeps the following days from being frozen. */
static enum oeo_err freeze_group(
    struct oeo_publishing *p, const struct group *group, bool *may_go_on, struct oeo_note *why)
{
	struct group fresh = {.n = 0};
	bool due = false;
	enum oeo_err err = list_fresh(p, group, &fresh);

	*may_go_on = err == OEO_OK;
	if (err != OEO_OK || fresh.n == 0)
		return err;
	if (p->has_blocked_day && oeo_period_last_day(&fresh.periods[0]) >= p->blocked_day) {
		*may_go_on = false;
		p->first_err = p->first_err != OEO_OK ? p->first_err : OEO_ERR_STATE;
		return OEO_OK;
	}
	err = oeo_publishing_is_due(p, &fresh.periods[0], &due, why);
	if (err != OEO_OK || !due || p->is_keyholder_away) {
		*may_go_on = false;
		return err;
	}
	if (p->has_to_import) {
		*may_go_on = false;
		return oeo_note_set(why, OEO_ERR_STATE, "%s", oeo_advise_import());
	}
	err = oeo_preparation_freeze(&p->preparation, fresh.periods, fresh.n, why);
	p->is_keyholder_away = err == OEO_ERR_AWAY;
	*may_go_on = err == OEO_OK;
	return err;
}

/* True where the collector does not answer: nothing more can be done now. */
static bool publish_group(struct oeo_publishing *p, const struct group *group, bool *may_go_on)
{
	struct oeo_note why = {.text = ""};
	enum oeo_err err = freeze_group(p, group, may_go_on, &why);

	if (err != OEO_OK)
		complain(p, err, &why);
	for (size_t i = 0; i < group->n; i++) {
		why.text[0] = '\0';
		err = finish_period(p, &group->periods[i], &why);
		if (err != OEO_OK)
			complain(p, err, &why);
		if (p->uplink.is_silent)
			return true;
	}
	return false;
}

static enum oeo_err publish_all(struct oeo_publishing *p, struct oeo_note *why)
{
	struct oeo_period *periods = NULL;
	size_t n = 0;
	bool may_go_on = true;
	enum oeo_err err =
	    oeo_plans_list_ended(&p->agent->plans, oeo_clock_today(&p->agent->clock), &periods, &n);

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("There is not enough memory."));
	for (size_t i = 0; i < n && may_go_on;) {
		int64_t last = oeo_period_last_day(&periods[i]);
		struct group group = {.n = 0};

		for (; i < n && oeo_period_last_day(&periods[i]) == last; i++) {
			if (group.n < MOST_PERIODS)
				group.periods[group.n++] = periods[i];
		}
		if (p->wish->has_period && last != oeo_period_last_day(&p->wish->period))
			continue;
		if (publish_group(p, &group, &may_go_on))
			break;
	}
	free(periods);
	return OEO_OK;
}

/* ---- Again, at the coordinator's command */

static enum oeo_err check_again(
    const struct oeo_publishing *p, const struct oeo_period_record *record, struct oeo_note *why)
{
	const struct oeo_period_state *state = oeo_told_find(&p->told, &record->period);
	const char *member = p->agent->self.card.id;
	bool has_parts =
	    record->n_parts > 0 && (record->stage == OEO_STAGE_READY || record->stage == OEO_STAGE_SUBMITTED);
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, &record->period);
	if (record->stage == OEO_STAGE_RELEASED || record->stage == OEO_STAGE_MISSED ||
	    record->stage == OEO_STAGE_LOST)
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("%s is over; nothing can be sent for it any more."), text);
	if (state != NULL && state->is_final)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("The collector has the whole submission of %s. Only where the bureau asks for it anew: "
		      "it runs "
		      "oeo-collector reopen %s %s first."),
		    text, member, text);
	if (state != NULL && state->next_index > 0 && (!has_parts || record->reason == OEO_REASON_CONFLICT))
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("The collector still holds a part of another submission of %s. Ask the bureau to run "
		      "first: oeo-collector "
		      "reopen %s %s"),
		    text, member, text);
	return OEO_OK;
}

/* The stored messages where they are of the plan in force; else a new snapshot of this period alone. */
static enum oeo_err prepare_again(
    struct oeo_publishing *p, struct oeo_period_record *record, struct oeo_note *why)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&p->agent->plans, &record->period);
	bool is_same_plan = memcmp(record->plan_digest, plan->digest, OEO_DIGEST_BYTES) == 0;

	record->reason = 0;
	record->refused_by[0] = '\0';
	record->is_gone = false;
	if (is_same_plan && record->stage == OEO_STAGE_FROZEN)
		return oeo_publishing_save(p, record, why);
	if (is_same_plan && record->n_parts > 0 &&
	    (record->stage == OEO_STAGE_READY || record->stage == OEO_STAGE_SUBMITTED)) {
		record->stage = OEO_STAGE_READY;
		return oeo_publishing_save(p, record, why);
	}
	return oeo_preparation_freeze(&p->preparation, &record->period, 1, why);
}

static enum oeo_err publish_again(struct oeo_publishing *p, struct oeo_note *why)
{
	struct oeo_period_record record;
	enum oeo_err err = oeo_period_record_load(&record, p->agent->ledger, &p->wish->period);

	if (err == OEO_OK)
		err = check_again(p, &record, why);
	if (err == OEO_OK && record.stage != OEO_STAGE_NONE)
		err = prepare_again(p, &record, why);
	if (err != OEO_OK)
		return err;
	if (record.stage == OEO_STAGE_NONE)
		return publish_all(p, why);
	return finish_period(p, &p->wish->period, why);
}

/* ---- The whole */

/* Whoever has read the warning may go on by naming the period: there may be nothing to import. */
static enum oeo_err beat(struct oeo_publishing *p, struct oeo_note *why)
{
	bool was_wanted = false;
	bool is_wanted = false;
	enum oeo_err err = oeo_ledger_is_import_wanted(p->agent->ledger, &was_wanted);

	if (err == OEO_OK)
		err = oeo_publishing_beat(p, why);
	/* Sending may take long; `status` is asked meanwhile. */
	if (err == OEO_OK && p->uplink.was_heard)
		(void)oeo_contact_note(
		    p->agent->ledger, &p->uplink.card, true, oeo_clock_now_s(&p->agent->clock));
	if (err == OEO_OK)
		err = oeo_ledger_is_import_wanted(p->agent->ledger, &is_wanted);
	if (err != OEO_OK)
		return err;
	p->has_to_import = is_wanted && !(was_wanted && p->wish->has_period);
	if (is_wanted)
		oeo_publishing_tell("%s\n", oeo_advise_import());
	return OEO_OK;
}

static enum oeo_err round_trip(struct oeo_publishing *p, struct oeo_note *why)
{
	enum oeo_err err = beat(p, why);

	if (err == OEO_OK)
		err = check_offered(p, why);
	if (err != OEO_OK)
		return err;
	return p->wish->is_again ? publish_again(p, why) : publish_all(p, why);
}

static void try_once(struct oeo_publishing *p)
{
	const struct oeo_agent *agent = p->agent;
	struct oeo_note why = {.text = ""};
	enum oeo_err err;

	p->first_err = OEO_OK;
	p->is_anybody_away = false;
	p->is_keyholder_away = false;
	p->has_to_import = false;
	oeo_preparation_open(&p->preparation, agent, p->wish->patience, p->wish->coverage);
	err = oeo_uplink_open(&p->uplink, oeo_agent_collector(agent), &agent->self, p->wish->patience, &why);
	if (err == OEO_OK)
		err = round_trip(p, &why);
	if (err != OEO_OK)
		complain(p, err, &why);
	oeo_preparation_close(&p->preparation);
	if (p->uplink.was_heard || p->uplink.is_silent)
		(void)oeo_contact_note(
		    agent->ledger, &p->uplink.card, !p->uplink.is_silent, oeo_clock_now_s(&agent->clock));
	oeo_uplink_close(&p->uplink);
}

static enum oeo_err check_wish(
    const struct oeo_agent *agent, const struct oeo_publish_wish *wish, struct oeo_note *why)
{
	char text[OEO_PERIOD_BYTES];

	if (oeo_agent_collector(agent) == NULL)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("The collector's card is not here yet. Run: oeo-agent join CARD"));
	if (agent->plans.n == 0)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("No plan is accepted yet; nothing is sent without one. Run: oeo-agent plan show, then: "
		      "oeo-agent plan accept"));
	if (!wish->has_period)
		return OEO_OK;
	oeo_period_format(text, &wish->period);
	if (oeo_plans_of_period(&agent->plans, &wish->period) == NULL)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("%s is not a period of the accepted plan. Look at: oeo-agent status"), text);
	if (oeo_period_last_day(&wish->period) >= oeo_clock_today(&agent->clock))
		return oeo_note_set(why, OEO_ERR_STATE, _("%s has not ended yet."), text);
	return OEO_OK;
}

static void pause_a_moment(void)
{
	const struct timespec pause = {PAUSE_MS / 1000, (PAUSE_MS % 1000) * 1000000L};

	(void)nanosleep(&pause, NULL);
}

static void tell_next(const struct oeo_publishing *p)
{
	struct oeo_period period;
	int64_t from_day = 0;
	char text[OEO_PERIOD_BYTES];
	char date[OEO_DATE_BYTES];

	if (oeo_publish_find_next(&period, &from_day, p->agent, p->wish->is_timer) != OEO_OK) {
		oeo_publishing_tell(_("Nothing is due now; see: oeo-agent status\n"));
		return;
	}
	oeo_period_format(text, &period);
	oeo_day_format(date, from_day);
	oeo_publishing_tell(_("Nothing is due now; %s can be sent from %s on.\n"), text, date);
}

/* Names are kept until they are not needed any more, which is now where a year was completed. */
static void erase_names(struct oeo_publishing *p)
{
	struct oeo_note why = {.text = ""};
	size_t n_erased = 0;
	enum oeo_err err = oeo_retention_enforce(p->agent->ledger, &p->agent->plans, false, &n_erased, &why);

	oeo_backup_sweep(&p->agent->home);
	if (err != OEO_OK)
		complain(p, err, &why);
	else if (n_erased > 0)
		oeo_publishing_tell(
		    _("Names that are not needed any more were erased in the ledger; questions: %zu.\n"),
		    n_erased);
}

enum oeo_err oeo_publish(struct oeo_agent *agent, const struct oeo_publish_wish *wish)
{
	struct oeo_publishing p = {.agent = agent, .wish = wish};
	int64_t until_ms = oeo_monotonic_ms() + (int64_t)wish->wait_s * 1000;
	struct oeo_note why = {.text = ""};
	enum oeo_err err = check_wish(agent, wish, &why);

	if (err != OEO_OK) {
		complain(&p, err, &why);
		return err;
	}
	for (;;) {
		try_once(&p);
		if (!p.is_anybody_away || oeo_monotonic_ms() >= until_ms)
			break;
		pause_a_moment();
	}
	erase_names(&p);
	if (p.first_err == OEO_OK && !p.has_submitted)
		tell_next(&p);
	oeo_told_fini(&p.told);
	return p.first_err;
}
