/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/view_cells.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void oeo_view_cell_codes(const struct oeo_view_table *table, size_t cell, size_t codes[OEO_MAX_BY])
{
	for (size_t i = table->n_axes; i > 0; i--) {
		codes[i - 1] = cell % table->axes[i - 1].n_codes;
		cell /= table->axes[i - 1].n_codes;
	}
}

static size_t cell_at(const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY])
{
	size_t cell = 0;

	for (size_t i = 0; i < table->n_axes; i++)
		cell = cell * table->axes[i].n_codes + codes[i];
	return cell;
}

/* The index of a code in an axis, tried first where it stood in the other one; SIZE_MAX where it is missing. */
static size_t find_code(const struct oeo_view_axis *axis, const char *code, size_t hint)
{
	if (hint < axis->n_codes && strcmp(axis->codes[hint].code, code) == 0)
		return hint;
	for (size_t i = 0; i < axis->n_codes; i++)
		if (strcmp(axis->codes[i].code, code) == 0)
			return i;
	return SIZE_MAX;
}

static bool is_comparable(const struct oeo_view_table *a, const struct oeo_view_table *b)
{
	if (strcmp(a->id, b->id) != 0 || a->n_axes != b->n_axes || a->unit != b->unit)
		return false;
	for (size_t i = 0; i < a->n_axes; i++)
		if (strcmp(a->axes[i].id, b->axes[i].id) != 0)
			return false;
	return true;
}

const struct oeo_view_cell *oeo_view_same_cell(
    const struct oeo_view_table *other, const struct oeo_view_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];

	if (other == NULL || !is_comparable(other, table))
		return NULL;
	oeo_view_cell_codes(table, cell, codes);
	for (size_t i = 0; i < table->n_axes; i++) {
		codes[i] = find_code(&other->axes[i], table->axes[i].codes[codes[i]].code, codes[i]);
		if (codes[i] == SIZE_MAX)
			return NULL;
	}
	return &other->cells[cell_at(other, codes)];
}

void oeo_view_compare_cells(struct oeo_view_period *period)
{
	struct oeo_series series;
	struct oeo_change change;

	if (period->before == NULL)
		return;
	for (size_t t = 0; t < period->n_tables; t++) {
		struct oeo_view_table *table = &period->tables[t];
		const struct oeo_view_table *earlier = oeo_view_table(period->before, table->id);

		for (size_t i = 0; i < table->n_cells; i++) {
			const struct oeo_view_cell *before = oeo_view_same_cell(earlier, table, i);

			if (!table->cells[i].is_shown || before == NULL || !before->is_shown)
				continue;
			oeo_view_series(&series, period, table, i, OEO_MEASURE_RESIDENTS);
			oeo_trend_test(&change, &series);
			table->cells[i].before = before->residents;
			table->cells[i].difference = change.difference;
			table->cells[i].p = change.p;
		}
	}
}

/* True where margin counts the same thing by exactly the axes of table that are in the set. */
static bool is_margin(const struct oeo_view_table *margin, const struct oeo_view_table *table, unsigned set)
{
	size_t at = 0;

	if (margin->unit != table->unit || margin->plan->walk_in != table->plan->walk_in)
		return false;
	for (size_t i = 0; i < table->n_axes; i++) {
		if ((set & (1u << i)) == 0)
			continue;
		if (at >= margin->n_axes || strcmp(margin->axes[at].id, table->axes[i].id) != 0)
			return false;
		at++;
	}
	return at == margin->n_axes;
}

void oeo_view_link_margins(struct oeo_view_table *table, const struct oeo_view_table *tables, size_t n)
{
	unsigned all = (1u << table->n_axes) - 1;

	for (unsigned set = 0; set < all; set++)
		for (size_t i = 0; i < n && table->margins[set] == NULL; i++)
			if (is_margin(&tables[i], table, set))
				table->margins[set] = &tables[i];
	table->margins[all] = table;
}

const struct oeo_view_cell *oeo_view_margin_cell(
    const struct oeo_view_table *table, const size_t codes[OEO_MAX_BY])
{
	size_t kept[OEO_MAX_BY] = {0};
	size_t n = 0;
	unsigned set = 0;

	for (size_t i = 0; i < table->n_axes; i++) {
		if (codes[i] == OEO_VIEW_TOTAL)
			continue;
		set |= 1u << i;
		kept[n++] = codes[i];
	}
	if (table->margins[set] == NULL)
		return NULL;
	return &table->margins[set]->cells[cell_at(table->margins[set], kept)];
}

void oeo_view_cell_name(char *text, size_t size, const struct oeo_view_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];
	size_t used = 0;

	text[0] = '\0';
	oeo_view_cell_codes(table, cell, codes);
	if (table->n_axes == 0)
		(void)snprintf(text, size, "%s", table->title.text);
	for (size_t i = 0; i < table->n_axes && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "%s%s", i > 0 ? ", " : "",
		    table->axes[i].codes[codes[i]].label);
}

unsigned oeo_view_sensitive(const struct oeo_view_table *table)
{
	for (size_t i = 0; i < table->n_axes; i++)
		if (table->axes[i].has_sensitive &&
		    table->plan->rules.sensitive > table->plan->rules.residents)
			return table->plan->rules.sensitive;
	return 0;
}

size_t oeo_view_shown(const struct oeo_view_table *table)
{
	size_t shown = 0;

	for (size_t i = 0; i < table->n_cells; i++)
		shown += table->cells[i].is_shown ? 1 : 0;
	return shown;
}

/* What is being sorted: qsort_r takes no pointer to const. */
struct sorted {
	const struct oeo_view_table *table;
};

/* Shown first, then the larger, then the earlier code. */
static int compare_cells(const void *left, const void *right, void *context)
{
	const struct oeo_view_table *table = ((const struct sorted *)context)->table;
	size_t i = *(const size_t *)left;
	size_t j = *(const size_t *)right;
	const struct oeo_view_cell *a = &table->cells[i];
	const struct oeo_view_cell *b = &table->cells[j];

	if (a->is_shown != b->is_shown)
		return a->is_shown ? -1 : 1;
	if (a->residents != b->residents)
		return a->residents > b->residents ? -1 : 1;
	return i < j ? -1 : 1;
}

void oeo_view_sort_cells(const struct oeo_view_table *table, size_t *order)
{
	struct sorted sorted = {table};

	for (size_t i = 0; i < table->n_cells; i++)
		order[i] = i;
	qsort_r(order, table->n_cells, sizeof(*order), compare_cells, &sorted);
}
