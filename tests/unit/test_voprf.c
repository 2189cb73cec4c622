/* SPDX-License-Identifier: EUPL-1.2 */
#include "vectors.h"

#include <sodium.h>
#include <stdlib.h>

#include "proto/voprf.h"

#define MAX_BYTES 1024
#define MAX_BATCH 8

static const uint8_t group_order[OEO_SCALAR_BYTES] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6,
    0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10};
static const uint8_t identity[OEO_ELEMENT_BYTES];

/* A keyholder and a group of blinded elements with their evaluation and proof. */
struct group {
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t elements[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t blinds[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	uint8_t blinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t evaluated[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t unblinded[OEO_GROUP_SIZE * OEO_ELEMENT_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];
	size_t n;
};

static void make_group(struct group *g, size_t n)
{
	g->n = n;
	assert_ok(oeo_voprf_keypair(g->sk, g->pk));
	for (size_t i = 0; i < n; i++)
		assert_ok(oeo_voprf_hash_to_group(g->elements + i * OEO_ELEMENT_BYTES, &i, sizeof(i)));
	oeo_voprf_random_blinds(g->blinds, n);
	assert_ok(oeo_voprf_blind(g->blinded, g->elements, g->blinds, n));
	assert_ok(oeo_voprf_evaluate(g->evaluated, g->proof, g->sk, g->pk, g->blinded, n));
}

static enum oeo_err verify(const struct group *g)
{
	return oeo_voprf_verify(g->pk, g->blinded, g->evaluated, g->n, g->proof);
}

/* Add the group order to a scalar: the same residue, encoded otherwise. */
static void make_non_canonical(uint8_t scalar[OEO_SCALAR_BYTES])
{
	sodium_add(scalar, group_order, OEO_SCALAR_BYTES);
}

/* ---- vectors */

static void test_expand_message_vectors_hold(void **state)
{
	json_t *root = vectors_load("expand_message_xmd_sha512.json");
	const char *dst = vector_text(root, "DST");
	uint8_t expected[MAX_BYTES];
	uint8_t out[MAX_BYTES];
	size_t i;
	json_t *test;

	(void)state;
	json_array_foreach(vector_list(root, "tests"), i, test)
	{
		const char *message = vector_text(test, "msg");
		size_t len = vector_bytes(expected, sizeof(expected), test, "uniform_bytes");

		assert_int_equal(strtoul(vector_text(test, "len_in_bytes"), NULL, 16), len);
		assert_ok(oeo_expand_message_xmd(out, len, message, strlen(message), dst, strlen(dst)));
		assert_memory_equal(out, expected, len);
	}
	assert_int_equal(i, 10);
	json_decref(root);
}

static void test_expand_message_refuses_what_the_rfc_refuses(void **state)
{
	static uint8_t out[255 * 64 + 1];
	static const uint8_t dst[256];

	(void)state;
	assert_int_equal(oeo_expand_message_xmd(out, 0, "m", 1, dst, 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_expand_message_xmd(out, 255 * 64 + 1, "m", 1, dst, 1), OEO_ERR_RANGE);
	assert_int_equal(oeo_expand_message_xmd(out, 32, "m", 1, dst, 256), OEO_ERR_RANGE);
	assert_ok(oeo_expand_message_xmd(out, 255 * 64, "m", 1, dst, 255));
	assert_ok(oeo_expand_message_xmd(out, 1, NULL, 0, dst, 0));
}

static void test_hash_to_group_vectors_hold(void **state)
{
	json_t *root = vectors_load("ristretto255_map.json");
	uint8_t uniform[64];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t expected[OEO_ELEMENT_BYTES];
	uint8_t input[MAX_BYTES];
	size_t i;
	json_t *test;

	(void)state;
	json_array_foreach(vector_list(root, "from_hash"), i, test)
	{
		vector_exactly(uniform, sizeof(uniform), test, "uniform_bytes");
		vector_exactly(expected, sizeof(expected), test, "element");
		assert_int_equal(crypto_core_ristretto255_from_hash(element, uniform), 0);
		assert_memory_equal(element, expected, sizeof(element));
		assert_true(oeo_element_is_valid(element));
	}
	assert_int_equal(i, 7);
	json_array_foreach(vector_list(root, "rfc9497_hash_to_group"), i, test)
	{
		size_t len = vector_bytes(input, sizeof(input), test, "input");
		unsigned mode = vector_number(test, "mode");
		char dst[] = "HashToGroup-OPRFV1-?-ristretto255-SHA512";

		*strchr(dst, '?') = (char)mode;
		vector_exactly(expected, sizeof(expected), test, "element");
		assert_ok(oeo_expand_message_xmd(uniform, sizeof(uniform), input, len, dst, sizeof(dst) - 1));
		assert_int_equal(crypto_core_ristretto255_from_hash(element, uniform), 0);
		assert_memory_equal(element, expected, sizeof(element));
		if (mode != 1)
			continue;
		assert_ok(oeo_voprf_hash_to_group(element, input, len));
		assert_memory_equal(element, expected, sizeof(element));
	}
	assert_int_equal(i, 6);
	json_decref(root);
}

/* Split "aa,bb" into its parts; a text without a comma is one part. Returns their number. */
static size_t split(char parts[MAX_BATCH][MAX_BYTES], const char *text)
{
	size_t n = 0;

	for (;;) {
		size_t len = strcspn(text, ",");

		assert_true(n < MAX_BATCH && len < MAX_BYTES);
		memcpy(parts[n], text, len);
		parts[n++][len] = '\0';
		if (text[len] == '\0')
			return n;
		text += len + 1;
	}
}

/* Decode the n fixed-length values of a batch. */
static void batch_bytes(uint8_t *bytes, size_t each, size_t n, const json_t *vector, const char *key)
{
	char parts[MAX_BATCH][MAX_BYTES];

	assert_int_equal(split(parts, vector_text(vector, key)), n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(hex_any(bytes + i * each, each, parts[i]), each);
}

static void hash_in_mode(uint8_t *element, const uint8_t *input, size_t len, const json_t *suite)
{
	uint8_t uniform[64];
	uint8_t dst[MAX_BYTES];
	size_t dst_len = vector_bytes(dst, sizeof(dst), suite, "groupDST");

	assert_ok(oeo_expand_message_xmd(uniform, sizeof(uniform), input, len, dst, dst_len));
	assert_int_equal(crypto_core_ristretto255_from_hash(element, uniform), 0);
}

/* The proof and its random scalar; only mode 1 has them. */
static void check_proof(
    const json_t *vector, const uint8_t *sk, const uint8_t *pk, const uint8_t *blinded, size_t n)
{
	const json_t *expected_proof = json_object_get(vector, "Proof");
	uint8_t evaluated[MAX_BATCH * OEO_ELEMENT_BYTES];
	uint8_t expected[OEO_PROOF_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];
	uint8_t r[OEO_SCALAR_BYTES];

	vector_exactly(expected, sizeof(expected), expected_proof, "proof");
	vector_exactly(r, sizeof(r), expected_proof, "r");
	assert_ok(oeo_voprf_evaluate_with_scalar(evaluated, proof, sk, pk, blinded, n, r));
	assert_memory_equal(proof, expected, sizeof(proof));
	assert_ok(oeo_voprf_verify(pk, blinded, evaluated, n, expected));
}

static void check_rfc_vector(const json_t *suite, const json_t *vector)
{
	size_t n = vector_number(vector, "Batch");
	char inputs[MAX_BATCH][MAX_BYTES];
	uint8_t input[MAX_BYTES];
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t blinds[MAX_BATCH * OEO_SCALAR_BYTES];
	uint8_t elements[MAX_BATCH * OEO_ELEMENT_BYTES];
	uint8_t expected[MAX_BATCH * OEO_OUTPUT_BYTES];
	uint8_t blinded[MAX_BATCH * OEO_ELEMENT_BYTES];
	uint8_t evaluated[MAX_BATCH * OEO_ELEMENT_BYTES];
	uint8_t unblinded[MAX_BATCH * OEO_ELEMENT_BYTES];
	uint8_t output[OEO_OUTPUT_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];

	vector_exactly(sk, sizeof(sk), suite, "skSm");
	assert_ok(oeo_voprf_public_key(pk, sk));
	assert_int_equal(split(inputs, vector_text(vector, "Input")), n);
	for (size_t i = 0; i < n; i++)
		hash_in_mode(
		    elements + i * OEO_ELEMENT_BYTES, input, hex_any(input, sizeof(input), inputs[i]), suite);
	batch_bytes(blinds, OEO_SCALAR_BYTES, n, vector, "Blind");
	assert_ok(oeo_voprf_blind(blinded, elements, blinds, n));
	batch_bytes(expected, OEO_ELEMENT_BYTES, n, vector, "BlindedElement");
	assert_memory_equal(blinded, expected, n * OEO_ELEMENT_BYTES);
	assert_ok(oeo_voprf_evaluate(evaluated, proof, sk, pk, blinded, n));
	batch_bytes(expected, OEO_ELEMENT_BYTES, n, vector, "EvaluationElement");
	assert_memory_equal(evaluated, expected, n * OEO_ELEMENT_BYTES);
	assert_ok(oeo_voprf_unblind(unblinded, evaluated, blinds, n));
	batch_bytes(expected, OEO_OUTPUT_BYTES, n, vector, "Output");
	for (size_t i = 0; i < n; i++) {
		size_t len = hex_any(input, sizeof(input), inputs[i]);

		assert_ok(oeo_voprf_output(output, input, len, unblinded + i * OEO_ELEMENT_BYTES));
		assert_memory_equal(output, expected + i * OEO_OUTPUT_BYTES, sizeof(output));
	}
	if (vector_number(suite, "mode") == 1)
		check_proof(vector, sk, pk, blinded, n);
}

static void test_rfc9497_vectors_hold(void **state)
{
	json_t *root = vectors_load("voprf_ristretto255.json");
	unsigned vectors_of_mode[2] = {0, 0};
	uint8_t sk[OEO_SCALAR_BYTES];
	uint8_t pk[OEO_ELEMENT_BYTES];
	uint8_t expected[OEO_ELEMENT_BYTES];
	size_t i;
	size_t j;
	json_t *suite;
	json_t *vector;

	(void)state;
	json_array_foreach(root, i, suite)
	{
		unsigned mode = vector_number(suite, "mode");

		assert_true(mode <= 1);
		json_array_foreach(vector_list(suite, "vectors"), j, vector)
		{
			check_rfc_vector(suite, vector);
			vectors_of_mode[mode]++;
		}
		if (mode == 0)
			continue;
		vector_exactly(sk, sizeof(sk), suite, "skSm");
		vector_exactly(expected, sizeof(expected), suite, "pkSm");
		assert_ok(oeo_voprf_public_key(pk, sk));
		assert_memory_equal(pk, expected, sizeof(pk));
	}
	assert_int_equal(vectors_of_mode[0], 2);
	assert_int_equal(vectors_of_mode[1], 3);
	json_decref(root);
}

/* ---- encodings */

static void test_scalars_are_canonical_below_the_order(void **state)
{
	uint8_t scalar[OEO_SCALAR_BYTES] = {0};
	const uint8_t one[OEO_SCALAR_BYTES] = {1};

	(void)state;
	assert_true(oeo_scalar_is_canonical(scalar, false));
	assert_false(oeo_scalar_is_canonical(scalar, true));
	assert_true(oeo_scalar_is_canonical(one, true));
	memcpy(scalar, group_order, sizeof(scalar));
	assert_false(oeo_scalar_is_canonical(scalar, false));
	sodium_sub(scalar, one, sizeof(scalar));
	assert_true(oeo_scalar_is_canonical(scalar, true));
	memcpy(scalar, group_order, sizeof(scalar));
	sodium_add(scalar, one, sizeof(scalar));
	assert_false(oeo_scalar_is_canonical(scalar, false));
	memset(scalar, 0xff, sizeof(scalar));
	assert_false(oeo_scalar_is_canonical(scalar, false));
	/* Each of the higher limbs decides by itself. */
	for (size_t byte = 8; byte < 31; byte++) {
		memcpy(scalar, group_order, sizeof(scalar));
		scalar[byte]++;
		assert_false(oeo_scalar_is_canonical(scalar, false));
	}
	for (size_t byte = 0; byte < 32; byte++) {
		memcpy(scalar, group_order, sizeof(scalar));
		if (scalar[byte] == 0)
			continue;
		scalar[byte]--;
		assert_true(oeo_scalar_is_canonical(scalar, true));
	}
}

static void test_random_scalars_are_canonical_until_the_order_is_added(void **state)
{
	uint8_t scalar[OEO_SCALAR_BYTES];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		crypto_core_ristretto255_scalar_random(scalar);
		assert_true(oeo_scalar_is_canonical(scalar, true));
		make_non_canonical(scalar);
		assert_false(oeo_scalar_is_canonical(scalar, true));
	}
}

/* Put a bad element in place of the last of a group, at every function that takes elements. */
static void assert_element_refused(const struct group *good, const uint8_t *bad)
{
	struct group g = *good;
	uint8_t *last;

	assert_false(oeo_element_is_valid(bad));
	last = g.elements + (g.n - 1) * OEO_ELEMENT_BYTES;
	memcpy(last, bad, OEO_ELEMENT_BYTES);
	assert_int_equal(oeo_voprf_blind(g.unblinded, g.elements, g.blinds, g.n), OEO_ERR_FORMAT);
	assert_int_equal(sodium_is_zero(g.unblinded, g.n * OEO_ELEMENT_BYTES), 1);
	g = *good;
	memcpy(g.blinded + (g.n - 1) * OEO_ELEMENT_BYTES, bad, OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_FORMAT);
	assert_int_equal(
	    oeo_voprf_evaluate(g.evaluated, g.proof, g.sk, g.pk, g.blinded, g.n), OEO_ERR_FORMAT);
	assert_int_equal(sodium_is_zero(g.evaluated, g.n * OEO_ELEMENT_BYTES), 1);
	assert_int_equal(sodium_is_zero(g.proof, OEO_PROOF_BYTES), 1);
	g = *good;
	memcpy(g.evaluated + (g.n - 1) * OEO_ELEMENT_BYTES, bad, OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_FORMAT);
	assert_int_equal(oeo_voprf_unblind(g.unblinded, g.evaluated, g.blinds, g.n), OEO_ERR_FORMAT);
	assert_int_equal(sodium_is_zero(g.unblinded, g.n * OEO_ELEMENT_BYTES), 1);
	g = *good;
	memcpy(g.pk, bad, OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_FORMAT);
	assert_int_equal(
	    oeo_voprf_evaluate(g.evaluated, g.proof, g.sk, g.pk, g.blinded, g.n), OEO_ERR_FORMAT);
}

static void test_bad_encodings_are_refused_everywhere(void **state)
{
	json_t *root = vectors_load("ristretto255_map.json");
	static struct group good;
	uint8_t bad[OEO_ELEMENT_BYTES];
	size_t i;
	json_t *encoding;

	(void)state;
	make_group(&good, 2);
	json_array_foreach(vector_list(root, "bad_encodings"), i, encoding)
	{
		assert_int_equal(hex_any(bad, sizeof(bad), json_string_value(encoding)), sizeof(bad));
		assert_element_refused(&good, bad);
	}
	assert_int_equal(i, 30);
	json_decref(root);
}

static void test_the_identity_is_refused_everywhere(void **state)
{
	static struct group good;

	(void)state;
	make_group(&good, 2);
	/* The reason for checks of our own: libsodium takes it for a point. */
	assert_int_equal(crypto_core_ristretto255_is_valid_point(identity), 1);
	assert_element_refused(&good, identity);
	make_group(&good, 1);
	assert_element_refused(&good, identity);
}

static void assert_scalar_refused(const struct group *good, const uint8_t *bad)
{
	struct group g = *good;
	uint8_t r[OEO_SCALAR_BYTES];

	assert_int_equal(oeo_voprf_public_key(g.pk, bad), OEO_ERR_FORMAT);
	memcpy(g.blinds + (g.n - 1) * OEO_SCALAR_BYTES, bad, OEO_SCALAR_BYTES);
	assert_int_equal(oeo_voprf_blind(g.blinded, g.elements, g.blinds, g.n), OEO_ERR_FORMAT);
	assert_int_equal(oeo_voprf_unblind(g.unblinded, g.evaluated, g.blinds, g.n), OEO_ERR_FORMAT);
	g = *good;
	memcpy(r, bad, sizeof(r));
	assert_int_equal(oeo_voprf_evaluate(g.evaluated, g.proof, bad, g.pk, g.blinded, g.n), OEO_ERR_FORMAT);
	assert_int_equal(oeo_voprf_evaluate_with_scalar(g.evaluated, g.proof, g.sk, g.pk, g.blinded, g.n, r),
	    OEO_ERR_FORMAT);
	for (size_t half = 0; half < OEO_PROOF_BYTES; half += OEO_SCALAR_BYTES) {
		g = *good;
		memcpy(g.proof + half, bad, OEO_SCALAR_BYTES);
		assert_int_equal(verify(&g), OEO_ERR_FORMAT);
	}
}

static void test_zero_and_non_canonical_scalars_are_refused_everywhere(void **state)
{
	static struct group good;
	uint8_t bad[OEO_SCALAR_BYTES] = {0};

	(void)state;
	make_group(&good, 2);
	assert_scalar_refused(&good, bad);
	assert_scalar_refused(&good, group_order);
	memset(bad, 0xff, sizeof(bad));
	assert_scalar_refused(&good, bad);
	memcpy(bad, good.sk, sizeof(bad));
	make_non_canonical(bad);
	assert_scalar_refused(&good, bad);
}

static void test_a_proof_is_not_malleable_by_the_order(void **state)
{
	static struct group g;

	(void)state;
	make_group(&g, 2);
	make_non_canonical(g.proof);
	assert_int_equal(verify(&g), OEO_ERR_FORMAT);
	make_group(&g, 2);
	make_non_canonical(g.proof + OEO_SCALAR_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_FORMAT);
}

/* ---- properties */

static void test_a_full_group_goes_round(void **state)
{
	static struct group g;
	uint8_t direct[OEO_ELEMENT_BYTES];

	(void)state;
	make_group(&g, OEO_GROUP_SIZE);
	assert_ok(verify(&g));
	assert_ok(oeo_voprf_unblind(g.unblinded, g.evaluated, g.blinds, g.n));
	for (size_t i = 0; i < g.n; i++) {
		assert_int_equal(
		    crypto_scalarmult_ristretto255(direct, g.sk, g.elements + i * OEO_ELEMENT_BYTES), 0);
		assert_memory_equal(g.unblinded + i * OEO_ELEMENT_BYTES, direct, sizeof(direct));
	}
}

static void test_other_sizes_than_a_group_are_unblinded_alike(void **state)
{
	static const size_t sizes[] = {0, 1, 63, 64, 65, 128, 130};
	static uint8_t elements[130 * OEO_ELEMENT_BYTES];
	static uint8_t blinds[130 * OEO_SCALAR_BYTES];
	static uint8_t blinded[130 * OEO_ELEMENT_BYTES];
	static uint8_t back[130 * OEO_ELEMENT_BYTES];

	(void)state;
	for (size_t i = 0; i < 130; i++)
		crypto_core_ristretto255_random(elements + i * OEO_ELEMENT_BYTES);
	oeo_voprf_random_blinds(blinds, 130);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		assert_ok(oeo_voprf_blind(blinded, elements, blinds, sizes[i]));
		memset(back, 0, sizeof(back));
		assert_ok(oeo_voprf_unblind(back, blinded, blinds, sizes[i]));
		assert_memory_equal(back, elements, sizes[i] * OEO_ELEMENT_BYTES);
		assert_int_equal(sodium_is_zero(back + sizes[i] * OEO_ELEMENT_BYTES,
				     sizeof(back) - sizes[i] * OEO_ELEMENT_BYTES),
		    1);
	}
}

static void test_batches_outside_one_to_65535_are_refused(void **state)
{
	static struct group g;
	uint8_t byte = 0;

	(void)state;
	make_group(&g, 1);
	assert_int_equal(oeo_voprf_evaluate(&byte, g.proof, g.sk, g.pk, &byte, 0), OEO_ERR_RANGE);
	assert_int_equal(oeo_voprf_evaluate(&byte, g.proof, g.sk, g.pk, &byte, 65536), OEO_ERR_RANGE);
	assert_int_equal(oeo_voprf_verify(g.pk, &byte, &byte, 0, g.proof), OEO_ERR_RANGE);
	assert_int_equal(oeo_voprf_verify(g.pk, &byte, &byte, 65536, g.proof), OEO_ERR_RANGE);
}

static void test_any_changed_byte_of_a_proof_is_noticed(void **state)
{
	static struct group g;
	enum oeo_err err;

	(void)state;
	make_group(&g, 2);
	for (size_t i = 0; i < OEO_PROOF_BYTES; i++) {
		g.proof[i] ^= 1;
		err = verify(&g);
		assert_true(err == OEO_ERR_CRYPTO || err == OEO_ERR_FORMAT);
		g.proof[i] ^= 1;
	}
	assert_ok(verify(&g));
}

static void swap(uint8_t *a, uint8_t *b)
{
	uint8_t kept[OEO_ELEMENT_BYTES];

	memcpy(kept, a, sizeof(kept));
	memcpy(a, b, sizeof(kept));
	memcpy(b, kept, sizeof(kept));
}

static void test_swapped_elements_are_noticed(void **state)
{
	static struct group good;
	static struct group g;

	(void)state;
	make_group(&good, OEO_GROUP_SIZE);
	g = good;
	swap(g.evaluated, g.evaluated + OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_CRYPTO);
	g = good;
	swap(g.blinded + 5 * OEO_ELEMENT_BYTES, g.blinded + 63 * OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_CRYPTO);
	/* Both swapped alike give true pairs, but in another order than was proved. */
	swap(g.evaluated + 5 * OEO_ELEMENT_BYTES, g.evaluated + 63 * OEO_ELEMENT_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_CRYPTO);
	g = good;
	swap(g.proof, g.proof + OEO_SCALAR_BYTES);
	assert_int_equal(verify(&g), OEO_ERR_CRYPTO);
	assert_ok(verify(&good));
}

static void test_a_proof_for_other_keys_or_elements_is_refused(void **state)
{
	static struct group a;
	static struct group b;
	static struct group mixed;

	(void)state;
	make_group(&a, 4);
	make_group(&b, 4);
	mixed = a;
	memcpy(mixed.proof, b.proof, sizeof(b.proof));
	assert_int_equal(verify(&mixed), OEO_ERR_CRYPTO);
	mixed = a;
	memcpy(mixed.pk, b.pk, sizeof(b.pk));
	assert_int_equal(verify(&mixed), OEO_ERR_CRYPTO);
	/* One element of the batch evaluated under another key. */
	mixed = a;
	assert_int_equal(crypto_scalarmult_ristretto255(mixed.evaluated, b.sk, mixed.blinded), 0);
	assert_int_equal(verify(&mixed), OEO_ERR_CRYPTO);
	mixed = a;
	mixed.n = 3;
	assert_int_equal(verify(&mixed), OEO_ERR_CRYPTO);
	assert_ok(verify(&a));
}

static void test_a_proof_under_a_mismatched_public_key_does_not_hold(void **state)
{
	static struct group a;
	static struct group b;

	(void)state;
	make_group(&a, 2);
	make_group(&b, 2);
	assert_ok(oeo_voprf_evaluate(a.evaluated, a.proof, a.sk, b.pk, a.blinded, a.n));
	assert_int_equal(oeo_voprf_verify(b.pk, a.blinded, a.evaluated, a.n, a.proof), OEO_ERR_CRYPTO);
}

static void test_outputs_depend_on_the_input_and_not_on_the_blind(void **state)
{
	static struct group g;
	uint8_t unblinded[OEO_ELEMENT_BYTES];
	uint8_t first[OEO_OUTPUT_BYTES];
	uint8_t second[OEO_OUTPUT_BYTES];

	(void)state;
	make_group(&g, 1);
	assert_ok(oeo_voprf_unblind(unblinded, g.evaluated, g.blinds, 1));
	assert_ok(oeo_voprf_output(first, "a", 1, unblinded));
	oeo_voprf_random_blinds(g.blinds, 1);
	assert_ok(oeo_voprf_blind(g.blinded, g.elements, g.blinds, 1));
	assert_ok(oeo_voprf_evaluate(g.evaluated, g.proof, g.sk, g.pk, g.blinded, 1));
	assert_ok(oeo_voprf_unblind(unblinded, g.evaluated, g.blinds, 1));
	assert_ok(oeo_voprf_output(second, "a", 1, unblinded));
	assert_memory_equal(first, second, sizeof(first));
	assert_ok(oeo_voprf_output(second, "b", 1, unblinded));
	assert_memory_not_equal(first, second, sizeof(first));
}

static void test_blinded_elements_and_proofs_are_fresh_each_time(void **state)
{
	static struct group g;
	uint8_t blinded[OEO_ELEMENT_BYTES];
	uint8_t proof[OEO_PROOF_BYTES];

	(void)state;
	make_group(&g, 1);
	memcpy(blinded, g.blinded, sizeof(blinded));
	memcpy(proof, g.proof, sizeof(proof));
	assert_ok(oeo_voprf_evaluate(g.evaluated, g.proof, g.sk, g.pk, g.blinded, 1));
	assert_memory_not_equal(g.proof, proof, sizeof(proof));
	oeo_voprf_random_blinds(g.blinds, 1);
	assert_ok(oeo_voprf_blind(g.blinded, g.elements, g.blinds, 1));
	assert_memory_not_equal(g.blinded, blinded, sizeof(blinded));
}

static void test_inputs_are_at_most_65535_bytes(void **state)
{
	static const uint8_t input[65536];
	uint8_t element[OEO_ELEMENT_BYTES];
	uint8_t output[OEO_OUTPUT_BYTES];

	(void)state;
	assert_ok(oeo_voprf_hash_to_group(element, input, 65535));
	assert_ok(oeo_voprf_output(output, input, 65535, element));
	assert_int_equal(oeo_voprf_hash_to_group(element, input, 65536), OEO_ERR_RANGE);
	assert_int_equal(oeo_voprf_output(output, input, 65536, element), OEO_ERR_RANGE);
	assert_ok(oeo_voprf_hash_to_group(element, NULL, 0));
	assert_ok(oeo_voprf_output(output, NULL, 0, element));
}

static void test_batched_inverses_are_inverses(void **state)
{
	static const uint8_t one[OEO_SCALAR_BYTES] = {1};
	static uint8_t scalars[33 * OEO_SCALAR_BYTES];
	static uint8_t inverses[33 * OEO_SCALAR_BYTES];
	uint8_t product[OEO_SCALAR_BYTES];

	(void)state;
	oeo_voprf_random_blinds(scalars, 33);
	for (size_t n = 0; n <= 33; n += n < 3 ? 1 : 10) {
		assert_ok(oeo_scalar_invert_all(inverses, scalars, n));
		for (size_t i = 0; i < n; i++) {
			crypto_core_ristretto255_scalar_mul(
			    product, scalars + i * OEO_SCALAR_BYTES, inverses + i * OEO_SCALAR_BYTES);
			assert_memory_equal(product, one, sizeof(one));
		}
	}
	memset(scalars + 7 * OEO_SCALAR_BYTES, 0, OEO_SCALAR_BYTES);
	assert_int_equal(oeo_scalar_invert_all(inverses, scalars, 33), OEO_ERR_RANGE);
	assert_int_equal(sodium_is_zero(inverses, sizeof(inverses)), 1);
	assert_int_equal(oeo_scalar_invert_all(inverses, scalars + 7 * OEO_SCALAR_BYTES, 1), OEO_ERR_RANGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_expand_message_vectors_hold),
	    cmocka_unit_test(test_expand_message_refuses_what_the_rfc_refuses),
	    cmocka_unit_test(test_hash_to_group_vectors_hold),
	    cmocka_unit_test(test_rfc9497_vectors_hold),
	    cmocka_unit_test(test_scalars_are_canonical_below_the_order),
	    cmocka_unit_test(test_random_scalars_are_canonical_until_the_order_is_added),
	    cmocka_unit_test(test_bad_encodings_are_refused_everywhere),
	    cmocka_unit_test(test_the_identity_is_refused_everywhere),
	    cmocka_unit_test(test_zero_and_non_canonical_scalars_are_refused_everywhere),
	    cmocka_unit_test(test_a_proof_is_not_malleable_by_the_order),
	    cmocka_unit_test(test_a_full_group_goes_round),
	    cmocka_unit_test(test_other_sizes_than_a_group_are_unblinded_alike),
	    cmocka_unit_test(test_batches_outside_one_to_65535_are_refused),
	    cmocka_unit_test(test_any_changed_byte_of_a_proof_is_noticed),
	    cmocka_unit_test(test_swapped_elements_are_noticed),
	    cmocka_unit_test(test_a_proof_for_other_keys_or_elements_is_refused),
	    cmocka_unit_test(test_a_proof_under_a_mismatched_public_key_does_not_hold),
	    cmocka_unit_test(test_outputs_depend_on_the_input_and_not_on_the_blind),
	    cmocka_unit_test(test_blinded_elements_and_proofs_are_fresh_each_time),
	    cmocka_unit_test(test_inputs_are_at_most_65535_bytes),
	    cmocka_unit_test(test_batched_inverses_are_inverses),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("voprf", tests, NULL, NULL);
}
