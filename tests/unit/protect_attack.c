/* SPDX-License-Identifier: EUPL-1.2 */
#include "protect_attack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/solver_clp.h"

#define PRIME UINT64_C(2147483629)
#define MOST_NODES 4000 /* of a search for one value of one number */
#define MOST_SEARCHED 40 /* inner numbers */
#define FAR 60 /* how far from the truth values are tried */

/* What an attacker starts from: sums of unknown inner numbers */

struct sum {
	size_t *columns;
	size_t n;
	int64_t value; /* what it is */
	uint64_t total; /* of the place, for all members */
	bool is_single_alone; /* holds nothing but the single that is known */
	bool is_free; /* was seen with another value */
	bool is_whole; /* determined for whole numbers only */
	bool is_determined;
};

struct view {
	const struct attack_table *table;
	size_t n; /* unknown inner numbers */
	int64_t *truth; /* theirs, without the member's own */
	int64_t *floor;
	struct sum *known;
	size_t n_known;
	struct sum *hidden;
	size_t n_hidden;
};

/* Who looks: member ATTACK_NONE for none; single: the inner number that is known to be one contributor's. */
struct attacker {
	size_t member;
	size_t single;
	int64_t floor;
};

static bool is_inner_known(const struct attack_table *table, size_t inner)
{
	size_t codes[ATTACK_DIMENSIONS];

	attack_split_inner(table, inner, codes);
	return table->shown[attack_join_place(table, codes)] >= 0;
}

static void fill_sum(
    const struct view *view, const size_t *column_of, const int64_t *numbers, size_t place, struct sum *sum)
{
	sum->columns = attack_alloc(view->n, sizeof(*sum->columns));
	sum->total = view->table->totals[place];
	for (size_t i = 0; i < view->table->n_inner; i++) {
		if (column_of[i] == ATTACK_NONE || !attack_is_within(view->table, place, i))
			continue;
		sum->columns[sum->n++] = column_of[i];
		sum->value += numbers[i];
	}
}

static void view_init(struct view *view, const struct attack_table *table, const struct attacker *attacker)
{
	size_t *column_of = attack_alloc(table->n_inner, sizeof(*column_of));
	int64_t *numbers = attack_alloc(table->n_inner, sizeof(*numbers));

	memset(view, 0, sizeof(*view));
	view->table = table;
	view->truth = attack_alloc(table->n_inner, sizeof(*view->truth));
	view->floor = attack_alloc(table->n_inner, sizeof(*view->floor));
	view->known = attack_alloc(table->n_places, sizeof(*view->known));
	view->hidden = attack_alloc(table->n_places, sizeof(*view->hidden));
	for (size_t i = 0; i < table->n_inner; i++) {
		bool is_known = is_inner_known(table, i) || i == attacker->single;

		numbers[i] = (int64_t)table->truth[i];
		if (attacker->member != ATTACK_NONE)
			numbers[i] -= (int64_t)table->own[attacker->member * table->n_inner + i];
		column_of[i] = is_known ? ATTACK_NONE : view->n;
		if (!is_known)
			view->truth[view->n] = numbers[i];
		if (!is_known)
			view->floor[view->n++] = attacker->floor;
	}
	for (size_t place = 0; place < table->n_places; place++) {
		bool is_shown = table->shown[place] >= 0;
		struct sum *sum = is_shown ? &view->known[view->n_known] : &view->hidden[view->n_hidden];

		fill_sum(view, column_of, numbers, place, sum);
		sum->is_single_alone = attacker->single != ATTACK_NONE &&
				       attack_is_within(table, place, attacker->single) &&
				       sum->total == table->truth[attacker->single];
		*(is_shown ? &view->n_known : &view->n_hidden) += 1;
	}
	free(column_of);
	free(numbers);
}

static void view_free(struct view *view)
{
	for (size_t i = 0; i < view->n_known; i++)
		free(view->known[i].columns);
	for (size_t i = 0; i < view->n_hidden; i++)
		free(view->hidden[i].columns);
	free(view->known);
	free(view->hidden);
	free(view->truth);
	free(view->floor);
}

/* Linear algebra: which hidden sums are combinations of known ones? */

static uint64_t invert(uint64_t number)
{
	uint64_t result = 1;

	for (uint64_t exponent = PRIME - 2; exponent > 0; exponent >>= 1) {
		if (exponent & 1)
			result = result * number % PRIME;
		number = number * number % PRIME;
	}
	return result;
}

/* Take the rows of the echelon out of row; the first column that is left, n for none. */
static size_t reduce(uint64_t *const *echelon, size_t n, uint64_t *row)
{
	size_t first = n;

	for (size_t c = 0; c < n; c++) {
		uint64_t factor = row[c];

		if (factor == 0)
			continue;
		if (echelon[c] == NULL) {
			first = first < n ? first : c;
			continue;
		}
		for (size_t i = c; i < n; i++)
			row[i] = (row[i] + (PRIME - factor) * echelon[c][i]) % PRIME;
	}
	return first;
}

static void write_row(const struct sum *sum, size_t n, uint64_t *row)
{
	memset(row, 0, n * sizeof(*row));
	for (size_t i = 0; i < sum->n; i++)
		row[sum->columns[i]] = 1;
}

static void solve_linear(struct view *view)
{
	size_t n = view->n;
	uint64_t **echelon = attack_alloc(n, sizeof(*echelon)), *row = attack_alloc(n, sizeof(*row));

	for (size_t k = 0; k < view->n_known; k++) {
		size_t pivot;
		uint64_t inverse;

		write_row(&view->known[k], n, row);
		pivot = reduce(echelon, n, row);
		if (pivot == n)
			continue;
		inverse = invert(row[pivot]);
		for (size_t c = 0; c < n; c++)
			row[c] = row[c] * inverse % PRIME;
		echelon[pivot] = row;
		row = attack_alloc(n, sizeof(*row));
	}
	for (size_t h = 0; h < view->n_hidden; h++) {
		write_row(&view->hidden[h], n, row);
		view->hidden[h].is_determined = reduce(echelon, n, row) == n;
	}
	for (size_t c = 0; c < n; c++)
		free(echelon[c]);
	free(echelon);
	free(row);
}

/* Linear programming: does it follow without numbers being whole? */

static void *open_program(const struct view *view)
{
	size_t n_terms = 0, n_rows = view->n_known, n = view->n;
	double *low = attack_alloc(n, sizeof(double)), *high = attack_alloc(n, sizeof(double)),
	       *sums = attack_alloc(n_rows, sizeof(double));
	size_t *first = attack_alloc(n_rows, sizeof(size_t)),
	       *columns = attack_alloc(n_rows * n, sizeof(size_t));
	double *ones = attack_alloc(n_rows * n, sizeof(double));
	struct oeo_solver_model model = {n, n_rows, low, high, sums, sums, first, columns, ones};
	void *handle;

	for (size_t i = 0; i < n; i++) {
		low[i] = (double)view->floor[i];
		high[i] = OEO_SOLVER_INFINITY;
	}
	for (size_t k = 0; k < n_rows; k++) {
		sums[k] = (double)view->known[k].value;
		for (size_t i = 0; i < view->known[k].n; i++, n_terms++) {
			columns[n_terms] = view->known[k].columns[i];
			ones[n_terms] = 1;
		}
		first[k + 1] = n_terms;
	}
	handle = oeo_solver_clp()->open(&model);
	free(low);
	free(high);
	free(sums);
	free(first);
	free(columns);
	free(ones);
	return handle;
}

/* The least or the most that the sum can be. */
static double solve_end(void *handle, const struct sum *sum, bool is_most)
{
	const struct oeo_solver *solver = oeo_solver_clp();
	double value = 0;

	if (solver->solve(handle, is_most) != OEO_SOLVER_OPTIMAL)
		return is_most ? OEO_SOLVER_INFINITY : 0;
	for (size_t i = 0; i < sum->n; i++)
		value += solver->point(handle)[sum->columns[i]];
	return value;
}

static void find_whole(const struct view *view, struct sum *sum)
{
	const struct oeo_solver *solver = oeo_solver_clp();
	void *handle = open_program(view);
	double least, most;

	if (handle == NULL)
		abort();
	for (size_t i = 0; i < sum->n; i++)
		solver->set_objective(handle, sum->columns[i], 1);
	least = solve_end(handle, sum, false);
	most = solve_end(handle, sum, true);
	/* One whole number in between: whoever solves the program has it. */
	sum->is_whole = (double)sum->value - 1 >= least - 1e-6 || (double)sum->value + 1 <= most + 1e-6;
	solver->close(handle);
}

/* Search: is there a table in which a hidden number is another one? */

struct search {
	struct view *view;
	struct sum target; /* one more sum that is taken as known */
	size_t n_nodes;
};

struct box {
	int64_t low[MOST_SEARCHED];
	int64_t high[MOST_SEARCHED];
};

/* Narrow the box by one sum. False: empty. */
static bool narrow_by(const struct sum *sum, struct box *box, bool *is_changed)
{
	int64_t low = 0, high = 0;

	for (size_t i = 0; i < sum->n; i++) {
		low += box->low[sum->columns[i]];
		high += box->high[sum->columns[i]];
	}
	if (low > sum->value || high < sum->value)
		return false;
	for (size_t i = 0; i < sum->n; i++) {
		int64_t *least = &box->low[sum->columns[i]], *most = &box->high[sum->columns[i]];
		int64_t up = sum->value - (low - *least), down = sum->value - (high - *most);

		if (*most > up || *least < down) {
			high -= *most > up ? *most - up : 0;
			low += *least < down ? down - *least : 0;
			*most = *most > up ? up : *most;
			*least = *least < down ? down : *least;
			*is_changed = true;
		}
		if (*least > *most)
			return false;
	}
	return true;
}

static bool narrow(const struct search *search, struct box *box)
{
	bool is_changed = true;

	while (is_changed) {
		is_changed = false;
		if (!narrow_by(&search->target, box, &is_changed))
			return false;
		for (size_t i = 0; i < search->view->n_known; i++)
			if (!narrow_by(&search->view->known[i], box, &is_changed))
				return false;
	}
	return true;
}

/* A table was found: note which hidden numbers differ in it. */
static void note_witness(struct view *view, const struct box *box)
{
	for (size_t h = 0; h < view->n_hidden; h++) {
		struct sum *sum = &view->hidden[h];
		int64_t value = 0;

		for (size_t i = 0; i < sum->n; i++)
			value += box->low[sum->columns[i]];
		sum->is_free = sum->is_free || value != sum->value;
	}
}

static bool search_box(struct search *search, struct box *box)
{
	struct view *view = search->view;
	size_t at = view->n;

	if (search->n_nodes++ > MOST_NODES || !narrow(search, box))
		return false;
	for (size_t i = 0; i < view->n; i++)
		if (box->low[i] < box->high[i] &&
		    (at == view->n || box->high[i] - box->low[i] < box->high[at] - box->low[at]))
			at = i;
	if (at == view->n) {
		note_witness(view, box);
		return true;
	}
	/* Nearest to the truth first. */
	for (int64_t away = 0; away <= 2 * (box->high[at] - box->low[at]) + 2; away++) {
		int64_t value = view->truth[at] + (away % 2 == 0 ? away / 2 : -(away + 1) / 2);
		struct box inside = *box;

		if (value < box->low[at] || value > box->high[at])
			continue;
		inside.low[at] = value;
		inside.high[at] = value;
		if (search_box(search, &inside))
			return true;
	}
	return false;
}

/* Can this hidden number be value? is_sure: no is the last word. */
static bool can_be(struct view *view, const struct sum *hidden, int64_t value, bool *is_sure)
{
	struct search search = {.view = view, .target = *hidden};
	struct box box;
	bool is_found;

	search.target.value = value;
	for (size_t i = 0; i < view->n; i++) {
		box.low[i] = view->floor[i];
		box.high[i] = view->truth[i] + FAR;
	}
	is_found = search_box(&search, &box);
	*is_sure = *is_sure && (is_found || search.n_nodes <= MOST_NODES);
	return is_found;
}

static void solve_search(struct view *view, size_t *n_given_up)
{
	for (size_t h = 0; h < view->n_hidden; h++) {
		struct sum *sum = &view->hidden[h];
		bool is_sure = true;

		if (sum->is_determined)
			continue;
		for (int64_t away = 1; away <= FAR && !sum->is_free; away++)
			if (!can_be(view, sum, sum->value + away, &is_sure) && sum->value >= away)
				(void)can_be(view, sum, sum->value - away, &is_sure);
		sum->is_determined = !sum->is_free && is_sure;
		if (sum->is_determined)
			find_whole(view, sum);
		*n_given_up += !sum->is_free && !is_sure;
	}
}

/* Attackers */

static void tally_sums(const struct view *view, enum attack_kind kind, struct attack_tally *tally)
{
	const struct attack_table *table = view->table;

	for (size_t h = 0; h < view->n_hidden; h++) {
		const struct sum *sum = &view->hidden[h];
		bool is_few = sum->value >= 1 && sum->value < (int64_t)table->rest;

		if (!sum->is_determined || sum->is_single_alone)
			continue;
		if (sum->is_whole)
			tally->whole[kind]++;
		else if (kind == ATTACK_O)
			tally->recovered[kind] += is_few;
		else
			*(sum->total < table->k ? &tally->recovered[kind] : &tally->beside[kind]) += 1;
	}
}

static void attack_as(const struct attack_table *table, const struct attacker *attacker,
    enum attack_kind kind, size_t most_unknown, struct attack_tally *tally)
{
	struct view view;

	view_init(&view, table, attacker);
	if (kind == ATTACK_L)
		tally->n_hidden += view.n_hidden;
	solve_linear(&view);
	if (kind != ATTACK_L && view.n <= most_unknown && view.n <= MOST_SEARCHED)
		solve_search(&view, &tally->n_given_up);
	tally_sums(&view, kind, tally);
	view_free(&view);
}

void attack_linear(const struct attack_table *table, struct attack_tally *tally)
{
	const struct attacker reader = {ATTACK_NONE, ATTACK_NONE, 0};

	attack_as(table, &reader, ATTACK_L, 0, tally);
}

void attack_all(const struct attack_table *table, size_t most_unknown, struct attack_tally *tally)
{
	const struct attacker reader = {ATTACK_NONE, ATTACK_NONE, 0}, counter = {ATTACK_NONE, ATTACK_NONE, 1};

	attack_as(table, &reader, ATTACK_L, most_unknown, tally);
	attack_as(table, &reader, ATTACK_P, most_unknown, tally);
	if (!table->hides_zeros)
		attack_as(table, &counter, ATTACK_Q, most_unknown, tally);
	for (size_t i = 0; i < table->n_inner; i++) {
		struct attacker single = {ATTACK_NONE, i, 0};

		if (table->is_single[i] && !is_inner_known(table, i))
			attack_as(table, &single, ATTACK_S, most_unknown, tally);
	}
	for (size_t m = 0; m < table->n_members; m++) {
		struct attacker member = {m, ATTACK_NONE, 0};

		attack_as(table, &member, ATTACK_O, most_unknown, tally);
	}
	attack_groups(table, tally);
}
