/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The least sum of hidden numbers with which attackers L, P and Q recover no primary one, by mixed integer programming
 * (Cbc): a yardstick for small tables. Every primary cell has a move of its own: numbers change by it, only hidden ones,
 * none below 1 where it is an inner cell, every relation stays true, and the primary cell changes by at least one.
 */
#ifndef OEO_TESTS_UNIT_GAUSS_OPTIMUM_H
#define OEO_TESTS_UNIT_GAUSS_OPTIMUM_H

#include <stdbool.h>
#include <stdint.h>

#include "collector/disclosure/disclosure.h"

/* The problem is one that oeo_disclosure_suppress takes, without zeros, all cells to be decided. sum is set where the
 * optimum was proved. False: it was not (too large, or out of memory). */
bool gauss_optimum_find(const struct oeo_disclosure_problem *problem, uint64_t *sum);

#endif
