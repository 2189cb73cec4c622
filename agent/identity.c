/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/identity.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define WORD_BYTES 24 /* longer than any word of the list */
#define MOST_INITIALS 4
#define DUTCH_BYTES 6 /* 1234AB */
#define PC4_BYTES 4

/* ---- What stands for nothing */

/* Letters and digits only, in lower case. No family name is among them: "Geen", "Na" and "Null" are. */
static const char *const nothing[] = {
    "anoniem",
    "anonymous",
    "geboortedatumonbekend",
    "geennaam",
    "naamloos",
    "naamonbekend",
    "nb",
    "nietbekend",
    "nietingevuld",
    "nietvantoepassing",
    "nn",
    "noname",
    "notapplicable",
    "notknown",
    "nvt",
    "onbekend",
    "onbekende",
    "postcodeonbekend",
    "unknown",
    "weetikniet",
    "weetniet",
    "zondernaam",
};

/* The letters and digits of a text in lower case; false where it holds more of them than any word here, or others than those
 * of ASCII. */
static bool squeeze(char word[WORD_BYTES], const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++) {
		char c = *text;

		if ((unsigned char)c > 0x7F)
			return false;
		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
			continue;
		if (n == WORD_BYTES - 1)
			return false;
		word[n++] = c;
	}
	word[n] = '\0';
	return true;
}

static bool is_only(const char *text, char c)
{
	while (*text == c)
		text++;
	return *text == '\0';
}

static bool is_initials(const struct oeo_identity_field *field, const char *word)
{
	return field != NULL && strcmp(field->id, "initials") == 0 && strlen(word) <= MOST_INITIALS;
}

static bool is_of_list(const char *word)
{
	for (size_t i = 0; i < sizeof(nothing) / sizeof(*nothing); i++) {
		if (strcmp(word, nothing[i]) == 0)
			return true;
	}
	return false;
}

bool oeo_identity_is_nothing(const struct oeo_identity_field *field, const char *text)
{
	char word[WORD_BYTES];
	bool is_nothing = false;

	if (squeeze(word, text))
		is_nothing = is_only(word, '0') ||
			     (!is_initials(field, word) && (is_only(word, 'x') || is_of_list(word)));
	sodium_memzero(word, sizeof(word));
	return is_nothing;
}

/* ---- Postcodes */

static size_t count_digits(const char *text)
{
	return strspn(text, "0123456789");
}

static bool is_dutch_plan(const struct oeo_plan *plan)
{
	return strncmp(plan->municipality, "GM", 2) == 0;
}

/* The letters that no Dutch postcode has. */
static bool is_never_given(const char *letters)
{
	return letters[0] == 'S' && (letters[1] == 'A' || letters[1] == 'D' || letters[1] == 'S');
}

static enum oeo_identity_verdict judge_dutch(const char *postcode)
{
	size_t len = strlen(postcode);

	if (postcode[0] == '0')
		return OEO_IDENTITY_NO_POSTCODE;
	if (len == PC4_BYTES)
		return OEO_IDENTITY_PART_OF_POSTCODE;
	if (len != DUTCH_BYTES || strpbrk(postcode + PC4_BYTES, "0123456789") != NULL ||
	    is_never_given(postcode + PC4_BYTES))
		return OEO_IDENTITY_NO_POSTCODE;
	return OEO_IDENTITY_FINE;
}

static enum oeo_identity_verdict judge_postcode(const struct oeo_plan *plan, const char *postcode)
{
	size_t n_digits = count_digits(postcode);

	if (strpbrk(postcode, "0123456789") == NULL || is_only(postcode, postcode[0]))
		return OEO_IDENTITY_NO_POSTCODE;
	if (!is_dutch_plan(plan) || n_digits != PC4_BYTES)
		return OEO_IDENTITY_FINE;
	return judge_dutch(postcode);
}

/* ---- Dates */

static enum oeo_identity_verdict judge_birth(const char *date, int64_t question_day)
{
	char asked[OEO_DATE_BYTES];
	int64_t day;
	long years;

	if (oeo_day_parse(&day, date) != OEO_OK)
		return OEO_IDENTITY_NOTHING;
	if (day > question_day)
		return OEO_IDENTITY_BORN_LATER;
	oeo_day_format(asked, question_day);
	years = strtol(asked, NULL, 10) - strtol(date, NULL, 10);
	if (strcmp(asked + 4, date + 4) <= 0)
		years--; /* the birthday itself counts as not yet over */
	return years >= OEO_IDENTITY_MOST_YEARS ? OEO_IDENTITY_BORN_LONG_AGO : OEO_IDENTITY_FINE;
}

/* ---- All */

enum oeo_identity_verdict oeo_identity_judge(const struct oeo_plan *plan,
    const struct oeo_identity_field *field, const char *value, int64_t question_day)
{
	if (value[0] == '\0')
		return OEO_IDENTITY_NOTHING;
	switch (field->kind) {
	case OEO_FIELD_DATE:
		return judge_birth(value, question_day);
	case OEO_FIELD_POSTCODE:
		return judge_postcode(plan, value);
	case OEO_FIELD_NAME:
		break;
	}
	return oeo_identity_is_nothing(field, value) ? OEO_IDENTITY_NOTHING : OEO_IDENTITY_FINE;
}
