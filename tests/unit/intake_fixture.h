/* SPDX-License-Identifier: EUPL-1.2 */
/* A temporary home with a ledger, and the plan of Almelo, for the tests of the agent's intake. */
#ifndef OEO_TESTS_INTAKE_FIXTURE_H
#define OEO_TESTS_INTAKE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "agent/ledger.h"
#include "proto/plan_file.h"

#define OEO_ALMELO OEO_TEST_DIR "/../proto/plans/almelo"
#define OEO_ALMELO_DATA OEO_TEST_DIR "/data/almelo"

struct fixture {
	struct oeo_home home;
	struct oeo_ledger *ledger;
	struct oeo_plan *plan;
};

static inline void remove_tree(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	if (dir == NULL) {
		(void)unlink(path);
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		char inside[OEO_PATH_BYTES];

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		assert_true(
		    (size_t)snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name) < sizeof(inside));
		remove_tree(inside);
	}
	(void)closedir(dir);
	assert_int_equal(rmdir(path), 0);
}

/* A home with an empty, open ledger. */
static inline void fixture_open(struct fixture *fixture)
{
	char path[] = "/tmp/oeo-test-agent-XXXXXX";

	assert_true(sodium_init() >= 0);
	memset(fixture, 0, sizeof(*fixture));
	assert_non_null(mkdtemp(path));
	assert_int_equal(oeo_home_open(&fixture->home, path, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_create(&fixture->home, NULL), OEO_OK);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
}

static inline void fixture_reopen(struct fixture *fixture)
{
	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
}

static inline void fixture_load_plan(struct fixture *fixture)
{
	struct oeo_findings findings = {0};

	assert_int_equal(oeo_plan_file_read(&fixture->plan, OEO_ALMELO "/plan.yaml", &findings), OEO_OK);
	oeo_findings_fini(&findings);
}

static inline void fixture_close(struct fixture *fixture)
{
	struct oeo_home home = fixture->home;

	oeo_ledger_close(fixture->ledger);
	oeo_plan_free(fixture->plan);
	oeo_home_close(&fixture->home);
	remove_tree(home.path);
}

/* Set-up and teardown of a test: its state is a struct fixture, in a home of its own; WITH_PLAN: the plan is read. */
static inline int fixture_setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return -1;
	fixture_open(fixture);
	*state = fixture;
	return 0;
}

static inline int fixture_setup_with_plan(void **state)
{
	int result = fixture_setup(state);

	if (result == 0)
		fixture_load_plan(*state);
	return result;
}

static inline int fixture_teardown(void **state)
{
	fixture_close(*state);
	free(*state);
	return 0;
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, fixture_setup, fixture_teardown)
#define WITH_PLAN(test) cmocka_unit_test_setup_teardown(test, fixture_setup_with_plan, fixture_teardown)

/* A child opens the ledger for itself, does this, and dies in it as by a power cut; the ledger is opened again. */
static inline void fixture_die(
    struct fixture *fixture, void (*deed)(struct fixture *fixture, void *context), void *context)
{
	int status = 0;
	pid_t child;

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (oeo_ledger_open(&fixture->ledger, &fixture->home, NULL) != OEO_OK)
			_exit(2);
		deed(fixture, context);
		_exit(3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
}

/* How often the text stands in the files of the folder. */
static inline size_t folder_count(const char *path, const char *text)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	size_t n = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		char inside[OEO_PATH_BYTES];
		struct oeo_buf bytes = {0};
		struct stat info;

		assert_true(
		    (size_t)snprintf(inside, sizeof(inside), "%s/%s", path, entry->d_name) < sizeof(inside));
		if (entry->d_name[0] == '.' || stat(inside, &info) != 0 || !S_ISREG(info.st_mode))
			continue;
		assert_int_equal(oeo_file_read(&bytes, inside, (size_t)64 << 20, NULL), OEO_OK);
		for (const uint8_t *at = bytes.data, *end = bytes.data + bytes.len;
		     at != NULL && (at = memmem(at, (size_t)(end - at), text, strlen(text))) != NULL; at++)
			n++;
		oeo_buf_fini(&bytes);
	}
	(void)closedir(dir);
	return n;
}

static inline bool folder_holds(const char *path, const char *text)
{
	return folder_count(path, text) > 0;
}

static inline size_t count_items(struct oeo_ledger *ledger, const char *collection)
{
	size_t n = 0;

	assert_int_equal(oeo_ledger_count(ledger, collection, "", &n), OEO_OK);
	return n;
}

#endif
