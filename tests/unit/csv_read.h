/* SPDX-License-Identifier: EUPL-1.2 */
/* Everything the reader of intake files says of some bytes, as text: LINE:FIELD|FIELD or LINE:FAULT a row. */
#ifndef OEO_TESTS_UNIT_CSV_READ_H
#define OEO_TESTS_UNIT_CSV_READ_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/csv_reader.h"
#include "proto/buf.h"

static const struct oeo_csv_format semicolons = {';', '"', 0, true, "utf-8"};

/* Gives the bytes in two pieces, or in pieces of one size. */
struct pieces {
	const uint8_t *bytes;
	size_t len;
	size_t at;
	size_t split; /* where the first piece ends; 0: no such place */
	size_t piece; /* size of a piece otherwise */
};

static inline enum oeo_err read_pieces(void *context, void *bytes, size_t capacity, size_t *len)
{
	struct pieces *pieces = context;
	size_t n = pieces->len - pieces->at;

	if (pieces->at < pieces->split && n > pieces->split - pieces->at)
		n = pieces->split - pieces->at;
	if (pieces->piece > 0 && n > pieces->piece)
		n = pieces->piece;
	if (n > capacity)
		n = capacity;
	memcpy(bytes, pieces->bytes + pieces->at, n);
	pieces->at += n;
	*len = n;
	return OEO_OK;
}

static inline const char *fault_name(enum oeo_csv_fault fault)
{
	static const char *const names[] = {
	    "", "empty", "nul", "encoding", "too-few", "too-many", "quote", "too-long"};

	return names[fault];
}

static inline void describe(struct oeo_buf *out, const struct oeo_csv_row *row)
{
	assert_int_equal(oeo_buf_printf(out, "%zu:%s", row->line, fault_name(row->fault)), OEO_OK);
	if (row->fault == OEO_CSV_ENCODING)
		assert_int_equal(oeo_buf_printf(out, "@%zu", row->bad_column), OEO_OK);
	for (size_t i = 0; row->fault == OEO_CSV_FINE && i < row->n_columns; i++)
		assert_int_equal(oeo_buf_printf(out, "%s%s", i > 0 ? "|" : "", row->fields[i].text), OEO_OK);
	assert_int_equal(oeo_buf_append_text(out, "\n"), OEO_OK);
}

/* Everything the reader says of these bytes, as text. */
static inline enum oeo_err read_all(
    struct oeo_buf *out, const struct oeo_csv_format *format, struct pieces *pieces)
{
	struct oeo_csv *csv = NULL;
	struct oeo_csv_row row;
	bool is_end = false;
	enum oeo_err err = oeo_csv_open(&csv, format, read_pieces, pieces, NULL);

	if (err != OEO_OK)
		return err;
	for (;;) {
		err = oeo_csv_next(csv, &row, &is_end);
		if (err != OEO_OK || is_end)
			break;
		describe(out, &row);
	}
	oeo_csv_close(csv);
	return err;
}

static inline void assert_rows_of(
    const struct oeo_csv_format *format, const void *bytes, size_t len, const char *wanted)
{
	struct pieces pieces = {bytes, len, 0, 0, 0};
	struct oeo_buf out = {0};

	assert_int_equal(read_all(&out, format, &pieces), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_string_equal((char *)out.data, wanted);
	oeo_buf_fini(&out);
}

static inline void assert_rows(const char *text, const char *wanted)
{
	assert_rows_of(&semicolons, text, strlen(text), wanted);
}

static inline enum oeo_err open_error(
    const char *encoding, const char *bytes, size_t len, struct oeo_note *why)
{
	struct oeo_csv_format format = semicolons;
	struct pieces pieces = {(const uint8_t *)bytes, len, 0, 0, 0};
	struct oeo_csv *csv = NULL;
	enum oeo_err err;

	strcpy(format.encoding, encoding);
	err = oeo_csv_open(&csv, &format, read_pieces, &pieces, why);
	assert_true((err == OEO_OK) == (csv != NULL));
	oeo_csv_close(csv);
	return err;
}

static inline void append_lines(struct oeo_buf *text, const char *line, size_t n)
{
	for (size_t i = 0; i < n; i++)
		assert_int_equal(oeo_buf_append_text(text, line), OEO_OK);
}

#endif
