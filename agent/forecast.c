/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/forecast.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* What a key of the set stands for. */
enum subject { SUBJECT_PERIOD = 1, SUBJECT_RESIDENT = 2, SUBJECT_NUMBER = 3, SUBJECT_WEEK = 4 };

enum oeo_err oeo_forecast_init(struct oeo_forecast *forecast, const struct oeo_plan *plan)
{
	memset(forecast, 0, sizeof(*forecast));
	forecast->plan = plan;
	forecast->reports = oeo_alloc_array(plan->n_tables, sizeof(*forecast->reports));
	forecast->periods = oeo_alloc_array(plan->n_tables, sizeof(*forecast->periods));
	if (forecast->reports == NULL || forecast->periods == NULL) {
		oeo_forecast_fini(forecast);
		return OEO_ERR_NOMEM;
	}
	randombytes_buf(forecast->key, sizeof(forecast->key));
	return OEO_OK;
}

void oeo_forecast_fini(struct oeo_forecast *forecast)
{
	free(forecast->reports);
	free(forecast->periods);
	oeo_hash_set_fini(&forecast->seen);
	sodium_memzero(forecast, sizeof(*forecast));
}

/* Where a question counts in a table. */
struct place {
	uint32_t subject;
	uint32_t table;
	struct oeo_period period;
	size_t codes[OEO_MAX_BY];
};

static void find_place(struct place *place, const struct oeo_plan *plan, size_t table,
    const struct oeo_question *question, const size_t codes[OEO_MAX_DIMENSIONS])
{
	const struct oeo_table *of = &plan->tables[table];

	memset(place, 0, sizeof(*place));
	place->table = (uint32_t)table;
	place->period = oeo_period_of_day(of->cadence, oeo_period_first_day(&question->base));
	for (size_t i = 0; i < of->n_by; i++) {
		size_t dimension = of->by[i].dimension;

		place->codes[i] =
		    oeo_dimension_ancestor(&plan->dimensions[dimension], codes[dimension], of->by[i].level);
	}
}

/* These fail only for lengths outside the library's range, which these are not. */
static void hash(const struct oeo_forecast *forecast, const struct place *place,
    const struct oeo_question *question, uint8_t out[OEO_HASH_SET_KEY_BYTES])
{
	crypto_generichash_state state;
	char week[OEO_WEEK_BYTES];

	(void)crypto_generichash_init(&state, forecast->key, sizeof(forecast->key), OEO_HASH_SET_KEY_BYTES);
	(void)crypto_generichash_update(&state, (const uint8_t *)place, sizeof(*place));
	if (place->subject == SUBJECT_RESIDENT) {
		for (size_t i = 0; i < question->n_fields; i++)
			(void)crypto_generichash_update(&state, (const uint8_t *)question->identity[i],
			    strlen(question->identity[i]) + 1);
	} else if (place->subject == SUBJECT_NUMBER) {
		(void)crypto_generichash_update(
		    &state, (const uint8_t *)question->member_number, strlen(question->member_number));
	} else if (place->subject == SUBJECT_WEEK) {
		oeo_day_format_week(
		    week, question->is_late ? oeo_period_first_day(&question->base) : question->day);
		(void)crypto_generichash_update(&state, (const uint8_t *)week, sizeof(week));
	}
	(void)crypto_generichash_final(&state, out, OEO_HASH_SET_KEY_BYTES);
	sodium_memzero(&state, sizeof(state));
}

static enum oeo_err is_new(struct oeo_forecast *forecast, const struct place *place,
    const struct oeo_question *question, bool *result)
{
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	bool found = false;
	enum oeo_err err;

	hash(forecast, place, question, key);
	err = oeo_hash_set_add(&forecast->seen, key, 0, &found, NULL);
	*result = !found;
	return err;
}

/* Who the report's share would come from; 0: nobody. */
static uint32_t subject_of(const struct oeo_table *table, const struct oeo_question *question)
{
	if (oeo_question_has_identity(question))
		return SUBJECT_RESIDENT;
	if (table->accepts_member_numbers && question->member_number != NULL &&
	    question->member_number[0] != '\0')
		return SUBJECT_NUMBER;
	return table->walk_in == OEO_WALK_IN_PER_WEEK ? SUBJECT_WEEK : 0;
}

static enum oeo_err count_period(
    struct oeo_forecast *forecast, const struct place *place, const struct oeo_question *question)
{
	struct place period;
	bool is_first = false;
	enum oeo_err err;

	memset(&period, 0, sizeof(period));
	period.subject = SUBJECT_PERIOD;
	period.table = place->table;
	period.period = place->period;
	err = is_new(forecast, &period, question, &is_first);
	if (err == OEO_OK && is_first)
		forecast->periods[place->table]++;
	return err;
}

static enum oeo_err add_to_table(struct oeo_forecast *forecast, size_t table,
    const struct oeo_question *question, const size_t codes[OEO_MAX_DIMENSIONS])
{
	const struct oeo_table *of = &forecast->plan->tables[table];
	struct place place;
	bool has_share = false;
	enum oeo_err err = OEO_OK;

	find_place(&place, forecast->plan, table, question, codes);
	place.subject = subject_of(of, question);
	if (place.subject == 0 && of->walk_in == OEO_WALK_IN_REFUSE)
		return OEO_OK;
	if (place.subject != 0)
		err = is_new(forecast, &place, question, &has_share);
	if (err != OEO_OK || !(has_share || of->publishes_questions))
		return err;
	forecast->reports[table]++;
	return count_period(forecast, &place, question);
}

enum oeo_err oeo_forecast_add(struct oeo_forecast *forecast, const struct oeo_question *question,
    const size_t codes[OEO_MAX_DIMENSIONS])
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < forecast->plan->n_tables && err == OEO_OK; i++)
		err = add_to_table(forecast, i, question, codes);
	return err;
}
