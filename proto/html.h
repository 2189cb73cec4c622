/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A page of HTML in memory, over libxml2's writer: every text and attribute is escaped, every element that is
 * opened is closed in order, and elements that are not void never become <x/>. A character that XML 1.0 does not allow
 * comes out as U+FFFD (text.h), so that every page is well-formed whatever the text says.
 *
 * Errors stick: after the first one the functions do nothing, and oeo_html_finish reports it. So a page is
 * written without a check at every line.
 */
#ifndef OEO_PROTO_HTML_H
#define OEO_PROTO_HTML_H

#include <stdbool.h>

#include "proto/buf.h"

struct oeo_html;

/* Begin a page with its doctype. OEO_ERR_NOMEM. Free with oeo_html_free. */
enum oeo_err oeo_html_new(struct oeo_html **html);
void oeo_html_free(struct oeo_html *html);

/* Open an element; then pairs of attribute name and value, ended by NULL. A pair whose value is NULL is left out. */
void oeo_html_open(struct oeo_html *html, const char *element, ...) __attribute__((sentinel));

/* One more attribute of the element just opened, its value as printf writes it. */
void oeo_html_attribute(struct oeo_html *html, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A void element (meta, link, rect, ...) with attributes as oeo_html_open takes them. */
void oeo_html_void(struct oeo_html *html, const char *element, ...) __attribute__((sentinel));

/* Text in the open element. */
void oeo_html_text(struct oeo_html *html, const char *text);
void oeo_html_textf(struct oeo_html *html, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Close the innermost element; _void: one that is void and has got its attributes. */
void oeo_html_close(struct oeo_html *html);
void oeo_html_close_void(struct oeo_html *html);

/* An element with one class (NULL: none) and one text. */
void oeo_html_element(struct oeo_html *html, const char *element, const char *class, const char *text);

/* Make the page fail, where the caller could not do its part (out of memory). */
void oeo_html_fail(struct oeo_html *html);

/* End the document and append its bytes. OEO_ERR_NOMEM; OEO_ERR_INTERNAL: the writer refused something. */
enum oeo_err oeo_html_finish(struct oeo_html *html, struct oeo_buf *out);

#endif
