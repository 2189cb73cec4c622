/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/gauss_attack.h"
#include "collector/disclosure/gauss_matrix.h"
#include "collector/disclosure/gauss_system.h"

/* Each round adds the virtual cells that the last one lacked; every one of them is a sum of hidden cells. */
#define MOST_ROUNDS 200
#define SMALL_GROUPS 1500
#define VARIANTS 12

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

/* Small tables: break ties between equal cells in several ways, and keep what hides least. */
static enum oeo_disclosure_err run_variants(struct gauss_system *system)
{
	size_t bytes = (system->n_groups + 1) * sizeof(*system->groups);
	struct gauss_group *first = malloc(bytes), *best = malloc(bytes);
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM, best_err = OEO_DISCLOSURE_UNSAFE;
	unsigned n = system->n_groups <= SMALL_GROUPS ? VARIANTS : 1;

	if (first == NULL || best == NULL)
		goto cleanup;
	memcpy(first, system->groups, bytes);
	for (unsigned variant = 0; variant < n; variant++) {
		memcpy(system->groups, first, bytes);
		oeo_gauss_system_sort(system, variant);
		err = run_passes(system);
		if (err != OEO_DISCLOSURE_OK && err != OEO_DISCLOSURE_UNSAFE)
			goto cleanup;
		if (variant == 0 ||
		    (err == OEO_DISCLOSURE_OK && (best_err != err || is_better(system, best)))) {
			memcpy(best, system->groups, bytes);
			best_err = err;
		}
	}
	memcpy(system->groups, best, bytes);
	err = best_err;
cleanup:
	free(first);
	free(best);
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
