/* SPDX-License-Identifier: EUPL-1.2 */
/* Corrections of a release: who may submit anew, and the releases that were corrected. */
#include <stdlib.h>

#include "collector/store_sqlite.h"

/* ---- Who may submit anew */

enum oeo_err oeo_store_reopen_released(struct oeo_store *store, const char *member, const char *period)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = oeo_sql_run(
	    store, "INSERT OR IGNORE INTO reopened(period, member) VALUES(?, ?)", "tt", period, member);
	if (err == OEO_OK)
		err = oeo_store_drop_submission(store, member, period);
	if (err == OEO_ERR_NOT_FOUND)
		err = OEO_OK;
	return oeo_sql_leave(store, is_own, err);
}

enum oeo_err oeo_store_load_reopened(
    struct oeo_store *store, const char *period, char (**members)[OEO_ID_BYTES], size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(
	    store, &statement, "SELECT member FROM reopened WHERE period = ? ORDER BY member", "t", period);

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		char *member = oeo_sql_grow(&rows, &count, OEO_ID_BYTES);

		err =
		    member == NULL ? OEO_ERR_NOMEM : oeo_sql_text(store, statement, 0, member, OEO_ID_BYTES);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		free(rows);
		return err;
	}
	*members = rows;
	*n = count;
	return OEO_OK;
}

enum oeo_err oeo_store_is_reopened(
    struct oeo_store *store, const char *member, const char *period, bool *is_reopened)
{
	sqlite3_stmt *statement = NULL;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT 1 FROM reopened WHERE period = ? AND member = ?", "tt", period, member);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, is_reopened);
	oeo_sql_done(statement);
	return err;
}

/* ---- What was corrected */

enum oeo_err oeo_store_load_superseded(
    struct oeo_store *store, const char *period, uint8_t (**digests)[OEO_DIGEST_BYTES], size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT release_digest FROM superseded WHERE period = ? ORDER BY version", "t", period);

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		uint8_t *digest = oeo_sql_grow(&rows, &count, OEO_DIGEST_BYTES);

		err = digest == NULL ? OEO_ERR_NOMEM
				     : oeo_sql_blob(store, statement, 0, digest, OEO_DIGEST_BYTES);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		free(rows);
		return err;
	}
	*digests = rows;
	*n = count;
	return OEO_OK;
}

static enum oeo_err replace_release(struct oeo_store *store, const char *period,
    const uint8_t corrects[OEO_DIGEST_BYTES], const uint8_t release_digest[OEO_DIGEST_BYTES], int64_t now_s)
{
	enum oeo_err err = oeo_sql_run(store,
	    "INSERT INTO superseded(period, version, release_digest, released_s)"
	    " SELECT period, 1 + (SELECT count(*) FROM superseded s WHERE s.period = periods.period),"
	    " release_digest, released_s FROM periods WHERE period = ? AND release_digest = ?",
	    "tb", period, corrects, (size_t)OEO_DIGEST_BYTES);

	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		return oeo_sql_refuse(store, OEO_ERR_STATE, "another release is the newest of the period");
	return err == OEO_OK ? oeo_sql_run(store,
				   "UPDATE periods SET released_s = ?, release_digest = ? WHERE period = ?",
				   "ibt", now_s, release_digest, (size_t)OEO_DIGEST_BYTES, period)
			     : err;
}

enum oeo_err oeo_store_mark_corrected(struct oeo_store *store, const char *period,
    const uint8_t corrects[OEO_DIGEST_BYTES], const uint8_t release_digest[OEO_DIGEST_BYTES],
    const char (*without)[OEO_ID_BYTES], size_t n_without, int64_t now_s)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = replace_release(store, period, corrects, release_digest, now_s);
	if (err == OEO_OK)
		err = oeo_sql_run(store, "DELETE FROM without_member WHERE period = ?", "t", period);
	if (err == OEO_OK)
		err = oeo_sql_run(store, "DELETE FROM reopened WHERE period = ?", "t", period);
	if (err == OEO_OK)
		err = oeo_sql_put_without(store, period, without, n_without);
	return oeo_sql_leave(store, is_own, err);
}
