/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/text.h"

#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define SHOWN_NOT                                                                                            \
	(U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_ZL_MASK |           \
	    U_GC_ZP_MASK)
#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* The next character of text, below 0 where it is not UTF-8. */
static UChar32 next_character(const char *text, size_t len, size_t *at)
{
	const uint8_t *bytes = (const uint8_t *)text;
	int32_t i = (int32_t)*at;
	UChar32 c;

	U8_NEXT(bytes, i, (int32_t)len, c);
	*at = (size_t)i;
	return c;
}

bool oeo_text_is_utf8(const char *text, size_t len)
{
	if (len > INT32_MAX)
		return false;
	for (size_t at = 0; at < len;)
		if (next_character(text, len, &at) < 0)
			return false;
	return true;
}

bool oeo_text_is_line(const char *text, size_t len, size_t least, size_t most)
{
	if (len < least || len > most || len > INT32_MAX)
		return false;
	if (len > 0 && (text[0] == ' ' || text[len - 1] == ' '))
		return false;
	for (size_t at = 0; at < len;) {
		UChar32 c = next_character(text, len, &at);

		if (c < 0 || (U_GET_GC_MASK(c) & SHOWN_NOT) != 0)
			return false;
	}
	return true;
}

void oeo_text_clean(char *text)
{
	size_t len = strlen(text);

	if (len > INT32_MAX)
		return;
	for (size_t at = 0; at < len;) {
		size_t start = at;
		UChar32 c = next_character(text, len, &at);

		if (c < 0 || (U_GET_GC_MASK(c) & SHOWN_NOT) != 0)
			memset(text + start, '?', at - start);
	}
}

/* The production Char of XML 1.0; below 0: not UTF-8. */
static bool is_xml(UChar32 c)
{
	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r';
	return c != 0xFFFE && c != 0xFFFF;
}

static bool is_all_xml(const char *text, size_t len)
{
	for (size_t at = 0; at < len;)
		if (!is_xml(next_character(text, len, &at)))
			return false;
	return true;
}

static enum oeo_err append_xml(struct oeo_buf *out, const char *text, size_t len)
{
	enum oeo_err err = OEO_OK;

	for (size_t at = 0; err == OEO_OK && at < len;) {
		size_t start = at;

		if (is_xml(next_character(text, len, &at)))
			err = oeo_buf_append(out, text + start, at - start);
		else
			err = oeo_buf_append_text(out, REPLACEMENT);
	}
	return err == OEO_OK ? oeo_buf_terminate(out) : err;
}

const char *oeo_text_for_xml(const char *text, struct oeo_buf *room)
{
	size_t len = strlen(text);

	if (len > INT32_MAX)
		return NULL;
	if (is_all_xml(text, len))
		return text;
	room->len = 0;
	return append_xml(room, text, len) == OEO_OK ? (const char *)room->data : NULL;
}
