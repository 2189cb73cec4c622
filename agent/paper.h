/* SPDX-License-Identifier: EUPL-1.2 */
/* The frame of the pages that the agent writes to a file: one column, readable on paper and on a telephone, no scripts,
 * nothing that is fetched. */
#ifndef OEO_AGENT_PAPER_H
#define OEO_AGENT_PAPER_H

#include "proto/html.h"

/* Begin a page in the chosen language: head, style, <main>, and the title as <h1>. OEO_ERR_NOMEM. */
enum oeo_err oeo_paper_begin(struct oeo_html **html, const char *title);

/* Close the page and append it; frees html, also on failure. */
enum oeo_err oeo_paper_end(struct oeo_html *html, struct oeo_buf *out);

/* Write a page or a table for this machine only: mode 0600, replaces what is there. OEO_ERR_IO. */
enum oeo_err oeo_paper_save(const char *path, const struct oeo_buf *bytes, struct oeo_note *why);

#endif
