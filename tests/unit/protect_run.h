/* SPDX-License-Identifier: EUPL-1.2 */
/* The path of `oeo-collector protect` from its command line to the text it writes, without a process each time. */
#ifndef OEO_TESTS_UNIT_PROTECT_RUN_H
#define OEO_TESTS_UNIT_PROTECT_RUN_H

#include <stdlib.h>
#include <string.h>

#include "collector/protect.h"
#include "collector/protect_job.h"

#define RUN_OPTIONS 24

struct protect_run {
	struct oeo_program program;
	struct oeo_command command;
	struct oeo_cli cli;
	char *arguments[1];
	const char *values[RUN_OPTIONS];
	struct oeo_given given[RUN_OPTIONS];
	struct oeo_protect_job job;
	struct oeo_note why;
};

/* Begin with a table; all texts are borrowed until protect_run_fini. */
static inline void protect_run_init(struct protect_run *run, char *table)
{
	memset(run, 0, sizeof(*run));
	run->program.name = "test";
	run->command = (struct oeo_command){.name = "protect", .options = oeo_protect_options};
	run->arguments[0] = table;
	run->cli = (struct oeo_cli){.program = &run->program,
	    .command = &run->command,
	    .arguments = run->arguments,
	    .n_arguments = 1,
	    .values = run->values,
	    .given = run->given};
	run->job.cli = &run->cli;
}

static inline void protect_run_option(struct protect_run *run, const char *name, const char *value)
{
	size_t i = 0;

	while (oeo_protect_options[i].name != NULL && strcmp(oeo_protect_options[i].name, name) != 0)
		i++;
	if (oeo_protect_options[i].name == NULL || i >= RUN_OPTIONS || run->cli.n_given == RUN_OPTIONS)
		abort();
	run->values[i] = value;
	run->given[run->cli.n_given++] = (struct oeo_given){i, value};
}

/* Read, decide, and write to text (empty where refused). */
static inline enum oeo_err protect_run_all(struct protect_run *run, struct oeo_buf *text)
{
	enum oeo_err err = oeo_protect_options_read(&run->job) ? OEO_OK : OEO_ERR_USAGE;

	if (err == OEO_OK)
		err = oeo_protect_read(&run->job, &run->why);
	if (err == OEO_OK)
		err = oeo_protect_decide(&run->job, &run->why);
	if (err == OEO_OK)
		err = oeo_protect_write(&run->job, text);
	return err == OEO_OK ? oeo_buf_terminate(text) : err;
}

static inline void protect_run_fini(struct protect_run *run)
{
	oeo_protect_job_fini(&run->job);
}

#endif
