/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/pdf.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "proto/i18n.h"

#define PROGRAM "weasyprint"
#define SHELL_NOT_FOUND 127

extern char **environ;

static enum oeo_err not_installed(struct oeo_note *why)
{
	return oeo_note_set(why, OEO_ERR_NOT_FOUND,
	    _("the program WeasyPrint, which makes PDF, is not installed; install it (apt-get install "
	      "weasyprint), or "
	      "make the site and print it from a browser"));
}

/* The exit code of a child; -1 where it did not end by itself. */
static int wait_for(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

enum oeo_err oeo_pdf_run(const char *html_path, const char *pdf_path, struct oeo_note *why)
{
	/* posix_spawnp has no const; it copies. */
	char *const arguments[] = {(char *)(uintptr_t)PROGRAM, (char *)(uintptr_t) "-q",
	    (char *)(uintptr_t) "--pdf-variant", (char *)(uintptr_t) "pdf/ua-1", (char *)(uintptr_t)html_path,
	    (char *)(uintptr_t)pdf_path, NULL};
	pid_t child = -1;
	int error = posix_spawnp(&child, PROGRAM, NULL, NULL, arguments, environ);
	int code;

	if (error == ENOENT)
		return not_installed(why);
	if (error != 0)
		return oeo_note_set(
		    why, OEO_ERR_IO, _("WeasyPrint could not be started: %s"), strerror(error));
	code = wait_for(child);
	if (code == SHELL_NOT_FOUND)
		return not_installed(why);
	if (code != 0 || access(pdf_path, F_OK) != 0)
		return oeo_note_set(why, OEO_ERR_IO,
		    _("WeasyPrint could not make the PDF (its exit code is %d); what it says stands above"),
		    code);
	return OEO_OK;
}
