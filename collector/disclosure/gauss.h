/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Secondary suppression for large tables of one measure whose relations are all EQUAL: Gaussian elimination in
 * order of priority over one system of all relations (after Langsrud, GaussSuppression, 2024), exact modulo
 * 2^61 - 1.
 *
 * Every cell is a row: the sum of its inner cells. Cells are taken from the one to be kept first to the one to
 * be kept last; one is shown unless that puts a number that must stay unknown - a target - in the span of what is
 * shown. Targets are the primary cells, and virtual cells: sums that would give an attacker a hidden number or are
 * too small by themselves. Virtual cells are added, and the elimination is done again, until no attacker that was
 * chosen finds anything:
 *  - L: no target in the span of what is shown;
 *  - S: no target in the span of what is shown and the cell of one contributor;
 *  - P, Q: linear programming over what is shown, numbers being at least 0 (Q: hidden inner cells at least 1): every
 *    hidden number could be one more or one less than it is. Where numbers that cannot are too many to find a virtual
 *    cell for each (counted in columns of programs, so that it is the same on every machine), what sets them all free at
 *    least cost is hidden by linear programs over the whole table. So it is too where elimination leaves numbers that
 *    move only by fractions without small whole numbers, as in large random tables of four dimensions: much more is hidden then;
 *  - O: P for every member, with its own part taken out, for what is then 1 .. rest - 1;
 *  - G: what is left of a shown sum over its hidden parts is 0 or at least `residents`, and at least `rest` without any
 *    one member.
 * Then what need not be hidden is shown again, dearest first, within a bound on the work that is the same on every
 * machine; not where O is asked for and there are members.
 * Numbers are whole, so an interval narrower than one counts as found, as in the audit, with which this shares the
 * solver's interface and nothing else. The outcome does not depend on the order of cells, relations or parts.
 *
 * Equal cells (one is the only child of the other that is not zero) are shown or hidden together.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_H

#include "collector/disclosure/disclosure.h"
#include "collector/disclosure/solver.h"

#define OEO_DISCLOSURE_ATTACK_L (1u << 0)
#define OEO_DISCLOSURE_ATTACK_P (1u << 1)
#define OEO_DISCLOSURE_ATTACK_Q (1u << 2)
#define OEO_DISCLOSURE_ATTACK_S (1u << 3)
#define OEO_DISCLOSURE_ATTACK_O (1u << 4)
#define OEO_DISCLOSURE_ATTACK_G (1u << 5)

struct oeo_disclosure_attackers {
	unsigned mask;
	const bool *is_single; /* n_cells: inner cells with one contributor; NULL: none; borrowed */
	const struct oeo_solver *solver; /* borrowed; needed for P, Q and O */
};

/*
 * Decide on every cell of role DECIDE; SHOWN and HIDDEN are given, and what SHOWN cells alone give away is not
 * held against the decisions. All cells are OPEN and have the measure of the relations; their zeros count as numbers to be
 * hidden. decisions (n_cells) and counts (n_tables; may be NULL) are the caller's. Only primary cells and what
 * protects them are hidden. OEO_DISCLOSURE_INVALID: another kind of relation or state, a cycle, or a solver is missing;
 * OEO_DISCLOSURE_UNSAFE: an attacker still finds something (it may be given away by what is out already):
 * decisions are filled, but should not be carried out. OEO_DISCLOSURE_NOMEM. Except for UNSAFE decisions are
 * unchanged on failure.
 */
enum oeo_disclosure_err oeo_disclosure_suppress(const struct oeo_disclosure_problem *problem,
    const struct oeo_disclosure_attackers *attackers, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts);

#endif
