/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Streams of bytes that are too long for memory, for the length of one opening: chunks in one temporary file
 * without a name (O_TMPFILE) in the home, each encrypted (ChaCha20-Poly1305-IETF, the chunk's number as nonce)
 * under a random key that exists in memory only. After oeo_spill_close, or a crash, nothing readable is left.
 * What does not fill a chunk never reaches the disk.
 *
 * Written by one thread; afterwards read by any number of threads at once.
 */
#ifndef OEO_COLLECTOR_SPILL_H
#define OEO_COLLECTOR_SPILL_H

#include <stddef.h>
#include <stdint.h>

#include "proto/home.h"
#include "proto/wire.h"

/* A whole number of reports, so that no report lies in two chunks. */
#define OEO_SPILL_CHUNK_BYTES ((size_t)OEO_REPORT_BYTES * 1260)

struct oeo_spill;

/* Make n_streams empty streams. Free with oeo_spill_close. */
enum oeo_err oeo_spill_open(struct oeo_spill **spill, const struct oeo_home *home, size_t n_streams);
void oeo_spill_close(struct oeo_spill *spill);

/* Append bytes to a stream. OEO_ERR_IO: disk full. */
enum oeo_err oeo_spill_append(struct oeo_spill *spill, size_t stream, const void *bytes, size_t len);

/* Length of a stream, and the number of its chunks (the last may be short). */
uint64_t oeo_spill_bytes(const struct oeo_spill *spill, size_t stream);
size_t oeo_spill_chunks(const struct oeo_spill *spill, size_t stream);

/* Read chunk number `chunk` of a stream into bytes (OEO_SPILL_CHUNK_BYTES) and tell its length. OEO_ERR_CRYPTO: the file
 * was changed behind our back. */
enum oeo_err oeo_spill_read(
    const struct oeo_spill *spill, size_t stream, size_t chunk, uint8_t *bytes, size_t *len);

#endif
