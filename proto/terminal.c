/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

/* The terminal gives a whole line at once, or as much of it as there is room for. */
static bool read_line(char *line, size_t size, int signals)
{
	struct pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {signals, POLLIN, 0}};
	ssize_t got;

	while (poll(fds, 2, -1) < 0) {
		if (errno != EINTR)
			return false;
	}
	if (fds[1].revents != 0)
		return false;
	got = read(STDIN_FILENO, line, size - 1);
	if (got <= 0 || line[got - 1] != '\n')
		return false;
	line[got - 1] = '\0';
	line[strcspn(line, "\r")] = '\0';
	return true;
}

/* Ask when nothing is shown any more: whoever is quick types nothing that is seen, or lost. */
static bool ask_unseen(char *line, size_t size, const char *question, int signals)
{
	struct termios shown;
	struct termios hidden;
	bool has_line = false;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0) {
		(void)fputs(question, stderr);
		has_line = read_line(line, size, signals);
	}
	(void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	return has_line;
}

/* With what would end the program held back, so that it meets the terminal as it was. */
static bool ask_held(char *line, size_t size, const char *question)
{
	sigset_t held;
	sigset_t before;
	bool has_line = false;
	int signals;

	(void)sigemptyset(&held);
	(void)sigaddset(&held, SIGINT);
	(void)sigaddset(&held, SIGTERM);
	(void)sigaddset(&held, SIGQUIT);
	(void)sigaddset(&held, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &held, &before) != 0)
		return false;
	signals = signalfd(-1, &held, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals >= 0) {
		has_line = ask_unseen(line, size, question, signals);
		(void)close(signals);
	}
	(void)fputs("\n", stderr);
	(void)sigprocmask(SIG_SETMASK, &before, NULL);
	return has_line;
}

bool oeo_terminal_ask_hidden(char *line, size_t size, const char *question)
{
	line[0] = '\0';
	if (size < 2 || isatty(STDIN_FILENO) == 0)
		return false;
	return ask_held(line, size, question);
}
