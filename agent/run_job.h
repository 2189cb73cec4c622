/* SPDX-License-Identifier: EUPL-1.2 */
/* A piece of work of the daemon in a process of its own: this program, with another command. For run.c. */
#ifndef OEO_AGENT_RUN_JOB_H
#define OEO_AGENT_RUN_JOB_H

#include <stdbool.h>
#include <sys/types.h>

#include "proto/clock.h"
#include "proto/err.h"

enum oeo_job_kind { OEO_JOB_NONE = 0, OEO_JOB_IMPORT, OEO_JOB_PUBLISH };

struct oeo_job {
	enum oeo_job_kind kind;
	pid_t pid;
	int progress_fd; /* -1: it tells none */
	char line[64]; /* of its progress, so far */
	size_t line_len;
	unsigned percent; /* of the file; 0 where nothing is known yet */
};

enum oeo_job_end {
	OEO_JOB_RUNS = 0,
	OEO_JOB_DONE,
	OEO_JOB_FAILED, /* it said why */
	OEO_JOB_LATER, /* not possible now */
	OEO_JOB_CRASHED
};

/* How the work finds its home, day and language. */
struct oeo_job_setting {
	const char *home;
	struct oeo_clock clock;
};

/* `import FILE --report REPORT [--mapping MAPPING]`; mapping NULL: by its columns. OEO_ERR_IO: no process to be had. */
enum oeo_err oeo_job_start_import(struct oeo_job *job, const struct oeo_job_setting *setting,
    const char *file, const char *mapping, const char *report);

/* `publish --timer`; what it says goes to this process's standard error. */
enum oeo_err oeo_job_start_publish(struct oeo_job *job, const struct oeo_job_setting *setting);

/* Take in what it tells of its progress; does not wait. */
void oeo_job_read_progress(struct oeo_job *job);

/* Whether it has ended, and how; then job is OEO_JOB_NONE. Does not wait. */
enum oeo_job_end oeo_job_reap(struct oeo_job *job);

/* End it and wait until it is gone. What it was doing is as if it had not begun, or goes on at the next publish. */
void oeo_job_stop(struct oeo_job *job);

#endif
