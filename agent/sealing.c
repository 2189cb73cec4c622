/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/sealing.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/periods.h"
#include "proto/cli.h"
#include "proto/i18n.h"

#define GROUP_BYTES (OEO_GROUP_SIZE * OEO_ELEMENT_BYTES)
#define MOST_IN_FLIGHT 3 /* groups per keyholder: one at work, one on its way, one waiting */
#define STORE_EVERY 4    /* answered groups to a commit: few commits, and little asked twice after a power cut */
#define MOST_WAITING (STORE_EVERY + 1 + OEO_MAX_KEYHOLDERS) /* one turn may bring one answer more of each */
#define SMALL_WORK 8     /* groups; below it one in flight and two to a commit: a quota is small then too */
#define HASHED_KEPT 8    /* groups whose hashed names are kept for the keyholder that is behind */

/* A pair: an entry with a resident, and the cell that it stands in. */
struct pair {
	uint32_t cell;
	uint32_t subject;
};

/* A group that was hashed to the group, padded. */
struct hashed {
	size_t task;
	bool is_filled;
	uint8_t elements[GROUP_BYTES];
};

/* A group that was asked and is not answered. */
struct flight {
	bool is_used;
	uint64_t request;
	size_t task;
	uint8_t blinds[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	uint8_t blinded[GROUP_BYTES];
};

/* One keyholder's side of the work. */
struct lane {
	struct flight flights[MOST_IN_FLIGHT];
	uint8_t *elements; /* GROUP_BYTES per task, owned */
	uint8_t *is_done;  /* per task, owned */
	size_t n_done;
	size_t next;       /* first task that may not have been asked yet */
	int64_t asked_ms;  /* last sign of life, or when it was asked after having been idle */
	int64_t silent_ms; /* when the silence began */
};

struct answered {
	size_t lane;
	size_t task;
};

struct oeo_sealing {
	const struct oeo_plan *plan;
	const struct oeo_snapshot *snapshot;
	struct pair *pairs;
	size_t n_pairs;
	size_t n_cell_groups;
	size_t n_tasks; /* cell groups, then resident groups */
	size_t in_flight;   /* at most, per keyholder */
	size_t store_every; /* at most STORE_EVERY */
	struct lane lanes[OEO_MAX_KEYHOLDERS];
	size_t n_lanes;
	struct hashed *hashed;
	struct answered waiting[MOST_WAITING]; /* answered, not stored yet */
	size_t n_waiting;
};

static size_t groups_of(size_t n)
{
	return n / OEO_GROUP_SIZE + (n % OEO_GROUP_SIZE != 0);
}

/* ---- Making */

static enum oeo_err list_pairs(struct oeo_sealing *sealing)
{
	const struct oeo_snapshot *snapshot = sealing->snapshot;

	sealing->pairs = oeo_alloc_array(oeo_snapshot_count_pairs(snapshot), sizeof(*sealing->pairs));
	if (sealing->pairs == NULL)
		return OEO_ERR_NOMEM;
	for (size_t c = 0; c < snapshot->n_cells; c++) {
		const struct oeo_snapshot_cell *cell = &snapshot->cells[c];

		for (size_t e = cell->first; e < cell->first + cell->count; e++) {
			uint32_t subject = snapshot->entries[e];

			if (subject == OEO_TAG_ALONE || snapshot->subjects.items[subject].kind != OEO_SUBJECT_RESIDENT)
				continue;
			sealing->pairs[sealing->n_pairs++] = (struct pair){(uint32_t)c, subject};
		}
	}
	return OEO_OK;
}

static enum oeo_err make_lanes(struct oeo_sealing *sealing)
{
	sealing->n_lanes = sealing->plan->n_keyholders;
	for (size_t i = 0; i < sealing->n_lanes; i++) {
		sealing->lanes[i].elements = oeo_alloc_array(sealing->n_tasks, GROUP_BYTES);
		sealing->lanes[i].is_done = oeo_alloc_array(sealing->n_tasks, 1);
		if (sealing->lanes[i].elements == NULL || sealing->lanes[i].is_done == NULL)
			return OEO_ERR_NOMEM;
	}
	sealing->hashed = oeo_alloc_array(HASHED_KEPT, sizeof(*sealing->hashed));
	return sealing->hashed != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

enum oeo_err oeo_sealing_new(struct oeo_sealing **sealing, const struct oeo_plan *plan,
    const struct oeo_snapshot *snapshot)
{
	struct oeo_sealing *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->plan = plan;
	made->snapshot = snapshot;
	err = list_pairs(made);
	made->n_cell_groups = groups_of(snapshot->n_cells);
	made->n_tasks = made->n_cell_groups + groups_of(made->n_pairs);
	made->in_flight = made->n_tasks < SMALL_WORK ? 1 : MOST_IN_FLIGHT;
	made->store_every = made->n_tasks < SMALL_WORK ? 2 : STORE_EVERY;
	if (err == OEO_OK)
		err = make_lanes(made);
	if (err != OEO_OK) {
		oeo_sealing_free(made);
		return err;
	}
	*sealing = made;
	return OEO_OK;
}

void oeo_sealing_free(struct oeo_sealing *sealing)
{
	if (sealing == NULL)
		return;
	for (size_t i = 0; i < sealing->n_lanes; i++) {
		if (sealing->lanes[i].elements != NULL)
			sodium_memzero(sealing->lanes[i].elements, sealing->n_tasks * GROUP_BYTES);
		free(sealing->lanes[i].elements);
		free(sealing->lanes[i].is_done);
	}
	free(sealing->pairs);
	if (sealing->hashed != NULL)
		sodium_memzero(sealing->hashed, HASHED_KEPT * sizeof(*sealing->hashed));
	free(sealing->hashed);
	sodium_memzero(sealing, sizeof(*sealing));
	free(sealing);
}

/* ---- What a task is */

static bool is_cell_task(const struct oeo_sealing *sealing, size_t task)
{
	return task < sealing->n_cell_groups;
}

/* The first name of the task among the cells or pairs, and how many are real. */
static size_t task_range(const struct oeo_sealing *sealing, size_t task, size_t *first)
{
	bool is_cell = is_cell_task(sealing, task);
	size_t all = is_cell ? sealing->snapshot->n_cells : sealing->n_pairs;

	*first = (is_cell ? task : task - sealing->n_cell_groups) * OEO_GROUP_SIZE;
	return all - *first < OEO_GROUP_SIZE ? all - *first : OEO_GROUP_SIZE;
}

enum oeo_err oeo_sealing_pair_input(struct oeo_buf *input, const struct oeo_sealing *sealing, size_t i)
{
	const struct pair *pair = &sealing->pairs[i];
	const struct oeo_subject *subject = &sealing->snapshot->subjects.items[pair->subject];
	struct oeo_buf name = {0};
	enum oeo_err err = oeo_snapshot_cell_name(&name, sealing->plan, sealing->snapshot,
	    &sealing->snapshot->cells[pair->cell]);

	if (err == OEO_OK)
		err = oeo_share_input(input, subject->name, subject->len, name.data, name.len);
	oeo_buf_fini(&name);
	return err;
}

static enum oeo_err hash_names(const struct oeo_sealing *sealing, struct hashed *hashed)
{
	bool is_cell = is_cell_task(sealing, hashed->task);
	size_t first = 0;
	size_t n = task_range(sealing, hashed->task, &first);
	struct oeo_buf input = {0};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		input.len = 0;
		if (is_cell)
			err = oeo_snapshot_cell_name(&input, sealing->plan, sealing->snapshot,
			    &sealing->snapshot->cells[first + i]);
		else
			err = oeo_sealing_pair_input(&input, sealing, first + i);
		if (err == OEO_OK)
			err = oeo_voprf_hash_to_group(hashed->elements + i * OEO_ELEMENT_BYTES, input.data, input.len);
	}
	for (size_t i = n; i < OEO_GROUP_SIZE; i++)
		crypto_core_ristretto255_random(hashed->elements + i * OEO_ELEMENT_BYTES);
	if (input.data != NULL)
		sodium_memzero(input.data, input.capacity);
	oeo_buf_fini(&input);
	return err;
}

/* Hashed once for all keyholders, as long as they keep pace. */
static enum oeo_err find_hashed(struct oeo_sealing *sealing, size_t task, const uint8_t **elements)
{
	struct hashed *hashed = &sealing->hashed[task % HASHED_KEPT];
	enum oeo_err err = OEO_OK;

	if (!hashed->is_filled || hashed->task != task) {
		hashed->is_filled = false;
		hashed->task = task;
		err = hash_names(sealing, hashed);
		hashed->is_filled = err == OEO_OK;
	}
	*elements = hashed->elements;
	return err;
}

/* ---- Storing and resuming */

static void item_key(char key[OEO_ITEM_KEY_BYTES], const struct oeo_sealing *sealing, size_t lane, size_t task)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &sealing->snapshot->period);
	(void)snprintf(key, OEO_ITEM_KEY_BYTES, "%s/%zu/%08zu", period, lane, task);
}

static enum oeo_err store_waiting(struct oeo_sealing *sealing, struct oeo_ledger *ledger, struct oeo_note *why)
{
	char key[OEO_ITEM_KEY_BYTES];
	enum oeo_err err;

	if (sealing->n_waiting == 0)
		return OEO_OK;
	err = oeo_ledger_begin(ledger, why);
	for (size_t i = 0; i < sealing->n_waiting && err == OEO_OK; i++) {
		const struct answered *answered = &sealing->waiting[i];

		item_key(key, sealing, answered->lane, answered->task);
		err = oeo_ledger_put(ledger, OEO_SEALED_COLLECTION, key,
		    sealing->lanes[answered->lane].elements + answered->task * GROUP_BYTES, GROUP_BYTES);
	}
	if (err == OEO_OK)
		err = oeo_ledger_commit(ledger, why);
	else
		oeo_ledger_rollback(ledger);
	if (err == OEO_OK)
		sealing->n_waiting = 0;
	oeo_crash_point("group-stored");
	return err;
}

static enum oeo_err on_stored(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct oeo_sealing *sealing = context;
	size_t lane_number = 0;
	size_t task = 0;
	struct lane *lane;

	if (sscanf(strchr(key, '/') != NULL ? strchr(key, '/') : "", "/%zu/%zu", &lane_number, &task) != 2 ||
	    lane_number >= sealing->n_lanes || task >= sealing->n_tasks || len != GROUP_BYTES)
		return OEO_ERR_FORMAT;
	lane = &sealing->lanes[lane_number];
	memcpy(lane->elements + task * GROUP_BYTES, value, GROUP_BYTES);
	lane->n_done += lane->is_done[task] == 0;
	lane->is_done[task] = 1;
	return OEO_OK;
}

enum oeo_err oeo_sealing_resume(struct oeo_sealing *sealing, struct oeo_ledger *ledger)
{
	char prefix[OEO_ITEM_KEY_BYTES];

	oeo_period_prefix(prefix, &sealing->snapshot->period);
	return oeo_ledger_each(ledger, OEO_SEALED_COLLECTION, prefix, on_stored, sealing);
}

void oeo_sealing_count_groups(const struct oeo_sealing *sealing, size_t *done, size_t *all)
{
	*done = 0;
	*all = sealing->n_tasks * sealing->n_lanes;
	for (size_t i = 0; i < sealing->n_lanes; i++)
		*done += sealing->lanes[i].n_done;
}

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

static enum oeo_err send_flight(struct run *run, size_t which, struct flight *flight)
{
	struct oeo_message message = {.kind = OEO_MESSAGE_EVALUATE};
	enum oeo_err err;

	flight->request = run->keyholders->next_request++;
	message.request = flight->request;
	memcpy(message.as.evaluate.plan, run->sealing->plan->id, OEO_ID_BYTES);
	memcpy(message.as.evaluate.period, run->period, OEO_PERIOD_BYTES);
	message.as.evaluate.purpose =
	    is_cell_task(run->sealing, flight->task) ? OEO_PURPOSE_CELL : OEO_PURPOSE_RESIDENT;
	message.as.evaluate.blinded = flight->blinded;
	run->packed.len = 0;
	err = oeo_message_pack(&run->packed, &message);
	if (err == OEO_OK)
		err = oeo_client_send(run->keyholders->items[which].client, run->packed.data, run->packed.len);
	return err == OEO_ERR_AWAY ? OEO_OK : err; /* a full queue is a silence: it is asked again later */
}

static enum oeo_err ask_group(struct run *run, size_t which, struct flight *flight, size_t task)
{
	const uint8_t *elements = NULL;
	enum oeo_err err = find_hashed(run->sealing, task, &elements);

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

static size_t count_flights(const struct lane *lane)
{
	size_t n = 0;

	for (size_t i = 0; i < MOST_IN_FLIGHT; i++)
		n += lane->flights[i].is_used;
	return n;
}

static size_t next_task(const struct oeo_sealing *sealing, struct lane *lane)
{
	while (lane->next < sealing->n_tasks && lane->is_done[lane->next] != 0)
		lane->next++;
	return lane->next < sealing->n_tasks ? lane->next++ : SIZE_MAX;
}

/* Give one keyholder one more group, where it has room for it and there is one. */
static enum oeo_err top_up_one(struct run *run, size_t which, bool *has_asked)
{
	struct lane *lane = &run->sealing->lanes[which];

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
	    _("An answer of %s does not fit its keys of %s: the proof is wrong. Nothing of it was used. Tell its operator, "
	      "and the bureau; then try again with: oeo-agent publish"),
	    run->keyholders->items[which].card.name, run->period);
}

/* Verified first; only then unblinded and taken. */
static enum oeo_err take_answer(struct run *run, size_t which, struct flight *flight, const uint8_t *evaluated,
    const uint8_t *proof)
{
	struct oeo_sealing *sealing = run->sealing;
	struct lane *lane = &sealing->lanes[which];
	const struct oeo_period_keys *keys = &run->keys->items[which];
	const uint8_t *pk = is_cell_task(sealing, flight->task) ? keys->cell_pk : keys->resident_pk;
	uint8_t *elements = lane->elements + flight->task * GROUP_BYTES;

	if (oeo_voprf_verify(pk, flight->blinded, evaluated, OEO_GROUP_SIZE, proof) != OEO_OK)
		return refuse_answer(run, which);
	if (oeo_voprf_unblind(elements, evaluated, flight->blinds, OEO_GROUP_SIZE) != OEO_OK)
		return refuse_answer(run, which);
	flight->is_used = false;
	sodium_memzero(flight->blinds, sizeof(flight->blinds));
	lane->is_done[flight->task] = 1;
	lane->n_done++;
	sealing->waiting[sealing->n_waiting++] = (struct answered){which, flight->task};
	oeo_crash_point("group-answered");
	return OEO_OK;
}

static enum oeo_err take_refusal(struct run *run, size_t which, const struct oeo_message *message)
{
	memset(run->refusal, 0, sizeof(*run->refusal));
	run->refusal->reason = message->as.refusal.reason;
	run->refusal->by = run->keyholders->items[which].card;
	memcpy(run->refusal->period, run->period, OEO_PERIOD_BYTES);
	run->refusal->has_destroyed = message->as.refusal.has_destroyed;
	run->refusal->destroyed = message->as.refusal.destroyed;
	return oeo_refusal_explain(run->why, run->refusal);
}

/* An answer to a request that is not open any more (asked again meanwhile) is passed over. */
static enum oeo_err on_message(struct run *run, size_t which, const struct oeo_buf *bytes)
{
	struct lane *lane = &run->sealing->lanes[which];
	struct flight *flight = NULL;
	struct oeo_message message;
	enum oeo_err err = oeo_message_unpack(&message, OEO_FROM_KEYHOLDER, bytes->data, bytes->len);

	if (err != OEO_OK)
		return refuse_answer(run, which);
	for (size_t i = 0; i < MOST_IN_FLIGHT; i++) {
		if (lane->flights[i].is_used && lane->flights[i].request == message.request)
			flight = &lane->flights[i];
	}
	if (flight != NULL && message.kind == OEO_MESSAGE_EVALUATED)
		err = take_answer(run, which, flight, message.as.evaluated.elements, message.as.evaluated.proof);
	else if (flight != NULL && message.kind == OEO_MESSAGE_REFUSAL)
		err = take_refusal(run, which, &message);
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
	struct lane *lane = &run->sealing->lanes[which];
	enum oeo_err err = oeo_keyholders_reconnect(run->keyholders, which, run->why);

	for (size_t i = 0; i < MOST_IN_FLIGHT && err == OEO_OK; i++) {
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
	const struct lane *lane = &run->sealing->lanes[which];
	struct oeo_keyholder *keyholder = &run->keyholders->items[which];
	int64_t now_ms = oeo_monotonic_ms();
	enum oeo_err err;

	if (count_flights(lane) == 0 || now_ms - lane->asked_ms < patience->retry_ms)
		return OEO_OK;
	err = take_one(run, which, bytes);
	if (err != OEO_ERR_AWAY)
		return err;
	if (!oeo_patience_is_over(patience, keyholder->client, now_ms - lane->silent_ms, now_ms - lane->asked_ms))
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
	if (err == OEO_OK && run->sealing->n_waiting >= run->sealing->store_every && !is_complete(run->sealing))
		err = store_waiting(run->sealing, run->ledger, run->why);
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
    const struct oeo_key_set *keys, struct oeo_ledger *ledger, struct oeo_refusal *refusal, struct oeo_note *why)
{
	struct run run = {.sealing = sealing, .keyholders = keyholders, .keys = keys, .ledger = ledger,
	    .refusal = refusal, .why = why};
	struct oeo_buf bytes = {0};
	enum oeo_err err = keyholders->n == sealing->n_lanes && keys->n == sealing->n_lanes ? OEO_OK : OEO_ERR_INTERNAL;

	oeo_period_format(run.period, &sealing->snapshot->period);
	if (err == OEO_OK)
		err = store_waiting(sealing, ledger, why);
	while (err == OEO_OK && !is_complete(sealing))
		err = run_once(&run, &bytes);
	/* What was answered is kept, whatever ended the run; its own error is the one that counts. */
	if (err != OEO_OK)
		(void)store_waiting(sealing, ledger, NULL);
	forget_flights(sealing);
	oeo_buf_fini(&run.packed);
	oeo_buf_fini(&bytes);
	return err;
}

const uint8_t *oeo_sealing_cell_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i)
{
	return sealing->lanes[keyholder].elements + i * OEO_ELEMENT_BYTES;
}

const uint8_t *oeo_sealing_pair_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i)
{
	return sealing->lanes[keyholder].elements + sealing->n_cell_groups * GROUP_BYTES + i * OEO_ELEMENT_BYTES;
}
