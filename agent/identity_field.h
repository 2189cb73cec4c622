/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What people call the identity fields of a plan: the label they see at the form and in a terminal, and the words by which
 * a file may name them, in Dutch and English whatever language the program speaks.
 */
#ifndef OEO_AGENT_IDENTITY_FIELD_H
#define OEO_AGENT_IDENTITY_FIELD_H

#include "proto/plan.h"

/* Its label in the chosen language ("Achternaam"); a name field that is not known here has its own id. Borrowed. */
const char *oeo_identity_field_label(const struct oeo_identity_field *field);

/* True where word, normalised as a name of a person is ("Date of birth": dateofbirth), is one for the field; or for the
 * member's own client number. The field's own id is the caller's to compare. */
bool oeo_identity_field_is_called(const struct oeo_identity_field *field, const char *word);
bool oeo_client_number_is_called(const char *word);

#endif
