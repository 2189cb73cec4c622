/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_same.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 16

void oeo_same_fini(struct oeo_same *same)
{
	for (size_t i = 0; i < same->n_held; i++) {
		if (same->held[i].is_used)
			oeo_question_fini(&same->held[i].read.question);
	}
	if (same->held != NULL)
		sodium_memzero(same->held, same->capacity * sizeof(*same->held));
	free(same->held);
	free(same->unused);
	oeo_hash_set_fini(&same->last);
	oeo_hash_set_fini(&same->begun);
	memset(same, 0, sizeof(*same));
}

/* ---- Which questions have several rows */

enum oeo_err oeo_same_note(struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES], size_t line)
{
	return oeo_hash_set_put(&same->last, record, line);
}

bool oeo_same_is_any(const struct oeo_same *same)
{
	return same->last.parts != NULL;
}

bool oeo_same_has(const struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES], size_t *last_line)
{
	return oeo_hash_set_find(&same->last, record, last_line);
}

/* ---- Holding */

static enum oeo_err grow(struct oeo_same *same)
{
	size_t capacity = same->capacity > 0 ? 2 * same->capacity : FIRST_CAPACITY;
	struct oeo_held_question *held = oeo_alloc_array(capacity, sizeof(*held));
	size_t *unused = oeo_alloc_array(capacity, sizeof(*unused));

	if (held == NULL || unused == NULL) {
		free(held);
		free(unused);
		return OEO_ERR_NOMEM;
	}
	if (same->held != NULL) {
		memcpy(held, same->held, same->n_held * sizeof(*held));
		sodium_memzero(same->held, same->n_held * sizeof(*held));
	}
	/* It grows only where none is unused. */
	free(same->held);
	free(same->unused);
	same->held = held;
	same->unused = unused;
	same->capacity = capacity;
	return OEO_OK;
}

enum oeo_err oeo_same_hold(struct oeo_same *same, const struct oeo_read_row *read, size_t line, size_t part)
{
	size_t at;
	enum oeo_err err = OEO_OK;

	if (same->n_unused == 0 && same->n_held == same->capacity)
		err = grow(same);
	if (err != OEO_OK)
		return err;
	at = same->n_unused > 0 ? same->unused[same->n_unused - 1] : same->n_held;
	err = oeo_hash_set_put(&same->begun, read->record, at);
	if (err != OEO_OK)
		return err;
	if (same->n_unused > 0)
		same->n_unused--;
	else
		same->n_held++;
	same->held[at] = (struct oeo_held_question){*read, line, part, true};
	return OEO_OK;
}

struct oeo_held_question *oeo_same_find(
    const struct oeo_same *same, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	size_t at = 0;

	if (!oeo_hash_set_find(&same->begun, record, &at))
		return NULL;
	/* Its place may be another's by now. */
	if (!same->held[at].is_used || memcmp(same->held[at].read.record, record, OEO_RECORD_HASH_BYTES) != 0)
		return NULL;
	return &same->held[at];
}

void oeo_same_release(struct oeo_same *same, struct oeo_held_question *held)
{
	held->is_used = false;
	same->unused[same->n_unused++] = (size_t)(held - same->held);
}

/* ---- One question of several rows */

static bool has_number(const struct oeo_question *question)
{
	return question->member_number != NULL;
}

bool oeo_same_is_one(const struct oeo_held_question *held, const struct oeo_read_row *later)
{
	const struct oeo_question *a = &held->read.question;
	const struct oeo_question *b = &later->question;

	if (a->day != b->day)
		return false;
	if (has_number(a) && has_number(b) && strcmp(a->member_number, b->member_number) != 0)
		return false;
	if (!oeo_question_has_identity(a) || !oeo_question_has_identity(b))
		return true;
	for (size_t i = 0; i < a->n_fields; i++) {
		if (strcmp(a->identity[i], b->identity[i]) != 0)
			return false;
	}
	return true;
}

static void exchange(char **a, char **b)
{
	char *kept = *a;

	*a = *b;
	*b = kept;
}

static bool merge_resident(struct oeo_read_row *first, struct oeo_read_row *later)
{
	struct oeo_question *question = &first->question;
	bool has_filled = false;

	if (!oeo_question_has_identity(question) && oeo_question_has_identity(&later->question)) {
		for (size_t i = 0; i < question->n_fields; i++)
			exchange(&question->identity[i], &later->question.identity[i]);
		first->has_placeholder = false;
		has_filled = true;
	}
	if (!has_number(question) && has_number(&later->question)) {
		exchange(&question->member_number, &later->question.member_number);
		has_filled = true;
	}
	return has_filled;
}

static void take_code(struct oeo_read_row *first, const struct oeo_read_row *later, size_t dimension)
{
	first->codes[dimension] = later->codes[dimension];
	first->is_unmapped[dimension] = later->is_unmapped[dimension];
	first->lines[dimension] = later->lines[dimension];
	memcpy(first->unmapped[dimension], later->unmapped[dimension], OEO_ID_BYTES);
	memcpy(first->question.codes[dimension], later->question.codes[dimension], OEO_ID_BYTES);
}

void oeo_same_merge(struct oeo_held_question *held, struct oeo_read_row *later, const struct oeo_plan *plan,
    struct oeo_row_difference *difference, bool *has_filled)
{
	struct oeo_read_row *first = &held->read;
	bool is_unmapped = false;

	*has_filled = merge_resident(first, later);
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		size_t unknown = oeo_dimension_unknown(&plan->dimensions[i]);
		bool is_empty = first->codes[i] == unknown;

		difference->in_dimension[i] =
		    !is_empty && later->codes[i] != unknown && later->codes[i] != first->codes[i];
		*has_filled = *has_filled || (is_empty && later->codes[i] != unknown);
		/* A value that is not on its list is told, also where the first row had none. */
		if (is_empty && (later->codes[i] != unknown || !first->is_unmapped[i]))
			take_code(first, later, i);
		is_unmapped = is_unmapped || first->is_unmapped[i];
	}
	first->question.is_unmapped = is_unmapped;
}
