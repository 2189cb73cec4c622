/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The passwords of the form, kept as Argon2id hashes in the ledger (collection "form"), and how often a wrong one may be
 * tried. Whoever types wrong ones keeps nobody else out: a desk has tries of its own, and so has a browser that once gave
 * the right password and kept a mark of it. Only browsers that never did share a bound, for a desk number costs nothing.
 */
#ifndef OEO_AGENT_FORM_PASSWORD_H
#define OEO_AGENT_FORM_PASSWORD_H

#include "agent/form/journal.h"

#define OEO_FORM_LEAST_PASSWORD 10 /* characters */
#define OEO_FORM_MOST_PASSWORD 200
#define OEO_FORM_PASSWORD_MARK_BYTES 16
#define OEO_FORM_MAX_WRONG 64 /* desks whose wrong passwords are remembered */

enum oeo_form_role { OEO_FORM_NOBODY = 0, OEO_FORM_DESK = 1, OEO_FORM_COORDINATOR = 2 };

/* ---- Kept */

/* Keep the password of a role (its hash); OEO_ERR_RANGE: too short or too long. */
enum oeo_err oeo_form_set_password(struct oeo_ledger *ledger, enum oeo_form_role role, const char *password);
enum oeo_err oeo_form_has_password(struct oeo_ledger *ledger, enum oeo_form_role role, bool *has_password);

/* Which password a role has now, without telling it: another one has another mark. OEO_ERR_NOT_FOUND: it has none. */
enum oeo_err oeo_form_password_mark(
    struct oeo_ledger *ledger, enum oeo_form_role role, uint8_t mark[OEO_FORM_PASSWORD_MARK_BYTES]);

/* Which role a password opens; OEO_ERR_REFUSED: none. Takes as long (tens of milliseconds) whether it fits one, both or
 * neither, and whether they are set at all. */
enum oeo_err oeo_form_try_password(struct oeo_ledger *ledger, const char *password, enum oeo_form_role *role);

/* ---- Tried */

struct oeo_form_wrong {
	uint8_t desk[OEO_DESK_ID_BYTES];
	unsigned n; /* wrong ones, each within a minute of the one before; 0: a free place */
	int64_t last_s;
};

/* In memory only. A zero-initialised struct has seen none. */
struct oeo_form_tries {
	struct oeo_form_wrong wrong[OEO_FORM_MAX_WRONG];
	int64_t strangers_s; /* until then the strangers' common tries are spoken for */
};

/*
 * Whether this desk may try one now. After five wrong ones it may not for a minute. Strangers (is_known false: no
 * right password ever came from this browser) have 20 wrong tries together, and one more every six seconds.
 */
bool oeo_form_may_try(
    const struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], bool is_known, int64_t now_s);

/* Note how a try ended. Wrong ones are forgotten after a minute without any, or when the coordinator's password is given:
 * the desk's says nothing, for who knows it may be guessing the other. */
void oeo_form_note_wrong(
    struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], bool is_known, int64_t now_s);
void oeo_form_note_right(
    struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], enum oeo_form_role role);

#endif
