/* SPDX-License-Identifier: EUPL-1.2 */
#include "agent/commands_form.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "agent/agent.h"
#include "agent/form/form.h"
#include "agent/form/session.h"
#include "agent/way_page.h"
#include "agent/words.h"
#include "proto/i18n.h"
#include "proto/private_file.h"
#include "proto/terminal.h"

#define FILE_BYTES 1024

/* ---- form */

const struct oeo_option oeo_agent_form_options[] = {
    {"port", N_("NUMBER"), N_("listen on this port; without it 7320")},
    {"address", N_("ADDRESS"), N_("listen here instead of 127.0.0.1; needs a certificate and a password")},
    {"host", N_("NAME"), N_("the name under which other computers reach the form")},
    {"certificate", "FILE", N_("TLS certificate (PEM)")},
    {"key", "FILE", N_("key of the certificate (PEM)")},
    {"synonyms", "FILE", N_("keep these words for the search field: CSV with the columns term and code")},
    {NULL, NULL, NULL},
};

/* SIGTERM and SIGINT as something to wait for; -1 on failure. */
static int watch_signals(void)
{
	sigset_t signals;

	(void)sigemptyset(&signals);
	(void)sigaddset(&signals, SIGTERM);
	(void)sigaddset(&signals, SIGINT);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) != 0)
		return -1;
	return signalfd(-1, &signals, SFD_CLOEXEC);
}

static enum oeo_err serve(struct oeo_form *form, int signals)
{
	struct pollfd ready[] = {{oeo_form_fd(form), POLLIN, 0}, {signals, POLLIN, 0}};
	enum oeo_err err = OEO_OK;

	while (err == OEO_OK) {
		if (poll(ready, 2, oeo_form_timeout_ms(form)) < 0 && errno != EINTR)
			return OEO_ERR_IO;
		if (ready[1].revents != 0)
			return OEO_OK;
		err = oeo_form_run(form);
	}
	return err;
}

static enum oeo_err run_form(
    struct oeo_agent *agent, const struct oeo_form_options *wanted, struct oeo_note *why)
{
	struct oeo_form_page way = oeo_way_page(agent);
	struct oeo_form_options options = *wanted;
	struct oeo_form *form = NULL;
	int signals = watch_signals();
	enum oeo_err err = signals >= 0 ? OEO_OK : OEO_ERR_IO;

	options.pages = &way;
	options.n_pages = 1;
	if (err == OEO_OK)
		err = oeo_form_start(&form, agent, &options, why);
	if (err == OEO_OK) {
		(void)fprintf(stderr, _("The form is at %s - open it in a browser; stop with Ctrl-C.\n"),
		    oeo_form_url(form));
		err = serve(form, signals);
	}
	oeo_form_stop(form);
	if (signals >= 0)
		(void)close(signals);
	return err;
}

enum oeo_exit oeo_agent_form(struct oeo_cli *cli)
{
	struct oeo_form_options options = {
	    .address = oeo_cli_value(cli, "address"),
	    .host = oeo_cli_value(cli, "host"),
	    .certificate = oeo_cli_value(cli, "certificate"),
	    .key = oeo_cli_value(cli, "key"),
	};
	const char *synonyms = oeo_cli_value(cli, "synonyms");
	unsigned long port = OEO_FORM_PORT;
	struct oeo_agent agent;
	struct oeo_note why = {""};
	enum oeo_err err;

	if (!oeo_cli_number(cli, "port", 0, 65535, &port))
		return OEO_EXIT_USAGE;
	options.port = (unsigned)port;
	err = oeo_agent_open(&agent, cli->home, cli->clock, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	if (synonyms != NULL)
		err = oeo_words_keep(&agent.home, synonyms, &why);
	/* Two forms on one ledger would not see each other's entries; the daemon serves one too. */
	if (err == OEO_OK)
		err = oeo_home_lock(&agent.home, "run", &why);
	if (err == OEO_OK)
		err = run_form(&agent, &options, &why);
	oeo_agent_close(&agent);
	return oeo_cli_error(cli, err, &why);
}

/* ---- form password */

const struct oeo_option oeo_agent_form_password_options[] = {
    {"for", "desk|coordinator",
	N_("whose password it is: of the desks on other computers, or of the coordinator")},
    {"file", "FILE", N_("take it from the first line of this file (mode 600); without it the terminal asks")},
    {NULL, NULL, NULL},
};

static enum oeo_err ask_twice(char password[FILE_BYTES], struct oeo_note *why)
{
	char again[FILE_BYTES] = "";
	bool is_same;

	if (!oeo_terminal_ask_hidden(password, FILE_BYTES, _("New password: ")))
		return oeo_note_set(why, OEO_ERR_USAGE, "%s",
		    _("There is no terminal to ask for the password; give a file: --file FILE"));
	is_same = oeo_terminal_ask_hidden(again, FILE_BYTES, _("The same once more: ")) &&
		  strcmp(password, again) == 0;
	sodium_memzero(again, sizeof(again));
	if (!is_same)
		return oeo_note_set(
		    why, OEO_ERR_FORMAT, "%s", _("These two are not the same. Nothing was changed."));
	return OEO_OK;
}

static enum oeo_err read_password(char password[FILE_BYTES], const char *file, struct oeo_note *why)
{
	struct oeo_buf text = {0};
	enum oeo_err err;

	if (file == NULL)
		return ask_twice(password, why);
	err = oeo_private_file_read(&text, file, FILE_BYTES - 1, why);
	if (err == OEO_OK) {
		memcpy(password, text.data, text.len + 1);
		password[strcspn(password, "\r\n")] = '\0';
	}
	oeo_buf_wipe(&text);
	oeo_buf_fini(&text);
	return err;
}

enum oeo_exit oeo_agent_form_password(struct oeo_cli *cli)
{
	const char *whose = oeo_cli_value(cli, "for");
	enum oeo_form_role role = OEO_FORM_COORDINATOR;
	char password[FILE_BYTES] = "";
	struct oeo_agent agent;
	struct oeo_note why = {""};
	enum oeo_err err;

	if (whose != NULL && strcmp(whose, "desk") == 0)
		role = OEO_FORM_DESK;
	else if (whose == NULL || strcmp(whose, "coordinator") != 0)
		return oeo_cli_usage(
		    cli, "%s", _("Say whose password it is: --for desk or --for coordinator"));
	err = oeo_agent_open(&agent, cli->home, cli->clock, &why);
	if (err != OEO_OK)
		return oeo_cli_error(cli, err, &why);
	err = read_password(password, oeo_cli_value(cli, "file"), &why);
	if (err == OEO_OK)
		err = oeo_form_set_password(agent.ledger, role, password);
	if (err == OEO_ERR_RANGE)
		(void)oeo_note_set(&why, err, "%s", _("A password has 10 to 200 characters."));
	sodium_memzero(password, sizeof(password));
	oeo_agent_close(&agent);
	if (err == OEO_OK)
		(void)fprintf(stderr, "%s\n",
		    _("The password is set. It holds at once; who was logged in with another one logs in "
		      "again."));
	return oeo_cli_error(cli, err, &why);
}
