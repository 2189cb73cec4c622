/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sums of inner cells: those that cells are, and those that are added as virtual cells (declared in gauss_system.h).
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_SUMS_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_SUMS_H

#include "collector/disclosure/gauss_system.h"

/* Of a system whose cells are sorted upward and whose columns have numbers: the sums of all cells, and those that are zero by
 * themselves. False: out of memory; what is there is freed with the system. */
bool oeo_gauss_sums_build(struct gauss_system *system);

/* Free n sums and the array, which may be NULL. */
void oeo_gauss_sums_free(struct gauss_sum *sums, size_t n);

#endif
