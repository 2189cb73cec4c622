/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/shade.h"

#include <stddef.h>

uint64_t oeo_shade_step(uint64_t most)
{
	static const uint64_t factors[] = {2, 5, 10};
	uint64_t power = 1;

	if (most <= OEO_SHADES)
		return 1;
	for (; power < UINT64_MAX / 100; power *= 10)
		for (size_t i = 0; i < sizeof(factors) / sizeof(factors[0]); i++)
			if (power * factors[i] * OEO_SHADES >= most)
				return power * factors[i];
	return power;
}

unsigned oeo_shade_of(uint64_t value, uint64_t step)
{
	uint64_t shade = value == 0 ? 0 : (value - 1) / step + 1;

	return shade > OEO_SHADES ? OEO_SHADES : (unsigned)shade;
}
