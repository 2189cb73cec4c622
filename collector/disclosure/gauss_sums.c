/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_sums.h"

#include <stdlib.h>

/* A sum under way, by column. */
struct adder {
	uint64_t *values; /* of every column */
	uint32_t *used;
	size_t n;
};

static void *make(size_t n, size_t size)
{
	return calloc(n + 1, size);
}

static void add_terms(struct adder *adder, const struct gauss_sum *sum, bool is_minus)
{
	const uint64_t prime = (UINT64_C(1) << 61) - 1;

	for (size_t i = 0; i < sum->n; i++) {
		uint32_t column = sum->terms[i].column;
		uint64_t *value = &adder->values[column];

		if (*value == 0)
			adder->used[adder->n++] = column; /* perhaps twice, where it became zero before */
		*value += is_minus ? prime - sum->terms[i].factor : sum->terms[i].factor;
		*value = *value >= prime ? *value - prime : *value;
	}
}

static int compare_columns(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return (left > right) - (left < right);
}

/* Take the sum out of the adder, which is empty then. */
static bool take_sum(struct adder *adder, struct gauss_sum *sum)
{
	bool is_ok;

	qsort(adder->used, adder->n, sizeof(*adder->used), compare_columns);
	sum->n = 0;
	sum->terms = calloc(adder->n + 1, sizeof(*sum->terms));
	is_ok = sum->terms != NULL;
	for (size_t i = 0; i < adder->n; i++) {
		uint32_t column = adder->used[i];

		if (is_ok && adder->values[column] != 0)
			sum->terms[sum->n++] = (struct gauss_term){adder->values[column], column};
		adder->values[column] = 0;
	}
	adder->n = 0;
	return is_ok;
}

static bool init_adder(struct adder *adder, size_t n_columns)
{
	adder->n = 0;
	adder->values = make(n_columns, sizeof(*adder->values));
	adder->used = make(4 * n_columns, sizeof(*adder->used));
	return adder->values != NULL && adder->used != NULL;
}

static void fini_adder(struct adder *adder)
{
	free(adder->values);
	free(adder->used);
}

static bool sum_relation(struct gauss_system *system, struct adder *adder, size_t cell, size_t item)
{
	const struct oeo_disclosure_relation *relation =
	    &system->problem->relations[system->parent_items[item]];
	bool is_first = item == system->parent_first[cell];
	struct gauss_sum sum;

	for (size_t i = 0; i < relation->n_children; i++)
		add_terms(adder, &system->sums[relation->children[i]], false);
	if (is_first)
		return take_sum(adder, &system->sums[cell]);
	add_terms(adder, &system->sums[cell], true);
	if (!take_sum(adder, &sum))
		return false;
	if (sum.n == 0)
		free(sum.terms);
	else
		system->zeros[system->n_zeros++] = sum;
	return true;
}

static bool sum_inner(struct gauss_system *system, struct adder *adder, size_t cell)
{
	struct gauss_term term = {1, system->column_of[cell]};

	add_terms(adder, &(struct gauss_sum){&term, 1}, false);
	return take_sum(adder, &system->sums[cell]);
}

bool oeo_gauss_sums_build(struct gauss_system *system)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	struct adder adder = {NULL, NULL, 0};
	bool is_ok;

	system->sums = make(problem->n_cells, sizeof(*system->sums));
	system->zeros = make(problem->n_relations, sizeof(*system->zeros));
	is_ok = system->sums != NULL && system->zeros != NULL && init_adder(&adder, system->n_columns);
	for (size_t i = 0; i < problem->n_cells && is_ok; i++) {
		size_t cell = system->upward[i];

		if (system->column_of[cell] != GAUSS_NONE)
			is_ok = sum_inner(system, &adder, cell);
		for (size_t item = system->parent_first[cell]; item < system->parent_first[cell + 1] && is_ok;
		     item++)
			is_ok = sum_relation(system, &adder, cell, item);
	}
	fini_adder(&adder);
	return is_ok;
}

void oeo_gauss_sums_free(struct gauss_sum *sums, size_t n)
{
	for (size_t i = 0; i < n && sums != NULL; i++)
		free(sums[i].terms);
	free(sums);
}

/* Virtual cells */

void oeo_gauss_system_forget(struct gauss_system *system)
{
	for (size_t i = 0; i < system->n_virtuals; i++)
		free(system->virtuals[i].terms);
	system->n_virtuals = 0;
}

static bool is_same(const struct gauss_sum *a, const struct gauss_sum *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->terms[i].column != b->terms[i].column || a->terms[i].factor != b->terms[i].factor)
			return false;
	return true;
}

/* Make the group that has this sum a target; false where there is none. */
static bool mark_target(struct gauss_system *system, const struct gauss_sum *sum, bool *is_new)
{
	for (size_t i = 0; i < system->n_groups; i++) {
		struct gauss_group *group = &system->groups[i];

		if (!is_same(&system->sums[group->cell], sum))
			continue;
		*is_new = !group->is_target && !group->is_shown;
		if (!group->is_shown)
			group->is_target = true;
		return true;
	}
	for (size_t i = 0; i < system->n_virtuals; i++)
		if (is_same(&system->virtuals[i], sum))
			return true;
	return false;
}

/* Takes the sum. */
static bool append_virtual(struct gauss_system *system, struct gauss_sum sum, bool *is_new)
{
	*is_new = false;
	if (mark_target(system, &sum, is_new)) {
		free(sum.terms);
		return true;
	}
	if (system->n_virtuals == system->virtuals_capacity) {
		size_t capacity = 2 * system->virtuals_capacity + 16;
		struct gauss_sum *larger = realloc(system->virtuals, capacity * sizeof(*larger));

		if (larger == NULL) {
			free(sum.terms);
			return false;
		}
		system->virtuals = larger;
		system->virtuals_capacity = capacity;
	}
	system->virtuals[system->n_virtuals++] = sum;
	*is_new = true;
	return true;
}

bool oeo_gauss_system_add_virtual(
    struct gauss_system *system, const size_t *cells, const unsigned *factors, size_t n, bool *is_new)
{
	struct adder adder;
	struct gauss_sum sum = {NULL, 0};
	bool is_ok = init_adder(&adder, system->n_columns);

	*is_new = false;
	for (size_t i = 0; i < n && is_ok; i++)
		for (unsigned times = factors == NULL ? 1 : factors[i]; times > 0; times--)
			add_terms(&adder, &system->sums[cells[i]], false);
	is_ok = is_ok && take_sum(&adder, &sum);
	fini_adder(&adder);
	return is_ok && append_virtual(system, sum, is_new);
}

bool oeo_gauss_system_add_difference(
    struct gauss_system *system, size_t a, uint64_t factor, size_t b, bool *is_new)
{
	const struct gauss_sum *left = &system->sums[a], *right = &system->sums[b];
	struct gauss_sum sum = {calloc(left->n + right->n + 1, sizeof(*sum.terms)), 0};

	*is_new = false;
	if (sum.terms == NULL)
		return false;
	sum.n = oeo_gauss_combine(left->terms, left->n, factor, right->terms, right->n, sum.terms);
	return append_virtual(system, sum, is_new);
}
