/* SPDX-License-Identifier: EUPL-1.2 */
#include "collector/disclosure/audit_links.h"

#include <stdlib.h>
#include <string.h>

#include "collector/disclosure/audit_internal.h"

size_t oeo_audit_links_measure(const struct oeo_disclosure_relation *relation)
{
	return relation->kind == OEO_DISCLOSURE_EQUAL ? (size_t)relation->measure : OEO_DISCLOSURE_RESIDENTS;
}

/* Counted two places on, so that filling in leaves the starts where they belong. */
static void count_links(struct audit_links *links, const struct oeo_disclosure_problem *problem)
{
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (relation->kind == OEO_DISCLOSURE_VERSION)
			continue;
		links->below_first[relation->parent + 2]++;
		for (size_t j = 0; j < relation->n_children; j++)
			links->above_first[relation->children[j] + 2]++;
	}
	for (size_t i = 1; i < problem->n_cells + 2; i++) {
		links->below_first[i] += links->below_first[i - 1];
		links->above_first[i] += links->above_first[i - 1];
	}
}

bool oeo_audit_links_init(struct audit_links *links, const struct oeo_disclosure_problem *problem)
{
	size_t n_children = 0;

	for (size_t i = 0; i < problem->n_relations; i++)
		n_children += problem->relations[i].n_children;
	links->below_first = oeo_audit_alloc(problem->n_cells + 2, sizeof(size_t));
	links->below = oeo_audit_alloc(problem->n_relations, sizeof(size_t));
	links->above_first = oeo_audit_alloc(problem->n_cells + 2, sizeof(size_t));
	links->above = oeo_audit_alloc(n_children, sizeof(size_t));
	if (links->below_first == NULL || links->below == NULL || links->above_first == NULL ||
	    links->above == NULL)
		return false;
	count_links(links, problem);
	for (size_t i = 0; i < problem->n_relations; i++) {
		const struct oeo_disclosure_relation *relation = &problem->relations[i];

		if (relation->kind == OEO_DISCLOSURE_VERSION)
			continue;
		links->below[links->below_first[relation->parent + 1]++] = i;
		for (size_t j = 0; j < relation->n_children; j++)
			links->above[links->above_first[relation->children[j] + 1]++] = i;
	}
	return true;
}

void oeo_audit_links_fini(struct audit_links *links)
{
	free(links->below_first);
	free(links->below);
	free(links->above_first);
	free(links->above);
	memset(links, 0, sizeof(*links));
}
