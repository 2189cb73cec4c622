/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/suggest_column.h"

#include <ctype.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/date_format.h"
#include "agent/fold.h"
#include "proto/buf.h"
#include "proto/i18n.h"

#define MOSTLY 98 /* percent of the filled cells */

/* In the order of preference: day before month where both read, strict before loose. */
static const char *const formats[OEO_COLUMN_N_FORMATS] = {"yyyy-mm-dd", "dd-mm-yyyy", "d-m-yyyy",
    "yyyy/mm/dd", "dd/mm/yyyy", "mm/dd/yyyy", "d/m/yyyy", "m/d/yyyy", "dd.mm.yyyy", "d.m.yyyy", "yyyymmdd",
    "yyyy-mm-ddThh:mm:ss", "yyyy-mm-ddThh:mm:ss.f", "yyyy-mm-ddThh:mm:ssZ", "yyyy-mm-ddThh:mm:ss.fZ",
    "yyyy-mm-dd hh:mm", "yyyy-mm-dd hh:mm:ss", "yyyy-mm-dd hh:mm:ss.f", "yyyy/mm/dd hh:mm",
    "yyyy/mm/dd hh:mm:ss", "d-m-yyyy h:mm", "d-m-yyyy h:mm:ss", "d/m/yyyy h:mm", "d/m/yyyy h:mm:ss",
    "m/d/yyyy h:mm", "m/d/yyyy h:mm:ss", "mm/dd/yyyy hh:mm am", "mm/dd/yyyy hh:mm:ss am", "m/d/yyyy h:mm am",
    "m/d/yyyy h:mm:ss am"};

/* ---- One cell */

static bool is_postcode(const char *text, size_t len)
{
	size_t at = 4;

	for (size_t i = 0; i < 4; i++) {
		if (i >= len || !isdigit((unsigned char)text[i]))
			return false;
	}
	at += len > at && text[at] == ' ';
	return len == at + 2 && isalpha((unsigned char)text[at]) && isalpha((unsigned char)text[at + 1]);
}

static void count_dates(struct oeo_column *column, const char *text, size_t len, int64_t today)
{
	if (len < 8 || len > 30 || !isdigit((unsigned char)text[0]))
		return;
	for (size_t i = 0; i < OEO_COLUMN_N_FORMATS; i++) {
		int64_t day = 0;

		if (oeo_date_read(&day, formats[i], text) != OEO_OK)
			continue;
		column->n_dates[i]++;
		column->n_future[i] += day > today;
	}
}

static void drop_values(struct oeo_column *column)
{
	for (size_t i = 0; column->values != NULL && i < column->n_values; i++) {
		sodium_memzero(column->values[i].text, strlen(column->values[i].text));
		sodium_memzero(column->values[i].written, strlen(column->values[i].written));
		free(column->values[i].text);
		free(column->values[i].written);
	}
	free(column->values);
	column->values = NULL;
	column->n_values = 0;
}

/* A value that was not seen before; too many of them, and the column is no list. */
static enum oeo_err add_value(struct oeo_column *column, const char *folded, const char *written)
{
	struct oeo_column_value *value;

	if (column->values == NULL && column->n_values == 0) {
		column->values = oeo_alloc_array(OEO_COLUMN_MAX_VALUES, sizeof(*column->values));
		if (column->values == NULL)
			return OEO_ERR_NOMEM;
	}
	if (column->n_values == OEO_COLUMN_MAX_VALUES) {
		drop_values(column);
		column->n_values = OEO_COLUMN_MAX_VALUES + 1;
	}
	if (column->n_values > OEO_COLUMN_MAX_VALUES)
		return OEO_OK;
	value = &column->values[column->n_values];
	value->text = strdup(folded);
	value->written = strdup(written);
	value->count = 1;
	if (value->text == NULL || value->written == NULL) {
		free(value->text);
		free(value->written);
		return OEO_ERR_NOMEM;
	}
	column->n_values++;
	return OEO_OK;
}

static enum oeo_err take_value(struct oeo_column *column, const struct oeo_buf *folded, const char *written)
{
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	size_t place = column->n_values;
	bool found = false;
	enum oeo_err err;

	if (crypto_generichash(key, sizeof(key), folded->data, folded->len, NULL, 0) != 0)
		return OEO_ERR_INTERNAL;
	err = oeo_hash_set_add(&column->seen, key, place, &found, &place);
	if (err != OEO_OK)
		return err;
	if (found) {
		if (column->n_values <= OEO_COLUMN_MAX_VALUES && place < column->n_values)
			column->values[place].count++;
		return OEO_OK;
	}
	column->n_different++;
	return add_value(column, (const char *)folded->data, written);
}

static enum oeo_err take_cell(
    struct oeo_column *column, const struct oeo_csv_field *field, struct oeo_buf *folded, int64_t today)
{
	enum oeo_err err;

	if (field->len == 0)
		return OEO_OK;
	column->n_filled++;
	column->n_long += field->len > OEO_COLUMN_LONG_TEXT;
	column->n_postcodes += is_postcode(field->text, field->len);
	column->n_numbers += strspn(field->text, "0123456789") == field->len;
	count_dates(column, field->text, field->len, today);
	err = oeo_fold_text(folded, field->text, field->len);
	return err == OEO_OK ? take_value(column, folded, field->text) : err;
}

/* ---- The file */

static enum oeo_err name_columns(struct oeo_column_list *columns, struct oeo_csv *csv)
{
	const char *const *header = oeo_csv_header(csv, &columns->n);

	columns->items = oeo_alloc_array(columns->n, sizeof(*columns->items));
	if (columns->items == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < columns->n; i++) {
		columns->items[i].name = strdup(header[i]);
		if (columns->items[i].name == NULL)
			return OEO_ERR_NOMEM;
	}
	return OEO_OK;
}

static enum oeo_err take_rows(struct oeo_column_list *columns, struct oeo_csv *csv, int64_t today)
{
	struct oeo_buf folded = {0};
	struct oeo_csv_row row = {0};
	bool is_end = false;
	enum oeo_err err = OEO_OK;

	while (columns->n_rows < OEO_COLUMN_MAX_ROWS) {
		err = oeo_csv_next(csv, &row, &is_end);
		if (err != OEO_OK || is_end)
			break;
		if (row.fault != OEO_CSV_FINE) {
			columns->n_bad_rows += row.fault != OEO_CSV_EMPTY;
			continue;
		}
		columns->n_rows++;
		for (size_t i = 0; i < columns->n && err == OEO_OK; i++)
			err = take_cell(&columns->items[i], &row.fields[i], &folded, today);
		if (err != OEO_OK)
			break;
	}
	oeo_buf_wipe(&folded);
	oeo_buf_fini(&folded);
	return err;
}

static int by_count(const void *left, const void *right)
{
	const struct oeo_column_value *a = left;
	const struct oeo_column_value *b = right;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	return strcmp(a->text, b->text);
}

static void finish(struct oeo_column_list *columns)
{
	for (size_t i = 0; i < columns->n; i++) {
		struct oeo_column *column = &columns->items[i];

		oeo_hash_set_fini(&column->seen);
		if (oeo_column_is_list(column) && column->n_values > 1)
			qsort(column->values, column->n_values, sizeof(*column->values), by_count);
	}
}

enum oeo_err oeo_columns_read(struct oeo_column_list *columns, const char *path,
    const struct oeo_shape *shape, int64_t today, struct oeo_note *why)
{
	struct oeo_csv *csv = NULL;
	FILE *file = fopen(path, "rbe");
	enum oeo_err err = OEO_OK;

	memset(columns, 0, sizeof(*columns));
	if (file == NULL)
		return oeo_note_set(why, OEO_ERR_IO, _("Cannot read %s. May you read it?"), path);
	(void)setvbuf(file, NULL, _IONBF, 0);
	err = oeo_csv_open(&csv, &shape->format, oeo_csv_read_file, file, why);
	if (err == OEO_OK)
		err = name_columns(columns, csv);
	if (err == OEO_OK)
		err = take_rows(columns, csv, today);
	finish(columns);
	oeo_csv_close(csv);
	(void)fclose(file);
	if (err != OEO_OK)
		oeo_columns_fini(columns);
	return err;
}

void oeo_columns_fini(struct oeo_column_list *columns)
{
	for (size_t i = 0; columns->items != NULL && i < columns->n; i++) {
		drop_values(&columns->items[i]);
		oeo_hash_set_fini(&columns->items[i].seen);
		free(columns->items[i].name);
	}
	free(columns->items);
	memset(columns, 0, sizeof(*columns));
}

bool oeo_column_is_list(const struct oeo_column *column)
{
	return column->n_values > 0 && column->n_values <= OEO_COLUMN_MAX_VALUES;
}

/* The same format with day and month changed places. */
static bool is_other_order(const char *a, const char *b)
{
	size_t len = strlen(a);

	if (strlen(b) != len || strcmp(a, b) == 0)
		return false;
	for (size_t i = 0; i < len && strchr(" T", a[i]) == NULL; i++) {
		char swapped = a[i] == 'd' ? 'm' : a[i];

		swapped = a[i] == 'm' ? 'd' : swapped;
		if (b[i] != swapped)
			return false;
	}
	return true;
}

static bool reads(const struct oeo_column *column, size_t format)
{
	return 100 * column->n_dates[format] >= MOSTLY * column->n_filled &&
	       100 * column->n_future[format] <= (100 - MOSTLY) * column->n_filled;
}

const char *oeo_column_find_date(const struct oeo_column *column, bool *is_ambiguous)
{
	const char *found = NULL;

	*is_ambiguous = false;
	if (column->n_filled == 0)
		return NULL;
	for (size_t i = 0; i < OEO_COLUMN_N_FORMATS; i++) {
		if (!reads(column, i))
			continue;
		if (found == NULL)
			found = formats[i];
		else if (is_other_order(found, formats[i]))
			*is_ambiguous = true;
	}
	return found;
}
