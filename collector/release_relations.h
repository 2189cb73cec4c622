/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Relations between the cells of a problem while they are being added. For release_relations.c and
 * release_versions.c only.
 */
#ifndef OEO_COLLECTOR_RELEASE_RELATIONS_H
#define OEO_COLLECTOR_RELEASE_RELATIONS_H

#include "collector/release_problem.h"

#define R OEO_DISCLOSURE_RESIDENTS
#define Q OEO_DISCLOSURE_QUESTIONS

struct relating {
	struct oeo_release_problem *built;
	const struct oeo_plan *plan;
	const struct oeo_release_source *sources; /* built's */
	size_t n_sources;
	size_t relation_capacity;
	size_t n_children;
	size_t child_capacity;
	size_t cell_capacity;
};

enum oeo_err oeo_relating_add_child(struct relating *relating, size_t cell);

/*
 * Add a relation over the children from number `first` on; nothing where there are none. Until all are added, its
 * children are NULL: they follow each other in built->children in the order of the relations.
 */
enum oeo_err oeo_relating_add(struct relating *relating, enum oeo_disclosure_kind kind,
    enum oeo_disclosure_measure measure, size_t parent, size_t first, bool is_exact);

/* The same margin in another source; SIZE_MAX where there is none. */
size_t oeo_relating_find_margin(
    const struct relating *relating, const struct oeo_margin *margin, size_t source);

#endif
