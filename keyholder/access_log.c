/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/access_log.h"

#include <stdlib.h>
#include <string.h>

#include "keyholder/register_internal.h"

static enum oeo_err add_entry(
    struct oeo_register *reg, const struct oeo_access *access, uint64_t count, int64_t at_s)
{
	enum oeo_err err = oeo_sql_run(reg, OEO_SQL_LOG_PUT,
	    "INSERT INTO evaluations(member, plan, period, purpose, count, at_s) VALUES(?1, ?2, ?3, ?4, ?5, "
	    "?6)",
	    "tttiii", access->member, access->plan, access->period, (int64_t)access->purpose, (int64_t)count,
	    at_s);

	if (err != OEO_OK)
		return err;
	return oeo_sql_run(reg, OEO_SQL_USAGE_PUT,
	    "INSERT INTO usage(member, plan, period, purpose, count, first_s, last_s) VALUES(?1, ?2, ?3, ?4, "
	    "?5, ?6, ?6)"
	    " ON CONFLICT DO UPDATE SET count = count + excluded.count, last_s = excluded.last_s",
	    "tttiii", access->member, access->plan, access->period, (int64_t)access->purpose, (int64_t)count,
	    at_s);
}

enum oeo_err oeo_access_log_add(
    struct oeo_register *reg, const struct oeo_access *access, uint64_t count, int64_t at_s)
{
	enum oeo_err err = oeo_sql_run(reg, OEO_SQL_LOG_BEGIN, "SAVEPOINT entry", "");

	if (err != OEO_OK)
		return err;
	err = add_entry(reg, access, count, at_s);
	/* Where SQLite has rolled back all of the transaction by itself there is nothing left to undo, and the
	 * batch's commit fails. */
	if (err != OEO_OK && sqlite3_get_autocommit(reg->db) == 0)
		(void)oeo_sql_run(reg, OEO_SQL_LOG_UNDO, "ROLLBACK TO entry", "");
	if (sqlite3_get_autocommit(reg->db) == 0) {
		enum oeo_err ended = oeo_sql_run(reg, OEO_SQL_LOG_END, "RELEASE entry", "");

		err = err != OEO_OK ? err : ended;
	}
	return err;
}

/* Read the one number of a query; 0 where there is no row. */
static enum oeo_err read_number(sqlite3_stmt *stmt, uint64_t *number)
{
	enum oeo_err err = oeo_sql_step(stmt);

	if (err == OEO_ERR_NOT_FOUND) {
		*number = 0;
		return OEO_OK;
	}
	if (err != OEO_OK)
		return err;
	*number = (uint64_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return OEO_OK;
}

enum oeo_err oeo_access_log_used(struct oeo_register *reg, const struct oeo_access *access, uint64_t *used)
{
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_USAGE_GET,
	    "SELECT count FROM usage WHERE member = ?1 AND plan = ?2 AND period = ?3 AND purpose = ?4", &stmt,
	    "ttti", access->member, access->plan, access->period, (int64_t)access->purpose);

	return err == OEO_OK ? read_number(stmt, used) : err;
}

enum oeo_err oeo_access_log_granted(
    struct oeo_register *reg, const char *member, const char *plan, const char *period, uint64_t *added)
{
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_GRANT_GET,
	    "SELECT added FROM grants WHERE member = ?1 AND plan = ?2 AND period = ?3", &stmt, "ttt", member,
	    plan, period);

	return err == OEO_OK ? read_number(stmt, added) : err;
}

enum oeo_err oeo_access_log_grant(
    struct oeo_register *reg, const char *member, const char *plan, const char *period, uint64_t more)
{
	return oeo_sql_run(reg, OEO_SQL_GRANT_PUT,
	    "INSERT INTO grants(member, plan, period, added) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO UPDATE SET added = added + excluded.added",
	    "ttti", member, plan, period, (int64_t)more);
}

enum oeo_err oeo_access_log_refuse(struct oeo_register *reg, const char *member, enum oeo_reason reason,
    const char *plan, const char *period, int64_t at_s)
{
	return oeo_sql_run(reg, OEO_SQL_REFUSAL_PUT,
	    "INSERT INTO refusals(member, reason, plan, period, count, last_s) VALUES(?1, ?2, ?3, ?4, 1, ?5)"
	    " ON CONFLICT DO UPDATE SET count = count + 1, last_s = excluded.last_s",
	    "titti", member, (int64_t)reason, plan, period, at_s);
}

static bool read_usage(sqlite3_stmt *stmt, void *item)
{
	struct oeo_usage *usage = item;

	usage->purpose = (enum oeo_purpose)sqlite3_column_int(stmt, 3);
	usage->count = (uint64_t)sqlite3_column_int64(stmt, 4);
	usage->first_s = sqlite3_column_int64(stmt, 5);
	usage->last_s = sqlite3_column_int64(stmt, 6);
	usage->granted = (uint64_t)sqlite3_column_int64(stmt, 7);
	return oeo_sql_text(stmt, 0, usage->member, sizeof(usage->member)) &&
	       oeo_sql_text(stmt, 1, usage->plan, sizeof(usage->plan)) &&
	       oeo_sql_text(stmt, 2, usage->period, sizeof(usage->period));
}

enum oeo_err oeo_access_log_usage(struct oeo_register *reg, struct oeo_usage **usage, size_t *n)
{
	struct oeo_usage *list;
	size_t count;
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_USAGE_LIST,
	    "SELECT u.member, u.plan, u.period, u.purpose, u.count, u.first_s, u.last_s, coalesce(g.added, 0)"
	    " FROM usage u LEFT JOIN grants g ON g.member = u.member AND g.plan = u.plan AND g.period = "
	    "u.period",
	    &stmt, "");

	if (err != OEO_OK)
		return err;
	list = oeo_sql_collect(stmt, sizeof(*list), read_usage, NULL, &count, &err);
	if (err != OEO_OK)
		return err;
	*usage = list;
	*n = count;
	return OEO_OK;
}

static bool read_refusal(sqlite3_stmt *stmt, void *item)
{
	struct oeo_refusal *refusal = item;

	refusal->reason = (enum oeo_reason)sqlite3_column_int(stmt, 1);
	refusal->count = (uint64_t)sqlite3_column_int64(stmt, 4);
	refusal->last_s = sqlite3_column_int64(stmt, 5);
	return oeo_sql_text(stmt, 0, refusal->member, sizeof(refusal->member)) &&
	       oeo_sql_text(stmt, 2, refusal->plan, sizeof(refusal->plan)) &&
	       oeo_sql_text(stmt, 3, refusal->period, sizeof(refusal->period));
}

enum oeo_err oeo_access_log_refusals(struct oeo_register *reg, struct oeo_refusal **refusals, size_t *n)
{
	struct oeo_refusal *list;
	size_t count;
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_REFUSAL_LIST,
	    "SELECT member, reason, plan, period, count, last_s FROM refusals ORDER BY member, reason, "
	    "period",
	    &stmt, "");

	if (err != OEO_OK)
		return err;
	list = oeo_sql_collect(stmt, sizeof(*list), read_refusal, NULL, &count, &err);
	if (err != OEO_OK)
		return err;
	*refusals = list;
	*n = count;
	return OEO_OK;
}
