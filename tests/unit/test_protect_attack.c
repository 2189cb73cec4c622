/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Random tables through the whole of protect, and what it writes attacked by code that shares nothing with it
 * (protect_attack.c). OEO_TABLES=20000 in the environment tries more; OEO_SEED=n begins elsewhere; with
 * OEO_KEEP=1 the files of the last table stay.
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

#include "protect_attack.h"
#include "protect_run.h"
#include "scratch.h"

#define TABLES 1200
#define MOST_UNKNOWN 24 /* OEO_UNKNOWN: inner numbers that a search is made over */
#define MOST_PLACES 100 /* OEO_PLACES: larger tables are not made */

static struct scratch scratch;

struct random {
	uint64_t state;
};

static uint64_t next_random(struct random *random)
{
	uint64_t z = (random->state += UINT64_C(0x9e3779b97f4a7c15));

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static size_t below(struct random *random, size_t end)
{
	return (size_t)(next_random(random) % end);
}

static size_t from_environment(const char *name, size_t otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? (size_t)strtoull(text, NULL, 10) : otherwise;
}

/* A random table */

struct made {
	struct attack_table table;
	bool has_file[ATTACK_DIMENSIONS]; /* hierarchies from files */
	bool has_contributors;
	uint64_t *contributors; /* n_inner */
};

static size_t add_code(struct attack_dimension *dimension, const char *kind, size_t number)
{
	char name[ATTACK_CODE_BYTES];

	(void)snprintf(name, sizeof(name), "%s%zu", kind, number);
	return attack_code_add(dimension, name);
}

/* Groups of bottom codes, now and then groups of groups; every hierarchy has its own. */
static void make_hierarchy(struct attack_dimension *dimension, size_t h, struct random *random)
{
	size_t n_groups = 1 + below(random, 3), top = 0, first = dimension->n_codes;

	if (below(random, 3) == 0) {
		top = add_code(dimension, "t", h);
		dimension->parents[h][top] = 0;
		first++;
	}
	for (size_t g = 0; g < n_groups; g++)
		dimension->parents[h][add_code(dimension, h == 0 ? "g" : "h", g)] =
		    below(random, 2) == 0 ? top : 0;
	for (size_t bottom = 1; bottom <= dimension->n_bottoms; bottom++) {
		size_t g = below(random, n_groups + 1);

		dimension->parents[h][bottom] = g == n_groups ? 0 : first + g;
	}
}

/* A group that nothing is in would be a bottom code: take it out by giving it a bottom code. */
static void fill_groups(struct attack_dimension *dimension, size_t h)
{
	for (size_t code = dimension->n_bottoms + 1; code < dimension->n_codes; code++) {
		bool is_used = dimension->parents[h][code] == ATTACK_NONE;

		for (size_t part = 1; part < dimension->n_codes; part++)
			is_used = is_used || dimension->parents[h][part] == code;
		if (!is_used)
			dimension->parents[h][1 + code % dimension->n_bottoms] = code;
	}
}

static bool is_tree_whole(const struct attack_dimension *dimension, size_t h)
{
	for (size_t code = dimension->n_bottoms + 1; code < dimension->n_codes; code++) {
		bool is_used = dimension->parents[h][code] == ATTACK_NONE;

		for (size_t part = 1; part < dimension->n_codes; part++)
			is_used = is_used || dimension->parents[h][part] == code;
		if (!is_used)
			return false;
	}
	return true;
}

static void make_dimension(struct made *made, size_t d, size_t most, struct random *random)
{
	struct attack_dimension *dimension = &made->table.dimensions[d];
	size_t kind = below(random, 6);

	memset(dimension, 0, sizeof(*dimension));
	(void)snprintf(dimension->name, sizeof(dimension->name), "d%zu", d);
	(void)attack_code_add(dimension, "Total");
	dimension->n_bottoms = 2 + below(random, most - 1);
	for (size_t bottom = 1; bottom <= dimension->n_bottoms; bottom++)
		dimension->parents[0][add_code(dimension, "b", bottom)] = 0;
	dimension->n_hierarchies = 1;
	made->has_file[d] = kind >= 3;
	for (size_t h = 0; kind >= 3 && h < (kind == 5 ? 2u : 1u); h++) {
		size_t n_codes = dimension->n_codes;

		dimension->n_hierarchies = h + 1;
		do {
			dimension->n_codes = n_codes;
			make_hierarchy(dimension, h, random);
			fill_groups(dimension, h);
		} while (!is_tree_whole(dimension, h));
	}
}

static void share_out(struct made *made, size_t inner, struct random *random)
{
	struct attack_table *table = &made->table;

	for (uint64_t i = 0; table->n_members > 0 && i < table->truth[inner]; i++) {
		size_t a = below(random, table->n_members), b = below(random, table->n_members);

		table->own[(a < b ? a : b) * table->n_inner + inner]++;
	}
}

static void make_table(struct made *made, uint64_t seed)
{
	static const size_t most[] = {0, 0, 6, 4, 3};
	struct random random = {seed};
	struct attack_table *table = &made->table;
	size_t zeros, few, n_places;

	memset(made, 0, sizeof(*made));
	table->n_dimensions = 2 + below(&random, 3);
	table->k = 3 + below(&random, 4);
	table->hides_zeros = below(&random, 5) == 0;
	made->has_contributors = below(&random, 8) == 0;
	table->n_members = !made->has_contributors && below(&random, 3) == 0 ? 2 + below(&random, 3) : 0;
	table->rest = table->n_members > 0 ? 2 + below(&random, 3) : 0;
	do {
		n_places = 1;
		for (size_t d = 0; d < table->n_dimensions; d++) {
			make_dimension(made, d, most[table->n_dimensions], &random);
			n_places *= table->dimensions[d].n_codes;
		}
	} while (n_places > from_environment("OEO_PLACES", MOST_PLACES));
	attack_table_size(table);
	made->contributors = attack_alloc(table->n_inner, sizeof(*made->contributors));
	zeros = below(&random, 70);
	few = below(&random, 40);
	for (size_t i = 0; i < table->n_inner; i++) {
		size_t dice = below(&random, 110);

		table->truth[i] = dice < zeros         ? 0
				  : dice < zeros + few ? 1 + below(&random, table->k - 1)
						       : below(&random, 40);
		made->contributors[i] = 1 + below(&random, table->truth[i] + 1);
		table->is_single[i] = table->truth[i] > 0 &&
				      (made->has_contributors ? made->contributors[i] : table->truth[i]) == 1;
		share_out(made, i, &random);
	}
	attack_table_close(table);
	for (size_t place = 0; place < table->n_places; place++)
		table->shown[place] = -1;
}

static void free_table(struct made *made)
{
	free(made->contributors);
	attack_table_free(&made->table);
}

/* Its files */

static void scratch_file(char path[128], const char *name, size_t i, size_t j)
{
	(void)snprintf(path, 128, "%s/%s%zu%zu.csv", scratch.path, name, i, j);
}

static FILE *create(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	return file;
}

static void write_hierarchy(const struct attack_dimension *dimension, size_t h, const char *path)
{
	FILE *file = create(path);

	assert_true(fputs("child,parent\n", file) >= 0);
	for (size_t code = 1; code < dimension->n_codes; code++)
		if (dimension->parents[h][code] != ATTACK_NONE)
			assert_true(fprintf(file, "%s,%s\n", dimension->codes[code],
					dimension->codes[dimension->parents[h][code]]) > 0);
	assert_int_equal(fclose(file), 0);
}

static void write_row(const struct made *made, FILE *file, size_t inner, size_t member)
{
	const struct attack_table *table = &made->table;
	size_t codes[ATTACK_DIMENSIONS];
	uint64_t count =
	    member == ATTACK_NONE ? table->truth[inner] : table->own[member * table->n_inner + inner];

	attack_split_inner(table, inner, codes);
	for (size_t d = 0; d < table->n_dimensions; d++)
		assert_true(fprintf(file, "%s,", table->dimensions[d].codes[codes[d]]) > 0);
	assert_true(fprintf(file, "m%zu,%" PRIu64 ",%" PRIu64 "\n", member == ATTACK_NONE ? 0 : member,
			made->contributors[inner], count) > 0);
}

static void write_table(const struct made *made, const char *path)
{
	const struct attack_table *table = &made->table;
	FILE *file = create(path);

	for (size_t d = 0; d < table->n_dimensions; d++)
		assert_true(fprintf(file, "%s,", table->dimensions[d].name) > 0);
	assert_true(fputs("member,people,freq\n", file) >= 0);
	for (size_t i = 0; i < table->n_inner; i++) {
		if (table->n_members == 0)
			write_row(made, file, i, ATTACK_NONE);
		for (size_t m = 0; m < table->n_members; m++)
			write_row(made, file, i, m);
	}
	assert_int_equal(fclose(file), 0);
}

/* The texts of one run, which borrows them. */
struct texts {
	char table[128];
	char dims[128];
	char k[24];
	char rest[24];
	char hierarchies[ATTACK_DIMENSIONS * ATTACK_HIERARCHIES][160];
};

static void prepare(struct protect_run *run, struct texts *texts, const struct made *made)
{
	const struct attack_table *table = &made->table;
	size_t n = 0;

	scratch_file(texts->table, "table", 0, 0);
	write_table(made, texts->table);
	protect_run_init(run, texts->table);
	texts->dims[0] = '\0';
	for (size_t d = 0; d < table->n_dimensions; d++) {
		const struct attack_dimension *dimension = &table->dimensions[d];
		size_t length = strlen(texts->dims);

		(void)snprintf(texts->dims + length, sizeof(texts->dims) - length, "%s%s", d > 0 ? "," : "",
		    dimension->name);
		for (size_t h = 0; made->has_file[d] && h < dimension->n_hierarchies; h++, n++) {
			char path[128];

			scratch_file(path, "hierarchy", d, h);
			write_hierarchy(dimension, h, path);
			(void)snprintf(texts->hierarchies[n], sizeof(texts->hierarchies[n]), "%s=%s",
			    dimension->name, path);
			protect_run_option(run, "hier", texts->hierarchies[n]);
		}
	}
	(void)snprintf(texts->k, sizeof(texts->k), "%" PRIu64, table->k);
	(void)snprintf(texts->rest, sizeof(texts->rest), "%" PRIu64, table->rest);
	protect_run_option(run, "dims", texts->dims);
	protect_run_option(run, "freq", "freq");
	protect_run_option(run, "residents", texts->k);
	if (table->hides_zeros)
		protect_run_option(run, "zeros", "hide");
	if (made->has_contributors)
		protect_run_option(run, "contributors", "people");
	if (table->n_members > 0) {
		protect_run_option(run, "by-member", "member");
		protect_run_option(run, "rest", texts->rest);
	}
}

/* Tests */

static void add_tally(struct attack_tally *sum, const struct attack_tally *one)
{
	for (size_t kind = 0; kind < ATTACK_KINDS; kind++) {
		sum->recovered[kind] += one->recovered[kind];
		sum->beside[kind] += one->beside[kind];
		sum->whole[kind] += one->whole[kind];
	}
	sum->n_hidden += one->n_hidden;
	sum->n_given_up += one->n_given_up;
}

static void print_tally(const char *what, const struct attack_tally *tally)
{
	print_message("%s: %zu hidden; worked out (of those beside them; because numbers are whole):", what,
	    tally->n_hidden);
	for (size_t kind = 0; kind < ATTACK_KINDS; kind++)
		print_message("  %c %zu (%zu; %zu)", "LPQSOG"[kind], tally -> recovered[kind],
		    tally -> beside[kind], tally -> whole[kind]);
	print_message("; searches given up %zu\n", tally->n_given_up);
}

/* With the command line that does it again, on files that OEO_KEEP keeps. */
static void print_bad(uint64_t seed, const struct protect_run *run, const struct attack_tally *tally)
{
	char what[32];

	(void)snprintf(what, sizeof(what), "table %" PRIu64, seed);
	print_tally(what, tally);
	print_message("protect %s", run->arguments[0]);
	for (size_t i = 0; i < run->cli.n_given; i++)
		print_message(
		    " --%s %s", oeo_protect_options[run->given[i].option].name, run->given[i].value);
	print_message("\n");
}

static void check_rules(const struct attack_table *table, uint64_t seed)
{
	for (size_t place = 0; place < table->n_places; place++) {
		uint64_t total = table->totals[place];
		bool is_few = total < table->k && (total > 0 || table->hides_zeros);

		if (table->shown[place] >= 0 && is_few)
			fail_msg("table %" PRIu64 ": %" PRIu64 " is shown", seed, total);
	}
}

static bool attack_one(uint64_t seed, struct attack_tally *bare, struct attack_tally *safe)
{
	struct attack_tally one = {{0}, {0}, {0}, 0, 0};
	struct protect_run run;
	struct texts texts;
	struct oeo_buf text;
	struct made made;
	enum oeo_err err;
	bool is_bad = false;

	make_table(&made, seed);
	prepare(&run, &texts, &made);
	oeo_buf_init(&text);
	err = protect_run_all(&run, &text);
	if (err != OEO_OK && err != OEO_ERR_REFUSED)
		fail_msg("table %" PRIu64 ": %s", seed, run.why.text);
	if (err == OEO_OK) {
		attack_table_publish_bare(&made.table);
		attack_linear(&made.table, bare);
		if (!attack_table_publish(&made.table, (char *)text.data))
			fail_msg("table %" PRIu64 ": not all numbers are there, or not the true ones", seed);
		check_rules(&made.table, seed);
		attack_all(&made.table, from_environment("OEO_UNKNOWN", MOST_UNKNOWN), &one);
		add_tally(safe, &one);
	}
	for (size_t kind = 0; kind < ATTACK_KINDS; kind++)
		is_bad = is_bad || one.recovered[kind] + one.beside[kind] > 0;
	if (is_bad)
		print_bad(seed, &run, &one);
	oeo_buf_fini(&text);
	protect_run_fini(&run);
	free_table(&made);
	return err == OEO_OK;
}

static void test_random_tables_withstand_every_attacker(void **state)
{
	size_t n = from_environment("OEO_TABLES", TABLES), first = from_environment("OEO_SEED", 1),
	       n_safe = 0;
	struct attack_tally bare = {{0}, {0}, {0}, 0, 0}, safe = {{0}, {0}, {0}, 0, 0};

	(void)state;
	for (uint64_t seed = first; seed < first + n; seed++)
		n_safe += attack_one(seed, &bare, &safe);
	print_message("%zu tables, of which %zu refused\n", n, n - n_safe);
	print_tally("bare threshold", &bare);
	print_tally("protected", &safe);
	/* The attack has to be one. */
	assert_true(n < 100 || bare.recovered[ATTACK_L] > bare.n_hidden / 4);
	assert_true(n < 100 || n_safe > n * 9 / 10);
	for (size_t kind = 0; kind < ATTACK_KINDS; kind++) {
		assert_int_equal(safe.recovered[kind], 0);
		assert_int_equal(safe.beside[kind], 0);
	}
}

static int make_scratch(void **state)
{
	(void)state;
	return scratch_make(&scratch);
}

static int remove_scratch(void **state)
{
	(void)state;
	if (getenv("OEO_KEEP") == NULL)
		scratch_remove(&scratch);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random_tables_withstand_every_attacker),
	};

	return cmocka_run_group_tests(tests, make_scratch, remove_scratch);
}
