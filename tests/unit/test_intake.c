/* SPDX-License-Identifier: EUPL-1.2 */
/* Reading exports in: against a count by a program apart, everything that goes wrong, and which mapping fits. */
#include "intake_run.h"

#include "agent/intake_print.h"
#include "agent/mapping_store.h"

#define HOSTILE OEO_TEST_DIR "/data/hostile"

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
	    "7608AA", "KR2025-00001", "surname"};
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
		if (folder_holds(fixture->home.path, secrets[i]))
			fail_msg("%s stands readable in the home", secrets[i]);
	/* (7608aa, as another row has it, stands in one key of some thousands that are written as hexadecimal digits.)
	 * Four letters come by chance in megabytes of cipher text, and that page a few times in the log, but not for each of 130 questions. */
	assert_true(folder_count(fixture->home.path, "ZO01") < 60);
}

/* ---- An export with everything that goes wrong */

static void describe_report(struct oeo_buf *out, const struct oeo_intake_report *report)
{
	assert_int_equal(
	    oeo_buf_printf(out,
		"rows %zu\ntaken %zu\nsame %zu\nrefused %zu\nwithout_identity %zu\nunmapped %zu\n",
		report->n_rows, report->n_taken, report->n_same, report->n_refused,
		report->n_without_identity, report->n_unmapped),
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

static void test_a_made_up_value_of_the_plan_is_counted_apart(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_intake_report report = {0};

	import_rows(fixture,
	    "1;03-11-2026;Berg;01-01-1900;7601AA;GS01;x\n"
	    "2;03-11-2026;Berg;01-01-1901;7601AA;GS01;x\n"
	    "3;03-11-2026;Berg;01-01-1951;7601AA;GS01;x\n"
	    "4;03-11-2026;Berg;;7601AA;GS01;x\n"
	    "5;03-11-2026;onbekend;02-01-1951;7601AA;GS01;x\n",
	    &report);
	assert_int_equal(report.n_taken, 5);
	assert_int_equal(report.n_without_identity, 4);
	assert_int_equal(report.n_placeholders, 2);
	oeo_intake_report_fini(&report);
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

/* What is said of a file that has this header, where the mapping of bga is remembered. */
static void why_not(struct fixture *fixture, const char *header, struct oeo_note *why)
{
	struct oeo_findings findings = {0};
	struct oeo_mapping *mapping = NULL;
	char path[OEO_PATH_BYTES];

	assert_int_equal(oeo_home_path(path, &fixture->home, "new.csv"), OEO_OK);
	assert_int_equal(oeo_file_write(path, header, strlen(header), 0600, NULL), OEO_OK);
	assert_int_equal(oeo_mapping_choose(&mapping, &fixture->home, fixture->plan, path, &findings, why),
	    OEO_ERR_NOT_FOUND);
	oeo_findings_fini(&findings);
	assert_null(mapping);
}

static void test_a_renamed_column_is_named_with_the_mapping_it_belongs_to(void **state)
{
	static const char *const named[] = {
	    "mapping bga", "Missing: knelpunt, uitkomst.", "know: Obstakel.", "mappings/bga.yaml", "new.csv"};
	struct fixture *fixture = *state;
	struct oeo_note why = {""};

	remember(fixture, OEO_ALMELO "/mappings/klientenraad.yaml", true);
	remember(fixture, OEO_ALMELO "/mappings/bga.yaml", true);
	why_not(fixture,
	    "id,TIJDSTIP,rubriek,Obstakel,kanaal,tussenvoegsel,achternaam,geboortedatum,postcode,"
	    "toelichting\n",
	    &why);
	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (strstr(why.text, named[i]) == NULL)
			print_error("no \"%s\" in: %s\n", named[i], why.text);
		assert_non_null(strstr(why.text, named[i]));
	}
}

/* Its first row may be a question. */
static void test_of_a_file_that_comes_near_no_mapping_nothing_is_shown(void **state)
{
	struct fixture *fixture = *state;
	struct oeo_note why = {""};

	remember(fixture, OEO_ALMELO "/mappings/bga.yaml", true);
	why_not(fixture, "1,2025-02-03,Zandstra,postcode,rubriek,kanaal,id,knelpunt\n", &why);
	assert_null(strstr(why.text, "Zandstra"));
	assert_null(strstr(why.text, "bga"));
	assert_non_null(strstr(why.text, "mapping suggest"));
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
	    WITH_PLAN(test_previews_of_almelo_equal_another_count),
	    WITH_PLAN(test_imports_of_almelo_store_every_row_once_and_nothing_readable),
	    WITH_PLAN(test_hostile_file_gives_exactly_the_expected_report),
	    WITH_PLAN(test_a_made_up_value_of_the_plan_is_counted_apart),
	    WITH_PLAN(test_remembered_mappings_are_chosen_by_the_columns_of_the_file),
	    WITH_PLAN(test_two_mappings_that_fit_are_not_guessed_between),
	    WITH_PLAN(test_a_renamed_column_is_named_with_the_mapping_it_belongs_to),
	    WITH_PLAN(test_of_a_file_that_comes_near_no_mapping_nothing_is_shown),
	    WITH_PLAN(test_every_reason_has_words_and_a_name),
	};

	return cmocka_run_group_tests_name("intake", tests, NULL, NULL);
}
