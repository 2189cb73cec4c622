/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Mappings, against a small plan. What is read is bound to a header and asked for codes. No file of synonyms can be found:
 * the folder does not exist.
 */
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "agent/mapping.h"
#include "fuzz_small_plan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(struct oeo_mapping *mapping)
{
	static const char *const header[] = {
	    "Nr", "Datum", "Naam", "Geboren", "Postcode", "Vraag", "Toelichting"};
	struct oeo_buf folded = {0};
	bool wanted[7];
	size_t code = 0;
	int64_t day;

	if (oeo_mapping_bind(mapping, header, 7, NULL) == OEO_OK)
		oeo_mapping_wanted(mapping, wanted, 7);
	if (mapping->dimensions[0].columns.n > 0 &&
	    oeo_matcher_find(&mapping->dimensions[0].matcher, &folded, "Schulden", 8, &code) == OEO_OK &&
	    code != SIZE_MAX && code >= 5)
		abort();
	(void)oeo_date_read(&day, mapping->date.format, "2025-01-31");
	oeo_buf_fini(&folded);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	enum oeo_err err =
	    oeo_mapping_parse(&mapping, "/nowhere/at/all/fuzz.yaml", data, size, &plan, &findings);

	if ((err == OEO_OK) != (mapping != NULL) || (err == OEO_OK && findings.faults > 0) ||
	    (err == OEO_ERR_FORMAT && findings.faults == 0))
		abort();
	if (err == OEO_OK)
		use(mapping);
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	return 0;
}
