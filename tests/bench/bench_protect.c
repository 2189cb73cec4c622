/* SPDX-License-Identifier: EUPL-1.2 */
/* Large known tables: hidden cells, hidden sum and seconds, beside those of GaussSuppression 1.2.3 on the same data. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/protect_cells.h"

struct table {
	const char *title, *file;
	const char *names[5];
	const char *hierarchies[5];
	size_t gauss_hidden;
	uint64_t gauss_sum;
	double gauss_s;
};

struct safety {
	const char *title;
	unsigned mask;
};

static const struct table tables[] = {
    {"ssb_d4", SDC_DATA "/ssb_d4.csv", {"region", "main_income", "months", NULL},
	{SDC_DATA "/hier_d4_region_county.csv", NULL, SDC_DATA "/hier_d4_months.csv"}, 4028, 17970, 12.3},
    {"rtauargus, 3", SDC_DATA "/rtauargus_indiv_freq.csv", {"A88", "NUTS3", "SIZE", NULL},
	{SDC_DATA "/hier_rtauargus_A88.csv", SDC_DATA "/hier_rtauargus_NUTS3.csv"}, 3230, 29878, 8.2},
    {"rtauargus, 4", SDC_DATA "/rtauargus_indiv_freq.csv", {"A88", "NUTS3", "SIZE", "CJ", NULL},
	{SDC_DATA "/hier_rtauargus_A88.csv", SDC_DATA "/hier_rtauargus_NUTS3.csv"}, 10162, 142894, 149},
};

static const struct safety safeties[] = {
    {"L", OEO_DISCLOSURE_ATTACK_L},
    {"L,S,G", OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_G},
    {"L,P,Q", OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q},
};

static double now_s(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static void count(const struct oeo_protect_cells *cells, const struct oeo_disclosure_decision *decisions,
    size_t *n, uint64_t *sum)
{
	*n = 0;
	*sum = 0;
	for (size_t place = 0; place < cells->n_places; place++) {
		uint32_t cell = oeo_protect_cells_at(cells, place);

		if (cell == OEO_PROTECT_NONE || decisions[cell].is_shown)
			continue;
		++*n;
		*sum += cells->cells[cell].value[OEO_DISCLOSURE_RESIDENTS];
	}
}

static bool load(struct oeo_protect_table *loaded, struct oeo_protect_cells *cells, const struct table *table)
{
	const struct oeo_disclosure_rules rules = {.residents = 5};
	struct oeo_note why;

	memset(loaded, 0, sizeof(*loaded));
	loaded->frequency = "freq";
	for (size_t d = 0; table->names[d] != NULL; d++) {
		if (oeo_protect_dimension_init(
			&loaded->dimensions[loaded->n_dimensions++], table->names[d]) != OEO_OK)
			return false;
		if (table->hierarchies[d] != NULL &&
		    oeo_protect_dimension_read(&loaded->dimensions[d], table->hierarchies[d], &why) != OEO_OK)
			return false;
	}
	return oeo_protect_table_read(loaded, table->file, &why) == OEO_OK &&
	       oeo_protect_cells_init(cells, loaded, &rules, false, &why) == OEO_OK;
}

static bool run(const struct oeo_protect_cells *cells, const struct safety *safety)
{
	struct oeo_disclosure_attackers attackers = {safety->mask, cells->is_single, oeo_solver_clp()};
	struct oeo_disclosure_decision *decisions = calloc(cells->problem.n_cells + 1, sizeof(*decisions));
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	double start = now_s();
	uint64_t sum = 0;
	size_t n = 0;

	if (decisions != NULL)
		err = oeo_disclosure_suppress(&cells->problem, &attackers, decisions, NULL);
	if (err == OEO_DISCLOSURE_OK)
		count(cells, decisions, &n, &sum);
	printf("  %-8s %6zu hidden, sum %7" PRIu64 ", %7.2f s%s\n", safety->title, n, sum, now_s() - start,
	    err == OEO_DISCLOSURE_OK ? "" : ", not safe");
	(void)fflush(stdout);
	free(decisions);
	return err == OEO_DISCLOSURE_OK;
}

int main(void)
{
	bool is_ok = true;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct oeo_protect_table loaded;
		struct oeo_protect_cells cells;

		memset(&cells, 0, sizeof(cells));
		is_ok = load(&loaded, &cells, &tables[i]) && is_ok;
		printf("%s: %zu cells; GaussSuppression: %zu hidden, sum %" PRIu64 ", %.1f s\n",
		    tables[i].title, cells.n_places, tables[i].gauss_hidden, tables[i].gauss_sum,
		    tables[i].gauss_s);
		for (size_t s = 0; is_ok && s < sizeof(safeties) / sizeof(safeties[0]); s++)
			is_ok = run(&cells, &safeties[s]) && is_ok;
		oeo_protect_cells_fini(&cells);
		oeo_protect_table_fini(&loaded);
	}
	return is_ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
