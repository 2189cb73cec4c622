/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reads an intake export row by row, in memory that does not grow with the file. A row that is wrong is given back with
 * its fault, and reading goes on behind it: no row stops a file.
 *
 * A line ends at LF or CR LF (or at CR, where no line of the file's beginning does), whatever the quotes say. A row has the
 * number of its first line, from 1, as an editor shows it: there a CR alone always begins a new line (lines.h). Fields are
 * split by libcsv.
 *
 * Quotes. A field is quoted where its first character is the quote; a doubled quote inside it is one quote. Other quotes
 * (inside an unquoted field, or inside a quoted one without being doubled: "zei "nee" tegen") are kept as they stand.
 * A quote that opens and is not closed costs at most OEO_CSV_MAX_LINES lines or OEO_CSV_MAX_BYTES bytes: the row is
 * given back as OEO_CSV_QUOTE and reading goes on at the line after the one where the quote opened, so that the lines it
 * seemed to swallow are read after all. The same where a row over several lines has another number of columns than the
 * header, or where a line inside its quotes has as many delimiters as a whole row (then it is one).
 */
#ifndef OEO_AGENT_CSV_READER_H
#define OEO_AGENT_CSV_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_CSV_MAX_BYTES ((size_t)64 * 1024) /* of one row */
#define OEO_CSV_MAX_LINES 200 /* of one row */
#define OEO_CSV_MAX_COLUMNS 512 /* of a header; a row with more has OEO_CSV_TOO_MANY */
#define OEO_ENCODING_BYTES 40

struct oeo_csv_format {
	char delimiter;
	char quote; /* 0: the file has no quotes */
	unsigned skip_lines; /* lines above the header (or the first row) */
	bool has_header;
	char encoding[OEO_ENCODING_BYTES]; /* as ICU names it */
};

enum oeo_csv_fault {
	OEO_CSV_FINE = 0,
	OEO_CSV_EMPTY, /* no character but delimiters, quotes and spaces */
	OEO_CSV_NUL, /* holds a zero byte */
	OEO_CSV_ENCODING, /* a wanted field does not fit the encoding: see bad_column */
	OEO_CSV_TOO_FEW, /* columns, compared with the header (or the first row) */
	OEO_CSV_TOO_MANY,
	OEO_CSV_QUOTE, /* a quote is not closed */
	OEO_CSV_TOO_LONG /* one line above OEO_CSV_MAX_BYTES */
};

struct oeo_csv_field {
	const char *text; /* UTF-8, zero-terminated, without spaces around it; "" where not wanted */
	size_t len;
};

/* A row; what it points to is borrowed and holds until the next call. */
struct oeo_csv_row {
	size_t line;
	enum oeo_csv_fault fault;
	size_t n_columns; /* as found, also where there are more than are kept */
	size_t bad_column; /* OEO_CSV_ENCODING: the first field that does not fit */
	const struct oeo_csv_field
	    *fields; /* min(n_columns, OEO_CSV_MAX_COLUMNS); NULL unless OEO_CSV_FINE */
};

/* Read up to capacity bytes to bytes; *len == 0 is the end. Any chunking gives the same rows. */
typedef enum oeo_err oeo_csv_read_fn(void *context, void *bytes, size_t capacity, size_t *len);

/* An oeo_csv_read_fn whose context is a FILE * open for reading. */
enum oeo_err oeo_csv_read_file(void *context, void *bytes, size_t capacity, size_t *len);

/* One whose context is a struct oeo_csv_memory: bytes borrowed, at: how far it has been read (begin with 0). */
struct oeo_csv_memory {
	const void *bytes;
	size_t len;
	size_t at;
};
enum oeo_err oeo_csv_read_memory(void *context, void *bytes, size_t capacity, size_t *len);

struct oeo_csv;

/*
 * Begin to read. Skips skip_lines; with a header, reads it: its row is kept for oeo_csv_header. read and context are
 * borrowed until oeo_csv_close. OEO_ERR_NOT_FOUND / OEO_ERR_RANGE: the encoding (see charset.h). OEO_ERR_FORMAT: the
 * file is empty, a spreadsheet, UTF-16, or of another encoding than it is said to be, or the header is wrong; why says
 * what to do. OEO_ERR_IO, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_csv_open(struct oeo_csv **csv, const struct oeo_csv_format *format, oeo_csv_read_fn *read,
    void *context, struct oeo_note *why);

/* Wipes what was read. csv may be NULL. */
void oeo_csv_close(struct oeo_csv *csv);

/* The names of the columns (zero-terminated UTF-8), borrowed until close; without a header the numbers "1", "2", ... of
 * the first row's columns. */
const char *const *oeo_csv_header(const struct oeo_csv *csv, size_t *n_columns);

/* Say that only the columns with wanted[i] are to be given out; the others are not decoded and not kept. n is the
 * number of columns. Before this call every column is wanted. wanted is copied. */
void oeo_csv_want(struct oeo_csv *csv, const bool *wanted, size_t n);

/* Read the next row. *is_end: there are no more, row is untouched. OEO_ERR_IO, OEO_ERR_NOMEM. */
enum oeo_err oeo_csv_next(struct oeo_csv *csv, struct oeo_csv_row *row, bool *is_end);

/* Bytes read so far, for a progress line. */
uint64_t oeo_csv_bytes(const struct oeo_csv *csv);

#endif
