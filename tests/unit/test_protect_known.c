/* SPDX-License-Identifier: EUPL-1.2 */
/* Known tables: what linear algebra has of them behind a bare threshold, and behind protect. */
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
#include "sdc_table.h"

struct known {
	struct sdc_table table;
	uint64_t k;
	unsigned percent; /* of what a bare threshold hides: what linear algebra has, rounded */
};

/* Bottom codes first, as the attack has them; code_of: the other number of each. */
static void take_dimension(
    struct attack_dimension *to, const struct sdc_dimension *from, size_t code_of[ATTACK_CODES])
{
	bool is_group[SDC_CODES] = {true};
	size_t new_of[SDC_CODES] = {0};

	memset(to, 0, sizeof(*to));
	(void)snprintf(to->name, sizeof(to->name), "%s", from->name);
	to->n_hierarchies = from->hier[1] != NULL ? 2 : 1;
	for (size_t c = 1; c < from->n; c++)
		for (size_t h = 0; h < to->n_hierarchies; h++)
			if (from->parents[h][c] != SIZE_MAX)
				is_group[from->parents[h][c]] = true;
	for (int pass = 0; pass < 3; pass++) {
		for (size_t c = 0; c < from->n; c++) {
			if (pass != (c == 0 ? 0 : is_group[c] ? 2 : 1))
				continue;
			to->n_bottoms += pass == 1;
			new_of[c] = attack_code_add(to, from->codes[c]);
			code_of[new_of[c]] = c;
		}
	}
	for (size_t c = 1; c < from->n; c++)
		for (size_t h = 0; h < to->n_hierarchies; h++)
			if (from->parents[h][c] != SIZE_MAX)
				to->parents[h][new_of[c]] = new_of[from->parents[h][c]];
}

static void take_table(struct attack_table *to, const struct sdc_table *from, uint64_t k)
{
	size_t code_of[ATTACK_DIMENSIONS][ATTACK_CODES];

	memset(to, 0, sizeof(*to));
	to->k = k;
	to->n_dimensions = from->n_dims;
	for (size_t d = 0; d < from->n_dims; d++)
		take_dimension(&to->dimensions[d], &from->dims[d], code_of[d]);
	attack_table_size(to);
	for (size_t i = 0; i < to->n_inner; i++) {
		size_t codes[ATTACK_DIMENSIONS], at[SDC_DIMS] = {0};

		attack_split_inner(to, i, codes);
		for (size_t d = 0; d < from->n_dims; d++)
			at[d] = code_of[d][codes[d]];
		to->truth[i] = from->cells[sdc_index(from, at)].value[0];
	}
	attack_table_close(to);
}

static void protect_known(const struct known *known, struct oeo_buf *text)
{
	char path[256], dims[128] = "", k[24], hierarchies[2 * SDC_DIMS][300];
	struct protect_run run;
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "%s%s.csv", SDC_DIR, known->table.file);
	(void)snprintf(k, sizeof(k), "%" PRIu64, known->k);
	protect_run_init(&run, path);
	for (size_t d = 0; d < known->table.n_dims; d++) {
		const struct sdc_dimension *dimension = &known->table.dims[d];

		(void)snprintf(dims + strlen(dims), sizeof(dims) - strlen(dims), "%s%s", d > 0 ? "," : "",
		    dimension->name);
		for (size_t h = 0; h < 2 && dimension->hier[h] != NULL; h++, n++) {
			(void)snprintf(hierarchies[n], sizeof(hierarchies[n]), "%s=%s%s.csv", dimension->name,
			    SDC_DIR, dimension->hier[h]);
			protect_run_option(&run, "hier", hierarchies[n]);
		}
	}
	protect_run_option(&run, "dims", dims);
	protect_run_option(&run, "freq", "freq");
	protect_run_option(&run, "residents", k);
	assert_int_equal(protect_run_all(&run, text), OEO_OK);
	protect_run_fini(&run);
}

static void test_bare_thresholds_leak_and_protected_tables_do_not(void **state)
{
	static struct known known[] = {
	    {{.file = "ssb_d1",
		 .n_dims = 2,
		 .dims = {{.name = "region"}, {.name = "main_income", .hier = {"hier_income"}}}},
		5, 100},
	    {{.file = "ssb_d2",
		 .n_dims = 2,
		 .dims = {{.name = "region", .hier = {"hier_d2_region_county"}},
		     {.name = "main_income", .hier = {"hier_income"}}}},
		5, 100},
	    {{.file = "ssb_example1",
		 .n_dims = 3,
		 .dims = {{.name = "age"}, {.name = "geo", .hier = {"hier_example1_geo_eu"}},
		     {.name = "year"}}},
		3, 100},
	    {{.file = "ssb_d3",
		 .n_dims = 3,
		 .dims = {{.name = "region", .hier = {"hier_d3_region_county"}}, {.name = "main_income"},
		     {.name = "months", .hier = {"hier_d3_months"}}}},
		5, 56},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct attack_tally bare = {{0}, {0}, {0}, 0, 0}, safe = {{0}, {0}, {0}, 0, 0};
		struct attack_table table;
		struct oeo_buf text;

		sdc_load(&known[i].table, known[i].k);
		take_table(&table, &known[i].table, known[i].k);
		attack_table_publish_bare(&table);
		attack_linear(&table, &bare);
		oeo_buf_init(&text);
		protect_known(&known[i], &text);
		assert_true(attack_table_publish(&table, (char *)text.data));
		attack_linear(&table, &safe);
		print_message("%s: linear algebra has %zu of %zu hidden by a bare threshold, %zu of %zu "
			      "after protect\n",
		    known[i].table.file, bare.recovered[ATTACK_L], bare.n_hidden,
		    safe.recovered[ATTACK_L] + safe.beside[ATTACK_L], safe.n_hidden);
		assert_int_equal(
		    (bare.recovered[ATTACK_L] * 100 + bare.n_hidden / 2) / bare.n_hidden, known[i].percent);
		assert_int_equal(safe.recovered[ATTACK_L] + safe.beside[ATTACK_L], 0);
		assert_true(safe.n_hidden >= bare.n_hidden);
		oeo_buf_fini(&text);
		attack_table_free(&table);
		sdc_free(&known[i].table);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_bare_thresholds_leak_and_protected_tables_do_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
