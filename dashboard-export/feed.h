/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * feed.xml: an Atom feed (RFC 4287) of the releases, the newest first, so that a reader hears of a new one. Ids are
 * URNs made from the releases' digests: they stay the same wherever the site is put. Links are relative to the feed.
 */
#ifndef OEO_DASHBOARD_EXPORT_FEED_H
#define OEO_DASHBOARD_EXPORT_FEED_H

#include "dashboard-export/view.h"

#define OEO_FEED_PATH "feed.xml"

/* Append the feed. OEO_ERR_NOMEM, OEO_ERR_INTERNAL. */
enum oeo_err oeo_feed_write(struct oeo_buf *out, const struct oeo_view *view);

#endif
