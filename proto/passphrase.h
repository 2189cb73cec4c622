/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A passphrase for a file (lockbox.h): typed in the terminal, or the first line of a file that only its owner may read;
 * never on the command line or in the environment, where others see it. Owned by the caller (oeo_secret_fini); why never
 * holds any of it.
 */
#ifndef OEO_PROTO_PASSPHRASE_H
#define OEO_PROTO_PASSPHRASE_H

#include <stdbool.h>

#include "proto/secret.h"

#define OEO_PASSPHRASE_LEAST 12 /* characters of a new one */
#define OEO_PASSPHRASE_BYTES 1024 /* at most */

/*
 * Ask in the terminal; a new one twice, after saying what it is for. OEO_ERR_USAGE: there is no terminal, or nothing was typed;
 * OEO_ERR_FORMAT: the two are not the same; OEO_ERR_RANGE: a new one is too short.
 */
enum oeo_err oeo_passphrase_ask(struct oeo_secret *passphrase, bool is_new, struct oeo_note *why);

/*
 * Read it from a file of UTF-8; a mark at its beginning and the end of the line do not count. OEO_ERR_REFUSED: others may
 * read the file; OEO_ERR_RANGE: a new one is too short, or longer than OEO_PASSPHRASE_BYTES; OEO_ERR_FORMAT: there is none, or it is no text;
 * OEO_ERR_NOT_FOUND, OEO_ERR_IO.
 */
enum oeo_err oeo_passphrase_read(
    struct oeo_secret *passphrase, const char *path, bool is_new, struct oeo_note *why);

#endif
