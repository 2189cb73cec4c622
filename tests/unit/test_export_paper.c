/* SPDX-License-Identifier: EUPL-1.2 */
/* The report on paper, and the feed: what WeasyPrint gets and what comes of it; entries that stay the same. */
#include <libxml/parser.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "dashboard-export/feed.h"
#include "dashboard-export/output.h"
#include "dashboard-export/pdf.h"
#include "export_sample.h"
#include "export_xpath.h"

static int count(const struct oeo_buf *bytes, const char *path)
{
	return xpath_count(
	    xmlReadMemory((const char *)bytes->data, (int)bytes->len, NULL, "UTF-8", XML_PARSE_NONET), path,
	    NULL, NULL);
}

static void open_report(struct sample_report *report)
{
	struct oeo_release release;

	for (size_t i = 0; i < 2; i++) {
		sample_begin(&release, &report->sample, i == 0 ? "2026-Q2" : "2026-Q3");
		sample_fill(&release);
		sample_report_add(report, &release);
	}
	sample_report_open(report);
}

static enum oeo_err make_pdf(struct sample_report *report, char path[SAMPLE_PATH_BYTES], struct oeo_note *why)
{
	struct oeo_output_result result;
	char out[128];

	(void)snprintf(out, sizeof(out), "%s/paper", report->sample.folder);
	(void)snprintf(path, SAMPLE_PATH_BYTES, "%s/small-2026-Q3.pdf", out);
	return oeo_output_write(&result, OEO_OUTPUT_PDF, &report->view, out, NULL, why);
}

/* Put a program of this name and text before all others; the former PATH is given back by restore_path. */
static char *former_path;

static void put_program(const struct sample_report *report, const char *text)
{
	char folder[SAMPLE_PATH_BYTES], path[SAMPLE_PATH_BYTES + 32];

	(void)snprintf(folder, sizeof(folder), "%s/bin", report->sample.folder);
	assert_int_equal(mkdir(folder, 0700), 0);
	if (text != NULL) {
		(void)snprintf(path, sizeof(path), "%s/weasyprint", folder);
		sample_write(path, text, strlen(text));
		assert_int_equal(chmod(path, 0700), 0);
	}
	former_path = strdup(getenv("PATH"));
	assert_non_null(former_path);
	assert_int_equal(setenv("PATH", folder, 1), 0);
}

static void restore_path(void)
{
	assert_int_equal(setenv("PATH", former_path, 1), 0);
	free(former_path);
}

static void test_page_has_all_parts_and_every_chart_its_table(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf page = {0};

	open_report(report);
	assert_int_equal(oeo_pdf_write_page(&page, &report->view), OEO_OK);
	assert_int_equal(count(&page, "//nav[@class='toc']//a"), count(&page, "//h2") - 1);
	assert_int_equal(count(&page, "//nav[@class='toc']//a[not(substring(@href, 2) = //@id)]"), 0);
	/* a link to a page of the site leads nowhere on paper, nor do files */
	assert_int_equal(count(&page, "//main//a[not(starts-with(@href, '#'))]"), 0);
	assert_int_equal(count(&page, "//main//a[not(substring(@href, 2) = //@id)]"), 0);
	assert_int_equal(count(&page, "//*[@id='downloads'] | //*[@class='downloads']"), 0);
	assert_int_equal(count(&page, "//*[@id='contact']"), 1);
	assert_true(count(&page, "//svg") > 2);
	assert_int_equal(count(&page, "//svg[not(following::table)]"), 0);
	assert_int_equal(count(&page, "//table[not(caption)] | //th[not(@scope)]"), 0);
	/* What HTML escapes would be no CSS. */
	assert_null(strstr((const char *)page.data, "&quot; / &quot;"));
	assert_int_equal(
	    count(&page, "//style[contains(., '\"') or contains(., '&') or contains(., '<')]"), 0);
	oeo_buf_fini(&page);
}

#define CATEGORIES "//section[@aria-labelledby='table-category']"

static void test_many_rows_that_are_not_shown_become_one_line(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	struct oeo_buf page = {0};

	sample_begin(&release, &report->sample, "2026-Q3");
	sample_show(&release, "category", 21, 0, "WO01", NULL);
	sample_show(&release, "category", 34, 0, "WO02", NULL);
	for (size_t i = 0; i < 15; i++) /* all themes but three */
		release.tables[1].cells[i] =
		    (struct oeo_release_cell){i < 3, i < 3 ? 0 : 20 + i, i < 3 ? 0 : 40, false};
	release.tables[1].not_shown = 3;
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(oeo_pdf_write_page(&page, &report->view), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	/* the theme above them, the two, and what is left */
	assert_int_equal(count(&page, CATEGORIES "//tbody/tr"), 4);
	assert_int_equal(count(&page, CATEGORIES "//tr[@class='folded']/td[@colspan]"), 1);
	assert_int_equal(count(&page, CATEGORIES "//rect"), 2);
	assert_non_null(strstr((const char *)page.data, "En nog 113 categorieën: niet getoond."));
	/* a few dots keep their rows, and have no bars */
	assert_string_equal(report->view.periods[0].tables[1].id, "theme");
	assert_int_equal(count(&page, "//section[@aria-labelledby='table-theme']//tbody/tr"), 15);
	assert_int_equal(count(&page, "//section[@aria-labelledby='table-theme']//rect"), 12);
	oeo_buf_fini(&page);
}

static void test_table_of_dots_alone_is_a_sentence(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	struct oeo_buf page = {0};

	sample_begin(&release, &report->sample, "2026-Q3");
	sample_show(&release, "theme-desk", 21, 0, "WO", "D1", NULL);
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(oeo_pdf_write_page(&page, &report->view), OEO_OK);
	assert_int_equal(count(&page, "//section[@aria-labelledby='table-theme-ward']//table"), 0);
	assert_int_equal(count(&page, "//section[@aria-labelledby='table-theme-ward']/p[@class='note']"), 1);
	assert_int_equal(count(&page, "//section[@aria-labelledby='table-theme-desk']//table"), 1);
	/* nothing came before: what follows the tables on their side begins a page */
	assert_int_equal(count(&page, "//div[@class='part']/section/*[@id='hidden']"), 1);
	oeo_buf_fini(&page);
}

static void test_without_weasyprint_it_says_what_to_do(void **state)
{
	struct sample_report *report = *state;
	char path[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};
	enum oeo_err err;

	open_report(report);
	put_program(report, NULL);
	err = make_pdf(report, path, &why);
	restore_path();
	assert_int_equal(err, OEO_ERR_NOT_FOUND);
	assert_non_null(strstr(why.text, "apt-get install weasyprint"));
	assert_false(sample_exists(path));
}

static void test_a_failing_weasyprint_leaves_nothing(void **state)
{
	struct sample_report *report = *state;
	char path[SAMPLE_PATH_BYTES];
	struct oeo_note why = {""};
	enum oeo_err err;

	open_report(report);
	put_program(report, "#!/bin/sh\nexit 3\n");
	err = make_pdf(report, path, &why);
	restore_path();
	assert_int_equal(err, OEO_ERR_IO);
	assert_non_null(strstr(why.text, "exitcode is 3"));
	assert_false(sample_exists(path));
}

static void test_weasyprint_is_asked_for_tagged_pdf_and_the_page_is_removed(void **state)
{
	struct sample_report *report = *state;
	char path[SAMPLE_PATH_BYTES], page[SAMPLE_PATH_BYTES];
	struct oeo_buf bytes = {0};
	enum oeo_err err;

	open_report(report);
	put_program(report, "#!/bin/sh\n[ -s \"$4\" ] || exit 4\necho \"$1 $2 $3\" >\"$5\"\n");
	err = make_pdf(report, path, NULL);
	restore_path();
	assert_int_equal(err, OEO_OK);
	sample_read(&bytes, path);
	assert_string_equal((const char *)bytes.data, "-q --pdf-variant pdf/ua-1\n");
	(void)snprintf(page, sizeof(page), "%s/paper/report.html", report->sample.folder);
	assert_false(sample_exists(page));
	oeo_buf_fini(&bytes);
}

static void test_the_pdf_is_tagged(void **state)
{
	static const char *const tags[] = {"H1", "H2", "TH", "TD", "Table", "Link"};
	struct sample_report *report = *state;
	char path[SAMPLE_PATH_BYTES], command[SAMPLE_PATH_BYTES + 128];
	struct oeo_note why = {""};

	/* NOLINTNEXTLINE(cert-env33-c): a test, of paths of its own */
	if (system("command -v weasyprint >/dev/null && command -v pdfinfo >/dev/null") != 0) {
		(void)fprintf(stderr, "weasyprint or pdfinfo is not installed: no PDF was made\n");
		skip();
	}
	open_report(report);
	if (make_pdf(report, path, &why) != OEO_OK)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		(void)snprintf(command, sizeof(command), "pdfinfo -struct %s | grep -qw %s", path, tags[i]);
		assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	}
	(void)snprintf(command, sizeof(command), "pdfinfo %s | grep -q '^Tagged: *yes'", path);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
	(void)snprintf(command, sizeof(command), "pdftotext -f 2 -l 2 %s - | grep -q '2 / [0-9]'", path);
	assert_int_equal(system(command), 0); /* NOLINT(cert-env33-c) */
}

/* ---- the feed ---- */

#define ATOM(element) "//*[local-name()='" element "' and namespace-uri()='http://www.w3.org/2005/Atom']"

static void test_feed_has_an_entry_for_each_release_the_newest_first(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf feed = {0};

	open_report(report);
	assert_int_equal(oeo_feed_write(&feed, &report->view), OEO_OK);
	assert_int_equal(count(&feed, ATOM("entry")), 2);
	assert_int_equal(count(&feed, ATOM("entry") "[1]/*[@href='2026-Q3/index.html']"), 1);
	assert_int_equal(count(&feed, "//*[local-name()='id' and starts-with(., 'urn:uuid:')]"), 3);
	assert_int_equal(count(&feed, "//*[local-name()='updated' and . = '" SAMPLE_CREATED "']"), 3);
	assert_int_equal(count(&feed, ATOM("author") "/*[. = 'Bureau Test']"), 1);
	oeo_buf_fini(&feed);
}

/* A release with such texts is refused; were it not, the feed would still be XML. */
static void test_feed_holds_no_character_that_xml_forbids(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf feed = {0};

	open_report(report);
	report->view.title = "Title \x05\xEF\xBF\xBF";
	report->view.publisher = "Publisher \xFF";
	assert_int_equal(oeo_feed_write(&feed, &report->view), OEO_OK);
	assert_int_equal(count(&feed, ATOM("title") "[starts-with(., 'Title \uFFFD\uFFFD')]"), 3);
	assert_int_equal(count(&feed, ATOM("author") "/*[. = 'Publisher \uFFFD']"), 1);
	oeo_buf_fini(&feed);
}

static void test_feed_says_what_is_a_correction(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	struct oeo_buf feed = {0};

	sample_begin(&release, &report->sample, "2026-Q3");
	release.is_correction = true;
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(oeo_feed_write(&feed, &report->view), OEO_OK);
	assert_int_equal(
	    count(&feed, ATOM("entry") "/*[local-name()='title' and contains(., '(correctie)')]"), 1);
	oeo_buf_fini(&feed);
}

#define WITH_REPORT(test) cmocka_unit_test_setup_teardown(test, sample_report_setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_REPORT(test_page_has_all_parts_and_every_chart_its_table),
	    cmocka_unit_test_setup_teardown(test_many_rows_that_are_not_shown_become_one_line,
		sample_report_setup_almelo, sample_report_teardown),
	    WITH_REPORT(test_table_of_dots_alone_is_a_sentence),
	    WITH_REPORT(test_without_weasyprint_it_says_what_to_do),
	    WITH_REPORT(test_a_failing_weasyprint_leaves_nothing),
	    WITH_REPORT(test_weasyprint_is_asked_for_tagged_pdf_and_the_page_is_removed),
	    WITH_REPORT(test_the_pdf_is_tagged),
	    WITH_REPORT(test_feed_has_an_entry_for_each_release_the_newest_first),
	    WITH_REPORT(test_feed_holds_no_character_that_xml_forbids),
	    WITH_REPORT(test_feed_says_what_is_a_correction),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
