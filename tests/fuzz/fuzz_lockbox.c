/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files under a passphrase. The first byte chooses what the rest is:
 *
 *   f  the file itself (costs that would take long are made cheap);
 *   s  pieces that somebody who knows the passphrase could have written: for each its tag and two bytes for its length;
 *   e  a good file of two bytes' length, and what is done to it: three bytes each for a changed byte, a cut or an addition.
 *
 * Of s and e it is known what has to come of them; and whatever fails leaves no file.
 */
#include <fcntl.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz_text_file.h"
#include "proto/buf.h"
#include "proto/home.h"
#include "proto/lockbox.h"
#include "tests/unit/scratch.h"

#define PASSPHRASE "correct horse"
#define PIECE OEO_LOCKBOX_PIECE_BYTES
#define HEAD_BYTES 60
#define EXTRA_BYTES 17
#define STREAM_AT 36
#define MOST_PIECES 6
#define FINAL crypto_secretstream_xchacha20poly1305_TAG_FINAL

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct scratch scratch;
	char out[128];
	struct oeo_secret passphrase;
	uint8_t head[STREAM_AT]; /* of every file that is made here: cheap costs, no salt */
	uint8_t key[crypto_secretstream_xchacha20poly1305_KEYBYTES];
	uint8_t plain[PIECE];
	uint8_t sealed[PIECE + EXTRA_BYTES];
};

static struct world world;

static void insist(bool is_true)
{
	if (!is_true)
		abort();
}

static void remove_world(void)
{
	oeo_secret_fini(&world.passphrase);
	scratch_remove(&world.scratch);
}

static void make_world(void)
{
	static const uint8_t head[STREAM_AT] = "oeo-backup\n\x01\0\0\0\x01\0\0\0\x08";

	insist(sodium_init() >= 0 && scratch_make(&world.scratch) == 0);
	(void)snprintf(world.out, sizeof(world.out), "%s/out", world.scratch.path);
	insist(oeo_secret_init(&world.passphrase, strlen(PASSPHRASE)) == OEO_OK);
	memcpy(world.passphrase.bytes, PASSPHRASE, strlen(PASSPHRASE));
	memcpy(world.head, head, sizeof(head));
	insist(crypto_pwhash(world.key, sizeof(world.key), PASSPHRASE, strlen(PASSPHRASE), world.head + 20, 1,
		   8192, crypto_pwhash_ALG_ARGON2ID13) == 0);
	for (size_t i = 0; i < PIECE; i++)
		world.plain[i] = (uint8_t)(i % 251);
	(void)atexit(remove_world);
}

/* ---- Files made here, by libsodium alone */

static void put(struct oeo_buf *file, const void *bytes, size_t len)
{
	insist(oeo_buf_append(file, bytes, len) == OEO_OK);
}

static void put_piece(struct oeo_buf *file, crypto_secretstream_xchacha20poly1305_state *stream, size_t len,
    size_t beside_len, uint8_t tag)
{
	insist(crypto_secretstream_xchacha20poly1305_push(stream, world.sealed, NULL, world.plain, len,
		   beside_len > 0 ? file->data : NULL, beside_len, tag) == 0);
	put(file, world.sealed, len + EXTRA_BYTES);
}

static void put_head(struct oeo_buf *file, crypto_secretstream_xchacha20poly1305_state *stream)
{
	uint8_t header[crypto_secretstream_xchacha20poly1305_HEADERBYTES];

	insist(crypto_secretstream_xchacha20poly1305_init_push(stream, header, world.key) == 0);
	put(file, world.head, STREAM_AT);
	put(file, header, sizeof(header));
	put_piece(file, stream, 0, HEAD_BYTES, 0);
}

/* ---- Read back */

static uint32_t number_at(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Costs that are not refused would be paid. */
static void make_cheap(struct oeo_buf *file)
{
	if (file->len < 20)
		return;
	if (number_at(file->data + 12) > 2 && number_at(file->data + 12) <= 16)
		memcpy(file->data + 12, world.head + 12, 4);
	if (number_at(file->data + 16) > 64 && number_at(file->data + 16) <= 1024 * 1024)
		memcpy(file->data + 16, world.head + 16, 4);
}

/* plain, where it is read, is owned by the caller. */
static bool is_read(const struct oeo_buf *file, struct oeo_buf *plain)
{
	struct text_file in;
	struct oeo_note why = {""};
	bool is_lockbox = false;
	enum oeo_err err;

	text_file_make(&in, file->data, file->len);
	insist(oeo_lockbox_recognise(&is_lockbox, in.path, NULL) == OEO_OK);
	insist(is_lockbox == (file->len >= 11 && memcmp(file->data, world.head, 11) == 0));
	err = oeo_lockbox_read(world.out, in.path, &world.passphrase, &why);
	text_file_remove(&in);
	insist((err == OEO_OK) == oeo_file_exists(world.out));
	if (err == OEO_OK) {
		insist(oeo_file_read(plain, world.out, (size_t)MOST_PIECES * PIECE, NULL) == OEO_OK);
		insist(unlink(world.out) == 0);
	} else {
		insist(err == OEO_ERR_FORMAT || err == OEO_ERR_CRYPTO);
		insist(why.text[0] != '\0');
	}
	return err == OEO_OK;
}

/* ---- The three */

static void try_file(const uint8_t *data, size_t size)
{
	struct oeo_buf file = {0};
	struct oeo_buf plain = {0};

	put(&file, data, size);
	make_cheap(&file);
	(void)is_read(&file, &plain);
	oeo_buf_fini(&file);
	oeo_buf_fini(&plain);
}

static size_t length_at(const uint8_t *data)
{
	size_t len = (size_t)data[0] << 8 | data[1];

	return len < 0xFFFF ? len : PIECE;
}

static void try_pieces(const uint8_t *data, size_t size)
{
	crypto_secretstream_xchacha20poly1305_state stream;
	struct oeo_buf file = {0};
	struct oeo_buf plain = {0};
	size_t n = size / 3 < MOST_PIECES ? size / 3 : MOST_PIECES;
	size_t total = 0;
	bool is_good = n > 0;

	put_head(&file, &stream);
	for (size_t i = 0; i < n; i++, data += 3) {
		size_t len = length_at(data + 1);
		bool is_last = i + 1 == n;

		/* all but the last are full, and only the last is the final one */
		is_good = is_good && (data[0] == FINAL) == is_last && (is_last || len == PIECE);
		total += len;
		put_piece(&file, &stream, len, 0, data[0]);
	}
	insist(is_read(&file, &plain) == is_good);
	insist(!is_good || plain.len == total);
	for (size_t i = 0; i < plain.len; i += PIECE)
		insist(
		    memcmp(plain.data + i, world.plain, plain.len - i < PIECE ? plain.len - i : PIECE) == 0);
	oeo_buf_fini(&file);
	oeo_buf_fini(&plain);
}

static void change(struct oeo_buf *file, const uint8_t *data)
{
	size_t at = (size_t)(data[0] & 0x3F) << 8 | data[1];

	if (data[0] >> 6 == 0 && file->len > 0)
		file->len = at % file->len;
	else if (data[0] >> 6 == 1)
		put(file, data + 2, 1);
	else if (file->len > 0)
		file->data[at % file->len] ^= data[2];
}

static void try_changed(const uint8_t *data, size_t size)
{
	crypto_secretstream_xchacha20poly1305_state stream;
	struct oeo_buf good = {0};
	struct oeo_buf file = {0};
	struct oeo_buf plain = {0};
	size_t len = size >= 2 ? length_at(data) : 0;
	bool is_good;

	put_head(&good, &stream);
	if (len == PIECE)
		put_piece(&good, &stream, PIECE, 0, 0);
	put_piece(&good, &stream, len % PIECE, 0, FINAL);
	put(&file, good.data, good.len);
	for (size_t i = 2; i + 3 <= size; i += 3)
		change(&file, data + i);
	make_cheap(&file);
	is_good = file.len == good.len && memcmp(file.data, good.data, good.len) == 0;
	insist(is_read(&file, &plain) == is_good);
	insist(!is_good || (plain.len == len && (len == 0 || memcmp(plain.data, world.plain, len) == 0)));
	oeo_buf_fini(&good);
	oeo_buf_fini(&file);
	oeo_buf_fini(&plain);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (world.out[0] == '\0')
		make_world();
	if (size == 0)
		return 0;
	if (data[0] == 'f')
		try_file(data + 1, size - 1);
	else if (data[0] == 's')
		try_pieces(data + 1, size - 1);
	else if (data[0] == 'e')
		try_changed(data + 1, size - 1);
	return 0;
}
