/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The workbook, read back: out of its zip file with unzip and libxml2, and, where it is installed, by LibreOffice. Every
 * published cell, nothing hidden, no formula, and the same bytes at another time.
 */
#include <ftw.h>
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard-export/xlsx.h"
#include "dashboard-export/xlsx_book.h"
#include "export_sample.h"
#include "export_xpath.h"

#define HIDDEN_NUMBER 31337 /* stands nowhere in the sample */
#define MAIN_NAMESPACE "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char command[2 * SAMPLE_PATH_BYTES + 256];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	if (system(command) != 0) /* NOLINT(cert-env33-c): a test, of paths of its own */
		fail_msg("%s", command);
}

/* Two quarters; the second with a label like a formula and a hidden theme that had a number before. */
static void add_quarters(struct sample_report *report)
{
	struct oeo_release release;

	sample_report_add_cells(report, "2026-Q2", 1200, "theme", "WO", 40u, "GE", 25u, NULL);
	sample_begin(&release, &report->sample, "2026-Q3");
	sample_show(&release, "total", 1234, 2000, NULL);
	sample_show(&release, "theme", 77, 90, "WO", NULL);
	sample_show(&release, "category", 20, 0, "ZO1", NULL);
	sample_show(&release, "theme-ward", 12, 0, "WO", "W1", NULL);
	sample_show(&release, "theme-ward-desk", 11, 0, "WO", "W1", "D1", NULL);
	sample_report_add(report, &release);
	sample_report_open(report);
}

/* Write the workbook and unzip it into <folder>/<name>/. */
static void unpack(struct sample_report *report, const char *name)
{
	char path[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};

	(void)snprintf(path, sizeof(path), "%s/%s.xlsx", report->sample.folder, name);
	if (oeo_xlsx_write(path, report->sample.folder, &report->view, NULL, &why) != OEO_OK)
		fail_msg("%s", why.text);
	run("cd %s && unzip -q -o %s.xlsx -d %s", report->sample.folder, name, name);
}

/* How often an XPath expression (prefix m) is found in a part of the workbook. */
static int count(const struct sample_report *report, const char *part, const char *path)
{
	char file[SAMPLE_PATH_BYTES];

	(void)snprintf(file, sizeof(file), "%s/book/%s", report->sample.folder, part);
	return xpath_count(xmlReadFile(file, NULL, XML_PARSE_NONET), path, "m", MAIN_NAMESPACE);
}

static size_t sheets_of(const struct sample_report *report)
{
	return (size_t)count(report, "xl/workbook.xml", "//m:sheet");
}

/* The same in all sheets together. */
static int count_in_sheets(const struct sample_report *report, const char *path)
{
	char part[64];
	int n = 0;

	for (size_t i = 1; i <= sheets_of(report); i++) {
		(void)snprintf(part, sizeof(part), "xl/worksheets/sheet%zu.xml", i);
		n += count(report, part, path);
	}
	return n;
}

static void test_workbook_has_a_readme_all_figures_and_a_sheet_for_each_table(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	unpack(report, "book");
	assert_int_equal(sheets_of(report), 2 + report->view.periods[1].n_tables);
	assert_int_equal(count(report, "xl/workbook.xml", "//m:sheet[@name='Lees mij']"), 1);
	assert_int_equal(count(report, "xl/workbook.xml", "//m:sheet[@name='Alle cijfers']"), 1);
	assert_int_equal(count(report, "xl/workbook.xml", "//m:sheet[@name='Thema\u2019s']"), 1);
	/* Frozen heads, widths, a filter. */
	assert_int_equal(
	    count(report, "xl/worksheets/sheet2.xml", "//m:pane[@state='frozen' and @ySplit='1']"), 1);
	assert_int_equal(count(report, "xl/worksheets/sheet2.xml", "//m:autoFilter"), 1);
	assert_true(count(report, "xl/worksheets/sheet2.xml", "//m:col[@customWidth='1']") > 0);
	assert_int_equal(count(report, "xl/styles.xml", "//m:numFmt[@formatCode='#,##0']"), 1);
}

static void test_readme_says_what_is_counted_and_who_counts_twice(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	for (size_t i = 0; i < report->view.periods[0].n_tables; i++)
		report->view.periods[0].tables[i].unit = OEO_UNIT_CONTACTS;
	unpack(report, "book");
	assert_int_equal(count(report, "xl/worksheets/sheet1.xml",
			     "//m:row[m:c[1]//m:t='Inwoners'][contains(m:c[2], 'telt \u00e9\u00e9n keer')]"),
	    1);
	assert_int_equal(count(report, "xl/worksheets/sheet1.xml",
			     "//m:row[m:c[1]//m:t='Contacten'][contains(m:c[2], 'per organisatie en week')]"),
	    1);
	assert_int_equal(count(report, "xl/worksheets/sheet1.xml", "//m:row[m:c[1]//m:t='Vragen']"), 1);
	assert_int_equal(
	    count(report, "xl/worksheets/sheet1.xml", "//m:row[m:c[1]//m:t='Cli\u00ebnten']"), 0);
}

static void test_every_cell_is_in_the_tidy_sheet_and_hidden_ones_are_a_dot(void **state)
{
	struct sample_report *report = *state;
	size_t cells = 0, shown = 0;

	add_quarters(report);
	unpack(report, "book");
	for (size_t p = 0; p < report->view.n_periods; p++)
		for (size_t t = 0; t < report->view.periods[p].n_tables; t++) {
			cells += report->view.periods[p].tables[t].n_cells;
			shown += oeo_view_shown(&report->view.periods[p].tables[t]);
		}
	assert_int_equal(count(report, "xl/worksheets/sheet2.xml", "//m:sheetData/m:row"), cells + 1);
	/* Columns: 6, three levels of 3, then P: the number. */
	assert_int_equal(
	    count(report, "xl/worksheets/sheet2.xml", "//m:c[starts-with(@r,'P')][m:v][not(@t)]"), shown);
	assert_int_equal(count(report, "xl/worksheets/sheet2.xml",
			     "//m:c[starts-with(@r,'P') and @t='inlineStr' and m:is/m:t='.']"),
	    cells - shown);
}

/* Programs differ in whether they make room by themselves. */
static void test_text_of_several_lines_gets_a_higher_row(void **state)
{
	struct sample_report *report = *state;
	char label[202];

	assert_int_equal(oeo_xlsx_lines("", 10), 1);
	assert_int_equal(oeo_xlsx_lines("ten letter", 10), 1);
	assert_int_equal(oeo_xlsx_lines("eleven char", 10), 2);
	assert_int_equal(oeo_xlsx_lines("a word oftwentytwoletters", 10), 3);
	assert_int_equal(oeo_xlsx_lines("caf\u00e9 caf\u00e9", 9), 1);
	assert_int_equal(oeo_xlsx_longest_word("na de crisis"), 6);
	add_quarters(report);
	(void)snprintf(label, sizeof(label), "%0100d %0100d", 0, 0);
	sample_report_table(report, 1, "theme")->axes[0].codes[0].label = label;
	unpack(report, "book");
	assert_int_equal(count(report, "xl/worksheets/sheet4.xml", "//m:row[@r='4' and @ht='60']"), 1);
	assert_true(count(report, "xl/worksheets/sheet1.xml",
			"//m:row[starts-with(m:c[2], 'Een punt betekent') and @ht='30']") == 1);
}

/* Excel refuses a file whose column widths overlap. */
static void test_column_widths_follow_each_other(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	unpack(report, "book");
	assert_true(count_in_sheets(report, "//m:col") > 20);
	assert_int_equal(count_in_sheets(report, "//m:col[preceding-sibling::m:col/@max >= @min]"), 0);
	/* none left out in between, as the columns below a chart */
	assert_int_equal(count_in_sheets(report, "//m:col[preceding-sibling::m:col[1]/@max != @min - 1]"), 0);
}

static void test_questions_that_are_hidden_alone_are_a_dot(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	sample_report_table(report, 1, "theme")->cells[1].is_questions_shown = false;
	unpack(report, "book");
	assert_int_equal(
	    count(report, "xl/worksheets/sheet2.xml",
		"//m:row[m:c[starts-with(@r,'P')]/m:v='77']/m:c[starts-with(@r,'Q')]/m:is[m:t='.']"),
	    1);
}

static void test_no_cell_is_a_formula(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	unpack(report, "book");
	assert_int_equal(count_in_sheets(report, "//m:f"), 0);
	assert_int_equal(count_in_sheets(report, "//m:hyperlink"), 0);
	/* The label that looks like one is text. */
	assert_true(
	    count(report, "xl/worksheets/sheet2.xml", "//m:c[@t='inlineStr']/m:is[m:t='=SOM(A1)']") > 0);
}

/* What a hidden cell holds in memory must not come out, whatever it is: sheets, charts, all of it. */
static void test_nothing_of_a_hidden_cell_gets_into_the_file(void **state)
{
	struct sample_report *report = *state;
	struct oeo_view_cell *hidden;

	add_quarters(report);
	unpack(report, "before");
	hidden = &sample_report_table(report, 1, "theme")->cells[0];
	assert_false(hidden->is_shown);
	hidden->residents = HIDDEN_NUMBER;
	hidden->questions = HIDDEN_NUMBER;
	unpack(report, "book");
	run("cmp %s/before.xlsx %s/book.xlsx", report->sample.folder, report->sample.folder);
	run("! grep -rqs %d %s/book", HIDDEN_NUMBER, report->sample.folder);
}

static void test_the_same_view_gives_the_same_bytes_at_another_time(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	unpack(report, "book");
	(void)sleep(2); /* zip files know even seconds */
	unpack(report, "later");
	run("cmp %s/book.xlsx %s/later.xlsx", report->sample.folder, report->sample.folder);
}

static void test_tables_have_native_charts_that_leave_hidden_cells_out(void **state)
{
	struct sample_report *report = *state;
	char folder[SAMPLE_PATH_BYTES];

	add_quarters(report);
	unpack(report, "book");
	(void)snprintf(folder, sizeof(folder), "%s/book/xl/charts", report->sample.folder);
	assert_true(sample_exists(folder));
	/* Of the themes one is shown in the last quarter: one bar, one line with both its points. The total has no bar. */
	run("grep -q '<c:lineChart>' %s/chart1.xml", folder);
	run("grep -q '<c:barChart>' %s/chart2.xml", folder);
	run("grep -q \"<c:f>.*Thema\u2019s.*[$]4</c:f>\" %s/chart2.xml", folder);
	run("! grep -q \"[$]5</c:f>\" %s/chart2.xml", folder);
	/* A line is seen against zero. */
	run("grep -q '<c:min val=.0' %s/chart1.xml", folder);
	/* An empty cell is a gap, not a zero. */
	run("! grep -Eq 'dispBlanksAs val=.(zero|span)' %s/chart*.xml", folder);
}

static void test_nothing_published_still_makes_a_workbook(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;

	sample_begin(&release, &report->sample, "2026-Q3");
	sample_report_add(report, &release);
	sample_report_open(report);
	unpack(report, "book");
	assert_int_equal(sheets_of(report), 2 + report->view.periods[0].n_tables);
	run("[ ! -e %s/book/xl/charts ]", report->sample.folder);
}

/* A release with such texts is refused; were it not, every part would still be XML. */
static void test_characters_that_xml_forbids_are_replaced(void **state)
{
	struct sample_report *report = *state;

	add_quarters(report);
	report->view.title = "Title \x05\xEF\xBF\xBF";
	report->view.publisher = "Publisher \xFF";
	(void)snprintf(sample_report_table(report, 1, "theme")->title.text, 16, "Theme\x01\xEF\xBF\xBE");
	unpack(report, "book");
	assert_int_equal(count(report, "xl/workbook.xml", "//m:sheet[@name='Theme\uFFFD\uFFFD']"), 1);
	assert_int_equal(count(report, "docProps/core.xml", "//*[.='Title \uFFFD\uFFFD']"), 1);
	assert_int_equal(
	    count(report, "docProps/core.xml", "//*[local-name()='creator' and .='Publisher \uFFFD']"), 1);
	assert_int_equal(count(report, "xl/worksheets/sheet1.xml",
			     "//m:is[.='Title \uFFFD\uFFFD' or .='Publisher \uFFFD']"),
	    2);
	run("find %s/book -name '*.xml' -print0 | xargs -0 xmllint --noout", report->sample.folder);
}

static void test_a_path_that_cannot_be_written_is_told(void **state)
{
	struct sample_report *report = *state;
	struct oeo_note why = {""};

	add_quarters(report);
	assert_int_equal(
	    oeo_xlsx_write("/nonexistent/book.xlsx", report->sample.folder, &report->view, NULL, &why),
	    OEO_ERR_IO);
	assert_non_null(strstr(why.text, "werkmap"));
}

static void test_libreoffice_reads_the_numbers_back(void **state)
{
	static const char *const filter =
	    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2";
	struct sample_report *report = *state;
	const char *folder = report->sample.folder;

	/* NOLINTNEXTLINE(cert-env33-c): a test, of paths of its own */
	if (system("command -v soffice >/dev/null && ls /usr/lib/libreoffice/program/libsclo.so >/dev/null "
		   "2>&1") != 0) {
		(void)fprintf(stderr, "LibreOffice Calc is not installed: not read back\n");
		skip();
	}
	add_quarters(report);
	unpack(report, "book");
	run("cd %s && HOME=%s timeout 120 soffice --headless --convert-to '%s' book.xlsx >/dev/null 2>&1",
	    folder, folder, filter);
	run("grep -q '^2026-Q3,kwartaal,2026-07-01,theme,.*,WO,.*,77,90,' %s/book-*.csv", folder);
	run("grep -q '^2026-Q3,kwartaal,2026-07-01,theme,.*,GE,Geld,.*,[.],[.],' %s/book-*.csv", folder);
	run("grep -q ',=SOM(A1),' %s/book-*.csv", folder);
}

#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPORT(test_workbook_has_a_readme_all_figures_and_a_sheet_for_each_table),
	    WITH_REPORT(test_readme_says_what_is_counted_and_who_counts_twice),
	    WITH_REPORT(test_every_cell_is_in_the_tidy_sheet_and_hidden_ones_are_a_dot),
	    WITH_REPORT(test_text_of_several_lines_gets_a_higher_row),
	    WITH_REPORT(test_column_widths_follow_each_other),
	    WITH_REPORT(test_questions_that_are_hidden_alone_are_a_dot),
	    WITH_REPORT(test_no_cell_is_a_formula),
	    WITH_REPORT(test_nothing_of_a_hidden_cell_gets_into_the_file),
	    WITH_REPORT(test_the_same_view_gives_the_same_bytes_at_another_time),
	    WITH_REPORT(test_tables_have_native_charts_that_leave_hidden_cells_out),
	    WITH_REPORT(test_nothing_published_still_makes_a_workbook),
	    WITH_REPORT(test_characters_that_xml_forbids_are_replaced),
	    WITH_REPORT(test_a_path_that_cannot_be_written_is_told),
	    WITH_REPORT(test_libreoffice_reads_the_numbers_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
