/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector audit` on releases in which cells show their residents and not their questions. */
#include "audit_run.h"
#include "release_made.h"

static enum oeo_exit audit_made(const char *mine, bool is_json)
{
	char *paths[MADE_MOST];

	for (size_t i = 0; i < made.n; i++)
		paths[i] = made.paths[i];
	return audit_files(paths, made.n, mine, is_json);
}

/* The entry of a number that is not shown; NULL: it is not among them. code NULL: of the total. */
static const json_t *find_number(
    const json_t *json, const char *period, const char *code, const char *measure)
{
	const json_t *list = json_object_get(json, "not_shown");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const json_t *codes = json_object_get(item, "codes");
		const char *of =
		    json_array_size(codes) > 0 ? json_string_value(json_array_get(codes, 0)) : NULL;

		if (strcmp(json_string_value(json_object_get(item, "period")), period) == 0 &&
		    strcmp(json_string_value(json_object_get(item, "measure")), measure) == 0 &&
		    (of == NULL) == (code == NULL) && (of == NULL || strcmp(of, code) == 0))
			return item;
	}
	return NULL;
}

/* The interval holds this number and others. */
static void expect_interval(const json_t *item, const char *name, uint64_t number)
{
	const json_t *interval = json_object_get(item, name);
	const json_t *high = json_array_get(interval, 1);
	json_int_t low = json_integer_value(json_array_get(interval, 0));

	assert_int_equal(json_array_size(interval), 2);
	assert_true(low <= (json_int_t)number);
	assert_true(json_is_null(high) ||
		    (json_integer_value(high) >= (json_int_t)number && json_integer_value(high) > low));
}

/* ---- One release */

static void test_hidden_questions_of_a_shown_cell_have_an_interval(void **state)
{
	json_t *json;

	(void)state;
	(void)made_release("2026-07", july);
	assert_int_equal(audit_made(NULL, true), OEO_EXIT_OK);
	json = read_output();
	assert_true(json_is_true(json_object_get(json, "safe")));
	expect_interval(find_number(json, "2026-07", "WO", "questions"), "interval", 30);
	expect_interval(find_number(json, "2026-07", "ZO", "questions"), "interval", 2);
	expect_interval(find_number(json, "2026-07", "ZO", "residents"), "interval", 2);
	assert_null(find_number(json, "2026-07", "WO", "residents"));
	assert_null(find_number(json, "2026-07", "GE", "questions"));
	assert_null(find_number(json, "2026-07", NULL, "questions"));
	json_decref(json);
}

static bool told(const char *line)
{
	struct oeo_buf text = {0};
	bool is_told;

	assert_int_equal(oeo_file_read(&text, audit_output(), 1 << 16, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	is_told = strstr((const char *)text.data, line) != NULL;
	oeo_buf_fini(&text);
	return is_told;
}

static void test_the_text_counts_them_by_measure(void **state)
{
	(void)state;
	(void)made_release("2026-07", july);
	assert_int_equal(audit_made(NULL, false), OEO_EXIT_OK);
	/* Care and what has no theme: all of it; and the questions of housing. */
	assert_true(told("residents      2 not shown"));
	assert_true(told("questions      3 not shown"));
}

static void test_each_number_is_told_where_that_is_asked(void **state)
{
	const struct oeo_given given[] = {{2, ""}, {1, ""}};
	char *paths[] = {made.paths[0]};

	(void)state;
	(void)made_release("2026-07", july);
	assert_int_equal(audit_made(NULL, false), OEO_EXIT_OK);
	assert_false(told("      WO  15..30\n"));
	assert_int_equal(audit_as(paths, 1, given, 1, false), OEO_EXIT_OK);
	assert_true(told("      WO  15..30\n"));
	assert_true(told("      ZO  0..17\n"));
	assert_false(told("      GE  "));
	assert_int_equal(audit_as(paths, 1, given, 2, false), OEO_EXIT_USAGE);
}

/* Nobody asked about care, and nothing is left for it: a zero that is not shown is no number of anybody's. */
static void test_what_is_certainly_zero_is_told_apart(void **state)
{
	char path[OEO_PATH_BYTES];
	char *paths[] = {path};
	struct oeo_release release = {0};
	size_t n = 0;

	(void)state;
	(void)made_release("2026-08", august);
	assert_int_equal(oeo_release_read(&release, made.paths[0], NULL, NULL), OEO_OK);
	for (size_t i = 0; i < release.tables[1].n_cells; i++) {
		release.tables[1].cells[i].is_hidden = release.tables[1].cells[i].residents == 0;
		n += release.tables[1].cells[i].is_hidden;
	}
	assert_int_equal(n, 2);
	release.tables[1].not_shown = n;
	(void)snprintf(path, sizeof(path), "%s/zeros.oeorel", world.folder);
	write_signed(path, &release);
	oeo_release_fini(&release);
	assert_int_equal(audit_files(paths, 1, NULL, false), OEO_EXIT_OK);
	assert_true(told("questions      2 not shown, 2 certainly zero\n"));
}

/* Housing's questions hidden and all else shown: they are the total less the others. */
static void test_questions_that_are_hidden_all_alone_are_derived(void **state)
{
	char path[OEO_PATH_BYTES];
	char *paths[] = {path};
	struct oeo_release release = {0};
	const json_t *number;
	json_t *json;

	(void)state;
	(void)made_release("2026-07", july);
	assert_int_equal(oeo_release_read(&release, made.paths[0], NULL, NULL), OEO_OK);
	for (size_t i = 0; i < release.tables[1].n_cells; i++)
		release.tables[1].cells[i].is_hidden = false;
	release.tables[1].not_shown = 1;
	(void)snprintf(path, sizeof(path), "%s/leaking.oeorel", world.folder);
	write_signed(path, &release);
	oeo_release_fini(&release);
	assert_int_equal(audit_files(paths, 1, NULL, true), OEO_EXIT_FAILED);
	json = read_output();
	assert_string_equal(verdict_of(json, "L"), "unsafe");
	number = find_number(json, "2026-07", "WO", "questions");
	assert_string_equal(json_string_value(json_array_get(json_object_get(number, "derived_by"), 0)), "L");
	assert_null(find_number(json, "2026-07", "WO", "residents"));
	json_decref(json);
}

/* ---- A member's own figures */

/* 32 are housing's and care's together, at least two of them care's. Who asked 22 of housing itself, and leaves 8 of its
 * residents to others, who asked one each at least, has it all. */
static void test_a_member_tries_its_own_questions_on_them(void **state)
{
	char mine[OEO_PATH_BYTES];
	json_t *json;

	(void)state;
	(void)made_release("2026-07", july);
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	write_file(mine, "month-total,2026-07,7,15\nmonth-theme,2026-07,WO,7,15\n");
	assert_int_equal(audit_made(mine, true), OEO_EXIT_OK);
	json = read_output();
	assert_string_equal(verdict_of(json, "O"), "safe");
	expect_interval(find_number(json, "2026-07", "WO", "questions"), "interval_with_own", 30);
	json_decref(json);
	write_file(mine, "month-total,2026-07,7,22\nmonth-theme,2026-07,WO,7,22\n");
	assert_int_equal(audit_made(mine, true), OEO_EXIT_FAILED);
	json = read_output();
	assert_string_equal(verdict_of(json, "O"), "unsafe");
	assert_string_equal(verdict_of(json, "P"), "safe");
	assert_string_equal(
	    json_string_value(json_array_get(
		json_object_get(find_number(json, "2026-07", "WO", "questions"), "derived_by"), 0)),
	    "O");
	json_decref(json);
}

/* ---- Several releases */

static void test_month_quarter_and_year_together_are_safe(void **state)
{
	json_t *json;

	(void)state;
	(void)made_release("2026-07", july);
	(void)made_release("2026-08", august);
	(void)made_release("2026-09", august);
	(void)made_release("2026-Q3", third_quarter);
	(void)made_release("2026-Q1", other_quarter);
	(void)made_release("2026-Q2", other_quarter);
	(void)made_release("2026-Q4", other_quarter);
	(void)made_release("2026", year);
	assert_int_equal(audit_made(NULL, true), OEO_EXIT_OK);
	json = read_output();
	expect_interval(find_number(json, "2026-07", "WO", "questions"), "interval", 30);
	expect_interval(find_number(json, "2026-Q3", "WO", "questions"), "interval", 150);
	expect_interval(find_number(json, "2026", "WO", "questions"), "interval", 240);
	json_decref(json);
}

/* A correction with as many residents, and three questions more that it hides: who has the files alone does not know
 * that these are not the same as before, nor that they are. */
static void test_questions_that_a_correction_hides_are_not_taken_for_the_earlier_ones(void **state)
{
	static const struct made_theme first[] = {{"WO", 40, 40}, {"GE", 10, 20}, {NULL, 0, 0}};
	static const struct made_theme second[] = {{"WO", 40, 43}, {"GE", 20, 40}, {NULL, 0, 0}};
	const struct oeo_release *corrected;
	json_t *json;

	(void)state;
	(void)made_release("2026-08", first);
	corrected = made_release("2026-08", second);
	assert_true(made_hides_questions(corrected, "WO"));
	assert_int_equal(audit_made(NULL, true), OEO_EXIT_OK);
	json = read_output();
	expect_interval(find_number(json, "2026-08", "WO", "questions"), "interval", 43);
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_made, close_made)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_hidden_questions_of_a_shown_cell_have_an_interval),
	    TEST(test_the_text_counts_them_by_measure),
	    TEST(test_each_number_is_told_where_that_is_asked),
	    TEST(test_what_is_certainly_zero_is_told_apart),
	    TEST(test_questions_that_are_hidden_all_alone_are_derived),
	    TEST(test_a_member_tries_its_own_questions_on_them),
	    TEST(test_month_quarter_and_year_together_are_safe),
	    TEST(test_questions_that_a_correction_hides_are_not_taken_for_the_earlier_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
