/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dashboard-export/view_cells.h"
#include "proto/i18n.h"

static enum oeo_unit unit_of(const struct oeo_table *table)
{
	if (table->walk_in == OEO_WALK_IN_PER_WEEK)
		return OEO_UNIT_CONTACTS;
	return table->accepts_member_numbers ? OEO_UNIT_CLIENTS : OEO_UNIT_RESIDENTS;
}

static void fill_title(struct oeo_view_table *table)
{
	char text[sizeof(table->title.text)];
	size_t used;

	if (table->n_axes == 0) {
		(void)snprintf(text, sizeof(text), "%s", _("Total"));
	} else if (table->n_axes == 1) {
		(void)snprintf(text, sizeof(text), "%s", table->axes[0].names);
	} else {
		(void)snprintf(text, sizeof(text), "%s", table->axes[0].name);
		for (size_t i = 1; i < table->n_axes; i++) {
			used = strlen(text);
			(void)snprintf(text + used, sizeof(text) - used, _(" by %s"), table->axes[i].name);
		}
	}
	table->title = oeo_notation_capital(text);
}

static enum oeo_err fill_axis(struct oeo_view_axis *axis, const struct oeo_dimension *dimension, size_t level)
{
	const struct oeo_level *source = &dimension->levels[level];

	axis->id = source->id;
	axis->name = oeo_notation_level(source);
	axis->names = oeo_notation_levels(source);
	axis->codes = oeo_alloc_array(source->count, sizeof(*axis->codes));
	if (axis->codes == NULL)
		return OEO_ERR_NOMEM;
	axis->n_codes = source->count;
	for (size_t i = 0; i < source->count; i++) {
		const struct oeo_code *code = &dimension->codes[source->first + i];
		const struct oeo_code *parent =
		    code->parent != SIZE_MAX ? &dimension->codes[code->parent] : NULL;

		axis->has_sensitive |= code->is_sensitive;
		axis->codes[i].code = code->code;
		axis->codes[i].label = oeo_i18n_pick(code->label_nl, code->label_en);
		axis->codes[i].label_nl = code->label_nl != NULL ? code->label_nl : "";
		axis->codes[i].label_en = code->label_en != NULL ? code->label_en : "";
		axis->codes[i].parent = parent != NULL ? parent->code : NULL;
		axis->codes[i].group =
		    parent != NULL ? oeo_i18n_pick(parent->label_nl, parent->label_en) : NULL;
	}
	return OEO_OK;
}

static enum oeo_err fill_cells(struct oeo_view_table *table, const struct oeo_release_table *source)
{
	table->cells = oeo_alloc_array(source->n_cells, sizeof(*table->cells));
	if (table->cells == NULL)
		return OEO_ERR_NOMEM;
	table->n_cells = source->n_cells;
	for (size_t i = 0; i < source->n_cells; i++) {
		struct oeo_view_cell *cell = &table->cells[i];

		cell->p = 1;
		if (source->cells[i].is_hidden)
			continue;
		cell->is_shown = true;
		cell->residents = source->cells[i].residents;
		cell->is_questions_shown =
		    table->plan->publishes_questions && !source->cells[i].hides_questions;
		cell->questions = cell->is_questions_shown ? source->cells[i].questions : 0;
		if (cell->residents > table->most)
			table->most = cell->residents;
	}
	return OEO_OK;
}

static enum oeo_err fill_table(
    struct oeo_view_table *table, const struct oeo_plan *plan, const struct oeo_release_table *source)
{
	const struct oeo_table *kind = &plan->tables[source->table];
	enum oeo_err err;

	table->id = kind->id;
	table->plan = kind;
	table->unit = unit_of(kind);
	table->not_shown = source->not_shown;
	table->withheld = source->withheld;
	for (size_t i = 0; i < kind->n_by; i++) {
		table->n_axes = i + 1;
		err = fill_axis(&table->axes[i], &plan->dimensions[kind->by[i].dimension], kind->by[i].level);
		if (err != OEO_OK)
			return err;
	}
	fill_title(table);
	return fill_cells(table, source);
}

static enum oeo_err fill_period(
    struct oeo_view_period *period, const struct oeo_source *source, const struct oeo_wards *wards)
{
	const struct oeo_release *release = &source->release;
	enum oeo_err err;

	period->source = source;
	period->period = release->period;
	oeo_period_format(period->id, &release->period);
	period->name = oeo_notation_period(&release->period);
	period->tables = oeo_alloc_array(release->n_tables, sizeof(*period->tables));
	if (period->tables == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < release->n_tables; i++) {
		period->n_tables = i + 1;
		err = fill_table(&period->tables[i], release->plan.plan, &release->tables[i]);
		if (err != OEO_OK)
			return err;
	}
	for (size_t i = 0; i < period->n_tables; i++) {
		oeo_view_link_margins(&period->tables[i], period->tables, period->n_tables);
		oeo_view_settle(&period->tables[i], release->plan.plan, wards);
	}
	return OEO_OK;
}

/* Join the periods of one cadence that follow each other. */
static void link_periods(struct oeo_view *view)
{
	for (size_t i = 0; i < view->n_periods; i++) {
		struct oeo_view_period *period = &view->periods[i];
		struct oeo_period next = oeo_period_next(&period->period);

		for (size_t j = 0; j < view->n_periods; j++) {
			if (!oeo_period_equal(&view->periods[j].period, &next))
				continue;
			period->after = &view->periods[j];
			view->periods[j].before = period;
		}
		for (size_t j = 0; j < i; j++)
			if (view->periods[j].period.cadence == period->period.cadence)
				period->earlier = &view->periods[j];
	}
	for (size_t i = 0; i < view->n_periods; i++)
		oeo_view_compare_cells(&view->periods[i]);
}

static enum oeo_cadence choose_main(const struct oeo_view *view)
{
	static const enum oeo_cadence order[] = {OEO_QUARTER, OEO_YEAR};

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (oeo_view_latest(view, order[i]) != NULL)
			return order[i];
	return OEO_MONTH;
}

enum oeo_err oeo_view_make(
    struct oeo_view *view, const struct oeo_sources *sources, const struct oeo_wards *wards)
{
	const struct oeo_release *last = &sources->items[sources->count - 1].release;
	enum oeo_err err;

	memset(view, 0, sizeof(*view));
	view->title = oeo_i18n_pick(last->plan.plan->title_nl, last->plan.plan->title_en);
	view->plan = last->plan.plan->id;
	view->municipality = last->plan.plan->municipality;
	view->publisher = last->publisher;
	view->is_key_given = sources->is_key_given;
	view->wards = wards;
	err = oeo_publisher_format_key(&view->key, last->publisher_pk);
	if (err != OEO_OK)
		goto cleanup;
	err = OEO_ERR_NOMEM;
	view->periods = oeo_alloc_array(sources->count, sizeof(*view->periods));
	if (view->periods == NULL)
		goto cleanup;
	for (size_t i = 0; i < sources->count; i++) {
		view->n_periods = i + 1;
		err = fill_period(&view->periods[i], &sources->items[i], wards);
		if (err != OEO_OK)
			goto cleanup;
	}
	link_periods(view);
	view->main = choose_main(view);
	err = oeo_view_fill_members(view);
cleanup:
	if (err != OEO_OK)
		oeo_view_fini(view);
	return err;
}

static void free_table(struct oeo_view_table *table)
{
	for (size_t i = 0; i < table->n_axes; i++)
		free(table->axes[i].codes);
	free(table->cells);
}

void oeo_view_fini(struct oeo_view *view)
{
	if (view == NULL)
		return;
	for (size_t i = 0; i < view->n_periods; i++) {
		for (size_t j = 0; j < view->periods[i].n_tables; j++)
			free_table(&view->periods[i].tables[j]);
		free(view->periods[i].tables);
	}
	free(view->periods);
	for (size_t i = 0; i < view->n_members; i++)
		free(view->members[i].parts);
	free(view->members);
	memset(view, 0, sizeof(*view));
}

bool oeo_view_has_unit(const struct oeo_view *view, enum oeo_unit unit)
{
	for (size_t i = 0; i < view->n_periods; i++)
		for (size_t j = 0; j < view->periods[i].n_tables; j++)
			if (view->periods[i].tables[j].unit == unit)
				return true;
	return false;
}

bool oeo_view_has_questions(const struct oeo_view *view)
{
	for (size_t i = 0; i < view->n_periods; i++)
		for (size_t j = 0; j < view->periods[i].n_tables; j++)
			if (view->periods[i].tables[j].plan->publishes_questions)
				return true;
	return false;
}

const struct oeo_view_period *oeo_view_latest(const struct oeo_view *view, enum oeo_cadence cadence)
{
	for (size_t i = view->n_periods; i > 0; i--)
		if (view->periods[i - 1].period.cadence == cadence)
			return &view->periods[i - 1];
	return NULL;
}

const struct oeo_view_table *oeo_view_table(const struct oeo_view_period *period, const char *id)
{
	for (size_t i = 0; i < period->n_tables; i++)
		if (strcmp(period->tables[i].id, id) == 0)
			return &period->tables[i];
	return NULL;
}

const struct oeo_view_table *oeo_view_first_table(const struct oeo_view_period *period, size_t n_axes)
{
	for (size_t i = 0; i < period->n_tables; i++)
		if (period->tables[i].n_axes == n_axes)
			return &period->tables[i];
	return NULL;
}
