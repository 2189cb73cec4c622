/* SPDX-License-Identifier: EUPL-1.2 */
/* The period in short: what is said, how sure it is, and its grammar in both languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "dashboard-export/flags.h"
#include "dashboard-export/highlights.h"
#include "export_sample.h"
#include "proto/i18n.h"

#define WO "Wonen, huur en \"koop\""

static struct oeo_highlight made[OEO_MAX_HIGHLIGHTS];

static size_t make(struct sample_report *report)
{
	size_t n = 0;

	assert_int_equal(
	    oeo_highlights_make(made, &n, &report->view, oeo_view_latest(&report->view, report->view.main)),
	    OEO_OK);
	return n;
}

/* The finding of this kind; the test fails where there is none. */
static const struct oeo_highlight *find(struct sample_report *report, enum oeo_highlight_kind kind)
{
	size_t n = make(report);

	for (size_t i = 0; i < n; i++)
		if (made[i].kind == kind)
			return &made[i];
	fail_msg("there is no finding of kind %d", (int)kind);
	return NULL;
}

static void assert_finding(
    struct sample_report *report, enum oeo_highlight_kind kind, const char *text, const char *sure)
{
	const struct oeo_highlight *found = find(report, kind);

	assert_string_equal(found->text, text);
	assert_string_equal(found->sure.text, sure);
}

static bool has(struct sample_report *report, enum oeo_highlight_kind kind)
{
	size_t n = make(report);

	for (size_t i = 0; i < n; i++)
		if (made[i].kind == kind)
			return true;
	return false;
}

/* A quarter in which housing in ward W1 has this many residents (0: hidden). */
static void add_ward_quarter(struct sample_report *report, const char *period, uint64_t residents)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, period);
	sample_show(&release, "total", 500, 600, NULL);
	sample_show(&release, "theme", 100, 120, "WO", NULL);
	if (residents > 0)
		sample_show(&release, "theme-ward", residents, 0, "WO", "W1", NULL);
	sample_report_add(report, &release);
}

struct quarter {
	const char *period;
	uint64_t residents;
};

/* Those quarters, ended by one without a period; then all is read. */
static void open_ward_quarters(struct sample_report *report, const struct quarter *quarters)
{
	for (; quarters->period != NULL; quarters++)
		add_ward_quarter(report, quarters->period, quarters->residents);
	sample_report_open(report);
}

static void add_total(
    struct sample_report *report, const char *period, uint64_t residents, uint64_t questions)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, period);
	sample_show(&release, "total", residents, questions, NULL);
	sample_report_add(report, &release);
}

/* ---- what came up ---- */

/* What is found of housing in ward W1 through these quarters. */
static void assert_ward_finding(struct sample_report *report, const struct quarter *quarters,
    enum oeo_highlight_kind kind, const char *text, const char *sure)
{
	open_ward_quarters(report, quarters);
	assert_finding(report, kind, text, sure);
}

static void test_finding_tells_what_came_into_sight(void **state)
{
	static const struct quarter quarters[] = {
	    {"2026-Q1", 0}, {"2026-Q2", 75}, {"2026-Q3", 72}, {NULL, 0}};

	assert_ward_finding(*state, quarters, OEO_HIGHLIGHT_EMERGED,
	    "Nieuw in beeld: " WO ", Noord. Tot en met het 1e kwartaal van 2026 tonen we dit cijfer niet, "
	    "daarna gaat het om 75 en 72 inwoners.",
	    "Niet getoond betekent niet altijd weinig: hoeveel meer het er zijn, weten we niet.");
}

static void test_finding_needs_twice_the_threshold_to_come_into_sight(void **state)
{
	struct sample_report *report = *state;

	open_ward_quarters(report, (struct quarter[]){{"2026-Q2", 0}, {"2026-Q3", 19}, {NULL, 0}});
	assert_false(has(report, OEO_HIGHLIGHT_EMERGED));
	assert_true(has(report, OEO_HIGHLIGHT_STEADY));
	assert_true(has(report, OEO_HIGHLIGHT_LARGEST));
}

#define ONCE_IN_10000 "Door toeval alleen komt zo'n verschil hooguit 1 op de 10.000 keer voor."

static void test_finding_tells_a_rise_above_all_that_was_shown(void **state)
{
	static const struct quarter quarters[] = {
	    {"2025-Q4", 17}, {"2026-Q1", 0}, {"2026-Q2", 16}, {"2026-Q3", 72}, {NULL, 0}};

	assert_ward_finding(*state, quarters, OEO_HIGHLIGHT_ROSE,
	    "Duidelijk meer: " WO ", Noord. Tot en met het 2e kwartaal van 2026 tonen we dit cijfer niet of "
	    "was het hooguit 17, daarna gaat het om 72 inwoners.",
	    ONCE_IN_10000);
}

static void test_finding_tells_a_rise_where_all_was_shown(void **state)
{
	static const struct quarter quarters[] = {
	    {"2026-Q1", 17}, {"2026-Q2", 16}, {"2026-Q3", 72}, {NULL, 0}};

	assert_ward_finding(*state, quarters, OEO_HIGHLIGHT_ROSE,
	    "Duidelijk meer: " WO ", Noord. Tot en met het 2e kwartaal van 2026 waren het er hooguit 17, "
	    "daarna 72 inwoners.",
	    ONCE_IN_10000);
}

static void test_finding_names_the_theme_with_the_largest_clear_change(void **state)
{
	struct sample_report *report = *state;

	sample_report_add_cells(report, "2026-Q2", 1234, "theme", "WO", 160u, NULL);
	sample_report_add_cells(report, "2026-Q3", 1234, "theme", "WO", 90u, NULL);
	sample_report_open(report);
	assert_finding(report, OEO_HIGHLIGHT_CHANGED,
	    WO ": duidelijk minder dan het kwartaal ervoor, van 160 naar 90 inwoners "
	       "(\u221270). Dat is de grootste verandering bij de thema's.",
	    "Door toeval alleen komt zo'n verschil hooguit 1 op de 10.000 "
	    "keer voor. Per dag gaat het om 21% tot 61% minder.");
	assert_string_equal(find(report, OEO_HIGHLIGHT_LARGEST)->text,
	    "Grootste thema: " WO ", 90 van de 1.234 inwoners (7%).");
}

/* Many residents at one desk for two quarters: the first signal is the first of what is new, and is told once. */
static void test_first_signals_are_the_news(void **state)
{
	static const struct quarter quarters[] = {
	    {"2026-Q1", 42}, {"2026-Q2", 112}, {"2026-Q3", 120}, {NULL, 0}};
	struct sample_report *report = *state;
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t n = 0;

	open_ward_quarters(report, quarters);
	assert_int_equal(
	    oeo_flags_make(flags, &n, &report->view, oeo_view_latest(&report->view, report->view.main)),
	    OEO_OK);
	assert_true(n > 0);
	n = make(report);
	assert_true(n > 2);
	assert_int_equal(made[0].kind, OEO_HIGHLIGHT_TOTAL);
	assert_ptr_equal(made[1].table, flags[0].table);
	assert_int_equal(made[1].cell, flags[0].cell);
	assert_string_equal(made[1].text,
	    "Duidelijk meer: " WO ", Noord. Tot en met het 1e kwartaal van 2026 waren het er hooguit 42, "
	    "daarna 112 en 120 inwoners.");
	for (size_t i = 2; i < n; i++)
		assert_false(made[i].table == made[1].table && made[i].cell == made[1].cell);
}

static void test_signal_of_one_quarter_is_told_against_the_quarter_before(void **state)
{
	static const struct quarter quarters[] = {
	    {"2026-Q1", 110}, {"2026-Q2", 112}, {"2026-Q3", 40}, {NULL, 0}};

	open_ward_quarters(*state, quarters);
	assert_string_equal(find(*state, OEO_HIGHLIGHT_CHANGED)->text,
	    WO ", Noord: duidelijk minder dan het kwartaal ervoor, van 112 naar 40 inwoners (\u221272).");
}

static void test_same_number_since_a_rise_is_told_once(void **state)
{
	static const struct quarter two[] = {{"2026-Q1", 0}, {"2026-Q2", 77}, {"2026-Q3", 77}, {NULL, 0}};

	assert_ward_finding(*state, two, OEO_HIGHLIGHT_EMERGED,
	    "Nieuw in beeld: " WO ", Noord. Tot en met het 1e kwartaal van 2026 tonen we dit cijfer niet, "
	    "daarna gaat het om 77 inwoners in beide kwartalen.",
	    "Niet getoond betekent niet altijd weinig: hoeveel meer het er zijn, weten we niet.");
}

static void test_same_number_three_times_is_told_once(void **state)
{
	static const struct quarter three[] = {
	    {"2025-Q4", 0}, {"2026-Q1", 77}, {"2026-Q2", 77}, {"2026-Q3", 77}, {NULL, 0}};
	struct sample_report *report = *state;

	open_ward_quarters(report, three);
	assert_non_null(
	    strstr(find(report, OEO_HIGHLIGHT_EMERGED)->text, "daarna gaat het om steeds 77 inwoners."));
}

static void test_largest_says_whether_it_is_ahead(void **state)
{
	struct sample_report *report = *state;

	sample_report_add_cells(report, "2026-Q3", 1234, "theme", "WO", 100u, "GE", 90u, NULL);
	sample_report_open(report);
	assert_string_equal(find(report, OEO_HIGHLIGHT_LARGEST)->sure.text,
	    "Het verschil met nummer twee, Geld (90), kan toeval zijn.");
}

/* ---- the total, in singular and plural ---- */

static const struct oeo_highlight *total_of(
    struct sample_report *report, enum oeo_lang lang, uint64_t residents, uint64_t questions)
{
	struct oeo_view_cell *cell;

	oeo_view_fini(&report->view);
	oeo_sources_fini(&report->sources);
	report->n = 0;
	assert_true(oeo_i18n_switch(lang));
	add_total(report, "2026-Q3", residents, questions);
	sample_report_open(report);
	cell = &sample_report_table(report, 0, "total")->cells[0];
	cell->is_questions_shown = questions != UINT32_MAX;
	return find(report, OEO_HIGHLIGHT_TOTAL);
}

static void test_total_is_good_dutch_for_none_one_and_many(void **state)
{
	struct sample_report *report = *state;
	const enum oeo_lang nl = OEO_LANG_NL;

	assert_string_equal(total_of(report, nl, 1503, 2000)->text,
	    "In het 3e kwartaal van 2026 waren er 1.503 inwoners met een vraag. Er zijn 2.000 vragen geteld, "
	    "ook van "
	    "mensen die geen naam gaven.");
	assert_string_equal(total_of(report, nl, 1, 1)->text,
	    "In het 3e kwartaal van 2026 was er 1 inwoner met een vraag. Er is 1 vraag geteld.");
	assert_string_equal(
	    total_of(report, nl, 0, 0)->text, "In het 3e kwartaal van 2026 was er niemand met een vraag.");
	assert_string_equal(total_of(report, nl, 1503, UINT32_MAX)->text,
	    "In het 3e kwartaal van 2026 waren er 1.503 inwoners met een vraag. Hoeveel vragen er waren, "
	    "tonen we niet.");
}

static void test_total_is_good_english_for_none_one_and_many(void **state)
{
	struct sample_report *report = *state;
	const enum oeo_lang en = OEO_LANG_EN;

	assert_string_equal(total_of(report, en, 1503, 2000)->text,
	    "In the 3rd quarter of 2026 there were 1,503 residents with a question. 2,000 questions were "
	    "counted, "
	    "also of people who gave no name.");
	assert_string_equal(total_of(report, en, 1, 1)->text,
	    "In the 3rd quarter of 2026 there was 1 resident with a question. One question was counted.");
	assert_string_equal(
	    total_of(report, en, 0, 0)->text, "In the 3rd quarter of 2026 there was nobody with a question.");
	assert_true(oeo_i18n_switch(OEO_LANG_NL));
}

static void test_total_is_compared_with_the_quarter_and_the_year_before(void **state)
{
	struct sample_report *report = *state;
	const struct oeo_highlight *found;

	add_total(report, "2025-Q3", 1000, 1200);
	add_total(report, "2026-Q2", 1480, 1900);
	add_total(report, "2026-Q3", 1503, 2000);
	sample_report_open(report);
	found = find(report, OEO_HIGHLIGHT_TOTAL);
	assert_non_null(strstr(
	    found->text, " Vergeleken met het kwartaal ervoor (1.480) is dat geen duidelijk verschil."));
	assert_string_equal(found->sure.text, "Toeval geeft vaak een verschil dat zo groot is.");
	found = find(report, OEO_HIGHLIGHT_YEAR);
	assert_string_equal(found->text,
	    "Een jaar eerder, in het 3e kwartaal van 2025, waren er 1.000 inwoners. Nu zijn "
	    "het er duidelijk meer.");
	assert_non_null(strstr(found->sure.text, "Het gaat om 35% tot 68% meer."));
}

/* The quarters in between count too, whichever two are compared. */
static void test_the_year_before_is_unclear_where_quarters_go_up_and_down(void **state)
{
	static const unsigned totals[] = {700, 1300, 1000, 1000, 600, 1350, 980, 1200};
	struct sample_report *report = *state;
	struct oeo_period quarter;
	char id[OEO_PERIOD_BYTES];

	assert_int_equal(oeo_period_parse(&quarter, "2025-Q1"), OEO_OK);
	for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		oeo_period_format(id, &quarter);
		sample_report_add_cells(report, id, totals[i], "theme", "WO", 0u, NULL);
		quarter = oeo_period_next(&quarter);
	}
	sample_report_open(report);
	assert_finding(report, OEO_HIGHLIGHT_YEAR,
	    "Een jaar eerder, in het 4e kwartaal van 2025, waren er 1.000 inwoners. Het verschil met nu is "
	    "niet duidelijk.",
	    "Dit cijfer gaat vaker zo ver op en neer.");
}

/* ---- nothing shown, all shown ---- */

static void test_all_hidden_is_said_once_and_nothing_else(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;

	sample_begin(&release, &report->sample, "2026-Q3");
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(make(report), 1);
	assert_int_equal(made[0].kind, OEO_HIGHLIGHT_HIDDEN);
	assert_string_equal(made[0].text,
	    "Van deze periode kan geen enkel cijfer worden getoond: elk cijfer gaat over "
	    "te weinig mensen, of zou andere cijfers verraden.");
	assert_string_equal(made[0].sure.text, "");
}

static void test_one_figure_and_one_organisation_are_singular(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	const struct oeo_highlight *found;

	sample_begin(&release, &report->sample, "2026-Q3");
	release.members[1].coverage = OEO_COVERAGE_NO;
	sample_show(&release, "total", 500, 600, NULL);
	sample_report_add(report, &release);
	sample_report_open(report);
	found = find(report, OEO_HIGHLIGHT_HIDDEN);
	assert_non_null(strstr(found->text, "cijfers tonen we er 1; "));
	assert_string_equal(
	    found->sure.text, "Van de 2 organisaties deed er 1 mee: de echte aantallen kunnen hoger zijn.");
}

static void test_a_full_report_has_five_to_seven_findings_each_with_its_figure(void **state)
{
	struct sample_report *report = *state;
	static const char *const periods[] = {"2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2", "2026-Q3"};
	struct oeo_release release;
	size_t n;

	for (size_t i = 0; i < 5; i++) {
		sample_begin(&release, &report->sample, periods[i]);
		sample_fill(&release);
		sample_report_add(report, &release);
	}
	sample_report_open(report);
	n = make(report);
	assert_true(n >= 5 && n <= OEO_MAX_HIGHLIGHTS);
	for (size_t i = 0; i < n; i++) {
		assert_non_null(made[i].table);
		assert_non_null(strpbrk(made[i].text, "0123456789"));
		assert_true(made[i].cell == SIZE_MAX || made[i].cell < made[i].table->n_cells);
	}
}

/* ---- wards ---- */

static void test_ward_stands_out_only_beyond_chance(void **state)
{
	struct sample_report *report = *state;
	size_t n = 0;

	assert_int_equal(
	    oeo_wards_read(&report->wards, OEO_TEST_DIR "/../dashboard-export/wards/GM0141", NULL), OEO_OK);
	sample_report_add_cells(
	    report, "2026-Q2", 900, "ward", "WK014110", 60u, "WK014111", 90u, "WK014112", 70u, NULL);
	sample_report_add_cells(
	    report, "2026-Q3", 900, "ward", "WK014110", 160u, "WK014111", 90u, "WK014112", 70u, NULL);
	sample_report_open(report);
	assert_finding(report, OEO_HIGHLIGHT_RATE,
	    "Naar het aantal inwoners valt Binnenstad op: 29,8 per 1.000 inwoners, "
	    "tegen 17,1 in alle getoonde wijken samen.",
	    "Door toeval had dat ook 24,0 tot 36,5 kunnen zijn.");
	assert_int_equal(oeo_highlights_make(made, &n, &report->view, &report->view.periods[0]), OEO_OK);
	assert_true(n > 0);
	for (size_t i = 0; i < OEO_MAX_HIGHLIGHTS; i++)
		assert_int_not_equal(made[i].kind, OEO_HIGHLIGHT_RATE);
}

#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPORT(test_finding_tells_what_came_into_sight),
	    WITH_REPORT(test_finding_needs_twice_the_threshold_to_come_into_sight),
	    WITH_REPORT(test_finding_tells_a_rise_above_all_that_was_shown),
	    WITH_REPORT(test_finding_tells_a_rise_where_all_was_shown),
	    WITH_REPORT(test_finding_names_the_theme_with_the_largest_clear_change),
	    WITH_REPORT(test_first_signals_are_the_news),
	    WITH_REPORT(test_signal_of_one_quarter_is_told_against_the_quarter_before),
	    WITH_REPORT(test_same_number_since_a_rise_is_told_once),
	    WITH_REPORT(test_same_number_three_times_is_told_once),
	    WITH_REPORT(test_largest_says_whether_it_is_ahead),
	    WITH_REPORT(test_total_is_good_dutch_for_none_one_and_many),
	    WITH_REPORT(test_total_is_good_english_for_none_one_and_many),
	    WITH_REPORT(test_total_is_compared_with_the_quarter_and_the_year_before),
	    WITH_REPORT(test_the_year_before_is_unclear_where_quarters_go_up_and_down),
	    WITH_REPORT(test_all_hidden_is_said_once_and_nothing_else),
	    WITH_REPORT(test_one_figure_and_one_organisation_are_singular),
	    WITH_REPORT(test_a_full_report_has_five_to_seven_findings_each_with_its_figure),
	    cmocka_unit_test_setup_teardown(
		test_ward_stands_out_only_beyond_chance, sample_report_setup_almelo, sample_report_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
