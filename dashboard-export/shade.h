/* SPDX-License-Identifier: EUPL-1.2 */
/* The few shades that stand for sizes in heat tables and on maps, from published numbers only. Pure functions. */
#ifndef OEO_DASHBOARD_EXPORT_SHADE_H
#define OEO_DASHBOARD_EXPORT_SHADE_H

#include <stdint.h>

#define OEO_SHADES 4

/* Width of a shade: the smallest of 1, 2, 5, 10, 20, 50, ... of which OEO_SHADES together reach most. */
uint64_t oeo_shade_step(uint64_t most);

/* 0 for no shade (zero), else 1..OEO_SHADES. step > 0. */
unsigned oeo_shade_of(uint64_t value, uint64_t step);

#endif
