/* SPDX-License-Identifier: EUPL-1.2 */
/* Members, their heartbeats, and refusals. */
#include <stdlib.h>
#include <string.h>

#include "collector/store_sqlite.h"

/* The card that is kept under this id: its text and whether it is revoked. */
static enum oeo_err find_card(
    struct oeo_store *store, const char *id, struct oeo_buf *text, bool *is_known, bool *is_revoked)
{
	sqlite3_stmt *statement = NULL;
	enum oeo_err err =
	    oeo_sql_query(store, &statement, "SELECT card, is_revoked FROM members WHERE id = ?", "t", id);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, is_known);
	if (err == OEO_OK && *is_known) {
		*is_revoked = sqlite3_column_int64(statement, 1) != 0;
		err = oeo_buf_append(
		    text, sqlite3_column_blob(statement, 0), (size_t)sqlite3_column_bytes(statement, 0));
	}
	oeo_sql_done(statement);
	return err;
}

static enum oeo_err check_admission(
    struct oeo_store *store, const char *id, const struct oeo_buf *text, bool is_replaced)
{
	struct oeo_buf known = {0};
	bool is_known = false;
	bool is_revoked = false;
	bool is_same;
	enum oeo_err err = find_card(store, id, &known, &is_known, &is_revoked);

	is_same = err == OEO_OK && is_known && known.len == text->len &&
		  memcmp(known.data, text->data, text->len) == 0;
	if (is_same && !is_revoked)
		err = oeo_sql_refuse(store, OEO_ERR_EXISTS, "this card is admitted already");
	else if (err == OEO_OK && is_known && !is_same && !is_replaced)
		err = oeo_sql_refuse(store, OEO_ERR_CONFLICT, "another card has this id");
	oeo_buf_fini(&known);
	return err;
}

enum oeo_err oeo_store_admit(
    struct oeo_store *store, const struct oeo_card *card, bool is_replaced, int64_t now_s)
{
	struct oeo_card copy = *card;
	struct oeo_buf text = {0};
	bool is_own = false;
	enum oeo_err err = oeo_card_format(&text, &copy, NULL);

	if (err == OEO_OK)
		err = oeo_sql_enter(store, &is_own);
	if (err != OEO_OK) {
		oeo_buf_fini(&text);
		return err;
	}
	err = check_admission(store, card->id, &text, is_replaced);
	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "INSERT INTO members(id, card, curve, admitted_s) VALUES(?, CAST(? AS TEXT), ?, ?)"
		    " ON CONFLICT(id) DO UPDATE SET card = excluded.card, curve = excluded.curve,"
		    " admitted_s = excluded.admitted_s, is_revoked = 0",
		    "tbbi", card->id, text.data, text.len, card->curve_pk, sizeof(card->curve_pk), now_s);
	err = oeo_sql_leave(store, is_own, err);
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err drop_unreleased(struct oeo_store *store, const char *member, size_t *n)
{
	enum oeo_err err = oeo_sql_run(store,
	    "DELETE FROM parts WHERE id >> 32 IN (SELECT s.id FROM submissions s JOIN periods p USING(period)"
	    " WHERE s.member = ? AND p.released_s IS NULL)",
	    "t", member);

	if (err == OEO_OK)
		err = oeo_sql_run(store,
		    "DELETE FROM submissions WHERE member = ? AND period IN"
		    " (SELECT period FROM periods WHERE released_s IS NULL)",
		    "t", member);
	if (err == OEO_OK)
		*n = oeo_sql_changed(store);
	return err;
}

enum oeo_err oeo_store_revoke(struct oeo_store *store, const char *member, size_t *n_dropped)
{
	size_t n = 0;
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = oeo_sql_run(
	    store, "UPDATE members SET is_revoked = 1 WHERE id = ? AND is_revoked = 0", "t", member);
	if (err == OEO_OK && oeo_sql_changed(store) == 0)
		err = oeo_sql_refuse(store, OEO_ERR_NOT_FOUND, "no such member");
	if (err == OEO_OK)
		err = drop_unreleased(store, member, &n);
	err = oeo_sql_leave(store, is_own, err);
	if (err == OEO_OK && n_dropped != NULL)
		*n_dropped = n;
	return err;
}

static enum oeo_err read_member(struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_member *member)
{
	const void *text = sqlite3_column_blob(row, 0);
	enum oeo_err err =
	    text == NULL ? OEO_ERR_FORMAT
			 : oeo_card_parse(&member->card, text, (size_t)sqlite3_column_bytes(row, 0), NULL);

	if (err != OEO_OK)
		return oeo_sql_refuse(store, OEO_ERR_IO, "the database is damaged");
	member->is_revoked = sqlite3_column_int64(row, 1) != 0;
	member->admitted_s = sqlite3_column_int64(row, 2);
	member->heartbeat_s = sqlite3_column_int64(row, 3);
	member->icu = (unsigned)sqlite3_column_int64(row, 5);
	return oeo_sql_text(store, row, 4, member->version, sizeof(member->version));
}

enum oeo_err oeo_store_load_members(struct oeo_store *store, struct oeo_store_member **members, size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(store, &statement,
	    "SELECT card, is_revoked, admitted_s, heartbeat_s, version, icu FROM members ORDER BY id", "");

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		struct oeo_store_member *member = oeo_sql_grow(&rows, &count, sizeof(*member));

		err = member == NULL ? OEO_ERR_NOMEM : read_member(store, statement, member);
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

enum oeo_err oeo_store_find_member(
    struct oeo_store *store, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	sqlite3_stmt *statement = NULL;
	bool has_row = false;
	enum oeo_err err =
	    oeo_sql_query(store, &statement, "SELECT id FROM members WHERE curve = ? AND is_revoked = 0", "b",
		curve_pk, (size_t)OEO_CURVE_BYTES);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, &has_row);
	if (err == OEO_OK)
		err = has_row ? oeo_sql_text(store, statement, 0, member, OEO_ID_BYTES) : OEO_ERR_NOT_FOUND;
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_put_heartbeat(
    struct oeo_store *store, const char *member, const struct oeo_heartbeat *heartbeat, int64_t now_s)
{
	bool is_own;
	enum oeo_err err = oeo_sql_enter(store, &is_own);

	if (err != OEO_OK)
		return err;
	err = oeo_sql_run(store, "UPDATE members SET heartbeat_s = ?, version = ?, icu = ? WHERE id = ?",
	    "itit", now_s, heartbeat->version, (int64_t)heartbeat->icu, member);
	for (size_t i = 0; err == OEO_OK && i < heartbeat->n_deleted; i++)
		err = oeo_sql_run(store,
		    "INSERT OR IGNORE INTO deleted(member, period) SELECT ?, period FROM periods WHERE "
		    "period = ?",
		    "tt", member, heartbeat->deleted[i]);
	return oeo_sql_leave(store, is_own, err);
}

static enum oeo_err has_rows(
    struct oeo_store *store, const char *sql, const char *a, const char *b, bool *has_any)
{
	sqlite3_stmt *statement = NULL;
	enum oeo_err err = oeo_sql_query(store, &statement, sql, "tt", a, b);

	if (err == OEO_OK)
		err = oeo_sql_step(store, statement, has_any);
	oeo_sql_done(statement);
	return err;
}

enum oeo_err oeo_store_is_deleted(
    struct oeo_store *store, const char *member, const char *period, bool *is_deleted)
{
	return has_rows(
	    store, "SELECT 1 FROM deleted WHERE member = ? AND period = ?", member, period, is_deleted);
}

enum oeo_err oeo_store_is_without(
    struct oeo_store *store, const char *member, const char *period, bool *is_without)
{
	return has_rows(store, "SELECT 1 FROM without_member WHERE member = ? AND period = ?", member, period,
	    is_without);
}

enum oeo_err oeo_store_count_refusal(
    struct oeo_store *store, const char *member, const char *name, uint64_t count, int64_t now_s)
{
	return oeo_sql_run(store,
	    "INSERT INTO refusals(member, name, count, last_s) VALUES(?, ?, ?, ?)"
	    " ON CONFLICT(member, name) DO UPDATE SET count = count + excluded.count, last_s = "
	    "excluded.last_s",
	    "ttii", member, name, (int64_t)count, now_s);
}

static enum oeo_err read_refusal(
    struct oeo_store *store, sqlite3_stmt *row, struct oeo_store_refusal *refusal)
{
	enum oeo_err err = oeo_sql_text(store, row, 0, refusal->member, sizeof(refusal->member));

	refusal->count = (uint64_t)sqlite3_column_int64(row, 2);
	refusal->last_s = sqlite3_column_int64(row, 3);
	return err != OEO_OK ? err : oeo_sql_text(store, row, 1, refusal->name, sizeof(refusal->name));
}

enum oeo_err oeo_store_load_refusals(struct oeo_store *store, struct oeo_store_refusal **refusals, size_t *n)
{
	sqlite3_stmt *statement = NULL;
	void *rows = NULL;
	size_t count = 0;
	bool has_row = false;
	enum oeo_err err = oeo_sql_query(
	    store, &statement, "SELECT member, name, count, last_s FROM refusals ORDER BY member, name", "");

	while (err == OEO_OK && (err = oeo_sql_step(store, statement, &has_row)) == OEO_OK && has_row) {
		struct oeo_store_refusal *refusal = oeo_sql_grow(&rows, &count, sizeof(*refusal));

		err = refusal == NULL ? OEO_ERR_NOMEM : read_refusal(store, statement, refusal);
	}
	oeo_sql_done(statement);
	if (err != OEO_OK) {
		free(rows);
		return err;
	}
	*refusals = rows;
	*n = count;
	return OEO_OK;
}
