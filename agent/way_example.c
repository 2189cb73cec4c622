/* SPDX-License-Identifier: EUPL-1.2 */
/* An example question, of nobody, under any plan. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/form/page.h"
#include "agent/way_internal.h"
#include "proto/i18n.h"

#define MOST_TYPED (OEO_MAX_FIELDS + OEO_MAX_DIMENSIONS + 1)

struct example {
	const struct oeo_plan *plan;
	struct oeo_question question;
	struct oeo_way_typed typed[MOST_TYPED];
	size_t n_typed;
	char date[OEO_DATE_BYTES];
	char labels[OEO_MAX_DIMENSIONS][OEO_LABEL_TEXT_BYTES + 1];
	char postcode[OEO_POSTCODE_BYTES];
};

static void type(struct example *example, const char *label, const char *value)
{
	example->typed[example->n_typed++] = (struct oeo_way_typed){label, value};
}

/* One that the plan's own list has, so that the ward is known. */
static void choose_postcode(struct example *example)
{
	(void)snprintf(example->postcode, sizeof(example->postcode), "1234XX");
	for (size_t i = 0; i < example->plan->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &example->plan->dimensions[i];

		if (dimension->n_lookup > 0)
			(void)snprintf(
			    example->postcode, sizeof(example->postcode), "%.4sXX", dimension->lookup[0].key);
	}
}

static enum oeo_err fill_identity(struct example *example)
{
	const struct oeo_plan *plan = example->plan;
	struct oeo_question *question = &example->question;

	question->n_fields = plan->n_fields;
	for (size_t i = 0; i < plan->n_fields; i++) {
		const char *value = "vanvoorbeeld";

		switch (plan->fields[i].kind) {
		case OEO_FIELD_NAME:
			type(example, _("Name"), "van Voorbeeld");
			break;
		case OEO_FIELD_DATE:
			value = "1950-02-03";
			type(example, _("Date of birth"),
			    oeo_i18n_lang() == OEO_LANG_NL ? "03-02-1950" : "1950-02-03");
			break;
		case OEO_FIELD_POSTCODE:
			value = example->postcode;
			type(example, _("Postcode"), example->postcode);
			break;
		}
		question->identity[i] = strdup(value);
		if (question->identity[i] == NULL)
			return OEO_ERR_NOMEM;
	}
	return OEO_OK;
}

static size_t choose_code(const struct example *example, const struct oeo_dimension *dimension)
{
	if (dimension->computed_from[0] != '\0')
		return oeo_dimension_compute(dimension, example->postcode);
	return dimension->levels[dimension->n_levels - 1].first;
}

static void fill_codes(struct example *example)
{
	struct oeo_question *question = &example->question;

	question->n_dimensions = example->plan->n_dimensions;
	for (size_t i = 0; i < question->n_dimensions; i++) {
		const struct oeo_dimension *dimension = &example->plan->dimensions[i];
		const struct oeo_code *code = &dimension->codes[choose_code(example, dimension)];

		memcpy(question->dimensions[i], dimension->id, OEO_ID_BYTES);
		memcpy(question->codes[i], code->code, OEO_ID_BYTES);
		oeo_page_dimension(example->labels[i], dimension);
		if (dimension->computed_from[0] == '\0')
			type(example, example->labels[i],
			    code->label_nl != NULL ? oeo_i18n_pick(code->label_nl, code->label_en)
						   : code->code);
	}
}

/* As it is typed: 22-11-2026 in Dutch. */
static void write_date(char text[OEO_DATE_BYTES], int64_t day)
{
	char date[OEO_DATE_BYTES];

	oeo_day_format(date, day);
	if (oeo_i18n_lang() == OEO_LANG_NL)
		(void)snprintf(text, OEO_DATE_BYTES, "%.2s-%.2s-%.4s", date + 8, date + 5, date);
	else
		memcpy(text, date, OEO_DATE_BYTES);
}

enum oeo_err oeo_way_make_example(struct oeo_way *way, const struct oeo_plan *plan, int64_t today,
    const struct oeo_card *cards, size_t n_cards)
{
	struct example example = {.plan = plan};
	enum oeo_err err;

	example.question.day = today;
	write_date(example.date, today);
	type(&example, _("Date"), example.date);
	choose_postcode(&example);
	err = fill_identity(&example);
	if (err == OEO_OK) {
		fill_codes(&example);
		err = oeo_way_make(
		    way, plan, &example.question, example.typed, example.n_typed, cards, n_cards);
	}
	oeo_question_fini(&example.question);
	return err;
}
