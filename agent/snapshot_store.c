/* SPDX-License-Identifier: EUPL-1.2 */
/* A snapshot as it is kept in the ledger. */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"
#include "agent/periods.h"
#include "agent/snapshot.h"

#define SNAPSHOT_FORMAT 1

/* ---- Writing */

static enum oeo_err write_closing(struct oeo_buf *out, const struct oeo_closing *closing)
{
	enum oeo_err err = oeo_bytes_put(out, closing->coverage, 1);

	if (err == OEO_OK)
		err = oeo_bytes_put(out, closing->n_fed, 1);
	for (size_t i = 0; i < closing->n_fed && err == OEO_OK; i++)
		err = oeo_buf_append(out, closing->fed[i], OEO_ID_BYTES);
	if (err == OEO_OK)
		err = oeo_bytes_put(out, closing->questions, 8);
	if (err == OEO_OK)
		err = oeo_bytes_put(out, closing->without_identity, 8);
	if (err == OEO_OK)
		err = oeo_bytes_put(out, closing->unmapped, 8);
	if (err == OEO_OK)
		err = oeo_bytes_put(out, closing->late, 8);
	return err;
}

static enum oeo_err write_subjects(struct oeo_buf *out, const struct oeo_subjects *subjects)
{
	enum oeo_err err = oeo_bytes_put(out, subjects->n, 4);

	for (size_t i = 0; i < subjects->n && err == OEO_OK; i++) {
		err = oeo_bytes_put(out, subjects->items[i].kind, 1);
		if (err == OEO_OK)
			err = oeo_bytes_put_block(out, subjects->items[i].name, subjects->items[i].len);
	}
	return err;
}

static enum oeo_err write_cells(struct oeo_buf *out, const struct oeo_snapshot *snapshot)
{
	enum oeo_err err = oeo_bytes_put(out, snapshot->n_cells, 4);

	for (size_t i = 0; i < snapshot->n_cells && err == OEO_OK; i++) {
		const struct oeo_snapshot_cell *cell = &snapshot->cells[i];

		err = oeo_bytes_put(out, cell->table, 4);
		if (err == OEO_OK)
			err = oeo_bytes_put(out, cell->cell, 4);
		if (err == OEO_OK)
			err = oeo_bytes_put(out, cell->count, 4);
		for (size_t e = cell->first; e < cell->first + cell->count && err == OEO_OK; e++)
			err = oeo_bytes_put(out, snapshot->entries[e], 4);
	}
	return err;
}

static size_t measure(const struct oeo_snapshot *snapshot)
{
	size_t len = 4096 + 12 * snapshot->n_cells + 4 * snapshot->n_entries;

	for (size_t i = 0; i < snapshot->subjects.n; i++)
		len += 5 + snapshot->subjects.items[i].len;
	return len;
}

enum oeo_err oeo_snapshot_save(struct oeo_ledger *ledger, const struct oeo_snapshot *snapshot)
{
	struct oeo_buf out = {0};
	char key[OEO_PERIOD_BYTES];
	/* Room for all of it at once: a buffer that grows leaves names behind in freed memory. */
	enum oeo_err err = oeo_buf_reserve(&out, measure(snapshot));

	oeo_period_format(key, &snapshot->period);
	if (err == OEO_OK)
		err = oeo_bytes_put(&out, SNAPSHOT_FORMAT, 1);
	if (err == OEO_OK)
		err = oeo_buf_append(&out, snapshot->plan_digest, OEO_DIGEST_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_append(&out, snapshot->walk_in_key, OEO_WALK_IN_KEY_BYTES);
	if (err == OEO_OK)
		err = write_closing(&out, &snapshot->closing);
	if (err == OEO_OK)
		err = write_subjects(&out, &snapshot->subjects);
	if (err == OEO_OK)
		err = oeo_bytes_put(&out, snapshot->n_entries, 4);
	if (err == OEO_OK)
		err = write_cells(&out, snapshot);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, OEO_SNAPSHOT_COLLECTION, key, out.data, out.len);
	if (out.data != NULL)
		sodium_memzero(out.data, out.capacity);
	oeo_buf_fini(&out);
	return err;
}

/* ---- Reading */

static void read_bytes(struct oeo_reader *reader, void *to, size_t len)
{
	const uint8_t *bytes = oeo_bytes_take_raw(reader, len);

	if (bytes != NULL)
		memcpy(to, bytes, len);
}

static enum oeo_err read_closing(struct oeo_reader *reader, struct oeo_closing *closing)
{
	closing->coverage = (enum oeo_coverage)oeo_bytes_take(reader, 1);
	closing->n_fed = (size_t)oeo_bytes_take(reader, 1);
	if (closing->n_fed > OEO_MAX_FED)
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < closing->n_fed; i++) {
		read_bytes(reader, closing->fed[i], OEO_ID_BYTES);
		closing->fed[i][OEO_ID_BYTES - 1] = '\0';
	}
	closing->questions = oeo_bytes_take(reader, 8);
	closing->without_identity = oeo_bytes_take(reader, 8);
	closing->unmapped = oeo_bytes_take(reader, 8);
	closing->late = oeo_bytes_take(reader, 8);
	return reader->is_bad ? OEO_ERR_FORMAT : OEO_OK;
}

static enum oeo_err read_subjects(struct oeo_reader *reader, struct oeo_subjects *subjects)
{
	size_t n = (size_t)oeo_bytes_take(reader, 4);
	enum oeo_err err = OEO_OK;

	oeo_subjects_init(subjects);
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		enum oeo_subject_kind kind = (enum oeo_subject_kind)oeo_bytes_take(reader, 1);
		size_t len = 0;
		const uint8_t *name = oeo_bytes_take_block(reader, &len);
		uint32_t number = 0;

		if (name == NULL || (kind != OEO_SUBJECT_RESIDENT && kind != OEO_SUBJECT_WEEK))
			return OEO_ERR_FORMAT;
		err = oeo_subjects_add(subjects, kind, name, len, &number);
		if (err == OEO_OK && number != i)
			err = OEO_ERR_FORMAT;
	}
	return err;
}

static enum oeo_err read_cell(struct oeo_reader *reader, struct oeo_snapshot *snapshot, size_t most)
{
	struct oeo_snapshot_cell *cell = &snapshot->cells[snapshot->n_cells++];

	cell->table = (uint32_t)oeo_bytes_take(reader, 4);
	cell->cell = (uint32_t)oeo_bytes_take(reader, 4);
	cell->count = (size_t)oeo_bytes_take(reader, 4);
	cell->first = snapshot->n_entries;
	if (reader->is_bad || cell->count > most - snapshot->n_entries)
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < cell->count; i++) {
		uint32_t subject = (uint32_t)oeo_bytes_take(reader, 4);

		if (subject != OEO_TAG_ALONE && subject >= snapshot->subjects.n)
			return OEO_ERR_FORMAT;
		snapshot->entries[snapshot->n_entries++] = subject;
	}
	return reader->is_bad ? OEO_ERR_FORMAT : OEO_OK;
}

static enum oeo_err read_cells(struct oeo_reader *reader, struct oeo_snapshot *snapshot)
{
	size_t n_entries = (size_t)oeo_bytes_take(reader, 4);
	size_t n_cells = (size_t)oeo_bytes_take(reader, 4);
	enum oeo_err err = OEO_OK;

	/* A count cannot promise more than the bytes that are there. */
	if (reader->is_bad || n_entries > reader->left / 4 || n_cells > reader->left / 12)
		return OEO_ERR_FORMAT;
	snapshot->cells = oeo_alloc_array(n_cells, sizeof(*snapshot->cells));
	snapshot->entries = oeo_alloc_array(n_entries, sizeof(*snapshot->entries));
	if (snapshot->cells == NULL || snapshot->entries == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n_cells && err == OEO_OK; i++)
		err = read_cell(reader, snapshot, n_entries);
	if (err == OEO_OK && (snapshot->n_entries != n_entries || !oeo_bytes_is_done(reader)))
		err = OEO_ERR_FORMAT;
	return err;
}

static enum oeo_err read_snapshot(struct oeo_snapshot *snapshot, const struct oeo_buf *value)
{
	struct oeo_reader reader = {value->data, value->len, false};
	enum oeo_err err = oeo_bytes_take(&reader, 1) == SNAPSHOT_FORMAT ? OEO_OK : OEO_ERR_FORMAT;

	if (err != OEO_OK)
		return err;
	read_bytes(&reader, snapshot->plan_digest, OEO_DIGEST_BYTES);
	read_bytes(&reader, snapshot->walk_in_key, OEO_WALK_IN_KEY_BYTES);
	err = read_closing(&reader, &snapshot->closing);
	if (err == OEO_OK)
		err = read_subjects(&reader, &snapshot->subjects);
	if (err == OEO_OK)
		err = read_cells(&reader, snapshot);
	return err;
}

enum oeo_err oeo_snapshot_load(
    struct oeo_snapshot *snapshot, struct oeo_ledger *ledger, const struct oeo_period *period)
{
	struct oeo_snapshot made;
	struct oeo_buf value = {0};
	char key[OEO_PERIOD_BYTES];
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	made.period = *period;
	oeo_period_format(key, period);
	err = oeo_ledger_get(ledger, OEO_SNAPSHOT_COLLECTION, key, &value);
	if (err == OEO_OK)
		err = read_snapshot(&made, &value);
	if (value.data != NULL)
		sodium_memzero(value.data, value.capacity);
	oeo_buf_fini(&value);
	if (err != OEO_OK) {
		oeo_snapshot_fini(&made);
		return err;
	}
	*snapshot = made;
	return OEO_OK;
}
