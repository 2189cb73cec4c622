/* SPDX-License-Identifier: EUPL-1.2 */
/* What the operator is told about a release: nothing that has not passed the gate. */
#ifndef OEO_COLLECTOR_RELEASE_TELL_H
#define OEO_COLLECTOR_RELEASE_TELL_H

#include "collector/due.h"
#include "collector/opening.h"
#include "proto/cli.h"
#include "proto/release.h"

/* To stderr: who is in and who is not, before the operator agrees. */
void oeo_release_tell_members(const struct oeo_due *due);

/* To stdout: numbers of cells shown and not shown per table, what is blocked (table, members), the file and what
 * to do next; with --json the same as JSON. report may be empty (a release that was taken up after a crash). */
enum oeo_err oeo_release_tell(const struct oeo_cli *cli, const struct oeo_release *release,
    const struct oeo_opening_report *report, const char *path, struct oeo_note *why);

#endif
