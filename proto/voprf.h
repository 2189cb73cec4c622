/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * VOPRF of RFC 9497, mode 0x01 (verifiable), suite ristretto255-SHA512, over libsodium's ristretto255.
 *
 * Roles: an agent blinds inputs, a keyholder evaluates blinded elements under its key with one batched
 * DLEQ proof, the agent verifies the proof, unblinds and hashes. A keyholder learns nothing of the
 * inputs; an agent learns one output per evaluated element and nothing of the key.
 *
 * Everywhere: 32-byte scalars little-endian below the group order, canonical ristretto255 elements; other
 * encodings and the identity element are refused with OEO_ERR_FORMAT (libsodium 1.0.18 accepts both by
 * itself). Arrays of n elements lie one after the other; an output may not overlap an input, and where a
 * function fails, the arrays that it was writing are zeroed. No function keeps state; all may run in threads.
 */
#ifndef OEO_PROTO_VOPRF_H
#define OEO_PROTO_VOPRF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_SCALAR_BYTES 32
#define OEO_ELEMENT_BYTES 32
#define OEO_PROOF_BYTES 64 /* scalar c || scalar s */
#define OEO_OUTPUT_BYTES 64
#define OEO_GROUP_SIZE 64 /* elements that travel together, always exactly this many */

/* True for a canonical scalar below the group order; zero is one, unless is_zero_refused. Does not branch on
 * the scalar, but the result itself is no secret. */
bool oeo_scalar_is_canonical(const uint8_t scalar[OEO_SCALAR_BYTES], bool is_zero_refused);

/* True for a canonical encoding of an element other than the identity. */
bool oeo_element_is_valid(const uint8_t element[OEO_ELEMENT_BYTES]);

/*
 * inverses[i] = 1 / scalars[i] modulo the group order, n canonical scalars, with one inversion in all and
 * three multiplications each (Montgomery). OEO_ERR_RANGE: one of them is zero. inverses may not be scalars.
 */
enum oeo_err oeo_scalar_invert_all(uint8_t *inverses, const uint8_t *scalars, size_t n);

/*
 * expand_message_xmd over SHA-512 (RFC 9380, 5.3.1): out_len (1..16,320) uniform bytes from a message under
 * the domain separation tag dst (0..255 bytes). message may be NULL where len is 0. OEO_ERR_RANGE: out_len
 * or dst_len is out of bounds.
 */
enum oeo_err oeo_expand_message_xmd(
    uint8_t *out, size_t out_len, const void *message, size_t len, const void *dst, size_t dst_len);

/* Make a key pair: sk uniform and not zero, pk = sk * B. sk is the caller's guarded memory (secret.h). */
enum oeo_err oeo_voprf_keypair(uint8_t sk[OEO_SCALAR_BYTES], uint8_t pk[OEO_ELEMENT_BYTES]);

/* pk of an existing key. OEO_ERR_FORMAT: sk is not canonical or zero. */
enum oeo_err oeo_voprf_public_key(uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t sk[OEO_SCALAR_BYTES]);

/* HashToGroup of the input (RFC 9497, 4.1; DST "HashToGroup-OPRFV1-" || I2OSP(1, 1) || "-ristretto255-SHA512").
 * OEO_ERR_RANGE: the input hashes to the identity (does not happen) or is longer than 65,535 bytes. */
enum oeo_err oeo_voprf_hash_to_group(uint8_t element[OEO_ELEMENT_BYTES], const void *input, size_t len);

/* Uniform, non-zero blinds for n elements. */
void oeo_voprf_random_blinds(uint8_t *blinds, size_t n);

/* blinded[i] = blinds[i] * elements[i]. OEO_ERR_FORMAT: a blind or an element is malformed. */
enum oeo_err oeo_voprf_blind(uint8_t *blinded, const uint8_t *elements, const uint8_t *blinds, size_t n);

/*
 * Evaluate n blinded elements (1..65,535) under sk and prove it: evaluated[i] = sk * blinded[i], proof as in
 * RFC 9497, 2.2.1 and 3.3.2 for batches. OEO_ERR_FORMAT names no element: any bad one refuses the batch;
 * OEO_ERR_RANGE: n is out of bounds.
 */
enum oeo_err oeo_voprf_evaluate(uint8_t *evaluated, uint8_t proof[OEO_PROOF_BYTES],
    const uint8_t sk[OEO_SCALAR_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded,
    size_t n);

/* As oeo_voprf_evaluate with the proof's random scalar given: for known-answer tests only. */
enum oeo_err oeo_voprf_evaluate_with_scalar(uint8_t *evaluated, uint8_t proof[OEO_PROOF_BYTES],
    const uint8_t sk[OEO_SCALAR_BYTES], const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded, size_t n,
    const uint8_t r[OEO_SCALAR_BYTES]);

/* Check the batched proof. OEO_ERR_CRYPTO: it does not hold; OEO_ERR_FORMAT: malformed scalar or element;
 * OEO_ERR_RANGE: n is not 1..65,535. */
enum oeo_err oeo_voprf_verify(const uint8_t pk[OEO_ELEMENT_BYTES], const uint8_t *blinded,
    const uint8_t *evaluated, size_t n, const uint8_t proof[OEO_PROOF_BYTES]);

/* unblinded[i] = blinds[i]^-1 * evaluated[i] (N in PROTOCOL.md), with one inversion for each group of
 * OEO_GROUP_SIZE. Call only after oeo_voprf_verify. OEO_ERR_FORMAT: a blind or an element is malformed. */
enum oeo_err oeo_voprf_unblind(uint8_t *unblinded, const uint8_t *evaluated, const uint8_t *blinds, size_t n);

/* The output: SHA-512(I2OSP(len, 2) || input || I2OSP(32, 2) || unblinded || "Finalize"). OEO_ERR_RANGE: len > 65,535. */
enum oeo_err oeo_voprf_output(uint8_t output[OEO_OUTPUT_BYTES], const void *input, size_t len,
    const uint8_t unblinded[OEO_ELEMENT_BYTES]);

#endif
