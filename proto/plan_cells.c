/* SPDX-License-Identifier: EUPL-1.2 */
/* Cells of tables, and what follows from their number (plan.h). */
#include <stdio.h>
#include <string.h>

#include "proto/plan.h"
#include "proto/tally.h"
#include "proto/voprf.h"

static const struct oeo_dimension *dimension_of(const struct oeo_plan *plan, const struct oeo_by *by)
{
	return &plan->dimensions[by->dimension];
}

static const struct oeo_level *level_of(const struct oeo_plan *plan, const struct oeo_by *by)
{
	return &dimension_of(plan, by)->levels[by->level];
}

size_t oeo_table_cells(const struct oeo_plan *plan, const struct oeo_table *table)
{
	size_t cells = 1;

	/* At most OEO_MAX_CELLS: oeo_plan_check. */
	for (size_t i = 0; i < table->n_by; i++)
		cells *= level_of(plan, &table->by[i])->count;
	return cells;
}

void oeo_table_cell_codes(
    const struct oeo_plan *plan, const struct oeo_table *table, size_t cell, size_t codes[OEO_MAX_BY])
{
	for (size_t i = table->n_by; i > 0; i--) {
		const struct oeo_level *level = level_of(plan, &table->by[i - 1]);

		codes[i - 1] = level->first + cell % level->count;
		cell /= level->count;
	}
}

size_t oeo_table_cell_index(
    const struct oeo_plan *plan, const struct oeo_table *table, const size_t codes[OEO_MAX_BY])
{
	size_t cell = 0;

	for (size_t i = 0; i < table->n_by; i++) {
		const struct oeo_level *level = level_of(plan, &table->by[i]);

		cell = cell * level->count + (codes[i] - level->first);
	}
	return cell;
}

static size_t longest_code(const struct oeo_dimension *dimension, const struct oeo_level *level)
{
	size_t longest = 0;

	for (size_t i = level->first; i < level->first + level->count; i++) {
		size_t len = strlen(dimension->codes[i].code);

		if (len > longest)
			longest = len;
	}
	return longest;
}

static size_t period_len(enum oeo_cadence cadence)
{
	return cadence == OEO_YEAR ? strlen("2026") : strlen("2026-11");
}

/* "oeo1" US plan US k US table US period, then US code for each level. */
static size_t longest_name(const struct oeo_plan *plan, const struct oeo_table *table)
{
	char k[16];
	int k_len = snprintf(k, sizeof(k), "%u", table->rules.residents);
	size_t len = strlen("oeo1") + 1 + strlen(plan->id) + 1 + (k_len > 0 ? (size_t)k_len : 0) + 1 +
		     strlen(table->id) + 1 + period_len(table->cadence);

	for (size_t i = 0; i < table->n_by; i++)
		len += 1 + longest_code(dimension_of(plan, &table->by[i]), level_of(plan, &table->by[i]));
	return len;
}

size_t oeo_table_label_bytes(const struct oeo_plan *plan, const struct oeo_table *table)
{
	return oeo_label_plain_bytes(plan->n_keyholders, longest_name(plan, table));
}

static uint64_t expected_questions(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	uint64_t quarter = plan->expected_questions;

	if (cadence == OEO_MONTH)
		return (quarter + 2) / 3;
	return cadence == OEO_YEAR ? quarter * 4 : quarter;
}

uint64_t oeo_plan_quota(const struct oeo_plan *plan, enum oeo_cadence cadence)
{
	uint64_t forecast = 0;

	for (size_t i = 0; i < plan->n_tables; i++)
		if (plan->tables[i].cadence == cadence)
			forecast +=
			    expected_questions(plan, cadence) + oeo_table_cells(plan, &plan->tables[i]);
	return (forecast + OEO_GROUP_SIZE - 1) / OEO_GROUP_SIZE * OEO_GROUP_SIZE * 2;
}
