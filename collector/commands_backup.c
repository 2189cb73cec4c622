/* SPDX-License-Identifier: EUPL-1.2 */
/* backup and restore (proto/backup.h). A backup holds no period keys: the reports of a period that is not released cannot be
 * read from it, and after a purge nobody can read them from any backup. */
#include <stdio.h>

#include "collector/commands.h"
#include "proto/backup.h"
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

enum oeo_exit oeo_backup_command(struct oeo_cli *cli)
{
	const char *path = cli->arguments[0];
	struct oeo_collector collector;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_collector_open(&collector, cli, &why);

	if (err == OEO_OK)
		err = oeo_backup_write(&content, &collector.home, path, &why);
	oeo_collector_close(&collector);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("Backup written to %s. Whoever has it can sign releases and read what has been opened: keep it "
	      "as "
	      "you keep a key.\nThe keys in `periods` are not in it, on purpose: the reports of periods that "
	      "are not released cannot be read from it.\n"),
	    path);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_restore_command(struct oeo_cli *cli)
{
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err = oeo_home_create(&home, cli->home, &why);

	if (err == OEO_OK)
		err = oeo_backup_restore(&content, &home, cli->arguments[0], NULL, NULL, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, "%s\n",
	    _("Restored. If the old folder `periods` is still there, put it back here and all is as it was "
	      "at "
	      "the backup. If not: for each period that is not released, oeo-collector reopen MEMBER PERIOD, "
	      "and every member sends it again. What was released after the backup is not known here: do not "
	      "release those periods again, and put their files back in `releases`."));
	return OEO_EXIT_OK;
}
