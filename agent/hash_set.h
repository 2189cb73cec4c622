/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A set of 16-byte keys, each with a number, that are hashes already (the first eight bytes choose the place). For what
 * has been seen in one file: record numbers, cells with their residents.
 */
#ifndef OEO_AGENT_HASH_SET_H
#define OEO_AGENT_HASH_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_HASH_SET_KEY_BYTES 16

struct oeo_hash_set_entry {
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	size_t value;
	bool is_used;
};

/* A zero-initialised struct is an empty set. */
struct oeo_hash_set {
	struct oeo_hash_set_entry *entries;
	size_t capacity; /* a power of two */
	size_t n;
};

/* Wipe and free; leaves an empty set. */
void oeo_hash_set_fini(struct oeo_hash_set *set);

/* Add the key with this value. *found: it was there already, and *earlier is its value (earlier may be NULL); then nothing
 * changes. OEO_ERR_NOMEM. */
enum oeo_err oeo_hash_set_add(struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES],
    size_t value, bool *found, size_t *earlier);

/* True where the key is there; *value (may be NULL) is its value. */
bool oeo_hash_set_find(
    const struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t *value);

#endif
