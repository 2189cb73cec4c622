/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/password.h"

#include <sodium.h>
#include <string.h>

#define COLLECTION "form"
#define MOST_WRONG 5
#define CLOSED_S 60
#define STRANGERS_EACH_S 6
#define STRANGERS_AT_ONCE 20

static const char *const keys[] = {
    [OEO_FORM_DESK] = "password/desk", [OEO_FORM_COORDINATOR] = "password/coordinator"};

/* ---- Kept */

static enum oeo_err load_hash(
    struct oeo_ledger *ledger, enum oeo_form_role role, char hash[crypto_pwhash_STRBYTES])
{
	struct oeo_buf value = {0};
	enum oeo_err err = oeo_ledger_get(ledger, COLLECTION, keys[role], &value);

	if (err == OEO_OK && value.len != crypto_pwhash_STRBYTES)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		memcpy(hash, value.data, crypto_pwhash_STRBYTES);
	oeo_buf_fini(&value);
	return err;
}

enum oeo_err oeo_form_set_password(struct oeo_ledger *ledger, enum oeo_form_role role, const char *password)
{
	char hash[crypto_pwhash_STRBYTES] = "";
	size_t len = strlen(password);

	if (len < OEO_FORM_LEAST_PASSWORD || len > OEO_FORM_MOST_PASSWORD)
		return OEO_ERR_RANGE;
	if (crypto_pwhash_str(hash, password, len, crypto_pwhash_OPSLIMIT_INTERACTIVE,
		crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0)
		return OEO_ERR_NOMEM;
	return oeo_ledger_put(ledger, COLLECTION, keys[role], hash, sizeof(hash));
}

enum oeo_err oeo_form_has_password(struct oeo_ledger *ledger, enum oeo_form_role role, bool *has_password)
{
	char hash[crypto_pwhash_STRBYTES];
	enum oeo_err err = load_hash(ledger, role, hash);

	if (err == OEO_OK || err == OEO_ERR_NOT_FOUND)
		*has_password = err == OEO_OK;
	return err == OEO_ERR_NOT_FOUND ? OEO_OK : err;
}

enum oeo_err oeo_form_password_mark(
    struct oeo_ledger *ledger, enum oeo_form_role role, uint8_t mark[OEO_FORM_PASSWORD_MARK_BYTES])
{
	char hash[crypto_pwhash_STRBYTES];
	enum oeo_err err = load_hash(ledger, role, hash);

	/* fails only for lengths outside the library's range */
	if (err == OEO_OK && crypto_generichash(mark, OEO_FORM_PASSWORD_MARK_BYTES, (const uint8_t *)hash,
				 sizeof(hash), NULL, 0) != 0)
		err = OEO_ERR_INTERNAL;
	return err;
}

/* *fits: 1 or 0. Without a password a hash is tried that no password is known for. */
static enum oeo_err try_one(
    struct oeo_ledger *ledger, enum oeo_form_role role, const char *password, unsigned *fits)
{
	static const char nobodys[] = "$argon2id$v=19$m=65536,t=2,p=1$b2VvIGZvcm0gbm9ib2R5cw$"
				      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
	char hash[crypto_pwhash_STRBYTES] = "";
	enum oeo_err err = load_hash(ledger, role, hash);
	unsigned is_set = err == OEO_OK;

	if (err != OEO_OK && err != OEO_ERR_NOT_FOUND)
		return err;
	if (!is_set)
		memcpy(hash, nobodys, sizeof(nobodys));
	*fits = (unsigned)(crypto_pwhash_str_verify(hash, password, strlen(password)) == 0) & is_set;
	return OEO_OK;
}

enum oeo_err oeo_form_try_password(struct oeo_ledger *ledger, const char *password, enum oeo_form_role *role)
{
	unsigned is_coordinator = 0, is_desk = 0;
	enum oeo_err err = try_one(ledger, OEO_FORM_COORDINATOR, password, &is_coordinator);

	if (err == OEO_OK)
		err = try_one(ledger, OEO_FORM_DESK, password, &is_desk);
	if (err != OEO_OK)
		return err;
	if ((is_coordinator | is_desk) == 0)
		return OEO_ERR_REFUSED;
	*role = is_coordinator != 0 ? OEO_FORM_COORDINATOR : OEO_FORM_DESK;
	return OEO_OK;
}

/* ---- Tried */

static size_t find(const struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	size_t i = 0;

	while (i < OEO_FORM_MAX_WRONG &&
	       (tries->wrong[i].n == 0 || sodium_memcmp(tries->wrong[i].desk, desk, OEO_DESK_ID_BYTES) != 0))
		i++;
	return i;
}

bool oeo_form_may_try(
    const struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], bool is_known, int64_t now_s)
{
	size_t at = find(tries, desk);

	if (at < OEO_FORM_MAX_WRONG && tries->wrong[at].n >= MOST_WRONG &&
	    now_s - tries->wrong[at].last_s < CLOSED_S)
		return false;
	return is_known || tries->strangers_s - now_s <= (int64_t)(STRANGERS_AT_ONCE - 1) * STRANGERS_EACH_S;
}

/* The desk's own place, a free one, or that of who was wrong longest ago. */
static struct oeo_form_wrong *find_place(struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES])
{
	size_t at = find(tries, desk);
	struct oeo_form_wrong *oldest = &tries->wrong[0];

	if (at < OEO_FORM_MAX_WRONG)
		return &tries->wrong[at];
	for (size_t i = 0; i < OEO_FORM_MAX_WRONG; i++) {
		struct oeo_form_wrong *place = &tries->wrong[i];

		if (place->n == 0 || (oldest->n > 0 && place->last_s < oldest->last_s))
			oldest = place;
	}
	oldest->n = 0;
	memcpy(oldest->desk, desk, OEO_DESK_ID_BYTES);
	return oldest;
}

void oeo_form_note_wrong(
    struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], bool is_known, int64_t now_s)
{
	struct oeo_form_wrong *wrong = find_place(tries, desk);

	if (now_s - wrong->last_s >= CLOSED_S)
		wrong->n = 0; /* its minute is over */
	wrong->n++;
	wrong->last_s = now_s;
	if (is_known)
		return;
	if (tries->strangers_s < now_s)
		tries->strangers_s = now_s;
	tries->strangers_s += STRANGERS_EACH_S;
}

void oeo_form_note_right(
    struct oeo_form_tries *tries, const uint8_t desk[OEO_DESK_ID_BYTES], enum oeo_form_role role)
{
	size_t at = find(tries, desk);

	/* Who knows the desk's password may be guessing the coordinator's in between. */
	if (role == OEO_FORM_COORDINATOR && at < OEO_FORM_MAX_WRONG)
		tries->wrong[at].n = 0;
}
