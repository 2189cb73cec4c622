/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Publishing: from the heartbeat to the last acknowledgement, for everything that is due or for the periods that end
 * on one day. Whatever interrupts it - a party that is away, a refusal, a power cut - the next run goes on from what
 * stands in the ledger.
 *
 * When a period is due: its last day and the plan's grace days are over and, where a daily timer runs the command
 * (--timer), a moment has come that was drawn at random in the plan's window for all periods of that day together:
 * when something was sent should tell nothing. A person who gives the command has chosen the moment.
 */
#ifndef OEO_AGENT_PUBLISH_H
#define OEO_AGENT_PUBLISH_H

#include "agent/agent.h"
#include "agent/patience.h"
#include "proto/wire.h"

struct oeo_publish_wish {
	bool has_period;
	struct oeo_period period; /* only the periods that end with this one */
	bool is_again; /* only this period, although it was submitted or stranded: after `reopen` */
	bool is_timer; /* only what is due by its random moment */
	enum oeo_coverage coverage;
	unsigned wait_s; /* keep trying for so long while a party is away */
	struct oeo_patience patience;
};

/*
 * Publish. Tells on stdout what happened to each period, on stderr why one waits. OEO_OK: everything that was due
 * is submitted. Else the first thing that went wrong, already told. Blocks on the network and the disk.
 */
enum oeo_err oeo_publish(struct oeo_agent *agent, const struct oeo_publish_wish *wish);

/*
 * The moment in the window at which the periods that end with this one are sent by themselves, in seconds since
 * 1970; drawn and stored when first asked for. Never before the plan's submission day.
 */
enum oeo_err oeo_publish_moment(int64_t *moment_s, struct oeo_ledger *ledger, const struct oeo_plan *plan,
    const struct oeo_period *period);

/*
 * What comes next: the period that is open and can be sent first, and the day from which on. is_timer: by its random
 * moment, which is drawn. OEO_ERR_NOT_FOUND: no accepted plan has one.
 */
enum oeo_err oeo_publish_find_next(
    struct oeo_period *next, int64_t *from_day, const struct oeo_agent *agent, bool is_timer);

/* The random moment of that period, in seconds since 1970; drawn where it was not yet. OEO_ERR_NOT_FOUND as above. */
enum oeo_err oeo_publish_find_moment(int64_t *moment_s, const struct oeo_agent *agent);

#endif
