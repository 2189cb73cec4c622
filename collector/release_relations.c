/* SPDX-License-Identifier: EUPL-1.2 */
/* How the cells hang together: over dimensions within a period, and over periods. */
#include <stdlib.h>
#include <string.h>

#include "collector/release_relations.h"
#include "collector/release_versions.h"

/* Make room for one more of `size` bytes. */
static enum oeo_err grow(void *items, size_t size, size_t n, size_t *capacity)
{
	void **array = items;
	size_t wanted = *capacity > 0 ? 2 * *capacity : 1024;
	size_t bytes;
	void *more;

	if (n < *capacity)
		return OEO_OK;
	if (wanted <= n)
		wanted = n + 1;
	if (!oeo_size_mul(wanted, size, &bytes))
		return OEO_ERR_NOMEM;
	more = realloc(*array, bytes);
	if (more == NULL)
		return OEO_ERR_NOMEM;
	*array = more;
	*capacity = wanted;
	return OEO_OK;
}

enum oeo_err oeo_relating_add_child(struct relating *relating, size_t cell)
{
	void *children = relating->built->children;
	enum oeo_err err = grow(&children, sizeof(size_t), relating->n_children, &relating->child_capacity);

	relating->built->children = children;
	if (err == OEO_OK)
		relating->built->children[relating->n_children++] = cell;
	return err;
}

/* The array of children moves as it grows: see settle. */
enum oeo_err oeo_relating_add(struct relating *relating, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure, size_t parent, size_t first, bool is_exact)
{
	struct oeo_disclosure_problem *problem = &relating->built->problem;
	void *relations = relating->built->relations;
	size_t n = relating->n_children - first;
	enum oeo_err err;

	if (n == 0)
		return OEO_OK;
	err = grow(&relations, sizeof(*relating->built->relations), problem->n_relations,
	    &relating->relation_capacity);
	relating->built->relations = relations;
	if (err == OEO_OK)
		relating->built->relations[problem->n_relations++] =
		    (struct oeo_disclosure_relation){kind, measure, parent, NULL, n, is_exact};
	return err;
}

static void settle(struct relating *relating)
{
	struct oeo_disclosure_problem *problem = &relating->built->problem;
	const size_t *children = relating->built->children;

	for (size_t i = 0; i < problem->n_relations; i++) {
		relating->built->relations[i].children = children;
		children += relating->built->relations[i].n_children;
	}
	problem->relations = relating->built->relations;
	problem->cells = relating->built->cells;
}

/* ---- Within a period */

/* The one dimension in which b is finer than a; SIZE_MAX where they differ in more, or in none. */
static size_t find_step(const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b)
{
	size_t step = SIZE_MAX;

	for (size_t d = 0; d < plan->n_dimensions; d++) {
		size_t coarse = oeo_margin_level(a, d);
		size_t fine = oeo_margin_level(b, d);

		if (coarse == fine)
			continue;
		if (coarse > fine || step != SIZE_MAX)
			return SIZE_MAX;
		step = d;
	}
	return step;
}

/* Is there a margin between the two? Then they hang together through that one. */
static bool has_between(
    const struct relating *relating, const struct oeo_margin *a, const struct oeo_margin *b)
{
	const struct oeo_margins *margins = &relating->built->margins;

	for (size_t i = 0; i < margins->n; i++) {
		const struct oeo_margin *other = &margins->items[i];

		if (other->source == a->source && oeo_margin_is_alike(&other->table, &a->table) &&
		    oeo_margin_is_coarser(relating->plan, &a->table, &other->table) &&
		    oeo_margin_is_coarser(relating->plan, &other->table, &b->table))
			return true;
	}
	return false;
}

/* A resident has one code of a dimension that the plan computes from an identity field, except where a member's
 * client number stands for him. */
static bool is_exclusive(const struct oeo_plan *plan, const struct oeo_table *table, size_t dimension)
{
	return plan->dimensions[dimension].computed_from[0] != '\0' && !table->accepts_member_numbers;
}

/* Relate all cells of margin a to those of the finer (or same) margin b. parents: of every cell of b. */
static enum oeo_err relate_cells(struct relating *relating, size_t a, size_t b, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure, const size_t *order, const size_t *parents)
{
	const struct oeo_release_problem *built = relating->built;
	enum oeo_err err = OEO_OK;
	size_t first = relating->n_children;

	for (size_t i = 0; err == OEO_OK && i < built->sizes[b]; i++) {
		err = oeo_relating_add_child(relating, built->first[b] + order[i]);
		if (err == OEO_OK &&
		    (i + 1 == built->sizes[b] || parents[order[i + 1]] != parents[order[i]])) {
			err = oeo_relating_add(
			    relating, kind, measure, built->first[a] + parents[order[i]], first, true);
			first = relating->n_children;
		}
	}
	return err;
}

/* Put the cells of b in the order of their parents. */
static void order_cells(size_t *order, size_t *starts, const size_t *parents, size_t n, size_t n_parents)
{
	memset(starts, 0, (n_parents + 1) * sizeof(*starts));
	for (size_t i = 0; i < n; i++)
		starts[parents[i] + 1]++;
	for (size_t i = 0; i < n_parents; i++)
		starts[i + 1] += starts[i];
	for (size_t i = 0; i < n; i++)
		order[starts[parents[i]]++] = i;
}

static enum oeo_err relate_margins(
    struct relating *relating, size_t a, size_t b, enum oeo_disclosure_kind kind)
{
	const struct oeo_release_problem *built = relating->built;
	const struct oeo_table *coarse = &built->margins.items[a].table;
	const struct oeo_table *fine = &built->margins.items[b].table;
	size_t *parents = oeo_alloc_array(built->sizes[b], sizeof(*parents));
	size_t *order = oeo_alloc_array(built->sizes[b], sizeof(*order));
	size_t *starts = oeo_alloc_array(built->sizes[a] + 1, sizeof(*starts));
	enum oeo_err err = OEO_ERR_NOMEM;

	if (parents == NULL || order == NULL || starts == NULL)
		goto cleanup;
	for (size_t i = 0; i < built->sizes[b]; i++)
		parents[i] = oeo_margin_cell(relating->plan, coarse, fine, i);
	order_cells(order, starts, parents, built->sizes[b], built->sizes[a]);
	/* Of what a correction adds, only sums hold: a resident may be new in a part and not in the whole. */
	if (kind == OEO_DISCLOSURE_EQUAL || built->margins.items[a].source != built->added_source)
		err = relate_cells(relating, a, b, kind, R, order, parents);
	else
		err = OEO_OK;
	if (err == OEO_OK && coarse->publishes_questions && fine->publishes_questions)
		err = relate_cells(relating, a, b, OEO_DISCLOSURE_EQUAL, Q, order, parents);
cleanup:
	free(parents);
	free(order);
	free(starts);
	return err;
}

static enum oeo_err relate_within(struct relating *relating, size_t a, size_t b)
{
	const struct oeo_margin *coarse = &relating->built->margins.items[a];
	const struct oeo_margin *fine = &relating->built->margins.items[b];
	size_t step;

	if (a == b || coarse->source != fine->source || !oeo_margin_is_alike(&coarse->table, &fine->table))
		return OEO_OK;
	/* The same table twice: each cell is the other one. */
	if (oeo_margin_is_same(relating->plan, &coarse->table, &fine->table))
		return a < b ? relate_margins(relating, a, b, OEO_DISCLOSURE_EQUAL) : OEO_OK;
	step = find_step(relating->plan, &coarse->table, &fine->table);
	if (step == SIZE_MAX || has_between(relating, coarse, fine))
		return OEO_OK;
	return relate_margins(relating, a, b,
	    is_exclusive(relating->plan, &fine->table, step) ? OEO_DISCLOSURE_EQUAL : OEO_DISCLOSURE_COVER);
}

/* ---- Over periods */

static size_t count_periods(enum oeo_cadence whole, enum oeo_cadence part)
{
	if (whole == OEO_YEAR)
		return part == OEO_MONTH ? 12 : 4;
	return 3;
}

size_t oeo_relating_find_margin(
    const struct relating *relating, const struct oeo_margin *margin, size_t source)
{
	const struct oeo_margins *margins = &relating->built->margins;

	for (size_t i = 0; i < margins->n; i++)
		if (margins->items[i].source == source &&
		    oeo_margin_is_alike(&margins->items[i].table, &margin->table) &&
		    oeo_margin_is_same(relating->plan, &margins->items[i].table, &margin->table))
			return i;
	return SIZE_MAX;
}

/* Was this release out when the whole was made? */
static bool was_out(const struct oeo_release_source *part, const struct oeo_release_source *whole)
{
	return whole->release == NULL ||
	       (part->release != NULL && strcmp(part->release->created, whole->release->created) <= 0);
}

static bool is_better_part(const struct oeo_release_source *part, const struct oeo_release_source *than,
    const struct oeo_release_source *whole, bool is_newest)
{
	if (is_newest)
		return oeo_release_is_later(part, than);
	if (was_out(part, whole) != was_out(than, whole))
		return was_out(part, whole);
	return was_out(part, whole) ? oeo_release_is_later(part, than) : oeo_release_is_later(than, part);
}

/* Of the versions of a part, is this the one that belongs to a whole: the newest, or the newest that was out when the
 * whole was released? */
static bool is_part(const struct relating *relating, size_t whole, size_t part, bool is_newest)
{
	const struct oeo_release_source *sources = relating->sources;

	for (size_t s = 0; s < relating->n_sources; s++)
		if (s != relating->built->added_source &&
		    oeo_period_equal(&sources[s].period, &sources[part].period) &&
		    is_better_part(&sources[s], &sources[part], &sources[whole], is_newest))
			return false;
	return true;
}

/* The margins that a margin is the union of. */
struct parts {
	size_t margins[12];
	size_t n;
	bool is_whole; /* all of them: no period is missing */
	bool is_newest; /* the newest versions, where others were out when the whole was released */
};

/* Those of one cadence, as far as their periods take part. */
static struct parts find_parts(
    const struct relating *relating, size_t a, enum oeo_cadence cadence, bool is_newest)
{
	const struct oeo_margin *whole = &relating->built->margins.items[a];
	struct parts parts = {.is_newest = is_newest};

	for (size_t s = 0; s < relating->n_sources && parts.n < 12; s++) {
		size_t part;

		if (relating->sources[s].period.cadence != cadence || s == relating->built->added_source ||
		    !oeo_period_contains(
			&relating->sources[whole->source].period, &relating->sources[s].period) ||
		    !is_part(relating, whole->source, s, is_newest))
			continue;
		part = oeo_relating_find_margin(relating, whole, s);
		if (part != SIZE_MAX)
			parts.margins[parts.n++] = part;
	}
	parts.is_whole = parts.n == count_periods(whole->table.cadence, cadence);
	return parts;
}

/* No margin has this bit in its keys: see release_problem.c. */
static uint64_t key_of_missing(
    const struct oeo_release_problem *built, size_t like, const struct parts *parts)
{
	uint64_t cadence = (uint64_t)built->margins.items[parts->margins[0]].table.cadence;

	return built->cells[like].key | UINT64_C(1) << 63 | cadence << 61 | (uint64_t)parts->is_newest << 60;
}

/* The cell that stands for all periods that are not out. */
static enum oeo_err add_missing(
    struct relating *relating, size_t like, const struct parts *parts, size_t *missing)
{
	struct oeo_release_problem *built = relating->built;
	void *cells = built->cells;
	enum oeo_err err =
	    grow(&cells, sizeof(*built->cells), built->problem.n_cells, &relating->cell_capacity);
	struct oeo_disclosure_cell *cell;

	built->cells = cells;
	if (err != OEO_OK)
		return err;
	*missing = built->problem.n_cells++;
	cell = &built->cells[*missing];
	*cell = built->cells[like];
	cell->key = key_of_missing(built, like, parts);
	cell->table = relating->plan->n_tables;
	cell->role = OEO_DISCLOSURE_LATENT;
	cell->state = OEO_DISCLOSURE_UNBOUNDED;
	cell->hides_questions = false;
	memset(cell->value, 0, sizeof(cell->value));
	cell->parts = NULL;
	cell->n_parts = 0;
	cell->rules.reach = 0;
	return OEO_OK;
}

/* One measure of a cell over its parts; missing: what stands for the periods that are not out, or SIZE_MAX. */
static enum oeo_err relate_measure(struct relating *relating, size_t a, size_t cell,
    const struct parts *parts, size_t missing, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure)
{
	const struct oeo_release_problem *built = relating->built;
	size_t first = relating->n_children;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; err == OEO_OK && i < parts->n; i++)
		err = oeo_relating_add_child(relating, built->first[parts->margins[i]] + cell);
	if (err == OEO_OK && missing != SIZE_MAX)
		err = oeo_relating_add_child(relating, missing);
	return err == OEO_OK ? oeo_relating_add(relating, kind, measure, built->first[a] + cell, first, false)
			     : err;
}

/* What is missing has its residents too: where the parts leave questions to it, they tell how many people may have
 * asked them. */
static enum oeo_err relate_parts(struct relating *relating, size_t a, const struct parts *parts)
{
	struct oeo_release_problem *built = relating->built;
	bool has_questions = built->margins.items[a].table.publishes_questions;
	bool has_missing;
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < parts->n; i++)
		has_questions =
		    has_questions && built->margins.items[parts->margins[i]].table.publishes_questions;
	has_missing = has_questions && !parts->is_whole;
	for (size_t cell = 0; err == OEO_OK && cell < built->sizes[a]; cell++) {
		size_t missing = SIZE_MAX;

		if (has_missing)
			err = add_missing(relating, built->first[a] + cell, parts, &missing);
		if (err == OEO_OK)
			err = relate_measure(relating, a, cell, parts, missing,
			    parts->is_whole || has_missing ? OEO_DISCLOSURE_COVER : OEO_DISCLOSURE_WITHIN, R);
		if (err == OEO_OK && has_questions)
			err = relate_measure(relating, a, cell, parts, missing, OEO_DISCLOSURE_EQUAL, Q);
	}
	return err;
}

static bool are_same_parts(const struct parts *a, const struct parts *b)
{
	return a->n == b->n && memcmp(a->margins, b->margins, a->n * sizeof(*a->margins)) == 0;
}

/* Each release with the parts that were out when it was made, and the newest one with the newest parts. */
static enum oeo_err relate_over_time(struct relating *relating, size_t a)
{
	enum oeo_cadence whole = relating->built->margins.items[a].table.cadence;
	size_t source = relating->built->margins.items[a].source;
	enum oeo_err err = OEO_OK;

	for (unsigned part = OEO_MONTH; err == OEO_OK && part < (unsigned)whole; part++) {
		struct parts then = find_parts(relating, a, (enum oeo_cadence)part, false);
		struct parts now = find_parts(relating, a, (enum oeo_cadence)part, true);

		if (then.n > 0)
			err = relate_parts(relating, a, &then);
		if (err == OEO_OK && now.n > 0 && oeo_release_is_newest(relating, source) &&
		    !are_same_parts(&then, &now))
			err = relate_parts(relating, a, &now);
	}
	return err;
}

enum oeo_err oeo_release_problem_relate(struct oeo_release_problem *built, const struct oeo_plan *plan)
{
	struct relating relating = {
	    .built = built, .plan = plan, .sources = built->sources, .n_sources = built->n_sources};
	enum oeo_err err = OEO_OK;

	relating.cell_capacity = built->problem.n_cells;
	for (size_t a = 0; err == OEO_OK && a < built->margins.n; a++) {
		for (size_t b = 0; err == OEO_OK && b < built->margins.n; b++)
			err = relate_within(&relating, a, b);
		if (err == OEO_OK && built->margins.items[a].source != built->added_source)
			err = relate_over_time(&relating, a);
	}
	if (err == OEO_OK)
		err = oeo_release_versions_relate(&relating);
	settle(&relating);
	return err;
}
