/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/card.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "proto/i18n.h"
#include "proto/keylines.h"
#include "proto/text.h"

#define FORMAT "1"
#define FINGERPRINT_RAW_BYTES 20
#define MOST_PORT 65535
#define MOST_HOST_BYTES 253

static const char *const role_names[] = {"", "agent", "keyholder", "collector"};

const char *oeo_role_name(enum oeo_role role)
{
	if (role < OEO_ROLE_AGENT || role > OEO_ROLE_COLLECTOR)
		return "?";
	return role_names[role];
}

static bool is_port(const char *text)
{
	size_t len = strlen(text);
	unsigned long port;

	if (len == 0 || len > 5 || text[0] == '0' || strspn(text, "0123456789") != len)
		return false;
	port = strtoul(text, NULL, 10);
	return port <= MOST_PORT;
}

static bool is_host(const char *text, size_t len)
{
	static const char name[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-";
	static const char address[] = "0123456789abcdefABCDEF:.";

	if (len == 0 || len > MOST_HOST_BYTES)
		return false;
	if (text[0] == '[')
		return len > 2 && strspn(text + 1, address) == len - 2 && text[len - 1] == ']';
	return strspn(text, name) == len && text[0] != '-';
}

/* tcp://host:port, with an IPv6 address in brackets. */
static bool is_endpoint(const char *text)
{
	static const char scheme[] = "tcp://";
	const char *host;
	const char *colon;

	if (strlen(text) >= OEO_ENDPOINT_BYTES || strncmp(text, scheme, sizeof(scheme) - 1) != 0)
		return false;
	host = text + sizeof(scheme) - 1;
	colon = strrchr(host, ':');
	return colon != NULL && is_host(host, (size_t)(colon - host)) && is_port(colon + 1);
}

static bool decode_curve(uint8_t curve_pk[OEO_CURVE_BYTES], const char *text)
{
	char again[OEO_CURVE_Z85_BYTES];
	uint8_t bytes[OEO_CURVE_BYTES];

	if (strlen(text) != OEO_CURVE_Z85_BYTES - 1 || zmq_z85_decode(bytes, text) == NULL)
		return false;
	/* One key has one spelling: what libzmq lets through is compared with what it would write. */
	if (zmq_z85_encode(again, bytes, sizeof(bytes)) == NULL || strcmp(again, text) != 0)
		return false;
	memcpy(curve_pk, bytes, sizeof(bytes));
	return true;
}

/* Fingerprint of the lines above it, in groups of four digits. */
static enum oeo_err compute_fingerprint(
    char fingerprint[OEO_FINGERPRINT_BYTES], const void *lines, size_t len)
{
	uint8_t hash[32];
	char hex[2 * FINGERPRINT_RAW_BYTES + 1];
	char *out = fingerprint;

	if (crypto_generichash(hash, sizeof(hash), lines, len, NULL, 0) != 0)
		return OEO_ERR_INTERNAL;
	oeo_hex_encode(hex, hash, FINGERPRINT_RAW_BYTES);
	for (size_t i = 0; i < 2 * (size_t)FINGERPRINT_RAW_BYTES; i++) {
		if (i > 0 && i % 4 == 0)
			*out++ = ' ';
		*out++ = hex[i];
	}
	*out = '\0';
	return OEO_OK;
}

static enum oeo_err read_role(struct oeo_keylines *lines, struct oeo_card *card)
{
	char value[16];
	enum oeo_err err = oeo_keylines_take(lines, "role", value, sizeof(value));

	if (err != OEO_OK)
		return err;
	for (int role = OEO_ROLE_AGENT; role <= OEO_ROLE_COLLECTOR; role++) {
		if (strcmp(value, role_names[role]) == 0) {
			card->role = (enum oeo_role)role;
			return OEO_OK;
		}
	}
	return oeo_keylines_refuse(
	    lines, _("the role is not agent, keyholder or collector. Ask for the file again."));
}

static enum oeo_err read_who(struct oeo_keylines *lines, struct oeo_card *card)
{
	enum oeo_err err = oeo_keylines_take(lines, "id", card->id, sizeof(card->id));

	if (err != OEO_OK)
		return err;
	if (!oeo_id_is_valid(card->id))
		return oeo_keylines_refuse(
		    lines, _("the id may hold letters, digits, dot, dash and underscore only (at most 32)."));
	err = oeo_keylines_take(lines, "name", card->name, sizeof(card->name));
	if (err != OEO_OK)
		return err;
	if (!oeo_text_is_line(card->name, strlen(card->name), 1, sizeof(card->name) - 1))
		return oeo_keylines_refuse(lines,
		    _("the name holds characters that cannot be shown, or a space before or after it."));
	if (card->role == OEO_ROLE_AGENT)
		return OEO_OK;
	err = oeo_keylines_take(lines, "endpoint", card->endpoint, sizeof(card->endpoint));
	if (err != OEO_OK)
		return err;
	if (!is_endpoint(card->endpoint))
		return oeo_keylines_refuse(lines, _("the endpoint is not of the form tcp://host:port."));
	return OEO_OK;
}

static enum oeo_err read_keys(struct oeo_keylines *lines, struct oeo_card *card)
{
	char value[2 * OEO_IDENTITY_BYTES + 1];
	enum oeo_err err = oeo_keylines_take(lines, "curve", value, sizeof(value));

	if (err != OEO_OK)
		return err;
	if (!decode_curve(card->curve_pk, value))
		return oeo_keylines_refuse(
		    lines, _("the CURVE key is not 40 characters of Z85. Ask for the file again."));
	if (card->role == OEO_ROLE_AGENT)
		return OEO_OK;
	err = oeo_keylines_take(lines, "identity", value, sizeof(value));
	if (err != OEO_OK)
		return err;
	if (strspn(value, "0123456789abcdef") != sizeof(value) - 1 ||
	    oeo_hex_decode(card->identity_pk, OEO_IDENTITY_BYTES, value) != OEO_OK)
		return oeo_keylines_refuse(
		    lines, _("the identity key is not 64 digits 0-9 and a-f. Ask for the file again."));
	return OEO_OK;
}

static enum oeo_err read_fingerprint(struct oeo_keylines *lines, struct oeo_card *card, const char *text)
{
	size_t above = (size_t)(lines->rest - text);
	char value[OEO_FINGERPRINT_BYTES];
	enum oeo_err err = oeo_keylines_take(lines, "fingerprint", value, sizeof(value));

	if (err == OEO_OK)
		err = compute_fingerprint(card->fingerprint, text, above);
	if (err != OEO_OK)
		return err;
	if (strcmp(value, card->fingerprint) != 0)
		return oeo_keylines_refuse(lines, _("the fingerprint does not fit the lines above it. The "
						    "card was changed on its way; ask for it again."));
	return oeo_keylines_end(lines);
}

static enum oeo_err parse(
    struct oeo_card *card, const char *source, const char *text, size_t len, struct oeo_note *why)
{
	struct oeo_card made;
	struct oeo_keylines lines;
	char value[8];
	enum oeo_err err = oeo_keylines_begin(&lines, source, text, len, OEO_CARD_LIMIT, why);

	memset(&made, 0, sizeof(made));
	if (err == OEO_OK)
		err = oeo_keylines_take(&lines, "oeo", value, sizeof(value));
	if (err == OEO_OK && strcmp(value, FORMAT) != 0)
		err = oeo_keylines_refuse(&lines,
		    _("this card is of another version. Install the newest version of this program."));
	if (err == OEO_OK)
		err = read_role(&lines, &made);
	if (err == OEO_OK)
		err = read_who(&lines, &made);
	if (err == OEO_OK)
		err = read_keys(&lines, &made);
	if (err == OEO_OK)
		err = read_fingerprint(&lines, &made, text);
	if (err == OEO_OK)
		*card = made;
	return err;
}

enum oeo_err oeo_card_parse(struct oeo_card *card, const char *text, size_t len, struct oeo_note *why)
{
	return parse(card, _("card"), text, len, why);
}

enum oeo_err oeo_card_read(struct oeo_card *card, const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	enum oeo_err err = oeo_file_read(&text, path, OEO_CARD_LIMIT, why);

	if (err == OEO_OK)
		err = parse(card, path, (const char *)text.data, text.len, why);
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err check_card(const struct oeo_card *card, struct oeo_note *why)
{
	size_t name_len = strnlen(card->name, sizeof(card->name));

	if (card->role < OEO_ROLE_AGENT || card->role > OEO_ROLE_COLLECTOR)
		return OEO_ERR_RANGE;
	if (!oeo_id_is_valid(card->id))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The id may hold letters, digits, dot, dash and underscore only (at most 32)."));
	if (!oeo_text_is_line(card->name, name_len, 1, sizeof(card->name) - 1))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The name is one line of 1 to 120 bytes, without a space before or after it."));
	if (card->role != OEO_ROLE_AGENT && !is_endpoint(card->endpoint))
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("The endpoint must be of the form tcp://host:port, such as "
		      "tcp://oeo.example.nl:5570."));
	if (card->role == OEO_ROLE_AGENT && card->endpoint[0] != '\0')
		return oeo_note_set(
		    why, OEO_ERR_RANGE, _("An agent has no endpoint: it only connects to others."));
	return OEO_OK;
}

static enum oeo_err write_lines(struct oeo_buf *text, const struct oeo_card *card)
{
	char curve[OEO_CURVE_Z85_BYTES];
	char identity[2 * OEO_IDENTITY_BYTES + 1];
	enum oeo_err err;

	if (zmq_z85_encode(curve, card->curve_pk, OEO_CURVE_BYTES) == NULL)
		return OEO_ERR_INTERNAL;
	err = oeo_buf_printf(text, "oeo: " FORMAT "\nrole: %s\nid: %s\nname: %s\n", oeo_role_name(card->role),
	    card->id, card->name);
	if (err == OEO_OK && card->role != OEO_ROLE_AGENT)
		err = oeo_buf_printf(text, "endpoint: %s\n", card->endpoint);
	if (err == OEO_OK)
		err = oeo_buf_printf(text, "curve: %s\n", curve);
	oeo_hex_encode(identity, card->identity_pk, OEO_IDENTITY_BYTES);
	if (err == OEO_OK && card->role != OEO_ROLE_AGENT)
		err = oeo_buf_printf(text, "identity: %s\n", identity);
	return err;
}

enum oeo_err oeo_card_format(struct oeo_buf *text, struct oeo_card *card, struct oeo_note *why)
{
	struct oeo_buf lines = {0};
	char fingerprint[OEO_FINGERPRINT_BYTES];
	enum oeo_err err = check_card(card, why);

	if (err == OEO_OK)
		err = write_lines(&lines, card);
	if (err == OEO_OK)
		err = compute_fingerprint(fingerprint, lines.data, lines.len);
	if (err == OEO_OK)
		err = oeo_buf_printf(&lines, "fingerprint: %s\n", fingerprint);
	if (err == OEO_OK)
		err = oeo_buf_append(text, lines.data, lines.len);
	if (err == OEO_OK)
		memcpy(card->fingerprint, fingerprint, sizeof(fingerprint));
	oeo_buf_fini(&lines);
	return err;
}
