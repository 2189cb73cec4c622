/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * May this release take the place of the one that is out? Readers keep the old one, and all that were out before it, and
 * subtract. So a correction is held against every one of them, by the numbers that were opened:
 *
 *  - a number that is out stays as it is, or changes by at least k and, without any one member's own change, by
 *    nothing or at least r. One that changes by less may not stand in the correction (disclosure control hides it),
 *    and where it is a total over a whole table's residents or questions, the change is one of few
 *    people and there is no correction;
 *  - what changes of numbers that are not in both, taken together over a published number and its published parts,
 *    is nothing or as much;
 *  - at least one number that is in it and in the one that it corrects changes so much: else there is nothing to correct
 *    that a reader may see.
 *
 * So what one person adds or takes away never makes a correction. Pure; shares no code with disclosure control.
 */
#ifndef OEO_COLLECTOR_RELEASE_CORRECT_H
#define OEO_COLLECTOR_RELEASE_CORRECT_H

#include "collector/opened.h"
#include "collector/release_problem.h"
#include "proto/release.h"

/* One of the two releases with what was opened for it. Borrowed. */
struct oeo_correction_side {
	const struct oeo_release *release;
	const struct oeo_opened *opened;
};

/* A cell that is out and stands in the way. */
struct oeo_correction_cell {
	size_t table; /* index in the plan's tables */
	size_t cell;
};

struct oeo_correction {
	struct oeo_correction_cell
	    *cells; /* out, and changed by too little, or lost without which there is none; owned */
	size_t n_cells;
	size_t n_hidden; /* cells that are not out and changed by too little, as far as they are open */
	size_t n_groups; /* remainders of what changed that are too small */
	size_t n_changed; /* cells of which a number is in both and changed, by enough */
	size_t n_lost; /* cells that are out and not in the correction */
	size_t
	    n_without_questions; /* cells whose questions are out, and that show residents alone in the correction */
	bool takes_total; /* a number of a table without dimensions is one of cells */
};

/* Hold the later release against all of the same period among the related ones, of the same plan: against the one of the
 * highest version, which it takes the place of, in all, and against the others in what would tell of few people. Returns
 * owned (oeo_correction_fini). OEO_ERR_NOT_FOUND: there is none, or the opened cells of one are gone; OEO_ERR_NOMEM;
 * OEO_ERR_FORMAT: they do not fit together. */
enum oeo_err oeo_correction_weigh(struct oeo_correction *correction, const struct oeo_release_source *related,
    size_t n_related, const struct oeo_correction_side *later);
void oeo_correction_fini(struct oeo_correction *correction);

/* True where the later one may be published beside the earlier one. */
bool oeo_correction_is_allowed(const struct oeo_correction *correction);

#endif
