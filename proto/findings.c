/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/text.h"

#define TEXT_BYTES 1024

static bool keep(struct oeo_findings *findings, enum oeo_finding_kind kind, const struct oeo_buf *text)
{
	struct oeo_finding *items;
	char *copy;

	if (findings->count >= OEO_MAX_FINDINGS)
		return false;
	items = realloc(findings->items, (findings->count + 1) * sizeof(*items));
	if (items == NULL)
		return false;
	findings->items = items;
	copy = strndup((const char *)text->data, text->len);
	if (copy == NULL)
		return false;
	items[findings->count].kind = kind;
	items[findings->count].text = copy;
	findings->count++;
	return true;
}

static enum oeo_err place(struct oeo_buf *text, const char *file, size_t line)
{
	if (file == NULL)
		return OEO_OK;
	if (line == 0)
		return oeo_buf_printf(text, "%s: ", file);
	return oeo_buf_printf(text, "%s:%zu: ", file, line);
}

void oeo_findings_add(struct oeo_findings *findings, enum oeo_finding_kind kind, const char *file,
    size_t line, const char *format, ...)
{
	char sentence[TEXT_BYTES];
	struct oeo_buf text = {0};
	va_list arguments;

	if (kind == OEO_FINDING_FAULT)
		findings->faults++;
	va_start(arguments, format);
	if (vsnprintf(sentence, sizeof(sentence), format, arguments) < 0)
		sentence[0] = '\0';
	va_end(arguments);
	oeo_text_clean(sentence);
	if (place(&text, file, line) != OEO_OK || oeo_buf_append_text(&text, sentence) != OEO_OK ||
	    !keep(findings, kind, &text))
		findings->dropped++;
	oeo_buf_fini(&text);
}

void oeo_findings_fini(struct oeo_findings *findings)
{
	if (findings == NULL)
		return;
	for (size_t i = 0; i < findings->count; i++)
		free(findings->items[i].text);
	free(findings->items);
	memset(findings, 0, sizeof(*findings));
}
