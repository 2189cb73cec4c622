/* SPDX-License-Identifier: EUPL-1.2 */
/* The plan as a protobuf Plan (oeo.proto); inside proto/ only. The rules are plan_check.h's. */
#ifndef OEO_PROTO_PLAN_MESSAGE_H
#define OEO_PROTO_PLAN_MESSAGE_H

#include "proto/plan.h"

#define OEO_PLAN_FORMAT 1 /* of the message; another one is refused */

/* Append the packed plan. OEO_ERR_NOMEM: unchanged. */
enum oeo_err oeo_plan_pack(struct oeo_buf *out, const struct oeo_plan *plan);

/* Unpack into a plan of the caller's (oeo_plan_free) without bytes and digest. OEO_ERR_FORMAT: no such
 * message, of another format, above OEO_PLAN_FILE_LIMIT, or its levels and codes do not fit together. */
enum oeo_err oeo_plan_unpack(struct oeo_plan **plan, const uint8_t *bytes, size_t len);

#endif
