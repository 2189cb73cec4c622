/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/retention.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "agent/bytes.h"
#include "agent/periods.h"

#define COLLECTION "settings"
#define KEEP_KEY "keep-identity"
#define MARK_KEY "keep-identity-done" /* what was looked at the last time */

/* ---- The setting */

enum oeo_err oeo_retention_load(enum oeo_cadence *keep, struct oeo_ledger *ledger)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, KEEP_KEY, &value);

	if (err == OEO_OK && (value.len != 1 || value.data[0] < OEO_MONTH || value.data[0] > OEO_YEAR))
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		*keep = (enum oeo_cadence)value.data[0];
	else if (err == OEO_ERR_NOT_FOUND)
		*keep = OEO_YEAR;
	oeo_buf_fini(&value);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_retention_save(struct oeo_ledger *ledger, enum oeo_cadence keep)
{
	uint8_t value = (uint8_t)keep;

	return oeo_ledger_put(ledger, COLLECTION, KEEP_KEY, &value, 1);
}

/* ---- Which periods are done with names */

struct erasing {
	struct oeo_ledger *ledger;
	const struct oeo_plans *plans;
	enum oeo_cadence keep;
	struct oeo_period_record *records;
	size_t n_records;
	struct oeo_buf found; /* record hashes */
};

/* Nothing is made of the questions of such a period any more. */
static bool is_done(const struct oeo_period_record *record)
{
	return record->stage == OEO_STAGE_RELEASED || record->stage == OEO_STAGE_MISSED ||
	       record->stage == OEO_STAGE_LOST || (record->stage == OEO_STAGE_SUBMITTED && !record->is_gone);
}

/* The longest period around a base period that its plan counts in and that is not longer than what is kept. */
static bool find_last(const struct erasing *erasing, const struct oeo_period *base, struct oeo_period *last)
{
	const struct oeo_plan *plan = oeo_plans_of_day(erasing->plans, oeo_period_first_day(base));
	enum oeo_cadence longest = erasing->keep > base->cadence ? erasing->keep : base->cadence;

	for (unsigned cadence = longest; plan != NULL && cadence >= (unsigned)base->cadence; cadence--) {
		*last = oeo_period_of_day((enum oeo_cadence)cadence, oeo_period_first_day(base));
		if (oeo_plan_has_cadence(plan, last->cadence) && oeo_plan_covers(plan, last))
			return true;
	}
	return false;
}

static bool may_be_erased(const struct erasing *erasing, const struct oeo_period *base)
{
	struct oeo_period last;

	if (!find_last(erasing, base, &last))
		return false;
	for (size_t i = 0; i < erasing->n_records; i++) {
		if (oeo_period_equal(&erasing->records[i].period, &last))
			return is_done(&erasing->records[i]);
	}
	return false;
}

/* The period is the one that the names of its first day are kept for. */
static bool is_last(const struct erasing *erasing, const struct oeo_period *period)
{
	int64_t first_day = oeo_period_first_day(period);
	const struct oeo_plan *plan = oeo_plans_of_day(erasing->plans, first_day);
	struct oeo_period base;
	struct oeo_period last;

	if (plan == NULL)
		return false;
	base = oeo_period_of_day(oeo_plan_base(plan), first_day);
	return find_last(erasing, &base, &last) && oeo_period_equal(&last, period);
}

enum oeo_err oeo_retention_find_over(int64_t *day, struct oeo_ledger *ledger, const struct oeo_plans *plans)
{
	struct erasing erasing = {.ledger = ledger, .plans = plans};
	int64_t over = INT64_MIN;
	enum oeo_err err = oeo_retention_load(&erasing.keep, ledger);

	if (err == OEO_OK)
		err = oeo_period_records_load(&erasing.records, &erasing.n_records, ledger);
	for (size_t i = 0; i < erasing.n_records && err == OEO_OK; i++) {
		const struct oeo_period *period = &erasing.records[i].period;

		if (is_done(&erasing.records[i]) && is_last(&erasing, period) &&
		    oeo_period_last_day(period) > over)
			over = oeo_period_last_day(period);
	}
	free(erasing.records);
	if (err == OEO_OK)
		*day = over;
	return err;
}

static bool has_somebody(const struct oeo_question *question)
{
	return oeo_question_has_identity(question) ||
	       (question->member_number != NULL && question->member_number[0] != '\0');
}

static enum oeo_err on_question(void *context, const struct oeo_question *question)
{
	struct erasing *erasing = context;

	if (question->is_erased || !has_somebody(question) || !may_be_erased(erasing, &question->base))
		return OEO_OK;
	return oeo_buf_append(&erasing->found, question->record, OEO_RECORD_HASH_BYTES);
}

/* ---- What was looked at the last time: the setting and the periods that are done */

static enum oeo_err write_mark(const struct erasing *erasing, struct oeo_buf *mark)
{
	enum oeo_err err = oeo_bytes_put(mark, (uint64_t)erasing->keep, 1);

	for (size_t i = 0; i < erasing->n_records && err == OEO_OK; i++) {
		const struct oeo_period *period = &erasing->records[i].period;

		if (!is_done(&erasing->records[i]))
			continue;
		err = oeo_bytes_put(mark, (uint64_t)period->cadence, 1);
		if (err == OEO_OK)
			err = oeo_bytes_put(mark, period->year, 2);
		if (err == OEO_OK)
			err = oeo_bytes_put(mark, period->number, 1);
	}
	return err;
}

static enum oeo_err is_marked(struct oeo_ledger *ledger, const struct oeo_buf *mark, bool *is_same)
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, MARK_KEY, &value);

	*is_same = err == OEO_OK && value.len == mark->len && memcmp(value.data, mark->data, mark->len) == 0;
	oeo_buf_fini(&value);
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

/* ---- Erasing */

static enum oeo_err erase_all(struct erasing *erasing)
{
	enum oeo_err err = oeo_ledger_each_question(erasing->ledger, on_question, erasing);

	for (size_t at = 0; at < erasing->found.len && err == OEO_OK; at += OEO_RECORD_HASH_BYTES)
		err = oeo_ledger_erase_identity(erasing->ledger, erasing->found.data + at);
	return err;
}

static enum oeo_err enforce(struct erasing *erasing, bool is_forced)
{
	struct oeo_buf mark = {0};
	bool is_same = false;
	enum oeo_err err = oeo_retention_load(&erasing->keep, erasing->ledger);

	if (err == OEO_OK)
		err = oeo_period_records_load(&erasing->records, &erasing->n_records, erasing->ledger);
	if (err == OEO_OK)
		err = write_mark(erasing, &mark);
	if (err == OEO_OK)
		err = is_marked(erasing->ledger, &mark, &is_same);
	if (err == OEO_OK && (is_forced || !is_same)) {
		err = erase_all(erasing);
		if (err == OEO_OK)
			err = oeo_ledger_put(erasing->ledger, COLLECTION, MARK_KEY, mark.data, mark.len);
	}
	oeo_buf_fini(&mark);
	free(erasing->records);
	return err;
}

enum oeo_err oeo_retention_enforce(struct oeo_ledger *ledger, const struct oeo_plans *plans, bool is_forced,
    size_t *n_erased, struct oeo_note *why)
{
	struct erasing erasing = {.ledger = ledger, .plans = plans};
	enum oeo_err err = oeo_ledger_begin(ledger, why);

	if (err != OEO_OK)
		return err;
	err = enforce(&erasing, is_forced);
	if (err == OEO_OK)
		err = oeo_ledger_commit(ledger, why);
	else
		oeo_ledger_rollback(ledger);
	if (err == OEO_OK && erasing.found.len > 0)
		(void)oeo_ledger_compact(ledger, NULL); /* else what was erased is overwritten later */
	if (err == OEO_OK && n_erased != NULL)
		*n_erased = erasing.found.len / OEO_RECORD_HASH_BYTES;
	oeo_buf_fini(&erasing.found);
	return err;
}

/* ---- Counting */

static enum oeo_err count_one(void *context, const struct oeo_question *question)
{
	struct oeo_retention_counts *counts = context;

	counts->n_questions++;
	counts->n_with_identity += has_somebody(question);
	counts->n_erased += question->is_erased;
	return OEO_OK;
}

enum oeo_err oeo_retention_count(struct oeo_retention_counts *counts, struct oeo_ledger *ledger)
{
	struct oeo_retention_counts made = {0, 0, 0};
	enum oeo_err err = oeo_ledger_each_question(ledger, count_one, &made);

	if (err == OEO_OK)
		*counts = made;
	return err;
}
