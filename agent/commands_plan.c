/* SPDX-License-Identifier: EUPL-1.2 */
/* oeo-agent plan show, plan accept: what the member's coordinator reads and consents to. */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/commands.h"
#include "agent/uplink.h"
#include "proto/i18n.h"
#include "proto/plan_file.h"

const struct oeo_option oeo_agent_accept_options[] = {
    {"yes", NULL, N_("accept without asking")},
    {NULL, NULL, NULL},
};

static bool is_accepted(const struct oeo_agent *agent, const struct oeo_plan *plan)
{
	return oeo_plans_of_digest(&agent->plans, plan->digest) != NULL;
}

/* Fetch the newest plan, check it and keep it as the one that was shown. */
static enum oeo_err fetch(struct oeo_agent *agent, struct oeo_signed_plan *offered, struct oeo_note *why)
{
	const struct oeo_card *collector = oeo_agent_collector(agent);
	struct oeo_patience patience = OEO_PATIENCE_USUAL;
	struct oeo_uplink uplink;
	struct oeo_refusal refusal;
	enum oeo_err err;

	if (collector == NULL)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("The collector's card is not here yet. Run: oeo-agent join CARD"));
	err = oeo_uplink_open(&uplink, collector, &agent->self, patience, why);
	if (err != OEO_OK)
		return err;
	err = oeo_uplink_fetch_plan(&uplink, NULL, offered, &refusal, why);
	if (uplink.was_heard || uplink.is_silent)
		(void)oeo_contact_note(
		    agent->ledger, collector, !uplink.is_silent, oeo_clock_now_s(&agent->clock));
	oeo_uplink_close(&uplink);
	if (err != OEO_OK)
		return err;
	err = oeo_plans_check(&agent->plans, offered, agent->cards, agent->n_cards, why);
	if (err == OEO_OK && !is_accepted(agent, offered->plan))
		err = oeo_plans_keep_offered(agent->ledger, offered);
	if (err != OEO_OK)
		oeo_signed_plan_fini(offered);
	return err;
}

static enum oeo_err print_description(const struct oeo_plan *plan)
{
	struct oeo_buf text = {0};
	enum oeo_err err = oeo_plan_describe(&text, plan);

	if (err == OEO_OK && fwrite(text.data, 1, text.len, stdout) != text.len)
		err = OEO_ERR_IO;
	oeo_buf_fini(&text);
	return err;
}

static enum oeo_err print_json(const struct oeo_plan *plan, bool has_consent)
{
	char digest[2 * OEO_DIGEST_BYTES + 1];
	char from[OEO_PERIOD_BYTES];
	json_t *json;
	int result;

	oeo_hex_encode(digest, plan->digest, OEO_DIGEST_BYTES);
	oeo_period_format(from, &plan->from);
	json = json_pack(
	    "{s:s, s:s, s:s, s:b}", "id", plan->id, "from", from, "digest", digest, "accepted", has_consent);
	result = json != NULL ? json_dumpf(json, stdout, JSON_INDENT(2)) : -1;
	json_decref(json);
	return result == 0 && printf("\n") > 0 ? OEO_OK : OEO_ERR_IO;
}

static enum oeo_err show(
    const struct oeo_cli *cli, const struct oeo_agent *agent, const struct oeo_plan *plan)
{
	unsigned icu = oeo_icu_major();
	enum oeo_err err;

	if (cli->is_json)
		return print_json(plan, is_accepted(agent, plan));
	err = print_description(plan);
	if (err != OEO_OK)
		return err;
	if (plan->icu != icu)
		(void)fprintf(stderr,
		    _("Mind: the plan expects ICU %u for the spelling of names, this computer has ICU %u. "
		      "One person may count as "
		      "two. Tell the bureau.\n"),
		    plan->icu, icu);
	(void)fprintf(stderr, "%s\n",
	    is_accepted(agent, plan) ? _("This plan is accepted here.")
				     : _("Not accepted yet. If you agree, run: oeo-agent plan accept"));
	return OEO_OK;
}

enum oeo_exit oeo_agent_plan_show(struct oeo_cli *cli)
{
	struct oeo_agent agent;
	struct oeo_signed_plan offered;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	memset(&offered, 0, sizeof(offered));
	err = fetch(&agent, &offered, &why);
	if (err == OEO_OK)
		err = show(cli, &agent, offered.plan);
	oeo_signed_plan_fini(&offered);
	oeo_agent_close(&agent);
	return oeo_cli_error(cli, err, &why);
}

/* ---- accept */

/* What was shown last is what is accepted; where nothing was, it is fetched and shown now. */
static enum oeo_err load_offered(
    const struct oeo_cli *cli, struct oeo_agent *agent, struct oeo_signed_plan *offered, struct oeo_note *why)
{
	enum oeo_err err = oeo_plans_load_offered(offered, agent->ledger, why);

	if (err == OEO_ERR_NOT_FOUND)
		err = fetch(agent, offered, why);
	else if (err == OEO_OK)
		err = oeo_plans_check(&agent->plans, offered, agent->cards, agent->n_cards, why);
	if (err == OEO_OK && !cli->is_json && oeo_cli_value(cli, "yes") == NULL &&
	    !is_accepted(agent, offered->plan))
		err = print_description(offered->plan);
	return err;
}

static enum oeo_err accept(const struct oeo_cli *cli, struct oeo_agent *agent,
    const struct oeo_signed_plan *offered, struct oeo_note *why)
{
	char from[OEO_PERIOD_BYTES];
	enum oeo_err err;

	if (is_accepted(agent, offered->plan)) {
		(void)fprintf(stderr, "%s\n", _("This plan is accepted here already."));
		return OEO_OK;
	}
	if (!oeo_cli_confirm(cli, _("Does your organisation accept this plan?")))
		return oeo_note_set(
		    why, OEO_ERR_REFUSED, _("The plan is not accepted; nothing is sent under it."));
	err = oeo_plans_accept(&agent->plans, agent->ledger, offered, why);
	if (err != OEO_OK)
		return err;
	oeo_period_format(from, &offered->plan->from);
	(void)fprintf(stderr,
	    _("Accepted, for periods from %s on. Next: oeo-agent import FILE, and when a period is over: "
	      "oeo-agent "
	      "publish\n"),
	    from);
	return OEO_OK;
}

enum oeo_exit oeo_agent_plan_accept(struct oeo_cli *cli)
{
	struct oeo_agent agent;
	struct oeo_signed_plan offered;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	memset(&offered, 0, sizeof(offered));
	err = load_offered(cli, &agent, &offered, &why);
	if (err == OEO_OK)
		err = accept(cli, &agent, &offered, &why);
	oeo_signed_plan_fini(&offered);
	oeo_agent_close(&agent);
	return oeo_cli_error(cli, err, &why);
}
