/* SPDX-License-Identifier: EUPL-1.2 */
#include "keyholder/commands.h"

#include <string.h>

#include "keyholder/daemon.h"
#include "proto/i18n.h"

enum oeo_err oeo_commands_open(
    const struct oeo_cli *cli, struct oeo_home *home, struct oeo_register **reg, struct oeo_note *why)
{
	enum oeo_err err = oeo_home_open(home, cli->home, why);

	return err == OEO_OK ? oeo_register_open(reg, home, why) : err;
}

/* The id of the only plan, or of --plan. */
static enum oeo_err find_plan_id(
    const struct oeo_cli *cli, const struct oeo_plan_set *set, const char **id, struct oeo_note *why)
{
	const char *given = oeo_cli_value(cli, "plan");

	if (given == NULL && set->n == 0)
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("No plan has been approved here yet. Run `oeo-keyholder plan approve` first."));
	if (given != NULL) {
		*id = given;
		return OEO_OK;
	}
	*id = set->items[0].plan->id;
	/* Sorted by id: first and last tell whether there are several. */
	if (strcmp(*id, set->items[set->n - 1].plan->id) != 0)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("There are several plans here: say which one with --plan ID."));
	return OEO_OK;
}

enum oeo_err oeo_commands_find_period(const struct oeo_cli *cli, const struct oeo_plan_set *set,
    struct oeo_period *period, const struct oeo_plan **plan, struct oeo_note *why)
{
	const char *text = oeo_cli_value(cli, "period");
	const char *id = NULL;
	enum oeo_err err;

	if (text == NULL || oeo_period_parse(period, text) != OEO_OK)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("Say which period with --period: a month (2026-11), a quarter (2026-Q4) or a year "
		      "(2026)."));
	err = find_plan_id(cli, set, &id, why);
	if (err != OEO_OK)
		return err;
	err = oeo_plan_set_find(set, id, period, plan);
	if (err == OEO_ERR_NOT_FOUND)
		return oeo_note_set(why, err, _("No plan \"%s\" has been approved here."), id);
	if (err == OEO_ERR_RANGE)
		return oeo_note_set(why, err,
		    _("The plan \"%s\" has no period %s: it begins later, or publishes nothing per such a "
		      "period."),
		    id, text);
	return err;
}

enum oeo_exit oeo_command_run(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_home_open(&home, cli->home, &why);

	if (err == OEO_OK) {
		err = oeo_daemon_run(&home, &cli->clock, oeo_cli_value(cli, "bind"), &why);
		oeo_home_close(&home);
	}
	return oeo_cli_error(cli, err, &why);
}
