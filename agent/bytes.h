/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How the agent writes what it keeps for itself in the ledger: numbers little-endian, bytes with their length
 * before them. Reading never goes past the end: after a fault every further read gives zero and is_bad is set.
 */
#ifndef OEO_AGENT_BYTES_H
#define OEO_AGENT_BYTES_H

#include "proto/buf.h"

/* Append a number of 1..8 bytes. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_bytes_put(struct oeo_buf *out, uint64_t number, unsigned width);

/* Append a length (4 bytes) and the bytes. OEO_ERR_RANGE above 2^32 - 1. */
enum oeo_err oeo_bytes_put_block(struct oeo_buf *out, const void *bytes, size_t len);

struct oeo_reader {
	const uint8_t *at; /* borrowed */
	size_t left;
	bool is_bad;
};

uint64_t oeo_bytes_take(struct oeo_reader *reader, unsigned width);

/* A block of exactly len bytes, without a length before it; NULL where it is not there. Borrowed. */
const uint8_t *oeo_bytes_take_raw(struct oeo_reader *reader, size_t len);

/* A length and its bytes; NULL where they are not there. Borrowed. */
const uint8_t *oeo_bytes_take_block(struct oeo_reader *reader, size_t *len);

/* True where everything was read and nothing is left. */
bool oeo_bytes_is_done(const struct oeo_reader *reader);

#endif
