/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/advice.h"
#include "agent/publish.h"
#include "proto/i18n.h"

#define DAY_S 86400
#define MOST_LINES_ALIKE 3

/* ---- What there is to do */

static enum oeo_err add_todo(struct oeo_status *status, const char *format, ...) __attribute__((format(printf, 2, 3)));

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
		    _("Ask the bureau and every keyholder for their cards, then run: oeo-agent join CARD..."));
	if (status->has_offered) {
		oeo_period_format(from, &status->offered_from);
		return add_todo(status, _("Look at the new plan, for periods from %s on, and accept it: oeo-agent plan show, then "
					  "oeo-agent plan accept"),
		    from);
	}
	if (agent->plans.n == 0)
		return add_todo(status, "%s", _("Look at the plan and accept it: oeo-agent plan show, then oeo-agent plan accept"));
	return OEO_OK;
}

static bool waits_to_be_sent(const struct oeo_status *status, const struct oeo_status_period *period)
{
	const struct oeo_period_record *record = &period->record;

	if (record->stage == OEO_STAGE_FROZEN || record->stage == OEO_STAGE_READY)
		return period->advice == NULL;
	return record->stage == OEO_STAGE_NONE && period->has_ended && !period->is_blocked &&
	    period->from_s <= oeo_clock_now_s(&status->agent->clock);
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
	if (n == 0)
		return OEO_OK;
	return add_todo(status, _("%zu period(s) can be sent now, the first is %s. Import what is still missing, then run: "
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
		oeo_clock_format(since, party->contact.silent_s);
		err = add_todo(status, _("%s has not answered since %s. Check this computer's internet; then ask them whether their "
					 "machine is on. Nothing is lost meanwhile."),
		    party->card.name, since);
	}
	return err;
}

static enum oeo_err list_todo(struct oeo_status *status)
{
	enum oeo_err err = list_setup(status);

	for (size_t i = 0; i < status->n_periods && err == OEO_OK; i++) {
		if (status->periods[i].advice != NULL)
			err = add_todo(status, "%s", status->periods[i].advice);
	}
	if (err == OEO_OK)
		err = list_silent(status);
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

static enum oeo_err fill_times(const struct oeo_status *status, struct oeo_status_period *period)
{
	const struct oeo_plan *plan = oeo_plans_of_period(&status->agent->plans, &period->record.period);
	int64_t today = oeo_clock_today(&status->agent->clock);

	if (plan == NULL)
		return OEO_OK;
	period->is_base = period->record.period.cadence == oeo_plan_base(plan);
	period->from_s = oeo_plan_submission_day(plan, &period->record.period) * DAY_S;
	period->until_day = oeo_plan_deadline_day(plan, &period->record.period);
	period->is_blocked = status->has_offered &&
	    oeo_period_last_day(&period->record.period) >= oeo_period_first_day(&status->offered_from);
	/* The moment is drawn when its window has begun, not years ahead. */
	if (period->record.stage != OEO_STAGE_NONE || period->from_s > oeo_clock_now_s(&status->agent->clock) ||
	    today >= period->until_day)
		return OEO_OK;
	return oeo_publish_moment(&period->from_s, status->agent->ledger, plan, &period->record.period);
}

static enum oeo_err fill_period(const struct oeo_status *status, struct oeo_status_period *period)
{
	struct oeo_note advice;
	enum oeo_err err = fill_times(status, period);

	if (err != OEO_OK || !oeo_period_advise(&advice, status->agent, &period->record))
		return err;
	period->advice = strdup(advice.text);
	return period->advice != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static int compare_periods(const void *a, const void *b)
{
	return oeo_period_compare(&((const struct oeo_status_period *)a)->record.period,
	    &((const struct oeo_status_period *)b)->record.period);
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

enum oeo_err oeo_status_gather(struct oeo_status *status, const struct oeo_agent *agent, struct oeo_note *why)
{
	struct oeo_status made = {.agent = agent};
	enum oeo_err err = gather_offered(&made, why);

	if (err == OEO_OK)
		err = gather_parties(&made);
	if (err == OEO_OK)
		err = gather_periods(&made);
	if (err == OEO_OK)
		err = list_todo(&made);
	if (err != OEO_OK) {
		oeo_status_fini(&made);
		return oeo_note_set(why, err, _("The ledger cannot be read (%s)."), oeo_err_str(err));
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
	free(status->periods);
	free(status->parties);
	free(status->todo);
	memset(status, 0, sizeof(*status));
}

/* ---- For people */

static enum oeo_err print_plan(struct oeo_buf *text, const struct oeo_status *status)
{
	const struct oeo_plan *plan = oeo_plans_newest(&status->agent->plans);
	char from[OEO_PERIOD_BYTES];
	char digest[17];

	if (plan == NULL)
		return oeo_buf_append_text(text, _("Plan: none accepted yet; nothing is sent.\n"));
	oeo_period_format(from, &plan->from);
	oeo_hex_encode(digest, plan->digest, 8);
	return oeo_buf_printf(text, _("Plan: %s, from %s on, accepted (digest begins with %s)\n"),
	    oeo_i18n_pick(plan->title_nl, plan->title_en), from, digest);
}

static enum oeo_err print_party(struct oeo_buf *text, const struct oeo_status_party *party)
{
	const char *role = party->card.role == OEO_ROLE_COLLECTOR ? _("bureau") : _("keyholder");
	char reached[OEO_TIME_TEXT_BYTES];
	char silent[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(reached, party->contact.reached_s);
	oeo_clock_format(silent, party->contact.silent_s);
	if (party->contact.reached_s == 0 && party->contact.silent_s == 0)
		return oeo_buf_printf(text, _("  %s (%s): not needed yet\n"), party->card.name, role);
	if (party->contact.reached_s == 0)
		return oeo_buf_printf(text, _("  %s (%s): never reached; no answer since %s\n"), party->card.name, role, silent);
	if (party->contact.silent_s != 0)
		return oeo_buf_printf(text, _("  %s (%s): last reached %s; no answer since %s\n"), party->card.name, role,
		    reached, silent);
	return oeo_buf_printf(text, _("  %s (%s): last reached %s\n"), party->card.name, role, reached);
}

static enum oeo_err print_when(struct oeo_buf *text, const struct oeo_status_period *period)
{
	char from[OEO_DATE_BYTES];
	char until[OEO_DATE_BYTES];

	if (period->is_blocked)
		return oeo_buf_append_text(text, _("; waits for the new plan to be accepted"));
	if (period->from_s == 0)
		return OEO_OK;
	oeo_day_format(from, period->from_s / DAY_S);
	oeo_day_format(until, period->until_day - 1);
	return oeo_buf_printf(text, _("; goes out from %s on, %s at the latest"), from, until);
}

static enum oeo_err print_period(struct oeo_buf *text, const struct oeo_status_period *period)
{
	char name[OEO_PERIOD_BYTES];
	enum oeo_err err;

	oeo_period_format(name, &period->record.period);
	err = oeo_buf_printf(text, "  %-8s %s", name, oeo_stage_text(&period->record));
	if (err == OEO_OK && period->record.stage == OEO_STAGE_NONE && period->is_base)
		err = oeo_buf_printf(text, _("; %llu questions so far"), (unsigned long long)period->n_questions);
	if (err == OEO_OK && period->record.stage == OEO_STAGE_NONE)
		err = print_when(text, period);
	return err == OEO_OK ? oeo_buf_append_text(text, "\n") : err;
}

/* How many periods from `first` on stand alike, so that one line tells them. */
static size_t count_alike(const struct oeo_status *status, size_t first)
{
	const struct oeo_status_period *like = &status->periods[first];
	size_t n = 1;

	if (like->advice != NULL)
		return 1;
	while (first + n < status->n_periods && status->periods[first + n].advice == NULL &&
	    status->periods[first + n].record.stage == like->record.stage &&
	    status->periods[first + n].has_ended == like->has_ended &&
	    status->periods[first + n].record.is_sent == like->record.is_sent)
		n++;
	return n;
}

static enum oeo_err print_alike(struct oeo_buf *text, const struct oeo_status *status, size_t first, size_t n)
{
	char from[OEO_PERIOD_BYTES];
	char to[OEO_PERIOD_BYTES];
	uint64_t questions = 0;
	enum oeo_err err;

	for (size_t i = first; i < first + n; i++)
		questions += status->periods[i].n_questions;
	oeo_period_format(from, &status->periods[first].record.period);
	oeo_period_format(to, &status->periods[first + n - 1].record.period);
	err = oeo_buf_printf(text, _("  %s to %s (%zu periods): %s"), from, to, n,
	    oeo_stage_text(&status->periods[first].record));
	if (err == OEO_OK && status->periods[first].record.stage == OEO_STAGE_NONE)
		err = oeo_buf_printf(text, _("; %llu questions so far"), (unsigned long long)questions);
	return err == OEO_OK ? oeo_buf_append_text(text, "\n") : err;
}

static enum oeo_err print_periods(struct oeo_buf *text, const struct oeo_status *status)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < status->n_periods && err == OEO_OK;) {
		size_t n = count_alike(status, i);

		if (n > MOST_LINES_ALIKE) {
			err = print_alike(text, status, i, n);
			i += n;
		} else {
			err = print_period(text, &status->periods[i++]);
		}
	}
	if (err == OEO_OK && status->n_periods == 0)
		err = oeo_buf_append_text(text, _("  none yet\n"));
	return err;
}

enum oeo_err oeo_status_print(struct oeo_buf *text, const struct oeo_status *status)
{
	const struct oeo_card *card = &status->agent->self.card;
	enum oeo_err err = oeo_buf_printf(text, "%s (%s)\n", card->name, card->id);

	if (err == OEO_OK)
		err = print_plan(text, status);
	if (err == OEO_OK)
		err = oeo_buf_printf(text, "\n%s\n", _("Others"));
	for (size_t i = 0; i < status->n_parties && err == OEO_OK; i++)
		err = print_party(text, &status->parties[i]);
	if (err == OEO_OK && status->n_parties == 0)
		err = oeo_buf_append_text(text, _("  nobody joined yet\n"));
	if (err == OEO_OK)
		err = oeo_buf_printf(text, "\n%s\n", _("Periods"));
	if (err == OEO_OK)
		err = print_periods(text, status);
	if (err == OEO_OK)
		err = oeo_buf_printf(text, "\n%s\n", _("What to do"));
	for (size_t i = 0; i < status->n_todo && err == OEO_OK; i++)
		err = oeo_buf_printf(text, "  - %s\n", status->todo[i]);
	if (err == OEO_OK && status->n_todo == 0)
		err = oeo_buf_append_text(text, _("  Nothing now.\n"));
	return err;
}

/* ---- For programs */

static json_t *time_to_json(int64_t seconds)
{
	char text[OEO_TIME_TEXT_BYTES];

	if (seconds == 0)
		return json_null();
	oeo_clock_format(text, seconds);
	return json_string(text);
}

static json_t *period_to_json(const struct oeo_status_period *period)
{
	const struct oeo_period_record *record = &period->record;
	char name[OEO_PERIOD_BYTES];
	char until[OEO_DATE_BYTES] = "";
	json_t *json;

	oeo_period_format(name, &record->period);
	oeo_day_format(until, period->until_day);
	json = json_pack("{s:s, s:s, s:o, s:s, s:o, s:o, s:I, s:s?}", "period", name, "stage", oeo_stage_name(record),
	    "sends_from", time_to_json(period->from_s), "deadline", until, "frozen", time_to_json(record->frozen_s),
	    "submitted", time_to_json(record->final_s), "destroyed_by", (json_int_t)record->n_destroyed, "advice",
	    period->advice);
	if (json != NULL && period->is_base)
		(void)json_object_set_new(json, "questions", json_integer((json_int_t)period->n_questions));
	return json;
}

static json_t *party_to_json(const struct oeo_status_party *party)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "role", oeo_role_name(party->card.role), "id", party->card.id,
	    "name", party->card.name, "reached", time_to_json(party->contact.reached_s), "silent",
	    time_to_json(party->contact.silent_s));
}

static json_t *plan_to_json(const struct oeo_plan *plan)
{
	char from[OEO_PERIOD_BYTES];
	char digest[2 * OEO_DIGEST_BYTES + 1];

	if (plan == NULL)
		return json_null();
	oeo_period_format(from, &plan->from);
	oeo_hex_encode(digest, plan->digest, OEO_DIGEST_BYTES);
	return json_pack("{s:s, s:s, s:s}", "id", plan->id, "from", from, "digest", digest);
}

json_t *oeo_status_to_json(const struct oeo_status *status)
{
	const struct oeo_card *card = &status->agent->self.card;
	char offered[OEO_PERIOD_BYTES] = "";
	json_t *parties = json_array();
	json_t *periods = json_array();
	json_t *todo = json_array();

	if (status->has_offered)
		oeo_period_format(offered, &status->offered_from);
	for (size_t i = 0; i < status->n_parties; i++)
		(void)json_array_append_new(parties, party_to_json(&status->parties[i]));
	for (size_t i = 0; i < status->n_periods; i++)
		(void)json_array_append_new(periods, period_to_json(&status->periods[i]));
	for (size_t i = 0; i < status->n_todo; i++)
		(void)json_array_append_new(todo, json_string(status->todo[i]));
	return json_pack("{s:s, s:s, s:s, s:o, s:s?, s:o, s:o, s:o}", "member", card->id, "name", card->name,
	    "fingerprint", card->fingerprint, "plan", plan_to_json(oeo_plans_newest(&status->agent->plans)),
	    "offered_from", status->has_offered ? offered : NULL, "parties", parties, "periods", periods, "todo", todo);
}
