/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Who is at the desk. A desk is a browser: it gets a random number in a cookie (SameSite=Strict, HttpOnly), with a mark
 * that only this agent can make, and a token that every form sends back, so that no other page can enter anything. Both
 * outlive a restart of the agent. Who gives a password gets a session: a fresh random number in a cookie of its own, with
 * another token, known in memory until logging out, half an hour of silence, or another password.
 */
#ifndef OEO_AGENT_FORM_SESSION_H
#define OEO_AGENT_FORM_SESSION_H

#include "agent/form/tries.h"
#include "proto/secret.h"

#define OEO_FORM_TOKEN_BYTES 33 /* hex and the zero byte */
#define OEO_FORM_DESK_COOKIE "oeo_desk"
#define OEO_FORM_DESK_VALUE_BYTES 65
#define OEO_FORM_MAX_SESSIONS 64
#define OEO_FORM_SESSION_COOKIE "oeo_session"
#define OEO_FORM_SESSION_BYTES 16
#define OEO_FORM_SESSION_VALUE_BYTES 33
#define OEO_FORM_KNOWN_COOKIE "oeo_known" /* a right password came from this browser before */

struct oeo_form_session {
	uint8_t id[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role; /* NOBODY: a free place */
	uint8_t password[OEO_FORM_PASSWORD_MARK_BYTES]; /* that opened it */
	int64_t seen_s;
};

struct oeo_form_sessions {
	struct oeo_secret key;
	struct oeo_form_session items[OEO_FORM_MAX_SESSIONS];
	struct oeo_form_tries tries;
};

/* Load the key of the marks, made at first use. Free with oeo_form_sessions_fini. */
enum oeo_err oeo_form_sessions_init(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger);
void oeo_form_sessions_fini(struct oeo_form_sessions *sessions);

/* The value of a desk's cookie; and back: false where it is not one of this agent's. */
void oeo_form_desk_write(const struct oeo_form_sessions *sessions, char value[OEO_FORM_DESK_VALUE_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES]);
bool oeo_form_desk_read(
    const struct oeo_form_sessions *sessions, uint8_t desk[OEO_DESK_ID_BYTES], const char *value);

/*
 * The value of the cookie of a desk that gave the right password of a role (not NOBODY); and back: NOBODY where it is not
 * one of this desk. The coordinator's is of the password in force: with another one it is worth nothing. Errors of the
 * ledger; OEO_ERR_NOT_FOUND: the coordinator has no password.
 */
enum oeo_err oeo_form_known_write(const struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    char value[OEO_FORM_TOKEN_BYTES], const uint8_t desk[OEO_DESK_ID_BYTES], enum oeo_form_role role);
enum oeo_form_role oeo_form_known_as(const struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const char *value, const uint8_t desk[OEO_DESK_ID_BYTES]);

/* The value of a session's cookie; and back: false where it is not written so. */
void oeo_form_session_write(
    char value[OEO_FORM_SESSION_VALUE_BYTES], const uint8_t session[OEO_FORM_SESSION_BYTES]);
bool oeo_form_session_read(uint8_t session[OEO_FORM_SESSION_BYTES], const char *value);

/* The token of a desk in a session (NULL: in none); and whether this is it. */
void oeo_form_token(const struct oeo_form_sessions *sessions, char token[OEO_FORM_TOKEN_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES], const uint8_t *session);
bool oeo_form_token_fits(const struct oeo_form_sessions *sessions, const char *token,
    const uint8_t desk[OEO_DESK_ID_BYTES], const uint8_t *session);

/* What a session may do now; notes that it was seen. A session whose password was changed, or cannot be looked up, is ended. */
enum oeo_form_role oeo_form_role_of(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const uint8_t id[OEO_FORM_SESSION_BYTES], int64_t now_s);

/* Somebody who logs in. */
struct oeo_form_login {
	struct oeo_form_trier by;
	const char *password;
};

/* What came of it. */
struct oeo_form_opened {
	uint8_t session[OEO_FORM_SESSION_BYTES];
	enum oeo_form_role role;
	int64_t wait_s; /* seconds until what was not tried now may be tried; 0: everything was tried */
};

/*
 * Try a password. OEO_OK: opened->role is what it opens, and opened->session a new session that has it. OEO_ERR_REFUSED:
 * wrong, or none is set; with opened->wait_s it may be the coordinator's, which was not tried. OEO_ERR_STATE: nothing was
 * tried, there were too many wrong ones (tries.h); only then and with OEO_ERR_REFUSED wait_s is written.
 */
enum oeo_err oeo_form_log_in(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const struct oeo_form_login *login, int64_t now_s, struct oeo_form_opened *opened);
void oeo_form_log_out(struct oeo_form_sessions *sessions, const uint8_t id[OEO_FORM_SESSION_BYTES]);

#endif
