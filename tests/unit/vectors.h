/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Reading the known-answer vectors in tests/vectors. Every function fails the running test where the
 * file is not as expected, so that a test never passes on missing data.
 */
#ifndef OEO_TESTS_VECTORS_H
#define OEO_TESTS_VECTORS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "proto/buf.h"

/* The parsed file tests/vectors/<name>; the caller owns it (json_decref). */
static inline json_t *vectors_load(const char *name)
{
	char path[4096];
	json_error_t error;
	json_t *root;

	assert_true(snprintf(path, sizeof(path), "%s/vectors/%s", OEO_TEST_DIR, name) < (int)sizeof(path));
	root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (root == NULL)
		fail_msg("%s:%d: %s", path, error.line, error.text);
	return root;
}

static inline const char *vector_text(const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	if (text == NULL)
		fail_msg("no text under \"%s\"", key);
	return text;
}

static inline unsigned vector_number(const json_t *object, const char *key)
{
	const json_t *number = json_object_get(object, key);

	assert_true(json_is_integer(number));
	return (unsigned)json_integer_value(number);
}

static inline json_t *vector_list(const json_t *object, const char *key)
{
	json_t *list = json_object_get(object, key);

	if (!json_is_array(list))
		fail_msg("no list under \"%s\"", key);
	return list;
}

/* Decode hex of any length up to max; return the number of bytes. */
static inline size_t hex_any(uint8_t *bytes, size_t max, const char *hex)
{
	size_t len = strlen(hex) / 2;

	assert_true(len <= max);
	assert_int_equal(oeo_hex_decode(bytes, len, hex), OEO_OK);
	return len;
}

static inline size_t vector_bytes(uint8_t *bytes, size_t max, const json_t *object, const char *key)
{
	return hex_any(bytes, max, vector_text(object, key));
}

/* Decode hex that must have exactly len bytes. */
static inline void vector_exactly(uint8_t *bytes, size_t len, const json_t *object, const char *key)
{
	assert_int_equal(vector_bytes(bytes, len, object, key), len);
}

#define assert_ok(call) assert_int_equal((call), OEO_OK)

#endif
