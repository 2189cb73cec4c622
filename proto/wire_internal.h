/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the .c files of wire.h share: the bounds of a message, and an arena from which protobuf-c allocates,
 * so that a part with thousands of buckets costs a few allocations and a hostile message cannot make its
 * reader allocate more than a fixed multiple of what it may weigh. Not for other modules.
 */
#ifndef OEO_PROTO_WIRE_INTERNAL_H
#define OEO_PROTO_WIRE_INTERNAL_H

#include "proto/wire.h"

/* Check every bound of a message, whatever its direction. OEO_ERR_RANGE where one does not hold. */
enum oeo_err oeo_wire_check(const struct oeo_message *message);

/* Bytes of a group of elements as it travels. */
#define OEO_GROUP_BYTES ((size_t)OEO_GROUP_SIZE * OEO_ELEMENT_BYTES)

struct oeo_arena_chunk;

struct oeo_arena {
	struct oeo_arena_chunk *chunks;
	size_t taken; /* bytes of all chunks */
	size_t limit;
	bool is_exhausted; /* an allocation failed because memory, not the limit, ran out */
};

/* An arena that takes at most limit bytes from the heap; none yet. */
void oeo_arena_init(struct oeo_arena *arena, size_t limit);

/* Bytes (not zeroed), aligned for any type, that live until oeo_arena_fini. NULL: above the limit or out of
 * memory. */
void *oeo_arena_take(struct oeo_arena *arena, size_t size);

/* As oeo_arena_take, for count elements of size bytes, zeroed. */
void *oeo_arena_take_array(struct oeo_arena *arena, size_t count, size_t size);

void oeo_arena_fini(struct oeo_arena *arena);

/* OEO_ERR_NOMEM where memory ran out, else OEO_ERR_FORMAT: what a failed allocation means while unpacking. */
enum oeo_err oeo_arena_failure(const struct oeo_arena *arena);

#endif
