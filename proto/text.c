/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/text.h"

#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define SHOWN_NOT                                                                                            \
	(U_GC_CC_MASK | U_GC_CF_MASK | U_GC_CS_MASK | U_GC_CO_MASK | U_GC_CN_MASK | U_GC_ZL_MASK |           \
	    U_GC_ZP_MASK)

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
