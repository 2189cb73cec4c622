/* SPDX-License-Identifier: EUPL-1.2 */
/* Tables through the suppressor: figures on known tables, the order of rows, thresholds, faults. test_protect_attack.c attacks. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/protect_cells.h"
#include "collector/protect_csv.h"

#define TABLES 75
#define LPQ (OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q)
#define LPQSG (LPQ | OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G)

struct made {
	struct oeo_protect_table table;
	struct oeo_protect_cells cells;
	struct oeo_disclosure_decision *decisions;
	enum oeo_disclosure_err err;
};

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static void make_temp(char path[64])
{
	int fd;

	(void)snprintf(path, 64, "/tmp/oeo-protect-XXXXXX");
	fd = mkstemp(path);
	assert_true(fd >= 0);
	assert_int_equal(close(fd), 0);
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void begin(struct made *made, const char *const *names, size_t n_dimensions)
{
	memset(made, 0, sizeof(*made));
	for (size_t d = 0; d < n_dimensions; d++)
		assert_int_equal(oeo_protect_dimension_init(&made->table.dimensions[d], names[d]), OEO_OK);
	made->table.n_dimensions = n_dimensions;
	made->table.frequency = "freq";
}

static void add_hierarchy(struct made *made, size_t d, const char *file)
{
	struct oeo_note why;

	if (oeo_protect_dimension_read(&made->table.dimensions[d], file, &why) != OEO_OK)
		fail_msg("%s", why.text);
}

static void finish(struct made *made, const char *file, uint64_t k, bool hides_zeros, unsigned mask)
{
	struct oeo_disclosure_rules rules = {.residents = k, .rest = made->table.member != NULL ? 3 : 0};
	struct oeo_disclosure_attackers attackers = {.mask = mask, .solver = oeo_solver_clp()};
	struct oeo_note why;

	if (oeo_protect_table_read(&made->table, file, &why) != OEO_OK)
		fail_msg("%s", why.text);
	assert_int_equal(
	    oeo_protect_cells_init(&made->cells, &made->table, &rules, hides_zeros, &why), OEO_OK);
	made->decisions = calloc(made->cells.problem.n_cells + 1, sizeof(*made->decisions));
	assert_non_null(made->decisions);
	attackers.is_single = made->cells.is_single;
	made->err = oeo_disclosure_suppress(&made->cells.problem, &attackers, made->decisions, NULL);
}

static void end(struct made *made)
{
	free(made->decisions);
	oeo_protect_cells_fini(&made->cells);
	oeo_protect_table_fini(&made->table);
}

static void count(const struct made *made, size_t *n, uint64_t *sum)
{
	*n = 0;
	*sum = 0;
	for (size_t place = 0; place < made->cells.n_places; place++) {
		uint32_t cell = oeo_protect_cells_at(&made->cells, place);

		if (cell == OEO_PROTECT_NONE || made->decisions[cell].is_shown)
			continue;
		++*n;
		*sum += made->cells.cells[cell].value[OEO_DISCLOSURE_RESIDENTS];
	}
}

/* Random tables */

/* Write a table of 2 to 4 dimensions; order: the rows are turned round. */
static size_t write_random(const char *path, uint64_t seed, bool turns)
{
	uint64_t state = seed;
	size_t n_dimensions = 2 + next_random(&state) % 3, sizes[4] = {1, 1, 1, 1}, n = 1;
	char *rows[256];
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	for (size_t d = 0; d < n_dimensions; d++) {
		sizes[d] = 2 + next_random(&state) % (n_dimensions == 2 ? 6 : n_dimensions == 3 ? 3 : 2);
		n *= sizes[d];
	}
	for (size_t i = 0; i < n; i++) {
		uint64_t kind = next_random(&state) % 4;
		uint64_t value = kind == 0   ? 0
				 : kind == 1 ? 1 + next_random(&state) % 4
					     : next_random(&state) % 40;
		size_t rest = i;

		rows[i] = malloc(64);
		assert_non_null(rows[i]);
		rows[i][0] = '\0';
		for (size_t d = 0; d < n_dimensions; d++) {
			size_t length = strlen(rows[i]);

			(void)snprintf(rows[i] + length, 64 - length, "c%zu,", rest % sizes[d]);
			rest /= sizes[d];
		}
		(void)snprintf(rows[i] + strlen(rows[i]), 64 - strlen(rows[i]), "%" PRIu64 "\n", value);
	}
	for (size_t d = 0; d < n_dimensions; d++)
		assert_true(fprintf(file, "d%zu,", d) > 0);
	assert_true(fputs("freq\n", file) >= 0);
	for (size_t i = 0; i < n; i++)
		assert_true(fputs(rows[turns ? n - 1 - i : i], file) >= 0);
	for (size_t i = 0; i < n; i++)
		free(rows[i]);
	assert_int_equal(fclose(file), 0);
	return n_dimensions;
}

static void make_random(
    struct made *made, const char *path, uint64_t seed, bool turns, bool hides_zeros, unsigned mask)
{
	static const char *const names[] = {"d0", "d1", "d2", "d3"};
	size_t n_dimensions = write_random(path, seed, turns);

	begin(made, names, n_dimensions);
	finish(made, path, 5, hides_zeros, mask);
}

static void test_order_of_rows_does_not_matter(void **state)
{
	char path[64];

	(void)state;
	make_temp(path);
	for (uint64_t seed = 1; seed <= TABLES; seed++) {
		struct made one, other;

		make_random(&one, path, seed, false, false, LPQSG);
		make_random(&other, path, seed, true, false, LPQSG);
		assert_int_equal(one.err, other.err);
		assert_int_equal(one.cells.problem.n_cells, other.cells.problem.n_cells);
		for (size_t i = 0; i < one.cells.problem.n_cells; i++)
			assert_int_equal(one.decisions[i].is_shown, other.decisions[i].is_shown);
		end(&one);
		end(&other);
	}
	assert_int_equal(unlink(path), 0);
}

/* Figures on known tables */

struct figure {
	const char *file;
	const char *names[4];
	const char *hierarchies[4]; /* NULL: none; "a b": two */
	uint64_t k;
	size_t n_places, n_hidden;
	uint64_t sum;
};

static const struct figure figures[] = {
    {"ssb_d1", {"region", "main_income"}, {NULL, "hier_income"}, 5, 54, 8, 45},
    {"ssb_example1", {"age", "geo", "year"}, {NULL, "hier_example1_geo_eu"}, 3, 72, 22, 124},
    {"ssb_mun_accidents", {"mun", "inj"}, {NULL}, 4, 35, 13, 36},
    {"ssb_d2", {"region", "main_income"}, {"hier_d2_region_county", "hier_income"}, 5, 108, 20, 139},
    {"ssb_d2", {"region", "main_income"}, {"hier_d2_region_county hier_d2_region_kgroup"}, 5, 100, 28, 359},
    {"ssb_d3", {"region", "main_income", "months"}, {"hier_d3_region_county", NULL, "hier_d3_months"}, 5,
	1200, 550, 2313},
};

static void make_figure(struct made *made, const struct figure *figure, unsigned mask)
{
	char path[256];
	size_t n = 0;

	while (n < 4 && figure->names[n] != NULL)
		n++;
	begin(made, figure->names, n);
	for (size_t d = 0; d < n; d++) {
		char list[128], *rest = list, *name;

		if (figure->hierarchies[d] == NULL)
			continue;
		(void)snprintf(list, sizeof(list), "%s", figure->hierarchies[d]);
		while ((name = strsep(&rest, " ")) != NULL) {
			/* The table borrows the name for its messages only while it is read. */
			(void)snprintf(path, sizeof(path), SDC_DATA "/%s.csv", name);
			add_hierarchy(made, d, path);
		}
	}
	(void)snprintf(path, sizeof(path), SDC_DATA "/%s.csv", figure->file);
	finish(made, path, figure->k, false, mask);
}

static void test_figures_are_not_worse_than_known_ones(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		struct made made;
		size_t n;
		uint64_t sum;

		make_figure(&made, &figures[i], LPQ);
		assert_int_equal(made.err, OEO_DISCLOSURE_OK);
		count(&made, &n, &sum);
		assert_int_equal(made.cells.n_places, figures[i].n_places);
		if (n > figures[i].n_hidden || sum > figures[i].sum)
			fail_msg("%s: %zu hidden, %" PRIu64 " in sum", figures[i].file, n, sum);
		end(&made);
	}
}

static void test_the_audit_agrees(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		struct oeo_audit_options options = {.attackers = LPQSG, .solver = oeo_solver_clp()};
		struct oeo_audit_report report;
		struct made made;

		make_figure(&made, &figures[i], LPQSG);
		assert_int_equal(made.err, OEO_DISCLOSURE_OK);
		options.is_single = made.cells.is_single;
		assert_int_equal(
		    oeo_audit_problem(&made.cells.problem, made.decisions, &options, &report, NULL),
		    OEO_AUDIT_OK);
		for (size_t a = 0; a < OEO_AUDIT_ATTACKERS; a++)
			if (report.verdicts[a].n_recovered > 0)
				fail_msg("%s: %s recovers %zu", figures[i].file, oeo_audit_letter(a),
				    report.verdicts[a].n_recovered);
		end(&made);
	}
}

/* Bounds on primary cells, at k - 1, k and k + 1. */
static void test_the_threshold_is_exact(void **state)
{
	static const char *const names[] = {"a", "b"};
	char path[64];
	struct made made;

	(void)state;
	make_temp(path);
	write_text(path, "a,b,freq\nx,u,5\nx,v,60\nx,w,70\ny,u,6\ny,v,80\ny,w,90\nz,u,7\nz,v,50\nz,w,60\n");
	begin(&made, names, 2);
	finish(&made, path, 5, false, LPQSG);
	for (size_t i = 0; i < made.cells.problem.n_cells; i++)
		assert_true(made.decisions[i].is_shown);
	end(&made);
	write_text(path, "a,b,freq\nx,u,4\nx,v,60\nx,w,70\ny,u,6\ny,v,80\ny,w,90\nz,u,7\nz,v,50\nz,w,60\n");
	begin(&made, names, 2);
	finish(&made, path, 5, false, LPQSG);
	for (size_t i = 0; i < made.cells.problem.n_cells; i++)
		if (made.cells.cells[i].value[OEO_DISCLOSURE_RESIDENTS] == 4)
			assert_false(made.decisions[i].is_shown);
	end(&made);
	assert_int_equal(unlink(path), 0);
}

/* Misuse */

static void expect_fault(const char *hierarchy, const char *text, const char *where)
{
	static const char *const name = "a";
	struct oeo_note why = {{0}};
	struct made made;
	char table[64], tree[64];
	enum oeo_err err = OEO_OK;

	make_temp(table);
	make_temp(tree);
	write_text(table, text);
	begin(&made, &name, 1);
	if (hierarchy != NULL) {
		write_text(tree, hierarchy);
		err = oeo_protect_dimension_read(&made.table.dimensions[0], tree, &why);
	}
	if (err == OEO_OK)
		err = oeo_protect_table_read(&made.table, table, &why);
	assert_int_not_equal(err, OEO_OK);
	if (strstr(why.text, where) == NULL)
		fail_msg("not at %s: %s", where, why.text);
	end(&made);
	assert_int_equal(unlink(table), 0);
	assert_int_equal(unlink(tree), 0);
}

static void test_faults_are_told_with_their_line(void **state)
{
	const char *good = "a,freq\nx,1\ny,2\n";

	(void)state;
	expect_fault(NULL, "", ":1: ");
	expect_fault(NULL, "a,freq\n", ":1: ");
	expect_fault(NULL, "b,freq\nx,1\n", ":1: ");
	expect_fault(NULL, "a,a,freq\nx,x,1\n", ":1: ");
	expect_fault(NULL, "a,freq\nx,1\ny,-2\n", ":3: ");
	expect_fault(NULL, "a,freq\nx,1.5\n", ":2: ");
	expect_fault(NULL, "a,freq\nx,\n", ":2: ");
	expect_fault(NULL, "a,freq\nx,1e3\n", ":2: ");
	expect_fault(NULL, "a,freq\nx,99999999999999999999999\n", ":2: ");
	expect_fault(NULL, "a,freq\nx,1099511627776\ny,1\n", ":3: ");
	expect_fault(NULL, "a,freq\n\nx,1\ny\n", ":4: ");
	expect_fault(NULL, "a,freq\nTotal,1\n", ":2: ");
	expect_fault(NULL, "a,freq\n,1\n", ":2: ");
	expect_fault(NULL, "a,freq\n\"x,1\n", ":");
	expect_fault("child,parent\nx,p\ny,p\np,Total\n", "a,freq\nx,1\nz,1\n", ":3: ");
	expect_fault("child,parent\nx,p\ny,p\np,Total\n", "a,freq\np,1\n", ":2: ");
	expect_fault("child,parent\nx,Total\nx,p\np,Total\n", good, ":3: ");
	expect_fault("child,parent\nx,Total\nx,Total\n", good, ":3: ");
	expect_fault("child,parent\nx,p\np,q\nq,p\n", good, ":2: ");
	expect_fault("child,parent\nx,p\ny,p\n", good, ":2: ");
	expect_fault("child,parent\nTotal,p\n", good, ":2: ");
	expect_fault("child,parent\nx,x\n", good, ":2: ");
	expect_fault("code,parent\nx,Total\n", good, ":1: ");
	expect_fault("child,parent\n", good, ":1: ");
}

static void test_repeated_rows_are_summed_per_member(void **state)
{
	static const char *const name = "a";
	struct made made;
	char path[64];
	size_t n = 0;

	(void)state;
	make_temp(path);
	write_text(path, "\xEF\xBB\xBF"
			 "a,who,freq\r\nx,m1,4\r\nx,m2,9\r\n\"y\",m1,30\r\nx,m1,3\r\ny,m2,40\r\n");
	begin(&made, &name, 1);
	made.table.member = "who";
	finish(&made, path, 5, false, LPQSG | OEO_DISCLOSURE_ATTACK_O);
	assert_int_equal(made.err, OEO_DISCLOSURE_OK);
	assert_int_equal(made.table.n_inner, 2);
	assert_int_equal(made.table.n_parts, 4);
	for (size_t i = 0; i < made.cells.problem.n_cells; i++) {
		const struct oeo_disclosure_cell *cell = &made.cells.cells[i];

		if (cell->value[OEO_DISCLOSURE_RESIDENTS] == 16) {
			assert_int_equal(cell->n_parts, 2);
			assert_int_equal(cell->parts[0].residents, 7);
			n++;
		}
	}
	assert_int_equal(n, 1);
	end(&made);
	assert_int_equal(unlink(path), 0);
}

/* m2 holds all but two of x: m2 could see the two, so x is hidden; one more and it is not. */
static void test_what_others_than_one_member_count_is_protected(void **state)
{
	static const char *const name = "a";
	static const char *const texts[] = {
	    "a,who,freq\nx,m1,2\nx,m2,90\ny,m1,30\ny,m2,40\nz,m1,33\nz,m2,44\n",
	    "a,who,freq\nx,m1,3\nx,m2,90\ny,m1,30\ny,m2,40\nz,m1,33\nz,m2,44\n",
	};
	char path[64];

	(void)state;
	make_temp(path);
	for (size_t i = 0; i < 2; i++) {
		struct made made;
		size_t n;
		uint64_t sum;

		write_text(path, texts[i]);
		begin(&made, &name, 1);
		made.table.member = "who";
		finish(&made, path, 5, false, LPQSG | OEO_DISCLOSURE_ATTACK_O);
		assert_int_equal(made.err, OEO_DISCLOSURE_OK);
		count(&made, &n, &sum);
		assert_int_equal(n, i == 0 ? 2 : 0);
		end(&made);
	}
	assert_int_equal(unlink(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_figures_are_not_worse_than_known_ones),
	    cmocka_unit_test(test_the_audit_agrees),
	    cmocka_unit_test(test_order_of_rows_does_not_matter),
	    cmocka_unit_test(test_the_threshold_is_exact),
	    cmocka_unit_test(test_faults_are_told_with_their_line),
	    cmocka_unit_test(test_repeated_rows_are_summed_per_member),
	    cmocka_unit_test(test_what_others_than_one_member_count_is_protected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
