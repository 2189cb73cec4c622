/* SPDX-License-Identifier: EUPL-1.2 */
/* The two conversions of convert.c. Not for other modules. */
#ifndef OEO_AGENT_CONVERT_INTERNAL_H
#define OEO_AGENT_CONVERT_INTERNAL_H

#include <stdio.h>

#include "proto/err.h"

/* Write the sheet (NULL: the first) of the spreadsheet at path to out as CSV. */
enum oeo_err oeo_convert_sheet(FILE *out, const char *path, const char *sheet, struct oeo_note *why);

/* Write JSON Lines to out as CSV; in is read twice. */
enum oeo_err oeo_convert_json_lines(FILE *out, FILE *in, struct oeo_note *why);

/* Append everything of in to out. */
enum oeo_err oeo_convert_copy(FILE *out, FILE *in);

#endif
