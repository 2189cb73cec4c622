/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/lockbox.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "proto/home.h"
#include "proto/i18n.h"

#define NAME "oeo-backup\n"
#define NAME_BYTES 11
#define VERSION 1
#define PASSES_AT 12
#define MEMORY_AT 16
#define SALT_AT 20
#define STREAM_AT 36
#define HEAD_BYTES 60
#define MOST_PASSES 16
#define LEAST_MEMORY_KIB 8
#define MOST_MEMORY_KIB (1024 * 1024)
#define EXTRA_BYTES crypto_secretstream_xchacha20poly1305_ABYTES
#define SEALED_BYTES (OEO_LOCKBOX_PIECE_BYTES + EXTRA_BYTES)

_Static_assert(STREAM_AT + crypto_secretstream_xchacha20poly1305_HEADERBYTES == HEAD_BYTES &&
		   SALT_AT + crypto_pwhash_SALTBYTES == STREAM_AT && EXTRA_BYTES == 17,
    "the layout in lockbox.h");

/* A file on its way in or out; what is secret lies in guarded memory. */
struct box {
	const char *path;
	int fd; /* the encrypted side */
	int plain_fd;
	uint8_t head[HEAD_BYTES];
	struct oeo_secret state; /* of the stream */
	struct oeo_secret plain; /* a piece */
	struct oeo_secret sealed; /* a piece; not secret, but guarded too */
};

struct oeo_lockbox_cost oeo_lockbox_cost_usual(void)
{
	/* Fixed here: what MODERATE means may change, and what is written is read by its own head. */
	return (struct oeo_lockbox_cost){.passes = 3, .memory_kib = 256 * 1024};
}

/* ---- Bytes */

static enum oeo_err read_some(int fd, uint8_t *bytes, size_t most, size_t *len)
{
	*len = 0;
	while (*len < most) {
		ssize_t got = read(fd, bytes + *len, most - *len);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return OEO_ERR_IO;
		if (got == 0)
			break;
		*len += (size_t)got;
	}
	return OEO_OK;
}

static enum oeo_err write_all(int fd, const uint8_t *bytes, size_t len)
{
	while (len > 0) {
		ssize_t put = write(fd, bytes, len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return OEO_ERR_IO;
		bytes += put;
		len -= (size_t)put;
	}
	return OEO_OK;
}

static void put_number(uint8_t *bytes, uint32_t number)
{
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(number >> (24 - 8 * i));
}

static uint32_t get_number(const uint8_t *bytes)
{
	uint32_t number = 0;

	for (int i = 0; i < 4; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* ---- The key */

static bool is_affordable(uint32_t passes, uint32_t memory_kib)
{
	return passes >= 1 && passes <= MOST_PASSES && memory_kib >= LEAST_MEMORY_KIB &&
	       memory_kib <= MOST_MEMORY_KIB;
}

/* By the costs and the salt of the head. */
static enum oeo_err make_key(
    const struct box *box, struct oeo_secret *key, const struct oeo_secret *passphrase, struct oeo_note *why)
{
	uint32_t memory_kib = get_number(box->head + MEMORY_AT);
	enum oeo_err err = oeo_secret_init(key, crypto_secretstream_xchacha20poly1305_KEYBYTES);

	if (err != OEO_OK)
		return err;
	if (crypto_pwhash(key->bytes, key->len, (const char *)passphrase->bytes, passphrase->len,
		box->head + SALT_AT, get_number(box->head + PASSES_AT), (size_t)memory_kib * 1024,
		crypto_pwhash_ALG_ARGON2ID13) != 0)
		return oeo_note_set(why, OEO_ERR_NOMEM,
		    _("For the passphrase %u MB of memory are needed for a moment, and they are not to be "
		      "had. "
		      "Close other programs and try again."),
		    (unsigned)(memory_kib / 1024 + 1));
	return OEO_OK;
}

static enum oeo_err init_box(struct box *box)
{
	enum oeo_err err = oeo_secret_init(&box->state, sizeof(crypto_secretstream_xchacha20poly1305_state));

	if (err == OEO_OK)
		err = oeo_secret_init(&box->plain, OEO_LOCKBOX_PIECE_BYTES);
	return err == OEO_OK ? oeo_secret_init(&box->sealed, SEALED_BYTES) : err;
}

static void fini_box(struct box *box)
{
	oeo_secret_fini(&box->state);
	oeo_secret_fini(&box->plain);
	oeo_secret_fini(&box->sealed);
	if (box->fd >= 0)
		(void)close(box->fd);
	if (box->plain_fd >= 0)
		(void)close(box->plain_fd);
}

static crypto_secretstream_xchacha20poly1305_state *state_of(const struct box *box)
{
	return (crypto_secretstream_xchacha20poly1305_state *)(void *)box->state.bytes;
}

static enum oeo_err create(int *fd, const char *path, struct oeo_note *why)
{
	*fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (*fd >= 0)
		return OEO_OK;
	if (errno == EEXIST)
		return oeo_note_set(why, OEO_ERR_EXISTS, _("%s: exists already and is left as it is"), path);
	return oeo_note_set(why, OEO_ERR_IO, _("%s: cannot write it: %s"), path, strerror(errno));
}

/* ---- Writing */

static enum oeo_err begin_stream(struct box *box, const struct oeo_secret *passphrase,
    const struct oeo_lockbox_cost *cost, struct oeo_note *why)
{
	struct oeo_secret key = {NULL, 0};
	enum oeo_err err;

	memcpy(box->head, NAME, NAME_BYTES);
	box->head[NAME_BYTES] = VERSION;
	put_number(box->head + PASSES_AT, cost->passes);
	put_number(box->head + MEMORY_AT, cost->memory_kib);
	randombytes_buf(box->head + SALT_AT, crypto_pwhash_SALTBYTES);
	err = make_key(box, &key, passphrase, why);
	if (err == OEO_OK && crypto_secretstream_xchacha20poly1305_init_push(
				 state_of(box), box->head + STREAM_AT, key.bytes) != 0)
		err = OEO_ERR_INTERNAL;
	oeo_secret_fini(&key);
	return err;
}

static enum oeo_err put_piece(
    struct box *box, size_t len, const uint8_t *beside, size_t beside_len, unsigned char tag)
{
	if (crypto_secretstream_xchacha20poly1305_push(
		state_of(box), box->sealed.bytes, NULL, box->plain.bytes, len, beside, beside_len, tag) != 0)
		return OEO_ERR_INTERNAL;
	return write_all(box->fd, box->sealed.bytes, len + EXTRA_BYTES);
}

static enum oeo_err sync_folder_of(const char *path)
{
	char copy[OEO_PATH_BYTES];

	if (snprintf(copy, sizeof(copy), "%s", path) >= (int)sizeof(copy))
		return OEO_ERR_RANGE;
	return oeo_folder_sync(dirname(copy));
}

/* The last piece is shorter than the others, so that it is known without looking ahead. */
static enum oeo_err put_pieces(struct box *box, struct oeo_note *why)
{
	size_t len = OEO_LOCKBOX_PIECE_BYTES;
	enum oeo_err err = write_all(box->fd, box->head, HEAD_BYTES);

	if (err == OEO_OK)
		err = put_piece(
		    box, 0, box->head, HEAD_BYTES, crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	while (err == OEO_OK && len == OEO_LOCKBOX_PIECE_BYTES) {
		if (read_some(box->plain_fd, box->plain.bytes, OEO_LOCKBOX_PIECE_BYTES, &len) != OEO_OK)
			return oeo_note_set(why, OEO_ERR_IO,
			    _("%s: what belongs in it cannot be read: %s. Nothing was written."), box->path,
			    strerror(errno));
		err = put_piece(box, len, NULL, 0,
		    len < OEO_LOCKBOX_PIECE_BYTES ? crypto_secretstream_xchacha20poly1305_TAG_FINAL
						  : crypto_secretstream_xchacha20poly1305_TAG_MESSAGE);
	}
	if (err == OEO_OK && fsync(box->fd) != 0)
		err = OEO_ERR_IO;
	if (err == OEO_OK)
		err = sync_folder_of(box->path);
	if (err == OEO_ERR_IO)
		(void)oeo_note_set(why, err, _("%s: cannot write it: %s"), box->path, strerror(errno));
	return err;
}

enum oeo_err oeo_lockbox_write(const char *path, int from, const struct oeo_secret *passphrase,
    const struct oeo_lockbox_cost *cost, struct oeo_note *why)
{
	struct box box = {.path = path, .fd = -1, .plain_fd = -1};
	bool is_made = false;
	enum oeo_err err = OEO_ERR_RANGE;

	if (passphrase->len > 0 && is_affordable(cost->passes, cost->memory_kib))
		err = init_box(&box);
	if (err == OEO_OK)
		err = begin_stream(&box, passphrase, cost, why);
	if (err == OEO_OK)
		err = create(&box.fd, path, why);
	if (err != OEO_OK)
		goto cleanup;
	is_made = true;
	box.plain_fd = from;
	err = put_pieces(&box, why);
cleanup:
	box.plain_fd = -1; /* borrowed */
	fini_box(&box);
	if (err != OEO_OK && is_made)
		(void)unlink(path);
	return err;
}

/* ---- Reading */

static enum oeo_err say_unread(const struct box *box, struct oeo_note *why)
{
	return oeo_note_set(why, errno == ENOENT ? OEO_ERR_NOT_FOUND : OEO_ERR_IO,
	    _("%s: cannot read it: %s"), box->path, strerror(errno));
}

static enum oeo_err open_box(struct box *box, struct oeo_note *why)
{
	box->fd = open(box->path, O_RDONLY | O_CLOEXEC);
	if (box->fd >= 0)
		return OEO_OK;
	return say_unread(box, why);
}

static enum oeo_err read_head(struct box *box, size_t *len, struct oeo_note *why)
{
	enum oeo_err err = open_box(box, why);

	if (err == OEO_OK && read_some(box->fd, box->head, HEAD_BYTES, len) != OEO_OK)
		err = say_unread(box, why);
	return err;
}

static bool has_name(const struct box *box, size_t len)
{
	return len >= NAME_BYTES && memcmp(box->head, NAME, NAME_BYTES) == 0;
}

enum oeo_err oeo_lockbox_recognise(bool *is_lockbox, const char *path, struct oeo_note *why)
{
	struct box box = {.path = path, .fd = -1, .plain_fd = -1};
	size_t len = 0;
	enum oeo_err err = read_head(&box, &len, why);

	if (err == OEO_OK)
		*is_lockbox = has_name(&box, len);
	fini_box(&box);
	return err;
}

static enum oeo_err say_damaged(const struct box *box, struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_FORMAT,
	    _("%s: this file is damaged or not whole. Copy it again from where it came, or take another "
	      "backup. Nothing has changed here."),
	    box->path);
}

static enum oeo_err check_head(const struct box *box, size_t len, struct oeo_note *why)
{
	if (!has_name(box, len))
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, _("%s: this is not a backup with a passphrase."), box->path);
	if (len < HEAD_BYTES)
		return say_damaged(box, why);
	if (box->head[NAME_BYTES] != VERSION)
		return oeo_note_set(why, OEO_ERR_FORMAT,
		    _("%s: this backup was made by a newer version of the program. Install that version, and "
		      "try again."),
		    box->path);
	if (!is_affordable(get_number(box->head + PASSES_AT), get_number(box->head + MEMORY_AT)))
		return say_damaged(box, why);
	return OEO_OK;
}

/* The empty piece right behind the head tells whether the passphrase is the right one. */
static enum oeo_err check_passphrase(
    struct box *box, const struct oeo_secret *passphrase, struct oeo_note *why)
{
	struct oeo_secret key = {NULL, 0};
	unsigned char tag = 0;
	size_t len = 0;
	enum oeo_err err;

	if (read_some(box->fd, box->sealed.bytes, EXTRA_BYTES, &len) != OEO_OK)
		return say_unread(box, why);
	if (len < EXTRA_BYTES)
		return say_damaged(box, why);
	err = make_key(box, &key, passphrase, why);
	if (err == OEO_OK && (crypto_secretstream_xchacha20poly1305_init_pull(
				  state_of(box), box->head + STREAM_AT, key.bytes) != 0 ||
				 crypto_secretstream_xchacha20poly1305_pull(state_of(box), box->plain.bytes,
				     NULL, &tag, box->sealed.bytes, EXTRA_BYTES, box->head, HEAD_BYTES) != 0))
		err = oeo_note_set(why, OEO_ERR_CRYPTO,
		    _("%s: this is not the passphrase of this backup (or the beginning of the file is "
		      "damaged). "
		      "Mind capitals and spaces, and try again. Nothing has changed here."),
		    box->path);
	oeo_secret_fini(&key);
	return err;
}

/* *is_final: nothing may come after it. */
static enum oeo_err get_piece(struct box *box, bool *is_final, struct oeo_note *why)
{
	unsigned long long plain_len = 0;
	unsigned char tag = 0;
	size_t len = 0;

	if (read_some(box->fd, box->sealed.bytes, SEALED_BYTES, &len) != OEO_OK)
		return say_unread(box, why);
	if (len < EXTRA_BYTES || crypto_secretstream_xchacha20poly1305_pull(state_of(box), box->plain.bytes,
				     &plain_len, &tag, box->sealed.bytes, len, NULL, 0) != 0)
		return say_damaged(box, why);
	*is_final = tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL;
	if (write_all(box->plain_fd, box->plain.bytes, (size_t)plain_len) != OEO_OK)
		return oeo_note_set(why, OEO_ERR_IO,
		    _("There is no room on the disk to put the backup back (%s). Nothing has changed here."),
		    strerror(errno));
	return OEO_OK;
}

static enum oeo_err get_pieces(struct box *box, struct oeo_note *why)
{
	bool is_final = false;
	size_t more = 0;
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK && !is_final)
		err = get_piece(box, &is_final, why);
	if (err == OEO_OK && read_some(box->fd, box->sealed.bytes, 1, &more) != OEO_OK)
		err = say_unread(box, why);
	if (err == OEO_OK && more > 0)
		err = say_damaged(box, why);
	return err;
}

enum oeo_err oeo_lockbox_read(
    const char *to, const char *path, const struct oeo_secret *passphrase, struct oeo_note *why)
{
	struct box box = {.path = path, .fd = -1, .plain_fd = -1};
	bool is_made = false;
	size_t len = 0;
	enum oeo_err err = read_head(&box, &len, why);

	if (err == OEO_OK)
		err = check_head(&box, len, why);
	if (err == OEO_OK)
		err = init_box(&box);
	if (err == OEO_OK)
		err = check_passphrase(&box, passphrase, why);
	if (err == OEO_OK)
		err = create(&box.plain_fd, to, why);
	is_made = err == OEO_OK;
	if (err == OEO_OK)
		err = get_pieces(&box, why);
	fini_box(&box);
	if (err != OEO_OK && is_made)
		(void)unlink(to);
	return err;
}
