/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/journal.h"

#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"

#define COLLECTION "form-journal"
#define VERSION 1
#define FLAG_TALLY 1U
#define FIRST_CAPACITY 64
#define KEY_BYTES (2 * OEO_RECORD_HASH_BYTES + 1)

void oeo_journal_fini(struct oeo_journal *journal)
{
	free(journal->lines);
	memset(journal, 0, sizeof(*journal));
}

static size_t find_index(const struct oeo_journal *journal, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	/* From the end: what is asked for was mostly entered just now. */
	for (size_t i = journal->n; i > 0; i--) {
		if (memcmp(journal->lines[i - 1].record, record, OEO_RECORD_HASH_BYTES) == 0)
			return i - 1;
	}
	return SIZE_MAX;
}

const struct oeo_journal_line *oeo_journal_find(
    const struct oeo_journal *journal, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	size_t at = find_index(journal, record);

	return at != SIZE_MAX ? &journal->lines[at] : NULL;
}

static enum oeo_err append(struct oeo_journal *journal, const struct oeo_journal_line *line)
{
	if (journal->n == journal->capacity) {
		size_t capacity = journal->capacity > 0 ? 2 * journal->capacity : FIRST_CAPACITY;
		struct oeo_journal_line *more = realloc(journal->lines, capacity * sizeof(*more));

		if (more == NULL)
			return OEO_ERR_NOMEM;
		journal->lines = more;
		journal->capacity = capacity;
	}
	journal->lines[journal->n++] = *line;
	return OEO_OK;
}

enum oeo_err oeo_journal_note(struct oeo_journal *journal, const struct oeo_journal_line *line)
{
	size_t at = find_index(journal, line->record);

	if (at == SIZE_MAX)
		return append(journal, line);
	journal->lines[at] = *line;
	return OEO_OK;
}

void oeo_journal_forget(struct oeo_journal *journal, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	size_t at = find_index(journal, record);

	if (at == SIZE_MAX)
		return;
	memmove(
	    &journal->lines[at], &journal->lines[at + 1], (journal->n - at - 1) * sizeof(*journal->lines));
	journal->n--;
}

enum oeo_err oeo_journal_write(struct oeo_ledger *ledger, const struct oeo_journal_line *line)
{
	char key[KEY_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_bytes_put(&value, VERSION, 1);

	oeo_hex_encode(key, line->record, OEO_RECORD_HASH_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_append(&value, line->desk, OEO_DESK_ID_BYTES);
	if (err == OEO_OK)
		err = oeo_bytes_put(&value, (uint64_t)line->entered_s, 8);
	if (err == OEO_OK)
		err = oeo_bytes_put(&value, line->is_tally ? FLAG_TALLY : 0, 1);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, key, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_journal_erase(struct oeo_ledger *ledger, const uint8_t record[OEO_RECORD_HASH_BYTES])
{
	char key[KEY_BYTES];

	oeo_hex_encode(key, record, OEO_RECORD_HASH_BYTES);
	return oeo_ledger_remove(ledger, COLLECTION, key);
}

/* ---- Loading */

static enum oeo_err on_line(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct oeo_reader reader = {value, len, false};
	struct oeo_journal_line line = {0};
	const uint8_t *desk;

	if (oeo_hex_decode(line.record, OEO_RECORD_HASH_BYTES, key) != OEO_OK ||
	    oeo_bytes_take(&reader, 1) != VERSION)
		return OEO_ERR_FORMAT;
	desk = oeo_bytes_take_raw(&reader, OEO_DESK_ID_BYTES);
	if (desk != NULL)
		memcpy(line.desk, desk, OEO_DESK_ID_BYTES);
	line.entered_s = (int64_t)oeo_bytes_take(&reader, 8);
	line.is_tally = (oeo_bytes_take(&reader, 1) & FLAG_TALLY) != 0;
	return oeo_bytes_is_done(&reader) ? append(context, &line) : OEO_ERR_FORMAT;
}

static int by_time(const void *left, const void *right)
{
	const struct oeo_journal_line *a = left;
	const struct oeo_journal_line *b = right;

	if (a->entered_s != b->entered_s)
		return a->entered_s < b->entered_s ? -1 : 1;
	return memcmp(a->record, b->record, OEO_RECORD_HASH_BYTES);
}

static enum oeo_err is_of_use(struct oeo_ledger *ledger, const struct oeo_journal_line *line, bool *is_useful)
{
	struct oeo_question question;
	bool is_closed = false;
	enum oeo_err err = oeo_ledger_load_question(ledger, line->record, &question);

	if (err == OEO_ERR_NOT_FOUND) {
		*is_useful = false;
		return OEO_OK;
	}
	if (err != OEO_OK)
		return err;
	err = oeo_ledger_is_closed(ledger, &question.base, &is_closed);
	oeo_question_fini(&question);
	*is_useful = !is_closed;
	return err;
}

static enum oeo_err sift(struct oeo_journal *journal, struct oeo_ledger *ledger)
{
	size_t kept = 0;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < journal->n && err == OEO_OK; i++) {
		bool is_useful = true;

		err = is_of_use(ledger, &journal->lines[i], &is_useful);
		if (err == OEO_OK && is_useful)
			journal->lines[kept++] = journal->lines[i];
		else if (err == OEO_OK)
			err = oeo_journal_erase(ledger, journal->lines[i].record);
	}
	journal->n = kept;
	return err;
}

enum oeo_err oeo_journal_load(struct oeo_journal *journal, struct oeo_ledger *ledger)
{
	struct oeo_journal made = {0};
	enum oeo_err err = oeo_ledger_begin(ledger, NULL);

	if (err != OEO_OK)
		return err;
	err = oeo_ledger_each(ledger, COLLECTION, "", on_line, &made);
	if (err == OEO_OK && made.n > 0)
		qsort(made.lines, made.n, sizeof(*made.lines), by_time);
	if (err == OEO_OK)
		err = sift(&made, ledger);
	if (err == OEO_OK)
		err = oeo_ledger_commit(ledger, NULL);
	if (err != OEO_OK) {
		oeo_ledger_rollback(ledger);
		oeo_journal_fini(&made);
		return err;
	}
	oeo_journal_fini(journal);
	*journal = made;
	return OEO_OK;
}
