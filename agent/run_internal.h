/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The daemon's parts, shared by run.c (the loop, start and stop), run_files.c (the drop folder and its reports),
 * run_send.c (what is sent, and when) and run_form.c (the form at the desk). For them only.
 */
#ifndef OEO_AGENT_RUN_INTERNAL_H
#define OEO_AGENT_RUN_INTERNAL_H

#include "agent/drop.h"
#include "agent/run.h"
#include "agent/run_crashes.h"
#include "agent/run_job.h"
#include "agent/run_schedule.h"
#include "agent/run_state.h"

#define OEO_RUN_COMPONENT "run"
#define OEO_RUN_MINUTE_MS 60000

struct oeo_daemon {
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
	int64_t backoff_until_ms; /* news from the folder does not bring the look forward to before this */
	int64_t ask_ms; /* when to ask the ledger for the next moment */
	int64_t tidy_ms; /* when to look for files that were kept long enough */
	int64_t told_ms; /* when the state was written */
	int64_t files_since_ms; /* since when a file waits to be complete; 0: none does */
	size_t n_deep; /* folders in folders that were there at the last look */
	unsigned n_setbacks; /* imports put off, or folders that could not be read, one after the other */
	struct oeo_crashes crashes; /* of the process that reads, by file */
	bool is_stopping;
};

/* Milliseconds of a clock that goes on while the machine sleeps; seconds of the clock the user gave. */
int64_t oeo_run_now_ms(void);
int64_t oeo_run_now_s(const struct oeo_daemon *d);

/* Write down how it stands, for `status` and for systemd. */
void oeo_run_tell(struct oeo_daemon *d);

/* Something changed in the folder: look soon, though not before the end of a wait after a setback. */
void oeo_run_note_news(struct oeo_daemon *d);

/* Whether a file waits that may soon be complete, so that sending waits for it. */
bool oeo_run_awaits_file(const struct oeo_daemon *d);

/* Look into the folder and begin to read what is ready. True where a file was taken, or one may soon be complete. */
bool oeo_run_look_for_files(struct oeo_daemon *d);

/* The process that read d->file has ended: move the file, or put it back. */
void oeo_run_on_import_end(struct oeo_daemon *d, enum oeo_job_end end);

/* Put d->file back where it was taken from, and wait before the folder is looked at again. */
void oeo_run_put_file_back(struct oeo_daemon *d);

/* Delete the files that were read and kept for as long as the coordinator chose, and what a cut-off backup left. */
void oeo_run_tidy(struct oeo_daemon *d);

/* Send what is due, or be in touch; ask the ledger when the next moment is, *is_ready: whether there is anything to do;
 * the process that sent has ended. */
void oeo_run_start_publish(struct oeo_daemon *d);
void oeo_run_ask_for_moment(struct oeo_daemon *d, bool *is_ready);
void oeo_run_on_publish_end(struct oeo_daemon *d, enum oeo_job_end end);

/* Serve the form where one is wanted. OEO_OK also where it cannot be had and is not required; why says what is wrong. */
enum oeo_err oeo_run_start_form(struct oeo_daemon *d, struct oeo_note *why);
void oeo_run_serve_form(struct oeo_daemon *d);
void oeo_run_stop_form(struct oeo_daemon *d);

#endif
