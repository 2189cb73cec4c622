/* SPDX-License-Identifier: EUPL-1.2 */
/* The set of what has been seen in a file: it finds what it was given, and stays small while it grows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <malloc.h>
#include <sodium.h>
#include <string.h>

#include "agent/hash_set.h"

#define N_KEYS 200000
#define MOST_BYTES_A_KEY 42
#define FIXED_BYTES 65536

/* ---- What the set has in use (linked with --wrap for calloc and free) */

void *__real_calloc(size_t count, size_t size);
void __real_free(void *memory);
void *__wrap_calloc(size_t count, size_t size);
void __wrap_free(void *memory);

static size_t bytes_in_use;
static size_t most_bytes;
static bool is_short; /* of memory */

void *__wrap_calloc(size_t count, size_t size)
{
	void *memory = is_short ? NULL : __real_calloc(count, size);

	bytes_in_use += memory != NULL ? malloc_usable_size(memory) : 0;
	if (bytes_in_use > most_bytes)
		most_bytes = bytes_in_use;
	return memory;
}

void __wrap_free(void *memory)
{
	bytes_in_use -= memory != NULL ? malloc_usable_size(memory) : 0;
	__real_free(memory);
}

/* ---- */

static void make_key(uint8_t key[OEO_HASH_SET_KEY_BYTES], uint64_t number)
{
	(void)crypto_generichash(
	    key, OEO_HASH_SET_KEY_BYTES, (const uint8_t *)&number, sizeof(number), NULL, 0);
}

static void fill(struct oeo_hash_set *set, uint64_t n)
{
	uint8_t key[OEO_HASH_SET_KEY_BYTES];

	for (uint64_t i = 0; i < n; i++) {
		bool found = true;

		make_key(key, i);
		assert_int_equal(oeo_hash_set_add(set, key, i, &found, NULL), OEO_OK);
		assert_false(found);
	}
}

static void test_every_key_is_found_with_its_number(void **state)
{
	struct oeo_hash_set set = {NULL};
	uint8_t key[OEO_HASH_SET_KEY_BYTES];

	(void)state;
	fill(&set, N_KEYS);
	for (uint64_t i = 0; i < N_KEYS; i++) {
		size_t value = SIZE_MAX;

		make_key(key, i);
		assert_true(oeo_hash_set_find(&set, key, &value));
		assert_int_equal(value, i);
		make_key(key, N_KEYS + i);
		assert_false(oeo_hash_set_find(&set, key, NULL));
	}
	oeo_hash_set_fini(&set);
}

static void test_a_key_that_is_there_keeps_its_number(void **state)
{
	struct oeo_hash_set set = {NULL};
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	bool found = false;
	size_t value = 0;

	(void)state;
	fill(&set, 3);
	make_key(key, 1);
	assert_int_equal(oeo_hash_set_add(&set, key, 77, &found, &value), OEO_OK);
	assert_true(found);
	assert_int_equal(value, 1);
	assert_true(oeo_hash_set_find(&set, key, &value));
	assert_int_equal(value, 1);
	oeo_hash_set_fini(&set);
}

/* Keys that differ only behind what chooses their place are different ones. */
static void test_keys_that_want_one_place_are_kept_apart(void **state)
{
	struct oeo_hash_set set = {NULL};
	uint8_t key[OEO_HASH_SET_KEY_BYTES] = {0xff, 0xff, 0xff, 0xff, 0xff};
	bool found = true;
	size_t value = 0;

	(void)state;
	for (unsigned i = 0; i < 256; i++) {
		key[OEO_HASH_SET_KEY_BYTES - 1] = (uint8_t)i;
		assert_int_equal(oeo_hash_set_add(&set, key, i, &found, NULL), OEO_OK);
		assert_false(found);
	}
	for (unsigned i = 0; i < 256; i++) {
		key[OEO_HASH_SET_KEY_BYTES - 1] = (uint8_t)i;
		assert_true(oeo_hash_set_find(&set, key, &value));
		assert_int_equal(value, i);
	}
	oeo_hash_set_fini(&set);
}

static void test_the_largest_number_is_kept_and_one_more_refused(void **state)
{
	struct oeo_hash_set set = {NULL};
	uint8_t key[OEO_HASH_SET_KEY_BYTES] = {1};
	bool found = true;
	size_t value = 0;

	(void)state;
	assert_false(oeo_hash_set_find(&set, key, &value));
	assert_int_equal(
	    oeo_hash_set_add(&set, key, (size_t)OEO_HASH_SET_MOST + 1, &found, NULL), OEO_ERR_RANGE);
	assert_false(oeo_hash_set_find(&set, key, &value));
	assert_int_equal(oeo_hash_set_add(&set, key, OEO_HASH_SET_MOST, &found, NULL), OEO_OK);
	assert_true(oeo_hash_set_find(&set, key, &value));
	assert_int_equal(value, OEO_HASH_SET_MOST);
	oeo_hash_set_fini(&set);
}

static void test_memory_stays_small_also_while_it_grows(void **state)
{
	struct oeo_hash_set set = {NULL};

	(void)state;
	for (uint64_t n = 1000; n <= N_KEYS; n *= 14) {
		bytes_in_use = 0;
		most_bytes = 0;
		fill(&set, n);
		assert_in_range(most_bytes, n * 20, FIXED_BYTES + n * MOST_BYTES_A_KEY);
		oeo_hash_set_fini(&set);
		assert_int_equal(bytes_in_use, 0);
	}
}

static void test_without_memory_nothing_is_lost(void **state)
{
	struct oeo_hash_set set = {NULL};
	uint8_t key[OEO_HASH_SET_KEY_BYTES];
	enum oeo_err err = OEO_OK;
	uint64_t n = 0;
	bool found;

	(void)state;
	is_short = true;
	make_key(key, 0);
	assert_int_equal(oeo_hash_set_add(&set, key, 0, &found, NULL), OEO_ERR_NOMEM);
	is_short = false;
	fill(&set, 1000);
	is_short = true;
	for (n = 1000; err == OEO_OK; n++) {
		make_key(key, n);
		err = oeo_hash_set_add(&set, key, n, &found, NULL);
	}
	is_short = false;
	assert_int_equal(err, OEO_ERR_NOMEM);
	assert_false(oeo_hash_set_find(&set, key, NULL));
	for (uint64_t i = 0; i + 1 < n; i++) {
		make_key(key, i);
		assert_true(oeo_hash_set_find(&set, key, NULL));
	}
	oeo_hash_set_fini(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_key_is_found_with_its_number),
	    cmocka_unit_test(test_a_key_that_is_there_keeps_its_number),
	    cmocka_unit_test(test_keys_that_want_one_place_are_kept_apart),
	    cmocka_unit_test(test_the_largest_number_is_kept_and_one_more_refused),
	    cmocka_unit_test(test_memory_stays_small_also_while_it_grows),
	    cmocka_unit_test(test_without_memory_nothing_is_lost),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
