/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attack what a pass of gauss.c left, and add a virtual cell for what is found, so that the next pass is better.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_ATTACK_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_ATTACK_H

#include "collector/disclosure/gauss_system.h"

/*
 * Try the attackers that were chosen beside L and S, which every pass withstands. n_found gets how many virtual cells were
 * added; 0: nothing was found. OEO_DISCLOSURE_UNSAFE: something was found that no virtual cell can prevent.
 */
enum oeo_disclosure_err oeo_gauss_attack(struct gauss_system *system, size_t *n_found);

/* G, in gauss_groups.c. False: out of memory. */
bool oeo_gauss_attack_groups(struct gauss_system *system, size_t *n_found, bool *is_broken);

/* P, Q and O, in gauss_bounds.c. */
enum oeo_disclosure_err oeo_gauss_attack_bounds(struct gauss_system *system, size_t *n_found);

#endif
