/* SPDX-License-Identifier: EUPL-1.2 */
/* An approval's text. What is read writes back to the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "proto/plan_sign.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_approval approval;
	struct oeo_note why = {""};
	struct oeo_buf text = {0};

	if (oeo_approval_parse(&approval, (const char *)data, size, &why) != OEO_OK) {
		if (why.text[0] == '\0')
			abort();
		return 0;
	}
	if (oeo_approval_format(&text, &approval) != OEO_OK || text.len != size ||
	    memcmp(text.data, data, size) != 0)
		abort();
	oeo_buf_fini(&text);
	return 0;
}
