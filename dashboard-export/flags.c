/* SPDX-License-Identifier: EUPL-1.2 */
#include "dashboard-export/flags.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "proto/i18n.h"

#define FALSE_SHARE 0.05
#define MOST_OF_TABLE 2
#define LEAST_LASTING 2 /* periods: one alone is a change, not a rise */

/* What was tested, and what of it may become a flag. */
struct tests {
	struct oeo_flag *flags;
	size_t n, room;
	size_t tested; /* also those that cannot: fewer alarms than tests */
	bool is_failed;
};

static void add_flag(struct tests *tests, const struct oeo_flag *flag)
{
	struct oeo_flag *grown;
	size_t room = tests->room == 0 ? 64 : tests->room * 2;

	if (tests->n == tests->room && !tests->is_failed) {
		grown = realloc(tests->flags, room * sizeof(*grown));
		if (grown == NULL) {
			tests->is_failed = true;
			return;
		}
		tests->flags = grown;
		tests->room = room;
	}
	if (!tests->is_failed)
		tests->flags[tests->n++] = *flag;
}

static uint64_t gap_between(uint64_t a, uint64_t b)
{
	return a > b ? a - b : b - a;
}

/* ---- against the period before ---- */

static void test_cell(struct tests *tests, const struct oeo_view_period *period,
    const struct oeo_view_table *table, size_t cell)
{
	const struct oeo_view_cell *at = &table->cells[cell];
	struct oeo_flag flag = {.period = period, .table = table, .cell = cell};

	if (at->difference == OEO_DIFFERENCE_UNKNOWN)
		return;
	tests->tested++;
	if (at->difference == OEO_DIFFERENCE_UNCLEAR)
		return;
	flag.kind = at->difference == OEO_DIFFERENCE_MORE ? OEO_FLAG_MORE : OEO_FLAG_LESS;
	flag.p = at->p;
	flag.expected = (double)at->before;
	flag.size = gap_between(at->before, at->residents);
	add_flag(tests, &flag);
}

/* ---- against all that was shown before ---- */

static void test_rise(struct tests *tests, const struct oeo_view_period *period,
    const struct oeo_view_table *table, size_t cell)
{
	struct oeo_flag flag = {.kind = OEO_FLAG_ROSE, .period = period, .table = table, .cell = cell};
	struct oeo_series series;
	struct oeo_rise rise;

	if (!table->cells[cell].is_shown || period->before == NULL)
		return;
	oeo_view_series(&series, period, table, cell, OEO_MEASURE_RESIDENTS);
	if (series.n <= LEAST_LASTING)
		return;
	tests->tested++;
	if (!oeo_trend_rise(&rise, &series, LEAST_LASTING) || rise.p > OEO_TREND_ALPHA)
		return;
	flag.p = rise.p;
	flag.until = series.points[rise.first - 1].period;
	flag.expected = (double)rise.highest_before;
	flag.size = table->cells[cell].residents - rise.highest_before;
	add_flag(tests, &flag);
}

/* ---- EARS on the months of the period ---- */

static void test_point(struct tests *tests, const struct oeo_view_period *month,
    const struct oeo_view_table *table, size_t cell, const struct oeo_series *series)
{
	static const enum oeo_ears_kind kinds[] = {OEO_EARS_C1, OEO_EARS_C2};
	struct oeo_flag flag = {.kind = OEO_FLAG_OUTBREAK, .period = month, .table = table, .cell = cell};
	bool is_alarm = false;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct oeo_ears ears;

		if (!oeo_trend_ears(&ears, series, series->n - 1, kinds[i]))
			continue;
		tests->tested++;
		if (!ears.is_sure || (is_alarm && ears.p >= flag.p))
			continue;
		is_alarm = true;
		flag.ears = kinds[i];
		flag.p = ears.p;
		flag.expected = ears.mean;
		flag.size = (uint64_t)((double)table->cells[cell].residents - ears.mean + 0.5);
	}
	if (is_alarm)
		add_flag(tests, &flag);
}

static void test_month(struct tests *tests, const struct oeo_view_period *month)
{
	const struct oeo_view_table *themes = oeo_view_first_table(month, 1);
	struct oeo_series series;

	for (size_t cell = 0; themes != NULL && cell < themes->n_cells; cell++) {
		if (!themes->cells[cell].is_shown)
			continue;
		oeo_view_series(&series, month, themes, cell, OEO_MEASURE_RESIDENTS);
		test_point(tests, month, themes, cell, &series);
	}
}

/* ---- which of them count ---- */

static int compare_p(const void *left, const void *right)
{
	double a = ((const struct oeo_flag *)left)->p;
	double b = ((const struct oeo_flag *)right)->p;

	return (a > b) - (a < b);
}

/* Keep those that Benjamini and Hochberg keep; all that was not clear has a larger p-value than any of them. */
static void keep_discoveries(struct tests *tests)
{
	size_t kept = 0;

	qsort(tests->flags, tests->n, sizeof(*tests->flags), compare_p);
	for (size_t i = 0; i < tests->n; i++)
		if (tests->flags[i].p <= FALSE_SHARE * (double)(i + 1) / (double)tests->tested)
			kept = i + 1;
	tests->n = kept;
	for (size_t i = 0; i < kept; i++)
		tests->flags[i].sureness = oeo_trend_sureness(tests->flags[i].p);
}

static int compare_flags(const void *left, const void *right)
{
	const struct oeo_flag *a = left;
	const struct oeo_flag *b = right;
	int order;

	if (a->sureness != b->sureness)
		return a->sureness > b->sureness ? -1 : 1;
	if (a->size != b->size)
		return a->size > b->size ? -1 : 1;
	order = oeo_period_compare(&a->period->period, &b->period->period);
	if (order != 0)
		return order;
	if (a->table != b->table)
		return a->table < b->table ? -1 : 1;
	return (a->cell > b->cell) - (a->cell < b->cell);
}

/* The same cell of the same table, in whatever period. */
static bool is_same_series(const struct oeo_flag *a, const struct oeo_flag *b)
{
	return strcmp(a->table->id, b->table->id) == 0 &&
	       oeo_view_same_cell(a->table, b->table, b->cell) == &a->table->cells[a->cell];
}

static bool has_room(const struct oeo_flag *flags, size_t n, const struct oeo_flag *flag)
{
	size_t same_table = 0;

	for (size_t i = 0; i < n; i++) {
		if (strcmp(flags[i].table->id, flag->table->id) != 0)
			continue;
		if (++same_table == MOST_OF_TABLE || is_same_series(&flags[i], flag))
			return false;
	}
	return n < OEO_MAX_FLAGS;
}

enum oeo_err oeo_flags_make(struct oeo_flag flags[OEO_MAX_FLAGS], size_t *n, const struct oeo_view *view,
    const struct oeo_view_period *period)
{
	struct tests tests = {0};
	size_t taken = 0;

	for (size_t t = 0; t < period->n_tables; t++)
		for (size_t cell = 0; cell < period->tables[t].n_cells; cell++) {
			test_cell(&tests, period, &period->tables[t], cell);
			test_rise(&tests, period, &period->tables[t], cell);
		}
	for (size_t i = 0; i < view->n_periods; i++)
		if (view->periods[i].period.cadence == OEO_MONTH &&
		    oeo_period_contains(&period->period, &view->periods[i].period))
			test_month(&tests, &view->periods[i]);
	if (!tests.is_failed && tests.n > 0) {
		keep_discoveries(&tests);
		qsort(tests.flags, tests.n, sizeof(*tests.flags), compare_flags);
		for (size_t i = 0; i < tests.n; i++)
			if (has_room(flags, taken, &tests.flags[i]))
				flags[taken++] = tests.flags[i];
	}
	free(tests.flags);
	if (tests.is_failed)
		return OEO_ERR_NOMEM;
	*n = taken;
	return OEO_OK;
}

/* ---- in words ---- */

struct oeo_flag_id oeo_flag_id(const struct oeo_flag *flag)
{
	struct oeo_flag_id id;
	size_t codes[OEO_MAX_BY];
	size_t used = (size_t)snprintf(id.text, sizeof(id.text), "%s-%s", flag->period->id, flag->table->id);

	oeo_view_cell_codes(flag->table, flag->cell, codes);
	for (size_t i = 0; i < flag->table->n_axes && used < sizeof(id.text); i++)
		used += (size_t)snprintf(
		    id.text + used, sizeof(id.text) - used, "-%s", flag->table->axes[i].codes[codes[i]].code);
	return id;
}

void oeo_flag_subject(char *text, size_t size, const struct oeo_flag *flag)
{
	oeo_view_cell_name(text, size, flag->table, flag->cell);
}

void oeo_flag_write(char text[OEO_FLAG_TEXT_BYTES], const struct oeo_flag *flag)
{
	const struct oeo_view_cell *cell = &flag->table->cells[flag->cell];
	struct oeo_text now = oeo_notation_count(flag->table->unit, cell->residents);
	struct oeo_text period = oeo_notation_period_in_text(&flag->period->period);
	struct oeo_text size = oeo_notation_number(flag->size);
	char subject[OEO_FLAG_TEXT_BYTES / 2];

	oeo_flag_subject(subject, sizeof(subject), flag);
	switch (flag->kind) {
	case OEO_FLAG_MORE:
		(void)snprintf(text, OEO_FLAG_TEXT_BYTES, _("%s: %s in %s, %s more than %s."), subject,
		    now.text, period.text, size.text, oeo_notation_before(flag->period->period.cadence));
		return;
	case OEO_FLAG_LESS:
		(void)snprintf(text, OEO_FLAG_TEXT_BYTES, _("%s: %s in %s, %s fewer than %s."), subject,
		    now.text, period.text, size.text, oeo_notation_before(flag->period->period.cadence));
		return;
	case OEO_FLAG_ROSE:
		(void)snprintf(text, OEO_FLAG_TEXT_BYTES,
		    _("%s: %s in %s; up to and including %s at most %s were shown."), subject, now.text,
		    period.text, oeo_notation_period_in_text(&flag->until).text,
		    oeo_notation_number((uint64_t)flag->expected).text);
		return;
	case OEO_FLAG_OUTBREAK:
		break;
	}
	(void)snprintf(text, OEO_FLAG_TEXT_BYTES, _("%s: %s in %s; the months before gave about %s a month."),
	    subject, now.text, period.text, oeo_notation_number((uint64_t)(flag->expected + 0.5)).text);
}
