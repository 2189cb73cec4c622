/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Markdown (CommonMark, by cmark) as part of a page. A safe subset: paragraphs, headings (from the level given, at
 * most h6), emphasis, lists, quotations, code, rules, and links to https and mailto. Raw HTML comes out as the text that it
 * is; of an image only its text, of another link only its words. Nothing of the source reaches the page unescaped.
 */
#ifndef OEO_DASHBOARD_EXPORT_MARKDOWN_H
#define OEO_DASHBOARD_EXPORT_MARKDOWN_H

#include <stddef.h>

#include "proto/html.h"

/* Write text (valid UTF-8 without control characters but tabs and line ends) into the open element. Its own first
 * heading becomes h<level>. Out of memory makes the page fail. */
void oeo_markdown_write(struct oeo_html *html, const char *text, size_t len, unsigned level);

#endif
