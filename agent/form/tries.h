/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How often a wrong password may be tried at the form. In memory only: whoever can restart the agent needs no password.
 *
 * There are two bounds. Each browser (desk) has tries of its own, and browsers that no right password ever came from share
 * one, for a desk number costs nothing. Next to it the coordinator's password has a count of its own, whoever tries, for
 * whoever knows the desk's password gets as many desks as he likes: after ten wrong ones it is not tried at all for a
 * minute, then two, four, to an hour; every hour takes one wrong one off. Meanwhile the desk's password works as ever, so
 * that nobody keeps a desk out. Nor is the coordinator kept out: browsers that gave the password in force before have a
 * count beside the others', and setting the password anew at the computer itself begins every count again.
 */
#ifndef OEO_AGENT_FORM_TRIES_H
#define OEO_AGENT_FORM_TRIES_H

#include "agent/form/password.h"

#define OEO_FORM_MAX_WRONG 64 /* desks whose wrong passwords are remembered */

struct oeo_form_wrong {
	uint8_t desk[OEO_DESK_ID_BYTES];
	unsigned n; /* wrong ones, each within a minute of the one before; 0: a free place */
	int64_t last_s;
};

/* Wrong ones at the coordinator's password. */
struct oeo_form_guesses {
	int64_t gone_s; /* then the last of them is taken off */
	int64_t last_s;
};

/* A zero-initialised struct has seen none. */
struct oeo_form_tries {
	struct oeo_form_wrong wrong[OEO_FORM_MAX_WRONG];
	int64_t strangers_s; /* until then the strangers' common tries are spoken for */
	struct oeo_form_guesses guesses[2]; /* from browsers that gave the coordinator's password: [1] */
	uint8_t password[OEO_FORM_PASSWORD_MARK_BYTES]; /* the coordinator's that all this is about */
};

/* Who tries. */
struct oeo_form_trier {
	const uint8_t *desk; /* OEO_DESK_ID_BYTES */
	enum oeo_form_role
	    known_as; /* what this browser gave the right password of before; NOBODY: a stranger */
};

/* Begin anew where the coordinator's password was set since; to be called before a try. Errors of the ledger. */
enum oeo_err oeo_form_tries_follow(struct oeo_form_tries *tries, struct oeo_ledger *ledger);

/*
 * How many seconds it is until this browser may try a password; 0: it may now. After five wrong ones it waits a minute.
 * Strangers have 20 wrong tries together, and one more every six seconds.
 */
int64_t oeo_form_tries_wait_s(
    const struct oeo_form_tries *tries, const struct oeo_form_trier *trier, int64_t now_s);

/* How many seconds it is until what this browser types may be tried as the coordinator's password; 0: it may now. */
int64_t oeo_form_tries_coordinator_wait_s(
    const struct oeo_form_tries *tries, const struct oeo_form_trier *trier, int64_t now_s);

/*
 * Note how a try ended. A wrong one counts at the coordinator's password only where it was tried as that. A desk's wrong
 * ones are forgotten after a minute without any, or when the coordinator's password is given, which also forgets the count
 * that the browser was in; the desk's password says nothing, for who knows it may be guessing the other.
 */
void oeo_form_tries_note_wrong(struct oeo_form_tries *tries, const struct oeo_form_trier *trier,
    bool was_tried_as_coordinator, int64_t now_s);
void oeo_form_tries_note_right(
    struct oeo_form_tries *tries, const struct oeo_form_trier *trier, enum oeo_form_role role);

#endif
