/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The n-th allocation fails: for tests linked with --wrap for malloc, calloc and realloc (crypto.cmake).
 * alloc_fail_after(0) makes the next one fail, alloc_fail_never() ends it.
 */
#ifndef OEO_TESTS_FAILING_ALLOC_H
#define OEO_TESTS_FAILING_ALLOC_H

#include <stddef.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);

static long alloc_left = -1; /* allocations that succeed before the one that fails; -1: all */

static inline void alloc_fail_after(long n)
{
	alloc_left = n;
}

static inline void alloc_fail_never(void)
{
	alloc_left = -1;
}

static inline int alloc_fails(void)
{
	if (alloc_left < 0)
		return 0;
	if (alloc_left == 0)
		return 1;
	alloc_left--;
	return 0;
}

void *__wrap_malloc(size_t size)
{
	return alloc_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
	return alloc_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
	return alloc_fails() ? NULL : __real_realloc(old, size);
}

#endif
