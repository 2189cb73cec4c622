/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether two identities that differ may be those of one resident, written in two ways. Only a hint for a person to look
 * at: the count itself takes every difference as another resident.
 */
#ifndef OEO_AGENT_NEAR_H
#define OEO_AGENT_NEAR_H

#include <stdbool.h>

#include "agent/ledger.h"

/* Two normalised names (names.h) that differ in one letter (two where both have six or more; two letters changed about
 * count as one), or of which one of four letters or more begins or ends the other (a prefix or a second surname left out).
 * Equal names and empty ones are not near. */
bool oeo_near_names(const char *a, const char *b);

/* Two dates "1960-06-05" that differ in one digit, or have day and month, or two digits beside each other, changed about. */
bool oeo_near_dates(const char *a, const char *b);

enum oeo_difference {
	OEO_DIFFERS_MUCH = 0, /* two residents, as far as can be seen; or somebody without a name */
	OEO_DIFFERS_NOT = 1,
	OEO_DIFFERS_NAME = 2,
	OEO_DIFFERS_DATE = 3,
	OEO_DIFFERS_POSTCODE = 4
};

/* How the identities a[i] and b[i] of a plan's fields differ: in nothing, in one field and there only a little (in the
 * postcode in any way: people move), or much. A value that is missing or empty differs much. */
enum oeo_difference oeo_near_compare(const struct oeo_plan *plan, char *const *a, char *const *b);

/* What differs, as a phrase in the chosen language; static. Only for the last three. */
const char *oeo_difference_text(enum oeo_difference difference);

#endif
