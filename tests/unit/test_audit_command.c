/* SPDX-License-Identifier: EUPL-1.2 */
/* `oeo-collector audit` on releases that were made for real: what it tells, its exit codes, a member's own figures. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collector/audit_command.h"
#include "collector/audit_sources.h"
#include "collector/release.h"
#include "collector/release_store.h"
#include "collector_world.h"
#include "proto/minisig.h"

static const char *const themes[] = {"WO", "GE"};

static struct world world;
static char output[OEO_PATH_BYTES];

static int close_world(void **state)
{
	(void)state;
	(void)unlink(output);
	world_close(&world);
	return 0;
}

/* ---- The commands as main runs them */

static int redirect(int fd, const char *path)
{
	int kept = dup(fd);
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(kept >= 0 && to >= 0);
	(void)fflush(NULL);
	assert_true(dup2(to, fd) >= 0);
	(void)close(to);
	return kept;
}

static void restore(int fd, int kept)
{
	(void)fflush(NULL);
	assert_true(dup2(kept, fd) >= 0);
	(void)close(kept);
}

static enum oeo_exit run(struct oeo_cli *cli, const char *to)
{
	int out = redirect(STDOUT_FILENO, to);
	int err = redirect(STDERR_FILENO, "/dev/null");
	enum oeo_exit result = cli->command->run(cli);

	restore(STDERR_FILENO, err);
	restore(STDOUT_FILENO, out);
	return result;
}

static enum oeo_exit release_quarter(void)
{
	static const struct oeo_option options[] = {
	    {"period", "PERIOD", ""}, {"yes", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_command command = {"release", "", "", options, 0, 0, oeo_release_command};
	static const struct oeo_program program = {"oeo-collector", "", NULL, &command};
	const char *values[] = {"2026-Q3", ""};
	struct oeo_cli cli = {
	    .program = &program, .command = &command, .home = world.home.path, .values = values};

	assert_int_equal(oeo_clock_parse(&cli.clock, "2026-11-21"), OEO_OK);
	return run(&cli, "/dev/null");
}

static enum oeo_exit audit_as(
    char **paths, size_t n, const struct oeo_given *given, size_t n_given, bool is_json)
{
	static const struct oeo_option options[] = {
	    {"mine", "FILE", ""}, {"verdicts", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_command command = {"audit", "", "", options, 1, SIZE_MAX, oeo_audit_command};
	static const struct oeo_program program = {"oeo-collector", "", NULL, &command};
	const char *values[] = {NULL, NULL};
	struct oeo_cli cli = {.program = &program,
	    .command = &command,
	    .is_json = is_json,
	    .arguments = paths,
	    .n_arguments = n,
	    .values = values,
	    .given = given,
	    .n_given = n_given};

	for (size_t i = 0; i < n_given; i++)
		values[given[i].option] = given[i].value;
	return run(&cli, output);
}

static enum oeo_exit audit_files(char **paths, size_t n, const char *mine, bool is_json)
{
	struct oeo_given given = {0, mine};

	return audit_as(paths, n, &given, mine != NULL, is_json);
}

/* ---- A quarter: two themes with enough residents, a third one with two */

static void submit(const char *member, const char *const *theme, size_t first, size_t n)
{
	struct draft draft;

	draft_begin(&draft, &world, member, "2026-Q3");
	for (size_t i = first; i < first + n; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&draft, world_cell(&world, "2026-Q3", "total", NULL, 0), name);
		draft_add(&draft, world_cell(&world, "2026-Q3", "theme", theme, 1), name);
	}
	draft_submit(&draft);
}

static char release_path[OEO_PATH_BYTES];

static int open_world(void **state)
{
	struct oeo_period period;

	(void)state;
	memset(&world, 0, sizeof(world));
	world_open(&world, NULL);
	submit("m0", &themes[0], 0, 8);
	submit("m1", &themes[0], 8, 7);
	submit("m2", &themes[1], 20, 9);
	submit("m3", &themes[1], 29, 6);
	assert_int_equal(release_quarter(), OEO_EXIT_OK);
	assert_int_equal(oeo_period_parse(&period, "2026-Q3"), OEO_OK);
	assert_int_equal(oeo_release_path(release_path, &world.home, world.plan, &period, 1), OEO_OK);
	(void)snprintf(output, sizeof(output), "%s/out.txt", world.folder);
	return 0;
}

static json_t *read_output(void)
{
	json_t *json = json_load_file(output, 0, NULL);

	assert_non_null(json);
	return json;
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* ---- Tests */

static const char *verdict_of(const json_t *json, const char *attacker)
{
	const json_t *verdict =
	    json_object_get(json_object_get(json_object_get(json, "attackers"), attacker), "verdict");

	return json_string_value(verdict);
}

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
	file = fopen(output, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	(void)fclose(file);
	assert_non_null(strstr(text, "2026-Q3"));
	assert_null(strstr(text, "!"));
}

/* The same cells, but one theme hidden alone: signed again, as a publisher would that does not protect. */
static void write_leaking(const char *path)
{
	struct oeo_release release;
	struct oeo_buf bytes = {0};
	struct oeo_buf signature = {0};
	char name[OEO_PATH_BYTES + 16];
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
	assert_int_equal(oeo_release_pack(&bytes, &release), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&bytes), OEO_OK);
	assert_int_equal(oeo_file_write(path, bytes.data, bytes.len, 0600, NULL), OEO_OK);
	assert_int_equal(
	    oeo_minisig_sign(&signature, bytes.data, bytes.len, &world.self.identity_sk, "test"), OEO_OK);
	(void)snprintf(name, sizeof(name), "%s.minisig", path);
	assert_int_equal(oeo_file_write(name, signature.data, signature.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&bytes);
	oeo_buf_fini(&signature);
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
	write_file(mine, "theme,2026-Q3,WO,14,14\n");
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
	write_file(first, "theme,2026-Q3,WO,7,7\n");
	for (size_t i = 0; i < 2; i++) {
		write_file(second, "theme,2026-Q3,WO,7,7\n");
		assert_int_equal(audit_as(paths, 1, ways[i], 2, true), OEO_EXIT_OK);
		write_file(second, "theme,2026-Q3,WO,14,14\n");
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

static void test_bad_figures_are_refused_with_their_line(void **state)
{
	static const char *const lines[] = {"theme,2026-Q3,WO,1\n", "theme,2026-Q3,WO,-1,0\n",
	    "theme,2026-Q3,WO,1.5,0\n", "nothing,2026-Q3,1,1\n", "theme,2026-Q2,WO,1,1\n",
	    "theme,2026-Q3,XX,1,1\n", "theme\n", "theme,2026-Q3,WO,1,1\ntheme,2026-Q3,WO,1,1\n",
	    "a,b,c,d,e,f,g,h,i,j,k\n", "theme,2026-Q3,WO,99999999999999999999999,1\n"};
	char mine[OEO_PATH_BYTES];
	char *paths[] = {release_path};

	(void)state;
	(void)snprintf(mine, sizeof(mine), "%s/mine.csv", world.folder);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct oeo_audit_sources sources;
		struct oeo_note why = {""};

		write_file(mine, lines[i]);
		assert_int_equal(oeo_audit_sources_read(&sources, paths, 1, &why), OEO_OK);
		assert_int_equal(oeo_audit_sources_add_own(&sources, (const char *const[]){mine}, 1, &why),
		    OEO_ERR_FORMAT);
		assert_non_null(strstr(why.text, i == 7 ? "mine.csv:2" : "mine.csv:1"));
		oeo_audit_sources_fini(&sources);
	}
}

static void test_unsigned_or_repeated_files_are_refused(void **state)
{
	char path[OEO_PATH_BYTES];
	char *paths[] = {release_path, release_path};

	(void)state;
	assert_int_equal(audit_files(paths, 2, NULL, false), OEO_EXIT_USAGE);
	(void)snprintf(path, sizeof(path), "%s/unsigned.oeorel", world.folder);
	write_file(path, "nothing");
	paths[0] = path;
	assert_int_equal(audit_files(paths, 1, NULL, false), OEO_EXIT_FAILED);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

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
	    TEST(test_unsigned_or_repeated_files_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
