/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/fields.h"

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/text.h"

#define FIRST_CAPACITY 32

static enum oeo_err grow(struct oeo_form_fields *fields)
{
	size_t capacity = fields->capacity > 0 ? 2 * fields->capacity : FIRST_CAPACITY;
	struct oeo_form_field *more;

	if (fields->n < fields->capacity)
		return OEO_OK;
	if (fields->n >= OEO_FORM_MAX_FIELDS)
		return OEO_ERR_RANGE;
	more = realloc(fields->items, capacity * sizeof(*more));
	if (more == NULL)
		return OEO_ERR_NOMEM;
	fields->items = more;
	fields->capacity = capacity;
	return OEO_OK;
}

static void wipe(char *value)
{
	if (value == NULL)
		return;
	sodium_memzero(value, strlen(value));
	free(value);
}

enum oeo_err oeo_form_fields_add(struct oeo_form_fields *fields, const char *name, const char *value)
{
	size_t len = strlen(name);
	char *copy;
	enum oeo_err err;

	if (len == 0 || len >= OEO_FORM_NAME_BYTES || strlen(value) > OEO_FORM_VALUE_BYTES)
		return OEO_ERR_RANGE;
	err = grow(fields);
	if (err != OEO_OK)
		return err;
	copy = strdup(value);
	if (copy == NULL)
		return OEO_ERR_NOMEM;
	memcpy(fields->items[fields->n].name, name, len + 1);
	fields->items[fields->n++].value = copy;
	return OEO_OK;
}

static struct oeo_form_field *find(const struct oeo_form_fields *fields, const char *name)
{
	for (size_t i = 0; i < fields->n; i++) {
		if (strcmp(fields->items[i].name, name) == 0)
			return &fields->items[i];
	}
	return NULL;
}

enum oeo_err oeo_form_fields_set(struct oeo_form_fields *fields, const char *name, const char *value)
{
	struct oeo_form_field *field = find(fields, name);
	char *copy;

	if (field == NULL)
		return oeo_form_fields_add(fields, name, value);
	copy = strdup(value);
	if (copy == NULL)
		return OEO_ERR_NOMEM;
	wipe(field->value);
	field->value = copy;
	return OEO_OK;
}

const char *oeo_form_field(const struct oeo_form_fields *fields, const char *name)
{
	const struct oeo_form_field *field = find(fields, name);

	return field != NULL ? field->value : "";
}

const char *oeo_form_field_of(const struct oeo_form_fields *fields, const char *prefix, const char *id)
{
	char name[OEO_FORM_NAME_BYTES];
	int len = snprintf(name, sizeof(name), "%s%s", prefix, id);

	return len > 0 && (size_t)len < sizeof(name) ? oeo_form_field(fields, name) : "";
}

void oeo_form_fields_fini(struct oeo_form_fields *fields)
{
	for (size_t i = 0; i < fields->n; i++)
		wipe(fields->items[i].value);
	free(fields->items);
	memset(fields, 0, sizeof(*fields));
}

/* ---- Reading */

/* Decode at most capacity - 1 bytes and end them with zero. OEO_ERR_RANGE: longer; OEO_ERR_FORMAT. */
static enum oeo_err decode(char *out, size_t capacity, const char *text, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		uint8_t byte = text[i] == '+' ? ' ' : (uint8_t)text[i];

		if (text[i] == '%') {
			const char hex[3] = {
			    i + 1 < len ? text[i + 1] : '-', i + 2 < len ? text[i + 2] : '-', '\0'};

			if (oeo_hex_decode(&byte, 1, hex) != OEO_OK)
				return OEO_ERR_FORMAT;
			i += 2;
		}
		if (byte < 0x20 || byte == 0x7F)
			return OEO_ERR_FORMAT;
		if (n + 1 >= capacity)
			return OEO_ERR_RANGE;
		out[n++] = (char)byte;
	}
	out[n] = '\0';
	return oeo_text_is_utf8(out, n) ? OEO_OK : OEO_ERR_FORMAT;
}

static enum oeo_err parse_one(struct oeo_form_fields *fields, const char *text, size_t len)
{
	const char *equals = memchr(text, '=', len);
	size_t name_len = equals != NULL ? (size_t)(equals - text) : len;
	char name[OEO_FORM_NAME_BYTES];
	char value[OEO_FORM_VALUE_BYTES + 1] = "";
	enum oeo_err err = decode(name, sizeof(name), text, name_len);

	if (err == OEO_OK && equals != NULL)
		err = decode(value, sizeof(value), equals + 1, len - name_len - 1);
	if (err == OEO_OK)
		err = oeo_form_fields_add(fields, name, value);
	sodium_memzero(value, sizeof(value));
	return err;
}

enum oeo_err oeo_form_fields_parse(struct oeo_form_fields *fields, const char *bytes, size_t len)
{
	enum oeo_err err = OEO_OK;

	while (len > 0 && err == OEO_OK) {
		const char *end = memchr(bytes, '&', len);
		size_t part = end != NULL ? (size_t)(end - bytes) : len;

		if (part > 0)
			err = parse_one(fields, bytes, part);
		bytes += part;
		len -= part;
		if (end != NULL) {
			bytes++;
			len--;
		}
	}
	return err;
}
