/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/highlights.h"

#include <stdio.h>
#include <string.h>

#include "dashboard-export/highlights_figures.h"
#include "proto/i18n.h"

/* A rise of a cell, and how much it weighs. */
struct rise {
	const struct oeo_view_table *table;
	size_t cell;
	struct oeo_series series;
	struct oeo_rise rise;
	uint64_t score;
};

/* Out of the dark it has to reach twice the threshold: below it a cell comes and goes. Else chance decides. */
static bool is_news(const struct oeo_rise *rise, unsigned k)
{
	return rise->highest_before == 0 ? rise->lowest_after >= 2ull * k : rise->p <= OEO_TREND_ALPHA;
}

/* The strongest rise in one table of the period. */
static bool find_rise(
    struct rise *best, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	bool is_found = false;

	if (period->earlier == NULL)
		return false;
	for (size_t cell = 0; cell < table->n_cells; cell++) {
		struct rise rise = {.table = table, .cell = cell};

		if (!table->cells[cell].is_shown)
			continue;
		oeo_view_series(&rise.series, period, table, cell, OEO_MEASURE_RESIDENTS);
		if (!oeo_trend_rise(&rise.rise, &rise.series, 1) ||
		    !is_news(&rise.rise, table->plan->rules.residents))
			continue;
		rise.score = rise.rise.lowest_after - rise.rise.highest_before;
		if (!is_found || rise.score > best->score) {
			*best = rise;
			is_found = true;
		}
	}
	return is_found;
}

/* The two strongest rises, of different tables with this number of axes; returns how many there are. */
static size_t find_rises(struct rise best[2], const struct oeo_view_period *period, size_t n_axes)
{
	size_t n = 0;

	for (size_t t = 0; t < period->n_tables; t++) {
		struct rise rise;

		if (period->tables[t].n_axes != n_axes || !find_rise(&rise, period, &period->tables[t]))
			continue;
		if (n == 0 || rise.score > best[0].score) {
			best[1] = best[0];
			best[0] = rise;
		} else if (n == 1 || rise.score > best[1].score) {
			best[1] = rise;
		}
		n = n < 2 ? n + 1 : 2;
	}
	return n;
}

static void write_subject(struct oeo_highlight *highlight)
{
	oeo_view_cell_name(highlight->subject, sizeof(highlight->subject), highlight->table, highlight->cell);
}

/* The published numbers since the rise: "75 en 72 inwoners". There are at most OEO_TREND_RECENT of them. */
static void write_after(char *text, size_t size, const struct rise *rise)
{
	size_t used = 0;

	for (size_t i = rise->rise.first; i < rise->series.n && used < size; i++) {
		uint64_t number = rise->series.points[i].value;
		bool is_last = i + 1 == rise->series.n;
		const char *before = used == 0 ? "" : (is_last ? _(" and ") : ", ");

		used += (size_t)snprintf(text + used, size - used, "%s%s", before,
		    is_last ? oeo_notation_count(rise->table->unit, number).text
			    : oeo_notation_number(number).text);
	}
}

/* From the dark into sight. */
static void write_emerged(struct oeo_highlight *highlight, const char *until, const char *after)
{
	highlight->kind = OEO_HIGHLIGHT_EMERGED;
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    _("New in sight: %s. Up to and including %s this figure was not shown, after that it was %s."),
	    highlight->subject, until, after);
	(void)snprintf(highlight->sure.text, sizeof(highlight->sure.text), "%s",
	    _("Not shown does not always mean few: how much it rose is not known."));
}

static void write_risen(
    struct oeo_highlight *highlight, const struct oeo_rise *rise, const char *until, const char *after)
{
	highlight->kind = OEO_HIGHLIGHT_ROSE;
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    rise->has_hidden_before
		? _("Clearly more: %s. Up to and including %s this figure was not shown or at most %s, after "
		    "that "
		    "it was %s.")
		: _("Clearly more: %s. Up to and including %s there were at most %s, after that %s."),
	    highlight->subject, until, oeo_notation_number(rise->highest_before).text, after);
	highlight->sure = oeo_sure_p(rise->p);
}

static void write_rise(struct oeo_highlight *highlight, const struct rise *rise)
{
	struct oeo_text until =
	    oeo_notation_period_in_text(&rise->series.points[rise->rise.first - 1].period);
	char after[320] = "";

	highlight->table = rise->table;
	highlight->cell = rise->cell;
	write_subject(highlight);
	write_after(after, sizeof(after), rise);
	if (rise->rise.highest_before == 0)
		write_emerged(highlight, until.text, after);
	else
		write_risen(highlight, &rise->rise, until.text, after);
}

static uint64_t gap_of(const struct oeo_view_cell *cell)
{
	return cell->residents > cell->before ? cell->residents - cell->before
					      : cell->before - cell->residents;
}

/* The theme with the largest clear change; false where no theme can be compared with the period before. */
static bool write_change(struct oeo_highlight *highlight, const struct oeo_view_table *themes,
    const struct oeo_view_period *period)
{
	struct oeo_series series;
	struct oeo_change change;
	const struct oeo_view_cell *best = NULL;
	bool is_comparable = false;

	for (size_t i = 0; i < themes->n_cells; i++) {
		const struct oeo_view_cell *cell = &themes->cells[i];

		is_comparable |= cell->difference != OEO_DIFFERENCE_UNKNOWN;
		if (cell->difference != OEO_DIFFERENCE_MORE && cell->difference != OEO_DIFFERENCE_LESS)
			continue;
		if (best == NULL || gap_of(cell) > gap_of(best))
			best = cell;
	}
	if (!is_comparable)
		return false;
	highlight->table = themes;
	if (best == NULL) {
		highlight->kind = OEO_HIGHLIGHT_STEADY;
		highlight->cell = SIZE_MAX;
		(void)snprintf(highlight->subject, sizeof(highlight->subject), "%s", themes->title.text);
		(void)snprintf(highlight->text, sizeof(highlight->text),
		    _("%s: no difference with %s that is clearly larger than chance."), highlight->subject,
		    oeo_notation_before(period->period.cadence));
		return true;
	}
	highlight->kind = OEO_HIGHLIGHT_CHANGED;
	highlight->cell = (size_t)(best - themes->cells);
	write_subject(highlight);
	oeo_view_series(&series, period, themes, highlight->cell, OEO_MEASURE_RESIDENTS);
	oeo_trend_change(&change, &series);
	highlight->sure = oeo_sure_change(&change);
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    best->difference == OEO_DIFFERENCE_MORE
		? _("%s: clearly more than %s, from %s to %s (%s). That is the largest change among the %s.")
		: _("%s: clearly fewer than %s, from %s to %s (%s). That is the largest change among the "
		    "%s."),
	    highlight->subject, oeo_notation_before(period->period.cadence),
	    oeo_notation_number(best->before).text, oeo_notation_count(themes->unit, best->residents).text,
	    oeo_notation_change(best->before, best->residents).text, themes->axes[0].names);
	return true;
}

/* The rises and the change of the themes; a second rise says more than that nothing else differs. */
static size_t write_news(struct oeo_highlight *highlights, const struct oeo_view_period *period)
{
	const struct oeo_view_table *themes = oeo_view_first_table(period, 1);
	struct oeo_highlight change = {0};
	struct rise rises[2];
	size_t found, n = 0;

	memset(rises, 0, sizeof(rises));
	found = find_rises(rises, period, 2);
	if (found == 0)
		found = find_rises(rises, period, 1);
	if (found > 0)
		write_rise(&highlights[n++], &rises[0]);
	if (themes != NULL && write_change(&change, themes, period) &&
	    (change.kind == OEO_HIGHLIGHT_CHANGED || found < 2))
		highlights[n++] = change;
	else if (found == 2)
		write_rise(&highlights[n++], &rises[1]);
	return n;
}

size_t oeo_highlights_make(
    struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS], const struct oeo_view_period *period)
{
	struct oeo_highlight last;
	bool has_last = oeo_highlight_hidden(&last, period);
	size_t most = OEO_MAX_HIGHLIGHTS - (has_last ? 1 : 0);
	size_t n = 0;

	memset(highlights, 0, OEO_MAX_HIGHLIGHTS * sizeof(*highlights));
	n += oeo_highlight_total(&highlights[n], period) ? 1 : 0;
	n += write_news(&highlights[n], period);
	n += oeo_highlight_largest(&highlights[n], period) ? 1 : 0;
	n += oeo_highlight_rate(&highlights[n], period) ? 1 : 0;
	n += n < most && oeo_highlight_often(&highlights[n], period, 0) ? 1 : 0;
	n += n < most && oeo_highlight_year(&highlights[n], period) ? 1 : 0;
	n += n < most && oeo_highlight_often(&highlights[n], period, 1) ? 1 : 0;
	if (has_last)
		highlights[n++] = last;
	return n;
}
