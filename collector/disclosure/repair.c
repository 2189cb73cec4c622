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

static bool is_candidate(const struct model *model, size_t cell)
{
	return model->nodes[cell].is_hideable && model->nodes[cell].is_shown;
}

static size_t cheaper_of(const struct model *model, size_t a, size_t b)
{
	if (a == NONE || b == NONE)
		return a == NONE ? b : a;
	return oeo_disclosure_is_cheaper(model, a, b) ? a : b;
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
	size_t best;
};

static void meet(struct search *search, size_t cell)
{
	struct repair *repair = search->repair;

	if (repair->is_seen[cell])
		return;
	repair->is_seen[cell] = true;
	if (is_candidate(repair->model, cell))
		search->best = cheaper_of(repair->model, search->best, cell);
	else
		repair->queue[search->n_queued++] = cell;
}

static void meet_link(struct search *search, size_t index)
{
	const struct link *link;

	if (index == NONE)
		return;
	link = &search->repair->model->links[index];
	for (size_t i = 0; i < link->n_children; i++)
		meet(search, link->children[i]);
	meet(search, link->parent);
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

/* The cheapest candidate among those nearest to cell. */
static size_t search_from(
    struct repair *repair, size_t cell, enum follow follow, enum oeo_disclosure_measure measure)
{
	struct search search = {repair, follow, measure, 0, NONE};
	size_t done = 0;

	memset(repair->is_seen, 0, repair->model->n * sizeof(*repair->is_seen));
	meet(&search, cell);
	while (search.best == NONE && done < search.n_queued) {
		size_t end = search.n_queued; /* one step further, as a whole */

		while (done < end)
			meet_neighbours(&search, repair->queue[done++]);
	}
	return search.best;
}

/* A child that makes the remainder safe by joining it; else the cheapest of all that has to do with it. */
static size_t choose_for_group(struct repair *repair, const struct breach *breach)
{
	const struct model *model = repair->model;
	const struct link *link = &model->links[breach->link];
	size_t best = NONE;

	for (size_t i = 0; i < link->n_children; i++) {
		size_t child = link->children[i];

		if (is_candidate(model, child) &&
		    oeo_disclosure_is_safe_remainder(model, repair->knowledge, link, child))
			best = cheaper_of(model, best, child);
	}
	for (size_t i = 0; best == NONE && i < link->n_children; i++)
		if (is_candidate(model, link->children[i]))
			best = cheaper_of(model, best, link->children[i]);
	if (best != NONE)
		return best;
	return search_from(repair, link->parent, FOLLOW_SUMS, link->measure);
}

size_t oeo_disclosure_repair_choose(struct repair *repair, const struct breach *breach)
{
	size_t best = NONE;

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
		best = search_from(repair, breach->cell, FOLLOW_BOUNDS, breach->measure);
		if (best == NONE || (best != breach->cell && is_candidate(repair->model, breach->other)))
			best = search_from(repair, breach->other, FOLLOW_BOUNDS, breach->measure);
		break;
	case OEO_DISCLOSURE_TIME:
		best = is_candidate(repair->model, breach->cell)
			   ? breach->cell
			   : repair->model->links[breach->link].children[0];
		if (!is_candidate(repair->model, best))
			best = NONE;
		break;
	case OEO_DISCLOSURE_NO_ATTACK:
	case OEO_DISCLOSURE_RULE:
	case OEO_DISCLOSURE_ZERO:
		break;
	}
	/* Whatever else hangs together with it: better too much than a number given away. */
	return best != NONE ? best : search_from(repair, breach->cell, FOLLOW_ALL, breach->measure);
}
