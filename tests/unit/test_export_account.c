/* SPDX-License-Identifier: EUPL-1.2 */
/* What the account's page says of thresholds, of a dot, of visitors without a name, and of whom to ask. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "dashboard-export/page.h"
#include "dashboard-export/pdf.h"
#include "export_sample.h"

#define SAMPLE_AMERSFOORT "../proto/plans/amersfoort/plan.yaml"

static int set_up_amersfoort(void **state)
{
	int result = sample_report_setup(state);
	struct sample_report *report = *state;

	sample_fini(&report->sample);
	sample_init(&report->sample, SAMPLE_AMERSFOORT);
	return result;
}

/* The account's page of one quarter with numbers. Owned by the caller. */
static struct oeo_buf write_account(struct sample_report *report)
{
	struct oeo_release release;
	struct oeo_buf page = {0};

	sample_begin(&release, &report->sample, "2026-Q3");
	sample_fill(&release);
	sample_report_add(report, &release);
	sample_report_open(report);
	assert_int_equal(oeo_page_write_account(&page, &report->view), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
	return page;
}

static bool has(const struct oeo_buf *page, const char *text)
{
	return strstr((const char *)page->data, text) != NULL;
}

static void test_each_unit_has_thresholds_of_its_own(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_true(has(&page, "minder dan 10 inwoners, of minder dan 15 bij gevoelige onderwerpen"));
	assert_true(has(&page, "minder dan 66 contacten, of minder dan 71 bij gevoelige onderwerpen"));
	assert_true(has(&page, "minstens 10 verschillende inwoners"));
	assert_true(has(&page, "minstens 66 verschillende contacten"));
	assert_false(has(&page, "minder dan 71 contacten"));
	oeo_buf_fini(&page);
}

static void test_visitors_without_a_name_count_as_their_table_says(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_true(has(&page, "per organisatie en per week als één contact"));
	assert_true(
	    has(&page, "In de andere tabellen telt wie geen naam geeft alleen mee bij het aantal vragen"));
	assert_false(has(&page, "Wie binnenloopt zonder naam te geven, telt alleen mee"));
	oeo_buf_fini(&page);
}

static void test_one_unit_needs_no_other_words(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_true(has(&page, "minder dan 10 inwoners, of minder dan 15 bij gevoelige onderwerpen"));
	assert_false(has(&page, "contacten"));
	assert_true(
	    has(&page, "Wie binnenloopt zonder naam te geven, telt alleen mee bij het aantal vragen"));
	oeo_buf_fini(&page);
}

static void test_rest_of_nobody_is_no_reason_for_a_dot(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_true(has(&page, "blijven er 1 of 2 over"));
	assert_true(has(&page, "Blijft er niemand over, dan is dit geen reden voor een punt"));
	oeo_buf_fini(&page);
}

static void test_dot_that_can_only_be_nobody_is_explained_where_it_can_stand(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_true(has(&page, "Wijken: elke inwoner staat één keer in deze lijst"));
	/* a resident can be in several themes: there nothing follows */
	assert_false(has(&page, "Thema&#39;s: elke inwoner"));
	assert_false(has(&page, "Thema's: elke inwoner"));
	oeo_buf_fini(&page);
}

static void test_no_questions_no_such_dot(void **state)
{
	struct oeo_buf page = write_account(*state);

	assert_false(has(&page, "elke inwoner staat één keer in deze lijst"));
	oeo_buf_fini(&page);
}

static void test_contact_stands_on_page_and_paper_as_text(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf page = write_account(report);

	assert_false(has(&page, "Vragen over deze cijfers"));
	report->view.contact = "Loket <script>x</script> & \"Y\", 0000-000000";
	for (int i = 0; i < 2; i++) {
		page.len = 0;
		assert_int_equal(i == 0 ? oeo_page_write_account(&page, &report->view)
					: oeo_pdf_write_page(&page, &report->view),
		    OEO_OK);
		assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
		assert_true(has(&page, "Vragen over deze cijfers: <strong>Loket "
				       "&lt;script&gt;x&lt;/script&gt; &amp; &quot;Y&quot;, "
				       "0000-000000</strong>"));
		assert_true(has(&page, "Wie u kunt bellen"));
	}
	oeo_buf_fini(&page);
}

static void test_key_that_nobody_compared_is_told_on_page_and_paper(void **state)
{
	struct sample_report *report = *state;
	struct oeo_buf page = write_account(report);

	for (int given = 0; given < 2; given++) {
		report->view.is_key_given = given == 1;
		page.len = 0;
		assert_int_equal(oeo_page_write_index(&page, &report->view), OEO_OK);
		assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
		assert_int_equal(has(&page, "nog niet vergeleken"), given == 0);
		page.len = 0;
		assert_int_equal(oeo_pdf_write_page(&page, &report->view), OEO_OK);
		assert_int_equal(oeo_buf_terminate(&page), OEO_OK);
		assert_int_equal(has(&page, "nog niet vergeleken"), given == 0);
	}
	oeo_buf_fini(&page);
}

#define WITH_PLAN(test, setup) cmocka_unit_test_setup_teardown(test, setup, sample_report_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PLAN(test_each_unit_has_thresholds_of_its_own, set_up_amersfoort),
	    WITH_PLAN(test_visitors_without_a_name_count_as_their_table_says, set_up_amersfoort),
	    WITH_PLAN(test_one_unit_needs_no_other_words, sample_report_setup),
	    WITH_PLAN(test_rest_of_nobody_is_no_reason_for_a_dot, sample_report_setup),
	    WITH_PLAN(
		test_dot_that_can_only_be_nobody_is_explained_where_it_can_stand, sample_report_setup_almelo),
	    WITH_PLAN(test_no_questions_no_such_dot, sample_report_setup),
	    WITH_PLAN(test_contact_stands_on_page_and_paper_as_text, sample_report_setup),
	    WITH_PLAN(test_key_that_nobody_compared_is_told_on_page_and_paper, sample_report_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
