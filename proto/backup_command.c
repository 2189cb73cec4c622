/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/backup_command.h"

#include <stdio.h>
#include <unistd.h>

#include "proto/i18n.h"
#include "proto/passphrase.h"

const char oeo_backup_passphrase_help[] =
    N_("take the passphrase from the first line of this file (mode 600) instead of asking");

const struct oeo_option oeo_backup_options[] = {
    {"passphrase-file", "FILE", oeo_backup_passphrase_help},
    {"without-passphrase", NULL,
	N_("write it readable for whoever has the file: only where the disk it goes to is encrypted")},
    {NULL, NULL, NULL},
};

/* ---- backup */

/* What is wrong with the command line is told before anything is opened. */
static enum oeo_err check_wish(const struct oeo_cli *cli, struct oeo_note *why)
{
	bool has_file = oeo_cli_value(cli, "passphrase-file") != NULL;
	bool is_open = oeo_cli_value(cli, "without-passphrase") != NULL;

	if (has_file && is_open)
		return oeo_note_set(
		    why, OEO_ERR_USAGE, _("Give --passphrase-file or --without-passphrase, not both."));
	if (!has_file && !is_open && isatty(STDIN_FILENO) == 0)
		return oeo_note_set(why, OEO_ERR_USAGE,
		    _("A backup is put under a passphrase. Run this in a terminal, which asks for it, or "
		      "give "
		      "--passphrase-file FILE. Is the disk that the backup goes to encrypted already? Then "
		      "--without-passphrase will do."));
	if (oeo_file_exists(cli->arguments[0]))
		return oeo_note_set(
		    why, OEO_ERR_EXISTS, _("%s: exists already and is left as it is"), cli->arguments[0]);
	return OEO_OK;
}

static enum oeo_err write_locked(const struct oeo_cli *cli, const struct oeo_backup_program *program,
    const struct oeo_home *home, struct oeo_note *why)
{
	const char *file = oeo_cli_value(cli, "passphrase-file");
	struct oeo_secret passphrase = {NULL, 0};
	struct oeo_backup_lock lock = {&passphrase, oeo_lockbox_cost_usual()};
	enum oeo_err err = file != NULL ? oeo_passphrase_read(&passphrase, file, true, why)
					: oeo_passphrase_ask(&passphrase, true, why);

	if (err == OEO_OK)
		err = oeo_backup_write(program->content, home, cli->arguments[0], &lock, why);
	oeo_secret_fini(&passphrase);
	return err;
}

enum oeo_exit oeo_backup_run(struct oeo_cli *cli, const struct oeo_backup_program *program)
{
	bool is_open = oeo_cli_value(cli, "without-passphrase") != NULL;
	const char *path = cli->arguments[0];
	struct oeo_home home = {.lock_fd = -1};
	struct oeo_note why = {""};
	enum oeo_err err = check_wish(cli, &why);

	if (err == OEO_OK)
		err = program->check(cli, &why);
	if (err == OEO_OK)
		err = oeo_home_open(&home, cli->home, &why);
	if (err == OEO_OK)
		err = is_open ? oeo_backup_write(program->content, &home, path, NULL, &why)
			      : write_locked(cli, program, &home, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	if (is_open)
		(void)fprintf(stderr,
		    _("Backup written to %s, without a passphrase: whoever has the file can read it.\n"),
		    path);
	else
		(void)fprintf(
		    stderr, _("Backup written to %s. It can only be read with its passphrase.\n"), path);
	(void)fprintf(stderr, "%s\n", _(program->written));
	return OEO_EXIT_OK;
}

/* ---- restore */

static enum oeo_err get_passphrase(
    const struct oeo_cli *cli, struct oeo_secret *passphrase, struct oeo_note *why)
{
	const char *file = oeo_cli_value(cli, "passphrase-file");
	bool is_locked = false;
	enum oeo_err err = oeo_backup_is_locked(&is_locked, cli->arguments[0], why);

	if (err != OEO_OK || !is_locked)
		return err;
	return file != NULL ? oeo_passphrase_read(passphrase, file, false, why)
			    : oeo_passphrase_ask(passphrase, false, why);
}

enum oeo_exit oeo_backup_run_restore(struct oeo_cli *cli, const struct oeo_backup_program *program)
{
	bool is_complete = program->restored_complete != NULL && oeo_cli_value(cli, "complete") != NULL;
	struct oeo_secret passphrase = {NULL, 0};
	struct oeo_home home;
	struct oeo_note why = {""};
	enum oeo_err err = get_passphrase(cli, &passphrase, &why);

	if (err == OEO_OK)
		err = oeo_home_create(&home, cli->home, &why);
	if (err == OEO_OK)
		err = oeo_backup_restore(
		    program->content, &home, cli->arguments[0], &passphrase, program->finish, cli, &why);
	oeo_secret_fini(&passphrase);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr, "%s\n", _(is_complete ? program->restored_complete : program->restored));
	return OEO_EXIT_OK;
}
