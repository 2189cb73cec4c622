/* SPDX-License-Identifier: EUPL-1.2 */
/* The pages: well-formed, every published number there, nothing for a hidden one, nothing from elsewhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>

#include "dashboard-export/page.h"
#include "export_sample.h"
#include "proto/i18n.h"

#define MOST_RELEASES 8

struct fixture {
	struct sample sample;
	char paths[MOST_RELEASES][SAMPLE_PATH_BYTES];
	size_t n;
	struct oeo_sources sources;
	struct oeo_view view;
	struct oeo_buf out;
	xmlDocPtr document;
	xmlXPathContextPtr context;
};

static int setup(void **state)
{
	static struct fixture fixture;

	memset(&fixture, 0, sizeof(fixture));
	assert_true(oeo_i18n_init("nl"));
	sample_init(&fixture.sample, SAMPLE_SMALL);
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	xmlXPathFreeContext(fixture->context);
	xmlFreeDoc(fixture->document);
	oeo_buf_fini(&fixture->out);
	oeo_view_fini(&fixture->view);
	oeo_sources_fini(&fixture->sources);
	sample_fini(&fixture->sample);
	return 0;
}

static void add(struct fixture *fixture, struct oeo_release *release)
{
	char period[OEO_PERIOD_BYTES];

	oeo_period_format(period, &release->period);
	sample_save(fixture->paths[fixture->n], release, &fixture->sample, period);
	fixture->n++;
}

static void add_filled(struct fixture *fixture, const char *period)
{
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, period);
	sample_fill(&release);
	add(fixture, &release);
}

static void open_view(struct fixture *fixture)
{
	const char *paths[MOST_RELEASES];

	for (size_t i = 0; i < fixture->n; i++)
		paths[i] = fixture->paths[i];
	assert_int_equal(oeo_sources_read(&fixture->sources, paths, fixture->n, NULL, NULL), OEO_OK);
	assert_int_equal(oeo_view_make(&fixture->view, &fixture->sources, NULL), OEO_OK);
}

/* Write the page of period number `period` (SIZE_MAX: the front page) and parse it strictly. */
static void open_page(struct fixture *fixture, size_t period)
{
	fixture->out.len = 0;
	xmlXPathFreeContext(fixture->context);
	xmlFreeDoc(fixture->document);
	if (period == SIZE_MAX)
		assert_int_equal(oeo_page_write_index(&fixture->out, &fixture->view), OEO_OK);
	else
		assert_int_equal(
		    oeo_page_write_period(&fixture->out, &fixture->view, &fixture->view.periods[period]),
		    OEO_OK);
	fixture->document = xmlReadMemory(
	    (const char *)fixture->out.data, (int)fixture->out.len, "page", "UTF-8", XML_PARSE_NONET);
	assert_non_null(fixture->document);
	fixture->context = xmlXPathNewContext(fixture->document);
	assert_non_null(fixture->context);
}

static double number_at(const struct fixture *fixture, const char *expression)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST expression, fixture->context);
	double number;

	assert_non_null(object);
	number = xmlXPathCastToNumber(object);
	xmlXPathFreeObject(object);
	return number;
}

static size_t count(const struct fixture *fixture, const char *expression)
{
	char counted[512];

	(void)snprintf(counted, sizeof(counted), "count(%s)", expression);
	return (size_t)number_at(fixture, counted);
}

/* The text of the first node; "" where there is none. */
static void text_at(char *text, size_t size, const struct fixture *fixture, const char *expression)
{
	xmlXPathObjectPtr object = xmlXPathEvalExpression(BAD_CAST expression, fixture->context);
	xmlChar *value;

	assert_non_null(object);
	value = xmlXPathCastToString(object);
	(void)snprintf(text, size, "%s", (const char *)value);
	xmlFree(value);
	xmlXPathFreeObject(object);
}

static size_t shown_in(const struct oeo_view_table *table, uint64_t residents)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n_cells; i++)
		n += table->cells[i].is_shown && table->cells[i].residents == residents ? 1 : 0;
	return n;
}

static void test_every_published_number_stands_in_its_tables_section(void **state)
{
	struct fixture *fixture = *state;
	const struct oeo_view_period *period;
	char expression[512];

	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	open_page(fixture, 0);
	period = &fixture->view.periods[0];
	for (size_t t = 0; t < period->n_tables; t++) {
		const struct oeo_view_table *table = &period->tables[t];

		assert_true(oeo_view_shown(table) > 0);
		for (size_t i = 0; i < table->n_cells; i++) {
			if (!table->cells[i].is_shown || table->n_axes == 0)
				continue;
			(void)snprintf(expression, sizeof(expression),
			    "//section[@aria-labelledby='table-%s']//tbody//td[normalize-space()='%s']",
			    table->id, oeo_notation_number(table->cells[i].residents).text);
			assert_true(count(fixture, expression) >= shown_in(table, table->cells[i].residents));
		}
	}
}

static void test_hidden_cells_are_dots_and_nothing_else(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, "2026-Q2");
	sample_show(&release, "theme", 33, 44, "WO", NULL);
	sample_show(&release, "theme", 55, 66, "ZO", NULL);
	add(fixture, &release);
	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_show(&release, "theme", 21, 22, "ZO", NULL);
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 1);
	/* one bar and one tick; three dots in the chart; the table has 3 rows of 2 dots and 1 shown, and a hidden total */
	assert_int_equal(count(fixture, "//section[@aria-labelledby='table-theme']//rect"), 1);
	assert_int_equal(count(fixture, "//section[@aria-labelledby='table-theme']//line"), 1);
	assert_int_equal(
	    count(fixture, "//section[@aria-labelledby='table-theme']//text[@class='hidden']"), 3);
	assert_int_equal(
	    count(fixture, "//section[@aria-labelledby='table-theme']//tbody//td[normalize-space()='.']"), 6);
	assert_int_equal(
	    count(
		fixture, "//section[@aria-labelledby='table-theme']//tbody//td[contains(@class, 'hidden')]"),
	    6);
	/* What was published for WO a quarter ago says nothing about now. */
	assert_int_equal(
	    count(fixture, "//section[starts-with(@aria-labelledby, 'table-')]//*[contains(text(), '33')]"),
	    0);
	/* Cross tables: no shade at all where nothing is shown. */
	assert_int_equal(
	    count(fixture, "//section[@aria-labelledby='table-theme-ward']//tbody//td[@class!='hidden' and "
			   "not(contains(@class, 'number'))]"),
	    0);
}

static void test_bars_stand_in_the_order_of_published_values(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;
	char text[128];

	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_show(&release, "theme", 21, 22, "WO", NULL);
	sample_show(&release, "theme", 42, 44, "ZO", NULL);
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 0);
	text_at(text, sizeof(text), fixture,
	    "(//section[@aria-labelledby='table-theme']//text[@class='label'])[1]");
	assert_string_equal(text, "<b>Zorg</b> & steun");
	text_at(text, sizeof(text), fixture, "(//section[@aria-labelledby='table-theme']//rect)[1]/@width");
	assert_string_equal(text, "64.0%");
	text_at(text, sizeof(text), fixture, "(//section[@aria-labelledby='table-theme']//rect)[2]/@width");
	assert_string_equal(text, "32.0%");
	text_at(text, sizeof(text), fixture,
	    "(//section[@aria-labelledby='table-theme']//text[@class='label'])[3]");
	assert_string_equal(text, "Geld");
}

static void test_largest_are_neither_nobody_nor_unknown(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;

	/* more hidden than shown: only the largest are drawn */
	sample_fini(&fixture->sample);
	sample_init(&fixture->sample, SAMPLE_ALMELO);
	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_show(&release, "theme", 21, 22, "WO", NULL);
	sample_show(&release, "theme", 0, 0, "GS", NULL);
	sample_show(&release, "theme", 40, 41, "onbekend", NULL);
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 0);
	assert_int_equal(
	    count(fixture, "//section[@aria-labelledby='table-theme']//text[@class='label']"), 1);
	assert_int_equal(count(fixture, "//section[@aria-labelledby='table-theme']//"
					"figcaption[starts-with(., 'De grootste die we tonen. ')]"),
	    1);
}

static void test_legend_begins_at_the_threshold_and_has_no_empty_class(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, "2026-Q3");
	sample_show(&release, "theme-desk", 10, 0, "WO", "D1", NULL);
	sample_show(&release, "theme-desk", 29, 0, "ZO", "D1", NULL);
	sample_show(&release, "theme-desk", 0, 0, "GE", "D1", NULL);
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 0);
#define KEYS                                                                                                 \
	"//section[@aria-labelledby='table-theme-desk']//span[starts-with(@class, 'key h') and @class != "   \
	"'key hidden']"
	assert_int_equal(count(fixture, KEYS), 2);
	assert_int_equal(count(fixture, KEYS "[.='10\u201314'][@class='key h1']"), 1);
	assert_int_equal(count(fixture, KEYS "[.='25\u201329'][@class='key h4']"), 1);
#undef KEYS
}

static void test_hostile_labels_come_out_as_text(void **state)
{
	struct fixture *fixture = *state;

	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	open_page(fixture, 0);
	assert_int_equal(count(fixture, "//b"), 0);
	assert_int_equal(count(fixture, "//script[node() or not(@src='../assets/oeo.js')]"), 0);
	assert_true(count(fixture, "//th[normalize-space()='<b>Zorg</b> & steun']") > 0);
}

static void test_pages_take_nothing_from_elsewhere(void **state)
{
	struct fixture *fixture = *state;

	add_filled(fixture, "2026-Q2");
	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	for (size_t i = 0; i < 3; i++) {
		open_page(fixture, i == 2 ? SIZE_MAX : i);
		assert_int_equal(count(fixture, "//@style | //iframe | //img"), 0);
		assert_int_equal(count(fixture, "//@src[not(contains(., 'assets/oeo.js'))]"), 0);
		assert_int_equal(count(fixture, "//@href[contains(., ':') or starts-with(., '/')]"), 0);
		assert_int_equal(count(fixture, "//link"), 2); /* the style sheet and the feed */
	}
}

static void test_pages_are_made_to_be_read_aloud(void **state)
{
	struct fixture *fixture = *state;

	add_filled(fixture, "2026-Q2");
	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	for (size_t i = 0; i < 3; i++) {
		open_page(fixture, i == 2 ? SIZE_MAX : i);
		assert_int_equal(count(fixture, "/html[@lang='nl']"), 1);
		assert_int_equal(count(fixture, "//meta[@name='viewport']"), 1);
		assert_int_equal(count(fixture, "//main[@id='main']"), 1);
		assert_int_equal(count(fixture, "//a[contains(@class, 'skip')][@href='#main']"), 1);
		assert_int_equal(count(fixture, "//h1"), 1);
		assert_int_equal(count(fixture, "//table[not(caption)]"), 0);
		assert_int_equal(count(fixture, "//th[not(@scope)]"), 0);
		assert_int_equal(count(fixture, "//svg[not(title) or not(desc) or not(@role='img')]"), 0);
		assert_int_equal(
		    count(fixture,
			"//section[not(@aria-labelledby = h2/@id or @aria-labelledby = table/caption/@id)]"),
		    0);
		/* no heading level is skipped, no id stands twice, every reference has its target */
		assert_int_equal(count(fixture, "//h3[not(preceding::h2)] | //h4[not(preceding::h3)]"), 0);
		assert_int_equal(
		    count(fixture, "//@id[. = preceding::*/@id or . = ancestor::*/parent::*/@id]"), 0);
		assert_int_equal(
		    count(fixture, "//a[starts-with(@href, '#')][not(substring(@href, 2) = //@id)]"), 0);
		assert_int_equal(
		    count(fixture,
			"//*[@aria-labelledby][not(starts-with(concat(@aria-labelledby, ' '), "
			"concat(//@id, ' ')))][not(substring-before(concat(@aria-labelledby, ' '), "
			"' ') = //@id)]"),
		    0);
	}
}

static void test_quarter_links_its_months_and_its_neighbours(void **state)
{
	struct fixture *fixture = *state;

	add_filled(fixture, "2026-Q2");
	add_filled(fixture, "2026-07");
	add_filled(fixture, "2026-09");
	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	assert_string_equal(fixture->view.periods[3].id, "2026-Q3");
	open_page(fixture, 3);
	assert_int_equal(
	    count(
		fixture, "//section[@aria-labelledby='months']//table[.//a[@href='../2026-07/index.html']]"),
	    2);
	assert_int_equal(count(fixture, "//header//a[@href='../2026-Q2/index.html']"), 1);
	assert_int_equal(count(fixture, "//a[contains(@href, '2026-08')]"), 0);
}

static void test_front_page_leads_to_all_pages_and_periods(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;

	add_filled(fixture, "2026-Q1");
	sample_begin(&release, &fixture->sample, "2026-Q2");
	add(fixture, &release);
	add_filled(fixture, "2026-Q3");
	open_view(fixture);
	open_page(fixture, SIZE_MAX);
	assert_int_equal(count(fixture, "//nav//a[@href='index.html'][@aria-current='page']"), 1);
	assert_int_equal(
	    count(fixture, "//section[@aria-labelledby='pages']//a[not(@href = //nav//a/@href) and "
			   "not(@href='feed.xml')]"),
	    0);
	assert_int_equal(count(fixture, "//section[@aria-labelledby='periods']//a"), 3);
}

static void test_nothing_published_still_makes_a_page(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;

	sample_begin(&release, &fixture->sample, "2026-Q3");
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 0);
	assert_int_equal(count(fixture, "//rect"), 0);
	assert_int_equal(count(fixture, "//ol[@class='highlights']/li"), 1);
	open_page(fixture, SIZE_MAX);
	assert_int_equal(count(fixture, "//rect"), 0);
}

static void test_correction_and_key_are_said(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_release release;
	char text[1024];

	sample_begin(&release, &fixture->sample, "2026-Q3");
	release.is_correction = true;
	memset(release.corrects, 7, sizeof(release.corrects));
	add(fixture, &release);
	open_view(fixture);
	open_page(fixture, 0);
	assert_int_equal(count(fixture, "//p[@class='correction']"), 1);
	text_at(text, sizeof(text), fixture, "//section[@aria-labelledby='verify']");
	assert_non_null(strstr(text, fixture->view.key.text));
	assert_non_null(strstr(text, "staat in de publicatie zelf"));
	assert_non_null(strstr(text, "-m small-2026-Q3.oeorel"));
	text_at(text, sizeof(text), fixture, "//p[@class='citation']");
	assert_non_null(strstr(text,
	    "Bureau Test. Kleine proef, 3e kwartaal 2026. Publicatie small-2026-Q3 van 21 november 2026"));
}

#define WITH_FIXTURE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_FIXTURE(test_every_published_number_stands_in_its_tables_section),
	    WITH_FIXTURE(test_hidden_cells_are_dots_and_nothing_else),
	    WITH_FIXTURE(test_bars_stand_in_the_order_of_published_values),
	    WITH_FIXTURE(test_largest_are_neither_nobody_nor_unknown),
	    WITH_FIXTURE(test_legend_begins_at_the_threshold_and_has_no_empty_class),
	    WITH_FIXTURE(test_hostile_labels_come_out_as_text),
	    WITH_FIXTURE(test_pages_take_nothing_from_elsewhere),
	    WITH_FIXTURE(test_pages_are_made_to_be_read_aloud),
	    WITH_FIXTURE(test_quarter_links_its_months_and_its_neighbours),
	    WITH_FIXTURE(test_front_page_leads_to_all_pages_and_periods),
	    WITH_FIXTURE(test_nothing_published_still_makes_a_page),
	    WITH_FIXTURE(test_correction_and_key_are_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
