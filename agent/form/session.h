/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who is at the desk. A desk is a browser: it gets a random number in a cookie (SameSite=Strict, HttpOnly), with a mark
 * that only this agent can make, and a token that every form sends back, so that no other page can enter anything. Both
 * outlive a restart of the agent. Passwords are kept as Argon2id hashes in the ledger (collection "form"); who has given
 * one is known in memory, until half an hour of silence.
 */
#ifndef OEO_AGENT_FORM_SESSION_H
#define OEO_AGENT_FORM_SESSION_H

#include "agent/form/journal.h"
#include "proto/secret.h"

#define OEO_FORM_TOKEN_BYTES 33 /* hex and the zero byte */
#define OEO_FORM_DESK_COOKIE "oeo_desk"
#define OEO_FORM_DESK_VALUE_BYTES 65
#define OEO_FORM_MAX_SESSIONS 64
#define OEO_FORM_LEAST_PASSWORD 10 /* characters */
#define OEO_FORM_MOST_PASSWORD 200

enum oeo_form_role { OEO_FORM_NOBODY = 0, OEO_FORM_DESK = 1, OEO_FORM_COORDINATOR = 2 };

struct oeo_form_session {
	uint8_t desk[OEO_DESK_ID_BYTES];
	enum oeo_form_role role; /* NOBODY: a free place */
	int64_t seen_s;
};

struct oeo_form_sessions {
	struct oeo_secret key;
	struct oeo_form_session items[OEO_FORM_MAX_SESSIONS];
	unsigned n_wrong; /* passwords in a row */
	int64_t closed_until_s; /* no password is tried before */
};

/* Load the key of the marks, made at first use. Free with oeo_form_sessions_fini. */
enum oeo_err oeo_form_sessions_init(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger);
void oeo_form_sessions_fini(struct oeo_form_sessions *sessions);

/* The value of a desk's cookie; and back: false where it is not one of this agent's. */
void oeo_form_desk_write(const struct oeo_form_sessions *sessions, char value[OEO_FORM_DESK_VALUE_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES]);
bool oeo_form_desk_read(
    const struct oeo_form_sessions *sessions, uint8_t desk[OEO_DESK_ID_BYTES], const char *value);

/* The token of a desk; and whether this is it. */
void oeo_form_token(const struct oeo_form_sessions *sessions, char token[OEO_FORM_TOKEN_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES]);
bool oeo_form_token_fits(
    const struct oeo_form_sessions *sessions, const char *token, const uint8_t desk[OEO_DESK_ID_BYTES]);

/* What the desk may do; notes that it was seen. */
enum oeo_form_role oeo_form_role_of(
    struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES], int64_t now_s);

/*
 * Try a password, which takes tens of milliseconds. OEO_OK: *role is what it opens, and the desk has it from now on.
 * OEO_ERR_REFUSED: wrong, or none is set. OEO_ERR_STATE: after five wrong ones nothing is tried for a minute.
 */
enum oeo_err oeo_form_log_in(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const uint8_t desk[OEO_DESK_ID_BYTES], const char *password, int64_t now_s, enum oeo_form_role *role);
void oeo_form_log_out(struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES]);

/* Keep the password of a role (its hash); OEO_ERR_RANGE: too short or too long. */
enum oeo_err oeo_form_set_password(struct oeo_ledger *ledger, enum oeo_form_role role, const char *password);
enum oeo_err oeo_form_has_password(struct oeo_ledger *ledger, enum oeo_form_role role, bool *has_password);

#endif
