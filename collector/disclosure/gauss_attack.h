/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attack what a pass of gauss.c left, and add a virtual cell for what is found, so that the next pass is better.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_ATTACK_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_ATTACK_H

#include "collector/disclosure/gauss_moves.h"
#include "collector/disclosure/gauss_system.h"

/*
 * Try the attackers that were chosen beside L and S, which every pass withstands. n_found gets how many virtual cells were
 * added; 0: nothing was found. OEO_DISCLOSURE_UNSAFE: something was found that no virtual cell can prevent.
 */
enum oeo_disclosure_err oeo_gauss_attack(
    struct gauss_system *system, const struct gauss_matrix *matrix, size_t *n_found);

/* G (is_excess: what Q sees at once), in gauss_groups.c. is_broken: something no virtual cell can prevent. False: out of
 * memory. */
bool oeo_gauss_attack_groups(struct gauss_system *system, bool is_excess, size_t *n_found, bool *is_broken);

/* Linear programming over what a pass left: P, or (floor 1) Q, or (member) P with a member's part taken out. */
struct gauss_view {
	uint64_t floor; /* what hidden inner cells are known to be at least */
	size_t member; /* SIZE_MAX: none */
};

/* The group's number, without what the attacker knows to be its own. */
uint64_t oeo_gauss_value_for(
    const struct gauss_system *system, const struct gauss_view *view, uint32_t group);

/*
 * Which hidden groups have a range narrower than one? is_stuck (n_groups) is the caller's and zeroed. With a member: only of
 * those with 1 .. rest - 1 without it. Adds virtual cells for those that are stuck at their floor, counted in n_found. OEO_DISCLOSURE_UNSAFE: the solver failed. In gauss_bounds.c.
 */
enum oeo_disclosure_err oeo_gauss_bounds_find(struct gauss_system *system, const struct gauss_moves *moves,
    const struct gauss_view *view, bool *is_stuck, size_t *n_stuck, size_t *n_found);

#endif
