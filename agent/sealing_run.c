/* SPDX-License-Identifier: EUPL-1.2 */
/* Sealing: asking the keyholders, several groups in flight at each, and taking what they prove. */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/sealing_internal.h"
#include "proto/cli.h"
#include "proto/i18n.h"

/* ---- Asking */

struct run {
	struct oeo_sealing *sealing;
	struct oeo_keyholders *keyholders;
	const struct oeo_key_set *keys;
	struct oeo_ledger *ledger;
	struct oeo_refusal *refusal;
	struct oeo_note *why;
	char period[OEO_PERIOD_BYTES];
	struct oeo_buf packed;
};

static enum oeo_err send_flight(struct run *run, size_t which, struct oeo_sealing_flight *flight)
{
	struct oeo_message message = {.kind = OEO_MESSAGE_EVALUATE};
	enum oeo_err err;

	flight->request = run->keyholders->next_request++;
	message.request = flight->request;
	memcpy(message.as.evaluate.plan, run->sealing->plan->id, OEO_ID_BYTES);
	memcpy(message.as.evaluate.period, run->period, OEO_PERIOD_BYTES);
	message.as.evaluate.purpose =
	    oeo_sealing_is_cell_task(run->sealing, flight->task) ? OEO_PURPOSE_CELL : OEO_PURPOSE_RESIDENT;
	message.as.evaluate.blinded = flight->blinded;
	run->packed.len = 0;
	err = oeo_message_pack(&run->packed, &message);
	if (err == OEO_OK)
		err =
		    oeo_client_send(run->keyholders->items[which].client, run->packed.data, run->packed.len);
	return err == OEO_ERR_AWAY ? OEO_OK : err; /* a full queue is a silence: it is asked again later */
}

static enum oeo_err ask_group(struct run *run, size_t which, struct oeo_sealing_flight *flight, size_t task)
{
	const uint8_t *elements = NULL;
	enum oeo_err err = oeo_sealing_find_hashed(run->sealing, task, &elements);

	if (err != OEO_OK)
		return err;
	flight->task = task;
	oeo_voprf_random_blinds(flight->blinds, OEO_GROUP_SIZE);
	err = oeo_voprf_blind(flight->blinded, elements, flight->blinds, OEO_GROUP_SIZE);
	if (err != OEO_OK)
		return err;
	flight->is_used = true;
	return send_flight(run, which, flight);
}

static size_t count_flights(const struct oeo_sealing_lane *lane)
{
	size_t n = 0;

	for (size_t i = 0; i < OEO_SEALING_IN_FLIGHT; i++)
		n += lane->flights[i].is_used;
	return n;
}

static size_t next_task(const struct oeo_sealing *sealing, struct oeo_sealing_lane *lane)
{
	while (lane->next < sealing->n_tasks && lane->is_done[lane->next] != 0)
		lane->next++;
	return lane->next < sealing->n_tasks ? lane->next++ : SIZE_MAX;
}

/* Give one keyholder one more group, where it has room for it and there is one. */
static enum oeo_err top_up_one(struct run *run, size_t which, bool *has_asked)
{
	struct oeo_sealing_lane *lane = &run->sealing->lanes[which];

	for (size_t i = 0; i < run->sealing->in_flight; i++) {
		size_t task;

		if (lane->flights[i].is_used)
			continue;
		task = next_task(run->sealing, lane);
		if (task == SIZE_MAX)
			return OEO_OK;
		if (count_flights(lane) == 0)
			lane->asked_ms = lane->silent_ms = oeo_monotonic_ms();
		*has_asked = true;
		return ask_group(run, which, &lane->flights[i], task);
	}
	return OEO_OK;
}

/* The keyholders in turn, so that one hashed group serves all while it is at hand. */
static enum oeo_err top_up(struct run *run)
{
	bool has_asked = true;
	enum oeo_err err = OEO_OK;

	while (has_asked && err == OEO_OK) {
		has_asked = false;
		for (size_t i = 0; i < run->sealing->n_lanes && err == OEO_OK; i++)
			err = top_up_one(run, i, &has_asked);
	}
	return err;
}

/* ---- Answers */

static enum oeo_err refuse_answer(const struct run *run, size_t which)
{
	return oeo_note_set(run->why, OEO_ERR_CRYPTO,
	    _("An answer of %s does not fit its keys of %s: the proof is wrong. Nothing of it was used. Tell "
	      "its operator, "
	      "and the bureau; then try again with: oeo-agent publish"),
	    run->keyholders->items[which].card.name, run->period);
}

/* Verified first; only then unblinded and taken. */
static enum oeo_err take_answer(struct run *run, size_t which, struct oeo_sealing_flight *flight,
    const uint8_t *evaluated, const uint8_t *proof)
{
	struct oeo_sealing *sealing = run->sealing;
	const struct oeo_period_keys *keys = &run->keys->items[which];
	const uint8_t *pk =
	    oeo_sealing_is_cell_task(sealing, flight->task) ? keys->cell_pk : keys->resident_pk;
	uint8_t *elements = oeo_sealing_group(sealing, which, flight->task);

	if (oeo_voprf_verify(pk, flight->blinded, evaluated, OEO_GROUP_SIZE, proof) != OEO_OK)
		return refuse_answer(run, which);
	if (oeo_voprf_unblind(elements, evaluated, flight->blinds, OEO_GROUP_SIZE) != OEO_OK)
		return refuse_answer(run, which);
	flight->is_used = false;
	sodium_memzero(flight->blinds, sizeof(flight->blinds));
	oeo_sealing_take_group(sealing, which, flight->task);
	oeo_crash_point("group-answered");
	return OEO_OK;
}

/* What of this purpose is not answered yet: how much a quota has to be raised by. */
static uint64_t count_wanted(const struct run *run, size_t which, bool is_cell)
{
	const struct oeo_sealing_lane *lane = &run->sealing->lanes[which];
	uint64_t groups = 0;

	for (size_t task = 0; task < run->sealing->n_tasks; task++)
		groups += lane->is_done[task] == 0 && oeo_sealing_is_cell_task(run->sealing, task) == is_cell;
	return groups * OEO_GROUP_SIZE;
}

static enum oeo_err take_refusal(
    struct run *run, size_t which, const struct oeo_sealing_flight *flight, const struct oeo_message *message)
{
	memset(run->refusal, 0, sizeof(*run->refusal));
	run->refusal->reason = message->as.refusal.reason;
	run->refusal->by = run->keyholders->items[which].card;
	memcpy(run->refusal->member, run->keyholders->self->card.id, OEO_ID_BYTES);
	run->refusal->wanted = count_wanted(run, which, oeo_sealing_is_cell_task(run->sealing, flight->task));
	memcpy(run->refusal->period, run->period, OEO_PERIOD_BYTES);
	run->refusal->has_destroyed = message->as.refusal.has_destroyed;
	run->refusal->destroyed = message->as.refusal.destroyed;
	return oeo_refusal_explain(run->why, run->refusal);
}

/* An answer to a request that is not open any more (asked again meanwhile) is passed over. */
static enum oeo_err on_message(struct run *run, size_t which, const struct oeo_buf *bytes)
{
	struct oeo_sealing_lane *lane = &run->sealing->lanes[which];
	struct oeo_sealing_flight *flight = NULL;
	struct oeo_message message;
	enum oeo_err err = oeo_message_unpack(&message, OEO_FROM_KEYHOLDER, bytes->data, bytes->len);

	if (err != OEO_OK)
		return refuse_answer(run, which);
	for (size_t i = 0; i < OEO_SEALING_IN_FLIGHT; i++) {
		if (lane->flights[i].is_used && lane->flights[i].request == message.request)
			flight = &lane->flights[i];
	}
	if (flight != NULL && message.kind == OEO_MESSAGE_EVALUATED)
		err = take_answer(
		    run, which, flight, message.as.evaluated.elements, message.as.evaluated.proof);
	else if (flight != NULL && message.kind == OEO_MESSAGE_REFUSAL)
		err = take_refusal(run, which, flight, &message);
	else if (flight != NULL)
		err = refuse_answer(run, which);
	if (flight != NULL)
		lane->asked_ms = lane->silent_ms = oeo_monotonic_ms();
	oeo_message_fini(&message);
	return err;
}

/* ---- Silence */

static enum oeo_err ask_again(struct run *run, size_t which)
{
	struct oeo_sealing_lane *lane = &run->sealing->lanes[which];
	enum oeo_err err = oeo_keyholders_reconnect(run->keyholders, which, run->why);

	for (size_t i = 0; i < OEO_SEALING_IN_FLIGHT && err == OEO_OK; i++) {
		if (lane->flights[i].is_used)
			err = send_flight(run, which, &lane->flights[i]);
	}
	lane->asked_ms = oeo_monotonic_ms();
	return err;
}

/* What has come from this keyholder and only waits here for its turn is no silence. */
static enum oeo_err take_one(struct run *run, size_t which, struct oeo_buf *bytes)
{
	size_t index = 0;
	enum oeo_err err = oeo_client_receive(&run->keyholders->items[which].client, 1, &index, bytes, 0);

	return err == OEO_OK ? on_message(run, which, bytes) : err;
}

static enum oeo_err check_lane(struct run *run, size_t which, struct oeo_buf *bytes)
{
	const struct oeo_patience *patience = &run->keyholders->patience;
	const struct oeo_sealing_lane *lane = &run->sealing->lanes[which];
	struct oeo_keyholder *keyholder = &run->keyholders->items[which];
	int64_t now_ms = oeo_monotonic_ms();
	enum oeo_err err;

	if (count_flights(lane) == 0 || now_ms - lane->asked_ms < patience->retry_ms)
		return OEO_OK;
	err = take_one(run, which, bytes);
	if (err != OEO_ERR_AWAY)
		return err;
	if (!oeo_patience_is_over(
		patience, keyholder->client, now_ms - lane->silent_ms, now_ms - lane->asked_ms))
		return ask_again(run, which);
	keyholder->is_silent = true;
	return oeo_away_explain(run->why, &keyholder->card, keyholder->client);
}

static enum oeo_err check_silence(struct run *run, struct oeo_buf *bytes)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < run->sealing->n_lanes && err == OEO_OK; i++)
		err = check_lane(run, i, bytes);
	return err;
}

/* ---- The loop */

#define TICK_MS 200

static bool is_complete(const struct oeo_sealing *sealing)
{
	for (size_t i = 0; i < sealing->n_lanes; i++) {
		if (sealing->lanes[i].n_done < sealing->n_tasks)
			return false;
	}
	return true;
}

static void show_progress(const struct run *run)
{
	size_t done = 0;
	size_t all = 0;
	char what[64];

	oeo_sealing_count_groups(run->sealing, &done, &all);
	(void)snprintf(what, sizeof(what), _("%s: sealing names"), run->period);
	oeo_cli_progress(what, (unsigned long)done, (unsigned long)all);
}

static enum oeo_err run_once(struct run *run, struct oeo_buf *bytes)
{
	size_t which = 0;
	enum oeo_err err = top_up(run);

	if (err != OEO_OK)
		return err;
	err = oeo_keyholders_receive(run->keyholders, &which, bytes, TICK_MS);
	if (err == OEO_OK)
		err = on_message(run, which, bytes);
	else if (err == OEO_ERR_AWAY)
		err = OEO_OK;
	if (err == OEO_OK)
		err = check_silence(run, bytes);
	if (err == OEO_OK && run->sealing->n_waiting >= run->sealing->store_every &&
	    !is_complete(run->sealing))
		err = oeo_sealing_store_waiting(run->sealing, run->ledger, run->why);
	show_progress(run);
	return err;
}

static void forget_flights(struct oeo_sealing *sealing)
{
	for (size_t i = 0; i < sealing->n_lanes; i++) {
		sodium_memzero(sealing->lanes[i].flights, sizeof(sealing->lanes[i].flights));
		sealing->lanes[i].next = 0;
	}
}

enum oeo_err oeo_sealing_run(struct oeo_sealing *sealing, struct oeo_keyholders *keyholders,
    const struct oeo_key_set *keys, struct oeo_ledger *ledger, struct oeo_refusal *refusal,
    struct oeo_note *why)
{
	struct run run = {.sealing = sealing,
	    .keyholders = keyholders,
	    .keys = keys,
	    .ledger = ledger,
	    .refusal = refusal,
	    .why = why};
	struct oeo_buf bytes = {0};
	enum oeo_err err =
	    keyholders->n == sealing->n_lanes && keys->n == sealing->n_lanes ? OEO_OK : OEO_ERR_INTERNAL;

	oeo_period_format(run.period, &sealing->snapshot->period);
	if (err == OEO_OK)
		err = oeo_sealing_store_waiting(sealing, ledger, why);
	while (err == OEO_OK && !is_complete(sealing))
		err = run_once(&run, &bytes);
	/* What was answered is kept, whatever ended the run; its own error is the one that counts. */
	if (err != OEO_OK)
		(void)oeo_sealing_store_waiting(sealing, ledger, NULL);
	forget_flights(sealing);
	oeo_buf_fini(&run.packed);
	oeo_buf_fini(&bytes);
	return err;
}
