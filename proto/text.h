/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What may stand in a text that is shown to a person (a label, a title, the name on a card): one line of
 * valid UTF-8 without control, formatting or unassigned characters, so that what is shown is what is
 * signed (no escape sequences, no reversed or invisible text).
 */
#ifndef OEO_PROTO_TEXT_H
#define OEO_PROTO_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"

/* True for least..most bytes of such text, not beginning or ending with a space. */
bool oeo_text_is_line(const char *text, size_t len, size_t least, size_t most);

/* True for valid UTF-8 (shortest forms, no surrogates). */
bool oeo_text_is_utf8(const char *text, size_t len);

/* Make text (cut anywhere, from anywhere) safe to show: every byte that is not part of a character that
 * oeo_text_is_line allows becomes '?'. In place, same length. */
void oeo_text_clean(char *text);

/*
 * The text as a document of XML 1.0, and so a page, may hold it: text itself where every character is allowed there
 * (XML 1.0, section 2.2), else a copy in room with U+FFFD for each one that is not and for what is not UTF-8. Not escaped:
 * that is the writer's. Borrowed, from text or from room (which the caller frees; what it held is gone). NULL: out of memory, or text is longer than
 * INT32_MAX bytes.
 */
const char *oeo_text_for_xml(const char *text, struct oeo_buf *room);

#endif
