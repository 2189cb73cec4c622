/* SPDX-License-Identifier: EUPL-1.2 */
/* Findings that are about one figure of a period; used by highlights.c only. Each returns false where its figure is
 * not there to speak of. */
#ifndef OEO_DASHBOARD_EXPORT_HIGHLIGHTS_FIGURES_H
#define OEO_DASHBOARD_EXPORT_HIGHLIGHTS_FIGURES_H

#include "dashboard-export/highlights.h"

bool oeo_highlight_total(struct oeo_highlight *highlight, const struct oeo_view_period *period);
bool oeo_highlight_largest(struct oeo_highlight *highlight, const struct oeo_view_period *period);

/* Of the n-th (from 0) table with one level that is neither the themes, nor what lies below them, nor wards. */
bool oeo_highlight_often(struct oeo_highlight *highlight, const struct oeo_view_period *period, size_t n);
bool oeo_highlight_rate(struct oeo_highlight *highlight, const struct oeo_view_period *period);
bool oeo_highlight_year(struct oeo_highlight *highlight, const struct oeo_view_period *period);
bool oeo_highlight_hidden(struct oeo_highlight *highlight, const struct oeo_view_period *period);

#endif
