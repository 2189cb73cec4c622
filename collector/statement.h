/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A keyholder's statement that its keys of a period are gone (*.oeodestroyed), as the operator gets it. Text,
 * lines in exactly this order, LF at each end; anything else is refused with its line:
 *
 *   oeo: 1
 *   plan: ID
 *   period: 2026-Q4
 *   keyholder: ID
 *   signature: 128 hex digits      over oeo_destroyed_signature_input
 */
#ifndef OEO_COLLECTOR_STATEMENT_H
#define OEO_COLLECTOR_STATEMENT_H

#include <stddef.h>

#include "proto/err.h"
#include "proto/wire.h"

#define OEO_STATEMENT_LIMIT 1024

struct oeo_statement {
	char plan[OEO_ID_BYTES];
	char period[OEO_PERIOD_BYTES];
	struct oeo_destroyed destroyed; /* not verified: see oeo_destroyed_is_signed */
};

/* Read the text. OEO_ERR_FORMAT with the line in why. */
enum oeo_err oeo_statement_parse(
    struct oeo_statement *statement, const char *text, size_t len, struct oeo_note *why);

#endif
