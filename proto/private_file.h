/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A small text file that holds a secret of somebody: a password, a passphrase, or who a question was about. It is judged
 * by the file that was opened, not by its name, and a pipe or a folder in its place does not hang the program.
 */
#ifndef OEO_PROTO_PRIVATE_FILE_H
#define OEO_PROTO_PRIVATE_FILE_H

#include "proto/buf.h"

/*
 * Read the first bytes (at most `most`) of a file that nobody but its owner may read, into memory of the caller, who
 * wipes it, also after an error; *len: how many there are. OEO_ERR_REFUSED: others may read it; OEO_ERR_FORMAT: it is no
 * file, or there is a zero byte in it; OEO_ERR_NOT_FOUND, OEO_ERR_IO; why says what to do.
 */
enum oeo_err oeo_private_file_read_start(
    uint8_t *bytes, size_t most, size_t *len, const char *path, struct oeo_note *why);

/*
 * The whole file, terminated, into an empty text, which is wiped and freed by the caller, also after an error. Errors as
 * above, and OEO_ERR_RANGE: above limit bytes; OEO_ERR_NOMEM.
 */
enum oeo_err oeo_private_file_read(
    struct oeo_buf *text, const char *path, size_t limit, struct oeo_note *why);

#endif
