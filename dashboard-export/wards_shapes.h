/* SPDX-License-Identifier: EUPL-1.2 */
/* The shapes of wards.geojson; used by wards.c only. */
#ifndef OEO_DASHBOARD_EXPORT_WARDS_SHAPES_H
#define OEO_DASHBOARD_EXPORT_WARDS_SHAPES_H

#include "dashboard-export/wards.h"

/* Fill wards->shapes from a GeoJSON FeatureCollection of Polygons and MultiPolygons with the property wijkcode, in
 * metres of the national grid; every ward once, every ring closed. OEO_ERR_FORMAT with why (which feature), OEO_ERR_NOMEM; wards->shapes is then freed by oeo_wards_free_shapes all the same. */
enum oeo_err oeo_wards_parse_shapes(
    struct oeo_wards *wards, const struct oeo_buf *text, struct oeo_note *why);

void oeo_wards_free_shapes(struct oeo_wards *wards);

#endif
