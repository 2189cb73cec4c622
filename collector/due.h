/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How far a period is: ended, which members are in, past its deadline, released. What `status` shows and what
 * `release` asks before it opens anything.
 */
#ifndef OEO_COLLECTOR_DUE_H
#define OEO_COLLECTOR_DUE_H

#include <stdbool.h>
#include <stddef.h>

#include "collector/plans.h"
#include "collector/store.h"
#include "proto/clock.h"

struct oeo_due {
	struct oeo_period period;
	bool is_ended;
	bool is_past_deadline; /* may be released without the members that are not in */
	bool is_complete; /* every admitted member's final part is in (and there is at least one member) */
	char (*in)
	    [OEO_ID_BYTES]; /* members whose final part is in, by id; owned. Of a period that is out also revoked
				   * ones, whose part of it stays */
	size_t n_in;
	char (*missing)[OEO_ID_BYTES]; /* admitted members that are not in, by id; owned */
	size_t n_missing;
	unsigned most_members; /* may be in where a table counts walk-ins per week; 0: no table does */
	char (*awaited)
	    [OEO_ID_BYTES]; /* members that may submit anew for a correction and are not in, by id; owned */
	size_t n_awaited;
	bool has_record; /* the store knows the period */
	struct oeo_store_period record; /* released, stopped, destroyed, key digest ... */
};

/* Look at one period of a plan. Free with oeo_due_fini. */
enum oeo_err oeo_due_check(struct oeo_due *due, struct oeo_store *store, const struct oeo_plan *plan,
    const struct oeo_period *period, const struct oeo_clock *clock);
void oeo_due_fini(struct oeo_due *due);

/* True where the period may be released now: ended, not released, stopped or destroyed, complete or past its
 * deadline with at least one member in, and no more in than its walk-ins per week reckon with. Otherwise why says what has to happen first. */
bool oeo_due_may_release(const struct oeo_due *due, struct oeo_note *why);

/* True where the period's release may be corrected now: it is out, at least one member has submitted anew and none of
 * those that may is still to come, its reports and its keys are there. Otherwise why says what has to happen first. */
bool oeo_due_may_correct(const struct oeo_due *due, struct oeo_note *why);

/*
 * All periods of the plans in force that have ended by today and are not released, in the order of
 * oeo_period_compare; at most limit, the earliest first. *periods is owned (free).
 */
enum oeo_err oeo_due_list(struct oeo_period **periods, size_t *n, struct oeo_store *store,
    const struct oeo_plans *plans, const struct oeo_clock *clock, size_t limit);

#endif
