/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The whole view model of three small releases, against tests/data/export/view.txt. Where it is meant to change, look at the
 * difference that the test prints the way to, and put the new text in its place.
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/flags.h"
#include "dashboard-export/highlights.h"
#include "export_sample.h"

#define GOLDEN OEO_TEST_DIR "/data/export/view.txt"

static void dump_number(FILE *out, bool is_shown, uint64_t number)
{
	if (is_shown)
		(void)fprintf(out, " %" PRIu64, number);
	else
		(void)fprintf(out, " .");
}

static void dump_cell(FILE *out, const struct oeo_view_table *table, size_t i)
{
	static const char *const words[] = {"-", "same", "more", "less"};
	const struct oeo_view_cell *cell = &table->cells[i];
	char name[256];
	uint64_t rate = 0;

	oeo_view_cell_name(name, sizeof(name), table, i);
	(void)fprintf(out, "    %s:", name);
	dump_number(out, cell->is_shown, cell->residents);
	if (table->plan->publishes_questions)
		dump_number(out, cell->is_questions_shown, cell->questions);
	if (oeo_view_rate(&rate, table, i))
		(void)fprintf(out, " rate %" PRIu64, rate);
	(void)fprintf(out, " %s p %.4f\n", words[cell->difference], cell->p);
}

static void dump_period(FILE *out, const struct oeo_view_period *period)
{
	(void)fprintf(out, "%s %s, before %s\n", period->id, period->name.text,
	    period->before != NULL ? period->before->id : "-");
	for (size_t t = 0; t < period->n_tables; t++) {
		const struct oeo_view_table *table = &period->tables[t];

		(void)fprintf(out, "  %s %s, not shown %" PRIu64 ", most %" PRIu64 "\n", table->id,
		    table->title.text, table->not_shown, table->most);
		for (size_t i = 0; i < table->n_cells; i++)
			dump_cell(out, table, i);
	}
}

static void dump_findings(FILE *out, const struct oeo_view *view)
{
	const struct oeo_view_period *latest = oeo_view_latest(view, view->main);
	struct oeo_highlight highlights[OEO_MAX_HIGHLIGHTS];
	struct oeo_flag flags[OEO_MAX_FLAGS];
	size_t n = 0;

	assert_int_equal(oeo_highlights_make(highlights, &n, view, latest), OEO_OK);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(out, "* %s\n  %s\n", highlights[i].text, highlights[i].sure.text);
	assert_int_equal(oeo_flags_make(flags, &n, view, latest), OEO_OK);
	for (size_t i = 0; i < n; i++)
		(void)fprintf(out, "! %s\n", oeo_flag_id(&flags[i]).text);
}

static void dump(FILE *out, const struct oeo_view *view)
{
	(void)fprintf(out, "%s, main cadence %d\n", view->title, (int)view->main);
	for (size_t i = 0; i < view->n_members; i++) {
		(void)fprintf(out, "member %s:", view->members[i].name);
		for (size_t p = 0; p < view->n_periods; p++)
			(void)fprintf(out, " %d", (int)view->members[i].parts[p]);
		(void)fprintf(out, "\n");
	}
	for (size_t i = 0; i < view->n_periods; i++)
		dump_period(out, &view->periods[i]);
	dump_findings(out, view);
}

static void test_the_view_is_the_golden_one(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf golden = {0};
	struct oeo_release release;
	char *text = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&text, &length);

	assert_non_null(out);
	sample_report_add_cells(report, "2026-08", 300, "month-theme", "WO", 33u, "GE", 20u, NULL);
	sample_begin(&release, &report->sample, "2026-Q2");
	sample_fill(&release);
	sample_report_add(report, &release);
	sample_begin(&release, &report->sample, "2026-Q3");
	sample_fill(&release);
	sample_show(&release, "theme", 700, 900, "WO", NULL);
	sample_report_add(report, &release);
	sample_report_open(report);
	dump(out, &report->view);
	assert_int_equal(fclose(out), 0);
	sample_read(&golden, GOLDEN);
	if (golden.len != length || memcmp(golden.data, text, length) != 0) {
		sample_write("/tmp/oeo-export-view.txt", text, length);
		fail_msg("the view is another one: diff " GOLDEN " /tmp/oeo-export-view.txt");
	}
	oeo_buf_fini(&golden);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		test_the_view_is_the_golden_one, sample_report_setup, sample_report_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
