/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/interrupt.h"

#include <stdio.h>
#include <unistd.h>

#include "proto/cli.h"

void oeo_interrupt_begin(struct oeo_interrupt *interrupt)
{
	struct sigaction action;
	sigset_t wanted;

	interrupt->is_held = sigaction(SIGINT, NULL, &action) == 0 && action.sa_handler != SIG_IGN &&
			     sigemptyset(&wanted) == 0 && sigaddset(&wanted, SIGINT) == 0 &&
			     sigprocmask(SIG_BLOCK, &wanted, &interrupt->before) == 0;
}

bool oeo_interrupt_is_asked(const struct oeo_interrupt *interrupt)
{
	sigset_t waiting;

	return interrupt->is_held && sigpending(&waiting) == 0 && sigismember(&waiting, SIGINT) == 1;
}

bool oeo_interrupt_show_progress(
    const struct oeo_interrupt *interrupt, const char *what, size_t done, size_t total)
{
	oeo_cli_progress(what, (unsigned long)done, (unsigned long)total);
	if (!oeo_interrupt_is_asked(interrupt))
		return true;
	if (isatty(STDERR_FILENO))
		(void)fputc('\n', stderr);
	return false;
}

void oeo_interrupt_end(struct oeo_interrupt *interrupt)
{
	if (interrupt->is_held)
		(void)sigprocmask(SIG_SETMASK, &interrupt->before, NULL);
	interrupt->is_held = false;
}
