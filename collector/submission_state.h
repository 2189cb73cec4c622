/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What ingest remembers of submissions that are under way: how far they are, the last tag, and which table each
 * bucket belongs to (one byte a bucket). Made from the store when it is not remembered. Not for other modules
 * than ingest.c.
 */
#ifndef OEO_COLLECTOR_SUBMISSION_STATE_H
#define OEO_COLLECTOR_SUBMISSION_STATE_H

#include "collector/store.h"

struct oeo_submission_state {
	char member[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	uint8_t key_digest[OEO_DIGEST_BYTES];
	uint32_t next_index;
	bool is_final;
	uint64_t n_reports;
	uint8_t last_tag[OEO_TAG_BYTES];
	uint8_t *table_of; /* n_buckets of them */
	size_t n_buckets;
	size_t capacity;
	size_t tags[OEO_MAX_TABLES]; /* by table */
	uint64_t used; /* when last, in calls */
};

struct oeo_submission_states;

enum oeo_err oeo_submission_states_new(struct oeo_submission_states **states);
void oeo_submission_states_free(struct oeo_submission_states *states);

/* Forget all of them. */
void oeo_submission_states_clear(struct oeo_submission_states *states);

/*
 * The state of a submission, from memory or from the store. OEO_ERR_NOT_FOUND: there is no such submission.
 * Borrowed until the next call.
 */
enum oeo_err oeo_submission_states_find(struct oeo_submission_state **state,
    struct oeo_submission_states *states, struct oeo_store *store, const char *member, const char *period);

/* A new, empty one: nothing stored yet. Borrowed as above. */
enum oeo_err oeo_submission_states_add(struct oeo_submission_state **state,
    struct oeo_submission_states *states, const char *member, const char *period,
    const uint8_t key_digest[OEO_DIGEST_BYTES]);

/* Forget this one. */
void oeo_submission_states_drop(struct oeo_submission_states *states, struct oeo_submission_state *state);

/* Take the buckets of a part that has been checked and stored. */
enum oeo_err oeo_submission_state_add_buckets(
    struct oeo_submission_state *state, const struct oeo_bucket *buckets, size_t n);

#endif
