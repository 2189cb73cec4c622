/* SPDX-License-Identifier: EUPL-1.2 */
#include "proto/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/buf.h"
#include "proto/text.h"

#define TEXT_BYTES 1024

static bool keep(struct oeo_findings *findings, enum oeo_finding_kind kind, const char *file, size_t line,
    const struct oeo_buf *text)
{
	struct oeo_finding *items;
	char *copy;
	char *file_copy;

	if (findings->count >= OEO_MAX_FINDINGS)
		return false;
	items = realloc(findings->items, (findings->count + 1) * sizeof(*items));
	if (items == NULL)
		return false;
	findings->items = items;
	copy = strndup((const char *)text->data, text->len);
	file_copy = file != NULL ? strdup(file) : NULL;
	if (copy == NULL || (file != NULL && file_copy == NULL)) {
		free(copy);
		free(file_copy);
		return false;
	}
	items[findings->count] =
	    (struct oeo_finding){.kind = kind, .text = copy, .file = file_copy, .line = line};
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
	    !keep(findings, kind, file, line, &text))
		findings->dropped++;
	oeo_buf_fini(&text);
}

static int compare(const struct oeo_finding *a, const struct oeo_finding *b)
{
	int order;

	if (a->file == NULL || b->file == NULL)
		return (a->file == NULL) - (b->file == NULL);
	order = strcmp(a->file, b->file);
	if (order != 0)
		return order;
	return a->line < b->line ? -1 : a->line > b->line;
}

/* By insertion: it keeps the order of equals, and there are few. */
void oeo_findings_sort(struct oeo_findings *findings)
{
	for (size_t i = 1; i < findings->count; i++) {
		struct oeo_finding moved = findings->items[i];
		size_t j = i;

		for (; j > 0 && compare(&findings->items[j - 1], &moved) > 0; j--)
			findings->items[j] = findings->items[j - 1];
		findings->items[j] = moved;
	}
}

void oeo_findings_fini(struct oeo_findings *findings)
{
	if (findings == NULL)
		return;
	for (size_t i = 0; i < findings->count; i++) {
		free(findings->items[i].text);
		free(findings->items[i].file);
	}
	free(findings->items);
	memset(findings, 0, sizeof(*findings));
}
