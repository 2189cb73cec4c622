/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>

#include "proto/oeo.pb-c.h"
#include "proto/plan_message.h"

/*
 * Everything that the message points to beside the plan's own texts, in arrays of one allocation each, so
 * that one place frees it.
 */
struct parts {
	Oeo__PlanDimension *dimensions;
	Oeo__PlanCode *codes;
	Oeo__PlanLookup *lookups;
	Oeo__PlanField *fields;
	Oeo__PlanTable *tables;
	void **pointers; /* of all repeated members, one behind another */
	size_t used;
};

static size_t count_codes(const struct oeo_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_dimensions; i++)
		n += plan->dimensions[i].n_codes;
	return n;
}

static size_t count_lookups(const struct oeo_plan *plan)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n_dimensions; i++)
		n += plan->dimensions[i].n_lookup;
	return n;
}

static size_t count_pointers(const struct oeo_plan *plan)
{
	size_t n = plan->n_keyholders + plan->n_fields + plan->n_dimensions + plan->n_tables +
		   count_codes(plan) + count_lookups(plan);

	for (size_t i = 0; i < plan->n_dimensions; i++)
		n += 3 * plan->dimensions[i].n_levels + plan->dimensions[i].n_unknown;
	for (size_t i = 0; i < plan->n_fields; i++)
		n += plan->fields[i].n_placeholders;
	for (size_t i = 0; i < plan->n_tables; i++)
		n += plan->tables[i].n_by;
	return n;
}

static void free_parts(struct parts *parts)
{
	free(parts->dimensions);
	free(parts->codes);
	free(parts->lookups);
	free(parts->fields);
	free(parts->tables);
	free(parts->pointers);
}

static enum oeo_err alloc_parts(struct parts *parts, const struct oeo_plan *plan)
{
	parts->dimensions = oeo_alloc_array(plan->n_dimensions, sizeof(*parts->dimensions));
	parts->codes = oeo_alloc_array(count_codes(plan), sizeof(*parts->codes));
	parts->lookups = oeo_alloc_array(count_lookups(plan), sizeof(*parts->lookups));
	parts->fields = oeo_alloc_array(plan->n_fields, sizeof(*parts->fields));
	parts->tables = oeo_alloc_array(plan->n_tables, sizeof(*parts->tables));
	parts->pointers = oeo_alloc_array(count_pointers(plan), sizeof(*parts->pointers));
	parts->used = 0;
	if (parts->dimensions == NULL || parts->codes == NULL || parts->lookups == NULL ||
	    parts->fields == NULL || parts->tables == NULL || parts->pointers == NULL)
		return OEO_ERR_NOMEM;
	return OEO_OK;
}

/* The next n pointers, for a repeated member. */
static void **take(struct parts *parts, size_t n)
{
	void **pointers = parts->pointers + parts->used;

	parts->used += n;
	return pointers;
}

static void fill_code(Oeo__PlanCode *message, const struct oeo_code *code)
{
	oeo__plan_code__init(message);
	message->code = (char *)code->code;
	message->parent = code->parent == SIZE_MAX ? 0 : (uint32_t)code->parent + 1;
	message->level = code->level;
	message->label_nl = code->label_nl;
	message->label_en = code->label_en;
	message->sensitive = code->is_sensitive;
}

static void fill_lookup(Oeo__PlanLookup *message, const struct oeo_lookup *lookup)
{
	oeo__plan_lookup__init(message);
	message->key = (char *)lookup->key;
	message->code = (uint32_t)lookup->code;
}

static void fill_dimension(Oeo__PlanDimension *message, const struct oeo_dimension *dimension,
    struct parts *parts, Oeo__PlanCode *codes, Oeo__PlanLookup *lookups)
{
	oeo__plan_dimension__init(message);
	message->id = (char *)dimension->id;
	message->n_levels = dimension->n_levels;
	message->levels = (char **)take(parts, dimension->n_levels);
	message->n_level_labels_nl = dimension->n_levels;
	message->level_labels_nl = (char **)take(parts, dimension->n_levels);
	message->n_level_labels_en = dimension->n_levels;
	message->level_labels_en = (char **)take(parts, dimension->n_levels);
	for (size_t i = 0; i < dimension->n_levels; i++) {
		const struct oeo_level *level = &dimension->levels[i];

		message->levels[i] = (char *)level->id;
		message->level_labels_nl[i] = level->label_nl != NULL ? level->label_nl : (char *)"";
		message->level_labels_en[i] = level->label_nl != NULL ? level->label_en : (char *)"";
	}
	message->n_codes = dimension->n_codes;
	message->codes = (Oeo__PlanCode **)take(parts, dimension->n_codes);
	for (size_t i = 0; i < dimension->n_codes; i++) {
		fill_code(&codes[i], &dimension->codes[i]);
		message->codes[i] = &codes[i];
	}
	message->n_unknown = dimension->n_unknown;
	message->unknown = (char **)take(parts, dimension->n_unknown);
	for (size_t i = 0; i < dimension->n_unknown; i++)
		message->unknown[i] = dimension->unknown[i];
	message->computed_from = (char *)dimension->computed_from;
	message->n_lookup = dimension->n_lookup;
	message->lookup = (Oeo__PlanLookup **)take(parts, dimension->n_lookup);
	for (size_t i = 0; i < dimension->n_lookup; i++) {
		fill_lookup(&lookups[i], &dimension->lookup[i]);
		message->lookup[i] = &lookups[i];
	}
	message->prefix = dimension->prefix;
}

static void fill_dimensions(Oeo__Plan *message, const struct oeo_plan *plan, struct parts *parts)
{
	Oeo__PlanCode *codes = parts->codes;
	Oeo__PlanLookup *lookups = parts->lookups;

	message->n_dimensions = plan->n_dimensions;
	message->dimensions = (Oeo__PlanDimension **)take(parts, plan->n_dimensions);
	for (size_t i = 0; i < plan->n_dimensions; i++) {
		fill_dimension(&parts->dimensions[i], &plan->dimensions[i], parts, codes, lookups);
		message->dimensions[i] = &parts->dimensions[i];
		codes += plan->dimensions[i].n_codes;
		lookups += plan->dimensions[i].n_lookup;
	}
}

static void fill_fields(Oeo__Plan *message, const struct oeo_plan *plan, struct parts *parts)
{
	message->n_fields = plan->n_fields;
	message->fields = (Oeo__PlanField **)take(parts, plan->n_fields);
	for (size_t i = 0; i < plan->n_fields; i++) {
		const struct oeo_identity_field *field = &plan->fields[i];
		Oeo__PlanField *to = &parts->fields[i];

		oeo__plan_field__init(to);
		to->id = (char *)field->id;
		to->kind = (uint32_t)field->kind;
		to->n_placeholders = field->n_placeholders;
		to->placeholders = (char **)take(parts, field->n_placeholders);
		for (size_t j = 0; j < field->n_placeholders; j++)
			to->placeholders[j] = field->placeholders[j];
		message->fields[i] = to;
	}
}

static void fill_table(
    Oeo__PlanTable *message, const struct oeo_plan *plan, const struct oeo_table *table, struct parts *parts)
{
	oeo__plan_table__init(message);
	message->id = (char *)table->id;
	message->n_by = table->n_by;
	message->by = (char **)take(parts, table->n_by);
	for (size_t i = 0; i < table->n_by; i++)
		message->by[i] = plan->dimensions[table->by[i].dimension].levels[table->by[i].level].id;
	message->cadence = (uint32_t)table->cadence;
	message->questions = table->publishes_questions;
	message->residents = table->rules.residents;
	message->members = table->rules.members;
	message->rest = table->rules.rest;
	message->round = table->rules.round;
	message->sensitive = table->rules.sensitive;
	message->walk_in = (uint32_t)table->walk_in;
	message->member_number = table->accepts_member_numbers;
}

static void fill_tables(Oeo__Plan *message, const struct oeo_plan *plan, struct parts *parts)
{
	message->n_tables = plan->n_tables;
	message->tables = (Oeo__PlanTable **)take(parts, plan->n_tables);
	for (size_t i = 0; i < plan->n_tables; i++) {
		fill_table(&parts->tables[i], plan, &plan->tables[i], parts);
		message->tables[i] = &parts->tables[i];
	}
}

static void fill_head(
    Oeo__Plan *message, const struct oeo_plan *plan, char from[OEO_PERIOD_BYTES], struct parts *parts)
{
	message->format = OEO_PLAN_FORMAT;
	message->id = (char *)plan->id;
	message->title_nl = plan->title_nl;
	message->title_en = plan->title_en;
	message->municipality = (char *)plan->municipality;
	oeo_period_format(from, &plan->from);
	message->from = from;
	message->icu = plan->icu;
	message->expected_questions = plan->expected_questions;
	message->grace_days = plan->grace_days;
	message->window_days = plan->window_days;
	message->n_keyholders = plan->n_keyholders;
	message->keyholders = (char **)take(parts, plan->n_keyholders);
	for (size_t i = 0; i < plan->n_keyholders; i++)
		message->keyholders[i] = plan->keyholders[i];
	message->single_keyholder = plan->is_single_keyholder_accepted;
	message->residents = plan->residents;
	message->walk_in_members = plan->walk_in_members;
}

enum oeo_err oeo_plan_pack(struct oeo_buf *out, const struct oeo_plan *plan)
{
	Oeo__Plan message = OEO__PLAN__INIT;
	struct parts parts = {0};
	char from[OEO_PERIOD_BYTES];
	enum oeo_err err = alloc_parts(&parts, plan);
	size_t len;

	if (err != OEO_OK)
		goto cleanup;
	fill_head(&message, plan, from, &parts);
	fill_fields(&message, plan, &parts);
	fill_dimensions(&message, plan, &parts);
	fill_tables(&message, plan, &parts);
	len = oeo__plan__get_packed_size(&message);
	err = oeo_buf_reserve(out, len);
	if (err != OEO_OK)
		goto cleanup;
	if (oeo__plan__pack(&message, out->data + out->len) != len)
		err = OEO_ERR_INTERNAL;
	else
		out->len += len;
cleanup:
	free_parts(&parts);
	return err;
}
