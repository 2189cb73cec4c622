/* SPDX-License-Identifier: EUPL-1.2 */
/* A small file that holds a secret of somebody: a password, or who a question was about. */
#ifndef OEO_AGENT_PRIVATE_FILE_H
#define OEO_AGENT_PRIVATE_FILE_H

#include "proto/buf.h"

/*
 * Read a file that nobody but its owner may read, terminated; text is wiped and freed by the caller. OEO_ERR_REFUSED: others
 * may read it; OEO_ERR_RANGE: above limit bytes (at most 64 KiB); OEO_ERR_FORMAT: it holds a zero byte; OEO_ERR_NOT_FOUND,
 * OEO_ERR_IO, OEO_ERR_NOMEM; why says what to do.
 */
enum oeo_err oeo_private_file_read(
    struct oeo_buf *text, const char *path, size_t limit, struct oeo_note *why);

#endif
