/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The plan's keyholders as peers: a connection to each, and the keys that they signed for a period. All are
 * asked at once. Keys of a period that were seen once are kept; others are refused afterwards, because a
 * keyholder that shows two sets could tell members apart (PROTOCOL.md, Messages).
 */
#ifndef OEO_AGENT_KEYHOLDERS_H
#define OEO_AGENT_KEYHOLDERS_H

#include "agent/ledger.h"
#include "agent/patience.h"
#include "agent/reasons.h"
#include "proto/link.h"
#include "proto/plan.h"
#include "proto/wire.h"

struct oeo_keyholder {
	struct oeo_card card;
	struct oeo_client *client;
	bool was_heard; /* since opened */
	bool is_silent; /* it did not answer in time */
};

/* In the plan's order. */
struct oeo_keyholders {
	struct oeo_keyholder items[OEO_MAX_KEYHOLDERS];
	size_t n;
	const struct oeo_self *self;
	struct oeo_patience patience;
	uint64_t next_request;
};

/*
 * Connect to the plan's keyholders, found by id among the joined cards. self and cards are borrowed, self until
 * close. OEO_ERR_NOT_FOUND: a card is missing; why says which to join.
 */
enum oeo_err oeo_keyholders_open(struct oeo_keyholders *keyholders, const struct oeo_plan *plan,
    const struct oeo_card *cards, size_t n_cards, const struct oeo_self *self, struct oeo_patience patience,
    struct oeo_note *why);
void oeo_keyholders_close(struct oeo_keyholders *keyholders);

/* Connect anew to one of them; what waited in its queue is dropped. On failure the old connection stays. */
enum oeo_err oeo_keyholders_reconnect(struct oeo_keyholders *keyholders, size_t which, struct oeo_note *why);

/* Wait at most timeout_ms for a message of any of them; as oeo_client_receive. */
enum oeo_err oeo_keyholders_receive(
    struct oeo_keyholders *keyholders, size_t *which, struct oeo_buf *message, int timeout_ms);

/* A period's keys, of all keyholders in the plan's order, and their digest. */
struct oeo_key_set {
	struct oeo_period_keys items[OEO_MAX_KEYHOLDERS];
	size_t n;
	uint8_t digest[OEO_DIGEST_BYTES];
};

/*
 * Ask every keyholder for its keys of the period and verify them: signature under its card's identity, valid
 * elements. Only public keys pass; a keyholder learns that this member prepares this period.
 * OEO_ERR_AWAY: one does not answer; OEO_ERR_REFUSED: one says no (refusal is filled); OEO_ERR_CRYPTO: a
 * signature is wrong. why says what to do. set is written on OEO_OK only.
 */
enum oeo_err oeo_keyholders_ask_keys(struct oeo_keyholders *keyholders, const struct oeo_plan *plan,
    const struct oeo_period *period, struct oeo_key_set *set, struct oeo_refusal *refusal,
    struct oeo_note *why);

/* The keys that were seen for this period. OEO_ERR_NOT_FOUND. */
enum oeo_err oeo_key_set_load(
    struct oeo_key_set *set, struct oeo_ledger *ledger, const char *plan, const struct oeo_period *period);
enum oeo_err oeo_key_set_save(struct oeo_ledger *ledger, const struct oeo_key_set *set, const char *plan,
    const struct oeo_period *period);

/* OEO_ERR_CONFLICT where a keyholder now shows other keys than those that were seen; *which is its place. */
enum oeo_err oeo_key_set_compare(
    const struct oeo_key_set *seen, const struct oeo_key_set *now, size_t *which);

/* True where the keyholder's statement that its keys of the period are gone is signed by its card's identity. */
bool oeo_destroyed_is_signed(
    const struct oeo_destroyed *destroyed, const struct oeo_card *card, const char *plan, const char *period);

#endif
