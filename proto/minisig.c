/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/minisig.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define KEY_ID_BYTES 8
#define COMMENT_LIMIT 512
#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "
#define VARIANT sodium_base64_VARIANT_ORIGINAL

/* What the second line encodes; the public key file has the key in the signature's place. */
struct packet {
	uint8_t algorithm[2];
	uint8_t key_id[KEY_ID_BYTES];
	uint8_t signature[crypto_sign_BYTES];
};

struct public_packet {
	uint8_t algorithm[2];
	uint8_t key_id[KEY_ID_BYTES];
	uint8_t pk[OEO_IDENTITY_BYTES];
};

_Static_assert(sizeof(struct packet) == 2 + KEY_ID_BYTES + crypto_sign_BYTES, "no padding");
_Static_assert(sizeof(struct public_packet) == 2 + KEY_ID_BYTES + OEO_IDENTITY_BYTES, "no padding");

/* A line of the text, without its end. */
struct line {
	const char *text;
	size_t len;
};

static enum oeo_err compute_key_id(uint8_t key_id[KEY_ID_BYTES], const uint8_t pk[OEO_IDENTITY_BYTES])
{
	uint8_t digest[32];

	if (crypto_generichash(digest, sizeof(digest), pk, OEO_IDENTITY_BYTES, NULL, 0) != 0)
		return OEO_ERR_INTERNAL;
	memcpy(key_id, digest, KEY_ID_BYTES);
	return OEO_OK;
}

static enum oeo_err hash_file(uint8_t hash[crypto_generichash_BYTES_MAX], const void *bytes, size_t len)
{
	return crypto_generichash(hash, crypto_generichash_BYTES_MAX, bytes, len, NULL, 0) == 0
		   ? OEO_OK
		   : OEO_ERR_INTERNAL;
}

/* What the second signature is over: the first one and the trusted comment. */
static size_t global_input(uint8_t input[crypto_sign_BYTES + COMMENT_LIMIT],
    const uint8_t signature[crypto_sign_BYTES], const char *comment, size_t comment_len)
{
	memcpy(input, signature, crypto_sign_BYTES);
	memcpy(input + crypto_sign_BYTES, comment, comment_len);
	return crypto_sign_BYTES + comment_len;
}

static enum oeo_err append_base64(struct oeo_buf *text, const void *bytes, size_t len)
{
	char encoded[sodium_base64_ENCODED_LEN(sizeof(struct packet), VARIANT)];

	if (len > sizeof(struct packet))
		return OEO_ERR_INTERNAL;
	(void)sodium_bin2base64(encoded, sizeof(encoded), bytes, len, VARIANT);
	return oeo_buf_printf(text, "%s\n", encoded);
}

enum oeo_err oeo_minisig_sign(struct oeo_buf *text, const void *bytes, size_t len,
    const struct oeo_secret *identity_key, const char *trusted_comment)
{
	struct packet packet = {.algorithm = {'E', 'D'}};
	uint8_t hash[crypto_generichash_BYTES_MAX];
	uint8_t input[crypto_sign_BYTES + COMMENT_LIMIT];
	uint8_t global[crypto_sign_BYTES];
	size_t comment_len = strlen(trusted_comment);
	size_t before = text->len;
	enum oeo_err err;

	if (identity_key->len != crypto_sign_SECRETKEYBYTES || comment_len > COMMENT_LIMIT ||
	    strpbrk(trusted_comment, "\r\n") != NULL)
		return OEO_ERR_RANGE;
	/* libsodium keeps the public key in the second half of the secret one. */
	err = compute_key_id(packet.key_id, identity_key->bytes + crypto_sign_SEEDBYTES);
	if (err == OEO_OK)
		err = hash_file(hash, bytes, len);
	if (err != OEO_OK)
		return err;
	if (crypto_sign_detached(packet.signature, NULL, hash, sizeof(hash), identity_key->bytes) != 0)
		return OEO_ERR_CRYPTO;
	if (crypto_sign_detached(global, NULL, input,
		global_input(input, packet.signature, trusted_comment, comment_len),
		identity_key->bytes) != 0)
		return OEO_ERR_CRYPTO;

	err = oeo_buf_append_text(text, UNTRUSTED "signature by an oeo-collector\n");
	if (err == OEO_OK)
		err = append_base64(text, &packet, sizeof(packet));
	if (err == OEO_OK)
		err = oeo_buf_printf(text, TRUSTED "%s\n", trusted_comment);
	if (err == OEO_OK)
		err = append_base64(text, global, sizeof(global));
	if (err != OEO_OK)
		text->len = before;
	return err;
}

/* Take the next line off the text; false where there is none that ends. */
static bool next_line(struct line *line, const char **rest, size_t *rest_len)
{
	const char *end = *rest_len > 0 ? memchr(*rest, '\n', *rest_len) : NULL;

	if (end == NULL)
		return false;
	line->text = *rest;
	line->len = (size_t)(end - *rest);
	*rest_len -= line->len + 1;
	*rest = end + 1;
	return memchr(line->text, '\0', line->len) == NULL;
}

static bool has_prefix(const struct line *line, const char *prefix)
{
	size_t len = strlen(prefix);

	return line->len >= len && memcmp(line->text, prefix, len) == 0;
}

static bool decode_line(void *bytes, size_t len, const struct line *line)
{
	size_t written = 0;
	const char *end = NULL;

	return sodium_base642bin(bytes, len, line->text, line->len, NULL, &written, &end, VARIANT) == 0 &&
	       written == len && end == line->text + line->len;
}

enum oeo_err oeo_minisig_verify(const char *text, size_t text_len, const void *bytes, size_t len,
    const uint8_t identity_pk[OEO_IDENTITY_BYTES])
{
	struct line untrusted;
	struct line signature;
	struct line comment;
	struct line global_line;
	struct packet packet;
	uint8_t global[crypto_sign_BYTES];
	uint8_t hash[crypto_generichash_BYTES_MAX];
	uint8_t input[crypto_sign_BYTES + COMMENT_LIMIT];
	uint8_t key_id[KEY_ID_BYTES];
	size_t input_len;
	enum oeo_err err;

	if (!next_line(&untrusted, &text, &text_len) || !next_line(&signature, &text, &text_len) ||
	    !next_line(&comment, &text, &text_len) || !next_line(&global_line, &text, &text_len) ||
	    text_len != 0)
		return OEO_ERR_FORMAT;
	if (!has_prefix(&untrusted, UNTRUSTED) || !has_prefix(&comment, TRUSTED) ||
	    comment.len - strlen(TRUSTED) > COMMENT_LIMIT ||
	    !decode_line(&packet, sizeof(packet), &signature) ||
	    !decode_line(global, sizeof(global), &global_line) || memcmp(packet.algorithm, "ED", 2) != 0)
		return OEO_ERR_FORMAT;

	err = compute_key_id(key_id, identity_pk);
	if (err == OEO_OK)
		err = hash_file(hash, bytes, len);
	if (err != OEO_OK)
		return err;
	input_len = global_input(
	    input, packet.signature, comment.text + strlen(TRUSTED), comment.len - strlen(TRUSTED));
	if (sodium_memcmp(key_id, packet.key_id, sizeof(key_id)) != 0 ||
	    crypto_sign_verify_detached(packet.signature, hash, sizeof(hash), identity_pk) != 0 ||
	    crypto_sign_verify_detached(global, input, input_len, identity_pk) != 0)
		return OEO_ERR_CRYPTO;
	return OEO_OK;
}

enum oeo_err oeo_minisig_public_key(struct oeo_buf *text, const uint8_t identity_pk[OEO_IDENTITY_BYTES])
{
	struct public_packet packet = {.algorithm = {'E', 'd'}};
	uint64_t number = 0;
	size_t before = text->len;
	enum oeo_err err = compute_key_id(packet.key_id, identity_pk);

	if (err != OEO_OK)
		return err;
	memcpy(packet.pk, identity_pk, sizeof(packet.pk));
	/* minisign prints a key id as a little-endian number. */
	for (size_t i = KEY_ID_BYTES; i > 0; i--)
		number = number << 8 | packet.key_id[i - 1];
	err = oeo_buf_printf(text, UNTRUSTED "minisign public key %016llX\n", (unsigned long long)number);
	if (err == OEO_OK)
		err = append_base64(text, &packet, sizeof(packet));
	if (err != OEO_OK)
		text->len = before;
	return err;
}
