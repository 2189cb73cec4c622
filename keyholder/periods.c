/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/periods.h"

#include <stdlib.h>
#include <string.h>

#include "keyholder/register_internal.h"

#define COLUMNS "plan, period, made_s, resident_pk, cell_pk, destroyed_s, statement"

static bool read_record(sqlite3_stmt *stmt, void *item)
{
	struct oeo_period_record *record = item;

	record->has_keys = sqlite3_column_type(stmt, 2) != SQLITE_NULL;
	record->made_s = sqlite3_column_int64(stmt, 2);
	record->is_destroyed = sqlite3_column_type(stmt, 5) != SQLITE_NULL;
	record->destroyed_s = sqlite3_column_int64(stmt, 5);
	if (record->has_keys && (!oeo_sql_blob(stmt, 3, record->resident_pk, OEO_ELEMENT_BYTES) ||
				    !oeo_sql_blob(stmt, 4, record->cell_pk, OEO_ELEMENT_BYTES)))
		return false;
	if (record->is_destroyed && !oeo_sql_blob(stmt, 6, record->statement, OEO_SIGNATURE_BYTES))
		return false;
	return oeo_sql_text(stmt, 0, record->plan, sizeof(record->plan)) &&
	       oeo_sql_text(stmt, 1, record->period, sizeof(record->period));
}

enum oeo_err oeo_periods_get(
    struct oeo_register *reg, const char *plan, const char *period, struct oeo_period_record *record)
{
	struct oeo_period_record found = {0};
	sqlite3_stmt *stmt = NULL;
	bool is_whole;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_PERIOD_GET,
	    "SELECT " COLUMNS " FROM periods WHERE plan = ?1 AND period = ?2", &stmt, "tt", plan, period);

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err != OEO_OK)
		return err;
	is_whole = read_record(stmt, &found);
	(void)sqlite3_reset(stmt);
	if (!is_whole)
		return OEO_ERR_FORMAT;
	*record = found;
	return OEO_OK;
}

enum oeo_err oeo_periods_add(struct oeo_register *reg, const struct oeo_period_record *record)
{
	return oeo_sql_run(reg, OEO_SQL_PERIOD_PUT,
	    "INSERT INTO periods(plan, period, made_s, resident_pk, cell_pk) VALUES(?1, ?2, ?3, ?4, ?5)",
	    "ttibb", record->plan, record->period, record->made_s, record->resident_pk,
	    (size_t)OEO_ELEMENT_BYTES, record->cell_pk, (size_t)OEO_ELEMENT_BYTES);
}

enum oeo_err oeo_periods_end(struct oeo_register *reg, const struct oeo_period_record *record)
{
	return oeo_sql_run(reg, OEO_SQL_PERIOD_DESTROY,
	    "INSERT INTO periods(plan, period, destroyed_s, statement) VALUES(?1, ?2, ?3, ?4)"
	    " ON CONFLICT DO UPDATE SET destroyed_s = excluded.destroyed_s, statement = excluded.statement",
	    "ttib", record->plan, record->period, record->destroyed_s, record->statement,
	    (size_t)OEO_SIGNATURE_BYTES);
}

enum oeo_err oeo_periods_list(struct oeo_register *reg, struct oeo_period_record **records, size_t *n)
{
	struct oeo_period_record *list;
	size_t count;
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(
	    reg, OEO_SQL_PERIOD_LIST, "SELECT " COLUMNS " FROM periods ORDER BY plan, period", &stmt, "");

	if (err != OEO_OK)
		return err;
	list = oeo_sql_collect(stmt, sizeof(*list), read_record, NULL, &count, &err);
	if (err != OEO_OK)
		return err;
	*records = list;
	*n = count;
	return OEO_OK;
}
