/* SPDX-License-Identifier: EUPL-1.2 */
/* Ctrl-C while a release is attacked or audited: it is said, nothing is left, and the program ends by it. */
#include "audit_run.h"

#include <signal.h>
#include <sys/wait.h>

#include "collector/interrupt.h"

#define QUARTER "2026-Q3"

/* How a child with SIGINT as told (SIG_DFL, SIG_IGN) ends that is interrupted between begin and end, or not. */
static int end_child(void (*action)(int), bool is_interrupted)
{
	bool is_noticed = is_interrupted && action != SIG_IGN;
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		struct oeo_interrupt interrupt = {0};

		if (signal(SIGINT, action) == SIG_ERR)
			_exit(5);
		oeo_interrupt_begin(&interrupt);
		if (is_interrupted)
			(void)raise(SIGINT);
		if (oeo_interrupt_is_asked(&interrupt) != is_noticed ||
		    oeo_interrupt_show_progress(&interrupt, "", 1, 2) == is_noticed)
			_exit(3);
		oeo_interrupt_end(&interrupt);
		_exit(4);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

static void test_it_waits_and_then_ends_the_program(void **state)
{
	int status = end_child(SIG_DFL, true);

	(void)state;
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGINT);
}

static void test_without_it_all_goes_on(void **state)
{
	int status = end_child(SIG_DFL, false);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
}

/* As of what a script starts with `&`: the script's Ctrl-C is not meant for it. */
static void test_where_it_is_ignored_all_goes_on(void **state)
{
	int status = end_child(SIG_IGN, true);

	(void)state;
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
}

static void test_what_was_never_begun_is_not_asked(void **state)
{
	struct oeo_interrupt interrupt = {0};

	(void)state;
	assert_false(oeo_interrupt_is_asked(&interrupt));
	oeo_interrupt_end(&interrupt);
}

/* ---- The commands. SIGINT waits from before they begin, so that they end and can be looked at. */

static void begin_waiting(sigset_t *interrupt)
{
	assert_true(signal(SIGINT, SIG_DFL) != SIG_ERR);
	assert_int_equal(sigemptyset(interrupt), 0);
	assert_int_equal(sigaddset(interrupt, SIGINT), 0);
	assert_int_equal(sigprocmask(SIG_BLOCK, interrupt, NULL), 0);
	assert_int_equal(raise(SIGINT), 0);
}

/* It still waits: nobody took it away. */
static void end_waiting(const sigset_t *interrupt)
{
	int taken = 0;

	assert_int_equal(sigwait(interrupt, &taken), 0);
	assert_int_equal(taken, SIGINT);
	assert_int_equal(sigprocmask(SIG_UNBLOCK, interrupt, NULL), 0);
}

static void test_an_interrupted_release_writes_nothing_and_is_made_anew(void **state)
{
	char path[OEO_PATH_BYTES];
	sigset_t interrupt;

	(void)state;
	submit_all();
	begin_waiting(&interrupt);
	assert_int_equal(release_on(QUARTER, "2026-11-21"), OEO_EXIT_FAILED);
	end_waiting(&interrupt);
	assert_true(said("Interrupted; nothing was written."));
	path_of(path, QUARTER);
	assert_false(oeo_file_exists(path));
	assert_false(is_marked(QUARTER));
	assert_int_equal(release_on(QUARTER, "2026-11-21"), OEO_EXIT_OK);
	assert_true(is_marked(QUARTER));
}

static void test_an_interrupted_audit_gives_no_verdict(void **state)
{
	char path[OEO_PATH_BYTES];
	char *paths[] = {path};
	struct oeo_buf text = {0};
	sigset_t interrupt;

	(void)state;
	submit_all();
	assert_int_equal(release_on(QUARTER, "2026-11-21"), OEO_EXIT_OK);
	path_of(path, QUARTER);
	begin_waiting(&interrupt);
	assert_int_equal(audit_files(paths, 1, NULL, false), OEO_EXIT_FAILED);
	end_waiting(&interrupt);
	assert_int_equal(oeo_file_read(&text, audit_output(), 1 << 16, NULL), OEO_OK);
	assert_int_equal(text.len, 0);
	assert_true(said("Interrupted; nothing was written."));
	oeo_buf_fini(&text);
	assert_int_equal(audit_files(paths, 1, NULL, false), OEO_EXIT_OK);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_it_waits_and_then_ends_the_program),
	    cmocka_unit_test(test_without_it_all_goes_on),
	    cmocka_unit_test(test_where_it_is_ignored_all_goes_on),
	    cmocka_unit_test(test_what_was_never_begun_is_not_asked),
	    TEST(test_an_interrupted_release_writes_nothing_and_is_made_anew),
	    TEST(test_an_interrupted_audit_gives_no_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
