/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The pages of the site, from the view alone. Semantic HTML that works without scripts and without the network; looks
 * come from the style sheet beside it, and a small script only adds (sorting, filtering, marking).
 */
#ifndef OEO_DASHBOARD_EXPORT_PAGE_H
#define OEO_DASHBOARD_EXPORT_PAGE_H

#include "dashboard-export/html.h"
#include "dashboard-export/site_map.h"
#include "dashboard-export/view.h"

#define OEO_STYLE_PATH "assets/oeo.css"
#define OEO_SCRIPT_PATH "assets/oeo.js"
#define OEO_TOKENS_PATH "assets/tokens.css" /* only where tokens were given */
#define OEO_SIGNALS_PATH "signals/index.html"
#define OEO_FEEDBACK_PATH "feedback/index.html"
#define OEO_THEMES_PATH "themes/index.html"
#define OEO_TRENDS_PATH "trends/index.html"
#define OEO_ACCOUNT_PATH "account/index.html"
#define OEO_DOWNLOADS_PATH "downloads/index.html"

/* Append the front page (index.html): the latest period in short, all pages and all periods. OEO_ERR_NOMEM,
 * OEO_ERR_INTERNAL; so do all below. */
enum oeo_err oeo_page_write_index(struct oeo_buf *out, const struct oeo_view *view);

/* Append the page of one period (<period>/index.html). */
enum oeo_err oeo_page_write_period(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_view_period *period);

/* Append the page of the latest period's signals (OEO_SIGNALS_PATH), with the duiding of each. */
enum oeo_err oeo_page_write_signals(struct oeo_buf *out, const struct oeo_view *view);

/* True where the view's duiding has signals; then append the page of what was done with them (OEO_FEEDBACK_PATH). */
bool oeo_page_has_feedback(const struct oeo_view *view);
enum oeo_err oeo_page_write_feedback(struct oeo_buf *out, const struct oeo_view *view);

/* Append the page of all themes (OEO_THEMES_PATH), and the page of one: code number `theme` of the map's themes. */
enum oeo_err oeo_page_write_themes(struct oeo_buf *out, const struct oeo_view *view);
enum oeo_err oeo_page_write_theme(struct oeo_buf *out, const struct oeo_view *view, size_t theme);

/* Append the page of an area or of another dimension of the plan (site_map.h): its maps, bars and heat tables. */
enum oeo_err oeo_page_write_subject(
    struct oeo_buf *out, const struct oeo_view *view, const struct oeo_site_page *subject);

/* Append the page of every series through all periods (OEO_TRENDS_PATH). */
enum oeo_err oeo_page_write_trends(struct oeo_buf *out, const struct oeo_view *view);

/* Append the page of how the figures came about (OEO_ACCOUNT_PATH), and of all files (OEO_DOWNLOADS_PATH). */
enum oeo_err oeo_page_write_account(struct oeo_buf *out, const struct oeo_view *view);
enum oeo_err oeo_page_write_downloads(struct oeo_buf *out, const struct oeo_view *view);

#endif
