/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/session.h"

#include <sodium.h>
#include <string.h>

#define COLLECTION "form"
#define KEY_NAME "secret"
#define KEY_BYTES crypto_generichash_KEYBYTES
#define MARK_BYTES 16
#define SILENCE_S (30 * 60)

/* ---- The key */

static enum oeo_err make_key(struct oeo_secret *key, struct oeo_ledger *ledger)
{
	enum oeo_err err = oeo_secret_init_random(key, KEY_BYTES);

	return err == OEO_OK ? oeo_ledger_put(ledger, COLLECTION, KEY_NAME, key->bytes, key->len) : err;
}

enum oeo_err oeo_form_sessions_init(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger)
{
	struct oeo_buf value = {0};
	enum oeo_err err;

	memset(sessions, 0, sizeof(*sessions));
	err = oeo_ledger_get(ledger, COLLECTION, KEY_NAME, &value);
	if (err == OEO_ERR_NOT_FOUND) {
		err = make_key(&sessions->key, ledger);
	} else if (err == OEO_OK) {
		err = value.len == KEY_BYTES ? oeo_secret_init(&sessions->key, KEY_BYTES) : OEO_ERR_FORMAT;
		if (err == OEO_OK)
			memcpy(sessions->key.bytes, value.data, KEY_BYTES);
	}
	oeo_buf_wipe(&value);
	oeo_buf_fini(&value);
	if (err != OEO_OK)
		oeo_form_sessions_fini(sessions);
	return err;
}

void oeo_form_sessions_fini(struct oeo_form_sessions *sessions)
{
	oeo_secret_fini(&sessions->key);
	memset(sessions, 0, sizeof(*sessions));
}

/* BLAKE2b-128(key; purpose || desk || session), in hex; session may be NULL. Sizes are constants that the library accepts. */
static void mark(const struct oeo_form_sessions *sessions, char hex[OEO_FORM_TOKEN_BYTES],
    const char *purpose, const uint8_t desk[OEO_DESK_ID_BYTES], const uint8_t *session)
{
	crypto_generichash_state state;
	uint8_t bytes[MARK_BYTES];

	(void)crypto_generichash_init(&state, sessions->key.bytes, sessions->key.len, sizeof(bytes));
	(void)crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose));
	(void)crypto_generichash_update(&state, desk, OEO_DESK_ID_BYTES);
	if (session != NULL)
		(void)crypto_generichash_update(&state, session, OEO_FORM_SESSION_BYTES);
	(void)crypto_generichash_final(&state, bytes, sizeof(bytes));
	oeo_hex_encode(hex, bytes, sizeof(bytes));
}

static bool is_mark(const char *given, const char wanted[OEO_FORM_TOKEN_BYTES])
{
	return strlen(given) == OEO_FORM_TOKEN_BYTES - 1 &&
	       sodium_memcmp(given, wanted, OEO_FORM_TOKEN_BYTES - 1) == 0;
}

/* ---- Desks and tokens */

void oeo_form_desk_write(const struct oeo_form_sessions *sessions, char value[OEO_FORM_DESK_VALUE_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES])
{
	oeo_hex_encode(value, desk, OEO_DESK_ID_BYTES);
	mark(sessions, value + 2 * (size_t)OEO_DESK_ID_BYTES, "desk", desk, NULL);
}

bool oeo_form_desk_read(
    const struct oeo_form_sessions *sessions, uint8_t desk[OEO_DESK_ID_BYTES], const char *value)
{
	uint8_t read[OEO_DESK_ID_BYTES];
	char hex[2 * OEO_DESK_ID_BYTES + 1];
	char wanted[OEO_FORM_TOKEN_BYTES];

	if (strlen(value) != OEO_FORM_DESK_VALUE_BYTES - 1)
		return false;
	memcpy(hex, value, sizeof(hex) - 1);
	hex[sizeof(hex) - 1] = '\0';
	if (oeo_hex_decode(read, sizeof(read), hex) != OEO_OK)
		return false;
	mark(sessions, wanted, "desk", read, NULL);
	if (sodium_memcmp(wanted, value + sizeof(hex) - 1, sizeof(wanted) - 1) != 0)
		return false;
	memcpy(desk, read, sizeof(read));
	return true;
}

/* The mark of the coordinator's password in force stands where a session would in other marks, which it is no part of. */
_Static_assert(OEO_FORM_PASSWORD_MARK_BYTES == OEO_FORM_SESSION_BYTES, "mark() takes either");

enum oeo_err oeo_form_known_write(const struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    char value[OEO_FORM_TOKEN_BYTES], const uint8_t desk[OEO_DESK_ID_BYTES], enum oeo_form_role role)
{
	uint8_t password[OEO_FORM_PASSWORD_MARK_BYTES];
	enum oeo_err err = OEO_OK;

	if (role == OEO_FORM_COORDINATOR)
		err = oeo_form_password_mark(ledger, role, password);
	if (err != OEO_OK)
		return err;
	if (role == OEO_FORM_COORDINATOR)
		mark(sessions, value, "known coordinator", desk, password);
	else
		mark(sessions, value, "known", desk, NULL);
	return OEO_OK;
}

enum oeo_form_role oeo_form_known_as(const struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const char *value, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	static const enum oeo_form_role roles[] = {OEO_FORM_COORDINATOR, OEO_FORM_DESK};

	for (size_t i = 0; i < sizeof(roles) / sizeof(*roles); i++) {
		char wanted[OEO_FORM_TOKEN_BYTES];

		if (oeo_form_known_write(sessions, ledger, wanted, desk, roles[i]) == OEO_OK &&
		    is_mark(value, wanted))
			return roles[i];
	}
	return OEO_FORM_NOBODY;
}

void oeo_form_session_write(
    char value[OEO_FORM_SESSION_VALUE_BYTES], const uint8_t session[OEO_FORM_SESSION_BYTES])
{
	oeo_hex_encode(value, session, OEO_FORM_SESSION_BYTES);
}

bool oeo_form_session_read(uint8_t session[OEO_FORM_SESSION_BYTES], const char *value)
{
	return strlen(value) == OEO_FORM_SESSION_VALUE_BYTES - 1 &&
	       oeo_hex_decode(session, OEO_FORM_SESSION_BYTES, value) == OEO_OK;
}

void oeo_form_token(const struct oeo_form_sessions *sessions, char token[OEO_FORM_TOKEN_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES], const uint8_t *session)
{
	mark(sessions, token, "token", desk, session);
}

bool oeo_form_token_fits(const struct oeo_form_sessions *sessions, const char *token,
    const uint8_t desk[OEO_DESK_ID_BYTES], const uint8_t *session)
{
	char wanted[OEO_FORM_TOKEN_BYTES];

	oeo_form_token(sessions, wanted, desk, session);
	return is_mark(token, wanted);
}

/* ---- Sessions */

static struct oeo_form_session *find(
    struct oeo_form_sessions *sessions, const uint8_t id[OEO_FORM_SESSION_BYTES])
{
	for (size_t i = 0; i < OEO_FORM_MAX_SESSIONS; i++) {
		struct oeo_form_session *session = &sessions->items[i];

		if (session->role != OEO_FORM_NOBODY &&
		    sodium_memcmp(session->id, id, OEO_FORM_SESSION_BYTES) == 0)
			return session;
	}
	return NULL;
}

static bool has_its_password(const struct oeo_form_session *session, struct oeo_ledger *ledger)
{
	uint8_t now[OEO_FORM_PASSWORD_MARK_BYTES];

	return oeo_form_password_mark(ledger, session->role, now) == OEO_OK &&
	       sodium_memcmp(now, session->password, sizeof(now)) == 0;
}

enum oeo_form_role oeo_form_role_of(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const uint8_t id[OEO_FORM_SESSION_BYTES], int64_t now_s)
{
	struct oeo_form_session *session = find(sessions, id);

	if (session == NULL)
		return OEO_FORM_NOBODY;
	if (now_s - session->seen_s > SILENCE_S || !has_its_password(session, ledger)) {
		sodium_memzero(session, sizeof(*session));
		return OEO_FORM_NOBODY;
	}
	session->seen_s = now_s;
	return session->role;
}

void oeo_form_log_out(struct oeo_form_sessions *sessions, const uint8_t id[OEO_FORM_SESSION_BYTES])
{
	struct oeo_form_session *session = find(sessions, id);

	if (session != NULL)
		sodium_memzero(session, sizeof(*session));
}

/* A free place (one that silence ended is), or that of the desk that was silent longest: whoever knows the desks' password,
 * and may log in as often as he likes, does not end the coordinator's session by it. */
static struct oeo_form_session *find_place(struct oeo_form_sessions *sessions, int64_t now_s)
{
	struct oeo_form_session *place = &sessions->items[0];

	for (size_t i = 0; i < OEO_FORM_MAX_SESSIONS; i++) {
		struct oeo_form_session *session = &sessions->items[i];

		if (session->role == OEO_FORM_NOBODY || now_s - session->seen_s > SILENCE_S)
			return session;
		if (session->role < place->role ||
		    (session->role == place->role && session->seen_s < place->seen_s))
			place = session;
	}
	return place;
}

static enum oeo_err open_session(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    enum oeo_form_role role, int64_t now_s, uint8_t id[OEO_FORM_SESSION_BYTES])
{
	struct oeo_form_session session = {.role = role, .seen_s = now_s};
	enum oeo_err err = oeo_form_password_mark(ledger, role, session.password);

	if (err != OEO_OK)
		return err;
	randombytes_buf(session.id, sizeof(session.id));
	memcpy(id, session.id, sizeof(session.id));
	*find_place(sessions, now_s) = session;
	return OEO_OK;
}

enum oeo_err oeo_form_log_in(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const struct oeo_form_login *login, int64_t now_s, struct oeo_form_opened *opened)
{
	struct oeo_form_tries *tries = &sessions->tries;
	enum oeo_form_role role = OEO_FORM_NOBODY;
	int64_t wait_s;
	enum oeo_err err = oeo_form_tries_follow(tries, ledger);

	if (err != OEO_OK)
		return err;
	wait_s = oeo_form_tries_wait_s(tries, &login->by, now_s);
	if (wait_s > 0) {
		opened->wait_s = wait_s;
		return OEO_ERR_STATE;
	}
	wait_s = oeo_form_tries_coordinator_wait_s(tries, &login->by, now_s);
	err = oeo_form_try_password(ledger, login->password, wait_s == 0, &role);
	if (err == OEO_ERR_REFUSED) {
		oeo_form_tries_note_wrong(tries, &login->by, wait_s == 0, now_s);
		opened->wait_s = wait_s;
	}
	if (err == OEO_OK)
		err = open_session(sessions, ledger, role, now_s, opened->session);
	if (err != OEO_OK)
		return err;
	oeo_form_tries_note_right(tries, &login->by, role);
	opened->role = role;
	return OEO_OK;
}
