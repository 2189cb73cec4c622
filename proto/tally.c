/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/tally.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/names.h"
#include "proto/period.h"

#define KDF_CONTEXT "oeocell1"
#define KDF_TAG 0
#define KDF_LABEL_KEY 1
#define KDF_COEFFICIENTS 16 /* a_i has number 16 + i */
#define WIDE_BYTES 64 /* bytes that are reduced to a scalar */
#define KEY_DIGEST_BYTES 32

static const uint8_t us = OEO_US;

/*
 * libsodium's hashes and its KDF fail only for lengths out of range. Here they are constants, so a failure
 * is a fault of this file, and going on with an undefined key would be worse than to stop.
 */
static void insist(int result)
{
	if (result != 0)
		sodium_misuse();
}

/* BLAKE2b-(8 * digest_len)(prefix US || outputs), for "oeo1 cell" and "oeo1 x". */
static void hash_outputs(
    uint8_t *digest, size_t digest_len, const char *prefix, const uint8_t *outputs, size_t n)
{
	crypto_generichash_state state;

	insist(crypto_generichash_init(&state, NULL, 0, digest_len));
	insist(crypto_generichash_update(&state, (const uint8_t *)prefix, strlen(prefix)));
	insist(crypto_generichash_update(&state, &us, 1));
	insist(crypto_generichash_update(&state, outputs, n * OEO_OUTPUT_BYTES));
	insist(crypto_generichash_final(&state, digest, digest_len));
	sodium_memzero(&state, sizeof(state));
}

void oeo_tally_cell_secret(uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *outputs, size_t n)
{
	uint8_t wide[WIDE_BYTES];

	hash_outputs(wide, sizeof(wide), "oeo1 cell", outputs, n);
	crypto_core_ristretto255_scalar_reduce(a0, wide);
	sodium_memzero(wide, sizeof(wide));
}

void oeo_tally_tag(uint8_t tag[OEO_TAG_BYTES], const uint8_t a0[OEO_SCALAR_BYTES])
{
	insist(crypto_kdf_derive_from_key(tag, OEO_TAG_BYTES, KDF_TAG, KDF_CONTEXT, a0));
}

void oeo_tally_coefficients(uint8_t *coefficients, const uint8_t a0[OEO_SCALAR_BYTES], unsigned k)
{
	uint8_t wide[WIDE_BYTES];

	memcpy(coefficients, a0, OEO_SCALAR_BYTES);
	for (unsigned i = 1; i < k; i++) {
		insist(crypto_kdf_derive_from_key(wide, sizeof(wide), KDF_COEFFICIENTS + i, KDF_CONTEXT, a0));
		crypto_core_ristretto255_scalar_reduce(coefficients + (size_t)i * OEO_SCALAR_BYTES, wide);
	}
	sodium_memzero(wide, sizeof(wide));
}

void oeo_tally_share_x(uint8_t x[OEO_X_BYTES], const uint8_t *outputs, size_t n)
{
	hash_outputs(x, OEO_X_BYTES, "oeo1 x", outputs, n);
}

enum oeo_err oeo_tally_walk_in_x(uint8_t x[OEO_X_BYTES], const uint8_t key[OEO_WALK_IN_KEY_BYTES],
    const void *cell_name, size_t cell_len, const char *week)
{
	crypto_generichash_state state;

	if (strlen(week) != OEO_WEEK_BYTES - 1)
		return OEO_ERR_FORMAT;
	insist(crypto_generichash_init(&state, key, OEO_WALK_IN_KEY_BYTES, OEO_X_BYTES));
	insist(crypto_generichash_update(&state, cell_name, cell_len));
	insist(crypto_generichash_update(&state, &us, 1));
	insist(crypto_generichash_update(&state, (const uint8_t *)week, strlen(week)));
	insist(crypto_generichash_final(&state, x, OEO_X_BYTES));
	sodium_memzero(&state, sizeof(state));
	return OEO_OK;
}

/* x as a scalar: 128 bits are always below the group order. */
static void scalar_of_x(uint8_t scalar[OEO_SCALAR_BYTES], const uint8_t x[OEO_X_BYTES])
{
	memcpy(scalar, x, OEO_X_BYTES);
	memset(scalar + OEO_X_BYTES, 0, OEO_SCALAR_BYTES - OEO_X_BYTES);
}

/*
 * Horner. The sums in between stay below 2 L < 2^254 and need no reduction, because the multiplication
 * reduces any 256-bit operand; sodium_add is five times faster than an addition that reduces.
 */
static void evaluate_polynomial(
    uint8_t y[OEO_SCALAR_BYTES], const uint8_t *coefficients, unsigned k, const uint8_t x[OEO_X_BYTES])
{
	uint8_t sum[OEO_SCALAR_BYTES];
	uint8_t factor[OEO_SCALAR_BYTES];

	scalar_of_x(factor, x);
	memcpy(sum, coefficients + (size_t)(k - 1) * OEO_SCALAR_BYTES, OEO_SCALAR_BYTES);
	for (unsigned i = k - 1; i > 1; i--) {
		crypto_core_ristretto255_scalar_mul(sum, sum, factor);
		sodium_add(sum, coefficients + (size_t)(i - 1) * OEO_SCALAR_BYTES, OEO_SCALAR_BYTES);
	}
	if (k > 1) {
		crypto_core_ristretto255_scalar_mul(sum, sum, factor);
		crypto_core_ristretto255_scalar_add(sum, sum, coefficients);
	}
	memcpy(y, sum, OEO_SCALAR_BYTES);
	sodium_memzero(sum, sizeof(sum));
	sodium_memzero(factor, sizeof(factor));
}

enum oeo_err oeo_tally_share_y(
    uint8_t y[OEO_SCALAR_BYTES], const uint8_t *coefficients, unsigned k, const uint8_t x[OEO_X_BYTES])
{
	if (k == 0 || k > OEO_MAX_K || sodium_is_zero(x, OEO_X_BYTES) == 1)
		return OEO_ERR_RANGE;
	evaluate_polynomial(y, coefficients, k, x);
	return OEO_OK;
}

bool oeo_tally_share_is_on(
    const uint8_t *coefficients, unsigned k, const uint8_t x[OEO_X_BYTES], const uint8_t y[OEO_SCALAR_BYTES])
{
	uint8_t expected[OEO_SCALAR_BYTES];

	/* The expected y is canonical, so a y that is not never equals it. */
	if (oeo_tally_share_y(expected, coefficients, k, x) != OEO_OK)
		return false;
	return sodium_memcmp(expected, y, OEO_SCALAR_BYTES) == 0;
}

/* denominator = x_i * product over j != i of (x_j - x_i). Differences stay unreduced, as in Horner above. */
static enum oeo_err lagrange_denominator(
    uint8_t denominator[OEO_SCALAR_BYTES], const uint8_t *xs, unsigned k, size_t i)
{
	uint8_t minus_x_i[OEO_SCALAR_BYTES];
	uint8_t difference[OEO_SCALAR_BYTES];

	scalar_of_x(denominator, xs + i * OEO_X_BYTES);
	crypto_core_ristretto255_scalar_negate(minus_x_i, denominator);
	for (size_t j = 0; j < k; j++) {
		if (j == i)
			continue;
		if (memcmp(xs + j * OEO_X_BYTES, xs + i * OEO_X_BYTES, OEO_X_BYTES) == 0)
			return OEO_ERR_RANGE;
		scalar_of_x(difference, xs + j * OEO_X_BYTES);
		sodium_add(difference, minus_x_i, sizeof(difference));
		crypto_core_ristretto255_scalar_mul(denominator, denominator, difference);
	}
	return OEO_OK;
}

/* All k denominators, and product = product over all x_j. */
static enum oeo_err lagrange_denominators(
    uint8_t *denominators, uint8_t product[OEO_SCALAR_BYTES], const uint8_t *xs, unsigned k)
{
	uint8_t x_i[OEO_SCALAR_BYTES];

	memset(product, 0, OEO_SCALAR_BYTES);
	product[0] = 1;
	for (size_t i = 0; i < k; i++) {
		enum oeo_err err;

		if (sodium_is_zero(xs + i * OEO_X_BYTES, OEO_X_BYTES) == 1)
			return OEO_ERR_RANGE;
		scalar_of_x(x_i, xs + i * OEO_X_BYTES);
		crypto_core_ristretto255_scalar_mul(product, product, x_i);
		err = lagrange_denominator(denominators + i * OEO_SCALAR_BYTES, xs, k, i);
		if (err != OEO_OK)
			return err;
	}
	return OEO_OK;
}

/* a_0 = sum of y_i * product / denominators[i] */
static void lagrange_sum(uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *inverses, const uint8_t *product,
    const uint8_t *ys, unsigned k)
{
	uint8_t sum[OEO_SCALAR_BYTES] = {0};
	uint8_t term[OEO_SCALAR_BYTES];

	for (size_t i = 0; i < k; i++) {
		crypto_core_ristretto255_scalar_mul(
		    term, ys + i * OEO_SCALAR_BYTES, inverses + i * OEO_SCALAR_BYTES);
		crypto_core_ristretto255_scalar_add(sum, sum, term);
	}
	crypto_core_ristretto255_scalar_mul(a0, sum, product);
	sodium_memzero(sum, sizeof(sum));
	sodium_memzero(term, sizeof(term));
}

enum oeo_err oeo_tally_interpolate(
    uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *xs, const uint8_t *ys, unsigned k)
{
	uint8_t product[OEO_SCALAR_BYTES];
	uint8_t *denominators = NULL;
	uint8_t *inverses = NULL;
	enum oeo_err err;

	if (k == 0 || k > OEO_MAX_K)
		return OEO_ERR_RANGE;
	for (size_t i = 0; i < k; i++)
		if (!oeo_scalar_is_canonical(ys + i * OEO_SCALAR_BYTES, false))
			return OEO_ERR_FORMAT;
	denominators = oeo_alloc_array(k, OEO_SCALAR_BYTES);
	inverses = oeo_alloc_array(k, OEO_SCALAR_BYTES);
	if (denominators == NULL || inverses == NULL) {
		err = OEO_ERR_NOMEM;
		goto cleanup;
	}
	err = lagrange_denominators(denominators, product, xs, k);
	if (err == OEO_OK)
		err = oeo_scalar_invert_all(inverses, denominators, k);
	if (err == OEO_OK)
		lagrange_sum(a0, inverses, product, ys, k);
cleanup:
	free(denominators);
	free(inverses);
	return err;
}

size_t oeo_label_plain_bytes(size_t n_keyholders, size_t name_len)
{
	size_t content = n_keyholders * OEO_ELEMENT_BYTES + name_len;

	/* The padding is at least one byte. */
	return (content / OEO_LABEL_BLOCK_BYTES + 1) * OEO_LABEL_BLOCK_BYTES;
}

static bool is_plain_length(size_t plain_bytes, size_t n, size_t name_len)
{
	return n >= 1 && n <= OEO_MAX_KEYHOLDERS && plain_bytes % OEO_LABEL_BLOCK_BYTES == 0 &&
	       name_len < plain_bytes && n * OEO_ELEMENT_BYTES + name_len < plain_bytes;
}

/* The nonce is zero: a label key encrypts one message (PROTOCOL.md, Derivations). */
static const uint8_t zero_nonce[crypto_aead_xchacha20poly1305_ietf_NPUBBYTES];

enum oeo_err oeo_label_seal(struct oeo_buf *label, const uint8_t a0[OEO_SCALAR_BYTES],
    const uint8_t *unblinded, size_t n, const void *cell_name, size_t cell_len, size_t plain_bytes)
{
	uint8_t key[OEO_LABEL_KEY_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	size_t content = n * OEO_ELEMENT_BYTES + cell_len;
	size_t padded = 0;
	uint8_t *plain;
	enum oeo_err err;

	if (!is_plain_length(plain_bytes, n, cell_len) || cell_len == 0)
		return OEO_ERR_RANGE;
	err = oeo_buf_reserve(label, plain_bytes + OEO_LABEL_MAC_BYTES);
	if (err != OEO_OK)
		return err;
	/* Built and sealed in the place where it stays, so that no copy is left behind. */
	plain = label->data + label->len;
	memcpy(plain, unblinded, n * OEO_ELEMENT_BYTES);
	memcpy(plain + n * OEO_ELEMENT_BYTES, cell_name, cell_len);
	insist(sodium_pad(&padded, plain, content, plain_bytes, plain_bytes));
	insist(crypto_kdf_derive_from_key(key, sizeof(key), KDF_LABEL_KEY, KDF_CONTEXT, a0));
	oeo_tally_tag(tag, a0);
	insist(crypto_aead_xchacha20poly1305_ietf_encrypt(
	    plain, NULL, plain, plain_bytes, tag, sizeof(tag), NULL, zero_nonce, key));
	label->len += plain_bytes + OEO_LABEL_MAC_BYTES;
	sodium_memzero(key, sizeof(key));
	return OEO_OK;
}

/* The cell secret that these unblinded elements and this name give, compared with a_0. */
static bool is_bound(const uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *unblinded, size_t n,
    const uint8_t *name, size_t name_len)
{
	uint8_t outputs[OEO_MAX_KEYHOLDERS * OEO_OUTPUT_BYTES];
	uint8_t secret[OEO_SCALAR_BYTES];
	bool bound = true;

	for (size_t i = 0; i < n && bound; i++) {
		const uint8_t *element = unblinded + i * OEO_ELEMENT_BYTES;

		bound = oeo_element_is_valid(element) &&
			oeo_voprf_output(outputs + i * OEO_OUTPUT_BYTES, name, name_len, element) == OEO_OK;
	}
	if (bound) {
		oeo_tally_cell_secret(secret, outputs, n);
		bound = sodium_memcmp(secret, a0, OEO_SCALAR_BYTES) == 0;
	}
	sodium_memzero(outputs, sizeof(outputs));
	sodium_memzero(secret, sizeof(secret));
	return bound;
}

/* Decrypt into plain, which has label_len - OEO_LABEL_MAC_BYTES bytes. */
static bool decrypt_label(
    uint8_t *plain, const uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *label, size_t label_len)
{
	uint8_t key[OEO_LABEL_KEY_BYTES];
	uint8_t tag[OEO_TAG_BYTES];
	int failed;

	insist(crypto_kdf_derive_from_key(key, sizeof(key), KDF_LABEL_KEY, KDF_CONTEXT, a0));
	oeo_tally_tag(tag, a0);
	failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
	    plain, NULL, NULL, label, label_len, tag, sizeof(tag), zero_nonce, key);
	sodium_memzero(key, sizeof(key));
	return failed == 0;
}

enum oeo_err oeo_label_open(struct oeo_buf *name, const uint8_t a0[OEO_SCALAR_BYTES], const uint8_t *label,
    size_t label_len, size_t n)
{
	size_t elements_bytes = n * OEO_ELEMENT_BYTES;
	size_t plain_bytes;
	size_t content = 0;
	uint8_t *plain;
	enum oeo_err err = OEO_ERR_CRYPTO;

	if (label_len <= OEO_LABEL_MAC_BYTES || !is_plain_length(label_len - OEO_LABEL_MAC_BYTES, n, 1))
		return OEO_ERR_CRYPTO;
	plain_bytes = label_len - OEO_LABEL_MAC_BYTES;
	plain = malloc(plain_bytes);
	if (plain == NULL)
		return OEO_ERR_NOMEM;
	if (!decrypt_label(plain, a0, label, label_len))
		goto cleanup;
	if (sodium_unpad(&content, plain, plain_bytes, plain_bytes) != 0 || content <= elements_bytes)
		goto cleanup;
	if (!is_bound(a0, plain, n, plain + elements_bytes, content - elements_bytes))
		goto cleanup;
	err = oeo_buf_append(name, plain + elements_bytes, content - elements_bytes);
cleanup:
	sodium_memzero(plain, plain_bytes);
	free(plain);
	return err;
}

/* prefix US plan US period */
static enum oeo_err period_prefix(
    struct oeo_buf *message, const char *prefix, const char *plan, const char *period)
{
	if (!oeo_id_is_valid(plan) || !oeo_id_is_valid(period))
		return OEO_ERR_FORMAT;
	return oeo_buf_printf(message, "%s%c%s%c%s", prefix, OEO_US, plan, OEO_US, period);
}

enum oeo_err oeo_key_digest(uint8_t digest[KEY_DIGEST_BYTES], const char *plan, const char *period,
    const uint8_t *identity_pks, const uint8_t *resident_pks, const uint8_t *cell_pks, size_t n)
{
	struct oeo_buf message = {NULL, 0, 0};
	enum oeo_err err;

	if (n == 0 || n > OEO_MAX_KEYHOLDERS)
		return OEO_ERR_RANGE;
	err = period_prefix(&message, "oeo1 keys", plan, period);
	if (err == OEO_OK)
		err = oeo_buf_append(&message, &us, 1);
	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		err = oeo_buf_append(&message, identity_pks + i * OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES);
		if (err == OEO_OK)
			err =
			    oeo_buf_append(&message, resident_pks + i * OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES);
		if (err == OEO_OK)
			err = oeo_buf_append(&message, cell_pks + i * OEO_ELEMENT_BYTES, OEO_ELEMENT_BYTES);
	}
	if (err == OEO_OK)
		insist(crypto_generichash(digest, KEY_DIGEST_BYTES, message.data, message.len, NULL, 0));
	oeo_buf_fini(&message);
	return err;
}

enum oeo_err oeo_key_signature_input(struct oeo_buf *message, const char *plan, const char *period,
    const uint8_t resident_pk[OEO_ELEMENT_BYTES], const uint8_t cell_pk[OEO_ELEMENT_BYTES])
{
	size_t before = message->len;
	enum oeo_err err = period_prefix(message, "oeo1 keys", plan, period);

	if (err == OEO_OK)
		err = oeo_buf_append(message, &us, 1);
	if (err == OEO_OK)
		err = oeo_buf_append(message, resident_pk, OEO_ELEMENT_BYTES);
	if (err == OEO_OK)
		err = oeo_buf_append(message, cell_pk, OEO_ELEMENT_BYTES);
	if (err != OEO_OK)
		message->len = before;
	return err;
}

enum oeo_err oeo_destroyed_signature_input(struct oeo_buf *message, const char *plan, const char *period)
{
	return period_prefix(message, "oeo1 destroyed", plan, period);
}
