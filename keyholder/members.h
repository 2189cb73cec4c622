/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Member organisations that this keyholder answers: admitted by its own operator, card by card, never on the
 * collector's word. A member has one key at a time; what it used of a quota stays with its id.
 */
#ifndef OEO_KEYHOLDER_MEMBERS_H
#define OEO_KEYHOLDER_MEMBERS_H

#include "keyholder/register.h"
#include "proto/card.h"

struct oeo_member {
	char id[OEO_ID_BYTES];
	char name[OEO_CARD_NAME_BYTES];
	char fingerprint[OEO_FINGERPRINT_BYTES];
	int64_t admitted_s;
	int64_t revoked_s; /* 0: admitted now */
	bool has_quota; /* a quota of its own instead of the plan's forecast */
	uint64_t quota; /* elements per period and purpose */
};

/*
 * Admit an agent's card; a quota of its own where quota is not NULL. Admitting a card again is no error (it takes a
 * new quota or name, and undoes a revoke). OEO_ERR_CONFLICT: the id has another key now (revoke it first), or the
 * key is another member's. OEO_ERR_RANGE: not an agent's card. Durable.
 */
enum oeo_err oeo_members_admit(struct oeo_register *reg, const struct oeo_card *card, const uint64_t *quota,
    int64_t now_s, struct oeo_note *why);

/* End a member's admission: acts on open connections at their next message. OEO_ERR_NOT_FOUND: no such member is
 * admitted. Durable. */
enum oeo_err oeo_members_revoke(
    struct oeo_register *reg, const char *id, int64_t now_s, struct oeo_note *why);

/* The member whose key this is. OEO_ERR_NOT_FOUND: nobody's; OEO_ERR_REFUSED: of a member that was revoked (member is
 * filled). */
enum oeo_err oeo_members_find_key(
    struct oeo_register *reg, const uint8_t curve_pk[OEO_CURVE_BYTES], char member[OEO_ID_BYTES]);

/* The member's own quota. OEO_ERR_NOT_FOUND: no such member, or it has the plan's. */
enum oeo_err oeo_members_get_quota(struct oeo_register *reg, const char *id, uint64_t *quota);

/* All members, sorted by id, revoked ones included. *members returns owned (free). */
enum oeo_err oeo_members_list(struct oeo_register *reg, struct oeo_member **members, size_t *n);

#endif
