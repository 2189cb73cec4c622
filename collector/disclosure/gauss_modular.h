/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Sums of terms modulo the prime 2^61 - 1: exact in place of fractions, as long as the prime divides no number that is met.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_MODULAR_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_MODULAR_H

#include <stddef.h>
#include <stdint.h>

#define GAUSS_PRIME ((UINT64_C(1) << 61) - 1)
#define GAUSS_NONE UINT32_MAX

struct gauss_term {
	uint64_t factor; /* 1 .. 2^61 - 2 */
	uint32_t column;
};

/* The marks that a row of these terms has. */
void oeo_gauss_marks(const struct gauss_term *terms, size_t n, uint64_t marks[2]);

/* sum of terms a - factor * sum of terms b, in out (room for both). Returns the number of terms. */
size_t oeo_gauss_combine(const struct gauss_term *a, size_t n_a, uint64_t factor, const struct gauss_term *b,
    size_t n_b, struct gauss_term *out);

/* Modulo the prime; a and b are below it. What is inverted is not 0. */
uint64_t oeo_gauss_add(uint64_t a, uint64_t b);
uint64_t oeo_gauss_subtract(uint64_t a, uint64_t b);
uint64_t oeo_gauss_multiply(uint64_t a, uint64_t b);
uint64_t oeo_gauss_invert(uint64_t a);

#endif
