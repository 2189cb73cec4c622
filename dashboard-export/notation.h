/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How numbers, periods, dates and the plan's levels are written for people, in the chosen language
 * (proto/i18n.h): 1.234 in Dutch and 1,234 in English, "3e kwartaal 2026", "thema's". Texts come back by
 * value, cut at their size, so that nothing has to be freed. Pure functions.
 */
#ifndef OEO_DASHBOARD_EXPORT_NOTATION_H
#define OEO_DASHBOARD_EXPORT_NOTATION_H

#include <stdint.h>

#include "proto/period.h"
#include "proto/plan.h"

struct oeo_text {
	char text[128];
};

/* What a table counts: distinct residents; where walk-ins count per week, contacts; where members' own client
 * numbers count, clients (PROTOCOL.md, Derivations). */
enum oeo_unit { OEO_UNIT_RESIDENTS, OEO_UNIT_CONTACTS, OEO_UNIT_CLIENTS };

/* "1.234". */
struct oeo_text oeo_notation_number(uint64_t number);

/* "12,4": a number given in tenths. */
struct oeo_text oeo_notation_tenths(uint64_t tenths);

/* "+61", "−61" (with a true minus sign), "0": now - before. */
struct oeo_text oeo_notation_change(uint64_t before, uint64_t now);

/* "27%": part of whole, rounded to whole per cents; whole > 0. */
struct oeo_text oeo_notation_share(uint64_t part, uint64_t whole);

/* "3e kwartaal 2026", "juli 2026", "2026". */
struct oeo_text oeo_notation_period(const struct oeo_period *period);

/* The same inside a sentence: "het 3e kwartaal van 2026", "juli 2026", "2026". */
struct oeo_text oeo_notation_period_in_text(const struct oeo_period *period);

/* The same without its year, for lists under a year: "3e kwartaal", "juli", "heel 2026". */
struct oeo_text oeo_notation_period_short(const struct oeo_period *period);

/* The days it covers: "1 juli tot en met 30 september 2026". */
struct oeo_text oeo_notation_span(const struct oeo_period *period);

/* The date of a release's creation time "2026-11-21T10:00:00Z": "21 november 2026"; the text itself where it
 * has another form. */
struct oeo_text oeo_notation_date(const char *created);

/* "1.503 inwoners", "1 inwoner". */
struct oeo_text oeo_notation_count(enum oeo_unit unit, uint64_t number);

/* "inwoners"; "vragen". Static. */
const char *oeo_notation_unit(enum oeo_unit unit);
const char *oeo_notation_questions(void);

/* Who or what that counts, and who counts twice, in one or two sentences. Static. */
const char *oeo_notation_unit_meaning(enum oeo_unit unit);
const char *oeo_notation_questions_meaning(void);

/* "vorig kwartaal": the period before one of this cadence. Static. */
const char *oeo_notation_before(enum oeo_cadence cadence);

/* The name of a level in the singular and the plural: "wijk", "wijken". The plan's label counts; where it has none,
 * or for the plural, names that plans commonly have are known. Else the label, or the id. Static or borrowed. */
const char *oeo_notation_level(const struct oeo_level *level);
const char *oeo_notation_levels(const struct oeo_level *level);

/* The text with a capital first letter (ASCII letters only). */
struct oeo_text oeo_notation_capital(const char *text);

#endif
