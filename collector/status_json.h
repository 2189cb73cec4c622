/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * `status --json`, for the operator's monitoring:
 *
 *   {"calm": bool,
 *    "plans": [{"plan", "from", "digest", "in_force", "waits_for": [keyholder]}],
 *    "members": [{"id", "name", "heartbeat": time or null, "version", "silent", "last_period" or null,
 *                 "last_day" or null, "overdue": [period]}],
 *    "due": [{"period", "in": [member], "missing": [member], "past_deadline", "releasable", "why"}],
 *    "released": [{"period", "digest", "purged", "destroyed": [keyholder]}],
 *    "stopped": [{"period", "keyholder"}],
 *    "refusals": [{"member", "reason", "count", "last": time}]}
 */
#ifndef OEO_COLLECTOR_STATUS_JSON_H
#define OEO_COLLECTOR_STATUS_JSON_H

#include <stdio.h>

#include "collector/status.h"

/* OEO_ERR_NOMEM, OEO_ERR_IO. */
enum oeo_err oeo_status_print_json(FILE *out, const struct oeo_status *status);

#endif
