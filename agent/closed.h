/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What has left and what has not: until the first message of a period has left, a question can be corrected or taken out;
 * after that nobody can point out one resident's part any more, and a person who asks should hear why and until when the
 * sealed pieces are kept.
 */
#ifndef OEO_AGENT_CLOSED_H
#define OEO_AGENT_CLOSED_H

#include "agent/periods.h"
#include "agent/plans.h"
#include "proto/home.h"

/* True where the period's submission has left, or is over: what it holds cannot be changed here any more. */
bool oeo_period_has_left(const struct oeo_period_record *record);

/* Write why nothing of such a period can be taken back, and when its sealed pieces are deleted, in the chosen language. */
void oeo_period_explain_closed(
    struct oeo_note *note, const struct oeo_plans *plans, const struct oeo_period_record *record);

/*
 * The records of all periods around a base period that have left, in the order of oeo_period_compare. *records returns
 * owned (free), NULL where there is none.
 */
enum oeo_err oeo_period_list_left(
    struct oeo_period_record **records, size_t *n, struct oeo_ledger *ledger, const struct oeo_period *base);

/*
 * Throw away the snapshots of all periods around a base period that have not left, so that they are made anew from the
 * questions as they stand then. In the open transaction. The caller holds the lock "publish": what is being sealed now must
 * not be pulled away.
 */
enum oeo_err oeo_period_discard_around(struct oeo_ledger *ledger, const struct oeo_plans *plans,
    const struct oeo_period *base, struct oeo_note *why);

/* The same for every period that has not left, in a transaction and under a lock "publish" of its own, which is taken for the
 * home again. *n_discarded: how many snapshots. OEO_ERR_STATE: something is being sent now. */
enum oeo_err oeo_period_discard_unsent(struct oeo_home *home, struct oeo_ledger *ledger,
    const struct oeo_plans *plans, size_t *n_discarded, struct oeo_note *why);

/* Append what a question was about: the labels of its codes under the plan, those that are worked out from the identity and
 * unknown ones left out, with commas; in the chosen language. OEO_ERR_NOMEM. */
enum oeo_err oeo_question_describe(
    struct oeo_buf *text, const struct oeo_plan *plan, const struct oeo_question *question);

#endif
