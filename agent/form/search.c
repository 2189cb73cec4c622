/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ustring.h>
#include <unicode/utrans.h>

#include "agent/words.h"

#define WIDE 1024 /* UTF-16 units that a label or query may take, before and behind */
#define WORD_BYTES 48 /* what a word has beyond is not compared */
#define MOST_WORDS 24
#define FIRST_CAPACITY 256
#define HALF_TYPED 4 /* letters from which a beginning counts, but for the last word, which is being typed */

/* Of a match of two words, in hundredths. */
enum quality { SAME = 100, BEGINNING = 80, LONGER = 65, PART = 45, TYPING_ERROR = 40 };

struct word {
	char text[WORD_BYTES];
	size_t len;
	bool is_listed; /* of a query: a term has it whole, so that what only looks like it is not meant */
};

struct term {
	char *shown; /* owned; NULL: a label */
	struct word *words; /* owned */
	size_t n_words;
	size_t code; /* of the last level */
	unsigned worth; /* hundredths: a label above finds all its codes, but after their own */
};

struct oeo_search {
	const struct oeo_dimension *dimension;
	UTransliterator *transliterator;
	struct term *terms;
	size_t n;
	size_t capacity;
	unsigned *scores; /* by code of the dimension; scratch */
	size_t *by; /* the term that gave the score; scratch */
};

/* ---- Words */

static UTransliterator *open_transliterator(void)
{
	static const UChar id[] = u"Any-Latin; Latin-ASCII; Lower";
	UErrorCode status = U_ZERO_ERROR;
	UTransliterator *made = utrans_openU(id, -1, UTRANS_FORWARD, NULL, 0, NULL, &status);

	return U_SUCCESS(status) ? made : NULL;
}

/* Plain lower-case ASCII; "" where the text is too long, which then is not found. */
static void simplify(const struct oeo_search *search, char *plain, size_t capacity, const char *text)
{
	UChar wide[WIDE];
	UErrorCode status = U_ZERO_ERROR;
	int32_t len = 0, limit;

	plain[0] = '\0';
	(void)u_strFromUTF8WithSub(wide, WIDE, &len, text, -1, ' ', NULL, &status);
	if (U_FAILURE(status))
		return;
	limit = len;
	utrans_transUChars(search->transliterator, wide, &len, WIDE, 0, &limit, &status);
	if (U_SUCCESS(status))
		(void)u_strToUTF8(plain, (int32_t)capacity, NULL, wide, len, &status);
	if (U_FAILURE(status) || status == U_STRING_NOT_TERMINATED_WARNING)
		plain[0] = '\0';
}

static bool is_plain(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static size_t split(struct word words[MOST_WORDS], const char *plain)
{
	size_t n = 0;

	while (*plain != '\0' && n < MOST_WORDS) {
		struct word *word = &words[n];

		word->len = 0;
		word->is_listed = false;
		for (; is_plain(*plain); plain++) {
			if (word->len < WORD_BYTES - 1)
				word->text[word->len++] = *plain;
		}
		word->text[word->len] = '\0';
		if (word->len > 0)
			n++;
		while (*plain != '\0' && !is_plain(*plain))
			plain++;
	}
	return n;
}

/* Words of which a sentence has many and that say nothing of its subject; Dutch and English. */
static bool says_nothing(const struct word *word)
{
	static const char *const list[] = {"aan", "al", "alle", "als", "altijd", "ben", "bent", "bij", "daar",
	    "dan", "dat", "de", "deze", "die", "dit", "doe", "doen", "doet", "door", "dus", "een", "en", "er",
	    "for", "ga", "gaan", "gaat", "geen", "haar", "had", "hallo", "have", "heb", "heeft", "hen", "het",
	    "hier", "hij", "hoe", "hun", "i", "iets", "ik", "in", "is", "je", "kan", "kom", "komen", "komt",
	    "krijg", "krijgen", "kunnen", "maar", "mag", "me", "mee", "meer", "met", "mij", "mijn", "mn",
	    "moet", "moeten", "mr", "my", "na", "naar", "niet", "niets", "niks", "no", "nog", "nooit", "not",
	    "nu", "of", "om", "on", "ons", "onze", "ook", "op", "over", "s", "t", "te", "the", "to", "toe",
	    "u", "uit", "van", "veel", "voor", "waar", "waarom", "wanneer", "want", "waren", "wat", "we",
	    "weer", "weet", "weinig", "weten", "wie", "wij", "wil", "willen", "with", "word", "wordt", "ze",
	    "zij", "zijn", "zn", "zo", "zonder"};
	size_t from = 0, to = sizeof(list) / sizeof(*list);

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		int order = strcmp(word->text, list[middle]);

		if (order == 0)
			return true;
		if (order < 0)
			to = middle;
		else
			from = middle + 1;
	}
	return false;
}

/* Without the words that say nothing, unless there are no others. */
static size_t read_words(const struct oeo_search *search, struct word words[MOST_WORDS], const char *text)
{
	char plain[WIDE];
	size_t n, n_kept = 0;

	simplify(search, plain, sizeof(plain), text);
	n = split(words, plain);
	for (size_t i = 0; i < n; i++) {
		if (!says_nothing(&words[i]))
			words[n_kept++] = words[i];
	}
	return n_kept > 0 ? n_kept : n;
}

/* ---- The index */

static enum oeo_err add_term(
    struct oeo_search *search, const char *text, size_t code, unsigned worth, bool is_synonym)
{
	struct word words[MOST_WORDS];
	size_t n = read_words(search, words, text);
	struct term term = {NULL, NULL, n, code, worth};

	if (n == 0)
		return OEO_OK;
	if (search->n == search->capacity) {
		size_t capacity = search->capacity > 0 ? 2 * search->capacity : FIRST_CAPACITY;
		struct term *more = realloc(search->terms, capacity * sizeof(*more));

		if (more == NULL)
			return OEO_ERR_NOMEM;
		search->terms = more;
		search->capacity = capacity;
	}
	term.words = oeo_alloc_array(n, sizeof(*term.words));
	if (is_synonym)
		term.shown = strdup(text);
	if (term.words == NULL || (is_synonym && term.shown == NULL)) {
		free(term.words);
		free(term.shown);
		return OEO_ERR_NOMEM;
	}
	memcpy(term.words, words, n * sizeof(*words));
	search->terms[search->n++] = term;
	return OEO_OK;
}

static enum oeo_err add_labels(struct oeo_search *search, size_t code)
{
	const struct oeo_dimension *dimension = search->dimension;
	unsigned worth = 100;
	enum oeo_err err = OEO_OK;

	for (size_t at = code; at != SIZE_MAX && err == OEO_OK; at = dimension->codes[at].parent) {
		const struct oeo_code *labelled = &dimension->codes[at];

		if (labelled->label_nl != NULL)
			err = add_term(search, labelled->label_nl, code, worth, false);
		if (err == OEO_OK && labelled->label_en != NULL)
			err = add_term(search, labelled->label_en, code, worth - 5, false);
		worth = 40;
	}
	return err;
}

static const struct oeo_level *last_level(const struct oeo_dimension *dimension)
{
	return &dimension->levels[dimension->n_levels - 1];
}

enum oeo_err oeo_search_new(struct oeo_search **search, const struct oeo_dimension *dimension)
{
	const struct oeo_level *level = last_level(dimension);
	struct oeo_search *made = calloc(1, sizeof(*made));
	enum oeo_err err = OEO_OK;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->dimension = dimension;
	made->scores = oeo_alloc_array(dimension->n_codes, sizeof(*made->scores));
	made->by = oeo_alloc_array(dimension->n_codes, sizeof(*made->by));
	made->transliterator = open_transliterator();
	if (made->scores == NULL || made->by == NULL)
		err = OEO_ERR_NOMEM;
	else if (made->transliterator == NULL)
		err = OEO_ERR_INTERNAL;
	for (size_t i = level->first; i < level->first + level->count && err == OEO_OK; i++) {
		if (i != oeo_dimension_unknown(dimension))
			err = add_labels(made, i);
	}
	if (err != OEO_OK) {
		oeo_search_free(made);
		return err;
	}
	*search = made;
	return OEO_OK;
}

void oeo_search_free(struct oeo_search *search)
{
	if (search == NULL)
		return;
	for (size_t i = 0; i < search->n; i++) {
		free(search->terms[i].shown);
		free(search->terms[i].words);
	}
	free(search->terms);
	free(search->scores);
	free(search->by);
	if (search->transliterator != NULL)
		utrans_close(search->transliterator);
	free(search);
}

/* On the last level; `onbekend` is none of them. */
static bool has_code(const void *context, const char *code)
{
	const struct oeo_search *search = context;
	size_t at = oeo_dimension_find_code(search->dimension, search->dimension->n_levels - 1, code);

	return at != SIZE_MAX && at != oeo_dimension_unknown(search->dimension);
}

enum oeo_err oeo_search_add(struct oeo_search *search, const char *term, const char *code)
{
	if (!has_code(search, code))
		return OEO_OK;
	return add_term(search, term,
	    oeo_dimension_find_code(search->dimension, search->dimension->n_levels - 1, code), 97, true);
}

static enum oeo_err add_word(void *context, const char *term, const char *code)
{
	return oeo_search_add(context, term, code);
}

enum oeo_err oeo_search_add_words(struct oeo_search *search, const struct oeo_home *home)
{
	const struct oeo_words_use use = {search, has_code, add_word};

	return oeo_words_read(&use, home);
}

const char *oeo_search_synonym(const struct oeo_search *search, size_t *at, size_t *code)
{
	while (*at < search->n) {
		const struct term *term = &search->terms[(*at)++];

		*code = term->code;
		if (term->shown != NULL)
			return term->shown;
	}
	return NULL;
}

/* ---- Comparing */

/*
 * Whether a and b differ by at most `most` letters changed, left out, added or exchanged with their neighbour (optimal
 * string alignment). With is_beginning b may go on behind.
 */
static bool is_near(const struct word *a, const struct word *b, unsigned most, bool is_beginning)
{
	unsigned rows[3][WORD_BYTES] = {{0}};
	unsigned best;

	for (size_t j = 0; j <= b->len; j++)
		rows[0][j] = (unsigned)j;
	for (size_t i = 1; i <= a->len; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = (unsigned)i;
		for (size_t j = 1; j <= b->len; j++) {
			unsigned cost = above[j - 1] + (a->text[i - 1] != b->text[j - 1]);

			cost = above[j] + 1 < cost ? above[j] + 1 : cost;
			cost = row[j - 1] + 1 < cost ? row[j - 1] + 1 : cost;
			if (i > 1 && j > 1 && a->text[i - 1] == b->text[j - 2] &&
			    a->text[i - 2] == b->text[j - 1] && before[j - 2] + 1 < cost)
				cost = before[j - 2] + 1;
			row[j] = cost;
		}
	}
	best = rows[a->len % 3][b->len];
	for (size_t j = 0; is_beginning && j <= b->len; j++)
		best = rows[a->len % 3][j] < best ? rows[a->len % 3][j] : best;
	return best <= most;
}

static unsigned compare_typed(const struct word *asked, const struct word *word, bool is_last)
{
	unsigned most = asked->len >= 9 ? 2 : 1;

	if (asked->len < 5 || asked->text[0] != word->text[0])
		return 0;
	return is_near(asked, word, most, is_last) ? TYPING_ERROR : 0;
}

static bool is_same(const struct word *a, const struct word *b)
{
	return a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static unsigned compare(const struct word *asked, const struct word *word, bool is_last)
{
	if (is_same(asked, word))
		return SAME;
	if (asked->len < word->len && memcmp(asked->text, word->text, asked->len) == 0)
		return asked->len >= HALF_TYPED || is_last ? BEGINNING : 0;
	if (word->len >= 4 && asked->len > word->len && memcmp(asked->text, word->text, word->len) == 0)
		return LONGER;
	if (asked->is_listed)
		return 0;
	if (asked->len >= 4 && strstr(word->text, asked->text) != NULL)
		return PART;
	if (word->len >= 5 && strstr(asked->text, word->text) != NULL)
		return PART;
	return compare_typed(asked, word, is_last);
}

/*
 * The score of a term: for each word of the query the best match, counted by its letters (long words say more); then
 * less for the words of the term that nobody asked for.
 */
static unsigned score_term(const struct term *term, const struct word *asked, size_t n)
{
	unsigned score = 0;
	size_t n_matched = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned best = 0;

		for (size_t j = 0; j < term->n_words; j++) {
			unsigned one = compare(&asked[i], &term->words[j], i + 1 == n);

			/* "huurtoeslag" is not "huur niet betalen" */
			if (one == LONGER && term->shown != NULL && term->n_words > 1)
				one = 0;
			best = one > best ? one : best;
		}
		score += best * (unsigned)(asked[i].len < 12 ? asked[i].len : 12);
		n_matched += best > 0;
	}
	if (n_matched < term->n_words)
		score -= score * (unsigned)(term->n_words - n_matched) / (unsigned)(10 * term->n_words);
	return score * term->worth / 100;
}

/* ---- Finding */

static bool is_in_a_term(const struct oeo_search *search, const struct word *asked)
{
	for (size_t i = 0; i < search->n; i++) {
		for (size_t j = 0; j < search->terms[i].n_words; j++) {
			if (is_same(asked, &search->terms[i].words[j]))
				return true;
		}
	}
	return false;
}

static void score_all(struct oeo_search *search, const struct word *asked, size_t n)
{
	memset(search->scores, 0, search->dimension->n_codes * sizeof(*search->scores));
	for (size_t i = 0; i < search->n; i++) {
		size_t code = search->terms[i].code;
		unsigned score = score_term(&search->terms[i], asked, n);

		if (score > search->scores[code]) {
			search->scores[code] = score;
			search->by[code] = i;
		}
	}
}

static uint32_t usage_of(const struct oeo_search *search, const struct oeo_usage *usage, size_t code)
{
	if (usage == NULL)
		return 0;
	return oeo_usage_weight(usage, search->dimension->id, search->dimension->codes[code].code);
}

static bool is_better(const struct oeo_search *search, const struct oeo_usage *usage, size_t a, size_t b)
{
	if (search->scores[a] != search->scores[b])
		return search->scores[a] > search->scores[b];
	return usage_of(search, usage, a) > usage_of(search, usage, b);
}

enum oeo_err oeo_search_find(struct oeo_search *search, const char *query, const struct oeo_usage *usage,
    struct oeo_found found[OEO_SEARCH_MOST], size_t *n)
{
	const struct oeo_level *level = last_level(search->dimension);
	struct word asked[MOST_WORDS];
	char cut[OEO_SEARCH_QUERY_BYTES + 1];
	size_t n_asked, n_found = 0;

	(void)snprintf(cut, sizeof(cut), "%s", query);
	n_asked = read_words(search, asked, cut);
	for (size_t i = 0; i < n_asked; i++)
		asked[i].is_listed = is_in_a_term(search, &asked[i]);
	score_all(search, asked, n_asked);
	for (size_t i = level->first; i < level->first + level->count; i++) {
		size_t at = n_found;

		if (search->scores[i] == 0)
			continue;
		while (at > 0 && is_better(search, usage, i, found[at - 1].code)) {
			if (at < OEO_SEARCH_MOST)
				found[at] = found[at - 1];
			at--;
		}
		if (at >= OEO_SEARCH_MOST)
			continue;
		found[at] = (struct oeo_found){i, search->terms[search->by[i]].shown};
		n_found += n_found < OEO_SEARCH_MOST;
	}
	*n = n_found;
	return OEO_OK;
}
