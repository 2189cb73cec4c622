/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/page_parts.h"

#include <stdio.h>

#include "dashboard-export/chart.h"
#include "dashboard-export/highlights.h"
#include "proto/i18n.h"

/* One card: a large number, what it counts, and the change from the period before. */
static void write_figure(const struct oeo_page *page, const char *name, const struct oeo_view_period *period,
    const struct oeo_view_table *total, enum oeo_measure measure)
{
	struct oeo_html *html = page->html;
	struct oeo_series series;
	struct oeo_change change;
	const struct oeo_point *now;

	oeo_view_series(&series, period, total, 0, measure);
	oeo_trend_change(&change, &series);
	now = &series.points[series.n - 1];
	oeo_html_open(html, "div", "class", "figure", NULL);
	oeo_html_element(html, "dt", NULL, name);
	oeo_html_open(html, "dd", "class", "big", NULL);
	if (now->state == OEO_POINT_SHOWN)
		oeo_html_text(html, oeo_notation_number(now->value).text);
	else
		oeo_page_hidden_mark(page);
	oeo_html_close(html);
	if (change.difference != OEO_DIFFERENCE_UNKNOWN) {
		oeo_html_open(html, "dd", "class", oeo_chart_class(change.difference), NULL);
		oeo_html_textf(html, "%s %s: %s", oeo_chart_sign(change.difference),
		    oeo_notation_change(change.before, change.now).text, oeo_sure_words(change.difference));
		oeo_html_close(html);
	}
	oeo_html_close(html);
}

/* A card that counts something of the release itself: so many of so many. */
static void write_count(
    const struct oeo_page *page, const char *name, uint64_t part, uint64_t whole, const char *words)
{
	struct oeo_html *html = page->html;

	oeo_html_open(html, "div", "class", "figure", NULL);
	oeo_html_element(html, "dt", NULL, name);
	oeo_html_open(html, "dd", "class", "big", NULL);
	oeo_html_text(html, oeo_notation_number(part).text);
	oeo_html_open(html, "small", NULL);
	oeo_html_textf(html, _(" of %s"), oeo_notation_number(whole).text);
	oeo_html_close(html);
	oeo_html_close(html);
	oeo_html_element(html, "dd", "none", words);
	oeo_html_close(html);
}

static void write_total_figures(const struct oeo_page *page, const struct oeo_view_period *period)
{
	const struct oeo_view_table *total = oeo_view_first_table(period, 0);

	if (total == NULL)
		return;
	write_figure(page, oeo_notation_capital(oeo_notation_unit(total->unit)).text, period, total,
	    OEO_MEASURE_RESIDENTS);
	if (total->plan->publishes_questions)
		write_figure(page, oeo_notation_capital(oeo_notation_questions()).text, period, total,
		    OEO_MEASURE_QUESTIONS);
}

static void write_figures(const struct oeo_page *page, const struct oeo_view_period *period)
{
	const struct oeo_release *release = &period->source->release;
	size_t present = 0, shown = 0, cells = 0;

	for (size_t i = 0; i < release->n_members; i++)
		present += release->members[i].coverage != OEO_COVERAGE_NO ? 1 : 0;
	for (size_t i = 0; i < period->n_tables; i++) {
		shown += oeo_view_shown(&period->tables[i]);
		cells += period->tables[i].n_cells;
	}
	oeo_html_open(page->html, "dl", "class", "figures", NULL);
	write_total_figures(page, period);
	write_count(page, _("Organisations"), present, release->n_members, _("took part"));
	write_count(page, _("Figures shown"), shown, cells, _("the rest stays hidden"));
	oeo_html_close(page->html);
}

static void write_highlights(const struct oeo_page *page, const struct oeo_view_period *period)
{
	struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS];
	size_t n = 0;

	if (oeo_highlights_make(highlights, &n, page->view, period) != OEO_OK)
		oeo_html_fail(page->html);
	if (n == 0)
		return;
	oeo_html_open(page->html, "ol", "class", "highlights", NULL);
	for (size_t i = 0; i < n; i++) {
		oeo_html_open(page->html, "li", NULL);
		oeo_html_element(page->html, "p", "finding", highlights[i].text);
		if (highlights[i].sure.text[0] != '\0')
			oeo_html_element(page->html, "p", "sure", highlights[i].sure.text);
		if (highlights[i].kind == OEO_HIGHLIGHT_HIDDEN && page->is_paper)
			oeo_page_see(page, "hidden", _("What you do not see, and why"));
		else if (highlights[i].kind == OEO_HIGHLIGHT_HIDDEN)
			oeo_page_link(page, NULL, _("What you do not see, and why"), "%s/index.html#hidden",
			    period->id);
		else if (!page->is_paper || highlights[i].table->n_axes > 0)
			oeo_page_table_link(page, period, highlights[i].table);
		oeo_html_close(page->html);
	}
	oeo_html_close(page->html);
}

void oeo_page_summary(const struct oeo_page *page, const struct oeo_view_period *period)
{
	write_figures(page, period);
	write_highlights(page, period);
	if (period->before != NULL) {
		oeo_html_open(page->html, "p", "class", "note", NULL);
		oeo_html_textf(page->html,
		    _("Changes are compared with %s (%s). A difference is called clear where chance alone "
		      "would make one "
		      "this large at most once in a hundred times."),
		    oeo_notation_before(period->period.cadence), period->before->name.text);
		oeo_html_close(page->html);
	}
	oeo_page_counted(page);
}
