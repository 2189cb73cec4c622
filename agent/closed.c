/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/closed.h"

#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

bool oeo_period_has_left(const struct oeo_period_record *record)
{
	return record->is_sent || record->stage > OEO_STAGE_READY;
}

/* ---- Why */

static void explain_released(
    struct oeo_note *note, const struct oeo_period_record *record, const char *period)
{
	if (record->n_destroyed > 0)
		(void)oeo_note_set(note, OEO_OK,
		    _("The figures of %s are out. They hold no residents, only numbers. The sealed pieces "
		      "behind them cannot be opened by anybody any more: keyholders have signed that they "
		      "destroyed their keys (%u so far), and the bureau deletes the pieces."),
		    period, (unsigned)record->n_destroyed);
	else
		(void)oeo_note_set(note, OEO_OK,
		    _("The figures of %s are out. They hold no residents, only numbers. The keyholders now "
		      "destroy their keys and the bureau deletes the sealed pieces."),
		    period);
}

static void explain_sent(struct oeo_note *note, const struct oeo_plans *plans,
    const struct oeo_period_record *record, const char *period)
{
	const struct oeo_plan *plan = oeo_plans_of_digest(plans, record->plan_digest);
	char until[OEO_DATE_BYTES];

	if (plan == NULL)
		plan = oeo_plans_of_period(plans, &record->period);
	if (plan == NULL) {
		(void)oeo_note_set(
		    note, OEO_OK, _("%s was sent in. Nothing can be taken out of it any more."), period);
		return;
	}
	oeo_day_format(until, oeo_plan_deadline_day(plan, &record->period));
	(void)oeo_note_set(note, OEO_OK,
	    _("%s was sent in: sealed and shuffled, so that nobody can point out the part of one resident "
	      "any "
	      "more, this program included. It counts only in figures of at least %u residents. When the "
	      "figures are out (they can be from %s on, whether or not all members are in), the keys are "
	      "destroyed and the bureau deletes the sealed pieces."),
	    period, plan->residents, until);
}

void oeo_period_explain_closed(
    struct oeo_note *note, const struct oeo_plans *plans, const struct oeo_period_record *record)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &record->period);
	switch (record->stage) {
	case OEO_STAGE_RELEASED:
		explain_released(note, record, period);
		return;
	case OEO_STAGE_MISSED:
		(void)oeo_note_set(note, OEO_OK,
		    _("The figures of %s came out without this organisation; nothing of it was sent in."),
		    period);
		return;
	case OEO_STAGE_LOST:
		(void)oeo_note_set(note, OEO_OK,
		    _("The keys of %s are gone: what was sent in of it cannot be opened by anybody any more, "
		      "and the bureau deletes it."),
		    period);
		return;
	default:
		explain_sent(note, plans, record, period);
	}
}

/* ---- Which */

static bool is_around(const struct oeo_period_record *record, const struct oeo_period *base)
{
	return oeo_period_contains(&record->period, base);
}

enum oeo_err oeo_period_list_left(
    struct oeo_period_record **records, size_t *n, struct oeo_ledger *ledger, const struct oeo_period *base)
{
	struct oeo_period_record *all = NULL;
	size_t n_all = 0;
	size_t kept = 0;
	enum oeo_err err = oeo_period_records_load(&all, &n_all, ledger);

	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < n_all; i++) {
		if (is_around(&all[i], base) && oeo_period_has_left(&all[i]))
			all[kept++] = all[i];
	}
	*records = all;
	*n = kept;
	return OEO_OK;
}

/* The longest first: a base period is opened again only where no longer one holds it. base NULL: all periods. */
static enum oeo_err discard_unsent(struct oeo_ledger *ledger, const struct oeo_plans *plans,
    const struct oeo_period *base, size_t *n_discarded, struct oeo_note *why)
{
	struct oeo_period_record *records = NULL;
	size_t n = 0;
	enum oeo_err err = oeo_period_records_load(&records, &n, ledger);

	for (unsigned cadence = OEO_YEAR; cadence >= OEO_MONTH && err == OEO_OK; cadence--) {
		for (size_t i = 0; i < n && err == OEO_OK; i++) {
			const struct oeo_plan *plan = oeo_plans_of_digest(plans, records[i].plan_digest);

			if ((unsigned)records[i].period.cadence != cadence || plan == NULL ||
			    records[i].stage == OEO_STAGE_NONE || oeo_period_has_left(&records[i]) ||
			    (base != NULL && !is_around(&records[i], base)))
				continue;
			err = oeo_period_discard(ledger, plan, &records[i].period, why);
			*n_discarded += err == OEO_OK;
		}
	}
	free(records);
	return err;
}

enum oeo_err oeo_period_discard_around(struct oeo_ledger *ledger, const struct oeo_plans *plans,
    const struct oeo_period *base, struct oeo_note *why)
{
	size_t n_discarded = 0;

	return discard_unsent(ledger, plans, base, &n_discarded, why);
}

enum oeo_err oeo_period_discard_unsent(struct oeo_home *home, struct oeo_ledger *ledger,
    const struct oeo_plans *plans, size_t *n_discarded, struct oeo_note *why)
{
	struct oeo_home locked;
	size_t n = 0;
	enum oeo_err err = oeo_home_open(&locked, home->path, why);

	if (err != OEO_OK)
		return err;
	err = oeo_home_lock(&locked, "publish", why);
	if (err == OEO_OK)
		err = oeo_ledger_begin(ledger, why);
	if (err == OEO_OK) {
		err = discard_unsent(ledger, plans, NULL, &n, why);
		if (err == OEO_OK)
			err = oeo_ledger_commit(ledger, why);
		else
			oeo_ledger_rollback(ledger);
	}
	oeo_home_close(&locked);
	if (err == OEO_OK)
		*n_discarded = n;
	return err;
}

/* ---- What a question was about */

static const char *find_label(const struct oeo_dimension *dimension, const char *code)
{
	size_t at = oeo_dimension_find_code(dimension, dimension->n_levels - 1, code);

	if (dimension->computed_from[0] != '\0' || at == SIZE_MAX || at == oeo_dimension_unknown(dimension))
		return NULL;
	return oeo_i18n_pick(dimension->codes[at].label_nl, dimension->codes[at].label_en);
}

enum oeo_err oeo_question_describe(
    struct oeo_buf *text, const struct oeo_plan *plan, const struct oeo_question *question)
{
	enum oeo_err err = OEO_OK;
	bool is_first = true;

	for (size_t i = 0; i < question->n_dimensions && err == OEO_OK; i++) {
		size_t d = plan != NULL ? oeo_plan_find_dimension(plan, question->dimensions[i]) : SIZE_MAX;
		const char *label =
		    d != SIZE_MAX ? find_label(&plan->dimensions[d], question->codes[i]) : NULL;

		if (label == NULL)
			continue;
		err = oeo_buf_printf(text, "%s%s", is_first ? "" : ", ", label);
		is_first = false;
	}
	return err == OEO_OK && is_first ? oeo_buf_append_text(text, _("subject unknown")) : err;
}
