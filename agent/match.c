/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/match.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fold.h"

enum rank { RANK_CODE, RANK_LABEL_NL, RANK_LABEL_EN, RANK_TERM };

#define FIRST_CAPACITY 64

static enum oeo_err grow(struct oeo_matcher *matcher)
{
	size_t capacity = matcher->capacity > 0 ? 2 * matcher->capacity : FIRST_CAPACITY;
	struct oeo_match_entry *entries;
	size_t bytes;

	if (matcher->n < matcher->capacity)
		return OEO_OK;
	if (!oeo_size_mul(capacity, sizeof(*entries), &bytes))
		return OEO_ERR_NOMEM;
	entries = realloc(matcher->entries, bytes);
	if (entries == NULL)
		return OEO_ERR_NOMEM;
	matcher->entries = entries;
	matcher->capacity = capacity;
	return OEO_OK;
}

static enum oeo_err add(struct oeo_matcher *matcher, const char *text, size_t code, unsigned rank)
{
	struct oeo_buf folded = {0};
	enum oeo_err err = oeo_fold_text(&folded, text, strlen(text));

	if (err == OEO_OK && folded.len > 0)
		err = grow(matcher);
	if (err == OEO_OK && folded.len > 0) {
		matcher->entries[matcher->n++] = (struct oeo_match_entry){(char *)folded.data, code, rank};
		return OEO_OK;
	}
	oeo_buf_fini(&folded);
	return err;
}

enum oeo_err oeo_matcher_init(struct oeo_matcher *matcher, const struct oeo_dimension *dimension)
{
	enum oeo_err err;

	memset(matcher, 0, sizeof(*matcher));
	matcher->unknown = oeo_dimension_unknown(dimension);
	err = add(matcher, OEO_UNKNOWN, matcher->unknown, RANK_CODE);
	for (size_t i = 0; i < dimension->n_unknown && err == OEO_OK; i++)
		err = add(matcher, dimension->unknown[i], matcher->unknown, RANK_CODE);
	return err;
}

void oeo_matcher_fini(struct oeo_matcher *matcher)
{
	for (size_t i = 0; i < matcher->n; i++)
		free(matcher->entries[i].key);
	free(matcher->entries);
	memset(matcher, 0, sizeof(*matcher));
}

static const struct oeo_level *last_level(const struct oeo_dimension *dimension)
{
	return &dimension->levels[dimension->n_levels - 1];
}

enum oeo_err oeo_matcher_add_codes(struct oeo_matcher *matcher, const struct oeo_dimension *dimension)
{
	const struct oeo_level *level = last_level(dimension);
	enum oeo_err err = OEO_OK;

	for (size_t i = level->first; i < level->first + level->count && err == OEO_OK; i++)
		err = add(matcher, dimension->codes[i].code, i, RANK_CODE);
	return err;
}

enum oeo_err oeo_matcher_add_labels(struct oeo_matcher *matcher, const struct oeo_dimension *dimension)
{
	const struct oeo_level *level = last_level(dimension);
	enum oeo_err err = OEO_OK;

	for (size_t i = level->first; i < level->first + level->count && err == OEO_OK; i++) {
		const struct oeo_code *code = &dimension->codes[i];

		if (code->label_nl != NULL)
			err = add(matcher, code->label_nl, i, RANK_LABEL_NL);
		if (err == OEO_OK && code->label_en != NULL)
			err = add(matcher, code->label_en, i, RANK_LABEL_EN);
	}
	return err;
}

enum oeo_err oeo_matcher_add_term(struct oeo_matcher *matcher, const char *term, size_t code)
{
	return add(matcher, term, code, RANK_TERM);
}

static int by_key_and_rank(const void *left, const void *right)
{
	const struct oeo_match_entry *a = left;
	const struct oeo_match_entry *b = right;
	int order = strcmp(a->key, b->key);

	if (order != 0)
		return order;
	return a->rank < b->rank ? -1 : a->rank > b->rank;
}

void oeo_matcher_seal(struct oeo_matcher *matcher, const char **ambiguous)
{
	size_t kept = 0;

	if (ambiguous != NULL)
		*ambiguous = NULL;
	if (matcher->n == 0)
		return;
	qsort(matcher->entries, matcher->n, sizeof(*matcher->entries), by_key_and_rank);
	for (size_t i = 0; i < matcher->n; i++) {
		struct oeo_match_entry *entry = &matcher->entries[i];
		struct oeo_match_entry *last = kept > 0 ? &matcher->entries[kept - 1] : NULL;

		if (last == NULL || strcmp(last->key, entry->key) != 0) {
			matcher->entries[kept++] = *entry;
			continue;
		}
		if (entry->rank == last->rank && entry->code != last->code) {
			last->code = SIZE_MAX;
			if (ambiguous != NULL && *ambiguous == NULL)
				*ambiguous = last->key;
		}
		free(entry->key);
	}
	matcher->n = kept;
}

size_t oeo_match_find_word(const struct oeo_dimension *dimension, const char *word)
{
	for (size_t i = 0; i < dimension->n_unknown; i++) {
		if (strcmp(word, dimension->unknown[i]) == 0)
			return oeo_dimension_unknown(dimension);
	}
	return oeo_dimension_find_code(dimension, dimension->n_levels - 1, word);
}

static int compare_key(const void *key, const void *entry)
{
	return strcmp(key, ((const struct oeo_match_entry *)entry)->key);
}

enum oeo_err oeo_matcher_find(
    const struct oeo_matcher *matcher, struct oeo_buf *folded, const char *text, size_t len, size_t *code)
{
	enum oeo_err err = oeo_fold_text(folded, text, len);
	const struct oeo_match_entry *entry;

	if (err != OEO_OK)
		return err;
	if (folded->len == 0) {
		*code = matcher->unknown;
		return OEO_OK;
	}
	entry = bsearch(folded->data, matcher->entries, matcher->n, sizeof(*matcher->entries), compare_key);
	*code = entry != NULL ? entry->code : SIZE_MAX;
	return OEO_OK;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool has_same_shape(const char *code, const char *value)
{
	bool has_digit = false;

	for (; *code != '\0' && *value != '\0'; code++, value++) {
		bool is_like = (is_letter(*code) && is_letter(*value)) ||
			       (is_digit(*code) && is_digit(*value)) || *code == *value;

		if (!is_like)
			return false;
		has_digit = has_digit || is_digit(*value);
	}
	return *code == '\0' && *value == '\0' && has_digit;
}

bool oeo_match_looks_like_code(const struct oeo_dimension *dimension, const char *folded)
{
	const struct oeo_level *level = last_level(dimension);

	for (size_t i = level->first; i < level->first + level->count; i++) {
		if (has_same_shape(dimension->codes[i].code, folded))
			return true;
	}
	return false;
}
