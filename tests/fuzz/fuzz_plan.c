/* SPDX-License-Identifier: EUPL-1.2 */
/* Plan bytes, alone and signed. What is read packs to the same bytes, and every function of a plan holds on it. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/plan_file.h"
#include "proto/plan_sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const struct oeo_plan *plan)
{
	struct oeo_findings findings = {0};
	struct oeo_buf text = {0};

	for (size_t t = 0; t < plan->n_tables; t++) {
		size_t codes[OEO_MAX_BY];
		size_t last = oeo_table_cells(plan, &plan->tables[t]) - 1;

		oeo_table_cell_codes(plan, &plan->tables[t], last, codes);
		if (oeo_table_cell_index(plan, &plan->tables[t], codes) != last)
			abort();
		if (oeo_table_label_bytes(plan, &plan->tables[t]) % 128 != 0)
			abort();
	}
	for (size_t i = 0; i < plan->n_dimensions; i++)
		(void)oeo_dimension_compute(&plan->dimensions[i], "7601AB");
	(void)oeo_plan_describe(&text, plan);
	(void)oeo_plan_review(plan, NULL, 0, &findings);
	oeo_buf_fini(&text);
	oeo_findings_fini(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_signed_plan signed_plan;
	struct oeo_plan *plan = NULL;
	struct oeo_note why = {""};

	if (oeo_plan_parse(&plan, data, size, &why) == OEO_OK) {
		if (plan->bytes.len != size || memcmp(plan->bytes.data, data, size) != 0)
			abort();
		use(plan);
		oeo_plan_free(plan);
	}
	if (oeo_signed_plan_unpack(&signed_plan, data, size, &why) == OEO_OK)
		oeo_signed_plan_fini(&signed_plan);
	return 0;
}
