/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The command line that all programs share: a table of subcommands, long options for all, the common
 * options (--home, --lang, --json, --now, --help, --version), exit codes, and one-line errors that say
 * what to do next. Data goes to stdout, everything else to stderr.
 */
#ifndef OEO_PROTO_CLI_H
#define OEO_PROTO_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/clock.h"
#include "proto/err.h"

enum oeo_exit {
	OEO_EXIT_OK = 0,
	OEO_EXIT_FAILED = 1,
	OEO_EXIT_USAGE = 2,
	OEO_EXIT_LATER = 75 /* not possible now, try again (EX_TEMPFAIL); only where a command says so */
};

/* One option of a subcommand: --name VALUE or, where value is NULL, --name. Texts are marked with N_. */
struct oeo_option {
	const char *name;
	const char *value; /* e.g. "FILE"; NULL for a switch */
	const char *help;
};

struct oeo_cli;

/* One option as it stands on the command line: its index in command->options and its value ("" for a switch). */
struct oeo_given {
	size_t option;
	const char *value;
};

struct oeo_command {
	const char *name; /* "plan approve" is two words on the command line */
	const char *arguments; /* for the usage line, e.g. "CARD [CARD...]"; "" for none */
	const char *help; /* one sentence, N_ */
	const struct oeo_option *options; /* ends with name == NULL; may be NULL */
	size_t least; /* positional arguments: at least ... */
	size_t most; /* ... and at most (SIZE_MAX: any number) */
	enum oeo_exit (*run)(struct oeo_cli *cli);
};

struct oeo_program {
	const char *name; /* "oeo-agent" */
	const char *summary; /* one sentence, N_ */
	const char *default_home; /* NULL: the program has none */
	const struct oeo_command *commands; /* ends with name == NULL */
};

/* What a subcommand gets. All strings are borrowed from argv. */
struct oeo_cli {
	const struct oeo_program *program;
	const struct oeo_command *command;
	const char *home;
	bool is_json;
	bool is_report; /* messages stand in a text for people: without the program's name before them */
	struct oeo_clock clock;
	char **arguments;
	size_t n_arguments;
	const char *const
	    *values; /* by the index of command->options; NULL: not given; "" for a switch given */
	const struct oeo_given *given; /* all options of the command as they were given, repeated ones too */
	size_t n_given;
};

/*
 * Parse argv, set the language, initialise libsodium, forbid core dumps, ignore SIGPIPE, and run the
 * subcommand. Returns the exit code of the process: OEO_EXIT_FAILED, having said so, also where standard output
 * could not be written.
 */
int oeo_cli_main(const struct oeo_program *program, int argc, char **argv);

/* The value of option name of this command, NULL where not given ("" for a switch that is given). */
const char *oeo_cli_value(const struct oeo_cli *cli, const char *name);

/* The n-th value (from 0) of an option that may be given several times; NULL where there are fewer. */
const char *oeo_cli_nth_value(const struct oeo_cli *cli, const char *name, size_t n);

/* Read option name as a decimal number within [least, most]; false after having told the user. Not given:
 * true and *number unchanged. */
bool oeo_cli_number(const struct oeo_cli *cli, const char *name, unsigned long least, unsigned long most,
    unsigned long *number);

/* Print "oeo-agent: <text>" (the text alone where is_report) to stderr and return OEO_EXIT_USAGE or OEO_EXIT_FAILED. */
enum oeo_exit oeo_cli_usage(const struct oeo_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum oeo_exit oeo_cli_fail(const struct oeo_cli *cli, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Print note (or the error's name where note is empty) to stderr and return the exit code that fits err:
 * OEO_EXIT_USAGE for OEO_ERR_USAGE, OEO_EXIT_OK for OEO_OK, else OEO_EXIT_FAILED. */
enum oeo_exit oeo_cli_error(const struct oeo_cli *cli, enum oeo_err err, const struct oeo_note *note);

/* Ask a yes/no question on the terminal; --yes answers it. Without a terminal and without --yes: false
 * after having said that --yes is needed. The command must have an option "yes". */
bool oeo_cli_confirm(const struct oeo_cli *cli, const char *question);

/* Show `what done/total` on stderr where that is a terminal, at most ten times a second; done == total
 * ends the line. */
void oeo_cli_progress(const char *what, unsigned long done, unsigned long total);

#endif
