/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/publish.h"
#include "agent/status.h"
#include "proto/i18n.h"

#define MOST_WAIT_S 604800 /* a week */

static enum oeo_exit print_json(const struct oeo_cli *cli, json_t *json)
{
	int result = json != NULL ? json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : -1;

	json_decref(json);
	if (result != 0 || printf("\n") < 0)
		return oeo_cli_error(cli, OEO_ERR_NOMEM, &(struct oeo_note){""});
	return OEO_EXIT_OK;
}

/* ---- init */

const struct oeo_option oeo_agent_init_options[] = {
    {"member", N_("ID"), N_("short name of the member organisation: letters, digits, dot, dash")},
    {"name", N_("NAME"), N_("name of the member organisation, as people know it")},
    {NULL, NULL, NULL},
};

/* Keys first, then the ledger: where only the ledger is missing, an earlier init was cut short. */
static enum oeo_err create(struct oeo_home *home, const char *member, const char *name, struct oeo_note *why)
{
	struct oeo_note first = {""};
	enum oeo_err err = oeo_self_create(home, OEO_ROLE_AGENT, member, name, NULL, &first);
	enum oeo_err ledger_err;

	if (err != OEO_OK && err != OEO_ERR_EXISTS) {
		*why = first;
		return err;
	}
	ledger_err = oeo_ledger_create(home, why);
	if (err == OEO_ERR_EXISTS && ledger_err == OEO_ERR_EXISTS)
		*why = first;
	return ledger_err;
}

enum oeo_exit oeo_agent_init(struct oeo_cli *cli)
{
	const char *member = oeo_cli_value(cli, "member");
	const char *name = oeo_cli_value(cli, "name");
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err;

	if (member == NULL || name == NULL)
		return oeo_cli_usage(cli, "%s", _("init needs --member ID and --name NAME"));
	if (!oeo_id_is_valid(member))
		return oeo_cli_usage(
		    cli, "%s", _("--member: 1 to 32 letters, digits, dots, dashes or underscores, please"));
	err = oeo_home_create(&home, cli->home, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	err = create(&home, member, name, &why);
	oeo_home_close(&home);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Made in %s. Next: send your card to the bureau and to every keyholder: oeo-agent card > "
	      "%s.oeocard\n"),
	    cli->home, member);
	return OEO_EXIT_OK;
}

/* ---- card */

static enum oeo_exit print_card(const struct oeo_cli *cli, struct oeo_card *card)
{
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	enum oeo_err err = oeo_card_format(&text, card, &why);

	if (err == OEO_OK && fwrite(text.data, 1, text.len, stdout) != text.len)
		err = OEO_ERR_IO;
	oeo_buf_fini(&text);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, _("Fingerprint, to be read out by telephone to whoever admits this card: %s\n"),
	    card->fingerprint);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_agent_card_show(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_self self;
	struct oeo_note why = {""};
	enum oeo_exit result;
	enum oeo_err err = oeo_home_open(&home, cli->home, &why);

	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	err = oeo_self_load(&self, &home, OEO_ROLE_AGENT, &why);
	oeo_home_close(&home);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	if (cli->is_json)
		result =
		    print_json(cli, json_pack("{s:s, s:s, s:s, s:s}", "role", "agent", "id", self.card.id,
					"name", self.card.name, "fingerprint", self.card.fingerprint));
	else
		result = print_card(cli, &self.card);
	oeo_self_fini(&self);
	return result;
}

/* ---- join */

const struct oeo_option oeo_agent_join_options[] = {
    {"replace", NULL,
	N_("take the new card instead of an earlier one, after the fingerprints were compared")},
    {NULL, NULL, NULL},
};

/* An agent has one collector: another one's card is taken away where --replace says so. */
static enum oeo_err make_room(
    const struct oeo_agent *agent, const struct oeo_card *card, bool is_replaced, struct oeo_note *why)
{
	const struct oeo_card *present = oeo_agent_collector(agent);
	char name[OEO_PATH_BYTES];
	char path[OEO_PATH_BYTES];

	if (card->role != OEO_ROLE_COLLECTOR || present == NULL || strcmp(present->id, card->id) == 0)
		return OEO_OK;
	if (!is_replaced)
		return oeo_note_set(why, OEO_ERR_CONFLICT,
		    _("This agent belongs to %s already. To go over to %s after comparing fingerprints, add "
		      "--replace."),
		    present->name, card->name);
	(void)snprintf(name, sizeof(name), "%s/%s.oeocard", OEO_CARDS_FOLDER, present->id);
	if (oeo_home_path(path, &agent->home, name) != OEO_OK || unlink(path) != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("The earlier card of %s cannot be taken away."), present->name);
	return OEO_OK;
}

static enum oeo_err join_one(
    const struct oeo_agent *agent, const char *path, bool is_replaced, struct oeo_note *why)
{
	struct oeo_card card;
	enum oeo_err err = oeo_card_read(&card, path, why);

	if (err != OEO_OK)
		return err;
	if (card.role == OEO_ROLE_AGENT)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("%s is the card of a member organisation; join takes the cards of the bureau and of "
		      "keyholders."),
		    path);
	err = make_room(agent, &card, is_replaced, why);
	if (err == OEO_OK)
		err = oeo_cards_add(&agent->home, OEO_CARDS_FOLDER, &card, is_replaced, why);
	if (err == OEO_OK)
		(void)printf(_("Joined %s (%s). Compare the fingerprint with them by telephone: %s\n"),
		    card.name, card.role == OEO_ROLE_COLLECTOR ? _("bureau") : _("keyholder"),
		    card.fingerprint);
	return err;
}

enum oeo_exit oeo_agent_join(struct oeo_cli *cli)
{
	bool is_replaced = oeo_cli_value(cli, "replace") != NULL;
	struct oeo_agent agent;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	for (size_t i = 0; i < cli->n_arguments && err == OEO_OK; i++)
		err = join_one(&agent, cli->arguments[i], is_replaced, &why);
	oeo_agent_close(&agent);
	return oeo_cli_error(cli, err, &why);
}

/* ---- publish */

const struct oeo_option oeo_agent_publish_options[] = {
    {"period", N_("PERIOD"), N_("only the periods that end with this one, now: 2026-11, 2026-Q4 or 2026")},
    {"again", NULL, N_("send this period once more, after the bureau has reopened it")},
    {"timer", NULL, N_("as a daily timer runs it: every period at a random moment in the plan's window")},
    {"coverage", "yes|partly|no",
	N_("whether all questions of the period were registered; else told by their dates")},
    {"wait", N_("SECONDS"), N_("keep trying so long while the bureau or a keyholder is away")},
    {NULL, NULL, NULL},
};

static bool parse_coverage(const char *text, enum oeo_coverage *coverage)
{
	if (text == NULL)
		*coverage = (enum oeo_coverage)0;
	else if (strcmp(text, "yes") == 0)
		*coverage = OEO_COVERAGE_YES;
	else if (strcmp(text, "partly") == 0)
		*coverage = OEO_COVERAGE_PARTLY;
	else if (strcmp(text, "no") == 0)
		*coverage = OEO_COVERAGE_NO;
	else
		return false;
	return true;
}

/* OEO_EXIT_OK, or what was told to the user. */
static enum oeo_exit read_wish(const struct oeo_cli *cli, struct oeo_publish_wish *wish)
{
	const char *period = oeo_cli_value(cli, "period");
	unsigned long wait_s = 0;

	*wish = (struct oeo_publish_wish){.patience = OEO_PATIENCE_USUAL};
	wish->has_period = period != NULL;
	wish->is_again = oeo_cli_value(cli, "again") != NULL;
	wish->is_timer = oeo_cli_value(cli, "timer") != NULL;
	if (period != NULL && oeo_period_parse(&wish->period, period) != OEO_OK)
		return oeo_cli_usage(
		    cli, _("--period: %s is no period; write 2026-11, 2026-Q4 or 2026"), period);
	if (wish->is_timer && period != NULL)
		return oeo_cli_usage(cli, "%s", _("--timer takes what is due by itself; leave --period out"));
	if (wish->is_again && period == NULL)
		return oeo_cli_usage(cli, "%s", _("--again needs --period PERIOD"));
	if (!parse_coverage(oeo_cli_value(cli, "coverage"), &wish->coverage))
		return oeo_cli_usage(cli, "%s", _("--coverage: yes, partly or no"));
	if (!oeo_cli_number(cli, "wait", 0, MOST_WAIT_S, &wait_s))
		return OEO_EXIT_USAGE;
	wish->wait_s = (unsigned)wait_s;
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_agent_publish(struct oeo_cli *cli)
{
	struct oeo_publish_wish wish;
	struct oeo_agent agent;
	struct oeo_note why = {""};
	enum oeo_exit result = read_wish(cli, &wish);
	enum oeo_err err;

	if (result != OEO_EXIT_OK)
		return result;
	err = oeo_agent_open(&agent, cli->home, cli->clock, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	/* Two at once would ask the keyholders twice. */
	err = oeo_home_lock(&agent.home, "publish", &why);
	if (err != OEO_OK) {
		result = oeo_cli_error(cli, err, &why);
	} else {
		err = oeo_publish(&agent, &wish);
		result = err == OEO_OK          ? OEO_EXIT_OK
			 : err == OEO_ERR_USAGE ? OEO_EXIT_USAGE
						: OEO_EXIT_FAILED;
	}
	oeo_agent_close(&agent);
	return result;
}

/* ---- status */

enum oeo_exit oeo_agent_status(struct oeo_cli *cli)
{
	struct oeo_agent agent;
	struct oeo_status status;
	struct oeo_buf text = {0};
	struct oeo_note why = {""};
	enum oeo_exit result = OEO_EXIT_OK;
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, &why);

	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	err = oeo_status_gather(&status, &agent, &why);
	if (err == OEO_OK && cli->is_json) {
		result = print_json(cli, oeo_status_to_json(&status));
	} else if (err == OEO_OK) {
		err = oeo_status_print(&text, &status);
		if (err == OEO_OK && fwrite(text.data, 1, text.len, stdout) != text.len)
			err = OEO_ERR_IO;
	}
	if (err != OEO_OK)
		result = oeo_cli_error(cli, err, &why);
	oeo_buf_fini(&text);
	oeo_status_fini(&status);
	oeo_agent_close(&agent);
	return result;
}
