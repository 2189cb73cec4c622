/* SPDX-License-Identifier: EUPL-1.2 */
/* One run of `publish`, shared by publish.c (what is worked on in which order), publish_when.c (what is due) and
 * publish_send.c (heartbeat and sending). Not for other modules. */
#ifndef OEO_AGENT_PUBLISH_INTERNAL_H
#define OEO_AGENT_PUBLISH_INTERNAL_H

#include "agent/preparation.h"
#include "agent/publish.h"
#include "agent/told.h"
#include "agent/uplink.h"

struct oeo_publishing {
	struct oeo_agent *agent;
	const struct oeo_publish_wish *wish;
	struct oeo_preparation preparation;
	struct oeo_uplink uplink;
	struct oeo_told told;
	bool
	    has_to_import; /* an older ledger was put back: nothing new is frozen before its files are imported */
	bool has_blocked_day;
	int64_t blocked_day; /* periods from this day on wait for a plan to be accepted */
	bool is_keyholder_away;
	bool is_anybody_away;
	bool has_submitted; /* something, in this run */
	enum oeo_err first_err; /* why something that was due is not submitted */
	struct oeo_note said; /* what was told last, so as not to repeat it while waiting */
};

/* Print a line for the coordinator to stdout, at once. */
void oeo_publishing_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether the time of a period has come. OEO_ERR_STATE with why where the coordinator named it too early. */
enum oeo_err oeo_publishing_is_due(
    const struct oeo_publishing *p, const struct oeo_period *period, bool *due, struct oeo_note *why);

/* Say that this agent is alive and work in what the collector tells; a second time where something was deleted
 * because of it, so that the collector knows. */
enum oeo_err oeo_publishing_beat(struct oeo_publishing *p, struct oeo_note *why);

/*
 * Send the messages of a period that is READY, from where the collector is; its record becomes SUBMITTED, or what a
 * new heartbeat makes of it. A rejection's reason is stored in the record. Errors as oeo_uplink_send_parts.
 */
enum oeo_err oeo_publishing_send(
    struct oeo_publishing *p, struct oeo_period_record *record, struct oeo_note *why);

/* Store the record; why says so where that fails. */
enum oeo_err oeo_publishing_save(
    const struct oeo_publishing *p, const struct oeo_period_record *record, struct oeo_note *why);

#endif
