/* SPDX-License-Identifier: EUPL-1.2 */
/* backup and restore (proto/backup_command.h). A backup holds no period keys: a period's end must not wait for a backup's. */
#include "keyholder/commands.h"
#include "keyholder/period_keys.h"
#include "proto/backup_command.h"
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

/* Opened, so that a register of an older version is brought up to date, and one of a newer version refused. */
static enum oeo_err check(struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_home home;
	struct oeo_register *reg = NULL;
	enum oeo_err err = oeo_commands_open(cli, &home, &reg, why);

	oeo_register_close(reg);
	return err;
}

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

static const struct oeo_backup_program program = {
    .content = &content,
    .check = check,
    .finish = mark_restored,
    .written = N_(
	"Whoever can read it can pose as this keyholder: keep it as you keep a key. The keys of the periods "
	"are not in it, on purpose. If they are lost, those periods are not released; their questions still "
	"count in later quarters and years."),
    .restored =
	N_("Restored. Periods that ended before today and whose keys are not here count as lost: no new keys "
	   "are made for them. Run `oeo-keyholder destroy` for each, and tell the collector's operator."),
    .restored_complete =
	N_("Restored. Put the folder `periods` of the old machine back too, before you run it."),
};

enum oeo_exit oeo_command_backup(struct oeo_cli *cli)
{
	return oeo_backup_run(cli, &program);
}

enum oeo_exit oeo_command_restore(struct oeo_cli *cli)
{
	return oeo_backup_run_restore(cli, &program);
}
