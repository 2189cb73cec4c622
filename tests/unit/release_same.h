/* SPDX-License-Identifier: EUPL-1.2 */
/* Two releases show the same: every table cell by cell, in all that a cell can say. */
#ifndef OEO_TESTS_UNIT_RELEASE_SAME_H
#define OEO_TESTS_UNIT_RELEASE_SAME_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proto/release.h"

static inline bool is_same_mark(const struct oeo_release_cell *a, const struct oeo_release_cell *b)
{
	return a->is_hidden == b->is_hidden && a->hides_questions == b->hides_questions;
}

static inline bool is_same_cell(const struct oeo_release_cell *a, const struct oeo_release_cell *b)
{
	return is_same_mark(a, b) && a->residents == b->residents && a->questions == b->questions;
}

/* The plans may list their tables in another order. */
static inline void assert_same_cells(const struct oeo_release *a, const struct oeo_release *b)
{
	assert_int_equal(a->n_tables, b->n_tables);
	for (size_t t = 0; t < a->n_tables; t++) {
		const struct oeo_release_table *one = &a->tables[t];
		const struct oeo_release_table *other =
		    oeo_release_table(b, a->plan.plan->tables[one->table].id);

		assert_non_null(other);
		assert_int_equal(one->n_cells, other->n_cells);
		assert_int_equal(one->not_shown, other->not_shown);
		assert_int_equal(one->withheld, other->withheld);
		for (size_t c = 0; c < one->n_cells; c++)
			assert_true(is_same_cell(&one->cells[c], &other->cells[c]));
	}
}

#endif
