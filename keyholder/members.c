/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/members.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/register_internal.h"
#include "proto/i18n.h"

/* The member that holds this key, whether revoked or not. */
static enum oeo_err find_owner(struct oeo_register *reg, const uint8_t *curve_pk, char owner[OEO_ID_BYTES])
{
	sqlite3_stmt *stmt;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_MEMBER_KEY_OWNER,
	    "SELECT member FROM member_keys WHERE curve = ?1", &stmt, "b", curve_pk, (size_t)OEO_CURVE_BYTES);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err != OEO_OK)
		return err;
	err = oeo_sql_text(stmt, 0, owner, OEO_ID_BYTES) ? OEO_OK : OEO_ERR_FORMAT;
	(void)sqlite3_reset(stmt);
	return err;
}

static enum oeo_err put_member(struct oeo_register *reg, const struct oeo_card *card, const uint64_t *quota)
{
	enum oeo_err err = oeo_sql_run(reg, OEO_SQL_MEMBER_PUT,
	    "INSERT INTO members(id, name) VALUES(?1, ?2) ON CONFLICT(id) DO UPDATE SET name = excluded.name",
	    "tt", card->id, card->name);

	if (err == OEO_OK && quota != NULL)
		err = oeo_sql_run(reg, OEO_SQL_MEMBER_QUOTA_PUT,
		    "UPDATE members SET quota = ?2 WHERE id = ?1", "ti", card->id, (int64_t)*quota);
	return err;
}

static enum oeo_err admit(
    struct oeo_register *reg, const struct oeo_card *card, const uint64_t *quota, int64_t now_s)
{
	char owner[OEO_ID_BYTES];
	enum oeo_err err = find_owner(reg, card->curve_pk, owner);

	if (err == OEO_OK && strcmp(owner, card->id) != 0)
		return OEO_ERR_EXISTS;
	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	err = put_member(reg, card, quota);
	if (err != OEO_OK)
		return err;
	return oeo_sql_run(reg, OEO_SQL_MEMBER_KEY_PUT,
	    "INSERT INTO member_keys(curve, member, fingerprint, admitted_s) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT(curve) DO UPDATE SET fingerprint = excluded.fingerprint, revoked_s = NULL,"
	    " admitted_s = iif(revoked_s IS NULL, admitted_s, excluded.admitted_s)",
	    "btti", card->curve_pk, (size_t)OEO_CURVE_BYTES, card->id, card->fingerprint, now_s);
}

enum oeo_err oeo_members_admit(struct oeo_register *reg, const struct oeo_card *card, const uint64_t *quota,
    int64_t now_s, struct oeo_note *why)
{
	enum oeo_err err;

	if (card->role != OEO_ROLE_AGENT)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("This is the card of a %s. Only members are admitted: ask the member for the file that "
		      "`oeo-agent card` writes."),
		    oeo_role_name(card->role));
	err = oeo_register_begin(reg);
	if (err == OEO_OK)
		err = admit(reg, card, quota, now_s);
	if (err == OEO_OK)
		err = oeo_register_commit(reg);
	if (err == OEO_OK)
		return OEO_OK;
	oeo_register_rollback(reg);
	if (err == OEO_ERR_EXISTS)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("Member \"%s\" is admitted with another key, or this key belongs to another member. "
		      "Call the "
		      "member and compare fingerprints; if the new card is right, first run "
		      "`oeo-keyholder revoke %s`."),
		    card->id, card->id);
	return oeo_note_set(why, err, _("The register could not be written: %s"), oeo_err_text(err));
}

enum oeo_err oeo_members_revoke(struct oeo_register *reg, const char *id, int64_t now_s, struct oeo_note *why)
{
	enum oeo_err err = oeo_sql_run(reg, OEO_SQL_MEMBER_REVOKE,
	    "UPDATE member_keys SET revoked_s = ?2 WHERE member = ?1 AND revoked_s IS NULL", "ti", id, now_s);

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The register could not be written: %s"), oeo_err_text(err));
	if (sqlite3_changes(reg->db) == 0)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("No member \"%s\" is admitted here. `oeo-keyholder members` shows who is."), id);
	return OEO_OK;
}

enum oeo_err oeo_members_find_key(
    struct oeo_register *reg, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES])
{
	sqlite3_stmt *stmt;
	bool is_revoked;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_MEMBER_BY_KEY,
	    "SELECT member, revoked_s IS NOT NULL FROM member_keys WHERE curve = ?1", &stmt, "b", curve_pk,
	    (size_t)OEO_CURVE_BYTES);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err != OEO_OK)
		return err;
	is_revoked = sqlite3_column_int(stmt, 1) != 0;
	err = oeo_sql_text(stmt, 0, member, OEO_ID_BYTES) ? OEO_OK : OEO_ERR_FORMAT;
	(void)sqlite3_reset(stmt);
	return err == OEO_OK && is_revoked ? OEO_ERR_REFUSED : err;
}

enum oeo_err oeo_members_get_quota(struct oeo_register *reg, const char *id, uint64_t *quota)
{
	sqlite3_stmt *stmt;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_MEMBER_QUOTA,
	    "SELECT quota FROM members WHERE id = ?1 AND quota IS NOT NULL", &stmt, "t", id);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err != OEO_OK)
		return err;
	*quota = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return OEO_OK;
}

static bool read_member(sqlite3_stmt *stmt, void *item)
{
	struct oeo_member *member = item;

	member->admitted_s = sqlite3_column_int64(stmt, 3);
	member->revoked_s = sqlite3_column_int64(stmt, 4);
	member->has_quota = sqlite3_column_type(stmt, 5) != SQLITE_NULL;
	member->quota = (uint64_t)sqlite3_column_int64(stmt, 5);
	return oeo_sql_text(stmt, 0, member->id, sizeof(member->id)) &&
	       oeo_sql_text(stmt, 1, member->name, sizeof(member->name)) &&
	       oeo_sql_text(stmt, 2, member->fingerprint, sizeof(member->fingerprint));
}

enum oeo_err oeo_members_list(struct oeo_register *reg, struct oeo_member **members, size_t *n)
{
	struct oeo_member *list;
	size_t count;
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_MEMBER_LIST,
	    /* Of a member with several keys: the one in use, or else the last that was. */
	    "SELECT m.id, m.name, k.fingerprint, k.admitted_s, k.revoked_s, m.quota FROM members m"
	    " JOIN member_keys k ON k.curve = (SELECT curve FROM member_keys WHERE member = m.id"
	    "  ORDER BY revoked_s IS NOT NULL, revoked_s DESC LIMIT 1) ORDER BY m.id",
	    &stmt, "");

	if (err != OEO_OK)
		return err;
	list = oeo_sql_collect(stmt, sizeof(*list), read_member, NULL, &count, &err);
	if (err != OEO_OK)
		return err;
	*members = list;
	*n = count;
	return OEO_OK;
}
