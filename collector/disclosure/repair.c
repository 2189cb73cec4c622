/* SPDX-License-Identifier: EUPL-1.2 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/check.h"

bool oeo_disclosure_repair_init(
    struct repair *repair, const struct model *model, const struct knowledge *knowledge)
{
	repair->model = model;
	repair->knowledge = knowledge;
	repair->queue = oeo_disclosure_alloc(model->n, sizeof(*repair->queue));
	repair->is_seen = oeo_disclosure_alloc(model->n, sizeof(*repair->is_seen));
	return repair->queue != NULL && repair->is_seen != NULL;
}

void oeo_disclosure_repair_fini(struct repair *repair)
{
	free(repair->queue);
	free(repair->is_seen);
	memset(repair, 0, sizeof(*repair));
}

bool oeo_disclosure_is_cheaper(const struct model *model, size_t a, size_t b)
{
	const struct oeo_disclosure_cell *left = model->nodes[a].cell;
	const struct oeo_disclosure_cell *right = model->nodes[b].cell;

	if (left->priority != right->priority)
		return left->priority < right->priority;
	if (left->value[R] != right->value[R])
		return left->value[R] < right->value[R];
	if (left->value[Q] != right->value[Q])
		return left->value[Q] < right->value[Q];
	return a < b;
}

static const struct choice nothing = {NONE, false};

static bool is_candidate(const struct model *model, size_t cell)
{
	return model->nodes[cell].is_hideable && model->nodes[cell].is_shown;
}

/* May hiding a cell, or its questions, take away a number of this measure? */
static bool is_candidate_in(const struct model *model, size_t cell, enum oeo_disclosure_measure measure)
{
	return is_candidate(model, cell) && shows(&model->nodes[cell], measure);
}

/* As little of a candidate as takes a number of this measure away, if one is shown. */
static struct choice choose(const struct model *model, size_t cell, enum oeo_disclosure_measure measure)
{
	const struct node *node = &model->nodes[cell];

	return (struct choice){
	    cell, measure == OEO_DISCLOSURE_QUESTIONS && node->has_both && !node->hides_questions};
}

/* Among cells that are kept as long, questions cost less than all of a cell. */
static struct choice cheaper_of(const struct model *model, struct choice a, struct choice b)
{
	if (a.cell == NONE || b.cell == NONE)
		return a.cell == NONE ? b : a;
	if (a.is_questions != b.is_questions &&
	    model->nodes[a.cell].cell->priority == model->nodes[b.cell].cell->priority)
		return a.is_questions ? a : b;
	return oeo_disclosure_is_cheaper(model, a.cell, b.cell) ? a : b;
}

/* Which relations to follow from a cell. */
enum follow {
	FOLLOW_BOUNDS, /* those that gave its bounds */
	FOLLOW_SUMS, /* every EQUAL of the measure */
	FOLLOW_ALL
};

struct search {
	struct repair *repair;
	enum follow follow;
	enum oeo_disclosure_measure measure;
	size_t n_queued;
	struct choice best;
};

/* measure: of the relation that led to the cell. */
static void meet(struct search *search, size_t cell, enum oeo_disclosure_measure measure)
{
	struct repair *repair = search->repair;
	bool is_wanted = search->follow == FOLLOW_SUMS ? is_candidate_in(repair->model, cell, measure)
						       : is_candidate(repair->model, cell);

	if (repair->is_seen[cell])
		return;
	repair->is_seen[cell] = true;
	if (is_wanted)
		search->best = cheaper_of(repair->model, search->best, choose(repair->model, cell, measure));
	/* What is shown in one measure alone does not end the way of the other. */
	if (!is_wanted || repair->model->nodes[cell].hides_questions)
		repair->queue[search->n_queued++] = cell;
}

static void meet_link(struct search *search, size_t index)
{
	const struct link *link;

	if (index == NONE)
		return;
	link = &search->repair->model->links[index];
	for (size_t i = 0; i < link->n_children; i++)
		meet(search, link->children[i], link->measure);
	meet(search, link->parent, link->measure);
}

static void meet_neighbours(struct search *search, size_t cell)
{
	const struct model *model = search->repair->model;
	const struct lists *lists[2] = {&model->as_child, &model->as_parent};

	if (search->follow == FOLLOW_BOUNDS) {
		for (size_t m = 0; m < MEASURES; m++) {
			meet_link(search, search->repair->knowledge->bounds[m][cell].high_link);
			meet_link(search, search->repair->knowledge->bounds[m][cell].low_link);
		}
		return;
	}
	for (size_t side = 0; side < 2; side++) {
		for (size_t i = lists[side]->first[cell]; i < lists[side]->first[cell + 1]; i++) {
			const struct link *link = &model->links[lists[side]->items[i]];

			if (search->follow == FOLLOW_ALL ||
			    (link->kind == OEO_DISCLOSURE_EQUAL && link->measure == search->measure))
				meet_link(search, lists[side]->items[i]);
		}
	}
}

/* The cheapest choice among those nearest to cell. Of a cell whose questions are hidden alone, its residents are as
 * near as what is next to it. */
static struct choice search_from(
    struct repair *repair, size_t cell, enum follow follow, enum oeo_disclosure_measure measure)
{
	struct search search = {repair, follow, measure, 0, nothing};
	size_t done = 0;

	memset(repair->is_seen, 0, repair->model->n * sizeof(*repair->is_seen));
	meet(&search, cell, measure);
	while ((search.best.cell == NONE || (done == 0 && measure == OEO_DISCLOSURE_QUESTIONS)) &&
	       done < search.n_queued) {
		size_t end = search.n_queued; /* one step further, as a whole */

		while (done < end)
			meet_neighbours(&search, repair->queue[done++]);
	}
	return search.best;
}

/* A child that makes the remainder safe by joining it; else the cheapest of all that has to do with it. */
static struct choice choose_for_group(struct repair *repair, const struct breach *breach)
{
	const struct model *model = repair->model;
	const struct link *link = &model->links[breach->link];
	struct choice best = nothing;

	for (size_t i = 0; i < link->n_children; i++) {
		size_t child = link->children[i];

		if (is_candidate_in(model, child, link->measure) &&
		    oeo_disclosure_is_safe_remainder(model, repair->knowledge, link, child))
			best = cheaper_of(model, best, choose(model, child, link->measure));
	}
	for (size_t i = 0; best.cell == NONE && i < link->n_children; i++)
		if (is_candidate_in(model, link->children[i], link->measure))
			best = cheaper_of(model, best, choose(model, link->children[i], link->measure));
	if (best.cell != NONE)
		return best;
	return search_from(repair, link->parent, FOLLOW_SUMS, link->measure);
}

static struct choice choose_version(const struct model *model, const struct breach *breach)
{
	if (is_candidate_in(model, breach->cell, breach->measure))
		return choose(model, breach->cell, breach->measure);
	if (is_candidate_in(model, model->links[breach->link].children[0], breach->measure))
		return choose(model, model->links[breach->link].children[0], breach->measure);
	return nothing;
}

static struct choice choose_for_difference(struct repair *repair, const struct breach *breach)
{
	struct choice best = search_from(repair, breach->cell, FOLLOW_BOUNDS, breach->measure);

	if (best.cell == NONE || (best.cell != breach->cell && is_candidate(repair->model, breach->other)))
		return search_from(repair, breach->other, FOLLOW_BOUNDS, breach->measure);
	return best;
}

struct choice oeo_disclosure_repair_choose(struct repair *repair, const struct breach *breach)
{
	struct choice best = nothing;

	switch (breach->attack) {
	case OEO_DISCLOSURE_GROUP:
		best = choose_for_group(repair, breach);
		break;
	case OEO_DISCLOSURE_BOUNDS:
		best = search_from(repair, breach->cell, FOLLOW_BOUNDS, breach->measure);
		break;
	case OEO_DISCLOSURE_LINEAR:
		best = search_from(repair, breach->cell, FOLLOW_SUMS, breach->measure);
		break;
	case OEO_DISCLOSURE_DIFFERENCE:
		best = choose_for_difference(repair, breach);
		break;
	case OEO_DISCLOSURE_TIME:
		best = choose_version(repair->model, breach);
		break;
	case OEO_DISCLOSURE_NO_ATTACK:
	case OEO_DISCLOSURE_RULE:
	case OEO_DISCLOSURE_ZERO:
		break;
	}
	/* Whatever else hangs together with it: better too much than a number given away. */
	return best.cell != NONE ? best : search_from(repair, breach->cell, FOLLOW_ALL, breach->measure);
}
