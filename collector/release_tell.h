/* SPDX-License-Identifier: EUPL-1.2 */
/* What the operator is told about a release: nothing that has not passed the gate. */
#ifndef OEO_COLLECTOR_RELEASE_TELL_H
#define OEO_COLLECTOR_RELEASE_TELL_H

#include "collector/due.h"
#include "collector/opening.h"
#include "collector/release_correct.h"
#include "proto/cli.h"
#include "proto/release.h"

/* To stderr: who is in and who is not, before the operator agrees. */
void oeo_release_tell_members(const struct oeo_due *due);

/* To stdout: per table how many cells show all, their residents alone, or nothing, as the release file itself tells; of
 * before, what is corrected (NULL: nothing is, or it is not known here), the same; what is blocked (table, members), the file and
 * what to do next; with --json the same as JSON. report may be empty (a release that was taken up after a crash). */
enum oeo_err oeo_release_tell(const struct oeo_cli *cli, const struct oeo_release *release,
    const struct oeo_release *before, const struct oeo_opening_report *report, const char *path,
    struct oeo_note *why);

/* To stderr: which cells stand in the way of a correction. Those that are out by table and codes (they are
 * published; the first OEO_TOLD_CELLS of them), the others as a count. */
#define OEO_TOLD_CELLS 20
void oeo_release_tell_in_the_way(const struct oeo_plan *plan, const struct oeo_correction *correction);

/* To stderr: how many cells that are out are not in the correction, and of how many it leaves out the questions. */
void oeo_release_tell_lost(const struct oeo_correction *correction);

/* Why the correction of this period is refused, as OEO_ERR_REFUSED. */
enum oeo_err oeo_release_refuse_correction(
    const struct oeo_correction *correction, const char *period, struct oeo_note *why);

#endif
