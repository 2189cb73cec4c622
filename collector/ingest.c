/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/ingest.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/period_keys.h"
#include "collector/submission_state.h"
#include "proto/log.h"

struct oeo_ingest {
	struct oeo_store *store;
	const struct oeo_home *home;
	const struct oeo_clock *clock;
	struct oeo_plans plans;
	struct oeo_card *keyholders;
	size_t n_keyholders;
	struct oeo_submission_states *states;
};

/* One part on its way through the checks. */
struct arrival {
	const char *member;
	const struct oeo_submission_part *part;
	struct oeo_period period;
	const struct oeo_plan *plan;
	struct oeo_store_period record;
	bool has_record;
	bool is_reopened; /* out, but this member may submit it anew for a correction */
	bool is_unreadable; /* what came in before cannot be read any more */
};

enum oeo_err oeo_ingest_new(struct oeo_ingest **ingest, struct oeo_store *store, const struct oeo_home *home,
    const struct oeo_clock *clock, struct oeo_note *why)
{
	struct oeo_ingest *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->store = store;
	made->home = home;
	made->clock = clock;
	err = oeo_submission_states_new(&made->states);
	if (err == OEO_OK)
		err = oeo_ingest_refresh(made, why);
	if (err == OEO_OK)
		*ingest = made;
	else
		oeo_ingest_free(made);
	return err;
}

void oeo_ingest_free(struct oeo_ingest *ingest)
{
	if (ingest == NULL)
		return;
	oeo_plans_fini(&ingest->plans);
	free(ingest->keyholders);
	oeo_submission_states_free(ingest->states);
	free(ingest);
}

enum oeo_err oeo_ingest_refresh(struct oeo_ingest *ingest, struct oeo_note *why)
{
	struct oeo_plans plans = {NULL, 0};
	struct oeo_card *cards = NULL;
	size_t n_cards = 0;
	enum oeo_err err = oeo_plans_load(&plans, ingest->store, why);

	oeo_submission_states_clear(ingest->states);
	if (err == OEO_OK)
		err = oeo_keyholders_load(&cards, &n_cards, ingest->home, why);
	if (err != OEO_OK) {
		oeo_plans_fini(&plans);
		return err;
	}
	oeo_plans_fini(&ingest->plans);
	free(ingest->keyholders);
	ingest->plans = plans;
	ingest->keyholders = cards;
	ingest->n_keyholders = n_cards;
	return OEO_OK;
}

const struct oeo_plans *oeo_ingest_plans(const struct oeo_ingest *ingest)
{
	return &ingest->plans;
}

/* The request number is protobuf's field 1, a varint, and comes first; 0 is left out. */
void oeo_ingest_digest(uint8_t digest[OEO_DIGEST_BYTES], const uint8_t *message, size_t len)
{
	size_t start = 0;

	if (len > 1 && message[0] == 0x08) {
		start = 1;
		while (start < len && (message[start] & 0x80) != 0)
			start++;
		start += start < len ? 1 : 0;
	}
	/* Fails only for lengths out of range, which these are not. */
	(void)crypto_generichash(digest, OEO_DIGEST_BYTES, message + start, len - start, NULL, 0);
}

/* ---- The period */

/* Its plan, and whether it takes submissions now: 0 or a reason. */
static unsigned check_plan(const struct oeo_ingest *ingest, struct arrival *arrival)
{
	const struct oeo_published *item;

	if (oeo_plans_newest(&ingest->plans) == NULL)
		return OEO_REASON_NO_PLAN;
	item = oeo_plans_of_period(&ingest->plans, &arrival->period);
	if (item == NULL)
		return OEO_REASON_PERIOD_OUTSIDE;
	arrival->plan = item->signed_plan.plan;
	if (memcmp(arrival->part->plan_digest, arrival->plan->digest, OEO_DIGEST_BYTES) != 0)
		return OEO_REASON_OTHER_PLAN;
	if (oeo_clock_today(ingest->clock) <= oeo_period_last_day(&arrival->period))
		return OEO_REASON_PERIOD_NOT_ENDED;
	return 0;
}

static unsigned check_record(const struct arrival *arrival)
{
	if (!arrival->has_record)
		return 0;
	if (arrival->record.is_released && !arrival->is_reopened)
		return OEO_REASON_PERIOD_RELEASED;
	if (arrival->record.n_destroyed > 0 || arrival->record.is_purged)
		return OEO_REASON_PERIOD_DESTROYED;
	if (arrival->record.equivocator[0] != '\0')
		return OEO_REASON_EQUIVOCATION;
	return 0;
}

/* ---- Keys in part 0 */

static enum oeo_err check_keys(struct oeo_ingest *ingest, const struct arrival *arrival, unsigned *reason)
{
	const struct oeo_submission_part *part = arrival->part;
	size_t which = 0;
	enum oeo_err err;

	if (!oeo_period_keys_are_signed(part, arrival->plan, ingest->keyholders, ingest->n_keyholders)) {
		*reason = OEO_REASON_OTHER_KEYS;
		return OEO_OK;
	}
	if (!arrival->has_record || !arrival->record.has_keys)
		return oeo_store_put_keys(ingest->store, part->period, part->plan_digest, part->key_digest,
		    part->keys, part->n_keys);
	if (memcmp(arrival->record.key_digest, part->key_digest, OEO_DIGEST_BYTES) == 0)
		return OEO_OK;
	if (!oeo_period_keys_differ(&arrival->record, part, &which)) {
		*reason = OEO_REASON_OTHER_KEYS;
		return OEO_OK;
	}
	*reason = OEO_REASON_EQUIVOCATION;
	oeo_log(OEO_LOG_ERROR, "ingest", "%s stops: keyholder %s signed two different sets of keys",
	    part->period, part->keys[which].keyholder);
	err = oeo_store_stop_period(
	    ingest->store, part->period, &arrival->record.keys[which], &part->keys[which]);
	return err;
}

/* ---- Buckets and reports */

uint64_t oeo_ingest_most_reports(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	uint64_t quota = oeo_plan_quota(plan, cadence);
	uint64_t most =
	    quota > UINT64_MAX / OEO_REPORTS_PER_QUOTA ? UINT64_MAX : quota * OEO_REPORTS_PER_QUOTA;

	return most > OEO_REPORTS_ALWAYS_TAKEN ? most : OEO_REPORTS_ALWAYS_TAKEN;
}

/* What a table of the period allows; worked out once a part, because it takes a walk over the codes. */
struct table_bounds {
	bool is_known;
	size_t label_len;
	size_t cells;
};

static const struct table_bounds *bounds_of(
    struct table_bounds *all, const struct arrival *arrival, uint32_t number)
{
	const struct oeo_table *table;
	struct table_bounds *bounds = &all[number];

	if (bounds->is_known)
		return bounds;
	table = &arrival->plan->tables[number];
	bounds->is_known = true;
	bounds->label_len = oeo_table_label_bytes(arrival->plan, table) + OEO_LABEL_MAC_BYTES;
	bounds->cells = oeo_table_cells(arrival->plan, table);
	return bounds;
}

static bool is_table_of_period(const struct arrival *arrival, uint32_t number)
{
	return number < arrival->plan->n_tables && number < OEO_MAX_TABLES &&
	       arrival->plan->tables[number].cadence == arrival->period.cadence;
}

static unsigned check_buckets(const struct arrival *arrival, const struct oeo_submission_state *state)
{
	const struct oeo_submission_part *part = arrival->part;
	const uint8_t *last = state->n_buckets > 0 ? state->last_tag : NULL;
	struct table_bounds all[OEO_MAX_TABLES] = {{false, 0, 0}};
	size_t added[OEO_MAX_TABLES] = {0};

	if (part->n_buckets > 0 && state->n_reports > 0)
		return OEO_REASON_BAD_BUCKET;
	for (size_t i = 0; i < part->n_buckets; i++) {
		const struct oeo_bucket *bucket = &part->buckets[i];
		const struct table_bounds *bounds;

		if (!is_table_of_period(arrival, bucket->table))
			return OEO_REASON_BAD_BUCKET;
		bounds = bounds_of(all, arrival, bucket->table);
		if (bucket->label_len != bounds->label_len ||
		    (last != NULL && memcmp(last, bucket->tag, OEO_TAG_BYTES) >= 0))
			return OEO_REASON_BAD_BUCKET;
		last = bucket->tag;
		added[bucket->table]++;
		if (state->tags[bucket->table] + added[bucket->table] > bounds->cells)
			return OEO_REASON_TOO_MANY_TAGS;
	}
	return 0;
}

/* The top byte of L is 0x10 and the next sixteen are 0: nearly every good y is known by its top byte. */
static bool is_canonical(const uint8_t *y)
{
	return y[OEO_SCALAR_BYTES - 1] < 0x10 || oeo_scalar_is_canonical(y, false);
}

bool oeo_ingest_reports_are_good(const uint8_t *records, size_t n, const uint8_t *table_of,
    uint64_t n_buckets, const bool *has_questions, unsigned *reason)
{
	static const uint8_t zero[OEO_SCALAR_BYTES];

	for (size_t i = 0; i < n; i++) {
		const uint8_t *record = records + i * OEO_REPORT_BYTES;
		const uint8_t *y = oeo_report_y(record);
		uint32_t bucket = oeo_report_bucket(record);
		bool is_good;

		if (bucket >= n_buckets) {
			*reason = OEO_REASON_BAD_BUCKET;
			return false;
		}
		if (memcmp(oeo_report_x(record), zero, OEO_X_BYTES) != 0)
			is_good = is_canonical(y);
		else
			is_good = memcmp(y, zero, OEO_SCALAR_BYTES) == 0 && has_questions[table_of[bucket]];
		if (!is_good) {
			*reason = OEO_REASON_NOT_CANONICAL;
			return false;
		}
	}
	return true;
}

static unsigned check_reports(const struct arrival *arrival, const struct oeo_submission_state *state)
{
	bool has_questions[OEO_MAX_TABLES] = {false};
	unsigned reason = 0;

	if (state->n_reports + arrival->part->n_reports >
	    oeo_ingest_most_reports(arrival->plan, arrival->period.cadence))
		return OEO_REASON_TOO_MANY_REPORTS;
	for (size_t i = 0; i < arrival->plan->n_tables && i < OEO_MAX_TABLES; i++)
		has_questions[i] = arrival->plan->tables[i].publishes_questions;
	(void)oeo_ingest_reports_are_good(arrival->part->reports, arrival->part->n_reports, state->table_of,
	    state->n_buckets, has_questions, &reason);
	return reason;
}

static unsigned check_closing(const struct arrival *arrival)
{
	const struct oeo_closing *closing = &arrival->part->closing;

	for (size_t i = 0; arrival->part->is_final && i < closing->n_fed; i++) {
		if (oeo_plan_find_dimension(arrival->plan, closing->fed[i]) == SIZE_MAX)
			return OEO_REASON_MALFORMED;
	}
	return 0;
}

/* ---- One part */

/* A part whose index is in already: 0 in *reason where it is the same. */
static enum oeo_err check_repeat(
    struct oeo_ingest *ingest, const struct arrival *arrival, const uint8_t *digest, unsigned *reason)
{
	uint8_t stored[OEO_DIGEST_BYTES];
	enum oeo_err err = oeo_store_find_part(
	    ingest->store, arrival->member, arrival->part->period, arrival->part->index, stored);

	*reason = OEO_REASON_CONFLICT;
	if (err == OEO_OK && memcmp(stored, digest, OEO_DIGEST_BYTES) == 0)
		*reason = 0;
	if (err == OEO_ERR_NOT_FOUND) {
		/* Purged: what was compared with is gone. */
		*reason =
		    arrival->record.is_released ? OEO_REASON_PERIOD_RELEASED : OEO_REASON_PERIOD_DESTROYED;
		err = OEO_OK;
	}
	return err;
}

static enum oeo_err store_part(struct oeo_ingest *ingest, const struct arrival *arrival,
    struct oeo_submission_state *state, const uint8_t *digest)
{
	const struct oeo_submission_part *part = arrival->part;
	enum oeo_err err =
	    oeo_store_put_part(ingest->store, arrival->member, part, digest, oeo_clock_today(ingest->clock));

	if (err == OEO_OK)
		err = oeo_submission_state_add_buckets(state, part->buckets, part->n_buckets);
	if (err != OEO_OK)
		return err;
	state->next_index++;
	state->n_reports += part->n_reports;
	state->is_final = part->is_final;
	return OEO_OK;
}

/* Check what the part holds against what came before it, and store it. */
static enum oeo_err take_part(struct oeo_ingest *ingest, const struct arrival *arrival,
    struct oeo_submission_state *state, const uint8_t *digest, unsigned *reason)
{
	*reason = check_closing(arrival);
	if (*reason == 0)
		*reason = check_buckets(arrival, state);
	if (*reason == 0)
		*reason = check_reports(arrival, state);
	if (*reason == 0 && arrival->part->index == 0) {
		enum oeo_err err = check_keys(ingest, arrival, reason);

		if (err != OEO_OK)
			return err;
	}
	return *reason == 0 ? store_part(ingest, arrival, state, digest) : OEO_OK;
}

/* state is NULL for a submission that has nothing in yet. */
static unsigned check_order(const struct arrival *arrival, const struct oeo_submission_state *state)
{
	uint32_t next = state != NULL ? state->next_index : 0;

	if (state != NULL && state->is_final)
		return OEO_REASON_CLOSED;
	if (arrival->part->index > next)
		return OEO_REASON_GAP;
	if (state != NULL && memcmp(state->key_digest, arrival->part->key_digest, OEO_DIGEST_BYTES) != 0)
		return OEO_REASON_OTHER_KEYS;
	return 0;
}

static enum oeo_err take_first(
    struct oeo_ingest *ingest, const struct arrival *arrival, const uint8_t *digest, unsigned *reason)
{
	struct oeo_submission_state *state = NULL;
	enum oeo_err err = oeo_submission_states_add(
	    &state, ingest->states, arrival->member, arrival->part->period, arrival->part->key_digest);

	if (err != OEO_OK)
		return err;
	err = take_part(ingest, arrival, state, digest, reason);
	if (err != OEO_OK || *reason != 0)
		oeo_submission_states_drop(ingest->states, state);
	return err;
}

/* record and state of the arrival's period and member, where there are any. */
static enum oeo_err look_up(
    struct oeo_ingest *ingest, struct arrival *arrival, struct oeo_submission_state **state)
{
	enum oeo_err err = oeo_store_find_period(ingest->store, arrival->part->period, &arrival->record);

	arrival->has_record = err == OEO_OK;
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	err = OEO_OK;
	if (arrival->has_record && arrival->record.n_reopened > 0)
		err = oeo_store_is_reopened(
		    ingest->store, arrival->member, arrival->part->period, &arrival->is_reopened);
	if (err != OEO_OK)
		return err;
	err = oeo_submission_states_find(
	    state, ingest->states, ingest->store, arrival->member, arrival->part->period);
	if (err == OEO_ERR_CRYPTO) {
		arrival->is_unreadable = true;
		return OEO_OK;
	}
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_ingest_part(struct oeo_ingest *ingest, const char *member,
    const struct oeo_submission_part *part, const uint8_t digest[OEO_DIGEST_BYTES], unsigned *reason)
{
	struct oeo_submission_state *state = NULL;
	struct arrival arrival;
	enum oeo_err err;

	memset(&arrival, 0, sizeof(arrival));
	arrival.member = member;
	arrival.part = part;
	*reason = OEO_REASON_MALFORMED;
	if (oeo_period_parse(&arrival.period, part->period) != OEO_OK)
		return OEO_OK;
	err = look_up(ingest, &arrival, &state);
	if (err != OEO_OK)
		return err;
	if (arrival.is_unreadable) {
		/* A restored database: the member learns that the submission is to be reopened and sent again. */
		*reason = OEO_REASON_CONFLICT;
		return OEO_OK;
	}
	if (state != NULL && part->index < state->next_index)
		return check_repeat(ingest, &arrival, digest, reason);
	*reason = check_plan(ingest, &arrival);
	if (*reason == 0)
		*reason = check_record(&arrival);
	if (*reason == 0)
		*reason = check_order(&arrival, state);
	if (*reason != 0)
		return OEO_OK;
	return state == NULL ? take_first(ingest, &arrival, digest, reason)
			     : take_part(ingest, &arrival, state, digest, reason);
}
