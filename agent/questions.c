/* SPDX-License-Identifier: EUPL-1.2 */
/* Questions as records of the ledger; what is stored of one is in question_record.h. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/question_record.h"

#define COLLECTION "question"
#define CLOSED "closed"
#define TOLD_VALUE "told" /* of a closed base period that was not submitted from this ledger */
#define IMPORT "import"
#define WANTED "wanted"
#define WITHDRAWN "withdrawn" /* keys: records that are not taken again */
#define RECORD_KEY_BYTES (2 * OEO_RECORD_HASH_BYTES + 1)

/* ---- Storing */

static enum oeo_err load(struct oeo_ledger *ledger, struct oeo_question *question, const char *key)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, key, &value);

	if (err == OEO_OK)
		err = oeo_question_read(question, value.data, value.len);
	oeo_buf_wipe(&value);
	oeo_buf_fini(&value);
	return err;
}

static enum oeo_err store(struct oeo_ledger *ledger, const struct oeo_question *question)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_question_write(&value, question);

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

static bool is_same_person(const struct oeo_question *a, const struct oeo_question *b)
{
	if (a->n_fields != b->n_fields || !is_same_text(a->member_number, b->member_number))
		return false;
	for (size_t i = 0; i < a->n_fields; i++) {
		if (!is_same_text(a->identity[i], b->identity[i]))
			return false;
	}
	return true;
}

/* What the source says of it is the same; where it counts (base, late) is the ledger's own. Of whom a question is that has
 * been erased, nothing can be said any more. */
static bool is_same_content(const struct oeo_question *a, const struct oeo_question *b)
{
	if (a->day != b->day || a->is_unmapped != b->is_unmapped || a->n_dimensions != b->n_dimensions)
		return false;
	if (!a->is_erased && !b->is_erased && !is_same_person(a, b))
		return false;
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

static enum oeo_err find_withdrawn(struct oeo_ledger *ledger, const char *key, bool *is_withdrawn)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, WITHDRAWN, key, &value);

	*is_withdrawn = err == OEO_OK;
	oeo_buf_fini(&value);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_ledger_try_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_question stored;
	enum closure closure = OPEN;
	bool is_withdrawn = false;
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
		err = find_withdrawn(ledger, key, &is_withdrawn);
	if (err == OEO_OK && is_withdrawn)
		*result = OEO_PUT_WITHDRAWN;
	else if (err == OEO_OK)
		*result = closure == CLOSED_TOLD ? OEO_PUT_RESTORED : OEO_PUT_ADDED;
	return err;
}

enum oeo_err oeo_ledger_put_question(struct oeo_ledger *ledger, const struct oeo_plan *plan,
    struct oeo_question *question, enum oeo_put_result *result)
{
	enum oeo_put_result found = OEO_PUT_KNOWN;
	enum oeo_err err = oeo_ledger_try_question(ledger, plan, question, &found);

	if (err == OEO_OK && found != OEO_PUT_KNOWN && found != OEO_PUT_FROZEN && found != OEO_PUT_WITHDRAWN)
		err = store(ledger, question);
	if (err == OEO_OK)
		*result = found;
	return err;
}

/* ---- Taking out */

enum oeo_err oeo_ledger_load_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES], struct oeo_question *question)
{
	char key[RECORD_KEY_BYTES];

	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	return load(ledger, question, key);
}

enum oeo_err oeo_ledger_remove_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	char key[RECORD_KEY_BYTES];
	struct oeo_question question;
	bool is_closed = true;
	enum oeo_err err = oeo_ledger_load_question(ledger, record, &question);

	if (err != OEO_OK)
		return err;
	err = oeo_ledger_is_closed(ledger, &question.base, &is_closed);
	oeo_question_fini(&question);
	if (err == OEO_OK && is_closed)
		return OEO_ERR_STATE;
	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	return err == OEO_OK ? oeo_ledger_remove(ledger, COLLECTION, key) : err;
}

enum oeo_err oeo_ledger_withdraw_question(
    struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	char key[RECORD_KEY_BYTES];
	enum oeo_err err;

	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	err = oeo_ledger_remove(ledger, COLLECTION, key);
	return err == OEO_OK ? oeo_ledger_put(ledger, WITHDRAWN, key, "", 0) : err;
}

enum oeo_err oeo_ledger_erase_identity(struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	struct oeo_question question;
	enum oeo_err err = oeo_ledger_load_question(ledger, record, &question);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < question.n_fields; i++)
		sodium_memzero(question.identity[i], strlen(question.identity[i]));
	if (question.member_number != NULL)
		sodium_memzero(question.member_number, strlen(question.member_number));
	question.is_erased = true;
	err = store(ledger, &question);
	oeo_question_fini(&question);
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
	enum oeo_err err = oeo_question_read(&question, value, len);

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
	struct oeo_ledger *ledger;
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
    struct oeo_ledger *ledger, const uint8_t *record, const struct oeo_period *to, bool is_late)
{
	char key[RECORD_KEY_BYTES];
	struct oeo_question question;
	enum oeo_err err;

	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	err = load(ledger, &question, key);
	if (err != OEO_OK)
		return err;
	question.base = *to;
	question.is_late = is_late;
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
		err = move_question(ledger, missed->records.data + at, &to, true);
	return err;
}

/* Of that base period by its day, but late in one that is open. */
static enum oeo_err on_late_question(void *context, const struct oeo_question *question)
{
	struct missed *missed = context;
	struct oeo_period own = oeo_period_of_day(missed->base->cadence, question->day);
	bool is_closed = true;
	enum oeo_err err;

	if (!question->is_late || !oeo_period_equal(&own, missed->base))
		return OEO_OK;
	err = oeo_ledger_is_closed(missed->ledger, &question->base, &is_closed);
	if (err != OEO_OK || is_closed)
		return err;
	return oeo_buf_append(&missed->records, question->record, OEO_RECORD_HASH_BYTES);
}

enum oeo_err oeo_ledger_take_back(struct oeo_ledger *ledger, const struct oeo_period *base)
{
	struct missed missed = {.ledger = ledger, .base = base};
	enum oeo_err err = oeo_ledger_each_question(ledger, on_late_question, &missed);

	if (err == OEO_OK)
		err = oeo_ledger_reopen_base(ledger, base);
	for (size_t at = 0; at < missed.records.len && err == OEO_OK; at += OEO_RECORD_HASH_BYTES)
		err = move_question(ledger, missed.records.data + at, base, false);
	oeo_buf_fini(&missed.records);
	return err;
}

enum oeo_err oeo_ledger_move_missed(
    struct oeo_ledger *ledger, const struct oeo_plan *plan, const struct oeo_period *missed, size_t *n_moved)
{
	struct missed found = {ledger, missed, {0}};
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
