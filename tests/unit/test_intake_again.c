/* SPDX-License-Identifier: EUPL-1.2 */
/* The same export again, longer or changed; and files that are read in whole or not at all. */
#include "intake_run.h"

#include <signal.h>
#include <sys/wait.h>

#include "agent/intake_print.h"

/* ---- Again, longer, changed */

static void test_longer_export_adds_only_what_is_new(void **state)
{
	struct fixture *fixture = *state;

	assert_counts(fixture, "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO01;x\n2;04-02-2025;;;;ZO01;x\n",
	    "added 2 known 0 changed 0 frozen 0 late 0 refused 0");
	assert_counts(fixture,
	    "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO01;other text\n2;04-02-2025;;;;ZO01;x\n"
	    "3;04-02-2025;;;;ZO01;x\n",
	    "added 1 known 2 changed 0 frozen 0 late 0 refused 0");
	assert_int_equal(count_items(fixture->ledger, "question"), 3);
}

static void test_changed_row_replaces_the_old_one_until_its_period_is_sent(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period base;

	assert_counts(fixture, "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO01;x\n",
	    "added 1 known 0 changed 0 frozen 0 late 0 refused 0");
	assert_counts(fixture, "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO02;x\n",
	    "added 0 known 0 changed 1 frozen 0 late 0 refused 0");
	assert_int_equal(oeo_period_parse(&base, "2025-02"), OEO_OK);
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &base), OEO_OK);
	assert_counts(fixture,
	    "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO03;x\n2;03-02-2025;Jansen;05-06-1960;7601AA;ZO03;x\n",
	    "added 1 known 0 changed 0 frozen 1 late 1 refused 0");
}

static void test_import_after_an_older_ledger_was_put_back_counts_nothing_twice(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period base;
	struct oeo_intake_report report = {0};
	bool is_wanted = false;

	assert_int_equal(oeo_period_parse(&base, "2025-02"), OEO_OK);
	assert_int_equal(oeo_ledger_close_told(fixture->ledger, &base), OEO_OK);
	assert_int_equal(oeo_ledger_want_import(fixture->ledger, true), OEO_OK);
	import_rows(
	    fixture, "1;03-02-2025;Jansen;05-06-1960;7601AA;ZO01;x\n2;04-03-2025;;;;ZO01;x\n", &report);
	assert_int_equal(report.n_taken, 2);
	assert_int_equal(report.n_added, 1);
	assert_int_equal(report.n_restored, 1);
	assert_int_equal(report.n_late, 0);
	assert_int_equal(oeo_ledger_is_import_wanted(fixture->ledger, &is_wanted), OEO_OK);
	assert_false(is_wanted);
	oeo_intake_report_fini(&report);
}

static void test_repeated_record_number_takes_the_first_row(void **state)
{
	struct fixture *fixture = *state;

	assert_counts(fixture, "1;03-02-2025;;;;ZO01;x\n1;03-02-2025;;;;ZO01;x\n1;04-02-2025;;;;ZO02;x\n",
	    "added 1 known 0 changed 0 frozen 0 late 0 refused 1");
	assert_counts(
	    fixture, "1;04-02-2025;;;;ZO02;x\n", "added 0 known 0 changed 1 frozen 0 late 0 refused 0");
}

static void test_same_record_number_of_two_sources_is_two_questions(void **state)
{
	struct fixture *fixture = *state;
	char text[] = MAPPING;
	struct oeo_mapping *mapping;
	struct oeo_intake_report report = {0};
	char path[OEO_PATH_BYTES];

	assert_counts(
	    fixture, "1;03-02-2025;;;;ZO01;x\n", "added 1 known 0 changed 0 frozen 0 late 0 refused 0");
	memcpy(strstr(text, "test"), "more", 4);
	mapping = parse_mapping(fixture, text);
	assert_int_equal(oeo_home_path(path, &fixture->home, "intake.csv"), OEO_OK);
	assert_int_equal(
	    oeo_file_write(path, HEADER "1;03-02-2025;;;;ZO01;x\n", strlen(HEADER) + 23, 0600, NULL), OEO_OK);
	assert_int_equal(run(fixture, mapping, path, false, &report), OEO_OK);
	assert_int_equal(report.n_added, 1);
	oeo_intake_report_fini(&report);
	oeo_mapping_free(mapping);
}

static enum oeo_err remember_question(void *context, const struct oeo_question *question)
{
	return oeo_buf_printf(context, "%s/%s/%s %s %s;", question->identity[0], question->identity[1],
	    question->identity[2], question->codes[0], question->codes[1]);
}

/* Order of the plan: birthdate, postcode, surname; question, area. */
static void test_question_without_whole_identity_keeps_no_part_of_it_and_no_ward(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_buf text = {0};

	assert_counts(fixture, "1;03-02-2025;Jansen;;7601AA;ZO01;x\n",
	    "added 1 known 0 changed 0 frozen 0 late 0 refused 0");
	assert_int_equal(oeo_ledger_each_question(fixture->ledger, remember_question, &text), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_string_equal((char *)text.data, "// ZO01 onbekend;");
	assert_counts(fixture, "1;03-02-2025;d'Jansen;05-06-1960;7601 aa;ZO01;x\n",
	    "added 0 known 0 changed 1 frozen 0 late 0 refused 0");
	text.len = 0;
	assert_int_equal(oeo_ledger_each_question(fixture->ledger, remember_question, &text), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&text), OEO_OK);
	assert_string_equal((char *)text.data, "1960-06-05/7601AA/djansen ZO01 WK014110;");
	oeo_buf_fini(&text);
}

/* ---- All or nothing */

static void die_late(void *context, unsigned long done, unsigned long total)
{
	(void)context;
	if (done > total / 2)
		(void)kill(getpid(), SIGKILL);
}

static void import_and_die(struct fixture *fixture, void *context)
{
	struct oeo_intake_job *job = context;
	struct oeo_intake_report report = {0};

	job->ledger = fixture->ledger;
	(void)oeo_intake_read(&report, job, NULL, NULL);
}

static void test_killed_import_leaves_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};
	struct oeo_mapping *mapping = read_mapping(fixture, OEO_ALMELO "/mappings/bga.yaml");
	struct oeo_intake_job job = {.plan = fixture->plan,
	    .mapping = mapping,
	    .path = OEO_ALMELO_DATA "/bga.csv",
	    .today = day("2026-11-21"),
	    .progress = die_late};

	fixture_die(fixture, import_and_die, &job);
	assert_int_equal(count_items(fixture->ledger, "question"), 0);
	assert_int_equal(run(fixture, mapping, job.path, false, &report), OEO_OK);
	assert_int_equal(report.n_added, 2033);
	oeo_intake_report_fini(&report);
	oeo_mapping_free(mapping);
}

static void test_file_that_does_not_fit_changes_nothing(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = read_mapping(fixture, OEO_ALMELO "/mappings/bga.yaml");
	struct oeo_intake_report report = {0};

	assert_int_equal(run(fixture, mapping, OEO_ALMELO_DATA "/cosbo.csv", false, &report), OEO_ERR_FORMAT);
	assert_int_equal(
	    run(fixture, mapping, OEO_ALMELO_DATA "/no-such-file.csv", false, &report), OEO_ERR_NOT_FOUND);
	assert_int_equal(run(fixture, mapping, OEO_ALMELO_DATA, false, &report), OEO_ERR_IO);
	assert_int_equal(report.n_rows, 0);
	assert_false(oeo_ledger_is_in_transaction(fixture->ledger));
	assert_int_equal(count_items(fixture->ledger, "question"), 0);
	oeo_mapping_free(mapping);
}

static void test_refusals_are_kept_up_to_a_limit_and_all_counted(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};
	struct oeo_buf rows = {0};

	for (size_t i = 0; i < OEO_INTAKE_MAX_REFUSALS + 5; i++)
		assert_int_equal(oeo_buf_append_text(&rows, "x\n"), OEO_OK);
	assert_int_equal(oeo_buf_terminate(&rows), OEO_OK);
	import_rows(fixture, (const char *)rows.data, &report);
	assert_int_equal(report.n_refused, OEO_INTAKE_MAX_REFUSALS + 5);
	assert_int_equal(report.n_refusals, OEO_INTAKE_MAX_REFUSALS);
	oeo_intake_report_fini(&report);
	oeo_buf_fini(&rows);
}

/* More different codes than are kept go together with the other values; none is lost. */
static void test_unmapped_codes_are_kept_up_to_a_limit_and_all_counted(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};
	struct oeo_buf rows = {0};
	size_t total = 0;
	size_t d = oeo_plan_find_dimension(fixture->plan, "question");

	for (unsigned i = 0; i < 150; i++)
		assert_int_equal(
		    oeo_buf_printf(&rows, "%u;03-02-2025;;;;Q%c%02u;x\n", i, 'A' + (int)(i / 100), i % 100),
		    OEO_OK);
	assert_int_equal(oeo_buf_terminate(&rows), OEO_OK);
	import_rows(fixture, (const char *)rows.data, &report);
	for (size_t i = 0; i < report.dimensions[d].n_unmapped; i++)
		total += report.dimensions[d].unmapped[i].count;
	assert_int_equal(report.dimensions[d].n_unmapped, OEO_INTAKE_MAX_UNMAPPED);
	assert_int_equal(total, 150);
	assert_int_equal(report.n_unmapped, 150);
	oeo_intake_report_fini(&report);
	oeo_buf_fini(&rows);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PLAN(test_longer_export_adds_only_what_is_new),
	    WITH_PLAN(test_changed_row_replaces_the_old_one_until_its_period_is_sent),
	    WITH_PLAN(test_import_after_an_older_ledger_was_put_back_counts_nothing_twice),
	    WITH_PLAN(test_repeated_record_number_takes_the_first_row),
	    WITH_PLAN(test_same_record_number_of_two_sources_is_two_questions),
	    WITH_PLAN(test_question_without_whole_identity_keeps_no_part_of_it_and_no_ward),
	    WITH_PLAN(test_killed_import_leaves_nothing),
	    WITH_PLAN(test_file_that_does_not_fit_changes_nothing),
	    WITH_PLAN(test_refusals_are_kept_up_to_a_limit_and_all_counted),
	    WITH_PLAN(test_unmapped_codes_are_kept_up_to_a_limit_and_all_counted),
	};

	return cmocka_run_group_tests_name("intake_again", tests, NULL, NULL);
}
