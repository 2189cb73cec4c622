/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What is wrong with what is shown at present, and which cell to hide against it.
 */
#ifndef OEO_COLLECTOR_DISCLOSURE_CHECK_H
#define OEO_COLLECTOR_DISCLOSURE_CHECK_H

#include "collector/disclosure/known.h"

struct breach {
	enum oeo_disclosure_attack attack;
	enum oeo_disclosure_measure measure;
	size_t cell; /* BOUNDS, LINEAR: the hidden one; DIFFERENCE: the set within; else the link's parent */
	size_t other; /* DIFFERENCE: the set around; else NONE */
	size_t link; /* GROUP, TIME; else NONE */
	bool is_low; /* BOUNDS: the number is not exact, but seen to be small */
};

/* Called for every breach; false stops. */
typedef bool oeo_disclosure_visit(void *context, const struct breach *breach);

/* Visit all breaches that can be seen from knowledge (all but LINEAR), in a fixed order. False where visit stopped it. */
bool oeo_disclosure_check(
    const struct model *model, const struct knowledge *knowledge, oeo_disclosure_visit *visit, void *context);

/* Is what an EQUAL leaves to its unknown children safe, cell `also` (NONE: no other) being one of them? */
bool oeo_disclosure_is_safe_remainder(
    const struct model *model, const struct knowledge *knowledge, const struct link *link, size_t also);

/* Do the bounds of this number meet? */
static inline bool is_pinned(const struct knowledge *knowledge, size_t measure, size_t cell)
{
	return knowledge->bounds[measure][cell].low == knowledge->bounds[measure][cell].high;
}

struct repair {
	const struct model *model;
	const struct knowledge *knowledge;
	size_t *queue; /* scratch of choose */
	bool *is_seen;
};

bool oeo_disclosure_repair_init(
    struct repair *repair, const struct model *model, const struct knowledge *knowledge);
void oeo_disclosure_repair_fini(struct repair *repair);

/* What to hide: of a cell (NONE: nothing) its questions, or all that is shown of it. */
struct choice {
	size_t cell;
	bool is_questions;
};

/* What costs least among all that may help against the breach; NONE where nothing that is to be decided has to do with
 * it. Questions are chosen where they are shown and the breach, or the relation that leads to them, is of questions. */
struct choice oeo_disclosure_repair_choose(struct repair *repair, const struct breach *breach);

/* True where a is to be hidden rather than b. */
bool oeo_disclosure_is_cheaper(const struct model *model, size_t a, size_t b);

#endif
