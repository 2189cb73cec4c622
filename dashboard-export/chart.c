/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/chart_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define ROW_HEIGHT 46 /* pixels: label above its bar */
#define PAPER_WIDTH 660 /* the style sheet makes it smaller there */
#define LABEL_LINE 15
#define NEXT_LINE 18 /* of a label that is longer than a line */
#define BAR_TOP 22
#define BAR_HEIGHT 16
#define LONGEST_BAR 640 /* tenths of a per cent of the width; the rest is for the numbers */

#define VALUE_ROOM 18 /* above the tallest column */
#define LABEL_ROOM 34 /* below the columns: period and year */
#define MOST_LABELLED 9 /* columns: with more of them only the first, the largest and the last get a number */
#define MOST_NAMED 12 /* periods with their name under a column */
#define MOST_NAMED_SMALL 8

const char *oeo_chart_sign(enum oeo_difference difference)
{
	switch (difference) {
	case OEO_DIFFERENCE_MORE:
		return "\u25B2";
	case OEO_DIFFERENCE_LESS:
		return "\u25BC";
	case OEO_DIFFERENCE_UNCLEAR:
		return "\u2248";
	case OEO_DIFFERENCE_UNKNOWN:
		break;
	}
	return "";
}

const char *oeo_chart_class(enum oeo_difference difference)
{
	switch (difference) {
	case OEO_DIFFERENCE_MORE:
		return "more";
	case OEO_DIFFERENCE_LESS:
		return "less";
	case OEO_DIFFERENCE_UNCLEAR:
		return "same";
	case OEO_DIFFERENCE_UNKNOWN:
		break;
	}
	return "none";
}

struct oeo_percent oeo_percent_of(uint64_t part, uint64_t whole, uint64_t full)
{
	struct oeo_percent percent;
	uint64_t tenths = whole == 0 ? 0 : (part >= whole ? full : part * full / whole);

	(void)snprintf(
	    percent.text, sizeof(percent.text), "%" PRIu64 ".%" PRIu64 "%%", tenths / 10, tenths % 10);
	return percent;
}

void oeo_chart_open(struct oeo_html *html, const char *id, const char *class, size_t height)
{
	/* Looks come from the style sheet; the attributes here and below are for where it does not reach (paper). */
	oeo_html_open(html, "svg", "role", "img", "class", class, "width", "100%", "font-size",
	    strcmp(class, "bars") == 0 ? "13" : "10", NULL);
	oeo_html_attribute(html, "height", "%zu", height);
	oeo_html_attribute(html, "aria-labelledby", "%s-title %s-desc", id, id);
}

void oeo_chart_title(struct oeo_html *html, const char *id, const char *title)
{
	oeo_html_open(html, "title", NULL);
	oeo_html_attribute(html, "id", "%s-title", id);
	oeo_html_text(html, title);
	oeo_html_close(html);
}

void oeo_chart_open_desc(struct oeo_html *html, const char *id)
{
	oeo_html_open(html, "desc", NULL);
	oeo_html_attribute(html, "id", "%s-desc", id);
}

static void write_bar_desc(
    struct oeo_html *html, const char *id, const struct oeo_view_table *table, size_t first, size_t n)
{
	const struct oeo_view_cell *cell = &table->cells[first];

	oeo_chart_open_desc(html, id);
	oeo_html_textf(html, _("Bar chart with %s bars."), oeo_notation_number(n).text);
	if (cell->is_shown)
		oeo_html_textf(html, _(" The longest is %s with %s."), table->axes[0].codes[first].label,
		    oeo_notation_count(table->unit, cell->residents).text);
	oeo_html_text(html, _(" The table below has the same numbers."));
	oeo_html_close(html);
}

/* The number behind the bar, with the change from the period before. */
static void write_bar_value(struct oeo_html *html, const struct oeo_view_cell *cell, const char *x, size_t y)
{
	oeo_html_open(html, "text", "class", "value", "x", x, "dx", "8", NULL);
	oeo_html_attribute(html, "y", "%zu", y);
	oeo_html_text(html, oeo_notation_number(cell->residents).text);
	if (cell->difference != OEO_DIFFERENCE_UNKNOWN) {
		oeo_html_open(html, "tspan", "class", oeo_chart_class(cell->difference), "dx", "8", NULL);
		oeo_html_textf(html, "%s %s", oeo_chart_sign(cell->difference),
		    oeo_notation_change(cell->before, cell->residents).text);
		oeo_html_close(html);
	}
	oeo_html_close(html);
}

static void write_tick(struct oeo_html *html, const char *x, size_t y)
{
	oeo_html_open(html, "line", "class", "tick", "stroke", "#000000", "x1", x, "x2", x, NULL);
	oeo_html_attribute(html, "y1", "%zu", y - 4);
	oeo_html_attribute(html, "y2", "%zu", y + BAR_HEIGHT + 4);
	oeo_html_close(html);
}

/* A label in as many lines as it needs; returns how many pixels those after the first take. */
static size_t write_label(struct oeo_html *html, const char *label, size_t y)
{
	struct oeo_chart_words words;
	size_t n = oeo_chart_wrap(&words, label);

	oeo_html_open(html, "text", "class", "label", "x", "0", NULL);
	oeo_html_attribute(html, "y", "%zu", y + LABEL_LINE);
	if (n <= 1)
		oeo_html_text(html, label);
	for (size_t i = 0; n > 1 && i < n; i++) {
		oeo_html_open(html, "tspan", "x", "0", NULL);
		oeo_html_attribute(html, "y", "%zu", y + LABEL_LINE + i * NEXT_LINE);
		oeo_html_text(html, words.lines[i]);
		oeo_html_close(html);
	}
	oeo_html_close(html);
	return (n - 1) * NEXT_LINE;
}

/* One bar under its label; returns its height in pixels. */
static size_t write_bar(
    struct oeo_html *html, const char *label, const struct oeo_view_cell *cell, uint64_t most, size_t top)
{
	struct oeo_percent width = oeo_percent_of(cell->residents, most, LONGEST_BAR);
	uint64_t longer = cell->before > cell->residents ? cell->before : cell->residents;
	size_t more = write_label(html, label, top);
	size_t y = top + more;

	if (!cell->is_shown) {
		oeo_html_open(html, "text", "class", "hidden", "x", "0", NULL);
		oeo_html_attribute(html, "y", "%zu", y + BAR_TOP + BAR_HEIGHT - 4);
		oeo_html_text(html, ".");
		oeo_html_close(html);
		return ROW_HEIGHT + more;
	}
	oeo_html_open(
	    html, "rect", "class", "bar", "fill", "#2f7f88", "x", "0", "width", width.text, "rx", "2", NULL);
	oeo_html_attribute(html, "y", "%zu", y + BAR_TOP);
	oeo_html_attribute(html, "height", "%d", BAR_HEIGHT);
	oeo_html_close(html);
	if (cell->difference != OEO_DIFFERENCE_UNKNOWN)
		write_tick(html, oeo_percent_of(cell->before, most, LONGEST_BAR).text, y + BAR_TOP);
	/* The number stands behind the bar and behind the tick. */
	write_bar_value(
	    html, cell, oeo_percent_of(longer, most, LONGEST_BAR).text, y + BAR_TOP + BAR_HEIGHT - 3);
	return ROW_HEIGHT + more;
}

static size_t bars_height(const struct oeo_view_table *table, const size_t *order, size_t n)
{
	struct oeo_chart_words words;
	size_t height = 0;

	for (size_t i = 0; i < n; i++)
		height += ROW_HEIGHT +
			  (oeo_chart_wrap(&words, table->axes[0].codes[order[i]].label) - 1) * NEXT_LINE;
	return height;
}

void oeo_chart_bars(struct oeo_html *html, const char *id, const struct oeo_view_table *table,
    const size_t *order, size_t n, bool is_paper)
{
	uint64_t most = table->most;
	size_t height = bars_height(table, order, n), y = 0;

	if (n == 0)
		return;
	/* The tick of the period before may lie beyond the longest bar. */
	for (size_t i = 0; i < n; i++)
		if (table->cells[order[i]].before > most)
			most = table->cells[order[i]].before;
	oeo_chart_open(html, id, "bars", height);
	if (is_paper)
		oeo_html_attribute(html, "viewBox", "0 0 %d %zu", PAPER_WIDTH, height);
	oeo_chart_title(html, id, table->title.text);
	write_bar_desc(html, id, table, order[0], n);
	for (size_t i = 0; i < n; i++)
		y += write_bar(html, table->axes[0].codes[order[i]].label, &table->cells[order[i]], most, y);
	oeo_html_close(html);
}

/* ---- columns ---- */

size_t oeo_chart_largest(const struct oeo_chart_point *points, size_t n)
{
	size_t largest = n;

	for (size_t i = 0; i < n; i++)
		if (points[i].is_shown && (largest == n || points[i].value >= points[largest].value))
			largest = i;
	return largest;
}

void oeo_chart_through(
    struct oeo_html *html, const char *id, bool is_line, const struct oeo_chart_point *points, size_t n)
{
	size_t largest = oeo_chart_largest(points, n);

	oeo_chart_open_desc(html, id);
	oeo_html_textf(html, is_line ? _("Line chart from %s to %s.") : _("Column chart from %s to %s."),
	    oeo_notation_period(points[0].period).text, oeo_notation_period(points[n - 1].period).text);
	if (largest < n)
		oeo_html_textf(html, _(" The highest is %s in %s."),
		    oeo_notation_number(points[largest].value).text,
		    oeo_notation_period(points[largest].period).text);
	oeo_html_text(html, _(" The table below has the same numbers."));
	oeo_html_close(html);
}

void oeo_chart_centred(struct oeo_html *html, const char *class, const char *x, size_t y, const char *text)
{
	oeo_html_open(html, "text", "class", class, "x", x, "text-anchor", "middle", NULL);
	oeo_html_attribute(html, "y", "%zu", y);
	oeo_html_text(html, text);
	oeo_html_close(html);
}

static const char *month_name(unsigned number)
{
	static const char *const names[] = {N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"),
	    N_("Jul"), N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec")};

	return _(names[number - 1]);
}

void oeo_chart_period(struct oeo_html *html, const struct oeo_chart_point *points, size_t i, size_t n,
    size_t most, const char *x, size_t y)
{
	const struct oeo_period *period = points[i].period;
	size_t apart = (n + most - 1) / most;
	bool is_first = i < apart;
	char label[16];

	if ((n - 1 - i) % apart != 0)
		return;
	if (period->cadence == OEO_QUARTER)
		(void)snprintf(label, sizeof(label), _("Q%u"), period->number);
	else if (period->cadence == OEO_MONTH)
		(void)snprintf(label, sizeof(label), "%s", month_name(period->number));
	else
		(void)snprintf(label, sizeof(label), "%u", period->year);
	oeo_chart_centred(html, "period", x, y + 14, label);
	if (period->cadence == OEO_YEAR || (!is_first && points[i - apart].period->year == period->year))
		return;
	(void)snprintf(label, sizeof(label), "%u", period->year);
	oeo_chart_centred(html, "period", x, y + 29, label);
}

static void write_column(struct oeo_html *html, const struct oeo_chart_point *points, size_t n, size_t i,
    size_t plot_height, size_t most_named)
{
	size_t largest = oeo_chart_largest(points, n);
	size_t height = 0;
	bool is_numbered = n <= MOST_LABELLED || i == 0 || i + 1 == n || i == largest;
	struct oeo_percent left = oeo_percent_of(i * 8 + 1, n * 8, 1000);
	struct oeo_percent width = oeo_percent_of(6, n * 8, 1000);
	struct oeo_percent middle = oeo_percent_of(i * 8 + 4, n * 8, 1000);

	oeo_chart_period(html, points, i, n, most_named, middle.text, VALUE_ROOM + plot_height);
	if (!points[i].is_shown) {
		oeo_chart_centred(html, "hidden", middle.text, VALUE_ROOM + plot_height - 4, ".");
		return;
	}
	if (points[largest].value > 0)
		height = (size_t)(points[i].value * plot_height / points[largest].value);
	oeo_html_open(html, "rect", "class", i + 1 == n ? "column last" : "column", "fill",
	    i + 1 == n ? "#2f7f88" : "#a9cdd0", "x", left.text, "width", width.text, NULL);
	oeo_html_attribute(html, "y", "%zu", VALUE_ROOM + plot_height - height);
	oeo_html_attribute(html, "height", "%zu", height);
	oeo_html_close(html);
	if (is_numbered)
		oeo_chart_centred(html, "value", middle.text, VALUE_ROOM + plot_height - height - 5,
		    oeo_notation_number(points[i].value).text);
}

void oeo_chart_columns(struct oeo_html *html, const char *id, const char *title,
    const struct oeo_chart_point *points, size_t n, enum oeo_chart_size size)
{
	size_t plot_height = size == OEO_CHART_LARGE ? 150 : 64;

	if (n == 0)
		return;
	oeo_chart_open(html, id, size == OEO_CHART_LARGE ? "columns large" : "columns",
	    VALUE_ROOM + plot_height + LABEL_ROOM);
	oeo_chart_title(html, id, title);
	oeo_chart_through(html, id, false, points, n);
	oeo_html_open(html, "line", "class", "base", "stroke", "#bbbbbb", "x1", "0", "x2", "100%", NULL);
	oeo_html_attribute(html, "y1", "%zu", VALUE_ROOM + plot_height);
	oeo_html_attribute(html, "y2", "%zu", VALUE_ROOM + plot_height);
	oeo_html_close(html);
	for (size_t i = 0; i < n; i++)
		write_column(
		    html, points, n, i, plot_height, size == OEO_CHART_LARGE ? MOST_NAMED : MOST_NAMED_SMALL);
	oeo_html_close(html);
}
