/* SPDX-License-Identifier: EUPL-1.2 */
/* Later exports of the same source: what changed, what is gone, what came too late. */
#include "rights_fixture.h"

#include "agent/corrections.h"
#include "agent/intake.h"

static const char mapping_yaml[] = "mapping: balie\n"
				   "source: {delimiter: \",\", encoding: utf-8, header: yes}\n"
				   "record: nr\n"
				   "date: {column: datum, format: yyyy-mm-dd}\n"
				   "identity:\n"
				   "  surname: {column: naam}\n"
				   "  birthdate: {column: geboren, format: yyyy-mm-dd}\n"
				   "  postcode: {column: postcode}\n"
				   "dimensions:\n"
				   "  question: {column: vraag, match: code}\n";

#define HEADER "nr,datum,naam,geboren,postcode,vraag\n"
#define ROW(nr, day, code) #nr "," day ",Zandstra,1960-06-05,7601AA," code "\n"

/* Import rows of a source; *report is the caller's to free. */
static void import_as(struct rights_world *world, struct oeo_intake_report *report, const char *source,
    const char *rows, bool is_preview)
{
	struct oeo_intake_job job = {.plan = world->fixture.plan,
	    .ledger = world->fixture.ledger,
	    .is_preview = is_preview,
	    .today = world->agent.clock.fixed_s / 86400};
	struct oeo_findings findings = {0};
	struct oeo_buf text = {0};
	char yaml[sizeof(mapping_yaml) + 16];
	char path[OEO_PATH_BYTES];

	(void)snprintf(yaml, sizeof(yaml), "mapping: %s%s", source, strchr(mapping_yaml, '\n'));
	assert_int_equal(
	    oeo_mapping_parse(&job.mapping, "balie.yaml", yaml, strlen(yaml), world->fixture.plan, &findings),
	    OEO_OK);
	assert_int_equal(oeo_home_path(path, &world->fixture.home, "in.csv"), OEO_OK);
	assert_int_equal(oeo_buf_printf(&text, "%s%s", HEADER, rows), OEO_OK);
	assert_int_equal(oeo_file_write(path, text.data, text.len, 0600, NULL), OEO_OK);
	job.path = path;
	assert_int_equal(oeo_intake_read(report, &job, &findings, NULL), OEO_OK);
	oeo_mapping_free(job.mapping);
	oeo_findings_fini(&findings);
	oeo_buf_fini(&text);
}

/* Import, and say "added known changed frozen | missing removable". */
static const char *import(struct rights_world *world, const char *source, const char *rows, bool is_preview)
{
	static char said[64];
	struct oeo_intake_report report = {0};

	import_as(world, &report, source, rows, is_preview);
	(void)snprintf(said, sizeof(said), "%zu %zu %zu %zu | %zu %zu", report.n_added, report.n_known,
	    report.n_changed, report.n_frozen, report.corrections.n_missing, report.corrections.n_removable);
	oeo_intake_report_fini(&report);
	return said;
}

#define THREE ROW(1, "2025-01-10", "W1") ROW(2, "2025-01-12", "W2") ROW(3, "2025-01-20", "Z1")

static void test_row_that_is_gone_is_told_and_stays(void **state)
{
	struct rights_world *world = *state;

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	assert_string_equal(
	    import(world, "balie", ROW(1, "2025-01-10", "W1") ROW(3, "2025-01-20", "Z1"), true),
	    "0 2 0 0 | 1 1");
	assert_string_equal(
	    import(world, "balie", ROW(1, "2025-01-10", "W2") ROW(3, "2025-01-20", "Z1"), false),
	    "0 1 1 0 | 1 1");
	assert_int_equal(count_items(world->fixture.ledger, "question"), 3);
}

static void test_only_the_days_and_the_source_of_the_file_matter(void **state)
{
	struct rights_world *world = *state;

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	/* Newer rows only; the edges of the days of a file count. */
	assert_string_equal(import(world, "balie", ROW(4, "2025-01-21", "Z1"), false), "1 0 0 0 | 0 0");
	assert_string_equal(
	    import(world, "balie", ROW(5, "2025-01-12", "Z1") ROW(6, "2025-01-13", "Z1"), false),
	    "2 0 0 0 | 1 1");
	assert_string_equal(
	    import(world, "balie", ROW(5, "2025-01-12", "Z1") ROW(7, "2025-01-20", "Z1"), true),
	    "1 1 0 0 | 3 3");
	/* Another source has rows of its own. */
	assert_string_equal(
	    import(world, "elders", ROW(1, "2025-01-10", "W1") ROW(9, "2025-01-31", "Z1"), false),
	    "2 0 0 0 | 0 0");
}

static void test_refused_row_is_not_gone(void **state)
{
	struct rights_world *world = *state;
	struct oeo_intake_report report = {0};

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	import_as(world, &report, "balie",
	    ROW(1, "2025-01-10", "W1") "2,2025-01-12,Zandstra,gisteren,7601AA,W2\n" ROW(
		3, "2025-01-20", "Z1"),
	    false);
	assert_int_equal(report.n_refused, 1);
	assert_int_equal(report.corrections.n_missing, 0);
	assert_int_equal(report.corrections.n_unreadable, 0);
	oeo_intake_report_fini(&report);
	/* One without a number may be any of them; an empty line is nothing. */
	import_as(world, &report, "balie",
	    ROW(1, "2025-01-10", "W1") ",2025-01-12,Zandstra,1960-06-05,7601AA,W2\n\n" ROW(
		3, "2025-01-20", "Z1"),
	    false);
	assert_int_equal(report.corrections.n_missing, 1);
	assert_int_equal(report.corrections.n_unreadable, 1);
	oeo_intake_report_fini(&report);
}

static enum oeo_err remove_missing(
    struct rights_world *world, const char *rows, bool has_consent, size_t *n_removed)
{
	static const struct oeo_option options[] = {{"yes", NULL, ""}, {NULL, NULL, NULL}};
	static const struct oeo_program program = {.name = "test"};
	const char *values[] = {has_consent ? "" : NULL};
	struct oeo_command command = {.options = options};
	struct oeo_cli cli = {.program = &program, .command = &command, .values = values};
	struct oeo_intake_report report = {0};
	struct oeo_note why = {""};
	enum oeo_err err;

	import_as(world, &report, "balie", rows, false);
	err = oeo_corrections_remove(&cli, &report.corrections, &world->fixture.home, world->fixture.ledger,
	    &world->agent.plans, n_removed, &why);
	oeo_intake_report_fini(&report);
	return err;
}

static void test_missing_rows_go_with_consent_only(void **state)
{
	struct rights_world *world = *state;
	const char *two = ROW(1, "2025-01-10", "W1") ROW(3, "2025-01-20", "Z1");
	size_t n_removed = 9;
	int input = dup(STDIN_FILENO);
	int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);

	assert_true(input >= 0 && nothing >= 0 && dup2(nothing, STDIN_FILENO) >= 0);
	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	assert_int_equal(remove_missing(world, two, false, &n_removed), OEO_ERR_REFUSED);
	assert_int_equal(n_removed, 0);
	assert_int_equal(count_items(world->fixture.ledger, "question"), 3);
	assert_int_equal(remove_missing(world, two, true, &n_removed), OEO_OK);
	assert_int_equal(n_removed, 1);
	assert_int_equal(count_items(world->fixture.ledger, "question"), 2);
	/* It was no objection: the row may come back. */
	assert_string_equal(import(world, "balie", THREE, false), "1 2 0 0 | 0 0");
	assert_true(dup2(input, STDIN_FILENO) >= 0);
	(void)close(input);
	(void)close(nothing);
}

static void test_rows_that_cannot_be_read_stop_the_removal(void **state)
{
	struct rights_world *world = *state;
	size_t n_removed = 9;

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	assert_int_equal(remove_missing(world, ROW(1, "2025-01-10", "W1") "x\n" ROW(3, "2025-01-20", "Z1"),
			     true, &n_removed),
	    OEO_ERR_REFUSED);
	assert_int_equal(n_removed, 0);
	assert_int_equal(count_items(world->fixture.ledger, "question"), 3);
}

static void test_what_was_sent_stays_and_what_was_frozen_is_made_anew(void **state)
{
	struct rights_world *world = *state;
	const char *all = THREE ROW(4, "2025-02-10", "W1") ROW(5, "2025-02-11", "W1");
	const char *less = ROW(1, "2025-01-10", "W1") ROW(2, "2025-01-12", "W2") ROW(5, "2025-02-11", "W1");
	size_t n_removed = 0;

	assert_string_equal(import(world, "balie", all, false), "5 0 0 0 | 0 0");
	freeze_period(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	freeze_period(world, "2025-02", OEO_STAGE_READY, false);
	assert_string_equal(import(world, "balie", less, true), "0 3 0 0 | 2 1");
	assert_int_equal(remove_missing(world, less, true, &n_removed), OEO_OK);
	assert_int_equal(n_removed, 1);
	assert_int_equal(count_items(world->fixture.ledger, "question"), 4);
	assert_int_equal(stage_of(world, "2025-01"), OEO_STAGE_SUBMITTED);
	assert_int_equal(stage_of(world, "2025-02"), OEO_STAGE_NONE);
}

static void test_change_of_a_sent_period_is_told_with_its_period(void **state)
{
	struct rights_world *world = *state;
	struct oeo_intake_report report = {0};

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	freeze_period(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	import_as(world, &report, "balie", ROW(1, "2025-01-10", "Z2") ROW(2, "2025-01-12", "Z2"), false);
	assert_int_equal(report.n_frozen, 2);
	assert_int_equal(report.corrections.n_closed, 1);
	assert_true(
	    oeo_period_equal(&report.corrections.closed[0], &(struct oeo_period){OEO_MONTH, 2025, 1}));
	oeo_intake_report_fini(&report);
}

static void test_question_erased_is_known_again_and_stays_so(void **state)
{
	struct rights_world *world = *state;
	uint8_t record[OEO_RECORD_HASH_BYTES];
	struct oeo_question question;

	assert_string_equal(import(world, "balie", THREE, false), "3 0 0 0 | 0 0");
	freeze_period(world, "2025-01", OEO_STAGE_SUBMITTED, true);
	oeo_ledger_record_hash(world->fixture.ledger, record, "balie", "2");
	assert_int_equal(oeo_ledger_erase_identity(world->fixture.ledger, record), OEO_OK);
	assert_string_equal(import(world, "balie", THREE, false), "0 3 0 0 | 0 0");
	assert_int_equal(oeo_ledger_load_question(world->fixture.ledger, record, &question), OEO_OK);
	assert_true(question.is_erased);
	assert_false(oeo_question_has_identity(&question));
	assert_string_equal(question.codes[0], "W2");
	assert_string_equal(question.source, "balie");
	oeo_question_fini(&question);
	assert_string_equal(import(world, "balie", ROW(2, "2025-01-12", "W1"), false), "0 0 0 1 | 0 0");
}

#define RIGHTS_TEST(name) cmocka_unit_test_setup_teardown(name, rights_setup, rights_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RIGHTS_TEST(test_row_that_is_gone_is_told_and_stays),
	    RIGHTS_TEST(test_only_the_days_and_the_source_of_the_file_matter),
	    RIGHTS_TEST(test_refused_row_is_not_gone),
	    RIGHTS_TEST(test_missing_rows_go_with_consent_only),
	    RIGHTS_TEST(test_rows_that_cannot_be_read_stop_the_removal),
	    RIGHTS_TEST(test_what_was_sent_stays_and_what_was_frozen_is_made_anew),
	    RIGHTS_TEST(test_change_of_a_sent_period_is_told_with_its_period),
	    RIGHTS_TEST(test_question_erased_is_known_again_and_stays_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
