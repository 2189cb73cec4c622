/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/wire_internal.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_BYTES 16384

struct oeo_arena_chunk {
	struct oeo_arena_chunk *next;
	size_t used;
	size_t capacity;
	alignas(max_align_t) uint8_t bytes[];
};

void oeo_arena_init(struct oeo_arena *arena, size_t limit)
{
	arena->chunks = NULL;
	arena->taken = 0;
	arena->limit = limit;
	arena->is_exhausted = false;
}

static struct oeo_arena_chunk *add_chunk(struct oeo_arena *arena, size_t size)
{
	size_t capacity = size > CHUNK_BYTES ? size : CHUNK_BYTES;
	struct oeo_arena_chunk *chunk;

	if (capacity > arena->limit - arena->taken)
		return NULL;
	chunk = malloc(sizeof(*chunk) + capacity);
	if (chunk == NULL) {
		arena->is_exhausted = true;
		return NULL;
	}
	chunk->used = 0;
	chunk->capacity = capacity;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	arena->taken += capacity;
	return chunk;
}

void *oeo_arena_take(struct oeo_arena *arena, size_t size)
{
	struct oeo_arena_chunk *chunk = arena->chunks;
	size_t rounded;
	uint8_t *bytes;

	if (size > arena->limit)
		return NULL;
	rounded = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	if (chunk == NULL || chunk->capacity - chunk->used < rounded)
		chunk = add_chunk(arena, rounded);
	if (chunk == NULL)
		return NULL;
	bytes = chunk->bytes + chunk->used;
	chunk->used += rounded;
	return bytes;
}

void *oeo_arena_take_array(struct oeo_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	void *taken;

	if (!oeo_size_mul(count, size, &bytes))
		return NULL;
	taken = oeo_arena_take(arena, bytes);
	return taken != NULL ? memset(taken, 0, bytes) : NULL;
}

void oeo_arena_fini(struct oeo_arena *arena)
{
	struct oeo_arena_chunk *chunk;

	if (arena == NULL)
		return;
	while ((chunk = arena->chunks) != NULL) {
		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->taken = 0;
}

enum oeo_err oeo_arena_failure(const struct oeo_arena *arena)
{
	return arena->is_exhausted ? OEO_ERR_NOMEM : OEO_ERR_FORMAT;
}
