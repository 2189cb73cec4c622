/* SPDX-License-Identifier: EUPL-1.2 */
/* The command line that all programs share: what it says of options and commands that it cannot take. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/cli.h"

#define MOST_WORDS 8
#define FAILS "fails"

static enum oeo_exit run_show(struct oeo_cli *cli)
{
	struct oeo_note nothing = {""};

	if (cli->n_arguments == 1 && strcmp(cli->arguments[0], FAILS) == 0)
		return oeo_cli_error(cli, OEO_ERR_NOT_FOUND, &nothing);
	(void)fprintf(stderr, "ran with %s", oeo_cli_value(cli, "verdicts") != NULL ? "verdicts" : "nothing");
	return OEO_EXIT_OK;
}

static const struct oeo_option show_options[] = {
    {"verdicts", NULL, "verdicts alone"},
    {"mine", "FILE", "with these figures"},
    {NULL, NULL, NULL},
};

static const struct oeo_command commands[] = {
    {"show", "[FILE]", "show it", show_options, 0, 1, run_show},
    {NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static const struct oeo_program program = {"oeo-trial", "a trial", NULL, commands};

/* Run it as a process of its own with these words, up to a NULL; what it said on standard error is in said. */
static int run(char *said, size_t bytes, const char *const *words)
{
	char copies[MOST_WORDS][64];
	char *argv[MOST_WORDS + 1] = {NULL};
	int argc = 0;
	int ends[2];
	size_t len = 0;
	ssize_t got;
	int status = -1;
	pid_t pid;

	for (; words[argc] != NULL; argc++) {
		assert_true(argc < MOST_WORDS);
		(void)snprintf(copies[argc], sizeof(copies[argc]), "%s", words[argc]);
		argv[argc] = copies[argc];
	}
	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (dup2(ends[1], STDERR_FILENO) < 0 || close(ends[0]) != 0 || close(ends[1]) != 0)
			_exit(99);
		status = oeo_cli_main(&program, argc, argv);
		(void)fflush(stderr);
		_exit(status);
	}
	assert_int_equal(close(ends[1]), 0);
	while ((got = read(ends[0], said + len, bytes - 1 - len)) > 0)
		len += (size_t)got;
	said[len] = '\0';
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define SAYS(code, text, ...)                                                                                \
	do {                                                                                                 \
		const char *const words[] = {"oeo-trial", __VA_ARGS__, NULL};                                \
		char said[1024];                                                                             \
                                                                                                             \
		assert_int_equal(run(said, sizeof(said), words), code);                                      \
		assert_string_equal(said, text);                                                             \
	} while (0)

#define HELP "\nHow it is used: oeo-trial show --help\n"

static void test_an_unknown_option_is_named(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option --mien" HELP, "show", "--mien");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option --mien" HELP, "show", "file", "--mien", "x");
}

static void test_what_stands_behind_an_unknown_option_is_not_repeated(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option --pass" HELP, "show", "--pass=geheim");
}

static void test_a_single_dash_is_named_as_it_was_written(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -x" HELP, "show", "-x");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -json" HELP, "show", "-json");
	/* Letters that are no ASCII, and such as could be taken for the number of an option. */
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -\xc3\xa9" HELP, "show", "-\xc3\xa9");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -@" HELP, "show", "-@");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -?" HELP, "show", "-?");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no option -:" HELP, "show", "-:");
}

static void test_a_value_that_is_missing_and_one_too_many_are_told_apart(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_USAGE, "oeo-trial: --mine needs a value behind it" HELP, "show", "--mine");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: --home needs a value behind it" HELP, "show", "--home");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: --verdicts takes no value" HELP, "show", "--verdicts=yes");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: --json takes no value" HELP, "show", "--json=yes");
}

static void test_an_option_that_is_cut_off_is_taken_where_only_one_is_meant(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_OK, "ran with verdicts", "show", "--verd");
	SAYS(OEO_EXIT_USAGE,
	    "oeo-trial: --ver can be the beginning of several options. Write it in full." HELP, "show",
	    "--ver");
}

static void test_options_stand_behind_the_command(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_OK, "ran with nothing", "show", "--home", "here");
	SAYS(OEO_EXIT_USAGE,
	    "oeo-trial: write the command first, and its options behind it\nHow it is used: oeo-trial "
	    "--help\n",
	    "--home", "here", "show");
	SAYS(OEO_EXIT_USAGE, "oeo-trial: there is no command `shew`\nHow it is used: oeo-trial --help\n",
	    "shew");
}

static void test_a_failure_without_a_sentence_of_its_own_still_says_what_failed(void **state)
{
	(void)state;
	SAYS(OEO_EXIT_FAILED, "oeo-trial: it is not there\n", "show", FAILS);
}

static void test_every_error_has_words_of_its_own(void **state)
{
	(void)state;
	for (unsigned a = OEO_OK; a <= OEO_ERR_INTERNAL + 1; a++) {
		for (unsigned b = OEO_OK; b < a; b++) {
			assert_string_not_equal(oeo_err_text((enum oeo_err)a), oeo_err_text((enum oeo_err)b));
			assert_string_not_equal(oeo_err_str((enum oeo_err)a), oeo_err_str((enum oeo_err)b));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_an_unknown_option_is_named),
	    cmocka_unit_test(test_what_stands_behind_an_unknown_option_is_not_repeated),
	    cmocka_unit_test(test_a_single_dash_is_named_as_it_was_written),
	    cmocka_unit_test(test_a_value_that_is_missing_and_one_too_many_are_told_apart),
	    cmocka_unit_test(test_an_option_that_is_cut_off_is_taken_where_only_one_is_meant),
	    cmocka_unit_test(test_options_stand_behind_the_command),
	    cmocka_unit_test(test_a_failure_without_a_sentence_of_its_own_still_says_what_failed),
	    cmocka_unit_test(test_every_error_has_words_of_its_own),
	};

	if (setenv("OEO_LANG", "en", 1) != 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
