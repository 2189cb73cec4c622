/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Why numbers at their floor cannot rise by one: a combination of what is shown that is a sum of inner numbers with
 * positive factors, most of them at their floor too. (It is the dual of the program that pushes the number up.) What makes
 * that sum unknown sets them free.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_CERTIFICATE_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_CERTIFICATE_H

#include "collector/disclosure/solver.h"

/* The relations of one component, row by row, over its hidden numbers. All borrowed. */
struct gauss_rows {
	size_t n_columns;
	size_t n_rows;
	const size_t *row_first;
	const size_t *columns;
	const double *coefficients;
	const double
	    *excess; /* of every column: how far it is above its floor; negative: it may not be in a sum */
};

/* Open the program that finds them; NULL: out of memory. Close with solver->close. */
void *oeo_gauss_certificate_open(const struct oeo_solver *solver, const struct gauss_rows *rows);

/*
 * Find a sum that keeps this column, which is at its floor, from rising by one. factors (n_columns) is the caller's: small whole
 * numbers, 0 where not in the sum. False: there is none in small whole numbers, or the solver failed.
 */
bool oeo_gauss_certificate_find(const struct oeo_solver *solver, void *handle, const struct gauss_rows *rows,
    size_t column, unsigned *factors);

#endif
