/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/intake_row.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/fold.h"
#include "agent/identity.h"

#define SCRATCH_BYTES 1024

enum oeo_err oeo_row_reader_init(struct oeo_row_reader *reader, const struct oeo_intake_job *job,
    const struct oeo_plan *plan, const struct oeo_mapping *mapping)
{
	enum oeo_err err;

	memset(reader, 0, sizeof(*reader));
	reader->plan = plan;
	reader->mapping = mapping;
	reader->ledger = job->ledger;
	reader->today = job->today;
	randombytes_buf(reader->key, sizeof(reader->key));
	err = oeo_normaliser_new(&reader->normaliser);
	if (err == OEO_OK)
		err = oeo_buf_reserve(&reader->joined, SCRATCH_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_reserve(&reader->folded, SCRATCH_BYTES);
	if (err != OEO_OK)
		oeo_row_reader_fini(reader);
	return err;
}

void oeo_row_reader_fini(struct oeo_row_reader *reader)
{
	oeo_normaliser_free(reader->normaliser);
	oeo_buf_wipe(&reader->joined);
	oeo_buf_fini(&reader->joined);
	oeo_buf_wipe(&reader->folded);
	oeo_buf_fini(&reader->folded);
	sodium_memzero(reader, sizeof(*reader));
}

static void refuse(
    struct oeo_row_refusal *refusal, enum oeo_refusal_reason reason, const struct oeo_columns *columns)
{
	refusal->reason = reason;
	refusal->columns = columns;
	refusal->column = 0;
}

/* What stands in the columns, the empty ones left out, with a space between; in reader->joined. */
static enum oeo_err join(
    struct oeo_row_reader *reader, const struct oeo_csv_row *row, const struct oeo_columns *columns)
{
	enum oeo_err err = OEO_OK;

	reader->joined.len = 0;
	for (size_t i = 0; i < columns->n && err == OEO_OK; i++) {
		const struct oeo_csv_field *field = &row->fields[columns->at[i]];

		if (field->len == 0)
			continue;
		if (reader->joined.len > 0)
			err = oeo_buf_append(&reader->joined, " ", 1);
		if (err == OEO_OK)
			err = oeo_buf_append(&reader->joined, field->text, field->len);
	}
	return err == OEO_OK ? oeo_buf_terminate(&reader->joined) : err;
}

static const char *joined_text(const struct oeo_row_reader *reader)
{
	return (const char *)reader->joined.data;
}

/* ---- Record number and date */

static void hash_record(const struct oeo_row_reader *reader, uint8_t record[OEO_RECORD_HASH_BYTES])
{
	if (reader->ledger != NULL)
		oeo_ledger_record_hash(reader->ledger, record, reader->mapping->id, joined_text(reader));
	else /* fails only for lengths outside the library's range */
		(void)crypto_generichash(record, OEO_RECORD_HASH_BYTES, reader->joined.data,
		    reader->joined.len, reader->key, sizeof(reader->key));
}

static enum oeo_err read_record(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_question *question, struct oeo_row_refusal *refusal)
{
	enum oeo_err err = join(reader, row, &reader->mapping->record);

	if (err != OEO_OK)
		return err;
	if (reader->joined.len == 0)
		refuse(refusal, OEO_REFUSAL_NO_RECORD, &reader->mapping->record);
	else
		hash_record(reader, question->record);
	memcpy(question->source, reader->mapping->id, OEO_ID_BYTES);
	return OEO_OK;
}

static bool parse_day(const struct oeo_row_reader *reader, const struct oeo_mapped_date *mapped, int64_t *day,
    struct oeo_row_refusal *refusal)
{
	enum oeo_err err = oeo_date_read(day, mapped->format, joined_text(reader));

	if (err != OEO_OK)
		refuse(refusal, err == OEO_ERR_RANGE ? OEO_REFUSAL_NO_SUCH_DAY : OEO_REFUSAL_NO_DATE,
		    &mapped->columns);
	return err == OEO_OK;
}

bool oeo_row_find_day(struct oeo_row_reader *reader, const struct oeo_csv_row *row, int64_t *day)
{
	const struct oeo_mapped_date *mapped = &reader->mapping->date;

	return join(reader, row, &mapped->columns) == OEO_OK &&
	       oeo_date_read(day, mapped->format, joined_text(reader)) == OEO_OK;
}

static enum oeo_err read_day(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_question *question, struct oeo_row_refusal *refusal)
{
	const struct oeo_mapped_date *mapped = &reader->mapping->date;
	enum oeo_err err = join(reader, row, &mapped->columns);

	if (err != OEO_OK || !parse_day(reader, mapped, &question->day, refusal))
		return err;
	if (question->day > reader->today)
		refuse(refusal, OEO_REFUSAL_FUTURE, &mapped->columns);
	else if (question->day < oeo_period_first_day(&reader->plan->from))
		refuse(refusal, OEO_REFUSAL_BEFORE_PLAN, &mapped->columns);
	question->base = oeo_period_of_day(oeo_plan_base(reader->plan), question->day);
	return OEO_OK;
}

/* ---- Identity */

/* Nothing, what everybody writes for it, or what the mapping says stands for nothing. field NULL: a client number. */
static enum oeo_err check_missing(
    struct oeo_row_reader *reader, const struct oeo_identity_field *field, bool *is_missing)
{
	const struct oeo_mapping *mapping = reader->mapping;
	enum oeo_err err;

	*is_missing = oeo_identity_is_nothing(field, joined_text(reader));
	if (*is_missing || mapping->n_missing == 0)
		return OEO_OK;
	err = oeo_fold_text(&reader->folded, joined_text(reader), reader->joined.len);
	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < mapping->n_missing && !*is_missing; i++)
		*is_missing = strcmp((const char *)reader->folded.data, mapping->missing[i]) == 0;
	return OEO_OK;
}

static enum oeo_err read_name(struct oeo_row_reader *reader, const struct oeo_columns *columns, char **value,
    struct oeo_row_refusal *refusal)
{
	enum oeo_err err;

	reader->folded.len = 0;
	err =
	    oeo_normalise_name(&reader->folded, reader->normaliser, joined_text(reader), reader->joined.len);
	if (err == OEO_ERR_RANGE || err == OEO_ERR_FORMAT) {
		refuse(refusal, err == OEO_ERR_RANGE ? OEO_REFUSAL_NAME_TOO_LONG : OEO_REFUSAL_ENCODING,
		    columns);
		return OEO_OK;
	}
	if (err == OEO_OK)
		err = oeo_buf_terminate(&reader->folded);
	if (err == OEO_OK && (*value = strdup((const char *)reader->folded.data)) == NULL)
		err = OEO_ERR_NOMEM;
	return err;
}

static enum oeo_err read_birth_date(struct oeo_row_reader *reader, const struct oeo_mapped_date *mapped,
    char **value, struct oeo_row_refusal *refusal)
{
	char text[OEO_DATE_BYTES];
	int64_t day;

	if (!parse_day(reader, mapped, &day, refusal))
		return OEO_OK;
	oeo_day_format(text, day);
	*value = strdup(text);
	sodium_memzero(text, sizeof(text));
	return *value != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err read_postcode(struct oeo_row_reader *reader, const struct oeo_columns *columns,
    char **value, struct oeo_row_refusal *refusal)
{
	char postcode[OEO_POSTCODE_BYTES];

	if (oeo_normalise_postcode(postcode, joined_text(reader), reader->joined.len) != OEO_OK) {
		refuse(refusal, OEO_REFUSAL_NO_POSTCODE, columns);
		return OEO_OK;
	}
	*value = strdup(postcode);
	sodium_memzero(postcode, sizeof(postcode));
	return *value != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err read_value(struct oeo_row_reader *reader, enum oeo_field_kind kind,
    const struct oeo_mapped_date *mapped, char **value, struct oeo_row_refusal *refusal)
{
	switch (kind) {
	case OEO_FIELD_DATE:
		return read_birth_date(reader, mapped, value, refusal);
	case OEO_FIELD_POSTCODE:
		return read_postcode(reader, &mapped->columns, value, refusal);
	case OEO_FIELD_NAME:
		return read_name(reader, &mapped->columns, value, refusal);
	}
	return OEO_ERR_INTERNAL;
}

static void empty(char *text)
{
	sodium_memzero(text, strlen(text));
}

static bool is_placeholder(const struct oeo_identity_field *field, const char *value)
{
	for (size_t i = 0; i < field->n_placeholders; i++) {
		if (strcmp(value, field->placeholders[i]) == 0)
			return true;
	}
	return false;
}

/* What cannot be one resident's refuses the row, but for what stands for nothing: that is missing. */
static void judge(const struct oeo_row_reader *reader, size_t field, struct oeo_read_row *read,
    const struct oeo_columns *columns, struct oeo_row_refusal *refusal)
{
	static const enum oeo_refusal_reason reasons[] = {
	    [OEO_IDENTITY_NO_POSTCODE] = OEO_REFUSAL_NO_POSTCODE,
	    [OEO_IDENTITY_PART_OF_POSTCODE] = OEO_REFUSAL_PART_OF_POSTCODE,
	    [OEO_IDENTITY_BORN_LATER] = OEO_REFUSAL_AFTER_QUESTION,
	    [OEO_IDENTITY_BORN_LONG_AGO] = OEO_REFUSAL_BORN_LONG_AGO,
	};
	const struct oeo_identity_field *asked = &reader->plan->fields[field];
	char *value = read->question.identity[field];
	enum oeo_identity_verdict verdict = OEO_IDENTITY_NOTHING;

	if (is_placeholder(asked, value))
		read->has_placeholder = true;
	else
		verdict = oeo_identity_judge(reader->plan, asked, value, read->question.day);
	if (verdict == OEO_IDENTITY_NOTHING)
		empty(value);
	else if (verdict != OEO_IDENTITY_FINE)
		refuse(refusal, reasons[verdict], columns);
}

static enum oeo_err read_field(struct oeo_row_reader *reader, const struct oeo_csv_row *row, size_t field,
    struct oeo_read_row *read, struct oeo_row_refusal *refusal)
{
	const struct oeo_mapped_date *mapped = &reader->mapping->fields[field];
	const struct oeo_identity_field *asked = &reader->plan->fields[field];
	char **value = &read->question.identity[field];
	bool is_missing = true;
	enum oeo_err err = join(reader, row, &mapped->columns);

	if (err == OEO_OK)
		err = check_missing(reader, asked, &is_missing);
	if (err != OEO_OK)
		return err;
	if (is_missing) {
		*value = strdup("");
		return *value != NULL ? OEO_OK : OEO_ERR_NOMEM;
	}
	err = read_value(reader, asked->kind, mapped, value, refusal);
	if (err == OEO_OK && refusal->reason == 0)
		judge(reader, field, read, &mapped->columns, refusal);
	return err;
}

/* A part of an identity is of no use to the count: it is not kept. */
static enum oeo_err read_identity(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_read_row *read, struct oeo_row_refusal *refusal)
{
	struct oeo_question *question = &read->question;
	enum oeo_err err = OEO_OK;

	question->n_fields = reader->plan->n_fields;
	for (size_t i = 0; i < question->n_fields && err == OEO_OK && refusal->reason == 0; i++)
		err = read_field(reader, row, i, read, refusal);
	if (err != OEO_OK || refusal->reason != 0 || oeo_question_has_identity(question))
		return err;
	for (size_t i = 0; i < question->n_fields; i++)
		empty(question->identity[i]);
	return OEO_OK;
}

static enum oeo_err read_member_number(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_question *question, struct oeo_row_refusal *refusal)
{
	const struct oeo_columns *columns = &reader->mapping->member_number;
	bool is_missing = true;
	enum oeo_err err;

	if (columns->n == 0)
		return OEO_OK;
	err = join(reader, row, columns);
	if (err == OEO_OK)
		err = check_missing(reader, NULL, &is_missing);
	if (err == OEO_OK && !is_missing)
		err = read_name(reader, columns, &question->member_number, refusal);
	if (err == OEO_OK && question->member_number != NULL && question->member_number[0] == '\0') {
		free(question->member_number);
		question->member_number = NULL;
	}
	return err;
}

/* ---- Dimensions */

static void note_unmapped(const struct oeo_row_reader *reader, size_t dimension, struct oeo_read_row *read)
{
	const char *folded = (const char *)reader->folded.data;
	char *code = read->unmapped[dimension];

	read->is_unmapped[dimension] = true;
	read->question.is_unmapped = true;
	code[0] = '\0';
	if (!oeo_match_looks_like_code(&reader->plan->dimensions[dimension], folded))
		return;
	for (size_t i = 0; i < OEO_ID_BYTES; i++) {
		char c = folded[i];

		code[i] = (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
		if (c == '\0')
			break;
	}
}

static enum oeo_err match(
    struct oeo_row_reader *reader, const struct oeo_csv_row *row, size_t dimension, struct oeo_read_row *read)
{
	const struct oeo_mapped_dimension *mapped = &reader->mapping->dimensions[dimension];
	const size_t unknown = oeo_dimension_unknown(&reader->plan->dimensions[dimension]);
	size_t code = unknown;
	enum oeo_err err = join(reader, row, &mapped->columns);

	if (err == OEO_OK)
		err = oeo_matcher_find(
		    &mapped->matcher, &reader->folded, joined_text(reader), reader->joined.len, &code);
	if (err != OEO_OK)
		return err;
	if (code == SIZE_MAX) {
		/* What the coordinator gave another code by `otherwise` is mapped. */
		if (mapped->otherwise == SIZE_MAX || mapped->otherwise == unknown)
			note_unmapped(reader, dimension, read);
		code = mapped->otherwise != SIZE_MAX ? mapped->otherwise : unknown;
	}
	read->codes[dimension] = code;
	return OEO_OK;
}

static size_t find_identity_field(const struct oeo_plan *plan, const char *id)
{
	size_t i = 0;

	while (i < plan->n_fields && strcmp(plan->fields[i].id, id) != 0)
		i++;
	return i;
}

/* Without a resident a computed dimension is unknown, so that its codes add up to the residents. */
static size_t compute(const struct oeo_row_reader *reader, const struct oeo_dimension *dimension,
    const struct oeo_question *question)
{
	size_t field = find_identity_field(reader->plan, dimension->computed_from);

	if (!oeo_question_has_identity(question) || field == reader->plan->n_fields)
		return oeo_dimension_unknown(dimension);
	return oeo_dimension_compute(dimension, question->identity[field]);
}

static enum oeo_err read_dimensions(
    struct oeo_row_reader *reader, const struct oeo_csv_row *row, struct oeo_read_row *read)
{
	struct oeo_question *question = &read->question;

	question->n_dimensions = reader->plan->n_dimensions;
	for (size_t i = 0; i < question->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &reader->plan->dimensions[i];
		const struct oeo_mapped_dimension *mapped = &reader->mapping->dimensions[i];
		enum oeo_err err = OEO_OK;

		if (dimension->computed_from[0] != '\0')
			read->codes[i] = compute(reader, dimension, question);
		else if (mapped->is_constant)
			read->codes[i] = mapped->always;
		else if (mapped->columns.n > 0)
			err = match(reader, row, i, read);
		else
			read->codes[i] = oeo_dimension_unknown(dimension);
		if (err != OEO_OK)
			return err;
		memcpy(question->dimensions[i], dimension->id, OEO_ID_BYTES);
		memcpy(question->codes[i], dimension->codes[read->codes[i]].code, OEO_ID_BYTES);
		read->lines[i] = row->line;
	}
	return OEO_OK;
}

enum oeo_err oeo_row_read(struct oeo_row_reader *reader, const struct oeo_csv_row *row,
    struct oeo_read_row *read, struct oeo_row_refusal *refusal)
{
	enum oeo_err err;

	memset(read, 0, sizeof(*read));
	refusal->reason = 0;
	err = read_record(reader, row, &read->question, refusal);
	read->has_record = err == OEO_OK && refusal->reason == 0;
	memcpy(read->record, read->question.record, OEO_RECORD_HASH_BYTES);
	if (err == OEO_OK && refusal->reason == 0)
		err = read_day(reader, row, &read->question, refusal);
	if (err == OEO_OK && refusal->reason == 0)
		err = read_identity(reader, row, read, refusal);
	if (err == OEO_OK && refusal->reason == 0)
		err = read_member_number(reader, row, &read->question, refusal);
	if (err == OEO_OK && refusal->reason == 0)
		err = read_dimensions(reader, row, read);
	if (err != OEO_OK || refusal->reason != 0)
		oeo_question_fini(&read->question);
	return err;
}
