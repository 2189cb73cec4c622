/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What follows step by step from what is shown: per cell and measure its bounds, whether it is known, and
 * for what is known the vector that goes with it (the total, and what every member knows to be its own).
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_KNOWN_H
#define OEO_COLLECTOR_DISCLOSURE_KNOWN_H

#include "collector/disclosure/model.h"

#define NO_BOUND INT64_MAX

struct bounds {
	int64_t low;
	int64_t high;
	size_t low_link; /* the link that gave it; NONE where the cell itself or nothing did */
	size_t high_link;
};

struct knowledge {
	bool *is_known[MEASURES]; /* shown, derived (LATENT) or zero */
	struct bounds *bounds[MEASURES];
	int64_t *vectors[MEASURES]; /* of known cells */
	int64_t *reductions[MEASURES]; /* see below */
	bool *is_good[MEASURES];
	int64_t *scratch; /* one vector */
	size_t n;
	size_t width;
};

/*
 * reductions: of an unknown cell, the most that its own known parts take away from it, member by member (entry
 * 0: of the total; entry i: of the total without member i's own). is_good: however an unknown cell is replaced by
 * what is left of its own parts, a cell stays in it that meets every rule.
 */
bool oeo_disclosure_knowledge_init(struct knowledge *knowledge, const struct model *model);
void oeo_disclosure_knowledge_fini(struct knowledge *knowledge);

/* Work out everything from what model shows at present. */
void oeo_disclosure_knowledge_update(struct knowledge *knowledge, const struct model *model);

/* As update, from exact relations and exactly shown cells only, and bounds and is_known only: what is then known to
 * be zero is proved to be zero. */
void oeo_disclosure_knowledge_prove(struct knowledge *knowledge, const struct model *model);

static inline int64_t *known_vector(const struct knowledge *knowledge, size_t measure, size_t cell)
{
	return knowledge->vectors[measure] + cell * knowledge->width;
}

#endif
