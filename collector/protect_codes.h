/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The codes of one dimension of a table to be protected, and the hierarchies over them. Code 0 is "Total". A
 * hierarchy is a tree with root Total; without a file, Total is the parent of every code of the table. Two
 * hierarchies over one dimension share their lowest codes. A code with one child is the same as that child: both
 * are written, one is reckoned with.
 */
#ifndef OEO_COLLECTOR_PROTECT_CODES_H
#define OEO_COLLECTOR_PROTECT_CODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "proto/err.h"

#define OEO_PROTECT_TOTAL 0u
#define OEO_PROTECT_NONE UINT32_MAX
#define OEO_PROTECT_CODE_BYTES 255
#define OEO_PROTECT_NAMES_LIMIT 1000000u /* in one list */
#define OEO_PROTECT_LEVELS 64 /* steps from a code to Total */

/* Texts, each once, numbered from 0 as they come. */
struct oeo_protect_names {
	char **names;
	size_t n;
	size_t capacity;
	uint32_t *slots; /* hash table: number + 1; 0 is empty */
	size_t n_slots; /* a power of two, or 0 */
};

struct oeo_protect_hierarchy {
	const char *file; /* borrowed; NULL: all codes below Total */
	uint32_t *parents; /* of every code: its parent, OEO_PROTECT_NONE where it is not in this hierarchy */
	bool *has_children; /* of every code; NULL without a file */
	size_t n_parents;
};

struct oeo_protect_dimension {
	const char *name; /* borrowed */
	struct oeo_protect_names codes;
	struct oeo_protect_hierarchy *hierarchies;
	size_t n_hierarchies;
	/* Filled by oeo_protect_dimension_close. */
	uint32_t *order; /* code numbers as they are written: Total, then the rest by its bytes */
	uint32_t *ranks; /* of every code: the place in order of the code that it is the same as */
	uint32_t *aliases; /* of every code: the code that it is the same as */
};

/* Find or add a text. OEO_ERR_NOMEM; OEO_ERR_RANGE: there are OEO_PROTECT_NAMES_LIMIT already. */
enum oeo_err oeo_protect_names_add(struct oeo_protect_names *names, const char *text, uint32_t *number);

/* The number of a text, OEO_PROTECT_NONE where it is not there. */
uint32_t oeo_protect_names_find(const struct oeo_protect_names *names, const char *text);

void oeo_protect_names_fini(struct oeo_protect_names *names);

/* Begin with Total alone. OEO_ERR_NOMEM. */
enum oeo_err oeo_protect_dimension_init(struct oeo_protect_dimension *dimension, const char *name);

/*
 * Read a hierarchy file, `child,parent`, before the table is read. OEO_ERR_FORMAT, OEO_ERR_NOT_FOUND, OEO_ERR_IO with
 * file:line in why: no such header, a child with two parents, the same row twice, a cycle, a parent that does not
 * lead to Total, more than OEO_PROTECT_LEVELS, Total as a child.
 */
enum oeo_err oeo_protect_dimension_read(
    struct oeo_protect_dimension *dimension, const char *file, struct oeo_note *why);

/*
 * Find or add a code of the table. OEO_ERR_RANGE with the reason, without file and line, in why: empty, too long, not one line of text, the
 * word Total, not in one of the hierarchies, or not at the bottom of one.
 */
enum oeo_err oeo_protect_dimension_code(
    struct oeo_protect_dimension *dimension, const char *text, uint32_t *code, struct oeo_note *why);

/* Once all codes are there: work out order, ranks and aliases. OEO_ERR_NOMEM. */
enum oeo_err oeo_protect_dimension_close(struct oeo_protect_dimension *dimension);

/*
 * The parent of a code (that is its own alias) in hierarchy h, itself its own alias and another code;
 * OEO_PROTECT_NONE above Total and where the code is not in h. After close.
 */
uint32_t oeo_protect_dimension_parent(const struct oeo_protect_dimension *dimension, size_t h, uint32_t code);

void oeo_protect_dimension_fini(struct oeo_protect_dimension *dimension);

#endif
