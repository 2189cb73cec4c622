/* SPDX-License-Identifier: EUPL-1.2 */
/* What the name of a column says about what stands in it, as sources in Dutch and English write such names. */
#ifndef OEO_AGENT_SUGGEST_NAME_H
#define OEO_AGENT_SUGGEST_NAME_H

#include "proto/plan.h"

enum oeo_role_name {
	OEO_NAME_RECORD,
	OEO_NAME_DATE,
	OEO_NAME_BIRTHDATE,
	OEO_NAME_POSTCODE,
	OEO_NAME_SURNAME,
	OEO_NAME_PREFIX,
	OEO_NAME_MEMBER_NUMBER
};

/* How well the name fits, in percent: 100 the very word, 80 it begins or ends with it, 60 it has it inside, 0 not. */
unsigned oeo_name_for_role(const char *name, enum oeo_role_name role);

/* The same for a dimension of the plan: by its id, its levels' ids and labels, and usual words for these. */
unsigned oeo_name_for_dimension(const char *name, const struct oeo_dimension *dimension);

#endif
