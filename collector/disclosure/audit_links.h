/* SPDX-License-Identifier: EUPL-1.2 */
/* Relations by the cells in them, for the parts of the audit that climb up or down; versions are left out. */
#ifndef OEO_COLLECTOR_DISCLOSURE_AUDIT_LINKS_H
#define OEO_COLLECTOR_DISCLOSURE_AUDIT_LINKS_H

#include "collector/disclosure/disclosure.h"

/* The relations that cell c is parent of: below[below_first[c]] .. below[below_first[c + 1] - 1]; that it is a child of:
 * above, in the same way. */
struct audit_links {
	size_t *below_first;
	size_t *below;
	size_t *above_first;
	size_t *above;
};

/* False: out of memory. Free with oeo_audit_links_fini, after failure too; zeroed links may be freed. */
bool oeo_audit_links_init(struct audit_links *links, const struct oeo_disclosure_problem *problem);
void oeo_audit_links_fini(struct audit_links *links);

/* The measure that a relation other than a VERSION is about. */
size_t oeo_audit_links_measure(const struct oeo_disclosure_relation *relation);

#endif
