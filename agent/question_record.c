/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/question_record.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PAD_BYTES ((size_t)256)
#define FLAG_LATE 1U
#define FLAG_UNMAPPED 2U
#define FLAG_MEMBER_NUMBER 4U
#define FLAG_ERASED 8U
#define OLDEST_VERSION 1 /* knew no source */
#define VERSION 2

static void free_text(char *text)
{
	if (text == NULL)
		return;
	sodium_memzero(text, strlen(text));
	free(text);
}

void oeo_question_fini(struct oeo_question *question)
{
	if (question == NULL)
		return;
	for (size_t i = 0; i < OEO_MAX_FIELDS; i++)
		free_text(question->identity[i]);
	free_text(question->member_number);
	sodium_memzero(question, sizeof(*question));
}

bool oeo_question_has_identity(const struct oeo_question *question)
{
	for (size_t i = 0; i < question->n_fields; i++) {
		if (question->identity[i] == NULL || question->identity[i][0] == '\0')
			return false;
	}
	return question->n_fields > 0;
}

/* ---- Writing */

static enum oeo_err write_number(struct oeo_buf *out, uint64_t number, size_t bytes)
{
	uint8_t octets[8];

	for (size_t i = 0; i < bytes; i++)
		octets[i] = (uint8_t)(number >> (8 * (bytes - 1 - i)));
	return oeo_buf_append(out, octets, bytes);
}

static enum oeo_err write_text(struct oeo_buf *out, const char *text)
{
	size_t len = text != NULL ? strlen(text) : 0;
	enum oeo_err err;

	if (len > UINT16_MAX)
		return OEO_ERR_RANGE;
	err = write_number(out, len, 2);
	return err != OEO_OK ? err : oeo_buf_append(out, text, len);
}

static enum oeo_err write_head(struct oeo_buf *out, const struct oeo_question *question)
{
	unsigned flags = (question->is_late ? FLAG_LATE : 0) | (question->is_unmapped ? FLAG_UNMAPPED : 0) |
			 (question->member_number != NULL ? FLAG_MEMBER_NUMBER : 0) |
			 (question->is_erased ? FLAG_ERASED : 0);
	enum oeo_err err = write_number(out, VERSION, 1);

	if (err == OEO_OK)
		err = oeo_buf_append(out, question->record, OEO_RECORD_HASH_BYTES);
	if (err == OEO_OK)
		err = write_number(out, (uint64_t)question->day, 8);
	if (err == OEO_OK)
		err = write_number(out, (uint64_t)question->base.cadence, 1);
	if (err == OEO_OK)
		err = write_number(out, question->base.year, 2);
	if (err == OEO_OK)
		err = write_number(out, question->base.number, 1);
	if (err == OEO_OK)
		err = write_number(out, flags, 1);
	return err;
}

enum oeo_err oeo_question_write(struct oeo_buf *out, const struct oeo_question *question)
{
	static const uint8_t zeros[PAD_BYTES];
	enum oeo_err err = oeo_buf_reserve(out, 4 * PAD_BYTES);

	if (question->n_fields > OEO_MAX_FIELDS || question->n_dimensions > OEO_MAX_DIMENSIONS)
		return OEO_ERR_RANGE;
	if (err == OEO_OK)
		err = write_head(out, question);
	if (err == OEO_OK)
		err = write_text(out, question->member_number);
	if (err == OEO_OK)
		err = write_text(out, question->source);
	if (err == OEO_OK)
		err = write_number(out, question->n_fields, 1);
	for (size_t i = 0; i < question->n_fields && err == OEO_OK; i++)
		err = write_text(out, question->identity[i]);
	if (err == OEO_OK)
		err = write_number(out, question->n_dimensions, 1);
	for (size_t i = 0; i < question->n_dimensions && err == OEO_OK; i++) {
		err = write_text(out, question->dimensions[i]);
		if (err == OEO_OK)
			err = write_text(out, question->codes[i]);
	}
	if (err == OEO_OK)
		err = oeo_buf_append(out, zeros, PAD_BYTES - out->len % PAD_BYTES);
	return err;
}

/* ---- Reading */

struct cursor {
	const uint8_t *next;
	size_t left;
	bool is_bad; /* ran out of bytes, or a value was impossible */
};

static uint64_t read_number(struct cursor *cursor, size_t bytes)
{
	uint64_t number = 0;

	if (cursor->left < bytes) {
		cursor->is_bad = true;
		return 0;
	}
	for (size_t i = 0; i < bytes; i++)
		number = number << 8 | cursor->next[i];
	cursor->next += bytes;
	cursor->left -= bytes;
	return number;
}

static enum oeo_err read_text(struct cursor *cursor, char **text)
{
	size_t len = (size_t)read_number(cursor, 2);
	char *copy;

	if (cursor->is_bad || cursor->left < len) {
		cursor->is_bad = true;
		return OEO_OK;
	}
	copy = malloc(len + 1);
	if (copy == NULL)
		return OEO_ERR_NOMEM;
	memcpy(copy, cursor->next, len);
	copy[len] = '\0';
	cursor->next += len;
	cursor->left -= len;
	*text = copy;
	return OEO_OK;
}

static void read_id(struct cursor *cursor, char id[OEO_ID_BYTES])
{
	size_t len = (size_t)read_number(cursor, 2);

	if (cursor->is_bad || cursor->left < len || len >= OEO_ID_BYTES) {
		cursor->is_bad = true;
		return;
	}
	memcpy(id, cursor->next, len);
	id[len] = '\0';
	cursor->next += len;
	cursor->left -= len;
	if (!oeo_id_is_valid(id))
		cursor->is_bad = true;
}

/* An id, or nothing. */
static void read_source(struct cursor *cursor, char id[OEO_ID_BYTES])
{
	bool is_empty = cursor->left >= 2 && cursor->next[0] == 0 && cursor->next[1] == 0;

	if (is_empty)
		(void)read_number(cursor, 2);
	else
		read_id(cursor, id);
}

static size_t read_count(struct cursor *cursor, size_t most)
{
	size_t count = (size_t)read_number(cursor, 1);

	if (count > most)
		cursor->is_bad = true;
	return cursor->is_bad ? 0 : count;
}

static unsigned read_head(struct cursor *cursor, unsigned *version, struct oeo_question *question)
{
	*version = (unsigned)read_number(cursor, 1);
	if (*version < OLDEST_VERSION || *version > VERSION || cursor->left < OEO_RECORD_HASH_BYTES) {
		cursor->is_bad = true;
		return 0;
	}
	memcpy(question->record, cursor->next, OEO_RECORD_HASH_BYTES);
	cursor->next += OEO_RECORD_HASH_BYTES;
	cursor->left -= OEO_RECORD_HASH_BYTES;
	question->day = (int64_t)read_number(cursor, 8);
	question->base.cadence = (enum oeo_cadence)read_number(cursor, 1);
	question->base.year = (unsigned)read_number(cursor, 2);
	question->base.number = (unsigned)read_number(cursor, 1);
	return (unsigned)read_number(cursor, 1);
}

static enum oeo_err read_parts(struct cursor *cursor, struct oeo_question *question)
{
	unsigned version = 0;
	unsigned flags = read_head(cursor, &version, question);
	enum oeo_err err = read_text(cursor, &question->member_number);

	question->is_late = (flags & FLAG_LATE) != 0;
	question->is_unmapped = (flags & FLAG_UNMAPPED) != 0;
	question->is_erased = (flags & FLAG_ERASED) != 0;
	if ((flags & FLAG_MEMBER_NUMBER) == 0) {
		free_text(question->member_number);
		question->member_number = NULL;
	}
	if (version > OLDEST_VERSION)
		read_source(cursor, question->source);
	question->n_fields = read_count(cursor, OEO_MAX_FIELDS);
	for (size_t i = 0; i < question->n_fields && err == OEO_OK; i++)
		err = read_text(cursor, &question->identity[i]);
	question->n_dimensions = read_count(cursor, OEO_MAX_DIMENSIONS);
	for (size_t i = 0; i < question->n_dimensions; i++) {
		read_id(cursor, question->dimensions[i]);
		read_id(cursor, question->codes[i]);
	}
	return err;
}

/* The values were authenticated: what cannot be read was written by another version, or by a fault of ours. */
enum oeo_err oeo_question_read(struct oeo_question *question, const uint8_t *value, size_t len)
{
	struct cursor cursor = {value, len, false};
	enum oeo_err err;

	memset(question, 0, sizeof(*question));
	err = read_parts(&cursor, question);
	if (err == OEO_OK && cursor.is_bad)
		err = OEO_ERR_FORMAT;
	if (err != OEO_OK)
		oeo_question_fini(question);
	return err;
}
