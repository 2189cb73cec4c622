/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/highlights_figures.h"

#include <stdio.h>
#include <string.h>

#include "proto/i18n.h"

#define LEAST_WARDS 3 /* with fewer shown there is nothing to stand out from */

static void add_text(struct oeo_highlight *highlight, const char *text)
{
	size_t used = strlen(highlight->text);

	(void)snprintf(highlight->text + used, sizeof(highlight->text) - used, "%s", text);
}

static void begin(struct oeo_highlight *highlight, enum oeo_highlight_kind kind,
    const struct oeo_view_table *table, size_t cell)
{
	memset(highlight, 0, sizeof(*highlight));
	highlight->kind = kind;
	highlight->table = table;
	highlight->cell = cell;
	if (cell == SIZE_MAX)
		(void)snprintf(highlight->subject, sizeof(highlight->subject), "%s", table->title.text);
	else
		oeo_view_cell_name(highlight->subject, sizeof(highlight->subject), table, cell);
}

/* ---- the total ---- */

static void write_people(
    struct oeo_highlight *highlight, const struct oeo_view_table *total, const char *period)
{
	uint64_t residents = total->cells[0].residents;
	struct oeo_text count = oeo_notation_count(total->unit, residents);
	bool is_one = residents == 1;
	char *text = highlight->text;
	size_t size = sizeof(highlight->text);

	if (!total->cells[0].is_shown)
		(void)snprintf(text, size, _("How many %s there were in %s is not shown."),
		    oeo_notation_unit(total->unit), period);
	else if (residents == 0)
		(void)snprintf(text, size, _("In %s there was nobody with a question."), period);
	else if (total->unit == OEO_UNIT_CONTACTS)
		(void)snprintf(text, size, is_one ? _("In %s there was %s.") : _("In %s there were %s."),
		    period, count.text);
	else
		(void)snprintf(text, size,
		    is_one ? _("In %s there was %s with a question.")
			   : _("In %s there were %s with a question."),
		    period, count.text);
}

static void write_questions(struct oeo_highlight *highlight, const struct oeo_view_table *total)
{
	const struct oeo_view_cell *cell = &total->cells[0];
	bool has_nameless = total->plan->walk_in == OEO_WALK_IN_QUESTIONS_ONLY;
	char text[192];

	if (!total->plan->publishes_questions || (cell->is_questions_shown && cell->questions == 0))
		return;
	if (!cell->is_questions_shown)
		(void)snprintf(text, sizeof(text), "%s", _(" The number of questions is not shown."));
	else if (cell->questions == 1)
		(void)snprintf(text, sizeof(text), "%s", _(" One question was counted."));
	else
		(void)snprintf(text, sizeof(text),
		    has_nameless ? _(" %s questions were counted, also of people who gave no name.")
				 : _(" %s questions were counted."),
		    oeo_notation_number(cell->questions).text);
	add_text(highlight, text);
}

bool oeo_highlight_total(struct oeo_highlight *highlight, const struct oeo_view_period *period)
{
	const struct oeo_view_table *total = oeo_view_first_table(period, 0);
	struct oeo_series series;
	struct oeo_change change;
	char text[192];

	if (total == NULL || (!total->cells[0].is_shown && !total->cells[0].is_questions_shown))
		return false;
	begin(highlight, OEO_HIGHLIGHT_TOTAL, total, 0);
	write_people(highlight, total, oeo_notation_period_in_text(&period->period).text);
	write_questions(highlight, total);
	oeo_view_series(&series, period, total, 0, OEO_MEASURE_RESIDENTS);
	oeo_trend_change(&change, &series);
	highlight->sure = oeo_sure_change(&change);
	if (change.difference == OEO_DIFFERENCE_UNKNOWN)
		return true;
	(void)snprintf(text, sizeof(text), _(" Compared with %s (%s) that is %s."),
	    oeo_notation_before(period->period.cadence), oeo_notation_number(change.before).text,
	    oeo_sure_words(change.difference));
	add_text(highlight, text);
	return true;
}

static const char *words_of_now(enum oeo_difference difference)
{
	if (difference == OEO_DIFFERENCE_MORE)
		return _(" Now there are clearly more.");
	if (difference == OEO_DIFFERENCE_LESS)
		return _(" Now there are clearly fewer.");
	return _(" The difference with now is not clear.");
}

/* Move one point to right before the last; the others still tell how much the series goes up and down. */
static void put_before_last(struct oeo_series *series, size_t at)
{
	struct oeo_point point = series->points[at];

	memmove(
	    &series->points[at], &series->points[at + 1], (series->n - 2 - at) * sizeof(series->points[0]));
	series->points[series->n - 2] = point;
}

bool oeo_highlight_year(struct oeo_highlight *highlight, const struct oeo_view_period *period)
{
	const struct oeo_view_table *total = oeo_view_first_table(period, 0);
	size_t back = period->period.cadence == OEO_MONTH ? 12 : 4;
	struct oeo_series series;
	struct oeo_change change;

	if (total == NULL || period->period.cadence == OEO_YEAR)
		return false;
	oeo_view_series(&series, period, total, 0, OEO_MEASURE_RESIDENTS);
	if (series.n <= back)
		return false;
	put_before_last(&series, series.n - 1 - back);
	oeo_trend_change(&change, &series);
	if (change.difference == OEO_DIFFERENCE_UNKNOWN)
		return false;
	begin(highlight, OEO_HIGHLIGHT_YEAR, total, 0);
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    change.before == 1 ? _("A year before, in %s, there was %s.")
			       : _("A year before, in %s, there were %s."),
	    oeo_notation_period_in_text(&series.points[series.n - 2].period).text,
	    oeo_notation_count(total->unit, change.before).text);
	add_text(highlight, words_of_now(change.difference));
	highlight->sure = oeo_sure_change(&change);
	return true;
}

/* ---- the largest ---- */

/* "Geen knelpunt", "No barrier": what is not there is no finding; nor is what nobody knows. */
static bool is_nothing(const struct oeo_view_code *code)
{
	return strcmp(code->code, OEO_UNKNOWN) == 0 || strncmp(code->label_nl, "Geen ", 5) == 0 ||
	       strncmp(code->label_en, "No ", 3) == 0;
}

/* The cells with the most and the second most residents; SIZE_MAX where there is none. */
struct top {
	size_t first, second;
};

static struct top top_of(const struct oeo_view_table *table, bool has_nothing)
{
	struct top top = {SIZE_MAX, SIZE_MAX};

	for (size_t i = 0; i < table->n_cells; i++) {
		if (!table->cells[i].is_shown || table->cells[i].residents == 0 ||
		    (!has_nothing && is_nothing(&table->axes[0].codes[i])))
			continue;
		if (top.first == SIZE_MAX || table->cells[i].residents > table->cells[top.first].residents) {
			top.second = top.first;
			top.first = i;
		} else if (top.second == SIZE_MAX ||
			   table->cells[i].residents > table->cells[top.second].residents) {
			top.second = i;
		}
	}
	return top;
}

/* How sure it is that the first is the largest. Residents who are in both make the test careful, not bold. */
static void write_second(
    struct oeo_highlight *highlight, const struct oeo_view_table *table, const struct top *top)
{
	const struct oeo_view_code *codes = table->axes[0].codes;
	bool is_clear;

	if (top->second == SIZE_MAX)
		return;
	is_clear = oeo_chance_ratio_p(table->cells[top->second].residents, table->cells[top->first].residents,
		       0.5) <= OEO_TREND_ALPHA;
	(void)snprintf(highlight->sure.text, sizeof(highlight->sure.text),
	    is_clear ? _("It is clearly ahead of number two, %s (%s).")
		     : _("The difference with number two, %s (%s), may be chance."),
	    codes[top->second].label, oeo_notation_number(table->cells[top->second].residents).text);
}

bool oeo_highlight_largest(struct oeo_highlight *highlight, const struct oeo_view_period *period)
{
	const struct oeo_view_table *themes = oeo_view_first_table(period, 1);
	const struct oeo_view_table *total;
	struct top top;
	uint64_t most;

	if (themes == NULL)
		return false;
	top = top_of(themes, false);
	if (top.first == SIZE_MAX)
		return false;
	begin(highlight, OEO_HIGHLIGHT_LARGEST, themes, top.first);
	most = themes->cells[top.first].residents;
	total = themes->margins[0];
	if (total != NULL && total->cells[0].is_shown && total->cells[0].residents >= most)
		(void)snprintf(highlight->text, sizeof(highlight->text), _("Largest %s: %s, %s of %s (%s)."),
		    themes->axes[0].name, highlight->subject, oeo_notation_number(most).text,
		    oeo_notation_count(themes->unit, total->cells[0].residents).text,
		    oeo_notation_share(most, total->cells[0].residents).text);
	else
		(void)snprintf(highlight->text, sizeof(highlight->text), _("Largest %s: %s, %s."),
		    themes->axes[0].name, highlight->subject, oeo_notation_count(themes->unit, most).text);
	write_second(highlight, themes, &top);
	return true;
}

/* The n-th table with one level of another dimension than the themes', and not computed (wards). */
static const struct oeo_view_table *other_table(const struct oeo_view_period *period, size_t n)
{
	const struct oeo_plan *plan = period->source->release.plan.plan;
	const struct oeo_view_table *themes = oeo_view_first_table(period, 1);

	for (size_t i = 0; i < period->n_tables; i++) {
		const struct oeo_view_table *table = &period->tables[i];

		if (table->n_axes != 1 || table->plan->by[0].dimension == themes->plan->by[0].dimension ||
		    plan->dimensions[table->plan->by[0].dimension].computed_from[0] != '\0')
			continue;
		if (n-- == 0)
			return table;
	}
	return NULL;
}

bool oeo_highlight_often(struct oeo_highlight *highlight, const struct oeo_view_period *period, size_t n)
{
	const struct oeo_view_table *table =
	    oeo_view_first_table(period, 1) != NULL ? other_table(period, n) : NULL;
	struct top top;

	if (table == NULL)
		return false;
	top = top_of(table, false);
	if (top.first == SIZE_MAX)
		return false;
	begin(highlight, OEO_HIGHLIGHT_OFTEN, table, top.first);
	(void)snprintf(highlight->text, sizeof(highlight->text), _("Most frequent %s: %s, %s."),
	    table->axes[0].name, highlight->subject,
	    oeo_notation_count(table->unit, table->cells[top.first].residents).text);
	write_second(highlight, table, &top);
	return true;
}

/* ---- for the number of inhabitants ---- */

/* The wards of a table that are shown, together. */
struct wards_sum {
	size_t shown;
	uint64_t residents, inhabitants;
	size_t first; /* with the highest rate */
	uint64_t rate;
};

static struct wards_sum sum_wards(const struct oeo_view_table *table)
{
	struct wards_sum sum = {0, 0, 0, SIZE_MAX, 0};
	uint64_t rate;

	for (size_t i = 0; i < table->n_cells; i++) {
		if (!oeo_view_rate(&rate, table, i))
			continue;
		sum.shown++;
		sum.residents += table->cells[i].residents;
		sum.inhabitants += oeo_view_inhabitants(table, i);
		if (sum.first == SIZE_MAX || rate > sum.rate) {
			sum.first = i;
			sum.rate = rate;
		}
	}
	return sum;
}

static const struct oeo_view_table *ward_table(const struct oeo_view_period *period)
{
	for (size_t i = 0; i < period->n_tables; i++)
		if (period->tables[i].n_axes == 1 && sum_wards(&period->tables[i]).shown > 0)
			return &period->tables[i];
	return NULL;
}

bool oeo_highlight_rate(struct oeo_highlight *highlight, const struct oeo_view_period *period)
{
	const struct oeo_view_table *table = ward_table(period);
	struct wards_sum sum;
	struct oeo_interval interval;
	uint64_t inhabitants;
	double low, high, all;

	if (table == NULL)
		return false;
	sum = sum_wards(table);
	inhabitants = oeo_view_inhabitants(table, sum.first);
	interval = oeo_chance_poisson(table->cells[sum.first].residents, OEO_TREND_ALPHA);
	low = interval.low * 10000 / (double)inhabitants;
	high = interval.high * 10000 / (double)inhabitants;
	all = (double)sum.residents * 10000 / (double)sum.inhabitants;
	if (sum.shown < LEAST_WARDS || low <= all)
		return false;
	begin(highlight, OEO_HIGHLIGHT_RATE, table, sum.first);
	(void)snprintf(highlight->text, sizeof(highlight->text),
	    _("For its number of inhabitants %s stands out: %s per 1,000 inhabitants, against %s in all "
	      "%s that are shown."),
	    highlight->subject, oeo_notation_tenths(sum.rate).text,
	    oeo_notation_tenths((uint64_t)(all + 0.5)).text, table->axes[0].names);
	(void)snprintf(highlight->sure.text, sizeof(highlight->sure.text),
	    _("By chance alone it could have been %s to %s."), oeo_notation_tenths((uint64_t)low).text,
	    oeo_notation_tenths((uint64_t)high + 1).text);
	return true;
}

/* ---- what is not seen ---- */

bool oeo_highlight_hidden(struct oeo_highlight *highlight, const struct oeo_view_period *period)
{
	const struct oeo_release *release = &period->source->release;
	size_t shown = 0, cells = 0, present = 0;
	char text[192];

	for (size_t i = 0; i < period->n_tables; i++) {
		shown += oeo_view_shown(&period->tables[i]);
		cells += period->tables[i].n_cells;
	}
	for (size_t i = 0; i < release->n_members; i++)
		present += release->members[i].coverage != OEO_COVERAGE_NO ? 1 : 0;
	if (period->n_tables == 0 || cells == 0)
		return false;
	begin(highlight, OEO_HIGHLIGHT_HIDDEN, &period->tables[0], SIZE_MAX);
	if (shown == 0)
		(void)snprintf(highlight->text, sizeof(highlight->text), "%s",
		    _("No figure of this period can be shown: each would be about too few people, or would "
		      "give others away."));
	else if (shown == cells)
		(void)snprintf(highlight->text, sizeof(highlight->text), _("All %s figures are shown."),
		    oeo_notation_number(cells).text);
	else
		(void)snprintf(highlight->text, sizeof(highlight->text),
		    shown == 1 ? _("Of the %s figures %s is shown; the others could give somebody away.")
			       : _("Of the %s figures %s are shown; the others could give somebody away."),
		    oeo_notation_number(cells).text, oeo_notation_number(shown).text);
	if (present == release->n_members)
		return true;
	(void)snprintf(text, sizeof(text),
	    present == 1 ? _("%s of the %s organisations took part: the real numbers can be higher.")
			 : _("Of the organisations %s of the %s took part: the real numbers can be higher."),
	    oeo_notation_number(present).text, oeo_notation_number(release->n_members).text);
	(void)snprintf(highlight->sure.text, sizeof(highlight->sure.text), "%s", text);
	return true;
}
