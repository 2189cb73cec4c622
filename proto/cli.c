/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/cli.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "proto/i18n.h"

#define MAX_OPTIONS 24
#define MAX_GIVEN 64 /* options on one command line, repeated ones included */
#define PROGRESS_INTERVAL_MS 100

/* getopt_long's return values: indexes of the command's own options begin at OWN, above every letter. */
enum { COMMON_HOME = 1, COMMON_LANG, COMMON_JSON, COMMON_NOW, COMMON_HELP, COMMON_VERSION, OWN = 256 };

static const struct oeo_option common_options[] = {
    {"home", N_("DIR"), N_("folder that holds all this program keeps")},
    {"lang", "nl|en", N_("language of the output")},
    {"json", NULL, N_("print facts as JSON")},
    {"now", N_("DATE"), N_("take this as the present moment: 2026-11-21 or 2026-11-21T10:00:00")},
    {"help", NULL, N_("explain and stop")},
    {"version", NULL, N_("print the version and stop")},
    {NULL, NULL, NULL},
};

static size_t count_options(const struct oeo_option *options)
{
	size_t n = 0;

	while (options != NULL && options[n].name != NULL)
		n++;
	return n;
}

static void print_options(const struct oeo_option *options)
{
	for (; options != NULL && options->name != NULL; options++) {
		char left[64];

		(void)snprintf(left, sizeof(left), "--%s%s%s", options->name,
		    options->value != NULL ? " " : "", options->value != NULL ? _(options->value) : "");
		(void)printf("  %-26s %s\n", left, _(options->help));
	}
}

static void print_program_help(const struct oeo_program *program)
{
	(void)printf("%s - %s\n\n%s\n\n", program->name, _(program->summary), _("Commands:"));
	for (const struct oeo_command *c = program->commands; c->name != NULL; c++) {
		char left[96];

		(void)snprintf(left, sizeof(left), "%s %s", c->name, c->arguments);
		(void)printf("  %-32s %s\n", left, _(c->help));
	}
	(void)printf("\n%s\n", _("Options that every command has:"));
	print_options(common_options);
	if (program->default_home != NULL)
		(void)printf("\n%s %s\n", _("Without --home:"), program->default_home);
	(void)printf(_("More on one command: %s COMMAND --help\n"), program->name);
}

static void print_command_help(const struct oeo_program *program, const struct oeo_command *command)
{
	(void)printf("%s %s %s\n\n%s\n", program->name, command->name, command->arguments, _(command->help));
	if (command->options != NULL && command->options[0].name != NULL) {
		(void)printf("\n%s\n", _("Options:"));
		print_options(command->options);
	}
	(void)printf("\n%s\n", _("Options that every command has:"));
	print_options(common_options);
}

/* How many words of argv the command's name takes where it stands there; 0 where it does not. */
static int words_matched(const char *name, int argc, char **argv)
{
	const char *space = strchr(name, ' ');

	if (argc < 1)
		return 0;
	if (space == NULL)
		return strcmp(argv[0], name) == 0 ? 1 : 0;
	if (argc < 2 || strlen(argv[0]) != (size_t)(space - name) ||
	    strncmp(argv[0], name, (size_t)(space - name)) != 0)
		return 0;
	return strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static const struct oeo_command *find_command(
    const struct oeo_program *program, int argc, char **argv, int *words)
{
	for (const struct oeo_command *c = program->commands; c->name != NULL; c++) {
		*words = words_matched(c->name, argc, argv);
		if (*words > 0)
			return c;
	}
	return NULL;
}

static void fill_long_options(struct option *longs, const struct oeo_command *command)
{
	size_t n = 0;

	for (size_t i = 0; common_options[i].name != NULL; i++, n++) {
		longs[n].name = common_options[i].name;
		longs[n].has_arg = common_options[i].value != NULL ? required_argument : no_argument;
		longs[n].val = (int)i + 1;
	}
	for (size_t i = 0; i < count_options(command->options); i++, n++) {
		longs[n].name = command->options[i].name;
		longs[n].has_arg = command->options[i].value != NULL ? required_argument : no_argument;
		longs[n].val = OWN + (int)i;
	}
}

/* The language is wanted before the first message, so --lang is looked for first. */
static const char *find_language(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc)
			return argv[i + 1];
		if (strncmp(argv[i], "--lang=", 7) == 0)
			return argv[i] + 7;
	}
	return NULL;
}

static bool prepare_process(const char *name)
{
	struct rlimit no_core = {0, 0};

	if (sodium_init() < 0) {
		(void)fprintf(stderr, "%s: libsodium cannot start\n", name);
		return false;
	}
	/* Secrets must not reach a core dump or a debugger of the same user. */
	(void)setrlimit(RLIMIT_CORE, &no_core);
#if !OEO_TEST_HOOKS
	(void)prctl(PR_SET_DUMPABLE, 0);
#endif
	return signal(SIGPIPE, SIG_IGN) != SIG_ERR;
}

enum oeo_exit oeo_cli_usage(const struct oeo_cli *cli, const char *format, ...)
{
	va_list arguments;

	(void)fprintf(stderr, "%s: ", cli->program->name);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	if (cli->command != NULL)
		(void)fprintf(
		    stderr, _("\nHow it is used: %s %s --help\n"), cli->program->name, cli->command->name);
	else
		(void)fprintf(stderr, _("\nHow it is used: %s --help\n"), cli->program->name);
	return OEO_EXIT_USAGE;
}

enum oeo_exit oeo_cli_fail(const struct oeo_cli *cli, const char *format, ...)
{
	va_list arguments;

	if (!cli->is_report)
		(void)fprintf(stderr, "%s: ", cli->program->name);
	va_start(arguments, format);
	(void)vfprintf(stderr, format, arguments);
	va_end(arguments);
	(void)fputc('\n', stderr);
	return OEO_EXIT_FAILED;
}

enum oeo_exit oeo_cli_error(const struct oeo_cli *cli, enum oeo_err err, const struct oeo_note *note)
{
	if (err == OEO_OK)
		return OEO_EXIT_OK;
	/* Where the output is what failed, finish_output says so, once. */
	if ((err == OEO_ERR_IO || err == OEO_ERR_NOMEM) && ferror(stdout) != 0)
		return OEO_EXIT_FAILED;
	(void)oeo_cli_fail(cli, "%s", note != NULL && note->text[0] != '\0' ? note->text : oeo_err_text(err));
	return err == OEO_ERR_USAGE ? OEO_EXIT_USAGE : OEO_EXIT_FAILED;
}

const char *oeo_cli_value(const struct oeo_cli *cli, const char *name)
{
	for (size_t i = 0; i < count_options(cli->command->options); i++) {
		if (strcmp(cli->command->options[i].name, name) == 0)
			return cli->values[i];
	}
	return NULL;
}

const char *oeo_cli_nth_value(const struct oeo_cli *cli, const char *name, size_t n)
{
	for (size_t i = 0; i < cli->n_given; i++) {
		if (strcmp(cli->command->options[cli->given[i].option].name, name) != 0)
			continue;
		if (n == 0)
			return cli->given[i].value;
		n--;
	}
	return NULL;
}

bool oeo_cli_number(const struct oeo_cli *cli, const char *name, unsigned long least, unsigned long most,
    unsigned long *number)
{
	const char *text = oeo_cli_value(cli, name);
	unsigned long value;
	char *end;

	if (text == NULL)
		return true;
	errno = 0;
	value = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 || value < least || value > most) {
		(void)oeo_cli_usage(cli, _("--%s takes a whole number from %lu to %lu"), name, least, most);
		return false;
	}
	*number = value;
	return true;
}

bool oeo_cli_confirm(const struct oeo_cli *cli, const char *question)
{
	char answer[16];

	if (oeo_cli_value(cli, "yes") != NULL)
		return true;
	if (!isatty(STDIN_FILENO)) {
		(void)oeo_cli_fail(cli, _("this asks for your consent: run it in a terminal, or add --yes"));
		return false;
	}
	(void)fprintf(stderr, "%s [%s] ", question, _("yes/no"));
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return strcmp(answer, "yes") == 0 || strcmp(answer, "ja") == 0 || strcmp(answer, "j") == 0 ||
	       strcmp(answer, "y") == 0;
}

void oeo_cli_progress(const char *what, unsigned long done, unsigned long total)
{
	static struct timespec last;
	struct timespec now;
	long passed_ms;

	if (!isatty(STDERR_FILENO) || clock_gettime(CLOCK_MONOTONIC, &now) != 0)
		return;
	passed_ms = (now.tv_sec - last.tv_sec) * 1000 + (now.tv_nsec - last.tv_nsec) / 1000000;
	if (done < total && passed_ms < PROGRESS_INTERVAL_MS)
		return;
	last = now;
	(void)fprintf(stderr, "\r%s %lu/%lu%s", what, done, total, done >= total ? "\n" : "");
}

/* ---- Options that cannot be taken, named up to their "=": what follows may be a secret */

static size_t name_length(const char *word)
{
	return strcspn(word, "=");
}

static bool is_beginning_of_any(const char *name, const struct option *longs)
{
	for (; longs->name != NULL; longs++) {
		if (strncmp(longs->name, name, name_length(name)) == 0)
			return true;
	}
	return false;
}

/* The word on which getopt_long stopped. It stays on a word of several letters, and goes past any other. */
static const char *stopped_at(int argc, char **argv)
{
	if (optopt != 0 && optopt < OWN && optind < argc && argv[optind][0] == '-' &&
	    (unsigned char)argv[optind][1] == (unsigned char)optopt && argv[optind][2] != '\0')
		return argv[optind];
	return argv[optind - 1];
}

static int refuse_option(const struct oeo_cli *cli, int argc, char **argv, const struct option *longs)
{
	const char *word = stopped_at(argc, argv);

	if (optopt == 0 && is_beginning_of_any(word + 2, longs))
		return (int)oeo_cli_usage(cli,
		    _("%.*s can be the beginning of several options. Write it in full."),
		    (int)name_length(word), word);
	for (; optopt != 0 && longs->name != NULL; longs++) {
		if (longs->val == optopt)
			return (int)oeo_cli_usage(cli,
			    longs->has_arg == required_argument ? _("--%s needs a value behind it")
								: _("--%s takes no value"),
			    longs->name);
	}
	return (int)oeo_cli_usage(cli, _("there is no option %.*s"), (int)name_length(word), word);
}

/* Note an option of the command itself. */
static int take_own_option(struct oeo_cli *cli, size_t option, const char **values, struct oeo_given *given)
{
	if (cli->n_given == MAX_GIVEN)
		return (int)oeo_cli_usage(cli, _("there are too many options here"));
	values[option] = optarg != NULL ? optarg : "";
	given[cli->n_given].option = option;
	given[cli->n_given].value = values[option];
	cli->n_given++;
	return -1;
}

/* Take one parsed option; OEO_EXIT_USAGE where its value is wrong, -1 where the program goes on. */
static int take_option(struct oeo_cli *cli, int option, const char **values, struct oeo_given *given)
{
	switch (option) {
	case COMMON_HOME:
		cli->home = optarg;
		return -1;
	case COMMON_LANG:
		return -1;
	case COMMON_JSON:
		cli->is_json = true;
		return -1;
	case COMMON_NOW:
		if (oeo_clock_parse(&cli->clock, optarg) != OEO_OK)
			return (int)oeo_cli_usage(cli, _("--now takes a date from 2000 to 2099, such as "
							 "2026-11-21 or 2026-11-21T10:00:00"));
		return -1;
	case COMMON_HELP:
		print_command_help(cli->program, cli->command);
		return (int)OEO_EXIT_OK;
	case COMMON_VERSION:
		(void)printf("%s %s\n", cli->program->name, OEO_VERSION);
		return (int)OEO_EXIT_OK;
	default:
		return take_own_option(cli, (size_t)(option - OWN), values, given);
	}
}

static int run_command(struct oeo_cli *cli, int argc, char **argv)
{
	struct option longs[MAX_OPTIONS + 8];
	const char *values[MAX_OPTIONS];
	struct oeo_given given[MAX_GIVEN];
	int option;
	int done;

	memset(longs, 0, sizeof(longs));
	memset(values, 0, sizeof(values));
	if (count_options(cli->command->options) > MAX_OPTIONS)
		return (int)OEO_EXIT_USAGE;
	fill_long_options(longs, cli->command);
	cli->values = values;
	cli->given = given;
	opterr = 0;
	optind = 1;
	while ((option = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		done = option == '?' || option == ':' ? refuse_option(cli, argc, argv, longs)
						      : take_option(cli, option, values, given);
		if (done >= 0)
			return done;
	}
	cli->arguments = argv + optind;
	cli->n_arguments = (size_t)(argc - optind);
	if (cli->n_arguments < cli->command->least || cli->n_arguments > cli->command->most)
		return (int)oeo_cli_usage(cli, _("it needs: %s %s %s"), cli->program->name,
		    cli->command->name, cli->command->arguments);
	return (int)cli->command->run(cli);
}

/* Nobody reads it any more, as behind `| head`. */
static bool is_reader_gone(void)
{
	struct pollfd output = {STDOUT_FILENO, POLLOUT, 0};

	return poll(&output, 1, 0) > 0 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

/* What was printed has to be out: a full disk behind a redirection is an error of every command. */
static int finish_output(const struct oeo_cli *cli, int result)
{
	bool is_out = fflush(stdout) == 0;

	if (is_out && ferror(stdout) == 0)
		return result;
	if (!is_reader_gone())
		(void)oeo_cli_fail(cli, "%s", _("The result cannot be written. Is the disk full?"));
	return result == (int)OEO_EXIT_LATER ? result : (int)OEO_EXIT_FAILED;
}

static int run_program(struct oeo_cli *cli, int argc, char **argv)
{
	const struct oeo_program *program = cli->program;
	int words = 0;

	if (!prepare_process(program->name))
		return (int)OEO_EXIT_FAILED;
	if (!oeo_i18n_init(find_language(argc, argv))) {
		(void)oeo_i18n_init("nl");
		return (int)oeo_cli_usage(cli, _("--lang (or OEO_LANG) is nl or en"));
	}
	if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_program_help(program);
		return argc < 2 ? (int)OEO_EXIT_USAGE : (int)OEO_EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0) {
		(void)printf("%s %s\n", program->name, OEO_VERSION);
		return (int)OEO_EXIT_OK;
	}
	cli->command = find_command(program, argc - 1, argv + 1, &words);
	if (cli->command == NULL && argv[1][0] == '-')
		return (int)oeo_cli_usage(cli, "%s", _("write the command first, and its options behind it"));
	if (cli->command == NULL)
		return (int)oeo_cli_usage(cli, _("there is no command `%s`"), argv[1]);
	/* getopt_long skips its first argument: the last word of the command stands in for the program's name. */
	return run_command(cli, argc - words, argv + words);
}

int oeo_cli_main(const struct oeo_program *program, int argc, char **argv)
{
	struct oeo_cli cli = {.program = program, .home = program->default_home, .clock = OEO_CLOCK_SYSTEM};

	return finish_output(&cli, run_program(&cli, argc, argv));
}
