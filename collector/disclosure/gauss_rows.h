/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What always holds between groups, as sparse rows with small whole factors: of
 * every group that is not inner one relation that says what it is, and the sums
 * that are zero by themselves. The rows of a matrix (gauss_matrix.h) say the
 * same of what is left once numbers are known, but may be dense then, and their
 * factors any fractions.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_ROWS_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_ROWS_H

#include "collector/disclosure/gauss_system.h"

/* Row i: the sum of factor times group over the terms first[i] .. first[i + 1]
 * - 1 is 0. */
struct gauss_rows {
	size_t n;
	size_t *first;
	uint32_t *groups;
	double *factors;
};

/* Build; free with oeo_gauss_rows_fini also after failure. False: out of
 * memory. */
bool oeo_gauss_rows_init(struct gauss_rows *rows, const struct gauss_system *system);
void oeo_gauss_rows_fini(struct gauss_rows *rows);

#endif
