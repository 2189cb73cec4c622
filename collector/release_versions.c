/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/release_versions.h"

#include <stdlib.h>
#include <string.h>

#include "collector/release_relations.h"

bool oeo_release_is_later(const struct oeo_release_source *a, const struct oeo_release_source *b)
{
	if (a->release == NULL || b->release == NULL)
		return a->release == NULL && b->release != NULL;
	return a->version > b->version;
}

/* Both of one period, and neither of them what was added. */
static bool is_same_period(const struct relating *relating, size_t a, size_t b)
{
	return a != b && a != relating->built->added_source && b != relating->built->added_source &&
	       oeo_period_equal(&relating->sources[a].period, &relating->sources[b].period);
}

bool oeo_release_is_newest(const struct relating *relating, size_t source)
{
	for (size_t s = 0; s < relating->n_sources; s++)
		if (is_same_period(relating, source, s) &&
		    oeo_release_is_later(&relating->sources[s], &relating->sources[source]))
			return false;
	return true;
}

/* ---- What was added */

/* The source without release, and the newest one that is out of its period. */
static bool find_pair(const struct oeo_release_source *sources, size_t n, const struct oeo_opened **later,
    const struct oeo_opened **earlier)
{
	const struct oeo_release_source *target = NULL;
	const struct oeo_release_source *out = NULL;

	for (size_t i = 0; i < n; i++)
		if (sources[i].release == NULL)
			target = &sources[i];
	for (size_t i = 0; target != NULL && i < n; i++)
		if (sources[i].release != NULL && oeo_period_equal(&sources[i].period, &target->period) &&
		    (out == NULL || oeo_release_is_later(&sources[i], out)))
			out = &sources[i];
	if (out == NULL || out->opened == NULL || target->opened == NULL)
		return false;
	*later = target->opened;
	*earlier = out->opened;
	return true;
}

/* The part of this member of the other side's list. */
static struct oeo_contribution part_of(
    const struct oeo_opened *opened, const struct oeo_opened_cell *cell, const char *member)
{
	for (size_t i = 0; i < cell->n_contributions; i++)
		if (cell->contributions[i].member < opened->n_members &&
		    strcmp(opened->members[cell->contributions[i].member], member) == 0)
			return cell->contributions[i];
	return (struct oeo_contribution){0};
}

/* Was nothing taken away from this cell, by nobody? */
static bool is_more(const struct oeo_opened *later, const struct oeo_opened_cell *now,
    const struct oeo_opened *earlier, const struct oeo_opened_cell *before)
{
	if (now->residents < before->residents || now->questions < before->questions)
		return false;
	for (size_t i = 0; i < before->n_contributions; i++) {
		const struct oeo_contribution *was = &before->contributions[i];
		struct oeo_contribution is;

		if (was->member >= earlier->n_members)
			return false;
		is = part_of(later, now, earlier->members[was->member]);
		if (is.residents < was->residents || is.questions < was->questions)
			return false;
	}
	return true;
}

static enum oeo_err subtract_cell(struct oeo_opened_cell *to, const struct oeo_opened *later,
    const struct oeo_opened_cell *now, const struct oeo_opened *earlier, const struct oeo_opened_cell *before)
{
	*to = (struct oeo_opened_cell){.cell = now->cell,
	    .state = OEO_CELL_OPEN,
	    .residents = now->residents - before->residents,
	    .questions = now->questions - before->questions};
	to->contributions = oeo_alloc_array(now->n_contributions, sizeof(*to->contributions));
	if (to->contributions == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; i < now->n_contributions; i++) {
		struct oeo_contribution part = now->contributions[i];
		struct oeo_contribution was;

		if (part.member >= later->n_members)
			return OEO_ERR_FORMAT;
		was = part_of(earlier, before, later->members[part.member]);
		part.residents -= was.residents;
		part.questions -= was.questions;
		if (part.residents > 0 || part.questions > 0)
			to->contributions[to->n_contributions++] = part;
	}
	return OEO_OK;
}

/* A resident whom another member had reported already is new to a member and not to the cell. */
static bool adds_up(const struct oeo_opened_cell *cell)
{
	for (size_t i = 0; i < cell->n_contributions; i++)
		if (cell->contributions[i].residents > cell->residents ||
		    cell->contributions[i].questions > cell->questions)
			return false;
	return true;
}

/* *is_pure false: something was taken away, or cannot be told. */
static enum oeo_err subtract_table(struct oeo_opened_table *to, bool *is_pure, const struct oeo_opened *later,
    const struct oeo_opened_table *now, const struct oeo_opened *earlier,
    const struct oeo_opened_table *before)
{
	size_t at = 0;

	to->table = now->table;
	*is_pure = now->table == before->table && now->n_blocked == 0 && before->n_blocked == 0;
	to->cells = oeo_alloc_array(now->n_cells, sizeof(*to->cells));
	if (to->cells == NULL)
		return OEO_ERR_NOMEM;
	for (size_t i = 0; *is_pure && i < before->n_cells; i++) {
		const struct oeo_opened_cell *was = &before->cells[i];
		enum oeo_err err;

		while (at < now->n_cells && now->cells[at].cell < was->cell)
			at++;
		*is_pure = at < now->n_cells && now->cells[at].cell == was->cell &&
			   now->cells[at].state == OEO_CELL_OPEN && was->state == OEO_CELL_OPEN &&
			   is_more(later, &now->cells[at], earlier, was);
		if (!*is_pure)
			break;
		err = subtract_cell(&to->cells[to->n_cells++], later, &now->cells[at], earlier, was);
		if (err != OEO_OK)
			return err;
		if (!adds_up(&to->cells[to->n_cells - 1]))
			free(to->cells[--to->n_cells].contributions);
	}
	return OEO_OK;
}

static enum oeo_err subtract(
    struct oeo_opened *added, bool *is_pure, const struct oeo_opened *later, const struct oeo_opened *earlier)
{
	enum oeo_err err = OEO_OK;

	added->period = later->period;
	added->members = oeo_alloc_array(later->n_members, sizeof(*added->members));
	added->tables = oeo_alloc_array(later->n_tables, sizeof(*added->tables));
	if (added->members == NULL || added->tables == NULL)
		return OEO_ERR_NOMEM;
	memcpy(added->members, later->members, later->n_members * sizeof(*added->members));
	added->n_members = later->n_members;
	*is_pure = later->n_tables == earlier->n_tables;
	for (size_t t = 0; err == OEO_OK && *is_pure && t < later->n_tables; t++)
		err = subtract_table(&added->tables[added->n_tables++], is_pure, later, &later->tables[t],
		    earlier, &earlier->tables[t]);
	return err;
}

enum oeo_err oeo_release_versions_add(
    struct oeo_opened *added, bool *has_added, const struct oeo_release_source *sources, size_t n)
{
	const struct oeo_opened *later;
	const struct oeo_opened *earlier;
	enum oeo_err err;

	*has_added = false;
	memset(added, 0, sizeof(*added));
	if (!find_pair(sources, n, &later, &earlier))
		return OEO_OK;
	err = subtract(added, has_added, later, earlier);
	if (err != OEO_OK || !*has_added)
		oeo_opened_fini(added);
	return err;
}

/* ---- Unchanged numbers */

static bool is_same_part(const struct oeo_disclosure_part *a, const struct oeo_disclosure_part *b)
{
	return a->member == b->member && a->residents == b->residents && a->questions == b->questions;
}

/* Are all its numbers known here? Of a release without its opened cells, the questions that it hides are not. */
static bool is_known(const struct relating *relating, size_t margin, const struct oeo_disclosure_cell *cell)
{
	size_t source = relating->built->margins.items[margin].source;

	return cell->state == OEO_DISCLOSURE_OPEN &&
	       !(cell->hides_questions && relating->sources[source].opened == NULL);
}

/* The same cell of two versions; parts are by member in both. */
static bool is_unchanged(const struct relating *relating, size_t margin, size_t other, size_t offset)
{
	const struct oeo_release_problem *built = relating->built;
	const struct oeo_disclosure_cell *a = &built->cells[built->first[margin] + offset];
	const struct oeo_disclosure_cell *b = &built->cells[built->first[other] + offset];

	if (!is_known(relating, margin, a) || !is_known(relating, other, b) ||
	    memcmp(a->value, b->value, sizeof(a->value)) != 0 || a->n_parts != b->n_parts)
		return false;
	for (size_t i = 0; i < a->n_parts; i++)
		if (!is_same_part(&a->parts[i], &b->parts[i]))
			return false;
	return true;
}

/* The version before this one; SIZE_MAX: it is the first. */
static size_t find_earlier(const struct relating *relating, size_t source)
{
	size_t best = SIZE_MAX;

	for (size_t s = 0; s < relating->n_sources; s++)
		if (is_same_period(relating, source, s) &&
		    oeo_release_is_later(&relating->sources[source], &relating->sources[s]) &&
		    (best == SIZE_MAX ||
			oeo_release_is_later(&relating->sources[s], &relating->sources[best])))
			best = s;
	return best;
}

/* The cell that stands for this one in all relations: the first of the versions that are the same, though
 * another may lie between. */
static size_t find_first(const struct relating *relating, size_t margin, size_t offset)
{
	const struct oeo_release_problem *built = relating->built;
	size_t source = built->margins.items[margin].source;
	size_t first = margin;
	size_t earlier;

	while (source != built->added_source && (earlier = find_earlier(relating, source)) != SIZE_MAX) {
		size_t other = oeo_relating_find_margin(relating, &built->margins.items[margin], earlier);

		if (other != SIZE_MAX && is_unchanged(relating, first, other, offset))
			first = other;
		source = earlier;
	}
	return built->first[first] + offset;
}

/* stands_for: of every cell the one that stands for it. */
static void find_all_first(const struct relating *relating, size_t *stands_for)
{
	const struct oeo_release_problem *built = relating->built;

	for (size_t i = 0; i < built->problem.n_cells; i++)
		stands_for[i] = i;
	for (size_t m = 0; m < built->margins.n; m++)
		for (size_t i = 0; i < built->sizes[m]; i++)
			stands_for[built->first[m] + i] = find_first(relating, m, i);
}

static void replace_cells(struct relating *relating, const size_t *stands_for)
{
	struct oeo_release_problem *built = relating->built;

	for (size_t i = 0; i < built->problem.n_relations; i++)
		built->relations[i].parent = stands_for[built->relations[i].parent];
	for (size_t i = 0; i < relating->n_children; i++)
		built->children[i] = stands_for[built->children[i]];
}

/* ---- Versions of a number */

static enum oeo_err add_sum(struct relating *relating, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure, size_t parent, size_t child, size_t added)
{
	size_t first = relating->n_children;
	enum oeo_err err = oeo_relating_add_child(relating, child);

	if (err == OEO_OK && added != SIZE_MAX)
		err = oeo_relating_add_child(relating, added);
	return err == OEO_OK ? oeo_relating_add(relating, kind, measure, parent, first, false) : err;
}

static enum oeo_err add_sums(struct relating *relating, size_t later, size_t earlier, size_t added)
{
	const struct oeo_disclosure_cell *cells = relating->built->cells;
	enum oeo_err err = add_sum(relating, OEO_DISCLOSURE_EQUAL, R, later, earlier, added);

	if (err == OEO_OK && cells[later].has_measure[Q] && cells[earlier].has_measure[Q])
		err = add_sum(relating, OEO_DISCLOSURE_EQUAL, Q, later, earlier, added);
	return err;
}

static enum oeo_err relate_cell(
    struct relating *relating, size_t later, size_t earlier, size_t added, const size_t *stands_for)
{
	const struct oeo_disclosure_cell *cells = relating->built->cells;
	enum oeo_err err = OEO_OK;

	/* It stands in no relation itself: this one says what it is. */
	if (stands_for[later] != later)
		return stands_for[later] == stands_for[earlier]
			   ? add_sums(relating, later, stands_for[later], SIZE_MAX)
			   : OEO_OK;
	if (cells[later].role != OEO_DISCLOSURE_LATENT)
		err = add_sum(relating, OEO_DISCLOSURE_VERSION, R, later, earlier, SIZE_MAX);
	if (err == OEO_OK && added != SIZE_MAX && cells[added].state == OEO_DISCLOSURE_OPEN)
		err = add_sums(relating, later, stands_for[earlier], added);
	return err;
}

/* The cells of one margin in the later and the earlier of two versions. */
static enum oeo_err relate_margin(
    struct relating *relating, size_t later, size_t source, const size_t *stands_for)
{
	const struct oeo_release_problem *built = relating->built;
	const struct oeo_margin *margin = &built->margins.items[later];
	bool is_next = find_earlier(relating, margin->source) == source;
	bool is_target = relating->sources[margin->source].release == NULL;
	size_t earlier = oeo_relating_find_margin(relating, margin, source);
	size_t added = SIZE_MAX;
	enum oeo_err err = OEO_OK;

	if (earlier == SIZE_MAX)
		return OEO_OK;
	if (is_next && is_target && built->added_source != SIZE_MAX)
		added = oeo_relating_find_margin(relating, margin, built->added_source);
	for (size_t i = 0; err == OEO_OK && i < built->sizes[later]; i++)
		err = relate_cell(relating, built->first[later] + i, built->first[earlier] + i,
		    added != SIZE_MAX ? built->first[added] + i : SIZE_MAX, stands_for);
	return err;
}

static bool has_versions(const struct relating *relating)
{
	for (size_t a = 0; a < relating->n_sources; a++)
		for (size_t b = 0; b < a; b++)
			if (is_same_period(relating, a, b))
				return true;
	return false;
}

enum oeo_err oeo_release_versions_relate(struct relating *relating)
{
	const struct oeo_release_problem *built = relating->built;
	size_t *stands_for;
	enum oeo_err err = OEO_OK;

	if (!has_versions(relating))
		return OEO_OK;
	stands_for = oeo_alloc_array(built->problem.n_cells, sizeof(*stands_for));
	if (stands_for == NULL)
		return OEO_ERR_NOMEM;
	find_all_first(relating, stands_for);
	replace_cells(relating, stands_for);
	for (size_t m = 0; err == OEO_OK && m < built->margins.n; m++) {
		size_t source = built->margins.items[m].source;

		for (size_t s = 0; err == OEO_OK && s < relating->n_sources; s++)
			if (is_same_period(relating, source, s) &&
			    oeo_release_is_later(&relating->sources[source], &relating->sources[s]))
				err = relate_margin(relating, m, s, stands_for);
	}
	free(stands_for);
	return err;
}
