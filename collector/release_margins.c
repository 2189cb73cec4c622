/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_margins.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t oeo_margin_level(const struct oeo_table *table, size_t dimension)
{
	for (size_t i = 0; i < table->n_by; i++)
		if (table->by[i].dimension == dimension)
			return table->by[i].level + 1;
	return 0;
}

bool oeo_margin_is_alike(const struct oeo_table *a, const struct oeo_table *b)
{
	return a->walk_in == b->walk_in && a->accepts_member_numbers == b->accepts_member_numbers;
}

bool oeo_margin_is_same(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b)
{
	for (size_t d = 0; d < plan->n_dimensions; d++)
		if (oeo_margin_level(a, d) != oeo_margin_level(b, d))
			return false;
	return true;
}

bool oeo_margin_is_coarser(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b)
{
	for (size_t d = 0; d < plan->n_dimensions; d++)
		if (oeo_margin_level(a, d) > oeo_margin_level(b, d))
			return false;
	return !oeo_margin_is_same(plan, a, b);
}

size_t oeo_margin_cell(
    const struct oeo_plan *plan, const struct oeo_table *coarse, const struct oeo_table *fine, size_t cell)
{
	size_t from[OEO_MAX_BY];
	size_t to[OEO_MAX_BY] = {0};

	oeo_table_cell_codes(plan, fine, cell, from);
	for (size_t i = 0; i < coarse->n_by; i++) {
		for (size_t j = 0; j < fine->n_by; j++) {
			if (fine->by[j].dimension == coarse->by[i].dimension)
				to[i] = oeo_dimension_ancestor(
				    &plan->dimensions[coarse->by[i].dimension], from[j], coarse->by[i].level);
		}
	}
	return oeo_table_cell_index(plan, coarse, to);
}

struct finding {
	struct oeo_margins *margins;
	const struct oeo_plan *plan;
	const struct oeo_period *periods;
	size_t n_periods;
	size_t capacity;
};

static enum oeo_err add_margin(
    struct finding *finding, size_t source, size_t planned, const struct oeo_table *table)
{
	struct oeo_margins *margins = finding->margins;

	if (margins->n == finding->capacity) {
		size_t capacity = finding->capacity > 0 ? 2 * finding->capacity : 64;
		struct oeo_margin *items = realloc(margins->items, capacity * sizeof(*items));

		if (items == NULL)
			return OEO_ERR_NOMEM;
		margins->items = items;
		finding->capacity = capacity;
	}
	margins->items[margins->n++] = (struct oeo_margin){source, planned, *table};
	return OEO_OK;
}

static bool has_margin(const struct finding *finding, size_t source, const struct oeo_table *table)
{
	for (size_t i = 0; i < finding->margins->n; i++) {
		const struct oeo_margin *margin = &finding->margins->items[i];

		if (margin->source == source && oeo_margin_is_alike(&margin->table, table) &&
		    oeo_margin_is_same(finding->plan, &margin->table, table))
			return true;
	}
	return false;
}

/* Does it connect anything: two finer tables, a finer and a coarser one, or the same table of another period? */
static bool is_connecting(const struct finding *finding, size_t source, const struct oeo_table *table)
{
	const struct oeo_plan *plan = finding->plan;
	size_t n_finer = 0;
	size_t n_coarser = 0;

	for (size_t i = 0; i < plan->n_tables; i++) {
		const struct oeo_table *other = &plan->tables[i];

		if (!oeo_margin_is_alike(other, table))
			continue;
		if (other->cadence == table->cadence) {
			n_finer += oeo_margin_is_coarser(plan, table, other);
			n_coarser += oeo_margin_is_coarser(plan, other, table);
			continue;
		}
		for (size_t p = 0; p < finding->n_periods; p++)
			if (p != source && finding->periods[p].cadence == other->cadence &&
			    oeo_margin_is_same(plan, table, other))
				return true;
	}
	return n_finer >= 2 || (n_finer > 0 && n_coarser > 0);
}

/* The strictest rules of the finer tables, which are what it consists of; questions where one of them has them. */
static void set_rules(const struct finding *finding, struct oeo_table *table)
{
	const struct oeo_plan *plan = finding->plan;

	for (size_t i = 0; i < plan->n_tables; i++) {
		const struct oeo_table *other = &plan->tables[i];

		if (other->cadence != table->cadence || !oeo_margin_is_alike(other, table) ||
		    !oeo_margin_is_coarser(plan, table, other))
			continue;
		table->publishes_questions = table->publishes_questions || other->publishes_questions;
		if (other->rules.residents > table->rules.residents)
			table->rules.residents = other->rules.residents;
		if (other->rules.rest > table->rules.rest)
			table->rules.rest = other->rules.rest;
	}
}

/* Number `choice` of the ways to leave out or coarsen a table's dimensions; false past the last one. */
static bool coarsen(struct oeo_table *to, const struct oeo_table *from, size_t choice)
{
	memset(to, 0, sizeof(*to));
	(void)snprintf(to->id, sizeof(to->id), "margin");
	to->cadence = from->cadence;
	to->walk_in = from->walk_in;
	to->accepts_member_numbers = from->accepts_member_numbers;
	for (size_t i = 0; i < from->n_by; i++) {
		size_t n = from->by[i].level + 2;
		size_t level = choice % n;

		choice /= n;
		if (level > 0)
			to->by[to->n_by++] = (struct oeo_by){from->by[i].dimension, level - 1};
	}
	return choice == 0;
}

static enum oeo_err add_coarser(struct finding *finding, size_t source, const struct oeo_table *table)
{
	struct oeo_table made;
	enum oeo_err err = OEO_OK;

	for (size_t choice = 0; err == OEO_OK && coarsen(&made, table, choice); choice++) {
		if (has_margin(finding, source, &made) || !is_connecting(finding, source, &made))
			continue;
		set_rules(finding, &made);
		err = add_margin(finding, source, SIZE_MAX, &made);
	}
	return err;
}

enum oeo_err oeo_margins_find(struct oeo_margins *margins, const struct oeo_plan *plan,
    const struct oeo_period *periods, size_t n_periods)
{
	struct finding finding = {margins, plan, periods, n_periods, 0};
	enum oeo_err err = OEO_OK;

	*margins = (struct oeo_margins){NULL, 0};
	for (size_t p = 0; p < n_periods; p++)
		for (size_t i = 0; err == OEO_OK && i < plan->n_tables; i++)
			if (plan->tables[i].cadence == periods[p].cadence)
				err = add_margin(&finding, p, i, &plan->tables[i]);
	for (size_t p = 0; p < n_periods; p++)
		for (size_t i = 0; err == OEO_OK && i < plan->n_tables; i++)
			if (plan->tables[i].cadence == periods[p].cadence)
				err = add_coarser(&finding, p, &plan->tables[i]);
	if (err != OEO_OK)
		oeo_margins_fini(margins);
	return err;
}

void oeo_margins_fini(struct oeo_margins *margins)
{
	free(margins->items);
	*margins = (struct oeo_margins){NULL, 0};
}
