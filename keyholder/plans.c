/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "keyholder/register_internal.h"
#include "proto/i18n.h"

static bool read_plan(sqlite3_stmt *stmt, void *item)
{
	struct oeo_approved_plan *approved = item;
	struct oeo_signed_plan signed_plan;
	const void *bytes = sqlite3_column_blob(stmt, 0);

	if (bytes == NULL || !oeo_sql_text(stmt, 2, approved->collector, sizeof(approved->collector)))
		return false;
	if (oeo_signed_plan_unpack(&signed_plan, bytes, (size_t)sqlite3_column_bytes(stmt, 0), NULL) !=
	    OEO_OK)
		return false;
	approved->approved_s = sqlite3_column_int64(stmt, 1);
	approved->plan = signed_plan.plan;
	signed_plan.plan = NULL;
	oeo_signed_plan_fini(&signed_plan);
	return true;
}

static void release_plan(void *item)
{
	struct oeo_approved_plan *approved = item;

	oeo_plan_free(approved->plan);
}

enum oeo_err oeo_plan_set_load(struct oeo_plan_set *set, struct oeo_register *reg, struct oeo_note *why)
{
	struct oeo_approved_plan *items = NULL;
	size_t n = 0;
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_PLAN_LIST,
	    "SELECT signed_plan, approved_s, collector FROM plans ORDER BY id, from_day", &stmt, "");

	if (err == OEO_OK)
		items = oeo_sql_collect(stmt, sizeof(*items), read_plan, release_plan, &n, &err);
	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The approved plans cannot be read: %s"), oeo_err_text(err));
	set->items = items;
	set->n = n;
	return OEO_OK;
}

void oeo_plan_set_fini(struct oeo_plan_set *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n; i++)
		oeo_plan_free(set->items[i].plan);
	free(set->items);
	set->items = NULL;
	set->n = 0;
}

enum oeo_err oeo_plan_set_find(const struct oeo_plan_set *set, const char *id,
    const struct oeo_period *period, const struct oeo_plan **plan)
{
	const struct oeo_plan *found = NULL;
	bool is_known = false;

	for (size_t i = 0; i < set->n; i++) {
		if (strcmp(set->items[i].plan->id, id) != 0)
			continue;
		is_known = true;
		/* Sorted: the last that fits has the latest start. */
		if (oeo_period_first_day(&set->items[i].plan->from) <= oeo_period_first_day(period))
			found = set->items[i].plan;
	}
	if (!is_known)
		return OEO_ERR_NOT_FOUND;
	if (found == NULL || !oeo_plan_covers(found, period))
		return OEO_ERR_RANGE;
	*plan = found;
	return OEO_OK;
}

static bool is_same_plan(const struct oeo_plan *a, const struct oeo_plan *b)
{
	return memcmp(a->digest, b->digest, OEO_DIGEST_BYTES) == 0;
}

/* A plan that follows others of its id: it begins in the future, with a whole period of the longest cadence that either
 * of them has, so that no period lies in both (PROTOCOL.md, "A changed plan"). */
static enum oeo_err check_change(
    const struct oeo_plan *plan, const struct oeo_plan *earlier, int64_t today, struct oeo_note *why)
{
	int64_t from_day = oeo_period_first_day(&plan->from);
	struct oeo_period longest = oeo_period_of_day(oeo_plan_longest_of_two(plan, earlier), from_day);

	if (from_day <= oeo_period_first_day(&earlier->from))
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("You approved another plan \"%s\" before, and this one does not begin after it. Ask "
		      "the "
		      "collector for a plan with a later `from`."),
		    plan->id);
	if (oeo_period_first_day(&longest) != from_day)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("A changed plan begins with a whole period of the longest kind that it or an earlier "
		      "one has (%s); this one begins in the middle of one. Ask the collector for another "
		      "`from`."),
		    oeo_cadence_name(longest.cadence));
	if (from_day <= today)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("A changed plan must begin in the future; this one has begun already. Ask the "
		      "collector for a "
		      "later `from`."));
	return OEO_OK;
}

static enum oeo_err check_collector(
    struct oeo_register *reg, const char *plan_id, const struct oeo_card *collector, struct oeo_note *why)
{
	char name[OEO_ID_BYTES + 16];
	char known[2 * OEO_IDENTITY_BYTES + 1];
	char given[2 * OEO_IDENTITY_BYTES + 1];
	enum oeo_err err;

	(void)snprintf(name, sizeof(name), "collector-%s", plan_id);
	err = oeo_register_get_text(reg, name, known, sizeof(known));
	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The register cannot be read: %s"), oeo_err_text(err));
	oeo_hex_encode(given, collector->identity_pk, OEO_IDENTITY_BYTES);
	if (known[0] != '\0' && strcmp(known, given) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("The plan \"%s\" was signed by another collector until now. Call the collector's "
		      "operator and "
		      "compare fingerprints before you go on."),
		    plan_id);
	return OEO_OK;
}

enum oeo_err oeo_plans_check(struct oeo_register *reg, const struct oeo_plan *plan,
    const struct oeo_card *collector, int64_t today, struct oeo_note *why)
{
	struct oeo_plan_set set = {NULL, 0};
	bool is_known = false;
	enum oeo_err err = oeo_plan_set_load(&set, reg, why);

	for (size_t i = 0; err == OEO_OK && i < set.n; i++)
		is_known = is_known || is_same_plan(set.items[i].plan, plan);
	for (size_t i = 0; err == OEO_OK && !is_known && i < set.n; i++) {
		if (strcmp(set.items[i].plan->id, plan->id) == 0)
			err = check_change(plan, set.items[i].plan, today, why);
	}
	if (err == OEO_OK)
		err = check_collector(reg, plan->id, collector, why);
	oeo_plan_set_fini(&set);
	return err;
}

static enum oeo_err put_plan(struct oeo_register *reg, const struct oeo_signed_plan *signed_plan,
    const struct oeo_card *collector, int64_t now_s)
{
	const struct oeo_plan *plan = signed_plan->plan;
	struct oeo_buf packed = {0};
	char name[OEO_ID_BYTES + 16];
	char identity[2 * OEO_IDENTITY_BYTES + 1];
	enum oeo_err err = oeo_signed_plan_pack(&packed, signed_plan);

	(void)snprintf(name, sizeof(name), "collector-%s", plan->id);
	oeo_hex_encode(identity, collector->identity_pk, OEO_IDENTITY_BYTES);
	if (err == OEO_OK)
		err = oeo_sql_run(reg, OEO_SQL_PLAN_PUT,
		    "INSERT INTO plans(digest, id, from_day, approved_s, signed_plan, collector)"
		    " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(digest) DO NOTHING",
		    "btiibt", plan->digest, (size_t)OEO_DIGEST_BYTES, plan->id,
		    oeo_period_first_day(&plan->from), now_s, packed.data, packed.len, collector->name);
	if (err == OEO_OK)
		err = oeo_register_set_text(reg, name, identity);
	oeo_buf_fini(&packed);
	return err;
}

enum oeo_err oeo_plans_keep(struct oeo_register *reg, const struct oeo_signed_plan *signed_plan,
    const struct oeo_card *collector, int64_t now_s, struct oeo_note *why)
{
	enum oeo_err err = oeo_register_begin(reg);

	if (err == OEO_OK)
		err = put_plan(reg, signed_plan, collector, now_s);
	if (err == OEO_OK)
		err = oeo_register_commit(reg);
	if (err != OEO_OK) {
		oeo_register_rollback(reg);
		(void)oeo_note_set(why, err, _("The register could not be written: %s"), oeo_err_text(err));
	}
	return err;
}

enum oeo_err oeo_plans_count(struct oeo_register *reg, size_t *n)
{
	sqlite3_stmt *stmt = NULL;
	enum oeo_err err = oeo_sql_query(reg, OEO_SQL_PLAN_COUNT, "SELECT count(*) FROM plans", &stmt, "");

	if (err == OEO_OK)
		err = oeo_sql_step(stmt);
	if (err != OEO_OK)
		return err;
	*n = (size_t)sqlite3_column_int64(stmt, 0);
	(void)sqlite3_reset(stmt);
	return OEO_OK;
}
