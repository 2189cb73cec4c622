/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Which unknown numbers are linear combinations of known ones. Every EQUAL relation is one equation over its
 * unknown members; a number is determined exactly if it is zero in every solution of the homogeneous system, and so
 * - but for a chance of about 2^-60 - if it is zero in one that was picked at random modulo 2^61 - 1. (A number
 * that is not determined but happens to be zero is treated as determined: that errs on the safe side. The choice
 * is random to the numbers but not to us: it is the same every time.)
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_LINEAR_H
#define OEO_COLLECTOR_DISCLOSURE_LINEAR_H

#include "collector/disclosure/known.h"

struct linear {
	bool *is_determined[MEASURES]; /* of the cells in the components looked at; false elsewhere */
	/* Scratch, see linear.c. */
	size_t n;
	size_t *place; /* of every variable in its component; NONE outside */
	size_t *variables; /* of the component */
	bool *has_row; /* of every link */
	size_t *rows; /* links of the component */
	uint64_t *work; /* a row, and later a solution */
	size_t *pivot_rows;
	size_t *starts; /* of the rows in echelon form, in the pool */
	size_t *columns; /* the pool */
	uint64_t *factors;
	size_t pool_size;
};

bool oeo_disclosure_linear_init(struct linear *linear, const struct model *model);
void oeo_disclosure_linear_fini(struct linear *linear);

/* Look at the components of unknown numbers that share a relation with cell, or (NONE) at all. False: out of memory. */
bool oeo_disclosure_linear_find(
    struct linear *linear, const struct model *model, const struct knowledge *knowledge, size_t cell);

#endif
