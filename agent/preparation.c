/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/preparation.h"

#include <stdlib.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/sealing.h"
#include "agent/snapshot.h"
#include "agent/submission.h"
#include "agent/told.h"
#include "proto/i18n.h"

#define MOST_PERIODS 3 /* month, quarter and year end on one day */

void oeo_preparation_open(struct oeo_preparation *preparation, const struct oeo_agent *agent,
    struct oeo_patience patience, enum oeo_coverage coverage)
{
	memset(preparation, 0, sizeof(*preparation));
	preparation->agent = agent;
	preparation->patience = patience;
	preparation->coverage = coverage;
}

/* When somebody was reached is for `status` only: not worth failing for. */
static void note_contacts(const struct oeo_preparation *preparation)
{
	const struct oeo_agent *agent = preparation->agent;
	int64_t now_s = oeo_clock_now_s(&agent->clock);

	for (size_t i = 0; i < preparation->keyholders.n; i++) {
		const struct oeo_keyholder *keyholder = &preparation->keyholders.items[i];

		if (keyholder->was_heard || keyholder->is_silent)
			(void)oeo_contact_note(agent->ledger, &keyholder->card, !keyholder->is_silent, now_s);
	}
}

static void close_keyholders(struct oeo_preparation *preparation)
{
	note_contacts(preparation);
	oeo_keyholders_close(&preparation->keyholders);
	preparation->plan = NULL;
}

void oeo_preparation_close(struct oeo_preparation *preparation)
{
	close_keyholders(preparation);
}

/* The connections stay from period to period, as long as the plan is the same. */
static enum oeo_err use_plan(
    struct oeo_preparation *preparation, const struct oeo_plan *plan, struct oeo_note *why)
{
	const struct oeo_agent *agent = preparation->agent;
	enum oeo_err err;

	if (preparation->plan == plan)
		return OEO_OK;
	close_keyholders(preparation);
	err = oeo_keyholders_open(&preparation->keyholders, plan, agent->cards, agent->n_cards, &agent->self,
	    preparation->patience, why);
	if (err == OEO_OK)
		preparation->plan = plan;
	return err;
}

static void refuse(struct oeo_preparation *preparation, unsigned reason, size_t which)
{
	memset(&preparation->refusal, 0, sizeof(preparation->refusal));
	preparation->refusal.reason = reason;
	preparation->refusal.by = preparation->keyholders.items[which].card;
	memcpy(preparation->refusal.member, preparation->agent->self.card.id, OEO_ID_BYTES);
}

/* Ask for the keys and hold them against those that were seen before. */
static enum oeo_err ask_keys(struct oeo_preparation *preparation, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_key_set *set, struct oeo_note *why)
{
	struct oeo_key_set seen;
	char text[OEO_PERIOD_BYTES];
	size_t which = 0;
	enum oeo_err err = use_plan(preparation, plan, why);

	if (err != OEO_OK)
		return err;
	err =
	    oeo_keyholders_ask_keys(&preparation->keyholders, plan, period, set, &preparation->refusal, why);
	/* A first send of many periods takes long, and `status` is asked meanwhile. */
	note_contacts(preparation);
	if (err != OEO_OK)
		return err;
	err = oeo_key_set_load(&seen, preparation->agent->ledger, plan->id, period);
	if (err == OEO_ERR_NOT_FOUND)
		return OEO_OK;
	if (err == OEO_OK)
		err = oeo_key_set_compare(&seen, set, &which);
	if (err != OEO_ERR_CONFLICT)
		return err;
	oeo_period_format(text, period);
	refuse(preparation, OEO_REASON_EQUIVOCATION, which);
	return oeo_note_set(why, err,
	    _("%s now shows other keys of %s than before. They are refused: whoever shows two sets of keys "
	      "can tell members "
	      "apart. Nothing is sent. Tell the bureau and every keyholder."),
	    preparation->keyholders.items[which].card.name, text);
}

/* True where the refusal is a signed statement that this keyholder's keys of the period are gone. */
static bool is_destroyed(
    const struct oeo_preparation *preparation, const struct oeo_plan *plan, const char *period)
{
	const struct oeo_refusal *refusal = &preparation->refusal;

	return refusal->reason == OEO_REASON_PERIOD_DESTROYED && refusal->has_destroyed &&
	       oeo_destroyed_is_signed(&refusal->destroyed, &refusal->by, plan->id, period);
}

/* ---- Freezing */

/* One period of those that are frozen together. */
struct freezing {
	const struct oeo_plan *plan;
	struct oeo_period_record record;
	struct oeo_key_set keys;
	bool has_keys;
	struct oeo_snapshot snapshot;
};

static enum oeo_err check_earlier(const struct oeo_agent *agent, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_note *why)
{
	struct oeo_period base = oeo_period_of_day(oeo_plan_base(plan), oeo_period_first_day(period));
	bool is_closed = true;
	enum oeo_err err = OEO_OK;

	for (; oeo_period_last_day(&base) < oeo_period_last_day(period); base = oeo_period_next(&base)) {
		char text[OEO_PERIOD_BYTES];
		char whole[OEO_PERIOD_BYTES];

		err = oeo_ledger_is_closed(agent->ledger, &base, &is_closed);
		if (err != OEO_OK)
			return err;
		oeo_period_format(text, &base);
		oeo_period_format(whole, period);
		if (!is_closed)
			return oeo_note_set(why, OEO_ERR_STATE,
			    _("%s is a part of %s and has to go first. Run: oeo-agent publish --period %s"),
			    text, whole, text);
	}
	return OEO_OK;
}

/* Keys that are lost or destroyed keep a period from being sealed, not from being frozen with the others. */
static enum oeo_err get_keys(
    struct oeo_preparation *preparation, struct freezing *freezing, struct oeo_note *why)
{
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err =
	    ask_keys(preparation, freezing->plan, &freezing->record.period, &freezing->keys, why);

	oeo_period_format(text, &freezing->record.period);
	freezing->has_keys = err == OEO_OK;
	freezing->record.stage = OEO_STAGE_FROZEN;
	if (err != OEO_ERR_REFUSED)
		return err;
	if (is_destroyed(preparation, freezing->plan, text)) {
		freezing->record.stage = OEO_STAGE_LOST;
		return OEO_OK;
	}
	if (preparation->refusal.reason != OEO_REASON_KEYS_LOST)
		return err;
	freezing->record.reason = OEO_REASON_KEYS_LOST;
	memcpy(freezing->record.refused_by, preparation->refusal.by.id, OEO_ID_BYTES);
	return OEO_OK;
}

static enum oeo_err store_frozen(const struct oeo_agent *agent, struct freezing *freezing)
{
	struct oeo_period_record *record = &freezing->record;
	/* What an earlier snapshot of the period left, where it is made anew. */
	enum oeo_err err = oeo_period_delete_caches(agent->ledger, &record->period);

	record->n_pairs = oeo_snapshot_count_pairs(&freezing->snapshot);
	record->n_cells = freezing->snapshot.n_cells;
	record->frozen_s = oeo_clock_now_s(&agent->clock);
	memcpy(record->plan_digest, freezing->plan->digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK && record->stage == OEO_STAGE_FROZEN)
		err = oeo_snapshot_save(agent->ledger, &freezing->snapshot);
	if (err == OEO_OK && freezing->has_keys)
		err = oeo_key_set_save(agent->ledger, &freezing->keys, freezing->plan->id, &record->period);
	if (err == OEO_OK)
		err = oeo_period_record_save(agent->ledger, record);
	if (err == OEO_OK && record->period.cadence == oeo_plan_base(freezing->plan))
		err = oeo_ledger_close_base(agent->ledger, &record->period);
	return err;
}

/* The walk over the questions and everything that follows of it, in one transaction. */
static enum oeo_err freeze_all(
    struct oeo_preparation *preparation, struct freezing *freezing, size_t n, struct oeo_note *why)
{
	const struct oeo_agent *agent = preparation->agent;
	struct oeo_snapshot_wish wishes[MOST_PERIODS];
	enum oeo_err err = oeo_ledger_begin(agent->ledger, why);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < n; i++)
		wishes[i] = (struct oeo_snapshot_wish){
		    freezing[i].record.period, freezing[i].plan, &freezing[i].snapshot};
	err = oeo_snapshot_make(wishes, n, agent->ledger, agent->self.card.id, preparation->coverage, why);
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		err = store_frozen(agent, &freezing[i]);
		if (err != OEO_OK)
			(void)oeo_note_set(why, err, _("The snapshot cannot be stored in the ledger (%s)."),
			    oeo_err_text(err));
	}
	oeo_crash_point("snapshot-unsaved");
	if (err != OEO_OK) {
		oeo_ledger_rollback(agent->ledger);
		return err;
	}
	err = oeo_ledger_commit(agent->ledger, why);
	oeo_crash_point("snapshot-saved");
	return err;
}

enum oeo_err oeo_preparation_freeze(
    struct oeo_preparation *preparation, const struct oeo_period *periods, size_t n, struct oeo_note *why)
{
	const struct oeo_agent *agent = preparation->agent;
	struct freezing *freezing = n <= MOST_PERIODS ? oeo_alloc_array(n, sizeof(*freezing)) : NULL;
	enum oeo_err err = freezing != NULL ? OEO_OK : OEO_ERR_NOMEM;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		freezing[i].record.period = periods[i];
		freezing[i].plan = oeo_plans_of_period(&agent->plans, &periods[i]);
		err = freezing[i].plan != NULL ? check_earlier(agent, freezing[i].plan, &periods[i], why)
					       : OEO_ERR_INTERNAL;
		if (err == OEO_OK)
			err = get_keys(preparation, &freezing[i], why);
	}
	if (err == OEO_OK) {
		oeo_crash_point("keys-seen");
		err = freeze_all(preparation, freezing, n, why);
	}
	for (size_t i = 0; freezing != NULL && i < n; i++)
		oeo_snapshot_fini(&freezing[i].snapshot);
	free(freezing);
	return err;
}

/* ---- Sealing */

static enum oeo_err store_ready(const struct oeo_agent *agent, struct oeo_period_record *record,
    const struct oeo_submission *submission, const struct oeo_key_set *keys, const char *plan,
    struct oeo_note *why)
{
	struct oeo_period_record ready = *record;
	enum oeo_err err = oeo_ledger_begin(agent->ledger, why);

	if (err != OEO_OK)
		return err;
	ready.stage = OEO_STAGE_READY;
	ready.n_parts = (uint32_t)submission->n_parts;
	ready.reason = 0;
	ready.refused_by[0] = '\0';
	err = oeo_period_delete_caches(agent->ledger, &record->period);
	if (err == OEO_OK)
		err = oeo_submission_save(agent->ledger, &record->period, submission);
	if (err == OEO_OK)
		err = oeo_key_set_save(agent->ledger, keys, plan, &record->period);
	if (err == OEO_OK)
		err = oeo_period_record_save(agent->ledger, &ready);
	oeo_crash_point("submission-unsaved");
	if (err != OEO_OK) {
		oeo_ledger_rollback(agent->ledger);
		return oeo_note_set(
		    why, err, _("The messages cannot be stored in the ledger (%s)."), oeo_err_text(err));
	}
	err = oeo_ledger_commit(agent->ledger, why);
	if (err == OEO_OK)
		*record = ready;
	oeo_crash_point("submission-saved");
	return err;
}

/* A refusal is remembered, so that `status` can tell it; signed destruction ends the period. */
static enum oeo_err store_refusal(
    struct oeo_preparation *preparation, const struct oeo_plan *plan, struct oeo_period_record *record)
{
	const struct oeo_agent *agent = preparation->agent;
	char text[OEO_PERIOD_BYTES];
	enum oeo_err err = oeo_ledger_begin(agent->ledger, NULL);

	if (err != OEO_OK)
		return err;
	oeo_period_format(text, &record->period);
	record->reason = preparation->refusal.reason;
	memcpy(record->refused_by, preparation->refusal.by.id, OEO_ID_BYTES);
	if (is_destroyed(preparation, plan, text))
		err = oeo_period_give_up(agent, plan, record);
	if (err == OEO_OK)
		err = oeo_period_record_save(agent->ledger, record);
	if (err == OEO_OK)
		return oeo_ledger_commit(agent->ledger, NULL);
	oeo_ledger_rollback(agent->ledger);
	return err;
}

static enum oeo_err seal(struct oeo_preparation *preparation, const struct oeo_plan *plan,
    struct oeo_period_record *record, struct oeo_note *why)
{
	const struct oeo_agent *agent = preparation->agent;
	struct oeo_snapshot snapshot;
	struct oeo_sealing *sealing = NULL;
	struct oeo_submission submission = {NULL, 0};
	struct oeo_key_set keys;
	enum oeo_err err;

	memset(&snapshot, 0, sizeof(snapshot));
	err = ask_keys(preparation, plan, &record->period, &keys, why);
	if (err != OEO_OK)
		return err;
	err = oeo_snapshot_load(&snapshot, agent->ledger, &record->period);
	if (err == OEO_OK && memcmp(snapshot.plan_digest, plan->digest, OEO_DIGEST_BYTES) != 0)
		err = OEO_ERR_FORMAT;
	/* Kept before anything is sealed with them (freezing may have had none): after a crash others are refused. */
	if (err == OEO_OK)
		err = oeo_key_set_save(agent->ledger, &keys, plan->id, &record->period);
	if (err == OEO_OK)
		err = oeo_sealing_new(&sealing, plan, &snapshot);
	if (err == OEO_OK)
		err = oeo_sealing_resume(sealing, agent->ledger);
	if (err != OEO_OK) {
		(void)oeo_note_set(
		    why, err, _("The snapshot cannot be read from the ledger (%s)."), oeo_err_text(err));
		goto cleanup;
	}
	err = oeo_sealing_run(
	    sealing, &preparation->keyholders, &keys, agent->ledger, &preparation->refusal, why);
	if (err == OEO_OK)
		err = oeo_submission_make(&submission, plan, &snapshot, sealing, &keys, why);
	if (err == OEO_OK)
		err = store_ready(agent, record, &submission, &keys, plan->id, why);
cleanup:
	oeo_submission_fini(&submission);
	oeo_sealing_free(sealing);
	oeo_snapshot_fini(&snapshot);
	return err;
}

enum oeo_err oeo_preparation_seal(
    struct oeo_preparation *preparation, struct oeo_period_record *record, struct oeo_note *why)
{
	const struct oeo_plan *plan = oeo_plans_of_digest(&preparation->agent->plans, record->plan_digest);
	enum oeo_err err;

	if (plan == NULL)
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("The plan of a frozen period is not in the ledger any more."));
	memset(&preparation->refusal, 0, sizeof(preparation->refusal));
	err = seal(preparation, plan, record, why);
	/* A reason that cannot be stored is told all the same, in why. */
	if ((err == OEO_ERR_REFUSED || err == OEO_ERR_CONFLICT) && preparation->refusal.reason != 0)
		(void)store_refusal(preparation, plan, record);
	return err;
}
