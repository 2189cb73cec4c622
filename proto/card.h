/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cards: who a party is and with which keys, exchanged at enrolment like SSH public keys, compared by
 * reading out the fingerprint. Text, lines "key: value" in exactly this order, LF at each end, UTF-8:
 *
 *   oeo: 1
 *   role: agent | keyholder | collector
 *   id: [A-Za-z0-9._-]{1,32}
 *   name: 1..120 bytes of UTF-8 without control characters
 *   endpoint: tcp://host:port                  absent for agents
 *   curve: 40 characters of Z85                CURVE public key
 *   identity: 64 hex digits                    Ed25519 public key; absent for agents
 *   fingerprint: xxxx xxxx ...                 first 20 bytes of BLAKE2b-256 over the lines above, hex in fours
 *
 * Anything else is refused with its line: other order, missing or further lines, a fingerprint that does not fit.
 */
#ifndef OEO_PROTO_CARD_H
#define OEO_PROTO_CARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/buf.h"
#include "proto/home.h"
#include "proto/names.h"
#include "proto/secret.h"

#define OEO_CARD_NAME_BYTES 121
#define OEO_ENDPOINT_BYTES 256
#define OEO_CURVE_BYTES 32
#define OEO_CURVE_Z85_BYTES 41
#define OEO_IDENTITY_BYTES 32
#define OEO_FINGERPRINT_BYTES 50 /* ten groups of four with spaces, and the zero byte */
#define OEO_CARD_LIMIT 2048

enum oeo_role { OEO_ROLE_AGENT = 1, OEO_ROLE_KEYHOLDER = 2, OEO_ROLE_COLLECTOR = 3 };

struct oeo_card {
	enum oeo_role role;
	char id[OEO_ID_BYTES];
	char name[OEO_CARD_NAME_BYTES];
	char endpoint[OEO_ENDPOINT_BYTES]; /* "" for agents */
	uint8_t curve_pk[OEO_CURVE_BYTES];
	uint8_t identity_pk[OEO_IDENTITY_BYTES]; /* zero for agents */
	char fingerprint[OEO_FINGERPRINT_BYTES];
};

/* Read a card's text. OEO_ERR_FORMAT with the line and what to do in why. */
enum oeo_err oeo_card_parse(struct oeo_card *card, const char *text, size_t len, struct oeo_note *why);

/* Write the card's text, computing and storing its fingerprint. OEO_ERR_RANGE: a member is not allowed. */
enum oeo_err oeo_card_format(struct oeo_buf *text, struct oeo_card *card, struct oeo_note *why);

/* Read a card file. */
enum oeo_err oeo_card_read(struct oeo_card *card, const char *path, struct oeo_note *why);

const char *oeo_role_name(enum oeo_role role);

/*
 * A party's own keys and card in its home: self.oeocard, curve.key (32 bytes) and, for other roles than
 * agent, identity.key (64 bytes, libsodium's Ed25519 form).
 */
struct oeo_self {
	struct oeo_card card;
	struct oeo_secret curve_sk;
	struct oeo_secret identity_sk; /* empty for agents */
};

/* Make keys and card in the home; endpoint NULL for agents. OEO_ERR_EXISTS: the home has them already. */
enum oeo_err oeo_self_create(const struct oeo_home *home, enum oeo_role role, const char *id,
    const char *name, const char *endpoint, struct oeo_note *why);

/* Load them. OEO_ERR_NOT_FOUND says to run init. Free with oeo_self_fini. */
enum oeo_err oeo_self_load(
    struct oeo_self *self, const struct oeo_home *home, enum oeo_role role, struct oeo_note *why);
void oeo_self_fini(struct oeo_self *self);

/* Keep another party's card in the home under <folder>/<id>.oeocard ("cards" for those an agent joined).
 * OEO_ERR_CONFLICT: another card with this id is there; say --replace (is_replaced) to replace it. */
enum oeo_err oeo_cards_add(const struct oeo_home *home, const char *folder, const struct oeo_card *card,
    bool is_replaced, struct oeo_note *why);

/* Load all cards of a folder, sorted by id. *cards returns owned (free). An absent folder gives none. */
enum oeo_err oeo_cards_load(struct oeo_card **cards, size_t *n, const struct oeo_home *home,
    const char *folder, struct oeo_note *why);

#endif
