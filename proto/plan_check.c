/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan_check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/tally.h"
#include "proto/text.h"

#define SENTENCE_BYTES 512

void oeo_plan_check_fault(struct oeo_plan_checker *checker, enum oeo_plan_part part, size_t i, size_t j,
    const char *key, const char *format, ...)
{
	struct oeo_plan_place place = {.part = part, .i = i, .j = j, .key = key};
	char sentence[SENTENCE_BYTES];
	va_list arguments;

	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) < 0)
		sentence[0] = '\0';
	va_end(arguments);
	checker->faults++;
	checker->fault(checker->context, &place, sentence);
}

void oeo_plan_check_k(struct oeo_plan_checker *checker, enum oeo_plan_part part, size_t i, unsigned k)
{
	if (k < OEO_LEAST_K)
		oeo_plan_check_fault(checker, part, i, 0, "residents",
		    _("residents: %u is too low. A number is published only from %d residents on, and no "
		      "agent takes part below that."),
		    k, OEO_LEAST_K);
	else if (k > OEO_MAX_K)
		oeo_plan_check_fault(checker, part, i, 0, "residents",
		    _("residents: %u is too high; choose %d at most."), k, OEO_MAX_K);
}

static void fault(struct oeo_plan_checker *checker, const char *key, const char *sentence)
{
	oeo_plan_check_fault(checker, OEO_PART_WHOLE, 0, 0, key, "%s", sentence);
}

static void check_range(
    struct oeo_plan_checker *checker, const char *key, unsigned value, unsigned least, unsigned most)
{
	if (value < least || value > most)
		oeo_plan_check_fault(checker, OEO_PART_WHOLE, 0, 0, key,
		    _("%s: %u is not possible; choose a number from %u to %u."), key, value, least, most);
}

static bool is_label(const char *text)
{
	return text != NULL && oeo_text_is_line(text, strlen(text), 1, OEO_LABEL_TEXT_BYTES);
}

static bool is_period(const struct oeo_period *period)
{
	struct oeo_period again;
	char text[OEO_PERIOD_BYTES];

	if (oeo_cadence_name(period->cadence) == NULL || period->year > 9999 || period->number > 12)
		return false;
	oeo_period_format(text, period);
	return oeo_period_parse(&again, text) == OEO_OK && oeo_period_equal(&again, period);
}

static void check_head(struct oeo_plan_checker *checker)
{
	const struct oeo_plan *plan = checker->plan;

	if (!oeo_id_is_valid(plan->id))
		fault(checker, "plan",
		    _("the plan's short name may hold letters, digits, dot, dash and underscore only."));
	if (!is_label(plan->title_nl) || !is_label(plan->title_en))
		fault(checker, "title", _("the title is one line in each language, of 1 to 200 bytes."));
	if (!oeo_id_is_valid(plan->municipality))
		fault(checker, "municipality", _("the municipality is a code of CBS, such as GM0141."));
	if (!is_period(&plan->from))
		fault(checker, "from",
		    _("this is no period. Write a month as 2026-11, a quarter as 2026-Q4, a year as 2026."));
	else if (plan->n_tables > 0 && plan->from.cadence != oeo_plan_base(plan))
		fault(checker, "from",
		    _("the plan must begin with a period of its shortest kind. With tables per month write a "
		      "month (2026-11), with quarters as the shortest a quarter (2026-Q4), else a year "
		      "(2026)."));
	check_range(checker, "icu", plan->icu, 1, OEO_MAX_ICU);
	check_range(checker, "expected_questions", plan->expected_questions, 1, OEO_MAX_EXPECTED);
	check_range(checker, "grace_days", plan->grace_days, 0, OEO_MAX_GRACE_DAYS);
	check_range(checker, "window_days", plan->window_days, 1, OEO_MAX_WINDOW_DAYS);
	oeo_plan_check_k(checker, OEO_PART_WHOLE, 0, plan->residents);
	check_range(checker, "walk_in_members", plan->walk_in_members, 0, OEO_MAX_MEMBERS);
}

static void check_keyholders(struct oeo_plan_checker *checker)
{
	const struct oeo_plan *plan = checker->plan;

	if (plan->n_keyholders < 1 || plan->n_keyholders > OEO_MAX_KEYHOLDERS) {
		oeo_plan_check_fault(checker, OEO_PART_WHOLE, 0, 0, "keyholders",
		    _("a plan has 1 to %d keyholders."), OEO_MAX_KEYHOLDERS);
		return;
	}
	for (size_t i = 0; i < plan->n_keyholders; i++) {
		if (!oeo_id_is_valid(plan->keyholders[i]))
			fault(checker, "keyholders", _("a keyholder is named by the id on its card."));
		for (size_t j = 0; j < i; j++)
			if (strcmp(plan->keyholders[i], plan->keyholders[j]) == 0)
				fault(checker, "keyholders", _("one keyholder stands here twice."));
	}
	if (plan->n_keyholders == 1 && !plan->is_single_keyholder_accepted)
		fault(checker, "keyholders",
		    _("there is only one keyholder. Together with the collector it could read what the "
		      "thresholds hide. Add an independent second one, or accept this outright with the line "
		      "\"keyholders_single: accepted\"."));
	if (plan->n_keyholders > 1 && plan->is_single_keyholder_accepted)
		fault(checker, "keyholders_single", _("there are several keyholders; remove this line."));
}

/* Placeholders are compared with normalised values, so a name is a-z0-9, a postcode A-Z0-9, a date a day. */
static bool is_normalised(enum oeo_field_kind kind, const char *value)
{
	size_t len = strlen(value);
	int64_t day;

	if (kind == OEO_FIELD_DATE)
		return oeo_day_parse(&day, value) == OEO_OK;
	if (kind == OEO_FIELD_POSTCODE)
		return len >= 4 && len <= 8 && strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == len;
	return len > 0 && strspn(value, "abcdefghijklmnopqrstuvwxyz0123456789") == len;
}

static void check_field(struct oeo_plan_checker *checker, size_t i)
{
	const struct oeo_identity_field *field = &checker->plan->fields[i];

	if (!oeo_id_is_valid(field->id))
		oeo_plan_check_fault(checker, OEO_PART_FIELD, i, 0, NULL,
		    _("the name of an identity field may hold letters, digits, dot, dash and underscore "
		      "only."));
	for (size_t j = 0; j < i; j++)
		if (strcmp(field->id, checker->plan->fields[j].id) == 0)
			oeo_plan_check_fault(checker, OEO_PART_FIELD, i, 0, NULL,
			    _("the identity field \"%s\" stands here twice."), field->id);
	if (field->kind < OEO_FIELD_NAME || field->kind > OEO_FIELD_POSTCODE) {
		oeo_plan_check_fault(
		    checker, OEO_PART_FIELD, i, 0, "kinds", _("the kind is name, date or postcode."));
		return;
	}
	if (field->n_placeholders > OEO_MAX_PLACEHOLDERS) {
		oeo_plan_check_fault(checker, OEO_PART_FIELD, i, 0, "placeholders",
		    _("at most %d placeholders."), OEO_MAX_PLACEHOLDERS);
		return;
	}
	for (size_t j = 0; j < field->n_placeholders; j++)
		if (!is_normalised(field->kind, field->placeholders[j]))
			oeo_plan_check_fault(checker, OEO_PART_FIELD, i, 0, "placeholders",
			    _("\"%s\" is no placeholder for \"%s\". Write a date as 1900-01-01, a postcode "
			      "as 1234AB, a name in small letters without spaces."),
			    field->placeholders[j], field->id);
}

static void check_fields(struct oeo_plan_checker *checker)
{
	const struct oeo_plan *plan = checker->plan;

	if (plan->n_fields < 1 || plan->n_fields > OEO_MAX_FIELDS) {
		oeo_plan_check_fault(checker, OEO_PART_WHOLE, 0, 0, "fields",
		    _("a plan has 1 to %d identity fields."), OEO_MAX_FIELDS);
		return;
	}
	for (size_t i = 0; i < plan->n_fields; i++)
		check_field(checker, i);
}

static void check_dimensions(struct oeo_plan_checker *checker)
{
	const struct oeo_plan *plan = checker->plan;

	if (plan->n_dimensions > OEO_MAX_DIMENSIONS) {
		oeo_plan_check_fault(checker, OEO_PART_WHOLE, 0, 0, "dimensions",
		    _("a plan has at most %d dimensions."), OEO_MAX_DIMENSIONS);
		return;
	}
	for (size_t i = 0; i < plan->n_dimensions; i++)
		oeo_plan_check_dimension(checker, i);
}

/* Tables look into dimensions, so they are checked only where these hold. */
static void check_tables(struct oeo_plan_checker *checker)
{
	const struct oeo_plan *plan = checker->plan;
	bool is_per_week = false;

	if (plan->n_tables < 1 || plan->n_tables > OEO_MAX_TABLES) {
		oeo_plan_check_fault(
		    checker, OEO_PART_WHOLE, 0, 0, "tables", _("a plan has 1 to %d tables."), OEO_MAX_TABLES);
		return;
	}
	for (size_t i = 0; i < plan->n_tables; i++) {
		oeo_plan_check_table(checker, i);
		is_per_week = is_per_week || plan->tables[i].walk_in == OEO_WALK_IN_PER_WEEK;
	}
	if (is_per_week && plan->walk_in_members == 0)
		fault(checker, "walk_in",
		    _("walk_in is per-week; say with \"walk_in_members: 2\" how many members may count "
		      "walk-ins this way."));
	if (!is_per_week && plan->walk_in_members > 0)
		fault(checker, "walk_in_members", _("no table counts walk-ins per week; remove this line."));
}

bool oeo_plan_check(const struct oeo_plan *plan, oeo_plan_fault_fn *fault_fn, void *context)
{
	struct oeo_plan_checker checker = {.plan = plan, .fault = fault_fn, .context = context};

	check_head(&checker);
	check_keyholders(&checker);
	check_fields(&checker);
	check_dimensions(&checker);
	check_tables(&checker);
	return checker.faults == 0;
}
