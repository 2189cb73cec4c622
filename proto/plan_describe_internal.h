/* SPDX-License-Identifier: EUPL-1.2 */
/* The parts of the description of a plan (plan_file.h, oeo_plan_describe). Inside proto/plan_describe*.c only. */
#ifndef OEO_PROTO_PLAN_DESCRIBE_INTERNAL_H
#define OEO_PROTO_PLAN_DESCRIBE_INTERNAL_H

#include "proto/plan.h"
#include "proto/prose.h"

/* The rules that most tables have: the lowest of each. A table that asks more says so itself. */
struct oeo_rules oeo_plan_common_rules(const struct oeo_plan *plan);

bool oeo_plan_has_sensitive(const struct oeo_plan *plan);

void oeo_plan_describe_tables(struct oeo_prose *prose, const struct oeo_plan *plan);
void oeo_plan_describe_lists(struct oeo_prose *prose, const struct oeo_plan *plan);

#endif
