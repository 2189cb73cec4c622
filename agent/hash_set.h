/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A set of 16-byte keys, each with a number, that are keyed hashes already, so that nobody can choose where they go. For
 * what has been seen in one file: record numbers, cells with their residents.
 *
 * It is kept small: 20 bytes an entry in tables that are half to three quarters full, and in 64 of these, so that what a
 * table needs twice while it grows is little beside the whole. A million keys take 27 to 40 MB.
 */
#ifndef OEO_AGENT_HASH_SET_H
#define OEO_AGENT_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_HASH_SET_KEY_BYTES 16
#define OEO_HASH_SET_MOST UINT32_C(0xFFFFFFFE) /* the largest number a key can have */

struct oeo_hash_set_part;

/* A zero-initialised struct is an empty set. */
struct oeo_hash_set {
	struct oeo_hash_set_part *parts; /* owned; NULL: nothing was added yet */
};

/* Wipe and free; leaves an empty set. */
void oeo_hash_set_fini(struct oeo_hash_set *set);

/* Add the key with this value, at most OEO_HASH_SET_MOST. *found: it was there already, and *earlier is its value (earlier
 * may be NULL); then nothing changes. OEO_ERR_NOMEM, OEO_ERR_RANGE. */
enum oeo_err oeo_hash_set_add(struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES],
    size_t value, bool *found, size_t *earlier);

/* Add the key with this value, or give the key that is there this value. OEO_ERR_NOMEM, OEO_ERR_RANGE. */
enum oeo_err oeo_hash_set_put(
    struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t value);

/* True where the key is there; *value (may be NULL) is its value. */
bool oeo_hash_set_find(
    const struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t *value);

#endif
