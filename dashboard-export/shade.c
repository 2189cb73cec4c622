/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/shade.h"

#include <stddef.h>

uint64_t oeo_shade_least(unsigned threshold, unsigned round)
{
	unsigned least = round > 1 ? threshold / round * round : threshold;

	return least > 0 ? least : 1;
}

/* The smallest step with which all shades together are as wide as this. */
static uint64_t step_of(uint64_t width)
{
	static const uint64_t factors[] = {2, 5, 10};
	uint64_t power = 1;

	if (width <= OEO_SHADES)
		return 1;
	for (; power < UINT64_MAX / 100; power *= 10)
		for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
			if (power * factors[i] * OEO_SHADES >= width)
				return power * factors[i];
	return power;
}

struct oeo_shades oeo_shade_make(uint64_t least, uint64_t most)
{
	uint64_t base = least - 1;

	return (struct oeo_shades){base, step_of(most > base ? most - base : 0)};
}

unsigned oeo_shade_of(const struct oeo_shades *shades, uint64_t value)
{
	uint64_t shade;

	if (value == 0)
		return 0;
	shade = value <= shades->base ? 1 : (value - shades->base - 1) / shades->step + 1;
	return shade > OEO_SHADES ? OEO_SHADES : (unsigned)shade;
}

uint64_t oeo_shade_first(const struct oeo_shades *shades, unsigned shade)
{
	return shades->base + (shade - 1) * shades->step + 1;
}

uint64_t oeo_shade_last(const struct oeo_shades *shades, unsigned shade)
{
	return shades->base + shade * shades->step;
}
