/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Working what the collector tells into what this agent knows of its periods:
 *
 *   released             the caches are deleted; the release's key digest is compared with the agent's own
 *   released without me  the questions of a base period move on to the next open one, marked late - unless a longer
 *                        period that has left holds them already; key digests are compared here too
 *   not released any more  (and nothing in): reopened for a correction. Its late questions come back to it where they
 *                        still can; sent again only at the coordinator's command
 *   destroyed            (signed by a keyholder, before a release) the submission is given up; the questions stay where
 *                        they are and count in longer periods
 *   final                it counts as submitted, also where this agent does not know of it (an older ledger put back):
 *                        then its files have to be imported anew, and what they hold of it is not late elsewhere
 *   begun                by messages that are not here: the submission is stranded until the operator reopens it
 *   not there any more   though it was submitted: said so; sent again only at the coordinator's command
 */
#ifndef OEO_AGENT_TOLD_H
#define OEO_AGENT_TOLD_H

#include "agent/agent.h"
#include "agent/periods.h"
#include "agent/uplink.h"

/*
 * Work the heartbeat reply in, in one transaction, durable on return. Sentences for the coordinator about what
 * changed are appended to news, a line each. *has_deleted: caches of a period were deleted now, which the next
 * heartbeat should tell. On failure nothing has changed.
 */
enum oeo_err oeo_told_apply(const struct oeo_told *told, const struct oeo_agent *agent, struct oeo_buf *news,
    bool *has_deleted, struct oeo_note *why);

/* The periods whose caches are deleted here, for the heartbeat. *periods returns owned (free). */
enum oeo_err oeo_told_list_deleted(struct oeo_period **periods, size_t *n, struct oeo_ledger *ledger);

/*
 * Give a period's submission up because a keyholder's keys of it are gone: caches deleted, record LOST, base period
 * closed with its questions where they are. In the open transaction.
 */
enum oeo_err oeo_period_give_up(
    const struct oeo_agent *agent, const struct oeo_plan *plan, struct oeo_period_record *record);

#endif
