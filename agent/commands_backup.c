/* SPDX-License-Identifier: EUPL-1.2 */
/* backup and restore (proto/backup_command.h): a new machine, a new coordinator. */
#include "agent/agent.h"
#include "agent/commands_rights.h"
#include "proto/backup_command.h"
#include "proto/i18n.h"

const struct oeo_option oeo_agent_restore_options[] = {
    {"complete", NULL,
	N_("nothing was entered, imported or sent after the backup was made (a planned move)")},
    {"passphrase-file", "FILE", oeo_backup_passphrase_help},
    {NULL, NULL, NULL},
};

static const struct oeo_backup_file kept_files[] = {
    {"self.oeocard", 0644, true},
    {"curve.key", 0600, true},
    {"ledger.key", 0600, true},
    {OEO_CARDS_FOLDER "/", 0644, false},
    {"mappings/", 0600, false},
};

static const struct oeo_backup_content content = {
    .program = "oeo-agent",
    .database = "ledger.db",
    .files = kept_files,
    .n_files = sizeof(kept_files) / sizeof(kept_files[0]),
};

/* Opened, so that a ledger that does not fit its key is found out now and not when the backup is needed. */
static enum oeo_err check(struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_agent agent;
	enum oeo_err err = oeo_agent_open(&agent, cli->home, cli->clock, why);

	if (err == OEO_OK)
		oeo_agent_close(&agent);
	return err;
}

/* What came in after the backup is not in it: nothing new is frozen before the files were imported again. */
static enum oeo_err mark_restored(void *context, const struct oeo_home *home, struct oeo_note *why)
{
	const struct oeo_cli *cli = context;
	struct oeo_ledger *ledger = NULL;
	enum oeo_err err = oeo_ledger_open(&ledger, home, why);

	if (err == OEO_OK && oeo_cli_value(cli, "complete") == NULL)
		err = oeo_ledger_want_import(ledger, true);
	oeo_ledger_close(ledger);
	return err;
}

static const struct oeo_backup_program program = {
    .content = &content,
    .check = check,
    .finish = mark_restored,
    .written =
	N_("It holds the questions, the names with them, and the keys. Keep it locked away, and make a new "
	   "one when the names in the ledger are erased or somebody has objected; delete the old one then."),
    .restored =
	N_("Restored. Now, in this order: make sure that the old machine sends nothing any more; run "
	   "oeo-agent publish, which hears what has been sent already and sends nothing new; import your "
	   "files again, all of them: oeo-agent import FILE...; and what was entered by hand after the "
	   "backup, enter again. Nothing is counted twice."),
    .restored_complete =
	N_("Restored. Make sure that the old machine sends nothing any more: stop its oeo-agent and "
	   "wipe its folder. Then look at: oeo-agent status"),
};

enum oeo_exit oeo_agent_backup(struct oeo_cli *cli)
{
	return oeo_backup_run(cli, &program);
}

enum oeo_exit oeo_agent_restore(struct oeo_cli *cli)
{
	return oeo_backup_run_restore(cli, &program);
}
