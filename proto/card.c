/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/card.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "proto/i18n.h"
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

/* What is left of a card's text while it is read. */
struct reader {
	const char *source; /* file name, or a word for it */
	const char *rest;
	size_t rest_len;
	size_t line; /* of the line that was taken last */
	struct oeo_note *why;
};

static enum oeo_err refuse(const struct reader *reader, const char *reason)
{
	return oeo_note_set(reader->why, OEO_ERR_FORMAT, "%s:%zu: %s", reader->source, reader->line, reason);
}

static enum oeo_err refuse_missing(const struct reader *reader, const char *key)
{
	return oeo_note_set(reader->why, OEO_ERR_FORMAT,
	    _("%s:%zu: the line \"%s: ...\" is expected here. The card is not complete or its lines stand in "
	      "another order; "
	      "ask for the card again and take it over unchanged."),
	    reader->source, reader->line, key);
}

/* Take the line "key: value" from the text; value (size bytes) gets its value as a string. */
static enum oeo_err take_line(struct reader *reader, const char *key, char *value, size_t size)
{
	const char *end = memchr(reader->rest, '\n', reader->rest_len);
	size_t key_len = strlen(key);
	size_t len;

	reader->line++;
	if (end == NULL)
		return refuse_missing(reader, key);
	len = (size_t)(end - reader->rest);
	if (len < key_len + 2 || memcmp(reader->rest, key, key_len) != 0 ||
	    memcmp(reader->rest + key_len, ": ", 2) != 0)
		return refuse_missing(reader, key);
	len -= key_len + 2;
	if (len == 0 || len >= size)
		return refuse(
		    reader, _("the value on this line is missing or too long. Ask for the card again."));
	memcpy(value, reader->rest + key_len + 2, len);
	value[len] = '\0';
	if (strlen(value) != len)
		return refuse(
		    reader, _("this line holds a character that is not allowed. Ask for the card again."));
	reader->rest_len -= (size_t)(end - reader->rest) + 1;
	reader->rest = end + 1;
	return OEO_OK;
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

static enum oeo_err read_role(struct reader *reader, struct oeo_card *card)
{
	char value[16];
	enum oeo_err err = take_line(reader, "role", value, sizeof(value));

	if (err != OEO_OK)
		return err;
	for (int role = OEO_ROLE_AGENT; role <= OEO_ROLE_COLLECTOR; role++) {
		if (strcmp(value, role_names[role]) == 0) {
			card->role = (enum oeo_role)role;
			return OEO_OK;
		}
	}
	return refuse(reader, _("the role is not agent, keyholder or collector. Ask for the card again."));
}

static enum oeo_err read_who(struct reader *reader, struct oeo_card *card)
{
	enum oeo_err err = take_line(reader, "id", card->id, sizeof(card->id));

	if (err != OEO_OK)
		return err;
	if (!oeo_id_is_valid(card->id))
		return refuse(reader,
		    _("the id may hold letters, digits, dot, dash and underscore only (at most 32)."));
	err = take_line(reader, "name", card->name, sizeof(card->name));
	if (err != OEO_OK)
		return err;
	if (!oeo_text_is_line(card->name, strlen(card->name), 1, sizeof(card->name) - 1))
		return refuse(reader,
		    _("the name holds characters that cannot be shown, or a space before or after it."));
	if (card->role == OEO_ROLE_AGENT)
		return OEO_OK;
	err = take_line(reader, "endpoint", card->endpoint, sizeof(card->endpoint));
	if (err != OEO_OK)
		return err;
	if (!is_endpoint(card->endpoint))
		return refuse(reader, _("the endpoint is not of the form tcp://host:port."));
	return OEO_OK;
}

static enum oeo_err read_keys(struct reader *reader, struct oeo_card *card)
{
	char value[2 * OEO_IDENTITY_BYTES + 1];
	enum oeo_err err = take_line(reader, "curve", value, sizeof(value));

	if (err != OEO_OK)
		return err;
	if (!decode_curve(card->curve_pk, value))
		return refuse(
		    reader, _("the CURVE key is not 40 characters of Z85. Ask for the card again."));
	if (card->role == OEO_ROLE_AGENT)
		return OEO_OK;
	err = take_line(reader, "identity", value, sizeof(value));
	if (err != OEO_OK)
		return err;
	if (strspn(value, "0123456789abcdef") != sizeof(value) - 1 ||
	    oeo_hex_decode(card->identity_pk, OEO_IDENTITY_BYTES, value) != OEO_OK)
		return refuse(
		    reader, _("the identity key is not 64 digits 0-9 and a-f. Ask for the card again."));
	return OEO_OK;
}

static enum oeo_err read_fingerprint(struct reader *reader, struct oeo_card *card, const char *text)
{
	size_t above = (size_t)(reader->rest - text);
	char value[OEO_FINGERPRINT_BYTES];
	enum oeo_err err = take_line(reader, "fingerprint", value, sizeof(value));

	if (err == OEO_OK)
		err = compute_fingerprint(card->fingerprint, text, above);
	if (err != OEO_OK)
		return err;
	if (strcmp(value, card->fingerprint) != 0)
		return refuse(reader, _("the fingerprint does not fit the lines above it. The card was "
					"changed on its way; ask for it again."));
	if (reader->rest_len > 0) {
		reader->line++;
		return refuse(reader,
		    _("nothing may follow after the fingerprint. Remove this line and what follows."));
	}
	return OEO_OK;
}

static enum oeo_err parse(
    struct oeo_card *card, const char *source, const char *text, size_t len, struct oeo_note *why)
{
	struct reader reader = {.source = source, .rest = text, .rest_len = len, .why = why};
	struct oeo_card made;
	char value[8];
	enum oeo_err err;

	memset(&made, 0, sizeof(made));
	reader.line = 1;
	if (len > OEO_CARD_LIMIT)
		return refuse(&reader, _("this is no card: it is too long."));
	if (memchr(text, '\r', len) != NULL)
		return refuse(&reader, _("the card has the line ends of Windows. Ask for the file itself, as "
					 "an attachment, and do not open or save it "
					 "in an editor."));
	reader.line = 0;
	err = take_line(&reader, "oeo", value, sizeof(value));
	if (err == OEO_OK && strcmp(value, FORMAT) != 0)
		err = refuse(&reader,
		    _("this card is of another version. Install the newest version of this program."));
	if (err == OEO_OK)
		err = read_role(&reader, &made);
	if (err == OEO_OK)
		err = read_who(&reader, &made);
	if (err == OEO_OK)
		err = read_keys(&reader, &made);
	if (err == OEO_OK)
		err = read_fingerprint(&reader, &made, text);
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
