/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/run.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "agent/convert_folder.h"
#include "agent/run_internal.h"
#include "proto/i18n.h"
#include "proto/log.h"

#define TELL_MS 1000 /* between two tellings of a file's progress */

/* Goes on while the machine sleeps. */
int64_t oeo_run_now_ms(void)
{
	struct timespec now = {0, 0};

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t oeo_run_now_s(const struct oeo_daemon *d)
{
	return oeo_clock_now_s(&d->wish->clock);
}

/* ---- Telling how it stands */

static void tell_systemd(const struct oeo_daemon *d)
{
	if (d->job.kind == OEO_JOB_IMPORT)
		(void)sd_notifyf(0, "STATUS=reading a file: %u %%", d->job.percent);
	else if (d->job.kind == OEO_JOB_PUBLISH)
		(void)sd_notify(0, "STATUS=in touch with the collector");
	else
		(void)sd_notify(0, "STATUS=waiting for files and for what is due");
}

void oeo_run_tell(struct oeo_daemon *d)
{
	static const enum oeo_run_doing doings[] = {[OEO_JOB_NONE] = OEO_RUN_WAITS,
	    [OEO_JOB_IMPORT] = OEO_RUN_IMPORTS,
	    [OEO_JOB_PUBLISH] = OEO_RUN_PUBLISHES};
	bool is_import = d->job.kind == OEO_JOB_IMPORT;

	d->state.doing = d->is_stopping ? OEO_RUN_STOPPED : doings[d->job.kind];
	d->state.percent = is_import ? d->job.percent : 0;
	d->state.next_s = oeo_schedule_next_s(&d->schedule, oeo_run_now_ms(), oeo_run_now_s(d));
	(void)snprintf(d->state.file, sizeof(d->state.file), "%s", is_import ? d->file.name : "");
	if (oeo_run_state_save(&d->home, &d->state) != OEO_OK)
		oeo_log(OEO_LOG_WARNING, OEO_RUN_COMPONENT, "cannot write run.state: is the disk full?");
	d->told_ms = oeo_run_now_ms();
	tell_systemd(d);
}

/* ---- The loop */

static void work(struct oeo_daemon *d)
{
	bool has_files = oeo_run_awaits_file(d);
	bool is_ready = false;

	if (d->job.kind != OEO_JOB_NONE)
		return;
	if (oeo_run_now_ms() >= d->look_ms)
		has_files = oeo_run_look_for_files(d);
	/* What lies ready is read before anything is sent. */
	if (d->job.kind != OEO_JOB_NONE || has_files)
		return;
	if (oeo_schedule_is_due(&d->schedule, oeo_run_now_ms(), oeo_run_now_s(d)))
		oeo_run_start_publish(d);
	else if (oeo_run_now_ms() >= d->ask_ms)
		oeo_run_ask_for_moment(d, &is_ready);
	if (oeo_run_now_ms() >= d->tidy_ms)
		oeo_run_tidy(d);
}

static void reap(struct oeo_daemon *d)
{
	enum oeo_job_kind kind = d->job.kind;
	enum oeo_job_end end = oeo_job_reap(&d->job);

	if (end == OEO_JOB_RUNS)
		return;
	if (kind == OEO_JOB_IMPORT)
		oeo_run_on_import_end(d, end);
	else
		oeo_run_on_publish_end(d, end);
	oeo_run_tell(d);
}

static void on_signal(struct oeo_daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGTERM || info.ssi_signo == SIGINT) {
			d->is_stopping = true;
		} else if (info.ssi_signo == SIGHUP) {
			d->backoff_until_ms = 0;
			d->look_ms = oeo_run_now_ms();
			d->tidy_ms = oeo_run_now_ms();
			d->schedule.beat_ms = oeo_run_now_ms();
		}
	}
	reap(d);
}

static void on_progress(struct oeo_daemon *d)
{
	oeo_job_read_progress(&d->job);
	if (oeo_run_now_ms() - d->told_ms >= TELL_MS)
		oeo_run_tell(d);
}

/* Wake up when there is something to do, and once a minute to tell that all is well. */
static void set_timer(const struct oeo_daemon *d)
{
	int64_t wake_ms = oeo_run_now_ms() + OEO_RUN_MINUTE_MS;
	uint64_t watchdog_us = 0;
	struct itimerspec when = {{0, 0}, {0, 0}};

	if (sd_watchdog_enabled(0, &watchdog_us) > 0 && watchdog_us > 0 &&
	    oeo_run_now_ms() + (int64_t)(watchdog_us / 2000) < wake_ms)
		wake_ms = oeo_run_now_ms() + (int64_t)(watchdog_us / 2000);
	if (d->job.kind == OEO_JOB_NONE && d->look_ms < wake_ms)
		wake_ms = d->look_ms;
	if (d->job.kind == OEO_JOB_NONE && d->schedule.beat_ms < wake_ms &&
	    d->schedule.beat_ms > oeo_run_now_ms())
		wake_ms = d->schedule.beat_ms;
	when.it_value.tv_sec = (time_t)(wake_ms / 1000);
	when.it_value.tv_nsec = (long)(wake_ms % 1000) * 1000000 + 1;
	if (timerfd_settime(d->timer, TFD_TIMER_ABSTIME, &when, NULL) != 0)
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT, "the timer cannot be set: %s", strerror(errno));
}

static void on_timer(const struct oeo_daemon *d)
{
	uint64_t times;

	if (read(d->timer, &times, sizeof(times)) < 0 && errno != EAGAIN)
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT, "the timer cannot be read: %s", strerror(errno));
}

static enum oeo_err loop(struct oeo_daemon *d)
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
			oeo_run_note_news(d);
		if (fds[3].revents != 0)
			on_progress(d);
		if (fds[0].revents != 0)
			on_signal(d);
		oeo_run_serve_form(d);
		if (!d->is_stopping)
			work(d);
		if (oeo_run_now_ms() - d->told_ms >= OEO_RUN_MINUTE_MS)
			oeo_run_tell(d);
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

static enum oeo_err open_all(struct oeo_daemon *d, struct oeo_note *why)
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
	return err == OEO_OK ? oeo_run_start_form(d, why) : err;
}

static void begin(struct oeo_daemon *d)
{
	oeo_convert_sweep();
	d->look_ms = oeo_run_now_ms();
	d->ask_ms = oeo_run_now_ms();
	d->tidy_ms = oeo_run_now_ms();
	oeo_schedule_init(&d->schedule, oeo_run_now_ms());
	d->state.pid = getpid();
	d->state.started_s = oeo_run_now_s(d);
	(void)snprintf(d->state.inbox, sizeof(d->state.inbox), "%s", d->inbox);
	oeo_log(OEO_LOG_NOTICE, OEO_RUN_COMPONENT, "ready: watching the drop folder");
	oeo_run_tell(d);
	(void)sd_notify(0, "READY=1");
}

/* Nothing that was begun is lost: a file that was being read is put back, and sending goes on the next time. */
static void stop(struct oeo_daemon *d)
{
	bool was_reading = d->job.kind == OEO_JOB_IMPORT;

	(void)sd_notify(0, "STOPPING=1");
	oeo_job_stop(&d->job);
	if (was_reading)
		oeo_run_put_file_back(d);
	oeo_run_stop_form(d);
	oeo_run_tell(d);
	oeo_log(OEO_LOG_NOTICE, OEO_RUN_COMPONENT, "stopped");
}

enum oeo_err oeo_run(const struct oeo_run_wish *wish, struct oeo_note *why)
{
	struct oeo_daemon d = {.wish = wish,
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
	oeo_run_stop_form(&d);
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
