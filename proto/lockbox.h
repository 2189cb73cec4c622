/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A file that is only of use with a passphrase: its contents are encrypted and authenticated under a key that is made of the
 * passphrase by argon2id (libsodium's crypto_pwhash) and streamed by crypto_secretstream_xchacha20poly1305, so that its size
 * is not bounded by memory. Nothing of it is given out before it has been proved right, piece by piece; whoever reads one
 * whole knows that nothing was changed, cut off or added.
 *
 *   offset  bytes
 *        0     11  "oeo-backup\n"
 *       11      1  version: 1
 *       12      4  passes of argon2id, big-endian, 1..16
 *       16      4  memory of argon2id in KiB, big-endian, 8..1048576
 *       20     16  salt
 *       36     24  header of the stream
 *       60     17  an empty piece, with the 60 bytes above as its additional data: by it the passphrase is checked
 *       77    ...  pieces of 65536 + 17 bytes; the last one shorter and marked as the final one
 *
 * Refused: another name or version, costs outside the ranges, a piece that is not authentic, no final piece, anything after it.
 */
#ifndef OEO_PROTO_LOCKBOX_H
#define OEO_PROTO_LOCKBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "proto/err.h"
#include "proto/secret.h"

#define OEO_LOCKBOX_PIECE_BYTES 65536

/* What making the key costs whoever tries passphrases. */
struct oeo_lockbox_cost {
	uint32_t passes;
	uint32_t memory_kib;
};

/* libsodium's "moderate": about a second, 256 MiB. */
struct oeo_lockbox_cost oeo_lockbox_cost_usual(void);

/* Whether the file at path begins as one. OEO_ERR_NOT_FOUND, OEO_ERR_IO. */
enum oeo_err oeo_lockbox_recognise(bool *is_lockbox, const char *path, struct oeo_note *why);

/*
 * Encrypt all that is read from `from` (a file descriptor, borrowed) into a new file at path, mode 0600, durable on return.
 * OEO_ERR_EXISTS: a file is there and is left as it is; OEO_ERR_NOMEM: not enough memory for the key; OEO_ERR_RANGE: no
 * passphrase, or a cost outside its range; OEO_ERR_IO. On failure nothing is left at path. Blocks.
 */
enum oeo_err oeo_lockbox_write(const char *path, int from, const struct oeo_secret *passphrase,
    const struct oeo_lockbox_cost *cost, struct oeo_note *why);

/*
 * Decrypt the file at path into a new file `to`, mode 0600, not synced. OEO_ERR_CRYPTO: another passphrase;
 * OEO_ERR_FORMAT: no such file, of a newer version, damaged or cut off; OEO_ERR_NOMEM, OEO_ERR_NOT_FOUND, OEO_ERR_EXISTS,
 * OEO_ERR_IO. On failure nothing is left at `to`. Blocks.
 */
enum oeo_err oeo_lockbox_read(
    const char *to, const char *path, const struct oeo_secret *passphrase, struct oeo_note *why);

#endif
