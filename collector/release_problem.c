/* SPDX-License-Identifier: EUPL-1.2 */
/* Cells: what is to be decided, what is out already, and margins that are published nowhere. */
#include "collector/release_problem.h"
#include "collector/release_versions.h"

#include <stdlib.h>
#include <string.h>

/* Key of a cell: which margin, which cell, which period; cells that are alike in all are ordered by it. */
#define KEY_CELL_BITS 32
#define KEY_PERIOD_BITS 8

static int compare_ids(const void *a, const void *b)
{
	return strcmp(a, b);
}

static enum oeo_err gather_members(struct oeo_release_problem *built)
{
	const struct oeo_release_source *sources = built->sources;
	size_t n = built->n_sources;
	size_t total = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		total += sources[i].opened != NULL ? sources[i].opened->n_members : 0;
	built->members = oeo_alloc_array(total, sizeof(*built->members));
	if (built->members == NULL)
		return OEO_ERR_NOMEM;
	total = 0;
	for (size_t i = 0; i < n; i++) {
		const struct oeo_opened *opened = sources[i].opened;

		for (size_t j = 0; opened != NULL && j < opened->n_members; j++)
			memcpy(built->members[total++], opened->members[j], OEO_ID_BYTES);
	}
	qsort(built->members, total, sizeof(*built->members), compare_ids);
	for (size_t i = 0; i < total; i++)
		if (kept == 0 || strcmp(built->members[kept - 1], built->members[i]) != 0)
			memmove(built->members[kept++], built->members[i], OEO_ID_BYTES);
	built->n_members = kept;
	return OEO_OK;
}

static size_t find_member(const struct oeo_release_problem *built, const char *id)
{
	const char *found =
	    bsearch(id, built->members, built->n_members, sizeof(*built->members), compare_ids);

	return found != NULL ? (size_t)(found - built->members[0]) / sizeof(*built->members) : SIZE_MAX;
}

static bool is_sensitive_code(const struct oeo_dimension *dimension, size_t code)
{
	for (; code != SIZE_MAX; code = dimension->codes[code].parent)
		if (dimension->codes[code].is_sensitive)
			return true;
	return false;
}

static bool is_sensitive_cell(const struct oeo_plan *plan, const struct oeo_table *table, size_t cell)
{
	size_t codes[OEO_MAX_BY];

	oeo_table_cell_codes(plan, table, cell, codes);
	for (size_t i = 0; i < table->n_by; i++)
		if (is_sensitive_code(&plan->dimensions[table->by[i].dimension], codes[i]))
			return true;
	return false;
}

/* What readers need most is kept longest: few dimensions, then high levels. */
static unsigned priority_of(const struct oeo_plan *plan, const struct oeo_table *table)
{
	size_t depth = 0;

	for (size_t i = 0; i < table->n_by; i++)
		depth += plan->dimensions[table->by[i].dimension].n_levels > 1 ? table->by[i].level : 0;
	return (unsigned)(64 * (OEO_MAX_BY - table->n_by) + (depth < 63 ? 63 - depth : 0));
}

static struct oeo_disclosure_cell make_cell(
    const struct oeo_plan *plan, const struct oeo_margin *margin, size_t cell, uint64_t key)
{
	const struct oeo_rules *rules = &margin->table.rules;
	bool is_planned = margin->planned != SIZE_MAX;
	bool is_sensitive = is_planned && is_sensitive_cell(plan, &margin->table, cell);

	return (struct oeo_disclosure_cell){
	    .key = key,
	    .table = is_planned ? margin->planned : plan->n_tables,
	    .role = is_planned ? OEO_DISCLOSURE_DECIDE : OEO_DISCLOSURE_LATENT,
	    .state = OEO_DISCLOSURE_UNOPENED,
	    .has_measure = {true, margin->table.publishes_questions},
	    .is_rounded = rules->round > 1,
	    .rules = {is_sensitive ? rules->sensitive : rules->residents, rules->members, rules->rest,
		is_planned ? rules->residents : 0},
	    .priority = priority_of(plan, &margin->table),
	};
}

static enum oeo_err count_cells(struct oeo_release_problem *built, const struct oeo_plan *plan)
{
	size_t n = built->margins.n;
	size_t total = 0;

	built->first = oeo_alloc_array(n + 1, sizeof(*built->first));
	built->sizes = oeo_alloc_array(n + 1, sizeof(*built->sizes));
	if (built->first == NULL || built->sizes == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++) {
		built->first[i] = total;
		built->sizes[i] = oeo_table_cells(plan, &built->margins.items[i].table);
		if (built->sizes[i] >> KEY_CELL_BITS != 0 ||
		    __builtin_add_overflow(total, built->sizes[i], &total))
			return OEO_ERR_RANGE;
	}
	built->problem.n_cells = total;
	built->problem.n_tables = plan->n_tables + 1;
	built->problem.n_members = built->n_members;
	return OEO_OK;
}

/* An order of shapes that does not depend on where the plan lists its tables. */
static int compare_shapes(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b)
{
	if (a->cadence != b->cadence)
		return a->cadence < b->cadence ? -1 : 1;
	if (a->walk_in != b->walk_in)
		return a->walk_in < b->walk_in ? -1 : 1;
	if (a->accepts_member_numbers != b->accepts_member_numbers)
		return a->accepts_member_numbers ? 1 : -1;
	for (size_t d = 0; d < plan->n_dimensions; d++)
		if (oeo_margin_level(a, d) != oeo_margin_level(b, d))
			return oeo_margin_level(a, d) < oeo_margin_level(b, d) ? -1 : 1;
	return 0;
}

/* Which margin it is, whatever period: the place of the planned table's id, or of its shape among the others. */
static size_t name_margin(const struct oeo_release_problem *built, const struct oeo_plan *plan, size_t index)
{
	const struct oeo_margin *margin = &built->margins.items[index];
	size_t place = 0;

	if (margin->planned != SIZE_MAX) {
		for (size_t i = 0; i < plan->n_tables; i++)
			place += strcmp(plan->tables[i].id, margin->table.id) < 0;
		return place;
	}
	for (size_t i = 0; i < built->margins.n; i++)
		place += built->margins.items[i].planned == SIZE_MAX &&
			 compare_shapes(plan, &built->margins.items[i].table, &margin->table) < 0;
	return plan->n_tables + place;
}

static enum oeo_err make_cells(struct oeo_release_problem *built, const struct oeo_plan *plan)
{
	built->cells = oeo_alloc_array(built->problem.n_cells, sizeof(*built->cells));
	if (built->cells == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < built->margins.n; i++) {
		const struct oeo_margin *margin = &built->margins.items[i];
		uint64_t name = name_margin(built, plan, i);

		for (size_t j = 0; j < built->sizes[i]; j++)
			built->cells[built->first[i] + j] = make_cell(plan, margin, j,
			    (name << (KEY_CELL_BITS + KEY_PERIOD_BITS)) | (j << KEY_PERIOD_BITS) |
				margin->source);
	}
	built->problem.cells = built->cells;
	return OEO_OK;
}

/* ---- What was opened */

static size_t count_parts(const struct oeo_release_problem *built)
{
	const struct oeo_release_source *sources = built->sources;
	size_t n = built->n_sources;
	size_t total = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t t = 0; sources[i].opened != NULL && t < sources[i].opened->n_tables; t++) {
			const struct oeo_opened_table *table = &sources[i].opened->tables[t];

			for (size_t c = 0; c < table->n_cells; c++)
				total += table->cells[c].n_contributions;
		}
	}
	return total;
}

static enum oeo_err open_cell(struct oeo_release_problem *built, struct oeo_disclosure_cell *cell,
    const struct oeo_opened *opened, const struct oeo_opened_cell *from, struct oeo_disclosure_part **next)
{
	if (from->state == OEO_CELL_WITHHELD) {
		cell->state = OEO_DISCLOSURE_UNBOUNDED;
		return OEO_OK;
	}
	cell->state = OEO_DISCLOSURE_OPEN;
	cell->value[OEO_DISCLOSURE_RESIDENTS] = from->residents;
	cell->value[OEO_DISCLOSURE_QUESTIONS] =
	    cell->has_measure[OEO_DISCLOSURE_QUESTIONS] ? from->questions : 0;
	cell->parts = *next;
	for (size_t i = 0; i < from->n_contributions; i++) {
		const struct oeo_contribution *part = &from->contributions[i];

		if (part->member >= opened->n_members)
			return OEO_ERR_FORMAT;
		*(*next)++ = (struct oeo_disclosure_part){find_member(built, opened->members[part->member]),
		    part->residents, cell->has_measure[OEO_DISCLOSURE_QUESTIONS] ? part->questions : 0};
	}
	cell->n_parts = from->n_contributions;
	return OEO_OK;
}

static enum oeo_err open_table(struct oeo_release_problem *built, size_t margin,
    const struct oeo_opened *opened, const struct oeo_opened_table *table, struct oeo_disclosure_part **next)
{
	struct oeo_disclosure_cell *cells = built->cells + built->first[margin];
	enum oeo_err err = OEO_OK;

	/* A blocked tag may be any cell that is not open, with any number. */
	for (size_t i = 0; table->n_blocked > 0 && i < built->sizes[margin]; i++)
		cells[i].state = OEO_DISCLOSURE_UNBOUNDED;
	for (size_t i = 0; err == OEO_OK && i < table->n_cells; i++) {
		if (table->cells[i].cell >= built->sizes[margin])
			return OEO_ERR_FORMAT;
		err = open_cell(built, &cells[table->cells[i].cell], opened, &table->cells[i], next);
	}
	return err;
}

static const struct oeo_opened_table *find_opened(const struct oeo_opened *opened, size_t planned)
{
	for (size_t i = 0; opened != NULL && i < opened->n_tables; i++)
		if (opened->tables[i].table == planned)
			return &opened->tables[i];
	return NULL;
}

static enum oeo_err open_margins(struct oeo_release_problem *built)
{
	struct oeo_disclosure_part *next;
	enum oeo_err err = OEO_OK;

	built->parts = oeo_alloc_array(count_parts(built), sizeof(*built->parts));
	if (built->parts == NULL)
		return OEO_ERR_NOMEM;
	next = built->parts;
	for (size_t i = 0; err == OEO_OK && i < built->margins.n; i++) {
		const struct oeo_margin *margin = &built->margins.items[i];
		const struct oeo_release_source *source = &built->sources[margin->source];
		const struct oeo_opened_table *table;

		if (margin->planned == SIZE_MAX || source->opened == NULL)
			continue;
		table = find_opened(source->opened, margin->planned);
		err = table != NULL ? open_table(built, i, source->opened, table, &next) : OEO_ERR_FORMAT;
	}
	return err;
}

/* ---- What is out */

/* A cell of a release; without its opened cell, what was printed is all there is. */
static void fix_cell(struct oeo_disclosure_cell *cell, const struct oeo_release_cell *from, bool has_opened)
{
	cell->role = from->is_hidden ? OEO_DISCLOSURE_HIDDEN : OEO_DISCLOSURE_SHOWN;
	cell->hides_questions = from->hides_questions;
	if (!from->is_hidden && cell->state == OEO_DISCLOSURE_UNBOUNDED)
		has_opened = false;
	if (has_opened)
		return;
	cell->state = from->is_hidden ? OEO_DISCLOSURE_UNBOUNDED : OEO_DISCLOSURE_OPEN;
	cell->n_parts = 0;
	cell->value[OEO_DISCLOSURE_RESIDENTS] = from->residents;
	cell->value[OEO_DISCLOSURE_QUESTIONS] =
	    cell->has_measure[OEO_DISCLOSURE_QUESTIONS] ? from->questions : 0;
	/* Not known here, and so at least one for every resident. */
	if (from->hides_questions)
		cell->value[OEO_DISCLOSURE_QUESTIONS] = from->residents;
}

static enum oeo_err fix_margins(struct oeo_release_problem *built, const struct oeo_plan *plan)
{
	for (size_t i = 0; i < built->margins.n; i++) {
		const struct oeo_margin *margin = &built->margins.items[i];
		const struct oeo_release_source *source = &built->sources[margin->source];
		const struct oeo_release_table *table;

		if (margin->planned == SIZE_MAX || source->release == NULL)
			continue;
		table = oeo_release_table(source->release, plan->tables[margin->planned].id);
		if (table == NULL || table->n_cells != built->sizes[i])
			return OEO_ERR_FORMAT;
		for (size_t j = 0; j < table->n_cells; j++)
			fix_cell(
			    &built->cells[built->first[i] + j], &table->cells[j], source->opened != NULL);
	}
	return OEO_OK;
}

/* What a correction adds is shown nowhere: it is there for what follows from both releases. No change is known. */
static void settle_added(struct oeo_release_problem *built, const struct oeo_plan *plan)
{
	for (size_t i = 0; i < built->margins.n; i++) {
		if (built->margins.items[i].source != built->added_source)
			continue;
		for (size_t j = 0; j < built->sizes[i]; j++) {
			struct oeo_disclosure_cell *cell = &built->cells[built->first[i] + j];
			bool is_open = cell->state == OEO_DISCLOSURE_OPEN;
			bool is_nothing = is_open && cell->value[OEO_DISCLOSURE_RESIDENTS] == 0 &&
					  cell->value[OEO_DISCLOSURE_QUESTIONS] == 0;

			cell->table = plan->n_tables;
			cell->role = is_nothing ? OEO_DISCLOSURE_SHOWN : OEO_DISCLOSURE_LATENT;
			cell->state = is_open ? OEO_DISCLOSURE_OPEN : OEO_DISCLOSURE_UNBOUNDED;
			cell->rules.reach = 0;
		}
	}
}

static enum oeo_err copy_sources(
    struct oeo_release_problem *built, const struct oeo_release_source *sources, size_t n)
{
	bool has_added = false;
	enum oeo_err err;

	built->sources = oeo_alloc_array(n + 1, sizeof(*built->sources));
	if (built->sources == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		built->sources[i] = sources[i];
	built->n_sources = n;
	built->added_source = SIZE_MAX;
	err = oeo_release_versions_add(&built->added, &has_added, sources, n);
	if (err == OEO_OK && has_added) {
		built->added_source = n;
		built->sources[built->n_sources++] =
		    (struct oeo_release_source){built->added.period, &built->added, NULL, 0};
	}
	return err;
}

enum oeo_err oeo_release_problem_build(struct oeo_release_problem *built, const struct oeo_plan *plan,
    const struct oeo_release_source *sources, size_t n_sources)
{
	struct oeo_period periods[OEO_RELEASE_MOST_SOURCES + 1] = {{0}};
	enum oeo_err err;

	memset(built, 0, sizeof(*built));
	if (n_sources > OEO_RELEASE_MOST_SOURCES)
		return OEO_ERR_RANGE;
	err = copy_sources(built, sources, n_sources);
	for (size_t i = 0; i < built->n_sources; i++)
		periods[i] = built->sources[i].period;
	if (err == OEO_OK)
		err = oeo_margins_find(&built->margins, plan, periods, built->n_sources);
	if (err == OEO_OK)
		err = gather_members(built);
	if (err == OEO_OK)
		err = count_cells(built, plan);
	if (err == OEO_OK)
		err = make_cells(built, plan);
	if (err == OEO_OK)
		err = open_margins(built);
	if (err == OEO_OK)
		err = fix_margins(built, plan);
	if (err != OEO_OK)
		return err;
	settle_added(built, plan);
	return oeo_release_problem_relate(built, plan);
}

void oeo_release_problem_fini(struct oeo_release_problem *built)
{
	free(built->cells);
	free(built->sizes);
	free(built->first);
	free(built->parts);
	free(built->relations);
	free(built->children);
	free(built->members);
	free(built->sources);
	oeo_opened_fini(&built->added);
	oeo_margins_fini(&built->margins);
	memset(built, 0, sizeof(*built));
}

size_t oeo_release_problem_first(const struct oeo_release_problem *built, size_t source, size_t planned)
{
	for (size_t i = 0; i < built->margins.n; i++)
		if (built->margins.items[i].source == source && built->margins.items[i].planned == planned)
			return built->first[i];
	return SIZE_MAX;
}
