/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The commands of a release on a partnership with real keys, and submissions of made-up residents: for the tests of
 * release, correction and what comes after.
 */
#ifndef OEO_TESTS_UNIT_RELEASE_WORLD_H
#define OEO_TESTS_UNIT_RELEASE_WORLD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/commands.h"
#include "collector/release.h"
#include "collector/release_store.h"
#include "collector_world.h"

static const char *const wo[] = {"WO"};
static const char *const ge[] = {"GE"};

static struct world world;

/* yaml NULL: world_plan_yaml. */
static inline int open_world_of(const char *yaml)
{
	memset(&world, 0, sizeof(world));
	world_open(&world, yaml);
	return 0;
}

static inline int open_world(void **state)
{
	(void)state;
	return open_world_of(NULL);
}

static inline int close_world(void **state)
{
	(void)state;
	world_close(&world);
	return 0;
}

/* ---- The commands as main runs them */

static inline int redirect(int fd, const char *path)
{
	int kept = dup(fd);
	int to = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	assert_true(kept >= 0 && to >= 0);
	(void)fflush(NULL);
	assert_true(dup2(to, fd) >= 0);
	(void)close(to);
	return kept;
}

static inline void restore(int fd, int kept)
{
	(void)fflush(NULL);
	assert_true(dup2(kept, fd) >= 0);
	(void)close(kept);
}

/* Both outputs go into the file that said() reads. */
static inline enum oeo_exit run_command(struct oeo_cli *cli, const char *today)
{
	char path[OEO_PATH_BYTES];
	int out;
	int err;
	enum oeo_exit result;

	(void)snprintf(path, sizeof(path), "%s/said.txt", world.folder);
	out = redirect(STDOUT_FILENO, path);
	err = redirect(STDERR_FILENO, path);
	cli->home = world.home.path;
	assert_int_equal(oeo_clock_parse(&cli->clock, today), OEO_OK);
	result = cli->command->run(cli);
	restore(STDERR_FILENO, err);
	restore(STDOUT_FILENO, out);
	return result;
}

/* What the last commands said holds this text. */
static inline bool said(const char *text)
{
	struct oeo_buf bytes = {0};
	char path[OEO_PATH_BYTES];
	bool is_said;

	(void)snprintf(path, sizeof(path), "%s/said.txt", world.folder);
	assert_int_equal(oeo_file_read(&bytes, path, 1 << 20, NULL), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&bytes), OEO_OK);
	is_said = strstr((const char *)bytes.data, text) != NULL;
	oeo_buf_fini(&bytes);
	return is_said;
}

static inline enum oeo_exit release_with(const char *period, const char *today, bool is_correction)
{
	static const struct oeo_option options[] = {
	    {"period", "PERIOD", ""}, {"correct", NULL, ""}, {"yes", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_command command = {"release", "", "", options, 0, 0, oeo_release_command};
	static const struct oeo_program program = {"oeo-collector", "", NULL, &command};
	const char *values[] = {period, is_correction ? "" : NULL, ""};
	struct oeo_cli cli = {.program = &program, .command = &command, .values = values};

	return run_command(&cli, today);
}

static inline enum oeo_exit release_on(const char *period, const char *today)
{
	return release_with(period, today, false);
}

static inline enum oeo_exit reopen(const char *member, const char *period)
{
	static const struct oeo_option options[] = {{"yes", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_command command = {"reopen", "", "", options, 2, 2, oeo_reopen_command};
	static const struct oeo_program program = {"oeo-collector", "", NULL, &command};
	const char *values[] = {""};
	char *arguments[] = {(char *)(uintptr_t)member, (char *)(uintptr_t)period};
	struct oeo_cli cli = {.program = &program,
	    .command = &command,
	    .values = values,
	    .arguments = arguments,
	    .n_arguments = 2};

	return run_command(&cli, "2026-11-21");
}

/* ---- Submissions: residents first .. first + n - 1 of one theme */

static inline void submit_quarter(const char *member, const char *const *theme, size_t first, size_t n)
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

static inline void submit_month(const char *member, const char *month, size_t first, size_t n)
{
	struct draft draft;

	draft_begin(&draft, &world, member, month);
	for (size_t i = first; i < first + n; i++) {
		char name[32];

		(void)snprintf(name, sizeof(name), "resident%zu", i);
		draft_add(&draft, world_cell(&world, month, "month-total", NULL, 0), name);
	}
	draft_submit(&draft);
}

static inline void submit_all(void)
{
	submit_quarter("m0", wo, 0, 8);
	submit_quarter("m1", wo, 8, 7);
	submit_quarter("m2", ge, 20, 9);
	submit_quarter("m3", ge, 29, 6);
}

static inline void path_of(char path[OEO_PATH_BYTES], const char *period)
{
	struct oeo_period parsed;

	assert_int_equal(oeo_period_parse(&parsed, period), OEO_OK);
	assert_int_equal(oeo_release_path(path, &world.home, world.plan, &parsed, 1), OEO_OK);
}

static inline void read_release(struct oeo_release *release, const char *period)
{
	char path[OEO_PATH_BYTES];

	path_of(path, period);
	assert_int_equal(oeo_release_read(release, path, world.self.card.identity_pk, NULL), OEO_OK);
}

static inline bool is_marked(const char *period)
{
	struct oeo_store_period record;

	return oeo_store_find_period(world.store, period, &record) == OEO_OK && record.is_released;
}

static inline void read_bytes(struct oeo_buf *bytes, const char *period)
{
	char path[OEO_PATH_BYTES];

	path_of(path, period);
	oeo_buf_init(bytes);
	assert_int_equal(oeo_file_read(bytes, path, OEO_RELEASE_LIMIT, NULL), OEO_OK);
}

#endif
