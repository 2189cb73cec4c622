/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How many reports a set of questions would make, table by table (PROTOCOL.md, A submission): one per cell and resident,
 * and in tables that publish questions one per further question and per question without a resident. Nothing is sealed,
 * no keyholder is asked.
 */
#ifndef OEO_AGENT_FORECAST_H
#define OEO_AGENT_FORECAST_H

#include "agent/hash_set.h"
#include "agent/ledger.h"

struct oeo_forecast {
	const struct oeo_plan *plan; /* borrowed */
	uint8_t key[16];
	size_t *reports; /* by the plan's tables, over all periods */
	size_t *periods; /* how many periods of the table's cadence they are in */
	struct oeo_hash_set seen;
};

/* plan is borrowed until fini. OEO_ERR_NOMEM. */
enum oeo_err oeo_forecast_init(struct oeo_forecast *forecast, const struct oeo_plan *plan);
void oeo_forecast_fini(struct oeo_forecast *forecast);

/* Count a question; codes[d] is the index of its code in the plan's dimension d. OEO_ERR_NOMEM. */
enum oeo_err oeo_forecast_add(struct oeo_forecast *forecast, const struct oeo_question *question,
    const size_t codes[OEO_MAX_DIMENSIONS]);

#endif
