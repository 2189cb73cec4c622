/* SPDX-License-Identifier: EUPL-1.2 */
/* Who is meant: reading and normalising an identity (withdraw.h). */
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/date_format.h"
#include "agent/identity_field.h"
#include "agent/withdraw.h"
#include "proto/i18n.h"
#include "proto/private_file.h"

#define PERSON_FILE_LIMIT 4096
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

static void wipe_text(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

static bool knows_field(const struct oeo_person *person, const char *id)
{
	for (size_t i = 0; i < person->n_fields; i++) {
		if (strcmp(person->fields[i].id, id) == 0)
			return true;
	}
	return false;
}

static void add_fields(struct oeo_person *person, const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_fields && person->n_fields < OEO_MAX_FIELDS; i++) {
		if (knows_field(person, plan->fields[i].id))
			continue;
		person->fields[person->n_fields] = (struct oeo_identity_field){.kind = plan->fields[i].kind};
		memcpy(person->fields[person->n_fields++].id, plan->fields[i].id, OEO_ID_BYTES);
	}
	for (size_t t = 0; t < plan->n_tables; t++)
		person->takes_number = person->takes_number || plan->tables[t].accepts_member_numbers;
}

enum oeo_err oeo_person_init(struct oeo_person *person, const struct oeo_plans *plans, struct oeo_note *why)
{
	memset(person, 0, sizeof(*person));
	for (size_t i = 0; i < plans->n; i++)
		add_fields(person, plans->items[i].plan);
	if (plans->n == 0)
		return oeo_note_set(
		    why, OEO_ERR_STATE, _("No plan is accepted yet, so there are no questions here."));
	return OEO_OK;
}

void oeo_person_fini(struct oeo_person *person)
{
	for (size_t i = 0; i < OEO_MAX_FIELDS; i++)
		wipe_text(person->values[i]);
	wipe_text(person->number);
	sodium_memzero(person, sizeof(*person));
}

/* ---- One field */

static enum oeo_err normalise_name(char **value, const char *text, struct oeo_note *why)
{
	struct oeo_normaliser *normaliser = NULL;
	struct oeo_buf out = {0};
	enum oeo_err err = oeo_normaliser_new(&normaliser);

	if (err == OEO_OK)
		err = oeo_normalise_name(&out, normaliser, text, strlen(text));
	if (err == OEO_OK)
		err = oeo_buf_terminate(&out);
	if (err == OEO_OK && (*value = strdup((const char *)out.data)) == NULL)
		err = OEO_ERR_NOMEM;
	oeo_normaliser_free(normaliser);
	oeo_buf_wipe(&out);
	oeo_buf_fini(&out);
	if (err == OEO_ERR_FORMAT || err == OEO_ERR_RANGE)
		return oeo_note_set(why, err, _("This is no name, or it is too long."));
	return err;
}

static enum oeo_err normalise_date(char **value, const char *text, struct oeo_note *why)
{
	static const char *const formats[] = {"yyyy-mm-dd", "d-m-yyyy"};
	char date[OEO_DATE_BYTES] = "";
	int64_t day = 0;
	enum oeo_err err = text[0] == '\0' ? OEO_OK : OEO_ERR_FORMAT;

	for (size_t i = 0; i < 2 && err == OEO_ERR_FORMAT; i++)
		err = oeo_date_read(&day, formats[i], text);
	if (err != OEO_OK)
		return oeo_note_set(why, err, _("This is no date. Write it as 1960-06-05 or 5-6-1960."));
	if (text[0] != '\0')
		oeo_day_format(date, day);
	*value = strdup(date);
	sodium_memzero(date, sizeof(date));
	return *value != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err normalise_postcode(char **value, const char *text, struct oeo_note *why)
{
	char postcode[OEO_POSTCODE_BYTES];
	enum oeo_err err = oeo_normalise_postcode(postcode, text, strlen(text));

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("This is no postcode. Write it as 7601 AA."));
	*value = strdup(postcode);
	sodium_memzero(postcode, sizeof(postcode));
	return *value != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err normalise(enum oeo_field_kind kind, char **value, const char *text, struct oeo_note *why)
{
	switch (kind) {
	case OEO_FIELD_NAME:
		return normalise_name(value, text, why);
	case OEO_FIELD_DATE:
		return normalise_date(value, text, why);
	case OEO_FIELD_POSTCODE:
		return normalise_postcode(value, text, why);
	}
	return OEO_ERR_INTERNAL;
}

static enum oeo_err refuse_field(const struct oeo_person *person, struct oeo_note *why)
{
	char list[OEO_MAX_FIELDS * (OEO_ID_BYTES + 32)] = "";
	size_t at = 0;

	for (size_t i = 0; i < person->n_fields && at < sizeof(list); i++)
		at += (size_t)snprintf(list + at, sizeof(list) - at, "%s (%s), ",
		    oeo_identity_field_label(&person->fields[i]), person->fields[i].id);
	return oeo_note_set(why, OEO_ERR_NOT_FOUND,
	    _("There is no field of this name. The fields are: %s%s (%s). A prefix (van den) stands before "
	      "the "
	      "family name in the same line."),
	    list, _("Your own client number"), OEO_NUMBER_FIELD);
}

/* What a field is called with capitals, spaces and accents taken away. */
static enum oeo_err make_word(struct oeo_buf *word, const char *name)
{
	struct oeo_normaliser *normaliser = NULL;
	enum oeo_err err = oeo_normaliser_new(&normaliser);

	if (err == OEO_OK)
		err = oeo_normalise_name(word, normaliser, name, strlen(name));
	oeo_normaliser_free(normaliser);
	return err == OEO_OK ? oeo_buf_terminate(word) : err;
}

/* The index of the field that is called so, n_fields for the client number. OEO_ERR_NOT_FOUND. */
static enum oeo_err find_field(
    const struct oeo_person *person, const char *name, size_t *field, struct oeo_note *why)
{
	struct oeo_buf word = {0};
	size_t found = SIZE_MAX;
	enum oeo_err err = make_word(&word, name);

	for (size_t i = person->n_fields; i-- > 0 && err == OEO_OK;) {
		if (oeo_identity_field_is_called(&person->fields[i], (const char *)word.data))
			found = i;
	}
	if (err == OEO_OK && oeo_client_number_is_called((const char *)word.data))
		found = person->n_fields;
	/* Its own id goes before any other word. */
	for (size_t i = 0; i < person->n_fields; i++) {
		if (strcmp(person->fields[i].id, name) == 0)
			found = i;
	}
	oeo_buf_wipe(&word);
	oeo_buf_fini(&word);
	if (err == OEO_ERR_NOMEM || err == OEO_ERR_INTERNAL)
		return err;
	if (found == SIZE_MAX)
		return refuse_field(person, why);
	*field = found;
	return OEO_OK;
}

static enum oeo_err set_field(struct oeo_person *person, size_t field, const char *text, struct oeo_note *why)
{
	bool is_number = field == person->n_fields;
	char **place = is_number ? &person->number : &person->values[field];
	char *value = NULL;
	enum oeo_err err =
	    normalise(is_number ? OEO_FIELD_NAME : person->fields[field].kind, &value, text, why);

	if (err != OEO_OK)
		return err;
	wipe_text(*place);
	*place = value;
	return OEO_OK;
}

enum oeo_err oeo_person_set(
    struct oeo_person *person, const char *field, const char *text, struct oeo_note *why)
{
	size_t index = 0;
	enum oeo_err err = find_field(person, field, &index, why);

	return err == OEO_OK ? set_field(person, index, text, why) : err;
}

static bool is_given(const struct oeo_person *person, const char *field)
{
	for (size_t i = 0; i < person->n_fields; i++) {
		if (strcmp(person->fields[i].id, field) == 0)
			return person->values[i] != NULL && person->values[i][0] != '\0';
	}
	return false;
}

bool oeo_person_is_complete(const struct oeo_person *person, const struct oeo_plans *plans)
{
	if (person->number != NULL && person->number[0] != '\0')
		return true;
	for (size_t p = 0; p < plans->n; p++) {
		const struct oeo_plan *plan = plans->items[p].plan;
		size_t n = 0;

		while (n < plan->n_fields && is_given(person, plan->fields[n].id))
			n++;
		if (n > 0 && n == plan->n_fields)
			return true;
	}
	return false;
}

/* ---- A file */

/* Cut the spaces at both ends off, in place. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t");
	len = strlen(text);
	while (len > 0 && (text[len - 1] == ' ' || text[len - 1] == '\t'))
		len--;
	text[len] = '\0';
	return text;
}

/* "field: value"; blank lines and lines that begin with # are passed over. The line is the caller's to change. */
static enum oeo_err take_line(struct oeo_person *person, char *line, struct oeo_note *why)
{
	char *value = strchr(line, ':');
	size_t field = 0;
	enum oeo_err err;

	if (line[strspn(line, " \t")] == '\0' || line[0] == '#')
		return OEO_OK;
	if (value == NULL)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("A line is written as a field, a colon and what stands in it; like Postcode: 7601 AA"));
	*value++ = '\0';
	err = find_field(person, trim(line), &field, why);
	if (err != OEO_OK)
		return err;
	if ((field == person->n_fields ? person->number : person->values[field]) != NULL)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("This field stands in the file twice. Write a file for one resident only."));
	return set_field(person, field, trim(value), why);
}

static enum oeo_err take_lines(struct oeo_person *person, char *text, const char *path, struct oeo_note *why)
{
	struct oeo_note fault = {""};
	enum oeo_err err = OEO_OK;
	/* Editors of Windows begin a file of UTF-8 with a mark. */
	char *rest = strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0
			 ? text + strlen(BYTE_ORDER_MARK)
			 : text;

	for (size_t number = 1; rest != NULL && err == OEO_OK; number++) {
		char *line = rest;

		rest = strchr(line, '\n');
		if (rest != NULL)
			*rest++ = '\0';
		line[strcspn(line, "\r")] = '\0';
		err = take_line(person, line, &fault);
		if (err != OEO_OK)
			(void)oeo_note_set(why, err, "%s:%zu: %s", path, number, fault.text);
	}
	return err;
}

enum oeo_err oeo_person_read(struct oeo_person *person, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	enum oeo_err err = oeo_private_file_read(&text, path, PERSON_FILE_LIMIT, why);

	if (err == OEO_OK)
		err = take_lines(person, (char *)text.data, path, why);
	oeo_buf_wipe(&text);
	oeo_buf_fini(&text);
	return err;
}
