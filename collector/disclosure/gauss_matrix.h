/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A sparse matrix modulo 2^61 - 1 from which rows are eliminated one by one: eliminating a row leaves what the
 * other rows still say when the number that belongs to it is known. A row that becomes zero is then known too; two rows
 * that become proportional tell each other. Both are seen without looking at the whole rows: every row has two
 * marks, fixed linear functions of it with coefficients that are random to the numbers, and the same every time.
 *
 * Inside collector/disclosure only.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_GAUSS_MATRIX_H
#define OEO_COLLECTOR_DISCLOSURE_GAUSS_MATRIX_H

#include <stdbool.h>

#include "collector/disclosure/gauss_modular.h"

struct gauss_row {
	struct gauss_term *terms; /* by column, ascending; owned */
	uint32_t n;
	uint32_t capacity;
	uint64_t marks[2];
	uint64_t seen; /* the elimination that looked at it last */
	bool is_live; /* still in the matrix */
	bool is_target; /* may not become zero */
	bool is_single; /* known to someone */
};

struct gauss_column {
	uint32_t *rows; /* those that have it, and some that had it once; owned */
	uint32_t n;
	uint32_t capacity;
};

/* How many watched rows have a direction: for S. */
struct gauss_class {
	uint64_t ratio;
	uint32_t rows; /* 0: a place that was used once */
	uint32_t singles;
	bool is_used;
};

struct gauss_matrix {
	struct gauss_row *rows;
	size_t n_rows;
	struct gauss_column *columns;
	size_t n_columns;
	bool watches_singles;
	struct gauss_class *classes;
	size_t n_classes; /* a power of two */
	size_t n_used;
	uint64_t n_looks;
	/* Scratch. */
	struct gauss_term *merged;
	size_t merged_capacity;
	struct gauss_change *changes;
	size_t changes_capacity;
};

/* Begin with n_rows empty rows over n_columns columns. False: out of memory. */
bool oeo_gauss_matrix_init(struct gauss_matrix *matrix, size_t n_rows, size_t n_columns);
void oeo_gauss_matrix_fini(struct gauss_matrix *matrix);

/* Set a row (once, before gauss_matrix_close). terms are sorted by column, borrowed. False: out of memory. */
bool oeo_gauss_matrix_set(
    struct gauss_matrix *matrix, uint32_t row, const struct gauss_term *terms, size_t n);

/* Once targets and singles are set: begin to watch. Targets that are known from the start are no targets any more. False: out of memory. */
bool oeo_gauss_matrix_watch(struct gauss_matrix *matrix, bool watches_singles);

enum gauss_answer { GAUSS_TAKEN, GAUSS_REFUSED, GAUSS_NOMEM };

/*
 * Eliminate a row, unless that makes a target known (is_forced: even then). GAUSS_TAKEN: it is out of the matrix,
 * also where it was known already. GAUSS_REFUSED: nothing has changed; culprit (may be NULL) gets a target that would
 * have been known.
 */
enum gauss_answer oeo_gauss_matrix_eliminate(
    struct gauss_matrix *matrix, uint32_t row, bool is_forced, uint32_t *culprit);

/* What oeo_gauss_matrix_eliminate would answer; nothing changes. */
enum gauss_answer oeo_gauss_matrix_ask(struct gauss_matrix *matrix, uint32_t row);

/* Take a row out of the matrix: nobody asks for it any more. */
void oeo_gauss_matrix_drop(struct gauss_matrix *matrix, uint32_t row);

/* The same, but keep it up to date: what it becomes is of use. */
void oeo_gauss_matrix_trace(struct gauss_matrix *matrix, uint32_t row);

/* Keep a row that was refused, as a target from now on. Only where singles are watched. */
void oeo_gauss_matrix_hold(struct gauss_matrix *matrix, uint32_t row);

/*
 * Where row is proportional to other, which is not zero: factor (modulo the prime) such that row - factor * other is
 * zero. False where it is not.
 */
bool oeo_gauss_matrix_compare(
    const struct gauss_matrix *matrix, uint32_t row, uint32_t other, uint64_t *factor);

#endif
