/* SPDX-License-Identifier: EUPL-1.2 */
/* Publishing: the heartbeat, and sending a period's messages. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/crash_point.h"
#include "agent/publish_internal.h"
#include "proto/i18n.h"

#define MOST_HEARTBEATS 3

void oeo_publishing_tell(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	(void)fflush(stdout);
}

/* ---- The heartbeat */

static enum oeo_err beat_once(struct oeo_publishing *p, bool *has_deleted, struct oeo_note *why)
{
	struct oeo_period *deleted = NULL;
	size_t n_deleted = 0;
	struct oeo_refusal refusal;
	struct oeo_buf news = {0};
	enum oeo_err err = oeo_told_list_deleted(&deleted, &n_deleted, p->agent->ledger);

	oeo_told_fini(&p->told);
	if (err == OEO_OK)
		err = oeo_uplink_heartbeat(&p->uplink, deleted, n_deleted, &p->told, &refusal, why);
	if (err == OEO_OK)
		err = oeo_told_apply(&p->told, p->agent, &news, has_deleted, why);
	if (err == OEO_OK && news.len > 0)
		oeo_publishing_tell("%.*s", (int)news.len, (const char *)news.data);
	free(deleted);
	oeo_buf_fini(&news);
	return err;
}

/* A second one where the first made this agent delete something, so that the collector knows. */
enum oeo_err oeo_publishing_beat(struct oeo_publishing *p, struct oeo_note *why)
{
	bool has_deleted = false;
	enum oeo_err err = beat_once(p, &has_deleted, why);

	if (err == OEO_OK && has_deleted)
		err = beat_once(p, &has_deleted, why);
	return err;
}

/* ---- Sending */

enum oeo_err oeo_publishing_save(
    const struct oeo_publishing *p, const struct oeo_period_record *record, struct oeo_note *why)
{
	enum oeo_err err = oeo_period_record_save(p->agent->ledger, record);

	if (err != OEO_OK)
		(void)oeo_note_set(why, err, _("The ledger cannot be written (%s)."), oeo_err_text(err));
	return err;
}

/* Begin one message before the collector's next: where it holds another submission, that is where it shows. */
static uint32_t first_part(const struct oeo_publishing *p, const struct oeo_period_record *record)
{
	const struct oeo_period_state *state = oeo_told_find(&p->told, &record->period);
	uint32_t next = state != NULL && !state->is_final ? state->next_index : 0;

	if (next > record->n_parts)
		next = record->n_parts;
	return next > 0 ? next - 1 : 0;
}

static enum oeo_err send_once(struct oeo_publishing *p, struct oeo_period_record *record,
    struct oeo_refusal *refusal, struct oeo_note *why)
{
	enum oeo_err err = OEO_OK;

	if (!record->is_sent) {
		/* Before the first byte leaves: from here on the snapshot is never thrown away. */
		record->is_sent = true;
		err = oeo_publishing_save(p, record, why);
		oeo_crash_point("sending-marked");
	}
	if (err == OEO_OK)
		err = oeo_uplink_send_parts(&p->uplink, p->agent->ledger, &record->period,
		    first_part(p, record), record->n_parts, refusal, why);
	if (err != OEO_OK)
		return err;
	oeo_crash_point("final-acknowledged");
	record->stage = OEO_STAGE_SUBMITTED;
	record->final_s = oeo_clock_now_s(&p->agent->clock);
	record->reason = 0;
	record->refused_by[0] = '\0';
	record->is_gone = false;
	return oeo_publishing_save(p, record, why);
}

/* Where the collector is further, or elsewhere, than was thought, it is asked once more how the period stands. */
static bool is_answered_by_heartbeat(unsigned reason)
{
	return reason == OEO_REASON_GAP || reason == OEO_REASON_CLOSED ||
	       reason == OEO_REASON_PERIOD_RELEASED || reason == OEO_REASON_PERIOD_DESTROYED;
}

enum oeo_err oeo_publishing_send(
    struct oeo_publishing *p, struct oeo_period_record *record, struct oeo_note *why)
{
	struct oeo_refusal refusal;
	enum oeo_err err = OEO_OK;

	for (unsigned i = 0; i < MOST_HEARTBEATS; i++) {
		memset(&refusal, 0, sizeof(refusal));
		err = send_once(p, record, &refusal, why);
		if (err != OEO_ERR_REFUSED || !is_answered_by_heartbeat(refusal.reason))
			break;
		err = oeo_publishing_beat(p, why);
		if (err == OEO_OK)
			err = oeo_period_record_load(record, p->agent->ledger, &record->period);
		if (err != OEO_OK || record->stage != OEO_STAGE_READY)
			return err;
		err = oeo_refusal_explain(why, &refusal);
	}
	if (err == OEO_ERR_REFUSED) {
		record->reason = refusal.reason;
		memcpy(record->refused_by, refusal.by.id, OEO_ID_BYTES);
		if (oeo_publishing_save(p, record, NULL) != OEO_OK)
			return OEO_ERR_IO;
	}
	return err;
}
