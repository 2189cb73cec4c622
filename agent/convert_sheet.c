/* SPDX-License-Identifier: EUPL-1.2 */
/* Spreadsheets to CSV, by a program that is installed for it. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "agent/convert.h"
#include "agent/convert_folder.h"
#include "agent/convert_internal.h"
#include "proto/home.h"
#include "proto/i18n.h"

#define MOST_ARGUMENTS 12
#define STEP_MS 20
#define LARGEST_RESULT ((rlim_t)2 << 30)

/* Dates of a locale that writes them as ISO 8601; no macro is ever run. */
static const char office_settings[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<oor:items xmlns:oor=\"http://openoffice.org/2001/registry\">"
    "<item oor:path=\"/org.openoffice.Setup/L10N\"><prop oor:name=\"ooSetupSystemLocale\" oor:op=\"fuse\">"
    "<value>en-ZA</value></prop></item>"
    "<item oor:path=\"/org.openoffice.Office.Common/Security/Scripting\"><prop "
    "oor:name=\"MacroSecurityLevel\" "
    "oor:op=\"fuse\"><value>3</value></prop></item></oor:items>\n";

struct conversion {
	struct oeo_convert_folder folder;
	sigset_t held; /* signals that wait for the folder to be removed */
	sigset_t before;
	int signal; /* that came; 0: none */
	pid_t parent;
	char input[PATH_MAX]; /* absolute */
	char program[OEO_PATH_BYTES];
	char texts[3][2 * OEO_PATH_BYTES]; /* arguments that are put together */
	const char *argv[MOST_ARGUMENTS];
	char result[OEO_PATH_BYTES];
};

/* ---- Signals */

/* Hold back what ends this process: the folder has to go first. What is ignored stays so. */
static bool hold_signals(struct conversion *c)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};

	(void)sigemptyset(&c->held);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		struct sigaction action;

		if (sigaction(numbers[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
			(void)sigaddset(&c->held, numbers[i]);
	}
	return sigprocmask(SIG_BLOCK, &c->held, &c->before) == 0;
}

/* The process ends here where such a signal came meanwhile. */
static void let_signals_through(const struct conversion *c)
{
	if (c->signal != 0)
		(void)raise(c->signal);
	(void)sigprocmask(SIG_SETMASK, &c->before, NULL);
}

/* ---- Which program, and what it is told */

/* Look along PATH; false: not installed. */
static bool find_program(char path[OEO_PATH_BYTES], const char *name)
{
	const char *rest = getenv("PATH");

	if (rest == NULL)
		rest = "/usr/local/bin:/usr/bin:/bin";
	while (*rest != '\0') {
		size_t len = strcspn(rest, ":");

		if (len > 0 && rest[0] == '/' &&
		    snprintf(path, OEO_PATH_BYTES, "%.*s/%s", (int)len, rest, name) < OEO_PATH_BYTES &&
		    access(path, X_OK) == 0)
			return true;
		rest += len + (rest[len] == ':' ? 1 : 0);
	}
	return false;
}

static void tell_ssconvert(struct conversion *c, const char *sheet)
{
	size_t n = 0;

	c->argv[n++] = "ssconvert";
	c->argv[n++] = "-T";
	c->argv[n++] = "Gnumeric_stf:stf_assistant";
	c->argv[n++] = "-O";
	c->argv[n++] = c->texts[0];
	(void)snprintf(c->texts[0], sizeof(c->texts[0]), "format=automatic eol=unix%s%s%s",
	    sheet != NULL ? " sheet='" : "", sheet != NULL ? sheet : "", sheet != NULL ? "'" : "");
	/* Without a name: a file for each sheet, numbered from 0. */
	if (sheet == NULL)
		c->argv[n++] = "-S";
	c->argv[n++] = c->input;
	(void)snprintf(
	    c->texts[1], sizeof(c->texts[1]), "%s/out.%s", c->folder.path, sheet != NULL ? "0" : "%n");
	c->argv[n++] = c->texts[1];
	c->argv[n] = NULL;
	(void)snprintf(c->result, sizeof(c->result), "%.*s/out.0", OEO_PATH_BYTES - 16, c->folder.path);
}

static bool write_settings(const struct conversion *c)
{
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), "%.*s/profile", OEO_PATH_BYTES - 64, c->folder.path);
	if (mkdir(path, 0700) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "%.*s/profile/user", OEO_PATH_BYTES - 64, c->folder.path);
	if (mkdir(path, 0700) != 0)
		return false;
	(void)snprintf(path, sizeof(path), "%.*s/profile/user/registrymodifications.xcu", OEO_PATH_BYTES - 64,
	    c->folder.path);
	return oeo_file_write(path, office_settings, sizeof(office_settings) - 1, 0600, NULL) == OEO_OK;
}

/* The result is called as the file, with the sheet's name behind it where all are written. A link of a plain name spares
 * its name. */
static bool tell_office(struct conversion *c, const char *sheet)
{
	char link_path[OEO_PATH_BYTES];
	size_t n = 0;

	(void)snprintf(link_path, sizeof(link_path), "%.*s/in", OEO_PATH_BYTES - 16, c->folder.path);
	if (!write_settings(c) || symlink(c->input, link_path) != 0)
		return false;
	(void)snprintf(c->input, sizeof(c->input), "%.*s/in", PATH_MAX - 16, c->folder.path);
	(void)snprintf(
	    c->texts[0], sizeof(c->texts[0]), "-env:UserInstallation=file://%s/profile", c->folder.path);
	(void)snprintf(c->texts[1], sizeof(c->texts[1]),
	    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false%s",
	    sheet != NULL ? ",-1" : "");
	c->argv[n++] = "soffice";
	c->argv[n++] = "--headless";
	c->argv[n++] = "--norestore";
	c->argv[n++] = c->texts[0];
	c->argv[n++] = "--convert-to";
	c->argv[n++] = c->texts[1];
	c->argv[n++] = "--outdir";
	c->argv[n++] = c->folder.path;
	c->argv[n++] = c->input;
	c->argv[n] = NULL;
	(void)snprintf(c->result, sizeof(c->result), "%.*s/in%s%s.csv", OEO_PATH_BYTES - 300, c->folder.path,
	    sheet != NULL ? "-" : "", sheet != NULL ? sheet : "");
	return true;
}

static enum oeo_err prepare(struct conversion *c, const char *sheet, struct oeo_note *why)
{
	if (find_program(c->program, "ssconvert")) {
		tell_ssconvert(c, sheet);
		return OEO_OK;
	}
	if (!find_program(c->program, "soffice"))
		return oeo_note_set(why, OEO_ERR_NOT_FOUND,
		    _("This is a spreadsheet, and no program that reads it is installed. Save it as CSV "
		      "(UTF-8), or "
		      "have gnumeric installed (apt install gnumeric)."));
	return tell_office(c, sheet) ? OEO_OK : OEO_ERR_IO;
}

/* ---- Running it */

static void limit(__rlimit_resource_t what, rlim_t most)
{
	const struct rlimit limits = {most, most};

	(void)setrlimit(what, &limits);
}

/* In the new process. Never returns. */
static void become(const struct conversion *c)
{
	char home[OEO_PATH_BYTES + 8];
	char temporary[OEO_PATH_BYTES + 8];
	char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
	char locale[] = "LC_ALL=C.UTF-8";
	char *environment[] = {home, temporary, path, locale, NULL};
	int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

	(void)snprintf(home, sizeof(home), "HOME=%s", c->folder.path);
	(void)snprintf(temporary, sizeof(temporary), "TMPDIR=%s", c->folder.path);
	limit(RLIMIT_CPU, OEO_CONVERT_SECONDS);
	limit(RLIMIT_FSIZE, LARGEST_RESULT);
	limit(RLIMIT_CORE, 0);
	(void)umask(077);
	/* No network, where users may have name spaces of their own. */
	(void)unshare(CLONE_NEWUSER | CLONE_NEWNET);
	if (setpgid(0, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != c->parent ||
	    sigprocmask(SIG_SETMASK, &c->before, NULL) != 0 || chdir(c->folder.path) != 0 ||
	    dup2(nothing, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0 ||
	    dup2(nothing, STDERR_FILENO) < 0)
		_exit(1);
	(void)execve(c->program, (char *const *)c->argv, environment);
	_exit(1);
}

/* What the program started as well. */
static void end_group(pid_t pid, int *status)
{
	(void)kill(-pid, SIGKILL);
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, status, 0);
}

static enum oeo_err run(struct conversion *c, struct oeo_note *why)
{
	const struct timespec step = {0, STEP_MS * 1000000L};
	int status = 0;
	pid_t pid;

	(void)fflush(NULL);
	c->parent = getpid();
	pid = fork();
	if (pid == 0)
		become(c);
	if (pid < 0)
		return OEO_ERR_IO;
	(void)setpgid(pid, pid); /* whoever of the two comes first */
	for (unsigned waited_ms = 0; waitpid(pid, &status, WNOHANG) == 0; waited_ms += STEP_MS) {
		if (waited_ms >= OEO_CONVERT_SECONDS * 1000) {
			end_group(pid, &status);
			return oeo_note_set(why, OEO_ERR_AWAY,
			    _("Reading the spreadsheet took longer than %d seconds. Save it as CSV (UTF-8)."),
			    OEO_CONVERT_SECONDS);
		}
		c->signal = sigtimedwait(&c->held, NULL, &step);
		if (c->signal > 0) {
			end_group(pid, &status);
			return OEO_ERR_STATE;
		}
		c->signal = 0;
	}
	(void)kill(-pid, SIGKILL); /* what it may have left behind */
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? OEO_OK : OEO_ERR_FORMAT;
}

enum oeo_err oeo_convert_sheet(FILE *out, const char *path, const char *sheet, struct oeo_note *why)
{
	struct conversion *c = calloc(1, sizeof(*c));
	FILE *result = NULL;
	enum oeo_err err = OEO_ERR_NOMEM;

	if (c == NULL)
		return err;
	if (!hold_signals(c)) {
		free(c);
		return OEO_ERR_IO;
	}
	err = OEO_ERR_IO;
	if (sheet != NULL && (strpbrk(sheet, "'/\\") != NULL || strlen(sheet) > 100))
		err =
		    oeo_note_set(why, OEO_ERR_USAGE, _("--sheet: a name without quotes and slashes, please"));
	else if (realpath(path, c->input) != NULL && oeo_convert_folder_make(&c->folder))
		err = prepare(c, sheet, why);
	if (err == OEO_OK)
		err = run(c, why);
	if (err == OEO_OK && (result = fopen(c->result, "rbe")) == NULL)
		err = OEO_ERR_FORMAT;
	if (err == OEO_OK)
		err = oeo_convert_copy(out, result);
	if (err != OEO_OK && (why == NULL || why->text[0] == '\0'))
		(void)oeo_note_set(why, err,
		    _("The spreadsheet cannot be read%s. Open it, and save the sheet as CSV (UTF-8)."),
		    sheet != NULL ? _(": has it a sheet of that name") : "");
	if (result != NULL)
		(void)fclose(result);
	oeo_convert_folder_remove(&c->folder);
	let_signals_through(c);
	free(c);
	return err;
}
