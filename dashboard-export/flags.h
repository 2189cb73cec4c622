/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What deserves a look in a period: at most seven flags, from published numbers only. Three kinds of tests make them:
 * every cell of the period against the period before (trend.h), and, where it lasts for two periods or more, against all
 * that was shown before; and every theme of every month in the period by EARS C1 and C2. With hundreds of tests some differ by chance: only those count that the Benjamini and Hochberg (1995)
 * procedure keeps at 5% of all tests of the period. At most two flags of one table.
 *
 * Ranked by sureness (three steps), then by how many residents more or fewer, then in the plan's order.
 */
#ifndef OEO_DASHBOARD_EXPORT_FLAGS_H
#define OEO_DASHBOARD_EXPORT_FLAGS_H

#include "dashboard-export/view.h"

#define OEO_MAX_FLAGS 7
#define OEO_FLAG_ID_BYTES 192
#define OEO_FLAG_TEXT_BYTES 512

enum oeo_flag_kind {
	OEO_FLAG_MORE = 1, /* than the period before */
	OEO_FLAG_LESS,
	OEO_FLAG_ROSE, /* for two periods or more, than anything shown before */
	OEO_FLAG_OUTBREAK /* a month above what the months before let expect: EARS */
};

struct oeo_flag {
	enum oeo_flag_kind kind;
	const struct oeo_view_period *period; /* of the cell: the period itself, or a month in it */
	const struct oeo_view_table *table;
	size_t cell;
	enum oeo_ears_kind ears; /* where it is an outbreak */
	struct oeo_period until; /* where it rose: the last period before that */
	double expected; /* the number before, the highest before, or the mean of the seven months */
	double p;
	enum oeo_sureness sureness;
	uint64_t size; /* residents more or fewer than expected */
};

/* A name for it that stays: "2026-Q3-theme-ward-WO-W1". */
struct oeo_flag_id {
	char text[OEO_FLAG_ID_BYTES];
};

/* Fill flags, the most notable first, and *n. OEO_ERR_NOMEM. */
enum oeo_err oeo_flags_make(struct oeo_flag flags[OEO_MAX_FLAGS], size_t *n, const struct oeo_view *view,
    const struct oeo_view_period *period);

struct oeo_flag_id oeo_flag_id(const struct oeo_flag *flag);

/* What it is about: "Wonen, Schelfhorst"; "Total" for a total. */
void oeo_flag_subject(char *text, size_t size, const struct oeo_flag *flag);

/* A sentence: "Wonen, Schelfhorst: 72 inwoners in het 3e kwartaal van 2026, 40 meer dan het kwartaal ervoor." */
void oeo_flag_write(char text[OEO_FLAG_TEXT_BYTES], const struct oeo_flag *flag);

#endif
