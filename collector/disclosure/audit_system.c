/* SPDX-License-Identifier: EUPL-1.2 */
/* The system that is audited: which numbers are unknown, and what is known about them together. */
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

#define ROUNDS 40

void *oeo_audit_alloc(size_t n, size_t size)
{
	return calloc(n > 0 ? n : 1, size);
}

/* ---- Checks */

static bool is_valid_relation(
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_relation *relation)
{
	if (relation->kind < OEO_DISCLOSURE_EQUAL || relation->kind > OEO_DISCLOSURE_VERSION ||
	    (unsigned)relation->measure >= OEO_DISCLOSURE_MEASURES || relation->parent >= problem->n_cells ||
	    relation->n_children == 0 || relation->children == NULL)
		return false;
	for (size_t i = 0; i < relation->n_children; i++)
		if (relation->children[i] >= problem->n_cells || relation->children[i] == relation->parent)
			return false;
	return true;
}

static bool is_valid_cell(
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_cell *cell)
{
	for (size_t m = 0; m < OEO_DISCLOSURE_MEASURES; m++)
		if (cell->value[m] > OEO_DISCLOSURE_VALUE_LIMIT)
			return false;
	for (size_t i = 0; i < cell->n_parts; i++)
		if (cell->parts[i].member >= problem->n_members ||
		    cell->parts[i].residents > OEO_DISCLOSURE_VALUE_LIMIT ||
		    cell->parts[i].questions > OEO_DISCLOSURE_VALUE_LIMIT)
			return false;
	return cell->state >= OEO_DISCLOSURE_OPEN && cell->state <= OEO_DISCLOSURE_UNBOUNDED &&
	       cell->role >= OEO_DISCLOSURE_DECIDE && cell->role <= OEO_DISCLOSURE_LATENT;
}

static bool is_valid(const struct oeo_disclosure_problem *problem)
{
	for (size_t i = 0; i < problem->n_cells; i++)
		if (!is_valid_cell(problem, &problem->cells[i]))
			return false;
	for (size_t i = 0; i < problem->n_relations; i++)
		if (!is_valid_relation(problem, &problem->relations[i]))
			return false;
	return true;
}

/* ---- Unknowns */

static bool is_about_residents(const struct oeo_disclosure_relation *relation)
{
	return relation->kind == OEO_DISCLOSURE_COVER || relation->kind == OEO_DISCLOSURE_WITHIN;
}

static size_t measure_of(const struct oeo_disclosure_relation *relation)
{
	return is_about_residents(relation) ? OEO_DISCLOSURE_RESIDENTS : (size_t)relation->measure;
}

static bool is_plain(const struct audit_system *system, size_t measure, size_t cell)
{
	return audit_shows(system, measure, cell) && system->problem->cells[cell].has_measure[measure] &&
	       audit_slack(system, cell) == 0;
}

static bool mark_shown(struct audit_system *system, const struct oeo_disclosure_decision *decisions)
{
	size_t n = system->problem->n_cells;

	system->is_shown = oeo_audit_alloc(OEO_DISCLOSURE_MEASURES * n, sizeof(bool));
	for (size_t i = 0; system->is_shown != NULL && i < n; i++) {
		const struct oeo_disclosure_cell *cell = &system->problem->cells[i];
		bool is_decided = cell->role == OEO_DISCLOSURE_DECIDE;
		bool is_shown = is_decided ? decisions[i].is_shown : cell->role == OEO_DISCLOSURE_SHOWN;
		bool hides_questions = is_decided ? decisions[i].hides_questions : cell->hides_questions;

		system->is_shown[OEO_DISCLOSURE_RESIDENTS * n + i] = is_shown;
		system->is_shown[OEO_DISCLOSURE_QUESTIONS * n + i] = is_shown && !hides_questions;
	}
	return system->is_shown != NULL;
}

/* Neither unknown nor told: a latent number that stands in no relation. */
static bool is_nowhere(const struct audit_system *system, size_t measure, size_t cell)
{
	return system->unknown_of[measure * system->problem->n_cells + cell] == AUDIT_NONE &&
	       !is_plain(system, measure, cell);
}

/* What a reader knows of a number before any relation. */
static struct audit_range start_of(const struct audit_system *system, size_t measure, size_t cell,
    const struct oeo_disclosure_decision *decision)
{
	const struct oeo_disclosure_cell *at = &system->problem->cells[cell];
	struct audit_range range = {0, AUDIT_NO_LIMIT};
	int64_t value = audit_value(at, measure);
	int64_t slack = (int64_t)audit_slack(system, cell);
	int64_t least = (int64_t)at->rules.residents;

	if (audit_shows(system, measure, cell) && at->has_measure[measure])
		return (struct audit_range){value > slack ? value - slack : 0, value + slack};
	if (!system->options->knows_primary || measure != OEO_DISCLOSURE_RESIDENTS ||
	    at->role != OEO_DISCLOSURE_DECIDE)
		return range;
	if (at->state == OEO_DISCLOSURE_UNOPENED || (at->state == OEO_DISCLOSURE_OPEN && value < least))
		range.high = least - 1;
	else if (decision->reason == OEO_DISCLOSURE_SECONDARY)
		range.low = least;
	return range;
}

static bool is_hidden_number(const struct audit_system *system, size_t measure, size_t cell)
{
	const struct oeo_disclosure_cell *at = &system->problem->cells[cell];

	return !audit_shows(system, measure, cell) && at->has_measure[measure] &&
	       at->role != OEO_DISCLOSURE_LATENT;
}

/* is_used: per number, in some relation. */
static void mark_used(const struct audit_system *system, bool *is_used, bool *is_parent)
{
	size_t n = system->problem->n_cells;

	for (size_t i = 0; i < system->problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &system->problem->relations[i];
		size_t offset = measure_of(relation) * n;

		if (relation->kind == OEO_DISCLOSURE_VERSION)
			continue;
		is_used[offset + relation->parent] = true;
		is_parent[offset + relation->parent] = true;
		for (size_t j = 0; j < relation->n_children; j++)
			is_used[offset + relation->children[j]] = true;
	}
	for (size_t number = 0; number < OEO_DISCLOSURE_MEASURES * n; number++)
		is_used[number] = is_used[number] || is_hidden_number(system, number / n, number % n);
}

static enum oeo_audit_err make_unknowns(
    struct audit_system *system, const struct oeo_disclosure_decision *decisions)
{
	size_t n = system->problem->n_cells;
	size_t n_numbers = OEO_DISCLOSURE_MEASURES * n;
	bool *is_used = oeo_audit_alloc(n_numbers, sizeof(bool));
	bool *is_parent = oeo_audit_alloc(n_numbers, sizeof(bool));
	enum oeo_audit_err err = OEO_AUDIT_NOMEM;

	system->unknown_of = oeo_audit_alloc(n_numbers, sizeof(size_t));
	system->unknowns = oeo_audit_alloc(n_numbers, sizeof(*system->unknowns));
	if (is_used == NULL || is_parent == NULL || system->unknown_of == NULL || system->unknowns == NULL)
		goto cleanup;
	mark_used(system, is_used, is_parent);
	for (size_t number = 0; number < n_numbers; number++) {
		size_t measure = number / n;
		size_t cell = number % n;

		system->unknown_of[number] = AUDIT_NONE;
		if (!is_used[number] || is_plain(system, measure, cell))
			continue;
		system->unknown_of[number] = system->n_unknowns;
		system->unknowns[system->n_unknowns++] = (struct audit_unknown){
		    .number = number,
		    .is_hidden = is_hidden_number(system, measure, cell),
		    .is_inner = !is_parent[number],
		    .start = start_of(system, measure, cell, &decisions[cell]),
		};
	}
	err = OEO_AUDIT_OK;
cleanup:
	free(is_used);
	free(is_parent);
	return err;
}

/* ---- Rows */

static size_t most_rows(const struct oeo_disclosure_problem *problem, size_t *n_terms)
{
	size_t n_rows = problem->n_cells;

	*n_terms = 2 * problem->n_cells;
	for (size_t i = 0; i < problem->n_relations; i++) {
		n_rows += problem->relations[i].n_children + 1;
		*n_terms += 3 * problem->relations[i].n_children + 1;
	}
	return n_rows;
}

/* Add factor times a number to the row that is being made; what is known goes into `known`. */
static void add_number(struct audit_system *system, struct audit_row *row, int64_t *known, size_t measure,
    size_t cell, int factor)
{
	size_t unknown = system->unknown_of[measure * system->problem->n_cells + cell];

	if (unknown == AUDIT_NONE) {
		*known += factor * audit_value(&system->problem->cells[cell], measure);
		return;
	}
	system->terms[system->n_terms++] = (struct audit_term){unknown, factor};
	row->n++;
}

/* Take the row in, unless nothing in it is unknown. */
static void close_row(struct audit_system *system, struct audit_row *row, int64_t known)
{
	if (row->n == 0)
		return;
	if (row->low != -AUDIT_NO_LIMIT)
		row->low -= known;
	if (row->high != AUDIT_NO_LIMIT)
		row->high -= known;
	system->rows[system->n_rows++] = *row;
}

/* parent - children, within low .. high. */
static void add_row(struct audit_system *system, size_t measure, size_t parent, const size_t *children,
    size_t n, struct audit_range range, bool is_exact)
{
	struct audit_row row = {
	    .first = system->n_terms, .low = range.low, .high = range.high, .is_exact = is_exact};
	int64_t known = 0;

	add_number(system, &row, &known, measure, parent, 1);
	for (size_t i = 0; i < n; i++)
		add_number(system, &row, &known, measure, children[i], -1);
	close_row(system, &row, known);
}

static void add_relation(struct audit_system *system, const struct oeo_disclosure_relation *relation)
{
	size_t measure = measure_of(relation);
	struct audit_range none = {0, 0};
	struct audit_range below = {-AUDIT_NO_LIMIT, 0};
	struct audit_range above = {0, AUDIT_NO_LIMIT};

	if (relation->kind == OEO_DISCLOSURE_VERSION)
		return;
	if (relation->kind == OEO_DISCLOSURE_EQUAL || relation->kind == OEO_DISCLOSURE_COVER)
		add_row(system, measure, relation->parent, relation->children, relation->n_children,
		    relation->kind == OEO_DISCLOSURE_EQUAL ? none : below, relation->is_exact);
	if (relation->kind == OEO_DISCLOSURE_EQUAL)
		return;
	for (size_t i = 0; i < relation->n_children; i++)
		add_row(
		    system, measure, relation->parent, &relation->children[i], 1, above, relation->is_exact);
}

/* A resident in a cell asked something there. */
static void add_asking(struct audit_system *system, size_t cell)
{
	const struct oeo_disclosure_cell *at = &system->problem->cells[cell];
	struct audit_row row = {.first = system->n_terms, .low = 0, .high = AUDIT_NO_LIMIT, .is_exact = true};
	int64_t known = 0;

	if (!at->has_measure[OEO_DISCLOSURE_RESIDENTS] || !at->has_measure[OEO_DISCLOSURE_QUESTIONS] ||
	    is_nowhere(system, OEO_DISCLOSURE_RESIDENTS, cell) ||
	    is_nowhere(system, OEO_DISCLOSURE_QUESTIONS, cell))
		return;
	add_number(system, &row, &known, OEO_DISCLOSURE_QUESTIONS, cell, 1);
	add_number(system, &row, &known, OEO_DISCLOSURE_RESIDENTS, cell, -1);
	close_row(system, &row, known);
}

static enum oeo_audit_err make_rows(struct audit_system *system)
{
	size_t n_terms;
	size_t n_rows = most_rows(system->problem, &n_terms);

	system->rows = oeo_audit_alloc(n_rows, sizeof(*system->rows));
	system->terms = oeo_audit_alloc(n_terms, sizeof(*system->terms));
	if (system->rows == NULL || system->terms == NULL)
		return OEO_AUDIT_NOMEM;
	for (size_t i = 0; i < system->problem->n_relations; i++)
		add_relation(system, &system->problem->relations[i]);
	for (size_t i = 0; i < system->problem->n_cells; i++)
		add_asking(system, i);
	return OEO_AUDIT_OK;
}

/* ---- Components */

static size_t find_root(size_t *roots, size_t item)
{
	while (roots[item] != item) {
		roots[item] = roots[roots[item]];
		item = roots[item];
	}
	return item;
}

static enum oeo_audit_err name_components(struct audit_system *system)
{
	size_t *roots = oeo_audit_alloc(system->n_unknowns, sizeof(*roots));
	size_t *names = oeo_audit_alloc(system->n_unknowns, sizeof(*names));
	enum oeo_audit_err err = OEO_AUDIT_NOMEM;

	if (roots == NULL || names == NULL)
		goto cleanup;
	for (size_t i = 0; i < system->n_unknowns; i++) {
		roots[i] = i;
		names[i] = AUDIT_NONE;
	}
	for (size_t i = 0; i < system->n_rows; i++) {
		const struct audit_term *terms = system->terms + system->rows[i].first;

		for (size_t j = 1; j < system->rows[i].n; j++)
			roots[find_root(roots, terms[j].unknown)] = find_root(roots, terms[0].unknown);
	}
	for (size_t i = 0; i < system->n_unknowns; i++) {
		size_t root = find_root(roots, i);

		if (names[root] == AUDIT_NONE)
			names[root] = system->n_components++;
		system->unknowns[i].component = names[root];
	}
	for (size_t i = 0; i < system->n_rows; i++)
		system->rows[i].component =
		    system->unknowns[system->terms[system->rows[i].first].unknown].component;
	err = OEO_AUDIT_OK;
cleanup:
	free(roots);
	free(names);
	return err;
}

/* Sort 0 .. n - 1 into groups by their component. */
static bool make_groups(struct audit_groups *groups, const struct audit_system *system, bool has_rows)
{
	size_t n = has_rows ? system->n_rows : system->n_unknowns;

	groups->first = oeo_audit_alloc(system->n_components + 2, sizeof(size_t));
	groups->items = oeo_audit_alloc(n, sizeof(size_t));
	if (groups->first == NULL || groups->items == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		groups->first[(has_rows ? system->rows[i].component : system->unknowns[i].component) + 2]++;
	for (size_t i = 1; i < system->n_components + 2; i++)
		groups->first[i] += groups->first[i - 1];
	for (size_t i = 0; i < n; i++)
		groups->items[groups->first[(has_rows ? system->rows[i].component
						      : system->unknowns[i].component) +
					    1]++] = i;
	return true;
}

/* ---- Ranges, step by step */

struct concluding {
	const struct audit_system *system;
	struct audit_range *ranges;
	const size_t *place_of;
	bool has_changed;
	bool is_contradicted;
};

/* The least that factor * x is, and how many such terms have no least. */
static int64_t least_of(const struct audit_range *range, int factor, size_t *n_open)
{
	if (factor > 0)
		return range->low;
	if (range->high == AUDIT_NO_LIMIT) {
		++*n_open;
		return 0;
	}
	return -range->high;
}

static void tighten(struct concluding *concluding, size_t place, int factor, int64_t most)
{
	struct audit_range *range = &concluding->ranges[place];

	/* factor * x <= most */
	if (factor > 0 && most < range->high) {
		range->high = most;
		concluding->has_changed = true;
	} else if (factor < 0 && -most > range->low) {
		range->low = -most;
		concluding->has_changed = true;
	}
	if (range->low > range->high)
		concluding->is_contradicted = true;
}

/* sign * (the row's sum) <= most */
static void conclude_side(struct concluding *concluding, const struct audit_row *row, int sign, int64_t most)
{
	const struct audit_term *terms = concluding->system->terms + row->first;
	int64_t least = 0;
	size_t n_open = 0;

	for (size_t i = 0; i < row->n; i++)
		least += least_of(&concluding->ranges[concluding->place_of[terms[i].unknown]],
		    sign * terms[i].factor, &n_open);
	if (n_open > 1)
		return;
	for (size_t i = 0; i < row->n && !concluding->is_contradicted; i++) {
		size_t place = concluding->place_of[terms[i].unknown];
		size_t is_open = 0;
		int64_t own = least_of(&concluding->ranges[place], sign * terms[i].factor, &is_open);

		if (n_open == is_open)
			tighten(concluding, place, sign * terms[i].factor, most - (least - own));
	}
}

bool oeo_audit_conclude(const struct audit_system *system, size_t component, struct audit_range *ranges,
    const size_t *place_of, size_t *culprit)
{
	struct concluding concluding = {system, ranges, place_of, true, false};

	for (size_t round = 0; round < ROUNDS && concluding.has_changed; round++) {
		concluding.has_changed = false;
		for (size_t i = system->joins.first[component]; i < system->joins.first[component + 1]; i++) {
			const struct audit_row *row = &system->rows[system->joins.items[i]];

			if (row->is_off)
				continue;
			if (row->high != AUDIT_NO_LIMIT)
				conclude_side(&concluding, row, 1, row->high);
			if (row->low != -AUDIT_NO_LIMIT && !concluding.is_contradicted)
				conclude_side(&concluding, row, -1, -row->low);
			if (concluding.is_contradicted) {
				*culprit = system->joins.items[i];
				return false;
			}
		}
	}
	return true;
}

/* Turn off a relation over time in the component: the culprit, or where that one is exact, all of them. */
static bool turn_off(struct audit_system *system, size_t component, size_t culprit)
{
	bool has_turned = false;

	if (!system->rows[culprit].is_exact) {
		system->rows[culprit].is_off = true;
		return true;
	}
	for (size_t i = system->joins.first[component]; i < system->joins.first[component + 1]; i++) {
		struct audit_row *row = &system->rows[system->joins.items[i]];

		if (row->is_exact || row->is_off)
			continue;
		row->is_off = true;
		has_turned = true;
	}
	return has_turned;
}

static enum oeo_audit_err conclude_component(
    struct audit_system *system, size_t component, struct audit_range *ranges, size_t *place_of)
{
	const size_t *members = system->members.items + system->members.first[component];
	size_t n = system->members.first[component + 1] - system->members.first[component];
	size_t culprit;

	for (size_t i = 0; i < n; i++)
		place_of[members[i]] = i;
	for (;;) {
		for (size_t i = 0; i < n; i++)
			ranges[i] = system->unknowns[members[i]].start;
		if (oeo_audit_conclude(system, component, ranges, place_of, &culprit))
			break;
		if (!turn_off(system, component, culprit))
			return OEO_AUDIT_INVALID;
	}
	for (size_t i = 0; i < n; i++)
		system->unknowns[members[i]].range = ranges[i];
	return OEO_AUDIT_OK;
}

static enum oeo_audit_err conclude_all(struct audit_system *system)
{
	struct audit_range *ranges = oeo_audit_alloc(system->n_unknowns, sizeof(*ranges));
	size_t *place_of = oeo_audit_alloc(system->n_unknowns, sizeof(*place_of));
	enum oeo_audit_err err = ranges != NULL && place_of != NULL ? OEO_AUDIT_OK : OEO_AUDIT_NOMEM;

	for (size_t i = 0; err == OEO_AUDIT_OK && i < system->n_components; i++)
		err = conclude_component(system, i, ranges, place_of);
	free(ranges);
	free(place_of);
	return err;
}

/* ---- Singles */

bool oeo_audit_is_single(const struct audit_system *system, size_t unknown)
{
	size_t index = audit_cell(system, unknown);
	const struct oeo_disclosure_cell *cell = &system->problem->cells[index];

	if (!system->unknowns[unknown].is_hidden || !system->unknowns[unknown].is_inner)
		return false;
	if (cell->state == OEO_DISCLOSURE_UNOPENED)
		return system->options->has_unknown_singles;
	if (cell->state != OEO_DISCLOSURE_OPEN)
		return false;
	return cell->value[audit_measure(system, unknown)] == 1 ||
	       (system->options->is_single != NULL && system->options->is_single[index]);
}

int64_t oeo_audit_single_value(const struct audit_system *system, size_t unknown)
{
	const struct oeo_disclosure_cell *cell = &system->problem->cells[audit_cell(system, unknown)];

	return cell->state == OEO_DISCLOSURE_OPEN ? (int64_t)cell->value[audit_measure(system, unknown)] : 1;
}

/* ---- All of it */

static enum oeo_audit_err make_results(struct audit_system *system)
{
	size_t n_numbers = OEO_DISCLOSURE_MEASURES * system->problem->n_cells;

	system->recovered = oeo_audit_alloc(n_numbers, sizeof(unsigned));
	if (system->recovered == NULL)
		return OEO_AUDIT_NOMEM;
	for (size_t view = 0; view < OEO_AUDIT_VIEWS; view++) {
		system->intervals[view] = oeo_audit_alloc(n_numbers, sizeof(struct oeo_audit_interval));
		if (system->intervals[view] == NULL)
			return OEO_AUDIT_NOMEM;
		for (size_t i = 0; i < n_numbers; i++)
			system->intervals[view][i] = (struct oeo_audit_interval){0, AUDIT_NO_LIMIT, false};
	}
	return OEO_AUDIT_OK;
}

enum oeo_audit_err oeo_audit_system_init(struct audit_system *system,
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_decision *decisions,
    const struct oeo_audit_options *options)
{
	enum oeo_audit_err err;

	memset(system, 0, sizeof(*system));
	system->problem = problem;
	system->decisions = decisions;
	system->options = options;
	if (!is_valid(problem))
		return OEO_AUDIT_INVALID;
	if (!mark_shown(system, decisions))
		return OEO_AUDIT_NOMEM;
	err = make_unknowns(system, decisions);
	if (err == OEO_AUDIT_OK)
		err = make_rows(system);
	if (err == OEO_AUDIT_OK)
		err = name_components(system);
	if (err == OEO_AUDIT_OK &&
	    (!make_groups(&system->members, system, false) || !make_groups(&system->joins, system, true)))
		err = OEO_AUDIT_NOMEM;
	if (err == OEO_AUDIT_OK)
		err = conclude_all(system);
	if (err == OEO_AUDIT_OK)
		err = make_results(system);
	return err;
}

void oeo_audit_system_fini(struct audit_system *system)
{
	free(system->is_shown);
	free(system->unknown_of);
	free(system->unknowns);
	free(system->rows);
	free(system->terms);
	free(system->members.first);
	free(system->members.items);
	free(system->joins.first);
	free(system->joins.items);
	free(system->recovered);
	for (size_t view = 0; view < OEO_AUDIT_VIEWS; view++)
		free(system->intervals[view]);
	memset(system, 0, sizeof(*system));
}
