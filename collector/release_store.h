/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What `release` reads from the store and the releases' folder, and how it writes: the opened cells first, then
 * the signature, then the release, then the mark in the store. The release file appears whole and only with
 * its signature beside it; once it is there it is never made again, so that a crash before the mark is
 * mended by marking what is there.
 */
#ifndef OEO_COLLECTOR_RELEASE_STORE_H
#define OEO_COLLECTOR_RELEASE_STORE_H

#include "collector/opened.h"
#include "collector/plans.h"
#include "collector/release_problem.h"
#include "collector/store.h"
#include "proto/card.h"
#include "proto/home.h"
#include "proto/release.h"

#define OEO_VERSION_NAME_BYTES (OEO_PERIOD_BYTES + 12)

/* One release that is out and shares questions with the period at hand. */
struct oeo_related {
	struct oeo_period period;
	unsigned version; /* 1, or higher for a correction */
	struct oeo_release release;
	struct oeo_opened opened;
	bool has_opened;
};

struct oeo_related_list {
	struct oeo_related *items;
	struct oeo_release_source *sources; /* point into items */
	size_t n;
};

/* "2026-Q3" for the first release of a period, "2026-Q3.2" for the one that corrects it: part of the file's name, and
 * the name of its opened cells in the store. */
void oeo_release_version_name(
    char name[OEO_VERSION_NAME_BYTES], const struct oeo_period *period, unsigned version);

/* Write the path of a release file: <plan>-<period>.oeorel for version 1, <plan>-<period>.2.oeorel and so on for
 * corrections. OEO_ERR_RANGE. */
enum oeo_err oeo_release_path(char path[OEO_PATH_BYTES], const struct oeo_home *home,
    const struct oeo_plan *plan, const struct oeo_period *period, unsigned version);

/*
 * Load every release that is of the period, lies in it, around it, or in one that is out and around it, with all
 * releases that were corrected since, older ones first; each is
 * checked against the digest in the store. OEO_ERR_NOT_FOUND: a file is gone (why says to put it back);
 * OEO_ERR_CONFLICT: it is another one, or a release that lies so was made under another plan, with which this period
 * can never be released. Free with oeo_related_fini.
 */
enum oeo_err oeo_related_load(struct oeo_related_list *list, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_plan *plan, const struct oeo_period *period,
    const struct oeo_self *self, struct oeo_note *why);

/* The newest release of this period in the list; NULL: there is none. Borrowed. */
const struct oeo_related *oeo_related_newest(
    const struct oeo_related_list *list, const struct oeo_period *period);
void oeo_related_fini(struct oeo_related_list *list);

/* Keep the opened cells, then write signature and release. OEO_ERR_EXISTS: the release file is there. */
enum oeo_err oeo_release_write(struct oeo_release *release, unsigned version, struct oeo_store *store,
    const struct oeo_home *home, const struct oeo_opened *opened, const struct oeo_self *self,
    struct oeo_note *why);

/* Mark the period released, or corrected where the release says so, in the store, without the members that are admitted and not among those opened (what
 * of theirs came in meanwhile is dropped; their agents are told), and forget the opened cells that no period to come
 * contains. */
enum oeo_err oeo_release_mark(const struct oeo_release *release, struct oeo_store *store,
    const struct oeo_plans *plans, const struct oeo_opened *opened, int64_t now_s, struct oeo_note *why);

/* Remove the opened cells that nothing to come is compared with: of periods that can neither be released nor corrected
 * any more (keys destroyed, or purged) and whose longer ones cannot either. Part of oeo_release_mark, and of the transaction of a purge. */
enum oeo_err oeo_release_forget_opened(struct oeo_store *store, const struct oeo_plans *plans);

#endif
