/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The CSV lists that belong to a plan: UTF-8 (with or without byte order mark), comma, a header line, one
 * record a line (no line breaks inside quotes), LF or CRLF. Strict, with every fault at its line. Intake
 * files, which are anything but strict, have a reader of their own.
 */
#ifndef OEO_PROTO_PLAN_CSV_H
#define OEO_PROTO_PLAN_CSV_H

#include <stddef.h>

#include "proto/err.h"
#include "proto/findings.h"

#define OEO_PLAN_CSV_LIMIT ((size_t)4 * 1024 * 1024)
#define OEO_PLAN_CSV_COLUMNS 8

/* A record: fields[0 .. columns - 1], borrowed for the call. OEO_OK goes on; anything else ends the reading. */
typedef enum oeo_err oeo_plan_csv_row_fn(void *context, size_t line, char *const *fields);

/*
 * Read the text. header: what the first line must be, such as "code,parent"; columns: their number, at most
 * OEO_PLAN_CSV_COLUMNS. header NULL: any names. Faults are added to findings under name; records with a fault are skipped.
 * OEO_ERR_FORMAT: the first line is not the header; the rest was not read. OEO_ERR_NOMEM, or what row returned;
 * OEO_OK also after other faults.
 */
enum oeo_err oeo_plan_csv_read(const char *name, const char *text, size_t len, const char *header,
    size_t columns, oeo_plan_csv_row_fn *row, void *context, struct oeo_findings *findings);

#endif
