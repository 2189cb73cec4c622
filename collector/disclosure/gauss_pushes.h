/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The linear program of one component, whose columns are how far its numbers move: it pushes numbers that are looked for a
 * way, first all at once, then one by one.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_PUSHES_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_PUSHES_H

#include "collector/disclosure/gauss_ways.h"

/* Make the program (ways->handle, column_of, n_columns) from the limits of the members. False: out of memory. */
bool oeo_gauss_pushes_open(struct gauss_ways *ways);

/*
 * Find ways for these members (n, their order is changed), of whatever the program comes upon: those for which there is none
 * come first, and are counted in n_left. It ends at the first that may not be stopped. False: out of memory.
 */
bool oeo_gauss_push_all(struct gauss_ways *ways, uint32_t *wanted, size_t n, size_t *n_left);

#endif
