/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/plans.h"

#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define KEYHOLDERS_FOLDER "keyholders"

static int compare_from(const void *a, const void *b)
{
	int64_t first = oeo_period_first_day(&((const struct oeo_published *)a)->signed_plan.plan->from);
	int64_t second = oeo_period_first_day(&((const struct oeo_published *)b)->signed_plan.plan->from);

	return (first > second) - (first < second);
}

/* Takes the packed bytes of row over. */
static enum oeo_err unpack_one(struct oeo_published *item, struct oeo_store_plan *row, struct oeo_note *why)
{
	item->packed = row->packed;
	oeo_buf_init(&row->packed);
	item->is_in_force = row->is_in_force;
	return oeo_signed_plan_unpack(&item->signed_plan, item->packed.data, item->packed.len, why);
}

enum oeo_err oeo_plans_load(struct oeo_plans *plans, struct oeo_store *store, struct oeo_note *why)
{
	struct oeo_store_plan *rows = NULL;
	struct oeo_plans made = {NULL, 0};
	size_t n = 0;
	enum oeo_err err = oeo_store_load_plans(store, &rows, &n);

	if (err != OEO_OK)
		return oeo_note_set(why, err, _("The plans cannot be read: %s."), oeo_store_message(store));
	made.items = oeo_alloc_array(n, sizeof(*made.items));
	if (made.items == NULL)
		err = OEO_ERR_NOMEM;
	for (; err == OEO_OK && made.n < n; made.n++)
		err = unpack_one(&made.items[made.n], &rows[made.n], why);
	oeo_store_plans_free(rows, n);
	if (err != OEO_OK) {
		oeo_plans_fini(&made);
		return err;
	}
	if (made.n > 1)
		qsort(made.items, made.n, sizeof(*made.items), compare_from);
	*plans = made;
	return OEO_OK;
}

void oeo_plans_fini(struct oeo_plans *plans)
{
	if (plans == NULL)
		return;
	for (size_t i = 0; i < plans->n; i++) {
		oeo_signed_plan_fini(&plans->items[i].signed_plan);
		oeo_buf_fini(&plans->items[i].packed);
	}
	free(plans->items);
	plans->items = NULL;
	plans->n = 0;
}

/* The latest plan in force that does not begin after the period; whether it has tables of the period's cadence
 * is the plan's own business. */
const struct oeo_published *oeo_plans_of_period(
    const struct oeo_plans *plans, const struct oeo_period *period)
{
	for (size_t i = plans->n; i > 0; i--) {
		const struct oeo_published *item = &plans->items[i - 1];
		const struct oeo_plan *plan = item->signed_plan.plan;

		if (item->is_in_force && oeo_period_first_day(&plan->from) <= oeo_period_first_day(period))
			return oeo_plan_covers(plan, period) ? item : NULL;
	}
	return NULL;
}

const struct oeo_published *oeo_plans_newest(const struct oeo_plans *plans)
{
	for (size_t i = plans->n; i > 0; i--) {
		if (plans->items[i - 1].is_in_force)
			return &plans->items[i - 1];
	}
	return NULL;
}

const struct oeo_published *oeo_plans_find(
    const struct oeo_plans *plans, const uint8_t digest[OEO_DIGEST_BYTES])
{
	for (size_t i = 0; i < plans->n; i++) {
		if (memcmp(plans->items[i].signed_plan.plan->digest, digest, OEO_DIGEST_BYTES) == 0)
			return &plans->items[i];
	}
	return NULL;
}

/* Is a later plan in force and has it begun? */
static bool is_followed(const struct oeo_plans *plans, size_t i, int64_t today)
{
	for (size_t later = i + 1; later < plans->n; later++) {
		if (plans->items[later].is_in_force &&
		    oeo_period_first_day(&plans->items[later].signed_plan.plan->from) <= today)
			return true;
	}
	return false;
}

unsigned oeo_plans_most_members(const struct oeo_plans *plans, int64_t today)
{
	unsigned most = 0;

	for (size_t i = 0; i < plans->n; i++) {
		unsigned its = plans->items[i].signed_plan.plan->walk_in_members;

		if (plans->items[i].is_in_force && its > 0 && !is_followed(plans, i, today) &&
		    (most == 0 || its < most))
			most = its;
	}
	return most;
}

enum oeo_err oeo_keyholders_load(
    struct oeo_card **cards, size_t *n, const struct oeo_home *home, struct oeo_note *why)
{
	return oeo_cards_load(cards, n, home, KEYHOLDERS_FOLDER, why);
}

enum oeo_err oeo_keyholders_add(
    const struct oeo_home *home, const struct oeo_card *card, bool is_replaced, struct oeo_note *why)
{
	return oeo_cards_add(home, KEYHOLDERS_FOLDER, card, is_replaced, why);
}

const struct oeo_card *oeo_keyholders_find(const struct oeo_card *cards, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(cards[i].id, id) == 0)
			return &cards[i];
	}
	return NULL;
}
