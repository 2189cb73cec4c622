/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Hide what does not meet its rules, hide more as long as something gives a hidden number away, then give
 * back what turns out not to be needed. Hiding only ever takes away what readers know, so the first loop
 * ends; every step depends on the model's order alone.
 */
#include "collector/disclosure/disclosure.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/check.h"
#include "collector/disclosure/linear.h"

struct work {
	struct model model;
	struct knowledge knowledge;
	struct linear linear;
	struct repair repair;
	/* What is given away before anything is decided, and so not ours to prevent: */
	bool *is_pinned_before[MEASURES]; /* numbers that are exact */
	bool *is_low_before[MEASURES]; /* numbers that are seen to be small */
	size_t *known_before
	    [MEASURES]; /* of a link that is unsafe: how many of its members are known; else NONE */
	bool *is_touched; /* cells hidden in this round */
	bool has_changed;
	bool is_safe;
};

static void free_work(struct work *work)
{
	oeo_disclosure_model_fini(&work->model);
	oeo_disclosure_knowledge_fini(&work->knowledge);
	oeo_disclosure_linear_fini(&work->linear);
	oeo_disclosure_repair_fini(&work->repair);
	for (size_t m = 0; m < MEASURES; m++) {
		free(work->is_pinned_before[m]);
		free(work->is_low_before[m]);
		free(work->known_before[m]);
	}
	free(work->is_touched);
}

static size_t count_known(const struct work *work, const struct breach *breach)
{
	const struct link *link = &work->model.links[breach->link];
	const bool *is_known = work->knowledge.is_known[breach->measure];
	size_t known = is_known[link->parent];

	for (size_t i = 0; i < link->n_children; i++)
		known += is_known[link->children[i]];
	return known;
}

static bool is_given(const struct work *work, const struct breach *breach)
{
	const bool *is_pinned_before = work->is_pinned_before[breach->measure];

	if (breach->link != NONE)
		return work->known_before[breach->measure][breach->link] == count_known(work, breach);
	if (breach->other != NONE)
		return is_pinned_before[breach->cell] && is_pinned_before[breach->other];
	return is_pinned_before[breach->cell] ||
	       (breach->is_low && work->is_low_before[breach->measure][breach->cell]);
}

static bool note_given(void *context, const struct breach *breach)
{
	struct work *work = context;

	if (breach->link != NONE)
		work->known_before[breach->measure][breach->link] = count_known(work, breach);
	else if (breach->is_low)
		work->is_low_before[breach->measure][breach->cell] = true;
	else if (breach->attack == OEO_DISCLOSURE_LINEAR)
		work->is_pinned_before[breach->measure][breach->cell] = true;
	return true;
}

static bool visit_determined(struct work *work, oeo_disclosure_visit *visit)
{
	for (size_t i = 0; i < work->model.n; i++) {
		const struct node *node = &work->model.nodes[i];

		for (size_t m = 0; m < MEASURES; m++) {
			struct breach breach = {
			    OEO_DISCLOSURE_LINEAR, (enum oeo_disclosure_measure)m, i, NONE, NONE, false};

			if (work->linear.is_determined[m][i] && !shows(node, m) &&
			    node->cell->role != OEO_DISCLOSURE_LATENT && !visit(work, &breach))
				return false;
		}
	}
	return true;
}

/* Take note of what earlier releases give away by themselves. */
static bool find_given(struct work *work)
{
	struct model *model = &work->model;

	for (size_t i = 0; i < model->n; i++)
		if (model->nodes[i].is_hideable)
			model->nodes[i].is_shown = false;
	oeo_disclosure_knowledge_update(&work->knowledge, model);
	for (size_t m = 0; m < MEASURES; m++)
		for (size_t i = 0; i < model->n; i++)
			work->is_pinned_before[m][i] = is_pinned(&work->knowledge, m, i);
	(void)oeo_disclosure_check(model, &work->knowledge, note_given, work);
	if (!oeo_disclosure_linear_find(&work->linear, model, &work->knowledge, NONE))
		return false;
	(void)visit_determined(work, note_given);
	for (size_t i = 0; i < model->n; i++)
		if (model->nodes[i].is_hideable)
			oeo_disclosure_model_show(&model->nodes[i]);
	return true;
}

static bool init_work(struct work *work)
{
	struct model *model = &work->model;

	if (!oeo_disclosure_knowledge_init(&work->knowledge, model) ||
	    !oeo_disclosure_linear_init(&work->linear, model) ||
	    !oeo_disclosure_repair_init(&work->repair, model, &work->knowledge))
		return false;
	for (size_t m = 0; m < MEASURES; m++) {
		work->is_pinned_before[m] = oeo_disclosure_alloc(model->n, sizeof(bool));
		work->is_low_before[m] = oeo_disclosure_alloc(model->n, sizeof(bool));
		work->known_before[m] = oeo_disclosure_alloc(model->n_links, sizeof(size_t));
		if (work->is_pinned_before[m] == NULL || work->is_low_before[m] == NULL ||
		    work->known_before[m] == NULL)
			return false;
		for (size_t i = 0; i < model->n_links; i++)
			work->known_before[m][i] = NONE;
	}
	work->is_touched = oeo_disclosure_alloc(model->n, sizeof(bool));
	return work->is_touched != NULL && find_given(work);
}

static bool is_touched_link(const struct work *work, size_t index)
{
	const struct link *link;

	if (index == NONE)
		return false;
	link = &work->model.links[index];
	if (work->is_touched[link->parent])
		return true;
	for (size_t i = 0; i < link->n_children; i++)
		if (work->is_touched[link->children[i]])
			return true;
	return false;
}

/* Has this round hidden something that may have mended the breach already? Then it is for the next round. */
static bool is_stale(const struct work *work, const struct breach *breach)
{
	const struct bounds *bounds = &work->knowledge.bounds[breach->measure][breach->cell];

	if (work->is_touched[breach->cell] || (breach->other != NONE && work->is_touched[breach->other]))
		return true;
	if (breach->attack == OEO_DISCLOSURE_BOUNDS)
		return is_touched_link(work, bounds->low_link) || is_touched_link(work, bounds->high_link);
	return is_touched_link(work, breach->link);
}

static void hide(struct work *work, const struct choice *choice)
{
	struct node *node = &work->model.nodes[choice->cell];

	node->is_shown = choice->is_questions;
	node->hides_questions = choice->is_questions;
	work->is_touched[choice->cell] = true;
	work->has_changed = true;
}

static bool mend(void *context, const struct breach *breach)
{
	struct work *work = context;
	struct choice choice;

	if (is_given(work, breach) || is_stale(work, breach))
		return true;
	choice = oeo_disclosure_repair_choose(&work->repair, breach);
	if (choice.cell != NONE)
		hide(work, &choice);
	return true;
}

/* Determined numbers are mended one at a time: one hidden cell often protects several. */
static bool mend_one(void *context, const struct breach *breach)
{
	struct work *work = context;

	(void)mend(context, breach);
	return !work->has_changed;
}

static bool hide_secondary(struct work *work)
{
	do {
		work->has_changed = false;
		memset(work->is_touched, 0, work->model.n * sizeof(bool));
		oeo_disclosure_knowledge_update(&work->knowledge, &work->model);
		(void)oeo_disclosure_check(&work->model, &work->knowledge, mend, work);
		if (work->has_changed)
			continue;
		if (!oeo_disclosure_linear_find(&work->linear, &work->model, &work->knowledge, NONE))
			return false;
		(void)visit_determined(work, mend_one);
	} while (work->has_changed);
	return true;
}

static bool refuse(void *context, const struct breach *breach)
{
	struct work *work = context;

	if (is_given(work, breach))
		return true;
	work->is_safe = false;
	return false;
}

struct return_order {
	const struct model *model;
	size_t cell;
};

static int compare_returns(const void *a, const void *b)
{
	const struct return_order *left = a;
	const struct return_order *right = b;

	return oeo_disclosure_is_cheaper(left->model, left->cell, right->cell) ? 1 : -1;
}

/* Show one cell as far as said if nothing is given away by it. False: out of memory. */
static bool try_shown(struct work *work, size_t cell, bool hides_questions)
{
	struct node *node = &work->model.nodes[cell];
	struct node before = *node;

	node->is_shown = true;
	node->hides_questions = hides_questions;
	work->is_safe = true;
	oeo_disclosure_knowledge_update(&work->knowledge, &work->model);
	(void)oeo_disclosure_check(&work->model, &work->knowledge, refuse, work);
	if (work->is_safe) {
		if (!oeo_disclosure_linear_find(&work->linear, &work->model, &work->knowledge, cell))
			return false;
		(void)visit_determined(work, refuse);
	}
	if (!work->is_safe)
		*node = before;
	return true;
}

/* Give back a hidden cell: all of it, or else its residents. */
static bool give_back_cell(struct work *work, size_t cell)
{
	const struct node *node = &work->model.nodes[cell];

	if (node->is_shown || node->forced == OEO_DISCLOSURE_FORCE_CELL)
		return true;
	if (node->forced == OEO_DISCLOSURE_FORCE_NOTHING && !try_shown(work, cell, false))
		return false;
	return node->is_shown || !node->has_both || try_shown(work, cell, true);
}

static bool give_back_questions(struct work *work, size_t cell)
{
	const struct node *node = &work->model.nodes[cell];

	return !node->is_shown || !node->hides_questions || node->forced != OEO_DISCLOSURE_FORCE_NOTHING ||
	       try_shown(work, cell, false);
}

/* The dearest first: cells, then questions that are still hidden alone. */
static bool clean_up(struct work *work)
{
	struct return_order *order = oeo_disclosure_alloc(work->model.n, sizeof(*order));
	size_t n = 0;
	bool is_done = order != NULL;

	for (size_t i = 0; is_done && i < work->model.n; i++)
		if (work->model.nodes[i].is_hideable &&
		    (!work->model.nodes[i].is_shown || work->model.nodes[i].hides_questions))
			order[n++] = (struct return_order){&work->model, i};
	if (is_done)
		qsort(order, n, sizeof(*order), compare_returns);
	for (size_t i = 0; is_done && i < n; i++)
		is_done = give_back_cell(work, order[i].cell);
	for (size_t i = 0; is_done && i < n; i++)
		is_done = give_back_questions(work, order[i].cell);
	free(order);
	return is_done;
}

/* Show unopened cells as zero where the other shown numbers prove that nothing is left for them. */
static void show_zeros(struct work *work)
{
	oeo_disclosure_knowledge_prove(&work->knowledge, &work->model);
	for (size_t i = 0; i < work->model.n; i++) {
		struct node *node = &work->model.nodes[i];
		bool is_zero = node->cell->role == OEO_DISCLOSURE_DECIDE &&
			       node->cell->state == OEO_DISCLOSURE_UNOPENED && !node->cell->is_rounded;

		for (size_t m = 0; m < MEASURES; m++)
			is_zero = is_zero && (!node->cell->has_measure[m] || work->knowledge.is_known[m][i]);
		node->is_shown = node->is_shown || is_zero;
	}
}

static void report(const struct model *model, size_t n_tables, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts)
{
	if (counts != NULL)
		memset(counts, 0, n_tables * sizeof(*counts));
	for (size_t i = 0; i < model->n; i++) {
		const struct node *node = &model->nodes[i];
		struct oeo_disclosure_decision *decision = &decisions[node->original];

		bool is_whole = node->is_shown && !node->hides_questions;

		decision->is_shown = node->is_shown;
		decision->hides_questions = node->is_shown && node->hides_questions;
		decision->reason = OEO_DISCLOSURE_NOT_HIDDEN;
		if (!is_whole && node->cell->role == OEO_DISCLOSURE_DECIDE)
			decision->reason =
			    node->is_hideable ? OEO_DISCLOSURE_SECONDARY : OEO_DISCLOSURE_PRIMARY;
		if (counts == NULL || node->cell->role != OEO_DISCLOSURE_DECIDE)
			continue;
		if (is_whole)
			counts[node->cell->table].shown++;
		else
			counts[node->cell->table].hidden++;
	}
}

enum oeo_disclosure_err oeo_disclosure_decide_without(const struct oeo_disclosure_problem *problem,
    const enum oeo_disclosure_force *forced, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts)
{
	struct work work;
	enum oeo_disclosure_err err;

	memset(&work, 0, sizeof(work));
	err = oeo_disclosure_model_init(&work.model, problem, forced);
	if (err == OEO_DISCLOSURE_OK && (!init_work(&work) || !hide_secondary(&work) || !clean_up(&work)))
		err = OEO_DISCLOSURE_NOMEM;
	if (err == OEO_DISCLOSURE_OK) {
		show_zeros(&work);
		report(&work.model, problem->n_tables, decisions, counts);
	}
	free_work(&work);
	return err;
}

enum oeo_disclosure_err oeo_disclosure_decide(const struct oeo_disclosure_problem *problem,
    struct oeo_disclosure_decision *decisions, struct oeo_disclosure_count *counts)
{
	return oeo_disclosure_decide_without(problem, NULL, decisions, counts);
}
