/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/secure.h"

#include <stdlib.h>
#include <string.h>

#define NONE SIZE_MAX

/* Relations by the cells in them: relations[first[i]] .. */
struct joins {
	size_t *first;
	size_t *relations;
};

struct securing {
	const struct oeo_disclosure_problem *problem;
	const struct oeo_audit_options *options;
	struct oeo_disclosure_decision *decisions;
	struct oeo_audit_cell *found;
	struct oeo_audit_report report;
	struct oeo_audit_earlier earlier;
	enum oeo_disclosure_force *forced;
	size_t *by_key; /* all cells, by key */
	struct joins joins;
	size_t *queue; /* scratch of search */
	bool *is_met;
	bool *is_near; /* cells around those that were forced in this round */
};

static void *alloc(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size);
}

/* ---- Set-up */

static bool index_relations(struct joins *joins, const struct oeo_disclosure_problem *problem)
{
	size_t n_terms = 0;

	for (size_t i = 0; i < problem->n_relations; i++)
		n_terms += problem->relations[i].n_children + 1;
	joins->first = alloc(problem->n_cells + 2, sizeof(size_t));
	joins->relations = alloc(n_terms, sizeof(size_t));
	if (joins->first == NULL || joins->relations == NULL)
		return false;
	for (size_t i = 0; i < problem->n_relations; i++) {
		joins->first[problem->relations[i].parent + 2]++;
		for (size_t j = 0; j < problem->relations[i].n_children; j++)
			joins->first[problem->relations[i].children[j] + 2]++;
	}
	for (size_t i = 1; i < problem->n_cells + 2; i++)
		joins->first[i] += joins->first[i - 1];
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		joins->relations[joins->first[relation->parent + 1]++] = i;
		for (size_t j = 0; j < relation->n_children; j++)
			joins->relations[joins->first[relation->children[j] + 1]++] = i;
	}
	return true;
}

struct keyed {
	uint64_t key;
	size_t cell;
};

static int compare_keys(const void *a, const void *b)
{
	const struct keyed *left = a;
	const struct keyed *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static bool order_cells(struct securing *securing)
{
	size_t n = securing->problem->n_cells;
	struct keyed *keyed = alloc(n, sizeof(*keyed));

	if (keyed == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		keyed[i] = (struct keyed){securing->problem->cells[i].key, i};
	qsort(keyed, n, sizeof(*keyed), compare_keys);
	for (size_t i = 0; i < n; i++)
		securing->by_key[i] = keyed[i].cell;
	free(keyed);
	return true;
}

static bool init_securing(struct securing *securing)
{
	size_t n = securing->problem->n_cells;

	securing->decisions = alloc(n, sizeof(*securing->decisions));
	securing->found = alloc(n, sizeof(*securing->found));
	securing->forced = alloc(n, sizeof(*securing->forced));
	securing->by_key = alloc(n, sizeof(size_t));
	securing->queue = alloc(n, sizeof(size_t));
	securing->is_met = alloc(n, sizeof(bool));
	securing->is_near = alloc(n, sizeof(bool));
	return securing->decisions != NULL && securing->found != NULL && securing->forced != NULL &&
	       securing->by_key != NULL && securing->queue != NULL && securing->is_met != NULL &&
	       securing->is_near != NULL && index_relations(&securing->joins, securing->problem) &&
	       order_cells(securing);
}

static void free_securing(struct securing *securing)
{
	free(securing->decisions);
	free(securing->found);
	free(securing->forced);
	free(securing->by_key);
	free(securing->joins.first);
	free(securing->joins.relations);
	free(securing->queue);
	free(securing->is_met);
	free(securing->is_near);
	oeo_audit_earlier_fini(&securing->earlier);
}

/* ---- Asking the audit */

static enum oeo_disclosure_err explain(enum oeo_audit_err err)
{
	switch (err) {
	case OEO_AUDIT_OK:
		return OEO_DISCLOSURE_OK;
	case OEO_AUDIT_NOMEM:
		return OEO_DISCLOSURE_NOMEM;
	case OEO_AUDIT_INVALID:
		return OEO_DISCLOSURE_INVALID;
	case OEO_AUDIT_INTERRUPTED:
		return OEO_DISCLOSURE_INTERRUPTED;
	case OEO_AUDIT_SOLVER:
		break;
	}
	return OEO_DISCLOSURE_SOLVER;
}

static enum oeo_disclosure_err ask(struct securing *securing, unsigned attackers)
{
	struct oeo_audit_options options = *securing->options;

	options.attackers &= attackers;
	options.wants_intervals = false;
	options.earlier = &securing->earlier;
	return explain(oeo_audit_problem(
	    securing->problem, securing->decisions, &options, &securing->report, securing->found));
}

/* What stands apart from the audit has its say too: a cell that it objects to counts as recovered. */
static enum oeo_disclosure_err verify(struct securing *securing, bool *is_safe)
{
	struct oeo_disclosure_finding finding;
	enum oeo_disclosure_err err = oeo_disclosure_verify(securing->problem, securing->decisions, &finding);

	*is_safe = err == OEO_DISCLOSURE_OK;
	if (err != OEO_DISCLOSURE_UNSAFE)
		return err;
	securing->found[finding.cell].recovered[finding.measure] = OEO_AUDIT_G;
	return OEO_DISCLOSURE_OK;
}

/* Decide, and let the attackers try: the one that takes longest only where no other one breaks anything. */
static enum oeo_disclosure_err try_forced(struct securing *securing, bool *is_safe)
{
	enum oeo_disclosure_err err =
	    oeo_disclosure_decide_without(securing->problem, securing->forced, securing->decisions, NULL);
	bool has_singles = (securing->options->attackers & OEO_AUDIT_S) != 0;

	if (err == OEO_DISCLOSURE_OK && has_singles)
		err = ask(securing, OEO_AUDIT_L | OEO_AUDIT_G | OEO_AUDIT_T);
	if (err == OEO_DISCLOSURE_OK && (!has_singles || oeo_audit_is_safe(&securing->report)))
		err = ask(securing, OEO_AUDIT_ALL);
	*is_safe = err == OEO_DISCLOSURE_OK && oeo_audit_is_safe(&securing->report);
	return *is_safe ? verify(securing, is_safe) : err;
}

/* ---- What to hide */

static bool has_both(const struct securing *securing, size_t cell)
{
	const bool *has_measure = securing->problem->cells[cell].has_measure;

	return has_measure[OEO_DISCLOSURE_RESIDENTS] && has_measure[OEO_DISCLOSURE_QUESTIONS];
}

/* is_questions: may its questions be hidden alone? */
static bool is_candidate(const struct securing *securing, size_t cell, bool is_questions)
{
	const struct oeo_disclosure_cell *at = &securing->problem->cells[cell];
	const struct oeo_disclosure_decision *decision = &securing->decisions[cell];

	return at->role == OEO_DISCLOSURE_DECIDE && at->state == OEO_DISCLOSURE_OPEN && decision->is_shown &&
	       securing->forced[cell] != OEO_DISCLOSURE_FORCE_CELL &&
	       (!is_questions || (has_both(securing, cell) && !decision->hides_questions));
}

static bool is_cheaper(const struct securing *securing, size_t a, size_t b)
{
	const struct oeo_disclosure_cell *left = &securing->problem->cells[a];
	const struct oeo_disclosure_cell *right = &securing->problem->cells[b];

	if (left->priority != right->priority)
		return left->priority < right->priority;
	for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++)
		if (left->value[m] != right->value[m])
			return left->value[m] < right->value[m];
	return left->key < right->key;
}

struct search {
	struct securing *securing;
	bool is_questions; /* only cells whose questions may be hidden alone */
	size_t n_queued;
	size_t best;
};

static void meet(struct search *search, size_t cell)
{
	struct securing *securing = search->securing;

	if (securing->is_met[cell])
		return;
	securing->is_met[cell] = true;
	securing->queue[search->n_queued++] = cell;
	if (is_candidate(securing, cell, search->is_questions) &&
	    (search->best == NONE || is_cheaper(securing, cell, search->best)))
		search->best = cell;
}

static void meet_around(struct search *search, size_t cell)
{
	const struct securing *securing = search->securing;

	for (size_t i = securing->joins.first[cell]; i < securing->joins.first[cell + 1]; i++) {
		const struct oeo_disclosure_relation *relation =
		    &securing->problem->relations[securing->joins.relations[i]];

		meet(search, relation->parent);
		for (size_t j = 0; j < relation->n_children; j++)
			meet(search, relation->children[j]);
	}
}

/* The cheapest candidate among those that are the fewest relations away, at most `steps`; NONE where there is none. */
static size_t search_from(struct securing *securing, size_t cell, bool is_questions, size_t steps)
{
	struct search search = {securing, is_questions, 0, NONE};
	size_t done = 0;

	memset(securing->is_met, 0, securing->problem->n_cells * sizeof(bool));
	meet(&search, cell);
	for (; search.best == NONE && done < search.n_queued && steps > 0; steps--) {
		size_t end = search.n_queued;

		while (done < end)
			meet_around(&search, securing->queue[done++]);
	}
	return search.best;
}

/* What is recovered around a cell that has just been hidden may be mended by that: it waits for the next round. */
static void mark_near(struct securing *securing, size_t cell)
{
	struct search search = {securing, false, 0, NONE};

	memset(securing->is_met, 0, securing->problem->n_cells * sizeof(bool));
	meet(&search, cell);
	meet_around(&search, cell);
	for (size_t i = 0; i < search.n_queued; i++)
		securing->is_near[securing->queue[i]] = true;
}

/* Against a number of questions, questions of a cell next to it are hidden first. False: nothing is left to hide. */
static bool force_against(struct securing *securing, size_t cell)
{
	bool is_questions = securing->found[cell].recovered[OEO_DISCLOSURE_RESIDENTS] == 0;
	size_t chosen = NONE;

	if (is_questions)
		chosen = search_from(securing, cell, true, 1);
	if (chosen != NONE) {
		securing->forced[chosen] = OEO_DISCLOSURE_FORCE_QUESTIONS;
	} else {
		chosen = search_from(securing, cell, false, SIZE_MAX);
		if (chosen == NONE)
			return false;
		securing->forced[chosen] = OEO_DISCLOSURE_FORCE_CELL;
	}
	mark_near(securing, cell);
	mark_near(securing, chosen);
	return true;
}

/* Hide more against every number that is recovered. False: there is nothing left to hide. */
static bool force_more(struct securing *securing)
{
	bool has_forced = false;

	memset(securing->is_near, 0, securing->problem->n_cells * sizeof(bool));
	for (size_t i = 0; i < securing->problem->n_cells; i++) {
		size_t cell = securing->by_key[i];

		if ((securing->found[cell].recovered[OEO_DISCLOSURE_RESIDENTS] == 0 &&
			securing->found[cell].recovered[OEO_DISCLOSURE_QUESTIONS] == 0) ||
		    securing->is_near[cell])
			continue;
		has_forced |= force_against(securing, cell);
	}
	return has_forced;
}

/* ---- Giving back */

/* The forced cell that is dearest of those below `limit` (NONE: of all). */
static size_t next_forced(const struct securing *securing, size_t limit)
{
	size_t best = NONE;

	for (size_t i = 0; i < securing->problem->n_cells; i++)
		if (securing->forced[i] != OEO_DISCLOSURE_FORCE_NOTHING &&
		    (limit == NONE || is_cheaper(securing, i, limit)) &&
		    (best == NONE || is_cheaper(securing, best, i)))
			best = i;
	return best;
}

/* Hide less of one cell, if that is safe: the first that is, of nothing and (a whole cell) its questions. */
static enum oeo_disclosure_err give_back_cell(struct securing *securing, size_t cell, bool *is_safe)
{
	enum oeo_disclosure_force before = securing->forced[cell];
	enum oeo_disclosure_err err;

	securing->forced[cell] = OEO_DISCLOSURE_FORCE_NOTHING;
	err = try_forced(securing, is_safe);
	if (err == OEO_DISCLOSURE_OK && !*is_safe && before == OEO_DISCLOSURE_FORCE_CELL &&
	    has_both(securing, cell)) {
		securing->forced[cell] = OEO_DISCLOSURE_FORCE_QUESTIONS;
		err = try_forced(securing, is_safe);
	}
	if (!*is_safe)
		securing->forced[cell] = before;
	return err;
}

static enum oeo_disclosure_err give_back(struct securing *securing)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	bool is_safe = true;

	for (size_t cell = next_forced(securing, NONE); err == OEO_DISCLOSURE_OK && cell != NONE;
	     cell = next_forced(securing, cell))
		err = give_back_cell(securing, cell, &is_safe);
	/* What was tried last was not safe: go back to what was. */
	if (err == OEO_DISCLOSURE_OK && !is_safe)
		err = try_forced(securing, &is_safe);
	return err;
}

/* ---- All of it */

static enum oeo_disclosure_err secure(struct securing *securing)
{
	bool is_safe = false;
	enum oeo_disclosure_err err = try_forced(securing, &is_safe);

	while (err == OEO_DISCLOSURE_OK && !is_safe) {
		if (!force_more(securing))
			return OEO_DISCLOSURE_UNSAFE;
		err = try_forced(securing, &is_safe);
	}
	return err == OEO_DISCLOSURE_OK ? give_back(securing) : err;
}

static void count_cells(const struct securing *securing, struct oeo_disclosure_count *counts)
{
	const struct oeo_disclosure_problem *problem = securing->problem;

	memset(counts, 0, problem->n_tables * sizeof(*counts));
	for (size_t i = 0; i < problem->n_cells; i++) {
		if (problem->cells[i].role != OEO_DISCLOSURE_DECIDE)
			continue;
		if (securing->decisions[i].is_shown && !securing->decisions[i].hides_questions)
			counts[problem->cells[i].table].shown++;
		else
			counts[problem->cells[i].table].hidden++;
	}
}

enum oeo_disclosure_err oeo_disclosure_secure(const struct oeo_disclosure_problem *problem,
    const struct oeo_audit_options *options, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts, struct oeo_audit_report *report)
{
	struct securing securing = {.problem = problem, .options = options};
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;

	/* Its checks come first: what follows takes indexes for good. */
	securing.decisions = alloc(problem->n_cells, sizeof(*securing.decisions));
	if (securing.decisions == NULL)
		return OEO_DISCLOSURE_NOMEM;
	err = oeo_disclosure_decide(problem, securing.decisions, NULL);
	free(securing.decisions);
	if (err != OEO_DISCLOSURE_OK)
		return err;
	err = init_securing(&securing) ? secure(&securing) : OEO_DISCLOSURE_NOMEM;
	if (err == OEO_DISCLOSURE_OK || err == OEO_DISCLOSURE_UNSAFE) {
		memcpy(decisions, securing.decisions, problem->n_cells * sizeof(*decisions));
		if (counts != NULL)
			count_cells(&securing, counts);
		*report = securing.report;
	}
	free_securing(&securing);
	return err;
}
