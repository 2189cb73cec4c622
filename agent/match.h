/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From what stands in a cell to a code of a dimension's last level. Values are compared as fold.h does. However it
 * matches, `onbekend` and the plan's own codes for it are known, and an empty cell is `onbekend`.
 */
#ifndef OEO_AGENT_MATCH_H
#define OEO_AGENT_MATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"
#include "proto/plan.h"

enum oeo_match_kind { OEO_MATCH_CODE = 1, OEO_MATCH_LABEL, OEO_MATCH_SYNONYMS, OEO_MATCH_MAP };

struct oeo_match_entry {
	char *key; /* folded, owned */
	size_t code; /* index in the dimension's codes; SIZE_MAX: ambiguous, matches nothing */
	unsigned rank; /* of two equal keys the lower counts: codes, Dutch labels, English labels, synonyms */
};

struct oeo_matcher {
	struct oeo_match_entry *entries;
	size_t n;
	size_t capacity;
	size_t unknown; /* index of `onbekend` */
};

/* Begin a matcher that knows `onbekend`; then, by its kind, add codes, labels or terms; then seal. OEO_ERR_NOMEM.
 * Free with oeo_matcher_fini (a zero-initialised struct is fine). */
enum oeo_err oeo_matcher_init(struct oeo_matcher *matcher, const struct oeo_dimension *dimension);
void oeo_matcher_fini(struct oeo_matcher *matcher);

enum oeo_err oeo_matcher_add_codes(struct oeo_matcher *matcher, const struct oeo_dimension *dimension);
enum oeo_err oeo_matcher_add_labels(struct oeo_matcher *matcher, const struct oeo_dimension *dimension);
enum oeo_err oeo_matcher_add_term(struct oeo_matcher *matcher, const char *term, size_t code);

/* Sort. Of equal keys the one of lowest rank stays; where that is several codes, none matches and *ambiguous (may be
 * NULL) is set to the first such key, borrowed from the matcher; else to NULL. */
void oeo_matcher_seal(struct oeo_matcher *matcher, const char **ambiguous);

/* The code index of a word in a mapping file: a last-level code, `onbekend` or one of the plan's codes for it, exactly.
 * SIZE_MAX: none. */
size_t oeo_match_find_word(const struct oeo_dimension *dimension, const char *word);

/* Match a cell (UTF-8). *code: index in the dimension's codes, SIZE_MAX where it is not on the list. folded is scratch
 * and afterwards holds the folded value. OEO_ERR_NOMEM, OEO_ERR_FORMAT, OEO_ERR_RANGE. */
enum oeo_err oeo_matcher_find(
    const struct oeo_matcher *matcher, struct oeo_buf *folded, const char *text, size_t len, size_t *code);

/* True where the folded value is written like a code of this dimension (as many letters and digits in the same places,
 * at least one digit): only such a value may be shown to a person when it is not on the list. */
bool oeo_match_looks_like_code(const struct oeo_dimension *dimension, const char *folded);

#endif
