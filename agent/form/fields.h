/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names and values as a form sends them (application/x-www-form-urlencoded, also of a query). They may hold parts of an
 * identity: values are wiped when freed.
 *
 *   name=value&name=value...    + is a space, %XX a byte
 *
 * Refused: above OEO_FORM_MAX_FIELDS fields, a name above 63 bytes, a value above OEO_FORM_VALUE_BYTES, % without two hex
 * digits, text that is not UTF-8, control characters.
 */
#ifndef OEO_AGENT_FORM_FIELDS_H
#define OEO_AGENT_FORM_FIELDS_H

#include <stddef.h>

#include "proto/err.h"

#define OEO_FORM_MAX_FIELDS 1024
#define OEO_FORM_NAME_BYTES 64
#define OEO_FORM_VALUE_BYTES 512

struct oeo_form_field {
	char name[OEO_FORM_NAME_BYTES];
	char *value; /* owned */
};

/* A zero-initialised struct is empty. */
struct oeo_form_fields {
	struct oeo_form_field *items; /* owned */
	size_t n;
	size_t capacity;
};

/* Add what the bytes hold. OEO_ERR_FORMAT, OEO_ERR_RANGE, OEO_ERR_NOMEM; what was added before the fault stays. */
enum oeo_err oeo_form_fields_parse(struct oeo_form_fields *fields, const char *bytes, size_t len);

/* Add one field; a later one of a name does not count. OEO_ERR_RANGE, OEO_ERR_NOMEM. */
enum oeo_err oeo_form_fields_add(struct oeo_form_fields *fields, const char *name, const char *value);

/* Replace the value of a field, or add it. */
enum oeo_err oeo_form_fields_set(struct oeo_form_fields *fields, const char *name, const char *value);

/* The value of the first field of this name, "" where there is none. Borrowed. */
const char *oeo_form_field(const struct oeo_form_fields *fields, const char *name);

/* The same for the name prefix || id. */
const char *oeo_form_field_of(const struct oeo_form_fields *fields, const char *prefix, const char *id);

void oeo_form_fields_fini(struct oeo_form_fields *fields);

#endif
