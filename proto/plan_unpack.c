/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "proto/oeo.pb-c.h"
#include "proto/plan_message.h"
#include "proto/plan_sign.h"

/* Copy a text into an array of a struct; OEO_ERR_FORMAT where it does not fit. */
static enum oeo_err copy_text(char *to, size_t size, const char *from)
{
	size_t len = strlen(from);

	if (len >= size)
		return OEO_ERR_FORMAT;
	memcpy(to, from, len + 1);
	return OEO_OK;
}

static enum oeo_err copy_ids(char (**to)[OEO_ID_BYTES], size_t *n_to, char *const *from, size_t n)
{
	enum oeo_err err = OEO_OK;

	*to = oeo_alloc_array(n, sizeof(**to));
	if (*to == NULL)
		return OEO_ERR_NOMEM;
	*n_to = n;
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = copy_text((*to)[i], OEO_ID_BYTES, from[i]);
	return err;
}

static enum oeo_err read_head(struct oeo_plan *plan, const Oeo__Plan *message)
{
	enum oeo_err err = copy_text(plan->id, sizeof(plan->id), message->id);

	if (err == OEO_OK)
		err = copy_text(plan->municipality, sizeof(plan->municipality), message->municipality);
	if (err == OEO_OK)
		err = oeo_period_parse(&plan->from, message->from);
	if (err == OEO_OK)
		err = copy_ids(
		    &plan->keyholders, &plan->n_keyholders, message->keyholders, message->n_keyholders);
	if (err != OEO_OK)
		return err;
	plan->icu = message->icu;
	plan->expected_questions = message->expected_questions;
	plan->grace_days = message->grace_days;
	plan->window_days = message->window_days;
	plan->is_single_keyholder_accepted = message->single_keyholder;
	plan->residents = message->residents;
	plan->walk_in_members = message->walk_in_members;
	plan->title_nl = strdup(message->title_nl);
	plan->title_en = strdup(message->title_en);
	return plan->title_nl != NULL && plan->title_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err read_field(struct oeo_identity_field *field, const Oeo__PlanField *message)
{
	enum oeo_err err = copy_text(field->id, sizeof(field->id), message->id);

	if (err != OEO_OK)
		return err;
	if (message->kind > OEO_FIELD_POSTCODE)
		return OEO_ERR_FORMAT;
	field->kind = (enum oeo_field_kind)message->kind;
	field->placeholders = oeo_alloc_array(message->n_placeholders, sizeof(*field->placeholders));
	if (field->placeholders == NULL)
		return OEO_ERR_NOMEM;
	field->n_placeholders = message->n_placeholders;
	for (size_t i = 0; i < message->n_placeholders && err == OEO_OK; i++)
		err = copy_text(field->placeholders[i], OEO_DATE_BYTES, message->placeholders[i]);
	return err;
}

static enum oeo_err read_fields(struct oeo_plan *plan, const Oeo__Plan *message)
{
	enum oeo_err err = OEO_OK;

	plan->fields = oeo_alloc_array(message->n_fields, sizeof(*plan->fields));
	if (plan->fields == NULL)
		return OEO_ERR_NOMEM;
	plan->n_fields = message->n_fields;
	for (size_t i = 0; i < message->n_fields && err == OEO_OK; i++)
		err = read_field(&plan->fields[i], message->fields[i]);
	return err;
}

static enum oeo_err read_code(struct oeo_code *code, const Oeo__PlanCode *message)
{
	enum oeo_err err = copy_text(code->code, sizeof(code->code), message->code);

	if (err != OEO_OK)
		return err;
	code->parent = message->parent == 0 ? SIZE_MAX : (size_t)message->parent - 1;
	code->level = message->level;
	code->is_sensitive = message->sensitive;
	code->label_nl = strdup(message->label_nl);
	code->label_en = strdup(message->label_en);
	return code->label_nl != NULL && code->label_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

static enum oeo_err read_level_label(struct oeo_level *level, const Oeo__PlanDimension *message, size_t i)
{
	if (message->level_labels_nl[i][0] == '\0' && message->level_labels_en[i][0] == '\0')
		return OEO_OK;
	level->label_nl = strdup(message->level_labels_nl[i]);
	level->label_en = strdup(message->level_labels_en[i]);
	return level->label_nl != NULL && level->label_en != NULL ? OEO_OK : OEO_ERR_NOMEM;
}

/* The levels' ranges follow from the codes, which stand level by level. */
static enum oeo_err read_levels(struct oeo_dimension *dimension, const Oeo__PlanDimension *message)
{
	enum oeo_err err = OEO_OK;
	size_t next = 0;

	if (message->n_level_labels_nl != message->n_levels ||
	    message->n_level_labels_en != message->n_levels)
		return OEO_ERR_FORMAT;
	dimension->levels = oeo_alloc_array(message->n_levels, sizeof(*dimension->levels));
	if (dimension->levels == NULL)
		return OEO_ERR_NOMEM;
	dimension->n_levels = message->n_levels;
	for (size_t i = 0; i < message->n_levels && err == OEO_OK; i++) {
		struct oeo_level *level = &dimension->levels[i];

		err = copy_text(level->id, sizeof(level->id), message->levels[i]);
		if (err == OEO_OK)
			err = read_level_label(level, message, i);
		level->first = next;
		while (next < dimension->n_codes && dimension->codes[next].level == i)
			next++;
		level->count = next - level->first;
	}
	if (err == OEO_OK && next != dimension->n_codes)
		err = OEO_ERR_FORMAT;
	return err;
}

static enum oeo_err read_codes(struct oeo_dimension *dimension, const Oeo__PlanDimension *message)
{
	enum oeo_err err = OEO_OK;

	dimension->codes = oeo_alloc_array(message->n_codes, sizeof(*dimension->codes));
	if (dimension->codes == NULL)
		return OEO_ERR_NOMEM;
	dimension->n_codes = message->n_codes;
	for (size_t i = 0; i < message->n_codes && err == OEO_OK; i++)
		err = read_code(&dimension->codes[i], message->codes[i]);
	return err;
}

static enum oeo_err read_lookups(struct oeo_dimension *dimension, const Oeo__PlanDimension *message)
{
	enum oeo_err err = OEO_OK;

	dimension->lookup = oeo_alloc_array(message->n_lookup, sizeof(*dimension->lookup));
	if (dimension->lookup == NULL)
		return OEO_ERR_NOMEM;
	dimension->n_lookup = message->n_lookup;
	for (size_t i = 0; i < message->n_lookup && err == OEO_OK; i++) {
		err = copy_text(dimension->lookup[i].key, OEO_POSTCODE_BYTES, message->lookup[i]->key);
		dimension->lookup[i].code = message->lookup[i]->code;
	}
	return err;
}

static enum oeo_err read_dimension(struct oeo_dimension *dimension, const Oeo__PlanDimension *message)
{
	enum oeo_err err = copy_text(dimension->id, sizeof(dimension->id), message->id);

	if (err == OEO_OK)
		err = copy_text(
		    dimension->computed_from, sizeof(dimension->computed_from), message->computed_from);
	if (err == OEO_OK)
		err = read_codes(dimension, message);
	if (err == OEO_OK)
		err = read_levels(dimension, message);
	if (err == OEO_OK)
		err = copy_ids(
		    &dimension->unknown, &dimension->n_unknown, message->unknown, message->n_unknown);
	if (err == OEO_OK)
		err = read_lookups(dimension, message);
	dimension->prefix = message->prefix;
	return err;
}

static enum oeo_err read_dimensions(struct oeo_plan *plan, const Oeo__Plan *message)
{
	enum oeo_err err = OEO_OK;

	plan->dimensions = oeo_alloc_array(message->n_dimensions, sizeof(*plan->dimensions));
	if (plan->dimensions == NULL)
		return OEO_ERR_NOMEM;
	plan->n_dimensions = message->n_dimensions;
	for (size_t i = 0; i < message->n_dimensions && err == OEO_OK; i++)
		err = read_dimension(&plan->dimensions[i], message->dimensions[i]);
	return err;
}

static enum oeo_err read_table(
    struct oeo_table *table, const struct oeo_plan *plan, const Oeo__PlanTable *message)
{
	enum oeo_err err = copy_text(table->id, sizeof(table->id), message->id);

	if (err != OEO_OK)
		return err;
	if (message->n_by > OEO_MAX_BY || message->cadence < OEO_MONTH || message->cadence > OEO_YEAR ||
	    message->walk_in < OEO_WALK_IN_QUESTIONS_ONLY || message->walk_in > OEO_WALK_IN_REFUSE)
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < message->n_by; i++)
		if (!oeo_plan_find_level(plan, message->by[i], &table->by[i]))
			return OEO_ERR_FORMAT;
	table->n_by = message->n_by;
	table->cadence = (enum oeo_cadence)message->cadence;
	table->publishes_questions = message->questions;
	table->rules.residents = message->residents;
	table->rules.members = message->members;
	table->rules.rest = message->rest;
	table->rules.round = message->round;
	table->rules.sensitive = message->sensitive;
	table->walk_in = (enum oeo_walk_in)message->walk_in;
	table->accepts_member_numbers = message->member_number;
	return OEO_OK;
}

static enum oeo_err read_tables(struct oeo_plan *plan, const Oeo__Plan *message)
{
	enum oeo_err err = OEO_OK;

	plan->tables = oeo_alloc_array(message->n_tables, sizeof(*plan->tables));
	if (plan->tables == NULL)
		return OEO_ERR_NOMEM;
	plan->n_tables = message->n_tables;
	for (size_t i = 0; i < message->n_tables && err == OEO_OK; i++)
		err = read_table(&plan->tables[i], plan, message->tables[i]);
	return err;
}

static enum oeo_err read_plan(struct oeo_plan *plan, const Oeo__Plan *message)
{
	enum oeo_err err = read_head(plan, message);

	if (err == OEO_OK)
		err = read_fields(plan, message);
	if (err == OEO_OK)
		err = read_dimensions(plan, message);
	if (err == OEO_OK)
		err = read_tables(plan, message);
	return err;
}

enum oeo_err oeo_plan_unpack(struct oeo_plan **plan, const uint8_t *bytes, size_t len)
{
	Oeo__Plan *message = NULL;
	struct oeo_plan *made = NULL;
	enum oeo_err err = OEO_ERR_FORMAT;

	if (len > OEO_PLAN_FILE_LIMIT)
		return OEO_ERR_FORMAT;
	message = oeo__plan__unpack(NULL, len, bytes);
	if (message == NULL || message->format != OEO_PLAN_FORMAT)
		goto cleanup;
	made = calloc(1, sizeof(*made));
	err = made == NULL ? OEO_ERR_NOMEM : read_plan(made, message);
	if (err == OEO_OK) {
		*plan = made;
		made = NULL;
	}
cleanup:
	oeo_plan_free(made);
	if (message != NULL)
		oeo__plan__free_unpacked(message, NULL);
	return err;
}
