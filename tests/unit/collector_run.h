/* SPDX-License-Identifier: EUPL-1.2 */
/* The program oeo-collector, run as an operator does it on the home of a world: its exit code, and what it says. */
#ifndef OEO_TESTS_UNIT_COLLECTOR_RUN_H
#define OEO_TESTS_UNIT_COLLECTOR_RUN_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collector_world.h"

#define PERIOD "2026-Q3"

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, world_setup, world_teardown)

/* Run the program on a home; its exit code, and all it said in said. */
static inline int run_on(const char *home, const char *now, const char *arguments, struct oeo_buf *said)
{
	char command[1024];
	char chunk[512];
	size_t n;
	FILE *pipe;
	int status;

	(void)snprintf(command, sizeof(command), "OEO_LANG=en '%s' %s --home '%s' --now %s 2>&1 </dev/null",
	    OEO_COLLECTOR, arguments, home, now);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	said->len = 0;
	while ((n = fread(chunk, 1, sizeof(chunk), pipe)) > 0)
		assert_int_equal(oeo_buf_append(said, chunk, n), OEO_OK);
	assert_int_equal(oeo_buf_terminate(said), OEO_OK);
	status = pclose(pipe);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* It ends with this code and says this. */
static inline void expect_on(
    const char *home, const char *now, int code, const char *text, const char *arguments)
{
	struct oeo_buf said = {NULL, 0, 0};
	int got = run_on(home, now, arguments, &said);

	if (got != code || strstr((const char *)said.data, text) == NULL)
		fail_msg("%s: exit %d, wanted %d and \"%s\"; it said: %s", arguments, got, code, text,
		    (const char *)said.data);
	oeo_buf_fini(&said);
}

static inline void expect(const struct world *world, int code, const char *text, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static inline void expect(const struct world *world, int code, const char *text, const char *format, ...)
{
	char arguments[512];
	va_list values;

	va_start(values, format);
	(void)vsnprintf(arguments, sizeof(arguments), format, values);
	va_end(values);
	expect_on(world->folder, "2026-11-21", code, text, arguments);
}

static inline void does_not_say(const struct world *world, const char *text, const char *arguments)
{
	struct oeo_buf said = {NULL, 0, 0};

	(void)run_on(world->folder, "2026-11-21", arguments, &said);
	if (strstr((const char *)said.data, text) != NULL)
		fail_msg("%s said \"%s\": %s", arguments, text, (const char *)said.data);
	oeo_buf_fini(&said);
}

static inline void write_file(const struct world *world, const char *name, const void *bytes, size_t len)
{
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s", world->folder, name);
	assert_int_equal(oeo_file_write(path, bytes, len, 0644, NULL), OEO_OK);
}

static inline void submit_one(struct world *world, const char *member, const char *period)
{
	static const char *const wo[] = {"WO"};
	struct draft draft;

	draft_begin(&draft, world, member, period);
	draft_add(&draft, world_cell(world, period, "theme", wo, 1), "resident0");
	draft_submit(&draft);
}

#endif
