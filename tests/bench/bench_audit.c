/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How long the audit of ssb_d4 (13 710 cells) takes, attacker by attacker: with the bare threshold, and with sums in
 * which more than one cell is hidden.
 */
#include <stdio.h>
#include <time.h>

#include "collector/disclosure/audit.h"
#include "collector/disclosure/solver_clp.h"
#include "tests/unit/sdc_table.h"

static double now_s(void)
{
	struct timespec now;

	if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		abort();
	return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* Hide the smallest other cell wherever a sum has one hidden cell; true where something was. */
static bool hide_second(struct sdc_table *table)
{
	bool has_hidden = false;

	for (size_t i = 0; i < table->problem.n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &table->relations[i];
		size_t n_hidden = !table->decisions[relation->parent].is_shown;
		size_t best = relation->parent;

		for (size_t j = 0; j < relation->n_children; j++) {
			size_t child = relation->children[j];
			uint64_t value = table->cells[child].value[0];

			n_hidden += !table->decisions[child].is_shown;
			if (table->decisions[child].is_shown && value > 0 &&
			    value <= table->cells[best].value[0])
				best = child;
		}
		if (n_hidden != 1 || !table->decisions[best].is_shown)
			continue;
		table->decisions[best] =
		    (struct oeo_disclosure_decision){false, OEO_DISCLOSURE_SECONDARY, false};
		has_hidden = true;
	}
	return has_hidden;
}

static void measure(const struct sdc_table *table, unsigned attackers, bool wants_intervals)
{
	struct oeo_audit_options options = {
	    .attackers = attackers, .solver = oeo_solver_clp(), .wants_intervals = wants_intervals};
	struct oeo_audit_report report;
	double start = now_s();

	if (oeo_audit_problem(&table->problem, table->decisions, &options, &report, NULL) != OEO_AUDIT_OK)
		abort();
	(void)printf("  %5.2f s %5zu programs, %zu hidden, %zu components:", now_s() - start,
	    report.n_programs, report.n_hidden, report.n_components);
	for (size_t i = 0; i < OEO_AUDIT_ATTACKERS; i++)
		if (report.verdicts[i].is_tried)
			(void)printf(" %s %zu", oeo_audit_letter(i), report.verdicts[i].n_recovered);
	(void)printf("%s\n", wants_intervals ? " (all intervals)" : "");
}

static void measure_all(const struct sdc_table *table, const char *title)
{
	(void)printf("%s\n", title);
	measure(table, OEO_AUDIT_L, false);
	measure(table, OEO_AUDIT_P, false);
	measure(table, OEO_AUDIT_P | OEO_AUDIT_Q, false);
	measure(table, OEO_AUDIT_L | OEO_AUDIT_S, false);
	measure(table, OEO_AUDIT_ALL, false);
	measure(table, OEO_AUDIT_ALL, true);
}

int main(void)
{
	static struct sdc_table table = {.file = "ssb_d4",
	    .n_dims = 3,
	    .dims = {{.name = "region", .hier = {"hier_d4_region_county"}}, {.name = "main_income"},
		{.name = "months", .hier = {"hier_d4_months"}}}};

	sdc_load(&table, 5);
	(void)printf("ssb_d4: %zu cells, %zu relations\n", table.problem.n_cells, table.problem.n_relations);
	measure_all(&table, "bare threshold");
	while (hide_second(&table))
		;
	measure_all(&table, "two hidden in every sum");
	sdc_free(&table);
	return 0;
}
