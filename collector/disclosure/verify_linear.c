/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Gauss and Jordan, modulo a prime below 2^31, on sparse rows: in the end every row has a leading unknown that
 * stands in no other row, and an unknown follows from what is shown exactly if it is alone in its row.
 */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/verify.h"

#define PRIME UINT64_C(2147483629)

struct term {
	size_t unknown;
	uint64_t factor; /* 1 .. PRIME - 1 */
};

struct row {
	struct term *terms; /* by unknown */
	size_t n;
};

struct system {
	struct row *rows;
	size_t n_rows;
	size_t *leads; /* of every unknown: its row + 1; 0 where it leads none */
	struct term *spare;
	size_t n_unknowns;
};

static uint64_t power(uint64_t base, uint64_t exponent)
{
	uint64_t result = 1;

	for (; exponent > 0; exponent >>= 1, base = base * base % PRIME)
		if ((exponent & 1) != 0)
			result = result * base % PRIME;
	return result;
}

static int compare_terms(const void *a, const void *b)
{
	const struct term *left = a;
	const struct term *right = b;

	return (left->unknown > right->unknown) - (left->unknown < right->unknown);
}

/* row += factor * other; both by unknown. */
static bool add_row(struct system *system, struct row *row, const struct row *other, uint64_t factor)
{
	size_t i = 0;
	size_t j = 0;
	size_t n = 0;
	struct term *terms;

	while (i < row->n || j < other->n) {
		struct term term;

		if (j == other->n || (i < row->n && row->terms[i].unknown < other->terms[j].unknown)) {
			term = row->terms[i++];
		} else {
			term.unknown = other->terms[j].unknown;
			term.factor = factor * other->terms[j].factor % PRIME;
			if (i < row->n && row->terms[i].unknown == term.unknown)
				term.factor = (term.factor + row->terms[i++].factor) % PRIME;
			j++;
		}
		if (term.factor != 0)
			system->spare[n++] = term;
	}
	terms = realloc(row->terms, (n > 0 ? n : 1) * sizeof(*terms));
	if (terms == NULL)
		return false;
	memcpy(terms, system->spare, n * sizeof(*terms));
	row->terms = terms;
	row->n = n;
	return true;
}

static uint64_t factor_of(const struct row *row, size_t unknown)
{
	size_t low = 0;
	size_t high = row->n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (row->terms[middle].unknown < unknown)
			low = middle + 1;
		else
			high = middle;
	}
	return low < row->n && row->terms[low].unknown == unknown ? row->terms[low].factor : 0;
}

/* Take out of a row every unknown that leads another row. */
static bool reduce_row(struct system *system, struct row *row)
{
	size_t i = 0;

	while (i < row->n) {
		size_t lead = system->leads[row->terms[i].unknown];
		size_t unknown = row->terms[i].unknown;

		if (lead == 0) {
			i++;
			continue;
		}
		if (!add_row(system, row, &system->rows[lead - 1], PRIME - row->terms[i].factor))
			return false;
		/* That unknown is gone, and what came in leads nothing; go on behind it. */
		for (i = 0; i < row->n && row->terms[i].unknown < unknown;)
			i++;
	}
	return true;
}

/* Make the row's first unknown lead it, and take that out of all rows before. */
static bool lead_row(struct system *system, size_t index)
{
	struct row *row = &system->rows[index];
	size_t unknown = row->terms[0].unknown;
	uint64_t scale = power(row->terms[0].factor, PRIME - 2);

	for (size_t i = 0; i < row->n; i++)
		row->terms[i].factor = row->terms[i].factor * scale % PRIME;
	for (size_t i = 0; i < index; i++) {
		uint64_t factor = factor_of(&system->rows[i], unknown);

		if (factor != 0 && !add_row(system, &system->rows[i], row, PRIME - factor))
			return false;
	}
	system->leads[unknown] = index + 1;
	return true;
}

static bool load_row(const struct view *view, const struct oeo_disclosure_relation *relation, struct row *row)
{
	size_t n = view->problem->n_cells;

	row->terms = calloc(relation->n_children + 1, sizeof(*row->terms));
	row->n = 0;
	if (row->terms == NULL)
		return false;
	if (!is_plain(view, relation->measure, relation->parent))
		row->terms[row->n++] = (struct term){relation->measure * n + relation->parent, PRIME - 1};
	for (size_t i = 0; i < relation->n_children; i++)
		if (!is_plain(view, relation->measure, relation->children[i]))
			row->terms[row->n++] =
			    (struct term){relation->measure * n + relation->children[i], 1};
	qsort(row->terms, row->n, sizeof(*row->terms), compare_terms);
	return true;
}

static bool eliminate(struct system *system, const struct view *view)
{
	for (size_t i = 0; i < view->problem->n_relations; i++) {
		struct row *row = &system->rows[system->n_rows];

		if (view->problem->relations[i].kind != OEO_DISCLOSURE_EQUAL)
			continue;
		free(row->terms);
		if (!load_row(view, &view->problem->relations[i], row) || !reduce_row(system, row))
			return false;
		if (row->n == 0)
			continue;
		if (!lead_row(system, system->n_rows))
			return false;
		system->n_rows++;
	}
	return true;
}

bool oeo_disclosure_view_solve(struct view *view)
{
	size_t n = view->problem->n_cells;
	struct system system = {.n_unknowns = N_MEASURES * n};
	bool is_done;

	system.rows = calloc(view->problem->n_relations + 1, sizeof(*system.rows));
	system.leads = calloc(system.n_unknowns + 1, sizeof(*system.leads));
	system.spare = calloc(system.n_unknowns + 1, sizeof(*system.spare));
	is_done =
	    system.rows != NULL && system.leads != NULL && system.spare != NULL && eliminate(&system, view);
	for (size_t m = 0; is_done && m < N_MEASURES; m++)
		memset(view->follows[m], 0, n * sizeof(bool));
	for (size_t i = 0; is_done && i < system.n_rows; i++) {
		size_t unknown = system.rows[i].terms[0].unknown;

		if (system.rows[i].n == 1)
			view->follows[unknown / n][unknown % n] = true;
	}
	for (size_t i = 0; system.rows != NULL && i <= view->problem->n_relations; i++)
		free(system.rows[i].terms);
	free(system.rows);
	free(system.leads);
	free(system.spare);
	return is_done;
}
