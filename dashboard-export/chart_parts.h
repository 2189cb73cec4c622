/* SPDX-License-Identifier: EUPL-1.2 */
/* What charts have in common; used by chart*.c only. */
#ifndef OEO_DASHBOARD_EXPORT_CHART_PARTS_H
#define OEO_DASHBOARD_EXPORT_CHART_PARTS_H

#include "dashboard-export/chart.h"

/* A position or size: part of whole, scaled to `full` tenths of a per cent. */
struct oeo_percent {
	char text[32];
};
struct oeo_percent oeo_percent_of(uint64_t part, uint64_t whole, uint64_t full);

/* Open the svg; it is named by oeo_chart_title and described by the desc of the same id. */
void oeo_chart_open(struct oeo_html *html, const char *id, const char *class, size_t height);
void oeo_chart_title(struct oeo_html *html, const char *id, const char *title);
void oeo_chart_open_desc(struct oeo_html *html, const char *id);

/* The desc of a chart through periods (a line, or columns): the first and the last one, the highest, the table. */
void oeo_chart_through(
    struct oeo_html *html, const char *id, bool is_line, const struct oeo_chart_point *points, size_t n);

/* The largest published point, the last of equals; n where there is none. */
size_t oeo_chart_largest(const struct oeo_chart_point *points, size_t n);

#define OEO_CHART_LINE_SIGNS 38 /* what fits on a narrow phone */
#define OEO_CHART_LINES 8

struct oeo_chart_words {
	char lines[OEO_CHART_LINES][OEO_CHART_LINE_SIGNS * 4 + 1];
};

/* Break a label into lines at its spaces, and a longer word where the line ends; returns how many, at least 1. What is
 * longer than all lines together ends in "...". */
size_t oeo_chart_wrap(struct oeo_chart_words *words, const char *label);

/* Text with its middle at x. */
void oeo_chart_centred(struct oeo_html *html, const char *class, const char *x, size_t y, const char *text);

/*
 * Under point number i of n: "K3", "jul" or "2026", and the year where the point named before it is of another one. At most
 * `most` points are named, the last one always; nothing is written under the others.
 */
void oeo_chart_period(struct oeo_html *html, const struct oeo_chart_point *points, size_t i, size_t n,
    size_t most, const char *x, size_t y);

#endif
