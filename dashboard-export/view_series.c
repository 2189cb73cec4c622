/* SPDX-License-Identifier: EUPL-1.2 */
/* What a view says through its periods: series of a cell, members, rates. */
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/view_cells.h"

/* ---- series ---- */

/* Put the cell of one period in its place, counted from the last point back. False where it lies too far back. */
static bool place(
    struct oeo_series *series, size_t back, const struct oeo_view_cell *cell, enum oeo_measure measure)
{
	struct oeo_point *point;
	bool is_shown;

	if (back >= OEO_MAX_POINTS)
		return false;
	point = &series->points[OEO_MAX_POINTS - 1 - back];
	if (series->n < back + 1)
		series->n = back + 1;
	if (cell == NULL)
		return true;
	is_shown = measure == OEO_MEASURE_RESIDENTS ? cell->is_shown : cell->is_questions_shown;
	point->state = is_shown ? OEO_POINT_SHOWN : OEO_POINT_HIDDEN;
	if (is_shown)
		point->value = measure == OEO_MEASURE_RESIDENTS ? cell->residents : cell->questions;
	return true;
}

/* How many periods of the cadence lie from a to b. */
static size_t steps_between(const struct oeo_period *a, const struct oeo_period *b)
{
	unsigned per_year = a->cadence == OEO_MONTH ? 12 : (a->cadence == OEO_QUARTER ? 4 : 1);

	return (size_t)(b->year - a->year) * per_year + b->number - a->number;
}

/* Move the points to the front and name their periods. */
static void settle(struct oeo_series *series, const struct oeo_period *last)
{
	struct oeo_period period = *last;

	memmove(series->points, &series->points[OEO_MAX_POINTS - series->n],
	    series->n * sizeof(series->points[0]));
	for (size_t i = series->n; i > 0; i--) {
		series->points[i - 1].period = period;
		period = oeo_period_of_day(last->cadence, oeo_period_first_day(&period) - 1);
	}
}

void oeo_view_series(struct oeo_series *series, const struct oeo_view_period *period,
    const struct oeo_view_table *table, size_t cell, enum oeo_measure measure)
{
	memset(series, 0, sizeof(*series));
	for (const struct oeo_view_period *at = period; at != NULL; at = at->earlier) {
		const struct oeo_view_table *other = at == period ? table : oeo_view_table(at, table->id);
		const struct oeo_view_cell *found = oeo_view_same_cell(other, table, cell);

		if (measure == OEO_MEASURE_QUESTIONS && other != NULL && !other->plan->publishes_questions)
			found = NULL;
		if (found != NULL && other->plan->rules.round > series->round)
			series->round = other->plan->rules.round;
		if (!place(series, steps_between(&at->period, &period->period), found, measure))
			break;
	}
	settle(series, &period->period);
}

/* ---- inhabitants ---- */

/* All wards under this code together; 0 where one of them is not known. "onbekend" is no ward. */
static uint64_t inhabitants_of(
    const struct oeo_dimension *dimension, size_t code, const struct oeo_wards *wards)
{
	uint64_t sum = oeo_wards_inhabitants(wards, dimension->codes[code].code);

	if (sum > 0 || dimension->codes[code].level + 1 >= dimension->n_levels)
		return sum;
	for (size_t i = 0; i < dimension->n_codes; i++) {
		uint64_t part;

		if (dimension->codes[i].parent != code)
			continue;
		part = inhabitants_of(dimension, i, wards);
		if (part == 0)
			return 0;
		sum += part;
	}
	return sum;
}

void oeo_view_settle(struct oeo_view_table *table, const struct oeo_plan *plan, const struct oeo_wards *wards)
{
	if (wards == NULL || wards->count == 0)
		return;
	for (size_t a = 0; a < table->n_axes; a++) {
		const struct oeo_by *by = &table->plan->by[a];
		const struct oeo_dimension *dimension = &plan->dimensions[by->dimension];
		size_t first = dimension->levels[by->level].first;

		if (dimension->computed_from[0] == '\0')
			continue;
		for (size_t i = 0; i < table->axes[a].n_codes; i++)
			table->axes[a].codes[i].inhabitants = inhabitants_of(dimension, first + i, wards);
	}
}

uint64_t oeo_view_inhabitants(const struct oeo_view_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];
	uint64_t found = 0;
	size_t n = 0;

	oeo_view_cell_codes(table, cell, codes);
	for (size_t i = 0; i < table->n_axes; i++)
		if (table->axes[i].codes[codes[i]].inhabitants > 0) {
			found = table->axes[i].codes[codes[i]].inhabitants;
			n++;
		}
	return n == 1 ? found : 0;
}

bool oeo_view_rate(uint64_t *per_10000, const struct oeo_view_table *table, size_t cell)
{
	uint64_t inhabitants = oeo_view_inhabitants(table, cell);

	if (inhabitants == 0 || !table->cells[cell].is_shown || table->cells[cell].residents > UINT32_MAX)
		return false;
	*per_10000 = (table->cells[cell].residents * 10000 + inhabitants / 2) / inhabitants;
	return true;
}

/* ---- members ---- */

static int compare_members(const void *left, const void *right)
{
	return strcmp(
	    ((const struct oeo_view_member *)left)->id, ((const struct oeo_view_member *)right)->id);
}

static struct oeo_view_member *find_member(struct oeo_view *view, const char *id)
{
	for (size_t i = 0; i < view->n_members; i++)
		if (strcmp(view->members[i].id, id) == 0)
			return &view->members[i];
	return NULL;
}

static enum oeo_view_part part_of(enum oeo_coverage coverage)
{
	if (coverage == OEO_COVERAGE_YES)
		return OEO_PART_YES;
	return coverage == OEO_COVERAGE_PARTLY ? OEO_PART_PARTLY : OEO_PART_NO;
}

static enum oeo_err add_part(struct oeo_view *view, size_t period, const struct oeo_release_member *from)
{
	struct oeo_view_member *member = find_member(view, from->id);

	if (member == NULL) {
		member = &view->members[view->n_members];
		member->parts = oeo_alloc_array(view->n_periods, sizeof(*member->parts));
		if (member->parts == NULL)
			return OEO_ERR_NOMEM;
		member->id = from->id;
		view->n_members++;
	}
	member->name = from->name;
	member->parts[period] = part_of(from->coverage);
	return OEO_OK;
}

enum oeo_err oeo_view_fill_members(struct oeo_view *view)
{
	size_t room = 0;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < view->n_periods; i++)
		room += view->periods[i].source->release.n_members;
	view->members = oeo_alloc_array(room + 1, sizeof(*view->members));
	if (view->members == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < view->n_periods; i++) {
		const struct oeo_release *release = &view->periods[i].source->release;

		for (size_t j = 0; err == OEO_OK && j < release->n_members; j++)
			err = add_part(view, i, &release->members[j]);
	}
	qsort(view->members, view->n_members, sizeof(*view->members), compare_members);
	return err;
}
