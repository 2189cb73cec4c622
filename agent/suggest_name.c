/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/suggest_name.h"

#include <ctype.h>
#include <string.h>

#define KEY_BYTES 64
#define LEAST_INSIDE 4 /* letters; a shorter word counts only as the whole name or at an end of at least 2 */

/* Words with spaces between. */
static const char *const role_words[] = {
    [OEO_NAME_RECORD] =
	"id nr nummer registratienr registratienummer dossiernr dossiernummer zaaknr zaaknummer "
	"volgnr volgnummer vraagnr vraagnummer bezoeknr bezoeknummer recordid intakeid vraagid meldingnr key "
	"uniquekey complaintid casenumber "
	"reference",
    [OEO_NAME_DATE] = "datum tijdstip date ontvangen contactdatum intakedatum vraagdatum gespreksdatum "
		      "datumgesprek created createddate aangemaakt registratiedatum contactdate opened",
    [OEO_NAME_BIRTHDATE] = "geboortedatum gebdatum geboren gebdat birthdate dateofbirth born dob geboorte",
    [OEO_NAME_POSTCODE] = "postcode pc zip zipcode postalcode incidentzip",
    [OEO_NAME_SURNAME] = "achternaam naam familienaam surname lastname geslachtsnaam",
    [OEO_NAME_PREFIX] = "tussenvoegsel tussenvoegsels voorvoegsel voorvoegsels tv vv prefix",
    [OEO_NAME_MEMBER_NUMBER] = "klantnr klantnummer klantid clientnr clientnummer clientid customerid "
			       "customer clientnumber bezoekernr",
};

/* What other sources call what a plan calls so. */
static const struct {
	const char *id;
	const char *words;
} dimension_words[] = {
    {"question",
	"vraag hulpvraag onderwerp rubriek categorie thema vraagsoort topic subject category complainttype"},
    {"barrier", "knelpunt belemmering drempel obstakel probleem klacht subtheme subthema"},
    {"channel", "kanaal hoe contactvorm contactwijze via wijze channel contactchannel medium"},
    {"result", "uitkomst resultaat afloop afhandeling result outcome resolution"},
    {"target", "doelgroep groep leeftijd agegroup agecategory leeftijdsklasse"},
    {"support", "steun steunvorm ondersteuning support"},
    {"satisfaction", "tevredenheid cijfer rapportcijfer waardering evaluatie satisfaction mark rating score"},
    {"area", "wijk gebied buurt stadsdeel area ward borough district"},
};

/* Letters and digits of the name, small, without accents that ASCII does not have. */
static void make_key(char key[KEY_BYTES], const char *name)
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < KEY_BYTES; name++) {
		if ((unsigned char)*name < 0x80 && isalnum((unsigned char)*name))
			key[n++] = (char)tolower((unsigned char)*name);
	}
	key[n] = '\0';
}

static unsigned compare_word(const char *key, const char *word, size_t len)
{
	size_t key_len = strlen(key);

	if (key_len == len && memcmp(key, word, len) == 0)
		return 100;
	if (len < LEAST_INSIDE || key_len < len)
		return 0;
	if (memcmp(key, word, len) == 0 || memcmp(key + key_len - len, word, len) == 0)
		return 80;
	return memmem(key, key_len, word, len) != NULL ? 60 : 0;
}

static unsigned compare_words(const char *key, const char *words)
{
	unsigned best = 0;

	while (*words != '\0') {
		size_t len = strcspn(words, " ");
		unsigned fits = compare_word(key, words, len);

		best = fits > best ? fits : best;
		words += len;
		words += strspn(words, " ");
	}
	return best;
}

unsigned oeo_name_for_role(const char *name, enum oeo_role_name role)
{
	char key[KEY_BYTES];

	make_key(key, name);
	/* "voornaam" is a name, and no surname. */
	if (role == OEO_NAME_SURNAME && (strncmp(key, "voor", 4) == 0 || strncmp(key, "first", 5) == 0))
		return 0;
	return compare_words(key, role_words[role]);
}

static unsigned compare_text(const char *key, const char *text)
{
	char word[KEY_BYTES];

	if (text == NULL)
		return 0;
	make_key(word, text);
	return word[0] != '\0' ? compare_word(key, word, strlen(word)) : 0;
}

static unsigned best_of(unsigned a, unsigned b)
{
	return a > b ? a : b;
}

unsigned oeo_name_for_dimension(const char *name, const struct oeo_dimension *dimension)
{
	char key[KEY_BYTES];
	unsigned best;

	make_key(key, name);
	best = compare_text(key, dimension->id);
	for (size_t i = 0; i < dimension->n_levels; i++) {
		best = best_of(best, compare_text(key, dimension->levels[i].id));
		best = best_of(best, compare_text(key, dimension->levels[i].label_nl));
		best = best_of(best, compare_text(key, dimension->levels[i].label_en));
	}
	for (size_t i = 0; i < sizeof(dimension_words) / sizeof(dimension_words[0]); i++) {
		if (strcmp(dimension->id, dimension_words[i].id) == 0)
			best = best_of(best, compare_words(key, dimension_words[i].words));
	}
	return best;
}
