/* SPDX-License-Identifier: EUPL-1.2 */
/* An export with a row for each supporter: its rows are one question, which is what they say together. */
#include "intake_run.h"

#include "failing_alloc.h"

#define ALMERE OEO_TEST_DIR "/../proto/plans/almere"

static const char mapping_yaml[] = "mapping: test\n"
				   "source: {delimiter: \";\", encoding: utf-8}\n"
				   "record: nr\n"
				   "date: {column: day, format: yyyy-mm-dd}\n"
				   "identity:\n"
				   "  surname: {column: name}\n"
				   "  birthdate: {column: born, format: yyyy-mm-dd}\n"
				   "  postcode: {column: postcode}\n"
				   "dimensions:\n"
				   "  question: {column: what, match: code}\n"
				   "  barrier: {column: why, match: code}\n"
				   "  result: {column: end, match: code}\n";

#define COLUMNS "nr;day;name;born;postcode;what;why;end\n" /* line 1 */

static enum oeo_err read_path(struct fixture *fixture, struct oeo_mapping *mapping, const char *path,
    bool is_preview, struct oeo_intake_report *report, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	struct oeo_intake_job job = {.plan = fixture->plan,
	    .mapping = mapping,
	    .path = path,
	    .ledger = fixture->ledger,
	    .is_preview = is_preview};
	enum oeo_err err;

	assert_int_equal(oeo_day_parse(&job.today, "2026-11-21"), OEO_OK);
	err = oeo_intake_read(report, &job, &findings, why);
	oeo_findings_fini(&findings);
	return err;
}

static void write_rows(struct fixture *fixture, char path[OEO_PATH_BYTES], const char *rows)
{
	char text[2048];

	assert_true((size_t)snprintf(text, sizeof(text), COLUMNS "%s", rows) < sizeof(text));
	assert_int_equal(oeo_home_path(path, &fixture->home, "rows.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
}

/* Read the rows; the report, and its mapping in it, are the caller's. */
static void read_rows(
    struct fixture *fixture, const char *rows, bool is_preview, struct oeo_intake_report *report)
{
	char path[OEO_PATH_BYTES];

	write_rows(fixture, path, rows);
	assert_int_equal(
	    read_path(fixture, parse_mapping(fixture, mapping_yaml), path, is_preview, report, NULL), OEO_OK);
	assert_int_equal(report->n_rows, report->n_taken + report->n_same + report->n_refused);
}

static void let_go(struct oeo_intake_report *report)
{
	oeo_mapping_free((struct oeo_mapping *)(uintptr_t)report->mapping);
	oeo_intake_report_fini(report);
}

static void assert_import(struct fixture *fixture, const char *rows, const char *wanted)
{
	struct oeo_intake_report report = {0};
	char found[160];

	read_rows(fixture, rows, false, &report);
	(void)snprintf(found, sizeof(found),
	    "added %zu known %zu changed %zu frozen %zu same %zu filled %zu differing %zu refused %zu",
	    report.n_added, report.n_known, report.n_changed, report.n_frozen, report.n_same, report.n_filled,
	    report.n_differing, report.n_refused);
	assert_string_equal(found, wanted);
	let_go(&report);
}

/* ---- What is stored */

struct stored {
	const struct oeo_plan *plan;
	char text[512]; /* "question barrier result area surname\n" each, in the order of their days */
	int64_t days[8];
	char lines[8][96];
	size_t n;
};

static const char *code_of(const struct stored *stored, const struct oeo_question *question, const char *id)
{
	return question->codes[oeo_plan_find_dimension(stored->plan, id)];
}

static enum oeo_err describe(void *context, const struct oeo_question *question)
{
	struct stored *stored = context;
	size_t at = stored->n++;

	assert_true(at < 8);
	for (; at > 0 && stored->days[at - 1] > question->day; at--) {
		stored->days[at] = stored->days[at - 1];
		memcpy(stored->lines[at], stored->lines[at - 1], sizeof(stored->lines[at]));
	}
	stored->days[at] = question->day;
	(void)snprintf(stored->lines[at], sizeof(stored->lines[at]), "%s %s %s %s %s\n",
	    code_of(stored, question, "question"), code_of(stored, question, "barrier"),
	    code_of(stored, question, "result"), code_of(stored, question, "area"),
	    oeo_question_has_identity(question) ? question->identity[2] : "-");
	return OEO_OK;
}

static void assert_stored(struct fixture *fixture, const char *wanted)
{
	struct stored stored = {.plan = fixture->plan};

	assert_int_equal(oeo_ledger_each_question(fixture->ledger, describe, &stored), OEO_OK);
	for (size_t i = 0; i < stored.n; i++)
		strcat(stored.text, stored.lines[i]);
	assert_string_equal(stored.text, wanted);
}

/* ---- */

#define BOS ";Bos;1960-05-06;7601AA;"

static void test_later_rows_say_what_the_first_leaves_unknown(void **state)
{
	static const char rows[] = "1;2025-02-03" BOS "ZO01;;\n"
				   "1;2025-02-03" BOS "ZO01;KN04;\n"
				   "1;2025-02-03" BOS ";;UK02\n"
				   "2;2025-02-04" BOS "ZO02;KN04;UK02\n";

	assert_import(
	    *state, rows, "added 2 known 0 changed 0 frozen 0 same 2 filled 2 differing 0 refused 0");
	assert_stored(*state, "ZO01 KN04 UK02 WK014110 bos\nZO02 KN04 UK02 WK014110 bos\n");
	assert_import(
	    *state, rows, "added 0 known 2 changed 0 frozen 0 same 2 filled 2 differing 0 refused 0");
}

static void test_rows_that_stand_apart_are_one_question_also_when_it_has_been_sent(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_period february = {OEO_MONTH, 2025, 2};
	static const char rows[] = "1;2025-02-03" BOS "ZO01;;\n"
				   "2;2025-02-04" BOS "ZO01;;\n"
				   "3;2025-02-05" BOS "ZO03;KN04;UK02\n"
				   "2;2025-02-04" BOS "ZO01;KN05;\n"
				   "1;2025-02-03" BOS "ZO01;KN04;\n";

	assert_import(
	    fixture, rows, "added 3 known 0 changed 0 frozen 0 same 2 filled 2 differing 0 refused 0");
	assert_stored(fixture, "ZO01 KN04 onbekend WK014110 bos\nZO01 KN05 onbekend WK014110 bos\n"
			       "ZO03 KN04 UK02 WK014110 bos\n");
	assert_int_equal(oeo_ledger_close_base(fixture->ledger, &february), OEO_OK);
	assert_import(
	    fixture, rows, "added 0 known 3 changed 0 frozen 0 same 2 filled 2 differing 0 refused 0");
}

static void test_where_rows_differ_the_first_holds_and_the_others_are_told(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};
	size_t barrier = oeo_plan_find_dimension(fixture->plan, "barrier");
	size_t result = oeo_plan_find_dimension(fixture->plan, "result");

	read_rows(fixture,
	    "1;2025-02-03" BOS "ZO01;KN04;UK03\n"
	    "1;2025-02-03" BOS "ZO01;KN04;\n"
	    "2;2025-02-04" BOS "ZO02;;\n"
	    "1;2025-02-03" BOS "ZO01;KN05;UK02\n",
	    false, &report);
	assert_int_equal(report.n_differing, 1);
	assert_int_equal(report.n_differences, 1);
	assert_int_equal(report.differences[0].line, 5);
	assert_int_equal(report.differences[0].first_line, 2);
	for (size_t i = 0; i < OEO_MAX_DIMENSIONS; i++)
		assert_int_equal(report.differences[0].in_dimension[i], i == barrier || i == result);
	assert_int_equal(report.n_refused, 0);
	let_go(&report);
	assert_stored(fixture, "ZO01 KN04 UK03 WK014110 bos\nZO02 onbekend onbekend WK014110 bos\n");
}

static void test_another_day_or_resident_is_another_question_and_refused(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};

	read_rows(fixture,
	    "1;2025-02-03" BOS "ZO01;;\n"
	    "1;2025-02-04" BOS "ZO01;KN04;\n"
	    "1;2025-02-03;Vos;1960-05-06;7601AA;ZO01;KN04;\n"
	    "1;2025-02-03; BOS ;1960-05-06;7601 aa;ZO01;;UK02\n",
	    false, &report);
	assert_int_equal(report.n_taken, 1);
	assert_int_equal(report.n_same, 1);
	assert_int_equal(report.n_refusals, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(report.refusals[i].reason, OEO_REFUSAL_REPEATED);
		assert_int_equal(report.refusals[i].line, 3 + i);
		assert_int_equal(report.refusals[i].number, 2);
	}
	let_go(&report);
	assert_stored(fixture, "ZO01 onbekend UK02 WK014110 bos\n");
}

static void test_a_later_row_names_the_resident_whom_the_first_leaves_out(void **state)
{
	assert_import(*state,
	    "1;2025-02-03;;;;ZO01;KN04;\n"
	    "1;2025-02-03" BOS "ZO01;KN04;\n"
	    "1;2025-02-03;;;;ZO01;KN04;\n",
	    "added 1 known 0 changed 0 frozen 0 same 2 filled 1 differing 0 refused 0");
	assert_stored(*state, "ZO01 KN04 onbekend WK014110 bos\n");
}

static void test_a_refused_row_begins_no_question(void **state)
{
	assert_import(*state,
	    "1;2025-02-31" BOS "ZO01;KN05;\n"
	    "1;2025-02-03" BOS "ZO01;KN04;\n"
	    "1;2025-02-31" BOS "ZO01;;UK02\n",
	    "added 1 known 0 changed 0 frozen 0 same 0 filled 0 differing 0 refused 2");
	assert_stored(*state, "ZO01 KN04 onbekend WK014110 bos\n");
}

static void test_a_value_of_a_later_row_that_is_not_on_its_list_is_told_with_its_line(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};
	const struct oeo_intake_dimension *barriers =
	    &report.dimensions[oeo_plan_find_dimension(fixture->plan, "barrier")];

	read_rows(fixture,
	    "1;2025-02-03" BOS "ZO01;;\n"
	    "1;2025-02-03" BOS "ZO01;KN98;\n"
	    "2;2025-02-04" BOS "ZO01;KN98;\n"
	    "2;2025-02-04" BOS "ZO01;KN04;\n",
	    false, &report);
	assert_int_equal(report.n_unmapped, 1);
	assert_int_equal(barriers->n_unmapped, 2);
	assert_string_equal(barriers->unmapped[1].code, "KN98");
	assert_int_equal(barriers->unmapped[1].count, 1);
	assert_int_equal(barriers->unmapped[1].lines[0], 3);
	let_go(&report);
}

static size_t count_reports(const struct oeo_intake_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->plan->n_tables; i++)
		n += report->forecast.reports[i];
	return n;
}

static void test_a_preview_counts_as_the_import_does_with_a_ledger_and_without(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_ledger *ledger = fixture->ledger;
	struct oeo_intake_report apart = {0};
	struct oeo_intake_report together = {0};

	read_rows(fixture, "1;2025-02-03" BOS "ZO01;KN04;UK02\n2;2025-02-04" BOS "ZO02;;\n", true, &together);
	for (size_t i = 0; i < 2; i++) {
		fixture->ledger = i == 0 ? ledger : NULL;
		read_rows(fixture,
		    "1;2025-02-03" BOS "ZO01;;UK02\n"
		    "2;2025-02-04" BOS "ZO02;;\n"
		    "1;2025-02-03" BOS "ZO01;KN04;\n",
		    true, &apart);
		assert_int_equal(apart.n_taken, 2);
		assert_int_equal(apart.n_same, 1);
		assert_int_equal(apart.n_filled, 1);
		assert_int_equal(count_reports(&apart), count_reports(&together));
		let_go(&apart);
	}
	fixture->ledger = ledger;
	let_go(&together);
	assert_int_equal(count_items(ledger, "question"), 0);
}

static void test_a_pipe_can_not_be_read_twice_and_nothing_of_it_is_stored(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = parse_mapping(fixture, mapping_yaml);
	struct oeo_intake_report report = {0};
	struct oeo_note why = {""};
	static const char rows[] = COLUMNS "1;2025-02-03" BOS "ZO01;;\n1;2025-02-03" BOS "ZO01;;\n";
	char path[32];
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], rows, strlen(rows)), strlen(rows));
	assert_int_equal(close(ends[1]), 0);
	(void)snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
	assert_int_equal(read_path(fixture, mapping, path, false, &report, &why), OEO_ERR_IO);
	assert_non_null(strstr(why.text, path));
	assert_int_equal(close(ends[0]), 0);
	assert_int_equal(count_items(fixture->ledger, "question"), 0);
	oeo_mapping_free(mapping);
}

/* More than fit at first, and their places used again. */
static void test_many_questions_are_held_at_once(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = parse_mapping(fixture, mapping_yaml);
	struct oeo_intake_report report = {0};
	struct oeo_buf text = {0};
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_buf_append_text(&text, COLUMNS), OEO_OK);
	for (unsigned i = 0; i < 3 * 40; i++) /* 0..39, 0..39 with a barrier, and 40..79 without */
		assert_int_equal(oeo_buf_printf(&text, "%u;2025-02-03" BOS "ZO01;%s;\n",
				     i < 40   ? i
				     : i < 80 ? 79 - i
					      : i - 40,
				     i / 40 == 1 ? "KN04" : ""),
		    OEO_OK);
	for (unsigned i = 40; i < 80; i++)
		assert_int_equal(oeo_buf_printf(&text, "%u;2025-02-03" BOS ";KN05;\n", i), OEO_OK);
	assert_int_equal(oeo_home_path(path, &fixture->home, "rows.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, text.data, text.len, 0600, NULL), OEO_OK);
	oeo_buf_fini(&text);
	assert_int_equal(read_path(fixture, mapping, path, false, &report, NULL), OEO_OK);
	assert_int_equal(report.n_added, 80);
	assert_int_equal(report.n_same, 80);
	assert_int_equal(report.n_filled, 80);
	assert_int_equal(report.n_differing, 0);
	report.mapping = mapping;
	let_go(&report);
}

static void test_without_memory_nothing_is_stored(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = parse_mapping(fixture, mapping_yaml);
	struct oeo_intake_report report = {0};
	enum oeo_err err = OEO_ERR_NOMEM;
	char path[OEO_PATH_BYTES];

	write_rows(fixture, path,
	    "1;2025-02-03;;;;ZO01;KN04;\n2;2025-02-04" BOS "ZO02;;\n1;2025-02-03" BOS "ZO01;KN05;UK02\n");
	for (long n = 0; err != OEO_OK; n++) {
		alloc_fail_after(n);
		err = read_path(fixture, mapping, path, false, &report, NULL);
		alloc_fail_never();
		assert_true(err == OEO_OK || err == OEO_ERR_NOMEM || err == OEO_ERR_IO);
		assert_int_equal(count_items(fixture->ledger, "question"), err == OEO_OK ? 2 : 0);
	}
	assert_int_equal(report.n_differing, 1);
	let_go(&report);
}

/* The example of a partnership that has such an export: 3,481 rows. */
static void test_almere_has_no_refusals_and_its_supporters_are_counted_apart(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_findings findings = {0};
	struct oeo_intake_report report = {0};
	struct oeo_mapping *mapping = NULL;

	oeo_plan_free(fixture->plan);
	fixture->plan = NULL;
	assert_int_equal(oeo_plan_file_read(&fixture->plan, ALMERE "/plan.yaml", &findings), OEO_OK);
	assert_int_equal(
	    oeo_mapping_read(&mapping, ALMERE "/mappings/oco-almere.yaml", fixture->plan, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	assert_int_equal(
	    read_path(fixture, mapping, OEO_TEST_DIR "/data/almere/oco-almere.csv", false, &report, NULL),
	    OEO_OK);
	assert_int_equal(report.n_refused, 0);
	assert_int_equal(report.n_taken, 2366);
	assert_int_equal(report.n_same, 1115);
	assert_in_range(report.n_filled, 50, 400);
	assert_in_range(report.n_differing, 50, 400);
	let_go(&report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_PLAN(test_later_rows_say_what_the_first_leaves_unknown),
	    WITH_PLAN(test_rows_that_stand_apart_are_one_question_also_when_it_has_been_sent),
	    WITH_PLAN(test_where_rows_differ_the_first_holds_and_the_others_are_told),
	    WITH_PLAN(test_another_day_or_resident_is_another_question_and_refused),
	    WITH_PLAN(test_a_later_row_names_the_resident_whom_the_first_leaves_out),
	    WITH_PLAN(test_a_refused_row_begins_no_question),
	    WITH_PLAN(test_a_value_of_a_later_row_that_is_not_on_its_list_is_told_with_its_line),
	    WITH_PLAN(test_a_preview_counts_as_the_import_does_with_a_ledger_and_without),
	    WITH_PLAN(test_a_pipe_can_not_be_read_twice_and_nothing_of_it_is_stored),
	    WITH_PLAN(test_many_questions_are_held_at_once),
	    WITH_PLAN(test_without_memory_nothing_is_stored),
	    WITH_PLAN(test_almere_has_no_refusals_and_its_supporters_are_counted_apart),
	};

	return cmocka_run_group_tests_name("intake_same", tests, NULL, NULL);
}
