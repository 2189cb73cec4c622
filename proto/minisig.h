/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Signatures that the minisign program verifies (https://jedisct1.github.io/minisign/, "Signature format"):
 * the prehashed form ("ED": Ed25519 over BLAKE2b-512 of the file) with a signed trusted comment. The key is the
 * collector's Ed25519 identity key; its minisign key id is the first 8 bytes of BLAKE2b-256 of the public key.
 */
#ifndef OEO_PROTO_MINISIG_H
#define OEO_PROTO_MINISIG_H

#include "proto/buf.h"
#include "proto/card.h"
#include "proto/secret.h"

/* Append the text of a .minisig for these bytes. trusted_comment: one line, at most 512 bytes. */
enum oeo_err oeo_minisig_sign(struct oeo_buf *text, const void *bytes, size_t len,
    const struct oeo_secret *identity_key, const char *trusted_comment);

/* Check the text of a .minisig (both signatures and the key id). OEO_ERR_FORMAT: malformed; OEO_ERR_CRYPTO: other key or bytes. */
enum oeo_err oeo_minisig_verify(const char *text, size_t text_len, const void *bytes, size_t len,
    const uint8_t identity_pk[OEO_IDENTITY_BYTES]);

/* Append the public key file that `minisign -p` takes. */
enum oeo_err oeo_minisig_public_key(struct oeo_buf *text, const uint8_t identity_pk[OEO_IDENTITY_BYTES]);

#endif
