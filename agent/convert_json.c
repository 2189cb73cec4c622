/* SPDX-License-Identifier: EUPL-1.2 */
/* JSON Lines to CSV. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "agent/convert_internal.h"
#include "agent/csv_reader.h"
#include "proto/buf.h"
#include "proto/i18n.h"
#include "proto/text.h"

#define LONGEST_LINE OEO_CSV_MAX_BYTES

struct fields {
	char *names[OEO_CSV_MAX_COLUMNS];
	size_t n;
};

/* The field's name is a name of a column: it may be told, its content not. */
static enum oeo_err refuse_nested(struct oeo_note *why, size_t line, const char *name)
{
	char shown[64];

	(void)snprintf(shown, sizeof(shown), "%s", name);
	oeo_text_clean(shown);
	return oeo_note_set(why, OEO_ERR_FORMAT,
	    _("Line %zu: the field %s holds other fields or a list. Give every field one text or number; put "
	      "what "
	      "lies deeper in a field of its own."),
	    line, shown);
}

static enum oeo_err note_fields(struct fields *fields, json_t *object, size_t line, struct oeo_note *why)
{
	const char *name;
	json_t *value;

	json_object_foreach(object, name, value)
	{
		size_t i = 0;

		if (json_is_object(value) || json_is_array(value))
			return refuse_nested(why, line, name);
		while (i < fields->n && strcmp(fields->names[i], name) != 0)
			i++;
		if (i < fields->n)
			continue;
		if (fields->n == OEO_CSV_MAX_COLUMNS)
			return oeo_note_set(why, OEO_ERR_FORMAT,
			    _("Line %zu: more than %d different fields."), line, OEO_CSV_MAX_COLUMNS);
		fields->names[i] = strdup(name);
		if (fields->names[i] == NULL)
			return OEO_ERR_NOMEM;
		fields->n++;
	}
	return OEO_OK;
}

/* A row is one line of the CSV, so that its number tells the line in the source. */
static void put_text(FILE *out, const char *text)
{
	(void)putc('"', out);
	for (; *text != '\0'; text++) {
		if (*text == '"')
			(void)putc('"', out);
		(void)putc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
	}
	(void)putc('"', out);
}

static void put_value(FILE *out, const json_t *value)
{
	if (json_is_string(value))
		put_text(out, json_string_value(value));
	else if (json_is_integer(value))
		(void)fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
	else if (json_is_real(value))
		(void)fprintf(out, "%.15g", json_real_value(value));
	else if (json_is_boolean(value))
		(void)fputs(json_is_true(value) ? "true" : "false", out);
}

static void put_row(FILE *out, const struct fields *fields, const json_t *object)
{
	for (size_t i = 0; i < fields->n; i++) {
		if (i > 0)
			(void)putc(',', out);
		put_value(out, json_object_get(object, fields->names[i]));
	}
	(void)putc('\n', out);
}

/* One line of the source: its fields are noted (out NULL), or it is written. */
static enum oeo_err take_line(
    struct fields *fields, FILE *out, const char *line, size_t len, size_t number, struct oeo_note *why)
{
	json_t *object;
	enum oeo_err err = OEO_OK;

	if (strspn(line, " \t\r\n") >= len) {
		if (out != NULL)
			(void)putc('\n', out);
		return OEO_OK;
	}
	object = len <= LONGEST_LINE ? json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
	if (!json_is_object(object))
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("Line %zu is no JSON object such as {\"id\": 1, \"date\": \"2026-11-21\"}."), number);
	else if (out == NULL)
		err = note_fields(fields, object, number, why);
	else
		put_row(out, fields, object);
	json_decref(object);
	return err;
}

static enum oeo_err take_lines(struct fields *fields, FILE *out, FILE *in, struct oeo_note *why)
{
	char *line = NULL;
	size_t capacity = 0;
	size_t number = 0;
	ssize_t len;
	enum oeo_err err = OEO_OK;

	rewind(in);
	while (err == OEO_OK && (len = getline(&line, &capacity, in)) >= 0)
		err = take_line(fields, out, line, (size_t)len, ++number, why);
	if (line != NULL)
		explicit_bzero(line, capacity);
	free(line);
	return err == OEO_OK && ferror(in) != 0 ? OEO_ERR_IO : err;
}

enum oeo_err oeo_convert_json_lines(FILE *out, FILE *in, struct oeo_note *why)
{
	struct fields *fields = calloc(1, sizeof(*fields));
	enum oeo_err err = fields != NULL ? take_lines(fields, NULL, in, why) : OEO_ERR_NOMEM;

	if (err == OEO_OK && fields->n == 0)
		err = oeo_note_set(why, OEO_ERR_FORMAT, _("The file is empty."));
	for (size_t i = 0; err == OEO_OK && i < fields->n; i++) {
		if (i > 0)
			(void)putc(',', out);
		put_text(out, fields->names[i]);
	}
	if (err == OEO_OK) {
		(void)putc('\n', out);
		err = take_lines(fields, out, in, why);
	}
	for (size_t i = 0; fields != NULL && i < fields->n; i++)
		free(fields->names[i]);
	free(fields);
	return err == OEO_OK && ferror(out) != 0 ? OEO_ERR_IO : err;
}
