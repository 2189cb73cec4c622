/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "agent/drop.h"
#include "agent/run_job.h"
#include "agent/run_schedule.h"
#include "agent/run_state.h"
#include "agent/way_page.h"
#include "proto/i18n.h"
#include "proto/log.h"

#define COMPONENT "run"
#define MINUTE_MS 60000
#define LONGEST_WAIT_MS 600000
#define MOST_CRASHES 3 /* of the reader on one file after another */
#define TELL_MS 1000 /* between two tellings of a file's progress */
#define LONGEST_PATIENCE_MS 3600000 /* that sending waits for a file that does not get complete */

struct daemon {
	const struct oeo_run_wish *wish;
	struct oeo_job_setting setting;
	struct oeo_home home;
	struct oeo_agent agent; /* for the form; a ledger that is NULL: not opened */
	struct oeo_form *form; /* NULL: none is served */
	struct oeo_form_page way; /* of the form */
	char inbox[OEO_PATH_BYTES];
	struct oeo_drop *drop;
	struct oeo_drop_file file; /* the one that is being read */
	struct oeo_job job;
	struct oeo_schedule schedule;
	struct oeo_run_state state;
	int signals; /* signalfd */
	int timer; /* timerfd */
	int64_t look_ms; /* when to look into the folder */
	int64_t ask_ms; /* when to ask the ledger for the next moment */
	int64_t told_ms; /* when the state was written */
	int64_t files_since_ms; /* since when a file waits to be complete; 0: none does */
	unsigned n_setbacks; /* imports put off, or folders that could not be read, one after the other */
	unsigned n_crashes;
	bool is_stopping;
};

/* Goes on while the machine sleeps. */
static int64_t now_ms(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t now_s(const struct daemon *d)
{
	return oeo_clock_now_s(&d->wish->clock);
}

/* ---- Telling how it stands */

static void tell_systemd(const struct daemon *d)
{
	if (d->job.kind == OEO_JOB_IMPORT)
		(void)sd_notifyf(0, "STATUS=reading a file: %u %%", d->job.percent);
	else if (d->job.kind == OEO_JOB_PUBLISH)
		(void)sd_notify(0, "STATUS=in touch with the collector");
	else
		(void)sd_notify(0, "STATUS=waiting for files and for what is due");
}

static void tell(struct daemon *d)
{
	static const enum oeo_run_doing doings[] = {[OEO_JOB_NONE] = OEO_RUN_WAITS,
	    [OEO_JOB_IMPORT] = OEO_RUN_IMPORTS,
	    [OEO_JOB_PUBLISH] = OEO_RUN_PUBLISHES};
	bool is_import = d->job.kind == OEO_JOB_IMPORT;

	d->state.doing = d->is_stopping ? OEO_RUN_STOPPED : doings[d->job.kind];
	d->state.percent = is_import ? d->job.percent : 0;
	d->state.next_s = oeo_schedule_next_s(&d->schedule, now_ms(), now_s(d));
	(void)snprintf(d->state.file, sizeof(d->state.file), "%s", is_import ? d->file.name : "");
	if (oeo_run_state_save(&d->home, &d->state) != OEO_OK)
		oeo_log(OEO_LOG_WARNING, COMPONENT, "cannot write run.state: is the disk full?");
	d->told_ms = now_ms();
	tell_systemd(d);
}

/* ---- The drop folder */

/* Soon again, then less often. */
static void wait_for_better(struct daemon *d)
{
	int64_t wait_ms = (int64_t)MINUTE_MS / 4 << (d->n_setbacks < 6 ? d->n_setbacks : 6);

	d->n_setbacks++;
	d->look_ms = now_ms() + (wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS);
}

static void write_report(const struct oeo_drop_file *file, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void write_report(const struct oeo_drop_file *file, const char *format, ...)
{
	char text[OEO_NOTE_BYTES];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(text, sizeof(text) - 1, format, arguments);
	va_end(arguments);
	if (len < 0)
		return;
	len = len < (int)sizeof(text) - 1 ? len : (int)sizeof(text) - 2;
	text[len++] = '\n';
	/* Where it cannot be written, finishing the file fails, and that is told. */
	(void)oeo_file_write(file->report, text, (size_t)len, 0600, NULL);
}

/* Names of files are the member's own affair: they stand in `status`, not in the log. */
static void finish_file(struct daemon *d, bool is_done)
{
	struct oeo_note why = {""};
	enum oeo_err err = oeo_drop_finish(d->drop, &d->file, is_done, &why);

	d->look_ms = now_ms();
	d->n_setbacks = 0;
	if (err == OEO_OK) {
		oeo_log(OEO_LOG_INFO, COMPONENT,
		    is_done ? "a file was read; its report lies beside it in done/"
			    : "a file was refused; its report lies beside it in refused/");
		return;
	}
	oeo_log(OEO_LOG_ERROR, COMPONENT, "a file that was read cannot be moved: %s", oeo_err_str(err));
	wait_for_better(d);
}

static void put_file_back(struct daemon *d)
{
	if (oeo_drop_put_back(d->drop, &d->file, NULL) != OEO_OK)
		oeo_log(
		    OEO_LOG_ERROR, COMPONENT, "a file that has to wait cannot be put back: it lies in busy/");
	wait_for_better(d);
}

/* Write the path of the mapping that the sub-folder names; false where there is none. */
static bool find_mapping(const struct daemon *d, char path[OEO_PATH_BYTES])
{
	char inside[sizeof("mappings/.yaml") + OEO_ID_BYTES];

	(void)snprintf(inside, sizeof(inside), "mappings/%s.yaml", d->file.mapping);
	return oeo_home_path(path, &d->home, inside) == OEO_OK && oeo_file_exists(path);
}

static void start_import(struct daemon *d)
{
	bool is_named = d->file.mapping[0] != '\0';
	char mapping[OEO_PATH_BYTES];

	if (!d->file.is_plain) {
		write_report(&d->file, "%s",
		    _("This is not a file but a link or something else. Lay the file "
		      "itself in the folder."));
		finish_file(d, false);
		return;
	}
	if (is_named && !find_mapping(d, mapping)) {
		write_report(&d->file,
		    _("There is no mapping called %s here. A sub-folder has the name of a mapping that was "
		      "used "
		      "before. Lay the file in the folder above it, or import it once by hand: oeo-agent "
		      "import "
		      "FILE --mapping %s.yaml"),
		    d->file.mapping, d->file.mapping);
		finish_file(d, false);
		return;
	}
	if (oeo_job_start_import(
		&d->job, &d->setting, d->file.path, is_named ? mapping : NULL, d->file.report) != OEO_OK) {
		oeo_log(
		    OEO_LOG_ERROR, COMPONENT, "no process to be had for reading a file: %s", strerror(errno));
		put_file_back(d);
	}
	tell(d);
}

/* True where a file was taken, or one may soon be complete. */
static bool look_for_files(struct daemon *d)
{
	int64_t again_ms = INT64_MAX;
	struct oeo_note why = {""};
	bool has_file = false;
	enum oeo_err err = oeo_drop_take(d->drop, now_ms(), &d->file, &has_file, &again_ms, &why);

	if (err != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, COMPONENT, "the drop folder cannot be used: %s", oeo_err_str(err));
		wait_for_better(d);
		return false;
	}
	if (has_file) {
		start_import(d);
		return true;
	}
	d->look_ms = now_ms() + MINUTE_MS; /* not every network share tells of changes */
	if (again_ms == INT64_MAX) {
		d->files_since_ms = 0;
		return false;
	}
	d->look_ms = again_ms < d->look_ms ? again_ms : d->look_ms;
	if (d->files_since_ms == 0)
		d->files_since_ms = now_ms();
	return now_ms() - d->files_since_ms < LONGEST_PATIENCE_MS;
}

static void on_import_end(struct daemon *d, enum oeo_job_end end)
{
	switch (end) {
	case OEO_JOB_DONE:
	case OEO_JOB_FAILED:
		d->n_crashes = 0;
		finish_file(d, end == OEO_JOB_DONE);
		break;
	case OEO_JOB_CRASHED:
		oeo_log(OEO_LOG_ERROR, COMPONENT, "reading a file was cut off; nothing of it is stored");
		if (++d->n_crashes < MOST_CRASHES) {
			put_file_back(d);
			break;
		}
		d->n_crashes = 0;
		write_report(&d->file, "%s",
		    _("The program broke off while it read this file, three times. Nothing of it is stored. "
		      "Try "
		      "to save the file anew as CSV (UTF-8); if that does not help, tell the bureau."));
		finish_file(d, false);
		break;
	case OEO_JOB_LATER:
	case OEO_JOB_RUNS:
		oeo_log(OEO_LOG_WARNING, COMPONENT, "a file cannot be read now and will be tried again");
		put_file_back(d);
		break;
	}
}

/* ---- Sending */

static void ask_for_moment(struct daemon *d, bool *is_ready)
{
	enum oeo_err err = oeo_schedule_look(&d->schedule, is_ready, d->wish->home, d->wish->clock);

	d->ask_ms = now_ms() + (int64_t)60 * MINUTE_MS;
	if (err != OEO_OK)
		oeo_log(OEO_LOG_WARNING, COMPONENT, "the ledger cannot be read now: %s", oeo_err_str(err));
}

static void start_publish(struct daemon *d)
{
	bool is_ready = false;

	ask_for_moment(d, &is_ready);
	if (!is_ready) {
		oeo_schedule_postpone(&d->schedule, now_ms());
	} else if (oeo_job_start_publish(&d->job, &d->setting) != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, COMPONENT, "no process to be had for sending: %s", strerror(errno));
		oeo_schedule_note_failure(&d->schedule, now_ms());
	}
	tell(d);
}

static void on_publish_end(struct daemon *d, enum oeo_job_end end)
{
	bool is_ready = false;

	if (end == OEO_JOB_DONE)
		oeo_schedule_note_success(&d->schedule, now_ms());
	else
		oeo_schedule_note_failure(&d->schedule, now_ms());
	ask_for_moment(d, &is_ready);
}

/* ---- The form */

/* The desk goes on with paper where the form cannot; reading and sending do not wait for it. */
static enum oeo_err start_form(struct daemon *d, struct oeo_note *why)
{
	struct oeo_form_options options;
	enum oeo_err err;

	if (d->wish->form == NULL)
		return OEO_OK;
	d->way = oeo_way_page(&d->agent);
	options = *d->wish->form;
	options.pages = &d->way;
	options.n_pages = 1;
	err = oeo_agent_open(&d->agent, d->wish->home, d->wish->clock, why);
	if (err == OEO_OK)
		err = oeo_form_start(&d->form, &d->agent, &options, why);
	if (err == OEO_ERR_STATE && !d->wish->is_form_required) {
		oeo_log(OEO_LOG_WARNING, COMPONENT,
		    "no form: port %u is taken, or another command is writing to the ledger; give another "
		    "port "
		    "with --port, or --no-form, or start again later",
		    d->wish->form->port);
		return OEO_OK;
	}
	if (err == OEO_OK)
		(void)snprintf(d->state.form, sizeof(d->state.form), "%s", oeo_form_url(d->form));
	return err;
}

static void stop_form(struct daemon *d)
{
	oeo_form_stop(d->form);
	d->form = NULL;
	d->state.form[0] = '\0';
}

static void serve_form(struct daemon *d)
{
	if (d->form == NULL || oeo_form_run(d->form) == OEO_OK)
		return;
	oeo_log(OEO_LOG_ERROR, COMPONENT, "the form is broken and is stopped; start the daemon anew");
	stop_form(d);
}

/* ---- The loop */

static void work(struct daemon *d)
{
	bool has_files = d->files_since_ms != 0 && now_ms() - d->files_since_ms < LONGEST_PATIENCE_MS;
	bool is_ready = false;

	if (d->job.kind != OEO_JOB_NONE)
		return;
	if (now_ms() >= d->look_ms)
		has_files = look_for_files(d);
	/* What lies ready is read before anything is sent. */
	if (d->job.kind != OEO_JOB_NONE || has_files)
		return;
	if (oeo_schedule_is_due(&d->schedule, now_ms(), now_s(d)))
		start_publish(d);
	else if (now_ms() >= d->ask_ms)
		ask_for_moment(d, &is_ready);
}

static void reap(struct daemon *d)
{
	enum oeo_job_kind kind = d->job.kind;
	enum oeo_job_end end = oeo_job_reap(&d->job);

	if (end == OEO_JOB_RUNS)
		return;
	if (kind == OEO_JOB_IMPORT)
		on_import_end(d, end);
	else
		on_publish_end(d, end);
	tell(d);
}

static void on_signal(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
			d->is_stopping = true;
		} else if (info.ssi_signo == SIGHUP) {
			d->look_ms = now_ms();
			d->schedule.beat_ms = now_ms();
		}
	}
	reap(d);
}

static void on_progress(struct daemon *d)
{
	oeo_job_read_progress(&d->job);
	if (now_ms() - d->told_ms >= TELL_MS)
		tell(d);
}

/* Wake up when there is something to do, and once a minute to tell that all is well. */
static void set_timer(const struct daemon *d)
{
	int64_t wake_ms = now_ms() + MINUTE_MS;
	uint64_t watchdog_us = 0;
	struct itimerspec when = {{0, 0}, {0, 0}};

	if (sd_watchdog_enabled(0, &watchdog_us) > 0 && watchdog_us > 0 &&
	    now_ms() + (int64_t)(watchdog_us / 2000) < wake_ms)
		wake_ms = now_ms() + (int64_t)(watchdog_us / 2000);
	if (d->job.kind == OEO_JOB_NONE && d->look_ms < wake_ms)
		wake_ms = d->look_ms;
	if (d->job.kind == OEO_JOB_NONE && d->schedule.beat_ms < wake_ms && d->schedule.beat_ms > now_ms())
		wake_ms = d->schedule.beat_ms;
	when.it_value.tv_sec = (time_t)(wake_ms / 1000);
	when.it_value.tv_nsec = (long)(wake_ms % 1000) * 1000000 + 1;
	if (timerfd_settime(d->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0)
		oeo_log(OEO_LOG_ERROR, COMPONENT, "the timer cannot be set: %s", strerror(errno));
}

static void on_timer(const struct daemon *d)
{
	uint64_t times;

	if (read(d->timer, &times, sizeof(times)) < 0 && errno != EAGAIN)
		oeo_log(OEO_LOG_ERROR, COMPONENT, "the timer cannot be read: %s", strerror(errno));
}

static enum oeo_err loop(struct daemon *d)
{
	while (!d->is_stopping) {
		struct pollfd fds[] = {{d->signals, POLLIN, 0}, {d->timer, POLLIN, 0},
		    {d->job.kind == OEO_JOB_NONE ? oeo_drop_fd(d->drop) : -1, POLLIN, 0},
		    {d->job.progress_fd, POLLIN, 0},
		    {d->form != NULL ? oeo_form_fd(d->form) : -1, POLLIN, 0}};

		set_timer(d);
		if (poll(fds, sizeof(fds) / sizeof(fds[0]),
			d->form != NULL ? oeo_form_timeout_ms(d->form) : -1) < 0 &&
		    errno != EINTR)
			return OEO_ERR_IO;
		if (fds[1].revents != 0)
			on_timer(d);
		if (fds[2].revents != 0)
			d->look_ms = now_ms();
		if (fds[3].revents != 0)
			on_progress(d);
		if (fds[0].revents != 0)
			on_signal(d);
		serve_form(d);
		if (!d->is_stopping)
			work(d);
		if (now_ms() - d->told_ms >= MINUTE_MS)
			tell(d);
		(void)sd_notify(0, "WATCHDOG=1");
	}
	return OEO_OK;
}

/* ---- Start and stop */

static int open_signals(void)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP, SIGCHLD};
	sigset_t wanted;

	(void)sigemptyset(&wanted);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)sigaddset(&wanted, numbers[i]);
	if (sigprocmask(SIG_BLOCK, &wanted, NULL) != 0)
		return -1;
	return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum oeo_err open_all(struct daemon *d, struct oeo_note *why)
{
	const struct oeo_run_wish *wish = d->wish;
	enum oeo_err err = oeo_home_open(&d->home, wish->home, why);

	if (err == OEO_OK)
		err = oeo_home_lock(&d->home, "run", why);
	if (err != OEO_OK)
		return err;
	d->signals = open_signals();
	d->timer = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (d->signals < 0 || d->timer < 0)
		return oeo_note_set(why, OEO_ERR_IO, _("cannot wait for signals: %s"), strerror(errno));
	if (wish->inbox == NULL)
		err = oeo_home_path(d->inbox, &d->home, OEO_INBOX_FOLDER);
	else if (snprintf(d->inbox, sizeof(d->inbox), "%s", wish->inbox) >= (int)sizeof(d->inbox))
		err = oeo_note_set(why, OEO_ERR_RANGE, _("The path %s is too long."), wish->inbox);
	if (err == OEO_OK)
		err = oeo_drop_open(&d->drop, d->inbox, why);
	return err == OEO_OK ? start_form(d, why) : err;
}

static void begin(struct daemon *d)
{
	d->look_ms = now_ms();
	d->ask_ms = now_ms();
	oeo_schedule_init(&d->schedule, now_ms());
	d->state.pid = getpid();
	d->state.started_s = now_s(d);
	(void)snprintf(d->state.inbox, sizeof(d->state.inbox), "%s", d->inbox);
	oeo_log(OEO_LOG_NOTICE, COMPONENT, "ready: watching the drop folder");
	tell(d);
	(void)sd_notify(0, "READY=1");
}

/* Nothing that was begun is lost: a file that was being read is put back, and sending goes on the next time. */
static void stop(struct daemon *d)
{
	bool was_reading = d->job.kind == OEO_JOB_IMPORT;

	(void)sd_notify(0, "STOPPING=1");
	oeo_job_stop(&d->job);
	if (was_reading)
		put_file_back(d);
	stop_form(d);
	tell(d);
	oeo_log(OEO_LOG_NOTICE, COMPONENT, "stopped");
}

enum oeo_err oeo_run(const struct oeo_run_wish *wish, struct oeo_note *why)
{
	struct daemon d = {.wish = wish,
	    .setting = {wish->home, wish->clock},
	    .home = {.lock_fd = -1},
	    .job = {.progress_fd = -1},
	    .signals = -1,
	    .timer = -1};
	enum oeo_err err = open_all(&d, why);

	if (err == OEO_OK) {
		begin(&d);
		err = loop(&d);
		stop(&d);
	}
	stop_form(&d);
	if (d.agent.ledger != NULL)
		oeo_agent_close(&d.agent);
	oeo_drop_close(d.drop);
	if (d.signals >= 0)
		(void)close(d.signals);
	if (d.timer >= 0)
		(void)close(d.timer);
	oeo_home_close(&d.home);
	return err;
}
