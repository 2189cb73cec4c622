/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/sealing.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/periods.h"
#include "agent/sealing_internal.h"

#define HASHED_KEPT 8 /* groups whose hashed names are kept for the keyholder that is behind */
#define SMALL_WORK 8 /* groups; below it one in flight and two to a commit: a quota is small then too */

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

			if (subject == OEO_TAG_ALONE ||
			    snapshot->subjects.items[subject].kind != OEO_SUBJECT_RESIDENT)
				continue;
			sealing->pairs[sealing->n_pairs++] = (struct oeo_sealing_pair){(uint32_t)c, subject};
		}
	}
	return OEO_OK;
}

static enum oeo_err make_lanes(struct oeo_sealing *sealing)
{
	sealing->n_lanes = sealing->plan->n_keyholders;
	for (size_t i = 0; i < sealing->n_lanes; i++) {
		sealing->lanes[i].elements = oeo_alloc_array(sealing->n_tasks, OEO_GROUP_BYTES);
		sealing->lanes[i].is_done = oeo_alloc_array(sealing->n_tasks, 1);
		if (sealing->lanes[i].elements == NULL || sealing->lanes[i].is_done == NULL)
			return OEO_ERR_NOMEM;
	}
	sealing->hashed = oeo_alloc_array(HASHED_KEPT, sizeof(*sealing->hashed));
	return sealing->hashed != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

enum oeo_err oeo_sealing_new(
    struct oeo_sealing **sealing, const struct oeo_plan *plan, const struct oeo_snapshot *snapshot)
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
	made->in_flight = made->n_tasks < SMALL_WORK ? 1 : OEO_SEALING_IN_FLIGHT;
	made->store_every = made->n_tasks < SMALL_WORK ? 2 : OEO_SEALING_STORE;
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
			sodium_memzero(sealing->lanes[i].elements, sealing->n_tasks * OEO_GROUP_BYTES);
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

bool oeo_sealing_is_cell_task(const struct oeo_sealing *sealing, size_t task)
{
	return task < sealing->n_cell_groups;
}

/* The first name of the task among the cells or pairs, and how many are real. */
static size_t task_range(const struct oeo_sealing *sealing, size_t task, size_t *first)
{
	bool is_cell = oeo_sealing_is_cell_task(sealing, task);
	size_t all = is_cell ? sealing->snapshot->n_cells : sealing->n_pairs;

	*first = (is_cell ? task : task - sealing->n_cell_groups) * OEO_GROUP_SIZE;
	return all - *first < OEO_GROUP_SIZE ? all - *first : OEO_GROUP_SIZE;
}

enum oeo_err oeo_sealing_pair_input(struct oeo_buf *input, const struct oeo_sealing *sealing, size_t i)
{
	const struct oeo_sealing_pair *pair = &sealing->pairs[i];
	const struct oeo_subject *subject = &sealing->snapshot->subjects.items[pair->subject];
	struct oeo_buf name = {0};
	enum oeo_err err = oeo_snapshot_cell_name(
	    &name, sealing->plan, sealing->snapshot, &sealing->snapshot->cells[pair->cell]);

	if (err == OEO_OK)
		err = oeo_share_input(input, subject->name, subject->len, name.data, name.len);
	oeo_buf_fini(&name);
	return err;
}

static enum oeo_err hash_names(const struct oeo_sealing *sealing, struct oeo_sealing_hashed *hashed)
{
	bool is_cell = oeo_sealing_is_cell_task(sealing, hashed->task);
	size_t first = 0;
	size_t n = task_range(sealing, hashed->task, &first);
	struct oeo_buf input = {0};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		input.len = 0;
		if (is_cell)
			err = oeo_snapshot_cell_name(
			    &input, sealing->plan, sealing->snapshot, &sealing->snapshot->cells[first + i]);
		else
			err = oeo_sealing_pair_input(&input, sealing, first + i);
		if (err == OEO_OK)
			err = oeo_voprf_hash_to_group(
			    hashed->elements + i * OEO_ELEMENT_BYTES, input.data, input.len);
	}
	for (size_t i = n; i < OEO_GROUP_SIZE; i++)
		crypto_core_ristretto255_random(hashed->elements + i * OEO_ELEMENT_BYTES);
	if (input.data != NULL)
		sodium_memzero(input.data, input.capacity);
	oeo_buf_fini(&input);
	return err;
}

enum oeo_err oeo_sealing_find_hashed(struct oeo_sealing *sealing, size_t task, const uint8_t **elements)
{
	struct oeo_sealing_hashed *hashed = &sealing->hashed[task % HASHED_KEPT];
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

uint8_t *oeo_sealing_group(struct oeo_sealing *sealing, size_t lane, size_t task)
{
	return sealing->lanes[lane].elements + task * OEO_GROUP_BYTES;
}

void oeo_sealing_take_group(struct oeo_sealing *sealing, size_t lane, size_t task)
{
	sealing->lanes[lane].is_done[task] = 1;
	sealing->lanes[lane].n_done++;
	sealing->waiting[sealing->n_waiting++] = (struct oeo_sealing_answered){lane, task};
}

static void item_key(
    char key[OEO_ITEM_KEY_BYTES], const struct oeo_sealing *sealing, size_t lane, size_t task)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &sealing->snapshot->period);
	(void)snprintf(key, OEO_ITEM_KEY_BYTES, "%s/%zu/%08zu", period, lane, task);
}

enum oeo_err oeo_sealing_store_waiting(
    struct oeo_sealing *sealing, struct oeo_ledger *ledger, struct oeo_note *why)
{
	char key[OEO_ITEM_KEY_BYTES];
	enum oeo_err err;

	if (sealing->n_waiting == 0)
		return OEO_OK;
	err = oeo_ledger_begin(ledger, why);
	for (size_t i = 0; i < sealing->n_waiting && err == OEO_OK; i++) {
		const struct oeo_sealing_answered *answered = &sealing->waiting[i];

		item_key(key, sealing, answered->lane, answered->task);
		err = oeo_ledger_put(ledger, OEO_SEALED_COLLECTION, key,
		    sealing->lanes[answered->lane].elements + answered->task * OEO_GROUP_BYTES,
		    OEO_GROUP_BYTES);
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

/* Read the "/number" at *at and go past it. */
static bool take_number(const char **at, size_t *number)
{
	char *end = NULL;

	if (**at != '/' || (*at)[1] < '0' || (*at)[1] > '9')
		return false;
	*number = strtoul(*at + 1, &end, 10);
	*at = end;
	return true;
}

static enum oeo_err on_stored(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct oeo_sealing *sealing = context;
	const char *at = key + strcspn(key, "/");
	size_t lane_number = 0;
	size_t task = 0;
	struct oeo_sealing_lane *lane;

	if (!take_number(&at, &lane_number) || !take_number(&at, &task) || *at != '\0')
		return OEO_ERR_FORMAT;
	if (lane_number >= sealing->n_lanes || task >= sealing->n_tasks || len != OEO_GROUP_BYTES)
		return OEO_ERR_FORMAT;
	lane = &sealing->lanes[lane_number];
	memcpy(lane->elements + task * OEO_GROUP_BYTES, value, OEO_GROUP_BYTES);
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

const uint8_t *oeo_sealing_cell_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i)
{
	return sealing->lanes[keyholder].elements + i * OEO_ELEMENT_BYTES;
}

const uint8_t *oeo_sealing_pair_element(const struct oeo_sealing *sealing, size_t keyholder, size_t i)
{
	return sealing->lanes[keyholder].elements + sealing->n_cell_groups * OEO_GROUP_BYTES +
	       i * OEO_ELEMENT_BYTES;
}
