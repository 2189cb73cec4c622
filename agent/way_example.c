/* SPDX-License-Identifier: EUPL-1.2 */
/* An example question, of nobody, under any plan. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/way_internal.h"
#include "proto/i18n.h"

#define MOST_TYPED (OEO_MAX_FIELDS + OEO_MAX_DIMENSIONS + 1)

struct example {
	const struct oeo_plan *plan;
	struct oeo_question question;
	struct oeo_way_typed typed[MOST_TYPED];
	size_t n_typed;
	char date[OEO_DATE_BYTES];
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
			type(example, _("Date of birth"), "3-2-1950");
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
		if (dimension->computed_from[0] == '\0')
			type(example, oeo_level_label(&dimension->levels[dimension->n_levels - 1]),
			    code->label_nl != NULL ? oeo_i18n_pick(code->label_nl, code->label_en)
						   : code->code);
	}
}

enum oeo_err oeo_way_make_example(struct oeo_way *way, const struct oeo_plan *plan, int64_t today,
    const struct oeo_card *cards, size_t n_cards)
{
	struct example example = {.plan = plan};
	enum oeo_err err;

	example.question.day = today;
	oeo_day_format(example.date, today);
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
