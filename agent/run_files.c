/* SPDX-License-Identifier: EUPL-1.2 */
/* The drop folder of the daemon: which file is read next, what its report says, and where it goes. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/leftovers.h"
#include "agent/run_internal.h"
#include "proto/backup.h"
#include "proto/i18n.h"
#include "proto/log.h"

#define LONGEST_WAIT_MS 600000
#define MOST_CRASHES 3 /* of the reader on the same file */
#define LONGEST_PATIENCE_MS 3600000 /* that sending waits for a file that does not get complete */

/* Soon again, then less often. */
static void wait_for_better(struct oeo_daemon *d)
{
	int64_t wait_ms = (int64_t)OEO_RUN_MINUTE_MS / 4 << (d->n_setbacks < 6 ? d->n_setbacks : 6);

	d->n_setbacks++;
	d->backoff_until_ms = oeo_run_now_ms() + (wait_ms < LONGEST_WAIT_MS ? wait_ms : LONGEST_WAIT_MS);
	d->look_ms = d->backoff_until_ms;
}

void oeo_run_note_news(struct oeo_daemon *d)
{
	int64_t now_ms = oeo_run_now_ms();

	oeo_drop_forget_news(d->drop);
	d->look_ms = now_ms > d->backoff_until_ms ? now_ms : d->backoff_until_ms;
}

bool oeo_run_awaits_file(const struct oeo_daemon *d)
{
	return d->files_since_ms != 0 && oeo_run_now_ms() - d->files_since_ms < LONGEST_PATIENCE_MS;
}

void oeo_run_put_file_back(struct oeo_daemon *d)
{
	if (oeo_drop_put_back(d->drop, &d->file, NULL) != OEO_OK)
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT,
		    "a file that has to wait cannot be put back: it lies in busy/");
	wait_for_better(d);
}

/* Names of files are the member's own affair: they stand in `status`, not in the log. Where the file or its report cannot
 * be put in its place it is read again later; that counts nothing twice. */
static void finish_file(struct oeo_daemon *d, bool is_done)
{
	struct oeo_note why = {""};
	enum oeo_err err = oeo_drop_finish(d->drop, &d->file, is_done, &why);

	if (err != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT,
		    "a file and its report cannot be put in done/ or refused/, and are tried again: %s; is "
		    "the "
		    "disk full?",
		    oeo_err_str(err));
		oeo_run_put_file_back(d);
		return;
	}
	oeo_crashes_forget(&d->crashes, d->file.device, d->file.inode);
	d->look_ms = oeo_run_now_ms();
	d->backoff_until_ms = 0;
	d->n_setbacks = 0;
	oeo_log(OEO_LOG_INFO, OEO_RUN_COMPONENT,
	    is_done ? "a file was read; its report lies beside it in done/"
		    : "a file was refused; its report lies beside it in refused/");
}

static void refuse(struct oeo_daemon *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* With this as its report. */
static void refuse(struct oeo_daemon *d, const char *format, ...)
{
	char text[OEO_NOTE_BYTES];
	va_list arguments;
	int len;

	va_start(arguments, format);
	len = vsnprintf(text, sizeof(text) - 1, format, arguments);
	va_end(arguments);
	if (len < 0)
		len = 0;
	len = len < (int)sizeof(text) - 1 ? len : (int)sizeof(text) - 2;
	text[len++] = '\n';
	/* Where it cannot be written finish_file finds none, and puts the file back. */
	if (oeo_file_write(d->file.report, text, (size_t)len, 0600, NULL) != OEO_OK)
		(void)unlink(d->file.report);
	finish_file(d, false);
}

/* Write the path of the mapping that the sub-folder names; false where there is none. */
static bool find_mapping(const struct oeo_daemon *d, char path[OEO_PATH_BYTES])
{
	char inside[sizeof("mappings/.yaml") + OEO_ID_BYTES];

	if (!oeo_id_is_valid(d->file.folder))
		return false;
	(void)snprintf(inside, sizeof(inside), "mappings/%.*s.yaml", OEO_ID_BYTES - 1, d->file.folder);
	return oeo_home_path(path, &d->home, inside) == OEO_OK && oeo_file_exists(path);
}

static void start_import(struct oeo_daemon *d)
{
	bool is_named = d->file.folder[0] != '\0';
	char mapping[OEO_PATH_BYTES];

	if (!d->file.is_plain) {
		refuse(d, "%s",
		    _("This is not a file but a link or something else. Lay the file "
		      "itself in the folder."));
		return;
	}
	if (is_named && !find_mapping(d, mapping)) {
		refuse(d,
		    _("This file lay in a folder called \"%s\", and nothing is known here of how such files "
		      "are to be read. Lay the file in %s itself, not in a folder in it. If it is refused "
		      "there too, ask whoever manages this computer to import it once by hand; after that "
		      "it goes by itself."),
		    d->file.folder, d->inbox);
		return;
	}
	if (oeo_job_start_import(
		&d->job, &d->setting, d->file.path, is_named ? mapping : NULL, d->file.report) != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT, "no process to be had for reading a file: %s",
		    strerror(errno));
		oeo_run_put_file_back(d);
	}
	oeo_run_tell(d);
}

/* Said when more of them appear, not at every look. */
static void note_deep_folders(struct oeo_daemon *d)
{
	size_t n = oeo_drop_count_deep(d->drop);

	if (n > d->n_deep)
		oeo_log(OEO_LOG_WARNING, OEO_RUN_COMPONENT,
		    "a folder lies in a folder of the drop folder and is not looked into; `status` says "
		    "which");
	d->n_deep = n;
}

/* True where a file was taken, or one may soon be complete. */
bool oeo_run_look_for_files(struct oeo_daemon *d)
{
	int64_t again_ms = INT64_MAX;
	struct oeo_note why = {""};
	bool has_file = false;
	enum oeo_err err = oeo_drop_take(d->drop, oeo_run_now_ms(), &d->file, &has_file, &again_ms, &why);

	if (err != OEO_OK) {
		oeo_log(
		    OEO_LOG_ERROR, OEO_RUN_COMPONENT, "the drop folder cannot be used: %s", oeo_err_str(err));
		wait_for_better(d);
		return false;
	}
	note_deep_folders(d);
	if (has_file) {
		start_import(d);
		return true;
	}
	d->look_ms = oeo_run_now_ms() + OEO_RUN_MINUTE_MS; /* not every network share tells of changes */
	if (again_ms == INT64_MAX) {
		d->files_since_ms = 0;
		return false;
	}
	d->look_ms = again_ms < d->look_ms ? again_ms : d->look_ms;
	if (d->files_since_ms == 0)
		d->files_since_ms = oeo_run_now_ms();
	return oeo_run_awaits_file(d);
}

static enum oeo_err delete_read(const struct oeo_daemon *d, size_t *n)
{
	struct oeo_agent agent;
	unsigned days = 0;
	enum oeo_err err = oeo_agent_open(&agent, d->wish->home, d->wish->clock, NULL);

	if (err != OEO_OK)
		return err;
	err = oeo_keep_files_load(&days, agent.ledger);
	oeo_agent_close(&agent);
	if (err == OEO_OK && days > 0)
		err = oeo_leftovers_delete_read(n, d->inbox, days, oeo_run_now_s(d), true);
	return err;
}

void oeo_run_tidy(struct oeo_daemon *d)
{
	size_t n = 0;
	enum oeo_err err = delete_read(d, &n);

	oeo_backup_sweep(&d->home);
	d->tidy_ms = oeo_run_now_ms() + (int64_t)60 * OEO_RUN_MINUTE_MS;
	if (err != OEO_OK)
		oeo_log(OEO_LOG_WARNING, OEO_RUN_COMPONENT,
		    "files that were kept long enough cannot be deleted now: %s", oeo_err_str(err));
	else if (n > 0)
		oeo_log(OEO_LOG_NOTICE, OEO_RUN_COMPONENT,
		    "files in done/ that were kept for as long as was chosen are deleted: %zu", n);
}

void oeo_run_on_import_end(struct oeo_daemon *d, enum oeo_job_end end)
{
	switch (end) {
	case OEO_JOB_DONE:
	case OEO_JOB_FAILED:
		finish_file(d, end == OEO_JOB_DONE);
		break;
	case OEO_JOB_CRASHED:
		oeo_log(
		    OEO_LOG_ERROR, OEO_RUN_COMPONENT, "reading a file was cut off; nothing of it is stored");
		if (oeo_crashes_count(&d->crashes, d->file.device, d->file.inode) < MOST_CRASHES) {
			oeo_run_put_file_back(d);
			break;
		}
		refuse(d, "%s",
		    _("The program broke off while it read this file, three times. Nothing of it is stored. "
		      "Try "
		      "to save the file anew as CSV (UTF-8); if that does not help, tell the bureau."));
		break;
	case OEO_JOB_LATER:
	case OEO_JOB_RUNS:
		oeo_log(
		    OEO_LOG_WARNING, OEO_RUN_COMPONENT, "a file cannot be read now and will be tried again");
		oeo_run_put_file_back(d);
		break;
	}
}
