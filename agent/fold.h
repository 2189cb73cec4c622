/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The form in which codes, labels and names of columns are compared: NFKC with case folded and invisible characters
 * removed, no white space around, one space for each run of it inside.
 */
#ifndef OEO_AGENT_FOLD_H
#define OEO_AGENT_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"

/* Replace what is in folded by the folded form of the text (UTF-8), terminated. OEO_ERR_FORMAT: not UTF-8. OEO_ERR_RANGE:
 * above 64 KiB. OEO_ERR_NOMEM. folded is undefined on failure. */
enum oeo_err oeo_fold_text(struct oeo_buf *folded, const char *text, size_t len);

#endif
