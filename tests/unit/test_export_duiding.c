/* SPDX-License-Identifier: EUPL-1.2 */
/* The council's words: what is taken, what is refused, that they come out harmless and marked, and change no figure. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "dashboard-export/duiding_write.h"
#include "dashboard-export/markdown.h"
#include "dashboard-export/output.h"
#include "dashboard-export/page.h"
#include "export_sample.h"

#define HEAD "---\nsignaal: 2026-Q3-theme-WO\ntitel: Wachttijd\n"

struct duiding_fixture {
	struct sample_report *report;
	struct oeo_duiding duiding;
	char folder[SAMPLE_PATH_BYTES];
	struct oeo_buf out;
};

static struct duiding_fixture fixture;

static int setup(void **state)
{
	void *report = NULL;

	memset(&fixture, 0, sizeof(fixture));
	assert_int_equal(sample_report_setup(&report), 0);
	fixture.report = report;
	(void)snprintf(fixture.folder, sizeof(fixture.folder), "%s/duiding", fixture.report->sample.folder);
	sample_report_add_cells(fixture.report, "2026-Q2", 1000, "theme", "WO", 40u, NULL);
	sample_report_add_cells(fixture.report, "2026-Q3", 1000, "theme", "WO", 90u, NULL);
	sample_report_open(fixture.report);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	void *report = fixture.report;

	(void)state;
	oeo_buf_fini(&fixture.out);
	oeo_duiding_fini(&fixture.duiding);
	return sample_report_teardown(&report);
}

static void write_file(const char *name, const char *text)
{
	char path[SAMPLE_PATH_BYTES + 64];

	(void)mkdir(fixture.folder, 0700);
	(void)snprintf(path, sizeof(path), "%s/%s", fixture.folder, name);
	sample_write(path, text, strlen(text));
}

static bool has_file(const char *name)
{
	char path[SAMPLE_PATH_BYTES + 64];

	(void)snprintf(path, sizeof(path), "%s/%s", fixture.folder, name);
	return sample_exists(path);
}

static enum oeo_err parse(const char *name, const char *text, struct oeo_note *why)
{
	struct oeo_duiding_item item;
	enum oeo_err err = oeo_duiding_parse(&item, name, text, strlen(text), why);

	if (err == OEO_OK)
		free(item.text);
	return err;
}

/* ---- files ---- */

static void test_review_makes_a_file_for_each_theme_and_flag_and_keeps_what_is_there(void **state)
{
	size_t made = 0;
	struct oeo_buf text = {0};
	char path[SAMPLE_PATH_BYTES + 64];

	(void)state;
	write_file("thema-GE.md", "---\nthema: GE\ntitel: Geld\n---\nVan ons.\n");
	assert_int_equal(
	    oeo_duiding_write_missing(&made, fixture.folder, &fixture.report->view, NULL), OEO_OK);
	assert_int_equal(made, 3); /* WO, ZO and one flag */
	assert_true(has_file("LEESMIJ.md") && has_file("thema-WO.md") && !has_file("thema-onbekend.md"));
	assert_true(has_file("signaal-2026-Q3-theme-WO.md"));
	(void)snprintf(path, sizeof(path), "%s/thema-GE.md", fixture.folder);
	sample_read(&text, path);
	assert_non_null(strstr((const char *)text.data, "Van ons."));
	oeo_buf_fini(&text);
	assert_int_equal(
	    oeo_duiding_write_missing(&made, fixture.folder, &fixture.report->view, NULL), OEO_OK);
	assert_int_equal(made, 0);
}

static void test_what_review_makes_can_be_read(void **state)
{
	const struct oeo_duiding_item *item;
	size_t made = 0;

	(void)state;
	assert_int_equal(
	    oeo_duiding_write_missing(&made, fixture.folder, &fixture.report->view, NULL), OEO_OK);
	assert_int_equal(oeo_duiding_read(&fixture.duiding, fixture.folder, NULL), OEO_OK);
	assert_int_equal(oeo_duiding_check(&fixture.duiding, &fixture.report->view, NULL), OEO_OK);
	assert_int_equal(fixture.duiding.count, 4);
	item = oeo_duiding_find(&fixture.duiding, true, "2026-Q3-theme-WO");
	assert_non_null(item);
	assert_string_equal(item->type->code, "ST01");
	assert_string_equal(item->status->code, "SS1");
	assert_string_equal(item->text, "");
	assert_null(oeo_duiding_find(&fixture.duiding, false, "2026-Q3-theme-WO"));
}

static void test_bad_files_are_refused_with_their_line(void **state)
{
	static const struct {
		const char *name, *text, *told;
	} bad[] = {
	    {"signaal-2026-Q3-theme-WO.md", "titel: x\n", "signaal-2026-Q3-theme-WO.md:1:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "kleur: rood\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "titel: Nog een\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "status: SS10\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "type: SS1\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "datum: 21-11-2026\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD "thema: WO\n---\n", ":4:"},
	    {"signaal-2026-Q3-theme-WO.md", HEAD, ":3:"},
	    {"signaal-2026-Q3-theme-WO.md", "---\nsignaal: 2026-Q3-theme-WO\n---\n", "titel"},
	    {"signaal-2026-Q3-theme-WO.md", "---\nsignaal: 2026-Q2-theme-WO\ntitel: x\n---\n", ":2:"},
	    {"signaal-2026-Q3-theme-WO.md", "---\ntitel: x\n---\n", ":3:"},
	    {"thema-WO.md", "---\nthema: WO\nstatus: SS1\n---\n", ":3:"},
	    {"thema-WO.md", "---\nthema: WO\nauteur: \xe2\x80\xaeomgekeerd\n---\n", ":3:"},
	    {"thema-WO.md", "---\nthema: WO\n---\n\x1b[31mrood\n", "thema-WO.md:"},
	    {"thema-WO.md", "---\nthema: WO\n---\n\xff\n", "thema-WO.md:"},
	    {"thema-../../x.md", "---\nthema: WO\n---\n", "thema-../../x.md:"},
	};
	struct oeo_note why;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		assert_int_equal(parse(bad[i].name, bad[i].text, &why), OEO_ERR_FORMAT);
		if (strstr(why.text, bad[i].told) == NULL)
			fail_msg("%zu: %s", i, why.text);
	}
	assert_int_equal(parse("signaal-2026-Q3-theme-WO.md", HEAD "---\r\n\r\nTekst\r\n", &why), OEO_OK);
}

static void test_a_theme_that_the_plan_does_not_have_is_refused(void **state)
{
	struct oeo_note why = {""};

	(void)state;
	write_file("thema-XX.md", "---\nthema: XX\n---\nTekst\n");
	assert_int_equal(oeo_duiding_read(&fixture.duiding, fixture.folder, NULL), OEO_OK);
	assert_int_equal(oeo_duiding_check(&fixture.duiding, &fixture.report->view, &why), OEO_ERR_FORMAT);
	assert_non_null(strstr(why.text, "thema-XX.md"));
}

static void test_a_missing_folder_is_told_and_other_files_are_left_alone(void **state)
{
	(void)state;
	assert_int_equal(oeo_duiding_read(&fixture.duiding, "/nonexistent", NULL), OEO_ERR_NOT_FOUND);
	write_file("notulen.docx", "\xff\xfe");
	write_file("thema-WO.md~", "\xff");
	assert_int_equal(oeo_duiding_read(&fixture.duiding, fixture.folder, NULL), OEO_OK);
	assert_int_equal(fixture.duiding.count, 0);
}

/* ---- Markdown ---- */

static const char *html_of(const char *markdown)
{
	struct oeo_html *html = NULL;

	fixture.out.len = 0;
	assert_int_equal(oeo_html_new(&html), OEO_OK);
	oeo_html_open(html, "div", NULL);
	oeo_markdown_write(html, markdown, strlen(markdown), 4);
	oeo_html_close(html);
	assert_int_equal(oeo_html_finish(html, &fixture.out), OEO_OK);
	oeo_html_free(html);
	assert_int_equal(oeo_buf_terminate(&fixture.out), OEO_OK);
	return strstr((const char *)fixture.out.data, "<div>");
}

static void test_markdown_becomes_plain_elements(void **state)
{
	(void)state;
	assert_string_equal(html_of("# Kop\n\nEen *schuin* en **vet** woord.\n\n- een\n- twee\n\n> citaat\n"),
	    "<div><h4>Kop</h4><p>Een <em>schuin</em> en <strong>vet</strong> "
	    "woord.</p><ul><li>een</li><li>twee</li></ul>"
	    "<blockquote><p>citaat</p></blockquote></div>\n");
	assert_string_equal(html_of("###### Diep\n"), "<div><h6>Diep</h6></div>\n");
	assert_string_equal(html_of("[raad](https://example.org/a?b=1&c=2)"),
	    "<div><p><a href=\"https://example.org/a?b=1&amp;c=2\" rel=\"noreferrer\">raad</a></p></div>\n");
}

static void test_hostile_markdown_is_harmless(void **state)
{
	static const char *const hostile[] = {"<script>alert(1)</script>", "a <img src=x onerror=alert(1)> b",
	    "[klik](javascript:alert(1))", "[klik](data:text/html;base64,AAAA)",
	    "![plaatje](https://example.org/x.png)", "<https://example.org/\"onclick=alert(1)>",
	    "[klik](JaVaScRiPt:alert(1))", "[klik](//example.org)"};

	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(hostile[0]); i++) {
		const char *html = html_of(hostile[i]);

		assert_null(strstr(html, "<script"));
		assert_null(strstr(html, "<img"));
		assert_null(strcasestr(html, "href=\"javascript"));
		assert_null(strstr(html, "href=\"data"));
		assert_null(strstr(html, "href=\"//"));
		assert_null(strstr(html, "\"onclick"));
	}
	assert_string_equal(html_of("<b>vet</b>"), "<div><p>&lt;b&gt;vet&lt;/b&gt;</p></div>\n");
}

/* What cannot stand in a page can be written as a reference, and so passes the reading of the file. */
static void test_references_to_characters_that_no_page_may_hold_are_replaced(void **state)
{
	static const char *const references[] = {
	    "&#0;", "&#1;", "&#5;", "&#x1F;", "&#xD800;", "&#xDFFF;", "&#xFFFE;", "&#xFFFF;"};

	(void)state;
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		char markdown[64];

		(void)snprintf(markdown, sizeof(markdown), "a%sb\n\n- *c%s*\n", references[i], references[i]);
		assert_string_equal(
		    html_of(markdown), "<div><p>a\uFFFDb</p><ul><li><em>c\uFFFD</em></li></ul></div>\n");
	}
	assert_string_equal(html_of("[a](https://example.org/?a&#5;)\n"),
	    "<div><p><a href=\"https://example.org/?a&#xFFFD;\" rel=\"noreferrer\">a</a></p></div>\n");
	assert_string_equal(
	    html_of("a&#x20;&#xE000;&#xFFFD;&#x10000;b\n"), "<div><p>a \uE000\uFFFD\U00010000b</p></div>\n");
}

static void test_deep_nesting_ends(void **state)
{
	char deep[20001];

	(void)state;
	memset(deep, '>', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = '\0';
	assert_non_null(html_of(deep));
}

/* ---- in the report ---- */

static void read_out(struct oeo_buf *bytes, const char *out, const char *name)
{
	char path[SAMPLE_PATH_BYTES + 64];

	bytes->len = 0;
	(void)snprintf(path, sizeof(path), "%s/%s", out, name);
	sample_read(bytes, path);
}

static void write_site(const char *out, enum oeo_output_kind kind)
{
	struct oeo_output_result result;
	struct oeo_note why = {""};

	if (oeo_output_write(&result, kind, &fixture.report->view, out, NULL, &why) != OEO_OK)
		fail_msg("%s", why.text);
}

static void test_duiding_stands_beside_the_figures_and_changes_none(void **state)
{
	static const char *const data[] = {"2026-Q3/theme.csv", "2026-Q3/total.csv", "datapackage.json",
	    "small.xlsx", "releases/small-2026-Q3.oeorel", "codes/theme.csv"};
	char without[SAMPLE_PATH_BYTES], with[SAMPLE_PATH_BYTES];
	struct oeo_buf one = {0}, other = {0};

	(void)state;
	(void)snprintf(without, sizeof(without), "%s/without", fixture.report->sample.folder);
	(void)snprintf(with, sizeof(with), "%s/with", fixture.report->sample.folder);
	write_site(without, OEO_OUTPUT_SITE);
	write_file(
	    "thema-WO.md", "---\nthema: WO\ntitel: Wonen\nauteur: Wmo Adviesraad\n---\nEr waren er 99999.\n");
	write_file("signaal-2026-Q3-theme-WO.md",
	    HEAD "status: SS7\nbeslist: College\ngedaan: Extra spreekuur\n---\nWij zien **drukte**.\n");
	write_file(
	    "signaal-2026-Q1-oud.md", "---\nsignaal: 2026-Q1-oud\ntitel: Oud signaal\nstatus: SS9\n---\n");
	assert_int_equal(oeo_duiding_read(&fixture.duiding, fixture.folder, NULL), OEO_OK);
	fixture.report->view.duiding = &fixture.duiding;
	write_site(with, OEO_OUTPUT_SITE);
	for (size_t i = 0; i < sizeof(data) / sizeof(data[0]); i++) {
		read_out(&one, without, data[i]);
		read_out(&other, with, data[i]);
		assert_int_equal(one.len, other.len);
		assert_memory_equal(one.data, other.data, one.len);
	}
	read_out(&other, with, "2026-Q3/index.html");
	assert_non_null(
	    strstr((const char *)other.data, "<aside class=\"duiding\" aria-label=\"Duiding: Wonen\">"));
	assert_non_null(
	    strstr((const char *)other.data, "Dit zijn woorden van Wmo Adviesraad, geen cijfers"));
	assert_null(strstr((const char *)other.data, "CONCEPT"));
	read_out(&other, with, OEO_SIGNALS_PATH);
	assert_non_null(strstr((const char *)other.data, "<strong>drukte</strong>"));
	assert_non_null(strstr((const char *)other.data, "Actie loopt"));
	read_out(&other, with, OEO_FEEDBACK_PATH);
	assert_non_null(strstr((const char *)other.data, "Extra spreekuur"));
	assert_non_null(strstr((const char *)other.data, "Oud signaal"));
	assert_non_null(strstr((const char *)other.data, "Afgesloten zonder actie"));
	oeo_buf_fini(&one);
	oeo_buf_fini(&other);
}

static void test_a_concept_is_marked_on_every_page(void **state)
{
	static const char *const pages[] = {
	    "index.html", "2026-Q3/index.html", "2026-Q2/index.html", OEO_SIGNALS_PATH};
	char out[SAMPLE_PATH_BYTES];
	struct oeo_buf page = {0};

	(void)state;
	(void)snprintf(out, sizeof(out), "%s/concept", fixture.report->sample.folder);
	fixture.report->view.is_concept = true;
	write_site(out, OEO_OUTPUT_REVIEW);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		read_out(&page, out, pages[i]);
		assert_non_null(
		    strstr((const char *)page.data, "<body class=\"concept\" data-concept=\"CONCEPT\">"));
		assert_non_null(strstr((const char *)page.data, "Nog niet vastgesteld"));
		assert_non_null(strstr((const char *)page.data, "<title>CONCEPT"));
	}
	oeo_buf_fini(&page);
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_review_makes_a_file_for_each_theme_and_flag_and_keeps_what_is_there),
	    WITH_FIXTURE(test_what_review_makes_can_be_read),
	    WITH_FIXTURE(test_bad_files_are_refused_with_their_line),
	    WITH_FIXTURE(test_a_theme_that_the_plan_does_not_have_is_refused),
	    WITH_FIXTURE(test_a_missing_folder_is_told_and_other_files_are_left_alone),
	    WITH_FIXTURE(test_markdown_becomes_plain_elements),
	    WITH_FIXTURE(test_hostile_markdown_is_harmless),
	    WITH_FIXTURE(test_references_to_characters_that_no_page_may_hold_are_replaced),
	    WITH_FIXTURE(test_deep_nesting_ends),
	    WITH_FIXTURE(test_duiding_stands_beside_the_figures_and_changes_none),
	    WITH_FIXTURE(test_a_concept_is_marked_on_every_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
