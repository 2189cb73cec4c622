/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/form/password.h"

#include <sodium.h>
#include <string.h>

#define COLLECTION "form"

static const char *const keys[] = {
    [OEO_FORM_DESK] = "password/desk", [OEO_FORM_COORDINATOR] = "password/coordinator"};

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

enum oeo_err oeo_form_try_password(
    struct oeo_ledger *ledger, const char *password, bool may_be_coordinator, enum oeo_form_role *role)
{
	unsigned is_coordinator = 0, is_desk = 0;
	enum oeo_err err = try_one(ledger, OEO_FORM_COORDINATOR, password, &is_coordinator);

	is_coordinator &= (unsigned)may_be_coordinator;
	if (err == OEO_OK)
		err = try_one(ledger, OEO_FORM_DESK, password, &is_desk);
	if (err != OEO_OK)
		return err;
	if ((is_coordinator | is_desk) == 0)
		return OEO_ERR_REFUSED;
	*role = is_coordinator != 0 ? OEO_FORM_COORDINATOR : OEO_FORM_DESK;
	return OEO_OK;
}
