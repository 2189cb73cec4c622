/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A table of two by three with its margins, protected and audited. The numbers are invented.
 *
 *     cc example.c $(pkg-config --cflags --libs oeo-disclosure-clp) -o example && ./example
 */
#include <stdio.h>

#include <collector/disclosure/audit.h>
#include <collector/disclosure/gauss.h>
#include <collector/disclosure/solver_clp.h>

#define ROWS 3 /* two, and their total */
#define COLUMNS 4 /* three, and their total */
#define CELLS (ROWS * COLUMNS)

/* The last row and the last column are the totals. */
static const unsigned counts[ROWS][COLUMNS] = {
    {2, 40, 30, 72},
    {25, 20, 10, 55},
    {27, 60, 40, 127},
};

/* Every column's total is the sum of its rows, every row's total the sum of its columns. */
struct sums {
	struct oeo_disclosure_relation relations[ROWS + COLUMNS];
	size_t children[2 * CELLS];
	size_t n_relations;
	size_t n_children;
};

static void add_sum(struct sums *sums, size_t parent, size_t first, size_t step, size_t n)
{
	size_t *children = sums->children + sums->n_children;

	for (size_t i = 0; i < n; i++)
		children[i] = first + i * step;
	sums->n_children += n;
	sums->relations[sums->n_relations++] = (struct oeo_disclosure_relation){
	    .kind = OEO_DISCLOSURE_EQUAL,
	    .measure = OEO_DISCLOSURE_RESIDENTS,
	    .parent = parent,
	    .children = children,
	    .n_children = n,
	    .is_exact = true,
	};
}

static void describe(struct oeo_disclosure_cell cells[CELLS], struct sums *sums)
{
	for (size_t i = 0; i < CELLS; i++)
		cells[i] = (struct oeo_disclosure_cell){
		    .key = i,
		    .role = OEO_DISCLOSURE_DECIDE,
		    .state = OEO_DISCLOSURE_OPEN,
		    .has_measure = {[OEO_DISCLOSURE_RESIDENTS] = true},
		    .value = {[OEO_DISCLOSURE_RESIDENTS] = counts[i / COLUMNS][i % COLUMNS]},
		    .rules = {.residents = 5},
		};
	for (size_t row = 0; row < ROWS; row++)
		add_sum(sums, row * COLUMNS + COLUMNS - 1, row * COLUMNS, 1, COLUMNS - 1);
	for (size_t column = 0; column < COLUMNS; column++)
		add_sum(sums, (ROWS - 1) * COLUMNS + column, column, COLUMNS, ROWS - 1);
}

int main(void)
{
	struct oeo_disclosure_cell cells[CELLS];
	struct oeo_disclosure_decision decisions[CELLS];
	struct oeo_audit_cell found[CELLS];
	struct oeo_audit_report report;
	struct sums sums = {.n_relations = 0};
	const struct oeo_disclosure_attackers attackers = {
	    .mask = OEO_DISCLOSURE_ATTACK_L | OEO_DISCLOSURE_ATTACK_P | OEO_DISCLOSURE_ATTACK_Q,
	    .solver = oeo_solver_clp(),
	};
	const struct oeo_audit_options options = {
	    .attackers = OEO_AUDIT_L | OEO_AUDIT_P | OEO_AUDIT_Q,
	    .solver = oeo_solver_clp(),
	    .wants_intervals = true,
	};
	struct oeo_disclosure_problem problem = {.cells = cells, .n_cells = CELLS, .n_tables = 1};

	describe(cells, &sums);
	problem.relations = sums.relations;
	problem.n_relations = sums.n_relations;
	if (oeo_disclosure_suppress(&problem, &attackers, decisions, NULL) != OEO_DISCLOSURE_OK ||
	    oeo_audit_problem(&problem, decisions, &options, &report, found) != OEO_AUDIT_OK)
		return 1;
	for (size_t i = 0; i < CELLS; i++) {
		const struct oeo_audit_interval *interval =
		    &found[i].intervals[OEO_AUDIT_VIEW_P][OEO_DISCLOSURE_RESIDENTS];

		if (decisions[i].is_shown)
			printf("%8u", counts[i / COLUMNS][i % COLUMNS]);
		else
			printf("%4lld..%-2lld", (long long)interval->low, (long long)interval->high);
		if (i % COLUMNS == COLUMNS - 1)
			printf("\n");
	}
	printf("%s\n", oeo_audit_is_safe(&report) ? "safe" : "unsafe");
	return oeo_audit_is_safe(&report) ? 0 : 1;
}
