/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/told.h"

#include <stdlib.h>
#include <string.h>

#include "agent/advice.h"
#include "agent/crash_point.h"
#include "agent/keyholders.h"
#include "proto/i18n.h"

/* One heartbeat reply while it is worked in. */
struct applying {
	const struct oeo_told *told;
	const struct oeo_agent *agent;
	struct oeo_ledger *ledger;
	struct oeo_buf *news;
	bool has_deleted;
	int64_t now_s;
};

/* One period of it. */
struct period_news {
	const struct oeo_period_state *state;
	const struct oeo_plan *plan;
	struct oeo_period period;
	struct oeo_period_record record;
};

static bool is_base(const struct oeo_plan *plan, const struct oeo_period *period)
{
	return period->cadence == oeo_plan_base(plan);
}

static bool is_over(enum oeo_stage stage)
{
	return stage == OEO_STAGE_RELEASED || stage == OEO_STAGE_MISSED || stage == OEO_STAGE_LOST;
}

static enum oeo_err close_base(const struct applying *applying, const struct period_news *news)
{
	return is_base(news->plan, &news->period) ? oeo_ledger_close_base(applying->ledger, &news->period)
						  : OEO_OK;
}

/* Submitted, but not from this ledger: its questions are not in it either, until their files are imported anew. */
static enum oeo_err note_told(struct applying *applying, struct period_news *news)
{
	enum oeo_err err = OEO_OK;

	news->record.is_told = true;
	if (is_base(news->plan, &news->period))
		err = oeo_ledger_close_told(applying->ledger, &news->period);
	return err == OEO_OK ? oeo_ledger_want_import(applying->ledger, true) : err;
}

static enum oeo_err delete_caches(struct applying *applying, const struct period_news *news)
{
	applying->has_deleted = true;
	return oeo_period_delete_caches(applying->ledger, &news->period);
}

/* ---- Released */

/* A member that is shown other keys than the rest can only be kept out: it is compared with and without this member. */
static enum oeo_err compare_keys(struct applying *applying, struct period_news *news)
{
	struct oeo_key_set set;
	struct oeo_note alarm;
	enum oeo_err err = oeo_key_set_load(&set, applying->ledger, news->plan->id, &news->period);

	if (err == OEO_ERR_NOT_FOUND)
		return OEO_OK; /* never asked from here: there is nothing to compare with */
	if (err != OEO_OK || memcmp(set.digest, news->state->release_key_digest, OEO_DIGEST_BYTES) == 0)
		return err;
	news->record.has_other_keys = true;
	(void)oeo_period_advise(&alarm, applying->agent, &news->record);
	return oeo_buf_printf(applying->news, "%s\n", alarm.text);
}

static enum oeo_err on_released(struct applying *applying, struct period_news *news)
{
	/* Without a submission this member only joined later; with one that did not leave here, another ledger sent it. */
	bool is_from_elsewhere =
	    news->state->is_final && !news->record.is_sent && news->record.stage != OEO_STAGE_SUBMITTED;
	enum oeo_err err;

	if (news->record.stage == OEO_STAGE_RELEASED)
		return OEO_OK;
	oeo_crash_point("release-seen");
	err = compare_keys(applying, news);
	if (err == OEO_OK)
		err = delete_caches(applying, news);
	if (err == OEO_OK && is_from_elsewhere)
		err = note_told(applying, news);
	else if (err == OEO_OK && !news->record.is_told)
		err = close_base(applying, news);
	if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("%s has been released. What was kept of its submission is deleted here.\n"),
		    news->state->period);
	news->record.stage = OEO_STAGE_RELEASED;
	news->record.reason = 0;
	news->record.is_gone = false;
	return err;
}

/* ---- Released without this member */

/* Longer periods that contain this one: one that has left holds its questions; the others are thrown away, because
 * their questions are about to move. */
static enum oeo_err settle_longer(struct applying *applying, const struct period_news *news, bool *is_held)
{
	struct oeo_period_record *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_period_records_load(&records, &n, applying->ledger);

	*is_held = false;
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		const struct oeo_period_record *longer = &records[i];

		if (longer->period.cadence > news->period.cadence &&
		    oeo_period_contains(&longer->period, &news->period))
			*is_held = *is_held || longer->is_sent || longer->stage == OEO_STAGE_SUBMITTED ||
				   longer->stage == OEO_STAGE_RELEASED || longer->stage == OEO_STAGE_STRANDED;
	}
	for (size_t i = 0; i < n && err == OEO_OK && !*is_held; i++) {
		const struct oeo_period_record *longer = &records[i];

		if (longer->period.cadence > news->period.cadence &&
		    oeo_period_contains(&longer->period, &news->period) && !is_over(longer->stage))
			err = oeo_period_discard(applying->ledger, news->plan, &longer->period, NULL);
	}
	free(records);
	return err;
}

static enum oeo_err move_questions(struct applying *applying, const struct period_news *news)
{
	size_t n_moved = 0;
	bool is_held = false;
	enum oeo_err err = settle_longer(applying, news, &is_held);

	if (err != OEO_OK)
		return err;
	if (is_held) {
		err = close_base(applying, news);
		return err != OEO_OK ? err
				     : oeo_buf_printf(applying->news,
					   _("%s was released without this member. Its questions count in "
					     "the longer period that "
					     "was sent.\n"),
					   news->state->period);
	}
	err = oeo_ledger_move_missed(applying->ledger, news->plan, &news->period, &n_moved);
	if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("%s was released without this member. Its questions (%zu) move on to the next period "
		      "that is still open, "
		      "marked late.\n"),
		    news->state->period, n_moved);
	return err;
}

static enum oeo_err on_missed(struct applying *applying, struct period_news *news)
{
	enum oeo_err err;

	if (news->record.stage == OEO_STAGE_MISSED)
		return OEO_OK;
	err = compare_keys(applying, news);
	if (err == OEO_OK)
		err = delete_caches(applying, news);
	if (err == OEO_OK && is_base(news->plan, &news->period))
		err = move_questions(applying, news);
	else if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("%s was released without this member. Its questions count in the shorter and longer "
		      "periods that were "
		      "sent.\n"),
		    news->state->period);
	news->record.stage = OEO_STAGE_MISSED;
	news->record.reason = 0;
	news->record.is_gone = false;
	return err;
}

/* ---- Released, and open to this member again for a correction */

static enum oeo_err on_reopened(struct applying *applying, struct period_news *news)
{
	bool is_held = true;
	enum oeo_err err = OEO_OK;

	if (is_base(news->plan, &news->period))
		err = oeo_period_is_held(applying->ledger, &news->period, &is_held);
	if (err == OEO_OK && !is_held)
		err = oeo_ledger_take_back(applying->ledger, &news->period);
	if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("The bureau has opened %s for this member again, to correct its release. Import what "
		      "is to "
		      "be put right, then send it at your command: oeo-agent publish --period %s --again\n"),
		    news->state->period, news->state->period);
	news->record.stage = OEO_STAGE_SUBMITTED;
	news->record.is_gone = true;
	news->record.is_sent = false;
	news->record.n_parts = 0;
	news->record.reason = 0;
	return err;
}

/* ---- Keys destroyed before a release */

enum oeo_err oeo_period_give_up(
    const struct oeo_agent *agent, const struct oeo_plan *plan, struct oeo_period_record *record)
{
	enum oeo_err err = oeo_period_delete_caches(agent->ledger, &record->period);

	if (err == OEO_OK && is_base(plan, &record->period))
		err = oeo_ledger_close_base(agent->ledger, &record->period);
	record->stage = OEO_STAGE_LOST;
	record->reason = 0;
	record->is_gone = false;
	return err;
}

static enum oeo_err on_lost(struct applying *applying, struct period_news *news)
{
	enum oeo_err err;

	if (news->record.stage == OEO_STAGE_LOST)
		return OEO_OK;
	applying->has_deleted = true;
	err = oeo_period_give_up(applying->agent, news->plan, &news->record);
	if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("The keys of %s are destroyed; it is not released. Its questions still count in the "
		      "quarter and the year.\n"),
		    news->state->period);
	return err;
}

static uint32_t count_destroyed(const struct applying *applying, const struct period_news *news)
{
	uint32_t n = 0;

	for (size_t k = 0; k < news->plan->n_keyholders; k++) {
		const struct oeo_card *card =
		    oeo_agent_card(applying->agent, OEO_ROLE_KEYHOLDER, news->plan->keyholders[k]);
		bool is_signed = false;

		for (size_t i = 0; card != NULL && i < news->state->n_destroyed && !is_signed; i++)
			is_signed = oeo_destroyed_is_signed(
			    &news->state->destroyed[i], card, news->plan->id, news->state->period);
		n += is_signed;
	}
	return n;
}

/* ---- Not released */

static enum oeo_err on_final(struct applying *applying, struct period_news *news)
{
	struct oeo_period_record *record = &news->record;
	enum oeo_err err = OEO_OK;

	record->is_gone = false;
	if (record->stage == OEO_STAGE_SUBMITTED)
		return OEO_OK;
	record->reason = 0;
	record->final_s = applying->now_s;
	if (record->stage == OEO_STAGE_READY && record->is_sent) {
		record->stage = OEO_STAGE_SUBMITTED;
		return OEO_OK;
	}
	record->stage = OEO_STAGE_SUBMITTED;
	record->n_parts = 0;
	err = oeo_period_delete_caches(applying->ledger, &news->period);
	if (err == OEO_OK)
		err = note_told(applying, news);
	if (err == OEO_OK)
		err = oeo_buf_printf(applying->news,
		    _("%s had been submitted already, before the ledger that is here now was put back. It "
		      "counts as submitted.\n"),
		    news->state->period);
	return err;
}

static enum oeo_err on_begun_elsewhere(struct applying *applying, struct period_news *news)
{
	enum oeo_err err;

	if (news->record.stage == OEO_STAGE_STRANDED)
		return OEO_OK;
	err = oeo_period_delete_caches(applying->ledger, &news->period);
	if (err == OEO_OK)
		err = close_base(applying, news);
	news->record.stage = OEO_STAGE_STRANDED;
	news->record.is_gone = false;
	news->record.n_parts = 0;
	return err;
}

/* ---- Each period */

static enum oeo_err apply_state(struct applying *applying, struct period_news *news)
{
	const struct oeo_period_state *state = news->state;
	struct oeo_period_record *record = &news->record;

	record->n_destroyed = count_destroyed(applying, news);
	if (state->is_released)
		return state->is_without_member ? on_missed(applying, news) : on_released(applying, news);
	if ((record->stage == OEO_STAGE_RELEASED || record->stage == OEO_STAGE_MISSED) &&
	    state->next_index == 0 && record->n_destroyed == 0)
		return on_reopened(applying, news);
	if (is_over(record->stage))
		return OEO_OK;
	if (record->n_destroyed > 0)
		return on_lost(applying, news);
	if (state->is_final)
		return on_final(applying, news);
	if (record->stage == OEO_STAGE_SUBMITTED)
		record->is_gone = true;
	if (state->next_index > 0 && !record->is_sent)
		return on_begun_elsewhere(applying, news);
	return OEO_OK;
}

static bool has_changed(const struct oeo_period_record *before, const struct oeo_period_record *after)
{
	return before->stage != after->stage || before->is_told != after->is_told ||
	       before->has_other_keys != after->has_other_keys || before->is_gone != after->is_gone ||
	       before->reason != after->reason || before->n_parts != after->n_parts ||
	       before->final_s != after->final_s || before->n_destroyed != after->n_destroyed;
}

static enum oeo_err apply_one(struct applying *applying, struct period_news *news)
{
	struct oeo_period_record before;
	enum oeo_err err;

	news->plan = oeo_plans_of_period(&applying->agent->plans, &news->period);
	if (news->plan == NULL)
		return OEO_OK; /* of a plan that is not accepted here: nothing was or will be sent for it yet */
	err = oeo_period_record_load(&news->record, applying->ledger, &news->period);
	before = news->record;
	if (err == OEO_OK)
		err = apply_state(applying, news);
	if (err == OEO_OK && has_changed(&before, &news->record))
		err = oeo_period_record_save(applying->ledger, &news->record);
	return err;
}

static int compare_news(const void *a, const void *b)
{
	return oeo_period_compare(
	    &((const struct period_news *)a)->period, &((const struct period_news *)b)->period);
}

/* In the order in which periods end: questions that move on may have to move once more. */
static enum oeo_err apply_states(struct applying *applying)
{
	size_t n = applying->told->n;
	struct period_news *order = oeo_alloc_array(n, sizeof(*order));
	enum oeo_err err = order != NULL ? OEO_OK : OEO_ERR_NOMEM;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		order[i].state = &applying->told->periods[i];
		err = oeo_period_parse(&order[i].period, order[i].state->period);
	}
	if (err == OEO_OK && n > 1)
		qsort(order, n, sizeof(*order), compare_news);
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = apply_one(applying, &order[i]);
	free(order);
	return err;
}

/* A submitted period that the collector does not mention at all is gone there too, unless its list is full. */
static enum oeo_err apply_unmentioned(struct applying *applying)
{
	struct oeo_period_record *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_period_records_load(&records, &n, applying->ledger);

	for (size_t i = 0; i < n && err == OEO_OK && applying->told->n < OEO_MAX_PERIOD_STATES; i++) {
		if (records[i].stage != OEO_STAGE_SUBMITTED || records[i].is_gone ||
		    oeo_told_find(applying->told, &records[i].period) != NULL)
			continue;
		records[i].is_gone = true;
		err = oeo_period_record_save(applying->ledger, &records[i]);
	}
	free(records);
	return err;
}

enum oeo_err oeo_told_apply(const struct oeo_told *told, const struct oeo_agent *agent, struct oeo_buf *news,
    bool *has_deleted, struct oeo_note *why)
{
	struct applying applying = {.told = told,
	    .agent = agent,
	    .ledger = agent->ledger,
	    .news = news,
	    .now_s = oeo_clock_now_s(&agent->clock)};
	enum oeo_err err = oeo_ledger_begin(agent->ledger, why);

	if (err != OEO_OK)
		return err;
	err = apply_states(&applying);
	if (err == OEO_OK)
		err = apply_unmentioned(&applying);
	if (err == OEO_OK) {
		err = oeo_ledger_commit(agent->ledger, why);
		if (err == OEO_OK)
			*has_deleted = applying.has_deleted;
		oeo_crash_point("release-done");
		return err;
	}
	oeo_ledger_rollback(agent->ledger);
	return oeo_note_set(
	    why, err, _("What the collector told cannot be stored in the ledger (%s)."), oeo_err_text(err));
}

enum oeo_err oeo_told_list_deleted(struct oeo_period **periods, size_t *n, struct oeo_ledger *ledger)
{
	struct oeo_period_record *records = NULL;
	struct oeo_period *made = NULL;
	size_t all = 0;
	size_t found = 0;
	enum oeo_err err = oeo_period_records_load(&records, &all, ledger);

	if (err != OEO_OK)
		return err;
	made = oeo_alloc_array(all, sizeof(*made));
	for (size_t i = 0; i < all && made != NULL; i++) {
		if (is_over(records[i].stage))
			made[found++] = records[i].period;
	}
	free(records);
	if (made == NULL)
		return OEO_ERR_NOMEM;
	*periods = made;
	*n = found;
	return OEO_OK;
}
