/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking at a terminal: what is typed is not shown, from the moment that the question stands there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "proto/terminal.h"

#define QUESTION "Passphrase: "

/* Somebody at a terminal, and a process that asks twice and says what it heard. */
struct asked {
	int terminal;
	pid_t pid;
	char seen[4096];
};

static void ask_twice(void)
{
	char first[64];
	char second[64];

	if (!oeo_terminal_ask_hidden(first, sizeof(first), QUESTION) ||
	    !oeo_terminal_ask_hidden(second, sizeof(second), QUESTION))
		_exit(1);
	(void)printf("heard %zu and %zu\n", strlen(first), strlen(second));
	(void)fflush(stdout);
	_exit(strcmp(first, second) == 0 ? 0 : 2);
}

static int setup(void **state)
{
	struct asked *asked = calloc(1, sizeof(*asked));

	assert_non_null(asked);
	asked->pid = forkpty(&asked->terminal, NULL, NULL, NULL);
	if (asked->pid == 0)
		ask_twice();
	*state = asked;
	return 0;
}

static int teardown(void **state)
{
	struct asked *asked = *state;

	if (asked->pid > 0)
		(void)close(asked->terminal);
	free(asked);
	return 0;
}

/* Read what the terminal shows until its end is this text; false where the process ends first. */
static bool wait_for(struct asked *asked, const char *text)
{
	size_t len = strlen(asked->seen);

	while (len + 1 < sizeof(asked->seen)) {
		ssize_t got = read(asked->terminal, asked->seen + len, 1);

		if (got <= 0)
			return false;
		asked->seen[++len] = '\0';
		if (len >= strlen(text) && strcmp(asked->seen + len - strlen(text), text) == 0)
			return true;
	}
	return false;
}

static bool is_shown_what_is_typed(const struct asked *asked)
{
	struct termios now;

	assert_int_equal(tcgetattr(asked->terminal, &now), 0);
	return (now.c_lflag & ECHO) != 0;
}

static void type(const struct asked *asked, const char *text)
{
	assert_int_equal(write(asked->terminal, text, strlen(text)), (ssize_t)strlen(text));
}

static int exit_code(const struct asked *asked)
{
	int status = 0;

	assert_int_equal(waitpid(asked->pid, &status, 0), asked->pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Where a machine gives no terminals to programs there is nothing to test. */
static struct asked *terminal_of(void **state)
{
	struct asked *asked = *state;

	if (asked->pid < 0) {
		print_message("skipped: this machine has no pseudo-terminals (is /dev/pts mounted?)\n");
		skip();
	}
	return asked;
}

static void test_what_is_typed_at_once_is_not_shown_and_not_lost(void **state)
{
	struct asked *asked = terminal_of(state);

	for (int i = 0; i < 2; i++) {
		assert_true(wait_for(asked, QUESTION));
		assert_false(is_shown_what_is_typed(asked));
		type(asked, "geheim woord\n");
	}
	assert_true(wait_for(asked, "heard 12 and 12"));
	assert_int_equal(exit_code(asked), 0);
	assert_null(strstr(asked->seen, "geheim"));
}

static void test_the_end_of_what_is_typed_is_no_answer(void **state)
{
	struct asked *asked = terminal_of(state);

	assert_true(wait_for(asked, QUESTION));
	type(asked, "\x04"); /* as the keys Control and D give it */
	assert_int_equal(exit_code(asked), 1);
}

static void test_the_terminal_shows_again_what_is_typed_when_it_is_interrupted(void **state)
{
	struct asked *asked = terminal_of(state);

	assert_true(wait_for(asked, QUESTION));
	type(asked, "half \x03"); /* Control and C */
	(void)wait_for(asked, "not shown: the process ends");
	assert_true(is_shown_what_is_typed(asked));
	assert_int_equal(exit_code(asked), -1);
	assert_null(strstr(asked->seen, "half"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_what_is_typed_at_once_is_not_shown_and_not_lost, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_the_end_of_what_is_typed_is_no_answer, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_the_terminal_shows_again_what_is_typed_when_it_is_interrupted, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
