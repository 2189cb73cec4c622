/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Holds decisions against what DISCLOSURE asks for, from the definitions: what a reader sees now is compared with
 * what he sees without anything that is decided here, and whatever he gains must be safe.
 */
#include "collector/disclosure/verify.h"

#include <stdlib.h>
#include <string.h>

struct audit {
	const struct oeo_disclosure_problem *problem;
	const struct oeo_disclosure_decision *decisions;
	struct view before; /* without what is decided here */
	struct view now;
	bool *is_sound; /* meets every rule by itself, or is latent and holds such a cell */
	struct index above; /* relations in which a cell is a child */
	struct oeo_disclosure_finding finding;
};

static bool init_view(struct view *view, const struct oeo_disclosure_problem *problem)
{
	size_t n = problem->n_cells + 1;
	bool is_made = true;

	view->problem = problem;
	for (size_t m = 0; m < N_MEASURES; m++) {
		view->is_shown[m] = calloc(n, sizeof(bool));
		view->least[m] = calloc(n, sizeof(int64_t));
		view->most[m] = calloc(n, sizeof(int64_t));
		view->follows[m] = calloc(n, sizeof(bool));
		is_made = is_made && view->is_shown[m] != NULL && view->least[m] != NULL &&
			  view->most[m] != NULL && view->follows[m] != NULL;
	}
	return is_made;
}

static void free_view(struct view *view)
{
	for (size_t m = 0; m < N_MEASURES; m++) {
		free(view->is_shown[m]);
		free(view->least[m]);
		free(view->most[m]);
		free(view->follows[m]);
	}
}

static void free_audit(struct audit *audit)
{
	free_view(&audit->before);
	free_view(&audit->now);
	free(audit->is_sound);
	oeo_disclosure_index_fini(&audit->above);
}

static void found(struct audit *audit, enum oeo_disclosure_attack attack, size_t cell)
{
	oeo_disclosure_found(audit->problem, &audit->finding,
	    (struct oeo_disclosure_finding){attack, cell, OEO_DISCLOSURE_RESIDENTS});
}

static bool has_found(const struct audit *audit)
{
	return audit->finding.attack != OEO_DISCLOSURE_NO_ATTACK;
}

/* The rules of one cell, from its values and parts. */
static bool is_sound_cell(const struct oeo_disclosure_cell *cell)
{
	uint64_t n_members = 0;

	if (cell->state != OEO_DISCLOSURE_OPEN)
		return false;
	for (size_t m = 0; m < N_MEASURES; m++) {
		if (!cell->has_measure[m])
			continue;
		if (cell->value[m] < cell->rules.residents)
			return false;
		for (size_t i = 0; i < cell->n_parts; i++) {
			uint64_t own = (uint64_t)part_value(&cell->parts[i], m);

			if (own > 0 && is_below(cell->value[m] - own, cell->rules.rest))
				return false;
		}
	}
	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].residents > 0)
			n_members++;
	return n_members >= cell->rules.members;
}

static void mark_sound(struct audit *audit)
{
	const struct oeo_disclosure_problem *problem = audit->problem;
	bool has_changed = true;

	for (size_t i = 0; i < problem->n_cells; i++)
		audit->is_sound[i] = is_sound_cell(&problem->cells[i]);
	while (has_changed) {
		has_changed = false;
		for (size_t i = 0; i < problem->n_relations; i++) {
			const struct oeo_disclosure_relation *relation = &problem->relations[i];

			if (relation->kind == OEO_DISCLOSURE_VERSION || audit->is_sound[relation->parent] ||
			    problem->cells[relation->parent].role != OEO_DISCLOSURE_LATENT)
				continue;
			for (size_t j = 0; j < relation->n_children; j++)
				audit->is_sound[relation->parent] |= audit->is_sound[relation->children[j]];
			has_changed |= audit->is_sound[relation->parent];
		}
	}
}

static void check_rules(struct audit *audit)
{
	for (size_t i = 0; i < audit->problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &audit->problem->cells[i];

		if (audit->decisions[i].is_shown && cell->role == OEO_DISCLOSURE_DECIDE &&
		    cell->state != OEO_DISCLOSURE_UNOPENED && !audit->is_sound[i])
			found(audit, OEO_DISCLOSURE_RULE, i);
		if (cell->role != OEO_DISCLOSURE_DECIDE &&
		    (audit->decisions[i].is_shown != (cell->role == OEO_DISCLOSURE_SHOWN) ||
			audit->decisions[i].hides_questions != cell->hides_questions))
			found(audit, OEO_DISCLOSURE_RULE, i);
		if (audit->decisions[i].hides_questions &&
		    (!audit->decisions[i].is_shown || !cell->has_measure[OEO_DISCLOSURE_RESIDENTS] ||
			!cell->has_measure[OEO_DISCLOSURE_QUESTIONS] ||
			cell->state == OEO_DISCLOSURE_UNOPENED))
			found(audit, OEO_DISCLOSURE_RULE, i);
	}
}

static void check_zeros(struct audit *audit)
{
	for (size_t i = 0; i < audit->problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &audit->problem->cells[i];

		if (!audit->decisions[i].is_shown || cell->role != OEO_DISCLOSURE_DECIDE ||
		    cell->state != OEO_DISCLOSURE_UNOPENED)
			continue;
		for (size_t m = 0; m < N_MEASURES; m++)
			if (cell->has_measure[m] && (audit->now.most[m][i] != 0 || cell->is_rounded))
				found(audit, OEO_DISCLOSURE_ZERO, i);
	}
}

/* No hidden number above zero is exact, none that was not so before is seen to be small. */
static void check_hidden(struct audit *audit)
{
	const struct view *now = &audit->now;
	const struct view *before = &audit->before;

	for (size_t i = 0; i < audit->problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &audit->problem->cells[i];

		for (size_t m = 0; cell->role != OEO_DISCLOSURE_LATENT && m < N_MEASURES; m++) {
			bool was_exact = before->least[m][i] == before->most[m][i] || before->follows[m][i];
			bool was_low = is_below((uint64_t)before->most[m][i], cell->rules.reach);

			if (!cell->has_measure[m] || now->is_shown[m][i] || now->most[m][i] == 0 || was_exact)
				continue;
			if (now->follows[m][i])
				found(audit, OEO_DISCLOSURE_LINEAR, i);
			else if (now->least[m][i] == now->most[m][i] ||
				 (m == OEO_DISCLOSURE_RESIDENTS && !was_low &&
				     is_below((uint64_t)now->most[m][i], cell->rules.reach)))
				found(audit, OEO_DISCLOSURE_BOUNDS, i);
		}
	}
}

static bool is_exact_now(const struct audit *audit, size_t cell)
{
	const struct view *now = &audit->now;

	return now->least[OEO_DISCLOSURE_RESIDENTS][cell] == now->most[OEO_DISCLOSURE_RESIDENTS][cell];
}

static bool was_exact(const struct audit *audit, size_t cell)
{
	const struct view *before = &audit->before;

	return before->least[OEO_DISCLOSURE_RESIDENTS][cell] == before->most[OEO_DISCLOSURE_RESIDENTS][cell];
}

static void check_pair(struct audit *audit, size_t inner, size_t outer)
{
	const int64_t *exact = audit->now.most[OEO_DISCLOSURE_RESIDENTS];
	const struct oeo_disclosure_cell *cells = audit->problem->cells;
	int64_t difference = exact[outer] - exact[inner];

	if (!is_exact_now(audit, outer) || (was_exact(audit, inner) && was_exact(audit, outer)))
		return;
	if (difference < 0)
		difference = -difference;
	if (is_below((uint64_t)difference, cells[inner].rules.rest) ||
	    is_below((uint64_t)difference, cells[outer].rules.rest))
		found(audit, OEO_DISCLOSURE_DIFFERENCE, inner);
}

/* One set against every set around it: marks climb until nothing is new. */
static void climb(struct audit *audit, size_t inner, bool *is_around, size_t *stack)
{
	size_t depth = 0;

	memset(is_around, 0, audit->problem->n_cells * sizeof(bool));
	stack[depth++] = inner;
	while (depth > 0) {
		size_t cell = stack[--depth];

		for (size_t i = audit->above.first[cell]; i < audit->above.first[cell + 1]; i++) {
			const struct oeo_disclosure_relation *relation =
			    &audit->problem->relations[audit->above.relations[i]];

			if (!is_about_sets(relation) || is_around[relation->parent])
				continue;
			is_around[relation->parent] = true;
			stack[depth++] = relation->parent;
			check_pair(audit, inner, relation->parent);
		}
	}
}

static bool check_differences(struct audit *audit)
{
	bool *is_around = calloc(audit->problem->n_cells + 1, sizeof(bool));
	size_t *stack = calloc(audit->problem->n_cells + 1, sizeof(*stack));
	bool is_made = is_around != NULL && stack != NULL;

	for (size_t i = 0; is_made && i < audit->problem->n_cells; i++)
		if (is_exact_now(audit, i) && audit->now.most[OEO_DISCLOSURE_RESIDENTS][i] > 0)
			climb(audit, i, is_around, stack);
	free(is_around);
	free(stack);
	return is_made;
}

static int64_t part_of(const struct oeo_disclosure_cell *cell, size_t measure, size_t member)
{
	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member == member)
			return part_value(&cell->parts[i], measure);
	return 0;
}

static void check_change(struct audit *audit, size_t later, size_t earlier, size_t measure)
{
	const struct oeo_disclosure_cell *now = &audit->problem->cells[later];
	const struct oeo_disclosure_cell *then = &audit->problem->cells[earlier];
	int64_t change = shown_value(now, measure) - shown_value(then, measure);

	if (!now->has_measure[measure] || !then->has_measure[measure] ||
	    !audit->now.is_shown[measure][later] || !audit->now.is_shown[measure][earlier] ||
	    (audit->before.is_shown[measure][later] && audit->before.is_shown[measure][earlier]))
		return;
	if (is_below(size_of(change), now->rules.residents))
		found(audit, OEO_DISCLOSURE_TIME, later);
	for (size_t i = 0; i < audit->problem->n_members; i++) {
		int64_t own = part_of(now, measure, i) - part_of(then, measure, i);

		if (own != 0 && is_below(size_of(change - own), now->rules.rest))
			found(audit, OEO_DISCLOSURE_TIME, later);
	}
}

static void check_versions(struct audit *audit)
{
	for (size_t i = 0; i < audit->problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &audit->problem->relations[i];

		for (size_t m = 0; relation->kind == OEO_DISCLOSURE_VERSION && m < N_MEASURES; m++)
			check_change(audit, relation->parent, relation->children[0], m);
	}
}

static bool init_audit(struct audit *audit)
{
	const struct oeo_disclosure_problem *problem = audit->problem;

	if (!init_view(&audit->before, problem) || !init_view(&audit->now, problem) ||
	    !oeo_disclosure_index_init(&audit->above, problem, false))
		return false;
	audit->before.above = &audit->above;
	audit->now.above = &audit->above;
	audit->is_sound = calloc(problem->n_cells + 1, sizeof(bool));
	if (audit->is_sound == NULL)
		return false;
	for (size_t i = 0; i < problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &problem->cells[i];
		struct oeo_disclosure_decision was = {
		    .is_shown = cell->role == OEO_DISCLOSURE_SHOWN, .hides_questions = cell->hides_questions};

		for (size_t m = 0; m < N_MEASURES; m++) {
			audit->before.is_shown[m][i] =
			    oeo_disclosure_shows(&was, (enum oeo_disclosure_measure)m);
			audit->now.is_shown[m][i] =
			    oeo_disclosure_shows(&audit->decisions[i], (enum oeo_disclosure_measure)m);
		}
	}
	mark_sound(audit);
	return true;
}

/* Zeros are held against what can be proved; all else against all that can be seen. One kind of objection after the other:
 * false: out of memory. */
static bool attack(struct audit *audit)
{
	if (!oeo_disclosure_view_bound(&audit->now, true))
		return false;
	check_rules(audit);
	check_zeros(audit);
	if (has_found(audit))
		return true;
	if (!oeo_disclosure_view_bound(&audit->now, false) ||
	    !oeo_disclosure_view_bound(&audit->before, false) || !oeo_disclosure_view_solve(&audit->now) ||
	    !oeo_disclosure_view_solve(&audit->before))
		return false;
	check_hidden(audit);
	if (has_found(audit))
		return true;
	check_versions(audit);
	return check_differences(audit) &&
	       (has_found(audit) || oeo_disclosure_check_groups(
					&audit->now, &audit->before, audit->is_sound, &audit->finding));
}

enum oeo_disclosure_err oeo_disclosure_verify(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_decision *decisions, struct oeo_disclosure_finding *finding)
{
	struct audit audit = {.problem = problem, .decisions = decisions};
	bool is_done = init_audit(&audit) && attack(&audit);

	free_audit(&audit);
	if (!is_done)
		return OEO_DISCLOSURE_NOMEM;
	if (!has_found(&audit))
		return OEO_DISCLOSURE_OK;
	if (finding != NULL)
		*finding = audit.finding;
	return OEO_DISCLOSURE_UNSAFE;
}
