/* SPDX-License-Identifier: EUPL-1.2 */
/* A small problem that a test makes cell by cell, and its audit. cmocka.h stands before this. */
#ifndef OEO_TESTS_UNIT_AUDIT_MADE_H
#define OEO_TESTS_UNIT_AUDIT_MADE_H

#include <string.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/solver_clp.h"

#define R OEO_DISCLOSURE_RESIDENTS
#define Q OEO_DISCLOSURE_QUESTIONS
#define K 5
#define REST 3

#define MOST 16

static struct {
	struct oeo_disclosure_problem problem;
	struct oeo_disclosure_cell cells[MOST];
	struct oeo_disclosure_part parts[MOST][2];
	struct oeo_disclosure_relation relations[MOST];
	size_t children[MOST][MOST];
	struct oeo_disclosure_decision decisions[MOST];
	struct oeo_audit_report report;
	struct oeo_audit_cell found[MOST];
} made;

static inline int begin(void **state)
{
	(void)state;
	memset(&made, 0, sizeof(made));
	made.problem.cells = made.cells;
	made.problem.relations = made.relations;
	made.problem.n_members = 2;
	made.problem.n_tables = 1;
	return 0;
}

static inline size_t add_cell(bool is_shown, uint64_t residents)
{
	size_t i = made.problem.n_cells++;
	struct oeo_disclosure_cell *cell = &made.cells[i];

	cell->key = i;
	cell->role = OEO_DISCLOSURE_DECIDE;
	cell->state = OEO_DISCLOSURE_OPEN;
	cell->has_measure[R] = true;
	cell->value[R] = residents;
	cell->rules = (struct oeo_disclosure_rules){K, 1, REST, 0};
	made.decisions[i].is_shown = is_shown;
	return i;
}

static inline size_t shown(uint64_t residents)
{
	return add_cell(true, residents);
}

static inline size_t hidden(uint64_t residents)
{
	return add_cell(false, residents);
}

static inline void set_own(size_t cell, uint64_t own)
{
	made.parts[cell][0] = (struct oeo_disclosure_part){0, own, own};
	made.parts[cell][1] = (struct oeo_disclosure_part){1, made.cells[cell].value[R] - own, 0};
	made.cells[cell].parts = made.parts[cell];
	made.cells[cell].n_parts = 2;
}

static inline void relate(enum oeo_disclosure_kind kind, size_t parent, size_t n, const size_t *children)
{
	size_t i = made.problem.n_relations++;

	memcpy(made.children[i], children, n * sizeof(*children));
	made.relations[i] = (struct oeo_disclosure_relation){
	    kind, OEO_DISCLOSURE_RESIDENTS, parent, made.children[i], n, true};
}

#define RELATE(kind, parent, ...)                                                                            \
	relate(kind, parent, sizeof((size_t[]){__VA_ARGS__}) / sizeof(size_t), (size_t[]){__VA_ARGS__})

static inline enum oeo_audit_err audit_with(struct oeo_audit_options options)
{
	if (options.solver == NULL)
		options.solver = oeo_solver_clp();
	return oeo_audit_problem(&made.problem, made.decisions, &options, &made.report, made.found);
}

static inline void audit(unsigned attackers)
{
	assert_int_equal(
	    audit_with((struct oeo_audit_options){.attackers = attackers, .wants_intervals = true}),
	    OEO_AUDIT_OK);
}

static inline size_t n_by(unsigned attacker)
{
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		if (attacker == 1u << i)
			return made.report.verdicts[i].n_recovered;
	return SIZE_MAX;
}

static inline void assert_interval(size_t cell, enum oeo_audit_view view, int64_t low, int64_t high)
{
	assert_true(made.found[cell].intervals[view][R].is_whole);
	assert_int_equal(made.found[cell].intervals[view][R].low, low);
	assert_int_equal(made.found[cell].intervals[view][R].high, high);
}

#endif
