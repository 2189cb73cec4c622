/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/highlights.h"

#include <stdio.h>
#include <string.h>

#include "dashboard-export/flags.h"
#include "dashboard-export/highlights_figures.h"
#include "proto/i18n.h"

#define MOST_NEWS 2

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

/* Of one cell; false where it did not rise. */
static bool make_rise(
    struct rise *rise, const struct oeo_view_period *period, const struct oeo_view_table *table, size_t cell)
{
	if (period->earlier == NULL || !table->cells[cell].is_shown)
		return false;
	memset(rise, 0, sizeof(*rise));
	rise->table = table;
	rise->cell = cell;
	oeo_view_series(&rise->series, period, table, cell, OEO_MEASURE_RESIDENTS);
	if (!oeo_trend_rise(&rise->rise, &rise->series, 1) ||
	    !is_news(&rise->rise, table->plan->rules.residents))
		return false;
	rise->score = rise->rise.lowest_after - rise->rise.highest_before;
	return true;
}

/* The strongest rise in one table of the period. */
static bool find_rise(
    struct rise *best, const struct oeo_view_period *period, const struct oeo_view_table *table)
{
	bool is_found = false;

	for (size_t cell = 0; cell < table->n_cells; cell++) {
		struct rise rise;

		if (!make_rise(&rise, period, table, cell))
			continue;
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

/* The same number in all periods since the rise, two or more: once is enough. */
static bool is_level(const struct rise *rise)
{
	for (size_t i = rise->rise.first; i + 1 < rise->series.n; i++)
		if (rise->series.points[i].value != rise->series.points[i + 1].value)
			return false;
	return rise->series.n - rise->rise.first > 1;
}

static void write_level(char *text, size_t size, const struct rise *rise)
{
	const struct oeo_point *last = &rise->series.points[rise->series.n - 1];
	struct oeo_text count = oeo_notation_count(rise->table->unit, last->value);

	if (rise->series.n - rise->rise.first > 2)
		(void)snprintf(text, size, _("%s each time"), count.text);
	else if (last->period.cadence == OEO_MONTH)
		(void)snprintf(text, size, _("%s in both months"), count.text);
	else if (last->period.cadence == OEO_QUARTER)
		(void)snprintf(text, size, _("%s in both quarters"), count.text);
	else
		(void)snprintf(text, size, _("%s in both years"), count.text);
}

/* The published numbers since the rise: "75 en 72 inwoners", "77 inwoners in beide kwartalen". There are at most
 * OEO_TREND_RECENT of them. */
static void write_after(char *text, size_t size, const struct rise *rise)
{
	size_t used = 0;

	if (is_level(rise)) {
		write_level(text, size, rise);
		return;
	}
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

/* The cell with the largest clear change; SIZE_MAX where there is none. */
static size_t largest_change(const struct oeo_view_table *table)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < table->n_cells; i++) {
		const struct oeo_view_cell *cell = &table->cells[i];

		if (cell->difference != OEO_DIFFERENCE_MORE && cell->difference != OEO_DIFFERENCE_LESS)
			continue;
		if (best == SIZE_MAX || gap_of(cell) > gap_of(&table->cells[best]))
			best = i;
	}
	return best;
}

/* A cell that differs clearly from the period before. */
static void write_change(struct oeo_highlight *highlight, const struct oeo_view_period *period,
    const struct oeo_view_table *table, size_t cell)
{
	const struct oeo_view_cell *at = &table->cells[cell];
	struct oeo_series series;
	struct oeo_change change;
	size_t used;

	highlight->kind = OEO_HIGHLIGHT_CHANGED;
	highlight->table = table;
	highlight->cell = cell;
	write_subject(highlight);
	oeo_view_series(&series, period, table, cell, OEO_MEASURE_RESIDENTS);
	oeo_trend_change(&change, &series);
	highlight->sure = oeo_sure_change(&change);
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    at->difference == OEO_DIFFERENCE_MORE ? _("%s: clearly more than %s, from %s to %s (%s).")
						  : _("%s: clearly fewer than %s, from %s to %s (%s)."),
	    highlight->subject, oeo_notation_before(period->period.cadence),
	    oeo_notation_number(at->before).text, oeo_notation_count(table->unit, at->residents).text,
	    oeo_notation_change(at->before, at->residents).text);
	used = strlen(highlight->text);
	if (table == oeo_view_first_table(period, 1) && cell == largest_change(table))
		(void)snprintf(highlight->text + used, sizeof(highlight->text) - used,
		    _(" That is the largest change among the %s."), table->axes[0].names);
}

/* No theme differs clearly; false where none can be compared with the period before. */
static bool write_steady(struct oeo_highlight *highlight, const struct oeo_view_table *themes,
    const struct oeo_view_period *period)
{
	bool is_comparable = false;

	for (size_t i = 0; i < themes->n_cells; i++)
		is_comparable |= themes->cells[i].difference != OEO_DIFFERENCE_UNKNOWN;
	if (!is_comparable)
		return false;
	highlight->kind = OEO_HIGHLIGHT_STEADY;
	highlight->table = themes;
	highlight->cell = SIZE_MAX;
	(void)snprintf(highlight->subject, sizeof(highlight->subject), "%s", themes->title.text);
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    _("%s: no difference with %s that is clearly larger than chance."), highlight->subject,
	    oeo_notation_before(period->period.cadence));
	return true;
}

/* A signal: since when it is so where that can be told, else against the period before. */
static void write_signal(
    struct oeo_highlight *highlight, const struct oeo_flag *flag, const struct oeo_view_period *period)
{
	struct rise rise;

	if (flag->kind == OEO_FLAG_OUTBREAK) {
		char text[OEO_FLAG_TEXT_BYTES];

		highlight->kind = OEO_HIGHLIGHT_OUTBREAK;
		highlight->table = flag->table;
		highlight->cell = flag->cell;
		write_subject(highlight);
		oeo_flag_write(text, flag);
		(void)snprintf(highlight->text, sizeof(highlight->text), "%s", text);
		highlight->sure = oeo_sure_p(flag->p);
	} else if (flag->kind != OEO_FLAG_LESS && make_rise(&rise, period, flag->table, flag->cell)) {
		write_rise(highlight, &rise);
	} else {
		write_change(highlight, period, flag->table, flag->cell);
	}
}

/* ---- what is new ---- */

static bool is_told(
    const struct oeo_highlight *highlights, size_t n, const struct oeo_view_table *table, size_t cell)
{
	for (size_t i = 0; i < n; i++)
		if (highlights[i].table == table && highlights[i].cell == cell)
			return true;
	return false;
}

/* Where the signals leave room: what rose by itself, the largest change of the themes, or that there is none. */
static size_t write_more_news(
    struct oeo_highlight *highlights, size_t n, const struct oeo_view_period *period)
{
	const struct oeo_view_table *themes = oeo_view_first_table(period, 1);
	size_t change = themes != NULL ? largest_change(themes) : SIZE_MAX;
	size_t room =
	    change != SIZE_MAX && !is_told(highlights, n, themes, change) ? MOST_NEWS - 1 : MOST_NEWS;
	struct rise rises[2];
	size_t found;

	memset(rises, 0, sizeof(rises));
	found = find_rises(rises, period, 2);
	if (found == 0)
		found = find_rises(rises, period, 1);
	for (size_t i = 0; i < found && n < room; i++)
		if (!is_told(highlights, n, rises[i].table, rises[i].cell))
			write_rise(&highlights[n++], &rises[i]);
	if (n < MOST_NEWS && room < MOST_NEWS)
		write_change(&highlights[n++], period, themes, change);
	else if (n < MOST_NEWS && themes != NULL && change == SIZE_MAX &&
		 write_steady(&highlights[n], themes, period))
		n++;
	return n;
}

/* The first signals, so that who has five minutes reads of them. */
static enum oeo_err write_news(struct oeo_highlight *highlights, size_t *n, const struct oeo_view *view,
    const struct oeo_view_period *period)
{
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t found = 0;
	enum oeo_err err = oeo_flags_make(flags, &found, view, period);

	*n = 0;
	if (err != OEO_OK)
		return err;
	for (size_t i = 0; i < found && *n < MOST_NEWS; i++)
		write_signal(&highlights[(*n)++], &flags[i], period);
	*n = write_more_news(highlights, *n, period);
	return OEO_OK;
}

/* The most frequent of the other tables, unless it was told as news. */
static size_t write_often(struct oeo_highlight *highlights, size_t n, size_t most,
    const struct oeo_view_period *period, size_t which)
{
	return n < most && oeo_highlight_often(&highlights[n], period, which) &&
		       !is_told(highlights, n, highlights[n].table, highlights[n].cell)
		   ? n + 1
		   : n;
}

enum oeo_err oeo_highlights_make(struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS], size_t *n,
    const struct oeo_view *view, const struct oeo_view_period *period)
{
	struct oeo_highlight last;
	bool has_last = oeo_highlight_hidden(&last, period);
	size_t most = OEO_MAX_HIGHLIGHTS - (has_last ? 1 : 0);
	size_t made = 0, news = 0;
	enum oeo_err err;

	memset(highlights, 0, OEO_MAX_HIGHLIGHTS * sizeof(*highlights));
	made += oeo_highlight_total(&highlights[made], period) ? 1 : 0;
	err = write_news(&highlights[made], &news, view, period);
	if (err != OEO_OK)
		return err;
	made += news;
	made += oeo_highlight_largest(&highlights[made], period) ? 1 : 0;
	made += oeo_highlight_rate(&highlights[made], period) ? 1 : 0;
	made = write_often(highlights, made, most, period, 0);
	made += made < most && oeo_highlight_year(&highlights[made], period) ? 1 : 0;
	made = write_often(highlights, made, most, period, 1);
	if (has_last)
		highlights[made++] = last;
	*n = made;
	return OEO_OK;
}
