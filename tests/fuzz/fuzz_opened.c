/* SPDX-License-Identifier: EUPL-1.2 */
/* Opened cells as they come out of the store. What is read packs to the same bytes again. */
#include <stdlib.h>
#include <string.h>

#include "collector/opened.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As much of a plan as opened cells are checked against: one table, the total. */
static void make_plan(struct oeo_plan *plan, struct oeo_table *table)
{
	memset(plan, 0, sizeof(*plan));
	memset(table, 0, sizeof(*table));
	table->cadence = OEO_QUARTER;
	plan->tables = table;
	plan->n_tables = 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_plan plan;
	struct oeo_table table;
	struct oeo_opened opened;
	struct oeo_buf again = {NULL, 0, 0};

	make_plan(&plan, &table);
	if (oeo_opened_unpack(&opened, &plan, data, size) != OEO_OK)
		return 0;
	if (oeo_opened_pack(&again, &opened, &plan) == OEO_OK &&
	    (again.len != size || memcmp(again.data, data, size) != 0))
		abort();
	oeo_buf_fini(&again);
	oeo_opened_fini(&opened);
	return 0;
}
