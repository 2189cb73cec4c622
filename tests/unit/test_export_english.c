/* SPDX-License-Identifier: EUPL-1.2 */
/* The same in English: a process keeps the language it began with, so this is a program of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/csv.h"
#include "dashboard-export/page.h"
#include "export_sample.h"
#include "proto/i18n.h"

static void test_numbers_and_periods_are_written_in_english(void **state)
{
	struct oeo_period quarter;

	(void)state;
	assert_int_equal(oeo_period_parse(&quarter, "2026-Q3"), OEO_OK);
	assert_string_equal(oeo_notation_number(1234567).text, "1,234,567");
	assert_string_equal(oeo_notation_period(&quarter).text, "3rd quarter 2026");
	assert_string_equal(oeo_notation_period_in_text(&quarter).text, "the 3rd quarter of 2026");
	assert_string_equal(oeo_notation_count(OEO_UNIT_CONTACTS, 1).text, "1 contact");
	assert_string_equal(oeo_notation_count(OEO_UNIT_RESIDENTS, 1000).text, "1,000 residents");
}

static void test_page_and_csv_are_in_english(void **state)
{
	struct sample sample;
	struct oeo_sources sources;
	struct oeo_view view;
	struct oeo_buf out = {0};
	char path[SAMPLE_PATH_BYTES];
	const char *paths[] = {path};

	(void)state;
	sample_init(&sample, SAMPLE_SMALL);
	sample_make(path, &sample, "2026-Q3");
	assert_int_equal(oeo_sources_read(&sources, paths, 1, NULL, NULL), OEO_OK);
	assert_int_equal(oeo_view_make(&view, &sources, NULL), OEO_OK);
	assert_int_equal(oeo_page_write_period(&out, &view, &view.periods[0]), OEO_OK);
	assert_int_equal(
	    oeo_csv_write_table(&out, &view.periods[0], oeo_view_table(&view.periods[0], "ward")), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&out), OEO_OK);
	assert_non_null(strstr((const char *)out.data, "<html lang=\"en\">"));
	assert_non_null(strstr((const char *)out.data, "What you do not see, and why"));
	assert_non_null(strstr((const char *)out.data, "2026-Q3,W1,North,"));
	assert_null(strstr((const char *)out.data, "Noord"));
	oeo_buf_fini(&out);
	oeo_view_fini(&view);
	oeo_sources_fini(&sources);
	sample_fini(&sample);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers_and_periods_are_written_in_english),
	    cmocka_unit_test(test_page_and_csv_are_in_english),
	};

	if (!oeo_i18n_init("en"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
