/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Questions of made-up residents under a plan, and the opened cells that would come of them: for the tests of
 * what happens between opening and release. Everything follows from a seed.
 */
#ifndef OEO_TESTS_UNIT_COUNTED_H
#define OEO_TESTS_UNIT_COUNTED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/opened.h"
#include "proto/plan_file.h"

#define COUNTED_MEMBERS 4
#define COUNTED_DIMENSIONS 8

struct counted_question {
	size_t resident; /* SIZE_MAX: without a name */
	size_t member;
	int64_t day;
	size_t codes[COUNTED_DIMENSIONS]; /* of the last level of every dimension */
};

struct counted {
	struct oeo_plan *plan;
	struct counted_question *questions;
	size_t n_questions;
};

static inline uint64_t counted_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* Most questions are about a few codes, as in life: the lowest of three. */
static inline size_t counted_skewed(uint64_t *state, size_t end)
{
	size_t best = end;

	for (int i = 0; i < 3; i++) {
		size_t next = (size_t)(counted_random(state) % end);

		best = next < best ? next : best;
	}
	return best;
}

static inline size_t counted_code(const struct oeo_dimension *dimension, size_t number)
{
	return dimension->levels[dimension->n_levels - 1].first + number;
}

static inline struct oeo_plan *counted_plan(const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;

	if (oeo_plan_file_read(&plan, path, &findings) != OEO_OK)
		(void)fprintf(
		    stderr, "%s: %s\n", path, findings.count > 0 ? findings.items[0].text : "cannot be read");
	oeo_findings_fini(&findings);
	return plan;
}

/* n questions from the plan's first day on, spread over so many days; takes the plan. */
static inline void counted_init(struct counted *counted, struct oeo_plan *plan, uint64_t seed, size_t n,
    size_t n_residents, size_t n_days)
{
	uint64_t state = seed;

	counted->plan = plan;
	counted->n_questions = n;
	counted->questions = oeo_alloc_array(n, sizeof(*counted->questions));
	for (size_t i = 0; i < n; i++) {
		struct counted_question *question = &counted->questions[i];
		uint64_t of_resident;

		question->resident = (size_t)(counted_random(&state) % n_residents);
		question->member = counted_skewed(&state, COUNTED_MEMBERS);
		question->day =
		    oeo_period_first_day(&plan->from) + (int64_t)(counted_random(&state) % n_days);
		of_resident = seed + 977 * question->resident;
		if (counted_random(&state) % 25 == 0)
			question->resident = SIZE_MAX;
		for (size_t d = 0; d < plan->n_dimensions; d++) {
			const struct oeo_dimension *dimension = &plan->dimensions[d];
			const struct oeo_level *last = &dimension->levels[dimension->n_levels - 1];

			if (dimension->computed_from[0] == '\0')
				question->codes[d] =
				    counted_code(dimension, counted_skewed(&state, last->count));
			else if (question->resident == SIZE_MAX)
				question->codes[d] = oeo_dimension_unknown(dimension);
			else
				question->codes[d] =
				    counted_code(dimension, counted_skewed(&of_resident, last->count));
		}
	}
}

static inline void counted_fini(struct counted *counted)
{
	oeo_plan_free(counted->plan);
	free(counted->questions);
}

struct counted_row {
	size_t cell;
	size_t resident;
	size_t member;
};

static inline int counted_compare(const void *a, const void *b)
{
	const struct counted_row *left = a;
	const struct counted_row *right = b;

	if (left->cell != right->cell)
		return left->cell < right->cell ? -1 : 1;
	if (left->resident != right->resident)
		return left->resident < right->resident ? -1 : 1;
	return (left->member > right->member) - (left->member < right->member);
}

/* The rows of one table and period, by cell and resident. */
static inline struct counted_row *counted_rows(
    const struct counted *counted, const struct oeo_table *table, const struct oeo_period *period, size_t *n)
{
	struct counted_row *rows = oeo_alloc_array(counted->n_questions, sizeof(*rows));

	*n = 0;
	for (size_t i = 0; i < counted->n_questions; i++) {
		const struct counted_question *question = &counted->questions[i];
		size_t codes[OEO_MAX_BY];

		if (question->day < oeo_period_first_day(period) ||
		    question->day > oeo_period_last_day(period))
			continue;
		for (size_t j = 0; j < table->n_by; j++)
			codes[j] = oeo_dimension_ancestor(&counted->plan->dimensions[table->by[j].dimension],
			    question->codes[table->by[j].dimension], table->by[j].level);
		rows[(*n)++] = (struct counted_row){
		    oeo_table_cell_index(counted->plan, table, codes), question->resident, question->member};
	}
	qsort(rows, *n, sizeof(*rows), counted_compare);
	return rows;
}

/* Count the rows of one cell: residents and questions, of one member or (SIZE_MAX) of all. */
static inline void counted_count(
    const struct counted_row *rows, size_t n, size_t member, uint64_t *residents, uint64_t *questions)
{
	size_t last = SIZE_MAX;

	*residents = 0;
	*questions = 0;
	for (size_t i = 0; i < n; i++) {
		if (member != SIZE_MAX && rows[i].member != member)
			continue;
		(*questions)++;
		if (rows[i].resident != SIZE_MAX && rows[i].resident != last)
			(*residents)++;
		last = rows[i].resident;
	}
}

static inline void counted_open_cell(
    struct oeo_opened_cell *cell, const struct oeo_table *table, const struct counted_row *rows, size_t n)
{
	cell->cell = rows[0].cell;
	cell->state = OEO_CELL_OPEN;
	counted_count(rows, n, SIZE_MAX, &cell->residents, &cell->questions);
	cell->contributions = oeo_alloc_array(COUNTED_MEMBERS, sizeof(*cell->contributions));
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		struct oeo_contribution part = {m, 0, 0};

		counted_count(rows, n, m, &part.residents, &part.questions);
		if (part.questions > 0 && (part.residents > 0 || table->publishes_questions))
			cell->contributions[cell->n_contributions++] = part;
	}
}

/* The cells of a table with at least k residents. */
static inline void counted_open_table(struct oeo_opened_table *opened, const struct counted *counted,
    const struct oeo_table *table, const struct oeo_period *period)
{
	size_t n;
	struct counted_row *rows = counted_rows(counted, table, period, &n);

	opened->cells = oeo_alloc_array(oeo_table_cells(counted->plan, table), sizeof(*opened->cells));
	for (size_t i = 0, end; i < n; i = end) {
		uint64_t residents;
		uint64_t questions;

		for (end = i; end < n && rows[end].cell == rows[i].cell;)
			end++;
		counted_count(rows + i, end - i, SIZE_MAX, &residents, &questions);
		if (residents >= table->rules.residents)
			counted_open_cell(&opened->cells[opened->n_cells++], table, rows + i, end - i);
	}
	free(rows);
}

static inline void counted_open(struct oeo_opened *opened, const struct counted *counted, const char *text)
{
	memset(opened, 0, sizeof(*opened));
	(void)oeo_period_parse(&opened->period, text);
	opened->members = oeo_alloc_array(COUNTED_MEMBERS, sizeof(*opened->members));
	opened->n_members = COUNTED_MEMBERS;
	for (size_t m = 0; m < COUNTED_MEMBERS; m++)
		(void)snprintf(opened->members[m], OEO_ID_BYTES, "member-%zu", m);
	opened->tables = oeo_alloc_array(counted->plan->n_tables, sizeof(*opened->tables));
	for (size_t i = 0; i < counted->plan->n_tables; i++) {
		if (counted->plan->tables[i].cadence != opened->period.cadence)
			continue;
		opened->tables[opened->n_tables].table = i;
		counted_open_table(
		    &opened->tables[opened->n_tables++], counted, &counted->plan->tables[i], &opened->period);
	}
}

/* Does an opened cell meet its table's rules by itself; with_questions: its questions too? */
static inline bool counted_meets_rules(const struct oeo_plan *plan, const struct oeo_table *table,
    const struct oeo_opened_cell *cell, bool with_questions)
{
	size_t codes[OEO_MAX_BY];
	uint64_t k = table->rules.residents;
	size_t n_members = 0;

	oeo_table_cell_codes(plan, table, cell->cell, codes);
	for (size_t i = 0; i < table->n_by; i++)
		if (plan->dimensions[table->by[i].dimension].codes[codes[i]].is_sensitive)
			k = table->rules.sensitive;
	for (size_t i = 0; i < cell->n_contributions; i++) {
		uint64_t others = cell->residents - cell->contributions[i].residents;
		uint64_t other_questions = cell->questions - cell->contributions[i].questions;

		n_members += cell->contributions[i].residents > 0;
		if ((others > 0 && others < table->rules.rest) ||
		    (with_questions && table->publishes_questions && other_questions > 0 &&
			other_questions < table->rules.rest))
			return false;
	}
	return cell->residents >= k && n_members >= table->rules.members;
}

#endif
