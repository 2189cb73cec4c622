/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/publisher.h"

#include <sodium.h>
#include <string.h>

#include "proto/home.h"
#include "proto/i18n.h"
#include "proto/minisig.h"

#define KEY_FILE_LIMIT 2048
#define KEY_BYTES 42 /* "Ed", 8 bytes of key id, 32 bytes of key */

/* The second line of a text of two lines, without its end; NULL where there is none. */
static const char *second_line(const char *text, size_t *length)
{
	const char *line = strchr(text, '\n');

	if (line == NULL)
		return NULL;
	line++;
	*length = strcspn(line, "\r\n");
	return line;
}

enum oeo_err oeo_publisher_read_key(
    uint8_t publisher_pk[OEO_IDENTITY_BYTES], const char *path, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	uint8_t key[KEY_BYTES];
	const char *line;
	size_t length = 0, key_len = 0;
	enum oeo_err err;

	err = oeo_file_read(&text, path, KEY_FILE_LIMIT, why);
	if (err != OEO_OK)
		goto cleanup;
	line = second_line((const char *)text.data, &length);
	if (line == NULL ||
	    sodium_base642bin(
		key, sizeof(key), line, length, NULL, &key_len, NULL, sodium_base64_VARIANT_ORIGINAL) != 0 ||
	    key_len != KEY_BYTES || memcmp(key, "Ed", 2) != 0) {
		err = oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: this is not a public key of minisign; ask the publisher for the file "
		      "minisign.pub"),
		    path);
		goto cleanup;
	}
	memcpy(publisher_pk, key + KEY_BYTES - OEO_IDENTITY_BYTES, OEO_IDENTITY_BYTES);
cleanup:
	oeo_buf_fini(&text);
	return err;
}

enum oeo_err oeo_publisher_read_card(
    uint8_t publisher_pk[OEO_IDENTITY_BYTES], const char *path, struct oeo_note *why)
{
	struct oeo_card card;
	enum oeo_err err = oeo_card_read(&card, path, why);

	if (err != OEO_OK)
		return err;
	if (card.role != OEO_ROLE_COLLECTOR)
		return oeo_note_set(why, OEO_ERR_RANGE,
		    _("%s: this is not the card of a collector; releases are signed by the collector"), path);
	memcpy(publisher_pk, card.identity_pk, OEO_IDENTITY_BYTES);
	return OEO_OK;
}

enum oeo_err oeo_publisher_format_key(
    struct oeo_publisher_key *key, const uint8_t publisher_pk[OEO_IDENTITY_BYTES])
{
	struct oeo_buf text = {0};
	const char *line;
	size_t length = 0;
	enum oeo_err err;

	err = oeo_minisig_public_key(&text, publisher_pk);
	if (err == OEO_OK)
		err = oeo_buf_terminate(&text);
	if (err != OEO_OK)
		goto cleanup;
	line = second_line((const char *)text.data, &length);
	if (line == NULL || length >= sizeof(key->text)) {
		err = OEO_ERR_INTERNAL;
		goto cleanup;
	}
	memcpy(key->text, line, length);
	key->text[length] = '\0';
cleanup:
	oeo_buf_fini(&text);
	return err;
}
