/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/keyholders.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "agent/bytes.h"
#include "proto/i18n.h"

#define COLLECTION "keys"

/* ---- Connections */

static const struct oeo_card *find_card(const struct oeo_card *cards, size_t n, const char *id)
{
	for (size_t i = 0; i < n; i++) {
		if (cards[i].role == OEO_ROLE_KEYHOLDER && strcmp(cards[i].id, id) == 0)
			return &cards[i];
	}
	return NULL;
}

enum oeo_err oeo_keyholders_open(struct oeo_keyholders *keyholders, const struct oeo_plan *plan,
    const struct oeo_card *cards, size_t n_cards, const struct oeo_self *self, struct oeo_patience patience,
    struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	memset(keyholders, 0, sizeof(*keyholders));
	keyholders->self = self;
	keyholders->patience = patience;
	keyholders->next_request = 1;
	for (size_t i = 0; i < plan->n_keyholders && err == OEO_OK; i++) {
		const struct oeo_card *card = find_card(cards, n_cards, plan->keyholders[i]);

		if (card == NULL) {
			err = oeo_note_set(why, OEO_ERR_NOT_FOUND,
			    _("The card of keyholder \"%s\" is not here. Ask for it, then run: oeo-agent "
			      "join CARD"),
			    plan->keyholders[i]);
			break;
		}
		keyholders->items[keyholders->n].card = *card;
		err = oeo_client_open(&keyholders->items[keyholders->n].client, card, self, why);
		keyholders->n += err == OEO_OK;
	}
	if (err != OEO_OK)
		oeo_keyholders_close(keyholders);
	return err;
}

void oeo_keyholders_close(struct oeo_keyholders *keyholders)
{
	if (keyholders == NULL)
		return;
	for (size_t i = 0; i < keyholders->n; i++) {
		oeo_client_close(keyholders->items[i].client);
		keyholders->items[i].client = NULL;
	}
	keyholders->n = 0;
}

enum oeo_err oeo_keyholders_reconnect(struct oeo_keyholders *keyholders, size_t which, struct oeo_note *why)
{
	struct oeo_keyholder *keyholder = &keyholders->items[which];
	struct oeo_client *opened = NULL;
	enum oeo_err err = oeo_client_open(&opened, &keyholder->card, keyholders->self, why);

	if (err != OEO_OK)
		return err;
	oeo_client_close(keyholder->client);
	keyholder->client = opened;
	return OEO_OK;
}

enum oeo_err oeo_keyholders_receive(
    struct oeo_keyholders *keyholders, size_t *which, struct oeo_buf *message, int timeout_ms)
{
	struct oeo_client *clients[OEO_MAX_KEYHOLDERS];
	enum oeo_err err;

	for (size_t i = 0; i < keyholders->n; i++)
		clients[i] = keyholders->items[i].client;
	err = oeo_client_receive(clients, keyholders->n, which, message, timeout_ms);
	if (err == OEO_OK) {
		keyholders->items[*which].was_heard = true;
		keyholders->items[*which].is_silent = false;
	}
	return err;
}

/* ---- Asking for keys */

struct asking {
	struct oeo_keyholders *keyholders;
	const struct oeo_plan *plan;
	char period[OEO_PERIOD_BYTES];
	struct oeo_key_set *set;
	struct oeo_refusal *refusal;
	struct oeo_note *why;
	uint64_t requests[OEO_MAX_KEYHOLDERS];
	bool is_answered[OEO_MAX_KEYHOLDERS];
	size_t n_answered;
};

static enum oeo_err send_key_request(struct asking *asking, size_t which)
{
	struct oeo_message message = {.kind = OEO_MESSAGE_KEYS_REQUEST};
	struct oeo_buf packed = {0};
	enum oeo_err err;

	asking->requests[which] = asking->keyholders->next_request++;
	message.request = asking->requests[which];
	memcpy(message.as.keys_request.plan, asking->plan->id, OEO_ID_BYTES);
	memcpy(message.as.keys_request.period, asking->period, OEO_PERIOD_BYTES);
	err = oeo_message_pack(&packed, &message);
	if (err == OEO_OK)
		err = oeo_client_send(asking->keyholders->items[which].client, packed.data, packed.len);
	oeo_buf_fini(&packed);
	return err;
}

static enum oeo_err check_keys(struct asking *asking, size_t which, const struct oeo_period_keys *keys)
{
	const struct oeo_card *card = &asking->keyholders->items[which].card;
	struct oeo_buf signed_text = {0};
	enum oeo_err err = oeo_key_signature_input(
	    &signed_text, asking->plan->id, asking->period, keys->resident_pk, keys->cell_pk);

	if (err == OEO_OK &&
	    (strcmp(keys->keyholder, card->id) != 0 || !oeo_element_is_valid(keys->resident_pk) ||
		!oeo_element_is_valid(keys->cell_pk) ||
		crypto_sign_verify_detached(
		    keys->signature, signed_text.data, signed_text.len, card->identity_pk) != 0))
		err = oeo_note_set(asking->why, OEO_ERR_CRYPTO,
		    _("The keys that %s shows for %s are not signed as its card says. Nothing was used of "
		      "them. Ask its "
		      "operator by telephone whether the card is still the right one."),
		    card->name, asking->period);
	oeo_buf_fini(&signed_text);
	return err;
}

static enum oeo_err on_refusal(struct asking *asking, size_t which, const struct oeo_message *message)
{
	struct oeo_refusal *refusal = asking->refusal;

	memset(refusal, 0, sizeof(*refusal));
	refusal->reason = message->as.refusal.reason;
	refusal->by = asking->keyholders->items[which].card;
	memcpy(refusal->member, asking->keyholders->self->card.id, OEO_ID_BYTES);
	memcpy(refusal->period, asking->period, OEO_PERIOD_BYTES);
	refusal->has_destroyed = message->as.refusal.has_destroyed;
	refusal->destroyed = message->as.refusal.destroyed;
	return oeo_refusal_explain(asking->why, refusal);
}

/* Answers to earlier requests are passed over. */
static enum oeo_err on_answer(struct asking *asking, size_t which, const struct oeo_buf *bytes)
{
	struct oeo_message message;
	enum oeo_err err = oeo_message_unpack(&message, OEO_FROM_KEYHOLDER, bytes->data, bytes->len);

	if (err != OEO_OK)
		return OEO_OK;
	if (message.request == asking->requests[which] && !asking->is_answered[which]) {
		if (message.kind == OEO_MESSAGE_REFUSAL)
			err = on_refusal(asking, which, &message);
		else if (message.kind == OEO_MESSAGE_KEYS)
			err = check_keys(asking, which, &message.as.keys);
		if (err == OEO_OK && message.kind == OEO_MESSAGE_KEYS) {
			asking->set->items[which] = message.as.keys;
			asking->is_answered[which] = true;
			asking->n_answered++;
		}
	}
	oeo_message_fini(&message);
	return err;
}

/* After some silence everybody who has not answered is asked again over a new connection. */
static enum oeo_err ask_again(struct asking *asking)
{
	enum oeo_err err = OEO_OK;

	for (size_t i = 0; i < asking->keyholders->n && err == OEO_OK; i++) {
		if (asking->is_answered[i])
			continue;
		err = oeo_keyholders_reconnect(asking->keyholders, i, asking->why);
		if (err == OEO_OK)
			err = send_key_request(asking, i);
	}
	return err;
}

static enum oeo_err give_up(struct asking *asking)
{
	struct oeo_keyholder *first = NULL;

	for (size_t i = asking->keyholders->n; i > 0; i--) {
		if (asking->is_answered[i - 1])
			continue;
		first = &asking->keyholders->items[i - 1];
		first->is_silent = true;
	}
	return first != NULL ? oeo_away_explain(asking->why, &first->card, first->client) : OEO_ERR_INTERNAL;
}

static bool is_patience_over(const struct asking *asking, int64_t silence_ms, int64_t asked_ms)
{
	for (size_t i = 0; i < asking->keyholders->n; i++) {
		if (!asking->is_answered[i] && oeo_patience_is_over(&asking->keyholders->patience,
						   asking->keyholders->items[i].client, silence_ms, asked_ms))
			return true;
	}
	return false;
}

static enum oeo_err on_silence(struct asking *asking, int64_t began_ms, int64_t *asked_ms)
{
	const struct oeo_patience *patience = &asking->keyholders->patience;
	int64_t now_ms = oeo_monotonic_ms();

	if (is_patience_over(asking, now_ms - began_ms, now_ms - *asked_ms))
		return give_up(asking);
	if (now_ms - *asked_ms < patience->retry_ms)
		return OEO_OK;
	*asked_ms = now_ms;
	return ask_again(asking);
}

static enum oeo_err wait_for_keys(struct asking *asking)
{
	int64_t began_ms = oeo_monotonic_ms();
	int64_t asked_ms = began_ms;
	struct oeo_buf bytes = {0};
	size_t which = 0;
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK && asking->n_answered < asking->keyholders->n) {
		int64_t left_ms = asked_ms + asking->keyholders->patience.retry_ms - oeo_monotonic_ms();

		err = oeo_keyholders_receive(
		    asking->keyholders, &which, &bytes, left_ms > 0 ? (int)left_ms : 0);
		if (err == OEO_OK)
			err = on_answer(asking, which, &bytes);
		else if (err == OEO_ERR_AWAY)
			err = on_silence(asking, began_ms, &asked_ms);
	}
	oeo_buf_fini(&bytes);
	return err;
}

static enum oeo_err fill_digest(
    struct oeo_key_set *set, const struct oeo_keyholders *keyholders, const char *plan, const char *period)
{
	uint8_t identities[OEO_MAX_KEYHOLDERS * OEO_IDENTITY_BYTES];
	uint8_t residents[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];
	uint8_t cells[OEO_MAX_KEYHOLDERS * OEO_ELEMENT_BYTES];

	set->n = keyholders->n;
	for (size_t i = 0; i < set->n; i++) {
		memcpy(identities + i * OEO_IDENTITY_BYTES, keyholders->items[i].card.identity_pk,
		    OEO_IDENTITY_BYTES);
		memcpy(residents + i * OEO_ELEMENT_BYTES, set->items[i].resident_pk, OEO_ELEMENT_BYTES);
		memcpy(cells + i * OEO_ELEMENT_BYTES, set->items[i].cell_pk, OEO_ELEMENT_BYTES);
	}
	return oeo_key_digest(set->digest, plan, period, identities, residents, cells, set->n);
}

enum oeo_err oeo_keyholders_ask_keys(struct oeo_keyholders *keyholders, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_key_set *set, struct oeo_refusal *refusal,
    struct oeo_note *why)
{
	struct oeo_key_set made;
	struct asking asking = {
	    .keyholders = keyholders, .plan = plan, .set = &made, .refusal = refusal, .why = why};
	enum oeo_err err = OEO_OK;

	memset(&made, 0, sizeof(made));
	memset(refusal, 0, sizeof(*refusal));
	oeo_period_format(asking.period, period);
	for (size_t i = 0; i < keyholders->n && err == OEO_OK; i++)
		err = send_key_request(&asking, i);
	if (err == OEO_OK)
		err = wait_for_keys(&asking);
	if (err == OEO_OK)
		err = fill_digest(&made, keyholders, plan->id, asking.period);
	if (err == OEO_OK)
		*set = made;
	return err;
}

/* ---- Keys that were seen */

static void key_set_key(char key[OEO_ITEM_KEY_BYTES], const char *plan, const struct oeo_period *period)
{
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, period);
	(void)snprintf(key, OEO_ITEM_KEY_BYTES, "%s/%s", plan, text);
}

static enum oeo_err write_key_set(struct oeo_buf *out, const struct oeo_key_set *set)
{
	enum oeo_err err = oeo_bytes_put(out, set->n, 1);

	for (size_t i = 0; i < set->n && err == OEO_OK; i++) {
		const struct oeo_period_keys *keys = &set->items[i];

		err = oeo_buf_append(out, keys->keyholder, OEO_ID_BYTES);
		if (err == OEO_OK)
			err = oeo_buf_append(out, keys->resident_pk, OEO_ELEMENT_BYTES);
		if (err == OEO_OK)
			err = oeo_buf_append(out, keys->cell_pk, OEO_ELEMENT_BYTES);
		if (err == OEO_OK)
			err = oeo_buf_append(out, keys->signature, OEO_SIGNATURE_BYTES);
	}
	return err == OEO_OK ? oeo_buf_append(out, set->digest, OEO_DIGEST_BYTES) : err;
}

static void take_into(struct oeo_reader *reader, void *to, size_t len)
{
	const uint8_t *bytes = oeo_bytes_take_raw(reader, len);

	if (bytes != NULL)
		memcpy(to, bytes, len);
}

static enum oeo_err read_key_set(struct oeo_key_set *set, const struct oeo_buf *value)
{
	struct oeo_reader reader = {value->data, value->len, false};
	struct oeo_key_set made;

	memset(&made, 0, sizeof(made));
	made.n = (size_t)oeo_bytes_take(&reader, 1);
	if (made.n > OEO_MAX_KEYHOLDERS)
		return OEO_ERR_FORMAT;
	for (size_t i = 0; i < made.n; i++) {
		take_into(&reader, made.items[i].keyholder, OEO_ID_BYTES);
		made.items[i].keyholder[OEO_ID_BYTES - 1] = '\0';
		take_into(&reader, made.items[i].resident_pk, OEO_ELEMENT_BYTES);
		take_into(&reader, made.items[i].cell_pk, OEO_ELEMENT_BYTES);
		take_into(&reader, made.items[i].signature, OEO_SIGNATURE_BYTES);
	}
	take_into(&reader, made.digest, OEO_DIGEST_BYTES);
	if (!oeo_bytes_is_done(&reader))
		return OEO_ERR_FORMAT;
	*set = made;
	return OEO_OK;
}

enum oeo_err oeo_key_set_load(
    struct oeo_key_set *set, struct oeo_ledger *ledger, const char *plan, const struct oeo_period *period)
{
	char key[OEO_ITEM_KEY_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err;

	key_set_key(key, plan, period);
	err = oeo_ledger_get(ledger, COLLECTION, key, &value);
	if (err == OEO_OK)
		err = read_key_set(set, &value);
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_key_set_save(struct oeo_ledger *ledger, const struct oeo_key_set *set, const char *plan,
    const struct oeo_period *period)
{
	char key[OEO_ITEM_KEY_BYTES];
	struct oeo_buf value = {0};
	enum oeo_err err = write_key_set(&value, set);

	key_set_key(key, plan, period);
	if (err == OEO_OK)
		err = oeo_ledger_put(ledger, COLLECTION, key, value.data, value.len);
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_key_set_compare(const struct oeo_key_set *seen, const struct oeo_key_set *now, size_t *which)
{
	for (size_t i = 0; i < now->n; i++) {
		if (i >= seen->n ||
		    memcmp(seen->items[i].resident_pk, now->items[i].resident_pk, OEO_ELEMENT_BYTES) != 0 ||
		    memcmp(seen->items[i].cell_pk, now->items[i].cell_pk, OEO_ELEMENT_BYTES) != 0) {
			*which = i;
			return OEO_ERR_CONFLICT;
		}
	}
	*which = 0;
	return memcmp(seen->digest, now->digest, OEO_DIGEST_BYTES) == 0 ? OEO_OK : OEO_ERR_CONFLICT;
}

bool oeo_destroyed_is_signed(
    const struct oeo_destroyed *destroyed, const struct oeo_card *card, const char *plan, const char *period)
{
	struct oeo_buf text = {0};
	bool is_signed =
	    strcmp(destroyed->keyholder, card->id) == 0 &&
	    oeo_destroyed_signature_input(&text, plan, period) == OEO_OK &&
	    crypto_sign_verify_detached(destroyed->signature, text.data, text.len, card->identity_pk) == 0;

	oeo_buf_fini(&text);
	return is_signed;
}
