/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/plan_sign.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"
#include "proto/oeo.pb-c.h"
#include "proto/tally.h"

#define PURPOSE "oeo1 plan"
#define MESSAGE_BYTES (sizeof(PURPOSE) - 1 + 1 + OEO_DIGEST_BYTES)

static void fill_message(uint8_t message[MESSAGE_BYTES], const uint8_t digest[OEO_DIGEST_BYTES])
{
	memcpy(message, PURPOSE, sizeof(PURPOSE) - 1);
	message[sizeof(PURPOSE) - 1] = OEO_US;
	memcpy(message + sizeof(PURPOSE), digest, OEO_DIGEST_BYTES);
}

enum oeo_err oeo_plan_sign(uint8_t signature[OEO_SIGNATURE_BYTES], const uint8_t digest[OEO_DIGEST_BYTES],
    const struct oeo_secret *identity_key)
{
	uint8_t message[MESSAGE_BYTES];
	uint8_t made[OEO_SIGNATURE_BYTES];

	if (identity_key->bytes == NULL || identity_key->len != crypto_sign_SECRETKEYBYTES)
		return OEO_ERR_INTERNAL;
	fill_message(message, digest);
	if (crypto_sign_detached(made, NULL, message, sizeof(message), identity_key->bytes) != 0)
		return OEO_ERR_CRYPTO;
	memcpy(signature, made, sizeof(made));
	return OEO_OK;
}

enum oeo_err oeo_plan_verify(const uint8_t signature[OEO_SIGNATURE_BYTES],
    const uint8_t digest[OEO_DIGEST_BYTES], const uint8_t identity_pk[32])
{
	uint8_t message[MESSAGE_BYTES];

	fill_message(message, digest);
	if (crypto_sign_verify_detached(signature, message, sizeof(message), identity_pk) != 0)
		return OEO_ERR_CRYPTO;
	return OEO_OK;
}

void oeo_signed_plan_fini(struct oeo_signed_plan *signed_plan)
{
	if (signed_plan == NULL)
		return;
	oeo_plan_free(signed_plan->plan);
	free(signed_plan->approvals);
	memset(signed_plan, 0, sizeof(*signed_plan));
}

enum oeo_err oeo_signed_plan_make(
    struct oeo_signed_plan *signed_plan, struct oeo_plan *plan, const struct oeo_secret *collector_key)
{
	struct oeo_signed_plan made;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	err = oeo_plan_sign(made.collector_signature, plan->digest, collector_key);
	if (err != OEO_OK)
		return err;
	made.plan = plan;
	*signed_plan = made;
	return OEO_OK;
}

static bool is_keyholder(const struct oeo_plan *plan, const char *id)
{
	for (size_t i = 0; i < plan->n_keyholders; i++)
		if (strcmp(plan->keyholders[i], id) == 0)
			return true;
	return false;
}

static struct oeo_approval *find_approval(const struct oeo_signed_plan *signed_plan, const char *keyholder)
{
	for (size_t i = 0; i < signed_plan->n_approvals; i++)
		if (strcmp(signed_plan->approvals[i].keyholder, keyholder) == 0)
			return &signed_plan->approvals[i];
	return NULL;
}

enum oeo_err oeo_signed_plan_pack(struct oeo_buf *out, const struct oeo_signed_plan *signed_plan)
{
	Oeo__SignedPlan message = OEO__SIGNED_PLAN__INIT;
	Oeo__PlanApproval approvals[OEO_MAX_KEYHOLDERS];
	Oeo__PlanApproval *pointers[OEO_MAX_KEYHOLDERS];
	enum oeo_err err;
	size_t len;

	if (signed_plan->n_approvals > OEO_MAX_KEYHOLDERS)
		return OEO_ERR_RANGE;
	message.plan.data = signed_plan->plan->bytes.data;
	message.plan.len = signed_plan->plan->bytes.len;
	message.collector_signature.data = (uint8_t *)signed_plan->collector_signature;
	message.collector_signature.len = OEO_SIGNATURE_BYTES;
	for (size_t i = 0; i < signed_plan->n_approvals; i++) {
		oeo__plan_approval__init(&approvals[i]);
		approvals[i].keyholder = signed_plan->approvals[i].keyholder;
		approvals[i].signature.data = signed_plan->approvals[i].signature;
		approvals[i].signature.len = OEO_SIGNATURE_BYTES;
		pointers[i] = &approvals[i];
	}
	message.n_approvals = signed_plan->n_approvals;
	message.approvals = pointers;
	len = oeo__signed_plan__get_packed_size(&message);
	err = oeo_buf_reserve(out, len);
	if (err != OEO_OK)
		return err;
	out->len += oeo__signed_plan__pack(&message, out->data + out->len);
	return OEO_OK;
}

/* Take over one approval that came with the plan; it speaks of this plan by being in its envelope. */
static enum oeo_err read_approval(struct oeo_signed_plan *signed_plan, const Oeo__PlanApproval *message)
{
	struct oeo_approval *approval = &signed_plan->approvals[signed_plan->n_approvals];

	if (message->signature.len != OEO_SIGNATURE_BYTES ||
	    !is_keyholder(signed_plan->plan, message->keyholder) ||
	    find_approval(signed_plan, message->keyholder) != NULL)
		return OEO_ERR_FORMAT;
	/* A keyholder of the plan has a valid id, so it fits. */
	memcpy(approval->keyholder, message->keyholder, strlen(message->keyholder) + 1);
	memcpy(approval->plan, signed_plan->plan->id, sizeof(approval->plan));
	memcpy(approval->digest, signed_plan->plan->digest, OEO_DIGEST_BYTES);
	memcpy(approval->signature, message->signature.data, OEO_SIGNATURE_BYTES);
	signed_plan->n_approvals++;
	return OEO_OK;
}

static enum oeo_err read_signed(
    struct oeo_signed_plan *signed_plan, const Oeo__SignedPlan *message, struct oeo_note *why)
{
	enum oeo_err err = oeo_plan_parse(&signed_plan->plan, message->plan.data, message->plan.len, why);

	if (err != OEO_OK)
		return err;
	signed_plan->approvals = oeo_alloc_array(message->n_approvals, sizeof(*signed_plan->approvals));
	if (signed_plan->approvals == NULL)
		return OEO_ERR_NOMEM;
	memcpy(signed_plan->collector_signature, message->collector_signature.data, OEO_SIGNATURE_BYTES);
	for (size_t i = 0; i < message->n_approvals; i++) {
		err = read_approval(signed_plan, message->approvals[i]);
		if (err != OEO_OK)
			return oeo_note_set(
			    why, err, _("An approval in this file is damaged. Ask for the file again."));
	}
	return OEO_OK;
}

enum oeo_err oeo_signed_plan_unpack(
    struct oeo_signed_plan *signed_plan, const uint8_t *bytes, size_t len, struct oeo_note *why)
{
	struct oeo_signed_plan made;
	Oeo__SignedPlan *message = NULL;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	if (len <= OEO_PLAN_FILE_LIMIT)
		message = oeo__signed_plan__unpack(NULL, len, bytes);
	if (message == NULL || message->collector_signature.len != OEO_SIGNATURE_BYTES ||
	    message->n_approvals > OEO_MAX_KEYHOLDERS)
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("This is not a signed plan (.oeoplan), or it is damaged. Ask for the file again."));
	else
		err = read_signed(&made, message, why);
	if (message != NULL)
		oeo__signed_plan__free_unpacked(message, NULL);
	if (err == OEO_OK)
		*signed_plan = made;
	else
		oeo_signed_plan_fini(&made);
	return err;
}

static enum oeo_err check_approval(const struct oeo_signed_plan *signed_plan,
    const struct oeo_approval *approval, const struct oeo_card *keyholder, struct oeo_note *why)
{
	const struct oeo_plan *plan = signed_plan->plan;

	if (strcmp(approval->plan, plan->id) != 0 ||
	    memcmp(approval->digest, plan->digest, OEO_DIGEST_BYTES) != 0)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("This approval is for another plan, or for an earlier version of this one. Let "
		      "keyholder \"%s\" approve the present .oeoplan file."),
		    approval->keyholder);
	if (!is_keyholder(plan, approval->keyholder))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("\"%s\" is not a keyholder of this plan; its approval is not needed."),
		    approval->keyholder);
	if (keyholder->role != OEO_ROLE_KEYHOLDER || strcmp(keyholder->id, approval->keyholder) != 0)
		return oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("The card is not that of keyholder \"%s\", who gave this approval. Give its own card."),
		    approval->keyholder);
	if (oeo_plan_verify(approval->signature, plan->digest, keyholder->identity_pk) != OEO_OK)
		return oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("The signature on the approval of keyholder \"%s\" is not right. Compare the "
		      "fingerprint of its card by telephone and ask for the approval again."),
		    approval->keyholder);
	return OEO_OK;
}

enum oeo_err oeo_signed_plan_attach(struct oeo_signed_plan *signed_plan, const struct oeo_approval *approval,
    const struct oeo_card *keyholder, struct oeo_note *why)
{
	struct oeo_approval *place = find_approval(signed_plan, approval->keyholder);
	struct oeo_approval *more;
	enum oeo_err err = check_approval(signed_plan, approval, keyholder, why);

	if (err != OEO_OK)
		return err;
	if (place == NULL) {
		more = realloc(signed_plan->approvals, (signed_plan->n_approvals + 1) * sizeof(*more));
		if (more == NULL)
			return OEO_ERR_NOMEM;
		signed_plan->approvals = more;
		place = &more[signed_plan->n_approvals++];
	}
	*place = *approval;
	return OEO_OK;
}

static const struct oeo_card *find_card(
    const struct oeo_card *cards, size_t n, enum oeo_role role, const char *id)
{
	for (size_t i = 0; i < n; i++)
		if (cards[i].role == role && (id == NULL || strcmp(cards[i].id, id) == 0))
			return &cards[i];
	return NULL;
}

static enum oeo_err verify_keyholder(const struct oeo_signed_plan *signed_plan, const char *id,
    const struct oeo_card *cards, size_t n_cards, struct oeo_note *why)
{
	const struct oeo_approval *approval = find_approval(signed_plan, id);
	const struct oeo_card *card = find_card(cards, n_cards, OEO_ROLE_KEYHOLDER, id);

	if (card == NULL)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("The card of keyholder \"%s\" is missing. Ask for it, compare its fingerprint by "
		      "telephone and add it."),
		    id);
	if (approval == NULL)
		return oeo_note_set(why, OEO_ERR_STATE,
		    _("Keyholder \"%s\" has not approved this plan yet. The plan is not in force before all "
		      "keyholders have."),
		    id);
	return check_approval(signed_plan, approval, card, why);
}

/* Any of the collectors' cards: an id of the collector does not stand in the plan. */
static enum oeo_err verify_collector(const struct oeo_signed_plan *signed_plan, const struct oeo_card *cards,
    size_t n_cards, struct oeo_note *why)
{
	if (find_card(cards, n_cards, OEO_ROLE_COLLECTOR, NULL) == NULL)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("The card of the collector is missing. Ask for it, compare its fingerprint by "
		      "telephone and add it."));
	for (size_t i = 0; i < n_cards; i++)
		if (cards[i].role == OEO_ROLE_COLLECTOR &&
		    oeo_plan_verify(signed_plan->collector_signature, signed_plan->plan->digest,
			cards[i].identity_pk) == OEO_OK)
			return OEO_OK;
	return oeo_note_set(why, OEO_ERR_CRYPTO,
	    _("The plan is not signed by the collector whose card is known here. Do not use it; telephone "
	      "the collector's operator."));
}

enum oeo_err oeo_signed_plan_verify(const struct oeo_signed_plan *signed_plan, const struct oeo_card *cards,
    size_t n_cards, struct oeo_note *why)
{
	const struct oeo_plan *plan = signed_plan->plan;
	enum oeo_err err = verify_collector(signed_plan, cards, n_cards, why);

	for (size_t i = 0; i < plan->n_keyholders && err == OEO_OK; i++)
		err = verify_keyholder(signed_plan, plan->keyholders[i], cards, n_cards, why);
	return err;
}
