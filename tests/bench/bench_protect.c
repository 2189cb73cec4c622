/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Known tables: hidden cells, hidden sum, seconds of processor time and the audit, beside those of GaussSuppression 1.2.3 and the
 * optimum (the figures of the specification, measured on the same data; primary and secondary cells together).
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/gauss.h"
#include "collector/disclosure/solver_clp.h"
#include "collector/protect_cells.h"
#include "unit/gauss_optimum.h"

struct table {
	const char *title, *file;
	const char *names[5];
	const char *hierarchies[5];
	const char *second[5]; /* another hierarchy of the same dimension */
	uint64_t k;
	/* GaussSuppression 1.2.3 at its own safety, and the optimum (0: not known), as measured on the same data. */
	size_t gauss_hidden;
	uint64_t gauss_sum;
	double gauss_s;
	size_t best_hidden;
	uint64_t best_sum;
	bool is_large; /* too large for the audit within a minute */
};

struct safety {
	const char *title;
	unsigned mask;
};

#define SMALL_CELLS 150 /* the optimum is looked for */
#define AT(file) SDC_DATA "/" file ".csv"

static const struct table tables[] = {
    {"ssb_d1", AT("ssb_d1"), {"region", "main_income"}, {NULL, AT("hier_income")}, {NULL}, 5, 8, 45, 0.07, 8,
	45, false},
    {"ssb_example1", AT("ssb_example1"), {"age", "geo", "year"}, {NULL, AT("hier_example1_geo_eu")}, {NULL},
	3, 22, 124, 0.07, 20, 112, false},
    {"ssb_mun_accidents", AT("ssb_mun_accidents"), {"mun", "inj"}, {NULL}, {NULL}, 4, 13, 36, 0.06, 11, 29,
	false},
    {"ssb_d2", AT("ssb_d2"), {"region", "main_income"}, {AT("hier_d2_region_county"), AT("hier_income")},
	{NULL}, 5, 20, 139, 0.06, 20, 139, false},
    {"ssb_d2, two groupings", AT("ssb_d2"), {"region", "main_income"}, {AT("hier_d2_region_county")},
	{AT("hier_d2_region_kgroup")}, 5, 28, 359, 0.07, 24, 328, false},
    {"ssb_d3", AT("ssb_d3"), {"region", "main_income", "months"},
	{AT("hier_d3_region_county"), NULL, AT("hier_d3_months")}, {NULL}, 5, 550, 2313, 0.24, 0, 0, false},
    {"ssb_d4", AT("ssb_d4"), {"region", "main_income", "months"},
	{AT("hier_d4_region_county"), NULL, AT("hier_d4_months")}, {NULL}, 5, 4028, 17970, 12.3, 0, 0, false},
    {"rtauargus, 3", AT("rtauargus_indiv_freq"), {"A88", "NUTS3", "SIZE"},
	{AT("hier_rtauargus_A88"), AT("hier_rtauargus_NUTS3")}, {NULL}, 5, 3230, 29878, 8.2, 0, 0, false},
    {"rtauargus, 4", AT("rtauargus_indiv_freq"), {"A88", "NUTS3", "SIZE", "CJ"},
	{AT("hier_rtauargus_A88"), AT("hier_rtauargus_NUTS3")}, {NULL}, 5, 10162, 142894, 149, 0, 0, true},
};

static const struct safety safeties[] = {
    {"L,P,Q", OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q},
    {"all", OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q |
		OEO_DISCLOSURE_ATTACK_S | OEO_DISCLOSURE_ATTACK_O | OEO_DISCLOSURE_ATTACK_G},
};

static double now_s(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
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
	const struct oeo_disclosure_rules rules = {.residents = table->k};
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
		if (table->second[d] != NULL &&
		    oeo_protect_dimension_read(&loaded->dimensions[d], table->second[d], &why) != OEO_OK)
			return false;
	}
	return oeo_protect_table_read(loaded, table->file, &why) == OEO_OK &&
	       oeo_protect_cells_init(cells, loaded, &rules, false, &why) == OEO_OK;
}

/* The same attackers have the same bits on both sides. */
static bool audit(
    const struct oeo_protect_cells *cells, unsigned mask, const struct oeo_disclosure_decision *decisions)
{
	const struct oeo_audit_options options = {
	    .attackers = mask, .solver = oeo_solver_clp(), .is_single = cells->is_single};
	struct oeo_audit_report report;
	double start = now_s();
	size_t n = 0;

	if (oeo_audit_problem(&cells->problem, decisions, &options, &report, NULL) != OEO_AUDIT_OK)
		return false;
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		n += report.verdicts[i].n_recovered;
	printf(", audit %6.2f s, %zu recovered", now_s() - start, n);
	return true;
}

/*
 * The least sum of the problem's cells (of those that are always equal, one) that beats L, P and Q. The best of the
 * specification may be less: it is for readers who do not know that what is hidden is not zero.
 */
static void print_optimum(const struct oeo_disclosure_problem *problem)
{
	uint64_t sum = 0;

	if (gauss_optimum_find(problem, &sum))
		printf(", optimum %" PRIu64, sum);
}

static uint64_t sum_different(
    const struct oeo_disclosure_problem *problem, const struct oeo_disclosure_decision *decisions)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < problem->n_cells; i++)
		sum += decisions[i].is_shown ? 0 : problem->cells[i].value[OEO_DISCLOSURE_RESIDENTS];
	return sum;
}

static bool run(const struct oeo_protect_cells *cells, const struct safety *safety, bool audits)
{
	struct oeo_disclosure_attackers attackers = {safety->mask, cells->is_single, oeo_solver_clp()};
	struct oeo_disclosure_decision *decisions = calloc(cells->problem.n_cells + 1, sizeof(*decisions));
	enum oeo_disclosure_err err = OEO_DISCLOSURE_NOMEM;
	double start = now_s();
	bool is_ok = true;
	uint64_t sum = 0;
	size_t n = 0;

	if (decisions != NULL)
		err = oeo_disclosure_suppress(&cells->problem, &attackers, decisions, NULL);
	if (err == OEO_DISCLOSURE_OK)
		count(cells, decisions, &n, &sum);
	printf("  %-6s %6zu hidden, sum %7" PRIu64 ", %6.2f s", safety->title, n, sum, now_s() - start);
	if (err == OEO_DISCLOSURE_OK && safety == &safeties[0] && cells->problem.n_cells <= SMALL_CELLS) {
		printf(", of different cells %" PRIu64, sum_different(&cells->problem, decisions));
		print_optimum(&cells->problem);
	}
	if (err == OEO_DISCLOSURE_OK && audits)
		is_ok = audit(cells, safety->mask, decisions);
	printf("%s\n", err == OEO_DISCLOSURE_OK ? "" : ", not safe");
	(void)fflush(stdout);
	free(decisions);
	return is_ok && (err == OEO_DISCLOSURE_OK || err == OEO_DISCLOSURE_UNSAFE);
}

static bool run_table(const struct table *table, bool runs_large)
{
	struct oeo_protect_table loaded;
	struct oeo_protect_cells cells;
	bool is_ok;

	memset(&cells, 0, sizeof(cells));
	is_ok = load(&loaded, &cells, table);
	printf("%s, k = %" PRIu64 ": %zu cells\n  Gauss  %6zu hidden, sum %7" PRIu64 ", %6.2f s\n",
	    table->title, table->k, cells.n_places, table->gauss_hidden, table->gauss_sum, table->gauss_s);
	if (table->best_hidden > 0)
		printf("  best   %6zu hidden, sum %7" PRIu64 "\n", table->best_hidden, table->best_sum);
	for (size_t s = 0; is_ok && s < sizeof(safeties) / sizeof(safeties[0]); s++)
		is_ok = run(&cells, &safeties[s], !table->is_large || runs_large);
	oeo_protect_cells_fini(&cells);
	oeo_protect_table_fini(&loaded);
	return is_ok;
}

/* With an argument: only tables whose title begins with it. With a second: also what takes minutes. */
int main(int argc, char **argv)
{
	struct rusage usage;
	bool is_ok = true;

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (argc < 2 || strncmp(tables[i].title, argv[1], strlen(argv[1])) == 0)
			is_ok = run_table(&tables[i], argc > 2) && is_ok;
	if (getrusage(RUSAGE_SELF, &usage) == 0)
		printf("peak memory %ld MB\n", usage.ru_maxrss / 1024);
	return is_ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
