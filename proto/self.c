/* SPDX-License-Identifier: EUPL-1.2 */
/* A party's own keys and card in its home (card.h, oeo_self). */
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "proto/card.h"
#include "proto/i18n.h"

#define CARD_FILE "self.oeocard"
#define CURVE_FILE "curve.key"
#define IDENTITY_FILE "identity.key"
#define CARD_MODE 0644

/* CURVE keys are X25519 keys, and libzmq makes them with this very function. */
static enum oeo_err make_curve(struct oeo_secret *key)
{
	uint8_t pk[crypto_box_PUBLICKEYBYTES];
	enum oeo_err err = oeo_secret_init(key, crypto_box_SECRETKEYBYTES);

	if (err == OEO_OK && crypto_box_keypair(pk, key->bytes) != 0)
		err = OEO_ERR_INTERNAL;
	return err;
}

static enum oeo_err make_identity(struct oeo_secret *key)
{
	uint8_t pk[crypto_sign_PUBLICKEYBYTES];
	enum oeo_err err = oeo_secret_init(key, crypto_sign_SECRETKEYBYTES);

	if (err == OEO_OK && crypto_sign_keypair(pk, key->bytes) != 0)
		err = OEO_ERR_INTERNAL;
	return err;
}

/* Load the key file; where there is none and make is given, make and save it. */
static enum oeo_err load_or_make(struct oeo_secret *key, const struct oeo_home *home, const char *name,
    size_t len, enum oeo_err (*make)(struct oeo_secret *key), struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, name);

	if (err != OEO_OK)
		return err;
	if (make == NULL || oeo_file_exists(path))
		return oeo_secret_load(key, path, len, why);
	err = make(key);
	if (err == OEO_OK)
		err = oeo_secret_save(key, path, why);
	if (err != OEO_OK)
		oeo_secret_fini(key);
	return err;
}

/* Load both keys, or make those that are not there. */
static enum oeo_err take_keys(struct oeo_self *self, const struct oeo_home *home, enum oeo_role role,
    bool is_made, struct oeo_note *why)
{
	enum oeo_err err = load_or_make(
	    &self->curve_sk, home, CURVE_FILE, crypto_box_SECRETKEYBYTES, is_made ? make_curve : NULL, why);

	if (err != OEO_OK || role == OEO_ROLE_AGENT)
		return err;
	return load_or_make(&self->identity_sk, home, IDENTITY_FILE, crypto_sign_SECRETKEYBYTES,
	    is_made ? make_identity : NULL, why);
}

static enum oeo_err public_keys(
    uint8_t curve_pk[OEO_CURVE_BYTES], uint8_t identity_pk[OEO_IDENTITY_BYTES], const struct oeo_self *self)
{
	memset(identity_pk, 0, OEO_IDENTITY_BYTES);
	if (crypto_scalarmult_base(curve_pk, self->curve_sk.bytes) != 0)
		return OEO_ERR_INTERNAL;
	if (self->identity_sk.bytes != NULL &&
	    crypto_sign_ed25519_sk_to_pk(identity_pk, self->identity_sk.bytes) != 0)
		return OEO_ERR_INTERNAL;
	return OEO_OK;
}

static enum oeo_err fill_card(struct oeo_card *card, enum oeo_role role, const char *id, const char *name,
    const char *endpoint, struct oeo_note *why)
{
	memset(card, 0, sizeof(*card));
	card->role = role;
	if (strlen(id) >= sizeof(card->id))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The id may hold letters, digits, dot, dash and underscore only (at most 32)."));
	if (strlen(name) >= sizeof(card->name))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The name is one line of 1 to 120 bytes, without a space before or after it."));
	if (endpoint != NULL && strlen(endpoint) >= sizeof(card->endpoint))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The endpoint must be of the form tcp://host:port, such as "
		      "tcp://oeo.example.nl:5570."));
	(void)snprintf(card->id, sizeof(card->id), "%s", id);
	(void)snprintf(card->name, sizeof(card->name), "%s", name);
	(void)snprintf(card->endpoint, sizeof(card->endpoint), "%s", endpoint != NULL ? endpoint : "");
	return OEO_OK;
}

enum oeo_err oeo_self_create(const struct oeo_home *home, enum oeo_role role, const char *id,
    const char *name, const char *endpoint, struct oeo_note *why)
{
	struct oeo_self self;
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	memset(&self, 0, sizeof(self));
	err = oeo_home_path(path, home, CARD_FILE);
	if (err == OEO_OK && oeo_file_exists(path))
		err = oeo_note_set(why, OEO_ERR_EXISTS,
		    _("%s: there are keys and a card here already; they are left as they are. Choose another "
		      "--home for a new party."),
		    path);
	/* Wrong words are told before any key is made. */
	if (err == OEO_OK)
		err = fill_card(&self.card, role, id, name, endpoint, why);
	if (err == OEO_OK)
		err = oeo_card_format(&text, &self.card, why);
	if (err == OEO_OK)
		err = take_keys(&self, home, role, true, why);
	if (err == OEO_OK)
		err = public_keys(self.card.curve_pk, self.card.identity_pk, &self);
	text.len = 0;
	if (err == OEO_OK)
		err = oeo_card_format(&text, &self.card, why);
	/* The card comes last: an init that was cut short is taken up again with the keys that are there. */
	if (err == OEO_OK)
		err = oeo_file_write_new(path, text.data, text.len, CARD_MODE, why);
	oeo_buf_fini(&text);
	oeo_self_fini(&self);
	return err;
}

static enum oeo_err load_card(
    struct oeo_card *card, const struct oeo_home *home, enum oeo_role role, struct oeo_note *why)
{
	char path[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(path, home, CARD_FILE);

	if (err != OEO_OK)
		return err;
	if (!oeo_file_exists(path))
		return oeo_note_set(
		    why, OEO_ERR_NOT_FOUND, _("%s: there is no card here yet. Run init first."), home->path);
	err = oeo_card_read(card, path, why);
	if (err == OEO_OK && card->role != role)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s: this folder belongs to another program (its card says \"%s\"). Choose another "
		      "--home."),
		    home->path, oeo_role_name(card->role));
	return err;
}

enum oeo_err oeo_self_load(
    struct oeo_self *self, const struct oeo_home *home, enum oeo_role role, struct oeo_note *why)
{
	uint8_t curve_pk[OEO_CURVE_BYTES];
	uint8_t identity_pk[OEO_IDENTITY_BYTES];
	struct oeo_self made;
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	err = load_card(&made.card, home, role, why);
	if (err == OEO_OK)
		err = take_keys(&made, home, role, false, why);
	if (err == OEO_OK)
		err = public_keys(curve_pk, identity_pk, &made);
	if (err == OEO_OK && (memcmp(curve_pk, made.card.curve_pk, sizeof(curve_pk)) != 0 ||
				 memcmp(identity_pk, made.card.identity_pk, sizeof(identity_pk)) != 0))
		err = oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("%s: the keys here are not those of the card here. Put both back from one backup."),
		    home->path);
	if (err == OEO_OK)
		*self = made;
	else
		oeo_self_fini(&made);
	return err;
}

void oeo_self_fini(struct oeo_self *self)
{
	if (self == NULL)
		return;
	oeo_secret_fini(&self->curve_sk);
	oeo_secret_fini(&self->identity_sk);
}
