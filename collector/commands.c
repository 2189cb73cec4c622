/* SPDX-License-Identifier: EUPL-1.2 */
/* Setting up and running: init, card, run, and what all commands share. */
#include "collector/commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "collector/service.h"
#include "proto/backup.h"
#include "proto/card.h"
#include "proto/i18n.h"
#include "proto/log.h"
#include "proto/minisig.h"

enum oeo_err oeo_collector_open(
    struct oeo_collector *collector, const struct oeo_cli *cli, struct oeo_note *why)
{
	enum oeo_err err;

	memset(collector, 0, sizeof(*collector));
	collector->home.lock_fd = -1;
	err = oeo_home_open(&collector->home, cli->home, why);
	return err == OEO_OK ? oeo_store_open(&collector->store, &collector->home, why) : err;
}

void oeo_collector_close(struct oeo_collector *collector)
{
	oeo_store_close(collector->store);
	collector->store = NULL;
	oeo_home_close(&collector->home);
}

/* ---- init */

/* The public key as minisign takes it, for readers of releases. */
static enum oeo_err write_minisign(const struct oeo_home *home, struct oeo_note *why)
{
	struct oeo_self self;
	struct oeo_buf text = {NULL, 0, 0};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	memset(&self, 0, sizeof(self));
	err = oeo_self_load(&self, home, OEO_ROLE_COLLECTOR, why);
	if (err == OEO_OK)
		err = oeo_minisig_public_key(&text, self.card.identity_pk);
	if (err == OEO_OK)
		err = oeo_home_path(path, home, "minisign.pub");
	if (err == OEO_OK)
		err = oeo_file_write(path, text.data, text.len, 0644, why);
	oeo_buf_fini(&text);
	oeo_self_fini(&self);
	return err;
}

/* The database, unless an init that was cut short has made it. Where there is a card nothing is made: oeo_self_create
 * refuses such a home, and a database that was lost must not be replaced by an empty one. */
static enum oeo_err make_store(const struct oeo_home *home, struct oeo_note *why)
{
	char card[OEO_PATH_BYTES];
	enum oeo_err err = oeo_home_path(card, home, "self.oeocard");

	if (err != OEO_OK || oeo_file_exists(card))
		return err;
	err = oeo_store_create(home, why);
	return err == OEO_ERR_EXISTS ? OEO_OK : err;
}

enum oeo_exit oeo_init_command(struct oeo_cli *cli)
{
	const char *id = oeo_cli_value(cli, "id");
	const char *name = oeo_cli_value(cli, "name");
	const char *endpoint = oeo_cli_value(cli, "endpoint");
	struct oeo_note why = {""};
	struct oeo_home home;
	enum oeo_err err;

	if (id == NULL || name == NULL || endpoint == NULL)
		return oeo_cli_usage(
		    cli, _("init needs --id, --name and --endpoint, for example: oeo-collector init "
			   "--id bureau --name \"Almelo Sociaal\" --endpoint tcp://oeo.example.nl:5570"));
	err = oeo_home_create(&home, cli->home, &why);
	if (err == OEO_OK)
		err = make_store(&home, &why);
	if (err == OEO_OK)
		err = oeo_self_create(&home, OEO_ROLE_COLLECTOR, id, name, endpoint, &why);
	if (err == OEO_OK)
		err = write_minisign(&home, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	(void)fprintf(stderr,
	    _("The collector is ready in %s. Next: give its card (oeo-collector card) to the members and the "
	      "keyholders, and admit the members' cards.\n"),
	    home.path);
	return OEO_EXIT_OK;
}

enum oeo_exit oeo_card_command(struct oeo_cli *cli)
{
	struct oeo_note why = {""};
	struct oeo_buf text = {NULL, 0, 0};
	struct oeo_home home;
	struct oeo_self self;
	enum oeo_err err;

	memset(&self, 0, sizeof(self));
	err = oeo_home_open(&home, cli->home, &why);
	if (err == OEO_OK)
		err = oeo_self_load(&self, &home, OEO_ROLE_COLLECTOR, &why);
	if (err == OEO_OK)
		err = oeo_card_format(&text, &self.card, &why);
	if (err == OEO_OK && (fwrite(text.data, 1, text.len, stdout) != text.len || fflush(stdout) != 0))
		err = oeo_note_set(&why, OEO_ERR_IO, _("cannot write the card"));
	oeo_buf_fini(&text);
	oeo_self_fini(&self);
	return oeo_cli_error(cli, err, &why);
}

/* ---- run */

/* Signals that stop the daemon are read from here, in its loop. -1: failed. */
static int open_signals(void)
{
	sigset_t signals;

	if (sigemptyset(&signals) != 0 || sigaddset(&signals, SIGTERM) != 0 ||
	    sigaddset(&signals, SIGINT) != 0 || sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
		return -1;
	return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum oeo_err serve(struct oeo_collector *collector, const struct oeo_self *self,
    const struct oeo_cli *cli, int stop_fd, struct oeo_note *why)
{
	const char *bind = oeo_cli_value(cli, "bind");
	struct oeo_service *service = NULL;
	enum oeo_err err = oeo_service_open(&service, bind != NULL ? bind : self->card.endpoint, self,
	    collector->store, &collector->home, &cli->clock, why);

	if (err != OEO_OK)
		return err;
	oeo_log(OEO_LOG_NOTICE, "collector", "ready: listening on %s", oeo_service_endpoint(service));
	err = oeo_service_run(service, stop_fd);
	if (err != OEO_OK)
		(void)oeo_note_set(why, err, _("The collector stopped: %s."), oeo_err_text(err));
	else
		oeo_log(OEO_LOG_NOTICE, "collector", "stopped");
	oeo_service_close(service);
	return err;
}

enum oeo_exit oeo_run_command(struct oeo_cli *cli)
{
	struct oeo_collector collector;
	struct oeo_note why = {""};
	struct oeo_self self;
	int stop_fd = open_signals();
	enum oeo_err err;

	if (stop_fd < 0)
		return oeo_cli_fail(cli, _("cannot receive signals"));
	memset(&self, 0, sizeof(self));
	err = oeo_collector_open(&collector, cli, &why);
	if (err == OEO_OK)
		err = oeo_home_lock(&collector.home, "run", &why);
	if (err == OEO_OK)
		oeo_backup_sweep(&collector.home);
	if (err == OEO_OK)
		err = oeo_self_load(&self, &collector.home, OEO_ROLE_COLLECTOR, &why);
	if (err == OEO_OK)
		err = serve(&collector, &self, cli, stop_fd, &why);
	oeo_self_fini(&self);
	oeo_collector_close(&collector);
	(void)close(stop_fd);
	return oeo_cli_error(cli, err, &why);
}
