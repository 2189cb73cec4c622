/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/model.h"

#include <stdlib.h>
#include <string.h>

struct key {
	uint64_t key;
	size_t index;
};

void *oeo_disclosure_alloc(size_t count, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	return calloc(1, bytes > 0 ? bytes : 1);
}

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a;
	const struct key *right = b;

	return (left->key > right->key) - (left->key < right->key);
}

int oeo_disclosure_compare_indexes(const void *a, const void *b)
{
	const size_t *left = a;
	const size_t *right = b;

	return (*left > *right) - (*left < *right);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_links(const void *a, const void *b)
{
	const struct link *left = a;
	const struct link *right = b;
	int order = compare_numbers(left->parent, right->parent);

	if (order == 0)
		order = compare_numbers((uint64_t)left->kind, (uint64_t)right->kind);
	if (order == 0)
		order = compare_numbers((uint64_t)left->measure, (uint64_t)right->measure);
	if (order == 0)
		order = compare_numbers(left->n_children, right->n_children);
	for (size_t i = 0; order == 0 && i < left->n_children; i++)
		order = compare_numbers(left->children[i], right->children[i]);
	return order != 0 ? order : compare_numbers(left->is_exact, right->is_exact);
}

static bool has_both(const struct oeo_disclosure_cell *cell)
{
	return cell->has_measure[R] && cell->has_measure[Q];
}

static bool is_valid_cell(
    const struct oeo_disclosure_cell *cell, const struct oeo_disclosure_problem *problem, bool *has_member)
{
	bool is_valid = cell->table < problem->n_tables && cell->role >= OEO_DISCLOSURE_DECIDE &&
			cell->role <= OEO_DISCLOSURE_LATENT && cell->state >= OEO_DISCLOSURE_OPEN &&
			cell->state <= OEO_DISCLOSURE_UNBOUNDED;

	for (size_t m = 0; m < MEASURES; m++)
		is_valid = is_valid && cell->value[m] <= OEO_DISCLOSURE_VALUE_LIMIT &&
			   (cell->state == OEO_DISCLOSURE_OPEN || cell->value[m] == 0);
	is_valid = is_valid && (cell->state == OEO_DISCLOSURE_OPEN || cell->n_parts == 0) &&
		   !(cell->role == OEO_DISCLOSURE_SHOWN && cell->state == OEO_DISCLOSURE_UNBOUNDED) &&
		   (!cell->hides_questions || (cell->role == OEO_DISCLOSURE_SHOWN && has_both(cell))) &&
		   cell->rules.residents <= OEO_DISCLOSURE_VALUE_LIMIT &&
		   cell->rules.rest <= OEO_DISCLOSURE_VALUE_LIMIT &&
		   cell->rules.reach <= OEO_DISCLOSURE_VALUE_LIMIT;
	if (!is_valid || cell->n_parts == 0)
		return is_valid;
	memset(has_member, 0, problem->n_members * sizeof(*has_member));
	for (size_t i = 0; is_valid && i < cell->n_parts; i++) {
		const struct oeo_disclosure_part *part = &cell->parts[i];

		is_valid = part->member < problem->n_members && !has_member[part->member] &&
			   part->residents <= cell->value[R] &&
			   (!cell->has_measure[Q] || part->questions <= cell->value[Q]);
		if (is_valid)
			has_member[part->member] = true;
	}
	return is_valid;
}

static bool is_valid_relation(
    const struct oeo_disclosure_relation *relation, const struct oeo_disclosure_problem *problem)
{
	bool is_valid =
	    relation->kind >= OEO_DISCLOSURE_EQUAL && relation->kind <= OEO_DISCLOSURE_VERSION &&
	    relation->parent < problem->n_cells && relation->n_children > 0 &&
	    (relation->measure == OEO_DISCLOSURE_RESIDENTS ||
		(relation->measure == OEO_DISCLOSURE_QUESTIONS && relation->kind != OEO_DISCLOSURE_COVER &&
		    relation->kind != OEO_DISCLOSURE_WITHIN)) &&
	    (relation->kind != OEO_DISCLOSURE_VERSION || relation->n_children == 1);

	for (size_t i = 0; is_valid && i < relation->n_children; i++) {
		is_valid =
		    relation->children[i] < problem->n_cells && relation->children[i] != relation->parent;
		if (is_valid && relation->kind != OEO_DISCLOSURE_VERSION)
			is_valid = problem->cells[relation->children[i]].has_measure[relation->measure] &&
				   problem->cells[relation->parent].has_measure[relation->measure];
	}
	return is_valid;
}

static enum oeo_disclosure_err check_problem(const struct oeo_disclosure_problem *problem)
{
	bool *has_member = oeo_disclosure_alloc(problem->n_members, sizeof(*has_member));
	bool is_valid = true;

	if (has_member == NULL)
		return OEO_DISCLOSURE_NOMEM;
	for (size_t i = 0; is_valid && i < problem->n_cells; i++)
		is_valid = is_valid_cell(&problem->cells[i], problem, has_member);
	for (size_t i = 0; is_valid && i < problem->n_relations; i++)
		is_valid = is_valid_relation(&problem->relations[i], problem);
	free(has_member);
	return is_valid ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_INVALID;
}

static bool lies_between(int64_t value, uint64_t end)
{
	return value > 0 && (uint64_t)value < end;
}

/* Does an open cell meet its rules by itself, in every measure that it shows? */
static bool meets_rules(const struct oeo_disclosure_cell *cell)
{
	uint64_t contributors = 0;

	if (cell->state != OEO_DISCLOSURE_OPEN)
		return false;
	for (size_t i = 0; i < cell->n_parts; i++) {
		const struct oeo_disclosure_part *part = &cell->parts[i];

		contributors += part->residents > 0;
		if (cell->has_measure[R] && part->residents > 0 &&
		    lies_between((int64_t)(cell->value[R] - part->residents), cell->rules.rest))
			return false;
		if (cell->has_measure[Q] && part->questions > 0 &&
		    lies_between((int64_t)(cell->value[Q] - part->questions), cell->rules.rest))
			return false;
	}
	for (size_t m = 0; m < MEASURES; m++)
		if (cell->has_measure[m] && cell->value[m] < cell->rules.residents)
			return false;
	return contributors >= cell->rules.members;
}

static void fill_vector(struct model *model, size_t i)
{
	const struct oeo_disclosure_cell *cell = model->nodes[i].cell;

	for (size_t m = 0; m < MEASURES; m++) {
		int64_t *vector = model->values[m] + i * model->width;

		vector[0] = (int64_t)cell->value[m];
		for (size_t j = 0; j < cell->n_parts; j++)
			vector[1 + cell->parts[j].member] =
			    (int64_t)(m == R ? cell->parts[j].residents : cell->parts[j].questions);
	}
}

void oeo_disclosure_model_show(struct node *node)
{
	bool is_all = node->forced == OEO_DISCLOSURE_FORCE_CELL ||
		      (node->forced == OEO_DISCLOSURE_FORCE_QUESTIONS && !node->has_both);

	node->is_shown = !is_all;
	node->hides_questions = !is_all && node->forced == OEO_DISCLOSURE_FORCE_QUESTIONS;
}

static void init_node(struct node *node, const struct oeo_disclosure_cell *cell)
{
	node->cell = cell;
	node->has_both = has_both(cell);
	node->is_good = meets_rules(cell);
	node->is_hideable = cell->role == OEO_DISCLOSURE_DECIDE && node->is_good;
	node->is_shown = cell->role == OEO_DISCLOSURE_SHOWN;
	node->hides_questions = cell->hides_questions;
}

static enum oeo_disclosure_err init_nodes(struct model *model, const struct oeo_disclosure_problem *problem,
    const enum oeo_disclosure_force *forced, size_t *place)
{
	struct key *keys = oeo_disclosure_alloc(problem->n_cells, sizeof(*keys));
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	size_t numbers;

	if (keys == NULL || __builtin_mul_overflow(model->n, model->width, &numbers))
		goto cleanup;
	model->nodes = oeo_disclosure_alloc(model->n, sizeof(*model->nodes));
	for (size_t m = 0; m < MEASURES; m++)
		model->values[m] = oeo_disclosure_alloc(numbers, sizeof(*model->values[m]));
	if (model->nodes == NULL || model->values[R] == NULL || model->values[Q] == NULL)
		goto cleanup;
	for (size_t i = 0; i < model->n; i++)
		keys[i] = (struct key){problem->cells[i].key, i};
	qsort(keys, model->n, sizeof(*keys), compare_keys);
	err = OEO_DISCLOSURE_INVALID;
	for (size_t i = 0; i < model->n; i++) {
		struct node *node = &model->nodes[i];

		if (i > 0 && keys[i - 1].key == keys[i].key)
			goto cleanup;
		place[keys[i].index] = i;
		init_node(node, &problem->cells[keys[i].index]);
		node->original = keys[i].index;
		if (node->is_hideable && forced != NULL)
			node->forced = forced[keys[i].index];
		if (node->is_hideable)
			oeo_disclosure_model_show(node);
		fill_vector(model, i);
	}
	err = OEO_DISCLOSURE_OK;
cleanup:
	free(keys);
	return err;
}

static enum oeo_disclosure_err init_links(
    struct model *model, const struct oeo_disclosure_problem *problem, const size_t *place)
{
	size_t total = 0;
	size_t *next;

	for (size_t i = 0; i < problem->n_relations; i++)
		if (__builtin_add_overflow(total, problem->relations[i].n_children, &total))
			return OEO_DISCLOSURE_NOMEM;
	model->links = oeo_disclosure_alloc(problem->n_relations, sizeof(*model->links));
	model->children = oeo_disclosure_alloc(total, sizeof(*model->children));
	if (model->links == NULL || model->children == NULL)
		return OEO_DISCLOSURE_NOMEM;
	model->n_links = problem->n_relations;
	next = model->children;
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];
		struct link *link = &model->links[i];

		*link = (struct link){relation->kind, relation->measure, relation->is_exact,
		    place[relation->parent], next, relation->n_children};
		for (size_t j = 0; j < relation->n_children; j++)
			next[j] = place[relation->children[j]];
		qsort(next, link->n_children, sizeof(*next), oeo_disclosure_compare_indexes);
		for (size_t j = 1; j < relation->n_children; j++)
			if (next[j - 1] == next[j])
				return OEO_DISCLOSURE_INVALID;
		next += relation->n_children;
	}
	qsort(model->links, model->n_links, sizeof(*model->links), compare_links);
	return OEO_DISCLOSURE_OK;
}

bool oeo_disclosure_lists_init(struct lists *lists, size_t n, size_t total)
{
	lists->first = oeo_disclosure_alloc(n + 1, sizeof(*lists->first));
	lists->items = oeo_disclosure_alloc(total, sizeof(*lists->items));
	return lists->first != NULL && lists->items != NULL;
}

/* first[i + 1] holds the number of items of i: turn that into where each list begins, shifted by one, so
 * that filling it with first[i + 1]++ leaves first as it has to be. */
static void begin_lists(struct lists *lists, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++) {
		size_t count = lists->first[i + 1];

		lists->first[i + 1] = sum;
		sum += count;
	}
}

static enum oeo_disclosure_err init_directions(struct model *model)
{
	size_t total = 0;

	for (size_t i = 0; i < model->n_links; i++)
		total += model->links[i].n_children;
	if (!oeo_disclosure_lists_init(&model->as_child, model->n, total) ||
	    !oeo_disclosure_lists_init(&model->as_parent, model->n, model->n_links))
		return OEO_DISCLOSURE_NOMEM;
	for (size_t i = 0; i < model->n_links; i++) {
		model->as_parent.first[model->links[i].parent + 1]++;
		for (size_t j = 0; j < model->links[i].n_children; j++)
			model->as_child.first[model->links[i].children[j] + 1]++;
	}
	begin_lists(&model->as_child, model->n);
	begin_lists(&model->as_parent, model->n);
	for (size_t i = 0; i < model->n_links; i++) {
		model->as_parent.items[model->as_parent.first[model->links[i].parent + 1]++] = i;
		for (size_t j = 0; j < model->links[i].n_children; j++)
			model->as_child.items[model->as_child.first[model->links[i].children[j] + 1]++] = i;
	}
	return OEO_DISCLOSURE_OK;
}

/* Put children before parents; a cell that cannot be placed is its own descendant. */
static enum oeo_disclosure_err init_upward(struct model *model)
{
	size_t *waiting = oeo_disclosure_alloc(model->n, sizeof(*waiting));
	size_t filled = 0;
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;

	model->upward = oeo_disclosure_alloc(model->n, sizeof(*model->upward));
	if (waiting == NULL || model->upward == NULL)
		goto cleanup;
	for (size_t i = 0; i < model->n_links; i++)
		waiting[model->links[i].parent] += model->links[i].n_children;
	for (size_t i = 0; i < model->n; i++)
		if (waiting[i] == 0)
			model->upward[filled++] = i;
	for (size_t done = 0; done < filled; done++) {
		size_t cell = model->upward[done];

		for (size_t i = model->as_child.first[cell]; i < model->as_child.first[cell + 1]; i++) {
			size_t parent = model->links[model->as_child.items[i]].parent;

			if (--waiting[parent] == 0)
				model->upward[filled++] = parent;
		}
	}
	err = filled == model->n ? OEO_DISCLOSURE_OK : OEO_DISCLOSURE_INVALID;
cleanup:
	free(waiting);
	return err;
}

/* A latent cell that holds a part which meets every rule is good itself. */
static void settle_latent(struct model *model)
{
	for (size_t u = 0; u < model->n; u++) {
		struct node *node = &model->nodes[model->upward[u]];
		size_t cell = model->upward[u];

		if (node->cell->role != OEO_DISCLOSURE_LATENT)
			continue;
		for (size_t i = model->as_parent.first[cell]; i < model->as_parent.first[cell + 1]; i++) {
			const struct link *link = &model->links[model->as_parent.items[i]];

			for (size_t j = 0; j < link->n_children && link->kind != OEO_DISCLOSURE_VERSION; j++)
				node->is_good = node->is_good || model->nodes[link->children[j]].is_good;
		}
	}
}

static void find_inner(struct model *model)
{
	for (size_t i = 0; i < model->n; i++)
		model->nodes[i].is_inner[R] = model->nodes[i].is_inner[Q] = true;
	for (size_t i = 0; i < model->n_links; i++)
		if (model->links[i].kind != OEO_DISCLOSURE_VERSION)
			model->nodes[model->links[i].parent].is_inner[model->links[i].measure] = false;
}

enum oeo_disclosure_err oeo_disclosure_model_init(struct model *model,
    const struct oeo_disclosure_problem *problem, const enum oeo_disclosure_force *forced)
{
	size_t *place = NULL;
	enum oeo_disclosure_err err;

	memset(model, 0, sizeof(*model));
	if (problem->n_members >= SIZE_MAX / sizeof(int64_t) ||
	    problem->n_cells >= SIZE_MAX / sizeof(int64_t))
		return OEO_DISCLOSURE_INVALID;
	err = check_problem(problem);
	if (err != OEO_DISCLOSURE_OK)
		return err;
	model->n = problem->n_cells;
	model->width = problem->n_members + 1;
	place = oeo_disclosure_alloc(problem->n_cells, sizeof(*place));
	err = place != NULL ? init_nodes(model, problem, forced, place) : OEO_DISCLOSURE_NOMEM;
	if (err == OEO_DISCLOSURE_OK)
		err = init_links(model, problem, place);
	if (err == OEO_DISCLOSURE_OK)
		err = init_directions(model);
	if (err == OEO_DISCLOSURE_OK)
		err = init_upward(model);
	if (err == OEO_DISCLOSURE_OK) {
		settle_latent(model);
		find_inner(model);
		err = oeo_disclosure_model_find_sets(model);
	}
	free(place);
	return err;
}

static void free_lists(struct lists *lists)
{
	free(lists->first);
	free(lists->items);
}

void oeo_disclosure_model_fini(struct model *model)
{
	free(model->nodes);
	free(model->links);
	free(model->children);
	for (size_t m = 0; m < MEASURES; m++)
		free(model->values[m]);
	free_lists(&model->as_child);
	free_lists(&model->as_parent);
	free_lists(&model->supersets);
	free(model->upward);
	free(model->squares);
	memset(model, 0, sizeof(*model));
}
