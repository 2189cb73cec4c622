/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/linear.h"

#include <stdlib.h>
#include <string.h>

#define PRIME ((UINT64_C(1) << 61) - 1)

__extension__ typedef unsigned __int128 wide;

/* A variable is a cell in a measure: measure * n + cell. */

static uint64_t multiply(uint64_t a, uint64_t b)
{
	wide product = (wide)a * b;
	uint64_t sum = (uint64_t)(product & PRIME) + (uint64_t)(product >> 61);

	return sum >= PRIME ? sum - PRIME : sum;
}

static uint64_t subtract(uint64_t a, uint64_t b)
{
	return a >= b ? a - b : a + PRIME - b;
}

static uint64_t invert(uint64_t a)
{
	uint64_t result = 1;

	for (uint64_t exponent = PRIME - 2; exponent > 0; exponent >>= 1) {
		if (exponent & 1)
			result = multiply(result, a);
		a = multiply(a, a);
	}
	return result;
}

/* splitmix64 (Steele, Lea, Flood 2014) of a variable, in 1 .. PRIME - 1. */
static uint64_t pick(uint64_t variable)
{
	uint64_t z = (variable + 1) * UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return 1 + (z ^ (z >> 31)) % (PRIME - 1);
}

bool oeo_disclosure_linear_init(struct linear *linear, const struct model *model)
{
	size_t n_variables = MEASURES * model->n;

	memset(linear, 0, sizeof(*linear));
	linear->n = model->n;
	for (size_t m = 0; m < MEASURES; m++)
		linear->is_determined[m] = oeo_disclosure_alloc(model->n, sizeof(bool));
	linear->place = oeo_disclosure_alloc(n_variables, sizeof(size_t));
	linear->variables = oeo_disclosure_alloc(n_variables, sizeof(size_t));
	linear->has_row = oeo_disclosure_alloc(model->n_links, sizeof(bool));
	linear->rows = oeo_disclosure_alloc(model->n_links, sizeof(size_t));
	linear->work = oeo_disclosure_alloc(n_variables, sizeof(uint64_t));
	linear->pivot_rows = oeo_disclosure_alloc(n_variables, sizeof(size_t));
	linear->starts = oeo_disclosure_alloc(model->n_links + 1, sizeof(size_t));
	return linear->is_determined[R] != NULL && linear->is_determined[Q] != NULL &&
	       linear->place != NULL && linear->variables != NULL && linear->has_row != NULL &&
	       linear->rows != NULL && linear->work != NULL && linear->pivot_rows != NULL &&
	       linear->starts != NULL;
}

void oeo_disclosure_linear_fini(struct linear *linear)
{
	for (size_t m = 0; m < MEASURES; m++)
		free(linear->is_determined[m]);
	free(linear->place);
	free(linear->variables);
	free(linear->has_row);
	free(linear->rows);
	free(linear->work);
	free(linear->pivot_rows);
	free(linear->starts);
	free(linear->columns);
	free(linear->factors);
	memset(linear, 0, sizeof(*linear));
}

static bool reserve(struct linear *linear, size_t size)
{
	size_t wanted = linear->pool_size > 0 ? linear->pool_size : 1024;
	void *grown;

	if (size <= linear->pool_size)
		return true;
	while (wanted < size)
		wanted *= 2;
	grown = realloc(linear->columns, wanted * sizeof(*linear->columns));
	if (grown == NULL)
		return false;
	linear->columns = grown;
	grown = realloc(linear->factors, wanted * sizeof(*linear->factors));
	if (grown == NULL)
		return false;
	linear->factors = grown;
	linear->pool_size = wanted;
	return true;
}

struct component {
	size_t n_variables;
	size_t n_rows;
};

static void add_variable(struct linear *linear, const struct knowledge *knowledge,
    struct component *component, size_t measure, size_t cell)
{
	size_t variable = measure * linear->n + cell;

	if (knowledge->is_known[measure][cell] || linear->place[variable] != NONE)
		return;
	linear->place[variable] = component->n_variables;
	linear->variables[component->n_variables++] = variable;
}

static void add_rows(struct linear *linear, const struct model *model, const struct knowledge *knowledge,
    struct component *component, size_t measure, const struct lists *lists, size_t cell)
{
	for (size_t i = lists->first[cell]; i < lists->first[cell + 1]; i++) {
		const struct link *link = &model->links[lists->items[i]];

		if (link->kind != OEO_DISCLOSURE_EQUAL || (size_t)link->measure != measure ||
		    linear->has_row[lists->items[i]])
			continue;
		linear->has_row[lists->items[i]] = true;
		linear->rows[component->n_rows++] = lists->items[i];
		add_variable(linear, knowledge, component, measure, link->parent);
		for (size_t j = 0; j < link->n_children; j++)
			add_variable(linear, knowledge, component, measure, link->children[j]);
	}
}

/* Everything that hangs together with cell in this measure by way of unknown numbers. */
static struct component gather(struct linear *linear, const struct model *model,
    const struct knowledge *knowledge, size_t measure, size_t cell)
{
	struct component component = {0};

	add_rows(linear, model, knowledge, &component, measure, &model->as_child, cell);
	add_rows(linear, model, knowledge, &component, measure, &model->as_parent, cell);
	for (size_t i = 0; i < component.n_variables; i++) {
		size_t next = linear->variables[i] - measure * linear->n;

		add_rows(linear, model, knowledge, &component, measure, &model->as_child, next);
		add_rows(linear, model, knowledge, &component, measure, &model->as_parent, next);
	}
	return component;
}

static void load(struct linear *linear, const struct model *model, const struct knowledge *knowledge,
    const struct component *component, size_t row)
{
	const struct link *link = &model->links[linear->rows[row]];
	size_t base = link->measure * linear->n;

	memset(linear->work, 0, component->n_variables * sizeof(*linear->work));
	if (!knowledge->is_known[link->measure][link->parent])
		linear->work[linear->place[base + link->parent]] = PRIME - 1;
	for (size_t i = 0; i < link->n_children; i++)
		if (!knowledge->is_known[link->measure][link->children[i]])
			linear->work[linear->place[base + link->children[i]]] = 1;
}

/* Subtract factor times a row in echelon form from the row at work. */
static void eliminate(struct linear *linear, size_t row, uint64_t factor)
{
	for (size_t i = linear->starts[row]; i < linear->starts[row + 1]; i++)
		linear->work[linear->columns[i]] =
		    subtract(linear->work[linear->columns[i]], multiply(factor, linear->factors[i]));
}

/* Keep the row at work, from column pivot on, with one at the pivot. */
static bool keep(struct linear *linear, const struct component *component, size_t row, size_t pivot)
{
	uint64_t scale = invert(linear->work[pivot]);
	size_t end = linear->starts[row];

	if (!reserve(linear, end + component->n_variables - pivot))
		return false;
	for (size_t i = pivot; i < component->n_variables; i++) {
		if (linear->work[i] == 0)
			continue;
		linear->columns[end] = i;
		linear->factors[end++] = multiply(linear->work[i], scale);
	}
	linear->starts[row + 1] = end;
	linear->pivot_rows[pivot] = row;
	return true;
}

static bool make_echelon(struct linear *linear, const struct model *model, const struct knowledge *knowledge,
    const struct component *component)
{
	size_t n_kept = 0;

	linear->starts[0] = 0;
	for (size_t i = 0; i < component->n_variables; i++)
		linear->pivot_rows[i] = NONE;
	for (size_t row = 0; row < component->n_rows; row++) {
		load(linear, model, knowledge, component, row);
		for (size_t i = 0; i < component->n_variables; i++) {
			if (linear->work[i] == 0)
				continue;
			if (linear->pivot_rows[i] == NONE) {
				if (!keep(linear, component, n_kept, i))
					return false;
				n_kept++;
				break;
			}
			eliminate(linear, linear->pivot_rows[i], linear->work[i]);
		}
	}
	return true;
}

/* Pick the free numbers, work out the others from the last on, and see which can only be zero. */
static void solve(struct linear *linear, const struct component *component)
{
	for (size_t i = component->n_variables; i-- > 0;) {
		size_t row = linear->pivot_rows[i];
		size_t variable = linear->variables[i];
		uint64_t value = 0;

		if (row == NONE) {
			linear->work[i] = pick(variable);
			continue;
		}
		/* The row's first column is i itself. */
		for (size_t j = linear->starts[row] + 1; j < linear->starts[row + 1]; j++)
			value =
			    subtract(value, multiply(linear->factors[j], linear->work[linear->columns[j]]));
		linear->work[i] = value;
		linear->is_determined[variable / linear->n][variable % linear->n] = value == 0;
	}
}

static void forget(struct linear *linear, const struct component *component)
{
	for (size_t i = 0; i < component->n_variables; i++)
		linear->place[linear->variables[i]] = NONE;
}

static bool find_component(struct linear *linear, const struct model *model,
    const struct knowledge *knowledge, size_t measure, size_t cell)
{
	struct component component = gather(linear, model, knowledge, measure, cell);
	bool is_done = make_echelon(linear, model, knowledge, &component);

	if (is_done)
		solve(linear, &component);
	forget(linear, &component);
	return is_done;
}

bool oeo_disclosure_linear_find(
    struct linear *linear, const struct model *model, const struct knowledge *knowledge, size_t cell)
{
	bool is_done = true;

	memset(linear->has_row, 0, model->n_links * sizeof(*linear->has_row));
	for (size_t i = 0; i < MEASURES * linear->n; i++)
		linear->place[i] = NONE;
	for (size_t m = 0; m < MEASURES; m++) {
		memset(linear->is_determined[m], 0, linear->n * sizeof(bool));
		if (cell != NONE) {
			is_done = is_done && find_component(linear, model, knowledge, m, cell);
			continue;
		}
		/* A component's rows are marked when it is gathered, so each is looked at once. */
		for (size_t i = 0; is_done && i < linear->n; i++)
			if (!knowledge->is_known[m][i])
				is_done = find_component(linear, model, knowledge, m, i);
	}
	return is_done;
}
