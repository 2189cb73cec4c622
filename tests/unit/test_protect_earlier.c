/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Tables that follow on tables that are out already: what readers who kept them all learn of the change in a group of
 * people. Which groups these are is worked out here by elimination alone.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protect_run.h"
#include "scratch.h"

#define K 5
#define SEQUENCES 60
#define EDITIONS 3
#define MOST_ROWS 4
#define MOST_COLUMNS 3
#define MOST_INNER (MOST_ROWS * MOST_COLUMNS)
#define MOST_CELLS ((MOST_ROWS + 2) * (MOST_COLUMNS + 1))
#define HIDDEN (-1)
#define PRIME INT64_C(2147483647)

struct desk {
	struct scratch scratch;
	char earlier[EDITIONS][96];
	size_t n_earlier;
	char hierarchy[96];
	bool hides_zeros;
	char written[4096]; /* by the last run */
	char why[sizeof(((struct oeo_note *)0)->text)];
};

/* What is written as two dimensions, a and b; a has the code g over the first two rows where there is a hierarchy. */
struct edition {
	int64_t truth[MOST_INNER];
	int64_t shown[MOST_CELLS];
};

struct shape {
	size_t n_rows;
	size_t n_columns;
	bool has_group;
};

static int setup(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));

	*state = desk;
	return desk != NULL ? scratch_make(&desk->scratch) : -1;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void add_earlier(struct desk *desk, const char *text)
{
	char path[sizeof(desk->earlier[0])];

	(void)snprintf(path, sizeof(path), "%s/out%zu.csv", desk->scratch.path, desk->n_earlier);
	memcpy(desk->earlier[desk->n_earlier++], path, sizeof(path));
	write_file(path, text);
}

static enum oeo_err protect(struct desk *desk, const char *dims, const char *table)
{
	char path[96];
	struct protect_run run;
	struct oeo_buf text;
	enum oeo_err err;

	(void)snprintf(path, sizeof(path), "%s/table.csv", desk->scratch.path);
	write_file(path, table);
	protect_run_init(&run, path);
	protect_run_option(&run, "dims", dims);
	protect_run_option(&run, "freq", "n");
	protect_run_option(&run, "residents", "5");
	if (desk->hierarchy[0] != '\0')
		protect_run_option(&run, "hier", desk->hierarchy);
	if (desk->hides_zeros)
		protect_run_option(&run, "zeros", "hide");
	for (size_t i = 0; i < desk->n_earlier; i++)
		protect_run_option(&run, "earlier", desk->earlier[i]);
	oeo_buf_init(&text);
	err = protect_run_all(&run, &text);
	desk->written[0] = '\0';
	if (err == OEO_OK) {
		assert_true(text.len < sizeof(desk->written));
		memcpy(desk->written, text.data, text.len + 1);
	}
	(void)snprintf(desk->why, sizeof(desk->why), "%s", run.why.text);
	oeo_buf_fini(&text);
	protect_run_fini(&run);
	return err;
}

static void test_a_rest_that_changed_by_one_is_not_told(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(protect(desk, "a", "a,n\nu,30\nv,20\nw,12\nx,3\n"), OEO_OK);
	assert_string_equal(desk->written, "a,n,status\nTotal,65,published\nu,30,published\nv,20,published\n"
					   "w,,hidden\nx,,hidden\n");
	add_earlier(desk, desk->written);
	/* Total and v change by six and five: what is left would change by one. */
	assert_int_equal(protect(desk, "a", "a,n\nu,30\nv,25\nw,13\nx,3\n"), OEO_OK);
	assert_true(strstr(desk->written, "Total,71") == NULL || strstr(desk->written, "v,25") == NULL);
	assert_non_null(strstr(desk->written, "u,30,published"));
	/* By five, it is told. */
	assert_int_equal(protect(desk, "a", "a,n\nu,30\nv,25\nw,17\nx,3\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "Total,75,published"));
	assert_non_null(strstr(desk->written, "v,25,published"));
}

static void test_a_hidden_number_that_becomes_zero_stays_hidden(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(
	    protect(desk, "a,b", "a,b,n\nx,u,30\nx,v,3\ny,u,25\ny,v,28\nz,u,9\nz,v,0\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "x,v,,hidden"));
	assert_non_null(strstr(desk->written, "z,v,0,published"));
	add_earlier(desk, desk->written);
	assert_int_equal(
	    protect(desk, "a,b", "a,b,n\nx,u,30\nx,v,0\ny,u,25\ny,v,28\nz,u,9\nz,v,0\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "x,v,,hidden"));
	assert_non_null(strstr(desk->written, "z,v,0,published"));
}

static void test_all_of_a_hidden_row_that_becomes_zero_stays_hidden(void **state)
{
	struct desk *desk = *state;

	assert_int_equal(
	    protect(desk, "a,b", "a,b,n\nx,u,2\nx,v,1\ny,u,25\ny,v,28\nz,u,40\nz,v,50\n"), OEO_OK);
	add_earlier(desk, desk->written);
	assert_int_equal(
	    protect(desk, "a,b", "a,b,n\nx,u,0\nx,v,0\ny,u,25\ny,v,28\nz,u,40\nz,v,50\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "x,Total,,hidden"));
	assert_non_null(strstr(desk->written, "x,u,,hidden"));
	assert_non_null(strstr(desk->written, "x,v,,hidden"));
}

static void test_a_shown_number_that_becomes_zero_is_told_where_enough_people_left(void **state)
{
	struct desk *desk = *state;

	add_earlier(desk, "a,n,status\nTotal,90,published\nu,30,published\nv,20,published\nw,40,published\n");
	assert_int_equal(protect(desk, "a", "a,n\nu,0\nv,50\nw,40\n"), OEO_OK);
	assert_string_equal(desk->written, "a,n,status\nTotal,90,published\nu,0,published\nv,50,published\n"
					   "w,40,published\n");
	/* Four left: that is hidden, beside others. */
	desk->n_earlier = 0;
	add_earlier(desk, "a,n,status\nTotal,90,published\nu,4,published\nv,20,published\nw,66,published\n");
	assert_int_equal(protect(desk, "a", "a,n\nu,0\nv,50\nw,40\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "u,,hidden"));
}

static void test_what_any_earlier_table_hides_stays_hidden(void **state)
{
	const char *hides = "a,n,status\nTotal,90,published\nu,,hidden\nv,,hidden\nw,40,published\n";
	const char *shows =
	    "a,n,status\nTotal,90,published\nu,30,published\nv,20,published\nw,40,published\n";

	for (int turn = 0; turn < 2; turn++) {
		struct desk *desk = *state;

		desk->n_earlier = 0;
		add_earlier(desk, turn == 0 ? hides : shows);
		add_earlier(desk, turn == 0 ? shows : hides);
		assert_int_equal(protect(desk, "a", "a,n\nu,30\nv,20\nw,40\n"), OEO_OK);
		assert_non_null(strstr(desk->written, "u,,hidden"));
		assert_non_null(strstr(desk->written, "v,,hidden"));
		assert_non_null(strstr(desk->written, "w,40,published"));
	}
}

static void test_a_small_change_since_any_earlier_table_is_hidden(void **state)
{
	struct desk *desk = *state;

	add_earlier(desk, "a,n,status\nTotal,90,published\nu,30,published\nv,20,published\nw,40,published\n");
	add_earlier(desk, "a,n,status\nTotal,91,published\nu,31,published\nv,20,published\nw,40,published\n");
	assert_int_equal(protect(desk, "a", "a,n\nu,30\nv,20\nw,40\n"), OEO_OK);
	assert_non_null(strstr(desk->written, "u,,hidden"));
	assert_non_null(strstr(desk->written, "Total,,hidden"));
}

static void test_an_earlier_table_with_a_row_taken_out_is_refused(void **state)
{
	struct desk *desk = *state;

	add_earlier(desk, "a,b,n,status\nTotal,Total,60,published\nTotal,u,60,published\nx,u,30,published\n"
			  "y,Total,30,published\ny,u,30,published\n");
	assert_int_equal(protect(desk, "a,b", "a,b,n\nx,u,30\ny,u,30\n"), OEO_ERR_FORMAT);
	assert_non_null(strstr(desk->why, "1 "));
}

/* ---- Random sequences */

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

/* Which inner numbers a cell adds up, as bits. Rows: Total, the group, and each; columns: Total and each. */
static size_t n_lines(const struct shape *shape)
{
	return shape->n_rows + 1 + shape->has_group;
}

static uint32_t inside(const struct shape *shape, size_t cell)
{
	size_t line = cell / (shape->n_columns + 1), column = cell % (shape->n_columns + 1);
	uint32_t bits = 0;

	for (size_t r = 0; r < shape->n_rows; r++) {
		bool is_in = line == 0 || (line == r + 1) || (line == shape->n_rows + 1 && r < 2);

		for (size_t c = 0; c < shape->n_columns; c++)
			if (is_in && (column == 0 || column == c + 1))
				bits |= UINT32_C(1) << (r * shape->n_columns + c);
	}
	return bits;
}

static void name_line(const struct shape *shape, size_t line, char name[8])
{
	(void)snprintf(name, 8, line == 0 ? "Total" : line == shape->n_rows + 1 ? "g" : "x%zu", line);
}

static void read_written(const struct shape *shape, const char *text, struct edition *edition)
{
	for (size_t cell = 0; cell < n_lines(shape) * (shape->n_columns + 1); cell++) {
		char key[32], line[8], column[8];
		const char *at;

		name_line(shape, cell / (shape->n_columns + 1), line);
		(void)snprintf(column, sizeof(column), cell % (shape->n_columns + 1) == 0 ? "Total" : "u%zu",
		    cell % (shape->n_columns + 1));
		(void)snprintf(key, sizeof(key), "\n%s,%s,", line, column);
		at = strstr(text, key);
		assert_non_null(at);
		at += strlen(key);
		edition->shown[cell] = *at == ',' ? HIDDEN : strtoll(at, NULL, 10);
	}
}

static int64_t power(int64_t base, int64_t exponent)
{
	int64_t result = 1;

	for (; exponent > 0; exponent /= 2, base = base * base % PRIME)
		if (exponent % 2 == 1)
			result = result * base % PRIME;
	return result;
}

/* Rows, each with a column of its own (its lead) where it is 1 and the later ones are 0. */
struct span {
	int64_t rows[MOST_INNER][MOST_INNER];
	size_t leads[MOST_INNER];
	size_t n;
};

/* Take a vector down to what the span does not have; false: nothing is left. */
static bool reduce(const struct span *span, uint32_t bits, int64_t row[MOST_INNER], size_t *lead)
{
	for (size_t i = 0; i < MOST_INNER; i++)
		row[i] = (bits >> i) & 1;
	for (size_t r = 0; r < span->n; r++) {
		int64_t factor = row[span->leads[r]];

		for (size_t i = 0; factor != 0 && i < MOST_INNER; i++)
			row[i] = ((row[i] - factor * span->rows[r][i]) % PRIME + PRIME) % PRIME;
	}
	for (*lead = 0; *lead < MOST_INNER; ++*lead)
		if (row[*lead] != 0)
			return true;
	return false;
}

static void add_to_span(struct span *span, uint32_t bits)
{
	int64_t row[MOST_INNER], inverse;
	size_t lead;

	if (!reduce(span, bits, row, &lead))
		return;
	inverse = power(row[lead], PRIME - 2);
	for (size_t i = 0; i < MOST_INNER; i++)
		span->rows[span->n][i] = row[i] * inverse % PRIME;
	span->leads[span->n++] = lead;
}

/* Is a known group made of smaller ones that are known? Then it tells no more than these do. */
static bool is_made_of_known(const bool *is_known, uint32_t bits)
{
	for (uint32_t part = (bits - 1) & bits; part > 0; part = (part - 1) & bits)
		if (is_known[part])
			return true;
	return false;
}

/* What both editions show. */
struct both {
	uint32_t cells[MOST_CELLS];
	size_t n;
};

/* Is it what some of the cells add up to, none of them overlapping? */
static bool is_covered(const struct both *both, uint32_t bits)
{
	if (bits == 0)
		return true;
	for (size_t i = 0; i < both->n; i++)
		if ((both->cells[i] & ~bits) == 0 && (both->cells[i] & bits & (~bits + 1)) != 0 &&
		    is_covered(both, bits & ~both->cells[i]))
			return true;
	return false;
}

/* Is it what is left of one number when others within it are taken off? */
static bool is_rest(const struct both *both, uint32_t bits)
{
	for (size_t i = 0; i < both->n; i++)
		if ((bits & ~both->cells[i]) == 0 && is_covered(both, both->cells[i] & ~bits))
			return true;
	return false;
}

/* How many rests tell of a change among fewer than K people. All known groups are gone through: a rest that is made of
 * others is none. *n_told: the changes that are known. */
static size_t count_small_changes(
    const struct shape *shape, const struct edition *old, const struct edition *now, size_t *n_told)
{
	static bool is_known[1u << MOST_INNER];
	struct span span = {.n = 0};
	struct both both = {.n = 0};
	size_t n_inner = shape->n_rows * shape->n_columns, n = 0;

	for (size_t cell = 0; cell < n_lines(shape) * (shape->n_columns + 1); cell++) {
		if (old->shown[cell] == HIDDEN || now->shown[cell] == HIDDEN)
			continue;
		both.cells[both.n++] = inside(shape, cell);
		add_to_span(&span, inside(shape, cell));
	}
	for (uint32_t bits = 1; bits < UINT32_C(1) << n_inner; bits++) {
		int64_t change = 0, row[MOST_INNER];
		size_t lead;

		for (size_t i = 0; i < n_inner; i++)
			if ((bits >> i) & 1)
				change += now->truth[i] - old->truth[i];
		is_known[bits] = !reduce(&span, bits, row, &lead);
		if (change == 0 || !is_known[bits])
			continue;
		++*n_told;
		n += llabs(change) < K && !is_made_of_known(is_known, bits) && is_rest(&both, bits);
	}
	return n;
}

static void make_truth(
    const struct shape *shape, const struct edition *old, struct edition *now, uint64_t *state)
{
	static const int64_t values[] = {0, 1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30};
	static const int64_t steps[] = {-12, -6, -2, -1, 1, 1, 2, 3, 4, 5, 6, 7, 10, 12};
	size_t n = shape->n_rows * shape->n_columns;

	for (size_t i = 0; i < n && old == NULL; i++)
		now->truth[i] = values[next_random(state) % 12];
	if (old == NULL)
		return;
	memcpy(now->truth, old->truth, sizeof(now->truth));
	for (size_t times = 1 + next_random(state) % 3; times > 0; times--) {
		size_t at = next_random(state) % n;
		int64_t value = now->truth[at] + steps[next_random(state) % 14];

		now->truth[at] = value > 0 ? value : 0;
	}
}

static void print_truth(const struct shape *shape, const struct edition *edition, char text[1024])
{
	(void)snprintf(text, 1024, "a,b,n\n");
	for (size_t i = 0; i < shape->n_rows * shape->n_columns; i++)
		(void)snprintf(text + strlen(text), 1024 - strlen(text), "x%zu,u%zu,%" PRId64 "\n",
		    i / shape->n_columns + 1, i % shape->n_columns + 1, edition->truth[i]);
}

static void shape_table(struct desk *desk, struct shape *shape, uint64_t *state)
{
	char path[80], text[128] = "child,parent\ng,Total\n";

	shape->n_rows = 2 + next_random(state) % (MOST_ROWS - 1);
	shape->n_columns = 2 + next_random(state) % (MOST_COLUMNS - 1);
	shape->has_group = shape->n_rows > 2 && next_random(state) % 2 == 0;
	desk->hierarchy[0] = '\0';
	desk->hides_zeros = next_random(state) % 4 == 0;
	desk->n_earlier = 0;
	if (!shape->has_group)
		return;
	for (size_t r = 1; r <= shape->n_rows; r++)
		(void)snprintf(
		    text + strlen(text), sizeof(text) - strlen(text), "x%zu,%s\n", r, r <= 2 ? "g" : "Total");
	(void)snprintf(path, sizeof(path), "%s/tree.csv", desk->scratch.path);
	write_file(path, text);
	(void)snprintf(desk->hierarchy, sizeof(desk->hierarchy), "a=%s", path);
}

static void test_readers_who_kept_every_edition_learn_no_small_change(void **state)
{
	struct desk *desk = *state;
	size_t n_runs = 0, n_told = 0, n_small = 0, n_out = 0;
	uint64_t random = 20;

	for (size_t sequence = 0; sequence < SEQUENCES; sequence++) {
		struct edition editions[EDITIONS];
		struct shape shape = {0};
		char table[1024];

		memset(editions, 0, sizeof(editions));
		shape_table(desk, &shape, &random);
		for (size_t e = 0; e < EDITIONS; e++) {
			make_truth(&shape, e > 0 ? &editions[e - 1] : NULL, &editions[e], &random);
			print_truth(&shape, &editions[e], table);
			if (protect(desk, "a,b", table) != OEO_OK)
				break;
			n_runs++;
			read_written(&shape, desk->written, &editions[e]);
			add_earlier(desk, desk->written);
			for (size_t old = 0; old < e; old++)
				n_small += count_small_changes(&shape, &editions[old], &editions[e], &n_told);
			for (size_t cell = 0; e > 0 && cell < MOST_CELLS; cell++)
				n_out += editions[e - 1].shown[cell] == HIDDEN &&
					 editions[e].shown[cell] != HIDDEN;
		}
	}
	print_message("%zu tables, %zu changes told, %zu of them small; %zu hidden numbers came out\n",
	    n_runs, n_told, n_small, n_out);
	assert_int_equal(n_small, 0);
	assert_int_equal(n_out, 0);
	/* Neither by refusing nor by telling nothing. */
	assert_true(n_runs > SEQUENCES * EDITIONS * 9 / 10);
	assert_true(n_told > SEQUENCES);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_a_rest_that_changed_by_one_is_not_told),
	    TEST(test_a_hidden_number_that_becomes_zero_stays_hidden),
	    TEST(test_all_of_a_hidden_row_that_becomes_zero_stays_hidden),
	    TEST(test_a_shown_number_that_becomes_zero_is_told_where_enough_people_left),
	    TEST(test_what_any_earlier_table_hides_stays_hidden),
	    TEST(test_a_small_change_since_any_earlier_table_is_hidden),
	    TEST(test_an_earlier_table_with_a_row_taken_out_is_refused),
	    TEST(test_readers_who_kept_every_edition_learn_no_small_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
