/* SPDX-License-Identifier: EUPL-1.2 */
/* Writing what a command found to stdout. A failure (a full disk behind a pipe) is an exit code, never silence. */
#ifndef OEO_KEYHOLDER_PRINT_H
#define OEO_KEYHOLDER_PRINT_H

#include <jansson.h>

#include "proto/buf.h"
#include "proto/cli.h"

/* Print a text as it is. */
enum oeo_exit oeo_print_text(struct oeo_cli *cli, const struct oeo_buf *text);

/* Print JSON, indented; takes root, which may be NULL (out of memory). */
enum oeo_exit oeo_print_json(struct oeo_cli *cli, json_t *root);

#endif
