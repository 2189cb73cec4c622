/* SPDX-License-Identifier: EUPL-1.2 */
/* Why a period waits, and what the coordinator can do about it: the same words in `publish` and in `status`. */
#ifndef OEO_AGENT_ADVICE_H
#define OEO_AGENT_ADVICE_H

#include "agent/agent.h"
#include "agent/periods.h"

/* Write the advice for the record in the chosen language. False where nothing has to be done by anybody. */
bool oeo_period_advise(
    struct oeo_note *note, const struct oeo_agent *agent, const struct oeo_period_record *record);

/* How far a period is, in a few words of the chosen language; borrowed. */
const char *oeo_stage_text(const struct oeo_period_record *record);

/* The same as a fixed English word for --json: "frozen", "ready", "sending", ... */
const char *oeo_stage_name(const struct oeo_period_record *record);

/* What to do after an older ledger was put back, in the chosen language. Static. */
const char *oeo_advise_import(void);

#endif
