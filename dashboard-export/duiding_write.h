/* SPDX-License-Identifier: EUPL-1.2 */
/* The files that the council writes its duiding in: one for each theme and each flag, made where they are missing. */
#ifndef OEO_DASHBOARD_EXPORT_DUIDING_WRITE_H
#define OEO_DASHBOARD_EXPORT_DUIDING_WRITE_H

#include "dashboard-export/view.h"

/*
 * Make the folder where it is missing, LEESMIJ.md, and a file for each theme of the latest period and each of its flags.
 * What is there is never overwritten (LEESMIJ.md is). *made: how many files are new. OEO_ERR_IO, OEO_ERR_NOMEM.
 */
enum oeo_err oeo_duiding_write_missing(
    size_t *made, const char *folder, const struct oeo_view *view, struct oeo_note *why);

/*
 * Refuse duiding about a theme that the latest plan does not have. OEO_ERR_FORMAT names the file.
 */
enum oeo_err oeo_duiding_check(
    const struct oeo_duiding *duiding, const struct oeo_view *view, struct oeo_note *why);

#endif
