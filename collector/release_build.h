/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * From opened cells to a release: disclosure control decides, the audit attacks until it finds nothing, other code
 * verifies, and what passes is put into
 * struct oeo_release with who is behind it: members with their coverage, quality figures in the safe form,
 * keyholders, publisher. Pure: no store, no files.
 */
#ifndef OEO_COLLECTOR_RELEASE_BUILD_H
#define OEO_COLLECTOR_RELEASE_BUILD_H

#include "collector/disclosure/solver.h"
#include "collector/opened.h"
#include "collector/release_problem.h"
#include "collector/store.h"
#include "proto/card.h"
#include "proto/release.h"

/* All borrowed. */
struct oeo_release_facts {
	const struct oeo_signed_plan *plan;
	const struct oeo_opened *opened; /* of the period to be released */
	const struct oeo_release_source *related; /* the releases that share questions with it, any order */
	size_t n_related;
	const struct oeo_store_member *members; /* by id; revoked ones that are not in are left out */
	size_t n_members;
	const struct oeo_store_submission *submissions; /* of the period */
	size_t n_submissions;
	const struct oeo_card *keyholders; /* at least those of the plan */
	size_t n_keyholders;
	const struct oeo_card *self;
	int64_t now_s;
	const struct oeo_solver *solver; /* what the audit asks; NULL: the usual one */
	/* May be NULL. Called now and then while the attackers try; false: stop. */
	bool (*progress)(void *context, size_t done, size_t total);
	void *context;
};

/*
 * Make the release, all but its digest. The last gate is the audit, with every attacker: what it tried and found
 * nothing by is recorded in the release. Returns owned (oeo_release_fini). OEO_ERR_REFUSED: verification or audit found
 * the decisions unsafe (why names attackers and a table, no cell), nothing may be written; OEO_ERR_NOT_FOUND: a
 * keyholder's card is missing; OEO_ERR_FORMAT: what was opened does not fit the plan; OEO_ERR_STATE: progress said to
 * stop; OEO_ERR_INTERNAL: the solver gave up; OEO_ERR_NOMEM.
 */
enum oeo_err oeo_release_build(
    struct oeo_release *release, const struct oeo_release_facts *facts, struct oeo_note *why);

/* Coverage of all members, and the shares of the period's questions that are without identity, unmapped and late:
 * summed over the members that are in, at least two with questions, rounded to 5 %, and only where both parts are
 * at least `least` in size. Part of oeo_release_build. */
enum oeo_err oeo_release_add_members(struct oeo_release *release, const struct oeo_release_facts *facts);
void oeo_release_add_quality(
    struct oeo_release *release, const struct oeo_release_facts *facts, uint64_t least);

/* True where the member's submission is among those that were opened. */
bool oeo_release_has_member(const struct oeo_opened *opened, const char *member);

#endif
