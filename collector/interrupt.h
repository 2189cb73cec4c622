/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Ctrl-C while something long is worked out. It waits between begin and end, so that the work can stop at a place of
 * its own, say so and free what it holds; at the end it does what it always does: the program ends by it, and
 * a shell sees that it was interrupted. One thread.
 */
#ifndef OEO_COLLECTOR_INTERRUPT_H
#define OEO_COLLECTOR_INTERRUPT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

struct oeo_interrupt {
	sigset_t before; /* signals that waited at the beginning */
	bool is_held;
};

/* Let SIGINT wait from now on. Where that cannot be had, it ends the program at once, as without this. Where SIGINT is ignored,
 * as in what a script starts with `&`, it stays so: a signal that waits would be seen although it is ignored. */
void oeo_interrupt_begin(struct oeo_interrupt *interrupt);

/* True where SIGINT came since. */
bool oeo_interrupt_is_asked(const struct oeo_interrupt *interrupt);

/* For progress functions: show on a terminal how far it is (oeo_cli_progress), and end that line where SIGINT came. False: it came,
 * stop. */
bool oeo_interrupt_show_progress(
    const struct oeo_interrupt *interrupt, const char *what, size_t done, size_t total);

/* Let it through again: where it came, this ends the program, and does not return unless SIGINT waited at the beginning.
 * Nothing where begin was not called on a zeroed struct. */
void oeo_interrupt_end(struct oeo_interrupt *interrupt);

#endif
