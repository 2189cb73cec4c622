/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/voprf.h"

#include <endian.h>
#include <sodium.h>
#include <string.h>

/* Domain separation (RFC 9497, 3.1): context string "OPRFV1-" || I2OSP(mode, 1) || "-" || suite. */
#define CONTEXT "OPRFV1-\x01-ristretto255-SHA512"

static const char dst_group[] = "HashToGroup-" CONTEXT;
static const char dst_scalar[] = "HashToScalar-" CONTEXT;
static const char dst_seed[] = "Seed-" CONTEXT;

#define MAX_INPUT_BYTES 65535
#define MAX_BATCH 65535
#define MAX_DST_BYTES 255
#define HASH_BYTES crypto_hash_sha512_BYTES
#define HASH_BLOCK_BYTES 128

/* Two bytes of length before every variable part, as RFC 9497 writes transcripts. */
#define PREFIXED(len) (2 + (len))
#define COMPOSITE_BYTES (PREFIXED(HASH_BYTES) + 2 + 2 * PREFIXED(OEO_ELEMENT_BYTES) + 9)
#define CHALLENGE_BYTES (5 * PREFIXED(OEO_ELEMENT_BYTES) + 9)

/* The group order L = 2^252 + 27742317777372353535851937790883648493, low limb first. */
static const uint64_t order[4] = {0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000};

bool oeo_scalar_is_canonical(const uint8_t scalar[OEO_SCALAR_BYTES], bool is_zero_refused)
{
	uint64_t borrow = 0;

	/* scalar - L borrows where scalar is below L. */
	for (size_t i = 0; i < 4; i++) {
		uint64_t limb;
		uint64_t difference;

		memcpy(&limb, scalar + 8 * i, sizeof(limb));
		limb = le64toh(limb);
		difference = limb - order[i];
		borrow = (uint64_t)(limb < order[i]) | (uint64_t)(difference < borrow);
	}
	if (borrow == 0)
		return false;
	return !is_zero_refused || sodium_is_zero(scalar, OEO_SCALAR_BYTES) == 0;
}

bool oeo_element_is_valid(const uint8_t element[OEO_ELEMENT_BYTES])
{
	return sodium_is_zero(element, OEO_ELEMENT_BYTES) == 0 &&
	       crypto_core_ristretto255_is_valid_point(element) == 1;
}

enum oeo_err oeo_scalar_invert_all(uint8_t *inverses, const uint8_t *scalars, size_t n)
{
	uint8_t rest[OEO_SCALAR_BYTES];
	enum oeo_err err = OEO_OK;

	if (n == 0)
		return OEO_OK;
	/* First the products of all scalars up to each one, then from the last one back. */
	memcpy(inverses, scalars, OEO_SCALAR_BYTES);
	for (size_t i = 1; i < n; i++)
		crypto_core_ristretto255_scalar_mul(inverses + i * OEO_SCALAR_BYTES,
		    inverses + (i - 1) * OEO_SCALAR_BYTES, scalars + i * OEO_SCALAR_BYTES);
	if (crypto_core_ristretto255_scalar_invert(rest, inverses + (n - 1) * OEO_SCALAR_BYTES) != 0) {
		sodium_memzero(inverses, n * OEO_SCALAR_BYTES);
		err = OEO_ERR_RANGE;
		goto cleanup;
	}
	for (size_t i = n - 1; i > 0; i--) {
		crypto_core_ristretto255_scalar_mul(
		    inverses + i * OEO_SCALAR_BYTES, rest, inverses + (i - 1) * OEO_SCALAR_BYTES);
		crypto_core_ristretto255_scalar_mul(rest, rest, scalars + i * OEO_SCALAR_BYTES);
	}
	memcpy(inverses, rest, OEO_SCALAR_BYTES);
cleanup:
	sodium_memzero(rest, sizeof(rest));
	return err;
}

struct part {
	const void *bytes;
	size_t len;
};

/* SHA-512 of the parts one after the other. */
static enum oeo_err hash_parts(uint8_t digest[HASH_BYTES], const struct part *parts, size_t n)
{
	crypto_hash_sha512_state state;
	int failed = crypto_hash_sha512_init(&state);

	for (size_t i = 0; i < n; i++)
		failed |= crypto_hash_sha512_update(&state, parts[i].bytes, parts[i].len);
	failed |= crypto_hash_sha512_final(&state, digest);
	sodium_memzero(&state, sizeof(state));
	return failed == 0 ? OEO_OK : OEO_ERR_INTERNAL;
}

/* DST || I2OSP(len(DST), 1) */
static void make_dst_prime(uint8_t prime[MAX_DST_BYTES + 1], const void *dst, size_t dst_len)
{
	memcpy(prime, dst, dst_len);
	prime[dst_len] = (uint8_t)dst_len;
}

static enum oeo_err hash_first_block(uint8_t b_0[HASH_BYTES], size_t out_len, const void *message, size_t len,
    const uint8_t *dst_prime, size_t prime_len)
{
	static const uint8_t zero_pad[HASH_BLOCK_BYTES];
	const uint8_t tail[3] = {(uint8_t)(out_len >> 8), (uint8_t)(out_len & 0xFF), 0};
	const struct part parts[] = {
	    {zero_pad, sizeof(zero_pad)}, {message, len}, {tail, sizeof(tail)}, {dst_prime, prime_len}};

	return hash_parts(b_0, parts, sizeof(parts) / sizeof(parts[0]));
}

enum oeo_err oeo_expand_message_xmd(
    uint8_t *out, size_t out_len, const void *message, size_t len, const void *dst, size_t dst_len)
{
	uint8_t dst_prime[MAX_DST_BYTES + 1];
	uint8_t b_0[HASH_BYTES];
	uint8_t mixed[HASH_BYTES];
	uint8_t b_i[HASH_BYTES] = {0};
	uint8_t counter = 0;
	enum oeo_err err;

	if (out_len == 0 || out_len > (size_t)255 * HASH_BYTES || dst_len > MAX_DST_BYTES)
		return OEO_ERR_RANGE;
	make_dst_prime(dst_prime, dst, dst_len);
	err = hash_first_block(b_0, out_len, message, len, dst_prime, dst_len + 1);
	for (size_t done = 0; done < out_len && err == OEO_OK; done += HASH_BYTES) {
		const struct part parts[] = {{mixed, sizeof(mixed)}, {&counter, 1}, {dst_prime, dst_len + 1}};

		counter++;
		for (size_t i = 0; i < HASH_BYTES; i++)
			mixed[i] = b_0[i] ^ b_i[i];
		err = hash_parts(b_i, parts, sizeof(parts) / sizeof(parts[0]));
		if (err == OEO_OK)
			memcpy(out + done, b_i, out_len - done < HASH_BYTES ? out_len - done : HASH_BYTES);
	}
	sodium_memzero(b_0, sizeof(b_0));
	sodium_memzero(b_i, sizeof(b_i));
	sodium_memzero(mixed, sizeof(mixed));
	return err;
}

static enum oeo_err hash_to_scalar(uint8_t scalar[OEO_SCALAR_BYTES], const uint8_t *message, size_t len)
{
	uint8_t uniform[crypto_core_ristretto255_NONREDUCEDSCALARBYTES];
	enum oeo_err err = oeo_expand_message_xmd(
	    uniform, sizeof(uniform), message, len, dst_scalar, sizeof(dst_scalar) - 1);

	if (err == OEO_OK)
		crypto_core_ristretto255_scalar_reduce(scalar, uniform);
	return err;
}

enum oeo_err oeo_voprf_keypair(uint8_t sk[OEO_SCALAR_BYTES], uint8_t pk[OEO_ELEMENT_BYTES])
{
	crypto_core_ristretto255_scalar_random(sk);
	return oeo_voprf_public_key(pk, sk);
}

enum oeo_err oeo_voprf_public_key(uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t sk[OEO_SCALAR_BYTES])
{
	if (!oeo_scalar_is_canonical(sk, true) || crypto_scalarmult_ristretto255_base(pk, sk) != 0)
		return OEO_ERR_FORMAT;
	return OEO_OK;
}

enum oeo_err oeo_voprf_hash_to_group(uint8_t element[OEO_ELEMENT_BYTES], const void *input, size_t len)
{
	uint8_t uniform[crypto_core_ristretto255_HASHBYTES];
	enum oeo_err err;

	if (len > MAX_INPUT_BYTES)
		return OEO_ERR_RANGE;
	err = oeo_expand_message_xmd(uniform, sizeof(uniform), input, len, dst_group, sizeof(dst_group) - 1);
	if (err == OEO_OK && crypto_core_ristretto255_from_hash(element, uniform) != 0)
		err = OEO_ERR_INTERNAL;
	if (err == OEO_OK && sodium_is_zero(element, OEO_ELEMENT_BYTES) == 1)
		err = OEO_ERR_RANGE;
	sodium_memzero(uniform, sizeof(uniform));
	return err;
}

void oeo_voprf_random_blinds(uint8_t *blinds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		crypto_core_ristretto255_scalar_random(blinds + i * OEO_SCALAR_BYTES);
}

/*
 * product = scalar * element, for a scalar that is canonical and not zero. libsodium decodes strictly and
 * refuses a product that is the identity, so a non-canonical element and the identity both fail here.
 */
static enum oeo_err multiply(uint8_t *product, const uint8_t *scalar, const uint8_t *element)
{
	return crypto_scalarmult_ristretto255(product, scalar, element) == 0 ? OEO_OK : OEO_ERR_FORMAT;
}

enum oeo_err oeo_voprf_blind(uint8_t *blinded, const uint8_t *elements, const uint8_t *blinds, size_t n)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		if (!oeo_scalar_is_canonical(blinds + i * OEO_SCALAR_BYTES, true))
			err = OEO_ERR_FORMAT;
		else
			err = multiply(blinded + i * OEO_ELEMENT_BYTES, blinds + i * OEO_SCALAR_BYTES,
			    elements + i * OEO_ELEMENT_BYTES);
	}
	if (err != OEO_OK)
		sodium_memzero(blinded, n * OEO_ELEMENT_BYTES);
	return err;
}

/* Append bytes to a transcript behind their length in two bytes; return the place behind them. */
static uint8_t *put_prefixed(uint8_t *at, const uint8_t *bytes, size_t len)
{
	at[0] = (uint8_t)(len >> 8);
	at[1] = (uint8_t)(len & 0xFF);
	memcpy(at + 2, bytes, len);
	return at + PREFIXED(len);
}

/* Append the characters of a text, without a length; return the place behind them. */
static uint8_t *put_text(uint8_t *at, const char *text)
{
	while (*text != '\0')
		*at++ = (uint8_t)*text++;
	return at;
}

/* Seed of the weights (RFC 9497, 2.2.1): Hash(I2OSP(len(pk), 2) || pk || I2OSP(len(seedDST), 2) || seedDST) */
static enum oeo_err composite_seed(uint8_t seed[HASH_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES])
{
	uint8_t transcript[PREFIXED(OEO_ELEMENT_BYTES) + PREFIXED(sizeof(dst_seed) - 1)];
	const struct part whole = {transcript, sizeof(transcript)};
	uint8_t *at = put_prefixed(transcript, pk, OEO_ELEMENT_BYTES);

	(void)put_prefixed(at, (const uint8_t *)dst_seed, sizeof(dst_seed) - 1);
	return hash_parts(seed, &whole, 1);
}

/* Weight d_i of the pair (blinded, evaluated) at place i. */
static enum oeo_err composite_weight(uint8_t weight[OEO_SCALAR_BYTES], const uint8_t seed[HASH_BYTES],
    size_t i, const uint8_t *blinded, const uint8_t *evaluated)
{
	uint8_t transcript[COMPOSITE_BYTES];
	uint8_t *at = put_prefixed(transcript, seed, HASH_BYTES);

	*at++ = (uint8_t)(i >> 8);
	*at++ = (uint8_t)(i & 0xFF);
	at = put_prefixed(at, blinded, OEO_ELEMENT_BYTES);
	at = put_prefixed(at, evaluated, OEO_ELEMENT_BYTES);
	(void)put_text(at, "Composite");
	return hash_to_scalar(weight, transcript, sizeof(transcript));
}

/* sum += weight * element; the first term is stored. */
static enum oeo_err add_term(uint8_t *sum, bool is_first, const uint8_t *weight, const uint8_t *element)
{
	uint8_t term[OEO_ELEMENT_BYTES];
	enum oeo_err err = multiply(term, weight, element);

	if (err != OEO_OK)
		return err;
	if (is_first)
		memcpy(sum, term, OEO_ELEMENT_BYTES);
	else if (crypto_core_ristretto255_add(sum, sum, term) != 0)
		return OEO_ERR_FORMAT;
	return OEO_OK;
}

/*
 * The composites M = sum of d_i * blinded[i] and Z = sum of d_i * evaluated[i]. z is NULL at a keyholder,
 * who gets Z as sk * M, which saves half the work.
 */
static enum oeo_err composites(uint8_t m[OEO_ELEMENT_BYTES], uint8_t *z, const uint8_t pk[OEO_ELEMENT_BYTES],
    const uint8_t *blinded, const uint8_t *evaluated, size_t n)
{
	uint8_t seed[HASH_BYTES];
	uint8_t weight[OEO_SCALAR_BYTES];
	enum oeo_err err = composite_seed(seed, pk);

	for (size_t i = 0; i < n && err == OEO_OK; i++) {
		const uint8_t *c = blinded + i * OEO_ELEMENT_BYTES;
		const uint8_t *d = evaluated + i * OEO_ELEMENT_BYTES;

		err = composite_weight(weight, seed, i, c, d);
		if (err == OEO_OK)
			err = add_term(m, i == 0, weight, c);
		if (err == OEO_OK && z != NULL)
			err = add_term(z, i == 0, weight, d);
	}
	return err;
}

/* c = HashToScalar of the challenge transcript. */
static enum oeo_err challenge(uint8_t c[OEO_SCALAR_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES],
    const uint8_t m[OEO_ELEMENT_BYTES], const uint8_t z[OEO_ELEMENT_BYTES],
    const uint8_t t2[OEO_ELEMENT_BYTES], const uint8_t t3[OEO_ELEMENT_BYTES])
{
	uint8_t transcript[CHALLENGE_BYTES];
	uint8_t *at = put_prefixed(transcript, pk, OEO_ELEMENT_BYTES);

	at = put_prefixed(at, m, OEO_ELEMENT_BYTES);
	at = put_prefixed(at, z, OEO_ELEMENT_BYTES);
	at = put_prefixed(at, t2, OEO_ELEMENT_BYTES);
	at = put_prefixed(at, t3, OEO_ELEMENT_BYTES);
	(void)put_text(at, "Challenge");
	return hash_to_scalar(c, transcript, sizeof(transcript));
}

/* GenerateProof (RFC 9497, 2.2.1) with the random scalar r. */
static enum oeo_err prove(uint8_t proof[OEO_PROOF_BYTES], const uint8_t *sk, const uint8_t *pk,
    const uint8_t *blinded, const uint8_t *evaluated, size_t n, const uint8_t *r)
{
	uint8_t m[OEO_ELEMENT_BYTES];
	uint8_t z[OEO_ELEMENT_BYTES];
	uint8_t t2[OEO_ELEMENT_BYTES];
	uint8_t t3[OEO_ELEMENT_BYTES];
	uint8_t c[OEO_SCALAR_BYTES];
	uint8_t c_sk[OEO_SCALAR_BYTES];
	enum oeo_err err = composites(m, NULL, pk, blinded, evaluated, n);

	if (err == OEO_OK)
		err = multiply(z, sk, m);
	if (err == OEO_OK && crypto_scalarmult_ristretto255_base(t2, r) != 0)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		err = multiply(t3, r, m);
	if (err == OEO_OK)
		err = challenge(c, pk, m, z, t2, t3);
	if (err != OEO_OK)
		return err;
	crypto_core_ristretto255_scalar_mul(c_sk, c, sk);
	memcpy(proof, c, OEO_SCALAR_BYTES);
	crypto_core_ristretto255_scalar_sub(proof + OEO_SCALAR_BYTES, r, c_sk);
	sodium_memzero(c_sk, sizeof(c_sk));
	return OEO_OK;
}

enum oeo_err oeo_voprf_evaluate_with_scalar(uint8_t *evaluated, uint8_t proof[OEO_PROOF_BYTES],
    const uint8_t sk[OEO_SCALAR_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded, size_t n,
    const uint8_t r[OEO_SCALAR_BYTES])
{
	enum oeo_err err = OEO_OK;

	if (n == 0 || n > MAX_BATCH)
		return OEO_ERR_RANGE;
	if (!oeo_scalar_is_canonical(sk, true) || !oeo_scalar_is_canonical(r, true) ||
	    !oeo_element_is_valid(pk))
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = multiply(evaluated + i * OEO_ELEMENT_BYTES, sk, blinded + i * OEO_ELEMENT_BYTES);
	if (err == OEO_OK)
		err = prove(proof, sk, pk, blinded, evaluated, n, r);
	if (err != OEO_OK) {
		sodium_memzero(evaluated, n * OEO_ELEMENT_BYTES);
		sodium_memzero(proof, OEO_PROOF_BYTES);
	}
	return err;
}

enum oeo_err oeo_voprf_evaluate(uint8_t *evaluated, uint8_t proof[OEO_PROOF_BYTES],
    const uint8_t sk[OEO_SCALAR_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded, size_t n)
{
	uint8_t r[OEO_SCALAR_BYTES];
	enum oeo_err err;

	crypto_core_ristretto255_scalar_random(r);
	err = oeo_voprf_evaluate_with_scalar(evaluated, proof, sk, pk, blinded, n, r);
	/* r and the public proof together give sk. */
	sodium_memzero(r, sizeof(r));
	return err;
}

/* sum = s * a + c * b, where a is the generator if NULL. */
static enum oeo_err combine(
    uint8_t *sum, const uint8_t *s, const uint8_t *a, const uint8_t *c, const uint8_t *b)
{
	uint8_t first[OEO_ELEMENT_BYTES];
	uint8_t second[OEO_ELEMENT_BYTES];
	int failed = a != NULL ? crypto_scalarmult_ristretto255(first, s, a)
			       : crypto_scalarmult_ristretto255_base(first, s);

	if (failed != 0 || crypto_scalarmult_ristretto255(second, c, b) != 0)
		return OEO_ERR_CRYPTO;
	return crypto_core_ristretto255_add(sum, first, second) == 0 ? OEO_OK : OEO_ERR_CRYPTO;
}

enum oeo_err oeo_voprf_verify(const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded,
    const uint8_t *evaluated, size_t n, const uint8_t proof[OEO_PROOF_BYTES])
{
	const uint8_t *c = proof;
	const uint8_t *s = proof + OEO_SCALAR_BYTES;
	uint8_t m[OEO_ELEMENT_BYTES];
	uint8_t z[OEO_ELEMENT_BYTES];
	uint8_t t2[OEO_ELEMENT_BYTES];
	uint8_t t3[OEO_ELEMENT_BYTES];
	uint8_t expected[OEO_SCALAR_BYTES];
	enum oeo_err err;

	if (n == 0 || n > MAX_BATCH)
		return OEO_ERR_RANGE;
	if (!oeo_scalar_is_canonical(c, true) || !oeo_scalar_is_canonical(s, true) ||
	    !oeo_element_is_valid(pk))
		return OEO_ERR_FORMAT;
	err = composites(m, z, pk, blinded, evaluated, n);
	if (err == OEO_OK)
		err = combine(t2, s, NULL, c, pk);
	if (err == OEO_OK)
		err = combine(t3, s, m, c, z);
	if (err == OEO_OK)
		err = challenge(expected, pk, m, z, t2, t3);
	if (err == OEO_OK && sodium_memcmp(expected, c, OEO_SCALAR_BYTES) != 0)
		err = OEO_ERR_CRYPTO;
	return err;
}

/* Unblind up to OEO_GROUP_SIZE elements with one inversion. */
static enum oeo_err unblind_group(
    uint8_t *unblinded, const uint8_t *evaluated, const uint8_t *blinds, size_t n)
{
	uint8_t inverses[OEO_GROUP_SIZE * OEO_SCALAR_BYTES];
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < n; i++)
		if (!oeo_scalar_is_canonical(blinds + i * OEO_SCALAR_BYTES, true))
			return OEO_ERR_FORMAT;
	err = oeo_scalar_invert_all(inverses, blinds, n);
	for (size_t i = 0; i < n && err == OEO_OK; i++)
		err = multiply(unblinded + i * OEO_ELEMENT_BYTES, inverses + i * OEO_SCALAR_BYTES,
		    evaluated + i * OEO_ELEMENT_BYTES);
	sodium_memzero(inverses, sizeof(inverses));
	return err;
}

enum oeo_err oeo_voprf_unblind(uint8_t *unblinded, const uint8_t *evaluated, const uint8_t *blinds, size_t n)
{
	enum oeo_err err = OEO_OK;

	for (size_t done = 0; done < n && err == OEO_OK; done += OEO_GROUP_SIZE) {
		size_t group = n - done < OEO_GROUP_SIZE ? n - done : OEO_GROUP_SIZE;

		err = unblind_group(unblinded + done * OEO_ELEMENT_BYTES,
		    evaluated + done * OEO_ELEMENT_BYTES, blinds + done * OEO_SCALAR_BYTES, group);
	}
	if (err != OEO_OK)
		sodium_memzero(unblinded, n * OEO_ELEMENT_BYTES);
	return err;
}

enum oeo_err oeo_voprf_output(uint8_t output[OEO_OUTPUT_BYTES], const void *input, size_t len,
    const uint8_t unblinded[OEO_ELEMENT_BYTES])
{
	const uint8_t input_len[2] = {(uint8_t)(len >> 8), (uint8_t)(len & 0xFF)};
	uint8_t tail[PREFIXED(OEO_ELEMENT_BYTES) + 8];
	const struct part parts[] = {{input_len, sizeof(input_len)}, {input, len}, {tail, sizeof(tail)}};
	enum oeo_err err;

	if (len > MAX_INPUT_BYTES)
		return OEO_ERR_RANGE;
	(void)put_text(put_prefixed(tail, unblinded, OEO_ELEMENT_BYTES), "Finalize");
	err = hash_parts(output, parts, sizeof(parts) / sizeof(parts[0]));
	sodium_memzero(tail, sizeof(tail));
	return err;
}
