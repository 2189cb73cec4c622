/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A reader who kept every release and knows the plan, written apart from all that decides or checks: own equations
 * from the plan's tables, elimination modulo a prime, bounds narrowed step by step, sums and differences counted
 * from the made-up residents themselves. It knows more than a reader does: which numbers a correction leaves as
 * they were.
 */
#ifndef OEO_TESTS_UNIT_RELEASE_ATTACK_H
#define OEO_TESTS_UNIT_RELEASE_ATTACK_H

#include "collector/release_build.h"
#include "counted.h"

#define ATTACK_MOST_RELEASES 48
#define ATTACK_PRIME UINT64_C(2305843009213693951) /* 2^61 - 1 */
#define ATTACK_FAR INT64_MAX

/* One release with the rows that it was counted from (those of the members that were in). */
struct attack_release {
	const struct oeo_release *release;
	struct counted rows; /* plan borrowed */
	unsigned present; /* mask of the members that were in */
};

struct attack_number {
	size_t release;
	size_t planned;
	size_t cell;
	unsigned measure; /* 0 residents, 1 questions */
	bool is_known;
	int64_t truth;
	int64_t own[COUNTED_MEMBERS];
	int64_t low;
	int64_t high;
	size_t column; /* among the unknown ones; numbers that are the same share it */
};

/* parent = sum of the parts, or (not is_sum) parent >= each part and <= their sum where is_cover. */
struct attack_row {
	size_t parent;
	size_t *parts;
	size_t n;
	bool is_sum;
	bool is_cover;
};

struct attack {
	const struct oeo_plan *plan;
	const struct attack_release *releases;
	size_t n_releases;
	struct attack_number *numbers;
	size_t n;
	size_t first[ATTACK_MOST_RELEASES][OEO_MAX_TABLES][2]; /* SIZE_MAX: no such numbers */
	struct attack_row *rows;
	size_t n_rows;
	size_t n_columns;
};

struct attack_result {
	size_t n_hidden;
	size_t n_shown;
	size_t n_linear; /* hidden numbers above zero that follow from shown ones */
	size_t n_bounds; /* ... that bounds pin */
	size_t n_member; /* ... that tell a member of 1 .. r-1 others */
	size_t n_groups; /* sums of hidden numbers that are too small */
	size_t n_changes; /* differences between two releases that are too small */
	size_t n_wrong; /* shown numbers that are not what was counted, or zeros that are none */
};

static inline bool attack_is_few(int64_t value, uint64_t least)
{
	return value != 0 && (uint64_t)(value < 0 ? -value : value) < least;
}

/* ---- Numbers */

static inline void attack_count(struct attack *attack, struct attack_number *number)
{
	const struct attack_release *at = &attack->releases[number->release];
	const struct oeo_table *table = &attack->plan->tables[number->planned];
	size_t n;
	struct counted_row *rows = counted_rows(&at->rows, table, &at->release->period, &n);
	size_t from = 0;
	size_t to;
	uint64_t counts[2];

	while (from < n && rows[from].cell < number->cell)
		from++;
	for (to = from; to < n && rows[to].cell == number->cell;)
		to++;
	counted_count(rows + from, to - from, SIZE_MAX, &counts[0], &counts[1]);
	number->truth = (int64_t)counts[number->measure];
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		counted_count(rows + from, to - from, m, &counts[0], &counts[1]);
		number->own[m] = (int64_t)counts[number->measure];
	}
	free(rows);
}

static inline void attack_add_numbers(struct attack *attack, size_t release, size_t planned, unsigned measure)
{
	const struct oeo_release_table *table =
	    oeo_release_table(attack->releases[release].release, attack->plan->tables[planned].id);

	attack->first[release][planned][measure] = SIZE_MAX;
	if (table == NULL || (measure == 1 && !attack->plan->tables[planned].publishes_questions))
		return;
	attack->first[release][planned][measure] = attack->n;
	attack->numbers = realloc(attack->numbers, (attack->n + table->n_cells) * sizeof(*attack->numbers));
	for (size_t i = 0; i < table->n_cells; i++) {
		struct attack_number *number = &attack->numbers[attack->n++];

		*number = (struct attack_number){
		    .release = release, .planned = planned, .cell = i, .measure = measure};
		number->is_known =
		    !table->cells[i].is_hidden && (measure == 0 || !table->cells[i].hides_questions);
		attack_count(attack, number);
	}
}

/* ---- Rows */

static inline struct attack_row *attack_add_row(
    struct attack *attack, size_t parent, size_t most, bool is_sum, bool is_cover)
{
	attack->rows = realloc(attack->rows, (attack->n_rows + 1) * sizeof(*attack->rows));
	attack->rows[attack->n_rows] =
	    (struct attack_row){parent, oeo_alloc_array(most, sizeof(size_t)), 0, is_sum, is_cover};
	return &attack->rows[attack->n_rows++];
}

/* The level of a dimension in a table; SIZE_MAX where it is not in it. */
static inline size_t attack_level(const struct oeo_table *table, size_t dimension)
{
	for (size_t i = 0; i < table->n_by; i++)
		if (table->by[i].dimension == dimension)
			return table->by[i].level;
	return SIZE_MAX;
}

/* *is_exclusive: what is finer in b is computed for each resident. */
static inline bool attack_is_finer(
    const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b, bool *is_exclusive)
{
	bool is_finer = false;

	*is_exclusive = true;
	for (size_t d = 0; d < plan->n_dimensions; d++) {
		size_t coarse = attack_level(a, d);
		size_t fine = attack_level(b, d);

		if (coarse == fine)
			continue;
		if (coarse != SIZE_MAX && (fine == SIZE_MAX || fine < coarse))
			return false;
		is_finer = true;
		*is_exclusive = *is_exclusive && plan->dimensions[d].computed_from[0] != '\0';
	}
	return is_finer;
}

static inline size_t attack_cell_above(
    const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b, size_t cell)
{
	size_t codes[OEO_MAX_BY];
	size_t above[OEO_MAX_BY];

	oeo_table_cell_codes(plan, b, cell, codes);
	for (size_t i = 0; i < a->n_by; i++)
		for (size_t j = 0; j < b->n_by; j++)
			if (b->by[j].dimension == a->by[i].dimension)
				above[i] = oeo_dimension_ancestor(
				    &plan->dimensions[a->by[i].dimension], codes[j], a->by[i].level);
	return oeo_table_cell_index(plan, a, above);
}

static inline void attack_relate_tables(
    struct attack *attack, size_t release, size_t a, size_t b, unsigned measure, bool is_exclusive)
{
	const struct oeo_plan *plan = attack->plan;
	size_t whole = attack->first[release][a][measure];
	size_t part = attack->first[release][b][measure];
	size_t n = oeo_table_cells(plan, &plan->tables[b]);

	if (whole == SIZE_MAX || part == SIZE_MAX)
		return;
	for (size_t i = 0; i < oeo_table_cells(plan, &plan->tables[a]); i++) {
		struct attack_row *row =
		    attack_add_row(attack, whole + i, n, measure == 1 || is_exclusive, true);

		for (size_t j = 0; j < n; j++)
			if (attack_cell_above(plan, &plan->tables[a], &plan->tables[b], j) == i)
				row->parts[row->n++] = part + j;
	}
}

static inline bool attack_is_same_table(
    const struct oeo_plan *plan, const struct oeo_table *a, const struct oeo_table *b)
{
	for (size_t d = 0; d < plan->n_dimensions; d++)
		if (attack_level(a, d) != attack_level(b, d))
			return false;
	return true;
}

/* A period and those within it, one version of each, all with the same members in: then sums hold. */
static inline void attack_relate_periods(
    struct attack *attack, size_t whole, size_t a, size_t b, unsigned measure)
{
	const struct oeo_plan *plan = attack->plan;
	const struct attack_release *releases = attack->releases;
	size_t parts[12];
	size_t n = 0;
	size_t wanted = releases[whole].release->period.cadence == OEO_QUARTER
			    ? 3
			    : (plan->tables[b].cadence == OEO_MONTH ? 12 : 4);

	for (size_t s = 0; s < attack->n_releases && n < 12; s++) {
		bool is_last = true;

		if (attack->first[s][b][measure] == SIZE_MAX ||
		    releases[s].present != releases[whole].present ||
		    !oeo_period_contains(&releases[whole].release->period, &releases[s].release->period))
			continue;
		for (size_t t = s + 1; t < attack->n_releases; t++)
			is_last = is_last && !(releases[t].present == releases[s].present &&
						 oeo_period_equal(&releases[t].release->period,
						     &releases[s].release->period));
		if (is_last)
			parts[n++] = s;
	}
	for (size_t i = 0; n > 0 && i < oeo_table_cells(plan, &plan->tables[a]); i++) {
		struct attack_row *row = attack_add_row(attack, attack->first[whole][a][measure] + i, n,
		    measure == 1 && n == wanted, n == wanted);

		for (size_t j = 0; j < n; j++)
			row->parts[row->n++] = attack->first[parts[j]][b][measure] + i;
	}
}

static inline void attack_relate(struct attack *attack)
{
	const struct oeo_plan *plan = attack->plan;

	for (size_t s = 0; s < attack->n_releases; s++) {
		for (size_t a = 0; a < plan->n_tables; a++) {
			for (size_t b = 0; b < plan->n_tables; b++) {
				bool is_exclusive = false;

				if (attack->first[s][a][0] == SIZE_MAX)
					continue;
				for (unsigned m = 0; m < 2; m++) {
					if (attack_is_finer(
						plan, &plan->tables[a], &plan->tables[b], &is_exclusive))
						attack_relate_tables(attack, s, a, b, m, is_exclusive);
					if (plan->tables[b].cadence < plan->tables[a].cadence &&
					    attack->first[s][a][m] != SIZE_MAX &&
					    attack_is_same_table(plan, &plan->tables[a], &plan->tables[b]))
						attack_relate_periods(attack, s, a, b, m);
				}
			}
		}
	}
}

/* ---- What is the same in two releases of a period has one column */

static inline bool attack_is_same(
    const struct attack_number *a, const struct attack_number *b, uint64_t least)
{
	return a->truth == b->truth && memcmp(a->own, b->own, sizeof(a->own)) == 0 &&
	       (uint64_t)a->truth >= least;
}

static inline struct attack_number *attack_version(
    struct attack *attack, const struct attack_number *number, size_t release)
{
	size_t first = attack->first[release][number->planned][number->measure];

	if (first == SIZE_MAX || !oeo_period_equal(&attack->releases[release].release->period,
				     &attack->releases[number->release].release->period))
		return NULL;
	return &attack->numbers[first + number->cell];
}

/* The residents of the cell decide whether it was open. */
static inline bool attack_is_open(struct attack *attack, const struct attack_number *number)
{
	size_t residents = attack->first[number->release][number->planned][0] + number->cell;

	return (uint64_t)attack->numbers[residents].truth >=
	       attack->plan->tables[number->planned].rules.residents;
}

static inline void attack_join_versions(struct attack *attack)
{
	for (size_t i = 0; i < attack->n; i++) {
		struct attack_number *number = &attack->numbers[i];

		number->column = i;
		for (size_t s = 0; s < number->release; s++) {
			struct attack_number *before = attack_version(attack, number, s);

			if (before == NULL || !attack_is_open(attack, number) ||
			    !attack_is_same(before, number, 1))
				continue;
			number->column = before->column;
			number->is_known = number->is_known || before->is_known;
			before->is_known = number->is_known;
		}
	}
	/* A number that became known with a later version is known in the earlier ones. */
	for (size_t i = attack->n; i-- > 0;)
		if (attack->numbers[i].is_known)
			attack->numbers[attack->numbers[i].column].is_known = true;
	for (size_t i = 0; i < attack->n; i++)
		attack->numbers[i].is_known = attack->numbers[attack->numbers[i].column].is_known;
}

/* ---- Linear algebra */

static inline uint64_t attack_times(uint64_t a, uint64_t b)
{
	return (uint64_t)((__extension__(unsigned __int128) a) * b % ATTACK_PRIME);
}

static inline uint64_t attack_inverse(uint64_t a)
{
	uint64_t result = 1;

	for (uint64_t e = ATTACK_PRIME - 2; e > 0; e >>= 1, a = attack_times(a, a))
		if ((e & 1) != 0)
			result = attack_times(result, a);
	return result;
}

static inline void attack_put(
    const struct attack *attack, uint64_t *line, const size_t *place, size_t number, bool is_parent)
{
	const struct attack_number *at = &attack->numbers[number];
	uint64_t *to;

	if (at->is_known)
		return;
	to = &line[place[at->column]];
	*to = (*to + (is_parent ? 1 : ATTACK_PRIME - 1)) % ATTACK_PRIME;
}

/* Reduced row echelon form of the sums over the unknown columns; returns its rank. pivots: of each row. */
static inline size_t attack_eliminate(uint64_t *matrix, size_t n_rows, size_t n, size_t *pivots)
{
	size_t rank = 0;

	for (size_t c = 0; c < n && rank < n_rows; c++) {
		size_t found = rank;
		uint64_t factor;

		while (found < n_rows && matrix[found * n + c] == 0)
			found++;
		if (found == n_rows)
			continue;
		for (size_t j = 0; j < n; j++) {
			uint64_t kept = matrix[found * n + j];

			matrix[found * n + j] = matrix[rank * n + j];
			matrix[rank * n + j] = kept;
		}
		factor = attack_inverse(matrix[rank * n + c]);
		for (size_t j = c; j < n; j++)
			matrix[rank * n + j] = attack_times(matrix[rank * n + j], factor);
		for (size_t i = 0; i < n_rows; i++) {
			uint64_t by = matrix[i * n + c];

			if (i == rank || by == 0)
				continue;
			for (size_t j = c; j < n; j++)
				matrix[i * n + j] = (matrix[i * n + j] + ATTACK_PRIME -
							attack_times(by, matrix[rank * n + j])) %
						    ATTACK_PRIME;
		}
		pivots[rank++] = c;
	}
	return rank;
}

/* is_fixed: of every number, whether its column is determined. */
static inline void attack_linear(const struct attack *attack, bool *is_fixed)
{
	size_t *place = oeo_alloc_array(attack->n, sizeof(*place));
	size_t *pivots = oeo_alloc_array(attack->n_rows, sizeof(*pivots));
	bool *is_single = oeo_alloc_array(attack->n, sizeof(*is_single));
	size_t n = 0;
	size_t rank;
	uint64_t *matrix;

	for (size_t i = 0; i < attack->n; i++)
		if (!attack->numbers[i].is_known && attack->numbers[i].column == i)
			place[i] = n++;
	matrix = oeo_alloc_array((attack->n_rows + 1) * (n + 1), sizeof(*matrix));
	for (size_t i = 0; i < attack->n_rows; i++) {
		const struct attack_row *row = &attack->rows[i];

		if (!row->is_sum)
			continue;
		attack_put(attack, matrix + i * n, place, row->parent, true);
		for (size_t j = 0; j < row->n; j++)
			attack_put(attack, matrix + i * n, place, row->parts[j], false);
	}
	rank = attack_eliminate(matrix, attack->n_rows, n, pivots);
	for (size_t i = 0; i < rank; i++) {
		size_t others = 0;

		for (size_t j = 0; j < n; j++)
			others += j != pivots[i] && matrix[i * n + j] != 0;
		is_single[pivots[i]] = others == 0;
	}
	for (size_t i = 0; i < attack->n; i++)
		is_fixed[i] = !attack->numbers[i].is_known && is_single[place[attack->numbers[i].column]];
	free(place);
	free(pivots);
	free(is_single);
	free(matrix);
}

/* ---- Bounds, step by step */

static inline struct attack_number *attack_at(const struct attack *attack, size_t number)
{
	return &attack->numbers[attack->numbers[number].column];
}

static inline bool attack_narrow(struct attack_number *number, int64_t low, int64_t high)
{
	bool has_changed = false;

	if (number->is_known)
		return false;
	if (low > number->low && low <= number->high) {
		number->low = low;
		has_changed = true;
	}
	if (high < number->high && high >= number->low) {
		number->high = high;
		has_changed = true;
	}
	return has_changed;
}

static inline bool attack_narrow_row(const struct attack *attack, const struct attack_row *row)
{
	struct attack_number *parent = attack_at(attack, row->parent);
	int64_t low = 0;
	int64_t high = 0;
	size_t n_far = 0;
	bool has_changed = false;

	for (size_t i = 0; i < row->n; i++) {
		const struct attack_number *part = attack_at(attack, row->parts[i]);

		low += part->low;
		n_far += part->high == ATTACK_FAR;
		high += part->high == ATTACK_FAR ? 0 : part->high;
	}
	for (size_t i = 0; i < row->n; i++) {
		struct attack_number *part = attack_at(attack, row->parts[i]);
		size_t far_others = n_far - (part->high == ATTACK_FAR);
		int64_t others = high - (part->high == ATTACK_FAR ? 0 : part->high);
		int64_t most = parent->high;

		if (row->is_sum && most != ATTACK_FAR)
			most -= low - part->low;
		has_changed |=
		    attack_narrow(part, row->is_cover && far_others == 0 ? parent->low - others : 0, most);
		has_changed |= attack_narrow(parent, part->low, ATTACK_FAR);
	}
	has_changed |=
	    attack_narrow(parent, row->is_sum ? low : 0, row->is_cover && n_far == 0 ? high : ATTACK_FAR);
	return has_changed;
}

/* Every resident in a cell asked something there; one that is not the member's own asked something elsewhere. */
static inline bool attack_couple(struct attack *attack, size_t asked_at, size_t member)
{
	const struct attack_number *asked = &attack->numbers[asked_at];
	size_t residents_at = attack->first[asked->release][asked->planned][0];
	const struct attack_number *residents;
	int64_t beside = 0;
	bool has_changed;

	if (asked->measure != 1 || residents_at == SIZE_MAX)
		return false;
	residents_at += asked->cell;
	residents = &attack->numbers[residents_at];
	if (member < COUNTED_MEMBERS)
		beside = asked->own[member] - residents->own[member];
	has_changed = attack_narrow(
	    attack_at(attack, asked_at), attack_at(attack, residents_at)->low + beside, ATTACK_FAR);
	if (attack_at(attack, asked_at)->high != ATTACK_FAR)
		has_changed |= attack_narrow(
		    attack_at(attack, residents_at), 0, attack_at(attack, asked_at)->high - beside);
	return has_changed;
}

/* member: whose own figures are known (COUNTED_MEMBERS: nobody's). */
static inline void attack_narrow_all(struct attack *attack, size_t member)
{
	bool has_changed = true;

	for (size_t i = 0; i < attack->n; i++) {
		struct attack_number *number = &attack->numbers[i];

		number->low = number->is_known ? number->truth : 0;
		number->high = number->is_known ? number->truth : ATTACK_FAR;
		if (!number->is_known && member < COUNTED_MEMBERS)
			number->low = number->own[member];
	}
	for (unsigned round = 0; has_changed && round < 400; round++) {
		has_changed = false;
		for (size_t i = 0; i < attack->n_rows; i++)
			has_changed |= attack_narrow_row(attack, &attack->rows[i]);
		for (size_t i = 0; i < attack->n; i++)
			has_changed |= attack_couple(attack, i, member);
	}
}

/* ---- Sums of what is hidden, and of what changed */

static inline void attack_add_up(const struct attack *attack, const struct attack_row *row, int64_t *sum,
    int64_t own[COUNTED_MEMBERS], uint64_t *least, uint64_t *rest)
{
	*sum = 0;
	memset(own, 0, COUNTED_MEMBERS * sizeof(*own));
	for (size_t i = 0; i < row->n; i++) {
		const struct attack_number *part = &attack->numbers[row->parts[i]];
		const struct oeo_rules *rules = &attack->plan->tables[part->planned].rules;

		if (attack_at(attack, row->parts[i])->is_known)
			continue;
		*sum += part->truth;
		*least = rules->residents;
		*rest = rules->rest;
		for (size_t m = 0; m < COUNTED_MEMBERS; m++)
			own[m] += part->own[m];
	}
}

static inline bool attack_is_small_group(const struct attack *attack, const struct attack_row *row)
{
	int64_t own[COUNTED_MEMBERS];
	int64_t sum;
	uint64_t least = 0;
	uint64_t rest = 0;

	if (!row->is_sum || !attack_at(attack, row->parent)->is_known)
		return false;
	attack_add_up(attack, row, &sum, own, &least, &rest);
	if (attack_is_few(sum, least))
		return true;
	for (size_t m = 0; m < COUNTED_MEMBERS; m++)
		if (own[m] > 0 && attack_is_few(sum - own[m], rest))
			return true;
	return false;
}

/* A number that is in two releases of its period and changed by too little. */
static inline size_t attack_count_changes(struct attack *attack)
{
	size_t n = 0;

	for (size_t i = 0; i < attack->n; i++) {
		const struct attack_number *number = &attack->numbers[i];
		const struct oeo_rules *rules = &attack->plan->tables[number->planned].rules;

		for (size_t s = 0; s < number->release; s++) {
			const struct attack_number *before = attack_version(attack, number, s);
			bool is_small;

			if (before == NULL || !before->is_known || !number->is_known)
				continue;
			is_small = attack_is_few(number->truth - before->truth, rules->residents);
			for (size_t m = 0; m < COUNTED_MEMBERS; m++)
				is_small =
				    is_small || (number->own[m] != before->own[m] &&
						    attack_is_few(number->truth - before->truth -
								      (number->own[m] - before->own[m]),
							rules->rest));
			n += is_small;
		}
	}
	return n;
}

/* What changed in the parts that are not in both, taken together. */
static inline size_t attack_count_changed_groups(struct attack *attack)
{
	size_t n = 0;

	for (size_t i = 0; i < attack->n_rows; i++) {
		const struct attack_row *row = &attack->rows[i];
		const struct attack_number *parent = &attack->numbers[row->parent];

		for (size_t s = 0; s < parent->release && row->is_sum; s++) {
			const struct attack_number *before = attack_version(attack, parent, s);
			int64_t change;
			bool is_within = before != NULL && before->is_known && parent->is_known;

			change = is_within ? parent->truth - before->truth : 0;
			for (size_t j = 0; is_within && j < row->n; j++) {
				const struct attack_number *part = &attack->numbers[row->parts[j]];
				const struct attack_number *was = attack_version(attack, part, s);

				is_within = part->release == parent->release && was != NULL;
				if (is_within && part->is_known && was->is_known)
					change -= part->truth - was->truth;
			}
			n += is_within &&
			     attack_is_few(change, attack->plan->tables[parent->planned].rules.residents);
		}
	}
	return n;
}

/* ---- The whole */

static inline void attack_check_shown(struct attack *attack, struct attack_result *result)
{
	for (size_t i = 0; i < attack->n; i++) {
		const struct attack_number *number = &attack->numbers[i];
		const struct attack_release *at = &attack->releases[number->release];
		const struct oeo_release_cell *cell =
		    &oeo_release_table(at->release, attack->plan->tables[number->planned].id)
			 ->cells[number->cell];

		bool is_shown = !cell->is_hidden && (number->measure == 0 || !cell->hides_questions);

		result->n_hidden += !is_shown;
		result->n_shown += is_shown;
		result->n_wrong +=
		    is_shown &&
		    (int64_t)(number->measure == 0 ? cell->residents : cell->questions) != number->truth;
	}
}

enum { ATTACK_LINEAR = 1, ATTACK_BOUNDS = 2 };

/* found: of every hidden number above zero, which attacks find it. */
static inline void attack_find(struct attack *attack, unsigned char *found)
{
	bool *is_fixed = oeo_alloc_array(attack->n, sizeof(*is_fixed));

	attack_linear(attack, is_fixed);
	attack_narrow_all(attack, COUNTED_MEMBERS);
	for (size_t i = 0; i < attack->n; i++) {
		const struct attack_number *at = attack_at(attack, i);

		found[i] = 0;
		if (at->is_known || attack->numbers[i].truth == 0)
			continue;
		found[i] = (unsigned char)((is_fixed[i] ? ATTACK_LINEAR : 0) |
					   (at->low == at->high && at->low == attack->numbers[i].truth
						   ? ATTACK_BOUNDS
						   : 0));
	}
	free(is_fixed);
}

/* Did it follow from what was out before its release? Then nobody can help it any more. */
static inline bool attack_is_given(struct attack *attack, size_t number)
{
	unsigned char *found = oeo_alloc_array(attack->n, sizeof(*found));
	bool *was_known = oeo_alloc_array(attack->n, sizeof(*was_known));
	bool is_given;

	for (size_t i = 0; i < attack->n; i++) {
		was_known[i] = attack->numbers[i].is_known;
		if (attack->numbers[attack->numbers[i].column].release >= attack->numbers[number].release)
			attack->numbers[i].is_known = false;
	}
	attack_find(attack, found);
	is_given = found[number] != 0;
	for (size_t i = 0; i < attack->n; i++)
		attack->numbers[i].is_known = was_known[i];
	free(found);
	free(was_known);
	return is_given;
}

static inline void attack_judge(struct attack *attack, struct attack_result *result)
{
	unsigned char *found = oeo_alloc_array(attack->n, sizeof(*found));

	attack_find(attack, found);
	for (size_t i = 0; i < attack->n; i++) {
		if (found[i] == 0 || attack_is_given(attack, i))
			continue;
		result->n_linear += (found[i] & ATTACK_LINEAR) != 0;
		result->n_bounds += (found[i] & ATTACK_BOUNDS) != 0;
	}
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		attack_narrow_all(attack, m);
		for (size_t i = 0; i < attack->n; i++) {
			const struct attack_number *number = &attack->numbers[i];
			const struct attack_number *at = attack_at(attack, i);

			/* Bounds that a correction contradicts pin wrong numbers too. */
			result->n_member += !at->is_known && at->low == at->high &&
					    at->low == number->truth && number->own[m] > 0 &&
					    attack_is_few(number->truth - number->own[m],
						attack->plan->tables[number->planned].rules.rest);
		}
	}
	for (size_t i = 0; i < attack->n_rows; i++)
		result->n_groups += attack_is_small_group(attack, &attack->rows[i]);
	free(found);
}

static inline struct attack_result attack_run(
    const struct oeo_plan *plan, const struct attack_release *releases, size_t n)
{
	static struct attack attack;
	struct attack_result result = {0};

	memset(&attack, 0, sizeof(attack));
	attack.plan = plan;
	attack.releases = releases;
	attack.n_releases = n;
	for (size_t s = 0; s < n; s++)
		for (size_t t = 0; t < plan->n_tables; t++)
			for (unsigned m = 0; m < 2; m++)
				attack_add_numbers(&attack, s, t, m);
	attack_check_shown(&attack, &result);
	result.n_changes = attack_count_changes(&attack);
	attack_relate(&attack);
	result.n_changes += attack_count_changed_groups(&attack);
	attack_join_versions(&attack);
	attack_judge(&attack, &result);
	for (size_t i = 0; i < attack.n_rows; i++)
		free(attack.rows[i].parts);
	free(attack.rows);
	free(attack.numbers);
	return result;
}

#endif
