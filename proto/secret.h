/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Secret bytes in guarded memory (sodium_malloc: locked, not in core dumps, wiped when freed), and the
 * files that keep them: created 0600, never overwritten, synced before the call returns.
 */
#ifndef OEO_PROTO_SECRET_H
#define OEO_PROTO_SECRET_H

#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

struct oeo_secret {
	uint8_t *bytes; /* sodium_malloc; NULL where empty */
	size_t len;
};

/* Allocate len bytes, zeroed. OEO_ERR_NOMEM: secret is left empty. Free with oeo_secret_fini. */
enum oeo_err oeo_secret_init(struct oeo_secret *secret, size_t len);

/* Allocate len bytes from the system's random source. */
enum oeo_err oeo_secret_init_random(struct oeo_secret *secret, size_t len);

/* Wipe and free; secret may be NULL or empty. */
void oeo_secret_fini(struct oeo_secret *secret);

/*
 * Write the bytes to a new file at path, mode 0600, synced with its folder. OEO_ERR_EXISTS: a file is
 * there and is left as it is. OEO_ERR_IO: nothing is left behind. Blocks on the disk.
 */
enum oeo_err oeo_secret_save(const struct oeo_secret *secret, const char *path, struct oeo_note *why);

/*
 * Read a file of exactly len bytes. OEO_ERR_NOT_FOUND, OEO_ERR_FORMAT (other length), OEO_ERR_REFUSED
 * (others than the owner may read it), OEO_ERR_IO. On success the caller owns it (oeo_secret_fini).
 */
enum oeo_err oeo_secret_load(struct oeo_secret *secret, const char *path, size_t len, struct oeo_note *why);

#endif
