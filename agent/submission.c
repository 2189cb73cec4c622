/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/submission.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/periods.h"
#include "proto/i18n.h"
#include "proto/tally.h"

#define BUCKET_OVERHEAD_BYTES 48 /* tag, table and protobuf's own bytes around a label */
#define PART_BYTES (OEO_MESSAGE_LIMIT - 32 * 1024) /* room for keys, closing and digests */

/* A cell with everything that is derived of it. */
struct sealed_cell {
	uint8_t a0[OEO_SCALAR_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	size_t label_at; /* in labels */
	size_t label_len;
	uint32_t bucket; /* number in the order of the tags */
};

struct making {
	const struct oeo_plan *plan;
	const struct oeo_snapshot *snapshot;
	const struct oeo_sealing *sealing;
	const struct oeo_key_set *keys;
	struct sealed_cell *cells; /* in the snapshot's order */
	struct oeo_buf labels;
	struct oeo_bucket *buckets; /* in the order of the tags */
	uint8_t *reports;
	struct oeo_submission *submission;
	size_t capacity; /* of the submission's parts */
};

/* ---- Cells: secret, tag, label */

static enum oeo_err seal_cell(struct making *making, size_t c, struct oeo_buf *name)
{
	const struct oeo_snapshot_cell *cell = &making->snapshot->cells[c];
	size_t n = making->plan->n_keyholders;
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	uint8_t unblinded[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	struct sealed_cell *sealed = &making->cells[c];
	enum oeo_err err;

	name->len = 0;
	err = oeo_snapshot_cell_name(name, making->plan, making->snapshot, cell);
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		const uint8_t *element = oeo_sealing_cell_element(making->sealing, i, c);

		memcpy(unblinded + i * OEO_ELEMENT_BYTES, element, OEO_ELEMENT_BYTES);
		err = oeo_voprf_output(outputs + i * OEO_OUTPUT_BYTES, name->data, name->len, element);
	}
	if (err != OEO_OK)
		return err;
	oeo_tally_cell_secret(sealed->a0, outputs, n);
	oeo_tally_tag(sealed->tag, sealed->a0);
	sealed->label_at = making->labels.len;
	err = oeo_label_seal(&making->labels, sealed->a0, unblinded, n, name->data, name->len,
	    oeo_table_label_bytes(making->plan, &making->plan->tables[cell->table]));
	sealed->label_len = making->labels.len - sealed->label_at;
	sodium_memzero(outputs, sizeof(outputs));
	sodium_memzero(unblinded, sizeof(unblinded));
	return err;
}

static int compare_buckets(const void *a, const void *b)
{
	return memcmp(
	    ((const struct oeo_bucket *)a)->tag, ((const struct oeo_bucket *)b)->tag, OEO_TAG_BYTES);
}

/* The table holds the cell's place in the snapshot until the buckets are sorted. */
static enum oeo_err sort_buckets(struct making *making)
{
	size_t n = making->snapshot->n_cells;

	for (size_t i = 0; i < n; i++) {
		memcpy(making->buckets[i].tag, making->cells[i].tag, OEO_TAG_BYTES);
		making->buckets[i].table = (uint32_t)i;
		making->buckets[i].label = making->labels.data + making->cells[i].label_at;
		making->buckets[i].label_len = making->cells[i].label_len;
	}
	if (n > 1)
		qsort(making->buckets, n, sizeof(*making->buckets), compare_buckets);
	for (size_t i = 0; i < n; i++) {
		size_t c = making->buckets[i].table;

		if (i > 0 && compare_buckets(&making->buckets[i - 1], &making->buckets[i]) == 0)
			return OEO_ERR_INTERNAL;
		making->cells[c].bucket = (uint32_t)i;
		making->buckets[i].table = making->snapshot->cells[c].table;
	}
	return OEO_OK;
}

static enum oeo_err seal_cells(struct making *making)
{
	struct oeo_buf name = {0};
	enum oeo_err err = OEO_OK;

	for (size_t c = 0; c < making->snapshot->n_cells && err == OEO_OK; c++)
		err = seal_cell(making, c, &name);
	if (name.data != NULL)
		sodium_memzero(name.data, name.capacity);
	oeo_buf_fini(&name);
	return err == OEO_OK ? sort_buckets(making) : err;
}

/* ---- Reports */

/* The coefficients of one cell's polynomial, and where its next pair stands in the sealing. */
struct cell_work {
	uint8_t *coefficients;
	struct oeo_buf name;
	struct oeo_buf input;
	size_t pair;
};

static enum oeo_err resident_x(const struct making *making, struct cell_work *work, uint8_t x[OEO_X_BYTES])
{
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	size_t pair = work->pair++;
	enum oeo_err err;

	work->input.len = 0;
	err = oeo_sealing_pair_input(&work->input, making->sealing, pair);
	for (size_t i = 0; i < making->plan->n_keyholders && err == OEO_OK; i++)
		err = oeo_voprf_output(outputs + i * OEO_OUTPUT_BYTES, work->input.data, work->input.len,
		    oeo_sealing_pair_element(making->sealing, i, pair));
	if (err == OEO_OK)
		oeo_tally_share_x(x, outputs, making->plan->n_keyholders);
	sodium_memzero(outputs, sizeof(outputs));
	return err;
}

static enum oeo_err write_entry(const struct making *making, struct cell_work *work, size_t c, size_t e)
{
	uint32_t number = making->snapshot->entries[e];
	uint8_t *record = making->reports + e * OEO_REPORT_BYTES;
	unsigned k = making->plan->tables[making->snapshot->cells[c].table].rules.residents;
	const struct oeo_subject *subject;
	uint8_t x[OEO_X_BYTES];
	uint8_t y[OEO_SCALAR_BYTES];
	enum oeo_err err;

	if (number == OEO_TAG_ALONE) {
		oeo_report_write(record, making->cells[c].bucket, NULL, NULL);
		return OEO_OK;
	}
	subject = &making->snapshot->subjects.items[number];
	if (subject->kind == OEO_SUBJECT_RESIDENT)
		err = resident_x(making, work, x);
	else
		err = oeo_tally_walk_in_x(x, making->snapshot->walk_in_key, work->name.data, work->name.len,
		    (const char *)subject->name);
	if (err == OEO_OK)
		err = oeo_tally_share_y(y, work->coefficients, k, x);
	if (err == OEO_OK)
		oeo_report_write(record, making->cells[c].bucket, x, y);
	return err;
}

static enum oeo_err write_cell(const struct making *making, struct cell_work *work, size_t c)
{
	const struct oeo_snapshot_cell *cell = &making->snapshot->cells[c];
	enum oeo_err err;

	work->name.len = 0;
	err = oeo_snapshot_cell_name(&work->name, making->plan, making->snapshot, cell);
	if (err != OEO_OK)
		return err;
	oeo_tally_coefficients(
	    work->coefficients, making->cells[c].a0, making->plan->tables[cell->table].rules.residents);
	for (size_t e = cell->first; e < cell->first + cell->count && err == OEO_OK; e++)
		err = write_entry(making, work, c, e);
	return err;
}

static unsigned highest_k(const struct oeo_plan *plan)
{
	unsigned k = 1;

	for (size_t t = 0; t < plan->n_tables; t++) {
		if (plan->tables[t].rules.residents > k)
			k = plan->tables[t].rules.residents;
	}
	return k;
}

static void wipe_buf(struct oeo_buf *buf)
{
	if (buf->data != NULL)
		sodium_memzero(buf->data, buf->capacity);
	oeo_buf_fini(buf);
}

static enum oeo_err write_reports(struct making *making)
{
	size_t bytes = (size_t)highest_k(making->plan) * OEO_SCALAR_BYTES;
	struct cell_work work = {.coefficients = oeo_alloc_array(bytes, 1)};
	enum oeo_err err = work.coefficients != NULL ? OEO_OK : OEO_ERR_NOMEM;

	for (size_t c = 0; c < making->snapshot->n_cells && err == OEO_OK; c++)
		err = write_cell(making, &work, c);
	if (work.coefficients != NULL)
		sodium_memzero(work.coefficients, bytes);
	free(work.coefficients);
	wipe_buf(&work.name);
	wipe_buf(&work.input);
	if (err == OEO_OK)
		oeo_submission_permute(making->reports, making->snapshot->n_entries);
	return err;
}

/* Fisher and Yates: the last open place gets any of those that are left. */
void oeo_submission_permute(uint8_t *records, size_t n)
{
	uint8_t held[OEO_REPORT_BYTES];

	for (size_t i = n; i > 1; i--) {
		size_t chosen = randombytes_uniform((uint32_t)i);
		uint8_t *last = records + (i - 1) * OEO_REPORT_BYTES;
		uint8_t *other = records + chosen * OEO_REPORT_BYTES;

		if (last == other)
			continue;
		memcpy(held, last, OEO_REPORT_BYTES);
		memcpy(last, other, OEO_REPORT_BYTES);
		memcpy(other, held, OEO_REPORT_BYTES);
	}
	sodium_memzero(held, sizeof(held));
}

/* ---- Messages */

static enum oeo_err grow_parts(struct making *making)
{
	size_t wanted = making->capacity > 0 ? making->capacity * 2 : 16;
	struct oeo_buf *parts;
	size_t bytes;

	if (making->submission->n_parts < making->capacity)
		return OEO_OK;
	if (!oeo_size_mul(wanted, sizeof(*parts), &bytes))
		return OEO_ERR_NOMEM;
	parts = realloc(making->submission->parts, bytes);
	if (parts == NULL)
		return OEO_ERR_NOMEM;
	making->submission->parts = parts;
	making->capacity = wanted;
	return OEO_OK;
}

/* Pack one part; part holds what differs between parts. */
static enum oeo_err add_part(struct making *making, struct oeo_submission_part *part)
{
	struct oeo_submission *submission = making->submission;
	struct oeo_message message = {.kind = OEO_MESSAGE_SUBMISSION};
	enum oeo_err err = grow_parts(making);

	if (err != OEO_OK)
		return err;
	part->index = (uint32_t)submission->n_parts;
	memcpy(part->plan_digest, making->plan->digest, OEO_DIGEST_BYTES);
	memcpy(part->key_digest, making->keys->digest, OEO_DIGEST_BYTES);
	oeo_period_format(part->period, &making->snapshot->period);
	if (part->index == 0) {
		part->n_keys = making->keys->n;
		memcpy(part->keys, making->keys->items, sizeof(part->keys));
	}
	if (part->is_final)
		part->closing = making->snapshot->closing;
	message.request = (uint64_t)part->index + 1;
	message.as.submission = *part;
	oeo_buf_init(&submission->parts[submission->n_parts]);
	err = oeo_message_pack(&submission->parts[submission->n_parts], &message);
	if (err == OEO_OK)
		submission->n_parts++;
	else
		oeo_buf_fini(&submission->parts[submission->n_parts]);
	return err;
}

/* How many buckets from `first` on fit into one message. */
static size_t fit_buckets(const struct making *making, size_t first)
{
	size_t bytes = 0;
	size_t n = 0;

	while (first + n < making->snapshot->n_cells && n < OEO_MAX_BUCKETS) {
		bytes += making->buckets[first + n].label_len + BUCKET_OVERHEAD_BYTES;
		if (bytes > PART_BYTES && n > 0)
			break;
		n++;
	}
	return n;
}

static enum oeo_err pack_parts(struct making *making)
{
	size_t n_cells = making->snapshot->n_cells;
	size_t n_reports = making->snapshot->n_entries;
	enum oeo_err err = OEO_OK;

	for (size_t at = 0; at < n_cells && err == OEO_OK;) {
		struct oeo_submission_part part = {
		    .buckets = making->buckets + at, .n_buckets = fit_buckets(making, at)};

		at += part.n_buckets;
		part.is_final = at == n_cells && n_reports == 0;
		err = add_part(making, &part);
	}
	for (size_t at = 0; at < n_reports && err == OEO_OK;) {
		struct oeo_submission_part part = {.reports = making->reports + at * OEO_REPORT_BYTES};

		part.n_reports = n_reports - at < OEO_MAX_REPORTS ? n_reports - at : OEO_MAX_REPORTS;
		at += part.n_reports;
		part.is_final = at == n_reports;
		err = add_part(making, &part);
	}
	if (err == OEO_OK && making->submission->n_parts == 0) {
		struct oeo_submission_part part = {.is_final = true};

		err = add_part(making, &part);
	}
	return err;
}

/* ---- The whole */

static void fini_making(struct making *making)
{
	if (making->cells != NULL)
		sodium_memzero(making->cells, making->snapshot->n_cells * sizeof(*making->cells));
	free(making->cells);
	free(making->buckets);
	free(making->reports);
	oeo_buf_fini(&making->labels);
}

enum oeo_err oeo_submission_make(struct oeo_submission *submission, const struct oeo_plan *plan,
    const struct oeo_snapshot *snapshot, const struct oeo_sealing *sealing, const struct oeo_key_set *keys,
    struct oeo_note *why)
{
	struct oeo_submission made = {NULL, 0};
	struct making making = {
	    .plan = plan, .snapshot = snapshot, .sealing = sealing, .keys = keys, .submission = &made};
	enum oeo_err err = OEO_ERR_NOMEM;

	making.cells = oeo_alloc_array(snapshot->n_cells, sizeof(*making.cells));
	making.buckets = oeo_alloc_array(snapshot->n_cells, sizeof(*making.buckets));
	making.reports = oeo_alloc_array(snapshot->n_entries, OEO_REPORT_BYTES);
	if (making.cells != NULL && making.buckets != NULL && making.reports != NULL)
		err = seal_cells(&making);
	if (err == OEO_OK)
		err = write_reports(&making);
	if (err == OEO_OK)
		err = pack_parts(&making);
	fini_making(&making);
	if (err != OEO_OK) {
		oeo_submission_fini(&made);
		return oeo_note_set(why, err,
		    _("The messages could not be made (%s). Nothing is lost; try again."), oeo_err_text(err));
	}
	*submission = made;
	return OEO_OK;
}

void oeo_submission_fini(struct oeo_submission *submission)
{
	if (submission == NULL)
		return;
	for (size_t i = 0; i < submission->n_parts; i++)
		oeo_buf_fini(&submission->parts[i]);
	free(submission->parts);
	submission->parts = NULL;
	submission->n_parts = 0;
}

static void part_key(char key[OEO_ITEM_KEY_BYTES], const struct oeo_period *period, uint32_t index)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	(void)snprintf(key, OEO_ITEM_KEY_BYTES, "%s/%08u", text, (unsigned)index);
}

enum oeo_err oeo_submission_save(
    struct oeo_ledger *ledger, const struct oeo_period *period, const struct oeo_submission *submission)
{
	char key[OEO_ITEM_KEY_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < submission->n_parts && err == OEO_OK; i++) {
		part_key(key, period, (uint32_t)i);
		err = oeo_ledger_put(
		    ledger, OEO_PART_COLLECTION, key, submission->parts[i].data, submission->parts[i].len);
	}
	return err;
}

enum oeo_err oeo_submission_load_part(
    struct oeo_buf *message, struct oeo_ledger *ledger, const struct oeo_period *period, uint32_t index)
{
	char key[OEO_ITEM_KEY_BYTES];

	part_key(key, period, index);
	return oeo_ledger_get(ledger, OEO_PART_COLLECTION, key, message);
}
