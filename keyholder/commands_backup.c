/* SPDX-License-Identifier: EUPL-1.2 */
/* backup and restore (proto/backup.h). A backup holds no period keys: a period's end must not wait for a backup's. */
#include <stdio.h>

#include "keyholder/commands.h"
#include "keyholder/period_keys.h"
#include "proto/backup.h"
#include "proto/i18n.h"

static const struct oeo_backup_file kept_files[] = {
    {"self.oeocard", 0644, true},
    {"curve.key", 0600, true},
    {"identity.key", 0600, true},
};

static const struct oeo_backup_content content = {
    .program = "oeo-keyholder",
    .database = OEO_REGISTER_FILE,
    .files = kept_files,
    .n_files = sizeof(kept_files) / sizeof(kept_files[0]),
};

enum oeo_exit oeo_command_backup(struct oeo_cli *cli)
{
	const char *path = cli->arguments[0];
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	struct oeo_note why = {""};
	/* Opened, so that a register of an older version is brought up to date, and one of a newer version refused. */
	enum oeo_err err = oeo_commands_open(cli, &home, &reg, &why);

	if (err == OEO_OK)
		err = oeo_backup_write(&content, &home, path, &why);
	oeo_register_close(reg);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Backup written to %s. Whoever has it can pose as this keyholder: keep it as you keep a key.\n"
	      "The keys of the periods are not in it, on purpose. If they are lost, those periods are not "
	      "released; their\n"
	      "questions still count in later quarters and years.\n"),
	    path);
	return OEO_EXIT_OK;
}

/* ---- Restore */

/* What ended before today may have had keys that the backup does not know of; none are made anew. */
static enum oeo_err mark_restored(void *context, const struct oeo_home *home, struct oeo_note *why)
{
	const struct oeo_cli *cli = context;
	struct oeo_register *reg = NULL;
	enum oeo_err err = oeo_register_open(&reg, home, why);

	if (err == OEO_OK && oeo_cli_value(cli, "complete") == NULL)
		err = oeo_register_set_number(reg, OEO_FACT_RESTORED_DAY, oeo_clock_today(&cli->clock));
	oeo_register_close(reg);
	return err;
}

enum oeo_exit oeo_command_restore(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_home_create(&home, cli->home, &why);

	if (err == OEO_OK)
		err = oeo_backup_restore(&content, &home, cli->arguments[0], mark_restored, cli, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, "%s\n",
	    oeo_cli_value(cli, "complete") != NULL
		? _("Restored. Put the folder `periods` of the old machine back too, before you run it.")
		: _("Restored. Periods that ended before today and whose keys are not here count as lost: no "
		    "new keys are "
		    "made for them. Run `oeo-keyholder destroy` for each, and tell the collector's "
		    "operator."));
	return OEO_EXIT_OK;
}
