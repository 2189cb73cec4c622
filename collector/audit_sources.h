/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Published releases as a problem for the audit: what a reader has who kept these files and knows their plan,
 * and nothing else. Hidden cells have no upper bound and no parts, except those of members whose own figures
 * are added.
 */
#ifndef OEO_COLLECTOR_AUDIT_SOURCES_H
#define OEO_COLLECTOR_AUDIT_SOURCES_H

#include "collector/disclosure/audit.h"
#include "collector/release_problem.h"
#include "proto/release.h"

struct oeo_audit_sources {
	struct oeo_release *releases; /* in the order of their periods; of one period, older versions first */
	const char **paths; /* borrowed, one per release */
	size_t n_releases;
	struct oeo_release_source *sources; /* one per release */
	size_t *release_of; /* of every source: index in releases */
	size_t n_sources;
	struct oeo_release_problem built;
	struct oeo_disclosure_decision *decisions;
	uint64_t *slack;
	struct oeo_disclosure_part
	    *parts; /* members' own, room for all of them per cell; NULL: none were given */
	size_t
	    n_without_questions; /* numbers of theirs whose questions were left empty: O says nothing of questions */
};

/*
 * Read the files, check signature and approvals of each, and build the problem. All must have one plan and one
 * publisher. OEO_ERR_USAGE, and what oeo_release_read and oeo_release_problem_build return, with why. Free with
 * oeo_audit_sources_fini, after failure too.
 */
enum oeo_err oeo_audit_sources_read(
    struct oeo_audit_sources *sources, char *const *paths, size_t n_paths, struct oeo_note *why);
void oeo_audit_sources_fini(struct oeo_audit_sources *sources);

/*
 * Add members' own figures, each from a CSV file: table,period,one code per dimension of the table,residents,questions,
 * parted by commas or semicolons; a first line that begins with the word table is skipped. Lines end as in any CSV, at a
 * carriage return too. Questions may be empty; what is not given counts as none. They
 * are tried one by one, as members who do not know each other's. To be called once. OEO_ERR_FORMAT with file:line:
 * also figures that do not fit the releases or each other (a part that is more than the whole), and a file without any;
 * OEO_ERR_USAGE, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_audit_sources_add_own(
    struct oeo_audit_sources *sources, const char *const *paths, size_t n_paths, struct oeo_note *why);

/*
 * Compare the versions of periods that were corrected: *n_small is the number of numbers that changed by too
 * little. OEO_ERR_NOMEM.
 */
enum oeo_err oeo_audit_sources_compare(const struct oeo_audit_sources *sources, size_t *n_small);

#endif
