/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The plan as text. The input is plan.yaml; what stands behind a line "%%%%" is every code list it names.
 * Whatever comes: either a plan that is read back from its bytes, or at least one fault.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/plan_file.h"

#define SEPARATOR "\n%%%%\n"
#define SEPARATOR_BYTES (sizeof(SEPARATOR) - 1)

static const char usual_codes[] = "code,parent,label_nl,label_en,sensitive\n"
				  "S,,Schulden,Debts,\nS01,S,Huur,Rent,yes\nS90,S,Anders,Other,\n";

struct list {
	const char *text;
	size_t len;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static enum oeo_err load(void *context, const char *name, struct oeo_buf *text, struct oeo_note *why)
{
	const struct list *list = context;

	(void)name;
	(void)why;
	return oeo_buf_append(text, list->text, list->len);
}

static void check_plan(struct oeo_plan *plan)
{
	struct oeo_plan *again = NULL;

	if (oeo_plan_parse(&again, plan->bytes.data, plan->bytes.len, NULL) != OEO_OK)
		abort();
	oeo_plan_free(again);
	oeo_plan_free(plan);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *separator = memmem(data, size, SEPARATOR, SEPARATOR_BYTES);
	struct list list = {.text = usual_codes, .len = sizeof(usual_codes) - 1};
	struct oeo_findings findings = {0};
	struct oeo_plan *plan = NULL;
	size_t len = size;

	if (separator != NULL) {
		len = (size_t)(separator - data) + 1;
		list.text = (const char *)separator + SEPARATOR_BYTES;
		list.len = size - (size_t)(separator - data) - SEPARATOR_BYTES;
	}
	if (oeo_plan_file_parse(&plan, "plan.yaml", data, len, load, &list, &findings) == OEO_OK) {
		if (findings.faults > 0)
			abort();
		check_plan(plan);
	} else if (findings.faults == 0) {
		abort();
	}
	oeo_findings_fini(&findings);
	return 0;
}
