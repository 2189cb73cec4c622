/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Read a CSV file of any size record by record in little memory: UTF-8 with or without byte order mark, comma,
 * quotes as usual, LF, CRLF or CR, empty lines skipped. Every record must have as many fields as the header.
 */
#ifndef OEO_COLLECTOR_PROTECT_CSV_H
#define OEO_COLLECTOR_PROTECT_CSV_H

#include <stddef.h>

#include "proto/err.h"

#define OEO_PROTECT_COLUMNS 256
#define OEO_PROTECT_FIELD_BYTES 4096

/* A record; line is where it begins, 1 for the header. fields are borrowed for the call. Anything but OEO_OK ends
 * the reading; then why, if it is set, gets "file:line: " before it. */
typedef enum oeo_err oeo_protect_row_fn(
    void *context, size_t line, char *const *fields, size_t n_fields, struct oeo_note *why);

/*
 * Read the file: header gets the first record, row every other. OEO_ERR_NOT_FOUND, OEO_ERR_IO, OEO_ERR_NOMEM,
 * OEO_ERR_FORMAT (also where there is no header), or what header or row returned; why then says file:line and reason.
 */
enum oeo_err oeo_protect_csv_read(const char *file, oeo_protect_row_fn *header, oeo_protect_row_fn *row,
    void *context, struct oeo_note *why);

#endif
