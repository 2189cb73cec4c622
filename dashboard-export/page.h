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
#define OEO_SIGNALS_PATH "signals/index.html"
#define OEO_FEEDBACK_PATH "feedback/index.html"

/* Append the front page (index.html): the latest period, trends, all periods. OEO_ERR_NOMEM, OEO_ERR_INTERNAL. */
enum oeo_err oeo_page_write_index(struct oeo_buf *out, const struct oeo_view *view);

/* Append the page of one period (<period>/index.html). */
enum oeo_err oeo_page_write_period(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_view_period *period);

/* Append the page of the latest period's signals (OEO_SIGNALS_PATH), with the duiding of each. */
enum oeo_err oeo_page_write_signals(struct oeo_buf *out, const struct oeo_view *view);

/* True where the view's duiding has signals; then append the page of what was done with them (OEO_FEEDBACK_PATH). */
bool oeo_page_has_feedback(const struct oeo_view *view);
enum oeo_err oeo_page_write_feedback(struct oeo_buf *out, const struct oeo_view *view);

#endif
