/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/withdraw.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/closed.h"
#include "proto/i18n.h"

/* ---- Looking */

struct looking {
	const struct oeo_agent *agent;
	const struct oeo_person *person;
	struct oeo_buf items;
	size_t n_own;
};

/* The person's values in the order of a plan's fields, borrowed. */
static void order_values(
    char *values[OEO_MAX_FIELDS], const struct oeo_person *person, const struct oeo_plan *plan)
{
	for (size_t i = 0; i < plan->n_fields; i++) {
		values[i] = NULL;
		for (size_t f = 0; f < person->n_fields; f++) {
			if (strcmp(person->fields[f].id, plan->fields[i].id) == 0)
				values[i] = person->values[f];
		}
	}
}

static bool has_number(const struct oeo_person *person, const struct oeo_question *question)
{
	return person->number != NULL && person->number[0] != '\0' && question->member_number != NULL &&
	       strcmp(person->number, question->member_number) == 0;
}

static enum oeo_difference compare(
    const struct oeo_person *person, const struct oeo_plan *plan, const struct oeo_question *question)
{
	char *values[OEO_MAX_FIELDS];

	if (has_number(person, question))
		return OEO_DIFFERS_NOT;
	if (plan == NULL || plan->n_fields != question->n_fields)
		return OEO_DIFFERS_MUCH;
	order_values(values, person, plan);
	return oeo_near_compare(plan, values, question->identity);
}

static enum oeo_err keep(struct looking *looking, const struct oeo_plan *plan,
    const struct oeo_question *question, enum oeo_difference difference)
{
	struct oeo_found_question item = {
	    .day = question->day, .base = question->base, .difference = difference};
	struct oeo_buf what = {0};
	enum oeo_err err = oeo_question_describe(&what, plan, question);

	if (err == OEO_OK)
		err = oeo_buf_terminate(&what);
	memcpy(item.record, question->record, OEO_RECORD_HASH_BYTES);
	item.what = (char *)what.data;
	if (err == OEO_OK)
		err = oeo_buf_append(&looking->items, &item, sizeof(item));
	if (err != OEO_OK)
		oeo_buf_fini(&what);
	looking->n_own += err == OEO_OK && difference == OEO_DIFFERS_NOT;
	return err;
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct looking *looking = context;
	const struct oeo_plan *plan = oeo_plans_of_day(&looking->agent->plans, question->day);
	enum oeo_difference difference = compare(looking->person, plan, question);

	return difference == OEO_DIFFERS_MUCH ? OEO_OK : keep(looking, plan, question, difference);
}

static int compare_items(const void *a, const void *b)
{
	const struct oeo_found_question *x = a;
	const struct oeo_found_question *y = b;

	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return memcmp(x->record, y->record, OEO_RECORD_HASH_BYTES);
}

void oeo_found_questions_fini(struct oeo_found_questions *found)
{
	for (size_t i = 0; i < found->n; i++)
		free(found->items[i].what);
	free(found->items);
	memset(found, 0, sizeof(*found));
}

enum oeo_err oeo_withdraw_find(
    struct oeo_found_questions *found, const struct oeo_agent *agent, const struct oeo_person *person)
{
	struct looking looking = {.agent = agent, .person = person};
	enum oeo_err err = oeo_ledger_each_question(agent->ledger, on_question, &looking);

	/* From malloc, so aligned; the caller owns it. */
	found->items = (struct oeo_found_question *)(void *)looking.items.data;
	found->n = looking.items.len / sizeof(*found->items);
	found->n_own = looking.n_own;
	if (found->n > 1)
		qsort(found->items, found->n, sizeof(*found->items), compare_items);
	if (err != OEO_OK)
		oeo_found_questions_fini(found);
	return err;
}

/* ---- Taking out */

static bool is_own(const struct oeo_found_question *item)
{
	return item->difference == OEO_DIFFERS_NOT;
}

enum oeo_err oeo_withdraw_remove(
    const struct oeo_agent *agent, const struct oeo_found_questions *found, struct oeo_note *why)
{
	enum oeo_err err = oeo_ledger_begin(agent->ledger, why);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < found->n && err == OEO_OK; i++) {
		if (!is_own(&found->items[i]))
			continue;
		err = oeo_period_discard_around(agent->ledger, &agent->plans, &found->items[i].base, why);
		if (err == OEO_OK)
			err = oeo_ledger_withdraw_question(agent->ledger, found->items[i].record);
	}
	if (err == OEO_OK)
		err = oeo_ledger_commit(agent->ledger, why);
	else
		oeo_ledger_rollback(agent->ledger);
	return err;
}

static bool holds_own(const struct oeo_period *period, const struct oeo_found_questions *found)
{
	for (size_t i = 0; i < found->n; i++) {
		if (is_own(&found->items[i]) && oeo_period_contains(period, &found->items[i].base))
			return true;
	}
	return false;
}

enum oeo_err oeo_withdraw_list_left(struct oeo_period_record **records, size_t *n,
    const struct oeo_agent *agent, const struct oeo_found_questions *found)
{
	struct oeo_period_record *all = NULL;
	size_t n_all = 0;
	size_t kept = 0;
	enum oeo_err err = oeo_period_records_load(&all, &n_all, agent->ledger);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < n_all; i++) {
		if (oeo_period_has_left(&all[i]) && holds_own(&all[i].period, found))
			all[kept++] = all[i];
	}
	*records = all;
	*n = kept;
	return OEO_OK;
}
