/* SPDX-License-Identifier: EUPL-1.2 */
/* Random squares with the sums of their rows and columns, as problems for the audit. cmocka.h stands before this. */
#ifndef OEO_TESTS_UNIT_AUDIT_SQUARE_H
#define OEO_TESTS_UNIT_AUDIT_SQUARE_H

#include "audit_made.h"

#define SIDE 3
#define MOST_VALUE 3

static uint64_t random_state;

static inline uint64_t below(uint64_t end)
{
	random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (random_state >> 33) % end;
}

/* Rows and columns of a square with their sums shown: least and most of programs are whole there. */
static inline void make_square(void)
{
	size_t inner[SIDE][SIDE];

	for (size_t i = 0; i < SIDE; i++)
		for (size_t j = 0; j < SIDE; j++)
			inner[i][j] = add_cell(below(10) < 4, below(MOST_VALUE));
	for (size_t i = 0; i < SIDE; i++) {
		size_t column[SIDE] = {inner[0][i], inner[1][i], inner[2][i]};
		uint64_t row_sum = 0;
		uint64_t column_sum = 0;

		for (size_t j = 0; j < SIDE; j++) {
			row_sum += made.cells[inner[i][j]].value[R];
			column_sum += made.cells[column[j]].value[R];
		}
		relate(OEO_DISCLOSURE_EQUAL, shown(row_sum), SIDE, inner[i]);
		relate(OEO_DISCLOSURE_EQUAL, shown(column_sum), SIDE, column);
	}
}

#endif
