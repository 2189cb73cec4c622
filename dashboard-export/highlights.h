/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The most notable findings of a period, as sentences computed from published numbers only: a series that
 * came into sight or rose, the theme with the largest certain change, the largest theme. They open the
 * report and are printed when it is made.
 */
#ifndef OEO_DASHBOARD_EXPORT_HIGHLIGHTS_H
#define OEO_DASHBOARD_EXPORT_HIGHLIGHTS_H

#include "dashboard-export/view.h"

#define OEO_MAX_HIGHLIGHTS 3
#define OEO_HIGHLIGHT_BYTES 640

enum oeo_highlight_kind {
	OEO_HIGHLIGHT_EMERGED = 1, /* never published before, from some period on always */
	OEO_HIGHLIGHT_ROSE, /* from some period on clearly above everything published before */
	OEO_HIGHLIGHT_CHANGED, /* the theme with the largest clear difference with the period before */
	OEO_HIGHLIGHT_STEADY, /* no theme differs clearly from the period before */
	OEO_HIGHLIGHT_LARGEST /* the largest theme */
};

struct oeo_highlight {
	enum oeo_highlight_kind kind;
	const struct oeo_view_table *table; /* where the figure stands; borrowed */
	size_t cell; /* of the table; SIZE_MAX where the finding is about all of it */
	char subject[OEO_HIGHLIGHT_BYTES / 2]; /* "Wonen, Schelfhorst" */
	char text[OEO_HIGHLIGHT_BYTES]; /* one or two sentences, in the chosen language */
};

/*
 * Fill highlights with at most OEO_MAX_HIGHLIGHTS findings of this period, most notable first, and return how
 * many. Looks at this period and the earlier ones of its cadence, never later.
 */
size_t oeo_highlights_make(
    struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS], const struct oeo_view_period *period);

#endif
