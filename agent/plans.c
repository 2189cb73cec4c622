/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/plans.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define COLLECTION "plan"
#define ACCEPTED "accepted/"
#define OFFERED "offered"
#define LEAST_RESIDENTS 5 /* what PROTOCOL.md lets an agent accept */

/* ---- Loading */

struct loading {
	struct oeo_plans *plans;
	struct oeo_note *why;
};

static enum oeo_err on_accepted(void *context, const char *key, const uint8_t *value, size_t len)
{
	struct loading *loading = context;
	struct oeo_plans *plans = loading->plans;
	struct oeo_signed_plan *more = realloc(plans->items, (plans->n + 1) * sizeof(*more));
	enum oeo_err err;

	(void)key;
	if (more == NULL)
		return OEO_ERR_NOMEM;
	plans->items = more;
	memset(&more[plans->n], 0, sizeof(*more));
	err = oeo_signed_plan_unpack(&more[plans->n], value, len, loading->why);
	if (err == OEO_OK)
		plans->n++;
	return err;
}

/* A stable insertion sort: among equal `from` the order of acceptance stays. There are a handful of plans. */
static void sort_by_from(struct oeo_plans *plans)
{
	for (size_t i = 1; i < plans->n; i++) {
		struct oeo_signed_plan moving = plans->items[i];
		size_t at = i;

		for (; at > 0; at--) {
			if (oeo_period_first_day(&plans->items[at - 1].plan->from) <=
			    oeo_period_first_day(&moving.plan->from))
				break;
			plans->items[at] = plans->items[at - 1];
		}
		plans->items[at] = moving;
	}
}

enum oeo_err oeo_plans_load(struct oeo_plans *plans, struct oeo_ledger *ledger, struct oeo_note *why)
{
	struct oeo_plans made = {NULL, 0};
	struct loading loading = {&made, why};
	enum oeo_err err = oeo_ledger_each(ledger, COLLECTION, ACCEPTED, on_accepted, &loading);

	if (err != OEO_OK) {
		oeo_plans_fini(&made);
		/* What is wrong with a plan is told; what is wrong with the ledger not yet. */
		return why == NULL || why->text[0] != '\0' ? err : oeo_ledger_explain(why, err);
	}
	sort_by_from(&made);
	*plans = made;
	return OEO_OK;
}

void oeo_plans_fini(struct oeo_plans *plans)
{
	if (plans == NULL)
		return;
	for (size_t i = 0; i < plans->n; i++)
		oeo_signed_plan_fini(&plans->items[i]);
	free(plans->items);
	plans->items = NULL;
	plans->n = 0;
}

/* ---- Finding */

const struct oeo_plan *oeo_plans_newest(const struct oeo_plans *plans)
{
	return plans->n > 0 ? plans->items[plans->n - 1].plan : NULL;
}

const struct oeo_plan *oeo_plans_of_day(const struct oeo_plans *plans, int64_t day)
{
	for (size_t i = plans->n; i > 0; i--) {
		const struct oeo_plan *plan = plans->items[i - 1].plan;

		if (oeo_period_first_day(&plan->from) <= day)
			return plan;
	}
	return NULL;
}

const struct oeo_plan *oeo_plans_of_period(const struct oeo_plans *plans, const struct oeo_period *period)
{
	const struct oeo_plan *plan = oeo_plans_of_day(plans, oeo_period_first_day(period));

	return plan != NULL && oeo_plan_covers(plan, period) ? plan : NULL;
}

const struct oeo_plan *oeo_plans_of_digest(
    const struct oeo_plans *plans, const uint8_t digest[OEO_DIGEST_BYTES])
{
	for (size_t i = 0; i < plans->n; i++) {
		if (memcmp(plans->items[i].plan->digest, digest, OEO_DIGEST_BYTES) == 0)
			return plans->items[i].plan;
	}
	return NULL;
}

/* ---- Periods */

static enum oeo_err list_cadence(const struct oeo_plans *plans, const struct oeo_plan *plan,
    enum oeo_cadence cadence, int64_t today, struct oeo_buf *list)
{
	struct oeo_period period = oeo_period_of_day(cadence, oeo_period_first_day(&plan->from));
	enum oeo_err err = OEO_OK;

	for (; oeo_period_last_day(&period) < today && err == OEO_OK; period = oeo_period_next(&period)) {
		if (oeo_plans_of_period(plans, &period) == plan)
			err = oeo_buf_append(list, &period, sizeof(period));
	}
	return err;
}

static int compare_periods(const void *a, const void *b)
{
	return oeo_period_compare(a, b);
}

enum oeo_err oeo_plans_list_ended(
    const struct oeo_plans *plans, int64_t today, struct oeo_period **periods, size_t *n)
{
	struct oeo_buf list = {0};
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < plans->n && err == OEO_OK; i++) {
		for (int cadence = OEO_MONTH; cadence <= OEO_YEAR && err == OEO_OK; cadence++)
			err = list_cadence(
			    plans, plans->items[i].plan, (enum oeo_cadence)cadence, today, &list);
	}
	if (err != OEO_OK) {
		oeo_buf_fini(&list);
		return err;
	}
	*n = list.len / sizeof(struct oeo_period);
	*periods = (struct oeo_period *)(void *)list.data; /* from malloc, so aligned; the caller owns it */
	if (*n > 1)
		qsort(*periods, *n, sizeof(**periods), compare_periods);
	return OEO_OK;
}

/* ---- Accepting */

static enum oeo_err check_thresholds(const struct oeo_plan *plan, struct oeo_note *why)
{
	for (size_t i = 0; i < plan->n_tables; i++) {
		if (plan->tables[i].rules.residents < LEAST_RESIDENTS)
			return oeo_note_set(why, OEO_ERR_REFUSED,
			    _("The plan shows figures of fewer than %d residents (table %s). This program "
			      "does not accept "
			      "such a plan; tell the bureau."),
			    LEAST_RESIDENTS, plan->tables[i].id);
	}
	if (plan->n_keyholders < 2 && !plan->is_single_keyholder_accepted)
		return oeo_note_set(why, OEO_ERR_REFUSED,
		    _("The plan has only one keyholder and does not say that this is meant. Tell the "
		      "bureau."));
	return OEO_OK;
}

enum oeo_err oeo_plans_check(const struct oeo_plans *plans, const struct oeo_signed_plan *offered,
    const struct oeo_card *cards, size_t n_cards, struct oeo_note *why)
{
	const struct oeo_plan *accepted = oeo_plans_newest(plans);
	enum oeo_err err = oeo_signed_plan_verify(offered, cards, n_cards, why);

	if (err != OEO_OK)
		return err;
	if (accepted != NULL && strcmp(accepted->id, offered->plan->id) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("This is the plan of another partnership (%s); you accepted the plan %s. Ask the "
		      "bureau which card "
		      "is the right one."),
		    offered->plan->id, accepted->id);
	return check_thresholds(offered->plan, why);
}

static enum oeo_err put_plan(
    struct oeo_ledger *ledger, const char *key, const struct oeo_signed_plan *signed_plan)
{
	struct oeo_buf packed = {0};
	enum oeo_err err = oeo_signed_plan_pack(&packed, signed_plan);

	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, key, packed.data, packed.len);
	oeo_buf_fini(&packed);
	return err;
}

enum oeo_err oeo_plans_keep_offered(struct oeo_ledger *ledger, const struct oeo_signed_plan *offered)
{
	return put_plan(ledger, OFFERED, offered);
}

enum oeo_err oeo_plans_load_offered(
    struct oeo_signed_plan *offered, struct oeo_ledger *ledger, struct oeo_note *why)
{
	struct oeo_buf packed = {0};
	struct oeo_signed_plan made;
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, OFFERED, &packed);

	memset(&made, 0, sizeof(made));
	if (err == OEO_OK)
		err = oeo_signed_plan_unpack(&made, packed.data, packed.len, why);
	if (err == OEO_OK)
		*offered = made;
	oeo_buf_fini(&packed);
	return err;
}

enum oeo_err oeo_plans_accept(const struct oeo_plans *plans, struct oeo_ledger *ledger,
    const struct oeo_signed_plan *offered, struct oeo_note *why)
{
	char key[OEO_ITEM_KEY_BYTES];
	enum oeo_err err = oeo_ledger_begin(ledger, why);

	if (err != OEO_OK)
		return err;
	(void)snprintf(key, sizeof(key), ACCEPTED "%06zu", plans->n);
	err = put_plan(ledger, key, offered);
	if (err == OEO_OK)
		err = oeo_ledger_remove(ledger, COLLECTION, OFFERED);
	if (err == OEO_OK)
		return oeo_ledger_commit(ledger, why);
	oeo_ledger_rollback(ledger);
	return err;
}
