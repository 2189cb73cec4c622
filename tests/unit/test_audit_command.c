/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector audit` on releases that were made for real: what it tells, its exit codes, a member's own figures. */
#include "audit_run.h"

#include "collector/audit_sources.h"

/* A quarter: two themes with enough residents. */
static char release_path[OEO_PATH_BYTES];

static int open_released(void **state)
{
	(void)open_world(state);
	submit_all();
	assert_int_equal(release_on("2026-Q3", "2026-11-21"), OEO_EXIT_OK);
	path_of(release_path, "2026-Q3");
	return 0;
}

/* ---- Tests */

static void test_release_that_was_made_is_safe(void **state)
{
	char *paths[] = {release_path};
	json_t *json;
	const json_t *cells;

	(void)state;
	assert_int_equal(audit_files(paths, 1, NULL, true), OEO_EXIT_OK);
	json = read_output();
	assert_true(json_is_true(json_object_get(json, "safe")));
	assert_string_equal(verdict_of(json, "L"), "safe");
	assert_string_equal(verdict_of(json, "P"), "safe");
	assert_string_equal(verdict_of(json, "Q"), "does not apply");
	assert_string_equal(verdict_of(json, "S"), "recorded safe");
	assert_string_equal(verdict_of(json, "O"), "recorded safe");
	assert_string_equal(verdict_of(json, "G"), "safe");
	cells = json_object_get(json, "not_shown");
	for (size_t i = 0; i < json_array_size(cells); i++)
		assert_int_equal(json_array_size(json_object_get(json_array_get(cells, i), "interval")), 2);
	json_decref(json);
}

static void test_text_says_that_it_is_safe(void **state)
{
	char *paths[] = {release_path};
	char text[8192] = "";
	FILE *file;

	(void)state;
	assert_int_equal(audit_files(paths, 1, NULL, false), OEO_EXIT_OK);
	file = fopen(audit_output(), "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	(void)fclose(file);
	assert_non_null(strstr(text, "2026-Q3"));
	assert_null(strstr(text, "!"));
}

/* The same cells, but one theme hidden alone. */
static void write_leaking(const char *path)
{
	struct oeo_release release;
	struct oeo_release_table *table;
	size_t hidden = 0;

	assert_int_equal(oeo_release_read(&release, release_path, NULL, NULL), OEO_OK);
	table = &release.tables[1];
	for (size_t i = 0; i < table->n_cells; i++)
		if (table->cells[i].residents > 0)
			hidden = i;
	for (size_t i = 0; i < table->n_cells; i++)
		table->cells[i].is_hidden = i == hidden;
	table->cells[hidden].residents = 0;
	table->cells[hidden].questions = 0;
	table->not_shown = 1;
	write_signed(path, &release);
	oeo_release_fini(&release);
}

static void test_release_that_hides_one_cell_alone_is_unsafe(void **state)
{
	char path[OEO_PATH_BYTES];
	char *paths[] = {path};
	json_t *json;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/leaking.oeorel", world.folder);
	write_leaking(path);
	assert_int_equal(audit_files(paths, 1, NULL, true), OEO_EXIT_FAILED);
	json = read_output();
	assert_true(json_is_false(json_object_get(json, "safe")));
	assert_string_equal(verdict_of(json, "L"), "unsafe");
	json_decref(json);
	paths[0] = release_path;
	assert_int_equal(audit_files(paths, 1, NULL, true), OEO_EXIT_OK);
}

/* All but two of the residents of a shown theme are a member's own. */
static void test_member_sees_what_it_could_derive(void **state)
{
	char mine[OEO_PATH_BYTES];
	char *paths[] = {release_path};
	json_t *json;

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	write_file(mine, "table,period,codes,residents,questions\ntheme,2026-Q3,WO,8,8\ntotal,2026-Q3,8,8\n");
	assert_int_equal(audit_files(paths, 1, mine, true), OEO_EXIT_OK);
	json = read_output();
	assert_string_equal(verdict_of(json, "O"), "safe");
	json_decref(json);
	write_file(mine, "theme,2026-Q3,WO,14,14\ntotal,2026-Q3,14,14\n");
	assert_int_equal(audit_files(paths, 1, mine, true), OEO_EXIT_FAILED);
	json = read_output();
	assert_string_equal(verdict_of(json, "O"), "unsafe");
	json_decref(json);
}

/* Each of two members by itself: what only the second one can derive is found, whichever comes first; what takes both
 * is not. */
static void test_members_are_tried_one_by_one(void **state)
{
	char first[OEO_PATH_BYTES];
	char second[OEO_PATH_BYTES];
	const struct oeo_given ways[][2] = {{{0, first}, {0, second}}, {{0, second}, {0, first}}};
	char *paths[] = {release_path};

	(void)state;
	(void)snprintf(first, sizeof(first), "%s/first.csv", world.folder);
	(void)snprintf(second, sizeof(second), "%s/second.csv", world.folder);
	write_file(first, "theme,2026-Q3,WO,7,7\ntotal,2026-Q3,7,7\n");
	for (size_t i = 0; i < 2; i++) {
		write_file(second, "theme,2026-Q3,WO,7,7\ntotal,2026-Q3,7,7\n");
		assert_int_equal(audit_as(paths, 1, ways[i], 2, true), OEO_EXIT_OK);
		write_file(second, "theme,2026-Q3,WO,14,14\ntotal,2026-Q3,14,14\n");
		assert_int_equal(audit_as(paths, 1, ways[i], 2, true), OEO_EXIT_FAILED);
	}
}

/* The same verdicts, and no interval. */
static void test_verdicts_alone_are_the_same(void **state)
{
	const struct oeo_given given = {1, ""};
	char path[OEO_PATH_BYTES];
	char *paths[] = {path};
	json_t *whole;
	json_t *verdicts;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/leaking.oeorel", world.folder);
	write_leaking(path);
	assert_int_equal(audit_as(paths, 1, NULL, 0, true), OEO_EXIT_FAILED);
	whole = read_output();
	assert_int_equal(audit_as(paths, 1, &given, 1, true), OEO_EXIT_FAILED);
	verdicts = read_output();
	assert_true(json_equal(json_object_get(whole, "attackers"), json_object_get(verdicts, "attackers")));
	assert_non_null(json_object_get(json_array_get(json_object_get(whole, "not_shown"), 0), "interval"));
	assert_true(json_array_size(json_object_get(verdicts, "not_shown")) > 0);
	assert_null(json_object_get(json_array_get(json_object_get(verdicts, "not_shown"), 0), "interval"));
	json_decref(whole);
	json_decref(verdicts);
}

/* These figures of a member are refused; why tells the reason. */
static void refuse_own(const char *path, const char *text, struct oeo_note *why)
{
	struct oeo_audit_sources sources;
	char *releases[] = {release_path};

	write_file(path, text);
	assert_int_equal(oeo_audit_sources_read(&sources, releases, 1, why), OEO_OK);
	assert_int_equal(
	    oeo_audit_sources_add_own(&sources, (const char *const[]){path}, 1, why), OEO_ERR_FORMAT);
	oeo_audit_sources_fini(&sources);
}

static void test_bad_figures_are_refused_with_their_line(void **state)
{
	static const char *const lines[] = {"theme,2026-Q3,WO,1\n", "theme,2026-Q3,WO,-1,0\n",
	    "theme,2026-Q3,WO,1.5,0\n", "nothing,2026-Q3,1,1\n", "theme,2026-Q2,WO,1,1\n",
	    "theme,2026-Q3,XX,1,1\n", "theme\n", "theme,2026-Q3,WO,1,1\ntheme,2026-Q3,WO,1,1\n",
	    "a,b,c,d,e,f,g,h,i,j,k\n", "theme,2026-Q3,WO,99999999999999999999999,1\n",
	    "theme,2026-Q3,WO,16,16\n", "theme,2026-Q3,WO,14,16\n", "theme,2026-Q3,WO,5,4\n",
	    "theme;2026-Q3;WO\n"};
	char mine[OEO_PATH_BYTES];

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct oeo_note why = {""};

		refuse_own(mine, lines[i], &why);
		assert_non_null(strstr(why.text, i == 7 ? "mine.csv:2" : "mine.csv:1"));
	}
}

/* As spreadsheets write them: a mark before the text, semicolons, two characters at the end of a line. */
static void test_figures_of_a_spreadsheet_are_read(void **state)
{
	static const char *const files[] = {"\xef\xbb\xbftable,period,codes,residents,questions\r\ntotal,"
					    "2026-Q3,14,14\r\ntheme,2026-Q3,WO,14,14\r\n",
	    "table;period;codes;residents;questions\ntotal;2026-Q3;14;14\ntheme;2026-Q3;WO;14;14\n",
	    "\xef\xbb\xbftheme;2026-Q3;WO;14;\ntotal;2026-Q3;14;\n",
	    "\n\ntotal,2026-Q3,14,14\ntheme,2026-Q3,WO,14,14",
	    "pair,2026-Q3,WO,TEL,0,0\ntotal,2026-Q3,14,14\ntheme,2026-Q3,WO,14,14",
	    "table,period,codes,residents,questions\rtotal,2026-Q3,14,14\rtheme,2026-Q3,WO,14,14\r"};
	char mine[OEO_PATH_BYTES];
	char *paths[] = {release_path};

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		json_t *json;

		write_file(mine, files[i]);
		/* One of the fifteen is not its own. */
		assert_int_equal(audit_files(paths, 1, mine, true), OEO_EXIT_FAILED);
		json = read_output();
		assert_string_equal(verdict_of(json, "O"), "unsafe");
		json_decref(json);
	}
}

/* What was not read, or left out, counts as none: it must show that there was more. */
static void test_a_part_that_is_more_than_its_whole_is_refused(void **state)
{
	static const char *const files[] = {"theme,2026-Q3,WO,7,7\n",
	    "total,2026-Q3,6,7\ntheme,2026-Q3,WO,7,7\n", "total,2026-Q3,7,7\ntheme,2026-Q3,WO,7,8\n",
	    "total,2026-Q3,6,\rtheme,2026-Q3,WO,7,\r"};
	char mine[OEO_PATH_BYTES], place[OEO_PATH_BYTES + 16];

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct oeo_note why = {""};

		refuse_own(mine, files[i], &why);
		(void)snprintf(place, sizeof(place), "mine.csv:%d: ", i == 0 ? 1 : 2);
		assert_non_null(strstr(why.text, place));
		assert_non_null(strstr(why.text, "total"));
	}
}

static void test_questions_that_are_left_empty_are_not_called_safe(void **state)
{
	static const char *const files[] = {"total,2026-Q3,7,7\ntheme,2026-Q3,WO,7,7\n",
	    "total,2026-Q3,7,\ntheme,2026-Q3,WO,7,7\n", "total,2026-Q3,7,\ntheme,2026-Q3,WO,7,\n"};
	char mine[OEO_PATH_BYTES];
	char *paths[] = {release_path};

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		json_t *json, *verdict;

		write_file(mine, files[i]);
		assert_int_equal(audit_files(paths, 1, mine, true), OEO_EXIT_OK);
		json = read_output();
		assert_string_equal(verdict_of(json, "O"), "safe");
		verdict = json_object_get(json_object_get(json, "attackers"), "O");
		if (i == 0)
			assert_null(json_object_get(verdict, "questions"));
		else
			assert_string_equal(
			    json_string_value(json_object_get(verdict, "questions")), "not tried");
		json_decref(json);
	}
}

/* Without figures nothing would be tried, and the member would read that it is safe. */
static void test_a_file_without_figures_is_refused(void **state)
{
	static const struct oeo_buf files[] = {{(uint8_t *)(uintptr_t) "", 0, 0},
	    {(uint8_t *)(uintptr_t) "table,period,codes,residents,questions\n", 39, 0},
	    {(uint8_t *)(uintptr_t) "theme,2026-Q3,WO,7,7\n\0theme,2026-Q3,WO,14,14\n", 46, 0}};
	char mine[OEO_PATH_BYTES];
	char *paths[] = {release_path};

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct oeo_audit_sources sources;
		struct oeo_note why = {""};

		assert_int_equal(oeo_file_write(mine, files[i].data, files[i].len, 0600, NULL), OEO_OK);
		assert_int_equal(oeo_audit_sources_read(&sources, paths, 1, &why), OEO_OK);
		assert_int_equal(oeo_audit_sources_add_own(&sources, (const char *const[]){mine}, 1, &why),
		    OEO_ERR_FORMAT);
		assert_non_null(strstr(why.text, "mine.csv: "));
		oeo_audit_sources_fini(&sources);
	}
}

/* What reading these files says. */
static struct oeo_note read_badly(char **paths, size_t n, enum oeo_err expected)
{
	struct oeo_audit_sources sources;
	struct oeo_note why = {""};

	assert_int_equal(oeo_audit_sources_read(&sources, paths, n, &why), expected);
	oeo_audit_sources_fini(&sources);
	return why;
}

static void test_unsigned_repeated_and_damaged_files_are_refused_by_name(void **state)
{
	char path[OEO_PATH_BYTES];
	char name[OEO_PATH_BYTES + 16];
	char *paths[] = {release_path, release_path};
	struct oeo_buf bytes = {0};

	(void)state;
	assert_int_equal(audit_files(paths, 2, NULL, false), OEO_EXIT_USAGE);
	(void)snprintf(path, sizeof(path), "%s/unsigned.oeorel", world.folder);
	write_file(path, "nothing");
	paths[1] = path;
	assert_int_equal(audit_files(paths, 2, NULL, false), OEO_EXIT_FAILED);
	assert_non_null(
	    strstr(read_badly(paths, 2, OEO_ERR_NOT_FOUND).text, "unsigned.oeorel is not signed"));
	(void)snprintf(name, sizeof(name), "%s.minisig", release_path);
	assert_int_equal(oeo_file_read(&bytes, name, 4096, NULL), OEO_OK);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(name, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_non_null(strstr(read_badly(paths, 2, OEO_ERR_FORMAT).text, "unsigned.oeorel cannot be read"));
	oeo_buf_fini(&bytes);
	/* All files of the folder: the signature is none of the releases. */
	paths[1] = name;
	assert_int_equal(audit_files(paths, 2, NULL, false), OEO_EXIT_USAGE);
	assert_non_null(
	    strstr(read_badly(paths, 2, OEO_ERR_USAGE).text, "unsigned.oeorel.minisig is a signature"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_released, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_release_that_was_made_is_safe),
	    TEST(test_text_says_that_it_is_safe),
	    TEST(test_release_that_hides_one_cell_alone_is_unsafe),
	    TEST(test_member_sees_what_it_could_derive),
	    TEST(test_members_are_tried_one_by_one),
	    TEST(test_verdicts_alone_are_the_same),
	    TEST(test_bad_figures_are_refused_with_their_line),
	    TEST(test_figures_of_a_spreadsheet_are_read),
	    TEST(test_a_file_without_figures_is_refused),
	    TEST(test_a_part_that_is_more_than_its_whole_is_refused),
	    TEST(test_questions_that_are_left_empty_are_not_called_safe),
	    TEST(test_unsigned_repeated_and_damaged_files_are_refused_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
