/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * datapackage.json: a Frictionless Tabular Data Package (https://specs.frictionlessdata.io/tabular-data-package/)
 * that describes every CSV file of the export: columns, types, keys, code lists with labels in both languages,
 * sources (the signed releases) and licence.
 */
#ifndef OEO_DASHBOARD_EXPORT_DATAPACKAGE_H
#define OEO_DASHBOARD_EXPORT_DATAPACKAGE_H

#include "dashboard-export/view.h"

#define OEO_CODES_FOLDER "codes"

/* Append the document. has_releases: the sources lie beside it in releases/ (the site). OEO_ERR_NOMEM. */
enum oeo_err oeo_datapackage_write(struct oeo_buf *out, const struct oeo_view *view, bool has_releases);

/* The levels that the tables of the view use, each once, in the order of first use. *levels returns owned (free),
 * what it points to is borrowed. */
enum oeo_err oeo_datapackage_levels(
    const struct oeo_view_axis ***levels, size_t *n, const struct oeo_view *view);

#endif
