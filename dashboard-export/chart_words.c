/* SPDX-License-Identifier: EUPL-1.2 */
/* SVG breaks no lines by itself. */
#include <string.h>

#include "dashboard-export/chart_parts.h"

/* Bytes of the UTF-8 sign at text; labels are valid UTF-8. */
static size_t sign_bytes(const char *text)
{
	size_t n = 1;

	while (((unsigned char)text[n] & 0xC0) == 0x80)
		n++;
	return n;
}

/* Bytes of the next line of text: up to the last space that fits, or as many signs as fit. */
static size_t line_bytes(const char *text)
{
	size_t bytes = 0, space = 0;

	for (size_t signs = 0; signs < OEO_CHART_LINE_SIGNS && text[bytes] != '\0'; signs++) {
		if (text[bytes] == ' ')
			space = bytes;
		bytes += sign_bytes(text + bytes);
	}
	return text[bytes] != '\0' && text[bytes] != ' ' && space > 0 ? space : bytes;
}

size_t oeo_chart_wrap(struct oeo_chart_words *words, const char *label)
{
	size_t n = 0;

	do {
		size_t bytes = line_bytes(label);

		memcpy(words->lines[n], label, bytes);
		words->lines[n][bytes] = '\0';
		label += bytes;
		label += strspn(label, " ");
		n++;
	} while (*label != '\0' && n < OEO_CHART_LINES);
	if (*label != '\0')
		memcpy(words->lines[n - 1], "...", sizeof("..."));
	return n;
}
