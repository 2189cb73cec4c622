/* SPDX-License-Identifier: EUPL-1.2 */
/* Suppression of a table of gauss_table.h out of memory at one allocation after another. cmocka.h stands before this. */
#ifndef OEO_TESTS_UNIT_GAUSS_MEMORY_H
#define OEO_TESTS_UNIT_GAUSS_MEMORY_H

#include "failing_alloc.h"
#include "gauss_table.h"

/* Every allocation up to `first` and then every `step`-th. */
static inline void gauss_run_out_of_memory(
    const struct gauss_table *table, const struct oeo_disclosure_attackers *attackers, long first, long step)
{
	struct oeo_disclosure_decision decisions[GAUSS_CELLS], wanted[GAUSS_CELLS];
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	long n = 0;

	assert_int_equal(
	    oeo_disclosure_suppress(&table->problem, attackers, wanted, NULL), OEO_DISCLOSURE_OK);
	for (; err == OEO_DISCLOSURE_NOMEM; n += n < first ? 1 : step) {
		memset(decisions, 0x55, sizeof(decisions));
		alloc_fail_after(n);
		err = oeo_disclosure_suppress(&table->problem, attackers, decisions, NULL);
		alloc_fail_never();
		if (err == OEO_DISCLOSURE_NOMEM)
			assert_int_equal(*(const unsigned char *)&decisions[0], 0x55);
	}
	assert_int_equal(err, OEO_DISCLOSURE_OK);
	assert_true(n > first);
	for (size_t i = 0; i < table->problem.n_cells; i++)
		assert_int_equal(decisions[i].is_shown, wanted[i].is_shown);
}

#endif
