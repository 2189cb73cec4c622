/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/identity_field.h"

#include <string.h>

#include "proto/i18n.h"

#define DATE_WORDS "birthdate dateofbirth geboortedatum gebdatum gebdat geboren"
#define POSTCODE_WORDS "postcode postalcode zipcode zip"
#define NUMBER_WORDS                                                                                         \
	"number clientnumber yourownclientnumber nummer clientnummer clientnr klantnummer klantnr "          \
	"uweigenclientnummer"

/* Fields for names that plans have, with a space between the words. */
static const struct {
	const char *id;
	const char *label;
	const char *words;
} names[] = {
    {"surname", N_("Family name"), "surname lastname familyname achternaam familienaam geslachtsnaam"},
    {"firstname", N_("First name"), "firstname givenname voornaam roepnaam"},
    {"initials", N_("Initials"), "initials voorletters initialen"},
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

/* The index of a field for names, N_NAMES where it is another one. */
static size_t find_name(const struct oeo_identity_field *field)
{
	size_t i = 0;

	while (i < N_NAMES && strcmp(names[i].id, field->id) != 0)
		i++;
	return i;
}

const char *oeo_identity_field_label(const struct oeo_identity_field *field)
{
	size_t name = find_name(field);

	if (field->kind == OEO_FIELD_DATE)
		return _("Date of birth");
	if (field->kind == OEO_FIELD_POSTCODE)
		return _("Postcode");
	return name < N_NAMES ? _(names[name].label) : field->id;
}

static bool is_among(const char *words, const char *word)
{
	size_t len = strlen(word);

	while (len > 0 && *words != '\0') {
		size_t other = strcspn(words, " ");

		if (other == len && memcmp(words, word, len) == 0)
			return true;
		words += other;
		words += strspn(words, " ");
	}
	return false;
}

bool oeo_identity_field_is_called(const struct oeo_identity_field *field, const char *word)
{
	size_t name = find_name(field);

	if (field->kind == OEO_FIELD_DATE)
		return is_among(DATE_WORDS, word);
	if (field->kind == OEO_FIELD_POSTCODE)
		return is_among(POSTCODE_WORDS, word);
	return name < N_NAMES && is_among(names[name].words, word);
}

bool oeo_client_number_is_called(const char *word)
{
	return is_among(NUMBER_WORDS, word);
}
