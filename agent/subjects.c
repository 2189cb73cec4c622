/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/subjects.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 256
#define MOST_SUBJECTS 0x7fffffffu

void oeo_subjects_init(struct oeo_subjects *subjects)
{
	memset(subjects, 0, sizeof(*subjects));
	randombytes_buf(subjects->hash_key, sizeof(subjects->hash_key));
}

void oeo_subjects_fini(struct oeo_subjects *subjects)
{
	if (subjects == NULL)
		return;
	for (size_t i = 0; i < subjects->n; i++) {
		sodium_memzero(subjects->items[i].name, subjects->items[i].len);
		free(subjects->items[i].name);
	}
	free(subjects->items);
	free(subjects->slots);
	memset(subjects, 0, sizeof(*subjects));
}

/* Keyed, so that a name in an intake file cannot be chosen to make the table slow. */
static size_t hash(const struct oeo_subjects *subjects, const void *name, size_t len)
{
	uint8_t digest[crypto_shorthash_BYTES];
	uint64_t number;

	(void)crypto_shorthash(digest, name, len, subjects->hash_key);
	memcpy(&number, digest, sizeof(number));
	return (size_t)number;
}

/* The slot that holds the subject, or the free one where it belongs. */
static uint32_t *find_slot(
    const struct oeo_subjects *subjects, enum oeo_subject_kind kind, const void *name, size_t len)
{
	size_t at = hash(subjects, name, len) & (subjects->n_slots - 1);

	for (;; at = (at + 1) & (subjects->n_slots - 1)) {
		uint32_t *slot = &subjects->slots[at];
		const struct oeo_subject *subject = *slot > 0 ? &subjects->items[*slot - 1] : NULL;

		if (subject == NULL ||
		    (subject->kind == kind && subject->len == len && memcmp(subject->name, name, len) == 0))
			return slot;
	}
}

static enum oeo_err grow_slots(struct oeo_subjects *subjects)
{
	size_t wanted = subjects->n_slots > 0 ? subjects->n_slots * 2 : FIRST_SLOTS;
	uint32_t *slots = oeo_alloc_array(wanted, sizeof(*slots));

	if (slots == NULL)
		return OEO_ERR_NOMEM;
	free(subjects->slots);
	subjects->slots = slots;
	subjects->n_slots = wanted;
	for (size_t i = 0; i < subjects->n; i++) {
		const struct oeo_subject *subject = &subjects->items[i];

		*find_slot(subjects, subject->kind, subject->name, subject->len) = (uint32_t)i + 1;
	}
	return OEO_OK;
}

static enum oeo_err grow_items(struct oeo_subjects *subjects)
{
	size_t wanted = subjects->capacity > 0 ? subjects->capacity * 2 : FIRST_SLOTS;
	struct oeo_subject *items;
	size_t bytes;

	if (!oeo_size_mul(wanted, sizeof(*items), &bytes))
		return OEO_ERR_NOMEM;
	items = realloc(subjects->items, bytes);
	if (items == NULL)
		return OEO_ERR_NOMEM;
	subjects->items = items;
	subjects->capacity = wanted;
	return OEO_OK;
}

static enum oeo_err append(
    struct oeo_subjects *subjects, enum oeo_subject_kind kind, const void *name, size_t len)
{
	struct oeo_subject *subject;
	enum oeo_err err = subjects->n < subjects->capacity ? OEO_OK : grow_items(subjects);

	if (err != OEO_OK)
		return err;
	subject = &subjects->items[subjects->n];
	subject->kind = kind;
	subject->len = len;
	subject->name = malloc(len + 1);
	if (subject->name == NULL)
		return OEO_ERR_NOMEM;
	memcpy(subject->name, name, len);
	subject->name[len] = '\0';
	subjects->n++;
	return OEO_OK;
}

enum oeo_err oeo_subjects_add(
    struct oeo_subjects *subjects, enum oeo_subject_kind kind, const void *name, size_t len, uint32_t *number)
{
	enum oeo_err err = OEO_OK;
	uint32_t *slot;

	if (subjects->n >= MOST_SUBJECTS)
		return OEO_ERR_RANGE;
	if (2 * (subjects->n + 1) > subjects->n_slots)
		err = grow_slots(subjects);
	if (err != OEO_OK)
		return err;
	slot = find_slot(subjects, kind, name, len);
	if (*slot == 0) {
		err = append(subjects, kind, name, len);
		if (err != OEO_OK)
			return err;
		*slot = (uint32_t)subjects->n;
	}
	*number = *slot - 1;
	return OEO_OK;
}
