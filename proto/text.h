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

/* True for least..most bytes of such text, not beginning or ending with a space. */
bool oeo_text_is_line(const char *text, size_t len, size_t least, size_t most);

/* True for valid UTF-8 (shortest forms, no surrogates). */
bool oeo_text_is_utf8(const char *text, size_t len);

/* Make text (cut anywhere, from anywhere) safe to show: every byte that is not part of a character that
 * oeo_text_is_line allows becomes '?'. In place, same length. */
void oeo_text_clean(char *text);

#endif
