/* SPDX-License-Identifier: EUPL-1.2 */
/* From opened cells to a release, under the plan of Almelo and one made for the purpose. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#include "collector/disclosure/solver_clp.h"
#include "collector/release_build.h"
#include "counted.h"

#define ALMELO OEO_TEST_DIR "/../proto/plans/almelo/plan.yaml"
#define K 10

static const char *const year_2025[] = {"2025-01", "2025-02", "2025-03", "2025-Q1", "2025-04", "2025-05",
    "2025-06", "2025-Q2", "2025-07", "2025-08", "2025-09", "2025-Q3", "2025-10", "2025-11", "2025-12",
    "2025-Q4", "2025"};
#define N_2025 (sizeof(year_2025) / sizeof(year_2025[0]))

struct bench {
	struct counted counted;
	struct oeo_signed_plan signed_plan; /* borrows the plan */
	struct oeo_card keyholders[2];
	struct oeo_card self;
	struct oeo_store_member members[COUNTED_MEMBERS + 1];
	struct oeo_store_submission submissions[COUNTED_MEMBERS];
	struct oeo_opened opened[N_2025];
	struct oeo_release releases[N_2025];
	struct oeo_release_source sources[N_2025];
	size_t n;
};

static struct bench bench;

static void fill_bench(void)
{
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(bench.keyholders[i].id, OEO_ID_BYTES, "%s", bench.counted.plan->keyholders[i]);
		(void)snprintf(bench.keyholders[i].name, OEO_CARD_NAME_BYTES, "Keyholder %zu", i);
		bench.keyholders[i].role = OEO_ROLE_KEYHOLDER;
	}
	(void)snprintf(bench.self.name, OEO_CARD_NAME_BYTES, "Bureau");
	for (size_t m = 0; m <= COUNTED_MEMBERS; m++) {
		(void)snprintf(bench.members[m].card.id, OEO_ID_BYTES, "member-%zu", m);
		(void)snprintf(bench.members[m].card.name, OEO_CARD_NAME_BYTES, "Member %zu", m);
	}
	for (size_t m = 0; m < COUNTED_MEMBERS; m++) {
		(void)snprintf(bench.submissions[m].member, OEO_ID_BYTES, "member-%zu", m);
		bench.submissions[m].is_final = true;
		bench.submissions[m].closing.coverage = OEO_COVERAGE_YES;
		bench.submissions[m].closing.questions = 300;
	}
}

static void init_bench(uint64_t seed, size_t n_questions, size_t n_residents)
{
	struct oeo_plan *plan = counted_plan(ALMELO);

	assert_non_null(plan);
	memset(&bench, 0, sizeof(bench));
	counted_init(&bench.counted, plan, seed, n_questions, n_residents, 365);
	bench.signed_plan.plan = plan;
	fill_bench();
}

static void fini_bench(void)
{
	for (size_t i = 0; i < N_2025; i++) {
		oeo_release_fini(&bench.releases[i]);
		oeo_opened_fini(&bench.opened[i]);
	}
	counted_fini(&bench.counted);
}

static struct oeo_release_facts facts_of(size_t i)
{
	return (struct oeo_release_facts){&bench.signed_plan, &bench.opened[i], NULL, 0, bench.members,
	    COUNTED_MEMBERS, bench.submissions, COUNTED_MEMBERS, bench.keyholders, 2, &bench.self, 1795255200,
	    NULL, NULL, NULL};
}

static bool are_related(const struct oeo_period *a, const struct oeo_period *b)
{
	return oeo_period_contains(a, b) || oeo_period_contains(b, a);
}

/* Release the next period, after those that are out already. */
static void release_next(const char *text)
{
	struct oeo_release_source related[N_2025];
	struct oeo_release_facts facts = facts_of(bench.n);
	struct oeo_note why = {""};
	size_t i = bench.n;

	counted_open(&bench.opened[i], &bench.counted, text);
	for (size_t j = 0; j < i; j++)
		if (are_related(&bench.opened[j].period, &bench.opened[i].period))
			related[facts.n_related++] = bench.sources[j];
	facts.related = related;
	assert_int_equal(oeo_release_build(&bench.releases[i], &facts, &why), OEO_OK);
	bench.sources[i] =
	    (struct oeo_release_source){bench.opened[i].period, &bench.opened[i], &bench.releases[i], 1};
	bench.n++;
}

/* ---- A year of Almelo */

struct tally {
	size_t cells;
	size_t opened;
	size_t eligible; /* meet their rules by themselves */
	size_t shown;
	size_t partly; /* of these, without their questions */
};

/* What is shown is what was opened, meets its rules, and a zero is really nothing. */
static void check_table(size_t i, size_t t, struct tally *tally)
{
	const struct oeo_plan *plan = bench.counted.plan;
	const struct oeo_release_table *table = &bench.releases[i].tables[t];
	const struct oeo_opened_table *opened = &bench.opened[i].tables[t];
	const struct oeo_table *planned = &plan->tables[table->table];
	size_t n_rows;
	struct counted_row *rows = counted_rows(&bench.counted, planned, &bench.opened[i].period, &n_rows);
	size_t next = 0;
	uint64_t not_shown = 0;

	for (size_t c = 0; c < table->n_cells; c++) {
		const struct oeo_release_cell *cell = &table->cells[c];
		bool is_open = next < opened->n_cells && opened->cells[next].cell == c;
		bool is_eligible = is_open && counted_meets_rules(plan, planned, &opened->cells[next], true);

		not_shown += cell->is_hidden || cell->hides_questions;
		tally->cells++;
		tally->opened += is_open;
		tally->eligible += is_eligible;
		tally->shown += is_eligible && !cell->is_hidden;
		tally->partly += is_eligible && cell->hides_questions;
		if (!cell->is_hidden && is_open) {
			assert_true(is_eligible);
			assert_int_equal(cell->residents, opened->cells[next].residents);
			assert_int_equal(
			    cell->questions, planned->publishes_questions && !cell->hides_questions
						 ? opened->cells[next].questions
						 : 0);
		} else if (!cell->is_hidden) {
			assert_int_equal(cell->residents, 0);
			assert_false(cell->hides_questions);
			for (size_t r = 0; r < n_rows; r++)
				assert_int_not_equal(rows[r].cell, c);
		}
		next += is_open;
	}
	assert_int_equal(not_shown, table->not_shown);
	free(rows);
}

/* Per table what might be shown by the cells' own rules, and what is, so that nobody works anything out. */
static void tell_tally(const char *id, const struct tally *tally)
{
	print_message(
	    "  %-22s cells %5zu, open %4zu; before %4zu (%2zu %%), after %4zu (%2zu %%), of these without "
	    "their questions %3zu\n",
	    id, tally->cells, tally->opened, tally->eligible, 100 * tally->eligible / tally->cells,
	    tally->shown, 100 * tally->shown / tally->cells, tally->partly);
}

static void test_a_year_of_almelo_shows_what_it_may_and_keeps_most(void **state)
{
	struct tally tallies[OEO_MAX_TABLES] = {{0}};
	struct tally all = {0};
	const struct tally *themes;

	(void)state;
	init_bench(1, 5000, 1500);
	for (size_t i = 0; i < N_2025; i++) {
		release_next(year_2025[i]);
		for (size_t t = 0; t < bench.releases[i].n_tables; t++)
			check_table(i, t, &tallies[bench.releases[i].tables[t].table]);
	}
	for (size_t t = 0; t < bench.counted.plan->n_tables; t++) {
		tell_tally(bench.counted.plan->tables[t].id, &tallies[t]);
		all.opened += tallies[t].opened;
		all.eligible += tallies[t].eligible;
		all.shown += tallies[t].shown;
	}
	themes = &tallies[oeo_plan_find_table(bench.counted.plan, "theme")];
	print_message(
	    "cells opened %zu, of these meet their rules %zu, shown %zu; of theme totals %zu of %zu\n",
	    all.opened, all.eligible, all.shown, themes->shown, themes->eligible);
	assert_true(all.shown * 100 >= all.eligible * 85);
	assert_true(themes->shown * 100 >= themes->eligible * 95);
	fini_bench();
}

static void test_the_same_input_gives_the_same_release(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release again;

	(void)state;
	init_bench(2, 1200, 500);
	release_next("2025-Q1");
	facts = facts_of(0);
	assert_int_equal(oeo_release_build(&again, &facts, NULL), OEO_OK);
	for (size_t t = 0; t < again.n_tables; t++)
		assert_memory_equal(again.tables[t].cells, bench.releases[0].tables[t].cells,
		    again.tables[t].n_cells * sizeof(*again.tables[t].cells));
	oeo_release_fini(&again);
	fini_bench();
}

/* ---- Over time, by the numbers themselves */

static bool is_shown(const char *table, size_t release, size_t cell, uint64_t *residents)
{
	const struct oeo_release_table *found = oeo_release_table(&bench.releases[release], table);

	*residents = found->cells[cell].residents;
	return !found->cells[cell].is_hidden;
}

static void test_no_quarter_minus_month_is_one_or_two(void **state)
{
	size_t n_compared = 0;

	(void)state;
	for (uint64_t seed = 10; seed < 20; seed++) {
		init_bench(seed, 900, 250);
		for (size_t i = 0; i < 4; i++)
			release_next(year_2025[i]);
		for (size_t month = 0; month < 3; month++) {
			for (size_t c = 0; c < oeo_release_table(&bench.releases[3], "theme")->n_cells; c++) {
				uint64_t part;
				uint64_t whole;

				if (!is_shown("month-theme", month, c, &part) ||
				    !is_shown("theme", 3, c, &whole) || part == 0)
					continue;
				n_compared++;
				assert_true(whole == part || whole >= part + 3);
			}
		}
		fini_bench();
	}
	assert_true(n_compared > 50);
}

/* ---- Who is behind the numbers */

static void test_member_that_is_not_in_has_coverage_no(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release release;

	(void)state;
	init_bench(3, 800, 300);
	counted_open(&bench.opened[0], &bench.counted, "2025-Q1");
	bench.submissions[1].closing.coverage = OEO_COVERAGE_PARTLY;
	bench.submissions[1].closing.n_fed = 1;
	(void)snprintf(bench.submissions[1].closing.fed[0], OEO_ID_BYTES, "question");
	facts = facts_of(0);
	facts.n_members = COUNTED_MEMBERS + 1;
	assert_int_equal(oeo_release_build(&release, &facts, NULL), OEO_OK);
	assert_int_equal(release.n_members, COUNTED_MEMBERS + 1);
	assert_int_equal(release.members[0].coverage, OEO_COVERAGE_YES);
	assert_int_equal(release.members[1].coverage, OEO_COVERAGE_PARTLY);
	assert_int_equal(release.members[1].n_fed, 1);
	assert_string_equal(release.members[1].fed[0], "question");
	assert_int_equal(release.members[COUNTED_MEMBERS].coverage, OEO_COVERAGE_NO);
	oeo_release_fini(&release);

	bench.members[COUNTED_MEMBERS].is_revoked = true;
	assert_int_equal(oeo_release_build(&release, &facts, NULL), OEO_OK);
	assert_int_equal(release.n_members, COUNTED_MEMBERS);
	oeo_release_fini(&release);
	fini_bench();
}

static struct oeo_release_share late_share(uint64_t late, uint64_t questions, size_t n_members)
{
	struct oeo_opened opened = {.members = calloc(2, OEO_ID_BYTES), .n_members = 2};
	struct oeo_store_submission submissions[2];
	struct oeo_release_facts facts = {
	    .opened = &opened, .submissions = submissions, .n_submissions = n_members};
	struct oeo_release release = {0};

	memset(submissions, 0, sizeof(submissions));
	for (size_t i = 0; i < 2; i++) {
		(void)snprintf(opened.members[i], OEO_ID_BYTES, "m%zu", i);
		(void)snprintf(submissions[i].member, OEO_ID_BYTES, "m%zu", i);
		submissions[i].is_final = true;
		submissions[i].closing.questions = i == 0 ? questions - questions / 2 : questions / 2;
		submissions[i].closing.late = i == 0 ? late - late / 2 : late / 2;
	}
	oeo_release_add_quality(&release, &facts, K);
	free(opened.members);
	return release.late;
}

static void test_quality_is_shown_in_fives_and_only_with_k_on_both_sides(void **state)
{
	(void)state;
	assert_false(late_share(K - 1, 200, 2).is_shown);
	assert_true(late_share(K, 200, 2).is_shown);
	assert_int_equal(late_share(K, 200, 2).percent, 5);
	assert_true(late_share(200 - K, 200, 2).is_shown);
	assert_false(late_share(200 - K + 1, 200, 2).is_shown);
	assert_int_equal(late_share(44, 200, 2).percent, 20);
	assert_int_equal(late_share(45, 200, 2).percent, 25);
	assert_int_equal(late_share(190, 200, 2).percent, 95);
	assert_false(late_share(0, 200, 2).is_shown);
	assert_false(late_share(100, 200, 1).is_shown);
	assert_int_equal(late_share(K - 1, 200, 2).percent, 0);
}

/* ---- The gate */

static void test_release_records_whom_it_withstood(void **state)
{
	(void)state;
	init_bench(2, 1200, 500);
	release_next("2025-Q1");
	/* Q is tried where no hidden number may be zero. */
	for (const char *letter = "LPSOGT"; *letter != '\0'; letter++)
		assert_non_null(strchr(bench.releases[0].withstood, *letter));
	fini_bench();
}

/* To this one every number is 7, whatever is hidden. */
static enum oeo_solver_result solve_always(void *handle, bool is_maximum)
{
	(void)oeo_solver_clp()->solve(handle, is_maximum);
	return OEO_SOLVER_OPTIMAL;
}

static const double *point_of_sevens(void *handle)
{
	static double point[20000];

	(void)handle;
	for (size_t i = 0; i < sizeof(point) / sizeof(point[0]); i++)
		point[i] = 7.0;
	return point;
}

static void test_what_the_audit_breaks_is_refused_by_letter_and_table(void **state)
{
	struct oeo_solver solver = *oeo_solver_clp();
	struct oeo_release_facts facts;
	struct oeo_release release;
	struct oeo_note why = {""};

	(void)state;
	init_bench(2, 300, 100);
	counted_open(&bench.opened[0], &bench.counted, "2025-01");
	solver.solve = solve_always;
	solver.point = point_of_sevens;
	facts = facts_of(0);
	facts.solver = &solver;
	assert_int_equal(oeo_release_build(&release, &facts, &why), OEO_ERR_REFUSED);
	assert_non_null(strstr(why.text, "P"));
	assert_non_null(strstr(why.text, "month-"));
	fini_bench();
}

static bool stop_at_once(void *context, size_t done, size_t total)
{
	(void)context;
	(void)done;
	(void)total;
	return false;
}

static void test_the_attack_can_be_interrupted(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release release;
	struct oeo_note why = {""};

	(void)state;
	init_bench(2, 1200, 500);
	counted_open(&bench.opened[0], &bench.counted, "2025-Q1");
	facts = facts_of(0);
	facts.progress = stop_at_once;
	assert_int_equal(oeo_release_build(&release, &facts, &why), OEO_ERR_STATE);
	fini_bench();
}

/* ---- Cells that did not open as they should */

static size_t find_hidden(const struct oeo_release *release, const char *table)
{
	const struct oeo_release_table *found = oeo_release_table(release, table);
	size_t cell = 0;

	while (!found->cells[cell].is_hidden)
		cell++;
	return cell;
}

static void test_withheld_and_blocked_cells_are_hidden_and_counted(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release release;
	struct oeo_opened_table *themes;

	(void)state;
	init_bench(4, 2000, 700);
	counted_open(&bench.opened[0], &bench.counted, "2025-Q1");
	facts = facts_of(0);
	themes = &bench.opened[0].tables[1];
	assert_string_equal(bench.counted.plan->tables[themes->table].id, "theme");
	themes->cells[0].state = OEO_CELL_WITHHELD;
	themes->cells[0].residents = 0;
	themes->cells[0].questions = 0;
	themes->n_blocked = 1;
	assert_int_equal(oeo_release_build(&release, &facts, NULL), OEO_OK);
	assert_true(oeo_release_table(&release, "theme")->cells[themes->cells[0].cell].is_hidden);
	assert_int_equal(oeo_release_table(&release, "theme")->withheld, 2);
	assert_int_equal(oeo_release_table(&release, "total")->withheld, 0);
	assert_true(find_hidden(&release, "theme") <= themes->cells[0].cell);
	oeo_release_fini(&release);
	fini_bench();
}

static void test_missing_keyholder_card_is_said(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release release;
	struct oeo_note why = {""};

	(void)state;
	init_bench(5, 500, 200);
	counted_open(&bench.opened[0], &bench.counted, "2025-Q1");
	facts = facts_of(0);
	facts.n_keyholders = 1;
	assert_int_equal(oeo_release_build(&release, &facts, &why), OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, bench.counted.plan->keyholders[1]));
	fini_bench();
}

static void test_opened_cells_that_contradict_themselves_are_refused(void **state)
{
	struct oeo_release_facts facts;
	struct oeo_release release;
	struct oeo_note why = {""};

	(void)state;
	init_bench(6, 500, 200);
	counted_open(&bench.opened[0], &bench.counted, "2025-Q1");
	facts = facts_of(0);
	/* A member with more residents than there are. */
	bench.opened[0].tables[0].cells[0].contributions[0].residents =
	    bench.opened[0].tables[0].cells[0].residents + 1;
	assert_int_equal(oeo_release_build(&release, &facts, &why), OEO_ERR_FORMAT);
	bench.opened[0].tables[0].cells[0].contributions[0].residents = 1;
	bench.opened[0].tables[0].cells[0].cell = 1;
	assert_int_equal(oeo_release_build(&release, &facts, &why), OEO_ERR_FORMAT);
	fini_bench();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_year_of_almelo_shows_what_it_may_and_keeps_most),
	    cmocka_unit_test(test_the_same_input_gives_the_same_release),
	    cmocka_unit_test(test_no_quarter_minus_month_is_one_or_two),
	    cmocka_unit_test(test_member_that_is_not_in_has_coverage_no),
	    cmocka_unit_test(test_quality_is_shown_in_fives_and_only_with_k_on_both_sides),
	    cmocka_unit_test(test_release_records_whom_it_withstood),
	    cmocka_unit_test(test_what_the_audit_breaks_is_refused_by_letter_and_table),
	    cmocka_unit_test(test_the_attack_can_be_interrupted),
	    cmocka_unit_test(test_withheld_and_blocked_cells_are_hidden_and_counted),
	    cmocka_unit_test(test_missing_keyholder_card_is_said),
	    cmocka_unit_test(test_opened_cells_that_contradict_themselves_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
