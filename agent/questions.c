/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Questions as records of the ledger. The stored form, all numbers big-endian:
 *
 *   u8 1 (version) | record hash [16] | i64 day | u8 cadence, u16 year, u8 number of the base period |
 *   u8 flags (1 late, 2 unmapped, 4 has a member number) | text member number | u8 fields | text each |
 *   u8 dimensions | (text id, text code) each | zeros up to a multiple of 256
 *
 * text = u16 length and that many bytes. The zeros keep the size of a stored value from telling its codes.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/ledger.h"

#define COLLECTION "question"
#define CLOSED "closed"
#define TOLD_VALUE "told" /* of a closed base period that was not submitted from this ledger */
#define IMPORT "import"
#define WANTED "wanted"
#define VERSION 1
#define PAD_BYTES ((size_t)256)
#define FLAG_LATE 1U
#define FLAG_UNMAPPED 2U
#define FLAG_MEMBER_NUMBER 4U
#define RECORD_KEY_BYTES (2 * OEO_RECORD_HASH_BYTES + 1)

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
			 (question->member_number != NULL ? FLAG_MEMBER_NUMBER : 0);
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

static enum oeo_err write_question(struct oeo_buf *out, const struct oeo_question *question)
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

static size_t read_count(struct cursor *cursor, size_t most)
{
	size_t count = (size_t)read_number(cursor, 1);

	if (count > most)
		cursor->is_bad = true;
	return cursor->is_bad ? 0 : count;
}

static unsigned read_head(struct cursor *cursor, struct oeo_question *question)
{
	if (read_number(cursor, 1) != VERSION || cursor->left < OEO_RECORD_HASH_BYTES) {
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
	unsigned flags = read_head(cursor, question);
	enum oeo_err err = read_text(cursor, &question->member_number);

	question->is_late = (flags & FLAG_LATE) != 0;
	question->is_unmapped = (flags & FLAG_UNMAPPED) != 0;
	if ((flags & FLAG_MEMBER_NUMBER) == 0) {
		free_text(question->member_number);
		question->member_number = NULL;
	}
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
static enum oeo_err read_question(struct oeo_question *question, const uint8_t *value, size_t len)
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

/* ---- Storing */

static enum oeo_err load(struct oeo_ledger *ledger, struct oeo_question *question, const char *key)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, key, &value);

	if (err == OEO_OK)
		err = read_question(question, value.data, value.len);
	oeo_buf_wipe(&value);
	oeo_buf_fini(&value);
	return err;
}

static enum oeo_err store(struct oeo_ledger *ledger, const struct oeo_question *question)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err = write_question(&value, question);

	oeo_hex_encode(key, question->record, OEO_RECORD_HASH_BYTES);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, key, value.data, value.len);
	oeo_buf_wipe(&value);
	oeo_buf_fini(&value);
	return err;
}

static bool is_same_text(const char *a, const char *b)
{
	return strcmp(a != NULL ? a : "", b != NULL ? b : "") == 0;
}

/* What the source says of it is the same; where it counts (base, late) is the ledger's own. */
static bool is_same_content(const struct oeo_question *a, const struct oeo_question *b)
{
	if (a->day != b->day || a->is_unmapped != b->is_unmapped || a->n_fields != b->n_fields ||
	    a->n_dimensions != b->n_dimensions || !is_same_text(a->member_number, b->member_number))
		return false;
	for (size_t i = 0; i < a->n_fields; i++) {
		if (!is_same_text(a->identity[i], b->identity[i]))
			return false;
	}
	for (size_t i = 0; i < a->n_dimensions; i++) {
		if (strcmp(a->dimensions[i], b->dimensions[i]) != 0 || strcmp(a->codes[i], b->codes[i]) != 0)
			return false;
	}
	return true;
}

enum closure { OPEN, CLOSED_HERE, CLOSED_TOLD };

static enum oeo_err get_closure(
    struct oeo_ledger *ledger, const struct oeo_period *base, enum closure *closure)
{
	char key[OEO_PERIOD_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err;

	oeo_period_format(key, base);
	err = oeo_ledger_get(ledger, CLOSED, key, &value);
	if (err == OEO_OK)
		*closure = value.len > 0 ? CLOSED_TOLD : CLOSED_HERE;
	else if (err == OEO_ERR_NOT_FOUND)
		*closure = OPEN;
	oeo_buf_fini(&value);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

/* The first base period from this one on that is open. */
static enum oeo_err find_open_base(struct oeo_ledger *ledger, struct oeo_period *base)
{
	enum closure closure = OPEN;
	enum oeo_err err = get_closure(ledger, base, &closure);

	while (err == OEO_OK && closure != OPEN) {
		*base = oeo_period_next(base);
		err = get_closure(ledger, base, &closure);
	}
	return err;
}

/* A question that is not in this ledger may have been sent in with any base period that another ledger closed: the first
 * of those from its own on takes it, so that it is not counted twice. */
static enum oeo_err place(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum closure *closure)
{
	struct oeo_period own = oeo_period_of_day(oeo_plan_base(plan), question->day);
	enum oeo_err err;

	question->base = own;
	err = get_closure(ledger, &question->base, closure);
	while (err == OEO_OK && *closure == CLOSED_HERE) {
		question->base = oeo_period_next(&question->base);
		err = get_closure(ledger, &question->base, closure);
	}
	question->is_late = !oeo_period_equal(&question->base, &own);
	return err;
}

static enum oeo_err compare(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    const struct oeo_question *stored, struct oeo_question *question, enum oeo_put_result *result)
{
	bool is_frozen = false;
	enum closure closure = OPEN;
	enum oeo_err err = oeo_ledger_is_closed(ledger, &stored->base, &is_frozen);

	if (err != OEO_OK)
		return err;
	if (is_same_content(stored, question) || is_frozen) {
		*result = is_same_content(stored, question) ? OEO_PUT_KNOWN : OEO_PUT_FROZEN;
		question->base = stored->base;
		question->is_late = stored->is_late;
		return OEO_OK;
	}
	err = place(ledger, plan, question, &closure);
	if (err == OEO_OK)
		*result = OEO_PUT_CHANGED;
	return err;
}

enum oeo_err oeo_ledger_try_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_question stored;
	enum closure closure = OPEN;
	enum oeo_err err;

	oeo_hex_encode(key, question->record, OEO_RECORD_HASH_BYTES);
	err = load(ledger, &stored, key);
	if (err == OEO_OK) {
		err = compare(ledger, plan, &stored, question, result);
		oeo_question_fini(&stored);
		return err;
	}
	if (err != OEO_ERR_NOT_FOUND)
		return err;
	err = place(ledger, plan, question, &closure);
	if (err == OEO_OK)
		*result = closure == CLOSED_TOLD ? OEO_PUT_RESTORED : OEO_PUT_ADDED;
	return err;
}

enum oeo_err oeo_ledger_put_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result)
{
	enum oeo_put_result found = OEO_PUT_KNOWN;
	enum oeo_err err = oeo_ledger_try_question(ledger, plan, question, &found);

	if (err == OEO_OK && found != OEO_PUT_KNOWN && found != OEO_PUT_FROZEN)
		err = store(ledger, question);
	if (err == OEO_OK)
		*result = found;
	return err;
}

/* ---- Walking */

struct walk {
	oeo_question_fn *each;
	void *context;
};

static enum oeo_err on_item(void *context, const char *key, const uint8_t *value, size_t len)
{
	const struct walk *walk = context;
	struct oeo_question question;
	enum oeo_err err = read_question(&question, value, len);

	(void)key;
	if (err != OEO_OK)
		return err;
	err = walk->each(walk->context, &question);
	oeo_question_fini(&question);
	return err;
}

enum oeo_err oeo_ledger_each_question(struct oeo_ledger *ledger, oeo_question_fn *each, void *context)
{
	struct walk walk = {each, context};

	return oeo_ledger_each(ledger, COLLECTION, "", on_item, &walk);
}

/* ---- Closed base periods */

enum oeo_err oeo_ledger_close_base(struct oeo_ledger *ledger, const struct oeo_period *base)
{
	char key[OEO_PERIOD_BYTES];

	oeo_period_format(key, base);
	return oeo_ledger_put(ledger, CLOSED, key, "", 0);
}

enum oeo_err oeo_ledger_close_told(struct oeo_ledger *ledger, const struct oeo_period *base)
{
	char key[OEO_PERIOD_BYTES];

	oeo_period_format(key, base);
	return oeo_ledger_put(ledger, CLOSED, key, TOLD_VALUE, strlen(TOLD_VALUE));
}

enum oeo_err oeo_ledger_reopen_base(struct oeo_ledger *ledger, const struct oeo_period *base)
{
	char key[OEO_PERIOD_BYTES];

	oeo_period_format(key, base);
	return oeo_ledger_remove(ledger, CLOSED, key);
}

enum oeo_err oeo_ledger_is_closed(struct oeo_ledger *ledger, const struct oeo_period *base, bool *is_closed)
{
	enum closure closure = OPEN;
	enum oeo_err err = get_closure(ledger, base, &closure);

	if (err == OEO_OK)
		*is_closed = closure != OPEN;
	return err;
}

enum oeo_err oeo_ledger_want_import(struct oeo_ledger *ledger, bool is_wanted)
{
	return is_wanted ? oeo_ledger_put(ledger, IMPORT, WANTED, "", 0)
			 : oeo_ledger_remove(ledger, IMPORT, WANTED);
}

enum oeo_err oeo_ledger_is_import_wanted(struct oeo_ledger *ledger, bool *is_wanted)
{
	size_t n = 0;
	enum oeo_err err = oeo_ledger_count(ledger, IMPORT, WANTED, &n);

	if (err == OEO_OK)
		*is_wanted = n > 0;
	return err;
}

struct missed {
	const struct oeo_period *base;
	struct oeo_buf records;
};

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct missed *missed = context;

	if (!oeo_period_equal(&question->base, missed->base))
		return OEO_OK;
	return oeo_buf_append(&missed->records, question->record, OEO_RECORD_HASH_BYTES);
}

static enum oeo_err move_question(
    struct oeo_ledger *ledger, const uint8_t *record, const struct oeo_period *to)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_question question;
	enum oeo_err err;

	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	err = load(ledger, &question, key);
	if (err != OEO_OK)
		return err;
	question.base = *to;
	question.is_late = true;
	err = store(ledger, &question);
	oeo_question_fini(&question);
	return err;
}

static enum oeo_err move_all(struct oeo_ledger *ledger, struct missed *missed)
{
	struct oeo_period to = *missed->base;
	enum oeo_err err = oeo_ledger_each_question(ledger, on_question, missed);

	if (err == OEO_OK)
		err = oeo_ledger_close_base(ledger, missed->base);
	if (err == OEO_OK)
		err = find_open_base(ledger, &to);
	for (size_t at = 0; at < missed->records.len && err == OEO_OK; at += OEO_RECORD_HASH_BYTES)
		err = move_question(ledger, missed->records.data + at, &to);
	return err;
}

enum oeo_err oeo_ledger_move_missed(
    struct oeo_ledger *ledger, const struct oeo_plan *plan, const struct oeo_period *missed, size_t *n_moved)
{
	struct missed found = {missed, {0}};
	bool is_own = !oeo_ledger_is_in_transaction(ledger);
	enum oeo_err err = is_own ? oeo_ledger_begin(ledger, NULL) : OEO_OK;

	if (err != OEO_OK)
		return err;
	err = missed->cadence == oeo_plan_base(plan) ? move_all(ledger, &found) : OEO_ERR_RANGE;
	if (err == OEO_OK && is_own)
		err = oeo_ledger_commit(ledger, NULL);
	else if (is_own)
		oeo_ledger_rollback(ledger);
	if (err == OEO_OK && n_moved != NULL)
		*n_moved = found.records.len / OEO_RECORD_HASH_BYTES;
	oeo_buf_fini(&found.records);
	return err;
}
