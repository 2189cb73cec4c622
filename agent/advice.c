/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/advice.h"

#include <string.h>

#include "agent/reasons.h"
#include "proto/i18n.h"
#include "proto/voprf.h"

static uint64_t round_up(uint64_t elements)
{
	return (elements + OEO_GROUP_SIZE - 1) / OEO_GROUP_SIZE * OEO_GROUP_SIZE;
}

static void advise_refusal(
    struct oeo_note *note, const struct oeo_agent *agent, const struct oeo_period_record *record)
{
	struct oeo_refusal refusal = {.reason = record->reason};
	const struct oeo_card *card = oeo_agent_card(agent, OEO_ROLE_COLLECTOR, record->refused_by);

	if (card == NULL)
		card = oeo_agent_card(agent, OEO_ROLE_KEYHOLDER, record->refused_by);
	if (card != NULL)
		refusal.by = *card;
	memcpy(refusal.member, agent->self.card.id, OEO_ID_BYTES);
	/* As much as the whole period asks of one purpose: enough in any case. */
	refusal.wanted = round_up(record->n_pairs > record->n_cells ? record->n_pairs : record->n_cells);
	oeo_period_format(refusal.period, &record->period);
	(void)oeo_refusal_explain(note, &refusal);
}

bool oeo_period_advise(
    struct oeo_note *note, const struct oeo_agent *agent, const struct oeo_period_record *record)
{
	const char *member = agent->self.card.id;
	char text[OEO_PERIOD_BYTES];

	oeo_period_format(text, &record->period);
	if (record->has_other_keys)
		(void)oeo_note_set(note, OEO_OK,
		    _("ALARM: %s was released with other keys than the keyholders showed this agent. Tell "
		      "the bureau and every "
		      "keyholder: somebody may have shown different keys to different members."),
		    text);
	else if (record->stage == OEO_STAGE_STRANDED)
		(void)oeo_note_set(note, OEO_OK,
		    _("The collector holds a part of a submission of %s that is not here any more (was a "
		      "backup put back?). "
		      "Nothing is lost. Ask the bureau to run: oeo-collector reopen %s %s. Then run here: "
		      "oeo-agent publish "
		      "--period %s --again"),
		    text, member, text, text);
	else if (record->is_gone)
		(void)oeo_note_set(note, OEO_OK,
		    _("The collector does not have the submission of %s any more (reopened, or an older "
		      "database was put back "
		      "there). Nothing is lost. If the bureau says that it should be sent again, run: "
		      "oeo-agent publish "
		      "--period %s --again"),
		    text, text);
	else if (record->reason != 0)
		advise_refusal(note, agent, record);
	else
		return false;
	return true;
}

const char *oeo_advise_import(void)
{
	return _(
	    "An older ledger was put back: the collector has submissions that are not recorded here. Import "
	    "your files before publishing, all of them from then on: oeo-agent import FILE... Nothing is "
	    "counted twice.");
}

const char *oeo_stage_text(const struct oeo_period_record *record)
{
	if (record->is_gone)
		return _("submitted, but the collector does not have it any more");
	switch (record->stage) {
	case OEO_STAGE_NONE:
		return _("open: questions still count");
	case OEO_STAGE_FROZEN:
		return _("fixed; names are being sealed by the keyholders");
	case OEO_STAGE_READY:
		return record->is_sent ? _("partly sent") : _("ready to be sent");
	case OEO_STAGE_SUBMITTED:
		return _("submitted; waits for the release");
	case OEO_STAGE_RELEASED:
		return _("released; what was kept of it is deleted here");
	case OEO_STAGE_MISSED:
		return _("released without this member");
	case OEO_STAGE_LOST:
		return _("not released: keys destroyed");
	case OEO_STAGE_STRANDED:
		return _("waits for the bureau");
	}
	return "?";
}

const char *oeo_stage_name(const struct oeo_period_record *record)
{
	switch (record->stage) {
	case OEO_STAGE_NONE:
		return "open";
	case OEO_STAGE_FROZEN:
		return "frozen";
	case OEO_STAGE_READY:
		return record->is_sent ? "sending" : "ready";
	case OEO_STAGE_SUBMITTED:
		return record->is_gone ? "gone" : "submitted";
	case OEO_STAGE_RELEASED:
		return "released";
	case OEO_STAGE_MISSED:
		return "missed";
	case OEO_STAGE_LOST:
		return "lost";
	case OEO_STAGE_STRANDED:
		return "stranded";
	}
	return "unknown";
}
