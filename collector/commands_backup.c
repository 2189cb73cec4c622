/* SPDX-License-Identifier: EUPL-1.2 */
/* backup and restore (proto/backup_command.h). A backup holds no period keys: the reports of a period that is not released cannot be
 * read from it, and after a purge nobody can read them from any backup. */
#include "collector/commands.h"
#include "proto/backup_command.h"
#include "proto/i18n.h"

static const struct oeo_backup_file kept_files[] = {
    {"self.oeocard", 0644, true},
    {"curve.key", 0600, true},
    {"identity.key", 0600, true},
    {"store.key", 0600, true},
    {"minisign.pub", 0644, false},
    {"keyholders/", 0644, false},
    {"releases/", 0644, false},
};

static const struct oeo_backup_content content = {
    .program = "oeo-collector",
    .database = "collector.sqlite",
    .files = kept_files,
    .n_files = sizeof(kept_files) / sizeof(kept_files[0]),
};

const struct oeo_option oeo_restore_options[] = {
    {"passphrase-file", "FILE", oeo_backup_passphrase_help},
    {NULL, NULL, NULL},
};

/* Opened, so that a store of an older version is brought up to date, and one of a newer version refused. */
static enum oeo_err check(struct oeo_cli *cli, struct oeo_note *why)
{
	struct oeo_collector collector;
	enum oeo_err err = oeo_collector_open(&collector, cli, why);

	oeo_collector_close(&collector);
	return err;
}

static const struct oeo_backup_program program = {
    .content = &content,
    .check = check,
    .written = N_(
	"Whoever can read it can sign releases and read what has been opened: keep it as you keep a key. The "
	"keys in `periods` are not in it, on purpose: the reports of periods that are not released cannot be "
	"read from it."),
    .restored =
	N_("Restored. If the old folder `periods` is still there, put it back here and all is as it was at "
	   "the backup. If not: for each period that is not released, oeo-collector reopen MEMBER PERIOD, "
	   "and every member sends it again. What was released after the backup is not known here: do not "
	   "release those periods again, and put their files back in `releases`."),
};

enum oeo_exit oeo_backup_command(struct oeo_cli *cli)
{
	return oeo_backup_run(cli, &program);
}

enum oeo_exit oeo_restore_command(struct oeo_cli *cli)
{
	return oeo_backup_run_restore(cli, &program);
}
