/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The question put to disclosure control: the cells of the period to be released, those of the releases that
 * share questions with it (in it, around it, or beside it in one that is out), and how they hang together.
 */
#ifndef OEO_COLLECTOR_RELEASE_PROBLEM_H
#define OEO_COLLECTOR_RELEASE_PROBLEM_H

#include <stddef.h>

#include "collector/disclosure/disclosure.h"
#include "collector/opened.h"
#include "collector/release_margins.h"
#include "proto/release.h"

/* One period that takes part. */
struct oeo_release_source {
	struct oeo_period period;
	const struct oeo_opened
	    *opened; /* borrowed; NULL where it is gone: then its hidden cells are without bound */
	const struct oeo_release *release; /* borrowed; NULL for the one period that is to be decided on */
	unsigned
	    version; /* among the releases of one period, the later the higher; not looked at where release is NULL */
};

#define OEO_RELEASE_MOST_SOURCES 255

struct oeo_release_problem {
	struct oeo_disclosure_problem problem; /* points into what follows */
	struct oeo_disclosure_cell *cells;
	size_t *sizes; /* cells of every margin */
	size_t *first; /* first cell of every margin */
	struct oeo_disclosure_part *parts;
	struct oeo_disclosure_relation *relations;
	size_t *children;
	struct oeo_margins margins;
	char (*members)[OEO_ID_BYTES]; /* of all sources, by id */
	size_t n_members;
	struct oeo_release_source
	    *sources; /* the caller's, and behind them what a correction adds, if that is all */
	size_t n_sources;
	struct oeo_opened added; /* see release_versions.h */
	size_t added_source; /* index in sources; SIZE_MAX: there is none */
};

/*
 * Build the problem. sources: at most OEO_RELEASE_MOST_SOURCES, at most one of them without release, several of one
 * period with different versions (the one without release is the newest of its period); all under plan, which is
 * borrowed by the result. How the versions of one period hang together: release_versions.h. OEO_ERR_NOMEM; OEO_ERR_FORMAT: opened cells or a release that do
 * not fit the plan. Free with oeo_release_problem_fini, after failure too.
 */
enum oeo_err oeo_release_problem_build(struct oeo_release_problem *built, const struct oeo_plan *plan,
    const struct oeo_release_source *sources, size_t n_sources);
void oeo_release_problem_fini(struct oeo_release_problem *built);

/* Index in problem.cells of the first cell of this planned table in the period of sources[source]; the others
 * follow in cell order. */
size_t oeo_release_problem_first(const struct oeo_release_problem *built, size_t source, size_t planned);

/* What release_problem.c and release_relations.c share: add the relations. */
enum oeo_err oeo_release_problem_relate(struct oeo_release_problem *built, const struct oeo_plan *plan);

#endif
