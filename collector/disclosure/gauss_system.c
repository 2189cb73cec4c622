/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_system.h"

#include "collector/disclosure/gauss_sums.h"

#include <stdlib.h>
#include <string.h>

static void *allocate(size_t n, size_t size)
{
	return calloc(n + 1, size);
}

static bool check_problem(const struct oeo_disclosure_problem *problem, enum oeo_disclosure_measure *measure)
{
	*measure = problem->n_relations > 0 ? problem->relations[0].measure : OEO_DISCLOSURE_RESIDENTS;
	if (problem->n_cells >= GAUSS_NONE || problem->n_relations >= GAUSS_NONE)
		return false;
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (relation->kind != OEO_DISCLOSURE_EQUAL || relation->measure != *measure ||
		    relation->n_children == 0 || relation->parent >= problem->n_cells)
			return false;
		for (size_t j = 0; j < relation->n_children; j++)
			if (relation->children[j] >= problem->n_cells)
				return false;
	}
	for (size_t i = 0; i < problem->n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &problem->cells[i];

		if (cell->state != OEO_DISCLOSURE_OPEN || !cell->has_measure[*measure] ||
		    cell->hides_questions || cell->table >= problem->n_tables ||
		    cell->value[*measure] > OEO_DISCLOSURE_VALUE_LIMIT)
			return false;
	}
	return true;
}

bool oeo_gauss_is_good(const struct oeo_disclosure_cell *cell, enum oeo_disclosure_measure measure)
{
	uint64_t value = cell->value[measure];

	if (value < cell->rules.residents || value == 0)
		return false;
	if (cell->rules.members > 0 && cell->n_parts < cell->rules.members)
		return false;
	for (size_t i = 0; i < cell->n_parts; i++) {
		uint64_t own =
		    measure == OEO_DISCLOSURE_RESIDENTS ? cell->parts[i].residents : cell->parts[i].questions;

		if (own > 0 && value > own && value - own < cell->rules.rest)
			return false;
	}
	return true;
}

static bool list_parents(struct gauss_system *system)
{
	const struct oeo_disclosure_problem *problem = system->problem;

	system->parent_first = allocate(problem->n_cells + 1, sizeof(*system->parent_first));
	system->parent_items = allocate(problem->n_relations, sizeof(*system->parent_items));
	if (system->parent_first == NULL || system->parent_items == NULL)
		return false;
	for (size_t i = 0; i < problem->n_relations; i++)
		system->parent_first[problem->relations[i].parent + 1]++;
	for (size_t i = 0; i < problem->n_cells; i++)
		system->parent_first[i + 1] += system->parent_first[i];
	for (size_t i = problem->n_relations; i-- > 0;) {
		size_t parent = problem->relations[i].parent;

		system->parent_items[--system->parent_first[parent + 1]] = i;
	}
	/* The loop above moved every end to its start: shift back. */
	memmove(
	    system->parent_first, system->parent_first + 1, problem->n_cells * sizeof(*system->parent_first));
	system->parent_first[problem->n_cells] = problem->n_relations;
	return true;
}

/* Children before parents. states: 0 not seen, 1 under way, 2 done. */
static enum oeo_disclosure_err sort_upward(struct gauss_system *system)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	size_t n = problem->n_cells, done = 0, depth;
	size_t *stack = allocate(n, sizeof(*stack)), *relation = allocate(n, sizeof(*relation));
	size_t *child = allocate(n, sizeof(*child));
	unsigned char *states = allocate(n, 1);
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	system->upward = allocate(n, sizeof(*system->upward));
	if (stack == NULL || relation == NULL || child == NULL || states == NULL || system->upward == NULL)
		goto cleanup;
	err = OEO_DISCLOSURE_INVALID;
	for (size_t start = 0; start < n; start++) {
		if (states[start] != 0)
			continue;
		depth = 0;
		stack[depth++] = start;
		states[start] = 1;
		relation[start] = system->parent_first[start];
		while (depth > 0) {
			size_t cell = stack[depth - 1], next;

			if (relation[cell] == system->parent_first[cell + 1]) {
				states[cell] = 2;
				system->upward[done++] = cell;
				depth--;
				continue;
			}
			if (child[cell] ==
			    problem->relations[system->parent_items[relation[cell]]].n_children) {
				child[cell] = 0;
				relation[cell]++;
				continue;
			}
			next =
			    problem->relations[system->parent_items[relation[cell]]].children[child[cell]++];
			if (states[next] == 1)
				goto cleanup;
			if (states[next] == 2)
				continue;
			states[next] = 1;
			relation[next] = system->parent_first[next];
			stack[depth++] = next;
		}
	}
	err = OEO_DISCLOSURE_OK;
cleanup:
	free(stack);
	free(relation);
	free(child);
	free(states);
	return err;
}

/* Columns and groups */

struct keyed {
	uint64_t marks[2];
	uint64_t key;
	size_t cell;
};

static int compare_keys(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

static int compare_marks(const void *a, const void *b)
{
	const struct keyed *left = a, *right = b;

	for (int i = 0; i < 2; i++)
		if (left->marks[i] != right->marks[i])
			return left->marks[i] > right->marks[i] ? 1 : -1;
	return compare_keys(a, b);
}

static bool number_columns(struct gauss_system *system)
{
	const struct oeo_disclosure_problem *problem = system->problem;
	struct keyed *list = allocate(problem->n_cells, sizeof(*list));
	size_t n = 0;

	system->column_of = allocate(problem->n_cells, sizeof(*system->column_of));
	system->inner = allocate(problem->n_cells, sizeof(*system->inner));
	if (list == NULL || system->column_of == NULL || system->inner == NULL) {
		free(list);
		return false;
	}
	for (size_t i = 0; i < problem->n_cells; i++) {
		system->column_of[i] = GAUSS_NONE;
		if (system->parent_first[i] == system->parent_first[i + 1])
			list[n++] = (struct keyed){.key = problem->cells[i].key, .cell = i};
	}
	qsort(list, n, sizeof(*list), compare_keys);
	for (size_t i = 0; i < n; i++) {
		system->column_of[list[i].cell] = (uint32_t)i;
		system->inner[i] = list[i].cell;
	}
	system->n_columns = n;
	free(list);
	return true;
}

static void join_group(struct gauss_system *system, struct gauss_group *group, size_t number)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[number];
	const struct oeo_disclosure_attackers *attackers = system->attackers;

	group->priority = cell->priority > group->priority ? cell->priority : group->priority;
	group->is_shown = group->is_shown || cell->role == OEO_DISCLOSURE_SHOWN;
	if (cell->role == OEO_DISCLOSURE_HIDDEN)
		group->is_target = true;
	if (cell->role == OEO_DISCLOSURE_DECIDE && !oeo_gauss_is_good(cell, system->measure))
		group->is_target = true;
	if (cell->role != OEO_DISCLOSURE_LATENT)
		group->is_latent = false;
	if (system->column_of[number] != GAUSS_NONE)
		group->is_inner = true;
	if (system->column_of[number] != GAUSS_NONE && attackers->is_single != NULL &&
	    attackers->is_single[number])
		group->is_single = true;
}

static bool build_groups(struct gauss_system *system)
{
	size_t n = system->problem->n_cells;
	struct keyed *list = allocate(n, sizeof(*list));

	system->groups = allocate(n, sizeof(*system->groups));
	system->groups_of = allocate(n, sizeof(*system->groups_of));
	if (list == NULL || system->groups == NULL || system->groups_of == NULL) {
		free(list);
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		list[i] = (struct keyed){.key = system->problem->cells[i].key, .cell = i};
		oeo_gauss_marks(system->sums[i].terms, system->sums[i].n, list[i].marks);
	}
	qsort(list, n, sizeof(*list), compare_marks);
	for (size_t i = 0; i < n; i++) {
		bool is_new = i == 0 || memcmp(list[i].marks, list[i - 1].marks, sizeof(list[i].marks)) != 0;
		size_t cell = list[i].cell;

		if (is_new)
			system->groups[system->n_groups++] = (struct gauss_group){.cell = cell,
			    .value = system->problem->cells[cell].value[system->measure],
			    .is_latent = true};
		system->groups_of[cell] = (uint32_t)system->n_groups - 1;
		join_group(system, &system->groups[system->n_groups - 1], cell);
	}
	for (size_t i = 0; i < system->n_groups; i++)
		system->groups[i].is_primary = system->groups[i].is_target;
	free(list);
	return true;
}

/* Variant 1 turns the keys round, others shuffle them. */
static uint64_t mix(uint64_t key, unsigned variant)
{
	if (variant == 1)
		return ~key;
	key = (key + variant) * UINT64_C(0x9e3779b97f4a7c15);
	return (key ^ (key >> 31)) * UINT64_C(0xbf58476d1ce4e5b9);
}

static int compare_groups(const void *a, const void *b, void *context)
{
	const struct gauss_system *system = context;
	const struct gauss_group *left = &system->groups[*(const uint32_t *)a];
	const struct gauss_group *right = &system->groups[*(const uint32_t *)b];
	uint64_t left_key = system->problem->cells[left->cell].key,
		 right_key = system->problem->cells[right->cell].key;

	if (left->is_single != right->is_single)
		return left->is_single ? -1 : 1;
	if (left->priority != right->priority)
		return left->priority > right->priority ? -1 : 1;
	if (left->wish != right->wish)
		return left->wish > right->wish ? -1 : 1;
	if (left->value != right->value)
		return left->value > right->value ? -1 : 1;
	if (system->variant > 0 && mix(left_key, system->variant) != mix(right_key, system->variant))
		return mix(left_key, system->variant) > mix(right_key, system->variant) ? 1 : -1;
	return (left_key > right_key) - (left_key < right_key);
}

void oeo_gauss_system_sort(struct gauss_system *system, unsigned variant)
{
	system->variant = variant;
	for (uint32_t i = 0; i < system->n_groups; i++)
		system->order[i] = i;
	qsort_r(system->order, system->n_groups, sizeof(*system->order), compare_groups, system);
}

enum oeo_disclosure_err oeo_gauss_system_init(struct gauss_system *system,
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_attackers *attackers)
{
	enum oeo_disclosure_err err;

	memset(system, 0, sizeof(*system));
	system->problem = problem;
	system->attackers = attackers;
	if (!check_problem(problem, &system->measure))
		return OEO_DISCLOSURE_INVALID;
	if (!list_parents(system))
		return OEO_DISCLOSURE_NOMEM;
	err = sort_upward(system);
	if (err != OEO_DISCLOSURE_OK)
		return err;
	if (!number_columns(system) || !oeo_gauss_sums_build(system) || !build_groups(system))
		return OEO_DISCLOSURE_NOMEM;
	system->order = allocate(system->n_groups, sizeof(*system->order));
	if (system->order == NULL)
		return OEO_DISCLOSURE_NOMEM;
	oeo_gauss_system_sort(system, 0);
	return OEO_DISCLOSURE_OK;
}

void oeo_gauss_system_fini(struct gauss_system *system)
{
	if (system->problem != NULL)
		oeo_gauss_sums_free(system->sums, system->problem->n_cells);
	oeo_gauss_sums_free(system->zeros, system->n_zeros);
	oeo_gauss_sums_free(system->virtuals, system->n_virtuals);
	free(system->groups_of);
	free(system->groups);
	free(system->order);
	free(system->column_of);
	free(system->inner);
	free(system->upward);
	free(system->parent_first);
	free(system->parent_items);
	memset(system, 0, sizeof(*system));
}
