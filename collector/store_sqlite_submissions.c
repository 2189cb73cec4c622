/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Submissions and their parts. A part is one row: its reports as they came (52 bytes each), or its buckets,
 * each table (2 bytes, little-endian), tag (16), length of the label (2), label; sealed under the period's key
 * (store_sqlite_seal.c). A part without either has no content.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/store_sqlite.h"

#define BUCKET_HEAD_BYTES (2 + OEO_TAG_BYTES + 2)

static int64_t part_id(int64_t submission, uint32_t index)
{
	return (int64_t)((uint64_t)submission << 32 | index);
}

/* ---- Closings: the ids of the dimensions that are fed, separated by spaces */

static enum oeo_err write_fed(struct oeo_buf *text, const struct oeo_closing *closing)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < closing->n_fed; i++)
		err = oeo_buf_printf(text, "%s%s", i > 0 ? " " : "", closing->fed[i]);
	return err == OEO_OK ? oeo_buf_terminate(text) : err;
}

static enum oeo_err read_fed(struct oeo_closing *closing, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (len == 0 || len >= OEO_ID_BYTES || closing->n_fed == OEO_MAX_FED)
			return OEO_ERR_IO;
		memcpy(closing->fed[closing->n_fed], text, len);
		closing->fed[closing->n_fed++][len] = '\0';
		text += len + (text[len] == ' ' ? 1 : 0);
	}
	return OEO_OK;
}

/* ---- Reading submissions */

#define SUBMISSION_COLUMNS                                                                                   \
	"SELECT member, period, plan, key_digest, next_index, is_final, final_day, n_buckets, n_reports,"    \
	" coverage, fed, questions, without_identity, unmapped, late, id FROM submissions"
#define COLUMN_ID 15

static enum oeo_err read_closing(struct oeo_store *store, sqlite3_stmt *row, struct oeo_closing *closing)
{
	const char *fed = (const char *)sqlite3_column_text(row, 10);

	closing->coverage = (enum oeo_coverage)sqlite3_column_int64(row, 9);
	closing->questions = (uint64_t)sqlite3_column_int64(row, 11);
	closing->without_identity = (uint64_t)sqlite3_column_int64(row, 12);
	closing->unmapped = (uint64_t)sqlite3_column_int64(row, 13);
	closing->late = (uint64_t)sqlite3_column_int64(row, 14);
	if (fed == NULL || read_fed(closing, fed) != OEO_OK)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	return OEO_OK;
}

static enum oeo_err read_submission(
    struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_submission *found)
{
	enum oeo_err err = oeo_sql_text(store, row, 0, found->member, sizeof(found->member));

	if (err == OEO_OK)
		err = oeo_sql_text(store, row, 1, found->period, sizeof(found->period));
	if (err == OEO_OK)
		err = oeo_sql_blob(store, row, 2, found->plan_digest, sizeof(found->plan_digest));
	if (err == OEO_OK)
		err = oeo_sql_blob(store, row, 3, found->key_digest, sizeof(found->key_digest));
	found->next_index = (uint32_t)sqlite3_column_int64(row, 4);
	found->is_final = sqlite3_column_int64(row, 5) != 0;
	found->final_day = sqlite3_column_int64(row, 6);
	found->n_buckets = (uint64_t)sqlite3_column_int64(row, 7);
	found->n_reports = (uint64_t)sqlite3_column_int64(row, 8);
	return err == OEO_OK ? read_closing(store, row, &found->closing) : err;
}

/* id may be NULL. */
static enum oeo_err find_submission(struct oeo_store *store, const char *member, const char *period,
    struct oeo_store_submission *found, int64_t *id)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(
	    store, &statement, SUBMISSION_COLUMNS " WHERE member = ? AND period = ?", "tt", member, period);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK && !has_row)
		err = oeo_sql_refuse(store, OEO_ERR_NOT_FOUND, "no such submission");
	if (err == OEO_OK) {
		memset(found, 0, sizeof(*found));
		err = read_submission(store, statement, found);
		if (id != NULL)
			*id = sqlite3_column_int64(statement, COLUMN_ID);
	}
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_find_submission(
    struct oeo_store *store, const char *member, const char *period, struct oeo_store_submission *found)
{
	return find_submission(store, member, period, found, NULL);
}

enum oeo_err oeo_store_load_submissions(
    struct oeo_store *store, const char *period, struct oeo_store_submission **submissions, size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    SUBMISSION_COLUMNS " WHERE ?1 = '' OR period = ?1 ORDER BY member, period", "t",
	    period != NULL ? period : "");

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		struct oeo_store_submission *one = oeo_sql_grow(&rows, &count, sizeof(*one));

		err = one == NULL ? OEO_ERR_NOMEM : read_submission(store, statement, one);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		free(rows);
		return err;
	}
	*submissions = rows;
	*n = count;
	return OEO_OK;
}

enum oeo_err oeo_store_find_part(struct oeo_store *store, const char *member, const char *period,
    uint32_t index, uint8_t digest[OEO_DIGEST_BYTES])
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT digest FROM parts WHERE id ="
	    " (SELECT id << 32 | ? FROM submissions WHERE member = ? AND period = ?)",
	    "itt", (int64_t)index, member, period);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK)
		err =
		    has_row ? oeo_sql_blob(store, statement, 0, digest, OEO_DIGEST_BYTES) : OEO_ERR_NOT_FOUND;
	oeo_sql_done(statement);
	return err;
}

/* ---- Writing parts */

static enum oeo_err pack_buckets(struct oeo_buf *content, const struct oeo_bucket *buckets, size_t n)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		const struct oeo_bucket *bucket = &buckets[i];
		uint8_t head[BUCKET_HEAD_BYTES];

		if (bucket->table > UINT16_MAX || bucket->label_len > UINT16_MAX)
			return OEO_ERR_RANGE;
		head[0] = (uint8_t)bucket->table;
		head[1] = (uint8_t)(bucket->table >> 8);
		memcpy(head + 2, bucket->tag, OEO_TAG_BYTES);
		head[2 + OEO_TAG_BYTES] = (uint8_t)bucket->label_len;
		head[3 + OEO_TAG_BYTES] = (uint8_t)(bucket->label_len >> 8);
		err = oeo_buf_append(content, head, sizeof(head));
		if (err == OEO_OK)
			err = oeo_buf_append(content, bucket->label, bucket->label_len);
	}
	return err;
}

/* The submission that this part belongs to: found where it is the next one, made by part 0. */
static enum oeo_err take_submission(struct oeo_store *store, const char *member,
    const struct oeo_submission_part *part, struct oeo_store_submission *found, int64_t *id)
{
	enum oeo_err err = find_submission(store, member, part->period, found, id);

	if (err == OEO_ERR_NOT_FOUND && part->index == 0) {
		err = oeo_sql_run(store, "INSERT OR IGNORE INTO periods(period, plan) VALUES(?, ?)", "tb",
		    part->period, part->plan_digest, sizeof(part->plan_digest));
		if (err == OEO_OK)
			err = oeo_sql_run(store,
			    "INSERT INTO submissions(member, period, plan, key_digest, next_index) VALUES(?, "
			    "?, ?, ?, 0)",
			    "ttbb", member, part->period, part->plan_digest, sizeof(part->plan_digest),
			    part->key_digest, sizeof(part->key_digest));
		if (err == OEO_OK)
			err = find_submission(store, member, part->period, found, id);
	}
	if (err == OEO_ERR_NOT_FOUND ||
	    (err == OEO_OK && (found->is_final || found->next_index != part->index)))
		err = oeo_sql_refuse(store, OEO_ERR_CONFLICT, "not the next part of this submission");
	return err;
}

/* Seal what the part holds into store->sealed. */
static enum oeo_err seal_part(
    struct oeo_store *store, const char *member, const struct oeo_submission_part *part, uint8_t kind)
{
	const struct oeo_part_place place = {
	    member, part->period, part->index, kind, part->n_reports + part->n_buckets};
	struct oeo_buf buckets = {0};
	enum oeo_err err = OEO_OK;

	store->sealed.len = 0;
	if (kind == OEO_PART_REPORTS)
		err = oeo_part_seal(
		    store, &store->sealed, &place, part->reports, part->n_reports * OEO_REPORT_BYTES);
	else if (kind == OEO_PART_BUCKETS)
		err = pack_buckets(&buckets, part->buckets, part->n_buckets);
	if (err == OEO_OK && kind == OEO_PART_BUCKETS)
		err = oeo_part_seal(store, &store->sealed, &place, buckets.data, buckets.len);
	oeo_buf_fini(&buckets);
	return err;
}

static enum oeo_err insert_part(struct oeo_store *store, const char *member, int64_t submission,
    const struct oeo_submission_part *part, const uint8_t digest[OEO_DIGEST_BYTES])
{
	uint8_t kind = part->n_reports > 0   ? OEO_PART_REPORTS
		       : part->n_buckets > 0 ? OEO_PART_BUCKETS
					     : OEO_PART_EMPTY;
	enum oeo_err err = seal_part(store, member, part, kind);

	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "INSERT INTO parts(id, digest, kind, count, content) VALUES(?, ?, ?, ?, ?)", "ibiib",
		    part_id(submission, part->index), digest, (size_t)OEO_DIGEST_BYTES, (int64_t)kind,
		    (int64_t)(part->n_reports + part->n_buckets), store->sealed.data, store->sealed.len);
	return err;
}

static enum oeo_err insert_closing(
    struct oeo_store *store, int64_t submission, const struct oeo_closing *closing, int64_t today)
{
	struct oeo_buf fed = {0};
	enum oeo_err err = write_fed(&fed, closing);

	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "UPDATE submissions SET is_final = 1, final_day = ?, coverage = ?, fed = ?, questions = "
		    "?,"
		    " without_identity = ?, unmapped = ?, late = ? WHERE id = ?",
		    "iitiiiii", today, (int64_t)closing->coverage, (const char *)fed.data,
		    (int64_t)closing->questions, (int64_t)closing->without_identity,
		    (int64_t)closing->unmapped, (int64_t)closing->late, submission);
	oeo_buf_fini(&fed);
	return err;
}

enum oeo_err oeo_store_put_part(struct oeo_store *store, const char *member,
    const struct oeo_submission_part *part, const uint8_t digest[OEO_DIGEST_BYTES], int64_t today)
{
	struct oeo_store_submission found;
	int64_t id = 0;
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = take_submission(store, member, part, &found, &id);
	if (err == OEO_OK)
		err = insert_part(store, member, id, part, digest);
	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "UPDATE submissions SET next_index = next_index + 1, n_buckets = n_buckets + ?,"
		    " n_reports = n_reports + ? WHERE id = ?",
		    "iii", (int64_t)part->n_buckets, (int64_t)part->n_reports, id);
	if (err == OEO_OK && part->is_final)
		err = insert_closing(store, id, &part->closing, today);
	return oeo_sql_leave(store, is_own, err);
}

enum oeo_err oeo_store_drop_submission(struct oeo_store *store, const char *member, const char *period)
{
	struct oeo_store_submission found;
	int64_t id = 0;
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = find_submission(store, member, period, &found, &id);
	if (err == OEO_OK)
		err = oeo_sql_run(store, "DELETE FROM parts WHERE id >= ? AND id < ?", "ii", part_id(id, 0),
		    part_id(id + 1, 0));
	if (err == OEO_OK)
		err = oeo_sql_run(store, "DELETE FROM submissions WHERE id = ?", "i", id);
	return oeo_sql_leave(store, is_own, err);
}

/* ---- Scanning */

static enum oeo_err hand_over_buckets(struct oeo_store *store, const struct oeo_store_scan *scan,
    uint64_t first, const uint8_t *bytes, size_t len)
{
	struct oeo_bucket *buckets = oeo_alloc_array(OEO_MAX_BUCKETS, sizeof(*buckets));
	size_t n = 0;
	enum oeo_err err = buckets != NULL ? OEO_OK : OEO_ERR_NOMEM;

	while (err == OEO_OK && len > 0) {
		struct oeo_bucket *bucket = buckets != NULL && n < OEO_MAX_BUCKETS ? &buckets[n] : NULL;

		if (bucket == NULL || len < BUCKET_HEAD_BYTES) {
			err = oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
			break;
		}
		bucket->table = (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8;
		memcpy(bucket->tag, bytes + 2, OEO_TAG_BYTES);
		bucket->label_len = (size_t)bytes[2 + OEO_TAG_BYTES] | (size_t)bytes[3 + OEO_TAG_BYTES] << 8;
		bucket->label = bytes + BUCKET_HEAD_BYTES;
		if (bucket->label_len > len - BUCKET_HEAD_BYTES) {
			err = oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
			break;
		}
		bytes += BUCKET_HEAD_BYTES + bucket->label_len;
		len -= BUCKET_HEAD_BYTES + bucket->label_len;
		n++;
	}
	if (err == OEO_OK)
		err = scan->on_buckets(scan->context, first, buckets, n);
	free(buckets);
	return err;
}

/* What a scan has in hand: a submission, and one part of it, unsealed. */
struct unsealing {
	const struct oeo_store_scan *scan;
	const struct oeo_store_submission *submission;
	struct oeo_buf bytes;
	uint64_t n_buckets;
};

static enum oeo_err hand_over_part(struct oeo_store *store, struct unsealing *unsealing, sqlite3_stmt *row)
{
	const struct oeo_store_scan *scan = unsealing->scan;
	const struct oeo_part_place place = {unsealing->submission->member, unsealing->submission->period,
	    (uint32_t)sqlite3_column_int64(row, 0), (uint8_t)sqlite3_column_int64(row, 1),
	    (uint64_t)sqlite3_column_int64(row, 2)};
	enum oeo_err err;

	if (place.kind == OEO_PART_EMPTY)
		return OEO_OK;
	unsealing->bytes.len = 0;
	err = oeo_part_unseal(store, &unsealing->bytes, &place, sqlite3_column_blob(row, 3),
	    (size_t)sqlite3_column_bytes(row, 3));
	if (err != OEO_OK)
		return err;
	if (place.kind == OEO_PART_BUCKETS) {
		err = hand_over_buckets(
		    store, scan, unsealing->n_buckets, unsealing->bytes.data, unsealing->bytes.len);
		unsealing->n_buckets += place.count;
		return err;
	}
	if (unsealing->bytes.len != place.count * OEO_REPORT_BYTES)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	return scan->on_reports(scan->context, unsealing->bytes.data, place.count);
}

/* Report parts are skipped, unread, where nobody wants them. */
static enum oeo_err scan_parts(struct oeo_store *store, const struct oeo_store_submission *found,
    int64_t submission, const struct oeo_store_scan *scan)
{
	struct unsealing unsealing = {scan, found, {NULL, 0, 0}, 0};
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT id, kind, count, content FROM parts WHERE id >= ? AND id < ? AND kind <= ? ORDER BY id",
	    "iii", part_id(submission, 0), part_id(submission + 1, 0),
	    (int64_t)(scan->on_reports != NULL ? OEO_PART_REPORTS : OEO_PART_BUCKETS));

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row)
		err = hand_over_part(store, &unsealing, statement);
	oeo_sql_done(statement);
	oeo_buf_fini(&unsealing.bytes);
	return err;
}

static enum oeo_err scan_submissions(struct oeo_store *store, const struct oeo_store_submission *all,
    size_t n, const char *member, bool is_final_only, const struct oeo_store_scan *scan)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < n; i++) {
		struct oeo_store_submission found;
		int64_t id = 0;

		if ((is_final_only && !all[i].is_final) ||
		    (member != NULL && strcmp(member, all[i].member) != 0))
			continue;
		err = find_submission(store, all[i].member, all[i].period, &found, &id);
		if (err == OEO_OK)
			err = scan->on_submission(scan->context, &found);
		if (err == OEO_OK)
			err = scan_parts(store, &found, id, scan);
	}
	return err;
}

enum oeo_err oeo_store_scan(struct oeo_store *store, const char *period, const char *member,
    bool is_final_only, const struct oeo_store_scan *scan)
{
	struct oeo_store_submission *all = NULL;
	size_t n = 0;
	bool is_own = !store->is_in_transaction;
	/* One view of the database for the whole scan, without keeping writers away. */
	enum oeo_err err = is_own ? oeo_sql_run(store, "BEGIN", "") : OEO_OK;

	if (err != OEO_OK)
		return err;
	err = oeo_store_load_submissions(store, period, &all, &n);
	if (err == OEO_OK)
		err = scan_submissions(store, all, n, member, is_final_only, scan);
	if (is_own) {
		enum oeo_err ended = oeo_sql_run(store, "COMMIT", "");

		err = err != OEO_OK ? err : ended;
		oeo_part_key_forget(store);
	}
	free(all);
	return err;
}
