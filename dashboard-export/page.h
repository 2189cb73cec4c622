/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages of the site: the front page and one page per period, from the view alone. Semantic HTML that works
 * without scripts and without the network; looks come from the style sheet beside it.
 */
#ifndef OEO_DASHBOARD_EXPORT_PAGE_H
#define OEO_DASHBOARD_EXPORT_PAGE_H

#include "dashboard-export/html.h"
#include "dashboard-export/view.h"

#define OEO_STYLE_PATH "assets/oeo.css"

/* Append the front page (index.html): the latest period, trends, all periods. OEO_ERR_NOMEM, OEO_ERR_INTERNAL. */
enum oeo_err oeo_page_write_index(struct oeo_buf *out, const struct oeo_view *view);

/* Append the page of one period (<period>/index.html). */
enum oeo_err oeo_page_write_period(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_view_period *period);

#endif
