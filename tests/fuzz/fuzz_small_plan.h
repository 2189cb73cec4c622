/* SPDX-License-Identifier: EUPL-1.2 */
/* A small plan that needs no file: two dimensions, of which one is computed, and the three fields of an identity. */
#ifndef OEO_TESTS_FUZZ_SMALL_PLAN_H
#define OEO_TESTS_FUZZ_SMALL_PLAN_H

#include "proto/plan.h"

static struct oeo_code codes[] = {
    {"GS", (char *)"Geld", (char *)"Money", SIZE_MAX, 0, false},
    {"onbekend", (char *)"Onbekend", (char *)"Unknown", SIZE_MAX, 0, false},
    {"GS01", (char *)"Schulden", (char *)"Debts", 0, 1, false},
    {"GS02", (char *)"Hulp", (char *)"Schulden", 0, 1, false},
    {"onbekend", (char *)"Onbekend", (char *)"Unknown", 1, 1, false},
};
static struct oeo_level levels[] = {
    {.id = "theme", .first = 0, .count = 2},
    {.id = "category", .first = 2, .count = 3},
};
static char unknown[][OEO_ID_BYTES] = {"GS99"};
static struct oeo_dimension dimensions[] = {
    {.id = "question",
	.levels = levels,
	.n_levels = 2,
	.codes = codes,
	.n_codes = 5,
	.unknown = unknown,
	.n_unknown = 1},
    {.id = "area",
	.levels = levels,
	.n_levels = 2,
	.codes = codes,
	.n_codes = 5,
	.computed_from = "postcode"},
};
static struct oeo_table tables[] = {{.id = "total", .cadence = OEO_QUARTER, .accepts_member_numbers = true}};
static struct oeo_identity_field fields[] = {
    {.id = "birthdate", .kind = OEO_FIELD_DATE},
    {.id = "postcode", .kind = OEO_FIELD_POSTCODE},
    {.id = "surname", .kind = OEO_FIELD_NAME},
};
static const struct oeo_plan plan = {
    .id = "fuzz",
    .fields = fields,
    .n_fields = 3,
    .dimensions = dimensions,
    .n_dimensions = 2,
    .tables = tables,
    .n_tables = 1,
};

#endif
