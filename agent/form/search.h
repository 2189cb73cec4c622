/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Finds codes by a resident's own words: over the labels (both languages), the labels of the levels above, and synonyms.
 * Upper and lower case and accents do not matter; a word may be half typed, may be part of a longer one ("toeslag" in
 * "huurtoeslag"), and may hold a typing error. Of a whole sentence the words that say something count.
 *
 * A word of the query against a word of the list, best first: the same; the beginning of it; the list's word is the
 * beginning of it ("schuldeisers" finds "schuld"; not one word of a synonym of several); one is a part of the other, from
 * four letters; the same but for one letter changed, left out, added or two exchanged, from five letters; but for two, from
 * nine. The last two ways are not gone where the list has the word itself: "blijf van mijn lijf" is no "verblijf".
 */
#ifndef OEO_AGENT_FORM_SEARCH_H
#define OEO_AGENT_FORM_SEARCH_H

#include <stdbool.h>

#include "agent/form/usage.h"
#include "proto/home.h"
#include "proto/plan.h"

#define OEO_SEARCH_MOST 9 /* results */
#define OEO_SEARCH_QUERY_BYTES 200 /* what is behind is not looked at */

struct oeo_search;

struct oeo_found {
	size_t code; /* index in the dimension's codes */
	const char *
	    because; /* the synonym that it was found by, as the list writes it; NULL: its label. Borrowed. */
};

/* Index a dimension (borrowed until oeo_search_free). OEO_ERR_NOMEM, OEO_ERR_INTERNAL (ICU lacks the rules). */
enum oeo_err oeo_search_new(struct oeo_search **search, const struct oeo_dimension *dimension);
void oeo_search_free(struct oeo_search *search);

/* Add a synonym of a code of the last level; codes the dimension does not have are passed over. */
enum oeo_err oeo_search_add(struct oeo_search *search, const char *term, const char *code);

/* Add the words by which people call a topic (words.h). OEO_ERR_NOMEM. */
enum oeo_err oeo_search_add_words(struct oeo_search *search, const struct oeo_home *home);

/* The next synonym from *at on (0: the first), and the index of its code; NULL: no more. Borrowed until the next change. */
const char *oeo_search_synonym(const struct oeo_search *search, size_t *at, size_t *code);

/* Find at most OEO_SEARCH_MOST codes, best first; among equals what is chosen often (usage may be NULL). */
enum oeo_err oeo_search_find(struct oeo_search *search, const char *query, const struct oeo_usage *usage,
    struct oeo_found found[OEO_SEARCH_MOST], size_t *n);

#endif
