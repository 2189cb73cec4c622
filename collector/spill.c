/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "proto/secret.h"

#define MAC_BYTES crypto_aead_chacha20poly1305_ietf_ABYTES
#define NONCE_BYTES crypto_aead_chacha20poly1305_ietf_NPUBBYTES
#define KEY_BYTES crypto_aead_chacha20poly1305_ietf_KEYBYTES
#define SLOT_BYTES (OEO_SPILL_CHUNK_BYTES + MAC_BYTES)

struct stream {
	uint32_t *slots; /* where its full chunks lie in the file */
	size_t n_slots;
	size_t capacity;
	uint8_t *tail; /* what does not fill a chunk yet */
	size_t tail_len;
};

struct oeo_spill {
	char folder[OEO_PATH_BYTES];
	int fd; /* -1 until the first full chunk */
	struct oeo_secret key;
	struct stream *streams;
	size_t n_streams;
	uint32_t n_slots;
	uint8_t *sealed; /* room for one slot, while writing */
};

enum oeo_err oeo_spill_open(struct oeo_spill **spill, const struct oeo_home *home, size_t n_streams)
{
	struct oeo_spill *made = calloc(1, sizeof(*made));
	enum oeo_err err;

	if (made == NULL)
		return OEO_ERR_NOMEM;
	made->fd = -1;
	made->n_streams = n_streams;
	made->streams = oeo_alloc_array(n_streams, sizeof(*made->streams));
	made->sealed = malloc(SLOT_BYTES);
	err = made->streams == NULL || made->sealed == NULL ? OEO_ERR_NOMEM
							    : oeo_home_path(made->folder, home, ".");
	if (err == OEO_OK)
		err = oeo_secret_init_random(&made->key, KEY_BYTES);
	if (err == OEO_OK)
		*spill = made;
	else
		oeo_spill_close(made);
	return err;
}

void oeo_spill_close(struct oeo_spill *spill)
{
	if (spill == NULL)
		return;
	for (size_t i = 0; spill->streams != NULL && i < spill->n_streams; i++) {
		free(spill->streams[i].slots);
		free(spill->streams[i].tail);
	}
	if (spill->fd >= 0)
		(void)close(spill->fd);
	oeo_secret_fini(&spill->key);
	free(spill->streams);
	free(spill->sealed);
	free(spill);
}

/* A file that has no name, or loses it at once where the file system knows no O_TMPFILE. */
static int open_nameless(const char *folder)
{
	char path[OEO_PATH_BYTES + 16];
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
		return fd;
	if (strlen(folder) + sizeof("/spill.XXXXXX") > sizeof(path))
		return -1;
	memcpy(path, folder, strlen(folder));
	memcpy(path + strlen(folder), "/spill.XXXXXX", sizeof("/spill.XXXXXX"));
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		(void)unlink(path);
	return fd;
}

static void chunk_nonce(uint8_t nonce[NONCE_BYTES], uint32_t slot)
{
	memset(nonce, 0, NONCE_BYTES);
	for (size_t i = 0; i < sizeof(slot); i++)
		nonce[i] = (uint8_t)(slot >> 8 * i);
}

static enum oeo_err write_slot(int fd, const uint8_t *bytes, uint32_t slot)
{
	off_t place = (off_t)slot * (off_t)SLOT_BYTES;
	size_t done = 0;

	while (done < SLOT_BYTES) {
		ssize_t n = pwrite(fd, bytes + done, SLOT_BYTES - done, place + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return OEO_ERR_IO;
		done += (size_t)n;
	}
	return OEO_OK;
}

static enum oeo_err add_slot(struct stream *stream, uint32_t slot)
{
	if (stream->n_slots == stream->capacity) {
		size_t capacity = stream->capacity > 0 ? 2 * stream->capacity : 16;
		uint32_t *more = realloc(stream->slots, capacity * sizeof(*more));

		if (more == NULL)
			return OEO_ERR_NOMEM;
		stream->slots = more;
		stream->capacity = capacity;
	}
	stream->slots[stream->n_slots++] = slot;
	return OEO_OK;
}

/* Seal the full tail into the file's next slot. */
static enum oeo_err write_tail(struct oeo_spill *spill, struct stream *stream)
{
	uint8_t nonce[NONCE_BYTES];
	enum oeo_err err;

	if (spill->fd < 0)
		spill->fd = open_nameless(spill->folder);
	if (spill->fd < 0 || spill->n_slots == UINT32_MAX)
		return OEO_ERR_IO;
	chunk_nonce(nonce, spill->n_slots);
	if (crypto_aead_chacha20poly1305_ietf_encrypt(spill->sealed, NULL, stream->tail,
		OEO_SPILL_CHUNK_BYTES, NULL, 0, NULL, nonce, spill->key.bytes) != 0)
		return OEO_ERR_INTERNAL;
	err = write_slot(spill->fd, spill->sealed, spill->n_slots);
	if (err == OEO_OK)
		err = add_slot(stream, spill->n_slots);
	if (err == OEO_OK) {
		spill->n_slots++;
		stream->tail_len = 0;
	}
	return err;
}

enum oeo_err oeo_spill_append(struct oeo_spill *spill, size_t stream_number, const void *bytes, size_t len)
{
	struct stream *stream = &spill->streams[stream_number];
	const uint8_t *rest = bytes;

	if (stream->tail == NULL) {
		stream->tail = malloc(OEO_SPILL_CHUNK_BYTES);
		if (stream->tail == NULL)
			return OEO_ERR_NOMEM;
	}
	while (len > 0) {
		size_t room = OEO_SPILL_CHUNK_BYTES - stream->tail_len;
		size_t part = len < room ? len : room;

		memcpy(stream->tail + stream->tail_len, rest, part);
		stream->tail_len += part;
		rest += part;
		len -= part;
		if (stream->tail_len == OEO_SPILL_CHUNK_BYTES) {
			enum oeo_err err = write_tail(spill, stream);

			if (err != OEO_OK)
				return err;
		}
	}
	return OEO_OK;
}

uint64_t oeo_spill_bytes(const struct oeo_spill *spill, size_t stream)
{
	return (uint64_t)spill->streams[stream].n_slots * OEO_SPILL_CHUNK_BYTES +
	       spill->streams[stream].tail_len;
}

size_t oeo_spill_chunks(const struct oeo_spill *spill, size_t stream)
{
	return spill->streams[stream].n_slots + (spill->streams[stream].tail_len > 0 ? 1 : 0);
}

static enum oeo_err read_slot(int fd, uint8_t *bytes, uint32_t slot)
{
	off_t place = (off_t)slot * (off_t)SLOT_BYTES;
	size_t done = 0;

	while (done < SLOT_BYTES) {
		ssize_t n = pread(fd, bytes + done, SLOT_BYTES - done, place + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return OEO_ERR_IO;
		done += (size_t)n;
	}
	return OEO_OK;
}

enum oeo_err oeo_spill_read(
    const struct oeo_spill *spill, size_t stream_number, size_t chunk, uint8_t *bytes, size_t *len)
{
	const struct stream *stream = &spill->streams[stream_number];
	uint8_t nonce[NONCE_BYTES];
	uint8_t *sealed;
	enum oeo_err err;

	if (chunk >= stream->n_slots) {
		memcpy(bytes, stream->tail, stream->tail_len);
		*len = stream->tail_len;
		return OEO_OK;
	}
	sealed = malloc(SLOT_BYTES);
	if (sealed == NULL)
		return OEO_ERR_NOMEM;
	err = read_slot(spill->fd, sealed, stream->slots[chunk]);
	chunk_nonce(nonce, stream->slots[chunk]);
	if (err == OEO_OK && crypto_aead_chacha20poly1305_ietf_decrypt(bytes, NULL, NULL, sealed, SLOT_BYTES,
				 NULL, 0, nonce, spill->key.bytes) != 0)
		err = OEO_ERR_CRYPTO;
	free(sealed);
	if (err == OEO_OK)
		*len = OEO_SPILL_CHUNK_BYTES;
	return err;
}
