/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From the bytes of one field to UTF-8. Only encodings in which every ASCII byte is that ASCII character are taken
 * (UTF-8, Windows-1252, ISO-8859-x, ...), because lines and delimiters are found on bytes; UTF-16 is not.
 */
#ifndef OEO_AGENT_CHARSET_H
#define OEO_AGENT_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

#include "proto/buf.h"

struct oeo_charset;

/*
 * Open the encoding of this name (any name that ICU knows). OEO_ERR_NOT_FOUND: ICU does not know it. OEO_ERR_RANGE: it
 * is not one that is read byte by byte. OEO_ERR_NOMEM. Free with oeo_charset_close.
 */
enum oeo_err oeo_charset_open(struct oeo_charset **charset, const char *name);
void oeo_charset_close(struct oeo_charset *charset);

bool oeo_charset_is_utf8(const struct oeo_charset *charset);

/*
 * Append the text of bytes as UTF-8. OEO_ERR_FORMAT, with out unchanged: the bytes do not fit the encoding; that is
 * also said of control characters (bytes 0x80-0x9F in ISO-8859-1 are Windows-1252 in truth) and, in an encoding of one
 * byte a character, of bytes above 0x7F that together are well-formed UTF-8 ("MÃ¼ller"): the file then is UTF-8.
 */
enum oeo_err oeo_charset_decode(
    struct oeo_charset *charset, struct oeo_buf *out, const void *bytes, size_t len);

#endif
