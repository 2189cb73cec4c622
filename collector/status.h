/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What the operator should know, collected for `status`: who reports and who is silent, which periods are due and
 * what keeps them, which plans wait for approval, what was refused. Holds no number of residents or
 * questions.
 */
#ifndef OEO_COLLECTOR_STATUS_H
#define OEO_COLLECTOR_STATUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collector/due.h"
#include "collector/plans.h"
#include "collector/store.h"
#include "proto/clock.h"

#define OEO_SILENT_DAYS 3 /* a member without a heartbeat for longer is silent */
#define OEO_STATUS_DUE 100 /* due periods that are looked at, the earliest first */

struct oeo_status_member {
	struct oeo_store_member member;
	bool is_silent; /* no heartbeat for OEO_SILENT_DAYS, or never */
	char last_period[OEO_PERIOD_BYTES]; /* of its last final submission; "" where none */
	int64_t last_day; /* the day of it; -1 */
	char (*overdue)[OEO_PERIOD_BYTES]; /* periods past their deadline and not in; owned */
	size_t n_overdue;
};

struct oeo_status {
	struct oeo_status_member *members; /* not the revoked ones; owned */
	size_t n_members;
	struct oeo_plans plans;
	struct oeo_due *due; /* ended and not released; owned */
	size_t n_due;
	struct oeo_due *corrections; /* released, and members may submit anew; owned */
	size_t n_corrections;
	struct oeo_store_period *periods; /* all that the store knows; owned */
	size_t n_periods;
	struct oeo_store_refusal *refusals; /* owned */
	size_t n_refusals;
};

/* Free with oeo_status_fini. */
enum oeo_err oeo_status_collect(
    struct oeo_status *status, struct oeo_store *store, const struct oeo_clock *clock, struct oeo_note *why);
void oeo_status_fini(struct oeo_status *status);

/* True where nothing needs the operator: nobody silent or overdue, no period stopped, a plan in force. */
bool oeo_status_is_calm(const struct oeo_status *status);

#endif
