/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How many of n made-up cases a test tries: all of them, and a quarter where a sanitizer makes each many times slower.
 * `check` runs these tests in both builds (label `thorough`).
 */
#ifndef OEO_TESTS_UNIT_THOROUGH_H
#define OEO_TESTS_UNIT_THOROUGH_H

#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#define OEO_SLOWED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OEO_SLOWED 1
#endif
#endif

static inline size_t thorough(size_t n)
{
#ifdef OEO_SLOWED
	return n / 4;
#else
	return n;
#endif
}

#endif
