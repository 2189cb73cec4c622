/* SPDX-License-Identifier: EUPL-1.2 */
/* A keyholder's statement, as an operator gets it by mail. */
#include <stdlib.h>
#include <string.h>

#include "collector/statement.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct oeo_statement statement;
	struct oeo_note why = {""};

	if (oeo_statement_parse(&statement, (const char *)data, size, &why) == OEO_OK &&
	    (!oeo_id_is_valid(statement.plan) || !oeo_id_is_valid(statement.destroyed.keyholder)))
		abort();
	return 0;
}
