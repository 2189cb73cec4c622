/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Decisions that hold against every attacker: oeo_disclosure_decide decides, the audit attacks, and where it
 * recovers a number more is hidden, until it recovers nothing. Then what was hidden on top is given back one by one, the
 * dearest first, as long as the audit still finds nothing. The audit is asked as an oracle alone: nothing
 * that it works out is used but which numbers it recovered. In the same way oeo_disclosure_verify has its say.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_SECURE_H
#define OEO_COLLECTOR_DISCLOSURE_SECURE_H

#include "collector/disclosure/audit.h"

/*
 * Decide on every cell. options: as of the audit, borrowed; what its attackers break in the end is in report
 * (the last audit, of exactly these decisions). decisions (n_cells), counts (n_tables; may be NULL) and report are the
 * caller's. The outcome does not depend on the order of cells, relations or parts, and is the same every time.
 *
 * OEO_DISCLOSURE_UNSAFE: all that may be hidden is hidden around a number and it is recovered even so; decisions and
 * report are filled, and may not be carried out. OEO_DISCLOSURE_INTERRUPTED: options->progress said so.
 * OEO_DISCLOSURE_SOLVER, OEO_DISCLOSURE_INVALID, OEO_DISCLOSURE_NOMEM. Nothing is written on these.
 * Takes one audit where the first decisions are safe, else at most three for every cell that is hidden on top.
 */
enum oeo_disclosure_err oeo_disclosure_secure(const struct oeo_disclosure_problem *problem,
    const struct oeo_audit_options *options, struct oeo_disclosure_decision *decisions,
    struct oeo_disclosure_count *counts, struct oeo_audit_report *report);

#endif
