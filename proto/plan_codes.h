/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A dimension's code list and lookup table, from their CSV text into the plan. What they mean is checked
 * by plan_check.h; what can only be seen here (columns, parents, depth) is told here. Inside proto/ only.
 */
#ifndef OEO_PROTO_PLAN_CODES_H
#define OEO_PROTO_PLAN_CODES_H

#include "proto/findings.h"
#include "proto/plan.h"

#define OEO_CODES_HEADER "code,parent,label_nl,label_en,sensitive"

/* For each code (lookup) of the dimension, its line in the file; 0 for "onbekend", which stands in no file. */
struct oeo_lines_of {
	size_t *lines;
	size_t n;
};

/*
 * Fill codes and the levels' ranges of a dimension whose level ids are set. Faults go to findings under
 * name. *lines is owned by the caller (free lines->lines). OEO_ERR_FORMAT: no list with the right first line;
 * OEO_ERR_NOMEM; OEO_OK also after other faults.
 */
enum oeo_err oeo_plan_codes_read(struct oeo_dimension *dimension, struct oeo_lines_of *lines,
    const char *name, const char *text, size_t len, struct oeo_findings *findings);

/* Fill lookup (sorted by key) of a dimension whose codes are set. As above. */
enum oeo_err oeo_plan_lookup_read(struct oeo_dimension *dimension, struct oeo_lines_of *lines,
    const char *name, const char *text, size_t len, struct oeo_findings *findings);

#endif
