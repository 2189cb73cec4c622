/* SPDX-License-Identifier: EUPL-1.2 */
/* Asking for a secret in the terminal that standard input is. */
#ifndef OEO_PROTO_TERMINAL_H
#define OEO_PROTO_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Write the question to stderr and read a line into line (size bytes with its zero, without the line's end) that is not
 * shown. A signal that ends the program leaves the terminal as it was. False: no terminal, no line, or one too long; line may
 * hold a part of it: wipe it. */
bool oeo_terminal_ask_hidden(char *line, size_t size, const char *question);

#endif
