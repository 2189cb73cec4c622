/* SPDX-License-Identifier: EUPL-1.2 */
#include "intake_fixture.h"

#include <signal.h>
#include <sys/wait.h>

#include "agent/intake_print.h"
#include "agent/mapping_store.h"

#define HOSTILE OEO_TEST_DIR "/data/hostile"
#define HEADER "Nr;Datum;Naam;Geboren;Postcode;Vraag;Toelichting\n"
#define MAPPING                                                                                              \
	"mapping: test\n"                                                                                    \
	"source: {delimiter: \";\", encoding: utf-8}\n"                                                      \
	"record: Nr\n"                                                                                       \
	"date: {column: Datum, format: dd-mm-yyyy}\n"                                                        \
	"identity:\n"                                                                                        \
	"  surname: {column: Naam}\n"                                                                        \
	"  birthdate: {column: Geboren, format: dd-mm-yyyy}\n"                                               \
	"  postcode: {column: Postcode}\n"                                                                   \
	"dimensions:\n"                                                                                      \
	"  question: {column: Vraag, match: code}\n"                                                         \
	"never_read: [Toelichting]\n"

static const char *const members[] = {"klientenraad", "bga", "cosbo", "wmo-adviesraad"};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return -1;
	fixture_open(fixture);
	fixture_load_plan(fixture);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	fixture_close(*state);
	free(*state);
	return 0;
}

static int64_t day(const char *text)
{
	int64_t number;

	assert_int_equal(oeo_day_parse(&number, text), OEO_OK);
	return number;
}

static struct oeo_mapping *read_mapping(const struct fixture *fixture, const char *path)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	assert_int_equal(oeo_mapping_read(&mapping, path, fixture->plan, &findings), OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

static struct oeo_mapping *parse_mapping(const struct fixture *fixture, const char *text)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;

	assert_int_equal(
	    oeo_mapping_parse(&mapping, "/nowhere/test.yaml", text, strlen(text), fixture->plan, &findings),
	    OEO_OK);
	oeo_findings_fini(&findings);
	return mapping;
}

static enum oeo_err run(struct fixture *fixture, struct oeo_mapping *mapping, const char *path,
    bool is_preview, struct oeo_intake_report *report)
{
	struct oeo_findings findings = {0};
	struct oeo_intake_job job = {.plan = fixture->plan,
	    .mapping = mapping,
	    .path = path,
	    .ledger = fixture->ledger,
	    .is_preview = is_preview,
	    .today = day("2026-11-21")};
	enum oeo_err err = oeo_intake_read(report, &job, &findings, NULL);

	oeo_findings_fini(&findings);
	return err;
}

/* Import rows under HEADER and MAPPING. */
static void import_rows(struct fixture *fixture, const char *rows, struct oeo_intake_report *report)
{
	struct oeo_mapping *mapping = parse_mapping(fixture, MAPPING);
	char path[OEO_PATH_BYTES];
	char *text = malloc(strlen(HEADER) + strlen(rows) + 1);

	assert_non_null(text);
	(void)sprintf(text, "%s%s", HEADER, rows);
	assert_int_equal(oeo_home_path(path, &fixture->home, "intake.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, text, strlen(text), 0600, NULL), OEO_OK);
	assert_int_equal(run(fixture, mapping, path, false, report), OEO_OK);
	assert_int_equal(unlink(path), 0);
	report->mapping = NULL; /* freed here; these tests look at the counts only */
	oeo_mapping_free(mapping);
	free(text);
}

static void assert_counts(struct fixture *fixture, const char *rows, const char *wanted)
{
	struct oeo_intake_report report = {0};
	char found[128];

	import_rows(fixture, rows, &report);
	(void)snprintf(found, sizeof(found),
	    "added %zu known %zu changed %zu frozen %zu late %zu refused %zu", report.n_added, report.n_known,
	    report.n_changed, report.n_frozen, report.n_late, report.n_refused);
	assert_string_equal(found, wanted);
	assert_int_equal(report.n_rows, report.n_taken + report.n_refused);
	oeo_intake_report_fini(&report);
}

/* ---- Almelo, against another count */

static void count_in_report(const struct oeo_intake_report *report, const char *line, unsigned long *found)
{
	char dimension[64];
	char code[64];
	char table[64];

	*found = 0;
	if (strncmp(line, "rows ", 5) == 0) {
		*found = report->n_taken;
	} else if (strncmp(line, "without ", 8) == 0) {
		*found = report->n_without_identity;
	} else if (sscanf(line, "code %63s %63s", dimension, code) == 2) {
		size_t d = oeo_plan_find_dimension(report->plan, dimension);

		assert_true(d != SIZE_MAX);
		*found =
		    report->dimensions[d].counts[oeo_match_find_word(&report->plan->dimensions[d], code)];
	} else if (sscanf(line, "reports %63s", table) == 1) {
		*found = report->forecast.reports[oeo_plan_find_table(report->plan, table)];
	} else {
		fail();
	}
}

/* Every count of the Python program is the report's, and they add up to all rows. */
static void compare_with_count(const struct oeo_intake_report *report, const char *member, FILE *counts)
{
	char line[256];
	size_t checked = 0;
	unsigned long codes = 0;

	rewind(counts);
	while (fgets(line, sizeof(line), counts) != NULL) {
		const char *rest = line + strlen(member) + 1;
		unsigned long wanted = strtoul(strrchr(line, ' ') + 1, NULL, 10);
		unsigned long found = 0;

		if (strncmp(line, member, strlen(member)) != 0 || line[strlen(member)] != ' ')
			continue;
		count_in_report(report, rest, &found);
		if (found != wanted)
			print_error("%s: found %lu for %s", member, found, line);
		assert_true(found == wanted);
		codes += strncmp(rest, "code ", 5) == 0 ? found : 0;
		checked++;
	}
	assert_true(checked > 100);
	assert_int_equal(codes, 5 * report->n_taken);
}

static FILE *count_by_python(void)
{
	char path[] = "/tmp/oeo-test-count-XXXXXX";
	char command[2048];
	int fd = mkstemp(path);
	FILE *file;

	assert_true(fd >= 0);
	(void)snprintf(command, sizeof(command), "python3 %s/unit/count_intake.py %s/codes %s > %s",
	    OEO_TEST_DIR, OEO_ALMELO, OEO_ALMELO_DATA, path);
	assert_int_equal(system(command), 0);
	file = fdopen(fd, "r");
	assert_non_null(file);
	assert_int_equal(unlink(path), 0);
	return file;
}

static void run_almelo(struct fixture *fixture, const char *member, bool is_preview,
    struct oeo_intake_report *report, struct oeo_mapping **mapping)
{
	char path[OEO_PATH_BYTES];

	(void)snprintf(path, sizeof(path), OEO_ALMELO "/mappings/%s.yaml", member);
	*mapping = read_mapping(fixture, path);
	(void)snprintf(path, sizeof(path), OEO_ALMELO_DATA "/%s.csv", member);
	assert_int_equal(run(fixture, *mapping, path, is_preview, report), OEO_OK);
	assert_int_equal(report->n_refused, 0);
	assert_int_equal(report->n_unmapped, 0);
}

static void test_previews_of_almelo_equal_another_count(void **state)
{
	struct fixture *fixture = *state;
	FILE *counts = count_by_python();

	for (size_t i = 0; i < 4; i++) {
		struct oeo_intake_report report = {0};
		struct oeo_mapping *mapping = NULL;

		run_almelo(fixture, members[i], true, &report, &mapping);
		compare_with_count(&report, members[i], counts);
		oeo_intake_report_fini(&report);
		oeo_mapping_free(mapping);
	}
	assert_int_equal(count_items(fixture->ledger, "question"), 0);
	(void)fclose(counts);
}

static enum oeo_err check_question(void *context, const struct oeo_question *question)
{
	size_t *n_residents = context;

	assert_int_equal(question->n_fields, 3);
	assert_int_equal(question->n_dimensions, 5);
	*n_residents += oeo_question_has_identity(question);
	return OEO_OK;
}

static void test_imports_of_almelo_store_every_row_once_and_nothing_readable(void **state)
{
	static const char *const secrets[] = {"CANARY", "gesprek over", "snoeijer", "Snoeijer", "1967-02-09",
	    "7608AA", "7608aa", "KR2025-00001", "surname", "ZO01"};
	struct fixture *fixture = *state;
	size_t n_residents = 0;

	for (size_t pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < 4; i++) {
			struct oeo_intake_report report = {0};
			struct oeo_mapping *mapping = NULL;

			run_almelo(fixture, members[i], false, &report, &mapping);
			assert_int_equal(report.n_added, pass == 0 ? report.n_rows : 0);
			assert_int_equal(report.n_known, pass == 0 ? 0 : report.n_rows);
			oeo_intake_report_fini(&report);
			oeo_mapping_free(mapping);
		}
		assert_int_equal(count_items(fixture->ledger, "question"), 3912 + 2033 + 1869 + 1028);
	}
	assert_int_equal(oeo_ledger_each_question(fixture->ledger, check_question, &n_residents), OEO_OK);
	assert_int_equal(n_residents, 8842 - 106 - 43 - 48 - 264);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_false(folder_holds(fixture->home.path, secrets[i]));
}

/* ---- An export with everything that goes wrong */

static void describe_report(struct oeo_buf *out, const struct oeo_intake_report *report)
{
	assert_int_equal(
	    oeo_buf_printf(out, "rows %zu\ntaken %zu\nrefused %zu\nwithout_identity %zu\nunmapped %zu\n",
		report->n_rows, report->n_taken, report->n_refused, report->n_without_identity,
		report->n_unmapped),
	    OEO_OK);
	for (size_t i = 0; i < report->n_refusals; i++) {
		const struct oeo_row_refusal *refusal = &report->refusals[i];

		assert_int_equal(
		    oeo_buf_printf(out, "refusal %zu %s %s\n", refusal->line,
			oeo_refusal_name(refusal->reason),
			refusal->columns != NULL ? refusal->columns->names[refusal->column] : "-"),
		    OEO_OK);
	}
}

static void describe_dimension(
    struct oeo_buf *out, const struct oeo_intake_report *report, const char *id, const char *code)
{
	size_t d = oeo_plan_find_dimension(report->plan, id);
	const struct oeo_dimension *dimension = &report->plan->dimensions[d];

	assert_int_equal(oeo_buf_printf(out, "code %s %s %zu\n", id, code,
			     report->dimensions[d].counts[oeo_match_find_word(dimension, code)]),
	    OEO_OK);
}

static void describe_unmapped(struct oeo_buf *out, const struct oeo_intake_report *report, const char *id)
{
	const struct oeo_intake_dimension *of =
	    &report->dimensions[oeo_plan_find_dimension(report->plan, id)];

	for (size_t i = 1; i <= of->n_unmapped; i++) {
		const struct oeo_unmapped *unmapped = &of->unmapped[i % of->n_unmapped];

		assert_int_equal(oeo_buf_printf(out, "unmapped %s %s %zu\n", id,
				     unmapped->code[0] != '\0' ? unmapped->code : "-", unmapped->count),
		    OEO_OK);
	}
}

/* Nothing of a cell but codes; in the report for people and for programs. */
static void assert_silent(const struct oeo_intake_report *report)
{
	static const char *const secrets[] = {
	    "CANARY", "Zandstra", "Overbeek", "7601", "1960", "H0001", "DUBBEL", "zorg", "1+1", "gisteren"};
	json_t *json = oeo_intake_to_json(report, "file", true);
	char *text = json_dumps(json, 0);

	assert_non_null(text);
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++)
		assert_null(strstr(text, secrets[i]));
	assert_non_null(strstr(text, "ZZ98"));
	free(text);
	json_decref(json);
}

static void test_hostile_file_gives_exactly_the_expected_report(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = read_mapping(fixture, HOSTILE "/mapping.yaml");
	struct oeo_intake_report report = {0};
	struct oeo_buf expected = {0};
	struct oeo_buf found = {0};

	assert_int_equal(run(fixture, mapping, HOSTILE "/intake.csv", false, &report), OEO_OK);
	describe_report(&found, &report);
	describe_dimension(&found, &report, "barrier", "KN04");
	describe_dimension(&found, &report, "barrier", "onbekend");
	describe_dimension(&found, &report, "question", "ZO01");
	describe_dimension(&found, &report, "question", "onbekend");
	describe_unmapped(&found, &report, "question");
	assert_int_equal(oeo_buf_terminate(&found), OEO_OK);
	assert_int_equal(oeo_file_read(&expected, HOSTILE "/expected.txt", 65536, NULL), OEO_OK);
	assert_string_equal((char *)found.data, (char *)expected.data);
	assert_int_equal(count_items(fixture->ledger, "question"), report.n_taken);
	assert_false(folder_holds(fixture->home.path, "CANARY"));
	assert_silent(&report);
	oeo_intake_report_fini(&report);
	oeo_mapping_free(mapping);
	oeo_buf_fini(&expected);
	oeo_buf_fini(&found);
}

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
	    "added 1 known 0 changed 0 frozen 0 late 0 refused 2");
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
	int status = 0;
	pid_t child;

	oeo_ledger_close(fixture->ledger);
	fixture->ledger = NULL;
	child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		if (oeo_ledger_open(&fixture->ledger, &fixture->home, NULL) != OEO_OK)
			_exit(2);
		job.ledger = fixture->ledger;
		(void)oeo_intake_read(&report, &job, NULL, NULL);
		_exit(3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(oeo_ledger_open(&fixture->ledger, &fixture->home, NULL), OEO_OK);
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

/* ---- Remembered mappings */

static enum oeo_err choose(struct fixture *fixture, const char *file, char id[OEO_ID_BYTES])
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	struct oeo_note why = {""};
	char path[OEO_PATH_BYTES];
	enum oeo_err err;

	(void)snprintf(path, sizeof(path), OEO_ALMELO_DATA "/%s", file);
	err = oeo_mapping_choose(&mapping, &fixture->home, fixture->plan, path, &findings, &why);
	if (err == OEO_OK)
		memcpy(id, mapping->id, OEO_ID_BYTES);
	else
		assert_true(why.text[0] != '\0');
	oeo_mapping_free(mapping);
	oeo_findings_fini(&findings);
	return err;
}

static void remember(struct fixture *fixture, const char *path, bool is_new_wanted)
{
	struct oeo_mapping *mapping = read_mapping(fixture, path);
	bool is_new = !is_new_wanted;

	assert_int_equal(oeo_mapping_remember(&fixture->home, mapping, path, &is_new, NULL), OEO_OK);
	assert_true(is_new == is_new_wanted);
	oeo_mapping_free(mapping);
}

static void test_remembered_mappings_are_chosen_by_the_columns_of_the_file(void **state)
{
	struct fixture *fixture = *state;
	char id[OEO_ID_BYTES] = "";

	assert_int_equal(choose(fixture, "bga.csv", id), OEO_ERR_NOT_FOUND);
	for (size_t i = 0; i < 4; i++) {
		char path[OEO_PATH_BYTES];

		(void)snprintf(path, sizeof(path), OEO_ALMELO "/mappings/%s.yaml", members[i]);
		remember(fixture, path, true);
		remember(fixture, path, false);
	}
	for (size_t i = 0; i < 4; i++) {
		char file[64];

		(void)snprintf(file, sizeof(file), "%s.csv", members[i]);
		assert_int_equal(choose(fixture, file, id), OEO_OK);
		assert_string_equal(id, members[i]);
	}
	assert_int_equal(choose(fixture, "postcode-wijk.csv", id), OEO_ERR_NOT_FOUND);
	assert_int_equal(choose(fixture, "no-such-file.csv", id), OEO_ERR_NOT_FOUND);
}

static void test_two_mappings_that_fit_are_not_guessed_between(void **state)
{
	struct fixture *fixture = *state;
	char path[OEO_PATH_BYTES];
	char id[OEO_ID_BYTES] = "";
	struct oeo_buf text = {0};

	remember(fixture, OEO_ALMELO "/mappings/bga.yaml", true);
	assert_int_equal(oeo_file_read(&text, OEO_ALMELO "/mappings/bga.yaml", 65536, NULL), OEO_OK);
	assert_int_equal(oeo_home_path(path, &fixture->home, "mappings/other.yaml"), OEO_OK);
	assert_int_equal(oeo_file_write(path, text.data, text.len, 0600, NULL), OEO_OK);
	assert_int_equal(choose(fixture, "bga.csv", id), OEO_ERR_CONFLICT);
	/* One with a fault does not count. */
	assert_int_equal(oeo_file_write(path, "mapping: x\n", 11, 0600, NULL), OEO_OK);
	assert_int_equal(choose(fixture, "bga.csv", id), OEO_OK);
	oeo_buf_fini(&text);
}

/* ---- Saying why */

static void test_every_reason_has_words_and_a_name(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_mapping *mapping = parse_mapping(fixture, MAPPING);

	for (unsigned reason = OEO_REFUSAL_EMPTY; reason < OEO_REFUSAL_OTHER_PLAN; reason++) {
		struct oeo_row_refusal refusal = {.line = 7,
		    .reason = (enum oeo_refusal_reason)reason,
		    .columns = &mapping->date.columns,
		    .number = 3};
		struct oeo_buf text = {0};

		assert_int_equal(oeo_refusal_describe(&text, &refusal, mapping), OEO_OK);
		assert_true(text.len > strlen("column Datum: "));
		assert_string_not_equal(oeo_refusal_name(refusal.reason), "unknown");
		oeo_buf_fini(&text);
	}
	oeo_mapping_free(mapping);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_previews_of_almelo_equal_another_count, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_imports_of_almelo_store_every_row_once_and_nothing_readable, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_hostile_file_gives_exactly_the_expected_report, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_longer_export_adds_only_what_is_new, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_changed_row_replaces_the_old_one_until_its_period_is_sent, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_import_after_an_older_ledger_was_put_back_counts_nothing_twice, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_repeated_record_number_takes_the_first_row, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_same_record_number_of_two_sources_is_two_questions, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_question_without_whole_identity_keeps_no_part_of_it_and_no_ward, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_killed_import_leaves_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_file_that_does_not_fit_changes_nothing, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_refusals_are_kept_up_to_a_limit_and_all_counted, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_unmapped_codes_are_kept_up_to_a_limit_and_all_counted, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_remembered_mappings_are_chosen_by_the_columns_of_the_file, setup, teardown),
	    cmocka_unit_test_setup_teardown(
		test_two_mappings_that_fit_are_not_guessed_between, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_every_reason_has_words_and_a_name, setup, teardown),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
