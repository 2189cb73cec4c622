/* SPDX-License-Identifier: EUPL-1.2 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opening_internal.h"
#include "proto/tally.h"

#define MOST_TRIES 10000
#define MOST_LEFT_OUT 3

enum oeo_err oeo_opening_try(uint8_t a0[OEO_SCALAR_BYTES], bool *is_found, const uint8_t *xs,
    const uint8_t *ys, unsigned k, const uint8_t tag[OEO_TAG_BYTES])
{
	uint8_t found[OEO_SCALAR_BYTES];
	uint8_t its_tag[OEO_TAG_BYTES];
	enum oeo_err err = oeo_tally_interpolate(found, xs, ys, k);

	*is_found = false;
	/* Shares that cannot be interpolated are as bad as those that give another tag. */
	if (err == OEO_ERR_RANGE || err == OEO_ERR_FORMAT)
		return OEO_OK;
	if (err != OEO_OK)
		return err;
	oeo_tally_tag(its_tag, found);
	if (memcmp(its_tag, tag, OEO_TAG_BYTES) == 0) {
		memcpy(a0, found, OEO_SCALAR_BYTES);
		*is_found = true;
	}
	sodium_memzero(found, sizeof(found));
	return OEO_OK;
}

struct search {
	const struct oeo_opening_bucket *const *buckets;
	size_t n;
	unsigned k;
	size_t *order; /* buckets, those of members with most proven bad shares first */
	bool *is_out; /* by bucket */
	uint8_t *xs;
	uint8_t *ys;
	unsigned tries;
};

static bool is_taken(const uint8_t *xs, unsigned n, const uint8_t *x)
{
	for (unsigned i = 0; i < n; i++) {
		if (memcmp(xs + (size_t)i * OEO_X_BYTES, x, OEO_X_BYTES) == 0)
			return true;
	}
	return false;
}

/* The first k shares with distinct x of the members that are not left out. False: there are fewer. */
static bool gather(struct search *search)
{
	unsigned n = 0;

	for (size_t b = 0; b < search->n && n < search->k; b++) {
		const struct oeo_opening_bucket *bucket = search->buckets[b];

		for (uint32_t i = 0; !search->is_out[b] && i < bucket->n_kept && n < search->k; i++) {
			const uint8_t *share = bucket->kept + (size_t)i * OEO_SHARE_BYTES;

			if (is_taken(search->xs, n, share))
				continue;
			memcpy(search->xs + (size_t)n * OEO_X_BYTES, share, OEO_X_BYTES);
			memcpy(
			    search->ys + (size_t)n * OEO_SCALAR_BYTES, share + OEO_X_BYTES, OEO_SCALAR_BYTES);
			n++;
		}
	}
	return n == search->k;
}

static enum oeo_err try_once(struct search *search, uint8_t *a0, bool *is_found)
{
	search->tries++;
	if (!gather(search))
		return OEO_OK;
	return oeo_opening_try(a0, is_found, search->xs, search->ys, search->k, search->buckets[0]->tag);
}

/* Leave out `more` further members, from place `from` of the order on. */
static enum oeo_err leave_out(struct search *search, size_t more, size_t from, uint8_t *a0, bool *is_found)
{
	enum oeo_err err = OEO_OK;

	if (more == 0)
		return try_once(search, a0, is_found);
	for (size_t i = from; err == OEO_OK && !*is_found && i < search->n && search->tries < MOST_TRIES;
	     i++) {
		search->is_out[search->order[i]] = true;
		err = leave_out(search, more - 1, i + 1, a0, is_found);
		search->is_out[search->order[i]] = false;
	}
	return err;
}

static uint64_t bad_shares(const struct oeo_opening *opening, const struct oeo_opening_bucket *bucket)
{
	return opening->proven[bucket->member];
}

/* Insertion: a tag has as many buckets as there are members, and this is the rare path. */
static void sort_suspects(struct search *search, const struct oeo_opening *opening)
{
	for (size_t i = 0; i < search->n; i++) {
		size_t at = i;

		while (at > 0 && bad_shares(opening, search->buckets[search->order[at - 1]]) <
				     bad_shares(opening, search->buckets[i])) {
			search->order[at] = search->order[at - 1];
			at--;
		}
		search->order[at] = i;
	}
}

enum oeo_err oeo_opening_search(uint8_t a0[OEO_SCALAR_BYTES], bool *is_found,
    const struct oeo_opening *opening, const struct oeo_opening_bucket *const *buckets, size_t n, unsigned k)
{
	struct search search = {buckets, n, k, NULL, NULL, NULL, NULL, 0};
	enum oeo_err err = OEO_OK;

	*is_found = false;
	search.order = oeo_alloc_array(n, sizeof(*search.order));
	search.is_out = oeo_alloc_array(n, sizeof(*search.is_out));
	search.xs = oeo_alloc_array(k, OEO_X_BYTES);
	search.ys = oeo_alloc_array(k, OEO_SCALAR_BYTES);
	if (search.order == NULL || search.is_out == NULL || search.xs == NULL || search.ys == NULL) {
		err = OEO_ERR_NOMEM;
		goto cleanup;
	}
	sort_suspects(&search, opening);
	for (size_t left_out = 0; err == OEO_OK && !*is_found && left_out <= MOST_LEFT_OUT && left_out < n;
	     left_out++)
		err = leave_out(&search, left_out, 0, a0, is_found);
cleanup:
	free(search.order);
	free(search.is_out);
	free(search.xs);
	/* k shares of one cell are its secret. */
	if (search.ys != NULL)
		sodium_memzero(search.ys, (size_t)k * OEO_SCALAR_BYTES);
	free(search.ys);
	return err;
}
