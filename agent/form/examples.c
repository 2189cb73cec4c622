/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/examples.h"

#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define LEAST_BYTES 4 /* a shorter word says little */

/* The themes; the codes themselves where there is no level above. */
static const struct oeo_level *level_of_themes(const struct oeo_dimension *dimension)
{
	return &dimension->levels[dimension->n_levels > 1 ? dimension->n_levels - 2 : 0];
}

static bool is_under(const struct oeo_dimension *dimension, size_t code, size_t theme)
{
	return code == theme || dimension->codes[code].parent == theme;
}

/* A word by itself, of a length that fits on a line. */
static bool is_word(const char *text)
{
	size_t len = strlen(text);

	return len >= LEAST_BYTES && len < OEO_EXAMPLE_BYTES && strpbrk(text, " ,;:/()+0123456789") == NULL;
}

static bool is_finding(struct oeo_search *search, const char *word)
{
	struct oeo_found found[OEO_SEARCH_MOST];
	size_t n = 0;

	return oeo_search_find(search, word, NULL, found, &n) == OEO_OK && n > 0;
}

static bool take(struct oeo_search *search, char example[OEO_EXAMPLE_BYTES], const char *word)
{
	if (!is_word(word) || !is_finding(search, word))
		return false;
	(void)snprintf(example, OEO_EXAMPLE_BYTES, "%s", word);
	return true;
}

static bool take_synonym(struct oeo_search *search, const struct oeo_dimension *dimension, size_t theme,
    char example[OEO_EXAMPLE_BYTES])
{
	const char *synonym;
	size_t at = 0, code = 0;

	while ((synonym = oeo_search_synonym(search, &at, &code)) != NULL) {
		if (is_under(dimension, code, theme) && take(search, example, synonym))
			return true;
	}
	return false;
}

/* The first word of a label; "Debts" becomes "debts", "ICT" stays. */
static bool take_first_word(struct oeo_search *search, char example[OEO_EXAMPLE_BYTES], const char *label)
{
	size_t len = strcspn(label, " ,;:/()");
	char word[OEO_EXAMPLE_BYTES];

	if (len >= sizeof(word))
		return false;
	(void)snprintf(word, sizeof(word), "%.*s", (int)len, label);
	if (word[0] >= 'A' && word[0] <= 'Z' && word[1] >= 'a' && word[1] <= 'z')
		word[0] = (char)(word[0] - 'A' + 'a');
	return take(search, example, word);
}

static bool take_label(struct oeo_search *search, const struct oeo_dimension *dimension, size_t theme,
    char example[OEO_EXAMPLE_BYTES])
{
	const struct oeo_level *last = &dimension->levels[dimension->n_levels - 1];

	for (size_t i = last->first; i < last->first + last->count; i++) {
		const struct oeo_code *code = &dimension->codes[i];

		if (i != oeo_dimension_unknown(dimension) && is_under(dimension, i, theme) &&
		    take_first_word(search, example, oeo_i18n_pick(code->label_nl, code->label_en)))
			return true;
	}
	return false;
}

static bool take_of_theme(struct oeo_search *search, const struct oeo_dimension *dimension, size_t theme,
    char example[OEO_EXAMPLE_BYTES])
{
	if (oeo_i18n_lang() == OEO_LANG_NL && take_synonym(search, dimension, theme, example))
		return true;
	return take_label(search, dimension, theme, example);
}

size_t oeo_examples_choose(struct oeo_search *search, const struct oeo_dimension *dimension,
    char examples[OEO_EXAMPLES_MOST][OEO_EXAMPLE_BYTES])
{
	const struct oeo_level *themes = level_of_themes(dimension);
	size_t n = 0;

	for (size_t i = 0; i < OEO_EXAMPLES_MOST; i++) {
		size_t from = i * themes->count / OEO_EXAMPLES_MOST;
		size_t to = (i + 1) * themes->count / OEO_EXAMPLES_MOST;
		bool is_taken = false;

		for (size_t theme = from; theme < to && !is_taken; theme++)
			is_taken = take_of_theme(search, dimension, themes->first + theme, examples[n]);
		n += is_taken;
	}
	return n;
}
