/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_modular.h"

__extension__ typedef unsigned __int128 wide;

uint64_t oeo_gauss_multiply(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	uint64_t sum = (uint64_t)(product & GAUSS_PRIME) + (uint64_t)(product >> 61);

	return sum >= GAUSS_PRIME ? sum - GAUSS_PRIME : sum;
}

uint64_t oeo_gauss_add(uint64_t a, uint64_t b)
{
	uint64_t sum = a + b;

	return sum >= GAUSS_PRIME ? sum - GAUSS_PRIME : sum;
}

uint64_t oeo_gauss_subtract(uint64_t a, uint64_t b)
{
	return a >= b ? a - b : a + GAUSS_PRIME - b;
}

/* By Fermat: a^(p - 2). */
uint64_t oeo_gauss_invert(uint64_t a)
{
	uint64_t result = 1;

	for (uint64_t power = GAUSS_PRIME - 2; power > 0; power >>= 1) {
		if (power & 1)
			result = oeo_gauss_multiply(result, a);
		a = oeo_gauss_multiply(a, a);
	}
	return result;
}

/* A coefficient of a column in mark 0 or 1 (splitmix64). */
static uint64_t coefficient(uint32_t column, unsigned which)
{
	uint64_t z = (2 * (uint64_t)column + which + 1) * UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return 1 + (z ^ (z >> 31)) % (GAUSS_PRIME - 1);
}

void oeo_gauss_marks(const struct gauss_term *terms, size_t n, uint64_t marks[2])
{
	marks[0] = 0;
	marks[1] = 0;
	for (size_t i = 0; i < n; i++)
		for (unsigned which = 0; which < 2; which++)
			marks[which] = oeo_gauss_add(marks[which],
			    oeo_gauss_multiply(terms[i].factor, coefficient(terms[i].column, which)));
}

size_t oeo_gauss_combine(const struct gauss_term *a, size_t n_a, uint64_t factor, const struct gauss_term *b,
    size_t n_b, struct gauss_term *out)
{
	size_t n = 0, i = 0, j = 0;

	while (i < n_a || j < n_b) {
		if (j == n_b || (i < n_a && a[i].column < b[j].column)) {
			out[n++] = a[i++];
		} else {
			uint64_t before = i < n_a && a[i].column == b[j].column ? a[i++].factor : 0;
			uint64_t after = oeo_gauss_subtract(before, oeo_gauss_multiply(factor, b[j].factor));

			if (after != 0)
				out[n++] = (struct gauss_term){after, b[j].column};
			j++;
		}
	}
	return n;
}
