/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * How the releases of one period hang together: a release and those that it corrects. Readers have them all, and know
 * what a correction is for, so they are taken to know which numbers it leaves as they were:
 *
 *  - a number that is the same in both, with every member's part, is one number in all relations: what hides it in
 *    one release must hide it in the other;
 *  - any other number is its earlier version plus what was added. Where a correction only adds (a member that came
 *    late), what was added forms tables of its own, which are shown nowhere but may not become known where they are
 *    small; and sums of them neither;
 *  - where something was taken away, two versions that are shown differ by enough (OEO_DISCLOSURE_VERSION), and
 *    release_correct.h holds the two releases against each other.
 */
#ifndef OEO_COLLECTOR_RELEASE_VERSIONS_H
#define OEO_COLLECTOR_RELEASE_VERSIONS_H

#include "collector/release_problem.h"

struct relating;

/* Is a the later one of two sources of one period? The one without release is the latest. */
bool oeo_release_is_later(const struct oeo_release_source *a, const struct oeo_release_source *b);

/* True where no other source of the period is later. */
bool oeo_release_is_newest(const struct relating *relating, size_t source);

/*
 * What the release to be decided on adds to the newest one of its period that is out: *has_added and the cells, where
 * both are opened and nothing was taken away. Cells that are not open in both, or where the parts do not add up
 * (a resident who was known of another member), are left out. OEO_ERR_NOMEM. Free with oeo_opened_fini.
 */
enum oeo_err oeo_release_versions_add(
    struct oeo_opened *added, bool *has_added, const struct oeo_release_source *sources, size_t n);

/* After all other relations: make unchanged numbers one, and relate the versions. */
enum oeo_err oeo_release_versions_relate(struct relating *relating);

#endif
