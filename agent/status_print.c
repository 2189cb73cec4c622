/* SPDX-License-Identifier: EUPL-1.2 */
/* The status, for people and for programs. */
#include <stdio.h>

#include "agent/advice.h"
#include "agent/status.h"
#include "proto/i18n.h"

#define MOST_LINES_ALIKE 3
#define MOST_DIGESTS 12 /* the latest; `status --json` has all */
#define DIGEST_BYTES_SHOWN 8

/* ---- For people */

void oeo_status_format_time(char text[OEO_TIME_TEXT_BYTES], int64_t seconds)
{
	char full[OEO_TIME_TEXT_BYTES];

	oeo_clock_format(full, seconds);
	(void)snprintf(text, OEO_TIME_TEXT_BYTES, "%.10s %.5s UTC", full, full + 11);
}

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

	oeo_status_format_time(reached, party->contact.reached_s);
	oeo_status_format_time(silent, party->contact.silent_s);
	if (party->contact.reached_s == 0 && party->contact.silent_s == 0)
		return oeo_buf_printf(text, _("  %s (%s): not needed yet\n"), party->card.name, role);
	if (party->contact.reached_s == 0)
		return oeo_buf_printf(text, _("  %s (%s): never reached; no answer since %s\n"),
		    party->card.name, role, silent);
	if (party->contact.silent_s != 0)
		return oeo_buf_printf(text, _("  %s (%s): last reached %s; no answer since %s\n"),
		    party->card.name, role, reached, silent);
	return oeo_buf_printf(text, _("  %s (%s): last reached %s\n"), party->card.name, role, reached);
}

static enum oeo_err print_when(struct oeo_buf *text, const struct oeo_status_period *period)
{
	char from[OEO_DATE_BYTES];
	char until[OEO_DATE_BYTES];

	if (period->is_blocked)
		return oeo_buf_append_text(text, _("; waits for the new plan to be accepted"));
	if (period->from_day == 0)
		return OEO_OK;
	oeo_day_format(from, period->from_day);
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
		err = oeo_buf_printf(
		    text, _("; %llu questions so far"), (unsigned long long)period->n_questions);
	if (err == OEO_OK && period->record.stage == OEO_STAGE_NONE)
		err = print_when(text, period);
	return err == OEO_OK ? oeo_buf_append_text(text, "\n") : err;
}

/* How many periods from `first` on stand alike, so that one line tells them; of one that goes on, it matters when it goes out. */
static size_t count_alike(const struct oeo_status *status, size_t first)
{
	const struct oeo_status_period *like = &status->periods[first];
	size_t n = 1;

	if (like->advice != NULL || !like->has_ended)
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

static bool is_out_with_keys(const struct oeo_status_period *period)
{
	return period->has_keys &&
	       (period->record.stage == OEO_STAGE_RELEASED || period->record.stage == OEO_STAGE_MISSED);
}

static enum oeo_err print_digest(struct oeo_buf *text, const struct oeo_status_period *period)
{
	char name[OEO_PERIOD_BYTES];
	char digest[2 * DIGEST_BYTES_SHOWN + 1];

	oeo_period_format(name, &period->record.period);
	oeo_hex_encode(digest, period->key_digest, DIGEST_BYTES_SHOWN);
	return oeo_buf_printf(text, "  %-8s %s\n", name, digest);
}

/* What the release page must show too. This program compares it by itself; people can as well. */
static enum oeo_err print_digests(struct oeo_buf *text, const struct oeo_status *status)
{
	enum oeo_err err = OEO_OK;
	size_t n = 0;
	size_t first = status->n_periods;

	while (first > 0 && n < MOST_DIGESTS)
		n += is_out_with_keys(&status->periods[--first]);
	if (n == 0)
		return OEO_OK;
	err = oeo_buf_printf(text, "\n%s\n",
	    _("Keys that were shown here: how their digest begins. Compare with the page of the release."));
	for (size_t i = first; i < status->n_periods && err == OEO_OK; i++) {
		if (is_out_with_keys(&status->periods[i]))
			err = print_digest(text, &status->periods[i]);
	}
	return err;
}

static enum oeo_err print_doing(struct oeo_buf *text, const struct oeo_status_run *run)
{
	char started[OEO_TIME_TEXT_BYTES];
	char next[OEO_TIME_TEXT_BYTES];
	enum oeo_err err;

	if (!run->is_running)
		return oeo_buf_append_text(text, _("  not running\n"));
	oeo_status_format_time(started, run->state.started_s);
	oeo_status_format_time(next, run->state.next_s);
	/* While it is in touch the next moment is not known yet. */
	if (run->state.doing == OEO_RUN_PUBLISHES)
		err = oeo_buf_printf(text, _("  running since %s\n"), started);
	else
		err = oeo_buf_printf(
		    text, _("  running since %s; in touch with the bureau again at %s\n"), started, next);
	if (err == OEO_OK && run->state.doing == OEO_RUN_IMPORTS)
		err = oeo_buf_printf(
		    text, _("  reading now: %s (%u %%)\n"), run->state.file, run->state.percent);
	if (err == OEO_OK && run->state.doing == OEO_RUN_PUBLISHES)
		err = oeo_buf_append_text(text, _("  in touch with the bureau now\n"));
	if (err == OEO_OK && run->state.form[0] != '\0')
		err = oeo_buf_printf(text, _("  the form is at %s\n"), run->state.form);
	return err;
}

static enum oeo_err print_run(struct oeo_buf *text, const struct oeo_status_run *run)
{
	enum oeo_err err;

	if (!run->has_run)
		return OEO_OK;
	err = oeo_buf_printf(text, "\n%s\n", _("Reading and sending by itself"));
	if (err == OEO_OK)
		err = print_doing(text, run);
	if (err == OEO_OK)
		err = oeo_buf_printf(text, _("  folder %s: %zu waiting, %zu read, %zu refused\n"),
		    run->state.inbox, run->n_waiting, run->n_done, run->n_refused);
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
		err = print_digests(text, status);
	if (err == OEO_OK)
		err = print_run(text, &status->run);
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
	char from[OEO_DATE_BYTES];
	char until[OEO_DATE_BYTES];
	char digest[2 * OEO_DIGEST_BYTES + 1];
	json_t *json;

	oeo_period_format(name, &record->period);
	oeo_day_format(from, period->from_day);
	oeo_day_format(until, period->until_day);
	oeo_hex_encode(digest, period->key_digest, OEO_DIGEST_BYTES);
	json = json_pack("{s:s, s:s, s:b, s:s, s:s, s:o, s:o, s:I, s:s?, s:s?}", "period", name, "stage",
	    oeo_stage_name(record), "ended", period->has_ended, "sends_from", from, "deadline", until,
	    "frozen", time_to_json(record->frozen_s), "submitted", time_to_json(record->final_s),
	    "destroyed_by", (json_int_t)record->n_destroyed, "advice", period->advice, "key_digest",
	    period->has_keys ? digest : NULL);
	if (json != NULL && period->is_base)
		(void)json_object_set_new(json, "questions", json_integer((json_int_t)period->n_questions));
	return json;
}

static json_t *party_to_json(const struct oeo_status_party *party)
{
	return json_pack("{s:s, s:s, s:s, s:o, s:o}", "role", oeo_role_name(party->card.role), "id",
	    party->card.id, "name", party->card.name, "reached", time_to_json(party->contact.reached_s),
	    "silent", time_to_json(party->contact.silent_s));
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

static json_t *run_to_json(const struct oeo_status_run *run)
{
	static const char *const doings[] = {[OEO_RUN_STOPPED] = "stopped",
	    [OEO_RUN_WAITS] = "waits",
	    [OEO_RUN_IMPORTS] = "imports",
	    [OEO_RUN_PUBLISHES] = "publishes"};
	const struct oeo_run_state *state = &run->state;

	if (!run->has_run)
		return json_null();
	return json_pack("{s:b, s:s, s:o, s:o, s:s?, s:i, s:s, s:s?, s:I, s:I, s:I, s:I}", "running",
	    run->is_running, "doing", run->is_running ? doings[state->doing] : "stopped", "since",
	    time_to_json(state->started_s), "next",
	    time_to_json(run->is_running && state->doing != OEO_RUN_PUBLISHES ? state->next_s : 0), "file",
	    state->file[0] != '\0' ? state->file : NULL, "percent", (int)state->percent, "inbox",
	    state->inbox, "form", run->is_running && state->form[0] != '\0' ? state->form : NULL, "waiting",
	    (json_int_t)run->n_waiting, "read", (json_int_t)run->n_done, "refused",
	    (json_int_t)run->n_refused, "not_looked_into", (json_int_t)run->n_deep);
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
	return json_pack("{s:s, s:s, s:s, s:o, s:s?, s:b, s:o, s:o, s:o, s:o, s:o}", "member", card->id,
	    "name", card->name, "fingerprint", card->fingerprint, "plan",
	    plan_to_json(oeo_plans_newest(&status->agent->plans)), "offered_from",
	    status->has_offered ? offered : NULL, "import_wanted", status->is_import_wanted, "parties",
	    parties, "periods", periods, "run", run_to_json(&status->run), "files",
	    oeo_leftovers_to_json(&status->leftovers), "todo", todo);
}
