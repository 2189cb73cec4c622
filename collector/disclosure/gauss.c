/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/gauss_attack.h"
#include "collector/disclosure/gauss_clean.h"
#include "collector/disclosure/gauss_matrix.h"
#include "collector/disclosure/gauss_system.h"

/* Each round adds the virtual cells that the last one lacked; every one of them is a sum of hidden cells. */
#define MOST_ROUNDS 200
#define SMALL_GROUPS 1500
#define VARIANTS 12
/* Wishes that are tried, times groups: the same number on every machine. */
#define TRIALS 40000

/* Is it hidden whatever this pass finds? */
static bool is_kept(const struct gauss_system *system, const struct gauss_group *group)
{
	return group->is_extra || (system->is_frozen && group->is_hidden);
}

/* Rows of the matrix: groups, then virtual cells, then sums that are zero. */
static bool fill_matrix(struct gauss_matrix *matrix, const struct gauss_system *system)
{
	uint32_t row = 0;

	if (!oeo_gauss_matrix_init(
		matrix, system->n_groups + system->n_virtuals + system->n_zeros, system->n_columns))
		return false;
	for (size_t i = 0; i < system->n_groups; i++, row++) {
		const struct gauss_group *group = &system->groups[i];
		const struct gauss_sum *sum = &system->sums[group->cell];

		if (group->is_latent && !group->is_inner)
			continue;
		if (!oeo_gauss_matrix_set(matrix, row, sum->terms, sum->n))
			return false;
		if (group->is_latent)
			continue;
		matrix->rows[row].is_target =
		    (group->is_target || is_kept(system, group)) && !group->is_shown;
		matrix->rows[row].is_single = group->is_single;
	}
	for (size_t i = 0; i < system->n_virtuals; i++, row++) {
		if (!oeo_gauss_matrix_set(matrix, row, system->virtuals[i].terms, system->virtuals[i].n))
			return false;
		matrix->rows[row].is_target = true;
	}
	for (size_t i = 0; i < system->n_zeros; i++, row++)
		if (!oeo_gauss_matrix_set(matrix, row, system->zeros[i].terms, system->zeros[i].n))
			return false;
	return true;
}

/* What is known whatever is decided. */
static bool eliminate_known(struct gauss_matrix *matrix, const struct gauss_system *system)
{
	size_t first_zero = system->n_groups + system->n_virtuals;

	for (size_t i = 0; i < system->n_zeros; i++)
		if (oeo_gauss_matrix_eliminate(matrix, (uint32_t)(first_zero + i), true, NULL) != GAUSS_TAKEN)
			return false;
	for (size_t i = 0; i < system->n_groups; i++)
		if (system->groups[i].is_shown &&
		    oeo_gauss_matrix_eliminate(matrix, (uint32_t)i, true, NULL) != GAUSS_TAKEN)
			return false;
	return true;
}

/* A row that is neither shown nor a target: how it can move is of use to some attackers. */
static void set_aside(struct gauss_matrix *matrix, const struct gauss_system *system, uint32_t number)
{
	if ((system->attackers->mask & GAUSS_MOVERS) != 0)
		oeo_gauss_matrix_trace(matrix, number);
	else
		oeo_gauss_matrix_drop(matrix, number);
}

/*
 * A cell was refused because of a target. Where the one contributor of either could work the other out, what they
 * have in common must not be known: a virtual cell for the next pass.
 */
static bool keep_refused(struct gauss_matrix *matrix, struct gauss_system *system, uint32_t number,
    uint32_t culprit, size_t *n_found)
{
	bool is_single = matrix->rows[number].is_single || matrix->rows[culprit].is_single;
	uint64_t factor;
	bool is_new;

	if (!matrix->watches_singles) {
		set_aside(matrix, system, number);
		return true;
	}
	if (culprit >= system->n_groups || !oeo_gauss_matrix_compare(matrix, number, culprit, &factor) ||
	    !is_single) {
		oeo_gauss_matrix_hold(matrix, number);
		return true;
	}
	set_aside(matrix, system, number);
	if (!oeo_gauss_system_add_difference(
		system, system->groups[number].cell, factor, system->groups[culprit].cell, &is_new))
		return false;
	*n_found += is_new;
	return true;
}

static bool eliminate_groups(struct gauss_matrix *matrix, struct gauss_system *system, size_t *n_found)
{
	for (size_t i = 0; i < system->n_groups; i++) {
		uint32_t number = system->order[i], culprit = GAUSS_NONE;
		struct gauss_group *group = &system->groups[number];

		if (is_kept(system, group))
			continue;
		group->is_hidden = !group->is_shown;
		if (group->is_shown || group->is_latent || group->is_target)
			continue;
		switch (oeo_gauss_matrix_eliminate(matrix, number, false, &culprit)) {
		case GAUSS_TAKEN:
			group->is_hidden = false;
			break;
		case GAUSS_REFUSED:
			if (!keep_refused(matrix, system, number, culprit, n_found))
				return false;
			break;
		case GAUSS_NOMEM:
			return false;
		}
	}
	return true;
}

/* One pass over all groups with the targets as they are; then, if that found nothing, the attackers. */
static enum oeo_disclosure_err run_pass(struct gauss_system *system, size_t *n_found)
{
	struct gauss_matrix matrix;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	*n_found = 0;
	if (fill_matrix(&matrix, system) && eliminate_known(&matrix, system) &&
	    oeo_gauss_matrix_watch(&matrix, (system->attackers->mask & OEO_DISCLOSURE_ATTACK_S) != 0) &&
	    eliminate_groups(&matrix, system, n_found))
		err = *n_found > 0 ? OEO_DISCLOSURE_OK : oeo_gauss_attack(system, &matrix, n_found);
	if (err == OEO_DISCLOSURE_OK && *n_found == 0)
		err = oeo_gauss_clean_up(system, &matrix);
	oeo_gauss_matrix_fini(&matrix);
	return err;
}

static void write_decisions(const struct gauss_system *system, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts)
{
	const struct oeo_disclosure_problem *problem = system->problem;

	if (counts != NULL)
		memset(counts, 0, problem->n_tables * sizeof(*counts));
	for (size_t i = 0; i < problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &problem->cells[i];
		const struct gauss_group *group = &system->groups[system->groups_of[i]];
		bool is_shown = cell->role == OEO_DISCLOSURE_SHOWN ||
				(cell->role == OEO_DISCLOSURE_DECIDE && !group->is_hidden &&
				    oeo_gauss_is_good(cell, system->measure));

		decisions[i].is_shown = is_shown;
		decisions[i].hides_questions = false;
		decisions[i].reason = is_shown                                   ? OEO_DISCLOSURE_NOT_HIDDEN
				      : oeo_gauss_is_good(cell, system->measure) ? OEO_DISCLOSURE_SECONDARY
										 : OEO_DISCLOSURE_PRIMARY;
		if (counts != NULL && cell->role == OEO_DISCLOSURE_DECIDE)
			*(is_shown ? &counts[cell->table].shown : &counts[cell->table].hidden) += 1;
	}
}

/* Passes until nothing is found. OEO_DISCLOSURE_UNSAFE: something is still found. */
static enum oeo_disclosure_err run_passes(struct gauss_system *system)
{
	enum oeo_disclosure_err err = OEO_DISCLOSURE_OK;
	size_t n_found = 1;

	system->is_frozen = false;
	system->n_repairs = 0;
	system->is_plain = false;
	system->work = 0;
	for (int round = 0; round < MOST_ROUNDS && n_found > 0 && err == OEO_DISCLOSURE_OK; round++)
		err = run_pass(system, &n_found);
	return err == OEO_DISCLOSURE_OK && n_found > 0 ? OEO_DISCLOSURE_UNSAFE : err;
}

/* Is what was decided now better than what was kept: safe, less hidden in sum, then in cells? */
static bool is_better(const struct gauss_system *system, const struct gauss_group *kept)
{
	uint64_t sum = 0, kept_sum = 0;
	size_t n = 0, n_kept = 0;

	for (size_t i = 0; i < system->problem->n_cells; i++) {
		uint32_t group = system->groups_of[i];

		sum += system->groups[group].is_hidden ? system->groups[group].value : 0;
		n += system->groups[group].is_hidden;
		kept_sum += kept[group].is_hidden ? kept[group].value : 0;
		n_kept += kept[group].is_hidden;
	}
	return sum != kept_sum ? sum < kept_sum : n < n_kept;
}

/* The search for a better outcome: groups as they are at first, with the wishes that were of use, and the best so far. */
struct search {
	struct gauss_system *system;
	struct gauss_group *first;
	struct gauss_group *best;
	size_t bytes;
	enum oeo_disclosure_err best_err;
	unsigned variant; /* that the best has */
	uint32_t *by_value; /* groups, largest first */
	size_t n_left; /* trials */
};

static bool is_error(enum oeo_disclosure_err err)
{
	return err != OEO_DISCLOSURE_OK && err != OEO_DISCLOSURE_UNSAFE;
}

/* Passes with the wishes as they are. has_won: the outcome is better than the best, and is it now. */
static enum oeo_disclosure_err run_trial(struct search *search, unsigned variant, bool *has_won)
{
	struct gauss_system *system = search->system;
	enum oeo_disclosure_err err;

	*has_won = false;
	memcpy(system->groups, search->first, search->bytes);
	oeo_gauss_system_forget(system);
	oeo_gauss_system_sort(system, variant);
	err = run_passes(system);
	if (is_error(err))
		return err;
	*has_won = err == OEO_DISCLOSURE_OK && (search->best_err != err || is_better(system, search->best));
	if (*has_won) {
		memcpy(search->best, system->groups, search->bytes);
		search->best_err = err;
		search->variant = variant;
	}
	return OEO_DISCLOSURE_OK;
}

/* Keep a wish only if the outcome is better with it. */
static enum oeo_disclosure_err try_wish(struct search *search, size_t group, int wish, bool *has_won)
{
	int before = search->first[group].wish;
	enum oeo_disclosure_err err;

	search->first[group].wish = wish;
	search->n_left--;
	err = run_trial(search, search->variant, has_won);
	if (!*has_won)
		search->first[group].wish = before;
	return err;
}

/*
 * Wish that something hidden is shown, largest first, or that something shown is hidden, smallest first, as long as that
 * makes the outcome better.
 */
static enum oeo_disclosure_err run_wishes(struct search *search)
{
	struct gauss_system *system = search->system;
	bool has_won = true;

	while (has_won && search->n_left > 0) {
		has_won = false;
		for (int wish = 1; wish >= -1; wish -= 2) {
			for (size_t i = 0; i < system->n_groups && search->n_left > 0; i++) {
				size_t group = search->by_value[wish > 0 ? i : system->n_groups - 1 - i];
				const struct gauss_group *now = &search->best[group];
				bool wins = false;
				enum oeo_disclosure_err err;

				if (now->is_target || now->is_shown || now->is_latent ||
				    now->is_hidden != (wish > 0) || search->first[group].wish == wish)
					continue;
				err = try_wish(search, group, wish, &wins);
				if (err != OEO_DISCLOSURE_OK)
					return err;
				has_won = has_won || wins;
			}
		}
	}
	return OEO_DISCLOSURE_OK;
}

/* Small tables: try several orders and several wishes, and keep what hides least. */
static enum oeo_disclosure_err run_variants(struct gauss_system *system)
{
	struct search search = {.system = system,
	    .bytes = (system->n_groups + 1) * sizeof(*system->groups),
	    .best_err = OEO_DISCLOSURE_UNSAFE,
	    .n_left = TRIALS / (system->n_groups + 1)};
	bool is_small = system->n_groups <= SMALL_GROUPS, has_won;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	search.first = malloc(search.bytes);
	search.best = malloc(search.bytes);
	search.by_value = malloc((system->n_groups + 1) * sizeof(*search.by_value));
	if (search.first == NULL || search.best == NULL || search.by_value == NULL)
		goto cleanup;
	memcpy(search.first, system->groups, search.bytes);
	memcpy(search.by_value, system->order, system->n_groups * sizeof(*search.by_value));
	system->has_clean_up = !is_small;
	err = run_trial(&search, 0, &has_won);
	if (err == OEO_DISCLOSURE_OK && !has_won)
		memcpy(search.best, system->groups, search.bytes);
	for (unsigned variant = 1; is_small && variant < VARIANTS && err == OEO_DISCLOSURE_OK; variant++)
		err = run_trial(&search, variant, &has_won);
	if (is_small && err == OEO_DISCLOSURE_OK && search.best_err == OEO_DISCLOSURE_OK)
		err = run_wishes(&search);
	system->has_clean_up = true;
	if (is_small && err == OEO_DISCLOSURE_OK && search.best_err == OEO_DISCLOSURE_OK)
		err = run_trial(&search, search.variant, &has_won);
	memcpy(system->groups, search.best, search.bytes);
	if (err == OEO_DISCLOSURE_OK)
		err = search.best_err;
cleanup:
	free(search.first);
	free(search.best);
	free(search.by_value);
	return err;
}

enum oeo_disclosure_err oeo_disclosure_suppress(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_attackers *attackers, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts)
{
	struct gauss_system system;
	enum oeo_disclosure_err err;

	if ((attackers->mask & GAUSS_MOVERS) != 0 && attackers->solver == NULL)
		return OEO_DISCLOSURE_INVALID;
	err = oeo_gauss_system_init(&system, problem, attackers);
	if (err == OEO_DISCLOSURE_OK)
		err = run_variants(&system);
	if (err == OEO_DISCLOSURE_OK || err == OEO_DISCLOSURE_UNSAFE)
		write_decisions(&system, decisions, counts);
	oeo_gauss_system_fini(&system);
	return err;
}
