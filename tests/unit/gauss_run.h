/* SPDX-License-Identifier: EUPL-1.2 */
/* A table of gauss_table.h suppressed against L, P and Q, what that hides, and the audit of it. cmocka.h stands before this. */
#ifndef OEO_TESTS_UNIT_GAUSS_RUN_H
#define OEO_TESTS_UNIT_GAUSS_RUN_H

#include "collector/disclosure/audit.h"
#include "gauss_table.h"

static inline void gauss_run(const struct gauss_table *table, const struct oeo_solver *solver,
    struct oeo_disclosure_decision decisions[GAUSS_CELLS])
{
	const struct oeo_disclosure_attackers attackers = {GAUSS_LPQ, NULL, solver};

	memset(decisions, 0, sizeof(*decisions) * GAUSS_CELLS);
	assert_int_equal(
	    oeo_disclosure_suppress(&table->problem, &attackers, decisions, NULL), OEO_DISCLOSURE_OK);
}

static inline uint64_t gauss_run_hidden_sum(
    const struct gauss_table *table, const struct oeo_disclosure_decision decisions[GAUSS_CELLS])
{
	uint64_t sum = 0;

	for (size_t i = 0; i < table->problem.n_cells; i++)
		sum += decisions[i].is_shown ? 0 : table->cells[i].value[OEO_DISCLOSURE_RESIDENTS];
	return sum;
}

static inline void gauss_run_assert_safe(
    const struct gauss_table *table, const struct oeo_disclosure_decision decisions[GAUSS_CELLS])
{
	const struct oeo_audit_options options = {
	    .attackers = OEO_AUDIT_L | OEO_AUDIT_P | OEO_AUDIT_Q, .solver = oeo_solver_clp()};
	struct oeo_audit_report report;

	assert_int_equal(
	    oeo_audit_problem(&table->problem, decisions, &options, &report, NULL), OEO_AUDIT_OK);
	assert_true(oeo_audit_is_safe(&report));
}

#endif
