/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Cells that show their residents and not their questions: through the release file, and into the problem of what is
 * released later.
 */
#include "release_made.h"

#include "collector/release_correct.h"
#include "release_same.h"

/* ---- The file */

static void test_what_is_written_is_read(void **state)
{
	struct oeo_release built = {0};
	const struct oeo_release *read;

	(void)state;
	made_open(&made.opened[0], "2026-07", july);
	assert_int_equal(made_build(&built, &made.opened[0], NULL, 0), OEO_OK);
	assert_true(made_hides_questions(&built, "WO"));
	read = made_keep(&built);
	assert_same_cells(&built, read);
	assert_int_equal(made_cell(read, "WO")->residents, 15);
	assert_int_equal(made_cell(read, "WO")->questions, 0);
	assert_true(made_is_whole(read, "GE"));
	assert_true(made_is_whole(read, NULL));
	assert_true(made_cell(read, "ZO")->is_hidden);
	oeo_release_fini(&built);
}

/* One question of care was one of housing: both are hidden, so the file is the same to the last byte. */
static void test_the_file_tells_nothing_of_the_questions_that_it_hides(void **state)
{
	static const struct made_theme another[] = {
	    {"WO", 15, 31}, {"GE", 16, 34}, {"ZO", 1, 1}, {NULL, 0, 0}};
	const struct made_theme *worlds[] = {july, another};
	struct oeo_buf bytes[2] = {{0}, {0}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct oeo_opened opened;
		struct oeo_release release = {0};

		made_open(&opened, "2026-07", worlds[i]);
		opened.tables[0].cells[0].residents = 33;
		assert_int_equal(made_build(&release, &opened, NULL, 0), OEO_OK);
		assert_int_equal(oeo_release_pack(&bytes[i], &release), OEO_OK);
		oeo_release_fini(&release);
		oeo_opened_fini(&opened);
	}
	assert_int_equal(bytes[0].len, bytes[1].len);
	assert_memory_equal(bytes[0].data, bytes[1].data, bytes[0].len);
	oeo_buf_fini(&bytes[0]);
	oeo_buf_fini(&bytes[1]);
}

/* ---- The problem of a later release */

/* The cell of a theme (NULL: the total) in the problem of the releases that are out. */
static const struct oeo_disclosure_cell *find_cell(const struct oeo_release_problem *built, const char *code)
{
	size_t table = oeo_plan_find_table(world.plan, code != NULL ? "month-theme" : "month-total");
	size_t first = oeo_release_problem_first(built, 0, table);

	assert_int_not_equal(first, SIZE_MAX);
	return &built->cells[first + (code != NULL ? made_code(code) : 0)];
}

static void test_the_problem_knows_it_with_and_without_opened_cells(void **state)
{
	(void)state;
	(void)made_release("2026-07", july);
	for (size_t turn = 0; turn < 2; turn++) {
		bool has_opened = turn == 0;
		struct oeo_release_problem built;
		const struct oeo_disclosure_cell *cell;

		if (!has_opened)
			made.sources[0].opened = NULL;
		assert_int_equal(oeo_release_problem_build(&built, world.plan, made.sources, 1), OEO_OK);
		cell = find_cell(&built, "WO");
		assert_int_equal(cell->role, OEO_DISCLOSURE_SHOWN);
		assert_int_equal(cell->state, OEO_DISCLOSURE_OPEN);
		assert_true(cell->hides_questions && cell->has_measure[OEO_DISCLOSURE_QUESTIONS]);
		assert_int_equal(cell->value[OEO_DISCLOSURE_RESIDENTS], 15);
		/* Its questions are the collector's to know; from the file alone they are at least as many. */
		assert_int_equal(cell->value[OEO_DISCLOSURE_QUESTIONS], has_opened ? 30 : 15);
		assert_int_equal(cell->n_parts, has_opened ? 2 : 0);
		cell = find_cell(&built, "GE");
		assert_int_equal(cell->role, OEO_DISCLOSURE_SHOWN);
		assert_false(cell->hides_questions);
		assert_int_equal(cell->value[OEO_DISCLOSURE_QUESTIONS], 34);
		assert_false(find_cell(&built, NULL)->hides_questions);
		cell = find_cell(&built, "ZO");
		assert_int_equal(cell->role, OEO_DISCLOSURE_HIDDEN);
		assert_false(cell->hides_questions);
		oeo_release_problem_fini(&built);
	}
}

/* The quarter's questions of housing, less August's and September's, would be July's. Hiding those of money
 * would cost less, and help nothing. */
static void release_quarter(bool has_opened)
{
	const struct oeo_release *quarter;

	assert_true(made_hides_questions(made_release("2026-07", july), "WO"));
	assert_true(made_is_whole(made_release("2026-08", august), "WO"));
	assert_true(made_is_whole(made_release("2026-09", august), "WO"));
	for (size_t i = 0; !has_opened && i < made.n; i++)
		made.sources[i].opened = NULL;
	quarter = made_release("2026-Q3", third_quarter);
	assert_false(made_is_whole(quarter, "WO"));
	assert_true(made_is_whole(quarter, "GE"));
	assert_true(made_cell(quarter, "ZO")->is_hidden);
}

static void test_a_quarter_hides_the_questions_that_its_month_hides(void **state)
{
	(void)state;
	release_quarter(true);
	assert_int_equal(made_cell(&made.releases[3], "WO")->residents, 95);
	assert_true(made_is_whole(&made.releases[3], NULL));
}

static void test_it_does_so_too_when_the_months_opened_cells_are_gone(void **state)
{
	(void)state;
	release_quarter(false);
}

/* All quarters are out; only what the third one hides is not known of the year. */
static void test_a_year_hides_the_questions_that_its_quarter_hides(void **state)
{
	const struct oeo_release *last;

	(void)state;
	release_quarter(true);
	(void)made_release("2026-Q1", other_quarter);
	(void)made_release("2026-Q2", other_quarter);
	assert_true(made_is_whole(made_release("2026-Q4", other_quarter), "WO"));
	last = made_release("2026", year);
	assert_false(made_is_whole(last, "WO"));
	assert_true(made_is_whole(last, "GE"));
	assert_true(made_is_whole(last, NULL));
	assert_true(made_cell(last, "ZO")->is_hidden);
}

/* ---- Where not all parts are out */

/* July's own questions are what the quarter leaves: the total tells no more of the two months to come. */
static void test_a_quarter_is_released_beside_one_of_its_months(void **state)
{
	const struct oeo_release *quarter;

	(void)state;
	(void)made_release("2026-08", august);
	quarter = made_release("2026-Q3", third_quarter);
	assert_false(made_cell(quarter, NULL)->is_hidden);
	assert_true(made_is_whole(quarter, "WO"));
	assert_true(made_is_whole(quarter, "GE"));
	assert_true(made_cell(quarter, "ZO")->is_hidden);
}

/* What stands for the months that are not out hides nothing, though the quarter does. */
static void test_a_month_is_released_after_a_quarter_that_hides_questions(void **state)
{
	(void)state;
	(void)made_release("2026-07", july);
	assert_true(made_hides_questions(made_release("2026-Q3", third_quarter), "WO"));
	assert_true(made_is_whole(made_release("2026-08", august), "WO"));
	assert_false(made_cell(made_release("2026-09", august), NULL)->is_hidden);
}

/* The quarter is held against the month as it was and as it is; what is missing is another number in each. */
static void test_a_month_is_corrected_beside_a_quarter_that_lacks_others(void **state)
{
	static const struct made_theme more[] = {{"WO", 40, 60}, {"GE", 20, 40}, {NULL, 0, 0}};
	const struct oeo_release *corrected;

	(void)state;
	(void)made_release("2026-08", august);
	(void)made_release("2026-Q3", third_quarter);
	corrected = made_release("2026-08", more);
	assert_true(corrected->is_correction);
	assert_int_equal(made_cell(corrected, "GE")->residents, 20);
}

/* ---- A correction that takes them back */

/* August, and August with twenty more about money; both show all. */
static struct oeo_correction weigh(void (*edit)(struct oeo_release *))
{
	static const struct made_theme more[] = {{"WO", 40, 60}, {"GE", 30, 60}, {NULL, 0, 0}};
	struct oeo_correction correction;
	struct oeo_release_source out;
	struct oeo_correction_side later;

	(void)made_release("2026-08", august);
	(void)made_release("2026-08", more);
	out = (struct oeo_release_source){made.releases[0].period, &made.opened[0], &made.releases[0], 1};
	later = (struct oeo_correction_side){&made.releases[1], &made.opened[1]};
	if (edit != NULL)
		edit(&made.releases[1]);
	assert_int_equal(oeo_correction_weigh(&correction, &out, 1, &later), OEO_OK);
	return correction;
}

static void hide_questions(struct oeo_release_table *table, size_t cell)
{
	table->cells[cell].hides_questions = true;
	table->cells[cell].questions = 0;
	table->not_shown++;
}

static void hide_those_of_money(struct oeo_release *release)
{
	hide_questions(&release->tables[1], made_code("GE"));
}

static void hide_those_of_all(struct oeo_release *release)
{
	hide_questions(&release->tables[0], 0);
}

static void test_a_correction_counts_questions_that_it_takes_back_alone(void **state)
{
	struct oeo_correction correction = weigh(hide_those_of_money);

	(void)state;
	assert_int_equal(correction.n_without_questions, 1);
	assert_int_equal(correction.n_lost, 0);
	assert_int_equal(correction.n_cells, 0);
	/* The total, and money by its residents. */
	assert_int_equal(correction.n_changed, 2);
	assert_true(oeo_correction_is_allowed(&correction));
	oeo_correction_fini(&correction);
}

static void test_a_correction_without_the_questions_of_all_is_none(void **state)
{
	struct oeo_correction correction = weigh(hide_those_of_all);

	(void)state;
	assert_int_equal(correction.n_without_questions, 1);
	assert_int_equal(correction.n_cells, 1);
	assert_int_equal(world.plan->tables[correction.cells[0].table].n_by, 0);
	assert_false(oeo_correction_is_allowed(&correction));
	oeo_correction_fini(&correction);
}

static void test_a_correction_that_shows_all_takes_nothing_back(void **state)
{
	struct oeo_correction correction = weigh(NULL);

	(void)state;
	assert_int_equal(correction.n_without_questions + correction.n_lost + correction.n_cells, 0);
	assert_true(oeo_correction_is_allowed(&correction));
	oeo_correction_fini(&correction);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_made, close_made)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_what_is_written_is_read),
	    TEST(test_the_file_tells_nothing_of_the_questions_that_it_hides),
	    TEST(test_the_problem_knows_it_with_and_without_opened_cells),
	    TEST(test_a_quarter_hides_the_questions_that_its_month_hides),
	    TEST(test_it_does_so_too_when_the_months_opened_cells_are_gone),
	    TEST(test_a_year_hides_the_questions_that_its_quarter_hides),
	    TEST(test_a_quarter_is_released_beside_one_of_its_months),
	    TEST(test_a_month_is_released_after_a_quarter_that_hides_questions),
	    TEST(test_a_month_is_corrected_beside_a_quarter_that_lacks_others),
	    TEST(test_a_correction_counts_questions_that_it_takes_back_alone),
	    TEST(test_a_correction_without_the_questions_of_all_is_none),
	    TEST(test_a_correction_that_shows_all_takes_nothing_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
