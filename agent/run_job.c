/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run_job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "proto/cli.h"
#include "proto/i18n.h"

#define OWN_PROGRAM "/proc/self/exe"
#define MOST_ARGUMENTS 16
#define STOP_MS 10000 /* between SIGTERM and SIGKILL */
#define STOP_STEP_MS 20

struct arguments {
	const char *items[MOST_ARGUMENTS];
	size_t n;
	char now[OEO_TIME_TEXT_BYTES];
};

static void add(struct arguments *arguments, const char *item)
{
	if (arguments->n + 1 < MOST_ARGUMENTS)
		arguments->items[arguments->n++] = item;
}

static void add_option(struct arguments *arguments, const char *name, const char *value)
{
	if (value == NULL)
		return;
	add(arguments, name);
	add(arguments, value);
}

static void begin(struct arguments *arguments, const char *command, const struct oeo_job_setting *setting)
{
	memset(arguments, 0, sizeof(*arguments));
	add(arguments, "oeo-agent");
	add(arguments, command);
	add_option(arguments, "--home", setting->home);
	add_option(arguments, "--lang", oeo_i18n_lang() == OEO_LANG_EN ? "en" : "nl");
	if (setting->clock.fixed_s < 0)
		return;
	oeo_clock_format(arguments->now, setting->clock.fixed_s);
	arguments->now[strcspn(arguments->now, "Z")] = '\0';
	add_option(arguments, "--now", arguments->now);
}

/* In the new process: no blocked signals, no terminal to ask, an end when the daemon ends. Never returns. */
static void become(const struct arguments *arguments, int output, pid_t parent)
{
	char *const *argv = (char *const *)arguments->items;
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigset_t none;

	(void)sigemptyset(&none);
	if (sigprocmask(SIG_SETMASK, &none, NULL) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 ||
	    getppid() != parent || dup2(nothing, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0)
		_exit(OEO_EXIT_LATER);
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)execv(OWN_PROGRAM, argv);
	_exit(OEO_EXIT_LATER);
}

static enum oeo_err start(
    struct oeo_job *job, enum oeo_job_kind kind, const struct arguments *arguments, int output)
{
	pid_t parent = getpid();
	pid_t pid;

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0)
		become(arguments, output, parent);
	if (pid < 0)
		return OEO_ERR_IO;
	job->kind = kind;
	job->pid = pid;
	job->line_len = 0;
	job->percent = 0;
	return OEO_OK;
}

enum oeo_err oeo_job_start_import(struct oeo_job *job, const struct oeo_job_setting *setting,
    const char *file, const char *mapping, const char *report)
{
	struct arguments arguments;
	int ends[2];
	enum oeo_err err;

	begin(&arguments, "import", setting);
	add_option(&arguments, "--report", report);
	add_option(&arguments, "--mapping", mapping);
	add(&arguments, file);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return OEO_ERR_IO;
	err = start(job, OEO_JOB_IMPORT, &arguments, ends[1]);
	(void)close(ends[1]);
	if (err == OEO_OK && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0) {
		job->progress_fd = ends[0];
		return OEO_OK;
	}
	job->progress_fd = -1;
	(void)close(ends[0]);
	return err;
}

enum oeo_err oeo_job_start_publish(struct oeo_job *job, const struct oeo_job_setting *setting)
{
	struct arguments arguments;

	begin(&arguments, "publish", setting);
	add(&arguments, "--timer");
	job->progress_fd = -1;
	return start(job, OEO_JOB_PUBLISH, &arguments, STDERR_FILENO);
}

/* A whole number that ends at this character; *rest is what stands behind it. */
static bool take_number(uint64_t *number, const char *text, char end, const char **rest)
{
	char *after = NULL;

	if (text[0] < '0' || text[0] > '9')
		return false;
	errno = 0;
	*number = strtoull(text, &after, 10);
	if (errno != 0 || *after != end)
		return false;
	*rest = after + 1;
	return true;
}

/* "bytes read, bytes in all"; anything else is no news. */
static void take_line(struct oeo_job *job)
{
	const char *rest = job->line;
	uint64_t done = 0;
	uint64_t total = 0;

	job->line[job->line_len] = '\0';
	job->line_len = 0;
	if (!take_number(&done, rest, ' ', &rest) || !take_number(&total, rest, '\0', &rest) || total == 0 ||
	    done > total)
		return;
	job->percent = (unsigned)(done / (total / 100 + (total % 100 != 0)));
	if (job->percent > 100)
		job->percent = 100;
}

void oeo_job_read_progress(struct oeo_job *job)
{
	char bytes[256];
	ssize_t got;

	while (job->progress_fd >= 0 && (got = read(job->progress_fd, bytes, sizeof(bytes))) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return;
		for (ssize_t i = 0; i < got; i++) {
			if (bytes[i] == '\n')
				take_line(job);
			else if (job->line_len + 1 < sizeof(job->line))
				job->line[job->line_len++] = bytes[i];
		}
	}
	/* Its end: what follows is how the process ended. */
	if (job->progress_fd >= 0)
		(void)close(job->progress_fd);
	job->progress_fd = -1;
}

static enum oeo_job_end end_of(int status)
{
	if (!WIFEXITED(status))
		return OEO_JOB_CRASHED;
	switch (WEXITSTATUS(status)) {
	case OEO_EXIT_OK:
		return OEO_JOB_DONE;
	case OEO_EXIT_FAILED:
	case OEO_EXIT_USAGE:
		return OEO_JOB_FAILED;
	case OEO_EXIT_LATER:
		return OEO_JOB_LATER;
	default:
		return OEO_JOB_CRASHED;
	}
}

static void forget(struct oeo_job *job)
{
	if (job->progress_fd >= 0)
		(void)close(job->progress_fd);
	job->progress_fd = -1;
	job->kind = OEO_JOB_NONE;
	job->pid = 0;
}

enum oeo_job_end oeo_job_reap(struct oeo_job *job)
{
	int status = 0;
	pid_t pid;

	if (job->kind == OEO_JOB_NONE)
		return OEO_JOB_RUNS;
	pid = waitpid(job->pid, &status, WNOHANG);
	if (pid == 0 || (pid < 0 && errno == EINTR))
		return OEO_JOB_RUNS;
	forget(job);
	return pid < 0 ? OEO_JOB_CRASHED : end_of(status);
}

void oeo_job_stop(struct oeo_job *job)
{
	const struct timespec step = {0, STOP_STEP_MS * 1000000L};

	if (job->kind == OEO_JOB_NONE)
		return;
	(void)kill(job->pid, SIGTERM);
	for (unsigned waited_ms = 0; oeo_job_reap(job) == OEO_JOB_RUNS && job->kind != OEO_JOB_NONE;
	     waited_ms += STOP_STEP_MS) {
		if (waited_ms >= STOP_MS)
			(void)kill(job->pid, SIGKILL);
		(void)nanosleep(&step, NULL);
	}
}
