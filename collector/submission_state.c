/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/submission_state.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STATES 256

struct oeo_submission_states {
	struct oeo_submission_state *items[MOST_STATES];
	size_t n;
	uint64_t calls;
};

enum oeo_err oeo_submission_states_new(struct oeo_submission_states **states)
{
	struct oeo_submission_states *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return OEO_ERR_NOMEM;
	*states = made;
	return OEO_OK;
}

static void free_state(struct oeo_submission_state *state)
{
	free(state->table_of);
	free(state);
}

void oeo_submission_states_clear(struct oeo_submission_states *states)
{
	for (size_t i = 0; i < states->n; i++)
		free_state(states->items[i]);
	states->n = 0;
}

void oeo_submission_states_free(struct oeo_submission_states *states)
{
	if (states == NULL)
		return;
	oeo_submission_states_clear(states);
	free(states);
}

static void drop_at(struct oeo_submission_states *states, size_t i)
{
	free_state(states->items[i]);
	states->items[i] = states->items[--states->n];
}

void oeo_submission_states_drop(struct oeo_submission_states *states, struct oeo_submission_state *state)
{
	for (size_t i = 0; i < states->n; i++) {
		if (states->items[i] == state) {
			drop_at(states, i);
			return;
		}
	}
}

static void drop_oldest(struct oeo_submission_states *states)
{
	size_t oldest = 0;

	for (size_t i = 1; i < states->n; i++) {
		if (states->items[i]->used < states->items[oldest]->used)
			oldest = i;
	}
	drop_at(states, oldest);
}

enum oeo_err oeo_submission_states_add(struct oeo_submission_state **state,
    struct oeo_submission_states *states, const char *member, const char *period,
    const uint8_t key_digest[OEO_DIGEST_BYTES])
{
	struct oeo_submission_state *made = calloc(1, sizeof(*made));

	if (made == NULL)
		return OEO_ERR_NOMEM;
	if (states->n == MOST_STATES)
		drop_oldest(states);
	memcpy(made->member, member, strlen(member) + 1);
	memcpy(made->period, period, strlen(period) + 1);
	memcpy(made->key_digest, key_digest, OEO_DIGEST_BYTES);
	made->used = ++states->calls;
	states->items[states->n++] = made;
	*state = made;
	return OEO_OK;
}

static enum oeo_err make_room(struct oeo_submission_state *state, size_t more)
{
	size_t capacity = state->capacity > 0 ? state->capacity : 1024;
	uint8_t *bytes;

	if (state->n_buckets + more <= state->capacity)
		return OEO_OK;
	while (capacity < state->n_buckets + more)
		capacity *= 2;
	bytes = realloc(state->table_of, capacity);
	if (bytes == NULL)
		return OEO_ERR_NOMEM;
	state->table_of = bytes;
	state->capacity = capacity;
	return OEO_OK;
}

enum oeo_err oeo_submission_state_add_buckets(
    struct oeo_submission_state *state, const struct oeo_bucket *buckets, size_t n)
{
	enum oeo_err err = make_room(state, n);

	if (err != OEO_OK || n == 0)
		return err;
	for (size_t i = 0; i < n; i++) {
		if (buckets[i].table >= OEO_MAX_TABLES)
			return OEO_ERR_RANGE;
		state->table_of[state->n_buckets++] = (uint8_t)buckets[i].table;
		state->tags[buckets[i].table]++;
	}
	memcpy(state->last_tag, buckets[n - 1].tag, OEO_TAG_BYTES);
	return OEO_OK;
}

/* ---- From the store */

struct loading {
	struct oeo_submission_states *states;
	struct oeo_submission_state *state;
};

static enum oeo_err on_submission(void *context, const struct oeo_store_submission *submission)
{
	struct loading *loading = context;
	enum oeo_err err = oeo_submission_states_add(
	    &loading->state, loading->states, submission->member, submission->period, submission->key_digest);

	if (err != OEO_OK)
		return err;
	loading->state->next_index = submission->next_index;
	loading->state->is_final = submission->is_final;
	loading->state->n_reports = submission->n_reports;
	return OEO_OK;
}

static enum oeo_err on_buckets(void *context, uint64_t first, const struct oeo_bucket *buckets, size_t n)
{
	struct loading *loading = context;

	(void)first;
	return oeo_submission_state_add_buckets(loading->state, buckets, n);
}

enum oeo_err oeo_submission_states_find(struct oeo_submission_state **state,
    struct oeo_submission_states *states, struct oeo_store *store, const char *member, const char *period)
{
	struct loading loading = {states, NULL};
	const struct oeo_store_scan scan = {on_submission, on_buckets, NULL, &loading};
	enum oeo_err err;

	for (size_t i = 0; i < states->n; i++) {
		struct oeo_submission_state *one = states->items[i];

		if (strcmp(one->period, period) == 0 && strcmp(one->member, member) == 0) {
			one->used = ++states->calls;
			*state = one;
			return OEO_OK;
		}
	}
	err = oeo_store_scan(store, period, member, false, &scan);
	if (err != OEO_OK) {
		if (loading.state != NULL)
			oeo_submission_states_drop(states, loading.state);
		return err;
	}
	if (loading.state == NULL)
		return OEO_ERR_NOT_FOUND;
	*state = loading.state;
	return OEO_OK;
}
