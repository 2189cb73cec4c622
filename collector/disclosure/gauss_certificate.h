/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Why a number cannot rise by one: a combination of what is shown that is a sum of that number and of inner numbers with
 * positive factors, which leaves them too little room. (It is the dual of the program that pushes the number up.) What
 * makes that sum unknown sets the number free.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_CERTIFICATE_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_CERTIFICATE_H

#include "collector/disclosure/gauss_moves.h"

/* What a program said that pushed one group up. All borrowed. */
struct gauss_dual {
	const struct gauss_moves *moves;
	const uint32_t *columns; /* the inner groups that were its columns */
	size_t n_columns;
	const uint64_t *rooms; /* of every group: how far it is above its floor */
	const double
	    *costs; /* of every column: how much lower the group would be for each that the column rises */
	uint32_t group;
};

struct gauss_certificate {
	unsigned factor; /* of the group; at least 1 */
	unsigned *factors; /* of every column (0 for the group itself), the caller's */
	uint64_t *sums; /* of every column of the matrix; the caller's, zeroed, and left so */
};

/*
 * Make whole numbers of it and prove, without fractions, that the sum is known and too small. False: there are no
 * small whole numbers that do.
 */
bool oeo_gauss_certificate_find(const struct gauss_dual *dual, struct gauss_certificate *certificate);

#endif
