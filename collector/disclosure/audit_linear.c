/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * L, and S as far as it is linear. The equations are put into echelon form modulo a prime, always taking
 * the unknown that the fewest rows hold, so that little fills in. Then random vectors of the null space are made: an
 * unknown that follows from what is shown is 0 in all of them, one that follows from unknown c alone is a
 * fixed multiple of c. For one that does not follow, the chance of looking so is below 2^-60 per vector.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

#define VECTORS 2

__extension__ typedef unsigned __int128 wide;

/* 2^61 - 1 and 2^61 - 31, both prime. */
static const uint64_t primes[] = {(UINT64_C(1) << 61) - 1, (UINT64_C(1) << 61) - 31};
#define PRIMES (sizeof(primes) / sizeof(primes[0]))

struct entry {
	size_t column;
	uint64_t value; /* 1 .. prime - 1 */
};

struct line {
	struct entry *entries; /* by column; owned */
	size_t n;
	bool is_active;
};

struct list {
	size_t *items; /* owned */
	size_t n;
	size_t capacity;
};

struct matrix {
	uint64_t prime;
	struct line *lines;
	size_t n_lines;
	size_t n_columns;
	size_t *counts; /* per column: active lines that have it */
	struct list *holders; /* per column: lines that have it, or once had */
	size_t *pivot_lines; /* in the order they were taken */
	size_t *pivot_columns;
	size_t n_pivots;
	struct list ready; /* columns that one active line has */
	uint64_t random;
};

static uint64_t times(uint64_t a, uint64_t b, uint64_t prime)
{
	return (uint64_t)((wide)a * b % prime);
}

static uint64_t inverse(uint64_t value, uint64_t prime)
{
	uint64_t result = 1;

	for (uint64_t power = prime - 2; power > 0; power >>= 1) {
		if ((power & 1) != 0)
			result = times(result, value, prime);
		value = times(value, value, prime);
	}
	return result;
}

static bool append(struct list *list, size_t item)
{
	if (list->n == list->capacity) {
		size_t capacity = list->capacity > 0 ? 2 * list->capacity : 8;
		size_t *items = realloc(list->items, capacity * sizeof(*items));

		if (items == NULL)
			return false;
		list->items = items;
		list->capacity = capacity;
	}
	list->items[list->n++] = item;
	return true;
}

static void free_matrix(struct matrix *matrix)
{
	for (size_t i = 0; matrix->lines != NULL && i < matrix->n_lines; i++)
		free(matrix->lines[i].entries);
	for (size_t i = 0; matrix->holders != NULL && i < matrix->n_columns; i++)
		free(matrix->holders[i].items);
	free(matrix->lines);
	free(matrix->counts);
	free(matrix->holders);
	free(matrix->pivot_lines);
	free(matrix->pivot_columns);
	free(matrix->ready.items);
}

static int compare_entries(const void *a, const void *b)
{
	const struct entry *left = a;
	const struct entry *right = b;

	return (left->column > right->column) - (left->column < right->column);
}

static bool count_down(struct matrix *matrix, size_t column)
{
	return --matrix->counts[column] != 1 || append(&matrix->ready, column);
}

static bool take_line(struct matrix *matrix, const struct audit_system *system, const struct audit_row *row,
    const size_t *place_of)
{
	struct line *line = &matrix->lines[matrix->n_lines];

	line->entries = oeo_audit_alloc(row->n, sizeof(*line->entries));
	if (line->entries == NULL)
		return false;
	for (size_t i = 0; i < row->n; i++) {
		const struct audit_term *term = &system->terms[row->first + i];

		line->entries[line->n++] =
		    (struct entry){place_of[term->unknown], term->factor > 0 ? 1 : matrix->prime - 1};
	}
	qsort(line->entries, line->n, sizeof(*line->entries), compare_entries);
	line->is_active = true;
	for (size_t i = 0; i < line->n; i++) {
		matrix->counts[line->entries[i].column]++;
		if (!append(&matrix->holders[line->entries[i].column], matrix->n_lines))
			return false;
	}
	matrix->n_lines++;
	return true;
}

static bool load_matrix(
    struct matrix *matrix, const struct audit_system *system, size_t component, const size_t *place_of)
{
	size_t n_rows = system->joins.first[component + 1] - system->joins.first[component];

	matrix->n_columns = system->members.first[component + 1] - system->members.first[component];
	matrix->lines = oeo_audit_alloc(n_rows, sizeof(*matrix->lines));
	matrix->counts = oeo_audit_alloc(matrix->n_columns, sizeof(size_t));
	matrix->holders = oeo_audit_alloc(matrix->n_columns, sizeof(*matrix->holders));
	matrix->pivot_lines = oeo_audit_alloc(n_rows, sizeof(size_t));
	matrix->pivot_columns = oeo_audit_alloc(n_rows, sizeof(size_t));
	if (matrix->lines == NULL || matrix->counts == NULL || matrix->holders == NULL ||
	    matrix->pivot_lines == NULL || matrix->pivot_columns == NULL)
		return false;
	for (size_t i = 0; i < n_rows; i++) {
		const struct audit_row *row =
		    &system->rows[system->joins.items[system->joins.first[component] + i]];

		if (row->low == row->high && !row->is_off && !take_line(matrix, system, row, place_of))
			return false;
	}
	for (size_t i = 0; i < matrix->n_columns; i++)
		if (matrix->counts[i] == 1 && !append(&matrix->ready, i))
			return false;
	return true;
}

static const struct entry *find_entry(const struct line *line, size_t column)
{
	struct entry wanted = {column, 0};

	return bsearch(&wanted, line->entries, line->n, sizeof(*line->entries), compare_entries);
}

/* Put one merged entry behind the others; keeps the counts right. */
static bool put_entry(
    struct matrix *matrix, size_t index, struct entry *merged, size_t *n, struct entry entry, bool was_there)
{
	if (entry.value == 0)
		return count_down(matrix, entry.column);
	merged[(*n)++] = entry;
	if (was_there)
		return true;
	matrix->counts[entry.column]++;
	return append(&matrix->holders[entry.column], index);
}

/* line += factor * pivot */
static bool add_line(struct matrix *matrix, size_t index, const struct line *pivot, uint64_t factor)
{
	struct line *line = &matrix->lines[index];
	struct entry *merged = oeo_audit_alloc(line->n + pivot->n, sizeof(*merged));
	size_t n = 0;
	size_t i = 0;
	size_t j = 0;
	bool is_fine = merged != NULL;

	while (is_fine && (i < line->n || j < pivot->n)) {
		if (j == pivot->n || (i < line->n && line->entries[i].column < pivot->entries[j].column)) {
			merged[n++] = line->entries[i++];
		} else {
			struct entry entry = {
			    pivot->entries[j].column, times(pivot->entries[j].value, factor, matrix->prime)};
			bool was_there = i < line->n && line->entries[i].column == entry.column;

			if (was_there)
				entry.value = (entry.value + line->entries[i++].value) % matrix->prime;
			j++;
			is_fine = put_entry(matrix, index, merged, &n, entry, was_there);
		}
	}
	if (merged != NULL) {
		free(line->entries);
		line->entries = merged;
		line->n = n;
	}
	return is_fine;
}

/* The shortest active line that has the column. */
static size_t choose_line(const struct matrix *matrix, size_t column)
{
	const struct list *holders = &matrix->holders[column];
	size_t best = AUDIT_NONE;

	for (size_t i = 0; i < holders->n; i++) {
		const struct line *line = &matrix->lines[holders->items[i]];

		if (line->is_active && (best == AUDIT_NONE || line->n < matrix->lines[best].n) &&
		    find_entry(line, column) != NULL)
			best = holders->items[i];
	}
	return best;
}

static bool take_pivot(struct matrix *matrix, size_t column)
{
	size_t chosen = choose_line(matrix, column);
	const struct line *pivot;
	uint64_t scale;

	if (chosen == AUDIT_NONE)
		return true;
	pivot = &matrix->lines[chosen];
	matrix->lines[chosen].is_active = false;
	scale = inverse(find_entry(pivot, column)->value, matrix->prime);
	for (size_t i = 0; i < matrix->holders[column].n; i++) {
		size_t index = matrix->holders[column].items[i];
		const struct entry *entry;

		if (!matrix->lines[index].is_active)
			continue;
		entry = find_entry(&matrix->lines[index], column);
		if (entry != NULL && !add_line(matrix, index, pivot,
					 times(matrix->prime - entry->value, scale, matrix->prime)))
			return false;
	}
	for (size_t i = 0; i < pivot->n; i++)
		if (!count_down(matrix, pivot->entries[i].column))
			return false;
	matrix->pivot_lines[matrix->n_pivots] = chosen;
	matrix->pivot_columns[matrix->n_pivots++] = column;
	return true;
}

/* A column that the fewest active lines have; AUDIT_NONE: none is left. */
static size_t choose_column(struct matrix *matrix)
{
	size_t best = AUDIT_NONE;

	while (matrix->ready.n > 0) {
		size_t column = matrix->ready.items[--matrix->ready.n];

		if (matrix->counts[column] == 1)
			return column;
	}
	for (size_t i = 0; i < matrix->n_columns; i++)
		if (matrix->counts[i] > 0 && (best == AUDIT_NONE || matrix->counts[i] < matrix->counts[best]))
			best = i;
	return best;
}

static bool eliminate(struct matrix *matrix)
{
	for (;;) {
		size_t column = choose_column(matrix);

		if (column == AUDIT_NONE)
			return true;
		if (!take_pivot(matrix, column))
			return false;
	}
}

/* SplitMix64: any numbers will do, and the same ones every time. */
static uint64_t draw(struct matrix *matrix)
{
	uint64_t z = matrix->random += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return (z ^ (z >> 31)) % (matrix->prime - 1) + 1;
}

static void fill_vector(struct matrix *matrix, uint64_t *vector)
{
	uint64_t prime = matrix->prime;

	for (size_t i = 0; i < matrix->n_columns; i++)
		vector[i] = draw(matrix);
	for (size_t i = matrix->n_pivots; i-- > 0;) {
		const struct line *line = &matrix->lines[matrix->pivot_lines[i]];
		size_t column = matrix->pivot_columns[i];
		uint64_t sum = 0;

		for (size_t j = 0; j < line->n; j++)
			if (line->entries[j].column != column)
				sum = (sum + times(line->entries[j].value, vector[line->entries[j].column],
						 prime)) %
				      prime;
		vector[column] =
		    sum == 0 ? 0 : times(prime - sum, inverse(find_entry(line, column)->value, prime), prime);
	}
}

/* ---- S */

struct ratio {
	uint64_t value;
	size_t unknown;
};

static int compare_ratios(const void *a, const void *b)
{
	const struct ratio *left = a;
	const struct ratio *right = b;

	if (left->value != right->value)
		return (left->value > right->value) - (left->value < right->value);
	return (left->unknown > right->unknown) - (left->unknown < right->unknown);
}

/* A margin that has the single's own number holds that one alone, or an inner cell that is accused itself. */
static bool is_own_margin(const struct audit_system *system, size_t unknown, int64_t own)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[audit_cell(system, unknown)];

	return !system->unknowns[unknown].is_inner && cell->state == OEO_DISCLOSURE_OPEN &&
	       audit_value(cell, audit_measure(system, unknown)) == own;
}

/* Cells whose ratios agree: whoever knows one of them knows all. */
static void mark_class(struct audit_system *system, const struct ratio *ratios, size_t n)
{
	size_t n_single = 0;
	int64_t own = 0;

	for (size_t i = 0; i < n; i++) {
		if (!oeo_audit_is_single(system, ratios[i].unknown))
			continue;
		n_single++;
		own = oeo_audit_single_value(system, ratios[i].unknown);
	}
	for (size_t i = 0; i < n; i++)
		if (n_single > (oeo_audit_is_single(system, ratios[i].unknown) ? 1u : 0u) &&
		    !is_own_margin(system, ratios[i].unknown, own))
			oeo_audit_mark(system, ratios[i].unknown, OEO_AUDIT_S);
}

static bool find_singles(struct audit_system *system, const struct matrix *matrix, size_t component,
    uint64_t *const vectors[VECTORS])
{
	const size_t *members = system->members.items + system->members.first[component];
	struct ratio *ratios = oeo_audit_alloc(matrix->n_columns, sizeof(*ratios));
	size_t n = 0;
	size_t first = 0;

	if (ratios == NULL)
		return false;
	for (size_t i = 0; i < matrix->n_columns; i++)
		if (vectors[0][i] != 0)
			ratios[n++] = (struct ratio){
			    times(vectors[1][i], inverse(vectors[0][i], matrix->prime), matrix->prime),
			    members[i]};
	qsort(ratios, n, sizeof(*ratios), compare_ratios);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && ratios[i].value == ratios[first].value)
			continue;
		mark_class(system, ratios + first, i - first);
		first = i;
	}
	free(ratios);
	return true;
}

/* ---- One component, one prime */

static bool attack(struct audit_system *system, size_t component, const size_t *place_of, uint64_t prime)
{
	struct matrix matrix = {.prime = prime, .random = component};
	uint64_t *vectors[VECTORS] = {NULL};
	bool is_done = load_matrix(&matrix, system, component, place_of) && eliminate(&matrix);

	for (size_t v = 0; v < VECTORS; v++) {
		vectors[v] = oeo_audit_alloc(matrix.n_columns, sizeof(uint64_t));
		is_done = is_done && vectors[v] != NULL;
		if (is_done)
			fill_vector(&matrix, vectors[v]);
	}
	for (size_t i = 0; is_done && i < matrix.n_columns; i++)
		if (vectors[0][i] == 0)
			oeo_audit_mark(system, system->members.items[system->members.first[component] + i],
			    system->options->attackers & OEO_AUDIT_L);
	if (is_done && (system->options->attackers & OEO_AUDIT_S) != 0)
		is_done = find_singles(system, &matrix, component, vectors);
	for (size_t v = 0; v < VECTORS; v++)
		free(vectors[v]);
	free_matrix(&matrix);
	return is_done;
}

enum oeo_audit_err oeo_audit_linear(struct audit_system *system)
{
	size_t *place_of = oeo_audit_alloc(system->n_unknowns, sizeof(*place_of));
	enum oeo_audit_err err = place_of != NULL ? OEO_AUDIT_OK : OEO_AUDIT_NOMEM;

	for (size_t i = 0; err == OEO_AUDIT_OK && i < system->n_components; i++) {
		size_t first = system->members.first[i];
		size_t n = system->members.first[i + 1] - first;

		for (size_t j = 0; j < n; j++)
			place_of[system->members.items[first + j]] = j;
		for (size_t p = 0; err == OEO_AUDIT_OK && p < PRIMES; p++)
			if (!attack(system, i, place_of, primes[p]))
				err = OEO_AUDIT_NOMEM;
		if (err == OEO_AUDIT_OK && !oeo_audit_go_on(system, n))
			err = OEO_AUDIT_INTERRUPTED;
	}
	free(place_of);
	return err;
}
