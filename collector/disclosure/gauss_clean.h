/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Clean-up: show again what need not be hidden, the dearest first, as long as every attacker stays beaten. A hidden number
 * that is no primary one is shown where no primary one is then known (the matrix says so), and every hidden number can
 * still be one more or one less (gauss_ways.h); others that follow from it are shown with it, if they may be.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_CLEAN_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_CLEAN_H

#include "collector/disclosure/gauss_system.h"

/*
 * Clean up what a pass left in which no attacker found anything; the matrix is no longer of use to others. Does nothing
 * where a member's own knowledge is to be considered (O), or neither P nor Q. The work is bounded by a count that is
 * the same on every machine. OEO_DISCLOSURE_NOMEM.
 */
enum oeo_disclosure_err oeo_gauss_clean_up(struct gauss_system *system, struct gauss_matrix *matrix);

#endif
