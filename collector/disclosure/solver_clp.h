/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * COIN-OR Clp (EPL-2.0) as the audit's solver: the first solution by the dual simplex, further ones warm: by
 * the dual after a bound changed, by the primal after the objective did. A library of its own, oeo_disclosure_clp,
 * so that users of the audit who bring another solver need not link it. Prints nothing.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_SOLVER_CLP_H
#define OEO_COLLECTOR_DISCLOSURE_SOLVER_CLP_H

#include "collector/disclosure/solver.h"

/* The functions that call Clp. Borrowed, constant. */
const struct oeo_solver *oeo_solver_clp(void);

#endif
