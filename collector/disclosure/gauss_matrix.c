/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/gauss_matrix.h"

#include <stdlib.h>
#include <string.h>

/* What a row would become. */
struct gauss_change {
	uint32_t row;
	uint64_t factor; /* of the eliminated row, to be subtracted */
	uint64_t marks[2]; /* new ones */
	uint64_t ratio; /* new; before that, the product of denominators so far */
	uint64_t old_ratio;
	bool is_watched;
};

bool oeo_gauss_matrix_init(struct gauss_matrix *matrix, size_t n_rows, size_t n_columns)
{
	memset(matrix, 0, sizeof(*matrix));
	if (n_rows >= GAUSS_NONE || n_columns >= GAUSS_NONE)
		return false;
	matrix->rows = calloc(n_rows + 1, sizeof(*matrix->rows));
	matrix->columns = calloc(n_columns + 1, sizeof(*matrix->columns));
	if (matrix->rows == NULL || matrix->columns == NULL)
		return false;
	matrix->n_rows = n_rows;
	matrix->n_columns = n_columns;
	return true;
}

void oeo_gauss_matrix_fini(struct gauss_matrix *matrix)
{
	for (size_t i = 0; i < matrix->n_rows; i++)
		free(matrix->rows[i].terms);
	for (size_t i = 0; i < matrix->n_columns; i++)
		free(matrix->columns[i].rows);
	free(matrix->rows);
	free(matrix->columns);
	free(matrix->classes);
	free(matrix->merged);
	free(matrix->changes);
	memset(matrix, 0, sizeof(*matrix));
}

static bool push_row(struct gauss_column *column, uint32_t row)
{
	if (column->n == column->capacity) {
		uint32_t capacity = column->capacity == 0 ? 8 : 2 * column->capacity;
		uint32_t *larger = realloc(column->rows, capacity * sizeof(*larger));

		if (larger == NULL)
			return false;
		column->rows = larger;
		column->capacity = capacity;
	}
	column->rows[column->n++] = row;
	return true;
}

static bool copy_terms(struct gauss_row *row, const struct gauss_term *terms, size_t n)
{
	if (n > row->capacity) {
		struct gauss_term *larger = realloc(row->terms, n * sizeof(*larger));

		if (larger == NULL)
			return false;
		row->terms = larger;
		row->capacity = (uint32_t)n;
	}
	if (n > 0)
		memcpy(row->terms, terms, n * sizeof(*terms));
	row->n = (uint32_t)n;
	return true;
}

bool oeo_gauss_matrix_set(
    struct gauss_matrix *matrix, uint32_t number, const struct gauss_term *terms, size_t n)
{
	struct gauss_row *row = &matrix->rows[number];

	if (!copy_terms(row, terms, n))
		return false;
	oeo_gauss_marks(terms, n, row->marks);
	row->is_live = true;
	for (size_t i = 0; i < n; i++)
		if (!push_row(&matrix->columns[terms[i].column], number))
			return false;
	return true;
}

/* Directions of watched rows */

static bool is_zero(const uint64_t marks[2])
{
	return marks[0] == 0 && marks[1] == 0;
}

/* A row whose first mark alone is 0 is one in 2^61; it then has the direction of the prime itself. */
static uint64_t ratio_of(const uint64_t marks[2])
{
	return marks[0] == 0 ? GAUSS_PRIME : oeo_gauss_multiply(marks[1], oeo_gauss_invert(marks[0]));
}

static struct gauss_class *find_class(struct gauss_matrix *matrix, uint64_t ratio)
{
	size_t place = (size_t)(ratio * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (matrix->n_classes - 1);

	while (matrix->classes[place].is_used && matrix->classes[place].ratio != ratio)
		place = (place + 1) & (matrix->n_classes - 1);
	return &matrix->classes[place];
}

/* Count a row in (or, sign -1, out). True where its direction is then told to someone. */
static bool count_row(struct gauss_matrix *matrix, uint64_t ratio, bool is_single, int sign)
{
	struct gauss_class *class = find_class(matrix, ratio);

	if (!class->is_used) {
		class->is_used = true;
		class->ratio = ratio;
		matrix->n_used++;
	}
	class->rows += (uint32_t)sign;
	if (is_single)
		class->singles += (uint32_t)sign;
	return class->rows > 1 && class->singles > 0;
}

static bool is_watched(const struct gauss_row *row)
{
	return row->is_live && (row->is_target || row->is_single) && !is_zero(row->marks);
}

/* Put all watched rows in a fresh table with room for twice as many. */
static bool renew_classes(struct gauss_matrix *matrix)
{
	size_t n = 1024, watched = 0;

	for (size_t i = 0; i < matrix->n_rows; i++)
		watched += is_watched(&matrix->rows[i]);
	while (n < 8 * watched)
		n *= 2;
	free(matrix->classes);
	matrix->n_used = 0;
	matrix->n_classes = n;
	matrix->classes = calloc(n, sizeof(*matrix->classes));
	if (matrix->classes == NULL)
		return false;
	for (size_t i = 0; i < matrix->n_rows; i++)
		if (is_watched(&matrix->rows[i]))
			(void)count_row(
			    matrix, ratio_of(matrix->rows[i].marks), matrix->rows[i].is_single, 1);
	return true;
}

bool oeo_gauss_matrix_watch(struct gauss_matrix *matrix, bool watches_singles)
{
	matrix->watches_singles = watches_singles;
	for (size_t i = 0; i < matrix->n_rows; i++)
		if (is_zero(matrix->rows[i].marks))
			matrix->rows[i].is_target = false;
	return !watches_singles || renew_classes(matrix);
}

void oeo_gauss_matrix_trace(struct gauss_matrix *matrix, uint32_t number)
{
	struct gauss_row *row = &matrix->rows[number];

	if (matrix->watches_singles && is_watched(row))
		(void)count_row(matrix, ratio_of(row->marks), row->is_single, -1);
	row->is_target = false;
	row->is_single = false;
}

void oeo_gauss_matrix_drop(struct gauss_matrix *matrix, uint32_t number)
{
	struct gauss_row *row = &matrix->rows[number];

	oeo_gauss_matrix_trace(matrix, number);
	row->is_live = false;
	free(row->terms);
	row->terms = NULL;
	row->n = 0;
	row->capacity = 0;
}

/* Elimination */

static const struct gauss_term *find_term(const struct gauss_row *row, uint32_t column)
{
	uint32_t low = 0, high = row->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (row->terms[middle].column < column)
			low = middle + 1;
		else
			high = middle;
	}
	return low < row->n && row->terms[low].column == column ? &row->terms[low] : NULL;
}

/* The column of a row that the fewest others have. */
static const struct gauss_term *choose_pivot(const struct gauss_matrix *matrix, const struct gauss_row *row)
{
	const struct gauss_term *best = &row->terms[0];

	for (uint32_t i = 1; i < row->n; i++)
		if (matrix->columns[row->terms[i].column].n < matrix->columns[best->column].n)
			best = &row->terms[i];
	return best;
}

static bool reserve_changes(struct gauss_matrix *matrix, size_t n)
{
	struct gauss_change *larger;

	if (n <= matrix->changes_capacity)
		return true;
	larger = realloc(matrix->changes, 2 * n * sizeof(*larger));
	if (larger == NULL)
		return false;
	matrix->changes = larger;
	matrix->changes_capacity = 2 * n;
	return true;
}

/* What becomes of the rows that have the pivot's column. Returns their number, the list without doubles. */
static size_t list_changes(struct gauss_matrix *matrix, uint32_t number, const struct gauss_term *pivot)
{
	struct gauss_column *column = &matrix->columns[pivot->column];
	const struct gauss_row *out = &matrix->rows[number];
	uint64_t inverse = pivot->factor == 1 ? 1 : oeo_gauss_invert(pivot->factor);
	size_t n = 0;
	uint32_t kept = 0;

	matrix->n_looks++;
	for (uint32_t i = 0; i < column->n; i++) {
		struct gauss_row *row = &matrix->rows[column->rows[i]];
		const struct gauss_term *term = row->is_live ? find_term(row, pivot->column) : NULL;
		struct gauss_change *change = &matrix->changes[n];

		if (term == NULL || row->seen == matrix->n_looks)
			continue;
		row->seen = matrix->n_looks;
		column->rows[kept++] = column->rows[i];
		if (row == out)
			continue;
		change->row = column->rows[i];
		change->factor = oeo_gauss_multiply(term->factor, inverse);
		for (unsigned which = 0; which < 2; which++)
			change->marks[which] = oeo_gauss_subtract(
			    row->marks[which], oeo_gauss_multiply(change->factor, out->marks[which]));
		n++;
	}
	column->n = kept;
	return n;
}

static uint32_t find_known(const struct gauss_matrix *matrix, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (matrix->rows[matrix->changes[i].row].is_target && is_zero(matrix->changes[i].marks))
			return matrix->changes[i].row;
	return GAUSS_NONE;
}

/* Count the changed rows in with their new directions. Returns one whose direction is then told to someone. */
static uint32_t change_classes(struct gauss_matrix *matrix, size_t n)
{
	uint32_t culprit = GAUSS_NONE;

	for (size_t i = 0; i < n; i++) {
		struct gauss_change *change = &matrix->changes[i];
		const struct gauss_row *row = &matrix->rows[change->row];

		change->is_watched = is_watched(row);
		if (!change->is_watched)
			continue;
		change->old_ratio = ratio_of(row->marks);
		(void)count_row(matrix, change->old_ratio, row->is_single, -1);
	}
	for (size_t i = 0; i < n; i++) {
		struct gauss_change *change = &matrix->changes[i];

		if (!change->is_watched || is_zero(change->marks))
			continue;
		change->ratio = ratio_of(change->marks);
		if (count_row(matrix, change->ratio, matrix->rows[change->row].is_single, 1))
			culprit = change->row;
	}
	return culprit;
}

static void restore_classes(struct gauss_matrix *matrix, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct gauss_change *change = &matrix->changes[i];
		bool is_single = matrix->rows[change->row].is_single;

		if (!change->is_watched)
			continue;
		if (!is_zero(change->marks))
			(void)count_row(matrix, change->ratio, is_single, -1);
		(void)count_row(matrix, change->old_ratio, is_single, 1);
	}
}

/* row -= factor * out. */
static bool subtract_row(
    struct gauss_matrix *matrix, uint32_t number, uint64_t factor, const struct gauss_row *out)
{
	struct gauss_row *row = &matrix->rows[number];
	size_t n = 0, most = (size_t)row->n + out->n;
	uint32_t i = 0, j = 0;

	if (most > matrix->merged_capacity) {
		struct gauss_term *larger = realloc(matrix->merged, 2 * most * sizeof(*larger));

		if (larger == NULL)
			return false;
		matrix->merged = larger;
		matrix->merged_capacity = 2 * most;
	}
	for (; j < out->n; j++) {
		while (i < row->n && row->terms[i].column < out->terms[j].column)
			i++;
		if ((i == row->n || row->terms[i].column > out->terms[j].column) &&
		    !push_row(&matrix->columns[out->terms[j].column], number))
			return false;
	}
	n = oeo_gauss_combine(row->terms, row->n, factor, out->terms, out->n, matrix->merged);
	return copy_terms(row, matrix->merged, n);
}

static enum gauss_answer carry_out(struct gauss_matrix *matrix, uint32_t number, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct gauss_change *change = &matrix->changes[i];
		struct gauss_row *row = &matrix->rows[change->row];

		if (!subtract_row(matrix, change->row, change->factor, &matrix->rows[number]))
			return GAUSS_NOMEM;
		memcpy(row->marks, change->marks, sizeof(row->marks));
	}
	oeo_gauss_matrix_drop(matrix, number);
	return GAUSS_TAKEN;
}

/* Room for the directions of n changed rows. What is refused leaves places used too: without room, no search would end. */
static bool reserve_classes(struct gauss_matrix *matrix, size_t n)
{
	return 2 * (matrix->n_used + n) <= matrix->n_classes || renew_classes(matrix);
}

/* What eliminating a row would do: n_changes of them in matrix->changes. With singles, classes are changed unless refused. */
static enum gauss_answer look_at(
    struct gauss_matrix *matrix, uint32_t number, bool is_forced, uint32_t *culprit, size_t *n_changes)
{
	struct gauss_term pivot = *choose_pivot(matrix, &matrix->rows[number]);
	uint32_t found;
	size_t n;

	if (!reserve_changes(matrix, matrix->columns[pivot.column].n))
		return GAUSS_NOMEM;
	n = list_changes(matrix, number, &pivot);
	found = is_forced ? GAUSS_NONE : find_known(matrix, n);
	if (found == GAUSS_NONE && matrix->watches_singles) {
		if (!reserve_classes(matrix, n))
			return GAUSS_NOMEM;
		found = change_classes(matrix, n);
		if (is_forced)
			found = GAUSS_NONE;
		if (found != GAUSS_NONE)
			restore_classes(matrix, n);
	}
	if (culprit != NULL)
		*culprit = found;
	*n_changes = n;
	return found != GAUSS_NONE ? GAUSS_REFUSED : GAUSS_TAKEN;
}

enum gauss_answer oeo_gauss_matrix_eliminate(
    struct gauss_matrix *matrix, uint32_t number, bool is_forced, uint32_t *culprit)
{
	enum gauss_answer answer;
	size_t n;

	if (matrix->rows[number].n == 0) {
		oeo_gauss_matrix_drop(matrix, number);
		return GAUSS_TAKEN;
	}
	answer = look_at(matrix, number, is_forced, culprit, &n);
	return answer == GAUSS_TAKEN ? carry_out(matrix, number, n) : answer;
}

enum gauss_answer oeo_gauss_matrix_ask(struct gauss_matrix *matrix, uint32_t number)
{
	enum gauss_answer answer;
	size_t n;

	if (matrix->rows[number].n == 0)
		return GAUSS_TAKEN;
	answer = look_at(matrix, number, false, NULL, &n);
	if (answer == GAUSS_TAKEN && matrix->watches_singles)
		restore_classes(matrix, n);
	return answer;
}

bool oeo_gauss_matrix_compare(
    const struct gauss_matrix *matrix, uint32_t row, uint32_t other, uint64_t *factor)
{
	const uint64_t *left = matrix->rows[row].marks, *right = matrix->rows[other].marks;

	if (is_zero(left) || right[0] == 0)
		return false;
	*factor = oeo_gauss_multiply(left[0], oeo_gauss_invert(right[0]));
	return oeo_gauss_multiply(*factor, right[1]) == left[1];
}

void oeo_gauss_matrix_hold(struct gauss_matrix *matrix, uint32_t number)
{
	struct gauss_row *row = &matrix->rows[number];
	bool was_watched = is_watched(row);

	row->is_target = true;
	if (!was_watched && is_watched(row))
		(void)count_row(matrix, ratio_of(row->marks), row->is_single, 1);
}
