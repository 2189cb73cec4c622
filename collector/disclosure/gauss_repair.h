/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Hide more, at least cost, so that numbers that are stuck can move. Where numbers at their floor are many, each pass finds
 * another way to keep them there; then this ends it, by linear programs over all numbers in which shown ones may move too,
 * at a price (the heuristic of Kelly, Golden and Assad, for all of them at once). Those that move in the cheapest solution are hidden from then on.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_REPAIR_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_REPAIR_H

#include "collector/disclosure/gauss_attack.h"

/*
 * Mark groups as hidden and extra (is_extra), and freeze the system. The first time what is stuck at its floor moves, its
 * neighbours having much more room than they have: that is cheap, and enough for most. Each time after that the room is
 * nearer to what it is, and all that is stuck moves. n_found: how many were marked; 0: nothing helps.
 * OEO_DISCLOSURE_NOMEM; OEO_DISCLOSURE_UNSAFE: the solver failed.
 */
enum oeo_disclosure_err oeo_gauss_repair(
    struct gauss_system *system, const struct gauss_view *view, const bool *is_stuck, size_t *n_found);

#endif
