/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/hash_set.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"

#define FIRST_CAPACITY 1024

void oeo_hash_set_fini(struct oeo_hash_set *set)
{
	if (set->entries != NULL)
		sodium_memzero(set->entries, set->capacity * sizeof(*set->entries));
	free(set->entries);
	memset(set, 0, sizeof(*set));
}

/* The entry of the key, or the free one where it belongs. There is always a free one. */
static struct oeo_hash_set_entry *locate(const struct oeo_hash_set *set, const uint8_t *key)
{
	uint64_t at;

	memcpy(&at, key, sizeof(at));
	for (;; at++) {
		struct oeo_hash_set_entry *entry = &set->entries[at & (set->capacity - 1)];

		if (!entry->is_used || memcmp(entry->key, key, OEO_HASH_SET_KEY_BYTES) == 0)
			return entry;
	}
}

static enum oeo_err grow(struct oeo_hash_set *set)
{
	struct oeo_hash_set bigger = {NULL, set->capacity > 0 ? 2 * set->capacity : FIRST_CAPACITY, set->n};

	if (set->n < set->capacity / 2)
		return OEO_OK;
	bigger.entries = oeo_alloc_array(bigger.capacity, sizeof(*bigger.entries));
	if (bigger.entries == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < set->capacity; i++) {
		if (set->entries[i].is_used)
			*locate(&bigger, set->entries[i].key) = set->entries[i];
	}
	oeo_hash_set_fini(set);
	*set = bigger;
	return OEO_OK;
}

enum oeo_err oeo_hash_set_add(struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES],
    size_t value, bool *found, size_t *earlier)
{
	enum oeo_err err = grow(set);
	struct oeo_hash_set_entry *entry;

	if (err != OEO_OK)
		return err;
	entry = locate(set, key);
	*found = entry->is_used;
	if (*found) {
		if (earlier != NULL)
			*earlier = entry->value;
		return OEO_OK;
	}
	memcpy(entry->key, key, OEO_HASH_SET_KEY_BYTES);
	entry->value = value;
	entry->is_used = true;
	set->n++;
	return OEO_OK;
}

bool oeo_hash_set_find(
    const struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t *value)
{
	const struct oeo_hash_set_entry *entry;

	if (set->capacity == 0)
		return false;
	entry = locate(set, key);
	if (entry->is_used && value != NULL)
		*value = entry->value;
	return entry->is_used;
}
