/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Whether what stands in a field of an identity can be that of one resident. What everybody writes who does not know it
 * ("onbekend", 0000) would make strangers one resident; what some write in part (7601 for 7601AA) makes one resident two,
 * and two are easier shown than one. The one place that judges it, for the form and for imports.
 */
#ifndef OEO_AGENT_IDENTITY_H
#define OEO_AGENT_IDENTITY_H

#include "proto/plan.h"

#define OEO_IDENTITY_MOST_YEARS 120 /* between a birth and a question */

enum oeo_identity_verdict {
	OEO_IDENTITY_FINE = 0,
	OEO_IDENTITY_NOTHING, /* stands for "not known": the field is missing */
	OEO_IDENTITY_NO_POSTCODE,
	OEO_IDENTITY_PART_OF_POSTCODE, /* the four digits of a Dutch one, without its letters */
	OEO_IDENTITY_BORN_LATER, /* than the question was asked */
	OEO_IDENTITY_BORN_LONG_AGO /* more than OEO_IDENTITY_MOST_YEARS before it */
};

/*
 * True where a text (UTF-8, as it was typed or normalised) stands for nothing: no letter or digit in it, only zeros, or one of the words
 * people write for "not known", however they write it ("n.v.t.", "NVT", "X"). In a field `initials` up to four letters are
 * somebody's. field NULL: a member's own client number.
 */
bool oeo_identity_is_nothing(const struct oeo_identity_field *field, const char *text);

/*
 * Judge a field's normalised value (names.h; a date as ISO 8601) of a question of this day (days since 1970-01-01). The
 * plan's placeholders are not looked at: they are missing before. The empty value is OEO_IDENTITY_NOTHING.
 *
 * A postcode holds a digit and is not one digit repeated. In a Dutch plan (a municipality "GM...") what begins with four
 * digits is a whole Dutch one, 1000AA and up without SA, SD and SS, or a foreign one of digits alone.
 */
enum oeo_identity_verdict oeo_identity_judge(const struct oeo_plan *plan,
    const struct oeo_identity_field *field, const char *value, int64_t question_day);

#endif
