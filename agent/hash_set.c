/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/hash_set.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"

#define PARTS 64 /* a power of two: the low bits of a key choose one */
#define FIRST_CAPACITY 16
#define MOST_CAPACITY (UINT32_MAX / 2)

struct entry {
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	uint32_t value; /* and one more; 0: free */
};

struct oeo_hash_set_part {
	struct entry *entries;
	size_t capacity;
	size_t n;
};

static void part_fini(struct oeo_hash_set_part *part)
{
	if (part->entries != NULL)
		sodium_memzero(part->entries, part->capacity * sizeof(*part->entries));
	free(part->entries);
}

void oeo_hash_set_fini(struct oeo_hash_set *set)
{
	for (size_t i = 0; set->parts != NULL && i < PARTS; i++)
		part_fini(&set->parts[i]);
	free(set->parts);
	set->parts = NULL;
}

static struct oeo_hash_set_part *part_of(const struct oeo_hash_set *set, const uint8_t *key)
{
	return &set->parts[key[0] % PARTS];
}

/* The entry of the key, or the free one where it belongs. There is always a free one. */
static struct entry *locate(const struct oeo_hash_set_part *part, const uint8_t *key)
{
	uint32_t hash;
	size_t at;

	memcpy(&hash, key + 1, sizeof(hash));
	at = (size_t)((uint64_t)hash * part->capacity >> 32);
	for (;; at = at + 1 < part->capacity ? at + 1 : 0) {
		struct entry *entry = &part->entries[at];

		if (entry->value == 0 || memcmp(entry->key, key, OEO_HASH_SET_KEY_BYTES) == 0)
			return entry;
	}
}

static enum oeo_err grow(struct oeo_hash_set_part *part)
{
	struct oeo_hash_set_part bigger = {NULL, FIRST_CAPACITY, part->n};

	if (part->n < part->capacity / 4 * 3)
		return OEO_OK;
	if (part->capacity > MOST_CAPACITY)
		return OEO_ERR_NOMEM;
	if (part->capacity > 0)
		bigger.capacity = part->capacity + part->capacity / 2;
	bigger.entries = oeo_alloc_array(bigger.capacity, sizeof(*bigger.entries));
	if (bigger.entries == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < part->capacity; i++) {
		if (part->entries[i].value != 0)
			*locate(&bigger, part->entries[i].key) = part->entries[i];
	}
	part_fini(part);
	*part = bigger;
	return OEO_OK;
}

/* The entry of the key, or the free one that is to be its own. */
static enum oeo_err make_room(struct oeo_hash_set *set, const uint8_t *key, size_t value,
    struct oeo_hash_set_part **part, struct entry **entry)
{
	enum oeo_err err;

	if (value > OEO_HASH_SET_MOST)
		return OEO_ERR_RANGE;
	if (set->parts == NULL)
		set->parts = oeo_alloc_array(PARTS, sizeof(*set->parts));
	if (set->parts == NULL)
		return OEO_ERR_NOMEM;
	*part = part_of(set, key);
	err = grow(*part);
	if (err == OEO_OK)
		*entry = locate(*part, key);
	return err;
}

static void fill(struct oeo_hash_set_part *part, struct entry *entry, const uint8_t *key, size_t value)
{
	part->n += entry->value == 0;
	memcpy(entry->key, key, OEO_HASH_SET_KEY_BYTES);
	entry->value = (uint32_t)value + 1;
}

enum oeo_err oeo_hash_set_add(struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES],
    size_t value, bool *found, size_t *earlier)
{
	struct oeo_hash_set_part *part = NULL;
	struct entry *entry = NULL;
	enum oeo_err err = make_room(set, key, value, &part, &entry);

	if (err != OEO_OK)
		return err;
	*found = entry->value != 0;
	if (!*found)
		fill(part, entry, key, value);
	else if (earlier != NULL)
		*earlier = entry->value - 1;
	return OEO_OK;
}

enum oeo_err oeo_hash_set_put(
    struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t value)
{
	struct oeo_hash_set_part *part = NULL;
	struct entry *entry = NULL;
	enum oeo_err err = make_room(set, key, value, &part, &entry);

	if (err == OEO_OK)
		fill(part, entry, key, value);
	return err;
}

bool oeo_hash_set_find(
    const struct oeo_hash_set *set, const uint8_t key[OEO_HASH_SET_KEY_BYTES], size_t *value)
{
	const struct entry *entry;

	if (set->parts == NULL || part_of(set, key)->capacity == 0)
		return false;
	entry = locate(part_of(set, key), key);
	if (entry->value != 0 && value != NULL)
		*value = entry->value - 1;
	return entry->value != 0;
}
