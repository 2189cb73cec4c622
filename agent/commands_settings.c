/* SPDX-License-Identifier: EUPL-1.2 */
/* settings: what the coordinator chooses for the ledger, and what it holds now. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/agent.h"
#include "agent/commands_rights.h"
#include "agent/leftovers.h"
#include "agent/retention.h"
#include "proto/backup.h"
#include "proto/i18n.h"

const struct oeo_option oeo_agent_settings_options[] = {
    {"keep-identity", "year|quarter|month",
	N_("keep names until that period has been sent in, and not longer; without it: the year")},
    {"keep-files", N_("DAYS|always"),
	N_("delete files that were read, in done/, so many days after that; without it: never")},
    {"yes", NULL, N_("change it without asking")},
    {NULL, NULL, NULL},
};

static const char *keep_text(enum oeo_cadence keep)
{
	switch (keep) {
	case OEO_MONTH:
		return _("until its month has been sent in");
	case OEO_QUARTER:
		return _("until its quarter has been sent in");
	case OEO_YEAR:
		return _("until its year has been sent in");
	}
	return "";
}

/* Some plan counts in longer periods than names are kept for. */
static bool loses_residents(const struct oeo_plans *plans, enum oeo_cadence keep)
{
	for (size_t i = 0; i < plans->n; i++) {
		if (oeo_plan_longest(plans->items[i].plan) > keep)
			return true;
	}
	return false;
}

/* ---- How long names are kept */

/* *is_chosen: false where the answer was no. */
static enum oeo_err choose_identity(const struct oeo_cli *cli, const struct oeo_agent *agent,
    enum oeo_cadence keep, bool *is_chosen, struct oeo_note *why)
{
	enum oeo_cadence present = OEO_YEAR;
	enum oeo_err err = oeo_retention_load(&present, agent->ledger);

	*is_chosen = true;
	if (err != OEO_OK || keep == present)
		return err;
	if (keep < present && loses_residents(&agent->plans, keep)) {
		(void)fprintf(stderr, "%s\n",
		    _("The plan also counts in longer periods. There your questions will count without a "
		      "resident once the names are erased: the published figures become lower. What is "
		      "erased "
		      "does not come back."));
		*is_chosen = oeo_cli_confirm(cli, _("Keep names no longer than that?"));
	}
	if (!*is_chosen)
		return OEO_OK;
	err = oeo_ledger_begin(agent->ledger, why);
	if (err == OEO_OK)
		err = oeo_retention_save(agent->ledger, keep);
	return err == OEO_OK ? oeo_ledger_commit(agent->ledger, why) : err;
}

/* ---- How long files are kept */

/* "always" is 0. */
static bool parse_days(unsigned *days, const char *text)
{
	char *end = NULL;
	unsigned long number;

	if (strcmp(text, "always") == 0) {
		*days = 0;
		return true;
	}
	number = text[0] >= '1' && text[0] <= '9' ? strtoul(text, &end, 10) : 0;
	if (number == 0 || *end != '\0' || number > OEO_KEEP_FILES_MOST)
		return false;
	*days = (unsigned)number;
	return true;
}

/* Asked where files go that would have stayed. */
static bool agrees(const struct oeo_cli *cli, const struct oeo_agent *agent, unsigned days)
{
	char inbox[OEO_PATH_BYTES];
	size_t n = 0;

	/* Without a folder there is nothing to delete yet. */
	if (oeo_leftovers_inbox(inbox, &agent->home) != OEO_OK ||
	    oeo_leftovers_delete_read(&n, inbox, days, oeo_clock_now_s(&agent->clock), false) != OEO_OK)
		n = 0;
	(void)fprintf(stderr,
	    _("oeo-agent run will delete files in done/, with their reports. Days after it read them: %u. "
	      "They do not come back; the questions stay in the ledger. Files that lie there now and go "
	      "within the hour: %zu.\n"),
	    days, n);
	return oeo_cli_confirm(cli, _("Delete files that were read after that time?"));
}

/* *is_chosen: false where the answer was no. */
static enum oeo_err choose_files(const struct oeo_cli *cli, const struct oeo_agent *agent, unsigned days,
    bool *is_chosen, struct oeo_note *why)
{
	unsigned present = 0;
	enum oeo_err err = oeo_keep_files_load(&present, agent->ledger);

	*is_chosen = true;
	if (err != OEO_OK || days == present)
		return err;
	if (days > 0 && (present == 0 || days < present))
		*is_chosen = agrees(cli, agent, days);
	if (!*is_chosen)
		return OEO_OK;
	err = oeo_ledger_begin(agent->ledger, why);
	if (err == OEO_OK)
		err = oeo_keep_files_save(agent->ledger, days);
	return err == OEO_OK ? oeo_ledger_commit(agent->ledger, why) : err;
}

/* ---- What there is */

static enum oeo_err show(const struct oeo_cli *cli, const struct oeo_agent *agent, size_t n_erased)
{
	struct oeo_retention_counts counts;
	enum oeo_cadence keep = OEO_YEAR;
	unsigned days = 0;
	json_t *json = NULL;
	enum oeo_err err = oeo_retention_load(&keep, agent->ledger);

	if (err == OEO_OK)
		err = oeo_keep_files_load(&days, agent->ledger);
	if (err == OEO_OK)
		err = oeo_retention_count(&counts, agent->ledger);
	if (err != OEO_OK)
		return err;
	if (cli->is_json) {
		json = json_pack("{s:s, s:o, s:I, s:I, s:I, s:I}", "keep_identity", oeo_cadence_name(keep),
		    "keep_files_days", days > 0 ? json_integer(days) : json_null(), "questions",
		    (json_int_t)counts.n_questions, "with_identity", (json_int_t)counts.n_with_identity,
		    "erased", (json_int_t)counts.n_erased, "erased_now", (json_int_t)n_erased);
		err = json != NULL && json_dumpf(json, stdout, JSON_INDENT(2) | JSON_PRESERVE_ORDER) == 0 &&
			      printf("\n") > 0
			  ? OEO_OK
			  : OEO_ERR_NOMEM;
		json_decref(json);
		return err;
	}
	(void)printf(_("The name, date of birth, postcode or client number with a question is kept %s.\n"),
	    keep_text(keep));
	if (days > 0)
		(void)printf(_("Days that a file that was read is kept in done/: %u; then oeo-agent run "
			       "deletes it.\n"),
		    days);
	else
		(void)printf(
		    "%s\n", _("A file that was read is kept in done/ until you delete it yourself."));
	(void)printf(_("Questions in the ledger: %zu; with a resident: %zu; with the resident erased: %zu "
		       "(now: %zu)\n"),
	    counts.n_questions, counts.n_with_identity, counts.n_erased, n_erased);
	return OEO_OK;
}

enum oeo_exit oeo_agent_settings(struct oeo_cli *cli)
{
	const char *wanted = oeo_cli_value(cli, "keep-identity");
	const char *wanted_files = oeo_cli_value(cli, "keep-files");
	enum oeo_cadence keep = OEO_YEAR;
	unsigned days = 0;
	struct oeo_agent agent;
	struct oeo_note why = {""};
	bool is_chosen = true;
	size_t n_erased = 0;
	enum oeo_err err;

	if (wanted != NULL && oeo_cadence_parse(&keep, wanted) != OEO_OK)
		return oeo_cli_usage(cli, "%s", _("--keep-identity: year, quarter or month"));
	if (wanted_files != NULL && !parse_days(&days, wanted_files))
		return oeo_cli_usage(
		    cli, _("--keep-files: a number of days from 1 to %d, or always"), OEO_KEEP_FILES_MOST);
	err = oeo_agent_open(&agent, cli->home, cli->clock, &why);
	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	if (wanted != NULL)
		err = choose_identity(cli, &agent, keep, &is_chosen, &why);
	if (err == OEO_OK && is_chosen && wanted_files != NULL)
		err = choose_files(cli, &agent, days, &is_chosen, &why);
	if (err == OEO_OK && is_chosen)
		err = oeo_retention_enforce(agent.ledger, &agent.plans, true, &n_erased, &why);
	if (err == OEO_OK)
		oeo_backup_sweep(&agent.home);
	if (err == OEO_OK)
		err = show(cli, &agent, n_erased);
	oeo_agent_close(&agent);
	if (err != OEO_OK)
		return oeo_agent_error(cli, err, &why);
	return is_chosen ? OEO_EXIT_OK : OEO_EXIT_FAILED;
}
