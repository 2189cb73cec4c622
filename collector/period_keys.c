/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/period_keys.h"

#include <sodium.h>
#include <string.h>

#include "collector/plans.h"
#include "proto/tally.h"

static bool is_signed(const struct oeo_buf *message, const uint8_t signature[OEO_SIGNATURE_BYTES],
    const uint8_t identity_pk[OEO_IDENTITY_BYTES])
{
	return crypto_sign_ed25519_verify_detached(signature, message->data, message->len, identity_pk) == 0;
}

static bool are_signed_by(
    const struct oeo_period_keys *keys, const char *plan, const char *period, const struct oeo_card *card)
{
	struct oeo_buf message = {NULL, 0, 0};
	bool is_good =
	    oeo_element_is_valid(keys->resident_pk) && oeo_element_is_valid(keys->cell_pk) &&
	    oeo_key_signature_input(&message, plan, period, keys->resident_pk, keys->cell_pk) == OEO_OK &&
	    is_signed(&message, keys->signature, card->identity_pk);

	oeo_buf_fini(&message);
	return is_good;
}

bool oeo_period_keys_are_signed(const struct oeo_submission_part *part, const struct oeo_plan *plan,
    const struct oeo_card *cards, size_t n_cards)
{
	uint8_t identity[OEO_MAX_KEYHOLDERS * OEO_IDENTITY_BYTES];
	uint8_t resident[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t cell[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t digest[OEO_DIGEST_BYTES];

	if (part->n_keys != plan->n_keyholders || part->n_keys > OEO_MAX_KEYHOLDERS)
		return false;
	for (size_t i = 0; i < part->n_keys; i++) {
		const struct oeo_period_keys *keys = &part->keys[i];
		const struct oeo_card *card = oeo_keyholders_find(cards, n_cards, plan->keyholders[i]);

		if (card == NULL || strcmp(keys->keyholder, plan->keyholders[i]) != 0 ||
		    !are_signed_by(keys, plan->id, part->period, card))
			return false;
		memcpy(identity + i * OEO_IDENTITY_BYTES, card->identity_pk, OEO_IDENTITY_BYTES);
		memcpy(resident + i * OEO_ELEMENT_BYTES, keys->resident_pk, OEO_ELEMENT_BYTES);
		memcpy(cell + i * OEO_ELEMENT_BYTES, keys->cell_pk, OEO_ELEMENT_BYTES);
	}
	return oeo_key_digest(digest, plan->id, part->period, identity, resident, cell, part->n_keys) ==
		   OEO_OK &&
	       memcmp(digest, part->key_digest, OEO_DIGEST_BYTES) == 0;
}

bool oeo_period_keys_differ(
    const struct oeo_store_period *record, const struct oeo_submission_part *part, size_t *which)
{
	for (size_t i = 0; i < record->n_keys && i < part->n_keys; i++) {
		if (memcmp(record->keys[i].resident_pk, part->keys[i].resident_pk, OEO_ELEMENT_BYTES) != 0 ||
		    memcmp(record->keys[i].cell_pk, part->keys[i].cell_pk, OEO_ELEMENT_BYTES) != 0) {
			*which = i;
			return true;
		}
	}
	return false;
}

bool oeo_destroyed_is_signed(const struct oeo_destroyed *destroyed, const struct oeo_plan *plan,
    const char *period, const struct oeo_card *cards, size_t n_cards)
{
	const struct oeo_card *card = oeo_keyholders_find(cards, n_cards, destroyed->keyholder);
	struct oeo_buf message = {NULL, 0, 0};
	bool is_of_plan = false;
	bool is_good;

	for (size_t i = 0; i < plan->n_keyholders; i++)
		is_of_plan = is_of_plan || strcmp(plan->keyholders[i], destroyed->keyholder) == 0;
	is_good = is_of_plan && card != NULL &&
		  oeo_destroyed_signature_input(&message, plan->id, period) == OEO_OK &&
		  is_signed(&message, destroyed->signature, card->identity_pk);
	oeo_buf_fini(&message);
	return is_good;
}
