/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The few shades that stand for sizes in heat tables and on maps, from published numbers only. They begin at the smallest
 * number that is ever shown, so that no legend promises one below it. Pure functions.
 */
#ifndef OEO_DASHBOARD_EXPORT_SHADE_H
#define OEO_DASHBOARD_EXPORT_SHADE_H

#include <stdint.h>

#define OEO_SHADES 4

/* Shade i, from 1 to OEO_SHADES, stands for base + (i - 1) * step + 1 up to and including base + i * step. */
struct oeo_shades {
	uint64_t base;
	uint64_t step; /* > 0 */
};

/* The smallest number but zero that a table shows: its threshold, rounded down to a multiple of round (0 or 1: exact). */
uint64_t oeo_shade_least(unsigned threshold, unsigned round);

/* Shades for numbers from least (> 0) to most: the step is the smallest of 1, 2, 5, 10, 20, 50, ... with which they reach
 * most. */
struct oeo_shades oeo_shade_make(uint64_t least, uint64_t most);

/* 0 for no shade (zero), else 1..OEO_SHADES; the first and the last take what lies outside. */
unsigned oeo_shade_of(const struct oeo_shades *shades, uint64_t value);

/* The first and the last number of a shade. */
uint64_t oeo_shade_first(const struct oeo_shades *shades, unsigned shade);
uint64_t oeo_shade_last(const struct oeo_shades *shades, unsigned shade);

#endif
