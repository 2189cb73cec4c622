/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How this agent stands, from its own home alone (nobody is asked): which plan, since when the others were reached,
 * how far each period is, and what there is to do. The numbers of questions are the member's own.
 */
#ifndef OEO_AGENT_STATUS_H
#define OEO_AGENT_STATUS_H

#include <jansson.h>

#include "agent/agent.h"
#include "agent/leftovers.h"
#include "agent/periods.h"
#include "agent/run_state.h"

struct oeo_status_period {
	struct oeo_period_record record;
	bool has_ended;
	bool is_base;
	bool is_blocked; /* waits for a plan to be accepted */
	uint64_t n_questions; /* base periods only */
	int64_t from_day; /* the first day on which it can be sent */
	int64_t until_day; /* deadline: from this day on it may be released without this member */
	bool has_keys; /* the keyholders showed their keys of it here */
	uint8_t key_digest[OEO_DIGEST_BYTES];
	char *advice; /* owned; NULL: none */
};

struct oeo_status_party {
	struct oeo_card card;
	struct oeo_contact contact;
};

/* The daemon `run` and its drop folder; all 0 where it never ran here. */
struct oeo_status_run {
	bool has_run;
	bool is_running;
	struct oeo_run_state state; /* what it told last */
	size_t n_waiting; /* files in the drop folder */
	size_t n_refused;
	size_t n_done;
	size_t n_deep; /* folders in folders of it, which are not looked into */
	char *deep; /* the first of them; owned; NULL: there is none */
};

struct oeo_status {
	const struct oeo_agent *agent; /* borrowed */
	bool is_import_wanted; /* an older ledger was put back */
	bool has_offered;
	struct oeo_period offered_from;
	struct oeo_status_run run;
	struct oeo_leftovers leftovers;
	struct oeo_status_party *parties;
	size_t n_parties;
	struct oeo_status_period *periods; /* in the order of oeo_period_compare */
	size_t n_periods;
	char **todo; /* owned sentences */
	size_t n_todo;
};

/* Gather it. agent is borrowed until fini. Free with oeo_status_fini. */
enum oeo_err oeo_status_gather(
    struct oeo_status *status, const struct oeo_agent *agent, struct oeo_note *why);
void oeo_status_fini(struct oeo_status *status);

/* Write "2026-11-21 10:00 UTC". */
void oeo_status_format_time(char text[OEO_TIME_TEXT_BYTES], int64_t seconds);

/* Write it for people, in the chosen language, or as JSON (owned by the caller; NULL: out of memory). */
enum oeo_err oeo_status_print(struct oeo_buf *text, const struct oeo_status *status);
json_t *oeo_status_to_json(const struct oeo_status *status);

#endif
