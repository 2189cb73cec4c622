/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/plan_check.h"
#include "proto/plan_message.h"

static void free_dimension(struct oeo_dimension *dimension)
{
	for (size_t i = 0; i < dimension->n_codes; i++) {
		free(dimension->codes[i].label_nl);
		free(dimension->codes[i].label_en);
	}
	for (size_t i = 0; i < dimension->n_levels; i++) {
		free(dimension->levels[i].label_nl);
		free(dimension->levels[i].label_en);
	}
	free(dimension->levels);
	free(dimension->codes);
	free(dimension->unknown);
	free(dimension->lookup);
}

void oeo_plan_free(struct oeo_plan *plan)
{
	if (plan == NULL)
		return;
	for (size_t i = 0; i < plan->n_dimensions; i++)
		free_dimension(&plan->dimensions[i]);
	for (size_t i = 0; i < plan->n_fields; i++)
		free(plan->fields[i].placeholders);
	free(plan->title_nl);
	free(plan->title_en);
	free(plan->keyholders);
	free(plan->fields);
	free(plan->dimensions);
	free(plan->tables);
	oeo_buf_fini(&plan->bytes);
	free(plan);
}

/* Keep the first fault only: plan bytes are not edited by people. */
static void note_fault(void *context, const struct oeo_plan_place *place, const char *sentence)
{
	struct oeo_note *first = context;

	(void)place;
	if (first->text[0] == '\0')
		(void)oeo_note_set(first, OEO_ERR_RANGE, "%s", sentence);
}

enum oeo_err oeo_plan_seal(struct oeo_plan *plan, struct oeo_note *why)
{
	struct oeo_note first = {""};
	struct oeo_buf bytes = {0};
	uint8_t digest[OEO_DIGEST_BYTES];
	enum oeo_err err;

	if (!oeo_plan_check(plan, note_fault, &first))
		return oeo_note_set(why, OEO_ERR_RANGE, "%s", first.text);
	err = oeo_plan_pack(&bytes, plan);
	if (err == OEO_OK && crypto_generichash(digest, sizeof(digest), bytes.data, bytes.len, NULL, 0) != 0)
		err = OEO_ERR_INTERNAL;
	if (err != OEO_OK) {
		oeo_buf_fini(&bytes);
		return err;
	}
	oeo_buf_fini(&plan->bytes);
	plan->bytes = bytes;
	memcpy(plan->digest, digest, sizeof(digest));
	return OEO_OK;
}

enum oeo_err oeo_plan_parse(struct oeo_plan **plan, const uint8_t *bytes, size_t len, struct oeo_note *why)
{
	struct oeo_plan *made = NULL;
	enum oeo_err err = oeo_plan_unpack(&made, bytes, len);

	if (err == OEO_ERR_FORMAT)
		return oeo_note_set(why, err,
		    _("This is no plan of a version that this program knows, or it is damaged. Ask for the "
		      "file again."));
	if (err != OEO_OK)
		return err;
	err = oeo_plan_seal(made, why);
	/* One plan has one spelling, so that one digest stands for it. */
	if (err == OEO_OK && (made->bytes.len != len || memcmp(made->bytes.data, bytes, len) != 0))
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("The plan is not written in its one canonical form. Ask for the file again."));
	if (err != OEO_OK) {
		oeo_plan_free(made);
		return err;
	}
	*plan = made;
	return OEO_OK;
}

size_t oeo_plan_find_dimension(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_dimensions; i++)
		if (strcmp(plan->dimensions[i].id, id) == 0)
			return i;
	return SIZE_MAX;
}

size_t oeo_plan_find_table(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_tables; i++)
		if (strcmp(plan->tables[i].id, id) == 0)
			return i;
	return SIZE_MAX;
}

bool oeo_plan_find_level(const struct oeo_plan *plan, const char *level, struct oeo_by *by)
{
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		for (size_t j = 0; j < plan->dimensions[i].n_levels; j++) {
			if (strcmp(plan->dimensions[i].levels[j].id, level) != 0)
				continue;
			by->dimension = i;
			by->level = j;
			return true;
		}
	}
	return false;
}

const char *oeo_level_label(const struct oeo_level *level)
{
	return level->label_nl != NULL ? oeo_i18n_pick(level->label_nl, level->label_en) : level->id;
}

size_t oeo_dimension_find_code(const struct oeo_dimension *dimension, size_t level, const char *code)
{
	size_t first;

	if (level >= dimension->n_levels)
		return SIZE_MAX;
	first = dimension->levels[level].first;
	for (size_t i = first; i < first + dimension->levels[level].count; i++)
		if (strcmp(dimension->codes[i].code, code) == 0)
			return i;
	return SIZE_MAX;
}

size_t oeo_dimension_ancestor(const struct oeo_dimension *dimension, size_t code, size_t level)
{
	while (dimension->codes[code].level > level)
		code = dimension->codes[code].parent;
	return code;
}

size_t oeo_dimension_unknown(const struct oeo_dimension *dimension)
{
	return dimension->n_codes - 1;
}

size_t oeo_dimension_compute(const struct oeo_dimension *dimension, const char *value)
{
	size_t low = 0;
	size_t high = dimension->n_lookup;

	if (strlen(value) < dimension->prefix)
		return oeo_dimension_unknown(dimension);
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = strncmp(value, dimension->lookup[middle].key, dimension->prefix);

		if (order == 0)
			return dimension->lookup[middle].code;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return oeo_dimension_unknown(dimension);
}

enum oeo_cadence oeo_plan_base(const struct oeo_plan *plan)
{
	enum oeo_cadence base = OEO_YEAR;

	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence < base)
			base = plan->tables[i].cadence;
	return base;
}

enum oeo_cadence oeo_plan_longest(const struct oeo_plan *plan)
{
	enum oeo_cadence longest = OEO_MONTH;

	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence > longest)
			longest = plan->tables[i].cadence;
	return longest;
}

enum oeo_cadence oeo_plan_longest_of_two(const struct oeo_plan *one, const struct oeo_plan *other)
{
	enum oeo_cadence first = oeo_plan_longest(one);
	enum oeo_cadence second = oeo_plan_longest(other);

	return first > second ? first : second;
}

bool oeo_plan_has_walk_ins(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence == cadence && plan->tables[i].walk_in == OEO_WALK_IN_PER_WEEK)
			return true;
	return false;
}

bool oeo_plan_has_cadence(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence == cadence)
			return true;
	return false;
}

bool oeo_plan_covers(const struct oeo_plan *plan, const struct oeo_period *period)
{
	return oeo_plan_has_cadence(plan, period->cadence) &&
	       oeo_period_first_day(period) >= oeo_period_first_day(&plan->from);
}

int64_t oeo_plan_submission_day(const struct oeo_plan *plan, const struct oeo_period *period)
{
	return oeo_period_last_day(period) + (int64_t)plan->grace_days + 1;
}

int64_t oeo_plan_deadline_day(const struct oeo_plan *plan, const struct oeo_period *period)
{
	return oeo_plan_submission_day(plan, period) + (int64_t)plan->window_days;
}
