/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The period in short: five to seven sentences computed from published numbers only, each with the figure that it rests
 * on and how sure it is. They open the report and are printed when it is made. Where little is published
 * there are fewer: nothing is said to fill a list.
 */
#ifndef OEO_DASHBOARD_EXPORT_HIGHLIGHTS_H
#define OEO_DASHBOARD_EXPORT_HIGHLIGHTS_H

#include "dashboard-export/sure.h"
#include "dashboard-export/view.h"

#define OEO_MAX_HIGHLIGHTS 7
#define OEO_HIGHLIGHT_BYTES 640

enum oeo_highlight_kind {
	OEO_HIGHLIGHT_TOTAL = 1, /* how many, and compared with the period before */
	OEO_HIGHLIGHT_EMERGED, /* never published before, from some period on always */
	OEO_HIGHLIGHT_ROSE, /* from some period on clearly above everything published before */
	OEO_HIGHLIGHT_OUTBREAK, /* a month above what the months before let expect */
	OEO_HIGHLIGHT_CHANGED, /* a clear difference with the period before: a signal's, or the themes' largest */
	OEO_HIGHLIGHT_STEADY, /* no theme differs clearly from the period before */
	OEO_HIGHLIGHT_LARGEST, /* the largest theme */
	OEO_HIGHLIGHT_OFTEN, /* the most frequent code of another table: the barrier, the result */
	OEO_HIGHLIGHT_RATE, /* the ward with clearly the most residents for its inhabitants */
	OEO_HIGHLIGHT_YEAR, /* the total against the same period a year before */
	OEO_HIGHLIGHT_HIDDEN /* how much is shown, and who took part */
};

struct oeo_highlight {
	enum oeo_highlight_kind kind;
	const struct oeo_view_table *table; /* where the figure stands; borrowed */
	size_t cell; /* of the table; SIZE_MAX where the finding is about all of it */
	char subject[OEO_HIGHLIGHT_BYTES / 2]; /* "Wonen, Schelfhorst" */
	char text[OEO_HIGHLIGHT_BYTES]; /* one or two sentences, in the chosen language */
	struct oeo_sure sure; /* how sure that is, a sentence; "" where nothing needs to be said */
};

/*
 * Fill highlights with at most OEO_MAX_HIGHLIGHTS findings of this period of view, in the order in which they are read, and
 * *n with how many. The first two signals (flags.h) are among them. Looks at this period, its months and what was before,
 * never later. OEO_ERR_NOMEM.
 */
enum oeo_err oeo_highlights_make(struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS], size_t *n,
    const struct oeo_view *view, const struct oeo_view_period *period);

#endif
