/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The report of an intake file for people and for programs. What stands in it is the member's own: it is shown on its
 * own screen and nowhere else.
 */
#ifndef OEO_AGENT_INTAKE_PRINT_H
#define OEO_AGENT_INTAKE_PRINT_H

#include <jansson.h>

#include "agent/intake.h"

/* Print what a preview found, or what an import did, to stdout in the chosen language. file is shown as it is. removes_missing:
 * what is missing is taken out next, so that nobody has to be told how. */
void oeo_intake_print_preview(const struct oeo_intake_report *report, const char *file);
void oeo_intake_print_import(const struct oeo_intake_report *report, const char *file, bool removes_missing);

/* The same as JSON, returned owned (json_decref); NULL: out of memory. */
json_t *oeo_intake_to_json(const struct oeo_intake_report *report, const char *file, bool is_preview);

/* Append why a row was refused, as one phrase in the chosen language. OEO_ERR_NOMEM. */
enum oeo_err oeo_refusal_describe(
    struct oeo_buf *text, const struct oeo_row_refusal *refusal, const struct oeo_mapping *mapping);

/* A short English name for programs ("no-date"), static. */
const char *oeo_refusal_name(enum oeo_refusal_reason reason);

#endif
