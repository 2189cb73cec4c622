/* SPDX-License-Identifier: EUPL-1.2 */
/* What a table tells about changes since one that is out already, and what to hide so that it tells enough for many only. */
#include <stdlib.h>
#include <string.h>

#include "collector/protect_job.h"
#include "proto/buf.h"
#include "proto/i18n.h"

#define WAYS_KEPT 7

/*
 * How a hidden cell's change may be left out of a sum: all of it stays (0), or what is known of its own parts goes, in
 * one way or another.
 */
struct ways {
	int64_t values[WAYS_KEPT];
	size_t n;
};

struct changes {
	struct oeo_protect_job *job;
	const int64_t *change; /* of every cell, since one file */
	bool *is_shown; /* of every cell */
	bool *is_new; /* of every cell: hidden in this sweep */
	struct ways *ways; /* of every cell */
	size_t *first; /* of every cell, and one more: the relations of which it is the parent */
	size_t *queue; /* of cells */
	bool *is_queued;
	size_t n_more;
};

typedef bool visit_fn(void *context, int64_t sum); /* true: enough */

static const struct oeo_disclosure_relation *relation_at(const struct changes *changes, size_t r)
{
	return &changes->job->cells.problem.relations[r];
}

static void add_way(struct ways *ways, int64_t value)
{
	for (size_t i = 0; i < ways->n; i++)
		if (ways->values[i] == value)
			return;
	if (ways->n < WAYS_KEPT)
		ways->values[ways->n++] = value;
}

/* Several parts replaced at once: the first outcomes. */
static bool visit_several(const struct changes *changes, const struct oeo_disclosure_relation *relation,
    int64_t base, visit_fn *visit, void *context)
{
	int64_t sums[OEO_PROTECT_WAYS] = {base};
	size_t n = 1;

	for (size_t i = 0; i < relation->n_children && n < OEO_PROTECT_WAYS; i++) {
		const struct ways *ways = &changes->ways[relation->children[i]];
		size_t before = n;

		for (size_t w = 1; w < ways->n && !changes->is_shown[relation->children[i]]; w++)
			for (size_t j = 0; j < before && n < OEO_PROTECT_WAYS; j++)
				sums[n++] = sums[j] + ways->values[w];
	}
	for (size_t i = 0; i < n; i++)
		if (visit(context, sums[i]))
			return true;
	return false;
}

/* All that can be known to be among the changes of the children: none, one, all or several of the hidden ones replaced. */
static bool visit_sums(const struct changes *changes, const struct oeo_disclosure_relation *relation,
    visit_fn *visit, void *context)
{
	int64_t base = 0, whole = 0;

	for (size_t i = 0; i < relation->n_children; i++)
		if (changes->is_shown[relation->children[i]])
			base += changes->change[relation->children[i]];
	whole = base;
	if (visit(context, base))
		return true;
	for (size_t i = 0; i < relation->n_children; i++) {
		const struct ways *ways = &changes->ways[relation->children[i]];

		if (changes->is_shown[relation->children[i]])
			continue;
		whole += ways->values[ways->n - 1];
		for (size_t w = 1; w < ways->n; w++)
			if (visit(context, base + ways->values[w]))
				return true;
	}
	return visit(context, whole) || visit_several(changes, relation, base, visit, context);
}

static bool keep_way(void *context, int64_t sum)
{
	struct ways *ways = context;

	add_way(ways, sum);
	return ways->n == WAYS_KEPT;
}

/* From below upwards, however the cells are ordered. */
static void find_ways(struct changes *changes)
{
	const struct oeo_disclosure_problem *problem = &changes->job->cells.problem;
	bool goes_on = true;

	for (size_t cell = 0; cell < problem->n_cells; cell++)
		changes->ways[cell] = (struct ways){.n = 1};
	for (size_t step = 0; goes_on && step < (size_t)OEO_PROTECT_LEVELS * OEO_PROTECT_DIMENSIONS; step++) {
		goes_on = false;
		for (size_t r = problem->n_relations; r-- > 0;) {
			const struct oeo_disclosure_relation *relation = &problem->relations[r];
			struct ways *ways = &changes->ways[relation->parent];
			size_t before = ways->n;

			if (changes->is_shown[relation->parent] || before == WAYS_KEPT)
				continue;
			(void)visit_sums(changes, relation, keep_way, ways);
			goes_on = goes_on || ways->n > before;
		}
	}
}

/* ---- What to hide */

struct choice {
	struct changes *changes;
	size_t best; /* SIZE_MAX: none */
	size_t n_queued;
};

static void meet(struct choice *choice, size_t cell)
{
	const struct changes *changes = choice->changes;
	const struct oeo_disclosure_cell *cells = changes->job->cells.cells;

	if (!changes->is_shown[cell]) {
		if (!changes->is_queued[cell])
			changes->queue[choice->n_queued++] = cell;
		changes->is_queued[cell] = true;
		return;
	}
	if (changes->change[cell] == 0 || cells[cell].role != OEO_DISCLOSURE_DECIDE)
		return;
	if (choice->best == SIZE_MAX ||
	    cells[cell].value[OEO_DISCLOSURE_RESIDENTS] < cells[choice->best].value[OEO_DISCLOSURE_RESIDENTS])
		choice->best = cell;
}

/* The smallest cell that changed and is shown: in this relation, or else below its hidden children. */
static size_t choose(struct changes *changes, const struct oeo_disclosure_relation *relation)
{
	struct choice choice = {changes, SIZE_MAX, 0};

	meet(&choice, relation->parent);
	for (size_t i = 0; i < relation->n_children; i++)
		meet(&choice, relation->children[i]);
	for (size_t done = 0; done < choice.n_queued && choice.best == SIZE_MAX; done++) {
		size_t cell = changes->queue[done];

		for (size_t r = changes->first[cell]; r < changes->first[cell + 1]; r++)
			for (size_t i = 0; i < relation_at(changes, r)->n_children; i++)
				meet(&choice, relation_at(changes, r)->children[i]);
	}
	for (size_t i = 0; i < choice.n_queued; i++)
		changes->is_queued[changes->queue[i]] = false;
	return choice.best;
}

static void hide(struct changes *changes, size_t cell)
{
	changes->job->cells.cells[cell].role = OEO_DISCLOSURE_HIDDEN;
	changes->job->n_changed++;
	changes->is_shown[cell] = false;
	changes->is_new[cell] = true;
	changes->n_more++;
}

struct remainder {
	const struct changes *changes;
	int64_t whole;
};

static bool is_too_small(void *context, int64_t sum)
{
	const struct remainder *remainder = context;
	const struct oeo_protect_job *job = remainder->changes->job;
	int64_t left = remainder->whole - sum;
	uint64_t size = left < 0 ? (uint64_t)-left : (uint64_t)left;

	return size > 0 && (size < job->rules.residents || job->table.member != NULL);
}

/* Has something in it been hidden in this sweep? Then what was worked out before no longer holds. */
static bool has_new(const struct changes *changes, const struct oeo_disclosure_relation *relation)
{
	for (size_t i = 0; i < relation->n_children; i++)
		if (changes->is_new[relation->children[i]])
			return true;
	return changes->is_new[relation->parent];
}

/* Every relation once. *n: how many were found to tell too much; false where nothing can be hidden against one. */
static bool sweep(struct changes *changes, size_t *n)
{
	const struct oeo_disclosure_problem *problem = &changes->job->cells.problem;

	*n = 0;
	memset(changes->is_new, 0, problem->n_cells * sizeof(*changes->is_new));
	find_ways(changes);
	for (size_t r = 0; r < problem->n_relations; r++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[r];
		struct remainder remainder = {changes, changes->change[relation->parent]};
		size_t chosen;

		if (!changes->is_shown[relation->parent])
			continue;
		if (has_new(changes, relation)) {
			++*n;
			continue;
		}
		if (!visit_sums(changes, relation, is_too_small, &remainder))
			continue;
		++*n;
		chosen = choose(changes, relation);
		if (chosen == SIZE_MAX)
			return false;
		hide(changes, chosen);
	}
	return true;
}

static void hide_all(struct changes *changes)
{
	const struct oeo_disclosure_problem *problem = &changes->job->cells.problem;

	for (size_t cell = 0; cell < problem->n_cells; cell++)
		if (changes->is_shown[cell] && changes->change[cell] != 0 &&
		    problem->cells[cell].role == OEO_DISCLOSURE_DECIDE)
			hide(changes, cell);
}

static enum oeo_err check_file(struct changes *changes, bool all, struct oeo_note *why)
{
	size_t n = 1;

	if (all)
		hide_all(changes);
	while (n > 0)
		if (!sweep(changes, &n))
			return oeo_note_set(why, OEO_ERR_REFUSED,
			    _("what changed since an earlier table tells of too few people, and nothing is "
			      "left to hide. Publish a coarser table: fewer dimensions, or codes taken "
			      "together."));
	return OEO_OK;
}

static bool init_changes(struct changes *changes, struct oeo_protect_job *job)
{
	const struct oeo_disclosure_problem *problem = &job->cells.problem;
	size_t n = problem->n_cells + 1, r = 0;

	changes->job = job;
	changes->is_shown = oeo_alloc_array(n, sizeof(*changes->is_shown));
	changes->is_new = oeo_alloc_array(n, sizeof(*changes->is_new));
	changes->is_queued = oeo_alloc_array(n, sizeof(*changes->is_queued));
	changes->ways = oeo_alloc_array(n, sizeof(*changes->ways));
	changes->first = oeo_alloc_array(n, sizeof(*changes->first));
	changes->queue = oeo_alloc_array(n, sizeof(*changes->queue));
	if (changes->is_shown == NULL || changes->is_new == NULL || changes->is_queued == NULL ||
	    changes->ways == NULL || changes->first == NULL || changes->queue == NULL)
		return false;
	for (size_t cell = 0; cell < problem->n_cells; cell++) {
		changes->is_shown[cell] = job->decisions[cell].is_shown;
		/* Relations are in the order of their parents. */
		while (r < problem->n_relations && problem->relations[r].parent < cell)
			r++;
		changes->first[cell] = r;
	}
	changes->first[problem->n_cells] = problem->n_relations;
	return true;
}

enum oeo_err oeo_protect_changes_hide(
    struct oeo_protect_job *job, bool all, size_t *n_more, struct oeo_note *why)
{
	struct changes changes = {0};
	enum oeo_err err = OEO_OK;

	*n_more = 0;
	if (job->changes == NULL)
		return OEO_OK;
	if (!init_changes(&changes, job))
		err = OEO_ERR_NOMEM;
	for (size_t i = 0; i < job->n_earlier && err == OEO_OK; i++) {
		changes.change = job->changes + i * job->cells.problem.n_cells;
		err = check_file(&changes, all, why);
	}
	if (err == OEO_OK)
		*n_more = changes.n_more;
	free(changes.is_shown);
	free(changes.is_new);
	free(changes.is_queued);
	free(changes.ways);
	free(changes.first);
	free(changes.queue);
	return err;
}
