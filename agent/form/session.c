/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/session.h"

#include <sodium.h>
#include <string.h>

#define COLLECTION "form"
#define KEY_NAME "secret"
#define KEY_BYTES crypto_generichash_KEYBYTES
#define MARK_BYTES 16
#define SILENCE_S (30 * 60)
#define MOST_WRONG 5
#define CLOSED_S 60

static const char *const password_keys[] = {
    [OEO_FORM_DESK] = "password/desk", [OEO_FORM_COORDINATOR] = "password/coordinator"};

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

/* BLAKE2b-128(key; purpose || desk), in hex. Sizes are constants that the library accepts. */
static void mark(const struct oeo_form_sessions *sessions, char hex[OEO_FORM_TOKEN_BYTES],
    const char *purpose, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	crypto_generichash_state state;
	uint8_t bytes[MARK_BYTES];

	(void)crypto_generichash_init(&state, sessions->key.bytes, sessions->key.len, sizeof(bytes));
	(void)crypto_generichash_update(&state, (const uint8_t *)purpose, strlen(purpose));
	(void)crypto_generichash_update(&state, desk, OEO_DESK_ID_BYTES);
	(void)crypto_generichash_final(&state, bytes, sizeof(bytes));
	oeo_hex_encode(hex, bytes, sizeof(bytes));
}

/* ---- Desks and tokens */

void oeo_form_desk_write(const struct oeo_form_sessions *sessions, char value[OEO_FORM_DESK_VALUE_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES])
{
	oeo_hex_encode(value, desk, OEO_DESK_ID_BYTES);
	mark(sessions, value + 2 * (size_t)OEO_DESK_ID_BYTES, "desk", desk);
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
	mark(sessions, wanted, "desk", read);
	if (sodium_memcmp(wanted, value + sizeof(hex) - 1, sizeof(wanted) - 1) != 0)
		return false;
	memcpy(desk, read, sizeof(read));
	return true;
}

void oeo_form_token(const struct oeo_form_sessions *sessions, char token[OEO_FORM_TOKEN_BYTES],
    const uint8_t desk[OEO_DESK_ID_BYTES])
{
	mark(sessions, token, "token", desk);
}

bool oeo_form_token_fits(
    const struct oeo_form_sessions *sessions, const char *token, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	char wanted[OEO_FORM_TOKEN_BYTES];

	oeo_form_token(sessions, wanted, desk);
	return strlen(token) == sizeof(wanted) - 1 && sodium_memcmp(token, wanted, sizeof(wanted) - 1) == 0;
}

/* ---- Roles */

static struct oeo_form_session *find(
    struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	for (size_t i = 0; i < OEO_FORM_MAX_SESSIONS; i++) {
		struct oeo_form_session *session = &sessions->items[i];

		if (session->role != OEO_FORM_NOBODY &&
		    sodium_memcmp(session->desk, desk, OEO_DESK_ID_BYTES) == 0)
			return session;
	}
	return NULL;
}

enum oeo_form_role oeo_form_role_of(
    struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES], int64_t now_s)
{
	struct oeo_form_session *session = find(sessions, desk);

	if (session == NULL)
		return OEO_FORM_NOBODY;
	if (now_s - session->seen_s > SILENCE_S) {
		session->role = OEO_FORM_NOBODY;
		return OEO_FORM_NOBODY;
	}
	session->seen_s = now_s;
	return session->role;
}

void oeo_form_log_out(struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	struct oeo_form_session *session = find(sessions, desk);

	if (session != NULL)
		session->role = OEO_FORM_NOBODY;
}

/* The desk's own place, a free one, or that of who was silent longest. */
static struct oeo_form_session *find_place(
    struct oeo_form_sessions *sessions, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	struct oeo_form_session *place = find(sessions, desk);

	for (size_t i = 0; i < OEO_FORM_MAX_SESSIONS && place == NULL; i++) {
		if (sessions->items[i].role == OEO_FORM_NOBODY)
			place = &sessions->items[i];
	}
	if (place != NULL)
		return place;
	place = &sessions->items[0];
	for (size_t i = 1; i < OEO_FORM_MAX_SESSIONS; i++) {
		if (sessions->items[i].seen_s < place->seen_s)
			place = &sessions->items[i];
	}
	return place;
}

static enum oeo_err load_hash(
    struct oeo_ledger *ledger, enum oeo_form_role role, char hash[crypto_pwhash_STRBYTES])
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, password_keys[role], &value);

	if (err == OEO_OK && value.len != crypto_pwhash_STRBYTES)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		memcpy(hash, value.data, crypto_pwhash_STRBYTES);
	oeo_buf_fini(&value);
	return err;
}

static enum oeo_err try_password(
    struct oeo_ledger *ledger, enum oeo_form_role role, const char *password, bool *fits)
{
	char hash[crypto_pwhash_STRBYTES];
	enum oeo_err err = load_hash(ledger, role, hash);

	if (err == OEO_ERR_NOT_FOUND) {
		*fits = false;
		return OEO_OK;
	}
	if (err == OEO_OK)
		*fits = crypto_pwhash_str_verify(hash, password, strlen(password)) == 0;
	return err;
}

enum oeo_err oeo_form_log_in(struct oeo_form_sessions *sessions, struct oeo_ledger *ledger,
    const uint8_t desk[OEO_DESK_ID_BYTES], const char *password, int64_t now_s, enum oeo_form_role *role)
{
	struct oeo_form_session *place;
	bool fits = false;
	enum oeo_form_role opened = OEO_FORM_COORDINATOR;
	enum oeo_err err;

	if (now_s < sessions->closed_until_s)
		return OEO_ERR_STATE;
	err = try_password(ledger, OEO_FORM_COORDINATOR, password, &fits);
	if (err == OEO_OK && !fits) {
		opened = OEO_FORM_DESK;
		err = try_password(ledger, OEO_FORM_DESK, password, &fits);
	}
	if (err != OEO_OK)
		return err;
	if (!fits) {
		if (++sessions->n_wrong >= MOST_WRONG) {
			sessions->closed_until_s = now_s + CLOSED_S;
			sessions->n_wrong = 0;
		}
		return OEO_ERR_REFUSED;
	}
	sessions->n_wrong = 0;
	place = find_place(sessions, desk);
	memcpy(place->desk, desk, OEO_DESK_ID_BYTES);
	place->role = opened;
	place->seen_s = now_s;
	*role = opened;
	return OEO_OK;
}

/* ---- Passwords */

enum oeo_err oeo_form_set_password(struct oeo_ledger *ledger, enum oeo_form_role role, const char *password)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	size_t len = strlen(password);

	if (len < OEO_FORM_LEAST_PASSWORD || len > OEO_FORM_MOST_PASSWORD)
		return OEO_ERR_RANGE;
	if (crypto_pwhash_str(hash, password, len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return OEO_ERR_NOMEM;
	return oeo_ledger_put(ledger, COLLECTION, password_keys[role], hash, sizeof(hash));
}

enum oeo_err oeo_form_has_password(struct oeo_ledger *ledger, enum oeo_form_role role, bool *has_password)
{
	char hash[crypto_pwhash_STRBYTES];
	enum oeo_err err = load_hash(ledger, role, hash);

	if (err == OEO_OK || err == OEO_ERR_NOT_FOUND)
		*has_password = err == OEO_OK;
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}
