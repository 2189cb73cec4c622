/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A plan with its signatures, as it travels and as it is kept in *.oeoplan files, and a keyholder's approval
 * as a text file (*.oeoapproval). A plan is valid with the collector's signature and every keyholder's:
 * Ed25519 over "oeo1 plan" US || BLAKE2b-256(plan bytes).
 *
 * approval file:  oeo: 1 / plan: ID / digest: HEX / keyholder: ID / signature: HEX   (lines in this order)
 */
#ifndef OEO_PROTO_PLAN_SIGN_H
#define OEO_PROTO_PLAN_SIGN_H

#include "proto/card.h"
#include "proto/plan.h"
#include "proto/secret.h"

#define OEO_SIGNATURE_BYTES 64
#define OEO_PLAN_FILE_LIMIT ((size_t)4 * 1024 * 1024)

struct oeo_approval {
	char plan[OEO_ID_BYTES];
	uint8_t digest[OEO_DIGEST_BYTES];
	char keyholder[OEO_ID_BYTES];
	uint8_t signature[OEO_SIGNATURE_BYTES];
};

struct oeo_signed_plan {
	struct oeo_plan *plan; /* owned */
	uint8_t collector_signature[OEO_SIGNATURE_BYTES];
	struct oeo_approval *approvals; /* owned; at most one per keyholder */
	size_t n_approvals;
};

void oeo_signed_plan_fini(struct oeo_signed_plan *signed_plan);

/* Sign a plan digest with an Ed25519 identity key (64 bytes, libsodium's form). */
enum oeo_err oeo_plan_sign(uint8_t signature[OEO_SIGNATURE_BYTES], const uint8_t digest[OEO_DIGEST_BYTES],
    const struct oeo_secret *identity_key);

/* OEO_ERR_CRYPTO where the signature is not by this public key over this digest. */
enum oeo_err oeo_plan_verify(const uint8_t signature[OEO_SIGNATURE_BYTES],
    const uint8_t digest[OEO_DIGEST_BYTES], const uint8_t identity_pk[32]);

/* Take ownership of plan; approvals start empty. */
enum oeo_err oeo_signed_plan_make(
    struct oeo_signed_plan *signed_plan, struct oeo_plan *plan, const struct oeo_secret *collector_key);

/* Pack to / unpack from the protobuf SignedPlan (file and wire). Unpacking checks the plan, not the signatures. */
enum oeo_err oeo_signed_plan_pack(struct oeo_buf *out, const struct oeo_signed_plan *signed_plan);
enum oeo_err oeo_signed_plan_unpack(
    struct oeo_signed_plan *signed_plan, const uint8_t *bytes, size_t len, struct oeo_note *why);

/* Add or replace a keyholder's approval. OEO_ERR_CONFLICT: other plan or digest; OEO_ERR_NOT_FOUND: not a
 * keyholder of the plan; OEO_ERR_CRYPTO: signature does not verify under the card's key. */
enum oeo_err oeo_signed_plan_attach(struct oeo_signed_plan *signed_plan, const struct oeo_approval *approval,
    const struct oeo_card *keyholder, struct oeo_note *why);

/*
 * Check all signatures: the collector's card and one card per keyholder of the plan, found by id among cards.
 * OEO_ERR_NOT_FOUND: a card is missing; OEO_ERR_STATE: an approval is missing; OEO_ERR_CRYPTO. why says which.
 */
enum oeo_err oeo_signed_plan_verify(const struct oeo_signed_plan *signed_plan, const struct oeo_card *cards,
    size_t n_cards, struct oeo_note *why);

/* The approval file. Reading: OEO_ERR_FORMAT with the line. */
enum oeo_err oeo_approval_format(struct oeo_buf *text, const struct oeo_approval *approval);
enum oeo_err oeo_approval_parse(
    struct oeo_approval *approval, const char *text, size_t len, struct oeo_note *why);

#endif
