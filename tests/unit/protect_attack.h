/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Attacks on a published table of counts, written apart from what protects it and from the audit: they know nothing of
 * cells, relations or decisions, only which inner counts every published number is the sum of. Exact linear algebra modulo
 * a prime, and a search through all tables of whole numbers that agree with what is published.
 */
#ifndef OEO_TESTS_UNIT_PROTECT_ATTACK_H
#define OEO_TESTS_UNIT_PROTECT_ATTACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ATTACK_DIMENSIONS 4
#define ATTACK_CODES 64
#define ATTACK_CODE_BYTES 16
#define ATTACK_HIERARCHIES 2
#define ATTACK_NONE SIZE_MAX

/* Codes: 0 is Total, then the bottom codes, then those between. */
struct attack_dimension {
	char name[24];
	char codes[ATTACK_CODES][ATTACK_CODE_BYTES];
	size_t n_codes;
	size_t n_bottoms; /* codes 1 .. n_bottoms */
	size_t n_hierarchies; /* at least 1 */
	size_t parents[ATTACK_HIERARCHIES][ATTACK_CODES]; /* ATTACK_NONE: not in this hierarchy, or Total */
	bool holds[ATTACK_CODES][ATTACK_CODES]; /* code, bottom code; by attack_table_close */
};

/* A table, the truth about it, and what of it is published. Places (all combinations of codes) and inner numbers (of
 * bottom codes) are numbered with the first dimension as the most significant. */
struct attack_table {
	struct attack_dimension dimensions[ATTACK_DIMENSIONS];
	size_t n_dimensions;
	uint64_t k;
	uint64_t rest;
	bool hides_zeros;
	size_t n_members;
	size_t n_inner;
	uint64_t *truth; /* n_inner */
	bool *is_single; /* n_inner: one contributor */
	uint64_t *own; /* n_members * n_inner */
	size_t n_places;
	bool *within; /* n_places * n_inner: is this inner number one of what the place adds up? */
	uint64_t *totals; /* n_places */
	int64_t *shown; /* n_places; -1: hidden */
};

enum attack_kind { ATTACK_L, ATTACK_P, ATTACK_Q, ATTACK_S, ATTACK_O, ATTACK_G, ATTACK_KINDS };

struct attack_tally {
	size_t recovered[ATTACK_KINDS]; /* numbers that the rules hide */
	size_t beside[ATTACK_KINDS]; /* numbers that are hidden to protect those */
	size_t whole
	    [ATTACK_KINDS]; /* numbers that follow only because numbers are whole: no linear program finds them */
	size_t n_hidden;
	size_t n_given_up; /* numbers for which the search took too long */
};

/* Add a code that is below nothing yet; its number. */
size_t attack_code_add(struct attack_dimension *dimension, const char *name);

/* Once dimensions and counts are set: work out what holds what, and make room for inner numbers. */
void attack_table_size(struct attack_table *table);
/* Once truth is set: work out the totals. */
void attack_table_close(struct attack_table *table);
void attack_table_free(struct attack_table *table);

/* The number of a code; ATTACK_NONE: unknown. */
size_t attack_code_find(const struct attack_dimension *dimension, const char *code);

/* The codes of a place, and back; the codes of an inner number are bottom codes. */
void attack_split_place(const struct attack_table *table, size_t place, size_t codes[ATTACK_DIMENSIONS]);
size_t attack_join_place(const struct attack_table *table, const size_t codes[ATTACK_DIMENSIONS]);
void attack_split_inner(const struct attack_table *table, size_t inner, size_t codes[ATTACK_DIMENSIONS]);

static inline bool attack_is_within(const struct attack_table *table, size_t place, size_t inner)
{
	return table->within[place * table->n_inner + inner];
}

/* The sum of numbers (n_inner) in a place. */
uint64_t attack_add_up(const struct attack_table *table, size_t place, const uint64_t *numbers);

/* Zeroed, n + 1 of them; does not fail. */
void *attack_alloc(size_t n, size_t size);

/* Take over a protected table as it was written: every place once, every number true. False with a message where not. */
bool attack_table_publish(struct attack_table *table, char *text);

/* Publish by the bare threshold. */
void attack_table_publish_bare(struct attack_table *table);

/* Linear algebra alone. */
void attack_linear(const struct attack_table *table, struct attack_tally *tally);

/* G: what is left of known sums over their hidden parts. */
void attack_groups(const struct attack_table *table, struct attack_tally *tally);

/* All attackers; those that search only where at most most_unknown inner numbers are unknown. */
void attack_all(const struct attack_table *table, size_t most_unknown, struct attack_tally *tally);

#endif
