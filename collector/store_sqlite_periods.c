/* SPDX-License-Identifier: EUPL-1.2 */
/* Plans and periods: keys, equivocation, release, destruction, purge. */
#include <stdlib.h>
#include <string.h>

#include "collector/store_sqlite.h"
#include "proto/period.h"

/* ---- Plans */

enum oeo_err oeo_store_put_plan(struct oeo_store *store, const uint8_t digest[OEO_DIGEST_BYTES],
    bool is_in_force, const void *packed, size_t len)
{
	return oeo_sql_run(store,
	    "INSERT INTO plans(digest, is_in_force, packed) VALUES(?, ?, ?)"
	    " ON CONFLICT(digest) DO UPDATE SET is_in_force = excluded.is_in_force, packed = excluded.packed",
	    "bib", digest, (size_t)OEO_DIGEST_BYTES, (int64_t)is_in_force, packed, len);
}

enum oeo_err oeo_store_remove_plan(struct oeo_store *store, const uint8_t digest[OEO_DIGEST_BYTES])
{
	enum oeo_err err =
	    oeo_sql_run(store, "DELETE FROM plans WHERE digest = ?", "b", digest, (size_t)OEO_DIGEST_BYTES);

	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		err = oeo_sql_refuse(store, OEO_ERR_NOT_FOUND, "no such plan");
	return err;
}

void oeo_store_plans_free(struct oeo_store_plan *plans, size_t n)
{
	for (size_t i = 0; plans != NULL && i < n; i++)
		oeo_buf_fini(&plans[i].packed);
	free(plans);
}

static enum oeo_err read_plan(struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_plan *plan)
{
	enum oeo_err err = oeo_sql_blob(store, row, 0, plan->digest, sizeof(plan->digest));

	plan->is_in_force = sqlite3_column_int64(row, 1) != 0;
	if (err == OEO_OK)
		err = oeo_buf_append(
		    &plan->packed, sqlite3_column_blob(row, 2), (size_t)sqlite3_column_bytes(row, 2));
	return err;
}

enum oeo_err oeo_store_load_plans(struct oeo_store *store, struct oeo_store_plan **plans, size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(
	    store, &statement, "SELECT digest, is_in_force, packed FROM plans ORDER BY place", "");

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		struct oeo_store_plan *plan = oeo_sql_grow(&rows, &count, sizeof(*plan));

		err = plan == NULL ? OEO_ERR_NOMEM : read_plan(store, statement, plan);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		oeo_store_plans_free(rows, count);
		return err;
	}
	*plans = rows;
	*n = count;
	return OEO_OK;
}

/* ---- Period keys at rest: for each keyholder its id (33 bytes, filled with zeros), both keys, the signature */

#define KEYS_BYTES (OEO_ID_BYTES + 2 * OEO_ELEMENT_BYTES + OEO_SIGNATURE_BYTES)

static void write_keys(uint8_t *bytes, const struct oeo_period_keys *keys)
{
	memset(bytes, 0, KEYS_BYTES);
	memcpy(bytes, keys->keyholder, strlen(keys->keyholder));
	bytes += OEO_ID_BYTES;
	memcpy(bytes, keys->resident_pk, OEO_ELEMENT_BYTES);
	memcpy(bytes + OEO_ELEMENT_BYTES, keys->cell_pk, OEO_ELEMENT_BYTES);
	memcpy(bytes + 2 * OEO_ELEMENT_BYTES, keys->signature, OEO_SIGNATURE_BYTES);
}

static void read_keys(struct oeo_period_keys *keys, const uint8_t *bytes)
{
	memcpy(keys->keyholder, bytes, OEO_ID_BYTES);
	keys->keyholder[OEO_ID_BYTES - 1] = '\0';
	bytes += OEO_ID_BYTES;
	memcpy(keys->resident_pk, bytes, OEO_ELEMENT_BYTES);
	memcpy(keys->cell_pk, bytes + OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES);
	memcpy(keys->signature, bytes + (size_t)2 * OEO_ELEMENT_BYTES, OEO_SIGNATURE_BYTES);
}

/* ---- Periods */

/* Make the row of a period that the store knows nothing of yet. */
static enum oeo_err touch_period(
    struct oeo_store *store, const char *period, const uint8_t plan_digest[OEO_DIGEST_BYTES])
{
	return oeo_sql_run(store, "INSERT OR IGNORE INTO periods(period, plan) VALUES(?, ?)", "tb", period,
	    plan_digest, (size_t)OEO_DIGEST_BYTES);
}

static enum oeo_err read_period_keys(
    struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_period *period)
{
	const uint8_t *bytes = sqlite3_column_blob(row, 3);
	size_t len = (size_t)sqlite3_column_bytes(row, 3);

	period->has_keys = bytes != NULL;
	if (!period->has_keys)
		return OEO_OK;
	if (len % KEYS_BYTES != 0 || len / KEYS_BYTES > OEO_MAX_KEYHOLDERS)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	period->n_keys = len / KEYS_BYTES;
	for (size_t i = 0; i < period->n_keys; i++)
		read_keys(&period->keys[i], bytes + i * KEYS_BYTES);
	return oeo_sql_blob(store, row, 2, period->key_digest, sizeof(period->key_digest));
}

static enum oeo_err read_destroyed(struct oeo_store *store, struct oeo_store_period *period)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT keyholder, signature FROM destroyed WHERE period = ? ORDER BY keyholder", "t",
	    period->period);

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row &&
	       period->n_destroyed < OEO_MAX_KEYHOLDERS) {
		struct oeo_destroyed *destroyed = &period->destroyed[period->n_destroyed++];

		err = oeo_sql_text(store, statement, 0, destroyed->keyholder, sizeof(destroyed->keyholder));
		if (err == OEO_OK)
			err = oeo_sql_blob(
			    store, statement, 1, destroyed->signature, sizeof(destroyed->signature));
	}
	oeo_sql_done(statement);
	return err;
}

#define PERIOD_COLUMNS                                                                                       \
	"SELECT period, plan, key_digest, keys, equivocator, released_s, release_digest, "                   \
	"release_key_digest,"                                                                                \
	" is_purged, (SELECT count(*) FROM superseded s WHERE s.period = periods.period),"                   \
	" (SELECT count(*) FROM reopened r WHERE r.period = periods.period) FROM periods"

static enum oeo_err read_period(struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_period *period)
{
	enum oeo_err err = oeo_sql_text(store, row, 0, period->period, sizeof(period->period));

	if (err == OEO_OK)
		err = oeo_sql_blob(store, row, 1, period->plan_digest, sizeof(period->plan_digest));
	if (err == OEO_OK)
		err = read_period_keys(store, row, period);
	if (err == OEO_OK)
		err = oeo_sql_text(store, row, 4, period->equivocator, sizeof(period->equivocator));
	period->is_released = sqlite3_column_type(row, 5) != SQLITE_NULL;
	period->released_s = period->is_released ? sqlite3_column_int64(row, 5) : -1;
	if (err == OEO_OK && period->is_released)
		err = oeo_sql_blob(store, row, 6, period->release_digest, sizeof(period->release_digest));
	if (err == OEO_OK && period->is_released)
		err = oeo_sql_blob(
		    store, row, 7, period->release_key_digest, sizeof(period->release_key_digest));
	period->is_purged = sqlite3_column_int64(row, 8) != 0;
	period->n_superseded = (unsigned)sqlite3_column_int64(row, 9);
	period->n_reopened = (unsigned)sqlite3_column_int64(row, 10);
	return err == OEO_OK ? read_destroyed(store, period) : err;
}

enum oeo_err oeo_store_find_period(
    struct oeo_store *store, const char *period, struct oeo_store_period *found)
{
	struct oeo_store_period made;
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement, PERIOD_COLUMNS " WHERE period = ?", "t", period);

	memset(&made, 0, sizeof(made));
	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK)
		err = has_row ? read_period(store, statement, &made) : OEO_ERR_NOT_FOUND;
	oeo_sql_done(statement);
	if (err == OEO_OK)
		*found = made;
	return err;
}

static int compare_periods(const void *a, const void *b)
{
	struct oeo_period first;
	struct oeo_period second;
	const char *a_text = ((const struct oeo_store_period *)a)->period;
	const char *b_text = ((const struct oeo_store_period *)b)->period;

	if (oeo_period_parse(&first, a_text) != OEO_OK || oeo_period_parse(&second, b_text) != OEO_OK)
		return strcmp(a_text, b_text);
	return oeo_period_compare(&first, &second);
}

enum oeo_err oeo_store_load_periods(struct oeo_store *store, struct oeo_store_period **periods, size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement, PERIOD_COLUMNS, "");

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		struct oeo_store_period *period = oeo_sql_grow(&rows, &count, sizeof(*period));

		err = period == NULL ? OEO_ERR_NOMEM : read_period(store, statement, period);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		free(rows);
		return err;
	}
	if (count > 1)
		qsort(rows, count, sizeof(struct oeo_store_period), compare_periods);
	*periods = rows;
	*n = count;
	return OEO_OK;
}

enum oeo_err oeo_store_put_keys(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const uint8_t key_digest[OEO_DIGEST_BYTES],
    const struct oeo_period_keys *keys, size_t n_keys)
{
	uint8_t bytes[OEO_MAX_KEYHOLDERS * KEYS_BYTES];
	bool is_own;
	enum oeo_err err;

	if (n_keys > OEO_MAX_KEYHOLDERS)
		return oeo_sql_refuse(store, OEO_ERR_RANGE, "too many keyholders");
	for (size_t i = 0; i < n_keys; i++)
		write_keys(bytes + i * KEYS_BYTES, &keys[i]);
	err = oeo_sql_enter(store, &is_own);
	if (err != OEO_OK)
		return err;
	err = touch_period(store, period, plan_digest);
	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "UPDATE periods SET plan = ?, key_digest = ?, keys = ? WHERE period = ? AND keys IS NULL",
		    "bbbt", plan_digest, (size_t)OEO_DIGEST_BYTES, key_digest, (size_t)OEO_DIGEST_BYTES,
		    bytes, n_keys * KEYS_BYTES, period);
	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		err = oeo_sql_refuse(store, OEO_ERR_EXISTS, "the period has keys already");
	return oeo_sql_leave(store, is_own, err);
}

enum oeo_err oeo_store_stop_period(struct oeo_store *store, const char *period,
    const struct oeo_period_keys *first, const struct oeo_period_keys *second)
{
	uint8_t one[KEYS_BYTES];
	uint8_t other[KEYS_BYTES];
	enum oeo_err err;

	write_keys(one, first);
	write_keys(other, second);
	err = oeo_sql_run(store,
	    "UPDATE periods SET equivocator = ?, first_keys = ?, second_keys = ? WHERE period = ? AND "
	    "equivocator = ''",
	    "tbbt", first->keyholder, one, sizeof(one), other, sizeof(other), period);
	return err;
}

enum oeo_err oeo_store_put_destroyed(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const struct oeo_destroyed *destroyed)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = touch_period(store, period, plan_digest);
	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "INSERT OR IGNORE INTO destroyed(period, keyholder, signature) VALUES(?, ?, ?)", "ttb",
		    period, destroyed->keyholder, destroyed->signature, sizeof(destroyed->signature));
	return oeo_sql_leave(store, is_own, err);
}

/* ---- Release */

static bool is_listed(const char (*ids)[OEO_ID_BYTES], size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(ids[i], id) == 0)
			return true;
	}
	return false;
}

/* Whoever the release goes without has nothing in. Another member may have nothing in either: it was revoked, and
 * admitted again, after the release was written with what it had sent. */
static enum oeo_err check_members(
    struct oeo_store *store, const char *period, const char (*without)[OEO_ID_BYTES], size_t n_without)
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT m.id, EXISTS(SELECT 1 FROM submissions s WHERE s.member = m.id AND s.period = ? AND "
	    "s.is_final = 1)"
	    " FROM members m WHERE m.is_revoked = 0",
	    "t", period);

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		char id[OEO_ID_BYTES];
		bool is_in = sqlite3_column_int64(statement, 1) != 0;

		err = oeo_sql_text(store, statement, 0, id, sizeof(id));
		if (err == OEO_OK && is_in && is_listed(without, n_without, id))
			err = oeo_sql_refuse(store, OEO_ERR_CONFLICT, "a member came in in the meantime");
	}
	oeo_sql_done(statement);
	return err;
}

static enum oeo_err drop_unfinished(struct oeo_store *store, const char *period)
{
	enum oeo_err err = oeo_sql_run(store,
	    "DELETE FROM parts WHERE id >> 32 IN (SELECT id FROM submissions WHERE period = ? AND is_final = "
	    "0)",
	    "t", period);

	return err != OEO_OK ? err
			     : oeo_sql_run(store, "DELETE FROM submissions WHERE period = ? AND is_final = 0",
				   "t", period);
}

static enum oeo_err mark_released(struct oeo_store *store, const char *period,
    const uint8_t release_digest[OEO_DIGEST_BYTES], const uint8_t release_key_digest[OEO_DIGEST_BYTES],
    const char (*without)[OEO_ID_BYTES], size_t n_without, int64_t now_s)
{
	enum oeo_err err = oeo_sql_run(store,
	    "UPDATE periods SET released_s = ?, release_digest = ?, release_key_digest = ?"
	    " WHERE period = ? AND released_s IS NULL",
	    "ibbt", now_s, release_digest, (size_t)OEO_DIGEST_BYTES, release_key_digest,
	    (size_t)OEO_DIGEST_BYTES, period);

	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		return oeo_sql_refuse(store, OEO_ERR_EXISTS, "the period is released already");
	return err == OEO_OK ? oeo_sql_put_without(store, period, without, n_without) : err;
}

enum oeo_err oeo_sql_put_without(
    struct oeo_store *store, const char *period, const char (*without)[OEO_ID_BYTES], size_t n_without)
{
	enum oeo_err err = check_members(store, period, without, n_without);

	for (size_t i = 0; err == OEO_OK && i < n_without; i++)
		err = oeo_sql_run(store, "INSERT INTO without_member(period, member) VALUES(?, ?)", "tt",
		    period, without[i]);
	return err == OEO_OK ? drop_unfinished(store, period) : err;
}

enum oeo_err oeo_store_mark_released(struct oeo_store *store, const char *period,
    const uint8_t plan_digest[OEO_DIGEST_BYTES], const uint8_t release_digest[OEO_DIGEST_BYTES],
    const uint8_t release_key_digest[OEO_DIGEST_BYTES], const char (*without)[OEO_ID_BYTES], size_t n_without,
    int64_t now_s)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = touch_period(store, period, plan_digest);
	if (err == OEO_OK)
		err = mark_released(
		    store, period, release_digest, release_key_digest, without, n_without, now_s);
	return oeo_sql_leave(store, is_own, err);
}

/* ---- Purge */

enum oeo_err oeo_store_purge_period(struct oeo_store *store, const char *period)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = oeo_sql_run(store,
	    "DELETE FROM parts WHERE id >> 32 IN (SELECT id FROM submissions WHERE period = ?)", "t", period);
	/* How many reports a member made to the last one is nobody's business any more. */
	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "UPDATE submissions SET n_reports = 0, n_buckets = 0 WHERE period = ?", "t", period);
	if (err == OEO_OK)
		err = oeo_sql_run(store, "DELETE FROM reopened WHERE period = ?", "t", period);
	if (err == OEO_OK)
		err = oeo_sql_run(store, "UPDATE periods SET is_purged = 1 WHERE period = ?", "t", period);
	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		err = oeo_sql_refuse(store, OEO_ERR_NOT_FOUND, "nothing is known of the period");
	return oeo_sql_leave(store, is_own, err);
}
