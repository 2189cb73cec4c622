/* SPDX-License-Identifier: EUPL-1.2 */
/* What the daemon sends, and when. */
#include <errno.h>
#include <string.h>

#include "agent/run_internal.h"
#include "proto/log.h"

void oeo_run_ask_for_moment(struct oeo_daemon *d, bool *is_ready)
{
	enum oeo_err err = oeo_schedule_look(&d->schedule, is_ready, d->wish->home, d->wish->clock);

	d->ask_ms = oeo_run_now_ms() + (int64_t)60 * OEO_RUN_MINUTE_MS;
	if (err != OEO_OK)
		oeo_log(OEO_LOG_WARNING, OEO_RUN_COMPONENT, "the ledger cannot be read now: %s",
		    oeo_err_str(err));
}

void oeo_run_start_publish(struct oeo_daemon *d)
{
	bool is_ready = false;

	oeo_run_ask_for_moment(d, &is_ready);
	if (!is_ready) {
		oeo_schedule_postpone(&d->schedule, oeo_run_now_ms());
	} else if (oeo_job_start_publish(&d->job, &d->setting) != OEO_OK) {
		oeo_log(OEO_LOG_ERROR, OEO_RUN_COMPONENT, "no process to be had for sending: %s",
		    strerror(errno));
		oeo_schedule_note_failure(&d->schedule, oeo_run_now_ms());
	}
	oeo_run_tell(d);
}

void oeo_run_on_publish_end(struct oeo_daemon *d, enum oeo_job_end end)
{
	bool is_ready = false;

	if (end == OEO_JOB_DONE)
		oeo_schedule_note_success(&d->schedule, oeo_run_now_ms());
	else
		oeo_schedule_note_failure(&d->schedule, oeo_run_now_ms());
	oeo_run_ask_for_moment(d, &is_ready);
}
