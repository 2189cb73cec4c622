/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages of the site beside the periods': which there are, how they hang together, and that parts of tables, lines and
 * maps hold published numbers only. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>

#include "dashboard-export/chart_parts.h"
#include "dashboard-export/output.h"
#include "dashboard-export/page.h"
#include "dashboard-export/shade.h"
#include "dashboard-export/view_slice.h"
#include "export_sample.h"
#include "export_xpath.h"

#define AREA "subjects/area.html"
#define WONEN "themes/WO.html"

static int setup(void **state)
{
	int result = sample_report_setup_almelo(state);
	struct sample_report *report = *state;

	if (result == 0 &&
	    oeo_wards_read(&report->wards, OEO_TEST_DIR "/../dashboard-export/wards/GM0141", NULL) != OEO_OK)
		return -1;
	return result;
}

static void add(struct sample_report *report, const char *period)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, period);
	sample_fill(&release);
	sample_report_add(report, &release);
}

/* A quarter with little in it: Wonen in two wards, one of them of unknown size to no one. */
static void add_little(struct sample_report *report, const char *period)
{
	struct oeo_release release;

	sample_begin(&release, &report->sample, period);
	sample_show(&release, "total", 100, 120, NULL);
	sample_show(&release, "theme", 72, 80, "WO", NULL);
	sample_show(&release, "theme-ward", 41, 0, "WO", "WK014110", NULL);
	sample_show(&release, "theme-ward", 0, 0, "WO", "WK014111", NULL);
	sample_show(&release, "ward", 43, 50, "WK014110", NULL);
	sample_report_add(report, &release);
}

/* Write the site into <folder>/site. */
static void write_site(struct sample_report *report, char out[SAMPLE_PATH_BYTES])
{
	struct oeo_output_result result;

	(void)snprintf(out, SAMPLE_PATH_BYTES, "%s/site", report->sample.folder);
	assert_int_equal(oeo_output_write(&result, OEO_OUTPUT_SITE, &report->view, out, NULL, NULL), OEO_OK);
}

static int count(const char *out, const char *page, const char *expression)
{
	char path[2 * SAMPLE_PATH_BYTES];
	xmlDocPtr document;

	(void)snprintf(path, sizeof(path), "%s/%s", out, page);
	document = xmlReadFile(path, "UTF-8", XML_PARSE_NONET);
	if (document == NULL)
		fail_msg("%s", page);
	return xpath_count(document, expression, NULL, NULL);
}

static void check_structure(const char *out, const char *page)
{
	static const char *const faults[] = {"//table[not(caption)]", "//th[not(@scope)]",
	    "//svg[not(title) or not(desc) or not(@role='img')]",
	    "//h3[not(preceding::h2)] | //h4[not(preceding::h3)]", "//@style | //iframe | //img",
	    "//script[node() or not(contains(@src, 'assets/oeo.js'))]",
	    "//@href[contains(., ':') or starts-with(., '/')]",
	    "//section[not(@aria-labelledby = h2/@id or @aria-labelledby = table/caption/@id)]"};

	for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
		if (count(out, page, faults[i]) != 0)
			fail_msg("%s: %s", page, faults[i]);
	assert_int_equal(count(out, page, "//main[@id='main']"), 1);
	assert_int_equal(count(out, page, "//h1"), 1);
	assert_int_equal(count(out, page, "//nav[1]//a[@aria-current]") > 0, true);
}

static void test_every_page_of_the_bar_exists_and_is_whole(void **state)
{
	struct sample_report *report = *state;
	struct oeo_site_map map;
	char out[SAMPLE_PATH_BYTES];

	add(report, "2025-Q1");
	add(report, "2025-Q2");
	add(report, "2025");
	sample_report_open(report);
	write_site(report, out);
	assert_int_equal(oeo_site_map_make(&map, &report->view), OEO_OK);
	assert_int_equal(map.n_pages, 10);
	for (size_t i = 0; i < map.n_pages; i++)
		check_structure(out, map.pages[i].path);
	for (size_t i = 0; i < map.themes->n_cells; i++)
		check_structure(out, oeo_site_theme_path(map.themes->axes[0].codes[i].code).text);
	/* The year counts themes by ward too: the quarter's is taken. By category and barrier only the year counts. */
	for (size_t i = 0; i < map.n_tables; i++)
		assert_string_equal(map.tables[i].period->id,
		    strcmp(map.tables[i].table->id, "year-category-barrier") == 0 ? "2025" : "2025-Q2");
	oeo_site_map_fini(&map);
}

static void test_a_theme_has_its_own_part_of_every_table(void **state)
{
	struct sample_report *report = *state;
	char out[SAMPLE_PATH_BYTES];

	add_little(report, "2025-Q1");
	sample_report_open(report);
	write_site(report, out);
	assert_int_equal(count(out, WONEN, "//section[h2][starts-with(@aria-labelledby, 'part-')]"), 5);
	assert_int_equal(
	    count(out, WONEN,
		"//table[caption/@id='part-theme-ward-caption']//tr[@data-code='WK014110']/td[.='41']"),
	    1);
	/* a published nought is a number, not a dot */
	assert_int_equal(
	    count(out, WONEN,
		"//table[caption/@id='part-theme-ward-caption']//tr[@data-code='WK014111']/td[.='0']"),
	    1);
	/* what other themes and other periods have is not there */
	assert_int_equal(count(out, "themes/GS.html", "//*[text()='41' or text()='72']"), 0);
}

static void test_a_line_breaks_where_a_period_is_not_shown(void **state)
{
	static const char *const line = "//svg[starts-with(@aria-labelledby, 'line-through-theme-title')]";
	struct sample_report *report = *state;
	struct oeo_release release;
	char out[SAMPLE_PATH_BYTES], expression[256];

	add_little(report, "2025-Q1");
	add_little(report, "2025-Q2");
	sample_begin(&release, &report->sample, "2025-Q3");
	sample_report_add(report, &release);
	add_little(report, "2025-Q4");
	sample_report_open(report);
	write_site(report, out);
	(void)snprintf(expression, sizeof(expression), "%s//line[@class='line']", line);
	assert_int_equal(count(out, WONEN, expression), 1);
	(void)snprintf(expression, sizeof(expression), "%s//circle", line);
	assert_int_equal(count(out, WONEN, expression), 3);
	(void)snprintf(expression, sizeof(expression), "%s//text[@class='hidden']", line);
	assert_int_equal(count(out, WONEN, expression), 1);
}

static void test_a_map_hatches_what_is_not_shown(void **state)
{
	struct sample_report *report = *state;
	char out[SAMPLE_PATH_BYTES];

	add_little(report, "2025-Q1");
	sample_report_open(report);
	write_site(report, out);
	assert_int_equal(
	    count(out, AREA, "//svg[@aria-labelledby='map-table-ward-title map-table-ward-desc']"), 1);
	assert_int_equal(
	    count(out, AREA,
		"//path[contains(@class, 'area') and @data-code='WK014110' and not(contains(@fill, 'url'))]"),
	    1);
	assert_int_equal(
	    count(out, AREA, "//path[contains(@class, 'area unseen')][contains(@fill, '-hatch')]"), 11);
	/* 43 of 5,370 inhabitants */
	assert_int_equal(count(out, AREA, "//text[@class='place']/tspan[.='8,0']"), 1);
	assert_int_equal(count(out, AREA, "//text[@class='place hidden']/tspan[@class='value'][.='.']"), 11);
}

static void test_nothing_shown_at_all_still_makes_every_page(void **state)
{
	struct sample_report *report = *state;
	struct oeo_release release;
	struct oeo_site_map map;
	char out[SAMPLE_PATH_BYTES];

	sample_begin(&release, &report->sample, "2025-Q1");
	sample_report_add(report, &release);
	sample_report_open(report);
	write_site(report, out);
	assert_int_equal(oeo_site_map_make(&map, &report->view), OEO_OK);
	for (size_t i = 0; i < map.n_pages; i++)
		check_structure(out, map.pages[i].path);
	check_structure(out, WONEN);
	assert_int_equal(count(out, WONEN, "//rect[@class='bar']"), 0);
	assert_int_equal(count(out, AREA, "//path[contains(@class, ' m')]"), 0);
	oeo_site_map_fini(&map);
}

static void test_tokens_stand_behind_the_own_style(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf tokens = {0};
	char out[SAMPLE_PATH_BYTES], path[2 * SAMPLE_PATH_BYTES];

	add_little(report, "2025-Q1");
	sample_report_open(report);
	assert_int_equal(oeo_buf_append_text(&tokens, ":root { --utrecht-link-color: #123456 }\n"), OEO_OK);
	report->view.tokens = &tokens;
	write_site(report, out);
	assert_int_equal(
	    count(out, WONEN,
		"//link[@href='../assets/oeo.css']/following-sibling::link[@href='../assets/tokens.css']"),
	    1);
	(void)snprintf(path, sizeof(path), "%s/assets/tokens.css", out);
	assert_true(sample_exists(path));
	oeo_buf_fini(&tokens);
}

static void test_slices_hold_one_code_or_the_codes_under_one(void **state)
{
	struct sample_report *report = *state;
	struct oeo_view_table slice;
	const struct oeo_view_table *table;

	add_little(report, "2025-Q1");
	sample_report_open(report);
	table = sample_report_table(report, 0, "theme-ward");
	assert_int_equal(oeo_view_axis_of(table, "ward"), 1);
	assert_int_equal(oeo_view_axis_of(table, "barrier"), 2);
	assert_int_equal(
	    oeo_view_slice_code(&slice, table, 0, oeo_view_code_of(&table->axes[0], "WO")), OEO_OK);
	assert_int_equal(slice.n_cells, table->axes[1].n_codes);
	assert_int_equal(slice.most, 41);
	assert_int_equal(oeo_view_shown(&slice), 2);
	assert_int_equal(slice.not_shown, slice.n_cells - 2);
	oeo_view_slice_fini(&slice);
	table = sample_report_table(report, 0, "category");
	assert_int_equal(oeo_view_slice_children(&slice, table, "WO"), OEO_OK);
	assert_true(slice.n_cells > 1 && slice.n_cells < table->n_cells);
	for (size_t i = 0; i < slice.n_cells; i++)
		assert_string_equal(slice.axes[0].codes[i].parent, "WO");
	oeo_view_slice_fini(&slice);
	assert_int_equal(oeo_view_slice_children(&slice, table, "no-such"), OEO_OK);
	assert_int_equal(slice.n_cells, 0);
	oeo_view_slice_fini(&slice);
	oeo_view_slice_fini(NULL);
}

static void test_shades_divide_the_published_numbers(void **state)
{
	struct oeo_shades shades = oeo_shade_make(1, 80);

	(void)state;
	assert_int_equal(oeo_shade_make(1, 0).step, 1);
	assert_int_equal(oeo_shade_make(1, 4).step, 1);
	assert_int_equal(oeo_shade_make(1, 5).step, 2);
	assert_int_equal(oeo_shade_make(1, 81).step, 50);
	assert_int_equal(oeo_shade_of(&shades, 0), 0);
	assert_int_equal(oeo_shade_of(&shades, 20), 1);
	assert_int_equal(oeo_shade_of(&shades, 21), 2);
	assert_int_equal(oeo_shade_of(&shades, 80), 4);
	assert_int_equal(oeo_shade_of(&shades, 1000), 4);
}

static void test_shades_begin_at_the_threshold(void **state)
{
	struct oeo_shades shades = oeo_shade_make(oeo_shade_least(10, 0), 29);

	(void)state;
	assert_int_equal(oeo_shade_first(&shades, 1), 10);
	assert_int_equal(oeo_shade_last(&shades, 1), 14);
	assert_int_equal(oeo_shade_first(&shades, 4), 25);
	assert_int_equal(oeo_shade_last(&shades, 4), 29);
	assert_int_equal(oeo_shade_of(&shades, 0), 0);
	assert_int_equal(oeo_shade_of(&shades, 9), 1);
	assert_int_equal(oeo_shade_of(&shades, 10), 1);
	assert_int_equal(oeo_shade_of(&shades, 14), 1);
	assert_int_equal(oeo_shade_of(&shades, 15), 2);
	assert_int_equal(oeo_shade_of(&shades, 29), 4);
	assert_int_equal(oeo_shade_make(10, 0).step, 1);
	assert_int_equal(oeo_shade_make(10, 10).step, 1);
	assert_int_equal(oeo_shade_least(10, 1), 10);
	assert_int_equal(oeo_shade_least(10, 3), 9);
	assert_int_equal(oeo_shade_least(2, 5), 1);
}

static void check_wrap(const char *label, size_t n, const char *first, const char *last)
{
	struct oeo_chart_words words;

	assert_int_equal(oeo_chart_wrap(&words, label), n);
	assert_string_equal(words.lines[0], first);
	assert_string_equal(words.lines[n - 1], last);
}

static void test_long_labels_are_broken_into_lines(void **state)
{
	char label[OEO_CHART_LINES * OEO_CHART_LINE_SIGNS + 2];

	(void)state;
	check_wrap("", 1, "", "");
	check_wrap("Wonen", 1, "Wonen", "Wonen");
	/* 38 signs fit, 39 do not */
	check_wrap("12345678901234567890 12345678901234567", 1, "12345678901234567890 12345678901234567",
	    "12345678901234567890 12345678901234567");
	check_wrap(
	    "12345678901234567890 123456789012345678", 2, "12345678901234567890", "123456789012345678");
	check_wrap(
	    "123456789012345678901234567890123456789", 2, "12345678901234567890123456789012345678", "9");
	/* signs of several bytes are never cut */
	check_wrap("\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb"
		   "\u00eb\u00eb\u00eb\u00eb"
		   "\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb"
		   "\u00eb\u00eb\u00eb\u00eb"
		   "\u00eb\u00eb\u00eb",
	    2,
	    "\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb"
	    "\u00eb\u00eb\u00eb"
	    "\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb\u00eb"
	    "\u00eb\u00eb\u00eb",
	    "\u00eb");
	memset(label, 'a', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	check_wrap(label, OEO_CHART_LINES, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "...");
}

static void test_shapes_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {"{", "{\"features\": 1}", "{\"features\": [{}]}",
	    "{\"features\": [{\"properties\": {\"wijkcode\": \"W1\"}, \"geometry\": {\"type\": \"Point\", "
	    "\"coordinates\": [1, 2]}}]}",
	    "{\"features\": [{\"properties\": {\"wijkcode\": \"W1\"}, \"geometry\": {\"type\": \"Polygon\", "
	    "\"coordinates\": [[[0, 0], [1, 0], [0, 0]]]}}]}",
	    "{\"features\": [{\"properties\": {\"wijkcode\": \"W1\"}, \"geometry\": {\"type\": \"Polygon\", "
	    "\"coordinates\": [[[0, 0], [1, \"x\"], [1, 1], [0, 0]]]}}]}",
	    "{\"features\": [{\"properties\": {\"wijkcode\": \"W1\"}, \"geometry\": {\"type\": \"Polygon\", "
	    "\"coordinates\": [[[0, 0], [1, 0], [1e300, 1], [0, 0]]]}}]}"};
	static const char *const list = "code,label,inhabitants\nW1,Een,10\n";
	struct sample_report *report = *state;
	struct oeo_wards wards;
	struct oeo_note why;
	char path[SAMPLE_PATH_BYTES + 32];

	(void)snprintf(path, sizeof(path), "%s/wards.csv", report->sample.folder);
	sample_write(path, list, strlen(list));
	(void)snprintf(path, sizeof(path), "%s/wards.geojson", report->sample.folder);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		why.text[0] = '\0';
		sample_write(path, bad[i], strlen(bad[i]));
		assert_int_equal(oeo_wards_read(&wards, report->sample.folder, &why), OEO_ERR_FORMAT);
		assert_non_null(strstr(why.text, "wards.geojson"));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_every_page_of_the_bar_exists_and_is_whole),
	    TEST(test_a_theme_has_its_own_part_of_every_table),
	    TEST(test_a_line_breaks_where_a_period_is_not_shown),
	    TEST(test_a_map_hatches_what_is_not_shown),
	    TEST(test_nothing_shown_at_all_still_makes_every_page),
	    TEST(test_tokens_stand_behind_the_own_style),
	    TEST(test_slices_hold_one_code_or_the_codes_under_one),
	    TEST(test_shades_divide_the_published_numbers),
	    TEST(test_shades_begin_at_the_threshold),
	    TEST(test_long_labels_are_broken_into_lines),
	    TEST(test_shapes_that_are_none_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
