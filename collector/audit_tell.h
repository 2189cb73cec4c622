/* SPDX-License-Identifier: EUPL-1.2 */
/* What the audit of published releases found, for people and as JSON. */
#ifndef OEO_COLLECTOR_AUDIT_TELL_H
#define OEO_COLLECTOR_AUDIT_TELL_H

#include <stdbool.h>

#include "collector/audit_sources.h"

struct oeo_audit_findings {
	struct oeo_audit_report report;
	struct oeo_audit_cell *cells;
	bool has_intervals; /* false: worked out as far as the verdicts need, and not told */
	bool
	    wants_each; /* tell people the interval of every number that is not shown; as JSON they are always told */
	size_t n_small_changes; /* between versions of one period */
	bool is_safe;
};

/* Print to stdout. OEO_ERR_IO, OEO_ERR_NOMEM. */
enum oeo_err oeo_audit_tell(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings);
enum oeo_err oeo_audit_tell_json(
    const struct oeo_audit_sources *sources, const struct oeo_audit_findings *findings);

#endif
