/* SPDX-License-Identifier: EUPL-1.2 */
/* A line through periods, in pieces between neighbours that are both published. */
#include <inttypes.h>
#include <stdio.h>

#include "dashboard-export/chart_parts.h"
#include "proto/i18n.h"

#define PLOT_TOP 26
#define PLOT_HEIGHT 150
#define PLOT_BOTTOM (PLOT_TOP + PLOT_HEIGHT)
#define HEIGHT (PLOT_BOTTOM + 40)
#define MOST_PERIODS 12 /* named below the line; of more of them every second, third, ... */
#define MOST_NUMBERED 9

static struct oeo_percent across(size_t i, size_t n)
{
	return oeo_percent_of(2 * i + 1, 2 * n, 1000);
}

static size_t height_of(uint64_t value, uint64_t most)
{
	return most == 0 ? 0 : (size_t)(value * PLOT_HEIGHT / most);
}

static void write_piece(
    struct oeo_html *html, const struct oeo_chart_point *points, size_t i, size_t n, uint64_t most)
{
	oeo_html_open(html, "line", "class", "line", "stroke", "#2f7f88", "stroke-width", "3", "x1",
	    across(i - 1, n).text, "x2", across(i, n).text, NULL);
	oeo_html_attribute(html, "y1", "%zu", PLOT_BOTTOM - height_of(points[i - 1].value, most));
	oeo_html_attribute(html, "y2", "%zu", PLOT_BOTTOM - height_of(points[i].value, most));
	oeo_html_close(html);
}

static void write_point(struct oeo_html *html, const struct oeo_chart_point *points, size_t i, size_t n,
    uint64_t most, bool is_numbered)
{
	struct oeo_percent x = across(i, n);
	size_t y = PLOT_BOTTOM - height_of(points[i].value, most);

	if (!points[i].is_shown) {
		oeo_chart_centred(html, "hidden", x.text, PLOT_BOTTOM - 6, points[i].is_absent ? "" : ".");
		return;
	}
	oeo_html_open(html, "circle", "class", "point", "fill", "#2f7f88", "cx", x.text, "r",
	    i + 1 == n ? "6" : "4", NULL);
	oeo_html_attribute(html, "cy", "%zu", y);
	oeo_html_close(html);
	if (is_numbered)
		oeo_chart_centred(html, "value", x.text, y - 12, oeo_notation_number(points[i].value).text);
}

void oeo_chart_line(
    struct oeo_html *html, const char *id, const char *title, const struct oeo_chart_point *points, size_t n)
{
	size_t largest = oeo_chart_largest(points, n);
	uint64_t most = largest < n ? points[largest].value : 0;

	if (n == 0)
		return;
	oeo_chart_open(html, id, "columns large", HEIGHT);
	oeo_chart_title(html, id, title);
	oeo_chart_through(html, id, true, points, n);
	oeo_html_open(html, "line", "class", "base", "stroke", "#bbbbbb", "x1", "0", "x2", "100%", NULL);
	oeo_html_attribute(html, "y1", "%d", PLOT_BOTTOM);
	oeo_html_attribute(html, "y2", "%d", PLOT_BOTTOM);
	oeo_html_close(html);
	for (size_t i = 1; i < n; i++)
		if (points[i - 1].is_shown && points[i].is_shown)
			write_piece(html, points, i, n, most);
	for (size_t i = 0; i < n; i++) {
		write_point(
		    html, points, i, n, most, n <= MOST_NUMBERED || i == 0 || i + 1 == n || i == largest);
		oeo_chart_period(html, points, i, n, MOST_PERIODS, across(i, n).text, PLOT_BOTTOM + 4);
	}
	oeo_html_close(html);
}
