/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Unknown exports: the file's name up to the first line feed, then the file. What is proposed is YAML, and a mapping that can
 * be read unless it says that something has to be completed; whatever stands in names, columns and values.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/mapping.h"
#include "agent/suggest.h"
#include "fuzz_small_plan.h"
#include "fuzz_text_file.h"
#include "proto/yaml.h"

#define TODAY 20778 /* 2026-11-21 */
#define NAME_BYTES 256
#define OPEN "???"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever has to be completed in it: it is YAML. */
static void check_yaml(const char *text)
{
	struct oeo_findings findings = {0};
	struct oeo_yaml *yaml = NULL;

	if (oeo_yaml_parse(&yaml, "fuzz.yaml", text, strlen(text), &findings) != OEO_OK)
		abort();
	oeo_yaml_free(yaml);
	oeo_findings_fini(&findings);
}

static void check_proposal(const struct oeo_suggestion *suggestion)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	struct oeo_buf text = {0};
	enum oeo_err err;

	if (oeo_suggest_write(&text, suggestion) != OEO_OK || oeo_buf_terminate(&text) != OEO_OK)
		abort();
	check_yaml((const char *)text.data);
	err = oeo_mapping_parse(&mapping, "/nowhere/fuzz.yaml", (const char *)text.data,
	    strlen((const char *)text.data), &plan, &findings);
	if (err != OEO_OK && strstr((const char *)text.data, OPEN) == NULL)
		abort();
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	oeo_buf_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct oeo_term terms[] = {{(char *)"rood staan", "GS01"}, {(char *)"onzin", "ZZ99"}};
	const uint8_t *end = size > 0 ? memchr(data, '\n', size) : NULL;
	struct oeo_suggestion suggestion;
	struct oeo_note why = {""};
	struct text_file file;
	char name[NAME_BYTES];
	size_t len;

	if (end == NULL || (size_t)(end - data) >= sizeof(name))
		return 0;
	len = (size_t)(end - data);
	memcpy(name, data, len);
	name[len] = '\0';
	text_file_make(&file, end + 1, size - len - 1);
	if (oeo_suggest(&suggestion, file.path, name, &plan, terms, 2, TODAY, &why) == OEO_OK) {
		check_proposal(&suggestion);
		oeo_suggestion_fini(&suggestion);
	} else if (why.text[0] == '\0') {
		abort();
	}
	text_file_remove(&file);
	return 0;
}
